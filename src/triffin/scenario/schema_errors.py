"""A tree against its schema: what is wrong in the words of a user, with file, line and field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from triffin.scenario.field_types import Section
from triffin.scenario.schema import Scenario
from triffin.scenario.schema_paths import keys_of, section_at
from triffin.world.base.errors import InputError, Problems, nearest_match
from triffin.world.base.yaml_files import Tree, TreePath

Model = TypeVar("Model", bound=Section)


def validated(tree: Tree, model: type[Model]) -> Model:
    """The tree as a `model`. Raises InputError for what is wrong with it, all of it at once."""
    problems = Problems()
    found, _ = readable(tree, model, problems)
    problems.refuse()
    return found


def readable(tree: Tree, model: type[Model], problems: Problems) -> tuple[Model, frozenset[str]]:
    """What can be read of a tree, and the keys at its top that are not as they were written.

    What is wrong goes to `problems`; a key that is needed and missing or wrong gets a stand-in, so
    that the rest can be checked. Raises InputError where nothing is left to check.
    """
    for problem in tree.problems:
        problems.add(problem)
    data: Any = _copied(tree.data)
    wrong: set[str] = set()
    while True:
        try:
            return model.model_validate(data), frozenset(wrong)
        except ValidationError as error:
            told = _told(error, model)
            for details in told:
                # What follows from an error that is told already is no news.
                if not details["loc"] or details["loc"][0] not in wrong:
                    problems.add(_problem(tree, details, model))
            tops = {str(details["loc"][0]) for details in told if details["loc"]}
            if not tops or model is not Scenario:
                problems.refuse()
                raise
            for details in told:
                if details["loc"]:
                    _leave_out(data, details, again=str(details["loc"][0]) in wrong)
            wrong |= tops | _meant(told, model)


def _leave_out(data: dict[str, Any], details: Mapping[str, Any], *, again: bool) -> None:
    """Take what is wrong out of a scenario: one value, and where that does not do, its entry of
    the tariffs or its whole section."""
    path = tuple(part for part in details["loc"] if part != "[key]")
    top = path[0]
    if not again and len(path) > 1 and details["type"] in ("extra_forbidden", "triffin"):
        holder: Any = data
        for part in path[:-1]:
            if not isinstance(holder, (dict, list)):
                break
            holder = holder.get(part) if isinstance(holder, dict) else holder[int(part)]
        if isinstance(holder, dict) and path[-1] in holder:
            del holder[path[-1]]
            return
    entries = data.get(top)
    if top == "tariffs" and len(path) > 1 and isinstance(entries, list):
        entries[int(path[1])] = dict(_STAND_IN_ENTRY)
    elif top in _STAND_INS:
        data[top] = _STAND_INS[top]
    else:
        data.pop(top, None)


_STAND_INS: dict[Any, Any] = {
    "scenario": "unnamed",
    "title": "untitled",
    "world": "world-2023",
    "start": "2025-01-01",
}
_STAND_IN_ENTRY = {"from": "2025-01-01", "set": {"*.*": 0.0}}


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _told(error: ValidationError, model: type[Section]) -> list[Any]:
    """The findings of the schema, without a missing key that stands there misspelt."""
    found = error.errors(include_url=False)
    meant = {
        (*path[:-1], nearest_match(str(path[-1]), _keys(path, model)))
        for details in found
        if details["type"] == "extra_forbidden" and (path := details["loc"])
    }
    return [d for d in found if not (d["type"] == "missing" and d["loc"] in meant)]


def _meant(told: list[Any], model: type[Section]) -> set[str]:
    """Keys at the top that stand there misspelt."""
    unknown = [d["loc"] for d in told if d["type"] == "extra_forbidden" and len(d["loc"]) == 1]
    return {nearest_match(str(path[0]), _keys(path, model)) or "" for path in unknown}


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
