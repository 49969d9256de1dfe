"""The joint path of yields, the yen and reserves: time and memory of 10,000 draws of 120 days.

    python benchmarks/joint_path.py

One core. The first call imports what draws need and loads the series; it is measured in a process
of its own, with its memory.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from measurement import Measurement, seconds_of, use_one_thread
from triffin.finance.joint.draws import simulate, volatility_on
from triffin.world.registry.parameter_set import shipped

DRAWS, DAYS = 10_000, 120
SECONDS = 2.0
MEGABYTES = 500.0
OVER_NORMALS = 2.3  # paths of two markets over drawing their normals in the same run
_COLD = """
import resource, sys, time
started = time.perf_counter()
from triffin.finance.joint.draws import simulate
simulate({draws}, {days})
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.perf_counter() - started, peak / (2**20 if sys.platform == "darwin" else 2**10))
"""


def over_normals() -> float:
    """Time of the joint news of two markets over that of drawing the same normals, the least of
    five pairs."""
    volatility = volatility_on(parameters=shipped())
    normals = np.empty((2, DAYS, DRAWS))

    def draw() -> None:
        np.random.default_rng(1).standard_normal(out=normals)

    def paths() -> None:
        draw()
        scale = volatility.common_scale(np.random.default_rng(2).random(DRAWS), DAYS)
        volatility.moves(normals, scale)

    paths()
    return min(seconds_of(paths, 3)[0] / seconds_of(draw, 3)[0] for _ in range(5))


def main() -> list[Measurement]:
    """Warm time, time of a process of its own, and its peak memory."""
    simulate(DRAWS, DAYS)
    warm = seconds_of(lambda: simulate(DRAWS, DAYS), 5)
    cold = subprocess.run(
        [sys.executable, "-c", _COLD.format(draws=DRAWS, days=DAYS)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = (float(part) for part in cold.stdout.split())
    name = f"joint path, {DRAWS:,} draws of {DAYS} days"
    return [
        Measurement(name, warm[len(warm) // 2], SECONDS, "s", note="median of five"),
        Measurement(f"{name}, with imports", seconds, SECONDS, "s", note="process of its own"),
        Measurement(f"{name}, memory", peak, MEGABYTES, "MB"),
        Measurement(f"{name}, news over normals", over_normals(), OVER_NORMALS, "times"),
    ]


if __name__ == "__main__":
    from run import show

    use_one_thread()
    show(main())
