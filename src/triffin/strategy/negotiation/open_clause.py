"""What a clause to be filled in after signature costs (A.4)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError


@canonical
def open_clause_holdup(theta: float, c_commit: float = 0.0) -> dict[str, Any]:
    """Effort and payoffs when the hegemon sets the clause after the partner's effort is sunk.

    Effort k is worth 2√k; the hegemon takes the share θ_eff = θ (1 − c_commit), c_commit in [0, 1]
    the bindingness of the agreement. The partner chooses k = (1 − θ_eff)²:
    partner (1 − θ_eff)², hegemon 2 θ_eff (1 − θ_eff), total 1 − θ_eff², loss θ_eff².
    Outputs: theta_eff, effort, partner, hegemon, total, loss, first_best (total at θ_eff = 0),
    theta_revenue_max (the θ_eff at which the hegemon gets most).
    Raises InputError for θ_eff outside [0, 1] and c_commit outside [0, 1].
    Source: Grossman and Hart (1986), Journal of Political Economy 94; Hart and Moore (1988),
    Econometrica 56, and (1990), Journal of Political Economy 98. Functional form derived.
    """
    asked = number(theta, "theta")
    bound = number(c_commit, "c_commit", low=0, high=1)
    share = asked * (1.0 - bound)
    if not 0.0 <= share <= 1.0:
        raise InputError(
            f"the hegemon would take the share theta (1 − c_commit) = {share:g}.",
            field="theta",
            value=asked,
            valid="theta (1 − c_commit) from 0 to 1",
        )
    rest = 1.0 - share
    return {
        "theta_eff": share,
        "effort": rest * rest,
        "partner": rest * rest,
        "hegemon": 2.0 * share * rest,
        "total": rest * (1.0 + share),
        "loss": share * share,
        "first_best": 1.0,
        "theta_revenue_max": 0.5,
    }


@canonical
def expected_extraction(median_demand: float, sd_log: float, Q: float) -> dict[str, Any]:
    """What later demands take on average when the partner can leave.

    Demand Z is lognormal with median z_m and standard deviation of logs s; extraction is
    min(Z, Q), Q the quasi-rent (value inside the deal less value of leaving):
    E = e^(m+s²/2) Φ((ln Q − m − s²)/s) + Q (1 − Φ((ln Q − m)/s)),  m = ln z_m;  min(z_m, Q) at
    s = 0. `median_demand` > 0 and `Q` > 0 in one unit, `sd_log` >= 0. Outputs: expected_extraction,
    prob_cap_binds = Pr(Z > Q).
    Raises InputError outside these ranges: with Q <= 0 the partner would have left.
    Source: mean of a censored lognormal. Grade derived.
    """
    from scipy.special import erfcx, ndtr

    median = number(median_demand, "median_demand", above=0)
    spread = number(sd_log, "sd_log", low=0)
    cap = number(Q, "Q", above=0)
    distance = math.log(cap) - math.log(median)
    if spread == 0.0 or abs(distance) > 1e8 * spread:
        return {
            "expected_extraction": min(median, cap),
            "prob_cap_binds": 1.0 if median > cap else 0.0,
        }
    reach = distance / spread
    if reach > spread:
        below = median * math.exp(spread**2 / 2.0) * float(ndtr(reach - spread))
    else:
        # e^(s²/2) overflows long before its product with the tail does.
        tail = float(erfcx((spread - reach) / math.sqrt(2.0)))
        below = cap * 0.5 * tail * math.exp(-(reach**2) / 2.0)
    binds = float(ndtr(-reach))
    return {"expected_extraction": min(below + cap * binds, cap), "prob_cap_binds": binds}


def extraction(median: np.ndarray, spread: np.ndarray, cap: np.ndarray) -> np.ndarray:
    """`expected_extraction` for arrays: E[min(Z, Q)], zero where the cap Q is not positive."""
    from scipy.special import ndtr

    there = cap > 0
    reach = np.log(np.where(there, cap, 1.0) / median) / spread
    below = median * np.exp(spread**2 / 2) * ndtr(reach - spread)
    taken = below + np.where(there, cap, 0.0) * ndtr(-reach)
    return np.where(there, np.minimum(taken, cap), 0.0)
