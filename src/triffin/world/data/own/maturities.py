"""A user's own table of Treasuries that mature by month, beside and in place of the shipped one.

Columns: `month` (YYYY-MM), `total_usd_bn` (face value) and as far as known `notes_and_bonds_usd_bn`
and `bills_usd_bn`, which add up to the total; `source`. Every complaint names file, row and column.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from triffin.world.base.days import is_month
from triffin.world.base.own_tables_in_place import checksum
from triffin.world.data.facts import Maturities
from triffin.world.data.own.reader import Table, read_csv_table, write_csv
from triffin.world.registry.registry import parameter

REQUIRED = ("month", "total_usd_bn")
OPTIONAL = ("notes_and_bonds_usd_bn", "bills_usd_bn", "source")
COLUMNS = (*REQUIRED, *OPTIONAL)
# The parts may differ from the total by rounding: bn.
_ROUNDING = 0.1


@dataclass(frozen=True)
class OwnMaturities:
    """Month -> what matures, of one file."""

    file: str
    months: Mapping[str, Maturities]
    checksum: str


def read_maturities(path: str | os.PathLike[str]) -> OwnMaturities:
    """Maturities from a CSV file.

    >>> from triffin.world.data.own.example_files import example_path
    >>> read_maturities(example_path("maturities")).months["2026-09"].total_usd_bn
    1050.0

    Raises InputError for unknown or missing columns, months that there are not or that stand
    twice, amounts that are missing, not above zero or beyond the marketable debt, and parts that
    do not add up to the total.
    """
    table = read_csv_table(Path(path), REQUIRED, OPTIONAL)
    debt = parameter("marketable_debt_bn").value
    totals = table.numbers("total_usd_bn", positive=True)
    found: dict[str, Maturities] = {}
    for row, month in enumerate(table.labels("month")):
        if not is_month(month):
            raise table.error(row, "month", f"there is no such month: {month!r}.", valid="YYYY-MM")
        total = float(totals[row])
        if total > debt:
            raise table.error(
                row,
                "total_usd_bn",
                f"{total:,.6g} bn is more than the marketable debt.",
                valid=f"billions of USD, at most {debt:,.0f}",
            )
        notes, bills = (_part(table, row, column, total) for column in OPTIONAL[:2])
        if notes is None and bills is not None:
            notes = round(total - bills, 6)
        elif bills is None and notes is not None:
            bills = round(total - notes, 6)
        elif notes is not None and bills is not None and abs(notes + bills - total) > _ROUNDING:
            raise table.error(
                row,
                "total_usd_bn",
                f"notes, bonds and bills are {notes + bills:g} bn, the total is {total:g} bn.",
                valid="parts that add up, or one of them left empty",
            )
        found[month] = Maturities(
            month=month,
            total_usd_bn=total,
            notes_and_bonds_usd_bn=notes,
            bills_usd_bn=bills,
            source=table.cell(row, "source") or f"own table: {Path(path).name}",
            grade="judgement",
            confidence="low",
        )
    content = [asdict(found[month]) for month in sorted(found)]
    return OwnMaturities(str(path), found, checksum(content))


def write_maturities(path: Path, months: Mapping[str, Maturities]) -> None:
    """Write a table that `read_maturities` reads again, to the last digit."""
    rows = (asdict(row) for row in months.values())
    write_csv(path, COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


def _part(table: Table, row: int, column: str, total: float) -> float | None:
    if not table.cell(row, column):
        return None
    part = table.number(row, column)
    if part > total:
        raise table.error(
            row, column, f"{part:g} bn is more than the total of {total:g} bn.", valid="a part"
        )
    return part
