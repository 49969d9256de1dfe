"""A user's own distributions and values for parameters of the registry.

Two formats. YAML like the registry's own files: NAME: {distribution: {...} or value: ..., source:
...}; whatever else an entry of the registry has may be given and is otherwise kept. CSV: one row a
parameter with the columns of `COLUMNS`. Every complaint names file, row and column (or entry).
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from triffin.world.base.errors import InputError, nearest_match, one_of
from triffin.world.base.own_tables_in_place import checksum, using
from triffin.world.base.yaml_files import read_yaml, yaml_lines
from triffin.world.data.own.reader import Table, read_csv_table
from triffin.world.registry.registry import (
    DISTRIBUTIONS,
    GRADES,
    Parameter,
    all_parameters,
    check_distribution,
    quantile,
    shipped_parameter,
)

KEYS = ("value", "unit", "distribution", "low", "high", "source", "grade", "description", "note")
NUMBERS = ("value", "median", "mean", "sd", "low", "mode", "high", "a", "b")
COLUMNS = ("name", "dist", *NUMBERS, "source", "grade", "unit", "note")
DEFAULT_GRADE = "judgement"


@dataclass(frozen=True)
class Priors:
    """The entries of one file, complete with what the registry says where the file is silent.

    notes: what a reader must know, such as a median outside the registry's range. read: names that
    a computation has asked for; a prior that is never read changes nothing.
    """

    file: str
    entries: Mapping[str, Parameter]
    notes: tuple[str, ...]
    checksum: str
    read: set[str] = field(default_factory=set, compare=False)

    @property
    def unread(self) -> tuple[str, ...]:
        """Priors that no computation has asked for yet."""
        return tuple(name for name in self.entries if name not in self.read)


@contextmanager
def with_priors(given: str | os.PathLike[str] | Priors) -> Iterator[Priors]:
    """Put priors in place of entries of the registry for a `with` block, in this thread alone.

    Raises InputError as `read_priors`.
    """
    priors = given if isinstance(given, Priors) else read_priors(given)
    with using(prior=priors):
        yield priors


def read_priors(path: str | os.PathLike[str]) -> Priors:
    """Priors from a `.yaml`, `.yml` or `.csv` file.

    >>> from triffin.world.data.own.example_files import example_path
    >>> priors = read_priors(example_path("priors"))
    >>> priors.entries["trade_elasticity"].grade
    'judgement'

    Raises InputError for parameters that the registry does not have (nearest match), a row
    without distribution and value, without source, of another unit, an impossible distribution,
    a value that is not positive where the registry's range is, and two rows of one parameter.
    """
    file = Path(path)
    rows = (
        _from_csv(read_csv_table(file, ("name", "source"), COLUMNS[1:]))
        if file.suffix.casefold() == ".csv"
        else _from_yaml(file)
    )
    entries: dict[str, Parameter] = {}
    notes: list[str] = []
    for name, raw, where in rows:
        entries[name] = _entry(name, raw, where)
        notes += _notes(entries[name])
    content = {name: dataclasses.asdict(entry) for name, entry in entries.items()}
    return Priors(str(file), entries, tuple(notes), checksum(content))


def write_priors(path: Path, entries: Mapping[str, Parameter]) -> None:
    """Write parameters as CSV rows that `read_priors` reads again, to the last digit."""
    import csv

    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for name, entry in entries.items():
            row: dict[str, Any] = {
                "name": name,
                "value": repr(entry.value),
                "source": entry.source,
                "grade": entry.grade,
                "unit": entry.unit,
                "note": entry.note,
            }
            drawn = entry.distribution
            if drawn is None:
                row |= {"low": repr(entry.low), "high": repr(entry.high)}
            else:
                row |= {"dist": drawn["dist"]}
                row |= {key: repr(float(drawn[key])) for key in DISTRIBUTIONS[drawn["dist"]]}
            writer.writerow(row)


def _from_csv(table: Table) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    names = table.labels("name")
    for row, name in enumerate(names):
        if name not in _names():
            raise table.error(
                row,
                "name",
                f"there is no parameter {name!r}.",
                nearest=nearest_match(name, _names()),
                valid="a name of the registry (`triffin parameters` lists them)",
            )
        given = {
            column: table.number(row, column, signed=True)
            for column in NUMBERS
            if column in table and table.columns[column][row]
        }
        kind = table.columns["dist"][row] if "dist" in table else ""
        raw: dict[str, Any] = {}
        if kind:
            if kind not in DISTRIBUTIONS:
                raise table.error(
                    row,
                    "dist",
                    f"there is no distribution {kind!r}.",
                    nearest=nearest_match(kind, DISTRIBUTIONS),
                    valid=tuple(DISTRIBUTIONS),
                )
            needed = DISTRIBUTIONS[kind]
            for column in needed:
                if column not in given:
                    raise table.error(
                        row,
                        column if column in table else "dist",
                        f"{kind} needs {column}.",
                        valid=f"numbers in the columns {', '.join(needed)}",
                    )
            for column in given:
                if column not in (*needed, "value"):
                    raise table.error(
                        row, column, f"{kind} has no {column}.", valid=f"{', '.join(needed)}"
                    )
            raw["distribution"] = {"dist": kind} | {key: given[key] for key in needed}
        else:
            for column in given:
                if column not in ("value", "low", "high"):
                    raise table.error(
                        row, column, "there is no distribution.", valid="a name in the column dist"
                    )
            raw |= {key: given[key] for key in ("low", "high") if key in given}
        raw |= {"value": given["value"]} if "value" in given else {}
        for column in ("source", "grade", "unit", "note"):
            if column in table and table.columns[column][row]:
                raw[column] = table.columns[column][row]
        yield name, raw, {"file": table.file, "line": table.lines[row], "field": name}


def _from_yaml(path: Path) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    content = read_yaml(path)
    if not isinstance(content, dict) or not content:
        raise InputError(
            "the file holds no priors.",
            file=str(path),
            valid="NAME: {distribution: {dist: lognormal, median: 4, low: 2, high: 8}, source: …}",
        )
    lines = yaml_lines(path)
    for name, raw in content.items():
        where: dict[str, Any] = {
            "file": str(path),
            "line": lines.get(str(name)),
            "field": str(name),
        }
        one_of(
            name,
            _names(),
            f"there is no parameter {name!r}.",
            valid="a name of the registry (`triffin parameters` lists them)",
            **where,
        )
        if not isinstance(raw, dict):
            raise InputError(f"{raw!r} is not an entry.", **where, valid=", ".join(KEYS))
        for key in raw:
            one_of(key, KEYS, f"{key!r} is not part of an entry.", **where)
        yield str(name), raw, where


def _entry(name: str, raw: Mapping[str, Any], where: dict[str, Any]) -> Parameter:
    """A row of a file as a parameter; what the file leaves out is the registry's."""
    shipped = shipped_parameter(name)
    for key in ("value", "low", "high"):
        value = raw.get(key)
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value)
        ):
            raise InputError(f"{key} is {value!r}.", **where, valid="a finite number")
    for key in ("source", "grade", "unit", "note", "description"):
        if not isinstance(raw.get(key, ""), str):
            raise InputError(f"{key} is {raw[key]!r}.", **where, valid="a text")
    if not str(raw.get("source", "")).strip():
        raise InputError(
            "the prior has no source.", **where, valid="author, year, table or page; or who judged"
        )
    grade = raw.get("grade", DEFAULT_GRADE)
    one_of(grade, GRADES, f"the grade {grade!r} does not exist.", **where)
    if raw.get("unit", shipped.unit) != shipped.unit:
        raise InputError(
            f"the unit is {raw['unit']!r}; the registry's is {shipped.unit!r}.",
            **where,
            value=raw["unit"],
            valid=f"values in the unit {shipped.unit!r}",
        )
    drawn = raw.get("distribution")
    if drawn is None and "value" not in raw:
        raise InputError(
            "the prior has neither a distribution nor a value.",
            **where,
            valid="a distribution, or a value that is not drawn",
        )
    distribution = None if drawn is None else check_distribution(drawn, **where)
    if distribution is None:
        value = float(raw["value"])
        low, high = float(raw.get("low", value)), float(raw.get("high", value))
    else:
        median, low, high = (
            float(v) for v in quantile(distribution, np.array([0.5, 0.05, 0.95]), name=name)
        )
        value = float(raw.get("value", median))
        low, high = min(low, value), max(high, value)
    if not low <= value <= high:
        raise InputError(
            f"the value {value:g} is outside its range {low:g} to {high:g}.",
            **where,
            valid="low <= value <= high",
        )
    # A quantity that the registry has above zero (an elasticity, an amount) has no other meaning.
    if shipped.low > 0 and low <= 0:
        raise InputError(
            f"the prior reaches {low:g}; {name} is above zero "
            f"({shipped.low:g} to {shipped.high:g} in the registry).",
            **where,
            value=low,
            valid="a prior above zero",
        )
    return dataclasses.replace(
        shipped,
        value=value,
        low=low,
        high=high,
        distribution=distribution,
        source=str(raw["source"]).strip(),
        grade=grade,
        description=str(raw.get("description", "")).strip() or shipped.description,
        note=str(raw.get("note", "")).strip() or _own_note(shipped),
    )


def _own_note(shipped: Parameter) -> str:
    return f"own prior; the registry has {shipped.value:g} ({shipped.source})"


def _notes(entry: Parameter) -> list[str]:
    shipped = shipped_parameter(entry.name)
    if shipped.low <= entry.value <= shipped.high:
        return []
    return [
        f"{entry.name}: the value {entry.value:g} is outside the registry's range "
        f"{shipped.low:g} to {shipped.high:g}."
    ]


def _names() -> tuple[str, ...]:
    return tuple(all_parameters())
