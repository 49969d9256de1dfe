"""Who buys when somebody sells: demand for Treasuries by holder (models D.2).

Linear demand with semi-elasticities, and the logit demand of Koijen and Yogo (2019), Journal of
Political Economy 127. Yields clear the market: every Treasury sold is bought by a named holder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import (
    Numbers,
    canonical,
    flag,
    known,
    number,
    numbers,
    same_length,
    table,
)
from triffin.world.base.errors import InputError


@canonical
def demand_linear(
    holdings_bn: Mapping[str, float],
    semi_elasticity_pct_per_100bp: Mapping[str, float],
    X_bn: float,
    seller: str | None = None,
    exclude_seller: bool = False,
) -> dict[str, Any]:
    """Yield change that clears a sale of X_bn, and who buys it, with linear demand.

    slope = Σ_s Q_s η_s/100 [bn per 100 bp];  dy = 100 X/slope [bp];  holder s buys
    X Q_s η_s/(100 slope) [bn].

    `holdings_bn` Q_s and `semi_elasticity_pct_per_100bp` η_s map the same holders to bn USD and
    to percent per 100 bp. With `exclude_seller` the seller neither counts in the slope nor buys.
    A negative X_bn is a purchase. Outputs: slope_bn_per_100bp, dy_bp, purchases_bn (holder -> bn,
    adding up to X_bn).

    Raises InputError for a holder without an elasticity (or the reverse), negative holdings, an
    unknown seller or one who sells more than it holds, and a slope that is not positive: nobody
    would then buy at any yield.
    Source: market clearing; demand systems as in Koijen and Yogo (2019). Grade derived.
    """
    holdings = table(holdings_bn, "holdings_bn", low=0)
    elasticity = table(semi_elasticity_pct_per_100bp, "semi_elasticity_pct_per_100bp")
    amount = number(X_bn, "X_bn")
    for holder in holdings:
        known(holder, tuple(elasticity), "holdings_bn")
    for holder in elasticity:
        known(holder, tuple(holdings), "semi_elasticity_pct_per_100bp")
    excluded = flag(exclude_seller, "exclude_seller")
    if seller is not None:
        known(seller, tuple(holdings), "seller")
        if amount > holdings[seller]:
            raise InputError(
                f"{seller} would sell {amount:g} bn and holds {holdings[seller]:g}.",
                field="X_bn",
                value=amount,
                valid=f"at most {holdings[seller]:g}",
            )
    elif excluded:
        raise InputError(
            "exclude_seller is true and no seller is named.", field="seller", valid=tuple(holdings)
        )
    response = {
        holder: holdings[holder] * elasticity[holder] / 100.0
        for holder in holdings
        if not (excluded and holder == seller)
    }
    slope = sum(response.values())
    if slope <= 0:
        raise InputError(
            f"demand of the buyers rises by {slope:g} bn per 100 bp, so no yield clears the sale.",
            field="semi_elasticity_pct_per_100bp",
            value=slope,
            valid="holdings times elasticities that add up to more than zero among the buyers",
        )
    return {
        "slope_bn_per_100bp": slope,
        "dy_bp": 100.0 * amount / slope,
        "purchases_bn": {holder: amount * value / slope for holder, value in response.items()},
    }


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
