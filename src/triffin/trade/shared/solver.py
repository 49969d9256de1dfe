"""What the solvers of both kernels share: damped steps, Anderson acceleration, continuation.

A kernel hands in how it evaluates its equations; unknowns are logs. Whatever the method, an
attempt reports the residual that was measured, never one that was hoped for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

import numpy as np

from triffin.world.base.arrays import Array

TOLERANCE = 1e-12
STEP_CAP = 0.5
# Below the tolerance a solve is accepted; rounding on ill-conditioned worlds can stall a little
# above it, and what stalls below this is accepted with its residual reported.
STALL_TOLERANCE = 1e-10
WAGE_TOLERANCE = 1e-10
# A change of log real income beyond which a solution is followed from the baseline.
LARGE_CHANGE = 0.6
# Condition number beyond which the sign of a determinant is rounding.
ROUNDING = 1e13
# Unknowns of two attempts that are closer than this are the same solution.
SAME = 1e-6
# Continuation: the largest move of an unknown in one step, and the smallest step it tries.
LONGEST_MOVE = 0.35
SMALLEST_STEP = 1e-4


class Infeasible(Exception):
    """The equations are not defined at a trial point.

    kind : "spending" (an economy has none), "revenue" (relief exceeds wages) or "overflow".
    """

    def __init__(self, kind: str, economy: int) -> None:
        self.kind = kind
        self.economy = economy
        super().__init__(kind)


@dataclass(frozen=True)
class Limit:
    """Where the continuation ended: the branch of equilibria turns back or leaves the domain.

    fraction : equilibria exist up to tariffs (1+t)^fraction; economy : position of the economy
    that gives way there; kind : "surplus", "revenue", "scale" or "" (no economic reason found).
    """

    fraction: float
    economy: int
    kind: str


class Residuals(Protocol):
    """A kernel's state at a point, of which solvers need the residuals alone."""

    @property
    def residual(self) -> Array: ...


S = TypeVar("S", bound=Residuals)
P = TypeVar("P")
Evaluate = Callable[[Array], S]


@dataclass(frozen=True, eq=False)
class Attempt(Generic[S]):
    """What a solver reached: the state there, its residual and how it got there.

    wage_error : largest error of a log wage that the last step left, where the kernel measures it
    (infinite where it does and no such step was made); zero where the residual says it all.
    """

    x: Array
    state: S | None
    residual: float
    iterations: int
    method: str
    infeasible: Infeasible | None = None
    limit: Limit | None = None
    wage_error: float = 0.0

    @property
    def converged(self) -> bool:
        return (
            self.residual <= STALL_TOLERANCE
            and self.wage_error <= WAGE_TOLERANCE
            and self.limit is None
        )


def first_attempt(
    evaluate: Evaluate[S], x: Array, method: str, wage_error: float = 0.0
) -> Attempt[S]:
    """The starting point itself; its state is None where the equations are not defined there."""
    try:
        state = evaluate(x)
    except Infeasible as error:
        return Attempt(x, None, np.inf, 0, method, error)
    return Attempt(x, state, largest(state), 0, method, wage_error=wage_error)


def largest(state: Residuals) -> float:
    """The largest residual."""
    return float(np.max(np.abs(state.residual)))


def into_domain(evaluate: Evaluate[S], x: Array, step: Array) -> tuple[Array, S]:
    """The point x + step, the step capped, and halved until the equations are defined there.

    Raises the last Infeasible if no fraction of the step stays in the domain.
    """
    size = float(np.max(np.abs(step)))
    if size > STEP_CAP:
        step = step * (STEP_CAP / size)
    last = Infeasible("overflow", 0)
    for _ in range(30):
        trial = x + step
        try:
            state = evaluate(trial)
        except Infeasible as error:
            last = error
        else:
            if np.all(np.isfinite(state.residual)):
                return trial, state
        step = step / 2
    raise last


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def anderson(
    evaluate: Evaluate[S],
    first: Attempt[S],
    direction: Callable[[Array], Array],
    mix: Callable[[Array, int, Array], Array],
    *,
    memory: int,
    max_iterations: int,
    stop: Callable[[float, float, int], bool],
) -> Attempt[S]:
    """Anderson acceleration (type II) of the iteration x <- x + direction(residual).

    mix : weights of the past changes, from those of the direction (rows), the row that is new and
    the direction itself. stop : whether to end, from the last residual, the smallest so far and
    the number of iterations without progress.

    Source: Anderson (1965), J. ACM 12; Walker and Ni (2011), SIAM J. Numer. Anal. 49.
    """
    if first.state is None:
        return first
    best, x, state = first, first.x, first.state
    # Rows are past changes of x and of the direction; the oldest row is overwritten.
    xs, fs = np.empty((memory, len(x))), np.empty((memory, len(x)))
    x_old = f_old = None
    made = stalled = 0
    for iteration in range(1, max_iterations + 1):
        f = direction(state.residual)
        if not np.all(np.isfinite(f)):
            break
        step = f
        if x_old is not None and f_old is not None:
            slot = made % memory
            xs[slot], fs[slot] = x - x_old, f - f_old
            made += 1
            X, F = xs[:made], fs[:made]  # a slice past the end is the whole
            weights = mix(F, slot, f)
            step = f - weights @ X - weights @ F
        x_old, f_old = x, f
        try:
            x, state = into_domain(evaluate, x, step)
        except Infeasible as error:
            return replace(best, iterations=iteration, infeasible=error)
        residual = largest(state)
        stalled = 0 if residual < 0.9 * best.residual else stalled + 1
        if residual < best.residual:
            best = replace(best, x=x, state=state, residual=residual, iterations=iteration)
        if stop(residual, best.residual, stalled):
            break
    return best


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def newton(
    evaluate: Evaluate[S],
    first: Attempt[S],
    step: Callable[[S, float], tuple[Array, float]],
    *,
    max_iterations: int,
    settled: int,
    patience: int,
) -> Attempt[S]:
    """Newton's method, steps capped in logs, no monotone line search.

    step : the Newton step at a state, given the smallest residual so far, and the error of log
    wages it leaves; one that is not finite ends the search. It ends too after `settled`
    iterations without progress where the attempt is accepted, and after `patience` where not.
    """
    if first.state is None:
        return first
    best, x, state, stalled = first, first.x, first.state, 0
    for iteration in range(1, max_iterations + 1):
        move, left = step(state, best.residual)
        if not np.all(np.isfinite(move)):
            break
        try:
            x, state = into_domain(evaluate, x, move)
        except Infeasible as error:
            return replace(best, iterations=iteration, infeasible=error)
        residual = largest(state)
        stalled += 1
        if residual < best.residual or (residual <= STALL_TOLERANCE and left < best.wage_error):
            best = Attempt(x, state, residual, iteration, first.method, wage_error=left)
            stalled = 0
        if best.converged and (best.residual <= TOLERANCE or stalled >= settled):
            break
        if stalled >= patience:
            break
    return best


def confirmed(found: Attempt[S], traced: Attempt[S]) -> bool:
    """Whether following the branch led to a solution that was in doubt."""
    return traced.converged and float(np.max(np.abs(found.x - traced.x))) <= SAME


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def continuation(
    newton: Callable[[P, Array, int], Attempt[S]],
    at_fraction: Callable[[float], P],
    x: Array,
    *,
    max_iterations: int,
    same_branch: Callable[[P, S], bool],
    limit: Callable[[P, Array, float, Infeasible | None], Limit],
) -> Attempt[S]:
    """Follow the equilibrium from no change to the whole change, in logs.

    newton : from a problem, a start and a number of iterations. A step counts where it moves no
    unknown by more than LONGEST_MOVE and `same_branch` holds, so that it cannot jump to another
    branch. Where the branch ends (a fold, or the edge of the domain) or cannot be followed, the
    attempt is not converged and its `limit` says where and why.
    """
    done, step, iterations = 0.0, 0.25, 0
    slope = np.zeros_like(x)
    while True:
        target = min(1.0, done + step)
        problem = at_fraction(target)
        attempt = newton(problem, x + slope * (target - done), max_iterations)
        iterations += attempt.iterations
        moved = float(np.max(np.abs(attempt.x - x)))
        if (
            attempt.converged
            and attempt.state is not None
            and moved <= LONGEST_MOVE
            and same_branch(problem, attempt.state)
        ):
            slope = (attempt.x - x) / (target - done)
            x, done = attempt.x, target
            if done >= 1.0:
                return replace(attempt, iterations=iterations, method="continuation")
            if moved < LONGEST_MOVE / 3:
                step = min(0.25, 2 * step)
        else:
            step /= 2
            if step < SMALLEST_STEP:
                break
            if step < 1e-3:
                slope = np.zeros_like(x)
    # The residual that counts is the one of the whole problem.
    return replace(
        newton(at_fraction(1.0), x, 1),
        iterations=iterations,
        method="continuation",
        infeasible=attempt.infeasible,
        limit=limit(at_fraction(done), x, done, attempt.infeasible),
    )
