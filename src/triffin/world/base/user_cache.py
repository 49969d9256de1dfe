"""Where this user's disposable files are kept: made again whenever they are missing."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from triffin.world.base.atomic_files import atomic_file, opened, sealed

FOLDER = "TRIFFIN_CACHE"
"""Variable of the environment: the cache's folder, or "off"."""
OFF = "off"
_LOG = logging.getLogger(__name__)


def cache_folder() -> Path | None:
    """$TRIFFIN_CACHE, else the system's folder for caches; None if it is "off"."""
    place = os.environ.get(FOLDER, "").strip()
    if place.lower() == OFF:
        return None
    if place:
        return Path(place)
    base = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(base) if base else Path.home() / ".cache") / "triffin"


def kept_text(name: str, make: Callable[[], str]) -> str:
    """The text that is kept under a name, made and kept if it is missing or damaged.

    A cache that cannot be read or written costs time and no answer.
    """
    folder = cache_folder()
    if folder is None:
        return make()
    path = folder / f"{name}.json"
    found = kept_document(path)
    if found is not None and found.get("name") == name:
        return str(found["text"])
    text = make()
    with contextlib.suppress(OSError), atomic_file(path) as partial:
        partial.write_bytes(sealed({"name": name, "text": text}))
    return text


def kept_document(path: Path) -> dict[str, Any] | None:
    """A kept file that `sealed` wrote; None if it is missing, and with a note if it is damaged."""
    try:
        return opened(path.read_bytes())
    except OSError:
        return None
    except ValueError:
        note_damage(path)
        return None


def note_damage(path: Path) -> None:
    """Say that something kept is not what was written, and is made again (on standard error,
    unless the caller's logging says otherwise)."""
    _LOG.warning("note: %s does not match its checksum; it is made again.", path)
