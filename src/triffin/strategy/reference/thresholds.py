"""Who resists: thresholds with private information, and along a network (C.3, C.4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from triffin.strategy.inputs import matrix, position
from triffin.world.base.checked_numbers import canonical, number, numbers, same_length
from triffin.world.base.errors import InputError


@canonical
def global_game_flat(
    w: list[float], b: list[float], c: list[float], noise_sd: float
) -> dict[str, Any]:
    """Which campaigns fail when partners with private signals may resist, flat prior.

    A campaign of strength θ fails iff the resisting weight is at least θ. i gains b_i by resisting
    one that fails and loses c_i otherwise: it resists iff Pr(fail) > t_i = c_i/(b_i + c_i).
    θ* = Σ w_i b_i/(b_i + c_i),  x_i* = θ* − σ Φ⁻¹(t_i).

    w >= 0, b > 0, c > 0 (n,); σ `noise_sd` >= 0 (0 is the limit of vanishing noise; θ* does not
    depend on it). Outputs: theta_star, x_star (n,) signals below which i resists, influence (n,)
    = w_i b_i/(b_i + c_i), the measure of a pivotal partner.
    Raises InputError for lists of different length and values outside these ranges.
    Source: Morris and Shin (1998), American Economic Review 88, and (2003); Sakovics and Steiner
    (2012), AER 102. Grade published.
    Production has no counterpart.
    """
    from scipy.special import ndtri

    weight = numbers(w, "w", low=0)
    gain, loss = numbers(b, "b", above=0), numbers(c, "c", above=0)
    noise = number(noise_sd, "noise_sd", low=0)
    same_length({"w": weight, "b": gain, "c": loss})
    eager, hesitant = eagerness(gain, loss), loss / (gain + loss)
    influence = weight * eager
    threshold = float(influence.sum())
    # From the smaller of t and 1 − t, which keeps the digits of the quantile.
    quantile = np.where(hesitant < eager, ndtri(hesitant), -ndtri(eager))
    return {
        "theta_star": threshold,
        "x_star": threshold - noise * quantile,
        "influence": influence,
    }


def eagerness(gain: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """b/(b + c): how much of a partner's weight resists at the threshold; arrays of any shape.

    1 where resisting costs nothing even if the campaign succeeds, 0 where it gains nothing even if
    it fails: such partners wait for nobody.
    """
    both = (gain > 0) & (loss > 0)
    share = gain / np.where(both, gain + loss, 1.0)
    return np.where(both, share, np.where(gain > 0, 1.0, 0.0))


@canonical
def global_game_public(alpha: float, beta: float, t: float, y: float) -> dict[str, Any]:
    """Thresholds when all also see a public signal y.

    α (θ − y) − √β Φ⁻¹(θ) = √(α+β) Φ⁻¹(t); unique for every y iff α <= √(2πβ).
    α `alpha` >= 0 precision (1/variance) of the public and β `beta` > 0 of the private signal,
    `t` in (0, 1) the probability of failure that makes a partner resist. Outputs: theta_star (all,
    increasing; two that have merged count once), n_equilibria, critical_alpha = √(2πβ).
    Solved in z = Φ⁻¹(θ).
    Raises InputError outside these ranges.
    Source: Morris and Shin (2003); Hellwig (2002), Journal of Economic Theory 107. Grade published.
    Production has no counterpart.
    """
    from scipy.special import ndtr, ndtri

    public = number(alpha, "alpha", low=0)
    private = number(beta, "beta", above=0)
    hesitant = number(t, "t", above=0, below=1)
    signal = number(y, "y")
    right = math.sqrt(public + private) * float(ndtri(hesitant))
    if public * 1e15 < math.sqrt(private):
        found = [-(right + public * signal) / math.sqrt(private)]
    else:
        found = crossings(signal + right / public, math.sqrt(private) / public)
    return {
        "theta_star": [float(ndtr(z)) for z in found],
        "n_equilibria": len(found),
        "critical_alpha": math.sqrt(2.0 * math.pi * private),
    }


ROUNDING = 8 * float(np.finfo(np.float64).eps)
FLATTEST = 1.0 / math.sqrt(2.0 * math.pi)


def crossings(start: float, slope: float) -> list[float]:
    """Solutions z of Φ(z) = start + slope z, slope > 0, increasing: one or three, or two where
    line and curve touch.

    The difference is monotone beyond and between the points ±z_c with φ(z_c) = slope, so that each
    branch holds at most one solution and none near 0 or 1 is missed.
    Raises OverflowError when the solutions are beyond floating-point numbers.
    """
    # 0 <= Φ <= 1 bounds the solutions; the margin keeps the signs at both ends.
    ends = sorted((-start / slope, (1.0 - start) / slope))
    margin = 1.0 + 1e-9 * max(abs(ends[0]), abs(ends[1]))
    low, high = ends[0] - margin, ends[1] + margin
    if not (math.isfinite(low) and math.isfinite(high)):
        raise OverflowError("the line is too flat or too far away")
    if slope >= FLATTEST * (1.0 - ROUNDING):
        return [_between(start, slope, low, high)]
    turn = math.sqrt(-2.0 * math.log(slope / FLATTEST))
    valley, hill = _difference(start, slope, -turn), _difference(start, slope, turn)
    tie = ROUNDING * (1.0 + abs(start) + slope * turn)
    # The difference falls to the valley at −z_c, rises to the hill at z_c and falls again.
    touches_valley, touches_hill = abs(valley) <= tie, abs(hill) <= tie
    if touches_valley and touches_hill:
        return [_between(start, slope, low, high)]
    found = []
    if valley < -tie:
        found.append(_between(start, slope, min(low, -turn - margin), -turn))
    if touches_valley:
        found.append(-turn)
    if valley < -tie and hill > tie:
        found.append(_between(start, slope, -turn, turn))
    if touches_hill:
        found.append(turn)
    if hill > tie:
        found.append(_between(start, slope, turn, max(high, turn + margin)))
    return found


def _difference(start: float, slope: float, z: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(z)) - start - slope * z


def _between(start: float, slope: float, low: float, high: float) -> float:
    from scipy.optimize import brentq

    at_low, at_high = _difference(start, slope, low), _difference(start, slope, high)
    if at_low == 0.0:
        return low
    if at_high == 0.0:
        return high
    return float(
        brentq(
            lambda z: _difference(start, slope, z),
            low,
            high,
            xtol=1e-300,
            rtol=8.9e-16,
            maxiter=2000,
        )
    )


TIE = 1e-12


@canonical
def threshold_network(
    W: list[list[float]], thresholds: list[float], seeds: list[int]
) -> dict[str, Any]:
    """Who resists once those who matter to it do: i joins when Σ_j W_ij R_j >= T_i.

    W (n, n) >= 0, row i the weights of the others for i; `thresholds` T (n,), T_i <= 0 resists by
    itself; `seeds` positions of those who resist from the start. All join at once in each round
    until nobody does; comparisons up to 1e-12. Outputs: resist (n,), rounds (in which somebody
    joined), n_resist.
    Raises InputError for other shapes, negative weights and seeds that are no positions.
    Source: Granovetter (1978), American Journal of Sociology 83; Morris (2000), Review of Economic
    Studies 67. Grade published.
    Production has no counterpart.
    """
    needed = numbers(thresholds, "thresholds")
    n = len(needed)
    weights = matrix(W, "W", rows=n, columns=n, low=0)
    if isinstance(seeds, str) or not isinstance(seeds, Sequence | np.ndarray):
        raise InputError("got no list.", field="seeds", value=seeds, valid="a list of positions")
    resist = np.zeros(n, dtype=bool)
    for place, seed in enumerate(seeds):
        resist[position(seed, f"seeds[{place}]", n)] = True
    rounds = 0
    while True:
        joined = resist | (weights @ resist >= needed - TIE)
        if (joined == resist).all():
            break
        resist, rounds = joined, rounds + 1
    return {"resist": resist, "rounds": rounds, "n_resist": int(resist.sum())}
