"""One step for many draws: a frozen Jacobian with Anderson acceleration (trade.md section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from triffin.trade.batch.draws import CrossRates
from triffin.trade.batch.kernel import (
    Cross,
    Dense,
    Elasticities,
    Levels,
    Point,
    Rules,
    cross_weights,
    dense_weights,
    evaluate,
    outcomes,
)
from triffin.trade.one.branch import real_change
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.kernel import Problem, jacobian, pose
from triffin.trade.one.kernel import evaluate as evaluate_one
from triffin.trade.one.solver import anderson, frozen_direction, newton, trace
from triffin.trade.shared.solver import LARGE_CHANGE, STEP_CAP
from triffin.world.base.arrays import Array

MEMORY = 6
MAX_ITERATIONS = 60
# Keeps the weights finite when changes are nearly parallel; rows are scaled to length one.
RIDGE = 1e-13
# Attempts to bring a start into the domain, and the relief rate (of the wage bill) it begins with.
ENTRIES = 6
ENTRY_RATE = 0.8


@dataclass(frozen=True, eq=False)
class Center:
    """Where all draws start: a solved neighbor x (2N or 3N) and the inverse Jacobian there.

    real : (N,) its log change of real income, if it was followed from the baseline; zeros where
    that is near.
    """

    x: Array
    inverse: Array
    real: Array


def center_of(base: Baseline, rates: Array, *, revenue: str, deficits: str) -> Center:
    """The equilibrium at `rates` (N, N), or the untaxed baseline where they have none."""
    problem = pose(base, rates, revenue=revenue, deficits=deficits)
    zero = np.zeros(problem.size)
    attempt = anderson(
        problem, zero, frozen_direction(problem), memory=6, max_iterations=60, method="center"
    )
    if not attempt.converged:
        attempt = newton(problem, zero, max_iterations=10)
    real = np.zeros(len(rates))
    if attempt.state is not None and attempt.converged:
        change = real_change(problem, attempt.state)
        if np.max(np.abs(change)) > LARGE_CHANGE:

            def at_fraction(fraction: float) -> Problem:
                part = np.expm1(fraction * np.log1p(rates))
                return pose(base, part, revenue=revenue, deficits=deficits)

            # Draws close to what continues from the baseline need not be followed one by one.
            traced = trace(at_fraction, problem)
            attempt = traced if traced.converged else attempt
            if traced.converged and traced.state is not None:
                real = real_change(problem, traced.state)
    x, state = attempt.x, attempt.state
    if not attempt.converged or state is None:
        problem = pose(base, np.zeros_like(rates), revenue=revenue, deficits=deficits)
        x, state = zero, evaluate_one(problem, zero)
    try:
        inverse = np.linalg.inv(jacobian(problem, state))
    except np.linalg.LinAlgError:
        # No draw takes a finite step then; each goes to the single solver.
        inverse = np.full((problem.size, problem.size), np.nan)
    return Center(x, inverse, real)


class Task(NamedTuple):
    """What all chunks of a batch share; `share` (N, N) are the baseline's expenditure shares."""

    share: Array
    levels: Levels
    rules: Rules
    center: Center
    variables: tuple[str, ...]
    tolerance: float


class Solved(NamedTuple):
    """Results and violations of identities by name, (D, N) and (D,); residual and iterations (D,).

    Not finite where no iteration met the tolerance.
    """

    results: dict[str, Array]
    violations: dict[str, Array]
    residual: Array
    iterations: Array


def _take(e: Elasticities, w: Dense | Cross, keep: Array) -> tuple[Elasticities, Dense | Cross]:
    """Elasticities and shares of the draws to keep."""
    kept = Elasticities(*(v[keep] if np.ndim(v) else v for v in e))
    if isinstance(w, Dense):
        return kept, Dense(w.A[keep], w.B[keep])
    return kept, w._replace(
        column_A=w.column_A[keep],
        column_B=w.column_B[keep],
        row_A=None if w.row_A is None else w.row_A[keep],
        row_B=None if w.row_B is None else w.row_B[keep],
    )


def enter(levels: Levels, rules: Rules, point: Point, x: Array) -> Array:
    """x with labor raised where income is too small for the transfers an economy pays, or for the
    relief its revenue would be; elsewhere as it was.

    Both conditions bound income from below, so the start can be moved into the domain directly.
    """
    absorb = 1 + levels.nu * (1 - rules.beta) / rules.beta
    transfers = levels.T * point.scale
    starved = np.isnan(point.V)
    least = np.where(starved, -1.3 * rules.beta * transfers, 0.0)
    if rules.tax_relief:
        paid = point.E / point.V - 1
        room = ENTRY_RATE * absorb - paid / rules.beta
        over = (point.tau >= 1) & (room > 0)
        least = np.where(over, paid * transfers / np.where(over, room, 1.0), least)
    n = levels.E.shape[-1]
    raised = np.log(np.maximum(least / point.Y, 1.0))
    moved: Array = np.concatenate(
        [x[..., :n], x[..., n : 2 * n] + raised, x[..., 2 * n :]], axis=-1
    )
    return moved


def iterate(
    levels: Levels,
    rules: Rules,
    e: Elasticities,
    w: Dense | Cross,
    n_draws: int,
    center: Center,
    tolerance: float,
) -> tuple[Array, Array, Array]:
    """Points x (D, 2N or 3N), those one step further, and iterations (D,).

    Where no iteration met the tolerance, x is not finite. The second set takes one more step with
    the frozen Jacobian: it costs no evaluation and is nearer to the solution.
    """
    size = len(center.x)
    found = np.full((n_draws, size), np.nan)
    further = found.copy()
    iterations = np.zeros(n_draws, dtype=int)
    at = np.arange(n_draws)
    done = np.zeros(n_draws, dtype=bool)
    entered = np.zeros(n_draws, dtype=bool)
    x = np.tile(center.x, (n_draws, 1))
    x_old, f_old = x.copy(), np.zeros_like(x)
    # Past changes of the direction, scaled to length one, and of point plus direction.
    F, G = np.zeros((n_draws, MEMORY, size)), np.zeros((n_draws, MEMORY, size))
    gram = np.zeros((n_draws, MEMORY, MEMORY))
    ridge = RIDGE * np.eye(MEMORY)
    for iteration in range(1, MAX_ITERATIONS + 1):
        point = evaluate(levels, rules, e, w, x)
        residual = point.residual
        worst = np.max(np.abs(residual), axis=1)
        f = residual @ -center.inverse.T
        met = ~done & (worst <= tolerance)
        if met.any():
            found[at[met]] = x[met]
            further[at[met]] = x[met] + f[met]
            iterations[at[met]] = iteration
            done |= met
        outside = ~np.isfinite(f).all(axis=1)
        # What diverges is left to the single solver, like what never returns to the domain.
        done |= worst > 1e6
        entered |= ~outside
        if not entered.all():
            if iteration > ENTRIES:
                done |= ~entered
            else:
                x = np.where(entered[:, None], x, enter(levels, rules, point, x))
        if done.all():
            break
        # Copying shares costs more than carrying a few finished draws along.
        if done.mean() > (0.3 if isinstance(w, Cross) else 0.5):
            keep = ~done
            at, x, x_old, f, f_old = at[keep], x[keep], x_old[keep], f[keep], f_old[keep]
            F, G, gram = F[keep], G[keep], gram[keep]
            outside, entered = outside[keep], entered[keep]
            e, w = _take(e, w, keep)
            done = np.zeros(len(at), dtype=bool)
        if outside.any():
            # Back half of the way; the past of such a draw says nothing any more.
            f[outside], F[outside], G[outside], gram[outside] = 0.0, 0.0, 0.0, 0.0
        if iteration > 1:
            slot = (iteration - 2) % MEMORY
            change = f - f_old
            change[outside] = 0.0
            length = np.sqrt(np.einsum("ij,ij->i", change, change))
            length[length == 0] = 1.0
            change /= length[:, None]
            F[:, slot] = change
            G[:, slot] = change + (x - x_old) / length[:, None]
            G[outside, slot] = 0.0
            overlap = (F @ change[:, :, None])[:, :, 0]
            gram[:, slot, :] = overlap
            gram[:, :, slot] = overlap
        weights = np.linalg.solve(gram + ridge, F @ f[:, :, None])
        step = f - (weights.transpose(0, 2, 1) @ G)[:, 0]
        largest = np.max(np.abs(step), axis=1)
        step *= np.minimum(1.0, STEP_CAP / np.maximum(largest, STEP_CAP))[:, None]
        new = x + step
        if outside.any():
            new[outside] = x[outside]
            back = outside & entered
            new[back] = (x_old[back] + x[back]) / 2
            x_old = np.where(outside[:, None], x_old, x)
            f_old = np.where(outside[:, None], f_old, f)
        else:
            x_old, f_old = x, f
        x = new
    return found, further, iterations


def shares_of(task: Task, e: Elasticities, rates: CrossRates | Array) -> Dense | Cross:
    """Tariff-weighted shares of a chunk."""
    if isinstance(rates, CrossRates):
        return cross_weights(task.share, task.levels.phi, e.epsilon, *rates)
    return dense_weights(task.share, task.levels.phi, e.epsilon, rates)


def solve_chunk(task: Task, e: Elasticities, rates: CrossRates | Array, n_draws: int) -> Solved:
    """All draws of a chunk; the residual is measured anew at the point that is reported."""
    levels, rules = task.levels, task.rules
    with np.errstate(all="ignore"):
        w = shares_of(task, e, rates)
        found, further, iterations = iterate(
            levels, rules, e, w, n_draws, task.center, task.tolerance
        )
        point = evaluate(levels, rules, e, w, further)
        residual = np.max(np.abs(point.residual), axis=1)
        # A further step need not be a better one; on the tolerance it is not traded away.
        worse = ~(residual <= task.tolerance) & np.isfinite(found).all(axis=1)
        if worse.any():
            x = np.where(worse[:, None], found, further)
            point = evaluate(levels, rules, e, w, x)
            residual = np.max(np.abs(point.residual), axis=1)
        results, violations = outcomes(levels, rules, e, w, point, task.variables)
    return Solved(results, violations, residual, iterations)
