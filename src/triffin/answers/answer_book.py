"""The headline of a run as it is written: entries in order, and the draws behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from triffin.answers.answer import Answer
from triffin.answers.headline import (
    answer_from_draws,
    answer_in_words,
    answer_of_event,
    label_of,
)
from triffin.answers.headlines import known_question
from triffin.answers.statistics import (
    by_choice,
    interval,
    named_drivers,
    turning,
    variance_shares,
)
from triffin.trade.closures import DIMENSIONS, LABELS
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.base.wording import listed
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

# Choices of models have no published distribution, so what they drive is judged.
_CHOICE_GRADE = "judgement"
# Shocks have the volatility of published series.
SHOCKS = ("currency_shocks", "yield_news")
CHANCE = "talks_"
"""How the names of uniforms begin that decide what happens in the talks."""


@dataclass(frozen=True)
class Behind:
    """What stands behind an answer beside its drivers: whether closures count among them, grades
    of what does not vary, the value by model at central parameters, and why there is no answer
    where no draw has one."""

    closures: bool = False
    grades: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, float] | None = None
    undefined: str = "what it asks for has no meaning in any draw"


NOTHING_ELSE = Behind()
TURNS_ON = 2
"""Conventions and parameters that an answer names as what it turns on."""


@dataclass(eq=False)
class AnswerBook:
    """n draws. values : every drawn quantity by name (n,). groups : the closures' dimensions by
    draw. own : grades of parameters that the scenario or the user changed."""

    world: World
    n: int
    values: dict[str, Array]
    groups: Mapping[str, Array]
    parameters: ParameterSet
    own: Mapping[str, str] = field(default_factory=dict)
    entries: list[Answer] = field(default_factory=list)
    sources: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._grades = dict.fromkeys(DIMENSIONS, _CHOICE_GRADE)
        self._grades |= dict.fromkeys(SHOCKS, "derived")
        self._grades |= self.own

    def name(self, code: str) -> str:
        """English name of an economy, with its article; the code where the world lacks it."""
        try:
            return with_article(self.world.names[self.world.index(code)])
        except InputError:
            return code

    def subset(self, *names: str) -> dict[str, Array]:
        """Drawn quantities by name; those that this run did not draw are left out."""
        return {name: self.values[name] for name in names if name in self.values}

    def enter(
        self,
        identifier: str,
        answer: str,
        draws: Array,
        drivers: Mapping[str, Array],
        *,
        behind: Behind = NOTHING_ELSE,
        headline_class: str = "",
        **named: Any,
    ) -> None:
        """Answer a question of headlines.yaml from its draws (n,), by its kind there.

        number : median and 90 % interval of the draws. probability : the share of draws in which
        it happened. words : the draws tell what drives the answer. `named` fills the names of the
        question and its unit; a `headline_class` replaces the one that is listed.
        """
        asked = known_question(identifier)
        question, unit = asked.question.format(**named), asked.unit.format(**named)
        groups = self.groups if behind.closures else None
        draws = np.asarray(draws, dtype=np.float64)
        about: dict[str, Any] = {
            "headline_class": headline_class or asked.headline_class,
            "grades": {**self._of(drivers, behind.closures), **behind.grades},
        }
        if asked.kind != "words" and not np.isfinite(draws).any():
            about |= {"drivers": list(drivers) or list(behind.grades) or ["model"], "unit": unit}
            found = answer_in_words(
                identifier, question, f"No answer: {behind.undefined}.", **about
            )
        elif asked.kind == "probability":
            found = answer_of_event(
                identifier, question, answer, draws, parameters=drivers, **about
            )
        elif asked.kind == "words":
            shares = variance_shares(draws, drivers, groups)
            moved = named_drivers(shares, self.n) or list(shares)[:1] or ["trade_elasticity"]
            about |= {"drivers": moved, "unit": unit}
            found = answer_in_words(identifier, question, answer, **about)
            found = replace(found, driver_shares=shares)
        else:
            about |= {"parameters": drivers, "groups": groups, "models": behind.models}
            about["over"] = _over(drivers, groups)
            found = answer_from_draws(identifier, question, answer, draws, unit, **about)
        turns_on, table = self._conventions(draws, groups or {})
        moved = [label_of(name) for name in found.drivers if name not in DIMENSIONS]
        moved = moved if any(found.driver_shares.values()) else []
        turns = list(dict.fromkeys([*turns_on, *moved]))[:TURNS_ON]
        self.entries.append(
            replace(found, turns_on=tuple(turns), table=table, section=asked.section)
        )
        self.sources[identifier] = draws

    def find(self, identifier: str) -> Answer | None:
        """The answer to a question, where it was given."""
        return next((answer for answer in self.entries if answer.id == identifier), None)

    def _conventions(
        self, draws: Array, groups: Mapping[str, Array]
    ) -> tuple[list[str], tuple[dict[str, Any], ...]]:
        """The dimensions that an answer turns on, and its interval under every choice."""
        if not np.isfinite(draws).any():
            return [], ()
        choices = by_choice(draws, groups)
        rows = tuple(
            {
                "name": f"{LABELS.get(dimension, dimension)}: {LABELS.get(one, one)}",
                **{end: getattr(found, end) for end in ("median", "low", "high")},
            }
            for dimension, known in choices.items()
            for one, found in known.items()
        )
        return [label_of(name) for name in turning(choices, interval(draws))], rows

    def _of(self, drivers: Mapping[str, Array], closures: bool = False) -> dict[str, str]:
        """Grades of drivers: the scenario's, the registry's, else judgement; with those of the
        choices of models where `closures` count among them."""
        for name in drivers:
            if name not in self._grades:
                known = name in self.parameters
                self._grades[name] = self.parameters[name].grade if known else _CHOICE_GRADE
        chosen = self.groups if closures else ()
        return {name: self._grades[name] for name in (*drivers, *chosen)}


def _over(drivers: Mapping[str, Array], groups: Mapping[str, Array] | None) -> str:
    """What the interval of an answer is taken over."""
    chance = [name for name in drivers if name.startswith(CHANCE)]
    fixed = [name for name in drivers if name not in (*SHOCKS, *chance)]
    parts = ["parameters"] if fixed else []
    parts += ["models"] if groups else []
    parts += ["shocks"] if any(name in SHOCKS for name in drivers) else []
    parts += ["chance"] if chance else []
    return listed(parts or ["parameters"])


def with_article(name: str) -> str:
    """ "the United States", but "Japan"."""
    return f"the {name}" if name.startswith(("United ", "Netherlands", "Philippines")) else name
