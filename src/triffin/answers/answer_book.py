"""The headline of a run as it is written: entries in order, and the draws behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from triffin.answers.headline import categorical_headline, headline_from_draws, probability_headline
from triffin.answers.statistics import named_drivers, variance_shares
from triffin.trade.closures import DIMENSIONS
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.model import World
from triffin.world.registry.registry import names, parameter

# Choices of models have no published distribution, so what they drive is judged.
_CHOICE_GRADE = "judgement"
# Shocks have the volatility of published series.
SHOCKS = ("currency_shocks", "yield_news")


@dataclass(eq=False)
class AnswerBook:
    """n draws. values : every drawn quantity by name (n,). groups : the closures' dimensions by
    draw. own : grades of parameters that the scenario or the user changed."""

    world: World
    n: int
    values: dict[str, Array]
    groups: Mapping[str, Array]
    own: Mapping[str, str] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
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

    def draws(
        self,
        identifier: str,
        question: str,
        answer: str,
        draws: Array,
        unit: str,
        headline_class: str,
        drivers: Mapping[str, Array],
        *,
        closures: bool = False,
        grades: Mapping[str, str] | None = None,
        models: Mapping[str, float] | None = None,
    ) -> None:
        """A number: median and 90 % interval over the draws (n,)."""
        self._enter(
            identifier,
            draws,
            headline_from_draws(
                identifier,
                question,
                answer,
                draws,
                unit,
                headline_class=headline_class,
                parameters=drivers,
                groups=self.groups if closures else None,
                grades={**self._of(drivers, closures), **(grades or {})},
                models=models,
            ),
        )

    def chance(
        self,
        identifier: str,
        question: str,
        answer: str,
        happened: Array,
        headline_class: str,
        drivers: Mapping[str, Array],
    ) -> None:
        """The probability of an event, from whether it happened in each draw (n,)."""
        self._enter(
            identifier,
            np.asarray(happened, dtype=np.float64),
            probability_headline(
                identifier,
                question,
                answer,
                happened,
                headline_class=headline_class,
                parameters=drivers,
                grades=self._of(drivers),
            ),
        )

    def category(
        self,
        identifier: str,
        question: str,
        answer: str,
        headline_class: str,
        flags: Array,
        drivers: Mapping[str, Array],
        *,
        unit: str = "",
        closures: bool = False,
    ) -> None:
        """An answer in words; `flags` (n,) is a number behind it that tells what drives it."""
        shares = variance_shares(flags, drivers, self.groups if closures else None)
        named = named_drivers(shares, self.n)
        entry = categorical_headline(
            identifier,
            question,
            answer,
            headline_class=headline_class,
            drivers=named or list(shares)[:1] or ["trade_elasticity"],
            grades=self._of(drivers, closures),
            unit=unit,
        )
        self._enter(identifier, flags, entry | {"driver_shares": shares})

    def _of(self, drivers: Mapping[str, Array], closures: bool = False) -> dict[str, str]:
        """Grades of drivers: the scenario's, the registry's, else judgement; with those of the
        choices of models where `closures` count among them."""
        for name in drivers:
            if name not in self._grades:
                known = name in names()
                self._grades[name] = parameter(name).grade if known else _CHOICE_GRADE
        chosen = self.groups if closures else ()
        return {name: self._grades[name] for name in (*drivers, *chosen)}

    def _enter(self, identifier: str, draws: Array, entry: dict[str, Any]) -> None:
        self.entries.append(entry)
        self.sources[identifier] = draws


def with_article(name: str) -> str:
    """ "the United States", but "Japan"."""
    return f"the {name}" if name.startswith(("United ", "Netherlands", "Philippines")) else name
