"""The dollar's safety week by week: commitment, zone, hazard and collapse (models F.1).

    τ(t+1) = τ(t) (1 − d_τ breach(t)) + rec dt (τbar − τ(t)),   b/b_low = (b/b_low)_0 τ_0/τ

Debt b does not move in a quarter, so that the ratio to the edge of the safe zone moves with the
commitment τ alone. Breaches are executed threats, weighted by the share of partners that they
hit. In the zone of instability safety ends with the hazard of `collapse_hazard`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from triffin.finance.dollar.position import collapse_hazard
from triffin.world.base.arrays import Array
from triffin.world.registry.registry import parameter

DYNAMICS_COLUMNS = ("commitment_loss_per_breach", "commitment_recovery_per_year")
"""Registry entries drawn for the dynamics, one column each; append, never reorder."""


class DollarSafety:
    """State of n draws: `ratio` b/b_low, `collapsed`, and the conditional index of collapse.

    ratio (n,) : at the start. band (n,) : b_high/b_low, beyond which safety is gone whatever
    others believe. drawn : values (n,) of `DYNAMICS_COLUMNS`.
    """

    def __init__(self, ratio: Array, band: Array, drawn: Mapping[str, Array]) -> None:
        self._start = np.asarray(ratio, dtype=np.float64)
        self._band = np.asarray(band, dtype=np.float64)
        self._loss, self._recovery = (np.asarray(drawn[name]) for name in DYNAMICS_COLUMNS)
        self.commitment = np.ones_like(self._start)
        self.collapsed = np.zeros(len(self._start), dtype=bool)
        self.cumulated = np.zeros_like(self._start)
        names = ("base", "sales", "yield", "cap")
        self._hazard = {name: parameter(f"collapse_hazard_{name}").value for name in names}

    @property
    def ratio(self) -> Array:
        """Debt over the edge of the safe zone (n,); above 1 safety rests on belief."""
        return np.asarray(self._start / self.commitment)

    @property
    def zone(self) -> Array:
        """(n,) positions in `position.ZONES`; a draw that has collapsed stays there."""
        found = np.where(self.ratio <= 1.0, 0, np.where(self.ratio <= self._band, 1, 2))
        return np.where(self.collapsed, 2, found)

    @property
    def index(self) -> Array:
        """(n,) chance of a collapse over the steps so far, given the zone of instability."""
        return np.asarray(-np.expm1(-self.cumulated))

    def step(
        self,
        years: float,
        *,
        breach: Array | float,
        sales_percent_per_week: Array | float,
        yield_rise_bp: Array | float,
        u: Array,
    ) -> Array:
        """One step of `years`: the draws (n,) that collapse in it.

        breach : share of partners on which a threat is being executed, 0 to 1. The sales are forced
        official ones in percent of foreign holdings, the rise that of the 10-year yield since the
        start; falls do not make the dollar safer than calm. u (n,) : uniforms.
        """
        tau = self.commitment * (1.0 - self._loss * np.asarray(breach))
        self.commitment = tau + self._recovery * years * (1.0 - tau)
        hazard = collapse_hazard(
            sales_percent_per_week,
            np.maximum(yield_rise_bp, 0.0),
            base=self._hazard["base"],
            per_sales=self._hazard["sales"],
            per_100bp=self._hazard["yield"],
            cap=self._hazard["cap"],
        )
        self.cumulated = self.cumulated + hazard * years
        falls = (self.zone == 1) & (np.asarray(u) < -np.expm1(-hazard * years))
        self.collapsed |= falls
        return np.asarray(falls)
