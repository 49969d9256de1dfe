"""Solvers of the many-sector kernel: a ladder from fastest to most robust (trade.md section 4).

1. simultaneous sweep over wages, prices and expenditure with Anderson acceleration,
2. Newton-GMRES with exact directional derivatives, steps capped at 0.5,
3. continuation in log(1+t), each step by Newton-GMRES; what may be on another branch than the
   baseline (`many.branch`) goes there too, and what that finds is the answer.

Whatever the rung, a last Newton step follows: its length measures how far the wages still were
from the solution, which a small residual alone does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from triffin.trade.many.branch import SMALL_SYSTEM, in_doubt, start_orientation, turned
from triffin.trade.many.kernel import Problem, State, evaluate, push_forward, start
from triffin.trade.shared import solver as shared
from triffin.trade.shared.solver import Attempt, Infeasible, Limit
from triffin.world.base.arrays import Array

# Floats that the Krylov bases of one batch may occupy (8 bytes each).
_BASIS_FLOATS = 2**25
# The sweep hands over to the last Newton step here, whose convergence is quadratic.
SWEEP_TARGET = 1e-9
# Its `wage_error` is infinite until a Newton step has measured it.
SectorAttempt = Attempt[State]


def step_weights(problem: Problem) -> Array:
    """(size,) step of each unknown per unit of its residual: wages damped, the rest in full."""
    weights = np.ones(problem.size)
    weights[: len(problem.base.income)] = problem.base.wage_step
    return weights


class _Gram:
    """Weights of an Anderson step from products of past changes, updated by one row each time.

    They solve the normal equations, columns scaled to length one and a trace of ridge.
    """

    def __init__(self, memory: int) -> None:
        self.products = np.zeros((memory, memory))

    def __call__(self, rows: Array, slot: int, f: Array) -> Array:
        kept = len(rows)
        new = rows @ rows[slot]
        self.products[slot, :kept] = self.products[:kept, slot] = new
        gram = self.products[:kept, :kept]
        scale = 1 / np.sqrt(np.maximum(np.diagonal(gram), np.finfo(float).tiny))
        scaled = gram * scale * scale[:, None]
        scaled[np.diag_indices_from(scaled)] += 1e-13
        return np.asarray(scale * np.linalg.solve(scaled, scale * (rows @ f)))


def sweep(
    problem: Problem,
    u: Array,
    *,
    memory: int = 10,
    max_iterations: int = 300,
    target: float = SWEEP_TARGET,
) -> SectorAttempt:
    """Simultaneous sweep u <- u + step * residual with Anderson acceleration."""
    at = partial(evaluate, problem)
    first = shared.first_attempt(at, u, "sweep", np.inf)
    if first.residual <= target:
        return first
    weights = step_weights(problem)
    return shared.anderson(
        at,
        first,
        lambda residual: weights * residual,
        _Gram(memory),
        memory=memory,
        max_iterations=max_iterations,
        stop=lambda residual, best, stalled: (
            best <= target or stalled >= 3 * memory or not residual < 1e6
        ),
    )


def newton_krylov(
    problem: Problem, u: Array, max_iterations: int = 30, *, method: str = "newton-krylov"
) -> SectorAttempt:
    """Newton's method, each step by GMRES with exact directional derivatives.

    Converged when the residual meets the tolerance and the last step moved no wage by more than
    the wage tolerance allows.
    """
    n = len(problem.base.income)
    weights = step_weights(problem)

    def step(state: State, residual: float) -> tuple[Array, float]:
        """Rows are scaled as in the sweep, so that the operator is close to minus the identity."""
        # As exact as the square of the step will be, or as the last digits need.
        tolerance = min(1e-2, max(residual, 1e-13 / max(residual, 1e-13)))
        found, error, _ = gmres(
            lambda d: weights * push_forward(problem, state, d),
            (-weights * state.residual)[None],
            tolerance=tolerance,
            max_iterations=250,
        )
        linear, moved = float(error[0]), float(np.max(np.abs(found[0, :n])))
        # Newton leaves the linear error and the square of the step.
        return found[0], moved * max(linear, moved) if linear < 0.1 else moved

    at = partial(evaluate, problem)
    first = shared.first_attempt(at, u, method, np.inf)
    return shared.newton(at, first, step, max_iterations=max_iterations, settled=1, patience=8)


def polish(problem: Problem, attempt: SectorAttempt) -> SectorAttempt:
    """`attempt` with Newton steps on top until its wages are certain."""
    done = newton_krylov(problem, attempt.x, max_iterations=8, method=attempt.method)
    return replace(done, iterations=attempt.iterations + done.iterations)


def solve_ladder(
    problem: Problem,
    at_fraction: Callable[[float], Problem],
    u: Array | None = None,
) -> tuple[SectorAttempt, list[SectorAttempt]]:
    """The first attempt that converges, and all attempts made.

    `at_fraction(f)` is the problem with a fraction f of the change in logs, for the continuation;
    `u` a guess of the solution (default: the baseline). If nothing converges, the attempt with
    the smallest residual is returned and is not `converged`.
    """
    zero = start(problem.base)
    attempts: list[SectorAttempt] = []
    found = None
    for rung in _rungs(problem, (zero,) if u is None else (u, zero), attempts):
        attempts.append(rung)
        if rung.converged:
            found = rung
            break
    state = None if found is None else found.state
    if found is not None and state is not None and not in_doubt(at_fraction, problem, state):
        return found, attempts
    traced = trace(at_fraction, problem)
    attempts.append(traced)
    if found is not None and shared.confirmed(found, traced):
        return found, attempts
    if traced.converged or found is not None:
        # Another solution than that of the branch from the baseline is no answer.
        return traced, attempts
    return min(attempts, key=lambda a: a.residual), attempts


def _rungs(
    problem: Problem, starts: tuple[Array, ...], attempts: list[SectorAttempt]
) -> Iterator[SectorAttempt]:
    """Attempts from fastest to most robust, from each start; `attempts` holds those made."""
    for first in starts:
        swept = sweep(problem, first)
        yield polish(problem, swept) if swept.residual <= 1e-6 else swept
        rough = attempts[-1]
        yield newton_krylov(problem, first)
        if rough.residual < 0.3:
            yield newton_krylov(problem, rough.x)


def trace(at_fraction: Callable[[float], Problem], problem: Problem) -> SectorAttempt:
    """The equilibrium that continues from the baseline, or where that branch ends."""
    small = problem.size <= SMALL_SYSTEM
    sign = start_orientation(at_fraction) if small else 0.0
    return shared.continuation(
        newton_krylov,
        at_fraction,
        start(problem.base),
        max_iterations=15,
        same_branch=lambda part, state: not small or not turned(part, state, sign),
        limit=_limit,
    )


def _limit(problem: Problem, u: Array, fraction: float, infeasible: Infeasible | None) -> Limit:
    """The economy that gives way at the end of the branch, and the economics of it.

    At a fold the Jacobian is nearly singular, so that a solve with any right-hand side is carried
    by the economy whose adjustment runs out.
    """
    base = problem.base
    n = len(base.income)
    state = evaluate(problem, u)
    weights = step_weights(problem)
    vector, _, _ = gmres(
        lambda d: weights * push_forward(problem, state, d),
        np.ones((1, problem.size)),
        tolerance=1e-3,
        max_iterations=200,
    )
    economy = int(np.argmax(np.abs(vector[0, :n])))
    starved = int(np.argmin(state.income / base.income / np.exp(state.p_final)))
    if infeasible is not None and infeasible.kind in ("spending", "revenue"):
        economy = infeasible.economy
    elif problem.tax_relief and state.tau.max() > 0.5:
        economy = int(np.argmax(state.tau))
    elif base.transfer[starved] < 0:
        # A large economy can carry the vector along; the one that gives way has the least left.
        economy = starved
    if problem.tax_relief and state.tau[economy] > 0.5:
        kind = "revenue"
    elif base.transfer[economy] < 0:
        kind = "surplus"
    else:
        kind = "scale" if base.has_scale else ""
    return Limit(fraction, economy, kind)


def gmres(
    apply: Callable[[Array], Array],
    rhs: Array,
    *,
    tolerance: float,
    max_iterations: int,
) -> tuple[Array, Array, int]:
    """GMRES: solve apply(x) = rhs for each row; x and rhs are (R, n).

    Returns x, the residual norm of each row relative to its right-hand side (R,), and the
    iterations used. No restart: `max_iterations` bounds the basis. Rows are processed in chunks
    that bound memory; the caller decides what an unmet tolerance means. The systems share their
    operator, so one batched product serves all of them.

    Source: Saad and Schultz (1986), SIAM J. Sci. Stat. Comput. 7.
    """
    rows = max(1, _BASIS_FLOATS // max(1, rhs.shape[1] * (max_iterations + 1)))
    solutions, errors, iterations = [], [], 0
    for first in range(0, len(rhs), rows):
        x, error, used = _gmres(apply, rhs[first : first + rows], tolerance, max_iterations)
        solutions.append(x)
        errors.append(error)
        iterations = max(iterations, used)
    return np.concatenate(solutions), np.concatenate(errors), iterations


def _gmres(
    apply: Callable[[Array], Array], rhs: Array, tolerance: float, max_iterations: int
) -> tuple[Array, Array, int]:
    r, n = rhs.shape
    norm = np.linalg.norm(rhs, axis=1)
    safe = np.where(norm > 0, norm, 1.0)
    basis = np.zeros((r, min(max_iterations, 20) + 1, n))
    basis[:, 0] = rhs / safe[:, None]
    hessenberg = np.zeros((r, max_iterations + 1, max_iterations))
    rotations = np.zeros((2, r, max_iterations))
    g = np.zeros((r, max_iterations + 1))
    g[:, 0] = norm
    used = 0
    for k in range(max_iterations):
        if k + 1 == basis.shape[1]:
            room = min(basis.shape[1] + 20, max_iterations + 1)
            basis = np.concatenate([basis, np.zeros((r, room - k - 1, n))], axis=1)
        w = apply(basis[:, k])
        spanned = basis[:, : k + 1]
        # Orthogonalised twice: once loses digits when the space is nearly exhausted.
        column = np.zeros((r, k + 1))
        for _ in range(2):
            part = np.matmul(spanned, w[:, :, None])[:, :, 0]
            w = w - np.matmul(part[:, None, :], spanned)[:, 0]
            column += part
        length = np.linalg.norm(w, axis=1)
        basis[:, k + 1] = w / np.where(length > 0, length, 1.0)[:, None]
        for i in range(k):
            c, s = rotations[0, :, i], rotations[1, :, i]
            upper = c * column[:, i] + s * column[:, i + 1]
            column[:, i + 1] = c * column[:, i + 1] - s * column[:, i]
            column[:, i] = upper
        radius = np.hypot(column[:, k], length)
        radius = np.where(radius > 0, radius, 1.0)
        c, s = column[:, k] / radius, length / radius
        rotations[0, :, k], rotations[1, :, k] = c, s
        column[:, k] = radius
        hessenberg[:, : k + 1, k] = column
        g[:, k + 1] = -s * g[:, k]
        g[:, k] = c * g[:, k]
        used = k + 1
        if (np.abs(g[:, used]) <= tolerance * safe).all():
            break
    weights = np.linalg.solve(hessenberg[:, :used, :used], g[:, :used, None])
    x = np.matmul(weights.transpose(0, 2, 1), basis[:, :used])[:, 0]
    return x, np.abs(g[:, used]) / safe, used
