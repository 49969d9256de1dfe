"""What the tariffs at the end of each draw do: exact solves of the trade model, draw by draw.

Partners pay what they signed, what was executed or what the pause left; of those hit, the ones
that retaliate in the draw answer with the same rate where the closure lets them (models H.11).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from triffin.run.plan.prepare import Prepared
from triffin.run.trade.end_tariffs import EndTariffs
from triffin.run.trade.equilibria import Ledger, Progress, explain_failures
from triffin.strategy.payoffs.isolation import third_party_trade
from triffin.trade.batch.batches import solve_many
from triffin.trade.closures import Closure
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import counterfactual
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged

VARIABLES = ("welfare", "deficit", "revenue_usd")
ISOLATED = 32
"""Draws of a block in which the self-isolation index is solved: every solve costs some 20 ms."""


def solve_outcomes(
    prepared: Prepared, draws: Draws, tariffs: EndTariffs, ledger: Ledger, progress: Progress
) -> dict[str, Array]:
    """Variable -> (D, N) at the end of each draw, nan where there is no equilibrium."""
    n, size = tariffs.columns.shape
    found = {name: np.full((n, size), np.nan) for name in VARIABLES}
    done = 0
    for position, closure in enumerate(prepared.chosen):
        members = np.flatnonzero(draws.closure == position)
        if not len(members):
            continue
        base = _one_sector(prepared, closure)
        parameters = {name: drawn[members] for name, drawn in draws.values.items()}
        rates = tariffs.schedules(members, closure.retaliation != "none")
        batch = solve_many(
            base,
            rates,
            revenue=closure.revenue,
            parameters=parameters,
            variables=VARIABLES,
            quick=True,
        )
        ledger.enter_batch(batch)
        plain = replace(closure, retaliation="none")
        explain_failures(base, rates.__getitem__, plain, parameters, batch.converged, ledger)
        for name in VARIABLES:
            found[name][members] = batch.values[name]
        done += len(members)
        progress("outcomes", done, n)
    return found


def central_outcomes(
    prepared: Prepared, tariffs: EndTariffs, ledger: Ledger
) -> list[Equilibrium | None]:
    """Equilibria at central parameters and the middle tariffs of the draws, by closure."""
    one = tariffs.middle()
    schedule = prepared.phases[-1].schedule
    found: list[Equilibrium | None] = []
    for closure in prepared.chosen:
        rates = one.schedules(np.array([0]), closure.retaliation != "none")
        try:
            solved = counterfactual(
                _one_sector(prepared, closure),
                replace(schedule, rates=rates, statutory=rates),
                revenue=closure.revenue,
            )
        except (NoEquilibrium, NotConverged) as error:
            ledger.fail(f"{closure.label}: {error}")
            found.append(None)
            continue
        ledger.enter(solved)
        found.append(solved)
    return found


def self_isolation(prepared: Prepared, draws: Draws, tariffs: EndTariffs) -> Array:
    """(D,) log change of the rival's trade with third parties less the hegemon's (C.5), in the
    first `ISOLATED` draws of a block; nan in the others and where there is no equilibrium.

    A pivot lowers the costs of trade with the rival by the drawn `pivot_barrier`."""
    found = np.full(len(draws), np.nan)
    plan, world = prepared.plan, prepared.world
    if plan.rival is None:
        return found
    home, rival = prepared.home, world.index(plan.rival)
    barrier = prepared.pivot_barrier
    for draw in range(min(ISOLATED, len(draws))):
        closure = prepared.chosen[int(draws.closure[draw])]
        values = {name: float(drawn[draw]) for name, drawn in draws.values.items()}
        base = _one_sector(prepared, closure).with_parameters(**values)
        rates = tariffs.schedules(np.array([draw]), closure.retaliation != "none")[0]
        inside = tariffs.pivots[draw].copy()
        inside[rival] = False
        cost = None
        if inside.any():
            cost = np.ones_like(rates)
            cost[inside, rival] = cost[rival, inside] = 1.0 - barrier
        try:
            after = counterfactual(
                base, rates, revenue=closure.revenue, iceberg=cost, quick=True
            ).trade_flows
        except (NoEquilibrium, NotConverged):
            continue
        change = [
            np.log(third_party_trade(after, one, home, rival))
            - np.log(third_party_trade(base.X, one, home, rival))
            for one in (home, rival)
        ]
        found[draw] = change[1] - change[0]
    return found


def _one_sector(prepared: Prepared, closure: Closure) -> Baseline:
    base = prepared.baselines[closure.model]
    assert isinstance(base, Baseline), "talks have payoffs in worlds of one sector"
    return base
