"""Follow a solution of F(x, s) = 0 from s = 0 to s = 1 without ever changing branch.

The Jacobian is exact to rounding by complex steps (Squire and Trapp 1998, SIAM Review 40), so
residual functions accept complex arrays with a leading axis of directions. Along a smooth branch
the sign of the determinant is constant unless the branch folds, hence a change of sign after a
step says that the step jumped to another branch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray
Residual = Callable[[Array, float], Array]

TINY = 1e-40
SMALLEST_STEP = 1e-6
LONGEST_MOVE = 0.35
ACCURACY = 1e-11


class NoBranch(Exception):
    """The branch from the start ends before s = 1; `fraction` is how far it was followed.

    `certain` says whether there is evidence for the end beyond a solver that gave up.
    """

    def __init__(self, fraction: float, why: str, certain: bool = False) -> None:
        self.fraction = fraction
        self.certain = certain
        self.why = why
        super().__init__(f"{why} at {fraction:.6f} of the way")


@dataclass(frozen=True)
class Point:
    """A solution, its largest residual, and the sign of the determinant of the Jacobian there."""

    x: Array
    residual: float
    sign: float


def jacobian(residual: Residual, x: Array, s: float) -> Array:
    """dF/dx by complex steps, all directions at once."""
    steps = x[None, :] + 1j * TINY * np.eye(len(x))
    return np.asarray(residual(steps, s).imag / TINY).T


def correct(residual: Residual, x: Array, s: float, rounds: int = 12) -> Point | None:
    """Newton from a close guess; None where it does not contract or leaves the domain."""
    last = np.inf
    for _ in range(rounds):
        value = residual(x[None, :], s)[0].real
        if not np.isfinite(value).all():
            return None
        matrix = jacobian(residual, x, s)
        if not np.isfinite(matrix).all():
            return None
        try:
            step = -np.linalg.solve(matrix, value)
        except np.linalg.LinAlgError:
            return None
        length = float(np.max(np.abs(step)))
        if not np.isfinite(length) or length > max(LONGEST_MOVE, 1e-12):
            return None
        if length > 0.9 * last and length > 1e-7:
            return None
        x = x + step
        size = float(np.max(np.abs(residual(x[None, :], s)[0].real)))
        if length < 1e-9 and size < ACCURACY:
            sign, _ = np.linalg.slogdet(matrix)
            return Point(x, size, float(sign))
        # At the limit of rounding the step no longer shrinks although the residual is tiny.
        if size < 2e-13 and length < 1e-5:
            sign, _ = np.linalg.slogdet(matrix)
            return Point(x, size, float(sign))
        last = length
    return None


def follow(residual: Residual, start: Array, first: float = 0.25) -> Point:
    """The end of the branch that begins at `start` for s = 0.

    Raises NoBranch where the start is no solution, or the branch folds or leaves the domain.
    """
    here = correct(residual, start, 0.0)
    if here is None:
        raise NoBranch(0.0, "the start is not a regular solution")
    usual = _speed(residual, start, 0.0)
    done, step = 0.0, first
    slope = np.zeros_like(start)
    while done < 1.0:
        target = min(1.0, done + step)
        guess = here.x + slope * (target - done)
        found = correct(residual, guess, target)
        moved = np.inf if found is None else float(np.max(np.abs(found.x - here.x)))
        if found is None or found.sign != here.sign or moved > LONGEST_MOVE:
            step /= 2
            slope = slope if step > 1e-3 else np.zeros_like(slope)
            if step < SMALLEST_STEP:
                _give_up(residual, here, done, usual)
            continue
        slope = (found.x - here.x) / (target - done)
        # A long step is tried again only where the last one was easily made.
        step = min(first, step * 2) if moved < LONGEST_MOVE / 3 else step
        here, done = found, target
    return here


def _speed(residual: Residual, x: Array, s: float) -> float:
    """Largest |dx/ds| along the branch, from the implicit function theorem."""
    width = 1e-7
    ends = [residual(x[None, :], s + sign * width)[0].real for sign in (1, -1)]
    try:
        move = np.linalg.solve(jacobian(residual, x, s), (ends[0] - ends[1]) / (2 * width))
    except np.linalg.LinAlgError:
        return np.inf
    return float(np.max(np.abs(move)))


def _give_up(residual: Residual, here: Point, done: float, fastest: float) -> None:
    """Raise NoBranch, and say whether the end is one of economics or of the solver.

    Towards a fold the solution moves ever faster, as one over the root of what is left. A matrix
    that is merely close to singular (trade that all but vanishes) is no fold.
    """
    beyond = residual(here.x[None, :], min(1.0, done + SMALLEST_STEP))[0].real
    if not np.isfinite(beyond).all():
        raise NoBranch(done, "the branch leaves the domain", certain=True)
    if _speed(residual, here.x, done) > max(50.0, 20 * fastest):
        raise NoBranch(done, "the branch folds", certain=True)
    raise NoBranch(done, "the branch cannot be followed further")
