"""The catalogue of variables: one place for names, dimensions, units, labels and definitions.

Code, documentation and charts read labels and units from here; nothing retypes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from triffin.world.base.errors import InputError, Place, one_of
from triffin.world.base.yaml_files import read_yaml

FILE = Path(__file__).parent / "catalogue.yaml"
DIMENSIONS = (
    "economy",
    "exporter",
    "importer",
    "sector",
    "partner",
    "holder",
    "maturity",
    "time",
    "draw",
    "model",
    "group",
    "aggregate",
    "parameter",
)


@dataclass(frozen=True)
class Variable:
    """One variable. dims: its axes in order; unit: such as "per cent"; label: short, for charts
    and tables; description: the exact definition."""

    name: str
    dims: tuple[str, ...]
    unit: str
    label: str
    description: str


def variables() -> dict[str, Variable]:
    """All variables by name, in the order of the catalogue."""
    return dict(_catalogue())


def variable(name: str) -> Variable:
    """One variable by name. Raises InputError with the nearest match if there is none."""
    found = _catalogue()
    one_of(name, found, f"there is no variable {name!r}.")
    return found[name]


@cache
def _catalogue() -> dict[str, Variable]:
    return read_catalogue(FILE)


def read_catalogue(path: Path) -> dict[str, Variable]:
    """The variables of a catalogue file. Raises InputError (file, field) for a bad entry."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise InputError("the catalogue is empty.", file=path.name, valid="NAME: {dims: …}")
    found = {}
    for name, entry in content.items():
        keys = set(entry) if isinstance(entry, dict) else set()
        if keys != {"dims", "unit", "label", "description"}:
            raise Place(path.name, field=str(name)).error(
                f"the entry has the keys {', '.join(sorted(map(str, keys))) or 'none'}.",
                valid="dims, unit, label, description",
            )
        for dim in entry["dims"]:
            one_of(dim, DIMENSIONS, f"{dim!r} is not a dimension.", file=path.name, field=str(name))
        for key in ("unit", "label", "description"):
            if not isinstance(entry[key], str) or not entry[key].strip():
                raise InputError(
                    f"{key} is {entry[key]!r}.", file=path.name, field=str(name), valid="a text"
                )
        found[str(name)] = Variable(
            name=str(name),
            dims=tuple(entry["dims"]),
            unit=entry["unit"],
            label=entry["label"],
            description=entry["description"].strip(),
        )
    return found
