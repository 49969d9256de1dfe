"""Narrow goods: what they are, who uses them (judged), and who supplies the United States."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from triffin.world.base.errors import one_of
from triffin.world.data.blocs import EU
from triffin.world.data.shipped_rows import Grade, rows

GOODS, SUPPLIERS = "narrow-goods", "narrow-good-suppliers"
Share = Annotated[float, "above zero"]


@dataclass(frozen=True)
class NarrowGood:
    """One good: HS codes with spaces, the sector that makes it, `sector:share of use; ...`, imports
    of the United States, judged ranges of dependent lines and of the ease of replacing it."""

    good: str
    label: str
    hs6: str
    maker: str
    users: str
    imports_usd_mn: Share
    dependent_low: Share
    dependent_mid: Share
    dependent_high: Share
    sigma_low: float
    sigma_mid: float
    sigma_high: float
    stock_months: float
    grade: Grade
    source: str


@dataclass(frozen=True)
class Supplier:
    """One supplier's share of United States imports of a good, 2024."""

    good: str
    iso3: str
    share: Share


def narrow_goods() -> dict[str, NarrowGood]:
    """The goods that ship, by name."""
    return {good.good: good for good in rows(GOODS, NarrowGood)}


def suppliers(good: str) -> dict[str, float]:
    """Share of each supplier in United States imports of a good."""
    return {row.iso3: row.share for row in rows(SUPPLIERS, Supplier) if row.good == good}


def named_good(name: str) -> NarrowGood:
    """A good by name or label; InputError with the nearest of those that ship."""
    known = narrow_goods()
    for good in known.values():
        if name.strip().casefold() in (good.good.casefold(), good.label.casefold()):
            return good
    one_of(
        name,
        known,
        f"the good {name!r} is in no table, and its sector is far wider than it.",
        field="--good",
    )
    raise AssertionError


def supplied(good: NarrowGood, by: Sequence[str]) -> float:
    """Share of the good that these economies (codes) supply to the United States."""
    shares = suppliers(good.good)
    found = sum(shares.get(code, 0.0) for code in set(by))
    return min(1.0, found + (shares.get("EU", 0.0) if set(EU) <= set(by) else 0.0))
