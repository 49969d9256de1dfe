"""Solvers of the many-sector kernel: a ladder from fastest to most robust (trade.md section 4).

1. simultaneous sweep over wages, prices and expenditure with Anderson acceleration,
2. Newton-GMRES with exact directional derivatives, steps capped at 0.5,
3. continuation in log(1+t), each step by Newton-GMRES.

Whatever the rung, a last Newton step follows: its length measures how far the wages still were
from the solution, which a small residual alone does not say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from triffin.trade.many.kernel import Problem, State, evaluate, push_forward, start
from triffin.trade.many.krylov import gmres
from triffin.trade.one.kernel import Infeasible
from triffin.trade.one.solver import STALL_TOLERANCE, STEP_CAP, TOLERANCE, Attempt, Limit
from triffin.world.base.arrays import Array

# The sweep hands over to the last Newton step here, whose convergence is quadratic.
SWEEP_TARGET = 1e-9
WAGE_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class SectorAttempt(Attempt):
    """An Attempt whose state is the many-sector one.

    `point` is that state (`state` stays None) and `wage_error` the largest error of a log wage
    that the last Newton step left, as measured by that step; infinite where none was made.
    """

    point: State | None = None
    wage_error: float = np.inf

    @property
    def converged(self) -> bool:
        return self.residual <= STALL_TOLERANCE and self.wage_error <= WAGE_TOLERANCE


def _norm(state: State) -> float:
    return float(np.max(np.abs(state.residual)))


def step_weights(problem: Problem) -> Array:
    """(size,) step of each unknown per unit of its residual: wages damped, the rest in full."""
    weights = np.ones(problem.size)
    weights[: len(problem.base.income)] = problem.base.wage_step
    return weights


def _into_domain(problem: Problem, u: Array, step: Array) -> tuple[Array, State]:
    """The point u + step, the step capped, and halved until the equations are defined there.

    Raises the last Infeasible if no fraction of the step stays in the domain.
    """
    largest = float(np.max(np.abs(step)))
    if largest > STEP_CAP:
        step = step * (STEP_CAP / largest)
    last = Infeasible("overflow", 0)
    for _ in range(30):
        try:
            return u + step, evaluate(problem, u + step)
        except Infeasible as error:
            last = error
        step = step / 2
    raise last


def sweep(
    problem: Problem,
    u: Array,
    *,
    memory: int = 10,
    max_iterations: int = 300,
    target: float = SWEEP_TARGET,
) -> SectorAttempt:
    """Simultaneous sweep u <- u + step * residual with Anderson acceleration (type II).

    Source: Anderson (1965), J. ACM 12; Walker and Ni (2011), SIAM J. Numer. Anal. 49.
    """
    method = "sweep"
    try:
        state = evaluate(problem, u)
    except Infeasible as error:
        return SectorAttempt(u, None, np.inf, 0, method, error)
    weights = step_weights(problem)
    best = SectorAttempt(u, None, _norm(state), 0, method, point=state)
    du, df = np.zeros((memory, len(u))), np.zeros((memory, len(u)))
    gram = np.zeros((memory, memory))
    u_old = f_old = None
    stored = stalled = 0
    for iteration in range(1, max_iterations + 1):
        if best.residual <= target:
            break
        f = weights * state.residual
        step = f
        if u_old is not None:
            slot = stored % memory
            du[slot] = u - u_old
            df[slot] = f - f_old
            stored += 1
            kept = min(stored, memory)
            row = df[:kept] @ df[slot]
            gram[slot, :kept] = gram[:kept, slot] = row
            mix = _least_squares(gram[:kept, :kept], df[:kept] @ f)
            step = f - mix @ du[:kept] - mix @ df[:kept]
        u_old, f_old = u, f
        try:
            u, state = _into_domain(problem, u, step)
        except Infeasible as error:
            return replace(best, iterations=iteration, infeasible=error)
        residual = _norm(state)
        if residual < best.residual:
            stalled = 0 if residual < 0.9 * best.residual else stalled + 1
            best = SectorAttempt(u, None, residual, iteration, method, point=state)
        else:
            stalled += 1
        if stalled >= 3 * memory or not residual < 1e6:
            break
    return best


def _least_squares(gram: Array, projected: Array) -> Array:
    """Weights from the normal equations, columns scaled to length one and a trace of ridge."""
    scale = 1 / np.sqrt(np.maximum(np.diagonal(gram), np.finfo(float).tiny))
    scaled = gram * scale * scale[:, None]
    scaled[np.diag_indices_from(scaled)] += 1e-13
    return np.asarray(scale * np.linalg.solve(scaled, scale * projected))


def _newton_step(
    problem: Problem, state: State, weights: Array, tolerance: float, max_iterations: int = 250
) -> tuple[Array, float]:
    """The Newton step at `state` and the relative error of its linear solve.

    Rows are scaled as in the sweep, so that the operator is close to minus the identity.
    """
    step, error, _ = gmres(
        lambda d: weights * push_forward(problem, state, d),
        (-weights * state.residual)[None],
        tolerance=tolerance,
        max_iterations=max_iterations,
    )
    return step[0], float(error[0])


def newton_krylov(
    problem: Problem, u: Array, *, max_iterations: int = 30, method: str = "newton-krylov"
) -> SectorAttempt:
    """Newton's method, each step by GMRES with exact directional derivatives.

    Converged when the residual meets the tolerance and the last step moved no wage by more than
    the wage tolerance allows.
    """
    try:
        state = evaluate(problem, u)
    except Infeasible as error:
        return SectorAttempt(u, None, np.inf, 0, method, error)
    n = len(problem.base.income)
    weights = step_weights(problem)
    best = SectorAttempt(u, None, _norm(state), 0, method, point=state)
    stalled = 0
    for iteration in range(1, max_iterations + 1):
        # As exact as the square of the step will be, or as the last digits need.
        size = best.residual
        tolerance = min(1e-2, max(size, 1e-13 / max(size, 1e-13)))
        step, linear = _newton_step(problem, state, weights, tolerance)
        if not np.isfinite(step).all():
            break
        moved = float(np.max(np.abs(step[:n])))
        try:
            u, state = _into_domain(problem, u, step)
        except Infeasible as failure:
            return replace(best, iterations=iteration, infeasible=failure)
        residual = _norm(state)
        # Newton leaves the linear error and the square of the step.
        left = moved * max(linear, moved) if linear < 0.1 else moved
        if residual < best.residual or (residual <= STALL_TOLERANCE and left < best.wage_error):
            best = SectorAttempt(u, None, residual, iteration, method, None, None, state, left)
            stalled = 0
        else:
            stalled += 1
        if best.converged and (best.residual <= TOLERANCE or stalled >= 1):
            break
        if stalled >= 8:
            break
    return best


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
    for first in (zero,) if u is None else (u, zero):
        attempts.append(sweep(problem, first))
        if attempts[-1].residual <= 1e-6:
            attempts[-1] = polish(problem, attempts[-1])
        if attempts[-1].converged:
            return attempts[-1], attempts
        attempts.append(newton_krylov(problem, first))
        if attempts[-1].converged:
            return attempts[-1], attempts
        if attempts[-2].residual < 0.3:
            attempts.append(newton_krylov(problem, attempts[-2].x))
            if attempts[-1].converged:
                return attempts[-1], attempts
    attempts.append(_continuation(at_fraction, zero))
    if attempts[-1].converged:
        return attempts[-1], attempts
    return min(attempts, key=lambda a: a.residual), attempts


def _continuation(at_fraction: Callable[[float], Problem], u: Array) -> SectorAttempt:
    """Follow the equilibrium from the baseline to the whole change.

    Where the branch ends (a fold, or the edge of the domain), `limit` says where and why.
    """
    done, step, iterations = 0.0, 0.25, 0
    while True:
        target = min(1.0, done + step)
        attempt = newton_krylov(at_fraction(target), u, max_iterations=15)
        iterations += attempt.iterations
        if attempt.converged:
            u, done = attempt.x, target
            step = min(0.25, 2 * step)
            if done >= 1.0:
                return replace(attempt, iterations=iterations, method="continuation")
        else:
            step /= 2
            if step < 1e-3:
                break
    whole = newton_krylov(at_fraction(1.0), u, max_iterations=1)
    return replace(
        whole,
        iterations=iterations,
        method="continuation",
        infeasible=attempt.infeasible,
        limit=_limit(at_fraction(done), u, done, attempt.infeasible),
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
