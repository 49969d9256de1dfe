"""What is on record about leveraged holders of Treasuries, and weeks of stress in two markets.

Facts that a what-if rests on; none of them enters a forecast. `known_from` is the day from which a
figure was public: a question dated before must not use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from triffin.world.data.shipped_rows import rows

LEVERAGED = "leveraged-holders"
EPISODES = "joint-stress-episodes"


@dataclass(frozen=True)
class HolderFact:
    """A figure about leveraged holders: `period` it is of, `unit` USD bn or share."""

    key: str
    period: str
    value: float
    unit: str
    known_from: date
    source: str


@dataclass(frozen=True)
class StressWeek:
    """Five trading days from `start` with yields up and the dollar down.

    yields_bp, dollar_pct: change of the 10-year and of the dollar against five currencies;
    z_yields, z_dollar: the same over the scale known at the start.
    """

    start: date
    yields_bp: float
    dollar_pct: float
    z_yields: float
    z_dollar: float


@cache
def holders() -> tuple[HolderFact, ...]:
    """All figures about leveraged holders."""
    return rows(LEVERAGED, HolderFact)


def holder_facts() -> dict[str, HolderFact]:
    """Key -> figure about leveraged holders."""
    return {row.key: row for row in holders()}


@cache
def stress_weeks() -> tuple[StressWeek, ...]:
    """The 48 episodes since 1976 with z_yields >= 2 and z_dollar <= -1, largest first.

    >>> len(stress_weeks())
    48
    """
    return rows(EPISODES, StressWeek)
