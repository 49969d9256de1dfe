"""Where this user's disposable files are kept: made again whenever they are missing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from triffin.world.base.atomic_files import atomic_file

FOLDER = "TRIFFIN_CACHE"
"""Variable of the environment: the cache's folder, or "off"."""
OFF = "off"


def cache_folder() -> Path | None:
    """$TRIFFIN_CACHE, else the system's folder for caches; None if it is "off"."""
    place = os.environ.get(FOLDER, "").strip()
    if place.lower() == OFF:
        return None
    if place:
        return Path(place)
    base = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(base) if base else Path.home() / ".cache") / "triffin"


def kept_text(name: str, make: Callable[[], str], valid: Callable[[str], bool]) -> str:
    """The text of a kept file, made and kept if it is missing or not `valid`.

    A cache that cannot be read or written costs time and no answer.
    """
    folder = cache_folder()
    if folder is None:
        return make()
    path = folder / name
    with contextlib.suppress(OSError, UnicodeDecodeError):
        text = path.read_text(encoding="utf-8")
        if valid(text):
            return text
    text = make()
    with contextlib.suppress(OSError), atomic_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
    return text
