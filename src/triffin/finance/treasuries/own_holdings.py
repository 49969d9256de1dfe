"""A user's own table of holders of Treasuries, in place of the one that ships.

Columns: `holder` (ISO3 code, a name that TIC lists, or any other name), `usd_bn` (market value, at
most the marketable debt) and, where known, `official_share` (0 to 1, empty if unknown) and `month`
(YYYY-MM; `DEFAULT_MONTH` where there is none). Every complaint names file, row and column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from triffin.world.base.days import checked_month, is_month
from triffin.world.base.errors import InputError, Problems, nearest_match
from triffin.world.base.own_tables_in_place import checksum
from triffin.world.base.wording import neutral
from triffin.world.countries import country_code, likely
from triffin.world.data.holdings import tic_codes, tic_holdings
from triffin.world.data.own.reader import Table, read_csv_table
from triffin.world.registry.parameter_set import ParameterSet, in_place

DEFAULT_MONTH = "2025-03"
_REQUIRED = ("holder", "usd_bn")
_OPTIONAL = ("official_share", "month")
# What the rows of totals and memo items are called, by TIC and elsewhere; letters alone.
_TOTAL = re.compile(
    r"\b(sub)?totals?\b|\bmemo\b|\bmemorandum\b|^of which\b|^sum\b|^aggregate"
    r"|^(all |the )?(world|countries|holders|foreigners|foreign countries|foreign holders)$"
    r"|^(of which )?for(eign)? ?off(icial)?( (institutions|holders|holdings|accounts|sector))?\b"
    r"|^official( (institutions|holders|holdings|accounts|sector))?$"
    r"|^(us |u s )?(treasury |t )?(bills|bonds|notes|(bonds|notes) (and )?(notes|bonds))$"
)


@dataclass(frozen=True)
class OwnHolder:
    """One row: `name`, `code` (ISO3 or ""), what it holds (bn) at the end of `month`, and the
    share of official institutions in it (None where it is not known)."""

    name: str
    code: str
    usd_bn: float
    month: str
    official_share: float | None


@dataclass(frozen=True)
class OwnHoldings:
    """The rows of one file, in its order."""

    file: str
    rows: tuple[OwnHolder, ...]
    notes: tuple[str, ...] = ()

    @property
    def checksum(self) -> str:
        """Of the rows, whatever their order in the file."""
        return checksum(sorted([list(asdict(row).values()) for row in self.rows], key=str))

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(sorted({row.month for row in self.rows}))

    def lists(self, holder: str) -> bool:
        """Whether a row has this code or name (case ignored)."""
        wanted = holder.strip().casefold()
        return any(wanted in (row.code.casefold(), row.name.casefold()) for row in self.rows)

    def find(self, holder: str) -> OwnHolder:
        """The latest row of a holder, by code or name (case ignored).

        Raises InputError for one that the file does not list.
        """
        wanted = holder.strip().casefold()
        found = [
            r for r in self.rows if wanted in (r.code.casefold(), r.name.casefold()) and wanted
        ]
        if not found:
            wanted_code = holder_code(holder)
            found = [r for r in self.rows if wanted_code and r.code == wanted_code]
        if not found:
            known = tuple(dict.fromkeys(row.code or row.name for row in self.rows))
            raise InputError(
                f"the table has no holder {holder!r}.",
                file=self.file,
                field="HOLDER",
                value=holder,
                nearest=likely(holder, known),
                valid=known,
            )
        return max(found, key=lambda row: row.month)

    def of(self, month: str | None = None) -> tuple[OwnHolder, ...]:
        """Holders of a month, by default the last, largest first; InputError if there is none."""
        chosen = self.months[-1] if month is None else checked_month(month, "--month")
        rows = [row for row in self.rows if row.month == chosen]
        if not rows:
            raise InputError(
                f"the table has no holdings of {chosen}.",
                file=self.file,
                field="--month",
                value=month,
                nearest=nearest_match(chosen, self.months),
                valid=self.months,
            )
        return tuple(sorted(rows, key=lambda row: -row.usd_bn))


def write_holdings(path: Path, rows: Sequence[OwnHolder]) -> None:
    """Write a table that `read_holdings` reads again, to the last digit."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow((*_REQUIRED, *_OPTIONAL))
        for row in rows:
            share = "" if row.official_share is None else repr(row.official_share)
            writer.writerow((neutral(row.code or row.name), repr(row.usd_bn), share, row.month))


def shipped_holdings(
    month: str = DEFAULT_MONTH, *, parameters: ParameterSet | None = None
) -> tuple[OwnHolder, ...]:
    """The countries and regions that TIC lists in a month, as rows of an own table.

    The official share is known for Japan alone. Raises InputError for a month that is not there.
    """
    tic = tic_holdings()
    listed = tic.by_holder(month)
    known = {"JPN": (parameters or in_place()).value("japan_official_share")}
    rows = []
    for name, amount in listed.items():
        code = tic.codes[tic.holders.index(name)]
        rows.append(OwnHolder(name, code, amount, month, known.get(code)))
    return tuple(rows)


def holder_code(name: str) -> str:
    """ISO3 code of a country by code, TIC's name or another English name; "" if it is none."""
    codes = {tic.casefold(): code for tic, code in tic_codes().items()}
    return codes.get(name.strip().casefold()) or country_code(name)


def read_holdings(path: str | Path, *, parameters: ParameterSet | None = None) -> OwnHoldings:
    """A table of holdings from a CSV file.

    Raises InputError for a file that cannot be read, unknown or missing columns, a holder or
    amount that is missing, negative or beyond the marketable debt, a share outside 0..1, a month
    that there is not, two rows of one holder and month, and the United States as a holder.
    """
    table = read_csv_table(Path(path), _REQUIRED, _OPTIONAL)
    debt = (parameters or in_place()).value("marketable_debt_bn")
    rows: list[OwnHolder] = []
    seen: dict[tuple[str, str], int] = {}
    problems = Problems()
    totals = [label for label in table.columns["holder"] if is_total(label)]
    for i, label in enumerate(table.columns["holder"]):
        if is_total(label):
            continue
        with problems.collected():
            row = _row(table, i, label, debt)
            key = (row.code or row.name.casefold(), row.month)
            if key in seen:
                message = f"{label!r} repeats row {table.lines[seen[key]]}."
                raise table.error(i, "holder", message, valid="one row for each holder and month")
            seen[key] = i
            rows.append(row)
    problems.refuse()
    if not rows:
        raise InputError("the table has totals and no holder.", file=table.file, valid="a holder")
    named = ", ".join(dict.fromkeys(totals))
    note = f"Left out, as they are totals or memo items: {named}."
    return OwnHoldings(table.file, tuple(rows), (note,) if totals else ())


def _row(table: Table, i: int, label: str, debt: float) -> OwnHolder:
    name, code = _holder(table, i, label)
    amount = table.number(i, "usd_bn")
    if amount > debt:
        raise table.error(
            i,
            "usd_bn",
            f"{amount:,.6g} bn is more than the marketable debt.",
            valid=f"billions of USD, at most {debt:,.0f}",
        )
    month = table.cell(i, "month")
    if month and not is_month(month):
        raise table.error(
            i, "month", f"there is no such month: {month!r}.", valid="YYYY-MM, or empty"
        )
    return OwnHolder(name, code, amount, month or DEFAULT_MONTH, _share(table, i))


def is_total(label: str) -> bool:
    """Whether a row is a total or a memo item of a table of holders, in any usual spelling."""
    text = " ".join(re.sub(r"[^a-z]+", " ", label.casefold()).split())
    return _TOTAL.search(text) is not None


def _holder(table: Table, row: int, label: str) -> tuple[str, str]:
    if not label:
        raise table.error(row, "holder", "the cell is empty.", valid="an ISO3 code or a name")
    code = holder_code(label)
    if code == "USA":
        raise table.error(
            row,
            "holder",
            "the United States issue Treasuries: they are no foreign holder.",
            valid="foreign holders",
        )
    if not code:
        return label, ""
    tic = tic_holdings()
    return (tic.holders[tic.codes.index(code)] if code in tic.codes else label), code


def _share(table: Table, row: int) -> float | None:
    text = table.columns["official_share"][row] if "official_share" in table else ""
    if not text:
        return None
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise table.error(
            row,
            "official_share",
            f"{text!r} is no share.",
            valid="a number from 0 to 1 with a decimal point, or empty where it is not known",
        )
    return share
