"""Published estimates of the tariffs of 2025-26, of Treasury sales and of yen intervention.

Each row is one figure of one institution, as printed, with what the build script reads from its
words: the economy, the measure, the shipped scenario with the same tariffs, the horizon, and
whether others retaliate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from triffin.world.data.shipped_rows import Confidence, Grade, rows

DATASET = "published-estimates"
Measure = Literal[
    "gdp",
    "growth",
    "welfare",
    "real income",
    "real wage",
    "employment",
    "prices",
    "exports",
    "trade",
    "revenue",
    "deficit",
    "household",
    "tariff rate",
    "optimal tariff",
    "pass-through",
    "yield",
    "yen",
    "forecast",
    "income in USD",
]
Like = Literal["gdp", "prices", "rate", "revenue", ""]
Status = Literal["score", "second", "case", "outdated", "excluded", "parameter", "n/a"]
Adjustment = Literal["short", "medium", "long", ""]
Answer = Literal["yes", "partly", "no", ""]
WORLD, EU = "WLD", "EU"


@dataclass(frozen=True)
class PublishedEstimate:
    """One published figure.

    value: in `unit`, as printed. economy: ISO3, EU or WLD; "" where there is none. measure: one of
    `Measure`. tariffs: name of the shipped scenario with the same tariffs, "" where none is like
    it. adjustment: short (up to two years), medium (to five) or long; "" where it does not apply.
    answered: whether others retaliate; "" where it is not stated. amount_usd_bn: dollars sold, for
    yields and the yen (None: see the scenario). like: which of our figures compares to it under US
    law on a day (`law`, with "announced" where the rates by partner of 2 April 2025 stand on top of
    it, "s122" where section 122 is left out). status: whether it is scored.
    """

    id: str
    institution: str
    model: str
    publication: str
    date: str
    scenario: str
    quantity: str
    value: float
    unit: str
    horizon: str
    retaliation: str
    economy: str
    measure: Measure
    tariffs: str
    adjustment: Adjustment
    answered: Answer
    amount_usd_bn: float | None
    source: str
    note: str
    confidence: Confidence
    grade: Grade
    like: Like
    law: str
    status: Status


@cache
def published_estimates() -> tuple[PublishedEstimate, ...]:
    """All figures, in the order of the table."""
    return rows(DATASET, PublishedEstimate)
