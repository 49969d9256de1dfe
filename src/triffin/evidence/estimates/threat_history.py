"""Estimates from older threats: base rates, hazards, scores, with standard errors and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from triffin.world.data.shipped_rows import rows

DATASET = "threat-estimates"


@dataclass(frozen=True)
class Estimate:
    """One estimate: its standard error (None where there is none), the cases it rests on, the day
    from which its data were public, and what it is."""

    name: str
    estimate: float
    se: float | None
    n: int
    known_from: date
    source: str
    note: str


@cache
def estimates() -> dict[str, Estimate]:
    """Name -> estimate (tools/build_data/threat_estimates makes them).

    >>> found = estimates()["alive_1m.us_trade"]
    >>> found.estimate, found.se, found.n
    (0.1557, 0.0281, 167)
    """
    return {row.name: row for row in rows(DATASET, Estimate)}
