"""From a scenario to the talks: the tariffs meanwhile, the threat, the clock and its deadlines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from triffin.scenario.tariff_selectors import EVERYONE
from triffin.strategy.payoffs.solves import LISTED_HEGEMON, TalksSetting, setting_of
from triffin.world.base.errors import InputError
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet, kept_by_parameters

if TYPE_CHECKING:
    from triffin.scenario.phases import Phase
    from triffin.scenario.schema import Scenario

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Scene:
    """What a scenario says about its talks.

    setting : partners, rates and GDP. opens : first day of the tariffs that hold during the talks.
    deadlines : days on which the threat matures, in order. known : last day of what is known.
    threat_source : where the threatened rates come from.
    """

    scenario: Scenario
    world: World
    setting: TalksSetting
    opens: dt.date
    deadlines: tuple[dt.date, ...]
    known: dt.date
    threat_source: str

    @property
    def parameters(self) -> ParameterSet:
        """The parameters of the talks."""
        return self.setting.parameters

    @property
    def focus(self) -> int | None:
        """Position of the scenario's focus among the partners; None where it is not one."""
        try:
            return self.setting.index(self.scenario.focus)
        except InputError:
            return None


def scene_of(scenario: Scenario, parameters: ParameterSet) -> Scene:
    """The talks of a scenario; one answer per process, scenario and parameters.

    Raises InputError for a scenario without deadlines, and as `payoffs`.
    """
    import json

    return _scene(
        _Key(scenario, json.dumps(scenario.resolved, sort_keys=True, default=str)), parameters
    )


@dataclass(frozen=True, eq=False)
class _Key:
    """A scenario that equals another one with the same content."""

    scenario: Scenario
    content: str

    def __hash__(self) -> int:
        return hash(self.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.content == self.content


@kept_by_parameters
def _scene(key: _Key, parameters: ParameterSet) -> Scene:
    scenario = key.scenario
    if not scenario.deadlines:
        raise InputError(
            "the scenario has no deadline, so that there is no clock for talks.",
            file=scenario.source_file or None,
            field="deadlines",
            valid="deadlines: [2025-07-09], the day on which the threat matures",
        )
    world = load_world(scenario.world)
    deadlines = tuple(sorted(scenario.deadlines))
    known = scenario.information or scenario.start
    phases = scenario.phases(world)
    during = _during(phases, known, deadlines[0])
    threatened, source = _threat(scenario, world, phases, during, known)
    setting = setting_of(
        world,
        hegemon=scenario.hegemon,
        rival=scenario.rival or "CHN",
        status_quo=during.schedule,
        announced=threatened,
        until=known.isoformat(),
        registry=parameters,
    )
    _check_demands(scenario, setting)
    opens = during.start
    if deadlines[0] <= opens:
        raise InputError(
            f"the deadline {deadlines[0]} is not after the talks begin on {opens}.",
            file=scenario.source_file or None,
            field="deadlines",
            value=deadlines[0].isoformat(),
            valid=f"a day after {opens}",
        )
    return Scene(scenario, world, setting, opens, deadlines, known, source)


def _check_demands(scenario: Scenario, setting: TalksSetting) -> None:
    """Refuse demands on who is no partner, before anything is solved."""
    for code in scenario.demands or {}:
        if code == EVERYONE:
            continue
        try:
            setting.index(code)
        except InputError as error:
            raise InputError(
                error.message,
                file=scenario.source_file or None,
                field=f"demands.{code}",
                value=code,
                nearest=error.nearest,
                valid=setting.codes,
            ) from error


def _during(phases: list[Phase], known: dt.date, deadline: dt.date) -> Phase:
    """The tariffs that hold during the talks: those of the day of information, which ends before
    the deadline."""
    day = min(known, deadline - ONE_DAY)
    for phase in phases:
        if day <= phase.end:
            return phase
    return phases[-1]


def _threat(
    scenario: Scenario, world: World, phases: list[Phase], during: Phase, known: dt.date
) -> tuple[dict[str, float], str]:
    """Code -> threatened rate: what the scenario puts in force later, or what was announced."""
    from triffin.world.data.partners import partners

    hegemon = world.index(scenario.hegemon)
    now = during.schedule.statutory[0][:, hegemon]
    listed = partners(known.isoformat())
    place = {code: k for k, code in enumerate(world.economies)}
    for phase in phases[phases.index(during) + 1 :]:
        later = phase.schedule.statutory[0][:, hegemon]
        if not np.array_equal(later, now):
            rates = {
                one.iso3: float(later[place[one.members[0]]])
                for one in listed
                if one.members[0] in place
            }
            return rates, f"in force from {phase.start} in the scenario"
    if world.economies[hegemon] == LISTED_HEGEMON:
        return {}, "announced on 2 April 2025"
    return {one.iso3: float(now[place[one.members[0]]]) for one in listed
            if one.members[0] in place}, "none"  # fmt: skip
