"""Dated single figures with their sources, as finance uses them, one table per subject.

A fact is a row of a table: key, value, unit, date, source, note, confidence. Its grade follows
from its source: what has none, or a weak one, is a judgement. Records that belong together (the
price-impact studies, the maturities by month, the estimated yield channel) have readers of their
own.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.own_tables_in_place import MATURITIES, active
from triffin.world.data.shipped import provenance, verified_bytes
from triffin.world.registry.registry import GRADES

KIND = "facts"
TABLES = ("holdings-and-debt", "fx", "dollar-system", "price-impact")
COLUMNS = ("key", "value", "unit", "date", "source", "note", "confidence", "grade")
CONFIDENCE = ("high", "medium", "low")
PRICE_IMPACT = "facts-price-impact-studies"
FAMILIES = ("flow-based", "stock-based", "stress")
STUDY_COLUMNS = (
    "study",
    "year",
    "instrument",
    "horizon",
    "low",
    "high",
    "unit",
    "family",
    "bp_per_100bn_low",
    "bp_per_100bn_high",
    "bp_per_100bn_2025_low",
    "bp_per_100bn_2025_high",
    "scaling",
    "source",
    "grade",
)
YIELD_CHANNEL = "facts-yield-channel"
CHANNEL_COLUMNS = (
    "sample",
    "start",
    "end",
    "horizon_days",
    "regressors",
    "coefficient",
    "estimate",
    "standard_error",
    "observations",
    "lags",
    "r_squared",
)


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
    confidence: str
    grade: str

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
    family: str | None
    bp_per_100bn_low: float | None
    bp_per_100bn_high: float | None
    bp_per_100bn_2025_low: float | None
    bp_per_100bn_2025_high: float | None
    scaling: str
    source: str
    grade: str


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
    standard_error: float
    observations: int
    lags: int
    r_squared: float

    @property
    def t(self) -> float:
        """Estimate over standard error."""
        return self.estimate / self.standard_error


def facts(table: str) -> tuple[Fact, ...]:
    """All rows of one table of `TABLES`. InputError with the nearest match for another name."""
    if table not in TABLES:
        raise InputError(
            f"there is no table of facts {table!r}.",
            value=table,
            nearest=nearest_match(table, TABLES),
            valid=TABLES,
        )
    return tuple(_facts(table).values())


def fact(table: str, key: str) -> Fact:
    """One fact by its key. InputError with the nearest match if there is none."""
    facts(table)
    rows = _facts(table)
    if key not in rows:
        raise InputError(
            f"there is no fact {key!r} in {table}.",
            value=key,
            nearest=nearest_match(key, rows),
            valid=tuple(rows),
        )
    return rows[key]


@cache
def price_impact() -> tuple[PriceImpactStudy, ...]:
    """The studies of price impact, normalised ones first; the mixture over `family` draws from
    those with a figure scaled to 2025."""
    file = f"{PRICE_IMPACT}.csv"
    found = []
    for line, row in read_table(PRICE_IMPACT, STUDY_COLUMNS):
        low = number(row, "low", file, line)
        study = PriceImpactStudy(
            study=row["study"],
            year=int(number(row, "year", file, line)),
            instrument=row["instrument"],
            horizon=row["horizon"],
            low=low,
            high=optional(row, "high", file, line),
            unit=row["unit"],
            family=row["family"] or None,
            bp_per_100bn_low=optional(row, "bp_per_100bn_low", file, line),
            bp_per_100bn_high=optional(row, "bp_per_100bn_high", file, line),
            bp_per_100bn_2025_low=optional(row, "bp_per_100bn_2025_low", file, line),
            bp_per_100bn_2025_high=optional(row, "bp_per_100bn_2025_high", file, line),
            scaling=row["scaling"],
            source=row["source"],
            grade=choice(row, "grade", GRADES, file, line),
        )
        if study.family is not None:
            choice(row, "family", FAMILIES, file, line)
        pairs = (
            (study.low, study.high),
            (study.bp_per_100bn_low, study.bp_per_100bn_high),
            (study.bp_per_100bn_2025_low, study.bp_per_100bn_2025_high),
        )
        if any(a is not None and b is not None and a > b for a, b in pairs):
            raise InputError("an estimate has low above high.", file=file, line=line)
        found.append(study)
    return tuple(found)


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
    file = f"{YIELD_CHANNEL}.csv"
    return tuple(
        ChannelEstimate(
            sample=row["sample"],
            start=row["start"],
            end=row["end"],
            horizon_days=int(number(row, "horizon_days", file, line)),
            regressors=row["regressors"],
            coefficient=row["coefficient"],
            estimate=number(row, "estimate", file, line),
            standard_error=number(row, "standard_error", file, line, positive=True),
            observations=int(number(row, "observations", file, line, positive=True)),
            lags=int(number(row, "lags", file, line)),
            r_squared=number(row, "r_squared", file, line),
        )
        for line, row in read_table(YIELD_CHANNEL, CHANNEL_COLUMNS)
    )


@cache
def _facts(table: str) -> dict[str, Fact]:
    dataset = f"facts-{table}"
    file = f"{dataset}.csv"
    found: dict[str, Fact] = {}
    for line, row in read_table(dataset, COLUMNS):
        key = row["key"]
        if not key or key in found:
            raise InputError(f"the key {key!r} is empty or stands twice.", file=file, line=line)
        if not row["source"] or not row["value"]:
            raise InputError(f"{key} has no source or no value.", file=file, line=line)
        found[key] = Fact(
            key=key,
            value=_value(row["value"]),
            unit=row["unit"],
            date=row["date"],
            source=row["source"],
            note=row["note"],
            confidence=choice(row, "confidence", CONFIDENCE, file, line),
            grade=choice(row, "grade", GRADES, file, line),
        )
    return found


def read_table(dataset: str, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """(line, row) of a shipped CSV table whose header is exactly `columns`.

    The checksum is verified; InputError (file, line) for another header or a ragged row.
    """
    file = str(provenance(dataset)["file"])
    reader = csv.reader(io.StringIO(verified_bytes(dataset).decode("utf-8")))
    header = next(reader, [])
    if tuple(header) != tuple(columns):
        raise InputError("the header is not that of the table.", file=file, valid=columns)
    rows = []
    for cells in reader:
        if len(cells) != len(header):
            raise InputError(
                f"{len(cells)} cells.",
                file=file,
                line=reader.line_num,
                valid=f"{len(header)} cells, as in the header",
            )
        rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
    return rows


def number(
    row: Mapping[str, str], column: str, file: str, line: int, *, positive: bool = False
) -> float:
    """A finite number of a row; InputError (file, line, column) otherwise."""
    value = _value(row[column])
    if isinstance(value, str) or (positive and value <= 0):
        raise InputError(f"{row[column]!r}.", file=file, line=line, field=column, valid="a number")
    return value


def optional(row: Mapping[str, str], column: str, file: str, line: int) -> float | None:
    """As `number`, None for an empty cell."""
    return number(row, column, file, line) if row[column] else None


def choice(row: Mapping[str, str], column: str, valid: Sequence[str], file: str, line: int) -> str:
    """A cell that is one of `valid`; InputError otherwise."""
    if row[column] not in valid:
        raise InputError(f"{row[column]!r}.", file=file, line=line, field=column, valid=valid)
    return row[column]


def _value(text: str) -> float | str:
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text
