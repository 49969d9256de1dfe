"""What would have to be true: the value of a path at which a headline takes a target.

Every evaluation is a whole run with the same draws and shocks, so that the headline moves by the
path alone. Answers are kept by what decides them (`run.identity`): a search that was interrupted
goes on where it stopped, and another target on the same path costs little.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from triffin.record.record import parties
from triffin.results.result import Result
from triffin.run.engine import checked, loaded, no_progress, run
from triffin.run.trade.equilibria import Progress
from triffin.studies.cache import RunCache, asked_of
from triffin.studies.identity import run_key
from triffin.studies.solve.path import Vary, known_answers, target_value
from triffin.studies.solve.search import Found, search
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged
from triffin.world.base.own_tables_in_place import active_tables, using
from triffin.world.base.processes import shared_out
from triffin.world.registry.parameter_set import ParameterSet, in_place

MOST_RUNS = 15
RELATIVE = 1e-3
BILATERAL = "deficit"
_PROBABILITY = "probability"


@dataclass(frozen=True)
class Question:
    """A scenario with its settings, draws, seed and parameters (by default those in place): what
    stays the same from run to run."""

    scenario: str | Path
    settings: tuple[str, ...] = ()
    draws: int = 256
    seed: int = 1
    parameters: ParameterSet = field(default_factory=in_place)


@dataclass(frozen=True)
class Goal:
    """One answered question. target, found : in `unit`."""

    headline: str
    target: float
    unit: str
    found: Found


def solve_for(
    question: Question,
    headline: str,
    target: str,
    vary: Vary,
    *,
    cache: RunCache | None = None,
    progress: Progress = no_progress,
) -> Goal:
    """The value of a path at which a headline (its median or probability) is `target`.

    `deficit.IMPORTER.EXPORTER`, a bilateral goods deficit in billion USD at central parameters
    among hegemon, rival and focus, is a headline here, too.

    Raises InputError for an unknown headline, path or value, and what a run raises at both ends
    of the range.
    """
    checked(question.draws, question.seed)
    first = answers_at(question, [vary.setting(vary.low)], cache)
    described = known_answers(first, headline)
    unit = described["unit"]
    value = target_value(target, unit)
    done = 0

    def evaluate(x: float) -> float:
        nonlocal done
        done += 1
        progress("runs", done, MOST_RUNS)
        try:
            answers = answers_at(question, [vary.setting(x)], cache) if x != vary.low else first
        except (NoEquilibrium, NotConverged):
            if x in (vary.low, vary.high):
                raise
            return math.nan
        found = answers["answers"].get(headline, {}).get("value")
        return math.nan if found is None else float(found)

    found = search(
        evaluate,
        value,
        vary.low,
        vary.high,
        relative=RELATIVE,
        resolution=0.5 / question.draws if unit == _PROBABILITY else 0.0,
        whole=vary.whole,
        most=MOST_RUNS,
    )
    return Goal(headline, value, unit, found)


def answers_at(question: Question, more: Sequence[str], cache: RunCache | None) -> dict[str, Any]:
    """{"hash", "title", "answers": {id: {value, unit}}} of one run with `more` settings."""
    plan = loaded(question.scenario, [*question.settings, *more])
    parameters = question.parameters
    key = run_key(plan, question.draws, question.seed, parameters=parameters) if cache else ""
    kept = cache.answers(key) if cache is not None else None
    if kept is not None and "answers" in kept:
        parameters.asked.update(kept.get("asked", ()))
        return kept
    result = run(plan, draws=question.draws, seed=question.seed, parameters=parameters)
    found = {
        "hash": result.manifest["hash"],
        "title": result.manifest["title"],
        "answers": {
            entry["id"]: {"value": entry["median"], "unit": entry["unit"]}
            for entry in result.headline
        }
        | _bilateral(result),
        "asked": asked_of(parameters),
    }
    if cache is not None:
        cache.put_answers(key, found)
    return found


def _bilateral(result: Result) -> dict[str, dict[str, Any]]:
    """Goods deficits among the parties at central parameters, in the main phase."""
    after = result.data["trade_after"].sel(phase=result.manifest["main_phase"])
    found = {}
    for importer in parties(result.manifest).values():
        for exporter in parties(result.manifest).values():
            if importer != exporter:
                gap = after.sel(exporter=exporter, importer=importer) - after.sel(
                    exporter=importer, importer=exporter
                )
                value = float(gap)
                found[f"{BILATERAL}.{importer}.{exporter}"] = {
                    "value": value if math.isfinite(value) else None,
                    "unit": "bn USD",
                }
    return found


@dataclass(frozen=True)
class Contour:
    """values (n, n) of the headline by row of `y` and column of `x`, nan without an answer.
    line : points (x, y) at which it takes the target, between neighbours on a straight line."""

    x: Array
    y: Array
    values: Array
    line: list[tuple[float, float]]


def contour(
    question: Question,
    headline: str,
    target: str,
    axes: tuple[Vary, Vary],
    *,
    size: int = 20,
    workers: int = 2,
    cache: RunCache | None = None,
    progress: Progress = no_progress,
) -> tuple[Contour, str, float]:
    """A headline over a grid of two paths, across and up, with its unit and the target.

    Rows are shared out among processes; every cell is kept in the cache as it is finished, so
    that an interrupted grid goes on where it stopped. Raises what `solve_for` raises.
    """
    checked(question.draws, question.seed)
    across, up = axes
    corner = answers_at(question, [across.setting(across.low), up.setting(up.low)], cache)
    unit = known_answers(corner, headline)["unit"]
    value = target_value(target, unit)
    x, y = (np.linspace(v.low, v.high, size) for v in (across, up))
    # Payoffs of the talks are solved once for a row, where tariffs do not change along it.
    turned = across.trade and not up.trade
    outer, inner = (across, up) if turned else (up, across)
    rows, columns = (x, y) if turned else (y, x)
    values = np.full((size, size), np.nan)
    settings = [inner.setting(b) for b in columns]
    tasks = [_Row(question, outer.setting(a), settings, headline, cache) for a in rows]
    progress("cells", 0, size * size)
    for done, (place, row) in enumerate(_rows(tasks, workers), start=1):
        values[place] = row
        progress("cells", done * size, size * size)
    values = values.T if turned else values
    return Contour(x, y, values, level_line(x, y, values, value)), unit, value


@dataclass(frozen=True)
class _Row:
    question: Question
    fixed: str
    settings: list[str]
    headline: str
    cache: RunCache | None


def _rows(tasks: list[_Row], workers: int) -> Iterator[tuple[int, list[float]]]:
    """Rows as they are finished, with their places."""
    if workers == 1:
        yield from ((place, _solved_row(active_tables(), t)) for place, t in enumerate(tasks))
    else:
        yield from shared_out(_solved_row, active_tables(), tasks, workers)


def _solved_row(tables: dict[str, Any], task: _Row) -> list[float]:
    """One row of a grid, in this process."""
    found = []
    with using(**tables):
        for setting in task.settings:
            try:
                answers = answers_at(task.question, [task.fixed, setting], task.cache)["answers"]
                value = answers.get(task.headline, {}).get("value")
            except (NoEquilibrium, NotConverged):
                value = None
            found.append(math.nan if value is None else float(value))
    return found


def level_line(x: Array, y: Array, values: Array, level: float) -> list[tuple[float, float]]:
    """Points at which `values` (rows y, columns x) pass `level` along the lines of the grid."""
    above = values - level
    points = []
    for j in range(len(y)):
        for i in range(len(x)):
            for dj, di in ((0, 1), (1, 0)):
                if j + dj >= len(y) or i + di >= len(x):
                    continue
                a, b = above[j, i], above[j + dj, i + di]
                if a * b < 0 or (a == 0 and b != 0):
                    share = a / (a - b)
                    points.append(
                        (
                            float(x[i] + share * (x[i + di] - x[i])),
                            float(y[j] + share * (y[j + dj] - y[j])),
                        )
                    )
    return sorted(set(points))
