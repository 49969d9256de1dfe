"""Batches: schedules per second, the residual they are solved to, and the memory they take.

    python benchmarks/batches.py

Two workers with one thread each, on world-2023 (194 economies). Times on a shared machine vary;
the start of the workers is timed apart, by a first batch of the same kind.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np

from measurement import Measurement, use_one_thread
from triffin.trade.batch.batches import Batch, stream_many
from triffin.trade.one.counterfactual import baseline_of, counterfactual
from triffin.world import load_world

Array = np.ndarray

WORKERS = 2
COLUMN_PER_S = 1000.0
MATRIX_PER_S = 300.0
RESIDUAL = 1e-10
MEMORY_MB = 1000.0
WARM = 200


def columns(draws: int, n: int, importer: int) -> Array:
    """(D, N) tariffs of one importer, each uniform from 0 to 50 %."""
    rates = np.random.default_rng(1).uniform(0, 0.5, (draws, n))
    rates[:, importer] = 0.0
    return rates


def matrices(draws: int, n: int, top: float = 0.3) -> Iterator[Array]:
    """Tariffs of everyone on everyone, each uniform from 0 to `top`."""
    rng = np.random.default_rng(2)
    for _ in range(draws):
        rates = rng.uniform(0, top, (n, n))
        np.fill_diagonal(rates, 0.0)
        yield rates


def speed_of(parts: Iterator[Batch], warm: int) -> tuple[float, float, float]:
    """Draws per second after the first `warm`, largest residual, and the share that converged."""
    done = since = converged = 0
    started, worst = time.perf_counter(), 0.0
    for part in parts:
        done += len(part)
        converged += int(part.converged.sum())
        worst = max(worst, float(np.nanmax(part.residual, initial=0.0)))
        if done <= warm:
            started, since = time.perf_counter(), done
    return (done - since) / (time.perf_counter() - started), worst, converged / done


def peak_mb() -> float:
    """Peak memory of this process plus that of its largest worker times their number, in MB."""
    scale = 2**20 if sys.platform == "darwin" else 2**10
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + WORKERS * worker) / scale


def measure(kind: str, draws: int) -> tuple[float, float, float, float]:
    """What `speed_of` gives for one kind of batch, and the peak memory in MB of its processes."""
    world = load_world("world-2023")
    base = baseline_of(world)
    n, home = world.n_economies, world.index("USA")
    options: dict[str, Any] = {"workers": WORKERS}
    if kind == "column":
        tariffs: Any = (np.zeros((n, n)), "USA", columns(draws, n, home))
    elif kind == "parameters":
        tariffs = "us-2025-04-02"
        rng = np.random.default_rng(3)
        options["parameters"] = {
            "trade_elasticity": rng.uniform(2, 8, draws),
            "labor_supply_elasticity": rng.uniform(0.3, 0.8, draws),
        }
    else:
        tariffs = matrices(draws, n)
    speed, worst, converged = speed_of(stream_many(base, tariffs, **options), WARM * 2)
    return speed, worst, converged, peak_mb()


def single_per_s() -> float:
    """Counterfactuals per second one by one, in this process, for comparison."""
    world = load_world("world-2023")
    base = baseline_of(world)
    n, home = world.n_economies, world.index("USA")
    drawn = columns(60, n, home)
    started = time.perf_counter()
    for column in drawn:
        rates = np.zeros((n, n))
        rates[:, home] = column
        counterfactual(base, rates, revenue="tax-relief")
    return len(drawn) / (time.perf_counter() - started)


def main() -> list[Measurement]:
    """All figures of this file; each kind in a process of its own, whose memory is its own."""
    alone = single_per_s()
    found = []
    for kind, title, draws, target in (
        ("column", "one importer's tariffs vary", 8000, COLUMN_PER_S),
        ("parameters", "elasticities vary, announced tariffs", 8000, COLUMN_PER_S),
        ("matrix", "all tariffs vary", 2400, MATRIX_PER_S),
    ):
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            speed, worst, converged, peak = pool.submit(measure, kind, draws).result()
        note = f"{speed / alone:.1f} x one by one; {100 * converged:.0f} % converged"
        found += [
            Measurement(f"schedules/s, {title}", speed, target, "/s", True, note),
            Measurement(f"largest residual, {title}", max(worst, 1e-17), RESIDUAL, ""),
            Measurement(f"peak memory, {title}", peak, MEMORY_MB, "MB"),
        ]
    return found


if __name__ == "__main__":
    use_one_thread()
    from run import show

    show(main())
