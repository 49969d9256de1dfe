"""Rows of the shipped CSV tables, each cell read as what its column holds.

`rows` reads a table whose columns are the fields of a dataclass, by their types; `read_rows` gives
the rows of a table that needs more than that.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from types import NoneType
from typing import Annotated, Any, Literal, NoReturn, TypeVar, get_args, get_origin, get_type_hints

from triffin.world.base.errors import InputError, Place
from triffin.world.data.shipped import provenance, verified_bytes

T = TypeVar("T")
Positive = Annotated[float, "above zero"]
Count = Annotated[int, "above zero"]
Confidence = Literal["high", "medium", "low"]
Grade = Literal["published", "derived", "judgement"]


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells by column, and where it stands for what is refused."""

    cells: dict[str, str]
    file: str
    line: int

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def number(self, column: str, *, positive: bool = False) -> float:
        """A finite number, above zero if `positive`."""
        value = number_or_text(self.cells[column])
        if isinstance(value, str) or (positive and value <= 0):
            self._refuse(column, "a number")
        return value

    def optional(self, column: str) -> float | None:
        """As `number`; None for an empty cell."""
        return self.number(column) if self.cells[column] else None

    def choice(self, column: str, valid: Sequence[str]) -> str:
        """One of `valid`."""
        if self.cells[column] not in valid:
            self._refuse(column, valid)
        return self.cells[column]

    def day(self, column: str) -> date:
        """A day such as 2025-04-02."""
        try:
            return date.fromisoformat(self.cells[column])
        except ValueError:
            self._refuse(column, "a day such as 2025-04-02")

    def read(self, column: str, kind: Any) -> Any:
        """A cell as the type of a field says: text, number, whole number, one of the words of a
        Literal, yes or no, a day, codes with spaces between them (* for none in particular)."""
        options = get_args(kind)
        if get_origin(kind) is Annotated:
            number = self.number(column, positive=True)
            return int(number) if options[0] is int else number
        if get_origin(kind) is Literal:
            return self.choice(column, options)
        if NoneType in options:
            return self.read(column, options[0]) if self.cells[column] else None
        if kind == float | str:
            return number_or_text(self.cells[column])
        if kind is bool:
            return self.choice(column, ("yes", "no")) == "yes"
        if kind is date:
            return self.day(column)
        if kind is str:
            return self.cells[column]
        if kind == tuple[str, ...]:
            return tuple(self.cells[column].replace("*", "").split())
        return kind(self.number(column))

    def refused(self, message: str) -> InputError:
        """An error about the whole row."""
        return InputError(message, file=self.file, line=self.line)

    def _refuse(self, column: str, valid: str | Sequence[str]) -> NoReturn:
        raise InputError(
            f"{self.cells[column]!r}.", file=self.file, line=self.line, field=column, valid=valid
        )


def columns(record: type) -> tuple[str, ...]:
    """The columns of the table whose rows are such records: the fields of the dataclass."""
    return tuple(field.name for field in fields(record))


def rows(dataset: str, record: type[T]) -> tuple[T, ...]:
    """The rows of a shipped table as records. Raises InputError as `read_rows`, and for a cell
    that is not what the type of its field says."""
    kinds = get_type_hints(record, include_extras=True)
    return tuple(
        record(**{name: row.read(name, kinds[name]) for name in row.cells})
        for row in read_rows(dataset, columns(record))
    )


def read_rows(dataset: str, columns: Sequence[str]) -> list[Row]:
    """The rows of a shipped CSV table whose header is exactly `columns`.

    The checksum is verified; InputError (file, line) for another header or a ragged row.
    """
    file = str(provenance(dataset)["file"])
    reader = csv.reader(io.StringIO(verified_bytes(dataset).decode("utf-8")))
    header = next(reader, [])
    if tuple(header) != tuple(columns):
        raise InputError("the header is not that of the table.", file=file, valid=columns)
    found = []
    for cells in reader:
        row = Row(dict(zip(header, cells, strict=False)), file, reader.line_num)
        if len(cells) != len(header):
            raise Place(file, row.line).error(
                f"{len(cells)} cells.", valid=f"{len(header)} cells, as in the header"
            )
        found.append(row)
    return found


def number_or_text(text: str) -> float | str:
    """A finite number where the text is one, else the text."""
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text
