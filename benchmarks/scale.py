"""Sweeps and searches: the cost of a block of draws, one worker against two, and a threshold.

    python benchmarks/scale.py

Blocks of `japan-2025`. Ratios are taken within one run; on a machine with other work they say
little. Memory is that of the larger worker.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from measurement import Measurement, use_one_thread
from triffin.run.engine import loaded
from triffin.run.plan.streams import BLOCK
from triffin.studies.solve.path import vary
from triffin.studies.solve.solve_for import MOST_RUNS, Question, solve_for
from triffin.studies.sweep.driver import Workers, sweep

SCENARIO, BLOCKS = "japan-2025", 4
SECONDS_PER_DRAW = 0.05
MEGABYTES = 1024.0
RATIO = 1.5


def main() -> list[Measurement]:
    """Seconds of a draw, memory, the ratio of one worker to two, and runs of a search."""
    plan = loaded(SCENARIO)
    seconds: dict[int, float] = {}
    peak = bytes_each = 0.0
    for count in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            document = sweep(
                plan, Path(folder) / "sweep", draws=BLOCKS * BLOCK, workers=Workers(count)
            )
        seconds[count] = document["seconds"]
        peak = max(peak, document["peak_worker_mb"])
        bytes_each = document["bytes"] / document["draws"]
    path = vary("tariff.USA.JPN", "10%", "20%", loaded("universal-10"))
    goal = solve_for(Question("universal-10", draws=16), "deficit.USA.JPN", "40", path)
    draws = BLOCKS * BLOCK
    return [
        Measurement(
            f"sweep {SCENARIO}, a draw with one worker",
            seconds[1] / draws,
            SECONDS_PER_DRAW,
            "s",
            note=f"{draws} draws, start and payoffs included; {bytes_each:.0f} bytes a draw",
        ),
        Measurement("sweep, memory of a worker", peak, MEGABYTES, "MB"),
        Measurement(
            "sweep, one worker over two", seconds[1] / seconds[2], RATIO, "", at_least=True
        ),
        Measurement("solve, runs of a search", len(goal.found.evaluations), MOST_RUNS, ""),
    ]


if __name__ == "__main__":
    from run import show

    use_one_thread()
    show(main())
