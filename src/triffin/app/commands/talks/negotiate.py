"""`triffin negotiate`: the board of the talks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.app.commands.trade.trade import PICTURES, check_ending, write_tables
from triffin.app.terminal import number, print_json, print_table, print_text, say, writing

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.strategy.negotiation.board import Board

_LISTED = 30
_DRIVERS = 5
_QUESTION = "How many partners sign before the first deadline?"


def negotiate(scenario: str, *, draws: int, seed: int, out: Path | None, as_json: bool) -> None:
    """The board of a scenario's talks: who signs what, when, and why not.

    Raises InputError for a scenario without a deadline, and for numbers of draws, seeds and files
    that are not valid.
    """
    from triffin.scenario import load_scenario
    from triffin.strategy.negotiation.board import board_of

    if out is not None:
        check_ending(out)
    plan = load_scenario(scenario)
    say(f"solving the payoffs of {plan.scenario} and {draws} draws of the talks")
    board = board_of(plan, draws=draws, seed=seed)
    document = as_document(board)
    if out is not None:
        with writing(out):
            if out.suffix.lower() in PICTURES:
                _draw(document, out)
            else:
                write_tables(document, _tables(document), _about(document), out)
        say(f"written: {out}")
    if as_json:
        print_json(document)
        return
    _print(document)


def as_document(board: Board) -> dict[str, Any]:
    """The JSON of the interface: partners and missing, and what they rest on."""
    import dataclasses

    import numpy as np

    import triffin
    from triffin.strategy.negotiation import board as made
    from triffin.strategy.negotiation.drawn_values import entries
    from triffin.strategy.negotiation.record_2025 import deals_2025

    course, scene = board.course, board.scene
    plan = scene.scenario
    first = (scene.deadlines[0] - plan.start).days
    by_first = (course.talks.sign_day <= first).sum(axis=1)
    at_end = course.talks.signed.sum(axis=1)
    rows = made.partner_rows(board)
    recorded = any(row["observed"] for row in rows) and plan.end > scene.deadlines[0]
    median, low, high = (float(v) for v in np.quantile(by_first, made.QUANTILES))
    used = entries(plan)
    return {
        "scenario": plan.scenario,
        "title": plan.title,
        "hash": _hash(plan, course.draws, course.seed),
        "version": triffin.__version__,
        "world": scene.world.name,
        "information": scene.known.isoformat(),
        "hegemon": plan.hegemon,
        "draws": course.draws,
        "seed": course.seed,
        "seconds": board.seconds,
        "question": _QUESTION,
        "answer": f"{median:.0f} (90 % interval {low:.0f} to {high:.0f}) by {scene.deadlines[0]}",
        "median": median,
        "low": low,
        "high": high,
        "unit": "partners",
        "class": "forecast",
        "grade": "judgement",
        "drivers": _drivers(course.packages.values, by_first),
        "signed_at_end": made.interval(at_end),
        "credibility": made.interval(course.q),
        "opens": scene.opens.isoformat(),
        "deadlines": [day.isoformat() for day in scene.deadlines],
        "threat": scene.threat_source,
        "decisions": [
            {
                "date": board.date(day),
                "shares": {
                    str(word): float((words == word).mean()) for word in np.unique(words) if word
                },
            }
            for day, words in course.decided
        ],
        "cost_of_execution_usd_bn": made.interval(course.cost.total),
        "partners": rows,
        "missing": made.missing_rows(board),
        "rules": [dataclasses.asdict(rule) for rule in made.comparison(board)],
        "record": deals_2025(board) if recorded else [],
        "parameters": [
            {
                "name": name,
                "value": entry.value,
                "low": entry.low,
                "high": entry.high,
                "unit": entry.unit,
                "grade": entry.grade,
                "source": entry.source,
            }
            for name, entry in used.items()
        ],
        "notes": _notes(made.caution()),
    }


def _notes(caution: str) -> list[str]:
    return [
        "gains are over the threat points, where there is a signature",
        f"best response: {caution}; beside it stand the announced rate and a constant 15 %",
        "observed: what happened later, shown beside the answer and not used in it",
        "one sector: duties on cars are valued only where a scenario demands them",
    ]


def _hash(plan: Scenario, draws: int, seed: int) -> str:
    import triffin
    from triffin.world.base.own_tables_in_place import active_own_data
    from triffin.world.loading import load_world

    identity = {
        "world": str(load_world(plan.world).provenance.get("sha256", plan.world)),
        **active_own_data(),
        "draws": str(draws),
        "seed": str(seed),
        "command": "negotiate",
    }
    return plan.content_hash(identity, triffin.__version__)


def _drivers(values: Any, outcome: Any) -> list[str]:
    """Parameters whose ranks move most with the outcome's; all that are fixed if nothing varies."""
    import numpy as np

    def ranks(x: Any) -> Any:
        return np.argsort(np.argsort(x, kind="stable"), kind="stable")

    varying = {name: x for name, x in values.items() if np.ptp(x) > 0}
    if np.ptp(outcome) == 0 or len(outcome) < 8 or not varying:
        return list(values)[:_DRIVERS]
    strength = {
        name: abs(float(np.corrcoef(ranks(x), ranks(outcome))[0, 1])) for name, x in varying.items()
    }
    return sorted(strength, key=lambda name: -strength[name])[:_DRIVERS]


def _tables(document: dict[str, Any]) -> dict[str, Any]:
    import pandas as pd

    return {
        "rules": pd.DataFrame(document["rules"]),
        "record": pd.DataFrame(document["record"]),
        "partners": pd.DataFrame(_flat(document["partners"])),
    }


def _flat(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Partners as a flat table for files."""
    found = []
    for row in rows:
        rate = (row["terms"] or {}).get("rate") or {}
        plain = {key: value for key, value in row.items() if not isinstance(value, dict | list)}
        found.append(
            plain
            | {f"rate_{key}": rate.get(key) for key in ("median", "low", "high")}
            | {f"p_{word.replace(' ', '_')}": p for word, p in row["probability"].items()}
            | {"demands": ", ".join(row["demands"])}
            | {f"observed_{key}": (row["observed"] or {}).get(key) for key in ("rate", "deal")}
        )
    return found


def _about(document: dict[str, Any]) -> dict[str, Any]:
    kept = ("scenario", "title", "hash", "version", "world", "information", "draws", "seed")
    return {key: document[key] for key in kept}


def _draw(document: dict[str, Any], path: Path) -> None:
    from triffin.results.figures.board_picture import draw_board

    def percent(value: float | None) -> float | None:
        return None if value is None else 100 * value

    rows = []
    for row in document["partners"]:
        if row["lever"] == "none":
            continue
        rate = (row["terms"] or {}).get("rate") or {}
        rows.append(
            {
                "name": row["name"],
                "status": row["status"],
                "rate": percent(rate.get("median")),
                "low": percent(rate.get("low")),
                "high": percent(rate.get("high")),
                "signs": percent(row["probability"]["signed"]),
                "threatened": percent(row["announced"]),
                "best_response": percent(row["best_response"]),
                "observed": percent((row["observed"] or {}).get("rate")),
            }
        )
    draw_board(
        rows,
        path,
        title=document["title"],
        subtitle=f"Rates agreed, median and 90 % interval; as known on {document['information']}",
    )


def _print(document: dict[str, Any]) -> None:
    print_text(f"{document['class']}, grade {document['grade']}: {document['question']}")
    print_text(document["answer"])
    rows = document["partners"]
    hegemon = document["hegemon"]
    bargaining = [row for row in rows if row["lever"] != "none"]

    def percent(value: float | None, places: int = 0) -> str:
        return number(None if value is None else 100 * value, places)

    print_table(
        f"{document['title']}\nRates of {hegemon} in %, gains in USD bn per year",
        ["partner", "most likely", "signs %", "day", "rate", "then", "needs q", hegemon, "own"],
        [
            [
                _short(row["name"]),
                row["status"],
                percent(row["probability"]["signed"]),
                number(row["day"], 0),
                percent(_rate(row), 1),
                percent((row["observed"] or {}).get("rate")),
                number(row["credibility_needed"]),
                number(row["gain_hegemon"], 1),
                number(row["gain_partner"], 1),
            ]
            for row in bargaining[:_LISTED]
        ],
        numeric=7,
    )
    print_text(
        "then: rate in force on 7 August 2025, not used. needs q: credibility of the threat at "
        f"which it signs. {hegemon}, own: gains over the threat where it signs."
    )
    if len(bargaining) > _LISTED:
        print_text(f"{len(bargaining) - _LISTED} smaller partners: --json or --out FILE.csv.")
    idle = [row["iso3"] for row in rows if row["lever"] == "none"]
    if idle:
        print_text(f"No tariff threat against {len(idle)} partners: {', '.join(idle)}.")
    if document["missing"]:
        names = ", ".join(f"{row['name']} ({row['reason']})" for row in document["missing"])
        print_text(f"Missing: {names}.")
    if document["rules"]:
        print_table(
            "Rules beside the rates in force on 7 August 2025, where there were terms",
            ["rule", "rank correlation", "mean error", "weighted", "partners"],
            [
                [
                    rule["rule"],
                    number(rule["rank_correlation"]),
                    number(rule["mean_error"], 1),
                    number(rule["weighted_error"], 1),
                    str(rule["partners"]),
                ]
                for rule in document["rules"]
            ],
            numeric=4,
        )
    if document["record"]:
        print_table(
            "The record beside the board",
            ["what", "observed", "median", "5 %", "95 %", "inside"],
            [
                [
                    row["what"],
                    *(number(row[key]) for key in ("observed", "median", "low", "high")),
                    "yes" if row["inside"] else "no",
                ]
                for row in document["record"]
            ],
            numeric=5,
        )
    print_text("Drivers: " + ", ".join(document["drivers"]) + ".")
    for note in document["notes"]:
        print_text(f"{note[0].upper()}{note[1:]}.")


def _rate(row: dict[str, Any]) -> float | None:
    return None if row["terms"] is None else row["terms"]["rate"]["median"]


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17] + "…"
