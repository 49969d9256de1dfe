"""Dated single figures with their sources, as finance uses them, one table per subject.

A fact is a row of a table: key, value, unit, date, source, note, confidence. Its grade follows
from its source: what has none, or a weak one, is a judgement. Records that belong together (the
price-impact studies, the maturities by month, the estimated yield channel) have readers of their
own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from triffin.world.base.errors import InputError, one_of
from triffin.world.base.own_tables_in_place import MATURITIES, active
from triffin.world.data.shipped_rows import Confidence, Count, Grade, Positive, rows

KIND = "facts"
TABLES = ("holdings-and-debt", "fx", "dollar-system", "price-impact")
PRICE_IMPACT = "facts-price-impact-studies"
YIELD_CHANNEL = "facts-yield-channel"
Family = Literal["flow-based", "stock-based", "stress"]


@dataclass(frozen=True)
class Fact:
    """One dated figure.

    value: a number, or a text where the source gives no number. date: as the source dates it (a
    day, month, year or period). confidence: high, medium or low, in the source itself. grade:
    published, derived (computed from published figures) or judgement (unsourced, or low
    confidence).
    """

    key: str
    value: float | str
    unit: str
    date: str
    source: str
    note: str
    confidence: Confidence
    grade: Grade

    @property
    def number(self) -> float:
        """The value as a number; InputError where it is a text."""
        if isinstance(self.value, str):
            raise InputError(f"{self.key} is not a number but {self.value!r}.", field=self.key)
        return self.value


@dataclass(frozen=True)
class PriceImpactStudy:
    """What one study says about yields when Treasuries are sold or held.

    low, high: its estimate in its own `unit` (equal for a point; high None where it is open
    above). instrument: maturity and whose flow. family: flow-based, stock-based or stress, None
    where the study measures something that no sale corresponds to. bp_per_100bn_*: basis points
    per 100 bn USD, in the market of the sample and scaled to the market of 2025; None where the
    tables give no conversion.
    """

    study: str
    year: int
    instrument: str
    horizon: str
    low: float
    high: float | None
    unit: str
    family: Family | None
    bp_per_100bn_low: float | None
    bp_per_100bn_high: float | None
    bp_per_100bn_2025_low: float | None
    bp_per_100bn_2025_high: float | None
    scaling: str
    source: str
    grade: Grade


@dataclass(frozen=True)
class Maturities:
    """Treasuries maturing in one month, face value, billion USD.

    notes_and_bonds, bills: None where the source has the total alone. published: whether the
    month rests on a table of single securities (MSPD) and not on a report of the press.
    """

    month: str
    total_usd_bn: float
    notes_and_bonds_usd_bn: float | None
    bills_usd_bn: float | None
    source: str
    grade: str
    confidence: str


@dataclass(frozen=True)
class ChannelEstimate:
    """One coefficient of a regression of USD/JPY on US yields.

    Percent by which the dollar rises against the yen when the regressor rises by one basis point;
    standard_error is that of Newey and West (1987) with `lags` lags.
    """

    sample: str
    start: str
    end: str
    horizon_days: int
    regressors: str
    coefficient: str
    estimate: float
    standard_error: Positive
    observations: Count
    lags: int
    r_squared: float

    @property
    def t(self) -> float:
        """Estimate over standard error."""
        return self.estimate / self.standard_error


def facts(table: str) -> tuple[Fact, ...]:
    """All rows of one table of `TABLES`. InputError with the nearest match for another name."""
    one_of(table, TABLES, f"there is no table of facts {table!r}.")
    return tuple(_facts(table).values())


def fact(table: str, key: str) -> Fact:
    """One fact by its key. InputError with the nearest match if there is none."""
    facts(table)
    rows = _facts(table)
    one_of(key, rows, f"there is no fact {key!r} in {table}.")
    return rows[key]


@cache
def price_impact() -> tuple[PriceImpactStudy, ...]:
    """The studies of price impact, normalised ones first; the mixture over `family` draws from
    those with a figure scaled to 2025."""
    found = rows(PRICE_IMPACT, PriceImpactStudy)
    for study in found:
        pairs = (
            (study.low, study.high),
            (study.bp_per_100bn_low, study.bp_per_100bn_high),
            (study.bp_per_100bn_2025_low, study.bp_per_100bn_2025_high),
        )
        if any(a is not None and b is not None and a > b for a, b in pairs):
            raise InputError(f"{study.study} has low above high.", file=f"{PRICE_IMPACT}.csv")
    return found


def maturities() -> dict[str, Maturities]:
    """Month -> maturing Treasuries, for the months with data alone.

    Notes and bonds of June 2025 are counted from single securities; bills are the rest of the
    total, so that the parts add up. The months of the user's own table, where one is in place,
    stand beside and in place of the shipped ones.
    """
    own = active(MATURITIES)
    return _shipped_maturities() if own is None else _shipped_maturities() | own.months


def _shipped_maturities() -> dict[str, Maturities]:
    found = {}
    for month, key in _MATURING.items():
        total = fact("holdings-and-debt", key)
        coupons = _COUPONS.get(month)
        notes = None if coupons is None else fact("holdings-and-debt", coupons)
        amount = round(total.number * 1000, 6)
        found[month] = Maturities(
            month=month,
            total_usd_bn=amount,
            notes_and_bonds_usd_bn=None if notes is None else notes.number,
            bills_usd_bn=None if notes is None else round(amount - notes.number, 6),
            source=total.source if notes is None else f"{total.source}; notes: {notes.source}",
            grade=total.grade,
            confidence=total.confidence,
        )
    return found


_MATURING = {
    "2025-03": "monthly_maturities_2025_03",
    "2025-04": "monthly_maturities_2025_04",
    "2025-06": "actual_june_2025_maturities_as_of_may31",
}
_COUPONS = {"2025-06": "june_2025_maturing_notes"}


@cache
def yield_channel() -> tuple[ChannelEstimate, ...]:
    """The estimated sign of the yield channel by sample, horizon and regressors."""
    return rows(YIELD_CHANNEL, ChannelEstimate)


@cache
def _facts(table: str) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for one in rows(f"facts-{table}", Fact):
        if not one.key or one.key in found or not one.source or one.value == "":
            raise InputError(
                f"the key {one.key!r} is empty, stands twice, or has no source or value.",
                file=f"facts-{table}.csv",
            )
        found[one.key] = one
    return found
