"""All fixed points of a smooth map of [0, 1] into (0, 1), none missed.

The gap between map and diagonal comes with bounds on intervals, for itself and its derivative. An
interval is dropped when the bounds exclude a zero, solved when they prove the gap monotone, and
halved otherwise. Intervals that end where the gap cannot be told from zero are joined with their
neighbors: the gap crosses there if it has different signs around them, else it touches zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from triffin.world.base.errors import InputError

Bounds = tuple[np.ndarray, np.ndarray]
EPSILON = float(np.finfo(np.float64).eps)
_START = 64
_NARROWEST = 2.0**-44
_MOST_CELLS = 4_000
_FLAT = 2.0**-20


@dataclass(frozen=True)
class Gap:
    """The map less its argument.

    `value` (m,) -> (m,); `bounds` and `slope_bounds` take lower and upper ends (m,) of intervals
    and return a lower and an upper bound each; `rounding` is the size of errors in `value`.
    """

    value: Callable[[np.ndarray], np.ndarray]
    bounds: Callable[[np.ndarray, np.ndarray], Bounds]
    slope_bounds: Callable[[np.ndarray, np.ndarray], Bounds]
    rounding: float

    def sign(self, x: np.ndarray) -> np.ndarray:
        """Sign of the gap, 0 within rounding; positive at 0 and negative at 1 in any case."""
        value = self.value(x)
        found = np.where(np.abs(value) <= self.rounding, 0.0, np.sign(value))
        return np.where(x <= 0.0, 1.0, np.where(x >= 1.0, -1.0, found))


def fixed_points(gap: Gap) -> list[float]:
    """Every zero of the gap on [0, 1], increasing; touching zeros count once."""
    # No cell begins at a simple fraction: equilibria of symmetric games lie there.
    inner = (np.arange(1, _START) + 0.2360679774997897) / _START
    low, high = np.concatenate([[0.0], inner]), np.concatenate([inner, [1.0]])
    found: list[float] = []
    unclear: list[tuple[np.ndarray, np.ndarray]] = []
    while low.size:
        possible, monotone = _may_hold_zero(gap, low, high)
        low, high, monotone = low[possible], high[possible], monotone[possible]
        at_low, at_high = gap.sign(low), gap.sign(high)
        crossed = monotone & (at_low * at_high < 0.0)
        pairs = zip(low[crossed].tolist(), high[crossed].tolist(), strict=True)
        found += [_zero(gap, *pair) for pair in pairs]
        narrow = low.size > _MOST_CELLS or (low.size > 0 and np.max(high - low) < _NARROWEST)
        flat = (at_low * at_high == 0.0) & (monotone | (high - low < _FLAT))
        flat |= ~monotone & narrow
        unclear.append((low[flat], high[flat]))
        split = ~monotone & ~flat
        low, high = low[split], high[split]
        middle = (low + high) / 2.0
        low, high = np.column_stack([low, middle]).ravel(), np.column_stack([middle, high]).ravel()
    found += _joined(gap, *(np.concatenate(part) for part in zip(*unclear, strict=True)))
    return sorted(found)


def _may_hold_zero(gap: Gap, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which intervals may hold a zero, and on which the gap is monotone."""
    least, most = gap.bounds(low, high)
    slope_low, slope_high = gap.slope_bounds(low, high)
    middle = (low + high) / 2.0
    reach = np.maximum(np.abs(slope_low), np.abs(slope_high)) * (high - low) / 2.0
    slack = gap.rounding
    possible = (
        (least <= slack)
        & (most >= -slack)
        & (np.abs(gap.value(middle)) <= reach * (1.0 + 1e-9) + slack)
    )
    return possible, (slope_low > 0.0) | (slope_high < 0.0)


def _zero(gap: Gap, low: float, high: float) -> float:
    from scipy.optimize import brentq

    def value(x: float) -> float:
        return float(gap.value(np.array([x]))[0])

    at_low, at_high = value(low), value(high)
    if at_low == 0.0 or at_high == 0.0:
        return low if at_low == 0.0 else high
    return float(brentq(value, low, high, xtol=1e-300, rtol=8.9e-16, maxiter=2000))


def _joined(gap: Gap, low: np.ndarray, high: np.ndarray) -> list[float]:
    """At most one zero for each group of adjoining intervals."""
    order = np.argsort(low)
    low, high = low[order], high[order]
    ends = np.flatnonzero(np.append(low[1:] > high[:-1], np.ones(min(low.size, 1), dtype=bool)))
    found: list[float] = []
    start = 0
    for end in ends.tolist():
        first, last = float(low[start]), float(high[end])
        points = np.unique(np.concatenate([low[start : end + 1], high[start : end + 1]]))
        start = end + 1
        signs = gap.sign(np.array([first, last]))
        sizes = np.abs(gap.value(points))
        if signs[0] * signs[1] < 0.0:
            found.append(_zero(gap, first, last))
        elif sizes.min() <= gap.rounding:
            found.append(float(points[sizes <= gap.rounding].mean()))
    return found


def logistic_bounds(low: np.ndarray, high: np.ndarray) -> Bounds:
    """Bounds of Λ(1 − Λ), the slope of the logistic function Λ, for arguments low <= high."""
    from scipy.special import expit

    at_low, at_high = expit(low) * expit(-low), expit(high) * expit(-high)
    peak = np.where((low <= 0.0) & (high >= 0.0), 0.25, np.maximum(at_low, at_high))
    return np.minimum(at_low, at_high), peak


def product_bounds(one: Bounds, other: Bounds) -> Bounds:
    """Bounds of a product of two factors with bounds."""
    corners = np.stack([x * y for x in one for y in other])
    return corners.min(axis=0), corners.max(axis=0)


_AT_REST = 1e-12


def alignment_gap(weights: np.ndarray, odds: np.ndarray, pull: np.ndarray) -> Gap:
    """G(x) − x for partners (n,) who resist with log odds `odds` + `pull` x.

    Raises InputError where payoffs times precision overflow.
    """
    from scipy.special import expit

    check_finite(odds, pull, "rationality")

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


def reached(gap: Gap, points: list[float], start: float) -> float:
    """The fixed point that dx/dtime = G(x) − x reaches from `start`."""
    at_rest = [point for point in points if abs(point - start) <= _AT_REST]
    if at_rest:
        return at_rest[0]
    if gap.sign(np.array([start]))[0] > 0.0:
        return min((point for point in points if point > start), default=points[-1])
    return max((point for point in points if point < start), default=points[0])


def check_finite(odds: np.ndarray, pull: np.ndarray, name: str) -> None:
    if not np.isfinite(odds).all() or not np.isfinite(pull).all():
        raise InputError(
            "payoffs times precision overflow.", field=name, valid="payoffs of ordinary size"
        )
