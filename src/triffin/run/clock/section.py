"""Sections of a scenario on one clock: what each brings to a run, and how they move together.

A section is a module with one `RunSection`: it names its columns, draws its state, steps it week by
week, and answers and cites. Nothing else knows sections by name; `triffin.run.sections.every` lists
them.

The order of moves is that of models G.2: markets clear given the last actions; the hegemon
decides on ultimatums that have matured and is believed more or less; bargains; the others' actions;
the dollar's safety; bookkeeping.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from triffin.run.plan.invariants import Invariants
from triffin.run.plan.prepare import Prepared
from triffin.run.plan.streams import Streams
from triffin.run.trade.end_tariffs import EndTariffs
from triffin.scenario.schema import Scenario
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import ParameterSet

if TYPE_CHECKING:
    from triffin.answers.answer_book import AnswerBook


class Mover:
    """What a section keeps for n draws of one block. A method that is left out does nothing."""

    def days(self, week: range) -> None:
        """The trading days of a week, before anybody moves at its end."""

    def step(self, number: int, week: range) -> None:
        """The end of a week."""

    def close(self) -> None:
        """The end of the scenario."""


S = TypeVar("S", bound=Mover)


@dataclass(eq=False)
class Stage:
    """One block of n draws, and what has happened in it so far.

    sample : closures and trade parameters, u : uniforms by column (n,), streams : shocks. values :
    name -> (n,) what sections drew. tariffs : those at the end, None where they are as written.
    """

    prepared: Prepared
    sample: Draws
    u: Mapping[str, Array]
    streams: Streams
    found: Invariants
    values: dict[str, Array] = field(default_factory=dict)
    states: dict[type[Mover], Any] = field(default_factory=dict)
    tariffs: EndTariffs | None = None

    @property
    def parameters(self) -> ParameterSet:
        """Those of the run."""
        return self.prepared.parameters

    @property
    def n(self) -> int:
        """Draws."""
        return len(self.sample)

    def state(self, kind: type[S]) -> S | None:
        """The state of a section, None where it is not asked."""
        found: S | None = self.states.get(kind)
        return found


Variables = tuple[dict[str, Any], dict[str, Any]]
"""Variables of the labelled data, and coordinates that they bring, as xarray takes them."""


@dataclass(frozen=True)
class RunSection:
    """What a part of a scenario brings to a run.

    draws : the state of a block. turn : place among the moves at the end of a week and among the
    answers. modules : name -> what a scenario must have to ask it; `asked` tells whether it has.
    works : whether a run follows the section. columns : what it draws; groups : group of the
    sensitivity analysis -> columns. datasets : names of what it reads. citations : module -> (id,
    title, reference) of the published models behind it.
    """

    draws: Callable[[Stage], Mover]
    turn: int
    modules: Mapping[str, str] = field(default_factory=dict)
    asked: Callable[[str, Scenario], bool] = lambda name, plan: True
    works: Callable[[Prepared], bool] = lambda prepared: True
    columns: tuple[str, ...] = ()
    groups: Mapping[str, Collection[str]] = field(default_factory=dict)
    datasets: tuple[str, ...] = ()
    citations: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)
    variables: Callable[[Prepared, Sequence[Stage]], Variables] = lambda prepared, stages: ({}, {})
    answers: Callable[[AnswerBook, Prepared, Sequence[Stage], Mapping[str, Array]], None] = (
        lambda book, prepared, stages, u: None
    )


def follow(stage: Stage) -> None:
    """Go through all weeks of a block, from the first draw to the last balance."""
    states: dict[int, Mover] = {}
    for section in stage.prepared.working:
        state = section.draws(stage)
        states[section.turn] = stage.states[type(state)] = state
    ordered = [states[turn] for turn in sorted(states)]
    for number, week in enumerate(stage.prepared.clock.weeks):
        for state in ordered:
            state.days(week)
        for state in ordered:
            state.step(number, week)
    for state in ordered:
        state.close()
