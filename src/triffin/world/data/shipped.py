"""The datasets that ship with the package: where they lie, what vouches for them.

Every dataset NAME has a data file and `NAME.yaml`, its provenance: title, sources, terms,
retrieval note and the SHA-256 of the data file. A data file is never used unless it has the
checksum its provenance states.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from triffin.world.base.errors import InputError
from triffin.world.base.yaml_files import read_yaml

DATASETS = Path(__file__).parents[1] / "datasets"
BOUNDARIES = "countries-110m"  # Natural Earth at 1:110 million, with ISO codes
REQUIRED = ("name", "kind", "title", "file", "source", "licence", "retrieved", "sha256", "notes")


def shipped_names(kind: str) -> tuple[str, ...]:
    """Names of the shipped datasets of one kind ("world", "schedules", "boundaries"), sorted."""
    return tuple(
        name
        for name in sorted(path.stem for path in DATASETS.glob("*.yaml"))
        if provenance(name)["kind"] == kind
    )


def is_shipped(name: str, kind: str) -> bool:
    """Whether a dataset of this name and kind ships; reads that one provenance only."""
    known = Path(name).name == name and (DATASETS / f"{name}.yaml").is_file()
    return known and provenance(name)["kind"] == kind


@cache
def provenance(name: str) -> dict[str, Any]:
    """Provenance of one shipped dataset (keys: `REQUIRED` and what its kind adds).

    Raises InputError when there is no such dataset (with the nearest match) or when the entry
    lacks a key.
    """
    path = DATASETS / f"{name}.yaml"
    if not path.is_file():
        names = sorted(entry.stem for entry in DATASETS.glob("*.yaml"))
        raise InputError(f"no dataset {name!r} ships with Triffin.", value=name, among=names)
    entry: dict[str, Any] = read_yaml(path)
    missing = [key for key in REQUIRED if not isinstance(entry, dict) or key not in entry]
    if missing:
        raise InputError(f"the provenance lacks {', '.join(missing)}.", file=path.name)
    return entry


def verified_bytes(name: str) -> bytes:
    """Content of the data file of a shipped dataset, its checksum verified.

    Raises InputError when the file is missing or its SHA-256 is not the one in its provenance.
    """
    entry = provenance(name)
    try:
        content: bytes = (DATASETS / entry["file"]).read_bytes()
    except OSError as error:
        raise InputError(
            f"the data file of {name} cannot be read ({error.strerror or error}).",
            file=entry["file"],
            valid="a complete installation; install Triffin again",
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != entry["sha256"]:
        raise InputError(
            f"the data file of {name} is damaged or was changed: its SHA-256 is {found[:12]}…, "
            f"its provenance says {str(entry['sha256'])[:12]}….",
            file=entry["file"],
            valid="the file as shipped; install Triffin again, or load a changed copy by its path",
        )
    return content


def load_boundaries() -> dict[str, Any]:
    """The boundaries as a TopoJSON object; the map layer is `objects.countries`.

    Every geometry has `properties.name` and `properties.iso3` (None where no code exists); the
    identifier `id` is the ISO 3166 number. About 175 economies are drawn: small ones (Singapore,
    Hong Kong, Malta and other islands) are not on a map of this scale. A fresh object each call.
    Raises InputError when the file is damaged.
    """
    topology: dict[str, Any] = json.loads(verified_bytes(BOUNDARIES))
    return topology
