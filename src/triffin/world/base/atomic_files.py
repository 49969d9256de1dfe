"""Files and folders that appear complete or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_file(path: str | Path) -> Iterator[Path]:
    """A temporary sibling to write to; it becomes `path` when the block ends without an error.

    The parent folder is made if it is missing. On any exception, KeyboardInterrupt included, the
    temporary file is removed and an existing `path` stays as it was.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # the suffix is kept: writers choose the format by it
    partial = target.with_name(f".{target.stem}.partial-{os.getpid()}{target.suffix}")
    try:
        yield partial
        flush_to_disk(partial)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """A temporary sibling folder; it becomes `path` when the block ends without an error.

    An existing `path` is moved aside only when the new folder is complete and flushed, and comes
    back if the last step fails. On any exception, KeyboardInterrupt included, the partial folder
    is removed. Partial folders whose process is gone (a crash, a kill) are cleared first.
    """
    target = Path(os.path.abspath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    clear_abandoned(target)
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    aside = target.with_name(f".{target.name}.replaced-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir()
        yield partial
        for item in sorted(partial.iterdir()):
            flush_to_disk(item)
        flush_to_disk(partial)
        if target.exists():
            os.rename(target, aside)
        try:
            os.rename(partial, target)
        except BaseException:
            if aside.exists():
                os.rename(aside, target)
            raise
        flush_to_disk(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)


def flush_to_disk(path: Path) -> None:
    """fsync a file or a folder, where the system lets folders be synced."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_abandoned(target: Path) -> None:
    """Remove partial siblings of `target` left by processes that no longer run.

    A folder that was moved aside by a killed process comes back if `target` is missing.
    """
    for leftover in target.parent.glob(f".{target.name}.*-*"):
        kind, _, process = leftover.name.removeprefix(f".{target.name}.").rpartition("-")
        if kind not in ("partial", "replaced") or not process.isdigit() or _runs(int(process)):
            continue
        if kind == "replaced" and not target.exists():
            os.rename(leftover, target)
        else:
            shutil.rmtree(leftover, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
