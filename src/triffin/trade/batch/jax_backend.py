"""Draws on accelerators: the iteration of `batch_iteration` in JAX (extra `jax`), float64.

The equations are the same functions as NumPy's (`batch_kernel`); this module repeats only the
iteration, for one draw, and lets JAX compile it over all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from triffin.trade.batch.draws import CrossRates
from triffin.trade.batch.iteration import (
    ENTRIES,
    MAX_ITERATIONS,
    MEMORY,
    RIDGE,
    Solved,
    Task,
    enter,
    shares_of,
)
from triffin.trade.batch.kernel import (
    IDENTITIES,
    Cross,
    Dense,
    Elasticities,
    Levels,
    Rules,
    dense_weights,
    evaluate,
    outcomes,
)
from triffin.trade.shared.solver import STEP_CAP
from triffin.world.base.errors import InputError

Array = Any


def require_jax() -> None:
    """Raises InputError, naming the extra, where JAX is not installed."""
    if find_spec("jax") is None:
        raise InputError(
            "the backend jax needs JAX, which is not installed.",
            field="backend",
            value="jax",
            valid="numpy; or install the extra: pip install 'triffin[jax]'",
        )


def _double_precision() -> Any:
    """A context in which JAX computes in float64, without changing the user's setting."""
    jax: Any = import_module("jax")
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    return import_module("jax.experimental").enable_x64(True)


def solve_chunk_jax(
    task: Task, e: Elasticities, rates: CrossRates | Array, n_draws: int, size: int
) -> Solved:
    """`solve_chunk` on the device JAX chooses; chunks are filled up to `size` draws.

    Compiled once for a size and a pattern of tariffs, so that the last, shorter chunk repeats a
    draw instead of being compiled anew.
    """
    extra = max(size - n_draws, 0)

    def filled(values: Any) -> Any:
        whole = np.broadcast_to(values, (n_draws, *np.shape(values)[1:]))
        return np.concatenate([whole, np.repeat(whole[-1:], extra, axis=0)]) if extra else whole

    if n_draws == 0:
        nothing = {name: np.empty((0, len(task.levels.E))) for name in task.variables}
        gaps = {name: np.empty(0) for name in IDENTITIES}
        return Solved(nothing, gaps, np.empty(0), np.empty(0, dtype=int))
    each = Elasticities(*(filled(np.reshape(v, (-1, 1)))[:, 0] for v in e))
    tariffs: Any
    if isinstance(rates, CrossRates):
        w = shares_of(task, e, rates)
        assert isinstance(w, Cross)
        tariffs = w._replace(
            column_A=filled(w.column_A),
            column_B=filled(w.column_B),
            row_A=None if w.row_A is None else filled(w.row_A),
            row_B=None if w.row_B is None else filled(w.row_B),
        )
        pattern = "cross" if w.row_A is None else "cross with row"
    else:
        tariffs, pattern = filled(rates), "matrix"
    with _double_precision():
        run = _compiled(task.rules, task.variables, task.tolerance, pattern)
        found = run(task.levels, task.share, each, tariffs, task.center.x, task.center.inverse)
        results, violations, residual, iterations = found
        return Solved(
            {name: np.array(v)[:n_draws] for name, v in results.items()},
            {name: np.array(v)[:n_draws] for name, v in violations.items()},
            np.array(residual)[:n_draws],
            np.array(iterations)[:n_draws],
        )


@lru_cache(maxsize=16)
def _compiled(
    rules: Rules, variables: tuple[str, ...], tolerance: float, pattern: str
) -> Callable[..., Any]:
    jax: Any = import_module("jax")
    jnp: Any = import_module("jax.numpy")

    def one(
        levels: Levels, share: Array, e: Elasticities, tariffs: Any, x: Array, inverse: Array
    ) -> Any:
        w = tariffs
        if pattern == "matrix":
            w = dense_weights(jnp, share, levels.phi, jnp.reshape(e.epsilon, (1,)), tariffs[None])
            w = Dense(w.A[0], w.B[0])
        found, further, iterations = _iterate(levels, rules, e, w, x, inverse, tolerance)
        residual = jnp.max(jnp.abs(evaluate(jnp, levels, rules, e, w, further).residual))
        best = jnp.where(residual <= tolerance, further, found)
        point = evaluate(jnp, levels, rules, e, w, best)
        results, violations = outcomes(jnp, levels, rules, e, w, point, variables)
        return results, violations, jnp.max(jnp.abs(point.residual)), iterations

    over_draws: Any = 0
    if pattern != "matrix":
        row = 0 if pattern == "cross with row" else None
        over_draws = Cross(None, None, None, None, 0, 0, row, row)
    compiled: Callable[..., Any] = jax.jit(
        jax.vmap(one, in_axes=(None, None, 0, over_draws, None, None))
    )
    return compiled


def _iterate(
    levels: Levels,
    rules: Rules,
    e: Elasticities,
    w: Dense | Cross,
    start: Array,
    inverse: Array,
    tolerance: float,
) -> tuple[Array, Array, Array]:
    """`batch_iteration.iterate` for one draw."""
    jax: Any = import_module("jax")
    jnp: Any = import_module("jax.numpy")

    size = start.shape[0]
    ridge = RIDGE * jnp.eye(MEMORY)
    nothing = jnp.full(size, jnp.nan)
    past = jnp.zeros((MEMORY, size))

    def unfinished(s: dict[str, Array]) -> Array:
        return (s["iteration"] < MAX_ITERATIONS) & ~s["done"]

    def step(s: dict[str, Array]) -> dict[str, Array]:
        iteration, x = s["iteration"] + 1, s["x"]
        point = evaluate(jnp, levels, rules, e, w, x)
        worst = jnp.max(jnp.abs(point.residual))
        f = -(inverse @ point.residual)
        met = worst <= tolerance
        outside = ~jnp.isfinite(f).all()
        entered = s["entered"] | ~outside
        never = ~entered & (iteration > ENTRIES)
        here = jnp.where(entered, x, enter(jnp, levels, rules, point, x))
        f = jnp.where(outside, 0.0, f)
        slot = (iteration - 2) % MEMORY
        change = jnp.where(outside | (iteration == 1), 0.0, f - s["f_old"])
        length = jnp.sqrt(change @ change)
        length = jnp.where(length == 0, 1.0, length)
        moved = jnp.where(outside | (iteration == 1), 0.0, here - s["x_old"])
        F = jnp.where(outside, 0.0, s["F"]).at[slot].set(change / length)
        G = jnp.where(outside, 0.0, s["G"]).at[slot].set((change + moved) / length)
        weights = jnp.linalg.solve(F @ F.T + ridge, F @ f)
        move = f - weights @ G
        largest = jnp.max(jnp.abs(move))
        new = here + move * (STEP_CAP / jnp.maximum(largest, STEP_CAP))
        back = jnp.where(entered, (s["x_old"] + here) / 2, here)
        return {
            "iteration": iteration,
            "done": met | (worst > 1e6) | never,
            "entered": entered,
            "x": jnp.where(outside, back, new),
            "x_old": jnp.where(outside, s["x_old"], here),
            "f_old": jnp.where(outside, s["f_old"], f),
            "F": F,
            "G": G,
            "found": jnp.where(met, x, s["found"]),
            "further": jnp.where(met, x + f, s["further"]),
        }

    end = jax.lax.while_loop(
        unfinished,
        step,
        {
            "iteration": 0,
            "done": jnp.array(False),
            "entered": jnp.array(False),
            "x": start,
            "x_old": start,
            "f_old": jnp.zeros(size),
            "F": past,
            "G": past,
            "found": nothing,
            "further": nothing,
        },
    )
    return end["found"], end["further"], end["iteration"]
