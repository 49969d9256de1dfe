"""A tree against its schema: what is wrong in the words of a user, with file, line and field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from triffin.scenario.field_types import Section
from triffin.scenario.schema import Scenario
from triffin.scenario.schema_paths import keys_of, section_at
from triffin.scenario.yaml_tree import Tree, TreePath
from triffin.world.base.errors import InputError, nearest_match

Model = TypeVar("Model", bound=Section)


def validated(tree: Tree, model: type[Model], kind: str = "scenario") -> Model:
    """The tree as a `model`; `kind` says in errors what the file is.

    Raises InputError for the first problem in the file, with how many more there are.
    """
    try:
        return model.model_validate(tree.data)
    except ValidationError as error:
        problems = sorted(
            (_problem(tree, details, model) for details in _told(error, model)),
            key=lambda problem: problem.line or 0,
        )
        first = problems[0]
        if len(problems) > 1:
            more = len(problems) - 1
            first.message += f" ({more} more problem{'s' if more > 1 else ''} in this {kind}.)"
        raise first from error


def _told(error: ValidationError, model: type[Section]) -> list[Any]:
    """The findings of the schema, without a missing key that stands there misspelt."""
    found = error.errors(include_url=False)
    meant = {
        (*path[:-1], nearest_match(str(path[-1]), _keys(path, model)))
        for details in found
        if details["type"] == "extra_forbidden" and (path := details["loc"])
    }
    return [d for d in found if not (d["type"] == "missing" and d["loc"] in meant)]


def _keys(path: TreePath, model: type[Section]) -> tuple[str, ...]:
    """The keys that may stand beside the last one of a path."""
    section = section_at(path[:-1], model)
    keys = keys_of(section) if section is not None else ()
    return (*keys, "extends") if section is Scenario else keys


def _problem(tree: Tree, details: Mapping[str, Any], model: type[Section]) -> InputError:
    """One finding of the schema in the words of a user."""
    path = tuple(part for part in details["loc"] if part != "[key]")
    kind, value = details["type"], details.get("input")
    context = details.get("ctx", {})
    key = str(path[-1]) if path else ""
    if kind == "triffin":
        path = (*path, *context["below"])
        error = InputError(
            context["message"],
            value=value,
            valid=context["valid"] or None,
            nearest=context["nearest"],
        )
    elif kind == "extra_forbidden":
        keys = _keys(path, model)
        error = InputError(f"unknown key {key!r}.", value=key, among=keys)
    elif kind == "missing":
        error = InputError(f"the key {key!r} is missing.", valid=f"{key}: ...")
        path = path[:-1]
    elif kind == "literal_error":
        words = tuple(word.strip("'") for word in re.findall(r"'[^']*'", context["expected"]))
        error = InputError(f"{value!r} is not known here.", value=value, among=words)
    else:
        wanted = _WANTED.get(kind, details["msg"])
        error = InputError(f"{_short(value)} does not fit.", value=value, valid=wanted)
    return error.at(tree.here(path))


_WANTED = {
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "list_type": "a list, one entry per line after a dash, or [a, b]",
    "string_pattern_mismatch": "letters, digits, dots, hyphens and underscores, no spaces",
    "string_too_long": "at most 80 characters",
}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
