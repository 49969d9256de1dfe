"""Our number beside everyone else's: `triffin versus`.

Every published figure stands beside what the run says about the same measure. The gap is taken
apart where the run can measure it (other tariffs, retaliation), and what is left is put down to
the assumptions that differ, which follow from the columns of the table and the run's settings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.answers.statistics import HIGH, LOW
from triffin.evidence.estimates import our_figures
from triffin.evidence.estimates.like_with_like import figures
from triffin.evidence.estimates.our_figures import ByClosure
from triffin.scenario.loading import load_scenario
from triffin.world.base.arrays import Array
from triffin.world.base.wording import number
from triffin.world.data.published_estimates import PublishedEstimate, published_estimates
from triffin.world.registry.parameter_set import ParameterSet, in_place

if TYPE_CHECKING:
    from triffin.results.result import Result
    from triffin.scenario.schema import Scenario

# Measures of one market and not of a run's tariffs.
FINANCE = {"yield": our_figures.yield_rise, "yen": our_figures.yen_move}
NOT_COMPARABLE = {
    "household": "per household on a base that differs by publication; prices stand beside prices",
    "forecast": "the level of a forecast, not what tariffs change",
    "income in USD": "a sum in USD over other years or months, for tariffs that no scenario has",
}
OUR_MEASURE = {
    "gdp": "real GDP, a lasting change of its volume",
    "growth": "real GDP: a lasting change of its volume, not growth in a year",
    "welfare": "welfare, a lasting change of its level",
    "real income": "real income: spending at consumer prices, a lasting change of its level",
    "real wage": "the wage at consumer prices",
    "employment": "employment, weighted by spending",
    "prices": "consumer prices in full, before substitution, under the law of the same day",
    "exports": "exports in value, world income held constant",
    "trade": "world trade in value, world income held constant",
    "revenue": "ten times the revenue of a year at the prices of the base year",
    "deficit": "minus ten times the revenue of a year, no interest",
    "tariff rate": "rates weighted by the imports of the base year; no sectoral duties",
    "optimal tariff": "the best uniform tariff by model and use of the revenue",
    "pass-through": "complete pass-through into the price before tariff, an assumption",
    "yield": "10-year equivalents sold over a month, priced by study",
    "yen": "dollars sold at one stroke, percent of USD/JPY",
}
OUR_TIME = "per year, after full adjustment"
UNITS = {"revenue": "bn USD", "deficit": "bn USD", "yield": "bp"}
"""Units of our figures by measure; "%" for all others."""


@dataclass(frozen=True, eq=False)
class _Ours:
    """Our values of one row: over closures, or draws; `labels` name closures."""

    values: Array
    labels: tuple[str, ...] = ()

    @property
    def known(self) -> Array:
        return self.values[np.isfinite(self.values)]

    @property
    def middle(self) -> float:
        return float(np.median(self.known))

    def ends(self) -> tuple[float, float]:
        """Range over closures; 90 % of draws."""
        if self.labels:
            return float(self.known.min()), float(self.known.max())
        low, high = np.quantile(self.known, [LOW, HIGH])
        return float(low), float(high)


@dataclass(eq=False)
class _Bench:
    """The run, and other scenarios solved when a row needs them."""

    run: ByClosure
    world: str
    solved: dict[str, ByClosure] = field(default_factory=dict)
    optimum: _Ours | None = None

    def scenario(self, name: str, parameters: ParameterSet) -> ByClosure:
        if name not in self.solved:
            self.solved[name] = our_figures.of_scenario(load_scenario(name), parameters)
        return self.solved[name]

    def best_uniform(self) -> _Ours:
        if self.optimum is None:
            self.optimum = _Ours(*our_figures.best_uniform(self.run.hegemon, self.world))
        return self.optimum


def versus(subject: Result | Scenario, *, parameters: ParameterSet | None = None) -> dict[str, Any]:
    """Published figures beside those of a run, or of a scenario at central parameters.

    Returns {scenario, title, rows: [{id, institution, model, publication, date, scenario, quantity,
    economy, measure, unit, published, ours, range: {low, high, over}, inside_range, gap, alike:
    {ours, low, high, inside}, nearest, assumptions: [{name, theirs, ours, effect}], unexplained,
    explained_by, explanation, reason, source, confidence, grade}], strips: [...], counts}; `ours`
    is None with a `reason` where nothing in the run is like the figure. `alike` is our answer to
    their tariffs with their retaliation, as far as it can be had. Percentages unless the unit says
    otherwise.
    """
    parameters = in_place() if parameters is None else parameters
    from triffin.results.result import Result

    if isinstance(subject, Result):
        bench = _Bench(our_figures.of_run(subject), str(subject.manifest["world"]))
    else:
        bench = _Bench(our_figures.of_scenario(subject, parameters), subject.world)
    bench.solved[bench.run.scenario] = bench.run
    rows = [_row(published, bench, parameters=parameters) for published in published_estimates()]
    compared = [row for row in rows if row["ours"] is not None]
    causes = [row["explained_by"] for row in compared if row["explained_by"]]
    return {
        "scenario": bench.run.scenario,
        "title": bench.run.title,
        "models_and_closures": list(bench.run.labels),
        "rows": rows,
        "strips": strips(rows),
        "counts": {
            "published": len(rows),
            "compared": len(compared),
            "inside_range": sum(row["inside_range"] for row in compared),
            "inside_alike": sum(row["alike"]["inside"] for row in compared),
            "explained_by": {name: causes.count(name) for name in dict.fromkeys(causes)},
        },
    }


def strips(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One strip per measure and economy (or amount sold): our range, and every published figure."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        if row["ours"] is None:
            continue
        key = (row["measure"], row["label"], row["unit_of_ours"])
        strip = found.setdefault(
            key,
            {
                "measure": row["measure"],
                "label": row["label"],
                "unit": row["unit_of_ours"],
                "ours": row["ours"],
                "low": row["range"]["low"],
                "high": row["range"]["high"],
                "published": [],
            },
        )
        strip["published"].append(
            {"id": row["id"], "institution": row["institution"], "value": row["published"]}
        )
    return list(found.values())


def _row(
    published: PublishedEstimate, bench: _Bench, *, parameters: ParameterSet
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": published.id,
        "institution": published.institution,
        "model": published.model,
        "publication": published.publication,
        "date": published.date,
        "scenario": published.scenario,
        "quantity": published.quantity,
        "economy": published.economy,
        "measure": published.measure,
        "label": _label(published),
        "unit": published.unit,
        "unit_of_ours": UNITS.get(published.measure, "%"),
        # Signs of exchange rates differ between sources; the size of the move does not.
        "published": abs(published.value) if published.measure == "yen" else published.value,
        "source": published.source,
        "confidence": published.confidence,
        "grade": published.grade,
        "ours": None,
        "range": None,
        "inside_range": None,
        "gap": None,
        "nearest": None,
        "assumptions": [],
        "unexplained": None,
        "explained_by": None,
        "explanation": None,
        "alike": None,
        "reason": None,
    }
    ours, reason = _ours(published, bench, parameters=parameters)
    if ours is None or not len(ours.known):
        return {**row, "reason": reason}
    low, high = ours.ends()
    theirs = row["published"]
    assumptions, like = _assumptions(published, bench, ours, parameters)
    left = theirs - like.middle
    least, most = like.ends()
    inside = bool(least <= theirs <= most)
    gap = theirs - ours.middle
    cause = _cause(assumptions, gap, left, inside=inside)
    nearest = None
    if like.labels:
        distance = np.where(np.isfinite(like.values), np.abs(like.values - theirs), np.inf)
        nearest = like.labels[int(np.argmin(distance))]
    alike = {"ours": like.middle, "low": least, "high": most, "inside": inside}
    return {
        **row,
        "ours": ours.middle,
        "range": {
            "low": low,
            "high": high,
            "over": "models and closures" if ours.labels else "90 % of draws",
        },
        "alike": alike,
        "inside_range": bool(low <= theirs <= high),
        "gap": gap,
        "nearest": nearest,
        "assumptions": assumptions,
        "unexplained": left,
        "explained_by": cause,
        "explanation": _explanation(
            theirs, ours.middle, assumptions, left, cause, nearest if inside else None
        ),
    }


def _ours(
    row: PublishedEstimate, bench: _Bench, *, parameters: ParameterSet
) -> tuple[_Ours | None, str | None]:
    """Our values for a row, or why there are none."""
    if row.measure in NOT_COMPARABLE:
        return None, NOT_COMPARABLE[row.measure]
    if row.measure in FINANCE:
        return _Ours(FINANCE[row.measure](row, parameters=parameters)), None
    if row.measure == "optimal tariff":
        return bench.best_uniform(), None
    if row.measure == "pass-through":
        if "retail" in row.quantity:
            return None, "retail margins are not in the models"
        assumed = 100 * parameters.value("pass_through_base")
        return _Ours(np.array([assumed]), ("as assumed",)), None
    if row.measure == "prices":
        found = figures(parameters, frozenset({row.id}))
        if not found:
            return None, "no law of a day goes with it; a relative price level is no consumer price"
        ours = {"full pass-through": found[0].median, **found[0].conventions}
        return _Ours(np.array(list(ours.values())), tuple(ours)), None
    values = bench.run.of(row.measure, row.economy)
    if values is None:
        return None, "the run has no such economy" if row.economy else "an area the world lacks"
    return _Ours(values, bench.run.labels), None


def _assumptions(
    row: PublishedEstimate, bench: _Bench, ours: _Ours, parameters: ParameterSet
) -> tuple[list[dict[str, Any]], _Ours]:
    """(what differs, in the order in which the gap is taken apart; our values at their tariffs
    and with their retaliation). Effects are in the row's unit."""
    found: list[dict[str, Any]] = []
    like = ours
    of_tariffs = row.measure not in (*FINANCE, "optimal tariff", "pass-through", "prices")
    if of_tariffs:
        at = bench.run
        if row.tariffs != bench.run.scenario:
            effect = None
            other = None
            if row.tariffs:
                at = bench.scenario(row.tariffs, parameters)
                other = at.of(row.measure, row.economy)
            if other is not None:
                like = _Ours(other, at.labels)
                effect = like.middle - ours.middle
            found.append(_assumption("tariffs", row.scenario, bench.run.title, effect))
        if row.measure != "tariff rate":
            answer, like = _retaliation(row, at, like)
            found.append(answer)
    if of_tariffs and row.adjustment in ("short", "medium"):
        found.append(_assumption("adjustment", row.horizon, OUR_TIME, None))
    words = OUR_MEASURE[row.measure]
    if row.measure == "tariff rate":
        words = f"{words}; {bench.run.basis} rates"
    found.append(_assumption("measure", row.quantity, words, None))
    models = f"{len(ours.labels)} models and closures" if ours.labels else "draws over studies"
    found.append(_assumption("model", row.model, models, None))
    return found, like


def _retaliation(
    row: PublishedEstimate, at: ByClosure, like: _Ours
) -> tuple[dict[str, Any], _Ours]:
    """What their rule of retaliation does to our answer, and our values under such a rule."""
    ours = "none or reciprocal, by closure"
    alike = np.array([(rule != "none") == (row.answered == "yes") for rule in at.retaliation])
    alike &= np.isfinite(like.values)
    if row.answered not in ("yes", "no") or not alike.any():
        return _assumption("retaliation", row.retaliation, ours, None), like
    labels = tuple(label for label, same in zip(like.labels, alike, strict=True) if same)
    kept = _Ours(like.values[alike], labels)
    return _assumption("retaliation", row.retaliation, ours, kept.middle - like.middle), kept


def _assumption(name: str, theirs: str, ours: str, effect: float | None) -> dict[str, Any]:
    return {"name": name, "theirs": theirs, "ours": ours, "effect": effect}


def _cause(assumptions: list[dict[str, Any]], gap: float, left: float, *, inside: bool) -> str:
    """The assumption that goes with most of the gap.

    A measured one if it closes the gap by more than it leaves; else the model and closure where
    the published figure lies within our range over them at their tariffs and with their
    retaliation; else the first that differs and has no measure, in the order tariffs, adjustment,
    retaliation.
    """
    closing = {
        a["name"]: a["effect"] * np.sign(gap) for a in assumptions if a["effect"] is not None
    }
    best = max(closing, key=lambda name: closing[name], default=None)
    if best is not None and abs(left) < abs(gap) and closing[best] > abs(left):
        return best
    if inside:
        return "model"
    unmeasured = [a["name"] for a in assumptions if a["effect"] is None]
    return next((n for n in ("tariffs", "adjustment", "retaliation") if n in unmeasured), "model")


def _explanation(
    theirs: float,
    ours: float,
    assumptions: list[dict[str, Any]],
    left: float,
    cause: str,
    nearest: str | None,
) -> str:
    parts = [f"{number(theirs)} against {number(ours)}"]
    parts += [
        f"their {a['name']} ({a['theirs']}) would move ours by {_signed(a['effect'])}"
        for a in assumptions
        if a["effect"] is not None
    ]
    rest = [a for a in assumptions if a["effect"] is None]
    words = "; ".join(f"{a['name']}: {a['theirs'] or 'not stated'} | {a['ours']}" for a in rest)
    parts.append(f"{_signed(left)} is left to what is not measured ({words})")
    text = f"{'; '.join(parts)}. Most of the gap goes with: {cause}."
    if nearest:
        text += f" It lies within our range of like cases; nearest is {nearest}."
    return text


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(value)


def _label(row: PublishedEstimate) -> str:
    """What a strip is about: an economy, or an amount of dollars sold."""
    if row.measure not in FINANCE:
        return row.economy or row.quantity
    maturity = "5-year, " if row.quantity.startswith("5-year") else ""
    sold = "1 trn JPY" if row.amount_usd_bn is None else f"{row.amount_usd_bn:g} bn USD"
    return f"{maturity}{sold}"
