"""All rest points of a few currencies, found one by one: the yardstick of `trace_to_tip`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class RestPoints:
    """All rest points of one system: shares (m, K) by rising share of the dollar; stable (m,)."""

    shares: Array
    stable: Array


def rest_points(theta: Array, c: Array, *, points: int = 4000) -> RestPoints:
    """Every rest point of one system θ (K,), c (K,) >= 0.

    For each choice of parts (lower or upper, 2^K at most) the sum of shares is a function of z on
    an interval; its crossings of one are the rest points, so that none is missed but pairs closer
    than a `points`-th of the interval. The grid is quadratic in z − z_0, as the two parts of an
    option meet there like a square root.
    """
    from scipy.optimize import brentq

    folds = [t + 1.0 + np.log(k) for t, k in zip(theta, c, strict=True) if k > 1]
    ends = [t + k for t, k in zip(theta, c, strict=True) if k <= 1]
    start = max([*folds, *ends])
    found: list[Array] = []
    for upper in product(*((False, True) if k > 1 else (False,) for k in c)):
        parts = np.array(upper)
        stop = min(
            [t + k for t, k, up in zip(theta, c, upper, strict=True) if up],
            default=float(np.logaddexp.reduce(theta)) + 1.0,
        )
        if stop < start:
            continue
        width = np.sqrt(stop - start)

        def excess(x: float, parts: Array = parts) -> float:
            return float(_parts(theta - start - x * x, c, parts).sum() - 1.0)

        grid = np.linspace(0.0, width, points)
        sums = _parts(theta - start - grid[:, None] ** 2, c, parts).sum(axis=1) - 1.0
        for i in np.flatnonzero(np.sign(sums[:-1]) * np.sign(sums[1:]) < 0):
            x = brentq(excess, grid[i], grid[i + 1], xtol=1e-15)
            found.append(_parts(theta - start - x * x, c, parts))
        found += [_parts(theta - start - grid[i] ** 2, c, parts) for i in np.flatnonzero(sums == 0)]
    rows = sorted(found, key=lambda s: float(s[0]))
    kept = [s for i, s in enumerate(rows) if i == 0 or np.abs(s - rows[i - 1]).max() > 1e-9]
    shares = np.array(kept)
    return RestPoints(shares, np.array([is_stable(s, c) for s in kept]))


def _parts(u: Array, c: Array, upper: Array) -> Array:
    """Shares (..., K) that solve ln s − c s = u on the lower or upper part (Lambert's W)."""
    from scipy.special import lambertw

    strength = np.where(c > 0, c, 1.0)
    argument = np.maximum(-strength * np.exp(u), -np.exp(-1.0))
    lower = -lambertw(argument, 0).real / strength
    higher = -lambertw(argument, -1).real / strength
    return np.where(c > 0, np.where(upper, higher, lower), np.exp(u))


def is_stable(shares: Array, c: Array) -> bool:
    """Whether the slope of the choice map at a rest point (K,) is below one in every direction."""
    root = np.sqrt(c)
    slope = root[:, None] * (np.diag(shares) - np.outer(shares, shares)) * root
    return bool(np.linalg.eigvalsh(slope)[-1] < 1.0)
