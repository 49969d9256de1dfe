"""Whether a name can only be the path of an own world."""

from __future__ import annotations

from pathlib import Path

from triffin.world.data.own.reader import WORKBOOKS


def looks_like_path(name: str) -> bool:
    """Whether a name can only be, or is, the path of an own world."""
    path = Path(name)
    if path.suffix.casefold() in (".npz", ".csv", ".yaml", *WORKBOOKS) or path.name != name:
        return True
    try:
        return path.exists()
    except OSError:  # a name too long for a file
        return False
