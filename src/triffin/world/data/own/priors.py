"""A user's own distributions and values for parameters of the registry.

Two formats. YAML like the registry's own files: NAME: {distribution: {...} or value: ..., source:
...}; whatever else an entry of the registry has may be given and is otherwise kept. CSV: one row a
parameter with the columns of `COLUMNS`. Every complaint names file, row and column (or entry).
"""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from triffin.world.base.errors import InputError, Place, Problems, one_of
from triffin.world.base.own_tables_in_place import checksum
from triffin.world.base.yaml_files import read_yaml, yaml_lines
from triffin.world.data.own.reader import Table, read_csv_table, write_csv
from triffin.world.registry.registry import (
    DISTRIBUTIONS,
    GRADES,
    Parameter,
    check_distribution,
    is_number,
    names,
    quantile,
    shipped_parameter,
)

TEXTS = ("source", "grade", "unit", "note", "description", "label", "known_from")
KEYS = ("value", "distribution", "low", "high", *TEXTS)
NUMBERS = ("value", "median", "mean", "sd", "low", "mode", "high", "a", "b")
COLUMNS = ("name", "dist", *NUMBERS, *TEXTS[:4])
DEFAULT_GRADE = "judgement"
_LISTED = "a name of the registry (`triffin parameters` lists them)"


# Name, what a row or entry gives, and where it stands (file, line, field).
Written = tuple[str, dict[str, Any], dict[str, Any]]
Row = Callable[[], Written]


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


def read_priors(path: str | os.PathLike[str]) -> Priors:
    """Priors from a `.yaml`, `.yml` or `.csv` file.

    >>> from triffin.world.data.own.example_files import example_path
    >>> priors = read_priors(example_path("priors"))
    >>> priors.entries["trade_elasticity"].grade
    'judgement'

    Raises InputError for parameters that the registry does not have (nearest match), a row
    without distribution and value, without source, of another unit, an impossible distribution,
    values and draws beyond the domain of the parameter, and two rows of one parameter.
    """
    file = Path(path)
    rows: Iterable[Row] = (
        _from_csv(read_csv_table(file, ("name", "source"), (*COLUMNS[1:], *TEXTS[4:])))
        if file.suffix.casefold() == ".csv"
        else _from_yaml(file)
    )
    entries: dict[str, Parameter] = {}
    notes: list[str] = []
    problems = Problems()
    for row in rows:
        with problems.collected():
            name, raw, where = row()
            entries[name] = _entry(name, raw, where)
            notes += _notes(entries[name])
    problems.refuse()
    content = {name: entry.content() for name, entry in entries.items()}
    return Priors(str(file), entries, tuple(notes), checksum(content))


def write_priors(path: Path, entries: Mapping[str, Parameter]) -> None:
    """Write parameters as CSV rows that `read_priors` reads again, to the last digit."""
    rows = []
    for name, entry in entries.items():
        row: dict[str, Any] = {key: getattr(entry, key) for key in ("value", *TEXTS[:4])}
        drawn = entry.distribution
        if drawn is None:
            row |= {"low": entry.low, "high": entry.high}
        else:
            row |= {"dist": drawn["dist"]}
            row |= {key: float(drawn[key]) for key in DISTRIBUTIONS[drawn["dist"]]}
        rows.append([name, *(row.get(column) for column in COLUMNS[1:])])
    write_csv(path, COLUMNS, rows)


def _from_csv(table: Table) -> Iterator[Row]:
    for row, name in enumerate(table.labels("name")):
        yield functools.partial(_csv_row, table, row, name)


def _csv_row(table: Table, row: int, name: str) -> Written:
    """A row of the CSV format: name, what it gives, and where it stands."""
    table.one_of(row, "name", names(), f"there is no parameter {name!r}.", valid=_LISTED)
    given = {
        column: table.number(row, column, signed=True)
        for column in NUMBERS
        if table.cell(row, column)
    }
    kind = table.cell(row, "dist")
    if kind:
        message = f"there is no distribution {kind!r}."
        table.one_of(row, "dist", DISTRIBUTIONS, message)
    needed = DISTRIBUTIONS[kind] if kind else ()
    for column in needed:
        if column not in given:
            raise table.error(
                row,
                column if column in table else "dist",
                f"{kind} needs {column}.",
                valid=f"numbers in the columns {', '.join(needed)}",
            )
    allowed = (*needed, "value") if kind else ("value", "low", "high")
    for column in given:
        if column not in allowed:
            message = f"{kind} has no {column}." if kind else "there is no distribution."
            valid = ", ".join(needed) or "a name in the column dist"
            raise table.error(row, column, message, valid=valid)
    raw: dict[str, Any] = {key: v for key, v in given.items() if key not in needed}
    if kind:
        raw["distribution"] = {"dist": kind} | {key: given[key] for key in needed}
    raw |= {key: table.cell(row, key) for key in TEXTS if table.cell(row, key)}
    return name, raw, {"file": table.file, "line": table.lines[row], "field": name}


def _from_yaml(path: Path) -> Iterator[Row]:
    content = read_yaml(path)
    if not isinstance(content, dict) or not content:
        raise InputError(
            "the file holds no priors.",
            file=str(path),
            valid="NAME: {distribution: {dist: lognormal, median: 4, low: 2, high: 8}, source: …}",
        )
    lines = yaml_lines(path)
    for name, raw in content.items():
        where: dict[str, Any] = Place(str(path), lines.get(str(name)), str(name))._asdict()
        yield functools.partial(_yaml_entry, str(name), raw, where)


def _yaml_entry(name: str, raw: object, where: dict[str, Any]) -> Written:
    one_of(name, names(), f"there is no parameter {name!r}.", valid=_LISTED, **where)
    if not isinstance(raw, dict):
        raise InputError(f"{raw!r} is not an entry.", **where, valid=", ".join(KEYS))
    for key in raw:
        one_of(key, KEYS, f"{key!r} is not part of an entry.", **where)
    return name, raw, where


def _entry(name: str, raw: Mapping[str, Any], where: dict[str, Any]) -> Parameter:
    """A row of a file as a parameter; what the file leaves out is the registry's."""
    shipped = shipped_parameter(name)
    for key in ("value", "low", "high"):
        if raw.get(key) is not None and not is_number(raw[key]):
            raise InputError(f"{key} is {raw[key]!r}.", **where, valid="a finite number")
    for key in TEXTS:
        if not isinstance(raw.get(key, ""), str):
            raise InputError(f"{key} is {raw[key]!r}.", **where, valid="a text")
    texts = {key: str(raw.get(key, "")).strip() for key in TEXTS}
    if not texts["source"]:
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
    value, low, high, distribution = _values(name, raw, where)
    for number in (value, low, high):
        shipped.refuse_beyond(number, distribution, **where)
    return dataclasses.replace(
        shipped,
        value=value,
        low=low,
        high=high,
        distribution=distribution,
        source=texts["source"],
        grade=grade,
        description=texts["description"] or shipped.description,
        note=texts["note"] or _own_note(shipped),
        label=texts["label"] or shipped.label,
        known_from=texts["known_from"],
    )


def _values(
    name: str, raw: Mapping[str, Any], where: dict[str, Any]
) -> tuple[float, float, float, dict[str, Any] | None]:
    """Value, range and distribution of a prior; the median and 5 to 95 % where it is drawn."""
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
    return value, low, high, distribution


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
