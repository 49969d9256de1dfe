"""The one renderer of tables and typed answers: columns, intervals, heads and notes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from triffin.app.terminal import number, print_table, print_text, width, wrapped

# The name of a row of a mapping, as the path of a column.
NAME = ""
_ENDS = ("median", "low", "high")
Path = str | Callable[[Any], Any]
Interval = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: its header, where its values stand in a row, and how they are written.

    path : "range.low" in nested mappings, or a function of the row.
    """

    header: str
    path: Path
    write: Callable[[Any], str]
    right: bool = True

    def cell(self, row: Any) -> str:
        if callable(self.path):
            return self.write(self.path(row))
        return self.write(at(row, self.path))


def text(header: str, path: Path) -> Column:
    """Words, on the left."""
    return Column(header, path, words, right=False)


def count(header: str, path: Path) -> Column:
    """A number as it is, or a word, on the right."""
    return Column(header, path, words)


def figure(header: str, path: Path, places: int = 2, scale: float = 1.0) -> Column:
    return Column(header, path, lambda value: scaled(value, places, scale))


def share(header: str, path: Path, places: int = 0) -> Column:
    return Column(header, path, lambda value: percent(value, places))


def interval(header: str, path: Path, places: int = 2, scale: float = 1.0) -> Column:
    return Column(header, path, lambda value: band(value, places, scale))


def figures(*headers: tuple[str, str], places: int = 2, scale: float = 1.0) -> list[Column]:
    return [figure(header, path, places, scale) for header, path in headers]


SPREAD = figures(("median", "median"), ("5 %", "low"), ("95 %", "high"))


def table(title: str, rows: Iterable[Any] | Mapping[str, Any], *columns: Column) -> None:
    """Rows as a table. Of a mapping of mappings the key of a row is at the path NAME."""
    if isinstance(rows, Mapping):
        rows = [{**row, NAME: name} for name, row in rows.items()]
    right = [column.right for column in columns]
    print_table(
        title,
        [column.header for column in columns],
        [[column.cell(row) for column in columns] for row in rows],
        numeric=len(right) - max((k + 1 for k, r in enumerate(right) if not r), default=0),
    )


def lines(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Lines of their own kinds: a label, then numbers that are written already."""
    print_table(title, headers, rows, numeric=len(headers) - 1)


def spreads(title: str, what: str, rows: Iterable[Sequence[str]]) -> None:
    """Lines of `spread`: a label, median and 90 % interval."""
    lines(title, [what, "median", "5 %", "95 %"], rows)


def spread(label: str, found: Interval | None, places: int = 2, scale: float = 1.0) -> list[str]:
    """Label, median and ends of an interval; dashes where there is none."""
    return [label, *(scaled((found or {}).get(end), places, scale) for end in _ENDS)]


def words(value: Any) -> str:
    return "—" if value is None else str(value)


def scaled(value: float | None, places: int = 2, scale: float = 1.0) -> str:
    return number(None if value is None else scale * value, places)


def percent(share: float | None, places: int = 0) -> str:
    """A share in per cent; a dash where it is undefined."""
    return "—" if share is None else f"{number(100 * share, places)} %"


def band(found: Interval | None, places: int = 2, scale: float = 1.0) -> str:
    """Median and interval in one cell; a dash where there is none."""
    if found is None or found["median"] is None:
        return "—"
    median, low, high = (scaled(found[end], places, scale) for end in _ENDS)
    return f"{median} ({low} to {high})"


def at(document: Any, path: str) -> Any:
    """The value at a path such as "rises.0.share.median"; None below what is None."""
    for key in path.split("."):
        if document is None:
            return None
        document = document[int(key) if isinstance(document, list) else key]
    return document


class _Told(Formatter):
    """Fields of a sentence are paths of a document: {loss.median:1} has one place, {share:0%} is
    in per cent, {yield:band1} a median with its interval; other forms are those of Python."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        return at(kwargs, field_name), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith("band"):
            return band(value, int(format_spec.removeprefix("band")))
        if format_spec.endswith("%"):
            return percent(value, int(format_spec[:-1]))
        if format_spec.isdigit():
            return number(value, int(format_spec))
        return words(value) if not format_spec else format(value, format_spec)


def told(form: str, document: Mapping[str, Any]) -> str:
    """A sentence about a document, such as "{japan.official_usd_bn:0} bn are official"."""
    return _Told().vformat(form, (), document)


def tell(form: str, document: Mapping[str, Any]) -> None:
    """Print the sentence as a paragraph."""
    print_text(told(form, document))


def answer_head(document: Mapping[str, Any]) -> None:
    """Class, grade and question of an answer, then the answer."""
    tell("{class}, grade {grade}: {question}", document)
    print_text(document["answer"])


def answer_entry(document: Mapping[str, Any], more: str = "", indent: str = "") -> None:
    """Question, answer, and below them class, grade and drivers."""
    print_text(document["question"])
    print_text(f"{indent}{document['answer']}")
    drivers = ", ".join(name.replace("_", " ") for name in document["drivers"])
    print_text(
        f"{indent}({document['class']}; grade {document['grade']}; driven by {drivers}{more})"
    )


def numbered(place: int, text: str) -> list[str]:
    """The lines of a sentence with its number, wrapped below its first word."""
    return wrapped(text, first=f"{place}. ", rest="   ").splitlines()


def cut(text: str, indent: str = "   ") -> None:
    """One line below a sentence, cut at the edge of the terminal."""
    print(indent + textwrap.shorten(text, width() - len(indent), placeholder=" …"))


def paragraphs(texts: Iterable[str], form: str = "{}") -> None:
    """Each text as a paragraph, in a form such as "Note: {}."."""
    for each in texts:
        print_text(form.format(each))


def sentence(note: str) -> str:
    """A note that begins small and has no full stop."""
    return f"{note[0].upper()}{note[1:]}."
