"""Tariff schedules that ship by name: who charges whom how much, since when, and what bites.

Rates are statutory. `coverage` is the share of a partner's exports that really pays (exemptions,
USMCA); what is paid is statutory × coverage. Which of the two a number uses is for the caller to
say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from triffin.world.base.errors import InputError, one_of
from triffin.world.data.shipped import provenance, verified_bytes

DATASET = "us-tariff-schedules"


@dataclass(frozen=True)
class ScheduleData:
    """One schedule of one importer.

    rates: exporter (ISO3; the EU as its 27 members) -> ad-valorem fraction, where it is not
    `default`. default: fraction for every other partner; own goods never pay. coverage: exporter
    -> share of its exports that pays, from 0 to 1, with `coverage_source` for each. date: first
    day (ISO). kind: "announced" (never or not all in force) or "in force".
    """

    name: str
    title: str
    importer: str
    rates: dict[str, float]
    default: float
    coverage: dict[str, float]
    coverage_source: dict[str, str]
    date: str
    kind: str
    basis: str
    source: str
    notes: tuple[str, ...]


@cache
def _records() -> dict[str, dict[str, Any]]:
    records: dict[str, dict[str, Any]] = json.loads(verified_bytes(DATASET))
    return records


def named_schedule(name: str) -> ScheduleData:
    """The schedule with this name. Raises InputError with the nearest match if there is none."""
    records = _records()
    one_of(name, records, f"there is no schedule {name!r}.")
    record = records[name]
    return ScheduleData(
        name=name,
        title=record["title"],
        importer=record["importer"],
        rates={code: percent / 100 for code, percent in record["rates_percent"].items()},
        default=record["default_percent"] / 100,
        coverage=dict(record["coverage"]),
        coverage_source=dict(record["coverage_source"]),
        date=record["date"],
        kind=record["kind"],
        basis="statutory",
        source=record["source"],
        notes=tuple(record["notes"]),
    )


def list_schedules() -> list[dict[str, Any]]:
    """The schedules that ship, by importer and date.

    Keys: name, title, importer, date, kind, partners (rates other than the default), default,
    coverage (codes with a known share), source, licence.
    """
    licence = provenance(DATASET)["licence"]
    found = [named_schedule(name) for name in _records()]
    found.sort(key=lambda s: (s.importer != "USA", s.importer, s.date, s.name))
    return [
        {
            "name": s.name,
            "title": s.title,
            "importer": s.importer,
            "date": s.date,
            "kind": s.kind,
            "partners": len(s.rates),
            "default": s.default,
            "coverage": tuple(s.coverage),
            "source": s.source,
            "licence": licence,
        }
        for s in found
    ]


def realized_path(importer: str = "USA") -> tuple[tuple[str, str], ...]:
    """(first day, schedule name) of the schedules that were in force, in order of time.

    Each holds until the next begins. Raises InputError for an importer without one.
    """
    dated = sorted(
        (record["date"], name)
        for name, record in _records().items()
        if record["importer"] == importer and record["kind"] == "in force"
    )
    if not dated:
        importers = sorted({record["importer"] for record in _records().values()})
        raise InputError(
            f"no realized tariffs of {importer} ship with Triffin.", value=importer, among=importers
        )
    return tuple(dated)
