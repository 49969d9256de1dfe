"""The coupled run from a cold start: time and peak memory of whole processes.

python benchmarks/coupled.py
"""

from __future__ import annotations

from measurement import Measurement, run_triffin, use_one_thread

RUNS = (
    (("run", "japan-2025", "--no-cache"), 20.0),
    (("run", "japan-2025", "--no-cache", "--draws", "1000"), 75.0),
)
MEMORY_MB = 1000.0


def main() -> list[Measurement]:
    found = []
    for arguments, target in RUNS:
        run = run_triffin(*arguments)
        for what, measured, limit, unit in (
            ("", run.seconds, target, "s"),
            (", peak memory", run.peak_mb, MEMORY_MB, "MB"),
        ):
            name = "triffin " + " ".join(arguments) + what
            figure = None if run.error else measured
            found.append(Measurement(name, figure, limit, unit, note=run.error))
    return found


if __name__ == "__main__":
    use_one_thread()
    from run import show

    show(main())
