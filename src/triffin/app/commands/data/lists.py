"""`triffin worlds`, `scenarios`, `schedules`, `models`, `parameters` and `replicate`."""

from __future__ import annotations

from typing import Any

from triffin.app.terminal import number, print_json, print_table, print_text


def show_worlds(as_json: bool) -> None:
    """Name, title, year, size, source and terms of every world."""
    from triffin.world.loading import list_worlds

    found = list_worlds()
    if as_json:
        print_json({"worlds": found})
        return
    for world in found:
        print_table(
            "",
            [world["name"], world["title"]],
            [
                ["year", world["year"]],
                [
                    "size",
                    f"{world['economies']} economies, {world['sectors']} sectors, "
                    f"{world['bytes'] / 1e3:,.0f} kB",
                ],
                ["source", world["source"]],
                ["terms", world["licence"]],
            ],
        )


def show_scenarios(as_json: bool) -> None:
    """Name, title, dates and players of every shipped scenario."""
    from triffin.scenario.loading import list_scenarios

    found = list_scenarios()
    if as_json:
        print_json({"scenarios": found})
        return
    print_table(
        "",
        ["scenario", "title", "start", "days", "players"],
        [
            [s["name"], s["title"], s["start"], s["days"], f"{s['hegemon']}, {s['focus']}"]
            for s in found
        ],
    )


def show_schedules(as_json: bool) -> None:
    """Named tariff schedules with date, importer, basis and source."""
    from triffin.world.data.schedules import list_schedules

    found = list_schedules()
    if as_json:
        print_json({"schedules": found})
        return
    print_table(
        "",
        ["schedule", "title", "date"],
        [[s["name"], s["title"], s["date"]] for s in found],
    )


def show_models(as_json: bool) -> None:
    """Every model with its options and citation."""
    from dataclasses import asdict

    from triffin.trade.models import MODELS

    found = [asdict(model) for model in MODELS.values()]
    if as_json:
        print_json({"models": found})
        return
    print_table(
        "",
        ["model", "what it is", "source"],
        [[m["name"], m["title"], m["citation"]] for m in found],
    )


def show_parameters(name: str | None, as_json: bool) -> None:
    """The registry, or one entry of it in full.

    Raises InputError with the nearest match for an unknown name.
    """
    from triffin.world.registry.registry import all_parameters, parameter

    found = [parameter(name)] if name else list(all_parameters().values())
    entries = [_entry(p) for p in found]
    if as_json:
        print_json({"parameters": entries})
        return
    if name:
        rows = [[key, _text(value)] for key, value in entries[0].items()]
        print_table("", ["", name], rows)
        return
    print_table(
        "",
        ["parameter", "unit", "grade", "value", "low", "high"],
        [
            [e["name"], e["unit"], e["grade"], *(f"{e[k]:g}" for k in ("value", "low", "high"))]
            for e in entries
        ],
        numeric=3,
    )


def _entry(p: Any) -> dict[str, Any]:
    keys = (
        "name",
        "value",
        "unit",
        "distribution",
        "low",
        "high",
        "source",
        "grade",
        "description",
        "note",
        "room",
    )
    return {key: getattr(p, key) for key in keys}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return "—" if value is None else str(value)


def replicate_paper(paper: str | None, as_json: bool) -> int:
    """Published against computed; exit code 1 if a row is off, as that would be a bug.

    Raises InputError with the nearest match for an unknown paper.
    """
    from triffin.evidence.replications.replication import replicate

    document = replicate(paper)
    rows = [row for found in document["papers"] for row in found["rows"]]
    if as_json:
        print_json(document)
    else:
        for found in document["papers"]:
            _print_paper(found)
    return 0 if all(row["ok"] for row in rows) else 1


def _print_paper(found: dict[str, Any]) -> None:
    notes = list(dict.fromkeys(row["note"] for row in found["rows"] if row.get("note")))
    print_table(
        found["citation"],
        ["what", "ok", "published", "computed"],
        [
            [
                row["what"] + (f" [{notes.index(row['note']) + 1}]" if row.get("note") else ""),
                "yes" if row["ok"] else "NO",
                number(row["published"], 3),
                number(row["computed"], 3),
            ]
            for row in found["rows"]
        ],
        numeric=2,
    )
    for mark, note in enumerate(notes, start=1):
        print_text(f"[{mark}] {note}")
    right = sum(row["ok"] for row in found["rows"])
    print_text(f"{right} of {len(found['rows'])} rows agree to the printed digit")
    if found.get("note"):
        print_text(found["note"])
    for key, title in (
        ("comparisons", "Beside other models, not held to agree"),
        ("artefacts", "Artefacts of the literature, explained and not reproduced"),
    ):
        if found.get(key):
            print_table(
                title,
                ["what and why", "published", "computed"],
                [
                    [
                        f"{row['what']}: {row['why']}",
                        _small(row["published"]),
                        _small(row["computed"]),
                    ]
                    for row in found[key]
                ],
                numeric=2,
            )


def _small(value: float | None) -> str:
    """Two places, or four where two would leave nothing to read."""
    return number(value, 4 if value is not None and 0 < abs(value) < 0.1 else 2)
