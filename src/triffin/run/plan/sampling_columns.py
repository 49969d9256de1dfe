"""The parameters of a whole run, drawn together.

One scrambled Sobol sequence has a column for every parameter of every room: sequences of one seed
drawn apart would not be independent of each other. A parameter that several modules use is drawn
once. Columns are fixed, so that switching a module off leaves what the others draw alone, and the
first draws of a longer run are those of a shorter one.
"""

from __future__ import annotations

from triffin.finance.dollar.position import DYNAMICS_COLUMNS
from triffin.finance.joint.draws import COLUMNS as JOINT
from triffin.questions.dollar.tipping import COLUMNS as DOLLAR
from triffin.strategy.alignment.nested import NESTED_COLUMNS
from triffin.strategy.credibility.resolve import RESOLVE_COLUMNS
from triffin.strategy.negotiation.drawn_values import COLUMNS as TALKS_COLUMNS
from triffin.trade.parameter_draws import COLUMNS as TRADE
from triffin.world.base.arrays import Array
from triffin.world.registry.sampling import uniforms

CREDITOR = ("creditor_official_share", "creditor_freeze")
PRIVATE_SALES = "treasury_share_of_foreign_bonds"
COLUMNS = tuple(
    dict.fromkeys(
        (
            *TRADE,
            *JOINT,
            *DOLLAR,
            *DYNAMICS_COLUMNS,
            *CREDITOR,
            PRIVATE_SALES,
            *RESOLVE_COLUMNS,
            *NESTED_COLUMNS,
            *TALKS_COLUMNS,
            "debt_wall_cover",
            "tariff_to_exchange_rate",
            "trade_elasticity_first_year",
        )
    )
)


MOST_DRAWS = 2**30
"""Points of the sequence before it would begin anew."""


def run_uniforms(first: int, last: int, seed: int) -> dict[str, Array]:
    """Column -> probabilities of the draws from `first` up to `last`, which is not included."""
    return uniforms(COLUMNS, last - first, seed, first=first, most=MOST_DRAWS)
