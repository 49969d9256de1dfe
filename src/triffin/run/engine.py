"""Run a scenario: every room on one clock, with uncertainty.

Welfare is per year after full adjustment, relative to the world before the tariffs. Where the
scenario has talks it is that of the tariffs at the end of each draw; else that of the tariffs in
force on the scenario's last day (the main phase).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from triffin.results.result import Result
from triffin.run.answers import headline
from triffin.run.block import Block, blocks_of, solve_block
from triffin.run.cases import Ledger, Progress
from triffin.run.changes import with_changes
from triffin.run.dataset import dataset
from triffin.run.draws import Draws
from triffin.run.end_tariffs import joined
from triffin.run.invariants import Invariants, check_limits
from triffin.run.manifest import manifest
from triffin.run.outcome import central_outcomes
from triffin.run.prepare import Prepared, prepare
from triffin.run.streams import BLOCK
from triffin.scenario.loading import load_scenario
from triffin.scenario.schema import Scenario
from triffin.trade.models import choose
from triffin.world.errors import InputError
from triffin.world.sampling import MAX_DRAWS

Array = np.ndarray

DEFAULT_DRAWS = 256
DEFAULT_SEED = 1
SENSITIVITIES = ("given-data", "sobol")


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing: for callers that show no progress."""


def run(
    scenario: str | Path | Scenario,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    overrides: Iterable[str] = (),
    sensitivity: str = "given-data",
    progress: Progress = no_progress,
) -> Result:
    """Run a scenario and return its Result (nothing is written; see `Result.save`).

    Parameters
    ----------
    scenario : name of a shipped scenario, path of a YAML file, or a loaded Scenario.
    draws : number of parameter and closure draws, at least 1.
    seed : seed of the scrambled Sobol sequence and of the shocks; same scenario, draws and seed
        give same bits.
    overrides : "path=value" settings, as with `triffin run --set`.
    sensitivity : "given-data", first-order indices from the draws themselves; "sobol" adds full
        first-order and total indices by group of parameters, at the price of ten runs
        (manifest["sensitivity"]).
    progress : called as progress(stage, done, total).

    Raises
    ------
    InputError : anything wrong in the scenario or the options.
    NoEquilibrium : the main phase has no equilibrium under the central closure, or under none.
    """
    started = time.perf_counter()
    checked(draws, seed)
    choose("sensitivity", sensitivity, SENSITIVITIES)
    plan = loaded(scenario, overrides)
    with with_changes(plan):
        prepared = prepare(plan, progress=progress)
        blocks = []
        for number, n in blocks_of(draws):
            blocks.append(solve_block(prepared, number, n, seed, progress))
        result = assemble(prepared, blocks, seed)
        if sensitivity == "sobol":
            from triffin.run.sensitivity import sobol_indices

            rows = 2 ** int(np.log2(min(max(draws, 8), BLOCK)))
            result.manifest["sensitivity"] = sobol_indices(prepared, rows, seed, progress)
    result.manifest["seconds"] = round(time.perf_counter() - started, 3)
    return result


def loaded(scenario: str | Path | Scenario, overrides: Iterable[str] = ()) -> Scenario:
    """The scenario behind a name, a file or itself. Raises InputError for overrides on the last."""
    settings = tuple(overrides)
    if not isinstance(scenario, Scenario):
        return load_scenario(scenario, settings)
    if settings:
        raise InputError(
            "overrides apply to a scenario's name or file, not to one that is loaded already.",
            field="overrides",
        )
    return scenario


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


def assemble(prepared: Prepared, blocks: list[Block], seed: int) -> Result:
    """One result of all blocks, in the order of their draws."""
    found = Invariants()
    check_limits(found)
    ledger = Ledger()
    for one in (prepared.ledger, *(block.ledger for block in blocks)):
        ledger.merge(one)
    for block in blocks:
        found.merge(block.invariants.worst)
    sample = _joined(blocks)
    outcome = {
        name: np.concatenate([block.outcome[name] for block in blocks])
        for name in blocks[0].outcome
    }
    rate_welfare = np.concatenate([block.written.rate_welfare for block in blocks])
    courses = [block.course for block in blocks if block.course is not None]
    values = {name: np.asarray(drawn) for name, drawn in sample.values.items()}
    if courses:
        for name in courses[0].values:
            values[name] = np.concatenate([course.values[name] for course in courses])
    u = {name: np.concatenate([block.u[name] for block in blocks]) for name in blocks[0].u}
    central = prepared.solved[-1]
    solved = list(prepared.solved)
    if prepared.talks:
        central = _central(prepared, blocks, ledger)
        solved.append(central)
    found.merge(prepared.ledger.violations)
    found.merge(ledger.violations)
    data = dataset(prepared, solved, sample, outcome["welfare"], rate_welfare, values, courses)
    isolation = np.concatenate([block.isolation for block in blocks])
    answers, behind = headline(
        prepared, sample, values, outcome, rate_welfare, courses, central, u, isolation
    )
    # By draw, so that a comparison of runs can pair them.
    data = data.assign_coords(headline=list(behind)).assign(
        headline_draws=(("draw", "headline"), np.stack(list(behind.values()), axis=1))
    )
    document = manifest(prepared, sample, values, ledger, found, len(sample), seed, blocks)
    return Result(manifest=document, headline=answers, data=data)


def block_answers(
    prepared: Prepared, block: Block
) -> tuple[list[dict[str, Any]], dict[str, Array], dict[str, Array]]:
    """Headline of one block, the draws behind each (n,), and every drawn quantity (n,).

    The figures by model are those of the tariffs as the scenario writes them: what holds at the
    end is known only from all draws.
    """
    courses = [block.course] if block.course is not None else []
    values = {name: np.asarray(drawn) for name, drawn in block.sample.values.items()}
    for course in courses:
        values |= course.values
    answers, behind = headline(
        prepared,
        block.sample,
        values,
        block.outcome,
        block.written.rate_welfare,
        courses,
        prepared.solved[-1],
        block.u,
        block.isolation,
    )
    return answers, behind, values


def _joined(blocks: list[Block]) -> Draws:
    first = blocks[0].sample
    return replace(
        first,
        closure=np.concatenate([block.sample.closure for block in blocks]),
        values={
            name: np.concatenate([block.sample.values[name] for block in blocks])
            for name in first.values
        },
    )


def _central(prepared: Prepared, blocks: list[Block], ledger: Ledger) -> list[Any]:
    """Equilibria at central parameters under the middle tariffs of all draws, by closure."""
    ends = [b.course.diplomacy for b in blocks if b.course is not None and b.course.diplomacy]
    return central_outcomes(prepared, joined([end.end_tariffs() for end in ends]), ledger)
