"""Build `parameters.json`, the registry that a run reads, from the YAML files that people edit.

    python -m tools.build_data.parameters

Run it after every edit of src/triffin/world/registry/parameters; a test fails until it was run.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from triffin.world.base.errors import InputError, Place, one_of
from triffin.world.base.yaml_files import read_yaml
from triffin.world.registry.domain import Domain, usual_domain
from triffin.world.registry.registry import (
    FILE,
    GRADES,
    Parameter,
    check_distribution,
    is_number,
)

FOLDER = FILE.parent / "parameters"
NUMBERS = ("value", "low", "high")
TEXTS = ("unit", "source", "known_from", "label", "description", "note")
KEYS = (*NUMBERS, *TEXTS, "distribution", "grade")
DOMAIN = "domain"  # where it is not the one that unit and distribution suggest


def read_parameters(path: Path) -> dict[str, dict[str, Any]]:
    """The entries of one parameter file, validated, as `Parameter` takes them.

    Raises InputError (file, field) for an entry that lacks a key, has an unknown one, or whose
    numbers, texts, grade or distribution are not valid.
    """
    content = read_yaml(path)
    if not isinstance(content, dict) or not content:
        raise InputError("the file has no parameters.", file=path.name, valid="NAME: {value: …}")
    return {str(name): _entry(str(name), raw, path) for name, raw in content.items()}


def _entry(name: str, raw: object, path: Path) -> dict[str, Any]:
    where: dict[str, Any] = {"file": path.name, "field": name}
    if not isinstance(raw, dict):
        raise InputError(f"{raw!r} is not an entry.", **where, valid=", ".join(KEYS))
    for key in raw:
        one_of(key, (*KEYS, DOMAIN), f"{key!r} is not part of an entry.", **where)
    for key in KEYS:
        if key not in raw:
            raise InputError(f"{key} is missing.", **where, valid=", ".join(KEYS))
    for key in NUMBERS:
        if not is_number(raw[key]):
            raise InputError(f"{key} is {raw[key]!r}.", **where, valid="a finite number")
    for key in TEXTS:
        if not isinstance(raw[key], str) or not (raw[key].strip() or key == "note"):
            raise InputError(f"{key} is {raw[key]!r}.", **where, valid="a text, not empty")
    if not re.fullmatch(r"\d{4}(-\d\d-\d\d)?", raw["known_from"]):
        raise InputError(
            f"known_from is {raw['known_from']!r}.", **where, valid="a year or a day: 2025-04-02"
        )
    one_of(raw["grade"], GRADES, f"the grade {raw['grade']!r} does not exist.", **where)
    if not raw["low"] <= raw["value"] <= raw["high"]:
        raise InputError(
            f"the value {raw['value']} is outside its range {raw['low']} to {raw['high']}.",
            **where,
            valid="low <= value <= high",
        )
    drawn = raw["distribution"]
    distribution = None if drawn is None else check_distribution(drawn, **where)
    usual = usual_domain(raw["unit"].strip(), raw["low"], distribution)
    domain = usual
    if DOMAIN in raw:
        with Place(path.name, field=name).named():
            domain = Domain.parse(str(raw[DOMAIN]))
    entry = {
        **{key: float(raw[key]) for key in NUMBERS},
        **{key: raw[key].strip() for key in TEXTS},
        "distribution": distribution,
        "grade": raw["grade"],
        "room": path.stem,
        "domain": str(domain),
    }
    whole = Parameter(**{**entry, "name": name, "domain": domain})
    for value in (whole.value, whole.low, whole.high):
        whole.refuse_beyond(value, distribution, **where)
    return entry


def registry_text(folder: Path = FOLDER) -> str:
    """The content of parameters.json: the entries of every file, room by room.

    Raises InputError as `read_parameters`, and for a name that stands in two files.
    """
    registry: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, entry in read_parameters(path).items():
            if name in registry:
                raise InputError(
                    f"the parameter {name!r} stands in {registry[name]['room']}.yaml already.",
                    file=path.name,
                    field=name,
                )
            registry[name] = entry
    return json.dumps(registry, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(registry_text(), encoding="utf-8", newline="\n")
