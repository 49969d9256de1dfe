"""Solvers for systems of logs: a ladder from fastest to most robust (trade.md section 4).

1. frozen Jacobian of the untaxed baseline with Anderson acceleration,
2. Newton with the exact Jacobian, steps capped at 0.5 in logs,
3. log-tatonnement with Anderson acceleration,
4. continuation in log(1+t), each step by Newton.

A solution that may be on another branch than the baseline (`branch.in_doubt`) goes to the last rung
too, and what that finds is the answer.

Every rung reports the residual it measured; none reports success it did not measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.linalg import LinAlgError

from triffin.trade.one.branch import in_doubt, start_orientation, turned
from triffin.trade.one.kernel import Problem, State, evaluate, growth, jacobian
from triffin.trade.shared import solver as shared
from triffin.trade.shared.solver import STALL_TOLERANCE, TOLERANCE, Attempt, Infeasible, Limit
from triffin.world.base.arrays import Array

OneAttempt = Attempt[State]
CALM_ITERATIONS = 15
"""A frozen Jacobian that needs more iterations than this has gone a long way."""


def anderson(
    problem: Problem,
    x: Array,
    direction: Callable[[Array], Array],
    *,
    memory: int,
    max_iterations: int,
    method: str,
) -> OneAttempt:
    """Anderson acceleration of the iteration x <- x + direction(residual)."""

    def stop(residual: float, best: float, stalled: int) -> bool:
        return (
            residual <= TOLERANCE
            or (stalled >= 3 * memory and residual > 1e-3)
            or (stalled >= 3 and best <= STALL_TOLERANCE)
            or residual > 1e6
        )

    at = partial(evaluate, problem)
    return shared.anderson(
        at,
        shared.first_attempt(at, x, method),
        direction,
        lambda rows, _, f: _least_squares(rows, f),
        memory=memory,
        max_iterations=max_iterations,
        stop=stop,
    )


def _least_squares(rows: Array, target: Array) -> Array:
    """Weights w that minimize |target - w @ rows|, from the scaled normal equations.

    Far cheaper than a decomposition of the tall matrix; the small eigenvalues are cut off, since
    the rows become nearly parallel close to the solution.
    """
    size = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    size[size == 0] = 1.0
    unit = rows / size[:, None]
    values, vectors = np.linalg.eigh(unit @ unit.T)
    safe = np.where(values > 1e-14 * values[-1], values, np.inf)
    return np.asarray(vectors @ ((vectors.T @ (unit @ target)) / safe) / size)


def newton(problem: Problem, x: Array, max_iterations: int = 40) -> OneAttempt:
    """Newton's method with the exact Jacobian."""

    def step(state: State, _: float) -> tuple[Array, float]:
        try:
            return -np.linalg.solve(jacobian(problem, state), state.residual), 0.0
        except LinAlgError:
            return np.full(len(x), np.nan), 0.0

    at = partial(evaluate, problem)
    first = shared.first_attempt(at, x, "newton")
    return shared.newton(at, first, step, max_iterations=max_iterations, settled=2, patience=15)


def frozen_direction(problem: Problem) -> Callable[[Array], Array]:
    """-J0^(-1) r with J0 the Jacobian at the untaxed baseline, inverted once per closure.

    The inverse, not a factor: at this size a product is three times as fast as two triangular
    solves, and what rounding it adds the iteration takes away again.
    """
    base = problem.base
    key = ("frozen", problem.tax_relief, problem.transfers_scale, problem.numeraire)
    inverse = base.cache.get(key)
    if inverse is None:
        untaxed = replace(problem, tariff=np.zeros_like(problem.A), A=base.share, B=base.share)
        try:
            inverse = np.linalg.inv(jacobian(untaxed, evaluate(untaxed, np.zeros(problem.size))))
        except (LinAlgError, Infeasible):
            # Steps that are not finite end the iteration.
            inverse = np.full((problem.size, problem.size), np.nan)
        base.cache[key] = inverse
    return lambda residual: -(inverse @ residual)


def tatonnement_direction(problem: Problem) -> Callable[[Array], Array]:
    """Raise wages where there is excess demand; labor and prices take their residual."""
    n = len(problem.base.E)
    weight = np.concatenate(
        [np.full(n, 1 / (1 + problem.base.epsilon)), np.full(problem.size - n, -0.5)]
    )
    return lambda residual: weight * residual


def solve_ladder(
    problem: Problem,
    at_fraction: Callable[[float], Problem],
    start: Array | None = None,
    *,
    quick: bool = False,
) -> tuple[OneAttempt, list[OneAttempt]]:
    """The first attempt that converges and all attempts made.

    `at_fraction(s)` is the problem with tariffs (1+t)^s, for the continuation; `start` a point
    near the solution; `quick` stops after the first two rungs (for draws, where a failure is
    counted and not explained). If nothing converges, the attempt with the smallest residual is
    returned and is not `converged`.
    """
    zero = np.zeros(problem.size) if start is None else start
    attempts = [
        anderson(
            problem,
            zero,
            frozen_direction(problem),
            memory=6,
            max_iterations=60,
            method="frozen Jacobian",
        )
    ]
    if not attempts[-1].converged:
        attempts.append(newton(problem, zero, max_iterations=8 if quick else 40))
    if not attempts[-1].converged and not quick:
        rough = anderson(
            problem,
            zero,
            tatonnement_direction(problem),
            memory=10,
            max_iterations=400,
            method="tatonnement",
        )
        attempts.append(rough)
        if not rough.converged and rough.residual < 0.1:
            attempts.append(newton(problem, rough.x))
    found = attempts[-1]
    if found.converged and found.state is not None:
        calm = len(attempts) == 1 and found.iterations <= CALM_ITERATIONS
        if not in_doubt(at_fraction, problem, found.state, calm=calm):
            return found, attempts
    elif quick:
        return min(attempts, key=lambda a: a.residual), attempts
    attempts.append(trace(at_fraction, problem))
    if found.converged and shared.confirmed(found, attempts[-1]):
        return found, attempts
    if attempts[-1].converged or found.converged:
        # Another solution than that of the branch from the baseline is no answer.
        return attempts[-1], attempts
    return min(attempts, key=lambda a: a.residual), attempts


def trace(at_fraction: Callable[[float], Problem], problem: Problem) -> OneAttempt:
    """The equilibrium that continues from the baseline, or where that branch ends."""
    sign = start_orientation(at_fraction, problem)

    def same_branch(part: Problem, state: State) -> bool:
        return not turned(part, state, sign)

    return shared.continuation(
        newton,
        at_fraction,
        np.zeros(problem.size),
        max_iterations=10,
        same_branch=same_branch,
        limit=_limit,
    )


def _limit(problem: Problem, x: Array, fraction: float, infeasible: Infeasible | None) -> Limit:
    """The economy that gives way at the end of the branch, and the economics of it.

    At a fold the Jacobian is singular; its null vector (found by inverse iteration) is carried by
    the economy whose adjustment runs out.
    """
    base = problem.base
    n = len(base.E)
    state = evaluate(problem, x)
    vector = np.ones(problem.size)
    try:
        matrix = jacobian(problem, state)
        for _ in range(4):
            vector = np.linalg.solve(matrix, vector)
            vector /= np.linalg.norm(vector)
    except LinAlgError:
        pass
    economy = int(np.argmax(np.abs(vector[:n])))
    # Short of the fold a large economy can carry the null vector along; the one that gives way
    # has little left to spend.
    left = state.E - state.V + state.Y + base.T * growth(problem, state.Y)
    left = left / base.final_spending
    starved = int(np.argmin(left))
    if infeasible is not None and infeasible.kind in ("spending", "revenue"):
        economy = infeasible.economy
    elif base.T[starved] < 0 and left[starved] < 0.5:
        economy = starved
    if problem.tax_relief and state.tau[economy] > 0.5:
        kind = "revenue"
    else:
        kind = "surplus" if base.T[economy] < 0 else ""
    return Limit(fraction, economy, kind)
