"""Rows of a backtest: what was observed beside what the model said, and how well it said it.

A quantity has draws of the predictive distribution; an event has a probability. Of both the row
holds the median and the 90 % interval of the outcome, so that `inside` means the same: the
outcome lies where the model puts nine in ten.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.answers.statistics import HIGH, LOW, MEDIAN
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

Row = dict[str, Any]

SURPRISE = 0.01
"""Weight of what no model foresees in the log score, so that one failure does not end it: a Cauchy
distribution around the median with the half width of the interval as its scale; for an event, one
half. Judgement."""


def quantity(what: str, module: str, unit: str, observed: float, draws: Array, **about: str) -> Row:
    """One row of a number: `observed` beside the predictive `draws` (n,), both in `unit`.

    about: information, grade and source where they are not those of the episode. log_score is the
    log of the predictive density at the observation, per unit: a kernel estimate of the draws mixed
    with `SURPRISE`.
    Raises InputError where a draw is not finite.
    """
    draws = np.asarray(draws, dtype=np.float64)
    if not np.all(np.isfinite(draws)):
        raise InputError(f"{what}: a draw of the model is not a finite number.", field=what)
    low, median, high = (float(v) for v in np.quantile(draws, [LOW, MEDIAN, HIGH]))
    score = math.log(density(draws, float(observed)))
    return stated(what, module, unit, float(observed), (low, median, high), score, **about)


def event(what: str, module: str, happened: bool, probability: float, **about: str) -> Row:
    """One row of an event: 1 if it happened, 0 if not, beside its probability.

    log_score is the log of the probability of what happened, mixed with `SURPRISE`.
    """
    of_outcome = probability if happened else 1.0 - probability
    score = math.log((1.0 - SURPRISE) * of_outcome + SURPRISE / 2.0)
    bounds = float(probability >= HIGH), float(probability >= MEDIAN), float(probability > LOW)
    row = stated(what, module, "1 if it happened", float(happened), bounds, score, **about)
    return {**row, "kind": "event", "probability": float(probability)}


def stated(
    what: str,
    module: str,
    unit: str,
    observed: float,
    interval: tuple[float, float, float],
    log_score: float | None,
    **about: str,
) -> Row:
    """One row of a number whose low, median and high (`interval`) and score are known."""
    low, median, high = interval
    return {
        "what": what,
        "observed": observed,
        "median": median,
        "low": low,
        "high": high,
        "inside": bool(low <= observed <= high),
        "unit": unit,
        "kind": "quantity",
        "probability": None,
        "log_score": log_score,
        "module": module,
        **about,
    }


def density(draws: Array, at: float) -> float:
    """Predictive density at a point: normal kernels, Silverman's width (1986, eq. 3.31).

    Raises InputError where the draws do not vary: a point has no density.
    """
    low, quarter, middle, third, high = np.quantile(draws, [LOW, 0.25, MEDIAN, 0.75, HIGH])
    spreads = [s for s in (float(np.std(draws)), float(third - quarter) / 1.34) if s > 0]
    if not spreads or not high > low:
        raise InputError("the draws of a forecast do not vary.", field="draws")
    width = 0.9 * min(spreads) * len(draws) ** -0.2
    kernels = np.exp(-0.5 * ((at - draws) / width) ** 2) / (width * math.sqrt(2.0 * math.pi))
    scale = (high - low) / 2.0
    surprise = 1.0 / (math.pi * scale * (1.0 + ((at - middle) / scale) ** 2))
    return float((1.0 - SURPRISE) * np.mean(kernels) + SURPRISE * surprise)


def scores(episodes: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Module -> coverage of the 90 % interval and mean log scores over its scored rows.

    Events are apart, as an interval says little about them. A module without a scored row has
    None, and its exclusions say why.
    """
    found: dict[str, dict[str, Any]] = {}
    for module, name in MODULES.items():
        rows = [r for e in episodes for r in e["rows"] if r["module"] == module]
        excluded = [
            {"episode": e["id"], "reason": e["excluded"][module]}
            for e in episodes
            if module in e["excluded"]
        ]
        if not rows and not excluded:
            continue
        numbers = [r for r in rows if r["kind"] == "quantity"]
        scored = [r for r in numbers if r["scored"]]
        events = [r for r in rows if r["kind"] == "event" and r["scored"]]
        found[module] = {
            "name": name,
            "scored": len(scored),
            "inside": sum(r["inside"] for r in scored),
            "coverage": _mean([float(r["inside"]) for r in scored]),
            "log_score": _mean([r["log_score"] for r in scored]),
            "events": len(events),
            "log_score_events": _mean([r["log_score"] for r in events]),
            "excluded_rows": len(rows) - len(scored) - len(events),
            "coverage_with_excluded": _mean([float(r["inside"]) for r in numbers]),
            "excluded": excluded,
        }
    return found


MODULES: Mapping[str, str] = {
    "trade": "trade",
    "customs": "customs duties",
    "A": "negotiation",
    "B": "credibility",
    "C": "alignment",
    "D": "Treasuries",
    "E": "currency",
    "F": "dollar",
}


def _mean(values: list[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
