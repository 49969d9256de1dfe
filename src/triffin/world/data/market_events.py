"""Records of events and shares: auctions, interventions, reserves by currency, use by layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from triffin.world.base.errors import InputError
from triffin.world.data.facts import fact
from triffin.world.data.series import Series
from triffin.world.data.shipped_rows import Positive, read_rows, rows
from triffin.world.registry.registry import GRADES

AUCTIONS = "auctions"
SecurityType = Literal["Bill", "Note", "Bond"]
TYPES: tuple[str, ...] = get_args(SecurityType)
INTERVENTIONS = "mof-interventions"
RATE_COLUMNS = ("day_before", "same_day", "plus_1", "plus_5", "plus_20", "plus_60")
INTERVENTION_COLUMNS = (
    *("date", "jpy_tn", "usd_bn", "direction"),
    *RATE_COLUMNS,
    *("status", "source", "grade"),
)
DIRECTIONS = ("buy JPY", "sell JPY", "none")
RESERVES = "reserve-shares"
CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CNY")
RESERVE_COLUMNS = (
    *("period", "date", "basis"),
    *CURRENCIES,
    *("other", "other_covers", "grade_usd", "grade_others", "source"),
)
BASES = ("allocated", "revised")


@dataclass(frozen=True)
class Auction:
    """One Treasury auction. bid_to_cover: bids over the amount offered; high_yield and
    market_yield in percent (None where the table has none); price per 100; amounts are not in
    the table."""

    date: str
    type: SecurityType
    term: str
    term_years: Positive
    inflation_protected: bool
    high_yield: float | None
    market_yield: float | None
    bid_to_cover: Positive
    price: Positive


@dataclass(frozen=True)
class CoverHistory:
    """Bid-to-cover ratios of a set of auctions."""

    auctions: int
    mean: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Intervention:
    """One day of intervention by Japan's Ministry of Finance, or a day that looked like one.

    jpy_tn, usd_bn: amount, None where nothing was published. rates: USD/JPY the day before, on
    the day, and 1, 5, 20 and 60 trading days later. grade: published for the ministry's daily
    figures, judgement for estimates and suspicions.
    """

    date: str
    jpy_tn: float | None
    usd_bn: float | None
    direction: str
    rates: dict[str, float | None]
    status: str
    source: str
    grade: str


@dataclass(frozen=True)
class ReserveShares:
    """Currencies in the world's foreign-exchange reserves, percent.

    basis: `allocated` (share of reserves whose currency was reported) or `revised` (full
    coverage, since the change of 2025). The two are different concepts and must not be spliced.
    shares: of `CURRENCIES` where known; other: the rest, `other_covers` says of what.
    """

    period: str
    date: str
    basis: str
    shares: dict[str, float]
    other: float | None
    other_covers: str
    grade_usd: str
    grade_others: str
    source: str


@dataclass(frozen=True)
class CurrencyLayer:
    """Use of currencies in one layer of the dollar system, percent of `total` (100, or 200 where
    each trade has two currencies). `rest` is what the named ones leave."""

    layer: str
    period: str
    shares: dict[str, float]
    total: float
    source: str
    grade: str

    @property
    def rest(self) -> float:
        """Share of all currencies that are not named."""
        return round(self.total - sum(self.shares.values()), 6)


@cache
def auctions() -> tuple[Auction, ...]:
    """Treasury auctions of January 2022 to October 2025, in order of date."""
    return rows(AUCTIONS, Auction)


def cover_history(period: str, types: Sequence[str] = TYPES) -> CoverHistory:
    """Cover of the auctions of a period ("2025", "2025-06", "2025-04-09") and of some types.

    Raises InputError where there was none, or for an unknown type.
    """
    for name in types:
        if name not in TYPES:
            raise InputError(f"{name!r} is not a type of security.", value=name, valid=TYPES)
    found = [a for a in auctions() if a.date.startswith(period) and a.type in types]
    if not found:
        raise InputError(
            f"there are no auctions of {period}.",
            value=period,
            valid=f"a period from {auctions()[0].date} to {auctions()[-1].date}, such as 2025-06",
        )
    covers = [a.bid_to_cover for a in found]
    mean = math.fsum(covers) / len(covers)
    return CoverHistory(len(covers), mean, min(covers), max(covers))


@cache
def interventions() -> tuple[Intervention, ...]:
    """Days of intervention in 2022-26, confirmed or suspected (see `status` and `grade`)."""
    return tuple(
        Intervention(
            date=row.day("date").isoformat(),
            jpy_tn=row.optional("jpy_tn"),
            usd_bn=row.optional("usd_bn"),
            direction=row.choice("direction", DIRECTIONS),
            rates={days: row.optional(days) for days in RATE_COLUMNS},
            status=row["status"],
            source=row["source"],
            grade=row.choice("grade", GRADES),
        )
        for row in read_rows(INTERVENTIONS, INTERVENTION_COLUMNS)
    )


@cache
def reserve_shares() -> tuple[ReserveShares, ...]:
    """Shares of currencies in reserves, 1999 to 2025, each with its basis."""
    found = []
    for row in read_rows(RESERVES, RESERVE_COLUMNS):
        shares = {c: row.number(c, positive=True) for c in CURRENCIES if row[c]}
        other = row.optional("other")
        if sum(shares.values()) + (other or 0) > 101:
            raise row.refused("the shares exceed 100 %.")
        found.append(
            ReserveShares(
                period=row["period"],
                date=row.day("date").isoformat(),
                basis=row.choice("basis", BASES),
                shares=shares,
                other=other,
                other_covers=row["other_covers"],
                grade_usd=row.choice("grade_usd", GRADES),
                grade_others=row.choice("grade_others", GRADES),
                source=row["source"],
            )
        )
    return tuple(found)


def reserve_share_series(currency: str = "USD", basis: str = "allocated") -> Series:
    """Share of one currency on one basis, percent, at the end of each quarter reported.

    The two bases are never joined. Raises InputError for an unknown currency or basis.
    """
    import numpy as np

    from triffin.world.data.shipped import provenance

    if currency not in CURRENCIES or basis not in BASES:
        raise InputError(
            f"there are no shares of {currency!r} on the basis {basis!r}.",
            value=currency if currency not in CURRENCIES else basis,
            valid=f"{', '.join(CURRENCIES)}; {' or '.join(BASES)}",
        )
    listed = [r for r in reserve_shares() if r.basis == basis and currency in r.shares]
    entry = provenance(RESERVES)
    return Series(
        name=f"{RESERVES}:{currency}:{basis}",
        title=f"Share of {currency} in foreign-exchange reserves, basis {basis}",
        dates=np.array([r.date for r in listed], dtype="datetime64[D]"),
        values=np.array([r.shares[currency] for r in listed]),
        unit="percent",
        frequency="quarterly, where reported",
        source=str(entry["source"]),
        licence=str(entry["licence"]),
        notes=tuple(entry["notes"]),
    )


def currency_layers() -> dict[str, CurrencyLayer]:
    """Layer -> latest use of currencies: turnover, reserves, reserves with gold, payments."""
    latest = reserve_shares()[-1]
    layers = [
        CurrencyLayer(
            layer="reserves",
            period=latest.period,
            shares=dict(latest.shares),
            total=100,
            source=latest.source,
            grade=latest.grade_usd,
        ),
        _layer(
            "turnover",
            {c: f"bis_fx_{c.lower()}_2025" for c in ("USD", "EUR", "JPY", "GBP", "CNY")},
            total=200,
        ),
        _layer("payments", {c: f"swift_{c.lower()}_2025_06" for c in CURRENCIES}, total=100),
    ]
    gold, dollar = (
        fact("dollar-system", key)
        for key in ("ecb_gold_share_2024", "ecb_usd_share_incl_gold_2024")
    )
    layers.append(
        CurrencyLayer(
            layer="reserves-with-gold",
            period=gold.date,
            # the note of the gold row: euro 16, dollar 46 (ECB 2025)
            shares={"USD": dollar.number, "gold": gold.number, "EUR": 16.0},
            total=100,
            source=gold.source,
            grade=gold.grade,
        )
    )
    return {layer.layer: layer for layer in layers}


def _layer(name: str, keys: dict[str, str], *, total: float) -> CurrencyLayer:
    used = {currency: fact("dollar-system", key) for currency, key in keys.items()}
    first = next(iter(used.values()))
    return CurrencyLayer(
        layer=name,
        period=first.date,
        shares={currency: row.number for currency, row in used.items()},
        total=total,
        source=first.source,
        grade=max((row.grade for row in used.values()), key=GRADES.index),
    )
