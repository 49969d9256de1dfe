"""The hegemon as issuer of the safe asset: safety, instability, collapse (models F.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from triffin.world.base.checked_numbers import canonical, number


@dataclass(frozen=True)
class _SafeAsset:
    """Demand for safe debt and the three zones of its supply b."""

    wealth: float
    risk: float  # γ var, per unit of wealth
    disaster_cost: float  # λ τ (1 − e_L), expected cost of a devaluation
    sunspot: float
    b_low: float
    b_high: float

    def rent(self, b: float) -> float:
        return 2.0 * self.risk * b * (self.wealth - b)

    def zone(self, b: float) -> str:
        if b <= self.b_low:
            return "safe"
        return "instability" if b <= self.b_high else "collapse"

    def value_if(self, zone: str, b: float) -> float:
        if zone == "safe":
            return self.rent(b)
        if zone == "collapse":
            return -self.disaster_cost
        return (1.0 - self.sunspot) * self.rent(b) - self.sunspot * self.disaster_cost

    def best(self) -> tuple[float, float, float | None]:
        """Best supply, its value, and the sunspot probability at which safety becomes best."""
        peak = self.wealth / 2.0
        safe, risky = min(peak, self.b_low), min(peak, self.b_high)
        at_safe = self.rent(safe)
        if peak <= self.b_low:
            return safe, at_safe, None
        at_risky = self.value_if("instability", risky)
        at_stake = self.rent(risky) + self.disaster_cost
        alpha_star = (self.rent(risky) - at_safe) / at_stake if at_stake > 0 else None
        # The third zone is worth at most zero and the safe one at least that.
        if at_risky > at_safe:
            return risky, at_risky, alpha_star
        return safe, at_safe, alpha_star


@canonical
def farhi_maggiori(
    RH: float,
    RL: float,
    lam: float,
    w_star: float,
    tau: float,
    gamma: float,
    alpha_sunspot: float,
    b: float,
) -> dict[str, Any]:
    """Zones of safety, instability and collapse of a reserve currency, and its best supply.

    The risky asset returns R_H, or R_L with probability λ; the rest of the world has wealth w*
    and mean-variance preferences γ; in the disaster the hegemon may devalue to e_L = R_L/R_H at
    the cost τ (1 − e_L):
    R̄ = (1−λ)R_H + λR_L;  var = λ(1−λ)(R_H−R_L)²;  R_s(b) = R̄ − 2γ var (w* − b);
    safe up to b_low = τ/R_H, instability up to b_high, the positive root of b R_s(b) = τ, collapse
    beyond;  rent V(b) = 2γ var b (w* − b), largest at w*/2;
    value: V when safe, (1−α)V − αλτ(1−e_L) in instability, −λτ(1−e_L) in collapse;
    α* = (V(b_u) − V(b_s))/(V(b_u) + λτ(1−e_L)), b_s = min(w*/2, b_low), b_u = min(w*/2, b_high).

    `b` safe debt in the unit of w*. Outputs: e_L, Rbar, var, b_low, b_high, b_full_commitment,
    V_full_commitment, V_collapse, b_optimal and V_optimal (the best of the three), alpha_star (the
    sunspot probability above which the safe zone is preferred; None if w*/2 <= b_low or if nothing
    is at stake), and at the input b: zone_b, V_b (value in that zone), Rs_b, world_surplus_b =
    γ var b², hegemon_rent_b = V(b).
    Raises InputError for R_H <= R_L, probabilities outside [0, 1], w* <= 0, negative R_L, τ, γ, b.
    Source: Farhi and Maggiori (2018), Quarterly Journal of Economics 133, algebra re-derived.
    Grade derived.
    Production has no counterpart. No source measures the largest debt that is safe.
    """
    bad = number(RL, "RL", low=0)
    good = number(RH, "RH", above=bad)
    disaster = number(lam, "lam", low=0, high=1)
    wealth = number(w_star, "w_star", above=0)
    commitment = number(tau, "tau", low=0)
    aversion = number(gamma, "gamma", low=0)
    sunspot = number(alpha_sunspot, "alpha_sunspot", low=0, high=1)
    supply = number(b, "b", low=0)

    devalued = bad / good
    mean = (1.0 - disaster) * good + disaster * bad
    variance = disaster * (1.0 - disaster) * (good - bad) ** 2
    slope = 2.0 * aversion * variance
    market = _SafeAsset(
        wealth=wealth,
        risk=aversion * variance,
        disaster_cost=disaster * commitment * (1.0 - devalued),
        sunspot=sunspot,
        b_low=commitment / good,
        b_high=_highest_credible(slope, mean - slope * wealth, commitment),
    )
    b_optimal, v_optimal, alpha_star = market.best()
    return {
        "e_L": devalued,
        "Rbar": mean,
        "var": variance,
        "b_low": market.b_low,
        "b_high": market.b_high,
        "b_full_commitment": wealth / 2.0,
        "V_full_commitment": market.rent(wealth / 2.0),
        "V_collapse": -market.disaster_cost,
        "b_optimal": b_optimal,
        "V_optimal": v_optimal,
        "alpha_star": alpha_star,
        "zone_b": market.zone(supply),
        "V_b": market.value_if(market.zone(supply), supply),
        "Rs_b": mean - slope * (wealth - supply),
        "world_surplus_b": market.risk * supply**2,
        "hegemon_rent_b": market.rent(supply),
    }


def _highest_credible(slope: float, at_zero: float, commitment: float) -> float:
    """The positive root of slope b² + at_zero b = commitment, without cancellation."""
    root = math.sqrt(at_zero**2 + 4.0 * slope * commitment)
    if at_zero > 0:
        return 2.0 * commitment / (at_zero + root)
    # Scarce safe debt would be so dear that its return is negative at b = 0.
    return (root - at_zero) / (2.0 * slope)
