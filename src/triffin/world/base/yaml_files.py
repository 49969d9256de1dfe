"""YAML files as plain content, with file and line in every error."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from triffin.world.base.days import parse_day
from triffin.world.base.errors import InputError, Place, Problems
from triffin.world.base.yaml_tree import Tree, composed, plain_tree

LARGEST_FILE = 20_000_000


def read_yaml(path: Path, *, text: str | None = None) -> Any:
    """Content of a YAML file as plain dicts, lists, strings, numbers and dates.

    `text` is given when the file was already read; `path` then only names it in errors.
    Raises InputError (file, line) when the file is missing, is not UTF-8 text, is not YAML, repeats
    a key, has a day that is in no calendar, or uses anchors, tags or nesting without end.
    """
    tree = _tree(path, text)
    return None if tree is None else tree.data


def yaml_lines(path: Path) -> dict[str, int]:
    """Line of each key at the top of a YAML file, counted from 1; the file is known to be valid."""
    tree = _tree(path, None)
    places = {} if tree is None else tree.places
    return {str(at[0]): place.line or 1 for at, place in places.items() if len(at) == 1}


def _tree(path: Path, text: str | None) -> Tree | None:
    file = str(path)
    if text is None:
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise InputError(f"too large (above {LARGEST_FILE // 1_000_000} MB).", file=file)
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            if isinstance(error, UnicodeDecodeError):
                message = "the file is not UTF-8 text."
                raise InputError(message, file=file, valid="a YAML file in UTF-8") from error
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"the file cannot be read ({reason}).", file=file) from error
    problems = Problems()

    def day(written: str, place: Place) -> dt.date | str:
        """A day; a time of day stays text."""
        if len(written) > 10:
            return written
        with problems.collected(), place.named():
            return parse_day(written)
        return written

    root = composed(text, file)
    if root is None:
        return None
    tree = plain_tree(root, file, day)
    for problem in tree.problems:
        problems.add(problem)
    problems.refuse()
    return tree
