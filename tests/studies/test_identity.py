"""What decides the last bits of a run is in its name."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_PROGRAM = """
{first}import triffin
from triffin.run.engine import loaded
from triffin.run.manifest import run_identity
from triffin.studies.identity import run_key
from triffin.world.registry.parameter_set import shipped
print(run_identity([], 1, 1, shipped()).get("threads"), run_key(loaded("universal-10"), 1, 1))
"""


def _identity(first: str = "", **threads: str) -> list[str]:
    kept = {name: v for name, v in os.environ.items() if not name.endswith("_NUM_THREADS")}
    program = _PROGRAM.format(first=first)
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, **threads},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


def test_another_number_of_threads_makes_another_run() -> None:
    plain = _identity()
    assert plain[0] == "None"
    assert _identity(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1") == plain
    two, four = (_identity(OPENBLAS_NUM_THREADS=n, MKL_NUM_THREADS=n) for n in "24")
    assert (two[0], four[0]) == ("2", "4")
    assert len({plain[1], two[1], four[1]}) == 3


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core has one thread")
def test_numpy_that_was_loaded_first_uses_every_core() -> None:
    assert _identity("import numpy\n")[0] == str(os.cpu_count())
