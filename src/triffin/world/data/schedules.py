"""Tariff schedules that ship by name: who charges whom how much, since when, and what bites.

Rates are statutory. `coverage` is the share of a partner's exports that really pays (exemptions,
USMCA); what is paid is statutory × coverage. Which of the two a number uses is for the caller to
say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from triffin.world.base.errors import InputError, one_of
from triffin.world.data.shipped import provenance, verified_bytes
from triffin.world.data.us_law.law import NAME as LAW
from triffin.world.data.us_law.law import SOURCE as LAW_SOURCE
from triffin.world.data.us_law.law import (
    changes,
    listed_day_of,
    one_rate_a_partner,
    partners_of_rules,
)
from triffin.world.data.us_law.records import RULES

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
    """The schedule with this name. Raises InputError with the nearest match if there is none.

    A name of the law (us-law@2025-11-20, or us-2025-11-20 where none of that name ships) gives
    one increase a partner; by sector it is in `triffin.world.data.us_law`.
    """
    records = _records()
    if name not in records and (day := listed_day_of(name)) is not None:
        return _law_of_partners(name, day)
    valid = ("us-law@YYYY-MM-DD", *records)
    one_of(name, (*records, LAW), f"there is no schedule {name!r}.", valid=valid)
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


def ships_by_partner(name: str) -> bool:
    """Whether a schedule of this name ships with one rate a partner."""
    return name in _records()


def list_schedules() -> list[dict[str, Any]]:
    """The schedules that ship, by importer and date.

    Keys: name, title, importer, date, kind, partners (rates other than the default), default,
    coverage (codes with a known share), source, licence. Days of the law have no default and no
    coverage here: both are by sector.
    """
    licence = provenance(DATASET)["licence"]
    found = [named_schedule(name) for name in _records()]
    shipped = [
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
    days = [day.isoformat() for day, _ in changes()]
    law = [(LAW, days[-1]), *((f"us-{day}", day) for day in days if f"us-{day}" not in _records())]
    both = [*shipped, *(_listed_law(name, day) for name, day in law), *_listed_answers()]
    both.sort(key=lambda e: (e["importer"] != "USA", e["importer"], e["date"], e["name"]))
    return both


def _listed_answers() -> list[dict[str, Any]]:
    """What Canada and China had enacted, on the days on which one of their duties began."""
    from triffin.world.data.answers import NAME, SOURCE, answers, answers_on

    return [
        {
            "name": f"{NAME}@{day}",
            "title": f"answers in force on {day}: " + ", ".join(who),
            "importer": "+".join(who),
            "date": day.isoformat(),
            "kind": "in force",
            "partners": 1,
            "default": None,  # by sector
            "coverage": (),
            "source": SOURCE,
            "licence": provenance("answers-2025")["licence"],
        }
        for day in sorted({one.first for one in answers()})
        for who in [sorted({one.importer for one in answers_on(day)})]
    ]


def _listed_law(name: str, day: str) -> dict[str, Any]:
    """The entry of one day of the law in the list."""
    return {
        "name": name,
        "title": _law_title(name, day),
        "importer": "USA",
        "date": day,
        "kind": "in force",
        "partners": len(partners_of_rules()),
        "default": None,  # by sector
        "coverage": (),
        "source": LAW_SOURCE,
        "licence": provenance(RULES)["licence"],
    }


def _law_title(name: str, day: str) -> str:
    if name == LAW:
        return f"US tariffs by law on any day (us-law@YYYY-MM-DD); without a day, {day}"
    return f"US tariffs by law on {day}"


def _law_of_partners(name: str, day: date) -> ScheduleData:
    """The law as one rate a partner: statutory on the covered part, and the covered share."""
    rates = {
        code: (effective / covered / 100 if covered else 0.0, covered)
        for code, (effective, covered) in one_rate_a_partner(day).items()
    }
    default, default_share = rates.pop("*")
    return ScheduleData(
        name=name,
        title=_law_title(name, day.isoformat()),
        importer="USA",
        rates={code: rate for code, (rate, _) in sorted(rates.items())},
        default=default * default_share,
        coverage={code: share for code, (_, share) in sorted(rates.items()) if 0 < share < 1},
        coverage_source={
            code: LAW_SOURCE for code, (_, share) in sorted(rates.items()) if 0 < share < 1
        },
        date=day.isoformat(),
        kind="in force",
        basis="statutory",
        source=LAW_SOURCE,
        notes=(
            "Increase over the tariffs of 2024, weighted by the imports of 2024.",
            "USMCA use of December 2025.",
        ),
    )


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
