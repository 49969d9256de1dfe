"""`triffin backtest institutions`: our figures and published ones of the same quantity and law.

Nothing is fitted. Each set has the root mean squared distance from the published figures of ours,
of zero, of the median of the other published figures, and of import-share arithmetic, and the mean
interval score.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from triffin.evidence.estimates.like_with_like import Figure, figures, interval_score, others
from triffin.world.data.published_estimates import PublishedEstimate, published_estimates
from triffin.world.registry.parameter_set import ParameterSet, in_place

NOVEMBER, APRIL = "2025-11-14", "2026-04-06 s122"
SETS: dict[str, tuple[str, Callable[[PublishedEstimate], bool]]] = {
    "gdp-2025-11": (
        "GDP of eight regions, law of 14 November 2025",
        lambda row: row.like == "gdp" and row.law == NOVEMBER,
    ),
    "gdp-2026-04": (
        "GDP of seven regions, law of 6 April 2026 without section 122",
        lambda row: row.like == "gdp" and row.law == APRIL,
    ),
    "gdp-usa": (
        "US GDP by date",
        lambda row: row.like == "gdp" and row.economy == "USA" and row.status == "score",
    ),
    "prices-usa": (
        "US consumer prices by date, in full before substitution",
        lambda row: row.like == "prices" and row.status == "score",
    ),
    "rate-usa": (
        "US average rate before substitution",
        lambda row: row.like == "rate" and row.status == "score",
    ),
    "revenue-usa": (
        "US revenue of a year (a tenth of ten years, growth taken out)",
        lambda row: row.like == "revenue" and row.status == "score",
    ),
}
NOTES = (
    "Published figures are estimates of other models, not outcomes: a small distance is agreement.",
    "Long-run GDP is the volume of docs/trade.md 2.6 on the world of 2022, with the answers of "
    "Canada and "
    "China as enacted. The gain of Britain and of the European Union, and China's and Canada's "
    "losses of "
    "0.23 %, are reached by no variant of ours.",
    "Prices: the centre has no domestic firms that follow, which The Budget Lab's has; as a "
    "convention it "
    "stands in the interval.",
    "The median of the others is over figures of the table for the same quantity and economy "
    "under another "
    "law, scored or second; without any it is zero.",
)


def institutions(parameters: ParameterSet | None = None) -> dict[str, Any]:
    """{institutions: [{id, title, n, rmse: {ours, zero, median of the others, import-share
    arithmetic}, interval_score, inside, rows: [{id, institution, date, law, economy, unit,
    observed, median, low, high, inside, conventions, rivals}]}], notes}. `ours` in rmse also for
    each convention."""
    parameters = in_place() if parameters is None else parameters
    wanted = [r for r in published_estimates() if any(pick(r) for _, pick in SETS.values())]
    found = figures(parameters, frozenset(row.id for row in wanted))
    return {
        "institutions": [
            _scored(name, title, [f for f in found if pick(f.published)])
            for name, (title, pick) in SETS.items()
        ],
        "notes": list(NOTES),
    }


def _scored(name: str, title: str, found: list[Figure]) -> dict[str, Any]:
    rows = [_row(figure) for figure in found]
    observed, median, low, high = (
        np.array([row[key] for row in rows]) for key in ("observed", "median", "low", "high")
    )

    def rmse(said: list[float]) -> float:
        return float(np.sqrt(np.mean(np.square(np.array(said) - observed))))

    scores = {"ours": rmse(list(median))}
    for k, rival in enumerate(rows[0]["rivals"]):
        scores[rival["name"]] = rmse([row["rivals"][k]["value"] for row in rows])
    conventions = {
        key: rmse([row["conventions"][key] for row in rows]) for key in rows[0]["conventions"]
    }
    return {
        "id": name,
        "title": title,
        "n": len(rows),
        "rmse": scores,
        "rmse_of_conventions": conventions,
        "interval_score": interval_score(observed, low, high),
        "inside": int(sum(row["inside"] for row in rows)),
        "rows": rows,
    }


def _row(figure: Figure) -> dict[str, Any]:
    row = figure.published
    rivals = {
        "zero": 0.0,
        **({} if row.like == "revenue" else {"median of the others": others(row) or 0.0}),
        "import-share arithmetic": figure.arithmetic,
    }
    return {
        "id": row.id,
        "institution": row.institution,
        "date": row.date,
        "law": row.law,
        "economy": row.economy,
        "unit": figure.unit,
        "observed": figure.value,
        "median": figure.median,
        "low": figure.low,
        "high": figure.high,
        "inside": bool(figure.low <= figure.value <= figure.high),
        "conventions": figure.conventions,
        "rivals": [{"name": name, "value": value} for name, value in rivals.items()],
    }
