"""Whether a solution is the equilibrium that continues from free trade.

The equations can have several solutions. Along the branch that starts at the baseline the sign of
the Jacobian's determinant never changes unless the branch folds, and there it ends: a solution
with the other sign is on another branch. Large changes of real income are looked at as well.
What is in doubt is followed from the baseline (`shared.solver.continuation`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from triffin.trade.one.calibration import Baseline
from triffin.trade.one.kernel import Problem, State, evaluate, growth, jacobian
from triffin.trade.shared.solver import LARGE_CHANGE, ROUNDING, Infeasible
from triffin.world.base.arrays import Array

SMALL_WORLD = 30
"""Up to so many economies a determinant costs next to nothing, and following a branch little."""
CALM = 0.5
"""Changes of log wages and labor that leave no doubt where the frozen Jacobian found the way."""


def orientation(problem: Problem, state: State) -> float:
    """Sign of the determinant of the Jacobian; zero where it is not finite."""
    sign, size = np.linalg.slogdet(jacobian(problem, state))
    return float(sign) if np.isfinite(size) else 0.0


def turned(problem: Problem, state: State, sign: float) -> bool:
    """Whether the determinant has another sign than at the baseline, and not by rounding.

    Where trade all but vanishes the matrix is singular to rounding, which says nothing.
    """
    if orientation(problem, state) == sign:
        return False
    matrix = jacobian(problem, state)
    return not np.isfinite(matrix).all() or bool(np.linalg.cond(matrix) < ROUNDING)


def start_orientation(at_fraction: Callable[[float], Problem], problem: Problem) -> float:
    """Sign of the determinant at the baseline, kept for each closure and set of elasticities."""
    base = problem.base
    key = (
        "orientation", problem.tax_relief, problem.transfers_scale,
        base.epsilon, base.kappa, base.psi,
    )  # fmt: skip
    if key not in base.cache:
        start = at_fraction(0.0)
        try:
            base.cache[key] = orientation(start, evaluate(start, np.zeros(start.size)))
        except Infeasible:
            # What was moved off its equilibrium by the caller has no branch to compare with.
            base.cache[key] = 0.0
    return float(base.cache[key])


def real_change(problem: Problem, state: State) -> Array:
    """(N,) log change of household spending over the price index."""
    base, s = problem.base, state
    spending = (s.E - s.V) + s.Y + base.T * growth(problem, s.Y)
    return np.asarray(np.log(spending / base.final_spending) - s.p)


def in_doubt(
    at_fraction: Callable[[float], Problem], problem: Problem, state: State, *, calm: bool
) -> bool:
    """Whether a solution may be on another branch than the baseline.

    calm : the solver went straight from the baseline to it.
    """
    if np.max(np.abs(real_change(problem, state))) > LARGE_CHANGE:
        return True
    small = len(problem.base.E) <= SMALL_WORLD
    if small and not calm:
        return True
    if calm and not small and max(np.ptp(state.omega), np.ptp(state.ell)) < CALM:
        return False
    return turned(problem, state, start_orientation(at_fraction, problem))


def labor_supply_pole(base: Baseline) -> tuple[float, int]:
    """The lowest labor supply elasticity at which an economy's own multiplier is infinite, and
    whose it is.

    With l = kappa r and, from the price equation of an economy that buys at home,
    (beta - psi (1-beta)) r = (psi + phi - 1) l, a real wage r that rises by itself raises labor
    by 1/(1 - kappa/kappa*) with kappa* = (beta - psi (1-beta)) / (psi + phi - 1). Beyond it the
    same equations say that a loss raises income.
    """
    first = int(np.argmax(base.phi))
    gain = base.psi + base.phi[first] - 1
    own = max(base.beta - base.psi * (1 - base.beta), 0.0)
    return (own / gain if gain > 0 else np.inf), first
