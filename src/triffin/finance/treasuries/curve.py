"""How a supply shock spreads over the yield curve: preferred habitat (models D.3).

Vayanos and Vila (2021), Econometrica 89; Greenwood and Vayanos (2014), Review of Financial
Studies 27. The short rate follows dr = κ_r (r̄ − r) dt + σ_r dW; arbitrageurs with risk aversion a
(per trn USD) absorb zero-coupon bonds. Maturities in years, rates as fractions, impacts in bp.
"""

from __future__ import annotations

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
