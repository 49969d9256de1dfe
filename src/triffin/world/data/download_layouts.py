"""Reading the files that a user downloads: TIC tables and FRED CSV, each in its known layout.

A file is read only if every line is what its layout says. A changed layout is refused with the
line and what was expected there, and never misread.
"""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass

import numpy as np

from triffin.world.base.errors import InputError, Place
from triffin.world.data.holdings import (
    AGGREGATES,
    OFFICIAL,
    OFFICIAL_BILLS,
    OFFICIAL_BONDS,
    TOLERANCE,
    TOTAL,
)

TIC_TITLE = "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES"
TIC_HEAD = (TIC_TITLE, "(IN BILLIONS OF DOLLARS)", "HOLDINGS 1/ AT END OF PERIOD")
TIC_END = "Department of the Treasury/Federal Reserve Board"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OF_WHICH = (
    ("For. Official", OFFICIAL),
    ("Treasury Bills", OFFICIAL_BILLS),
    ("T-Bonds & Notes", OFFICIAL_BONDS),
)
TABLE_5 = "Table 5: Major Foreign Holders of Treasury Securities"
TABLE_5_ROWS = {
    "Of Which: Foreign Official": OFFICIAL,
    "Of Which: Foreign Official Treasury Bills": OFFICIAL_BILLS,
    "Of Which: Foreign Official T-Bonds & Notes": OFFICIAL_BONDS,
}
FRED_DATES = ("observation_date", "DATE")

AmountTable = dict[tuple[str, str], float]
"""(holder, month) -> billion USD."""


@dataclass(frozen=True, eq=False)
class FredColumn:
    """One column of a FRED file: dates (T,) datetime64[D], values (T,), NaN where empty."""

    identifier: str
    dates: np.ndarray
    values: np.ndarray


def layout_of(text: str, file: str) -> str:
    """ "tic-history", "tic-table-5" or "fred", by the first lines of a file.

    Raises InputError for any other beginning.
    """
    lines = [line.strip("\ufeff \t\r\n\"'") for line in text.splitlines()[:10]]
    first = next((line for line in lines if line), "")
    if any(TIC_TITLE in line and "Table 5" not in line for line in lines[:3]):
        return "tic-history"
    if first.startswith(TABLE_5):
        return "tic-table-5"
    if first.split(",")[0].strip('"') in FRED_DATES:
        return "fred"
    raise Place(file, 1).error(
        f"the file begins with {first[:60]!r}, which is no layout that Triffin knows.",
        valid="TIC's mfhhis01.txt or slt_table5.txt, or a CSV file of FRED whose header begins "
        f"with {FRED_DATES[0]}",
    )


def read_tic_history(text: str, file: str) -> AmountTable:
    """Holdings of mfhhis01.txt: blocks of a year, months from right to left.

    Where a month has two columns, the right one is the series before a new survey and is left
    out. Raises InputError (file, line) where the layout is another one, and where the holders of
    a month do not add up to its total.
    """
    rows = _tabbed(text, file)
    top = " ".join(" ".join(cells).upper() for _, cells in rows[:8])
    for phrase in TIC_HEAD:
        if phrase not in top:
            raise InputError(f"the head lacks {phrase!r}.", file=file, line=1, valid=TIC_HEAD)
    table: AmountTable = {}
    starts = [i for i, (_, cells) in enumerate(rows) if cells[0] == "Country"]
    if not starts:
        raise InputError("no block of months.", file=file, valid="a row that begins with Country")
    for start in starts:
        _read_block(rows, start, table, file)
    end = next((i for i, (_, cells) in enumerate(rows) if cells[0] == TIC_END), None)
    if end is None or end < starts[-1]:
        raise InputError("the file is cut off.", file=file, valid=f"a closing line {TIC_END!r}")
    _check_sums(table, file)
    return table


def _read_block(
    rows: list[tuple[int, list[str]]], start: int, table: AmountTable, file: str
) -> None:
    """One year: a row of months, a row of years, dashes, holders, total, "Of which:", three."""
    columns = _columns(rows, start, file)
    place = start + 1
    line, cells = _row(rows, place, file, "a row of dashes")
    if any(set(cells[j]) != {"-"} for j, _ in columns):
        raise InputError(f"{cells[:3]}.", file=file, line=line, valid="dashes in every column")
    place += 1
    while True:
        line, cells = _row(rows, place, file, TOTAL)
        place += 1
        name = _plain(cells[0])
        if not name and not any(cells):
            continue
        if not name or name == "Of which:":
            raise InputError(f"no {TOTAL!r} in this block.", file=file, line=line, valid=TOTAL)
        _put(table, name, columns, cells, file, line)
        if name == TOTAL:
            break
    expected = [("Of which:", ""), *OF_WHICH]
    while expected:
        line, cells = _row(rows, place, file, expected[0][0])
        place += 1
        name = _plain(cells[0])
        if not name and not any(cells):
            continue
        if name != expected[0][0]:
            raise InputError(f"{name!r}.", file=file, line=line, valid=expected[0][0])
        _, aggregate = expected.pop(0)
        if aggregate:
            _put(table, aggregate, columns, cells, file, line)


def _columns(
    rows: list[tuple[int, list[str]]], start: int, file: str
) -> list[tuple[int, str | None]]:
    """(column, month) of a block; None for the second column of a month."""
    line, years = rows[start]
    names = rows[start - 1][1] if start else [""]
    width = max(len(years), len(names))
    years, names = ([*r, *[""] * (width - len(r))] for r in (years, names))
    found: list[tuple[int, str | None]] = []
    previous: np.datetime64 | None = None
    for j in range(1, width):
        name, year = names[j], years[j]
        if not name and not year:
            continue
        if name not in MONTHS or not re.fullmatch(r"(19|20)\d\d", year):
            raise Place(file, line).error(
                f"column {j + 1} is headed {name!r} and {year!r}.",
                valid="a month such as Mar above a year such as 2025",
            )
        month = np.datetime64(f"{year}-{MONTHS.index(name) + 1:02d}", "M")
        if previous is not None and month == previous:
            found.append((j, None))
            continue
        if previous is not None and month != previous - 1:
            raise Place(file, line).error(
                f"{month} stands after {previous}.",
                valid="months from the last to the first, none left out",
            )
        previous = month
        found.append((j, str(month)))
    if not found:
        raise InputError("no months.", file=file, line=line, valid="months above years")
    return found


def _put(
    table: AmountTable,
    holder: str,
    columns: list[tuple[int, str | None]],
    cells: list[str],
    file: str,
    line: int,
) -> None:
    used = {j for j, _ in columns}
    beyond = [cell for j, cell in enumerate(cells) if j and j not in used and cell]
    if beyond or len(cells) <= max(used) or not all(cells[j] for j in used):
        raise Place(file, line).error(
            f"{holder} has not as many figures as the block has months.",
            valid=f"{len(used)} figures",
        )
    for j, month in columns:
        if month is None or cells[j] == "n.a.":
            continue
        if (holder, month) in table:
            raise InputError(f"{holder} stands twice in {month}.", file=file, line=line)
        # "*" is less than 50 million USD
        value = 0.0 if cells[j] == "*" else _figure(cells[j])
        if value is None or value < 0:
            raise Place(file, line).error(
                f"{holder}, {month}: {cells[j]!r}.", valid="billion USD, zero or more, or *"
            )
        table[holder, month] = value


def read_tic_table_5(text: str, file: str) -> AmountTable:
    """Holdings of slt_table5.txt: months as 2026-06 in the row that begins with Country."""
    rows = _tabbed(text, file)
    start = next((i for i, (_, cells) in enumerate(rows) if cells[0] == "Country"), None)
    if start is None:
        raise InputError("no row of months.", file=file, valid="a row that begins with Country")
    line, head = rows[start]
    columns = [(j, month) for j, month in enumerate(head) if j and month]
    months = [month for _, month in columns]
    if not columns or not all(re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", m) for m in months):
        raise InputError(f"{head[:4]}.", file=file, line=line, valid="months such as 2026-06")
    if months != sorted(set(months), reverse=True):
        raise InputError("the months do not fall.", file=file, line=line, valid="latest first")
    table: AmountTable = {}
    wanted = {TOTAL, *TABLE_5_ROWS}
    for line, cells in rows[start + 1 :]:
        name = _plain(cells[0])
        if not wanted or not any(cells):
            continue
        _put(table, TABLE_5_ROWS.get(name, name), [*columns], cells, file, line)
        wanted.discard(name)
    if wanted:
        raise InputError("rows are missing.", file=file, valid=sorted(wanted))
    _check_sums(table, file)
    return table


def _check_sums(table: AmountTable, file: str) -> None:
    for month in sorted({month for _, month in table}):
        missing = [name for name in AGGREGATES if (name, month) not in table]
        if missing:
            raise InputError(f"{month} has no {missing[0]!r}.", file=file, valid=AGGREGATES)
        listed = math.fsum(v for (h, m), v in table.items() if m == month and h not in AGGREGATES)
        total = table[TOTAL, month]
        if abs(listed - total) > TOLERANCE:
            raise InputError(
                f"the holders of {month} add up to {listed:.1f} bn, the total is {total:.1f} bn.",
                file=file,
                valid="a complete table; a row is missing or was read wrongly",
            )


def read_fred(text: str, file: str) -> list[FredColumn]:
    """Columns of a CSV file of FRED; empty cells and "." are missing values.

    Raises InputError (file, line) for another header, a date that is none or does not increase,
    and a cell that is no number.
    """
    rows = _cells(text, file, ",")
    header = rows[0][1] if rows else []
    if len(header) < 2 or header[0] not in FRED_DATES or len(set(header)) < len(header):
        raise Place(file, 1).error(
            f"the header is {','.join(header)!r}.",
            valid=f"{FRED_DATES[0]} and names of series, such as {FRED_DATES[0]},DGS10",
        )
    dates: list[np.datetime64] = []
    values: list[list[float]] = []
    for line, cells in rows[1:]:
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise InputError(
                f"{len(cells)} cells.", file=file, line=line, valid=f"{len(header)} cells"
            )
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", cells[0]):
            raise InputError(
                f"{cells[0]!r} is not a date.", file=file, line=line, valid="such as 2025-04-02"
            )
        try:
            day = np.datetime64(cells[0], "D")
        except ValueError as error:
            raise InputError(f"{cells[0]!r} is not a date.", file=file, line=line) from error
        if dates and day <= dates[-1]:
            raise InputError(
                f"{day} stands after {dates[-1]}.", file=file, line=line, valid="rising dates"
            )
        row = [math.nan if cell in ("", ".") else _figure(cell) for cell in cells[1:]]
        if None in row:
            bad = cells[1:][row.index(None)]
            raise InputError(
                f"{bad!r} is not a number.", file=file, line=line, valid="a number, or empty"
            )
        dates.append(day)
        values.append([math.nan if v is None else v for v in row])
    if not dates:
        raise InputError("the file has no rows.", file=file, valid="a row per date")
    columns = np.array(values).T
    return [FredColumn(name, np.array(dates), columns[i]) for i, name in enumerate(header[1:])]


def _tabbed(text: str, file: str) -> list[tuple[int, list[str]]]:
    """(line, cells) of a tab-separated text; cells stripped, at least one per row."""
    rows = _cells(text, file, "\t")
    return [(line, [cell.strip() for cell in cells] or [""]) for line, cells in rows]


def _cells(text: str, file: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """(line, cells) of a delimited text; InputError for what is no such text."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter)
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise InputError(
            f"the file is not a table ({error}).", file=file, line=reader.line_num
        ) from error


def _row(
    rows: list[tuple[int, list[str]]], place: int, file: str, expected: str
) -> tuple[int, list[str]]:
    if place >= len(rows):
        raise InputError("the file is cut off.", file=file, line=rows[-1][0], valid=expected)
    return rows[place]


def _plain(name: str) -> str:
    """A name without footnote ("United Kingdom 2/") and doubled spaces."""
    return re.sub(r"\s+", " ", re.sub(r"\s*\d+/\s*$", "", name)).strip()


def _figure(text: str) -> float | None:
    """A finite number, or None. Thousands separators are none: they would hide a shifted cell."""
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text):
        return None
    return float(text)
