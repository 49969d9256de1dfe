"""When reserves run out: the speculative attack and the managed float (models E.2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many
from triffin.world.base.errors import InputError


@canonical
def flood_garber(eta: float, mu: float, M0: float, D0: float) -> dict[str, Any]:
    """The date of the attack on a peg when domestic credit grows faster than money demand.

    Money demand m − p = −η i, M0 = D0 + reserves, credit grows at μ per year:
    T = max(0, ln(M0/D0)/μ − η);  reserves lost in the attack min(M0 − D0, M0 (1 − e^(−ημ))).

    `eta` η >= 0 years, `mu` per year, `M0` > `D0` > 0 in one unit of money. Outputs: attack,
    immediate (T = 0: all reserves go at once), T (years), reserves_at_attack (in the unit of M0),
    reserves_share_lost_in_attack, T_exhaustion_without_attack. Without credit growth (μ <= 0)
    there is no attack: the flags are false and the numbers None.
    Raises InputError for D0 >= M0 (no reserves), D0 <= 0 and negative η.
    Source: Krugman (1979), Journal of Money, Credit and Banking 11; Flood and Garber (1984),
    Journal of International Economics 17. Grade published.
    """
    elasticity = number(eta, "eta", low=0)
    growth = number(mu, "mu")
    money = number(M0, "M0", above=0)
    credit = number(D0, "D0", above=0)
    if credit >= money:
        raise InputError(
            f"got {credit:g}, which leaves no reserves of a money stock of {money:g}.",
            field="D0",
            value=credit,
            valid=f"a number below M0 = {money:g}",
        )
    if growth <= 0:
        return {
            "attack": False,
            "immediate": False,
            "T": None,
            "reserves_at_attack": None,
            "reserves_share_lost_in_attack": None,
            "T_exhaustion_without_attack": None,
        }
    reserves = money - credit
    exhaustion = math.log1p(reserves / credit) / growth
    lost = min(reserves, -money * math.expm1(-elasticity * growth))
    immediate = exhaustion <= elasticity
    return {
        "attack": True,
        "immediate": immediate,
        "T": 0.0 if immediate else exhaustion - elasticity,
        "reserves_at_attack": reserves if immediate else lost,
        "reserves_share_lost_in_attack": 1.0 if immediate else lost / reserves,
        "T_exhaustion_without_attack": exhaustion,
    }


@canonical
def reserve_exhaustion(
    usable_reserves_bn: float,
    drain_bn_per_week: float,
    sd_bn_per_sqrt_week: float,
    horizon_weeks: Numbers,
) -> dict[str, Any]:
    """Probability that reserves run out within a horizon when the drain is Brownian.

    P(by t) = Φ((μt − x)/(σ√t)) + e^(2μx/σ²) Φ(−(x + μt)/(σ√t)): the first passage of a Brownian
    motion with drift μ = `drain_bn_per_week` and σ = `sd_bn_per_sqrt_week` through
    x = `usable_reserves_bn`. `horizon_weeks` t >= 0 (number or list). Outputs: prob (mirrors the
    horizon), prob_ever (1 for μ >= 0, e^(2μx/σ²) below), mean_time_weeks x/μ and sd_time_weeks
    √(xσ²/μ³), both None for μ <= 0. σ = 0 is the certain drain; x = 0 is already exhausted.

    Where x + μt > 0 the second term is e^(−(x−μt)²/(2σ²t)) erfcx(z/√2)/2 with
    z = (x + μt)/(σ√t): its exponent never overflows. Elsewhere μ < 0 and the plain form is safe.
    Raises InputError for negative reserves, σ or horizon.
    Source: inverse Gaussian first-passage time. Grade published.
    """
    reserves = number(usable_reserves_bn, "usable_reserves_bn", low=0)
    drift = number(drain_bn_per_week, "drain_bn_per_week")
    sd = number(sd_bn_per_sqrt_week, "sd_bn_per_sqrt_week", low=0)
    weeks = one_or_many(horizon_weeks, "horizon_weeks", low=0)
    if reserves == 0:
        probability, ever = np.ones_like(weeks), 1.0
    elif sd == 0:
        probability = np.where(drift * weeks >= reserves, 1.0, 0.0)
        ever = 1.0 if drift > 0 else 0.0
    else:
        probability = _first_passage(reserves, drift, sd, weeks)
        ever = 1.0 if drift >= 0 else math.exp(2.0 * drift * reserves / sd / sd)
    positive = drift > 0
    return {
        "prob": probability,
        "prob_ever": ever,
        "mean_time_weeks": reserves / drift if positive else None,
        "sd_time_weeks": math.sqrt(reserves / drift) * sd / drift if positive else None,
    }


def _first_passage(x: float, drift: float, sd: float, weeks: np.ndarray) -> np.ndarray:
    from scipy.special import erfcx, ndtr

    t = np.where(weeks > 0, weeks, 1.0)
    spread = sd * np.sqrt(t)
    near = (drift * t - x) / spread
    far = (x + drift * t) / spread
    ahead = far > 0
    scaled = 0.5 * np.exp(-(near**2) / 2.0) * erfcx(np.where(ahead, far, 0.0) / math.sqrt(2.0))
    # Only drift < 0 leads here, so the exponent is negative.
    plain = np.exp(min(0.0, 2.0 * drift * x / sd / sd)) * ndtr(-np.where(ahead, 0.0, far))
    found = ndtr(near) + np.where(ahead, scaled, plain)
    return np.where(weeks > 0, np.clip(found, 0.0, 1.0), 0.0)
