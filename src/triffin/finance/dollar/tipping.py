"""Tipping with several currencies: the tip, the way back, slow adjustment.

The model is that of `layers`. A shock δ (log points) lowers the dollar's θ_1 by δ; arrays have one
row per draw. Rest points satisfy ln s_k − c_k s_k = θ_k − δ_k − z for a common z. The left side
rises up to s = 1/c_k and falls beyond, so that for each z an option has at most two shares; and a
stable point has at most one option on its upper part, because diag(1/c − s) + s s' must be
positive there. Both facts are used below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.finance.dollar.layers import chosen
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NotConverged

STEP = 0.01  # along the curve of rest points, in units of shares
LENGTH = 1.6  # longer than any way through the shares that a stable stretch takes
SMALLEST = 0.005  # a dollar below half a percent has gone without a tip
SETTLED = 1e-11
SIMPLE, IMPLICIT = 200, 2000  # iterations of either kind
LONGEST = 0.02


@dataclass(frozen=True, eq=False)
class Tips:
    """Where the stretch of stable rest points ends, one row per draw.

    shock (n,): δ at the end, in log points; NaN where there is none (the share then changes
    without a jump as far as it goes). shares (n, K): just there; the last point without a tip.
    past (n, K): a step beyond the end along the curve, on the side to which the share falls.
    """

    shock: Array
    shares: Array
    past: Array

    @property
    def exists(self) -> Array:
        return np.isfinite(self.shock)


def trace_to_tip(shares: Array, shock: Array, theta: Array, c: Array, *, rising: bool) -> Tips:
    """Follow the rest points from `shares` (n, K) at `shock` (n,) until they lose stability.

    `rising` follows a rising shock (a falling dollar), otherwise a falling one. With
    q_k = 1/s_k − c_k the curve has ds_j ∝ Π_{i>1, i≠j} q_i for j > 1, ds_1 = −Σ ds_j, and along it
    dδ ∝ D = Σ_k Π_{i≠k} q_i, which is positive where the point is stable and zero at the tip:
    polynomials, so that parts of options meet without a singularity. Runge-Kutta of fourth order
    in arc length; the step across the tip is shortened until D vanishes.
    """
    s = np.array(shares, dtype=np.float64)
    found = np.full(len(s), np.nan)
    past = s.copy()
    bracketed = np.zeros(len(s), dtype=bool)
    sign = 1.0 if rising else -1.0
    active = np.arange(len(s))
    start = np.array(shock, dtype=np.float64)
    for _ in range(int(LENGTH / STEP)):
        here, strength = s[active], c[active]
        there = _advance(here, strength, np.full(len(here), sign * STEP))
        # The tips found are refined together at the end.
        gone = (there[:, 0] < SMALLEST) | (there.min(axis=1) < 0.02 * SMALLEST)
        tipped = ~gone & (_margin(there, strength) <= 0)
        s[active[~(gone | tipped)]] = there[~(gone | tipped)]
        bracketed[active[tipped]] = True
        active = active[~(gone | tipped)]
        if not len(active):
            break
    rows = np.flatnonzero(bracketed)
    if len(rows):
        s[rows] = _at_tip(s[rows], c[rows], sign)
        found[rows] = shock_at(s[rows], theta[rows], c[rows])
        past[rows] = _advance(s[rows], c[rows], np.full(len(rows), sign * 4 * STEP))
    # A tip that rounding puts on the wrong side of the start lies at the start.
    found = np.where(sign * (found - start) < 0, start, found)
    return Tips(found, s, past)


def shock_at(shares: Array, theta: Array, c: Array) -> Array:
    """The shock δ (n,) under which `shares` (n, K) are a rest point; the others fix z."""
    level = theta + c * shares - np.log(shares)
    weight = shares[:, 1:] / shares[:, 1:].sum(axis=1, keepdims=True)
    return np.asarray(level[:, 0] - (weight * level[:, 1:]).sum(axis=1))


def _inverse(q: Array) -> tuple[Array, Array]:
    """1/q (n, m) and the sign (n, 1) of the product of each row.

    Their product is proportional to Π_{i≠j} q_i, which has no pole where a q vanishes.
    """
    inverse = 1.0 / np.where(q == 0, np.finfo(np.float64).tiny, q)
    return inverse, np.where((q < 0).sum(axis=1, keepdims=True) % 2, -1.0, 1.0)


def _direction(s: Array, c: Array) -> Array:
    """Unit vector (n, K) along the curve of rest points, towards a smaller dollar."""
    inverse, sign = _inverse(1.0 / s[:, 1:] - c[:, 1:])
    others = sign * inverse
    dollar = -others.sum(axis=1, keepdims=True)
    length = np.sqrt((others * others).sum(axis=1, keepdims=True) + dollar * dollar)
    return np.concatenate([dollar, others], axis=1) / length


def _margin(s: Array, c: Array) -> Array:
    """D (n,), scaled: its zero is the tip."""
    inverse, sign = _inverse(1.0 / s - c)
    return np.asarray(sign[:, 0] * inverse.sum(axis=1) / np.abs(inverse).sum(axis=1))


def _advance(s: Array, c: Array, step: Array) -> Array:
    h = step[:, None]
    one = _direction(s, c)
    two = _direction(_inside(s + 0.5 * h * one), c)
    three = _direction(_inside(s + 0.5 * h * two), c)
    four = _direction(_inside(s + h * three), c)
    return _inside(s + h * (one + 2 * two + 2 * three + four) / 6)


def _inside(s: Array) -> Array:
    return np.maximum(s, 1e-9)


def _at_tip(here: Array, c: Array, sign: float) -> Array:
    """Bisection of the last step, from `here` (stable) to where D changes sign."""
    low, high = np.zeros(len(here)), np.full(len(here), STEP)
    for _ in range(40):
        middle = 0.5 * (low + high)
        beyond = _margin(_advance(here, c, sign * middle), c) <= 0
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return _advance(here, c, sign * low)


def settle(shares: Array, theta: Array, c: Array) -> Array:
    """Where slow adjustment from `shares` (n, K) comes to rest (n, K).

    Half steps of the choice map, which never overshoot, as its slope has no negative direction.
    Draws that pass close by a tip are slow: they go on in implicit steps of ds/dt = choice − s,
    as long as the fastest growing direction allows and at most `LONGEST` long.
    Raises NotConverged where they do not come to rest.
    """
    s = np.array(shares, dtype=np.float64)
    active = np.arange(len(s))
    for iteration in range(SIMPLE + IMPLICIT):
        here, strength = s[active], c[active]
        target = chosen(here, theta[active], strength)
        simple = iteration < SIMPLE
        step = 0.5 * (target - here) if simple else _implicit(here, target, strength)
        s[active] = _inside(here + step)
        active = active[np.abs(target - here).max(axis=1) > SETTLED]
        if not len(active):
            return s
    raise NotConverged(f"{len(active)} of {len(s)} draws of the currencies' shares do not settle.")


def _implicit(here: Array, target: Array, c: Array) -> Array:
    """One linearly implicit step (n, K); as an explicit one it would be limited to length one."""
    spread = target[:, :, None] * (np.eye(here.shape[1]) - target[:, None, :])
    root = np.sqrt(c)
    growth = np.linalg.eigvalsh(root[:, :, None] * spread * root[:, None, :])[:, -1] - 1.0
    time = np.minimum(0.5 / np.maximum(growth, 5e-5), 1e4)
    matrix = (1.0 + 1.0 / time)[:, None, None] * np.eye(here.shape[1]) - spread * c[:, None, :]
    step = np.linalg.solve(matrix, (target - here)[:, :, None])[:, :, 0]
    size = np.abs(step).max(axis=1, keepdims=True)
    return np.asarray(step * np.minimum(1.0, LONGEST / np.maximum(size, LONGEST)))


def share_paths(
    shares: Array, theta: Array, c: Array, speed: Array, years: float, points: int
) -> Array:
    """Shares (points + 1, n, K) at equal intervals from 0 to `years` under slow adjustment.

    ds/dt = κ (choice(s) − s), κ `speed` (n,) per year; Runge-Kutta of fourth order with steps of
    at most a fifth of 1/κ. Rows sum to one.
    """
    s = np.array(shares, dtype=np.float64)
    interval = years / points
    inner = max(1, int(np.ceil(5.0 * interval * float(np.max(speed, initial=0.0)))))
    h = (speed * interval / inner)[:, None]
    path = np.empty((points + 1, *s.shape))
    path[0] = s

    def drift(state: Array) -> Array:
        return chosen(state, theta, c) - state

    for point in range(1, points + 1):
        for _ in range(inner):
            one = drift(s)
            two = drift(s + 0.5 * h * one)
            three = drift(s + 0.5 * h * two)
            four = drift(s + h * three)
            s = s + h * (one + 2 * two + 2 * three + four) / 6
        path[point] = s
    return path


def response(shares: Array, c: Array) -> Array:
    """Fall of the dollar's share (n,) per log point of shock, after full adjustment.

    At a stable rest point (n, K): 1/(q_1 + 1/Σ_j 1/q_j), j > 1; without networks s_1 (1 − s_1).
    """
    q = 1.0 / shares - c
    return np.asarray(1.0 / (q[:, 0] + 1.0 / (1.0 / q[:, 1:]).sum(axis=1)))


def shocked(theta: Array, shock: Array | float) -> Array:
    """θ (n, K) after the dollar has lost `shock` log points (n,)."""
    moved = theta.copy()
    moved[:, 0] -= shock
    return moved
