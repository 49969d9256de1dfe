"""Files and folders that appear complete or not at all, and JSON that shows when it was changed.

The digest of a sealed document finds damage and slips of an editor. It is no signature: whoever
means to deceive can compute it again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from triffin.world.base.wording import clean

DIGEST = "digest"


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


def sealed(document: Mapping[str, Any]) -> bytes:
    """The content of a file: the document, and last its digest (SHA-256 in hexadecimal)."""
    body = {name: value for name, value in clean(document).items() if name != DIGEST}
    return _rendered(body | {DIGEST: _digest(body)})


def opened(content: bytes) -> dict[str, Any]:
    """The document that `sealed` made the content of.

    Raises ValueError unless every byte of it is as it was written.
    """
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise ValueError("JSON within JSON without end") from error
    if not isinstance(document, dict) or DIGEST not in document:
        raise ValueError("no document with a digest")
    # The same text again: what a parser passes over, a space or a name told twice, is content too.
    if _rendered(document) != content:
        raise ValueError("not the text as it was written")
    digest = document.pop(DIGEST)
    if digest != _digest(document):
        raise ValueError("the digest differs")
    return document


def _rendered(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(_rendered(document)).hexdigest()
