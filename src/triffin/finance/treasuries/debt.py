"""Interest cost, the slow debt loop and the crisis zone (models D.5 and D.6).

Debt and deficits are shares of GDP and rates are fractions per year unless the name says
otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many

ROUNDING = 8 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class _DebtDynamics:
    """db/dt = φ(b − centre)² − disc/(4φ), the doom loop around the vertex of its parabola.

    `w` = √|disc|/2 per year; disc > 0: roots centre ± w/φ; disc = 0: one root, the centre;
    disc < 0: none. `gap` is b_start less the centre.
    """

    phi: float
    centre: float
    sign: int
    w: float
    low: float | None
    high: float | None
    start: float

    @property
    def gap(self) -> float:
        return self.start - self.centre

    def blow_up(self) -> float | None:
        """Years until debt is infinite; None if it never is."""
        pull = self.phi * self.gap
        if self.sign < 0:
            return math.atan2(self.w, pull) / self.w
        if self.high is None or self.low is None or self.start <= self.high:
            return None
        if self.sign == 0:
            return 1.0 / pull
        return math.log1p((self.high - self.low) / (self.start - self.high)) / (2.0 * self.w)

    def debt(self, t: float) -> float:
        """Debt after t years, before any blow-up."""
        if self.sign > 0 and self.low is not None and self.high is not None:
            return self._between_roots(t, self.low, self.high)
        z = self.w * t
        if self.sign < 0:
            cosine, sine = math.cos(z), math.sin(z) / self.w
            moved = self.gap * cosine + self.w**2 / self.phi * sine
            return self.centre + moved / (cosine - self.phi * self.gap * sine)
        return self.centre + self.gap / (1.0 - self.phi * self.gap * t)

    def _between_roots(self, t: float, low: float, high: float) -> float:
        z = self.w * t
        if z < 0.5:
            reach = math.tanh(z) / self.w if z > 0 else t
            moved = self.gap - self.w**2 / self.phi * reach
            return self.centre + moved / (1.0 - self.phi * self.gap * reach)
        above_low, above_high = self.start - low, self.start - high
        if above_high == 0:
            return high
        decay = math.exp(-2.0 * z)
        return (high * above_low * decay - low * above_high) / (above_low * decay - above_high)


def _dynamics(
    phi: float, r0: float, b_ref: float, g: float, d: float, b_start: float
) -> _DebtDynamics:
    linear = r0 - phi * b_ref - g
    discriminant = linear**2 - 4.0 * phi * d
    # A deficit written as d_max must count as d_max although neither is exact in binary.
    size = abs(r0) + abs(phi * b_ref) + abs(g)
    tolerance = ROUNDING * (2.0 * size * abs(linear) + 4.0 * phi * abs(d))
    centre = -linear / (2.0 * phi)
    low: float | None
    high: float | None
    if abs(discriminant) <= tolerance:
        sign, w, low, high = 0, 0.0, centre, centre
    elif discriminant < 0:
        sign, w, low, high = -1, math.sqrt(-discriminant) / 2.0, None, None
    else:
        sign, w = 1, math.sqrt(discriminant) / 2.0
        # The root away from zero first: the other follows from their product, without
        # cancellation.
        outer = -(linear + math.copysign(2.0 * w, linear)) / 2.0
        low, high = sorted((outer / phi, d / outer))
    # Likewise a start written as b_high rests there; one rounding error is no blow-up.
    if high is not None and abs(b_start - high) <= ROUNDING * (abs(high) + size / phi):
        b_start = high
    return _DebtDynamics(phi, centre, sign, w, low, high, b_start)


@canonical
def debt_doom_loop(
    phi: float, r0: float, b_ref: float, g: float, d: float, b_start: float, years: Numbers
) -> dict[str, Any]:
    """Debt when the yield rises with debt: steady states, blow-up and path.

    y(b) = r0 + φ(b − b_ref);  db/dt = φ b² + (r0 − φ b_ref − g) b + d;
    d_max = (r0 − φ b_ref − g)²/(4φ), the largest primary deficit with a steady state.

    `b_start`, `b_ref` debt/GDP; `d` primary deficit/GDP; `years` T >= 0 (number or list).
    Outputs: d_max, steady_state_exists (d <= d_max), b_low, b_high (None without a steady
    state; equal at d = d_max), blowup_years (None if debt converges, which includes starting at
    b_high), b_t (one per year asked; None at and after the blow-up).
    Below d_max debt ends at b_low from any start below b_high. Raises InputError for φ <= 0 and
    negative years.
    Source: debt arithmetic with the debt-sensitive yield of Laubach (2009), Journal of the European
    Economic Association 7, and CBO working papers 2019-01 and 2024-05. Grade derived.
    """
    slope = number(phi, "phi", above=0)
    base = number(r0, "r0")
    reference = number(b_ref, "b_ref")
    growth = number(g, "g")
    dynamics = _dynamics(slope, base, reference, growth, number(d, "d"), number(b_start, "b_start"))
    blow_up = dynamics.blow_up()
    horizon = one_or_many(years, "years", low=0)
    path = [
        dynamics.debt(t) if blow_up is None or t < blow_up else None
        for t in np.atleast_1d(horizon).tolist()
    ]
    return {
        "d_max": (base - slope * reference - growth) ** 2 / (4.0 * slope),
        "steady_state_exists": dynamics.sign >= 0,
        "b_low": dynamics.low,
        "b_high": dynamics.high,
        "blowup_years": blow_up,
        "b_t": path if horizon.ndim else path[0],
    }


@canonical
def debt_zones(
    max_primary: float, maturing_share: float, r_minus_g: float, backstop: float, b: float
) -> dict[str, Any]:
    """Is debt safe, in the zone of self-fulfilling crises, or beyond solvency?

    b_liquidity = (max_primary + backstop)/maturing_share;  b_solvency = max_primary/(r − g),
    None if r <= g. Insolvent above b_solvency, otherwise safe up to b_liquidity, otherwise in
    crisis. All are shares of GDP. Outputs: b_liquidity, b_liquidity_no_backstop, b_solvency,
    zone (safe, crisis or insolvent).
    For debt in the country's own currency the backstop can be without limit: the crisis zone is
    then one of inflation and depreciation, never outright default.
    Raises InputError for maturing_share <= 0, a negative backstop and negative debt.
    Source: reduced form of Cole and Kehoe (2000), Review of Economic Studies 67. Grade derived.
    """
    surplus = number(max_primary, "max_primary")
    maturing = number(maturing_share, "maturing_share", above=0)
    gap = number(r_minus_g, "r_minus_g")
    support = number(backstop, "backstop", low=0)
    debt = number(b, "b", low=0)
    liquidity = (surplus + support) / maturing
    solvency = surplus / gap if gap > 0 else None
    if solvency is not None and debt > solvency:
        zone = "insolvent"
    else:
        zone = "safe" if debt <= liquidity else "crisis"
    return {
        "b_liquidity": liquidity,
        "b_liquidity_no_backstop": surplus / maturing,
        "b_solvency": solvency,
        "zone": zone,
    }
