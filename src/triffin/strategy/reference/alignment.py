"""Alignment: reference models of choice and cascades (models C.2, C.4).

Verified; no answer is computed with them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.strategy.inputs import entries, matrix, shares
from triffin.strategy.reference.fixed_points import (
    EPSILON,
    Bounds,
    Gap,
    alignment_gap,
    check_finite,
    fixed_points,
    logistic_bounds,
    product_bounds,
    reached,
)
from triffin.strategy.reference.thresholds import crossings
from triffin.world.base.checked_numbers import canonical, number, numbers

ACTIONS = ("concede", "hold", "retaliate", "pivot")


@canonical
def logit_alignment(
    base: list[list[float]],
    J: list[float],
    w: list[float],
    rationality: float,
    x_start: float = 0.0,
) -> dict[str, Any]:
    """Every share of resistance x at which partners' choices reproduce x.

    P_i(a) = exp(Λ U_i(a; x))/Σ exp(Λ U_i(·; x)),  U_i(a; x) = base_i(a) + J_i x for every action
    but conceding;  x = G(x) = Σ w_i (1 − P_i(concede; x)).

    `base` (n, 4), columns concede, hold, retaliate, pivot, and J (n,) in percent of own GDP;
    w (n,) not negative, sum 1; Λ `rationality` >= 0 per percent of GDP; `x_start` in [0, 1].
    Outputs: fixed_points (all, increasing; two that have merged count once), probs_at_lowest
    (n, 4), selected (reached from x_start by dx/dtime = G(x) − x; x_start itself if it is one),
    n_equilibria.
    Raises InputError for other shapes, weights that do not add to one, and values out of range.
    Source: McKelvey and Palfrey (1995), Games and Economic Behavior 10; Brock and Durlauf (2001),
    Review of Economic Studies 68. Grade derived.
    Production has no counterpart.
    """
    payoffs = matrix(base, "base", columns=len(ACTIONS))
    weights = entries(shares(w, "w"), "w", len(payoffs))
    slope = entries(numbers(J, "J"), "J", len(payoffs))
    precision = number(rationality, "rationality", low=0)
    start = number(x_start, "x_start", low=0, high=1)
    best = payoffs[:, 1:].max(axis=1)
    # ln of the odds of resisting at x = 0: log-sum-exp over the three ways to resist.
    spread = np.log(np.exp(precision * (payoffs[:, 1:] - best[:, None])).sum(axis=1))
    odds = precision * (best - payoffs[:, 0]) + spread
    pull = precision * slope
    gap = alignment_gap(weights, odds, pull)
    points = fixed_points(gap)
    return {
        "fixed_points": points,
        "probs_at_lowest": _choices(payoffs, slope, precision, points[0]),
        "selected": reached(gap, points, start),
        "n_equilibria": len(points),
    }


def _choices(payoffs: np.ndarray, slope: np.ndarray, precision: float, x: float) -> np.ndarray:
    utility = payoffs.copy()
    utility[:, 1:] += (slope * x)[:, None]
    strength = np.exp(precision * (utility - utility.max(axis=1, keepdims=True)))
    return strength / strength.sum(axis=1, keepdims=True)


@canonical
def logit_qre_2x2(row: list[list[float]], col: list[list[float]], lam: float) -> dict[str, Any]:
    """All logit equilibria of a game with two players and two actions each.

    p = Λ(λ [q (r11 − r21) + (1−q)(r12 − r22)]), q = Λ(λ [p (c11 − c12) + (1−p)(c21 − c22)]),
    p and q the probabilities of the first row and the first column, Λ logistic.
    `row`, `col` (2, 2) payoffs of the row and the column player, row actions first; `lam` >= 0
    precision per unit of payoff. Outputs: equilibria [[p, q], …] by increasing p, n_equilibria.
    Raises InputError for other shapes and negative precision.
    Source: McKelvey and Palfrey (1995), Games and Economic Behavior 10. Grade published.
    Production has no counterpart.
    """
    from scipy.special import expit

    ours = matrix(row, "row", rows=2, columns=2)
    theirs = matrix(col, "col", rows=2, columns=2)
    precision = number(lam, "lam", low=0)
    # Log odds of the first action: at_0 + rise × probability of the other's first action.
    p_at_0 = precision * (ours[0, 1] - ours[1, 1])
    p_rise = precision * (ours[0, 0] - ours[1, 0]) - p_at_0
    q_at_0 = precision * (theirs[1, 0] - theirs[1, 1])
    q_rise = precision * (theirs[0, 0] - theirs[0, 1]) - q_at_0
    check_finite(np.array([p_at_0, q_at_0]), np.array([p_rise, q_rise]), "lam")

    def q_odds(low: np.ndarray, high: np.ndarray) -> Bounds:
        one, other = q_at_0 + q_rise * low, q_at_0 + q_rise * high
        return np.minimum(one, other), np.maximum(one, other)

    def p_odds(low: np.ndarray, high: np.ndarray) -> Bounds:
        least, most = q_odds(low, high)
        one, other = p_at_0 + p_rise * expit(least), p_at_0 + p_rise * expit(most)
        return np.minimum(one, other), np.maximum(one, other)

    def value(p: np.ndarray) -> np.ndarray:
        return np.asarray(expit(p_at_0 + p_rise * expit(q_at_0 + q_rise * p)) - p)

    def bounds(low: np.ndarray, high: np.ndarray) -> Bounds:
        least, most = p_odds(low, high)
        return expit(least) - high, expit(most) - low

    def slope_bounds(low: np.ndarray, high: np.ndarray) -> Bounds:
        inner, outer = logistic_bounds(*q_odds(low, high)), logistic_bounds(*p_odds(low, high))
        least, most = product_bounds(inner, outer)
        both = p_rise * q_rise
        return np.minimum(both * least, both * most) - 1.0, np.maximum(
            both * least, both * most
        ) - 1.0

    size = abs(p_at_0) + abs(p_rise) * (1.0 + abs(q_at_0) + abs(q_rise))
    points = fixed_points(Gap(value, bounds, slope_bounds, EPSILON * (4.0 + min(size, 1e6))))

    def answer(p: float) -> float:
        """q at p. Where it jumps in p, from the row player's indifference instead."""
        q = float(expit(q_at_0 + q_rise * p))
        if 0.0 < p < 1.0 and p_rise != 0.0:
            steep = abs(q_rise) * q * (1.0 - q)
            if steep * abs(p_rise) * p * (1.0 - p) > 1.0 and steep > 1.0:
                return ((math.log(p) - math.log1p(-p)) - p_at_0) / p_rise
        return q

    return {
        "equilibria": [[p, min(max(answer(p), 0.0), 1.0)] for p in points],
        "n_equilibria": len(points),
    }


@canonical
def granovetter_cascade(mu: float, sd: float) -> dict[str, Any]:
    """Shares x = Φ((x − μ)/sd) at which exactly those resist whose threshold is below x.

    Thresholds are normal with mean `mu` in (0, 1) and standard deviation `sd` > 0. Outputs:
    fixed_points (all, increasing; two that have merged count once), cascade_from_zero (the least,
    reached from nobody), sd_critical = φ(z) and x_at_critical = Φ(z) with Φ(z) − z φ(z) = μ: where
    two fixed points merge.
    Raises InputError outside these ranges.
    Source: Granovetter (1978), American Journal of Sociology 83. Grade published.
    Production has no counterpart.
    """
    from scipy.special import ndtr

    mean = number(mu, "mu", above=0, below=1)
    spread = number(sd, "sd", above=0)
    found = [float(ndtr(z)) for z in crossings(mean, spread)]
    merged = _merging(mean)
    return {
        "fixed_points": found,
        "cascade_from_zero": found[0],
        "sd_critical": math.exp(-(merged**2) / 2.0) / math.sqrt(2.0 * math.pi),
        "x_at_critical": float(ndtr(merged)),
    }


def _merging(mean: float) -> float:
    """z with Φ(z) − z φ(z) = mean.

    The left side is ½ (1 ± F(z²)), F the chi-square distribution with three degrees of freedom,
    and inverted as such it keeps its digits near 0, ½ and 1.
    """
    from scipy.special import gammainccinv, gammaincinv

    inside = 2.0 * abs(mean - 0.5)
    if inside < 0.5:
        half_square = float(gammaincinv(1.5, inside))
    else:
        half_square = float(gammainccinv(1.5, 2.0 * min(mean, 1.0 - mean)))
    return math.copysign(math.sqrt(2.0 * half_square), mean - 0.5)
