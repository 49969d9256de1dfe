"""Defending a currency against strength: money is created, dollars are bought (H.6).

Reserves do not limit it. What limits it is the value of what was bought if the currency rises
all the same, the money created, and partners who count the purchases.
"""

from __future__ import annotations

import math
from typing import Any

from triffin.world.base.checked_numbers import canonical, number
from triffin.world.registry.registry import parameter

_ONE_IN_TWENTY = 1.645  # standard deviations: the 5 % tail of the normal distribution


@canonical
def defence_against_strength(
    pressure_pct: float,
    psi_pct_per_bn: float,
    rate: float,
    gdp_bn: float,
    limit_share: float | None = None,
    days: float = 90.0,
    volatility: float | None = None,
) -> dict[str, Any]:
    """Dollars to buy so that a currency under upward pressure stays where it is.

    bought = p/ψ;  yen created = bought x rate;  share of GDP = bought/GDP;  at an even pace the
    limit is passed after days x limit GDP/bought;  loss if the edge is given up afterwards =
    bought x rate (1 − e^(−p/100));  one time in twenty a year later at least
    bought x rate (1 − e^(−1.645 σ)).

    `pressure_pct` p >= 0 percent beyond the strong edge, ψ > 0 percent per bn, `rate` currency per
    USD, `gdp_bn` bn USD, `days` > 0 over which it is bought, σ per √year. `limit_share` and
    `volatility` left out are the registry's currency_report_purchases and yen_volatility. Outputs:
    dollars_bought_bn, yen_created_trn, share_of_gdp, days_to_limit (None if the limit is not
    passed within `days`), loss_if_given_up_trn, loss_one_in_twenty_trn.
    Raises InputError outside these ranges.
    Source: portfolio balance of E.3; criterion of the US Treasury's currency report (2 % of GDP).
    Grade derived.
    """
    pressure = number(pressure_pct, "pressure_pct", low=0)
    bought = pressure / number(psi_pct_per_bn, "psi_pct_per_bn", above=0)
    spot = number(rate, "rate", above=0)
    share = bought / number(gdp_bn, "gdp_bn", above=0)
    if limit_share is None:
        limit_share = parameter("currency_report_purchases").value
    if volatility is None:
        volatility = parameter("yen_volatility").value
    limit = number(limit_share, "limit_share", above=0)
    horizon = number(days, "days", above=0)
    sigma = number(volatility, "volatility", low=0)
    created = bought * spot / 1000.0
    return {
        "dollars_bought_bn": bought,
        "yen_created_trn": created,
        "share_of_gdp": share,
        "days_to_limit": horizon * limit / share if share > limit else None,
        "loss_if_given_up_trn": -created * math.expm1(-pressure / 100.0),
        "loss_one_in_twenty_trn": -created * math.expm1(-_ONE_IN_TWENTY * sigma),
    }
