"""What an attack finds, and how an attack calls the program from outside."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REFUSALS = frozenset({"InputError", "NoEquilibrium", "NotConverged"})

One = Callable[[int, int], "list[Finding]"]


@dataclass(frozen=True)
class Finding:
    """One answer that is not right: of which attack and kind, how to see it again, and why.

    `seed` and `index` build the case again: `python -m tests.adversary NAME --seed S --only I`.
    """

    attack: str
    seed: int
    index: int
    kind: str
    what: str
    case: str = ""

    def __str__(self) -> str:
        text = f"{self.attack} seed {self.seed} case {self.index}: {self.kind}: {self.what}"
        return f"{text}\n    {self.case}" if self.case else text


def repeat(one: One, n: int, seed: int) -> list[Finding]:
    """The findings of cases 0 to n-1."""
    return [found for index in range(n) for found in one(seed, index)]


@dataclass(frozen=True)
class Refused:
    """The program declined to answer, and said why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Crashed:
    """The program raised what it does not raise on purpose."""

    name: str
    reason: str


def ask(question: Callable[[], Any]) -> Any:
    """The program's answer, a Refused, or a Crashed."""
    try:
        return question()
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0][:300]
        if REFUSALS & {kind.__name__ for kind in type(error).__mro__}:
            return Refused(type(error).__name__, reason)
        return Crashed(type(error).__name__, reason)


@dataclass(frozen=True)
class Finished:
    """A command that ended, or was ended after `limit` seconds (`hung`).

    `seconds` by the clock, `worked` by the processor, `peak_mb` of resident memory.
    """

    code: int
    out: str
    err: str
    hung: bool
    seconds: float
    worked: float
    peak_mb: float

    @property
    def traceback(self) -> bool:
        return "Traceback (most recent call last)" in self.err + self.out


def environment(**variables: str) -> dict[str, str]:
    """A quiet terminal of 80 columns, no cache unless asked for, one thread of linear algebra."""
    fixed = {
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "TRIFFIN_CACHE": "off",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    return {**os.environ, **fixed, **variables}


def command(
    *arguments: str | Path,
    folder: Path,
    limit: float = 60.0,
    close_output: bool = False,
    **variables: str,
) -> Finished:
    """`python -m triffin ARGUMENTS` in a folder and a process group of its own.

    Its largest resident memory is that of the process itself. A command that outlives `limit` is
    killed with its children.
    """
    out_path, err_path = folder / ".out", folder / ".err"
    begun = time.monotonic()
    with out_path.open("wb") as out, err_path.open("wb") as err:
        started = subprocess.Popen(
            [sys.executable, "-m", "triffin", *(str(a) for a in arguments)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment(**variables),
            start_new_session=True,
            preexec_fn=_close_standard_output if close_output else None,
        )
        status, usage, hung = _wait(started.pid, begun + limit)
    started.returncode = os.waitstatus_to_exitcode(status)
    return Finished(
        started.returncode,
        out_path.read_text(encoding="utf-8", errors="replace"),
        err_path.read_text(encoding="utf-8", errors="replace"),
        hung,
        time.monotonic() - begun,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
    )


def _close_standard_output() -> None:
    os.close(1)


def _wait(pid: int, end: float) -> tuple[int, resource.struct_rusage, bool]:
    while time.monotonic() < end:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage, False
        time.sleep(0.02)
    os.killpg(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    return status, usage, True


def shown(arguments: Iterable[str | Path]) -> str:
    """The command as a reader types it, long words shortened."""
    words = (str(a) for a in arguments)
    return "triffin " + " ".join(w if len(w) < 120 else w[:40] + "..." for w in words)
