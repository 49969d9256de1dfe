"""The trade equilibria behind a run: every phase under every closure, and the draws.

Welfare is per year after full adjustment: a phase is answered as if its tariffs stayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.run.trade.solving import calibrated, solved
from triffin.scenario.schema import Scenario
from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.batch.batches import Batch, solve_many
from triffin.trade.closures import Closure
from triffin.trade.one.calibration import Baseline
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged
from triffin.world.base.rates import format_rate
from triffin.world.model import World

if TYPE_CHECKING:
    from triffin.run.trade.solving import AnyBaseline, AnyEquilibrium

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

    def merge(self, other: Ledger) -> None:
        """Take over what another ledger holds."""
        for name, value in other.violations.items():
            self.violations[name] = max(self.violations.get(name, 0.0), value)
        for reason, count in other.failures.items():
            self.failures[reason] = self.failures.get(reason, 0) + count
        self.solves += other.solves
        self.failed_draws += other.failed_draws

    def enter(self, equilibrium: AnyEquilibrium) -> None:
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
    # Other rates are a question about tariffs; without any it is not asked.
    for rate in scenario.focus_rates if scenario.tariffs else ():
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
) -> dict[str, AnyBaseline]:
    """One calibrated baseline per model, at the central parameters of the scenario."""
    return {
        model: calibrated(world, model, central)
        for model in dict.fromkeys(closure.model for closure in chosen)
    }


def solve_case(
    base: AnyBaseline,
    schedule: TariffSchedule | Array,
    closure: Closure,
    ledger: Ledger,
    iceberg: Array | None = None,
) -> AnyEquilibrium | None:
    """The equilibrium, entered in the ledger; None (also entered) where there is none."""
    try:
        found = solved(base, schedule, closure, iceberg)
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
    """By draw: welfare, deficit in per cent and revenue_usd (draw, economy) at the rate in force,
    rate_welfare (draw, rate, party); nan where there is no equilibrium."""

    welfare: Array
    deficit: Array
    revenue_usd: Array
    rate_welfare: Array


def solve_draws(
    world: World,
    scenario: Scenario,
    chosen: tuple[Closure, ...],
    draws: Draws,
    cases: list[RateCase],
    baselines: Mapping[str, AnyBaseline],
    ledger: Ledger,
    progress: Progress,
    iceberg: Array | None = None,
) -> DrawResults:
    """All draws of the main phase, at the rate in force and at every alternative rate.

    With many sectors draws are solved one by one, which allows `iceberg` (S, N, N).
    """
    n, home, partner = len(draws), world.index(scenario.hegemon), world.index(scenario.focus)
    size = (n, world.n_economies)
    welfare, deficit, revenue = (np.full(size, np.nan) for _ in _DRAWN)
    out = DrawResults(welfare, deficit, revenue, np.full((n, len(cases), 2), np.nan))
    done = 0
    for position, closure in enumerate(chosen):
        members = np.flatnonzero(draws.closure == position)
        if not len(members):
            continue
        base = baselines[closure.model]
        parameters = {name: drawn[members] for name, drawn in draws.values.items()}
        if isinstance(base, Baseline):
            results = _batch(base, cases, home, closure, len(members), parameters, ledger)
        else:
            results = [
                _one_by_one(
                    world,
                    case,
                    closure,
                    len(members),
                    draws.central,
                    parameters,
                    ledger,
                    iceberg,
                    progress,
                )
                for case in cases
            ]
        for k, (case, (values, good)) in enumerate(zip(cases, results, strict=True)):
            if case.in_force:
                solved_draws = good
                for name, found in zip(_DRAWN, values, strict=True):
                    getattr(out, name)[members] = found
            # Without the equilibrium in force there is nothing to compare the others with.
            both = np.where(solved_draws[:, None], values[0][:, [partner, home]], np.nan)
            out.rate_welfare[members, k] = both
        done += len(members)
        progress("draws", done, n)
    return out


_DRAWN = ("welfare", "deficit", "revenue_usd")


def _batch(
    base: Baseline,
    cases: list[RateCase],
    home: int,
    closure: Closure,
    n: int,
    parameters: Mapping[str, Array],
    ledger: Ledger,
) -> list[tuple[list[Array], Array]]:
    """(values, solved) of every case. They differ in the hegemon's rates alone, so that one batch,
    with one Jacobian, has them all."""
    columns = np.repeat([case.schedule.rates[0][:, home] for case in cases], n, axis=0)
    batch = solve_many(
        base,
        (cases[0].schedule.rates[0], base.world.economies[home], columns),
        revenue=closure.revenue,
        retaliation=closure.retaliation,
        parameters={name: np.tile(drawn, len(cases)) for name, drawn in parameters.items()},
        variables=_DRAWN,
        quick=True,
    )
    ledger.enter_batch(batch)
    first = cases[0]
    explain_failures(
        base, lambda _: first.schedule, closure, parameters, batch.converged[:n], ledger
    )
    parts = [slice(k * n, (k + 1) * n) for k in range(len(cases))]
    return [
        ([batch.values[name][part] for name in _DRAWN], batch.converged[part]) for part in parts
    ]


def _one_by_one(
    world: World,
    case: RateCase,
    closure: Closure,
    n: int,
    central: Mapping[str, float],
    parameters: Mapping[str, Array],
    ledger: Ledger,
    iceberg: Array | None,
    progress: Progress,
) -> tuple[list[Array], Array]:
    values = [np.full((n, world.n_economies), np.nan) for _ in _DRAWN]
    good = np.zeros(n, dtype=bool)
    for draw in range(n):
        drawn = {name: float(of_draw[draw]) for name, of_draw in parameters.items()}
        base = calibrated(world, closure.model, {**central, **drawn})
        found = solve_case(base, case.schedule, closure, ledger, iceberg)
        progress(f"{closure.label}, {case.label}", draw + 1, n)
        if found is None:
            ledger.failed_draws += case.in_force
            continue
        good[draw] = True
        for row, name in zip(values, _DRAWN, strict=True):
            row[draw] = getattr(found, name)
    return values, good


def explain_failures(
    base: Baseline,
    tariffs_of: Callable[[int], Any],
    closure: Closure,
    parameters: Mapping[str, Array],
    solved_draws: Array,
    ledger: Ledger,
) -> None:
    """Count the draws without an equilibrium; the slow solvers say why for the first few.

    `tariffs_of` gives the tariffs of a position of the batch. A failure costs a hundred times a
    success.
    """
    for draw in np.flatnonzero(~solved_draws):
        ledger.failed_draws += 1
        if ledger.failed_draws > EXPLAINED:
            ledger.fail(f"{closure.label}: none found")
            continue
        values = {name: float(drawn[draw]) for name, drawn in parameters.items()}
        solve_case(base.with_parameters(**values), tariffs_of(int(draw)), closure, ledger)
