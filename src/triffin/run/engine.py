"""Run a scenario: every room on one clock, with uncertainty.

Welfare is per year after full adjustment, relative to the world before the tariffs. Where the
scenario has talks it is that of the tariffs at the end of each draw; else that of the main phase,
the last one with tariffs in force.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from triffin.results.result import Result
from triffin.run.assembly import assemble
from triffin.run.block import blocks_of, solve_block
from triffin.run.plan.prepare import check_plan, prepare
from triffin.run.plan.streams import BLOCK
from triffin.run.sections.every import SECTIONS
from triffin.run.sensitivity import sobol_indices
from triffin.run.trade.equilibria import Progress, no_progress
from triffin.scenario.loading import load_scenario
from triffin.scenario.schema import Scenario
from triffin.trade.models import choose
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet, in_place
from triffin.world.registry.sampling import MAX_DRAWS

Overrides = Mapping[str, Any] | Iterable[str]

DEFAULT_DRAWS = 256
DEFAULT_SEED = 1
SENSITIVITIES = ("given-data", "sobol")


def run(
    scenario: str | Path | Scenario,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    overrides: Overrides = (),
    sensitivity: str = "given-data",
    progress: Progress = no_progress,
    parameters: ParameterSet | None = None,
) -> Result:
    """Run a scenario and return its Result (nothing is written; see `Result.save`).

    Parameters
    ----------
    scenario : name of a shipped scenario, path of a YAML file, or a loaded Scenario.
    draws : number of parameter and closure draws, at least 1.
    seed : seed of the draws and of the shocks; same scenario, draws and seed
        give same bits.
    overrides : {path: value}, or "path=value" settings as with `triffin run --set`.
    sensitivity : "given-data", first-order indices from the draws themselves; "sobol" adds full
        first-order and total indices by group of parameters, at the price of ten runs
        (manifest["sensitivity"]).
    progress : called as progress(stage, done, total).
    parameters : what the scenario's `changes:` are made to; by default what ships, with the user's
        own priors where some are in place (`triffin.own_data`).

    Raises
    ------
    InputError : anything wrong in the scenario or the options.
    NoEquilibrium : the main phase has no equilibrium under the central closure, or under none.
    """
    started = time.perf_counter()
    checked(draws, seed)
    choose("sensitivity", sensitivity, SENSITIVITIES)
    if sensitivity == "sobol" and find_spec("SALib") is None:
        raise InputError(
            "total Sobol indices need SALib, which is not installed.",
            field="sensitivity",
            value=sensitivity,
            valid="pip install 'triffin[sensitivity]', or given-data",
        )
    plan = loaded(scenario, overrides)
    parameters = in_place() if parameters is None else parameters
    prepared = prepare(plan, SECTIONS, progress=progress, parameters=parameters)
    blocks = []
    for number, n in blocks_of(draws):
        blocks.append(solve_block(prepared, number, n, seed, progress))
    result = assemble(prepared, blocks, seed)
    if sensitivity == "sobol":
        rows = 2 ** int(np.log2(min(max(draws, 8), BLOCK)))
        result.manifest["sensitivity"] = sobol_indices(prepared, rows, seed, progress)
    result.manifest["seconds"] = round(time.perf_counter() - started, 3)
    return result


def check(plan: Scenario) -> None:
    """Refuse a scenario that a run would refuse, without solving it. Raises InputError as `run`."""
    check_plan(plan, SECTIONS, scenario_parameters(plan, in_place()))


def loaded(scenario: str | Path | Scenario, overrides: Overrides = ()) -> Scenario:
    """The scenario behind a name, a file or itself. Raises InputError for overrides on the last."""
    settings = settings_of(overrides)
    if not isinstance(scenario, Scenario):
        return load_scenario(scenario, settings)
    if settings:
        raise InputError(
            "overrides apply to a scenario's name or file, not to one that is loaded already.",
            field="overrides",
        )
    return scenario


def settings_of(overrides: Overrides) -> tuple[str, ...]:
    """Settings "path=value", from such or from {path: value} with any plain value."""
    if isinstance(overrides, Mapping):
        return tuple(
            f"{path}={value if isinstance(value, str) else json.dumps(value)}"
            for path, value in overrides.items()
        )
    if isinstance(overrides, str):
        raise InputError(
            "overrides are a list of settings or a mapping, not one text.",
            field="overrides",
            value=overrides,
            valid='{"days": 60} or ["days=60"]',
        )
    return tuple(overrides)


def checked(draws: int, seed: int, most: int = MAX_DRAWS) -> None:
    """Raise InputError for a number of draws or a seed that no run has."""
    if not isinstance(draws, int) or isinstance(draws, bool) or not 1 <= draws <= most:
        raise InputError(
            f"{draws!r} draws cannot be made.",
            field="draws",
            value=draws,
            valid=f"a whole number from 1 to {most}",
        )
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise InputError(
            f"{seed!r} is not a seed.",
            field="seed",
            value=seed,
            valid="a whole number from 0 to 4294967295",
        )
