"""Work beside this process gives what the same work gives here, errors included."""

from __future__ import annotations

import os
import threading

import pytest

from triffin.world import InputError
from triffin.world.base.second_process import beside


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
