"""Reading the tables of an own world: a folder of CSV files, or a workbook with one sheet each.

Every complaint names the file, the row as the user sees it, the column and the value.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from triffin.world.base.errors import (
    InputError,
    InputErrors,
    Place,
    Problems,
    nearest_match,
    one_of,
)
from triffin.world.base.rates import parse_rate
from triffin.world.base.wording import as_written, neutral, with_plain_minus
from triffin.world.base.yaml_files import read_yaml
from triffin.world.data.own.workbooks import WORKBOOKS, read_workbook

TABLES = ("economies", "sectors", "trade", "output", "inputs", "tariffs")
META = "meta"
META_KEYS = ("name", "title", "year", "unit", "source", "licence")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LARGEST = 60_000_000  # bytes of one CSV file, which take ten times as many in memory
LARGEST_NUMBER = 1e30  # no amount or elasticity is beyond it, and sums of such cells stay finite


@dataclass(frozen=True)
class Table:
    """One table: columns of text by name, and the row numbers of the file (header is row 1)."""

    file: str
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def error(
        self,
        row: int,
        column: str,
        message: str,
        *,
        valid: str | Sequence[str] | None = None,
        nearest: str | None = None,
    ) -> InputError:
        """An InputError about one cell (`row` counts from 0)."""
        return Place(self.file, self.lines[row], f"column {column}").error(
            message, value=self.columns[column][row], valid=valid, nearest=nearest
        )

    def one_of(
        self,
        row: int,
        column: str,
        choices: Iterable[str],
        message: str,
        valid: str | Sequence[str] | None = None,
    ) -> None:
        """Refuse a cell that is none of `choices`, with the nearest of them."""
        where = {"file": self.file, "line": self.lines[row], "field": f"column {column}"}
        one_of(self.columns[column][row], choices, message, valid=valid, **where)

    def without(self, rows: Collection[int]) -> Table:
        """The table without some rows (counted from 0); the others keep their row numbers."""
        kept = [row for row in range(len(self)) if row not in rows]
        columns = {name: tuple(cells[r] for r in kept) for name, cells in self.columns.items()}
        return Table(self.file, columns, tuple(self.lines[r] for r in kept))

    def cell(self, row: int, column: str) -> str:
        """A cell of a column that may be left out; empty where it is."""
        return self.columns[column][row] if column in self.columns else ""

    def labels(self, column: str) -> tuple[str, ...]:
        """A column of labels: none empty, none twice (case ignored)."""
        seen: dict[str, int] = {}
        problems = Problems()
        for row, label in enumerate(self.columns[column]):
            if not label:
                problems.add(self.error(row, column, "the cell is empty.", valid="a label"))
            elif label.casefold() in seen:
                message = f"{label!r} repeats row {self.lines[seen[label.casefold()]]}."
                problems.add(self.error(row, column, message, valid="each label once"))
            else:
                seen[label.casefold()] = row
        problems.refuse()
        return self.columns[column]

    def positions(self, column: str, labels: Sequence[str], what: str) -> np.ndarray:
        """Where the labels of a column stand among `labels`; exact spelling, case ignored."""
        place = {label: i for i, label in enumerate(labels)}
        folded = {label.casefold(): i for i, label in enumerate(labels)}
        found = np.zeros(len(self), dtype=np.int64)
        problems = Problems()
        for row, label in enumerate(self.columns[column]):
            at = place.get(label)
            if at is None:
                at = folded.get(label.casefold())
            if at is not None:
                found[row] = at
            elif len(problems.found) <= InputErrors.MOST_LINES:
                message = f"{label!r} is not {what}." if label else "the cell is empty."
                near = nearest_match(label, labels) if label else None
                problems.add(self.error(row, column, message, valid=labels, nearest=near))
        problems.refuse()
        return found

    def numbers(self, column: str, *, positive: bool = False) -> np.ndarray:
        """A column of numbers of zero or more (above zero if `positive`)."""
        valid = "a number above zero" if positive else "a number of zero or more"
        found = np.zeros(len(self))
        problems = Problems()
        for row, text in enumerate(self.columns[column]):
            with problems.collected():
                value = found[row] = self._number(row, column, text, valid)
                if value < 0 or (positive and value == 0):
                    raise self.error(row, column, f"{text} is not {valid}.", valid=valid)
            if len(problems.found) > InputErrors.MOST_LINES:
                break
        problems.refuse()
        return found

    def number(self, row: int, column: str, *, signed: bool = False) -> float:
        """One cell as a finite number, zero or more unless `signed`."""
        valid = "a number" if signed else "a number of zero or more"
        value = self._number(row, column, self.columns[column][row], valid)
        if value < 0 and not signed:
            raise self.error(row, column, f"{value:g} is not {valid}.", valid=valid)
        return value

    def rates(self, column: str) -> np.ndarray:
        """A column of tariff rates as fractions; written 0.24 or 24%."""
        found = np.zeros(len(self))
        problems = Problems()
        for row, text in enumerate(self.columns[column]):
            with problems.collected():
                where: dict[str, Any] = {"line": self.lines[row], "field": f"column {column}"}
                found[row] = parse_rate(text, file=self.file, **where)
        problems.refuse()
        return found

    def once(self, cells: Sequence[np.ndarray], columns: Sequence[str]) -> None:
        """Refuse two rows on the same cell."""
        keys = list(zip(*(cell.tolist() for cell in cells), strict=True))
        if len(set(keys)) == len(keys):
            return
        seen: dict[tuple[int, ...], int] = {}
        for row, key in enumerate(keys):
            if key in seen:
                raise self.error(
                    row,
                    columns[0],
                    f"the row repeats row {self.lines[seen[key]]}.",
                    valid=f"one row for each {', '.join(columns)}",
                )
            seen[key] = row

    def _number(self, row: int, column: str, text: str, valid: str) -> float:
        text = with_plain_minus(text)
        if _NUMBER.fullmatch(text):
            value = float(text)
            if abs(value) <= LARGEST_NUMBER:
                return value
            raise self.error(row, column, f"{text} is too large.", valid=valid)
        if not text:
            message = "the cell is empty."
        elif re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", text):
            message = f"{text!r} has thousands separators: write {text.replace(',', '')}."
        elif re.fullmatch(r"[+-]?[0-9]*,[0-9]+", text):
            message = f"{text!r} has a decimal comma: write {text.replace(',', '.')}."
        else:
            message = f"{text!r} is not a finite number."
        raise self.error(row, column, message, valid=valid)


class TableSource:
    """The tables of one folder or workbook, read when asked for."""

    def __init__(self, path: Path) -> None:
        """Raises InputError when `path` is neither a folder nor a workbook, or holds no table."""
        self.path = path
        self._sheets: dict[str, list[list[str]]] | None = None
        if path.is_file() and path.suffix.casefold() in WORKBOOKS:
            self._sheets = read_workbook(path)
            names = tuple(self._sheets)
        elif path.is_dir():
            names = tuple(sorted(p.stem for p in path.iterdir() if p.suffix.casefold() == ".csv"))
        else:
            raise InputError(
                "there is no such folder or workbook.",
                file=str(path),
                valid="a folder of CSV files, or a workbook (.xlsx)",
            )
        self.names = tuple(name for name in names if name in TABLES)
        self.unread = tuple(name for name in names if name not in (*TABLES, META))
        for name in ("economies", "trade"):
            if name not in self.names:
                near = nearest_match(name, self.unread)
                raise InputError(
                    f"the table {name!r} is missing.",
                    file=self._file(name),
                    nearest=near,
                    valid=f"{', '.join(TABLES[:1])} and trade, with sectors where there are many",
                )

    def _file(self, name: str) -> str:
        if self._sheets is not None or self.path.suffix.casefold() in WORKBOOKS:
            return f"{self.path}, sheet {name}"
        return str(self.path / f"{name}.{'yaml' if name == META else 'csv'}")

    def table(self, name: str, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
        """A table with its columns checked.

        Raises InputError for columns that are missing, unknown or doubled, rows of the wrong
        length, and a table without rows.
        """
        file = self._file(name)
        if self._sheets is not None:
            rows = [(n, row) for n, row in enumerate(self._sheets[name], 1) if any(row)]
        else:
            rows = _csv_rows(Path(file))
        return _checked(file, rows, required, optional)

    def meta(self) -> dict[str, object]:
        """Name, title, year, unit, source and licence; empty where there is no such table."""
        file = self._file(META)
        if self._sheets is not None:
            rows = [row for row in self._sheets.get(META, []) if any(row)]
            found: object = {row[0]: row[1] if len(row) > 1 else "" for row in rows}
            if rows and [cell.casefold() for cell in rows[0][:2]] == ["key", "value"]:
                found = {row[0]: row[1] if len(row) > 1 else "" for row in rows[1:]}
        elif Path(file).is_file():
            found = read_yaml(Path(file)) or {}
        else:
            found = {}
        if not isinstance(found, dict):
            raise InputError("the file holds no keys.", file=file, valid=META_KEYS)
        for key in found:
            one_of(key, META_KEYS, f"unknown key {key!r}.", file=file, field=str(key))
        return found

    @property
    def meta_file(self) -> str:
        return self._file(META)


def read_csv_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """One CSV table with its columns checked; InputError as `TableSource.table`.

    >>> from triffin.world.data.own.example_files import example_path
    >>> table = read_csv_table(example_path("tariffs"), ("importer", "exporter", "rate"))
    >>> table.columns["exporter"], table.rates("rate").tolist()
    (('*', 'JPN', 'USA'), [0.1, 0.24, 0.03])
    """
    return _checked(str(path), _csv_rows(path), required, optional)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table that `read_csv_table` reads again to the last digit; None is an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([repr(float(c)) if isinstance(c, float) else neutral(c) for c in row])


def csv_header(path: Path) -> tuple[str, ...]:
    """Columns of a CSV table in lower case; InputError for an empty file or one of another kind."""
    rows = _csv_rows(path)
    if not rows:
        raise InputError("the table is empty.", file=str(path), valid="a header and rows")
    return tuple(cell.casefold() for cell in rows[0][1])


def _checked(
    file: str, rows: list[tuple[int, list[str]]], required: Sequence[str], optional: Sequence[str]
) -> Table:
    valid = ", ".join((*required, *(f"{column} (optional)" for column in optional)))
    if not rows:
        raise InputError("the table is empty.", file=file, valid=f"a header: {valid}")
    line, header = rows[0][0], [cell.casefold() for cell in rows[0][1]]
    while header and not header[-1]:
        header.pop()
    known = (*required, *optional)
    problems = Problems()
    for column in header:
        if column not in known:
            near = nearest_match(column, known) if column else None
            message = f"unknown column {column!r}."
            problems.add(Place(file, line).error(message, value=column, nearest=near, valid=valid))
        if header.count(column) > 1:
            problems.add(InputError(f"column {column!r} stands twice.", file=file, line=line))
    misspelt = {problem.nearest for problem in problems.found}
    for column in required:
        if column not in header and column not in misspelt:
            message = f"column {column!r} is missing."
            problems.add(InputError(message, file=file, line=line, valid=valid))
    problems.refuse()
    if len(rows) == 1:
        raise InputError("there is a header but no row.", file=file, valid="one row or more")
    width = len(header)
    cells = []
    for number, row in rows[1:]:
        while len(row) > width and not row[-1]:
            row = row[:-1]
        if len(row) != width:
            message = f"{len(row)} cells where the header has {width} columns."
            told = f"{', '.join(header)} (a label with a comma needs quotes)"
            problems.add(Place(file, number).error(message, valid=told))
        cells.append(row)
    problems.refuse()
    columns = dict(zip(header, zip(*cells, strict=True), strict=True))
    return Table(file, columns, tuple(number for number, _ in rows[1:]))


def read_text(path: Path, *, what: str, largest: int) -> str:
    """Text of a UTF-8 file (a byte order mark is dropped); InputError if it cannot be one."""
    place = Place(str(path))
    try:
        if path.is_dir():
            raise place.error("this is a folder.", valid=f"the path of {what}")
        if not path.is_file():
            raise place.error("there is no such file.", valid=f"the path of {what}")
        if path.stat().st_size > largest:
            raise place.error(f"too large for {what} (above {largest // 1_000_000} MB).")
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise place.error(f"cannot be read: {reason}.") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = place._replace(line=raw[: error.start].count(b"\n") + 1)
        raise place.error(
            f"not a text file in UTF-8 (byte {raw[error.start]:#04x}).",
            valid=f"{what} saved as UTF-8",
        ) from error
    if "\x00" in text:
        raise place.error("a binary file, or text in UTF-16.", valid=f"{what} saved as UTF-8")
    return text


def _csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Rows of a CSV file with their row numbers; empty lines and # comments are left out."""
    file = str(path)
    text = read_text(path, what="a table (CSV)", largest=_LARGEST)
    lines = text.splitlines()
    kept = [
        line if line.strip(" ,;\t") and not line.lstrip().startswith("#") else "" for line in lines
    ]
    first = next((line for line in kept if line), "")
    delimiter = next((mark for mark in (",", ";", "\t") if mark in first), ",")
    reader = csv.reader(kept, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        return [
            (reader.line_num, [as_written(cell.strip()) for cell in row]) for row in reader if row
        ]
    except csv.Error as error:
        raise InputError(f"not valid CSV: {error}.", file=file, line=reader.line_num) from error
