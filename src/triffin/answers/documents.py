"""Pieces that the documents of several answers have in common."""

from __future__ import annotations

from typing import Any

from triffin.world.registry.registry import Parameter


def picked(source: object, *names: str) -> dict[str, Any]:
    """Attributes of one object under their own names."""
    return {name: getattr(source, name) for name in names}


def entry_row(entry: Parameter) -> dict[str, Any]:
    """A registry entry as it stands beside an answer that drew it."""
    return picked(entry, "name", "value", "unit", "grade", "source")
