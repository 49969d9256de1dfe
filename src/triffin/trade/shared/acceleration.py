"""Acceleration of the first-order-condition map of tariff games, and draws to test its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from triffin.world.base.arrays import Array

# Largest step of log(1+t) in one iteration.
_LARGEST_STEP = 0.3
# Extrapolation that makes steps this many times larger is given up for a while; a map that does
# not settle in so many plain iterations is extrapolated all the same.
_WORSE, _LONGEST_PLAIN = 3.0, 40

Progress = Callable[[int, float], None]


def quiet(iteration: int, residual: float) -> None:
    pass


def accelerate(
    answer: Callable[[Array], tuple[Array, float]],
    x: Array,
    progress: Progress,
    *,
    tolerance: float,
    max_iterations: int,
    memory: int = 6,
    plain_above: float | None = None,
    weights: Array | None = None,
    bounds: tuple[Array, Array] | None = None,
) -> tuple[Array, float, int]:
    """Anderson acceleration of x <- x + step(x) in logs of 1+t, steps capped at 0.3.

    answer : the step at x and its size. weights : what each rate counts in the least squares
    (default: all the same). bounds : lowest and highest x.

    plain_above : the map is iterated as it is until its step is smaller than this, because far
    from the solution of a large game extrapolation throws the players off their paths; and again,
    down to half the smallest step, when extrapolation has made steps larger. None never does so.

    Returns the x of the smallest step, that step's size, and the iterations made.
    Source: Anderson (1965), J. ACM 12; Walker and Ni (2011), SIAM J. Numer. Anal. 49.
    """
    xs: list[Array] = []
    fs: list[Array] = []
    x_old = f_old = None
    best, best_residual = x, np.inf
    plain, since, smallest = plain_above is not None, 0, np.inf
    threshold = plain_above or np.inf
    iteration = 0
    for iteration in range(1, max_iterations + 1):
        f, residual = answer(x)
        progress(iteration, residual)
        if residual < best_residual:
            best, best_residual = x, residual
        if residual <= tolerance:
            break
        since += 1
        smallest = min(smallest, residual)
        if plain and (residual <= threshold or since >= _LONGEST_PLAIN):
            plain, since, smallest = False, 0, residual
        elif plain_above is not None and not plain and residual > _WORSE * smallest:
            plain, since = True, 0
            threshold = min(threshold, smallest / 2)
            xs, fs, x_old = [], [], None
        elif not plain and x_old is not None and f_old is not None:
            xs.append(x - x_old)
            fs.append(f - f_old)
            if len(fs) > memory:
                xs.pop(0)
                fs.pop(0)
        step = f
        if fs:
            F = np.stack(fs, axis=1)
            if weights is None:
                mix = np.linalg.lstsq(F, f, rcond=1e-12)[0]
            else:
                mix = np.linalg.lstsq(F * weights[:, None], f * weights, rcond=1e-12)[0]
            step = f - (np.stack(xs, axis=1) + F) @ mix
        largest = float(np.max(np.abs(step)))
        x_old, f_old = x, f
        x = x + step * min(1.0, _LARGEST_STEP / largest) if largest else x
        if bounds is not None:
            x = np.clip(x, *bounds)
    return best, best_residual, iteration


def random_deviations(
    sizes: Sequence[int], *, seed: int, trials: int
) -> Iterator[tuple[int, Array]]:
    """Which player deviates, and by how much in log(1+t) (its number of rates,); `trials` times.

    Deviations of 0.1 to 10 % of 1+t in all rates of a player, the players in random order.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(sizes))
    for trial in range(trials):
        which = int(order[trial % len(sizes)])
        yield which, rng.normal(size=sizes[which]) * 10 ** rng.uniform(-3, -1)
