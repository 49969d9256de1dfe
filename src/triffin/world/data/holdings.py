"""Foreign holdings of US Treasuries by country and month (TIC, Major Foreign Holders).

The holdings stand where the custodian reports them: those of Belgium, Luxembourg, the Cayman
Islands and the United Kingdom are to a large part those of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from triffin.world.base.errors import InputError, one_of
from triffin.world.data.series import MISSING, Series, read_dataset

DATASET = "tic-holdings"
KIND = "holdings"
DECIMALS = 1
TOTAL = "Grand Total"
OFFICIAL = "Foreign Official"
OFFICIAL_BILLS = "Foreign Official: bills"
OFFICIAL_BONDS = "Foreign Official: bonds and notes"
AGGREGATES = (TOTAL, OFFICIAL, OFFICIAL_BILLS, OFFICIAL_BONDS)
ALL_OTHER = "All Other"
# Each of up to 45 holders is rounded to 0.1: more than this is no rounding.
TOLERANCE = 0.65


@dataclass(frozen=True, eq=False)
class TicHoldings:
    """Holdings at the end of each month, market value, billion USD.

    months: T months ("2025-03"), increasing. holders: H names as TIC prints them, countries and
    regions first in alphabetical order, then `AGGREGATES`. codes: H ISO3 codes, "" for regions
    and aggregates. usd_bn: (H, T), NaN where the table does not list the holder: it is then part
    of "All Other", not zero.
    """

    months: tuple[str, ...]
    holders: tuple[str, ...]
    codes: tuple[str, ...]
    usd_bn: np.ndarray
    source: str
    licence: str
    notes: tuple[str, ...]

    def of(self, holder: str, month: str | None = None) -> float:
        """Holdings of one holder (ISO3 code or TIC name) in a month, by default the last one.

        Raises InputError for an unknown holder or month, and where the table does not list the
        holder in that month.
        """
        row, column = self._holder(holder), self._month(month)
        value = float(self.usd_bn[row, column])
        if not np.isfinite(value):
            listed = [m for m, v in zip(self.months, self.usd_bn[row], strict=True) if v == v]
            raise InputError(
                f"TIC does not list {self.holders[row]} in {self.months[column]}; it is part of "
                f'"{ALL_OTHER}".',
                value=month,
                valid=f"a month from {listed[0]} to {listed[-1]}" if listed else "another holder",
            )
        return value

    def by_holder(self, month: str | None = None) -> dict[str, float]:
        """Countries and regions listed in a month, largest first; with "All Other" they sum to
        the grand total where the month is `complete`."""
        column = self._month(month)
        rows = [
            (name, float(self.usd_bn[i, column]))
            for i, name in enumerate(self.holders)
            if name not in AGGREGATES and np.isfinite(self.usd_bn[i, column])
        ]
        return dict(sorted(rows, key=lambda item: -item[1]))

    def complete(self, month: str | None = None) -> bool:
        """Whether the holders listed in a month add up to the grand total."""
        listed = sum(self.by_holder(month).values())
        return abs(listed - self.of(TOTAL, month)) <= TOLERANCE

    def change(self, holder: str, month: str) -> float:
        """Change from the month before, billion USD; valuation is in it.

        Raises InputError where one of the two months is missing.
        """
        column = self._month(month)
        if column == 0:
            raise InputError(
                f"there is no month before {month} here.",
                value=month,
                valid=f"a month after {self.months[0]}",
            )
        return self.of(holder, month) - self.of(holder, self.months[column - 1])

    def series(self, holder: str) -> Series:
        """One holder as a monthly series, at the first day of each month."""
        row = self._holder(holder)
        return Series(
            name=f"{DATASET}:{self.holders[row]}",
            title=f"US Treasuries held by {self.holders[row]}",
            dates=np.array([f"{month}-01" for month in self.months], dtype="datetime64[D]"),
            values=self.usd_bn[row].copy(),
            unit="USD bn",
            frequency="monthly",
            source=self.source,
            licence=self.licence,
            notes=self.notes,
        )

    def _holder(self, holder: str) -> int:
        if holder in self.holders:
            return self.holders.index(holder)
        if holder and holder.upper() in self.codes:
            return self.codes.index(holder.upper())
        known = (*self.holders, *(code for code in self.codes if code))
        raise InputError(
            f"TIC lists no holder {holder!r}.",
            value=holder,
            among=known,
            valid=tuple(code for code in self.codes if code),
        )

    def _month(self, month: str | None) -> int:
        if month is None:
            return len(self.months) - 1
        one_of(
            month,
            self.months,
            f"there are no holdings of {month}.",
            valid=f"a month from {self.months[0]} to {self.months[-1]}, such as 2025-03",
        )
        return self.months.index(month)


def tic_holdings(month: str | None = None, *, folder: Path | None = None) -> TicHoldings:
    """The holdings of all months, or of one month, in the same shape.

    `folder` holds an updated copy (`triffin data update`); without it, as shipped. Raises
    InputError for a month that is not there and for damaged files.
    """
    entry, arrays = read_dataset(DATASET, folder)
    try:
        holders = tuple(np.char.decode(arrays["holders"], "utf-8").tolist())
        codes = tuple(np.char.decode(arrays["codes"], "utf-8").tolist())
        months = arrays["months"].astype("datetime64[M]")
        tenths = arrays["usd_bn"]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("the arrays of the holdings are missing.", file=entry["file"]) from error
    fits = tenths.shape == (len(holders), len(months)) and len(codes) == len(holders)
    if not fits or set(AGGREGATES) - set(holders) or np.any(np.diff(months.astype(int)) <= 0):
        raise InputError("the arrays of the holdings do not fit together.", file=entry["file"])
    found = TicHoldings(
        months=tuple(str(m) for m in months),
        holders=holders,
        codes=codes,
        usd_bn=np.where(tenths == MISSING, np.nan, tenths / 10**DECIMALS),
        source=str(entry["source"]),
        licence=str(entry["licence"]),
        notes=tuple(entry["notes"]),
    )
    if month is None:
        return found
    column = found._month(month)
    return replace(found, months=(month,), usd_bn=found.usd_bn[:, column : column + 1])


@cache
def tic_codes() -> dict[str, str]:
    """ISO3 code of every country that TIC has listed, by the name it is printed under."""
    tic = tic_holdings()
    return {name: code for name, code in zip(tic.holders, tic.codes, strict=True) if code}


def holdings_arrays(
    table: dict[tuple[str, str], float], codes: Mapping[str, str] | None = None
) -> dict[str, np.ndarray]:
    """Arrays of the archive from (holder, month) -> billion USD, in canonical order; `codes` are
    ISO3 codes by name, by default those of the shipped table.

    Raises InputError when a month is skipped, when an aggregate is missing in a month, or when
    bills and bonds of official holders do not add up to their total.
    """
    months = sorted({month for _, month in table})
    dates = np.array(months, dtype="datetime64[M]")
    if np.any(np.diff(dates.astype(int)) != 1):
        gap = next(m for i, m in enumerate(months[1:]) if int(np.diff(dates.astype(int))[i]) != 1)
        raise InputError(f"the month before {gap} is missing.", value=gap)
    names = sorted({holder for holder, _ in table} - set(AGGREGATES)) + list(AGGREGATES)
    values = np.array([[table.get((name, m), np.nan) for m in months] for name in names])
    for i, name in enumerate(names):
        if name in AGGREGATES and not np.all(np.isfinite(values[i])):
            absent = months[int(np.argmin(np.isfinite(values[i])))]
            raise InputError(f"{name} is missing in {absent}.", field=name, value=absent)
    parts = values[names.index(OFFICIAL_BILLS)] + values[names.index(OFFICIAL_BONDS)]
    off = np.abs(parts - values[names.index(OFFICIAL)])
    if np.any(off > 0.15):
        worst = months[int(np.argmax(off))]
        raise InputError(
            f"bills and bonds of foreign official holders do not add up in {worst}.", value=worst
        )
    known = tic_codes() if codes is None else codes
    tenths = np.where(np.isfinite(values), np.rint(values * 10**DECIMALS), MISSING)
    return {
        "holders": np.array(names),
        "codes": np.array([known.get(name) or _new_country(name) for name in names]),
        "months": dates.astype(np.int32),
        "usd_bn": tenths.astype(np.int32),
    }


def _new_country(name: str) -> str:
    # A country new in the table: pycountry costs 20 ms and is needed for updates only.
    import pycountry

    found = pycountry.countries.get(name=name) or pycountry.countries.get(common_name=name)
    return str(found.alpha_3) if found else ""
