"""The trade equilibria behind a run: every phase under every closure, and the draws.

Welfare is per year after full adjustment: a phase is answered as if its tariffs stayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.run.trade.solving import calibrated, solved
from triffin.scenario.schema import Scenario
from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.batch.batches import Batch
from triffin.trade.closures import Closure
from triffin.trade.one.calibration import Baseline
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged
from triffin.world.base.rates import format_rate
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

if TYPE_CHECKING:
    from triffin.run.trade.solving import AnyBaseline, AnyEquilibrium, Restriction

Progress = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing: for callers that show no progress."""


@dataclass(frozen=True)
class RateCase:
    """The main phase with another tariff of the hegemon on the focus partner."""

    label: str
    rate: float
    schedule: TariffSchedule
    in_force: bool


EXPLAINED = 3
"""Draws without an equilibrium up to which the slow solvers go on with those that are left."""

NO_EQUILIBRIUM = "no equilibrium: "


@dataclass(eq=False)
class SolveLedger:
    """Worst violation of every identity over all solves, what had no equilibrium, and the first
    economic reason for it."""

    violations: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    solves: int = 0
    failed_draws: int = 0
    refused: NoEquilibrium | None = None

    def merge(self, other: SolveLedger) -> None:
        """Take over what another ledger holds."""
        self._worsen(other.violations)
        for reason, count in other.failures.items():
            self.failures[reason] = self.failures.get(reason, 0) + count
        self.solves += other.solves
        self.failed_draws += other.failed_draws
        self.refused = self.refused or other.refused

    def enter(self, equilibrium: AnyEquilibrium) -> None:
        self.solves += 1
        self._worsen({**equilibrium.accounting, "equilibrium_residual": equilibrium.residual})

    def enter_batch(self, batch: Batch) -> None:
        """The converged draws of a batch; the others are explained one by one."""
        good = batch.converged
        self.solves += int(good.sum())
        every = {**batch.accounting, "equilibrium_residual": batch.residual}
        self._worsen({name: np.max(values[good], initial=0.0) for name, values in every.items()})

    def _worsen(self, found: Mapping[str, Any]) -> None:
        for name, value in found.items():
            self.violations[name] = max(self.violations.get(name, 0.0), float(value))

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
    world: World, chosen: tuple[Closure, ...], central: Mapping[str, float], registry: ParameterSet
) -> dict[str, AnyBaseline]:
    """One calibrated baseline per model, at the central parameters of the scenario."""
    return {
        model: calibrated(world, model, central, registry)
        for model in dict.fromkeys(closure.model for closure in chosen)
    }


def solve_case(
    base: AnyBaseline,
    schedule: TariffSchedule | Array,
    closure: Closure,
    ledger: SolveLedger,
    restriction: Restriction | None = None,
) -> AnyEquilibrium | None:
    """The equilibrium, entered in the ledger; None (also entered) where there is none."""
    try:
        found = solved(base, schedule, closure, restriction)
    except NoEquilibrium as error:
        ledger.fail(f"{closure.label}: no equilibrium for {error.economy}")
        ledger.refused = ledger.refused or error
        return None
    except NotConverged:
        ledger.fail(f"{closure.label}: none found")
        return None
    ledger.enter(found)
    return found


def left_over(
    base: Baseline,
    tariffs_of: Callable[[int], Any],
    closure: Closure,
    parameters: Mapping[str, Array],
    status: Array,
    ledger: SolveLedger,
) -> Iterator[tuple[int, AnyEquilibrium]]:
    """The draws of a batch that its quick solvers left over, each with the equilibrium that the
    slow ones find; those without one are counted with the reason.

    tariffs_of : the tariffs of a position of the batch. status : of `Batch`. A failure costs a
    hundred times a success, so that the slow solvers stop after the first few failures.
    """
    for draw in np.flatnonzero(status != "converged"):
        reason = str(status[draw])
        refused = reason.startswith(NO_EQUILIBRIUM)
        if not refused and ledger.failed_draws < EXPLAINED:
            values = {name: float(drawn[draw]) for name, drawn in parameters.items()}
            one = base.with_parameters(**values)
            if (found := solve_case(one, tariffs_of(int(draw)), closure, ledger)) is not None:
                yield int(draw), found
                continue
        else:
            ledger.fail(f"{closure.label}: {reason if refused else 'none found'}")
        if refused and ledger.refused is None:
            ledger.refused = NoEquilibrium(reason.removeprefix(NO_EQUILIBRIUM))
        ledger.failed_draws += 1
