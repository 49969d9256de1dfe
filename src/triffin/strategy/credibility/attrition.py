"""Who gives in first when both sides wait (B.4)."""

from __future__ import annotations

import math
from typing import Any

from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError


@canonical
def abreu_gul(
    z_h: float, z_p: float, alpha_h: float, alpha_p: float, r_h: float, r_p: float
) -> dict[str, Any]:
    """Bargaining when each side may be one that never gives in.

    Demands α_h + α_p > 1 (shares of the pie), z the prior that a side is obstinate, r discount
    rates per unit of time, i against j:
    λ_i = r_j (1 − α_i)/(α_h + α_p − 1),  T_i = −ln z_i/λ_i,  T0 = min(T_h, T_p);
    the slower side concedes at once with probability 1 − z_i e^(λ_i T0).

    z, α in (0, 1), r > 0. Outputs: lambda_h, lambda_p (hazards of conceding), T_h, T_p, T0,
    mass_concede_h, mass_concede_p (0 for the faster side).
    Raises InputError outside these ranges and for compatible demands (α_h + α_p <= 1).
    Source: Abreu and Gul (2000), Econometrica 68. Grade published.
    """
    prior_h = number(z_h, "z_h", above=0, below=1)
    prior_p = number(z_p, "z_p", above=0, below=1)
    demand_h = number(alpha_h, "alpha_h", above=0, below=1)
    demand_p = number(alpha_p, "alpha_p", above=0, below=1)
    hurry_h, hurry_p = number(r_h, "r_h", above=0), number(r_p, "r_p", above=0)
    # α_h + α_p − 1, with one rounding error less when the demands are nearly compatible.
    conflict = demand_h - (1.0 - demand_p)
    if conflict <= 1e-15:
        raise InputError(
            f"the demands {demand_h:g} and {demand_p:g} are compatible: nobody has to wait.",
            field="alpha_h",
            value=demand_h,
            valid=f"a number above 1 − alpha_p = {1.0 - demand_p:g}",
        )
    hazard_h = hurry_p * (1.0 - demand_h) / conflict
    hazard_p = hurry_h * (1.0 - demand_p) / conflict
    end_h, end_p = -math.log(prior_h) / hazard_h, -math.log(prior_p) / hazard_p
    end = min(end_h, end_p)
    return {
        "lambda_h": hazard_h,
        "lambda_p": hazard_p,
        "T_h": end_h,
        "T_p": end_p,
        "T0": end,
        "mass_concede_h": -math.expm1(-hazard_h * (end_h - end)),
        "mass_concede_p": -math.expm1(-hazard_p * (end_p - end)),
    }


@canonical
def war_of_attrition(
    v: float, c: float, horizon: float, audience_cost: float = 0.0
) -> dict[str, Any]:
    """Waiting for a prize with complete information.

    Both sides quit at the hazard c/(v + AC): mean duration (v + AC)/(2c), probability that nobody
    has quit by the horizon e^(−2 hazard horizon). v prize, `c` > 0 cost of waiting per unit of
    time, `audience_cost` AC paid by the side that quits, `horizon` >= 0 in the same unit of time.
    Outputs: hazard, mean_individual_quit, expected_duration, p_no_exit.
    Raises InputError for c <= 0, v + AC <= 0 and a negative horizon.
    Source: Maynard Smith (1974), Journal of Theoretical Biology 47; Hendricks, Weiss and Wilson
    (1988), International Economic Review 29. Grade published.
    """
    prize, audience = number(v, "v"), number(audience_cost, "audience_cost")
    flow = number(c, "c", above=0)
    until = number(horizon, "horizon", low=0)
    stake = prize + audience
    if stake <= 0:
        raise InputError(
            f"v + audience_cost is {stake:g}: there is nothing to wait for.",
            field="v",
            value=prize,
            valid=f"a number above {-audience:g}",
        )
    hazard = flow / stake
    return {
        "hazard": hazard,
        "mean_individual_quit": stake / flow,
        "expected_duration": stake / (2.0 * flow),
        "p_no_exit": math.exp(-2.0 * hazard * until),
    }
