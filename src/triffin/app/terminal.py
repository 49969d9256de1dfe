"""What every command shares: errors with their exit codes, JSON on standard output, tables."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from triffin.world.errors import TriffinError

if TYPE_CHECKING:
    from rich.console import Console

INTERRUPTED = 130


def guarded(command: Callable[[], Any]) -> int:
    """Run a command and return its exit code.

    0 done; 2 bad input; 3 no equilibrium or not converged; 130 interrupted; 1 a bug, whose
    traceback goes to standard error.
    """
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
        # The reader (head, less) closed the pipe: not an error, but Python must not flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return int(code or 0)


def print_json(document: Any) -> None:
    """One JSON document on standard output; what is not a finite number is null."""
    print(json.dumps(finite(document), ensure_ascii=False, allow_nan=False, indent=1))


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

    Text columns wrap, numbers never do, so that 80 columns are enough.
    """
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for position, name in enumerate(columns):
        number = position >= len(columns) - numeric
        table.add_column(
            name,
            justify="right" if number else "left",
            no_wrap=number,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    console().print(table)


def number(value: float | None, places: int = 2) -> str:
    """A number for a table, with a proper minus sign; an em dash where it is undefined."""
    if value is None or not math.isfinite(value):
        return "—"
    text = f"{value:,.{places}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def say(text: str) -> None:
    """A line on standard error: progress, where files went, what was assumed."""
    print(text, file=sys.stderr)
