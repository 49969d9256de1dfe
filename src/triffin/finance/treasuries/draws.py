"""What a sale of Treasuries depends on, drawn.

Each quantity has the sequence of its name, so that two sales with one seed differ in nothing but
the sale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from triffin.finance.treasuries import market
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.sampling import uniforms

MAX_DRAWS = 20_000  # paths of 430 days then take about 300 MB
# The order is part of the results: append, never reorder.
COLUMNS = (
    "study",
    "within_study",
    "permanent_share",
    "impact_decay_per_year",
    "backstop_acts",
    "kappa_supply",
    "japan_official_share",
    "treasury_share_of_foreign_bonds",
)


@dataclass(frozen=True, eq=False)
class MarketDraws:
    """Draws (n,) of what a sale depends on; `which` are positions in `estimates`."""

    estimates: tuple[market.Estimate, ...]
    which: Array
    m: Array
    m_registry: Array
    pi: Array
    rho: Array
    acts: Array
    kappa: Array
    official_share: Array
    treasury_share: Array

    @property
    def family(self) -> Array:
        return np.array([e.family for e in self.estimates])[self.which]

    @property
    def study(self) -> Array:
        return np.array([f"{e.study}: {e.horizon}" for e in self.estimates])[self.which]


def draw_market(n: int, seed: int, parameters: ParameterSet) -> MarketDraws:
    """`n` draws. Raises InputError for a number of draws or a seed that cannot be used."""
    return market_at(uniforms(COLUMNS, n, seed, most=MAX_DRAWS), parameters)


def market_at(u: Mapping[str, Array], parameters: ParameterSet) -> MarketDraws:
    """The draws at probabilities u, column -> (n,), such as those of a run over several rooms."""
    pi, rho, kappa, official, treasuries = (
        parameters[name].quantile(u[name])
        for name in (
            "permanent_share",
            "impact_decay_per_year",
            "kappa_supply",
            "japan_official_share",
            "treasury_share_of_foreign_bonds",
        )
    )
    which = market.chosen_estimates(u["study"], parameters)
    return MarketDraws(
        estimates=market.estimates(parameters),
        which=which,
        m=market.instant_impact(which, u["within_study"], pi, rho, parameters),
        m_registry=market.registry_instant_impact(u["within_study"], pi, rho, parameters),
        pi=pi,
        rho=rho,
        acts=u["backstop_acts"] < parameters.value("backstop_probability"),
        kappa=kappa,
        official_share=official,
        treasury_share=treasuries,
    )
