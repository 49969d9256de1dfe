"""Files of the program's own with one bit, byte or digit changed: never accepted silently."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from ..bad_files import scenario_text
from ..finding import Finding, Finished, command, repeat, shown
from .kills import content, without_times

FULL = 150
RUN = ("run", "own.yaml", "--draws", "8", "--json", "--out", "answer")
SWEEP = ("sweep", "own.yaml", "--draws", "512", "--workers", "1", "--out", "swept", "--json")
READERS = (
    ("brief", "answer", "--out", "read.html"),
    ("cite", "answer"),
    ("export", "answer", "--to", "csv", "--out", "read.csv"),
    ("compare", "answer", "answer", "--json"),
)
PLACES = ("cache", "manifest", "run folder", "sweep")


def attack(n: int, seed: int) -> list[Finding]:
    """Findings of n damaged files: cache, manifest, run folder and sweep in turn."""
    return repeat(one, n, seed)


def one(seed: int, index: int) -> list[Finding]:
    """Findings of one damaged file."""
    rng = np.random.default_rng([seed, index, 8])
    place = PLACES[index % len(PLACES)]
    if place == "sweep" and index % 8 < 4:
        place = "cache"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        shutil.copytree(intact("sweep" if place == "sweep" else "run"), folder)
        victim = _victim(rng, folder, place)
        change = damage(rng, victim)
        kinds = _read(rng, folder, place)
        where = victim.relative_to(folder)
    return [
        Finding("damaged", seed, index, f"{place}: {kind}", f"{where} with {change}: {words}")
        for kind, words in kinds
    ]


@cache
def intact(kind: str) -> Path:
    """A folder with a finished run and its cache, or a finished sweep."""
    folder = Path(tempfile.mkdtemp(prefix="intact-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "own.yaml").write_text(scenario_text(), encoding="utf-8")
    done = _call(RUN if kind == "run" else SWEEP, folder)
    assert done.code == 0, done.err
    (folder / "first.json").write_text(without_times(done.out), encoding="utf-8")
    return folder


def _call(words: tuple[str, ...], folder: Path) -> Finished:
    return command(*words, folder=folder, limit=240.0, TRIFFIN_CACHE=str(folder / "cache"))


def _victim(rng: np.random.Generator, folder: Path, place: str) -> Path:
    inside = {
        "cache": sorted((folder / "cache").rglob("*")),
        "manifest": [folder / "answer" / "manifest.json"],
        "run folder": sorted((folder / "answer").rglob("*")),
        "sweep": sorted((folder / "swept").rglob("*")),
    }[place]
    files = [path for path in inside if path.is_file() and path.name != "report.html"]
    return files[int(rng.integers(len(files)))]


def damage(rng: np.random.Generator, path: Path) -> str:
    """Change one bit, byte or digit of a file; what was changed, in words."""
    data = bytearray(path.read_bytes())
    digits = [i for i, b in enumerate(data) if chr(b).isascii() and chr(b).isdigit()]
    text = path.suffix in (".json", ".csv", ".js")
    kind = (
        "digit"
        if text and digits and rng.random() < 0.7
        else str(rng.choice(("bit", "byte", "cut"), p=(0.5, 0.4, 0.1)))
    )
    at = int(rng.integers(len(data)))
    if kind == "digit":
        at = digits[int(rng.integers(len(digits)))]
        data[at] = ord("0") + (data[at] - ord("0") + int(rng.integers(1, 10))) % 10
    elif kind == "bit":
        data[at] ^= 1 << int(rng.integers(8))
    elif kind == "byte":
        data[at] = (data[at] + int(rng.integers(1, 256))) % 256
    else:
        data = data[:at]
    path.write_bytes(bytes(data))
    return f"one {kind} changed at byte {at}"


def _read(rng: np.random.Generator, folder: Path, place: str) -> list[tuple[str, str]]:
    if place == "cache":
        return _solved_again(folder)
    if place == "sweep":
        return _taken_up(folder)
    words = READERS[int(rng.integers(len(READERS)))]
    (before, before_files), done = _undamaged(words), _call(words, folder)
    if done.hung or done.traceback or done.code == 1 or done.code < 0:
        return [("crash", f"{shown(words)} exits {done.code}: {done.err.strip()[-200:]}")]
    if done.code != 0:
        return []
    if place == "manifest":
        # A manifest is what all these commands speak from: all of it has a checksum.
        return [("accepted", f"{shown(words)} ends with 0")]
    after = _products(folder)
    if done.out != before or after != before_files:
        return [("accepted", f"{shown(words)} ends with 0 and another answer")]
    return []


@cache
def _undamaged(words: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        shutil.copytree(intact("run"), folder)
        done = _call(words, folder)
        assert done.code == 0, done.err
        return done.out, _products(folder)


def _products(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("read.*")
    }


def _solved_again(folder: Path) -> list[tuple[str, str]]:
    """The same run beside a damaged cache gives the same answer, files and page."""
    right = content(folder / "answer")
    page = _page(folder)
    shutil.rmtree(folder / "answer")
    done = _call(RUN, folder)
    if done.code != 0 or done.hung:
        return [("crash", f"{shown(RUN)} exits {done.code}: {done.err.strip()[-200:]}")]
    found = []
    if without_times(done.out) != (folder / "first.json").read_text(encoding="utf-8"):
        found.append(("accepted", "the run prints another answer"))
    if content(folder / "answer") != right:
        found.append(("accepted", "the run writes other tables"))
    if _page(folder) != page:
        found.append(("accepted", "the page holds another script"))
    return found


def _page(folder: Path) -> str:
    """Checksum of the scripts in the report, which hold no times."""
    text = (folder / "answer" / "report.html").read_text(encoding="utf-8", errors="replace")
    parts = [part.split("</script>")[0] for part in text.split("<script")[1:]]
    longest = max(parts, key=len, default="")
    return hashlib.sha256(longest.encode()).hexdigest()


def _taken_up(folder: Path) -> list[tuple[str, str]]:
    """A sweep taken up on a damaged folder is refused, or mends what is damaged."""
    right = content(intact("sweep") / "swept")
    done = _call((*SWEEP, "--resume"), folder)
    if done.hung or done.traceback or done.code == 1 or done.code < 0:
        return [("crash", f"sweep --resume exits {done.code}: {done.err.strip()[-200:]}")]
    if done.code != 0:
        return []
    found = []
    if content(folder / "swept") != right:
        found.append(("accepted", "a damaged block is kept"))
    if without_times(done.out) != (folder / "first.json").read_text(encoding="utf-8"):
        found.append(("accepted", "the sweep prints another answer"))
    return found
