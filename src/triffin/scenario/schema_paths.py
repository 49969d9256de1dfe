"""Which part of the schema a path of a scenario belongs to, for messages and for `--set`."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from triffin.scenario.field_types import Section
from triffin.scenario.schema import Scenario
from triffin.world.base.yaml_files import TreePath


def keys_of(section: type[Section]) -> tuple[str, ...]:
    """The keys a user may write in a section ("from", not "from_")."""
    return tuple(info.alias or name for name, info in section.model_fields.items())


def annotation_of(section: type[Section], key: str) -> Any:
    """Type of a key of a section; KeyError if there is none."""
    for name, info in section.model_fields.items():
        if key == (info.alias or name):
            return info.annotation
    raise KeyError(key)


def container_of(annotation: Any) -> type | None:
    """`list`, `dict` or None: what holds the values of a key."""
    origin = get_origin(annotation)
    if origin in (list, dict):
        return list if origin is list else dict
    for part in get_args(annotation):
        found = container_of(part)
        if found is not None:
            return found
    return None


def section_of(annotation: Any) -> type[Section] | None:
    """The section that a key holds, directly or in a list or mapping; None for plain values."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    for part in get_args(annotation):
        found = section_of(part)
        if found is not None:
            return found
    return None


def section_at(path: TreePath, root: type[Section] = Scenario) -> type[Section] | None:
    """The section whose keys stand at a path: ("tariffs", 0) -> TariffEntry, () -> `root`."""
    section: type[Section] | None = root
    position = 0
    while position < len(path):
        if section is None:
            return None
        try:
            annotation = annotation_of(section, str(path[position]))
        except KeyError:
            return None
        section = section_of(annotation)
        position += 1 if container_of(annotation) is None else 2
    return section if position == len(path) else None
