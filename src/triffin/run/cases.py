"""The trade equilibria behind a run: every phase under every closure, and the draws.

Welfare is per year after full adjustment: a phase is answered as if its tariffs stayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from triffin.run.closures import Closure
from triffin.run.draws import Draws
from triffin.scenario.schema import Scenario
from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.batch import Batch, solve_many
from triffin.trade.calibration import Baseline
from triffin.trade.equilibrium import baseline_of, counterfactual
from triffin.trade.outcome import Equilibrium
from triffin.world.errors import NoEquilibrium, NotConverged
from triffin.world.rates import format_rate
from triffin.world.worlds import World

Array = np.ndarray
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class RateCase:
    """The main phase with another tariff of the hegemon on the focus partner."""

    label: str
    rate: float
    schedule: TariffSchedule
    in_force: bool


EXPLAINED = 3
"""Failing draws for which the slow solvers look for the economic reason."""


@dataclass(eq=False)
class Ledger:
    """Worst violation of every identity over all solves, and what had no equilibrium."""

    violations: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    solves: int = 0
    failed_draws: int = 0

    def enter(self, equilibrium: Equilibrium) -> None:
        self.solves += 1
        for name, value in {
            **equilibrium.accounting,
            "equilibrium_residual": equilibrium.residual,
        }.items():
            self.violations[name] = max(self.violations.get(name, 0.0), float(value))

    def enter_batch(self, batch: Batch) -> None:
        """The converged draws of a batch; the others are explained one by one."""
        good = batch.converged
        self.solves += int(good.sum())
        for name, values in {
            **batch.accounting,
            "equilibrium_residual": batch.residual,
        }.items():
            worst = float(np.max(values[good], initial=0.0))
            self.violations[name] = max(self.violations.get(name, 0.0), worst)

    def fail(self, reason: str) -> None:
        self.solves += 1
        self.failures[reason] = self.failures.get(reason, 0) + 1


def rate_cases(scenario: Scenario, world: World, schedule: TariffSchedule) -> list[RateCase]:
    """The rate in force on the focus partner, then the scenario's alternatives that differ."""
    home, partner = world.index(scenario.hegemon), world.index(scenario.focus)
    current = float(np.mean(schedule.rates[:, partner, home]))
    cases = [RateCase(format_rate(round(current, 6)), current, schedule, in_force=True)]
    for rate in scenario.focus_rates:
        if any(abs(rate - case.rate) < 1e-12 for case in cases):
            continue
        rates = schedule.rates.copy()
        statutory = schedule.statutory.copy()
        rates[:, partner, home] = statutory[:, partner, home] = rate
        cases.append(
            RateCase(
                format_rate(rate),
                rate,
                replace(schedule, rates=rates, statutory=statutory),
                in_force=False,
            )
        )
    return cases


def central_baselines(
    world: World, chosen: tuple[Closure, ...], central: Mapping[str, float]
) -> dict[str, Baseline]:
    """One calibrated baseline per model, at the central parameters of the scenario."""
    options: dict[str, Any] = dict(central)
    return {
        model: baseline_of(world, model, **options)
        for model in dict.fromkeys(closure.model for closure in chosen)
    }


def solve_case(
    base: Baseline,
    schedule: TariffSchedule,
    closure: Closure,
    ledger: Ledger,
) -> Equilibrium | None:
    """The equilibrium, entered in the ledger; None (also entered) where there is none."""
    try:
        found = counterfactual(
            base,
            schedule,
            revenue=closure.revenue,
            retaliation=closure.retaliation,
        )
    except NoEquilibrium as error:
        ledger.fail(f"{closure.label}: no equilibrium for {error.economy}")
        return None
    except NotConverged:
        ledger.fail(f"{closure.label}: none found")
        return None
    ledger.enter(found)
    return found


@dataclass(eq=False)
class DrawResults:
    """By draw: welfare (draw, economy), rate_welfare (draw, rate, party), rate_revenue in bn USD,
    deficit of the hegemon in per cent; nan where there is no equilibrium."""

    welfare: Array
    rate_welfare: Array
    rate_revenue: Array
    hegemon_deficit: Array
    world_welfare: Array


def solve_draws(
    world: World,
    scenario: Scenario,
    chosen: tuple[Closure, ...],
    draws: Draws,
    cases: list[RateCase],
    baselines: Mapping[str, Baseline],
    ledger: Ledger,
    progress: Progress,
) -> DrawResults:
    """All draws of the main phase, at the rate in force and at every alternative rate."""
    n, home, partner = len(draws), world.index(scenario.hegemon), world.index(scenario.focus)
    out = DrawResults(
        welfare=np.full((n, world.n_economies), np.nan),
        rate_welfare=np.full((n, len(cases), 2), np.nan),
        rate_revenue=np.full((n, len(cases)), np.nan),
        hegemon_deficit=np.full(n, np.nan),
        world_welfare=np.full(n, np.nan),
    )
    done = 0
    for position, closure in enumerate(chosen):
        members = np.flatnonzero(draws.closure == position)
        if not len(members):
            continue
        base = baselines[closure.model]
        parameters = {name: drawn[members] for name, drawn in draws.values.items()}
        for k, case in enumerate(cases):
            batch = solve_many(
                base,
                case.schedule,
                revenue=closure.revenue,
                retaliation=closure.retaliation,
                parameters=parameters,
                variables=("welfare", "deficit", "revenue_usd"),
                quick=True,
            )
            ledger.enter_batch(batch)
            if case.in_force:
                solved = batch.converged
                out.welfare[members] = batch.welfare
                out.hegemon_deficit[members] = batch.values["deficit"][:, home]
                out.world_welfare[members] = batch.welfare @ base.E / base.E.sum()
                _explain(base, case, closure, parameters, solved, ledger)
            # Without the equilibrium in force there is nothing to compare the others with.
            values = np.where(solved[:, None], batch.welfare[:, [partner, home]], np.nan)
            out.rate_welfare[members, k] = values
            revenue = batch.values["revenue_usd"][:, home] / 1e9
            out.rate_revenue[members, k] = np.where(solved, revenue, np.nan)
        done += len(members)
        progress("draws", done, n)
    return out


def _explain(
    base: Baseline,
    case: RateCase,
    closure: Closure,
    parameters: Mapping[str, Array],
    solved: Array,
    ledger: Ledger,
) -> None:
    """Count the draws without an equilibrium; the slow solvers say why for the first few.

    A failure costs a hundred times a success.
    """
    for draw in np.flatnonzero(~solved):
        ledger.failed_draws += 1
        if ledger.failed_draws > EXPLAINED:
            ledger.fail(f"{closure.label}: none found")
            continue
        values = {name: float(drawn[draw]) for name, drawn in parameters.items()}
        solve_case(base.with_parameters(**values), case.schedule, closure, ledger)
