"""One result of all blocks of draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from triffin.results.result import Result
from triffin.run.block import Block
from triffin.run.dataset import dataset
from triffin.run.headline.answers import headline
from triffin.run.manifest import manifest
from triffin.run.outcome import central_outcomes
from triffin.run.plan.invariants import Invariants, check_limits
from triffin.run.plan.prepare import Prepared
from triffin.run.trade.end_tariffs import joined
from triffin.run.trade.equilibria import SolveLedger
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged


def assemble(prepared: Prepared, blocks: list[Block], seed: int) -> Result:
    """One result of all blocks, in the order of their draws.

    Raises NoEquilibrium, or NotConverged where nobody knows why, if no draw has an equilibrium.
    """
    found = Invariants()
    check_limits(found)
    ledger = SolveLedger()
    for one in (prepared.ledger, *(block.ledger for block in blocks)):
        ledger.merge(one)
    _refuse_without_equilibrium(blocks)
    for block in blocks:
        found.merge(block.invariants.worst)
    sample = _joined(blocks)
    outcome = {
        name: np.concatenate([block.outcome[name] for block in blocks])
        for name in blocks[0].outcome
    }
    rate_welfare = np.concatenate([block.rate_welfare for block in blocks])
    stages = [block.stage for block in blocks if block.stage is not None]
    values = {name: np.asarray(drawn) for name, drawn in sample.values.items()}
    if stages:
        for name in stages[0].values:
            values[name] = np.concatenate([stage.values[name] for stage in stages])
    u = {name: np.concatenate([block.u[name] for block in blocks]) for name in blocks[0].u}
    central = prepared.solved[prepared.main]
    solved = list(prepared.solved)
    if prepared.talks:
        central = _central(prepared, blocks, ledger)
        solved.append(central)
    found.merge(prepared.ledger.violations)
    found.merge(ledger.violations)
    data = dataset(prepared, solved, sample, outcome["welfare"], rate_welfare, values, stages)
    answers, behind = headline(prepared, sample, values, outcome, rate_welfare, stages, central, u)
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
    stages = [block.stage] if block.stage is not None else []
    values = {name: np.asarray(drawn) for name, drawn in block.sample.values.items()}
    for stage in stages:
        values |= stage.values
    answers, behind = headline(
        prepared,
        block.sample,
        values,
        block.outcome,
        block.rate_welfare,
        stages,
        prepared.solved[prepared.main],
        block.u,
    )
    return answers, behind, values


def _refuse_without_equilibrium(blocks: list[Block]) -> None:
    if any(np.isfinite(block.outcome["revenue_usd"]).all(axis=1).any() for block in blocks):
        return
    n = sum(map(len, blocks))
    none = f"None of the {n} draws has an equilibrium." if n > 1 else "The draw has no equilibrium."
    known = next((block.ledger.refused for block in blocks if block.ledger.refused), None)
    if known is None:
        raise NotConverged(f"no equilibrium was found with these tariffs. {none}")
    raise NoEquilibrium(f"{known.reason.rstrip('.')}. {none}", economy=known.economy)


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


def _central(prepared: Prepared, blocks: list[Block], ledger: SolveLedger) -> list[Any]:
    """Equilibria at central parameters under the middle tariffs of all draws, by closure."""
    ends = [b.stage.tariffs for b in blocks if b.stage is not None and b.stage.tariffs]
    return central_outcomes(prepared, joined(ends), ledger)
