"""Resistance that spreads from one to the next (C.4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from triffin.strategy.alignment.normal_line import crossings
from triffin.strategy.inputs import matrix, position
from triffin.world.base.checked_numbers import canonical, number, numbers
from triffin.world.base.errors import InputError

TIE = 1e-12


@canonical
def granovetter_cascade(mu: float, sd: float) -> dict[str, Any]:
    """Shares x = Φ((x − μ)/sd) at which exactly those resist whose threshold is below x.

    Thresholds are normal with mean `mu` in (0, 1) and standard deviation `sd` > 0. Outputs:
    fixed_points (all, increasing; two that have merged count once), cascade_from_zero (the least,
    reached from nobody), sd_critical = φ(z) and x_at_critical = Φ(z) with Φ(z) − z φ(z) = μ: where
    two fixed points merge.
    Raises InputError outside these ranges.
    Source: Granovetter (1978), American Journal of Sociology 83. Grade published.
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
