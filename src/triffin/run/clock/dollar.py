"""The dollar's safety on the run's clock (models F.1, G.2 step 7)."""

from __future__ import annotations

import numpy as np

from triffin.finance.dollar.position import DYNAMICS_COLUMNS, DollarSafety, safety_zones
from triffin.run.clock.markets import Markets
from triffin.run.clock.section import Mover, Stage
from triffin.run.clock.talks import Diplomacy
from triffin.world.base.arrays import Array

DRAWN = ("debt_over_safe_limit", "convenience_yield_bp", "r_minus_g", *DYNAMICS_COLUMNS)


class Dollar(Mover):
    """zone (n,) : positions in ZONES; index (n,) : conditional index of collapse; ratio (n, W) :
    b/b_low."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.premium = stage.parameters.draw(DRAWN, stage.u)
        stage.values |= self.premium
        zones = safety_zones(
            self.premium["debt_over_safe_limit"],
            high=stage.parameters.value("safe_return_high"),
            low=stage.parameters.value("safe_return_low"),
            disaster=stage.parameters.value("disaster_probability"),
            aversion=stage.parameters.value("safe_asset_risk_aversion"),
            wealth=stage.parameters.value("safe_asset_wealth"),
            sunspot=0.0,
        )
        self.safety = DollarSafety(
            self.premium["debt_over_safe_limit"],
            zones.band,
            self.premium,
            parameters=stage.parameters,
        )
        self.ratio = np.empty((stage.n, len(stage.prepared.clock.weeks)))

    @property
    def zone(self) -> Array:
        """(n,) positions in ZONES."""
        return self.safety.zone

    @property
    def index(self) -> Array:
        """(n,) conditional index of collapse."""
        return self.safety.index

    def step(self, number: int, week: range) -> None:
        """Breaches, sales and yields of the week move the zone."""
        markets, talks = self.stage.state(Markets), self.stage.state(Diplomacy)
        assert markets is not None
        sold = markets.official[list(week)].sum(axis=0) + markets.forced(week)
        falls = self.safety.step(
            len(week) / 252,
            breach=0.0 if talks is None else talks.struck_share,
            sales_percent_per_week=100.0
            * sold
            / self.stage.parameters.value("foreign_holdings_bn"),
            yield_rise_bp=markets.rise(week),
            u=self.stage.streams.uniform("collapse"),
        )
        if falls.any() and markets.market is not None:
            markets.market.lose_safety(falls, self.premium["convenience_yield_bp"])
        self.ratio[:, number] = self.safety.ratio
