"""Solvers for systems of logs: a ladder from fastest to most robust (trade.md section 4).

1. frozen Jacobian of the untaxed baseline with Anderson acceleration,
2. Newton with the exact Jacobian, steps capped at 0.5 in logs,
3. log-tatonnement with Anderson acceleration,
4. continuation in log(1+t), each step by Newton.

Every rung reports the residual it measured; none reports success it did not measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.linalg import LinAlgError

from triffin.trade.one.kernel import Infeasible, Problem, State, evaluate, jacobian
from triffin.world.base.arrays import Array

TOLERANCE = 1e-12
STEP_CAP = 0.5
# Below the tolerance a solve is accepted; rounding on ill-conditioned worlds can stall a little
# above it, and what stalls below this is accepted with its residual reported.
STALL_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Limit:
    """Where the continuation ended: the branch of equilibria turns back or leaves the domain.

    fraction : equilibria exist up to tariffs (1+t)^fraction; economy : position of the economy
    that gives way there; kind : "surplus", "revenue" or "" (no economic reason found).
    """

    fraction: float
    economy: int
    kind: str


@dataclass(frozen=True, eq=False)
class Attempt:
    """What a solver reached: the state there, its residual and how it got there."""

    x: Array
    state: State | None
    residual: float
    iterations: int
    method: str
    infeasible: Infeasible | None = None
    limit: Limit | None = None

    @property
    def converged(self) -> bool:
        return self.residual <= STALL_TOLERANCE


def _capped(step: Array) -> Array:
    largest = float(np.max(np.abs(step)))
    return step * (STEP_CAP / largest) if largest > STEP_CAP else step


def _step_into_domain(
    problem: Problem, x: Array, step: Array, halvings: int = 30
) -> tuple[Array, State]:
    """The point x + step, the step halved until the equations are defined there.

    Raises the last Infeasible if no fraction of the step stays in the domain.
    """
    last: Infeasible | None = None
    for _ in range(halvings):
        trial = x + step
        try:
            state = evaluate(problem, trial)
        except Infeasible as error:
            last = error
        else:
            if np.all(np.isfinite(state.residual)):
                return trial, state
            last = last or Infeasible("overflow", 0)
        step = step / 2
    assert last is not None
    raise last


def anderson(
    problem: Problem,
    x: Array,
    direction: Callable[[Array], Array],
    *,
    memory: int,
    max_iterations: int,
    method: str,
) -> Attempt:
    """Anderson acceleration (type II) of the iteration x <- x + direction(residual).

    Source: Anderson (1965), J. ACM 12; Walker and Ni (2011), SIAM J. Numer. Anal. 49.
    """
    try:
        state = evaluate(problem, x)
    except Infeasible as error:
        return Attempt(x, None, np.inf, 0, method, error)
    best = Attempt(x, state, float(np.max(np.abs(state.residual))), 0, method)
    # Rows are past changes of x and of the direction; the oldest row is overwritten.
    xs, fs = np.empty((memory, len(x))), np.empty((memory, len(x)))
    kept = 0
    x_old = f_old = None
    stalled = 0
    for iteration in range(1, max_iterations + 1):
        f = direction(state.residual)
        if not np.all(np.isfinite(f)):
            break
        if x_old is not None and f_old is not None:
            xs[kept % memory], fs[kept % memory] = x - x_old, f - f_old
            kept += 1
        step = f
        if kept:
            X, F = xs[:kept], fs[:kept]  # a slice past the end is the whole
            weights = _least_squares(F, f)
            step = f - weights @ X - weights @ F
        x_old, f_old = x, f
        try:
            x, state = _step_into_domain(problem, x, _capped(step))
        except Infeasible as error:
            return Attempt(best.x, best.state, best.residual, iteration, method, error)
        residual = float(np.max(np.abs(state.residual)))
        if residual < best.residual:
            stalled = 0 if residual < 0.9 * best.residual else stalled + 1
            best = Attempt(x, state, residual, iteration, method)
        else:
            stalled += 1
        if residual <= TOLERANCE or (stalled >= 3 * memory and residual > 1e-3):
            break
        if stalled >= 3 and best.residual <= STALL_TOLERANCE:
            break
        if residual > 1e6:
            break
    return best


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


def newton(problem: Problem, x: Array, *, max_iterations: int = 40) -> Attempt:
    """Newton's method with the exact Jacobian, steps capped in logs, no monotone line search."""
    try:
        state = evaluate(problem, x)
    except Infeasible as error:
        return Attempt(x, None, np.inf, 0, "newton", error)
    best = Attempt(x, state, float(np.max(np.abs(state.residual))), 0, "newton")
    stalled = 0
    for iteration in range(1, max_iterations + 1):
        try:
            step = -np.linalg.solve(jacobian(problem, state), state.residual)
        except LinAlgError:
            break
        if not np.all(np.isfinite(step)):
            break
        try:
            x, state = _step_into_domain(problem, x, _capped(step))
        except Infeasible as error:
            return Attempt(best.x, best.state, best.residual, iteration, "newton", error)
        residual = float(np.max(np.abs(state.residual)))
        if residual < best.residual:
            best = Attempt(x, state, residual, iteration, "newton")
            stalled = 0
        else:
            stalled += 1
        if residual <= TOLERANCE or (stalled >= 2 and best.residual <= STALL_TOLERANCE):
            break
        if stalled >= 15:
            break
    return best


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
        matrix = jacobian(untaxed, evaluate(untaxed, np.zeros(problem.size)))
        try:
            inverse = np.linalg.inv(matrix)
        except LinAlgError:
            # Steps that are not finite end the iteration.
            inverse = np.full_like(matrix, np.nan)
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
) -> tuple[Attempt, list[Attempt]]:
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
    if quick:
        return min(attempts, key=lambda a: a.residual), attempts
    if not attempts[-1].converged:
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
    if not attempts[-1].converged:
        attempts.append(_continuation(at_fraction, np.zeros(problem.size)))
    return min(attempts, key=lambda a: a.residual), attempts


def _continuation(at_fraction: Callable[[float], Problem], x: Array) -> Attempt:
    """Follow the equilibrium from no tariff to the whole tariff in log(1+t).

    Where the branch ends (a fold, or the edge of the domain), `limit` says where and why.
    """
    done, step, iterations = 0.0, 0.25, 0
    while True:
        target = min(1.0, done + step)
        attempt = newton(at_fraction(target), x, max_iterations=10)
        iterations += attempt.iterations
        if attempt.converged:
            x, done = attempt.x, target
            step = min(0.25, 2 * step)
            if done >= 1.0:
                return Attempt(x, attempt.state, attempt.residual, iterations, "continuation")
        else:
            step /= 2
            if step < 1e-3:
                break
    # The residual that counts is the one of the whole problem.
    whole = newton(at_fraction(1.0), x, max_iterations=1)
    return Attempt(
        whole.x,
        whole.state,
        whole.residual,
        iterations,
        "continuation",
        attempt.infeasible,
        _limit(at_fraction(done), x, done, attempt.infeasible),
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
    starved = int(np.argmin(state.V / base.E))
    if infeasible is not None and infeasible.kind in ("spending", "revenue"):
        economy = infeasible.economy
    elif base.T[starved] < 0 and state.V[starved] < 0.5 * base.E[starved]:
        economy = starved
    if problem.tax_relief and state.tau[economy] > 0.5:
        kind = "revenue"
    else:
        kind = "surplus" if base.T[economy] < 0 else ""
    return Limit(fraction, economy, kind)
