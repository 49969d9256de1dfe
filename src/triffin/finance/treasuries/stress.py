"""Named stress cases of the Treasury market: what-ifs that stand in no forecast (models D.9).

A leveraged holder that sells on a threshold cannot sit in a forecast: after volatility has passed
a threshold the mean of the next week is zero. Nor does a separate joint shock: the common scale of
the forecast has weeks with yields up and the dollar down as often as the record. So both are named
cases, off unless asked for, and their mean is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from triffin.finance.treasuries import sale
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of
from triffin.world.data.markets.stress import HolderFact, StressWeek, holder_facts, stress_weeks
from triffin.world.registry.parameter_set import ParameterSet

DAYS = sale.DAYS_PER_WEEK
"""A fifth of what is unwound is sold a day: judgement, from the speed of March 2020."""
EPISODE = "confidence-episode"
_FACTS = {"unwinding-march-2020": "sold_2020_03", "unwinding-april-2025": "sold_2025_04"}
CASES = (*_FACTS, EPISODE)


@dataclass(frozen=True, eq=False)
class Unwinding:
    """Leveraged holders unwind as they did once: `fact` says how much, bn."""

    name: str
    fact: HolderFact

    def flow(self, steps: int) -> Array:
        """(T,) bn of 10-year equivalents sold by day, evenly over the first five."""
        sold = np.zeros(steps)
        sold[: min(DAYS, steps)] = self.fact.value / DAYS
        return sold

    def adds(
        self, sales: Array, base: sale.SalePath, *, parameters: ParameterSet, **impact: Any
    ) -> Array:
        """(T, n) bp that it adds to the path `base` of `sales` (T, 1 or n): one price for both.

        impact: m, pi, rho and backstop, as in `follow_sale`.
        """
        dealers = sale.Dealers.default(parameters=parameters)
        both = sales + self.flow(len(sales))[:, None]
        path = sale.follow_sale(both, dealers=dealers, **impact)
        return np.asarray(path.yield_change - base.yield_change)


def unwinding(name: str, known: date | None = None) -> Unwinding:
    """A case by name. Raises InputError for an unknown name, and where its figure was not public at
    `known`, which is what a question of an earlier day must not use."""
    one_of(name, CASES, f"there is no stress case {name!r}.", field="stress")
    fact = holder_facts()[_FACTS[name]]
    if known is not None and known < fact.known_from:
        raise InputError(
            f"what {name} rests on ({fact.value:g} bn sold) was not known on {known}: it was "
            f"published on {fact.known_from}.",
            field="stress",
            value=name,
            valid=tuple(
                one
                for one in CASES
                if one == EPISODE or holder_facts()[_FACTS[one]].known_from <= known
            ),
        )
    return Unwinding(name, fact)


def episodes(u: Array, known: date | None = None) -> tuple[StressWeek, ...]:
    """Weeks of stress at uniforms `u` (n,), each of those that began by `known` as likely."""
    weeks = [week for week in stress_weeks() if known is None or week.start <= known]
    places = np.minimum((np.asarray(u) * len(weeks)).astype(int), len(weeks) - 1)
    return tuple(weeks[place] for place in places)
