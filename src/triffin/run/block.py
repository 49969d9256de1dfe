"""One block of draws, from its parameters to what happened in them: the unit of work of a run.

A block depends on the scenario, the seed and its own number alone, so that runs, sweeps and any
number of workers give the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from triffin.run.clock.feedbacks import Feedbacks
from triffin.run.clock.section import Stage, follow
from triffin.run.outcome import solve_outcomes, written_outcomes
from triffin.run.plan.invariants import Invariants
from triffin.run.plan.prepare import Prepared
from triffin.run.plan.streams import BLOCK, Streams, run_uniforms
from triffin.run.trade.equilibria import Progress, SolveLedger
from triffin.trade.parameter_draws import Draws, draw
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class Block:
    """n draws. outcome : welfare, deficit, revenue_usd (n, N) under the tariffs at the end of each
    draw, after the feedbacks; those that the scenario writes where nothing happens on the way.
    rate_welfare (n, rates, parties) : at every rate on the focus. u : uniforms by column. stage :
    what happened, None where nothing does."""

    number: int
    sample: Draws
    u: dict[str, Array]
    outcome: dict[str, Array]
    rate_welfare: Array
    stage: Stage | None
    feedbacks: Feedbacks | None
    ledger: SolveLedger
    invariants: Invariants

    def __len__(self) -> int:
        return len(self.sample)


def blocks_of(draws: int) -> list[tuple[int, int]]:
    """(number, draws) of the blocks that make up a number of draws."""
    return [(number, min(BLOCK, draws - number * BLOCK)) for number in range(-(-draws // BLOCK))]


def solve_block(
    prepared: Prepared,
    number: int,
    n: int,
    seed: int,
    progress: Progress,
    *,
    u: dict[str, Array] | None = None,
    streams: Streams | None = None,
) -> Block:
    """The first `n` draws of a block; with uniforms (n,) by column and shocks of a caller's own in
    place of the block's."""
    first = number * BLOCK
    u = run_uniforms(prepared.columns, first, first + n, seed) if u is None else u
    streams = Streams(seed, number, n) if streams is None else streams
    sample = draw(prepared.plan, prepared.chosen, n, seed, u=u, parameters=prepared.parameters)
    ledger, found = SolveLedger(), Invariants()
    written_ledger = SolveLedger() if prepared.talks else ledger
    outcome, rate_welfare = written_outcomes(prepared, sample, written_ledger, progress)
    stage, feedbacks = None, None
    if prepared.moves:
        stage = Stage(prepared, sample, u, streams, found)
        follow(stage)
        if stage.tariffs is not None:
            outcome = solve_outcomes(prepared, sample, stage.tariffs, ledger, progress)
        feedbacks = Feedbacks.of(stage)
        outcome = feedbacks.applied(outcome)
    found.merge(written_ledger.violations)
    found.merge(ledger.violations)
    return Block(
        number=number,
        sample=sample,
        u=u,
        outcome=outcome,
        rate_welfare=rate_welfare,
        stage=stage,
        feedbacks=feedbacks,
        ledger=ledger,
        invariants=found,
    )
