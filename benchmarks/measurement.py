"""One measured figure and its target; how processes are timed."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """A figure to hold against a target.

    measured is None where the thing could not be measured; `note` then says why. at_least: the
    target is a lower limit (else an upper one).
    """

    name: str
    measured: float | None
    target: float
    unit: str
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than the target; 1 just meets it."""
        if self.measured is None:
            return None
        if self.at_least:
            return self.measured / self.target
        return self.target / self.measured if self.measured else math.inf

    @property
    def met(self) -> bool:
        return self.ratio is not None and self.ratio >= 1


def use_one_thread() -> None:
    """Start the script again with one thread for linear algebra, unless that is set already.

    NumPy reads the setting when it is imported, so it cannot be changed later; ratios compare one
    thread with one thread.
    """
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    if any(name not in os.environ for name in names):
        os.environ.update({name: os.environ.get(name, "1") for name in names})
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *sys.argv])


def seconds_of(work: Callable[[], object], repeats: int) -> list[float]:
    """Sorted wall-clock seconds of `repeats` calls."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return sorted(times)


@dataclass(frozen=True)
class Process:
    """Wall-clock seconds and peak memory (MB) of one whole process; `error` if it failed."""

    seconds: float
    peak_mb: float
    error: str


def run_triffin(*arguments: str) -> Process:
    """`triffin ARGUMENTS` as a process of its own, in an empty folder, its output thrown away."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as messages:
        started = time.perf_counter()
        # wait4 gives the memory of this one child, which Popen.wait would not.
        child = subprocess.Popen(
            [sys.executable, "-m", "triffin", *arguments],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=messages,
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        error = ""
        if child.returncode:
            messages.seek(0)
            lines = messages.read().decode(errors="replace").strip().splitlines()
            error = f"exit code {child.returncode}: {lines[-1] if lines else 'no message'}"
    # Linux counts in kB, macOS in bytes.
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return Process(seconds, usage.ru_maxrss / scale, error)
