"""A band for the exchange rate, what holding it costs, and its strong edge (models E.1, H.6)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many
from triffin.world.base.errors import InputError
from triffin.world.registry.registry import parameter

_SERIES_BELOW = 1.0
_TERMS = 14


@canonical
def krugman_target_zone(
    lower: float, upper: float, gamma: float, sigma: float, fractions: Numbers
) -> dict[str, Any]:
    """The exchange rate inside a credible band: Krugman's target zone.

    s = f + γ E[ds]/dt, f Brownian with volatility σ per √year;  ρ = √(2/(γσ²));
    s(f) = f − sinh(ρf)/(ρ cosh(ρ f̄));  half width s̄ = f̄ − tanh(ρ f̄)/ρ, which fixes f̄.

    `lower`, `upper` edges of the band in currency per USD; `gamma` γ > 0 years; `sigma` σ > 0;
    `fractions` multiples of f̄ in [−1, 1] (number or list). Outputs: center = √(lower upper),
    half_width_log s̄, rho, f_bar, s and rate = center e^s at the fractions, honeymoon_ratio s̄/f̄,
    slope_at_centre 1 − 1/cosh(ρ f̄).
    Raises InputError for upper <= lower and inputs outside these ranges.
    Source: Krugman (1991), Quarterly Journal of Economics 106. Grade published.
    """
    bottom = number(lower, "lower", above=0)
    top = number(upper, "upper", above=0)
    if top <= bottom:
        raise InputError(
            f"got {top:g}, not above the lower edge {bottom:g}.",
            field="upper",
            value=top,
            valid=f"a rate above {bottom:g}",
        )
    rho = math.sqrt(2.0 / number(gamma, "gamma", above=0)) / number(sigma, "sigma", above=0)
    share = one_or_many(fractions, "fractions", low=-1, high=1)
    center = math.sqrt(bottom) * math.sqrt(top)
    half_width = math.log1p((top - bottom) / bottom) / 2.0
    z = _edge(rho * half_width)
    s = _smoothed(share * z, z) / rho
    return {
        "center": center,
        "half_width_log": half_width,
        "rho": rho,
        "f_bar": z / rho,
        "s": s,
        "rate": center * np.exp(s),
        "honeymoon_ratio": min(1.0, rho * half_width / z),
        "slope_at_centre": _slope(z),
    }


def _slope(z: float) -> float:
    """1 − 1/cosh z without cancellation or overflow."""
    if z > 100.0:
        return 1.0
    return min(1.0, 2.0 * math.sinh(z / 2.0) ** 2 / math.cosh(z))


def _less_tanh(z: float) -> float:
    """z − tanh z; for small z by the series of (z cosh z − sinh z)/cosh z, all terms positive."""
    if z >= _SERIES_BELOW:
        return z - math.tanh(z)
    term, total = z, 0.0
    for n in range(1, _TERMS):
        term *= z * z / (2 * n * (2 * n + 1))  # z^(2n+1)/(2n+1)!
        total += 2 * n * term
    return total / math.cosh(z)


def _edge(target: float) -> float:
    """z = ρ f̄ with z − tanh z = target > 0; unique.

    Between target and target + 1, because tanh is below 1; and z³/5 < z − tanh z < z³/3 up to
    z = 1, which keeps the bracket tight for narrow bands.
    """
    from scipy.optimize import brentq

    if target > 40.0:  # tanh is 1 to the last digit
        return target + 1.0
    low = max(target, math.cbrt(2.99 * target)) if target < 0.2 else target
    high = math.cbrt(5.01 * target) if target < 0.19 else target + 1.0
    return float(brentq(lambda z: _less_tanh(z) - target, low, high, xtol=1e-300, rtol=8.9e-16))


def _smoothed(x: np.ndarray, z: float) -> np.ndarray:
    """x − sinh(x)/cosh(z) for |x| <= z, without overflow and without cancellation."""
    size = np.abs(x)
    if z >= _SERIES_BELOW:
        ratio = (np.exp(size - z) - np.exp(-size - z)) / (1.0 + math.exp(-2.0 * z))
        return np.asarray(np.sign(x) * (size - ratio))
    term, beyond = size.copy(), np.zeros_like(size)
    for n in range(1, _TERMS):
        term = term * size**2 / (2 * n * (2 * n + 1))
        beyond = beyond + term  # sinh x − x
    return np.asarray(np.sign(x) * (size * 2.0 * math.sinh(z / 2.0) ** 2 - beyond) / math.cosh(z))


@canonical
def target_zone_intervention(f_bar: float, sigma: float, bn_per_pct: float) -> dict[str, Any]:
    """Expected marginal intervention at each edge of a credible band.

    σ²/(4 f̄) log units per year (the local time of reflected Brownian motion); times
    100 bn_per_pct in bn USD per year. `f_bar` > 0 in logs, `sigma` per √year, `bn_per_pct` bn USD
    that move the rate by 1 percent. Outputs: rate_log_per_year, usd_bn_per_year.
    Raises InputError for f_bar <= 0 and negative sigma or bn_per_pct.
    Source: Harrison (1985), Brownian Motion and Stochastic Flow Systems. Grade published.
    """
    width = number(f_bar, "f_bar", above=0)
    rate = number(sigma, "sigma", low=0) ** 2 / (4.0 * width)
    return {
        "rate_log_per_year": rate,
        "usd_bn_per_year": 100.0 * rate * number(bn_per_pct, "bn_per_pct", low=0),
    }


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
