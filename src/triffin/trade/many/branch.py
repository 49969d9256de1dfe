"""Whether a solution is the equilibrium that continues from the baseline (see `one.branch`)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from triffin.trade.many.kernel import Problem, State, evaluate, push_forward, start
from triffin.trade.shared.solver import LARGE_CHANGE, ROUNDING
from triffin.world.base.arrays import Array

SMALL_SYSTEM = 200
"""Up to so many unknowns the Jacobian is made to see the sign of its determinant."""


def derivative(problem: Problem, state: State) -> Array:
    """The whole Jacobian (size, size): a row for each direction."""
    return push_forward(problem, state, np.eye(problem.size))


def start_orientation(at_fraction: Callable[[float], Problem]) -> float:
    """Sign of the determinant at the baseline."""
    first = at_fraction(0.0)
    state = evaluate(first, start(first.base))
    return float(np.linalg.slogdet(derivative(first, state))[0])


def turned(problem: Problem, state: State, sign: float) -> bool:
    """Whether the determinant has another sign than at the baseline, and not by rounding."""
    matrix = derivative(problem, state)
    if not np.isfinite(matrix).all():
        return True
    return np.linalg.slogdet(matrix)[0] != sign and bool(np.linalg.cond(matrix) < ROUNDING)


def in_doubt(at_fraction: Callable[[float], Problem], problem: Problem, state: State) -> bool:
    """Whether a solution may be on another branch than the baseline."""
    change = np.log(state.income / problem.base.income) - state.p_final
    if np.max(np.abs(change)) > LARGE_CHANGE:
        return True
    return problem.size <= SMALL_SYSTEM and turned(problem, state, start_orientation(at_fraction))
