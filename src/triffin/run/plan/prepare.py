"""What a run needs before it draws: its world, phases, models, talks, clock and start values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from triffin.finance.joint.draws import market_on
from triffin.finance.joint.managed_float import known_currency
from triffin.finance.joint.market import BandPolicy, MarketStart
from triffin.finance.treasuries.wall import maturing
from triffin.run.plan.calendar import Clock
from triffin.run.plan.modules import ON, TALKS, feedback_states, module_states
from triffin.run.plan.streams import columns
from triffin.run.trade.equilibria import (
    Progress,
    RateCase,
    SolveLedger,
    central_baselines,
    rate_cases,
    solve_case,
)
from triffin.run.trade.solving import Restriction, check_goods, restriction_of, solved
from triffin.scenario.phases import Phase
from triffin.scenario.schema import Scenario
from triffin.scenario.sections import CurrencyBand
from triffin.scenario.tariffs import TariffSchedule, baseline_schedule
from triffin.strategy.negotiation.outlook import Outlook, outlook_of
from triffin.strategy.negotiation.setting import Scene, scene_of
from triffin.trade.closures import Closure, closures
from triffin.trade.parameter_draws import central_values, scenario_parameters
from triffin.world.base.errors import Problems
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

if TYPE_CHECKING:
    from triffin.run.clock.section import RunSection
    from triffin.run.trade.solving import AnyBaseline, AnyEquilibrium

# Who defends which currency: the economies whose exchange rates ship.
OWNERS = {"JPY": "JPN"}
_ANY_BAND = BandPolicy(1e-6, 1e9, weak_side=False, strong_side=False)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A scenario ready to be drawn.

    solved : equilibria at central parameters by phase and closure. restriction : trade withheld in
    the main phase, None without any. sections : in the order in which they draw. modules,
    feedbacks : their states.
    main : position of the main phase, whose tariffs the answers are for. ledger : accounting and
    failures of these solves.
    """

    plan: Scenario
    parameters: ParameterSet
    world: World
    chosen: tuple[Closure, ...]
    phases: list[Phase]
    baselines: dict[str, AnyBaseline]
    solved: list[list[AnyEquilibrium | None]]
    restriction: Restriction | None
    main: int
    cases: list[RateCase]
    sections: tuple[RunSection, ...]
    modules: dict[str, str]
    feedbacks: dict[str, bool]
    ledger: SolveLedger

    @property
    def home(self) -> int:
        """Position of the hegemon."""
        return self.world.index(self.plan.hegemon)

    @property
    def partner(self) -> int:
        """Position of the focus."""
        return self.world.index(self.plan.focus)

    @property
    def talks(self) -> bool:
        """Whether tariffs at the end depend on what happens on the way."""
        return any(self.modules[name] == ON for name in TALKS)

    @property
    def moves(self) -> bool:
        """Whether anything happens day by day."""
        return any(state == ON for state in self.modules.values())

    @property
    def working(self) -> list[RunSection]:
        """Sections that the run follows; none where nothing happens day by day."""
        return [one for one in self.sections if self.moves and one.works(self)]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all that is drawn from one sequence."""
        return columns(self.sections)

    @cached_property
    def scene(self) -> Scene | None:
        """Partners and deadlines; None where no talks are asked."""
        return scene_of(self.plan, self.parameters) if self.talks else None

    @cached_property
    def outlook(self) -> Outlook | None:
        """What the ledger says of the talks; None where none are asked."""
        if self.scene is None:
            return None
        settles, decides = (self.modules[name] == ON for name in ("negotiation", "credibility"))
        return outlook_of(self.scene, settles=settles, decides=decides)

    @cached_property
    def clock(self) -> Clock:
        """Trading days after the start."""
        return Clock(self.plan.start, self.plan.end)

    @cached_property
    def currency(self) -> tuple[str, CurrencyBand] | None:
        """Code and band of the currency that is watched; None where none is asked."""
        if not self.plan.currency:
            return None
        code, band = next(iter(self.plan.currency.items()))
        return code, band

    @cached_property
    def owner(self) -> str:
        """The economy whose currency and Treasuries are told apart from those of others."""
        return OWNERS[self.currency[0]] if self.currency else self.plan.focus

    @cached_property
    def market(self) -> MarketStart:
        """Yields, exchange rate and reserves at the start."""
        return market_on(self.plan.start.isoformat(), parameters=self.parameters)

    @cached_property
    def policy(self) -> BandPolicy:
        """The band, and on which sides it is defended."""
        if self.currency is None or self.modules["currency"] != ON:
            return _ANY_BAND
        band = self.currency[1]
        policy = BandPolicy(*band.band, weak_side=band.defend, strong_side=band.defend)
        return policy if band.funding is None else replace(policy, funding=tuple(band.funding))


@dataclass(frozen=True, eq=False)
class Checked:
    """A scenario that a run can begin with."""

    world: World
    modules: dict[str, str]
    chosen: tuple[Closure, ...]
    phases: list[Phase]
    baselines: dict[str, AnyBaseline]


def check_plan(plan: Scenario, sections: Sequence[RunSection], parameters: ParameterSet) -> Checked:
    """All that a run asks of a scenario before it solves; `triffin check` asks the same.

    parameters : those of the scenario, with its changes.

    Raises
    ------
    InputError : everything at once: currencies and months without data, modules switched on that
        have nothing to work on, parameters that a run does not draw, a world that its models
        cannot take, a start before the data.
    """
    problems = Problems()
    world = load_world(plan.world)
    phases = plan.phases(world)
    modules: dict[str, str] = {}
    with problems.collected():
        modules = module_states(plan, sorted(sections, key=lambda one: one.turn))
    _check_currencies(plan, problems)
    if plan.wall is not None:
        with problems.collected(), plan.place("wall", "month").named():
            maturing(plan.wall.month)
    chosen: tuple[Closure, ...] = ()
    baselines: dict[str, AnyBaseline] = {}
    with problems.collected():
        central = central_values(plan, parameters)
        with plan.place("world").named():
            chosen = closures(world, parameters=parameters)
            baselines = central_baselines(world, chosen, central, parameters)
    with problems.collected(), plan.place("withhold").named():
        _restrictions(plan, world, phases, parameters)
    if ON in modules.values():
        with problems.collected(), plan.place("start").named():
            market_on(plan.start.isoformat(), parameters=parameters)
    if not problems.found and any(modules[name] == ON for name in TALKS):
        with problems.collected():
            scene_of(plan, parameters)
    problems.refuse()
    return Checked(world, modules, chosen, phases, baselines)


def prepare(
    plan: Scenario, sections: Sequence[RunSection], *, progress: Progress, parameters: ParameterSet
) -> Prepared:
    """Solve what does not depend on draws, with the scenario's changes of `parameters`.

    Raises
    ------
    InputError : as `check_plan`.
    NoEquilibrium : the main phase has no equilibrium under the central closure.
    """
    parameters = scenario_parameters(plan, parameters)
    found = check_plan(plan, sections, parameters)
    world, chosen, phases, baselines = found.world, found.chosen, found.phases, found.baselines
    ledger = SolveLedger()
    restrictions = _restrictions(plan, world, phases, parameters)
    talks = any(found.modules[name] == ON for name in TALKS)
    main = main_phase(phases, baseline_schedule(world), talks=talks)
    solved = _solve_phases(phases, main, restrictions, chosen, baselines, ledger, progress)
    return Prepared(
        plan=plan,
        parameters=parameters,
        world=world,
        chosen=chosen,
        phases=phases,
        baselines=baselines,
        solved=solved,
        restriction=restrictions[main],
        main=main,
        cases=rate_cases(plan, world, phases[main].schedule),
        sections=tuple(sections),
        modules=found.modules,
        feedbacks=feedback_states(plan, found.modules),
        ledger=ledger,
    )


def _restrictions(
    plan: Scenario, world: World, phases: Sequence[Phase], parameters: ParameterSet
) -> list[Restriction | None]:
    """What is withheld in each phase."""
    held = plan.withhold or []
    for one in held:
        check_goods(world, one)
    return [
        restriction_of(world, [held[k] for k in phase.withheld], parameters) for phase in phases
    ]


def main_phase(phases: Sequence[Phase], usual: TariffSchedule, *, talks: bool) -> int:
    """Position of the last phase in which other tariffs than the `usual` ones are in force and
    trade is withheld, or one of both, so that what ends before the scenario does is still answered
    for; of the last one where there is none, and before talks, which begin from what holds at the
    end."""
    if not talks:
        weight = [
            bool(one.withheld) + (not np.array_equal(one.schedule.rates, usual.rates))
            for one in phases
        ]
        return max(range(len(phases)), key=lambda number: (weight[number], number))
    return len(phases) - 1


def _check_currencies(plan: Scenario, problems: Problems) -> None:
    codes = list(plan.currency or ())
    for code in codes:
        with problems.collected(), plan.place("currency", code).named():
            known_currency(code)
    if len(codes) > 1:
        problems.add(
            plan.place("currency").error(
                f"a run follows one currency, and the scenario has {len(codes)}.",
                value=", ".join(codes),
                valid="one of them",
            )
        )


def _solve_phases(
    phases: list[Phase],
    main: int,
    restrictions: list[Restriction | None],
    chosen: tuple[Closure, ...],
    baselines: dict[str, AnyBaseline],
    ledger: SolveLedger,
    progress: Progress,
) -> list[list[AnyEquilibrium | None]]:
    """Equilibria at central parameters, phase by closure.

    The main phase must have one under the central closure; its failure is raised.
    """
    # First, because a scenario without an answer should say so before all else is solved.
    central = chosen[0]
    solved(baselines[central.model], phases[main].schedule, central, restrictions[main])
    total = len(phases) * len(chosen)
    found: list[list[AnyEquilibrium | None]] = []
    for number, (phase, cost) in enumerate(zip(phases, restrictions, strict=True)):
        row = []
        for k, closure in enumerate(chosen):
            row.append(solve_case(baselines[closure.model], phase.schedule, closure, ledger, cost))
            progress("phases", number * len(chosen) + k + 1, total)
        found.append(row)
    return found
