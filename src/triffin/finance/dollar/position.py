"""Where the dollar stands: zone of safety, hazard, privilege and coercive power, draw by draw.

Everything is the canonical models of this package at drawn inputs; nothing is computed twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.finance.averages import mean_decay
from triffin.finance.dollar.privilege import coercion_power, exorbitant_privilege
from triffin.finance.dollar.safe_asset import farhi_maggiori
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet

ZONES = ("safe", "instability", "collapse")
# Any r − g > 0 gives the same yearly value, which is all that is read from the call.
_ANY_GAP = 0.02


@dataclass(frozen=True, eq=False)
class SafetyZones:
    """Zone of outstanding safe debt in n draws of b/b_low.

    zone (n,): one of `ZONES`. room_to_instability, room_to_collapse (n,): fraction by which debt
    may grow before it leaves the safe zone and before safety is lost; negative once beyond.
    world_per_rent: surplus of the rest of the world per unit of the hegemon's rent at b.
    band: b_high/b_low (n,). prefers_safety_from (n,): sunspot probability above which the issuer
    would choose the safe zone, NaN where it would anyway.
    """

    zone: Array
    room_to_instability: Array
    room_to_collapse: Array
    band: Array
    prefers_safety_from: Array
    world_per_rent: float


def safety_zones(
    debt_over_limit: Array,
    *,
    high: float,
    low: float,
    disaster: float,
    aversion: float,
    wealth: float,
    sunspot: float,
) -> SafetyZones:
    """Zones of Farhi and Maggiori with commitment τ drawn so that b/b_low is `debt_over_limit`.

    b = w*/2, the supply that earns most under full commitment; τ = R_H b/(b/b_low). Rates are
    gross over the average maturity. Raises InputError for b/b_low <= 0 and as `farhi_maggiori`.
    """
    ratios = np.asarray(debt_over_limit, dtype=np.float64)
    if not np.all(ratios > 0):
        raise InputError(
            "debt over the safe limit must be positive.",
            field="debt_over_safe_limit",
            valid="numbers above 0",
        )
    b = wealth / 2.0
    found = [
        farhi_maggiori(high, low, disaster, wealth, high * b / ratio, aversion, sunspot, b)
        for ratio in ratios.tolist()
    ]
    b_low = np.array([each["b_low"] for each in found])
    b_high = np.array([each["b_high"] for each in found])
    stars = [each["alpha_star"] for each in found]
    rent = found[0]["hegemon_rent_b"]
    return SafetyZones(
        # from the ratio itself, as τ and back may round to the other side
        zone=np.where(ratios <= 1.0, "safe", np.where(b <= b_high, "instability", "collapse")),
        room_to_instability=b_low / b - 1.0,
        room_to_collapse=b_high / b - 1.0,
        band=b_high / b_low,
        prefers_safety_from=np.array([math.nan if star is None else star for star in stars]),
        world_per_rent=found[0]["world_surplus_b"] / rent if rent > 0 else 0.0,
    )


def collapse_hazard(
    sales_percent_per_week: Array | float,
    yield_rise_bp: Array | float,
    *,
    base: Array | float,
    per_sales: Array | float,
    per_100bp: Array | float,
    cap: float,
) -> Array:
    """Hazard per year in the instability zone: a0 + a1 sales + a2 dy/100 bp, from 0 to the cap.

    `sales_percent_per_week`: forced official sales, percent of foreign holdings. An index built
    on judgement, not an estimated probability (models F.1). Arguments broadcast.
    """
    hazard = base + per_sales * np.asarray(sales_percent_per_week)
    return np.asarray(np.clip(hazard + per_100bp * np.asarray(yield_rise_bp) / 100.0, 0.0, cap))


@dataclass(frozen=True, eq=False)
class Privilege:
    """Value of the privilege in n draws, bn USD. annual: a year. annuity: present value of
    `years` years. perpetuity: of all years, NaN where r <= g and it has no limit."""

    annual: Array
    annuity: Array
    perpetuity: Array
    years: float


def privilege_at_stake(
    holdings_bn: float, convenience_yield_bp: Array, r_minus_g: Array, years: float
) -> Privilege:
    """Flow and present values; negative where the convenience yield is.

    The annuity discounts a flow that grows with the economy at r − g, of either sign:
    annual · (1 − e^(−(r−g) years))/(r − g), which is annual · years at r = g.
    """
    annual = np.array(
        exorbitant_privilege(holdings_bn, np.asarray(convenience_yield_bp) / 1e4, _ANY_GAP)[
            "annual_bn"
        ]
    )
    gap = np.asarray(r_minus_g, dtype=np.float64)
    positive = gap > 0
    return Privilege(
        annual=annual,
        annuity=annual * years * mean_decay(gap * years),
        perpetuity=np.where(positive, annual / np.where(positive, gap, 1.0), np.nan),
        years=years,
    )


def coercive_power(share: float, sigma: Array, expenditure_share: Array) -> Mapping[str, Array]:
    """Loss if an input is withdrawn, percent of the target's spending, in n draws.

    loss; marginal: per percentage point of the hegemon's share; last_tenth: part of the loss that
    the last ten points of the share add, which convexity makes more than proportional (all of it
    where the share is smaller).
    """
    n = len(sigma)
    at = coercion_power(np.full(n, share), sigma, expenditure_share)
    less = coercion_power(np.full(n, max(share - 0.1, 0.0)), sigma, expenditure_share)
    loss = np.array(at["loss_log"])
    return {
        "loss": 100.0 * loss,
        "marginal": np.array(at["marginal"]),
        "last_tenth": 1.0 - np.array(less["loss_log"]) / loss,
    }


def diversification_that_pays(
    shift: Array, omega0: float, sigma: Array, expenditure_share: Array, extraction: float
) -> dict[str, Any]:
    """The cost at which a target just finds it worth moving the share `shift` (n,) away.

    From k x (1 − ω0 + x) = extraction · s/(σ − 1) (`anticoercion_diversification`): k and the
    cost k x²/2 in percent of spending; NaN where x exceeds the share held.
    """
    x = np.where((shift > 0) & (shift < omega0), shift, np.nan)
    k = extraction * expenditure_share / ((sigma - 1.0) * x * (1.0 - omega0 + x))
    return {"k": k, "cost_percent": 100.0 * k * x**2 / 2.0}


DYNAMICS_COLUMNS = ("commitment_loss_per_breach", "commitment_recovery_per_year")


"""Registry entries drawn for the dynamics, one column each; append, never reorder."""


class DollarSafety:
    """State of n draws: `ratio` b/b_low, `collapsed`, and the conditional index of collapse.

    ratio (n,) : at the start. band (n,) : b_high/b_low, beyond which safety is gone whatever
    others believe. drawn : values (n,) of `DYNAMICS_COLUMNS`.
    """

    def __init__(
        self, ratio: Array, band: Array, drawn: Mapping[str, Array], *, parameters: ParameterSet
    ) -> None:
        self._start = np.asarray(ratio, dtype=np.float64)
        self._band = np.asarray(band, dtype=np.float64)
        self._loss, self._recovery = (np.asarray(drawn[name]) for name in DYNAMICS_COLUMNS)
        self.commitment = np.ones_like(self._start)
        self.collapsed = np.zeros(len(self._start), dtype=bool)
        self.cumulated = np.zeros_like(self._start)
        names = ("base", "sales", "yield", "cap")
        self._hazard = {name: parameters.value(f"collapse_hazard_{name}") for name in names}

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
