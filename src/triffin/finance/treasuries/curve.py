"""How a supply shock spreads over the yield curve: preferred habitat (models D.3).

Vayanos and Vila (2021), Econometrica 89; Greenwood and Vayanos (2014), Review of Financial
Studies 27. The short rate follows dr = κ_r (r̄ − r) dt + σ_r dW; arbitrageurs with risk aversion a
(per trn USD) absorb zero-coupon bonds. Maturities in years, rates as fractions, impacts in bp.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.finance.averages import mean_decay, mean_shortfall
from triffin.world.base.checked_numbers import (
    Numbers,
    canonical,
    number,
    numbers,
    one_or_many,
    same_length,
)
from triffin.world.base.errors import InputError

BASIS_POINTS = 1e4
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NEGLIGIBLE_AFTER = 60.0  # humps: what the profile holds beyond is below 1e-24 of it
_MOST_PANELS = 4000


@canonical
def habitat_one_factor(
    kappa_r: float,
    sigma_r: float,
    tau_supply: Numbers,
    supply_trn: Numbers,
    maturities: Numbers,
    a: float | None = None,
    target_bp: float | None = None,
    target_maturity: float | None = None,
) -> dict[str, Any]:
    """Yield changes after a permanent supply shock when the short rate is the only risk.

    A_r(τ) = (1 − e^(−κ_r τ))/κ_r;  λ_r = a σ_r² Σ s(τ) A_r(τ);
    dy(τ) = (λ_r/τ) [τ/κ_r − (1 − e^(−κ_r τ))/κ_r²].

    `tau_supply` (n, years) and `supply_trn` (n, trn USD) describe the shock; `maturities` (k,
    years). Either `a` (per trn) is given, or `target_bp` at `target_maturity`, which fix it.
    κ_r = 0 is the limit A_r = τ. Outputs: a, lambda_r, dy_bp (k).

    Raises InputError when both or neither of a and the target are given, and when the shock
    carries no risk or the wrong sign, so that there is nothing to calibrate on.
    Grade published.
    """
    speed = number(kappa_r, "kappa_r", low=0)
    volatility = number(sigma_r, "sigma_r", low=0)
    where = numbers(tau_supply, "tau_supply", low=0)
    supply = numbers(supply_trn, "supply_trn")
    same_length({"tau_supply": where, "supply_trn": supply})
    tau = one_or_many(maturities, "maturities", low=0)
    risk = volatility**2 * float(supply @ (where * mean_decay(speed * where)))
    if a is not None:
        if target_bp is not None or target_maturity is not None:
            raise InputError(
                "both a and a target are given.",
                field="a",
                value=a,
                valid="either a, or target_bp with target_maturity",
            )
        aversion = number(a, "a", low=0)
    else:
        aversion = _calibrated_aversion(speed, risk, target_bp, target_maturity)
    price_of_risk = aversion * risk
    return {
        "a": aversion,
        "lambda_r": price_of_risk,
        "dy_bp": BASIS_POINTS * price_of_risk * _yield_loading(speed, tau),
    }


def _yield_loading(speed: float, tau: np.ndarray) -> np.ndarray:
    """[τ/κ − (1 − e^(−κτ))/κ²]/τ in years; 0 at τ = 0 and τ/2 at κ = 0."""
    return np.asarray(tau * mean_shortfall(speed * tau))


def _calibrated_aversion(
    speed: float, risk: float, target_bp: float | None, target_maturity: float | None
) -> float:
    if target_bp is None or target_maturity is None:
        missing = "target_bp" if target_bp is None else "target_maturity"
        raise InputError(
            "neither a nor a complete target is given.",
            field=missing,
            valid="a, or target_bp with target_maturity",
        )
    target = number(target_bp, "target_bp")
    at = number(target_maturity, "target_maturity", above=0)
    impact = BASIS_POINTS * risk * float(_yield_loading(speed, np.asarray(at)))
    if impact == 0:
        raise InputError(
            "the supply shock carries no interest-rate risk: there is nothing to calibrate a on.",
            field="supply_trn",
            valid="a supply shock with duration, and sigma_r above 0",
        )
    if target / impact < 0:
        raise InputError(
            f"got {target:g}, of the sign opposite to the supply shock's.",
            field="target_bp",
            value=target,
            valid="more supply with higher yields, or less with lower",
        )
    return target / impact


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
