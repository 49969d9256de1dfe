"""`--set PATH=VALUE` on a scenario: a path of keys joined by dots, a value written as in YAML.

`focus=KOR`, `days=120`, `tariffs.2.set.USA.JPN=24%` (entries of a list count from 0;
`tariffs[2].set` is the same),
`changes.trade.trade_elasticity=3`. `tariff.USA.JPN=15%` is short for a new entry on top of all
others, in force from the day of the last change of tariffs: it sets what holds at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from triffin.scenario.field_types import Section
from triffin.scenario.schema import Scenario
from triffin.scenario.schema_paths import annotation_of, container_of, keys_of, section_of
from triffin.scenario.sections import Change
from triffin.world.base.errors import InputError, Place
from triffin.world.base.rates import parse_rate
from triffin.world.base.yaml_files import Tree, TreePath, read_tree

FINAL_TARIFF = "tariff"
ORIGIN = "--set"


def plain_path(path: str) -> str:
    """A path as its keys in a row: `treasuries[0].days` is `treasuries.0.days`, and a pair below
    `tariffs`, whose entries are numbered, is one of the final tariffs: `tariff.USA.JPN`."""
    keys = re.sub(r"\[(\d+)\]", r".\1", path.strip())
    return re.sub(r"^tariffs\.(?!\d+(\.|$))(?=.+\..)", f"{FINAL_TARIFF}.", keys)


def split_overrides(
    overrides: Iterable[str],
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(path, value) of the plain overrides, and of those on the final tariffs, in their order.

    Raises
    ------
    InputError for an override without an equals sign or without a path.
    """
    plain: list[tuple[str, str]] = []
    final: list[tuple[str, str]] = []
    for text in [overrides] if isinstance(overrides, str) else overrides:
        path, equals, value = str(text).partition("=")
        path = plain_path(path)
        if not equals or not path:
            raise InputError(
                f"{text!r} is not PATH=VALUE.",
                file=ORIGIN,
                value=text,
                valid="for example focus=KOR, days=120 or tariff.USA.JPN=15%",
            )
        head, _, rest = path.partition(".")
        if head == FINAL_TARIFF:
            if not rest.strip():
                raise _refused(path, "it names no pair.", "tariff.IMPORTER.EXPORTER[.SECTOR]=RATE")
            final.append((rest.strip(), value.strip()))
        else:
            plain.append((path, value.strip()))
    return plain, final


def apply_override(tree: Tree, path: str, value: str) -> None:
    """Write one value into the tree.

    Raises
    ------
    InputError naming the first part of the path that does not exist, with the nearest match.
    """
    keys = _resolve(tree, path)
    target: Any = tree.data
    for depth, (key, below) in enumerate(pairwise(keys), start=1):
        if keys[:depth] not in tree.places:  # a key that this override adds
            tree.places[keys[:depth]] = Place(ORIGIN, field=path)
        if isinstance(target, list):
            target = target[int(key)]
            continue
        if not isinstance(target.get(key), (dict, list)):
            target[key] = [] if isinstance(below, int) else {}
        target = target[key]
    target[keys[-1]] = _value(value, path)
    tree.forget(keys)
    tree.places[keys] = Place(ORIGIN, field=path)


def _value(text: str, path: str) -> Any:
    """A scalar, list or mapping written on the command line, read as in a file."""
    if not text.strip():
        return None
    place = Place(ORIGIN, field=path)
    if len(text.splitlines()) > 1:
        raise place.error("a value is one line.", value=text)
    try:
        tree = read_tree(f"value: {text}", ORIGIN)
    except InputError as error:
        raise place.error(f"{text!r} cannot be read: {error.message}", value=text) from error
    for problem in tree.problems:
        raise place.error(f"{text!r} cannot be read: {problem.message}", value=text)
    return tree.data["value"]


def append_final_tariffs(tree: Tree, final: list[tuple[str, str]], since: str) -> None:
    """Add one entry for each override of the final tariffs, so that later ones win."""
    for pair, value in final:
        field = f"{FINAL_TARIFF}.{pair}"
        parse_rate(value, file=ORIGIN, field=field)
        entries = tree.data.get("tariffs")
        if not isinstance(entries, list):
            entries = tree.data["tariffs"] = []
        place: TreePath = ("tariffs", len(entries))
        tree.places[place] = Place(ORIGIN, field=field)
        entries.append({"from": since, "set": {pair: value}, "note": f"{pair} at {value}"})


def _resolve(tree: Tree, path: str) -> TreePath:
    tokens = path.split(".")
    keys: list[str | int] = []
    section: type[Section] | None = Scenario
    here: Any = tree.data
    while tokens:
        if section is None:
            raise _refused(path, f"{_shown(keys)} has no parts.", f"{_shown(keys)}=VALUE")
        key = tokens.pop(0)
        choices = keys_of(section)
        if key not in choices:
            extra = (FINAL_TARIFF,) if section is Scenario else ()
            raise Place(ORIGIN, field=path).error(
                f"there is no {key!r} in {_shown(keys) or 'a scenario'}.",
                value=key,
                among=(*choices, *extra),
            )
        annotation = annotation_of(section, key)
        container, section = container_of(annotation), section_of(annotation)
        keys.append(key)
        here = here.get(key) if isinstance(here, dict) else None
        if container is None or not tokens:
            continue
        if container is list:
            keys.append(_index(path, keys, tokens.pop(0), here))
            here = here[int(keys[-1])]
        else:
            keys.append(_free_key(section, tokens, here))
            here = here.get(keys[-1]) if isinstance(here, dict) else None
    return tuple(keys)


def _index(path: str, keys: list[str | int], token: str, here: Any) -> int:
    length = len(here) if isinstance(here, list) else 0
    if not (token.isascii() and token.isdigit()) or int(token) >= length:
        whole = f"{_shown(keys)}=[...] for the whole list"
        span = f"a number from 0 to {length - 1}, or {whole}" if length else whole
        raise _refused(path, f"{token!r} is not an entry of {_shown(keys)}.", span)
    return int(token)


def _free_key(section: type[Section] | None, tokens: list[str], here: Any) -> str:
    """Take a key that the user chose from the tokens; pairs and parameters contain dots."""
    if section is not None and section is not Change:
        return tokens.pop(0)
    taken = len(tokens)
    if section is Change:
        known = here if isinstance(here, dict) else {}
        prefixes = [n for n in range(1, taken + 1) if ".".join(tokens[:n]) in known]
        if prefixes:
            taken = prefixes[-1]
        elif taken > 1 and tokens[-1] in Change.model_fields:
            taken -= 1
    key = ".".join(tokens[:taken])
    del tokens[:taken]
    return key


def _shown(keys: list[str | int]) -> str:
    return ".".join(str(key) for key in keys)


def _refused(path: str, message: str, valid: str) -> InputError:
    return InputError(message, file=ORIGIN, field=path, value=path, valid=valid)
