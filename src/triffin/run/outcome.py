"""What tariffs do in each draw: exact solves of the trade model, draw by draw.

First under those that the scenario writes, then under those at the end: partners pay what they
signed, what was executed or what the pause left; of those hit, the ones that retaliate in the draw
answer with the same rate where the closure lets them (models H.11).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from triffin.run.plan.prepare import Prepared
from triffin.run.trade.end_tariffs import EndTariffs
from triffin.run.trade.equilibria import (
    Progress,
    RateCase,
    SolveLedger,
    left_over,
    solve_case,
)
from triffin.run.trade.solving import calibrated
from triffin.trade.batch.batches import solve_many
from triffin.trade.closures import Closure
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import counterfactual
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged

VARIABLES = ("welfare", "deficit", "revenue_usd")


def written_outcomes(
    prepared: Prepared, draws: Draws, ledger: SolveLedger, progress: Progress
) -> tuple[dict[str, Array], Array]:
    """Under the tariffs as the scenario writes them: variable -> (D, N) at the rate in force, and
    welfare (D, rates, parties) of focus and hegemon at every rate; nan without an equilibrium.

    With many sectors draws are solved one by one, which allows restrictions of goods.
    """
    n, size, cases = len(draws), prepared.world.n_economies, prepared.cases
    found = {name: np.full((n, size), np.nan) for name in VARIABLES}
    by_rate = np.full((n, len(cases), 2), np.nan)
    for closure, members, parameters in _by_closure(prepared, draws, "draws", progress):
        base = prepared.baselines[closure.model]
        if isinstance(base, Baseline):
            results = _batch(prepared, base, closure, len(members), parameters, ledger)
        else:
            sets = [
                draws.central | {name: float(drawn[k]) for name, drawn in parameters.items()}
                for k in range(len(members))
            ]
            results = [
                _one_by_one(prepared, case, closure, sets, ledger, progress) for case in cases
            ]
        # The first rate is that in force; without it there is nothing to compare others with.
        # Single economies may have no welfare where its formula has no meaning.
        solved = np.isfinite(results[0]["revenue_usd"]).all(axis=1)
        for name, values in results[0].items():
            found[name][members] = values
        for k, result in enumerate(results):
            pair = result["welfare"][:, [prepared.partner, prepared.home]]
            by_rate[members, k] = np.where(solved[:, None], pair, np.nan)
    return found, by_rate


def solve_outcomes(
    prepared: Prepared, draws: Draws, tariffs: EndTariffs, ledger: SolveLedger, progress: Progress
) -> dict[str, Array]:
    """Under the tariffs at the end: variable -> (D, N), nan where there is no equilibrium."""
    found = {name: np.full(tariffs.columns.shape, np.nan) for name in VARIABLES}
    for closure, members, parameters in _by_closure(prepared, draws, "outcomes", progress):
        base = _one_sector(prepared, closure)
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
        for name in VARIABLES:
            found[name][members] = batch.values[name]
        status = batch.status
        for k, one in left_over(base, rates.__getitem__, plain, parameters, status, ledger):
            for name in VARIABLES:
                found[name][members[k]] = getattr(one, name)
    return found


def _by_closure(
    prepared: Prepared, draws: Draws, stage: str, progress: Progress
) -> Iterator[tuple[Closure, Array, dict[str, Array]]]:
    """Closures with the positions of their draws and the parameters drawn there."""
    done = 0
    for position, closure in enumerate(prepared.chosen):
        members = np.flatnonzero(draws.closure == position)
        if len(members):
            yield closure, members, {name: drawn[members] for name, drawn in draws.values.items()}
            done += len(members)
            progress(stage, done, len(draws))


def _batch(
    prepared: Prepared,
    base: Baseline,
    closure: Closure,
    n: int,
    parameters: Mapping[str, Array],
    ledger: SolveLedger,
) -> list[dict[str, Array]]:
    """Values at every rate on the focus. Rates differ for the hegemon alone, so that one batch,
    with one Jacobian, has them all."""
    cases, home = prepared.cases, prepared.home
    first = cases[0].schedule
    columns = np.repeat([case.schedule.rates[0][:, home] for case in cases], n, axis=0)
    batch = solve_many(
        base,
        (first.rates[0], base.world.economies[home], columns),
        revenue=closure.revenue,
        retaliation=closure.retaliation,
        parameters={name: np.tile(drawn, len(cases)) for name, drawn in parameters.items()},
        variables=VARIABLES,
        quick=True,
    )
    ledger.enter_batch(batch)
    for k, one in left_over(base, lambda _: first, closure, parameters, batch.status[:n], ledger):
        for name in VARIABLES:
            batch.values[name][k] = getattr(one, name)
    parts = [slice(k * n, (k + 1) * n) for k in range(len(cases))]
    return [{name: batch.values[name][part] for name in VARIABLES} for part in parts]


def _one_by_one(
    prepared: Prepared,
    case: RateCase,
    closure: Closure,
    sets: list[dict[str, float]],
    ledger: SolveLedger,
    progress: Progress,
) -> dict[str, Array]:
    """Values at one rate, a set of parameters after the other."""
    world = prepared.world
    values = {name: np.full((len(sets), world.n_economies), np.nan) for name in VARIABLES}
    for draw, parameters in enumerate(sets):
        base = calibrated(world, closure.model, parameters, prepared.parameters)
        found = solve_case(base, case.schedule, closure, ledger, prepared.restriction)
        progress(f"{closure.label}, {case.label}", draw + 1, len(sets))
        if found is None:
            ledger.failed_draws += case.in_force
            continue
        for name, rows in values.items():
            rows[draw] = getattr(found, name)
    return values


def central_outcomes(
    prepared: Prepared, tariffs: EndTariffs, ledger: SolveLedger
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


def _one_sector(prepared: Prepared, closure: Closure) -> Baseline:
    base = prepared.baselines[closure.model]
    assert isinstance(base, Baseline), "talks have payoffs in worlds of one sector"
    return base
