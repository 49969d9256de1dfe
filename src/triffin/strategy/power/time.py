"""Time: how long stocks last, and how much more can be replaced later (models I.10)."""

from __future__ import annotations

import math
from typing import Any

from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, number
from triffin.world.registry.parameter_set import ParameterSet


@canonical
def stock_path(
    stock_months: float, remaining: float, horizon_months: float, loss_pct: float
) -> dict[str, Any]:
    """When a stock is used up, and the loss on average over a horizon.

    t* = m/(1−q) months until the loss begins;  mean loss × max(0, T−t*)/T.
    `stock_months` m >= 0 of ordinary use, `remaining` q in [0, 1] of the supply, `horizon_months`
    T > 0, `loss_pct` >= 0 once the stock is used up. Outputs: months_until_loss (None at q = 1,
    when it lasts for ever), mean_loss_pct.
    Raises InputError outside these ranges.
    Source: constant use of a stock; derived. Grade derived.
    """
    stock, left = (
        number(stock_months, "stock_months", low=0),
        number(remaining, "remaining", low=0, high=1),
    )
    horizon, loss = (
        number(horizon_months, "horizon_months", above=0),
        number(loss_pct, "loss_pct", low=0),
    )
    until = stock / (1 - left) if left < 1 else math.inf
    return {
        "months_until_loss": until if math.isfinite(until) else None,
        "mean_loss_pct": loss * max(0.0, horizon - until) / horizon,
    }


@canonical
def elasticity_path(
    short: float, long: float, years_to_adjust: float, years: float
) -> dict[str, Any]:
    """Trade elasticity after some years, θ(t) = θ_long − (θ_long − θ_short) e^(−t/T).

    `short`, `long` > 0, `years_to_adjust` T > 0, `years` t >= 0. Output: elasticity.
    Raises InputError outside.
    Source: partial adjustment between the short and long run of Boehm, Levchenko and
    Pandalai-Nayar (2023), American Economic Review 113 (0.76 after a year, about 2 after seven to
    ten). Grade derived.
    """
    first, last = number(short, "short", above=0), number(long, "long", above=0)
    speed = number(years, "years", low=0) / number(years_to_adjust, "years_to_adjust", above=0)
    return {"elasticity": last - (last - first) * math.exp(-speed)}


def elasticities_after(long: Array, years: float, parameters: ParameterSet) -> Array:
    """(S,) trade elasticities `years` after goods were withdrawn; `long` (S,) once all adjusted.

    Each starts at its share of the aggregate: short over the long run of `power_long_elasticity`.
    """
    start = parameters.value("power_short_elasticity") / parameters.value("power_long_elasticity")
    after = elasticity_path(start, 1.0, parameters.value("power_years_to_adjust"), years)
    return long * float(after["elasticity"])
