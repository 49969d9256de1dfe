"""What every command shares: errors with their exit codes, JSON on standard output, tables."""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.world.base.errors import InputError, TriffinError
from triffin.world.base.wording import plain

if TYPE_CHECKING:
    from rich.console import Console

INTERRUPTED = 130
_PLAIN = "triffin.plain"
# What a system says of a path that it does not take: bad input, and no bug.
_REFUSED = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM}
_REFUSED |= {errno.EROFS, errno.ELOOP}
_LONGEST_NAME = 100
_NARROWEST = 12  # columns of a text before a table is too narrow for it


def guarded(command: Callable[[], Any]) -> int:
    """Run a command and return its exit code.

    0 done; 2 bad input; 3 no equilibrium or not converged; 130 interrupted; 1 a bug, whose
    traceback goes to standard error.
    """
    _open_closed_streams()
    codecs.register_error(_PLAIN, _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that is not UTF-8 lacks the minus sign and accents.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAIN)
    try:
        code = command()
        sys.stdout.flush()
    except TriffinError as error:
        print(f"triffin: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("triffin: interrupted; nothing incomplete was left behind.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) closed the pipe: not an error.
        _discard_output()
        return 0
    except OSError as error:
        if error.errno == errno.ENOSPC:
            print("triffin: the disk is full; the answer is not complete.", file=sys.stderr)
            _discard_output()
        elif error.errno in _REFUSED and error.filename is not None:
            name = os.fsdecode(error.filename)
            shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
            print(f"triffin: {shown}: {error.strerror}.", file=sys.stderr)
        else:
            raise
        return InputError.exit_code
    return int(code or 0)


def read_arguments(given: Sequence[str]) -> list[str]:
    """Arguments of the command line as text, also where the locale is not UTF-8 and the system
    handed over bytes; the names of files that are there stay as they are."""
    found = []
    for text in given:
        if any("\udc80" <= letter <= "\udcff" for letter in text) and not os.path.exists(text):
            with contextlib.suppress(UnicodeError):
                text = os.fsencode(text).decode("utf-8")
        found.append(text)
    return found


def _open_closed_streams() -> None:
    """Standard streams that were closed (`>&-`) lead nowhere, lest a file be opened in their place
    and written into."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if number == 0 else "w"))  # noqa: SIM115


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    """What a stream cannot show, in ASCII."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain(error.object[error.start : error.end]), error.end


def _discard_output() -> None:
    """Python flushes once more at its end and must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(document: Any) -> None:
    """One JSON document on standard output; what is not a finite number is null."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    text = json.dumps(finite(document), ensure_ascii=encoding != "utf8", allow_nan=False, indent=1)
    print(text)


def finite(value: Any) -> Any:
    """`value` with plain JSON types: NaN and infinities become None, arrays become lists."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, str | bool | int) or value is None:
        return value
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)


def console(*, stderr: bool = False) -> Console:
    """A console of rich; plain when the output is not a terminal."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: int = 0
) -> None:
    """A table on standard output; the last `numeric` columns are right-aligned.

    Text columns wrap, numbers and the names in the first column never do (a broken name cannot
    be copied), so that 80 columns are enough; columns move closer to each other where that helps.
    On a terminal too narrow for that the rows stand below each other, one value a line.
    """
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", box=box.SIMPLE, pad_edge=False)
    rows = [tuple(str(cell) for cell in row) for row in rows]
    names = all(" " not in row[0] for row in rows)
    narrowest = whole = 0
    for position, name in enumerate(columns):
        right = position >= len(columns) - numeric
        kept = right or (position == 0 and names)
        cells = [name, *(row[position] for row in rows)]
        longest = max(map(len, cells if kept else " ".join(cells).split() or [""]))
        narrowest += longest if kept else min(longest, _NARROWEST)
        whole += max(map(len, cells))
        table.add_column(
            name,
            justify="right" if right else "left",
            no_wrap=kept,
            overflow="fold",
            min_width=longest if kept else None,
        )
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    terminal = console()
    # Between the columns, and at both ends; less where names beside numbers would break.
    unbroken = whole if len(columns) == numeric + 1 else narrowest
    gap = 3 if unbroken + 3 * len(columns) - 1 <= terminal.width else 2
    if narrowest + gap * len(columns) - 1 > terminal.width:
        _print_stacked(title, columns, rows)
        return
    table.padding = (0, 1, 0, gap - 2)
    terminal.print(table)


def _print_stacked(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows below each other: the name, then a line for each value."""
    if title:
        print_text(title)
    if len(columns) == 2:
        rows = [columns, *rows]
    for row in rows:
        print_text(row[0])
        for name, cell in zip(columns[1:], row[1:], strict=True):
            print_text(f"  {name}: {cell}" if name and len(columns) > 2 else f"  {cell}")


def number(value: float | None, places: int = 2) -> str:
    """A number for a table, with a proper minus sign; an em dash where it is undefined."""
    if value is None or not math.isfinite(value):
        return "—"
    text = f"{value:,.{places}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def say(text: str) -> None:
    """A note on standard error: progress, where files went, what was assumed.

    Wrapped to the terminal, except for what has no space to break at, such as a path.
    """
    print(wrapped(text), file=sys.stderr)


def print_text(text: str) -> None:
    """A paragraph on standard output, wrapped to the terminal as `say` does."""
    print(wrapped(text))


def wrapped(text: str, first: str = "", rest: str = "  ") -> str:
    """The text in lines of the terminal, `first` before it and `rest` before what follows."""
    import textwrap

    lines = textwrap.wrap(
        text,
        width(),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def width() -> int:
    """Columns of the terminal."""
    from shutil import get_terminal_size

    return get_terminal_size().columns


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Around the writing of `path`: what the system refuses is bad input, and no bug.

    Raises InputError for a folder that cannot be written, a file in place of a folder, a full
    disk.
    """
    try:
        yield
    except (OSError, UnicodeEncodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        name = str(path)
        raise InputError(
            f"cannot be written: {reason}.",
            file=name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}...",
            field="--out",
            valid="a path in a folder that you may write to",
        ) from error
