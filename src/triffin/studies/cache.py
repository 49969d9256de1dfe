"""Solved runs, kept for the next time they are asked: a folder per run, small, shared, disposable.

An entry appears whole or not at all, so that any number of processes may read and write at once;
the least recently used go first when the folder outgrows its limit. An entry that does not match
its checksums, or its name, is no entry. Nothing here is needed: a cache that cannot be written
costs time and no answer.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triffin.record.store import read_manifest, save_data
from triffin.results.result import Result
from triffin.run.engine import checked, loaded, no_progress, run
from triffin.run.trade.equilibria import Progress
from triffin.scenario.schema import Scenario
from triffin.studies.identity import run_key
from triffin.world.base.atomic_files import sealed
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import PRIOR, active
from triffin.world.base.user_cache import cache_folder, kept_document, note_damage

LIMIT = "TRIFFIN_CACHE_MB"
"""Variable of the environment: megabytes that the cache may take."""
DEFAULT_MB = 1000
_KEY = "cache_key"  # in every entry: one under the name of another is none
# What an interrupted writer left behind is removed after an hour: no entry takes that long.
_ABANDONED = 3600.0


@dataclass(frozen=True)
class Entry:
    """One kept run."""

    key: str
    path: Path
    bytes: int
    used: float

    def described(self) -> dict[str, Any]:
        """Scenario, hash, draws, seed, size and last use; only the last two if it is broken."""
        about: dict[str, Any] = {"key": self.key, "bytes": self.bytes, "used": self.used}
        try:
            manifest = read_manifest(self.path)
        except InputError:
            return about
        names = ("scenario", "title", "hash", "world", "draws", "seed", "created")
        return about | {name: manifest.get(name) for name in names}


@dataclass(frozen=True)
class RunCache:
    """Runs below `folder`, at most `limit` bytes in all."""

    folder: Path
    limit: int

    @property
    def _runs(self) -> Path:
        return self.folder / "runs"

    @property
    def _answers(self) -> Path:
        return self.folder / "answers"

    def get(self, key: str) -> Result | None:
        """The kept run, checked against its manifest; None without one."""
        path = self._runs / key
        if not path.is_dir():
            return None
        try:
            found = Result.load(path)
            os.utime(path)
        except (InputError, OSError, ValueError, KeyError):
            found = None
        if found is None or found.manifest.pop(_KEY, None) != key:
            # Removed by another process meanwhile, or damaged: solved again.
            if path.is_dir():
                note_damage(path)
            self._remove(path)
            return None
        return found

    def put(self, key: str, result: Result) -> bool:
        """Keep a run; whether that worked (a full disk or a folder of others is no error)."""
        target, partial = self._runs / key, self._runs / f".{uuid.uuid4().hex}"
        try:
            partial.mkdir(parents=True)
            save_data(result, partial, **{_KEY: key})
            # An entry of the same name has the same content: whoever came first may stay.
            if not target.exists():
                os.rename(partial, target)
        except OSError:
            return target.exists()
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        self._evict(key)
        return True

    def answers(self, key: str) -> dict[str, Any] | None:
        """The kept answers of a run (see `put_answers`), or None."""
        path = self._answers / f"{key}.json"
        found = kept_document(path)
        if found is None or found.pop(_KEY, None) != key:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def put_answers(self, key: str, answers: dict[str, Any]) -> None:
        """Keep the few numbers of a run that a search or a grid needs: two kilobytes."""
        partial = self._answers / f".{uuid.uuid4().hex}"
        try:
            self._answers.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(sealed({_KEY: key, **answers}))
            os.replace(partial, self._answers / f"{key}.json")
        except OSError:  # as in `put`
            with contextlib.suppress(OSError):
                partial.unlink()

    def entries(self) -> list[Entry]:
        """Kept runs, the last used first."""
        found = [self._entry(path) for path in _listed(self._runs)]
        return sorted((e for e in found if e), key=lambda e: (-e.used, e.key))

    def size(self) -> int:
        """Bytes in all, those of half-written entries included."""
        return _bytes(self.folder) if self.folder.is_dir() else 0

    def clear(self) -> int:
        """Remove everything that is kept; the bytes that were freed."""
        before = self.size()
        for folder in (self._runs, self._answers):
            for path in list(folder.iterdir()) if folder.is_dir() else []:
                self._remove(path)
        for path in self.folder.glob("*.json"):  # the script of the charts
            self._remove(path)
        return before - self.size()

    def _entry(self, path: Path) -> Entry | None:
        try:
            return Entry(path.name.removesuffix(".json"), path, _bytes(path), path.stat().st_mtime)
        except OSError:  # removed meanwhile
            return None

    def _evict(self, newest: str) -> None:
        """Remove the least recently used until the rest fits; the newest stays in any case."""
        for path in _listed(self._runs, hidden=True):
            if time.time() - _age(path) > _ABANDONED:
                shutil.rmtree(path, ignore_errors=True)
        kept = [e for e in map(self._entry, (*_listed(self._runs), *_listed(self._answers))) if e]
        total = sum(entry.bytes for entry in kept)
        for entry in sorted(kept, key=lambda e: e.used):
            if total <= self.limit:
                return
            if entry.key != newest:
                self._remove(entry.path)
                total -= entry.bytes

    def _remove(self, path: Path) -> None:
        """Out of sight first: a reader sees a whole entry or none."""
        if path.is_file():
            path.unlink(missing_ok=True)
            return
        aside = path.with_name(f".{uuid.uuid4().hex}")
        try:
            os.rename(path, aside)
        except OSError:
            return
        shutil.rmtree(aside, ignore_errors=True)


def default_cache() -> RunCache | None:
    """The cache of this user: $TRIFFIN_CACHE, else the system's folder for caches; None if "off".

    Raises InputError for a limit that is no number of megabytes.
    """
    folder = cache_folder()
    if folder is None:
        return None
    text = os.environ.get(LIMIT, "").strip() or str(DEFAULT_MB)
    try:
        megabytes = float(text)
    except ValueError:
        megabytes = -1.0
    if not 0 <= megabytes < float("inf"):
        raise InputError(
            f"{text!r} is not a size of the cache.",
            field=LIMIT,
            value=text,
            valid="megabytes, for example 1000",
        )
    return RunCache(folder, int(megabytes * 1e6))


def cached_run(
    scenario: str | Path | Scenario,
    *,
    draws: int,
    seed: int,
    overrides: Iterable[str] = (),
    sensitivity: str = "given-data",
    progress: Progress = no_progress,
    cache: RunCache | None,
) -> tuple[Result, bool]:
    """The run of `engine.run`, from the cache where it is kept, and whether it was.

    `seconds` is the time of this call. Own priors bypass the cache: which of them a run reads is
    known only while it runs. Raises what `engine.run` raises.
    """
    started = time.perf_counter()
    checked(draws, seed)
    plan = loaded(scenario, overrides)
    if cache is None or active(PRIOR) is not None:
        cache = None
    key = run_key(plan, draws, seed, sensitivity) if cache is not None else ""
    found = cache.get(key) if cache is not None else None
    if found is None:
        result = run(plan, draws=draws, seed=seed, sensitivity=sensitivity, progress=progress)
        if cache is not None:
            cache.put(key, result)
        return result, False
    found.manifest["seconds"] = round(time.perf_counter() - started, 3)
    return found, True


def _listed(folder: Path, *, hidden: bool = False) -> list[Path]:
    """What is in a folder, or the half-written that is hidden there."""
    try:
        return [path for path in folder.iterdir() if path.name.startswith(".") == hidden]
    except OSError:
        return []


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


def _bytes(path: Path) -> int:
    """Size of a file, or of all files below a folder; what goes away meanwhile counts nothing."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    total = 0
    for file in files:
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total
