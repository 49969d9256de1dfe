"""What a buyer loses when a supplier leaves, and what an export control earns (models I.3 to I.9).

Closed forms at given wages: good for a slider and for seeing why, not for the answer, which is the
equilibrium of `withhold`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import brentq

from triffin.strategy.inputs import WEIGHT_TOLERANCE, entries, matrix
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, known, number, numbers, same_length
from triffin.world.base.errors import InputError, NotConverged

RENTS = ("exporter", "importer", "burned")
_NO_ALTERNATIVE = "shares below 1: without any other supplier the loss has no bound"


def in_pct(log_loss: float) -> float:
    """Per cent lost, 1 − e^(−L), of a loss L in logs."""
    return -100.0 * math.expm1(-log_loss)


def exit_loss(weights: Array, shares: Array, theta: Array) -> Array:
    """α/θ · (−ln(1−ω)) by sector: log rise of what a buyer pays when suppliers leave."""
    return np.asarray(weights / theta * -np.log1p(-shares))


def _total_at_most_one(values: Array, name: str) -> Array:
    if values.sum() > 1.0 + WEIGHT_TOLERANCE:
        raise InputError(
            f"they add up to {values.sum():.6g}.", field=name, valid="shares that add to 1 at most"
        )
    return values


@canonical
def withdrawal_loss(
    weights: Sequence[float], shares: Sequence[float], theta: Sequence[float]
) -> dict[str, Any]:
    """What a target loses when a supplier withdraws its goods, L = Σ α_s/θ_s · (−ln(1−ω_s)).

    `weights` (S,) of sectors in final spending, adding to 1 at most; `shares` (S,) in [0, 1) of the
    coercer, or coalition, in the target's purchases, own sales included; `theta` (S,) > 0 trade
    elasticities. Outputs: log_loss, loss_pct = 100 (1 − e^−L), by_sector_log (S,).
    Raises InputError outside these ranges: at a share of 1 nobody else can supply.
    Source: price index of a CES nest when a supplier leaves; as used for geoeconomic power by
    Clayton, Maggiori and Schreger (2026), Econometrica. Grade derived.

    >>> round(withdrawal_loss([1.0], [0.25], [5.0])["loss_pct"], 3)
    5.591
    """
    weight = _total_at_most_one(numbers(weights, "weights", low=0, high=1), "weights")
    share, elasticity = _shares(shares, "shares"), numbers(theta, "theta", above=0)
    same_length({"weights": weight, "shares": share, "theta": elasticity})
    by_sector = exit_loss(weight, share, elasticity)
    total = float(by_sector.sum())
    return {"log_loss": total, "loss_pct": in_pct(total), "by_sector_log": by_sector}


def _shares(value: Any, name: str) -> Array:
    found = numbers(value, name, low=0, high=1)
    if (found >= 1).any():
        raise InputError("nobody else supplies a sector.", field=name, valid=_NO_ALTERNATIVE)
    return found


@canonical
def withdrawal_loss_network(
    final_share: Sequence[float],
    withdrawn: Sequence[float],
    home: Sequence[float],
    inputs: Sequence[Sequence[float]],
    theta: Sequence[float],
) -> dict[str, Any]:
    """The same with domestic links between sectors, wages and foreign costs given.

    ln p_s = −(1/θ_s) ln[(1−ω_s−h_s) + h_s exp(−θ_s Σ_k γ_ks ln p_k)];  loss = 1 − exp(−Σ α ln p).
    `final_share` α (S,) adding to 1 at most, `withdrawn` ω (S,) in [0, 1), `home` h (S,) own share
    with ω + h <= 1, `inputs` γ (S input, S using) cost shares, each column adding to 1 at
    most, `theta` (S,) > 0. Outputs: log_prices (S,), loss_pct, first_order_pct (prices
    linear in what is withdrawn: (I − diag(h/(1−ω)) γ')⁻¹ of −ln(1−ω)/θ).
    Raises InputError outside these ranges, NotConverged where prices have no bound.
    Source: derived. Grade derived.
    """
    alpha = _total_at_most_one(numbers(final_share, "final_share", low=0, high=1), "final_share")
    n = len(alpha)
    omega = entries(_shares(withdrawn, "withdrawn"), "withdrawn", n)
    own = entries(numbers(home, "home", low=0, high=1), "home", n)
    elasticity = entries(numbers(theta, "theta", above=0), "theta", n)
    gamma = matrix(inputs, "inputs", rows=n, columns=n, low=0, high=1)
    for place, column in enumerate(gamma.T):
        _total_at_most_one(column, f"inputs of sector {place}")
    for place, both in enumerate(omega + own):
        if both > 1.0 + WEIGHT_TOLERANCE:
            raise InputError(
                f"withdrawn and home shares add up to {both:.6g}.",
                field=f"home[{place}]",
                valid="shares that add to 1 at most",
            )
    log_prices, first = network_prices(omega, own, gamma, elasticity)
    return {
        "log_prices": log_prices,
        "loss_pct": in_pct(float(alpha @ log_prices)),
        "first_order_pct": in_pct(float(alpha @ first)),
    }


def network_prices(
    withdrawn: Array, home: Array, inputs: Array, theta: Array
) -> tuple[Array, Array]:
    """Log prices (S,) of `withdrawal_loss_network`, exact and to first order.

    Newton's method from zero, which rises to the solution (the equations are convex).
    Raises NotConverged where an industry that only home supplies buys nothing but from itself.
    """
    rest, eye = np.maximum(1 - withdrawn - home, 0.0), np.eye(len(theta))

    def step(log_prices: Array) -> tuple[Array, Array]:
        costs = inputs.T @ log_prices
        own = home * np.exp(-theta * costs)
        gap = log_prices + np.log(rest + own) / theta
        return gap, eye - (own / (rest + own))[:, None] * inputs.T

    try:
        first = np.linalg.solve(
            eye - (home / (1 - withdrawn))[:, None] * inputs.T, -np.log1p(-withdrawn) / theta
        )
        log_prices = np.zeros(len(theta))
        for _ in range(100):
            gap, slope = step(log_prices)
            change = np.linalg.solve(slope, gap)
            log_prices = log_prices - change
            if np.abs(change).max(initial=0.0) <= 1e-14 * (1 + np.abs(log_prices).max(initial=0.0)):
                return log_prices, first
    except np.linalg.LinAlgError:
        pass
    raise NotConverged("prices have no bound: some sectors buy from nobody but each other")


@canonical
def export_control(
    weight: float, share: float, theta: float, reduction: float, rents: str
) -> dict[str, Any]:
    """An export control in one market: who pays and who keeps the rent.

    share after ω' = ω(1−r)/(1−ωr);  price loss α/θ · (−ln(1−ωr)) in logs;  rent α ω'(1−1/τ) with
    τ = (1−r)^(−1/θ);  best price factor of the exporter τ* = 1 + 1/(θ(1−ω'(τ*))), best reduction
    1 − τ*^−θ: a partial control pays, a ban never does.

    `weight` α in [0, 1] of the good in spending, `share` ω in [0, 1) of the exporter, `theta` > 0,
    `reduction` r in [0, 1] at unchanged prices elsewhere, `rents` to the exporter (licences), the
    importer (rationing at home) or burned (melted). Outputs: share_after; target_price_pct,
    rent_pct, to_exporter_pct, to_target_pct, per cent of the target's spending;
    best_price_factor, best_reduction.
    Raises InputError outside these ranges.
    Source: CES demand; optimal markup 1/(θ(1−ω)). Grade derived.
    """
    alpha, elasticity = number(weight, "weight", low=0, high=1), number(theta, "theta", above=0)
    omega = number(share, "share", low=0, below=1)
    cut = number(reduction, "reduction", low=0, high=1)
    known(rents, RENTS, "rents")
    after = omega * (1 - cut) / (1 - omega * cut)
    rent = 100 * alpha * after * -math.expm1(math.log1p(-cut) / elasticity) if cut < 1 else 0.0
    factor = best_price_factor(omega, elasticity)
    return {
        "share_after": after,
        "target_price_pct": 100 * math.expm1(-alpha / elasticity * math.log1p(-omega * cut)),
        "rent_pct": rent,
        "to_exporter_pct": rent if rents == "exporter" else 0.0,
        "to_target_pct": rent if rents == "importer" else 0.0,
        "best_price_factor": factor,
        "best_reduction": -math.expm1(-elasticity * math.log(factor)),
    }


def best_price_factor(omega: float, theta: float) -> float:
    """τ* = 1 + 1/(θ(1−ω'(τ*))), the markup that earns an exporter most."""
    low, high = 1 + 1 / theta, 1 + 1 / (theta * (1 - omega))

    def gap(factor: float) -> float:
        return factor - low - omega * factor**-theta / ((1 - omega) * theta)

    # Ends that rounding makes solutions.
    if gap(low) >= 0 or gap(high) <= 0:
        return low if gap(low) >= 0 else high
    return float(brentq(gap, low, high, xtol=1e-15, rtol=1e-14))


@canonical
def safe_share(weight: float, theta: float, loss_pct: float, share: float) -> dict[str, Any]:
    """To what share a target must bring its purchases.

    safe_share 1 − exp(−θ · (−ln(1−l))/α), at which the loss stays at l;  share_that_halves
    1 − √(1−ω), at which it is half of what it is at `share`.
    `weight` α in (0, 1], `theta` > 0, `loss_pct` in [0, 100), `share` ω in [0, 1).
    Raises InputError outside these ranges.
    Source: inverse of `withdrawal_loss`. Grade derived.
    """
    alpha, elasticity = number(weight, "weight", above=0, high=1), number(theta, "theta", above=0)
    loss = number(loss_pct, "loss_pct", low=0, below=100) / 100
    omega = number(share, "share", low=0, below=1)
    return {
        "safe_share": -math.expm1(elasticity / alpha * math.log1p(-loss)),
        "share_that_halves": -math.expm1(0.5 * math.log1p(-omega)),
    }


@canonical
def joint_threat(weight: float, shares: Sequence[float], theta: float) -> dict[str, Any]:
    """What suppliers can do together, against the sum of what each can do alone.

    `weight` α in [0, 1]; `shares` (n,) in [0, 1) of suppliers, below 1 together; `theta` > 0.
    Outputs: alone_pct (n,), joint_pct, ratio = joint over the sum (None where nothing is lost).
    Raises InputError outside these ranges, and without any supplier.
    Source: convexity of `withdrawal_loss` in the share; Hausmann, Schetter and Yildirim (2024),
    Economic Policy 39. Grade derived.
    """
    alpha, elasticity = number(weight, "weight", low=0, high=1), number(theta, "theta", above=0)
    omega = _shares(shares, "shares")
    if not len(omega) or omega.sum() >= 1:
        raise InputError(
            f"they add up to {omega.sum():.6g}.", field="shares", valid=_NO_ALTERNATIVE
        )
    alone = [
        in_pct(float(loss)) for loss in exit_loss(np.array(alpha), omega, np.array(elasticity))
    ]
    joint = in_pct(-alpha / elasticity * math.log1p(-omega.sum()))
    total = math.fsum(alone)
    return {"alone_pct": alone, "joint_pct": joint, "ratio": joint / total if total > 0 else None}
