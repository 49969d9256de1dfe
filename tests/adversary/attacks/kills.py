"""Processes ended at a random moment: nothing lost, nobody left alive, the same bits afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..bad_files import scenario_text
from ..finding import Finding, command, environment, repeat, shown

FULL = 100
GRACE = 2.0  # seconds within which everybody has ended
LIMIT = 240.0


@dataclass(frozen=True)
class Work:
    """A command that takes seconds, how it is taken up again, and what it leaves."""

    name: str
    arguments: tuple[str, ...]
    again: tuple[str, ...]
    leaves: str
    seconds: float


SOLVE = ("solve", "own.yaml", "--for", "focus_welfare=-0.5", "--vary", "tariff.USA.JPN", "--json")
GRID = (*SOLVE, "--vary", "tariff.USA.CHN", "--grid", "3", "--draws", "4", "--workers", "2")
RUN = ("run", "own.yaml", "--draws", "64", "--json", "--out", "answer")
TALKS = ("run", "japan-2025", "--draws", "16", "--json", "--out", "answer")
SWEEP = ("sweep", "own.yaml", "--draws", "1024", "--workers", "2", "--out", "swept", "--json")
WORKS = (
    Work("run", RUN, RUN, "answer", 4.0),
    Work("solve", (*SOLVE, "--draws", "8"), (*SOLVE, "--draws", "8"), "", 3.0),
    Work("grid", GRID, GRID, "", 10.0),
    Work("talks", TALKS, TALKS, "answer", 12.0),
    Work("sweep", SWEEP, (*SWEEP, "--resume"), "swept", 12.0),
)


def attack(n: int, seed: int) -> list[Finding]:
    """Findings of n kills, run, solve, grid, talks and sweep in turn."""
    return repeat(one, n, seed)


def one(seed: int, index: int) -> list[Finding]:
    """Findings of one kill and of what is taken up after it."""
    rng = np.random.default_rng([seed, index, 7])
    work = WORKS[index % len(WORKS)]
    blow = signal.SIGTERM if rng.random() < 0.5 else signal.SIGKILL
    moment = float(rng.uniform(0.1, 1.0)) * work.seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "own.yaml").write_text(scenario_text(), encoding="utf-8")
        kinds = _strike(work, folder, blow, moment)
        kinds += _resume(work, folder)
    what = f"{blow.name} after {moment:.2f} s"
    return [
        Finding(
            "kills",
            seed,
            index,
            f"{work.name}: {kind}",
            f"{shown(work.arguments)}, {what}: {words}",
        )
        for kind, words in kinds
    ]


def orphans(
    arguments: tuple[str, ...], folder: Path, blow: signal.Signals, children: int
) -> list[tuple[int, str]]:
    """Who outlives a command that is ended as soon as it has so many children."""
    (folder / "own.yaml").write_text(scenario_text(), encoding="utf-8")
    running = _begin(arguments, folder)
    end = time.monotonic() + LIMIT
    while len(alive(running.pid)) <= children and running.poll() is None:
        assert time.monotonic() < end, f"{shown(arguments)} has no {children} children"
        time.sleep(0.02)
    time.sleep(1.0)  # so that the children are in the middle of something
    running.send_signal(blow)
    running.wait(30)
    left = _left_after_grace(running.pid)
    for pid, _ in left:
        _end(pid)
    return left


def _begin(arguments: tuple[str, ...], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "first.err").open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "-m", "triffin", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=err,
            env=environment(TRIFFIN_CACHE=str(folder / "cache")),
            start_new_session=True,
        )


def _strike(work: Work, folder: Path, blow: signal.Signals, moment: float) -> list[tuple[str, str]]:
    running = _begin(work.arguments, folder)
    try:
        running.wait(moment)
    except subprocess.TimeoutExpired:
        running.send_signal(blow)
    try:
        running.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return [("deaf", "the process ignores the signal for 30 s")]
    found = []
    left = _left_after_grace(running.pid)
    if left:
        names = ", ".join(f"{pid} {name}" for pid, name in left)
        found.append(("orphan", f"{len(left)} process(es) alive after {GRACE:.0f} s: {names}"))
        for pid, _ in left:
            _end(pid)
    said = (folder / "first.err").read_text(errors="replace")
    if "Traceback" in said:
        found.append(("traceback", said[-300:]))
    return found


def _left_after_grace(session: int) -> list[tuple[int, str]]:
    """Who is alive after the grace, which is up to twice as long where the machine is busy."""
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    end = time.monotonic() + GRACE * min(2.0, max(1.0, busy))
    while (left := alive(session)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def alive(session: int) -> list[tuple[int, str]]:
    """Processes of a session that are not yet dead: (pid, name)."""
    out = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        name, rest = stat[stat.index("(") + 1 :].rsplit(")", 1)
        fields = rest.split()
        if int(fields[3]) == session and fields[0] not in "ZX":
            out.append((int(entry.name), name))
    return out


def _resume(work: Work, folder: Path) -> list[tuple[str, str]]:
    kept = content(folder / work.leaves) if work.leaves else {}
    again = work.again
    if "--resume" in again and not (folder / work.leaves / "plan.json").exists():
        again = work.arguments  # nothing was begun yet
    done = command(*again, folder=folder, limit=LIMIT, TRIFFIN_CACHE=str(folder / "cache"))
    if done.hung:
        return [("hang", f"taking it up again takes over {LIMIT:.0f} s")]
    if done.code != 0:
        return [("lost", f"taking it up again ends with {done.code}: {done.err.strip()[-300:]}")]
    right_answer, right_files = undisturbed(work)
    found = []
    if without_times(done.out) != right_answer:
        found.append(("bits", "the answer differs from that of an undisturbed command"))
    now = content(folder / work.leaves) if work.leaves else {}
    for path, digest in right_files.items():
        if now.get(path) != digest:
            found.append(("bits", f"{path} differs from that of an undisturbed command"))
    for path, digest in kept.items():
        if path.startswith("blocks/") and path in right_files and digest != right_files[path]:
            found.append(("torn", f"{path} was left incomplete under its name"))
    return found


@cache
def undisturbed(work: Work) -> tuple[str, dict[str, str]]:
    """The answer without times, and the checksums of the files without any, of a quiet run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "own.yaml").write_text(scenario_text(), encoding="utf-8")
        done = command(
            *work.arguments, folder=folder, limit=LIMIT, TRIFFIN_CACHE=str(folder / "cache")
        )
        assert done.code == 0, done.err
        return without_times(done.out), content(folder / work.leaves) if work.leaves else {}


def content(folder: Path) -> dict[str, str]:
    """Checksums of the tables below a folder; files that hold times of day are left out."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".parquet", ".csv", ".nc")
    }


TIMES = ("second", "created", "time", "memory", "_mb", "bytes", "folder", "kept", "hash_of")


def without_times(text: str) -> str:
    """A JSON document without what depends on the clock, memory or the folder's name."""

    def clean(value: object) -> object:
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items() if not any(word in k for word in TIMES)}
        if isinstance(value, list):
            return [clean(v) for v in value]
        return value

    return json.dumps(clean(json.loads(text)), sort_keys=True)
