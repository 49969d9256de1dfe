"""The parameters of a whole run, drawn together.

One scrambled Sobol sequence has a column for every parameter of every room: sequences of one seed
drawn apart would not be independent of each other. A parameter that several modules use is drawn
once. Columns are fixed, so that switching a module off leaves what the others draw alone, and the
first draws of a longer run are those of a shorter one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from triffin.trade.parameter_draws import COLUMNS as TRADE
from triffin.world.base.arrays import Array
from triffin.world.registry.sampling import uniforms

if TYPE_CHECKING:
    from triffin.run.clock.section import RunSection

MOST_DRAWS = 2**30
"""Points of the sequence before it would begin anew."""


def columns(sections: Sequence[RunSection]) -> tuple[str, ...]:
    """Columns of the trade model, of the sections, and of what stands between them, in order."""
    drawn = chain.from_iterable(section.columns for section in sections)
    between = ("tariff_to_exchange_rate", "trade_elasticity_first_year")
    return tuple(dict.fromkeys((*TRADE, *drawn, *between)))


def run_uniforms(columns: Sequence[str], first: int, last: int, seed: int) -> dict[str, Array]:
    """Column -> probabilities of the draws from `first` up to `last`, which is not included."""
    return uniforms(columns, last - first, seed, first=first, most=MOST_DRAWS)
