"""YAML files as plain data, with or without the place where each key stood.

A file becomes a `Tree`: nested dicts, lists and scalars, and for every path the file and line it
came from. Dates stay text here, so that an impossible one is an error of its line, not of YAML.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triffin.world.base.days import parse_day
from triffin.world.base.errors import InputError, Place, Problems

TreePath = tuple[str | int, ...]
DayReader = Callable[[str, Place], Any]
DEEPEST = 20
LARGEST_FILE = 20_000_000
# So many brackets or dashes in a row may be nested too deeply for the parser to finish.
_MANY_OPEN = 200
_MANY_DASHES = re.compile(r"(?:[-?:][ \t]+){50}")

_TAGS = tuple(
    f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str", "timestamp")
)


@dataclass
class Tree:
    """Plain data, the place of every path in it, and what was wrong with its keys and tags."""

    data: dict[str, Any]
    places: dict[TreePath, Place] = field(default_factory=dict)
    problems: list[InputError] = field(default_factory=list)

    def place(self, path: TreePath) -> Place | None:
        """Place of a path, or of the nearest path above it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return None

    def here(self, path: TreePath) -> Place:
        """File and line of a path, and its name as the field."""
        place = self.place(path) or Place("scenario")
        return place._replace(field=place.field or dotted(path) or None)

    def error(
        self,
        path: TreePath,
        message: str,
        *,
        value: object = None,
        valid: str | Iterable[str] | None = None,
        nearest: str | None = None,
    ) -> InputError:
        """An error about what stands at a path."""
        return self.here(path).error(message, value=value, valid=valid, nearest=nearest)

    @contextmanager
    def at(self, path: TreePath) -> Iterator[None]:
        """Errors of the block are errors about a path, unless they know their own file."""
        try:
            yield
        except InputError as error:
            raise error.at(self.here(path)) from error

    def forget(self, path: TreePath) -> None:
        """Drop the places at and below a path."""
        self.places = {
            known: place for known, place in self.places.items() if known[: len(path)] != path
        }

    def over(self, parent: Tree) -> Tree:
        """This tree merged over a parent: mappings merge key by key, all else replaces."""
        merged = Tree(data=_copied(parent.data), places=dict(parent.places))
        _merge(merged, (), merged.data, self.data)
        for path, place in self.places.items():
            merged.places[path] = place
        merged.problems = [*parent.problems, *self.problems]
        return merged


def read_tree(text: str, file: str, kind: str = "scenario") -> Tree:
    """Tree of a YAML text whose top level is a mapping; `kind` says in errors what it should be.

    A key that stands twice and a tag are among the `problems` of the tree.

    Raises
    ------
    InputError with file and line for text that is not YAML, is empty, holds something other than
    one mapping, or uses anchors or merge keys (one scenario extends another by `extends:`).
    """
    root = composed(text, file)
    if root is None or (root.id == "scalar" and not root.value):
        raise InputError("the file is empty.", file=file, valid=f"a {kind} (YAML mapping)")
    if root.id != "mapping":
        found = "a list" if root.id == "sequence" else "a single value"
        raise Place(file, root.start_mark.line + 1).error(
            f"the file holds {found}, not a {kind}.",
            valid=f"a YAML mapping: {kind}: NAME, title: ..., ...",
        )
    return plain_tree(root, file)


def composed(text: str, file: str) -> Any:
    """The nodes of a YAML text, None where there are none; InputError with file and line for text
    that is not YAML or is nested without end."""
    # ruamel.yaml costs 25 ms to import; `triffin --help` never needs it.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        _refuse_depth(text, file)
        return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context)
        hint = ""
        if "\\t" in problem:
            hint = " (YAML indents with spaces, not tabs)"
        elif "alias" in problem:
            hint = ' (quote what begins with *, for example "*.USA": 10%)'
        raise Place(file, mark.line + 1 if mark is not None else None).error(
            f"not valid YAML: {problem}{hint}."
        ) from error
    except YAMLError as error:
        raise InputError(f"not valid YAML: {' '.join(str(error).split())}.", file=file) from error
    except RecursionError as error:
        raise InputError("nested too deeply.", file=file) from error
    except ValueError as error:  # for example a YAML version directive that is no number
        raise InputError(f"not valid YAML: {error}.", file=file) from error


def _refuse_depth(text: str, file: str) -> None:
    """Refuse nesting that would keep the parser busy for minutes, at the first node too deep."""
    open_now = most = 0
    for found in re.finditer(r"[\[\]{}]", text):
        open_now = open_now + 1 if found[0] in "[{" else max(open_now - 1, 0)
        most = max(most, open_now)
    # Most files pass here; the slow walk over events decides on the others, whose brackets may
    # stand in texts.
    if most <= _MANY_OPEN and _MANY_DASHES.search(text) is None:
        return
    from ruamel.yaml import YAML

    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if depth > DEEPEST + 3:  # the stream and the document are events, too
            raise Place(file, event.start_mark.line + 1).error("nested too deeply.")


def plain_tree(root: Any, file: str, day: DayReader | None = None) -> Tree:
    """Plain data of composed nodes, with places; `day` reads what YAML takes for a day, else it
    stays text. Raises InputError for anchors, merge keys and nesting beyond `DEEPEST`."""
    tree = Tree(data={}, places={(): Place(file, 1)})
    tree.data = _plain(root, (), tree, _Walk(file, day))
    return tree


@dataclass
class _Walk:
    """What is the same in every node of one file; seen: ids of the nodes that were read."""

    file: str
    day: DayReader | None
    seen: set[int] = field(default_factory=set)


def dotted(path: TreePath) -> str:
    """A path for people: ("tariffs", 0, "set", "USA.*") -> tariffs.0.set.USA.*"""
    return ".".join(str(part) for part in path)


def _plain(node: Any, path: TreePath, tree: Tree, walk: _Walk) -> Any:
    place = Place(walk.file, node.start_mark.line + 1, dotted(path) or None)
    if id(node) in walk.seen:
        raise place.error(
            "anchors and aliases (& and *) are not used here.",
            valid='the value written out; quote a value that begins with *: "*.*"',
        )
    walk.seen.add(id(node))
    if len(path) > DEEPEST:
        raise place._replace(field=dotted(path[:4])).error("nested too deeply.")
    if node.id == "mapping":
        return _mapping(node, path, tree, walk)
    if node.id == "sequence":
        items = []
        for position, item in enumerate(node.value):
            below = (*path, position)
            tree.places[below] = Place(walk.file, item.start_mark.line + 1)
            items.append(_plain(item, below, tree, walk))
        return items
    return _scalar(node, path, tree, walk)


def _mapping(node: Any, path: TreePath, tree: Tree, walk: _Walk) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = Place(walk.file, key_node.start_mark.line + 1)
        if key_node.id != "scalar" or key_node.tag.endswith(":merge"):
            raise place._replace(field=dotted(path) or None).error("a key must be a plain word.")
        key = str(key_node.value)
        below = (*path, key)
        if key in found:
            first = tree.places[below].line
            problem = f"the key {key!r} stands twice, first in line {first}."
            here = place._replace(field=dotted(below))
            tree.problems.append(here.error(problem, valid="each key once"))
            continue
        tree.places[below] = place
        found[key] = _plain(value_node, below, tree, walk)
    return found


def _scalar(node: Any, path: TreePath, tree: Tree, walk: _Walk) -> Any:
    text = str(node.value)
    kind = str(node.tag).rpartition(":")[2]
    place = Place(walk.file, node.start_mark.line + 1, dotted(path) or None)
    if str(node.tag) not in _TAGS:
        problem = f"the tag {node.tag} is not used here."
        tree.problems.append(place.error(problem, valid="a plain value"))
        return None
    if kind == "null":
        return None
    if kind == "bool":
        return text.casefold() in ("true", "yes", "on")
    if kind in ("int", "float"):
        # what Python does not read as a number (0o17 aside) stays text and is refused later
        for read in (int, float):
            try:
                return read(
                    text.replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan")
                )
            except ValueError:
                continue
    if kind == "timestamp" and walk.day is not None:
        return walk.day(text, place)
    return text


def _merge(tree: Tree, path: TreePath, target: dict[str, Any], child: dict[str, Any]) -> None:
    for key, value in child.items():
        below = (*path, key)
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(tree, below, target[key], value)
        else:
            tree.forget(below)
            target[key] = _copied(value)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value


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
