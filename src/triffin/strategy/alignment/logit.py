"""Alignment as a logit equilibrium (C.2), and the two-by-two game that checks its solver."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.strategy.alignment.fixed_points import (
    EPSILON,
    Bounds,
    Gap,
    fixed_points,
    logistic_bounds,
    product_bounds,
)
from triffin.strategy.inputs import entries, matrix, shares
from triffin.world.base.checked_numbers import canonical, number, numbers
from triffin.world.base.errors import InputError

ACTIONS = ("concede", "hold", "retaliate", "pivot")
_AT_REST = 1e-12


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


def alignment_gap(weights: np.ndarray, odds: np.ndarray, pull: np.ndarray) -> Gap:
    """G(x) − x for partners (n,) who resist with log odds `odds` + `pull` x.

    Raises InputError where payoffs times precision overflow.
    """
    from scipy.special import expit

    _check_finite(odds, pull, "rationality")

    def ends(low: np.ndarray, high: np.ndarray) -> Bounds:
        one = odds + pull * low[:, None]
        other = odds + pull * high[:, None]
        return np.minimum(one, other), np.maximum(one, other)

    def value(x: np.ndarray) -> np.ndarray:
        return np.asarray(expit(odds + pull * x[:, None]) @ weights - x)

    def bounds(low: np.ndarray, high: np.ndarray) -> Bounds:
        one, other = ends(low, high)
        return expit(one) @ weights - high, expit(other) @ weights - low

    def slope_bounds(low: np.ndarray, high: np.ndarray) -> Bounds:
        least, most = logistic_bounds(*ends(low, high))
        one, other = least * pull, most * pull
        return (
            np.minimum(one, other) @ weights - 1.0,
            np.maximum(one, other) @ weights - 1.0,
        )

    steepness = float((weights * (np.abs(odds) + np.abs(pull))).sum())
    return Gap(value, bounds, slope_bounds, EPSILON * (4.0 + steepness))


def _choices(payoffs: np.ndarray, slope: np.ndarray, precision: float, x: float) -> np.ndarray:
    utility = payoffs.copy()
    utility[:, 1:] += (slope * x)[:, None]
    strength = np.exp(precision * (utility - utility.max(axis=1, keepdims=True)))
    return strength / strength.sum(axis=1, keepdims=True)


def reached(gap: Gap, points: list[float], start: float) -> float:
    """The fixed point that dx/dtime = G(x) − x reaches from `start`."""
    at_rest = [point for point in points if abs(point - start) <= _AT_REST]
    if at_rest:
        return at_rest[0]
    if gap.sign(np.array([start]))[0] > 0.0:
        return min((point for point in points if point > start), default=points[-1])
    return max((point for point in points if point < start), default=points[0])


@canonical
def logit_qre_2x2(row: list[list[float]], col: list[list[float]], lam: float) -> dict[str, Any]:
    """All logit equilibria of a game with two players and two actions each.

    p = Λ(λ [q (r11 − r21) + (1−q)(r12 − r22)]), q = Λ(λ [p (c11 − c12) + (1−p)(c21 − c22)]),
    p and q the probabilities of the first row and the first column, Λ logistic.
    `row`, `col` (2, 2) payoffs of the row and the column player, row actions first; `lam` >= 0
    precision per unit of payoff. Outputs: equilibria [[p, q], …] by increasing p, n_equilibria.
    Raises InputError for other shapes and negative precision.
    Source: McKelvey and Palfrey (1995), Games and Economic Behavior 10. Grade published.
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
    _check_finite(np.array([p_at_0, q_at_0]), np.array([p_rise, q_rise]), "lam")

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


def _check_finite(odds: np.ndarray, pull: np.ndarray, name: str) -> None:
    if not np.isfinite(odds).all() or not np.isfinite(pull).all():
        raise InputError(
            "payoffs times precision overflow.", field=name, valid="payoffs of ordinary size"
        )
