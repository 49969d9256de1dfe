"""A band for the exchange rate, what holding it costs, and its strong edge (models E.1, H.6)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many
from triffin.world.base.errors import InputError

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
