"""What the government owes and pays for it: what matures is refinanced at today's yield (D.5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triffin.run.clock.markets import Markets
from triffin.run.clock.section import Mover, RunSection, Stage, Variables
from triffin.run.plan.prepare import Prepared


class Debt(Mover):
    """average_rate, debt (n, W) : of marketable debt, per cent and bn."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.average_rate, self.debt = np.empty((2, stage.n, len(stage.prepared.clock.weeks)))
        self._average = np.full(stage.n, stage.parameters.value("average_rate_pct"))
        # Bills, notes, and what is left: bonds and indexed debt.
        stock = [
            stage.parameters.value(f"marketable_{kind}_bn") for kind in ("debt", "bills", "notes")
        ]
        buckets = np.array([stock[1], stock[2], stock[0] - stock[1] - stock[2]])
        self._mix = buckets / stock[0]
        self._owed = np.tile(buckets[:, None], (1, stage.n))

    def step(self, number: int, week: range) -> None:
        """What matured in the week is refinanced, and the deficit is borrowed."""
        found, markets = self.stage.found, self.stage.state(Markets)
        assert markets is not None
        years = len(week) / 252
        today = np.full(self.stage.n, self.stage.prepared.market.yield_10y)
        if markets.market is not None:
            today = today + markets.rise(week) / 100.0
        hazard = self.stage.parameters.value("rollover_hazard")
        low = np.minimum(self._average, today)
        high = np.maximum(self._average, today)
        self._average = self._average + hazard * years * (today - self._average)
        outside = np.maximum(low - self._average, 0.0) + np.maximum(self._average - high, 0.0)
        found.check("average_rate_within_the_yields_it_is_made_of", outside, 1.0)
        interest = self._average / 100.0 * self._owed.sum(axis=0) * years
        gdp = self.stage.parameters.value("marketable_debt_bn") / self.stage.parameters.value(
            "debt_reference_ratio"
        )
        new = self.stage.parameters.value("primary_deficit") * gdp * years + interest
        total = self._owed.sum(axis=0) + new
        # New debt is sold in the proportions of the old.
        self._owed = self._owed + self._mix[:, None] * new
        found.check("debt_adds_up_over_buckets", self._owed.sum(axis=0) - total, total)
        self.average_rate[:, number], self.debt[:, number] = self._average, self._owed.sum(axis=0)


def variables(prepared: Prepared, stages: Sequence[Stage]) -> Variables:
    """Average rate and debt by week."""
    states = [state for stage in stages if (state := stage.state(Debt)) is not None]
    return {
        name: (
            ("draw", "week"),
            np.concatenate([getattr(state, name) for state in states]).astype(np.float32),
        )
        for name in ("average_rate", "debt")
    }, {}


SECTION = RunSection(draws=Debt, turn=5, columns=("debt_wall_cover",), variables=variables)
