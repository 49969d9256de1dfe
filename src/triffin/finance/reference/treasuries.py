"""Treasuries: reference models of supply, demand and debt (models D.2 to D.6).

Verified closed forms; no answer is computed with them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.finance.averages import mean_decay, mean_shortfall
from triffin.finance.treasuries.curve import BASIS_POINTS
from triffin.finance.treasuries.debt import ROUNDING
from triffin.world.base.checked_numbers import (
    Numbers,
    canonical,
    number,
    numbers,
    one_or_many,
    same_length,
)
from triffin.world.base.errors import InputError


@canonical
def demand_logit(
    W: Numbers, alpha: Numbers, beta_per_pct: Numbers, y0: float, dS: float
) -> dict[str, Any]:
    """Yield that clears a change of supply dS when portfolio shares are logit.

    Σ_s W_s/(1 + exp(−(α_s + β_s y))) = S, y in percent. S at `y0` is `supply0`; y1 clears
    supply0 + dS. `W` wealth (bn), `alpha`, `beta_per_pct`: lists (n,), one entry per holder.
    Outputs: supply0, y1 (percent), dQ (bn, n, adding up to dS), first_order_dy (percentage
    points, dS over the slope at y0).

    Raises InputError when supply0 + dS is outside what holders can be made to hold, that is
    outside (0, ΣW), or narrower where some β are zero; for negative W or β (demand must not fall
    with the yield), all β zero, and lists of different length.
    Source: Koijen and Yogo (2019), JPE 127. Grade derived.
    Production has no counterpart.
    """
    wealth = numbers(W, "W", low=0)
    intercept = numbers(alpha, "alpha")
    slope = numbers(beta_per_pct, "beta_per_pct", low=0)
    same_length({"W": wealth, "alpha": intercept, "beta_per_pct": slope})
    start = number(y0, "y0")
    change = number(dS, "dS")
    index = intercept + slope * start
    share = _logistic(index)
    supply0 = float(wealth @ share)
    marginal = float(wealth @ (slope * share * _logistic(-index)))
    if not marginal > 0:
        raise InputError(
            "no holder's demand responds to the yield at y0.",
            field="beta_per_pct",
            valid="at least one β above zero with W above zero and a share between 0 and 1",
        )
    responsive = slope > 0
    lowest = float(wealth[~responsive] @ share[~responsive])
    highest = lowest + float(wealth[responsive].sum())
    if not lowest < supply0 + change < highest:
        raise InputError(
            f"supply would be {supply0 + change:g} bn, more or less than holders can take.",
            field="dS",
            value=change,
            valid=f"a change that leaves supply between {lowest:g} and {highest:g} bn",
        )
    dy = _clearing_change(wealth, index, slope, change, change / marginal)
    return {
        "supply0": supply0,
        "y1": start + dy,
        "dQ": wealth * _share_change(index, slope * dy),
        "first_order_dy": change / marginal,
    }


def _logistic(z: np.ndarray) -> np.ndarray:
    decay = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, decay) / (1.0 + decay)


def _share_change(z: np.ndarray, dz: np.ndarray) -> np.ndarray:
    """Λ(z + dz) − Λ(z) without cancellation when dz is small: Λ(−low) Λ(high) (1 − e^(−|dz|))."""
    low, high = np.minimum(z, z + dz), np.maximum(z, z + dz)
    return np.sign(dz) * _logistic(-low) * _logistic(high) * -np.expm1(-np.abs(dz))


def _clearing_change(
    wealth: np.ndarray, index: np.ndarray, slope: np.ndarray, change: float, guess: float
) -> float:
    from scipy.optimize import brentq

    if guess == 0:  # no change, or one below the smallest floating-point number
        return 0.0

    def excess(dy: float) -> float:
        return float(wealth @ _share_change(index, slope * dy)) - change

    # Demand rises with the yield, so the root lies in the direction of the change.
    near, far = 0.0, guess
    while (excess(far) < 0) == (change > 0) and excess(far) != 0:
        near, far = far, 2.0 * far
        if abs(far) > 1e12:
            raise InputError(
                "the new supply is so close to the most that holders can take that no yield "
                "can be told.",
                field="dS",
                value=change,
            )
    return float(brentq(excess, near, far, xtol=1e-300, rtol=8.9e-16, maxiter=500))


@canonical
def linear_sale_impact(m_bp_per_bn: Numbers, X_bn: Numbers) -> dict[str, Any]:
    """dy = m X for every pair of a price impact m (rows, bp per bn) and a sale X (columns, bn).

    A number in place of a list drops its axis. Output: dy_bp.
    Raises InputError for a negative m.
    Source: arithmetic on the literature range of price impact. Grade derived.
    Held to production by tests/finance/test_price_impact.py:
    test_a_sale_at_once_without_dealers_is_the_linear_impact.
    """
    impact = one_or_many(m_bp_per_bn, "m_bp_per_bn", low=0)
    amount = one_or_many(X_bn, "X_bn")
    return {"dy_bp": np.multiply.outer(impact, amount)}


@canonical
def flow_impact_constant_rate(
    m_bp_per_bn: float, pi: float, rho_per_year: float, T_years: float, X_bn: float
) -> dict[str, Any]:
    """Yield change at the end of a sale of X_bn spread evenly over T_years.

    dy(T) = m X [π + (1−π)(1 − e^(−ρT))/(ρT)]; long run m X π; all at once m X (the limit T = 0).
    m in bp per bn, π the permanent share in [0, 1], ρ >= 0 per year, T >= 0 years, X in bn
    (negative: a purchase). Outputs: dy_end_bp, dy_longrun_bp, dy_instant_bp.
    Raises InputError outside these ranges.
    Source: Obizhaeva and Wang (2013). Grade derived.
    Held to production by tests/finance/test_price_impact.py:
    test_an_even_sale_in_many_small_steps_is_the_constant_rate_formula.
    """
    impact = number(m_bp_per_bn, "m_bp_per_bn", low=0) * number(X_bn, "X_bn")
    permanent = number(pi, "pi", low=0, high=1)
    decayed = number(rho_per_year, "rho_per_year", low=0) * number(T_years, "T_years", low=0)
    return {
        "dy_end_bp": impact * (permanent + (1.0 - permanent) * float(mean_decay(decayed))),
        "dy_longrun_bp": impact * permanent,
        "dy_instant_bp": impact,
    }


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NEGLIGIBLE_AFTER = 60.0  # humps: what the profile holds beyond is below 1e-24 of it
_MOST_PANELS = 4000


@canonical
def habitat_two_factor(
    kappa_r: float,
    sigma_r: float,
    kappa_beta: float,
    sigma_beta: float,
    a: float,
    theta0: float,
    hump: float,
    tau_max: float,
    maturities: Numbers,
) -> dict[str, Any]:
    """Yield changes per unit of a supply factor that reverts to its mean.

    Supply β_t reverts at κ_β (per year) with volatility σ_β and the profile
    θ(τ) = θ0 (τ/hump) e^(−τ/hump) trn per year of maturity on [0, tau_max]:
    I_r = ∫ θ A_r;  Z = a σ_r² I_r;
    A_β(τ) = (Z/κ_r) [(1 − e^(−kτ))/k − (e^(−κ_r τ) − e^(−kτ))/(k − κ_r)];
    k = κ_β − a σ_β² ∫ θ A_β(·; k), of which `kappa_hat` is the largest root in (0, κ_β].
    The impact at maturity τ is A_β(τ)/τ in bp.

    A_β falls and is convex in k, so k − κ_β + a σ_β² ∫ θ A_β is convex: it has at most two roots,
    and the largest lies to the right of its minimum. k = κ_r is a limit, not a special case.
    Outputs: I_r, kappa_hat, impact_bp_per_unit_beta (one per maturity), half_life_years =
    ln 2/κ_β. Raises InputError when there is no root: arbitrageurs are then too risk-averse for
    the volatility of supply to be priced.
    Source: Greenwood and Vayanos (2014). Grade published.
    Production has no counterpart.
    """
    speed = number(kappa_r, "kappa_r", above=0)
    volatility = number(sigma_r, "sigma_r", low=0)
    reversion = number(kappa_beta, "kappa_beta", above=0)
    supply_volatility = number(sigma_beta, "sigma_beta", low=0)
    aversion = number(a, "a", low=0)
    size = number(theta0, "theta0")
    peak = number(hump, "hump", above=0)
    longest = number(tau_max, "tau_max", above=0)
    tau = one_or_many(maturities, "maturities", low=0)

    nodes, weights = _quadrature(
        min(longest, _NEGLIGIBLE_AFTER * peak), min(peak, 1.0 / speed, 1.0 / reversion)
    )
    profile = weights * size * (nodes / peak) * np.exp(-nodes / peak)
    i_r = float(profile @ (nodes * mean_decay(speed * nodes)))
    z = aversion * volatility**2 * i_r
    risk = aversion * supply_volatility**2

    def excess(k: float) -> float:
        return k - reversion + risk * float(profile @ _supply_loading(z, speed, k, nodes))

    kappa_hat = _largest_root(excess, reversion)
    if kappa_hat is None:
        raise InputError(
            f"no k in (0, {reversion:g}] solves the two-factor model: the risk of supply shocks "
            "is more than arbitrageurs this risk-averse can price.",
            field="a",
            value=aversion,
            valid="a smaller a, sigma_beta or theta0, or a larger kappa_beta",
        )
    average = np.where(
        tau > 0, _supply_loading(z, speed, kappa_hat, tau) / np.where(tau > 0, tau, 1.0), 0.0
    )
    return {
        "I_r": i_r,
        "kappa_hat": kappa_hat,
        "impact_bp_per_unit_beta": BASIS_POINTS * average,
        "half_life_years": math.log(2.0) / reversion,
    }


def _quadrature(length: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Composite Gauss-Legendre nodes and weights on [0, length], one panel per decay length."""
    panels = int(min(_MOST_PANELS, max(8, math.ceil(length / scale))))
    edges = np.linspace(0.0, length, panels + 1)
    half = 0.5 * np.diff(edges)[:, np.newaxis]
    middle = 0.5 * (edges[1:] + edges[:-1])[:, np.newaxis]
    return (middle + half * _NODES).ravel(), (half * _WEIGHTS).ravel()


def _supply_loading(z: float, speed: float, k: float, tau: np.ndarray) -> np.ndarray:
    """A_β(τ; k); the difference quotient is written so that k = κ_r needs no special case."""
    slower = min(speed, k)
    difference = np.exp(-slower * tau) * mean_decay(abs(k - speed) * tau)
    return np.asarray((z / speed) * tau * (mean_decay(k * tau) - difference))


def _largest_root(excess: Any, upper: float) -> float | None:
    """Largest zero in (0, upper] of a convex function that is not negative at `upper`."""
    from scipy.optimize import brentq, minimize_scalar

    if excess(upper) <= 0:  # no risk of supply: zero exactly, or below by a rounding error
        return upper
    bottom = float(
        minimize_scalar(
            excess, bounds=(0.0, upper), method="bounded", options={"xatol": 1e-12 * upper}
        ).x
    )
    if excess(0.0) < excess(bottom):
        bottom = 0.0
    if excess(bottom) > 0:
        return None
    root = float(brentq(excess, bottom, upper, xtol=1e-300, rtol=8.9e-16, maxiter=500))
    return root if root > 0 else None


@canonical
def rollover_pass_through(
    rollover_hazard: float, dy: float, debt_trn: float, years: Numbers
) -> dict[str, Any]:
    """How a permanent rise of yields reaches the average rate and the interest bill.

    rate(T) = dy (1 − e^(−μT));  cumulative interest(T) = B dy (T − (1 − e^(−μT))/μ).
    `rollover_hazard` μ > 0 per year, `dy` a fraction (0.01 = 100 bp), `debt_trn` B in trn USD,
    `years` T >= 0 (number or list). Outputs: rate_bp, cumulative_interest_bn.
    Raises InputError for μ <= 0, negative debt or negative years.
    Grade derived (accounting). One hazard is a third too low in the first year and 15 % too high in
    the fifth (docs/models, D.5).
    Production has no counterpart. It follows what falls due, `interest_sensitivity`.
    """
    hazard = number(rollover_hazard, "rollover_hazard", above=0)
    rise = number(dy, "dy")
    debt = number(debt_trn, "debt_trn", low=0)
    horizon = one_or_many(years, "years", low=0)
    rolled = hazard * horizon
    return {
        "rate_bp": 1e4 * rise * rolled * mean_decay(rolled),
        "cumulative_interest_bn": 1e3 * debt * rise * horizon * rolled * mean_shortfall(rolled),
    }


@canonical
def debt_laffer(R: float, S_lo: float, S_hi: float, X: float) -> dict[str, Any]:
    """Every promise that raises X when lenders price default: self-fulfilling debt.

    Gross rate R, surplus capacity uniform on [S_lo, S_hi], promise B. Revenue is B/R for
    B <= S_lo and B (S_hi − B)/((S_hi − S_lo) R) above. It peaks at B = max(S_lo, S_hi/2).
    Outputs: laffer_peak (the most that can be raised), feasible, B_roots (all, increasing),
    prob_default = (B − S_lo)+/(S_hi − S_lo), yields = B/X − 1; the lists are empty when X is
    above the peak.
    Raises InputError for R <= 0, X <= 0, S_lo < 0 and S_hi <= S_lo.
    Source: Calvo (1988), American Economic Review 78; Lorenzoni and Werning (2019), AER 109.
    Grade published.
    Production has no counterpart.
    """
    gross = number(R, "R", above=0)
    least = number(S_lo, "S_lo", low=0)
    most = number(S_hi, "S_hi", above=least)
    amount = number(X, "X", above=0)
    width = most - least
    top = max(least, most / 2.0)
    peak = top * (most - top) / (width * gross)
    feasible = amount <= peak * (1.0 + ROUNDING)
    promises: list[float] = []
    if feasible:
        owed = amount * gross
        riskless = owed <= least * (1.0 + ROUNDING)
        # B² − S_hi B + X R (S_hi − S_lo) = 0 on (S_lo, S_hi].
        product = owed * width
        discriminant = most**2 - 4.0 * product
        root = math.sqrt(discriminant) if discriminant > ROUNDING * most**2 else 0.0
        upper = (most + root) / 2.0
        # Above S_lo revenue first rises if S_hi/2 > S_lo. The branches meet at S_lo, where a root
        # is one promise and not two.
        rises = most / 2.0 > least
        if riskless:
            promises.append(owed)
        elif rises and root:
            promises.append(product / upper)
        if rises or owed < least * (1.0 - ROUNDING):
            promises.append(upper)
    return {
        "laffer_peak": peak,
        "feasible": feasible,
        "B_roots": promises,
        "prob_default": [max(0.0, b - least) / width for b in promises],
        "yields": [b / amount - 1.0 for b in promises],
    }


@canonical
def habitat_elastic(
    kappa_r: float, sigma_r: float, a_alpha0: float, delta_alpha: float, horizon: Numbers
) -> dict[str, Any]:
    """Under-reaction of forward rates when habitat investors respond to price.

    Habitat demand has the slope α(τ) = α0 e^(−δ τ). The risk-neutral speed solves
    k* = κ_r + σ_r² (a α0/k*²) [1/δ − 2/(δ + k*) + 1/(δ + 2k*)];
    forward sensitivity e^(−k* T), yield sensitivity (1 − e^(−k* T))/(k* T).

    The bracket is 2k*²/(δ (δ + k*)(δ + 2k*)), so the right-hand side falls in k* and the root is
    unique. `a_alpha0` = a α0 >= 0, `delta_alpha` > 0 per year, `horizon` T in years (number or
    list). Outputs: kappa_star, forward_sensitivity, yield_sensitivity.
    Raises InputError for inputs outside these ranges.
    Source: Vayanos and Vila (2021); default parameter values are judgement. Grade published.
    Production has no counterpart. It takes k* as one entry of the registry.
    """
    from scipy.optimize import brentq

    speed = number(kappa_r, "kappa_r", low=0)
    volatility = number(sigma_r, "sigma_r", low=0)
    elasticity = number(a_alpha0, "a_alpha0", low=0)
    decay = number(delta_alpha, "delta_alpha", above=0)
    years = one_or_many(horizon, "horizon", low=0)
    strength = 2.0 * volatility**2 * elasticity / decay

    def excess(k: float) -> float:
        return k - speed - strength / ((decay + k) * (decay + 2.0 * k))

    # (δ + k)(δ + 2k) is at least δ² and at least 2k².
    fastest = speed + min(strength / decay**2, 1.01 * math.cbrt(strength / 2.0))
    k = speed
    if excess(fastest) > 0 > excess(speed):
        k = float(brentq(excess, speed, fastest, xtol=1e-300, rtol=8.9e-16, maxiter=500))
    return {
        "kappa_star": k,
        "forward_sensitivity": np.exp(-k * years),
        "yield_sensitivity": mean_decay(k * years),
    }
