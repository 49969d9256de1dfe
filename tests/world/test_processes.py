"""Work in other processes gives what it gives here, errors included, and none outlives this one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from triffin.world import InputError
from triffin.world.base.processes import beside, shared_out


def _square(x: float) -> float:
    return x * x


def _refuse(code: str) -> float:
    raise InputError(f"{code!r} is not known.", field="focus", value=code, valid=("JPN",))


def _vanish() -> int:
    """Ends any process but that of the test, as one that ran out of memory would."""
    if os.getpid() != _HERE:
        os._exit(9)
    return 7


_HERE = os.getpid()


@pytest.fixture(params=[True, False], ids=["alone", "with another thread"])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A worker of the test runner has threads of its own, which may be left out of the count."""
    monkeypatch.setattr(threading, "active_count", lambda: 1 if request.param else 2)
    return bool(request.param)


def test_a_value_comes_back(threads: bool) -> None:
    waiting = [beside(_square, x) for x in (2.0, 3.0)]
    assert [value() for value in waiting] == [4.0, 9.0]


def test_an_error_comes_back_with_all_it_says(threads: bool) -> None:
    with pytest.raises(InputError) as caught:
        beside(_refuse, "JPM")()
    assert str(caught.value) == "focus: 'JPM' is not known. Valid: JPN."


def test_work_whose_process_ended_before_its_time_is_done_here(threads: bool) -> None:
    assert beside(_vanish)() == 7


def _times(factor: int, task: int) -> tuple[int, int]:
    return factor * task, os.getpid()


def _struck(marks: Path, task: int) -> int:
    """Ends its process the first time each of three tasks is done."""
    mark = marks / str(task)
    if task % 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def _doomed(_: None, task: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return task


def test_tasks_are_shared_out_and_taken_only_when_somebody_is_free() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for task in range(6):
            taken.append(task)
            yield task

    found = {}
    for position, (value, process) in shared_out(_times, 10, tasks(), 2):
        assert len(taken) <= len(found) + 3
        assert process != _HERE
        found[position] = value
    assert found == {k: 10 * k for k in range(6)}


def test_an_error_of_a_worker_is_raised_here() -> None:
    with pytest.raises(InputError, match="'JPM' is not known"):
        list(shared_out(_refuse_task, None, ["JPM"], 1))


def _refuse_task(_: None, code: str) -> float:
    return _refuse(code)


def test_a_killed_worker_is_replaced_and_its_task_done_again(tmp_path: Path) -> None:
    assert sorted(shared_out(_struck, tmp_path, range(5), 2)) == [(k, k) for k in range(5)]


def test_work_that_ends_every_process_is_given_up_with_a_reason() -> None:
    with pytest.raises(InputError, match="3 worker processes ended"):
        list(shared_out(_doomed, None, [1], 1))


_PROGRAM = """
import os, sys, time
from triffin.world.base.processes import beside, shared_out
from test_processes import _sleep
if __name__ == "__main__":
    waiting = beside(time.sleep, 60.0)
    print(os.getpid(), flush=True)
    for _ in shared_out(_sleep, None, range(2), 2):
        pass
"""


def _sleep(_: None, task: int) -> None:
    time.sleep(60.0)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="counts processes in /proc")
@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGKILL])
def test_no_child_outlives_its_parent(tmp_path: Path, blow: signal.Signals) -> None:
    (tmp_path / "program.py").write_text(_PROGRAM)
    folders = [str(Path(__file__).parent), *sys.path]
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    # parent, copy, two workers, and the interpreter's own tracker of resources
    _until(lambda: len(_session(parent.pid)) >= 5)
    parent.send_signal(blow)
    parent.wait(10)
    _until(lambda: not _session(parent.pid))


def _until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


def _session(leader: int) -> list[int]:
    """Living processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                if int(fields[3]) == leader and fields[0] not in "ZX":
                    found.append(int(entry.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts these page faults")
def test_a_worker_of_dask_uses_freed_memory_again() -> None:
    """Under the setting of dask's workers each array faults in anew; afterwards only the first."""
    program = """
import resource
import numpy as np
from triffin.world.base.processes import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        np.ones(2**17)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

before = faults()
keep_freed_memory()
faults()
print(before, faults())
"""
    setting = {**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=setting, capture_output=True, text=True, check=True
    )
    before, after = (int(count) for count in done.stdout.split())
    assert after < before / 4
