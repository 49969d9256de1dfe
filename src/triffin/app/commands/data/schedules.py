"""`triffin schedules`: the named schedules, and US tariff law on any day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from triffin.app.declare import command
from triffin.app.show import figure, share, table, text
from triffin.app.terminal import print_text, say
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from datetime import date

_PARTNERS_SHOWN = 15


def print_schedules(found: dict[str, Any]) -> None:
    if "duties" in found:
        table(
            f"{found['name']}: duties on goods of the United States",
            found["duties"],
            text("importer", "importer"),
            text("sector", "sector"),
            figure("rate %", "rate_pct"),
            figure("US exports on the list, m USD", "listed_musd"),
        )
    elif "cells" in found:
        _print_law(found)
    elif "schedules" not in found:
        _print_rates(found)
    else:
        table(
            "",
            found["schedules"],
            text("schedule", "name"),
            text("title", "title"),
            text("date", "date"),
        )
    if found.get("written"):
        say(f"written: {found['written']}")


@command(listing=print_schedules, example="triffin schedules us-law --on 2025-11-20")
def schedules(
    name: Annotated[
        str | None, Argument(help="us-law, us-law@DATE or a name; all if left out.")
    ] = None,
    on: Annotated[str | None, Option(help="With us-law: the day, YYYY-MM-DD.")] = None,
    usmca: Annotated[
        str, Option(help="USMCA use: settled (December 2025) or dated (the month's).")
    ] = "settled",
    picture: Annotated[
        Path | None,
        Option("--out", help="Draw the law's average by day (.svg .png .html .json .csv)."),
    ] = None,
) -> dict[str, Any]:
    """The named tariff schedules; us-law is US law on any day."""
    from triffin.world.data.answers import day_of_answers
    from triffin.world.data.schedules import list_schedules
    from triffin.world.data.us_law.law import NAME, day_of

    if name is None and on is None and picture is None:
        return {"schedules": list_schedules()}
    asked = name or NAME
    if (answered := day_of_answers(asked)) is not None:
        return _answers(asked, answered)
    day = _day(asked, on)
    if day is None and day_of(asked) is None:
        if picture is not None:
            raise InputError(
                f"{asked} is one day of rates by partner and has no path to draw.",
                field="--out",
                value=str(picture),
                valid=f"{NAME}, or --json",
            )
        return _rates(asked)
    document = _law(asked, day or day_of(asked), usmca)
    if picture is not None:
        _draw(document, picture)
        document["written"] = str(picture)
    return document


def _day(name: str, on: str | None) -> date | None:
    from datetime import date

    from triffin.world.data.us_law.law import NAME

    if on is None:
        return None
    if name != NAME:
        raise InputError(
            f"{name} has a day of its own.",
            field="--on",
            value=on,
            valid=f"{NAME} --on {on}, or {name} alone",
        )
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise InputError(
            f"{on!r} is not a day.", field="--on", value=on, valid="a day such as 2025-11-20"
        ) from None


def _answers(name: str, day: date) -> dict[str, Any]:
    """What Canada and China had on goods of the United States on a day, by ICIO sector."""
    from triffin.world.data.answers import SOURCE, answers_on

    columns = ("importer", "sector", "rate_pct", "listed_musd", "source", "grade")
    duties = [{key: getattr(one, key) for key in columns} for one in answers_on(day)]
    return {"name": name, "date": day.isoformat(), "source": SOURCE, "duties": duties}


def _rates(name: str) -> dict[str, Any]:
    """A schedule with one rate a partner."""
    from triffin.world.data.schedules import named_schedule

    found = named_schedule(name)
    return {
        "name": found.name,
        "title": found.title,
        "importer": found.importer,
        "date": found.date,
        "kind": found.kind,
        "default": found.default,
        "partners": [
            {"iso3": code, "rate": rate, "coverage": found.coverage.get(code)}
            for code, rate in sorted(found.rates.items())
        ],
        "source": found.source,
        "notes": list(found.notes),
    }


def _law(name: str, day: date | None, usmca: str) -> dict[str, Any]:
    """The law on a day by partner and sector, and the path of the average."""
    from triffin.world.data.us_law.law import LAST, SOURCE, by_partner, law_on, rules_on

    found = law_on(day or LAST, usmca)
    columns = (
        found.partner, found.sector, found.imports, found.statutory, found.covered,
        found.effective,
    )  # fmt: skip
    return {
        "name": name,
        "date": found.day.isoformat(),
        "usmca": usmca,
        "unit": "per cent of the customs value of 2024, over the tariffs of 2024",
        "average_increase": found.average,
        "rules": list(rules_on(found.day)),
        "partners": [
            {
                "iso3": code,
                "imports_usd": imports,
                "effective_increase_pct": effective,
                "covered_share": covered,
            }
            for code, (imports, effective, covered) in by_partner(found).items()
        ],
        "path": _path(usmca),
        "cells": [
            {
                "iso3": str(partner),
                "icio": str(sector),
                "imports_usd": float(imports),
                "statutory_on_covered_pct": float(statutory),
                "covered_share": float(covered),
                "effective_increase_pct": float(effective),
            }
            for partner, sector, imports, statutory, covered, effective in zip(
                *columns, strict=True
            )
        ],
        "source": SOURCE,
    }


def _path(usmca: str) -> list[dict[str, Any]]:
    """The average increase on every day on which the law changed."""
    from triffin.world.data.us_law.law import changes, law_on

    return [
        {
            "date": day.isoformat(),
            "average_increase": law_on(day, usmca).average,
            "rules": list(rules),
        }
        for day, rules in changes()
    ]


def _print_law(found: dict[str, Any]) -> None:
    print_text(
        f"US tariffs by law on {found['date']}: {found['average_increase']:.2f} points above the "
        f"tariffs of 2024, on imports of 2024; USMCA use {found['usmca']}."
    )
    table(
        "The average by day on which the law changed",
        found["path"],
        text("from", "date"),
        text("rules that begin or end", lambda row: " ".join(row["rules"]) or "—"),
        figure("increase, points", "average_increase"),
    )
    table(
        f"The largest partners on {found['date']}",
        found["partners"][:_PARTNERS_SHOWN],
        text("partner", "iso3"),
        figure("imports, bn USD", "imports_usd", 1, 1e-9),
        share("covered", "covered_share", 1),
        figure("increase, points", "effective_increase_pct"),
    )
    say("By partner and sector: --json. The rules: docs/us-law.md.")


def _print_rates(found: dict[str, Any]) -> None:
    table(
        found["title"],
        [*found["partners"], {"iso3": "others", "rate": found["default"], "coverage": None}],
        text("partner", "iso3"),
        share("rate", "rate", 1),
        text("share that pays", lambda row: _share(row["coverage"])),
    )
    for note in found["notes"]:
        say(note)


def _share(coverage: float | None) -> str:
    return "—" if coverage is None else f"{100 * coverage:.0f} %"


def _draw(document: dict[str, Any], out: Path) -> None:
    """The path of the average as steps, one for each change of the law."""
    from triffin.results.figures.picture_files import steps

    steps(
        [{"date": row["date"], "value": row["average_increase"]} for row in document["path"]],
        out,
        title="US tariffs by law: increase over the tariffs of 2024",
        subtitle=f"Weighted by imports of 2024. USMCA use {document['usmca']}.",
        axis="percentage points",
    )
