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
from triffin.world.rates import format_rate
from triffin.scenario.schema import Scenario
from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.calibration import Baseline
from triffin.trade.equilibrium import baseline_of, counterfactual
from triffin.trade.outcome import Equilibrium
from triffin.world.errors import NoEquilibrium, NotConverged
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
    *,
    start: Equilibrium | None = None,
    quick: bool = False,
) -> Equilibrium | None:
    """The equilibrium, entered in the ledger; None (also entered) where there is none."""
    try:
        found = counterfactual(
            base,
            schedule,
            revenue=closure.revenue,
            retaliation=closure.retaliation,
            start=start,
            quick=quick,
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
    for i in range(n):
        closure = chosen[draws.closure[i]]
        values = {name: float(drawn[i]) for name, drawn in draws.values.items()}
        base = baselines[closure.model].with_parameters(**values)
        found = None
        # A failure costs a hundred times a success: after a few, their reasons are known.
        quick = ledger.failed_draws >= EXPLAINED
        for k, case in enumerate(cases):
            found = solve_case(base, case.schedule, closure, ledger, start=found, quick=quick)
            if found is None:
                # Without the equilibrium in force there is nothing to compare the others with.
                ledger.failed_draws += k == 0
                break
            out.rate_welfare[i, k] = found.welfare[partner], found.welfare[home]
            out.rate_revenue[i, k] = found.revenue_usd[home] / 1e9
            if case.in_force:
                out.welfare[i] = found.welfare
                out.hegemon_deficit[i] = found.deficit[home]
                out.world_welfare[i] = found.welfare @ base.E / base.E.sum()
        progress("draws", i + 1, n)
    return out
