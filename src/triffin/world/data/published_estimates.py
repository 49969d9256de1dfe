"""Published estimates of the tariffs of 2025-26, of Treasury sales and of yen intervention.

Each row is one figure of one institution, as printed, with what the build script reads from its
words: the economy, the measure, the shipped scenario with the same tariffs, the horizon, and
whether others retaliate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from triffin.world.data.facts import CONFIDENCE, choice, number, optional, read_table
from triffin.world.registry.registry import GRADES

DATASET = "published-estimates"
COLUMNS = (
    "id",
    "institution",
    "model",
    "publication",
    "date",
    "scenario",
    "quantity",
    "value",
    "unit",
    "horizon",
    "retaliation",
    "economy",
    "measure",
    "tariffs",
    "adjustment",
    "answered",
    "amount_usd_bn",
    "source",
    "note",
    "confidence",
    "grade",
)
MEASURES = (
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
)
ADJUSTMENTS = ("short", "medium", "long", "")
ANSWERS = ("yes", "partly", "no", "")
WORLD, EU = "WLD", "EU"


@dataclass(frozen=True)
class PublishedEstimate:
    """One published figure.

    value: in `unit`, as printed. economy: ISO3, EU or WLD; "" where there is none. measure: one of
    MEASURES. tariffs: name of the shipped scenario with the same tariffs, "" where none is like
    it. adjustment: short (up to two years), medium (to five) or long; "" where it does not apply.
    answered: whether others retaliate; "" where it is not stated. amount_usd_bn: dollars sold, for
    yields and the yen (None: see the scenario).
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
    measure: str
    tariffs: str
    adjustment: str
    answered: str
    amount_usd_bn: float | None
    source: str
    note: str
    confidence: str
    grade: str


@cache
def published_estimates() -> tuple[PublishedEstimate, ...]:
    """All figures, in the order of the table."""
    file = f"{DATASET}.csv"
    read = ("value", "measure", "adjustment", "answered", "amount_usd_bn", "confidence", "grade")
    plain = [key for key in COLUMNS if key not in read]
    return tuple(
        PublishedEstimate(
            **{key: row[key] for key in plain},
            value=number(row, "value", file, line),
            measure=choice(row, "measure", MEASURES, file, line),
            adjustment=choice(row, "adjustment", ADJUSTMENTS, file, line),
            answered=choice(row, "answered", ANSWERS, file, line),
            amount_usd_bn=optional(row, "amount_usd_bn", file, line),
            confidence=choice(row, "confidence", CONFIDENCE, file, line),
            grade=choice(row, "grade", GRADES, file, line),
        )
        for line, row in read_table(DATASET, COLUMNS)
    )
