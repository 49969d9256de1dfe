"""Compare runs or scenarios from Python: `triffin.compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.results import compare as comparison
from triffin.results.result import Result
from triffin.run.engine import DEFAULT_DRAWS, DEFAULT_SEED, run
from triffin.scenario.schema import Scenario
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet


def compare(
    *items: Result | Scenario | str | Path,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """Runs side by side, each less the first, as `triffin compare` prints them.

    Parameters
    ----------
    items : at least two: a `Result`, a folder that a run was saved to, or the name, file or content
        of a scenario, which is run first.
    draws, seed : of the scenarios that are run. With equal ones draws are common, and differences
        have intervals.
    parameters : of the scenarios that are run, as `triffin.run` takes them.

    Returns the document {runs, headline, economies} of plain values; see
    `triffin.results.compare.compare`. Raises InputError for fewer than two items and for anything
    wrong in a scenario.

    Example
    -------
    >>> import triffin
    >>> document = triffin.compare("pause-2025", "universal-10", draws=4)
    >>> [one["scenario"] for one in document["runs"]]
    ['pause-2025', 'universal-10']
    """
    if len(items) < 2:
        raise InputError("nothing to compare: give at least two runs.", value=len(items))
    return comparison.compare([_result(item, draws, seed, parameters) for item in items])


def _result(
    item: Result | Scenario | str | Path, draws: int, seed: int, parameters: ParameterSet | None
) -> Result:
    if isinstance(item, Result):
        return item
    if isinstance(item, str | Path) and Path(item).is_dir():
        return Result.load(item)
    return run(item, draws=draws, seed=seed, parameters=parameters)
