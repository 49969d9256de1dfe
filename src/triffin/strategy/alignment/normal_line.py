"""Where the normal distribution function meets a rising line: all solutions of Φ(z) = m + s z.

Thresholds of global games with public signals and of cascades both solve this equation.
"""

from __future__ import annotations

import math

import numpy as np

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
