"""`triffin negotiate`: the board of the talks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from triffin.app import show
from triffin.app.answer_file import check_ending, checked_out, give, write_answer
from triffin.app.declare import command
from triffin.app.options import TALKS_TABLES, Draws, Json, Picture, Seed, TalksScenario
from triffin.app.terminal import print_json, print_text, say

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.strategy.negotiation.board import Board

_LISTED = 30
_DRIVERS = 5
_QUESTION = "How many partners sign before the first deadline?"
_OF_PARAMETERS = ("value", "low", "high", "unit", "grade", "source")
_ABOUT = ("scenario", "title", "hash", "version", "world", "information", "draws", "seed")


@command(own=TALKS_TABLES, example="triffin negotiate japan-2025 --partner JPN")
def negotiate(
    scenario: TalksScenario,
    partner: Annotated[str | None, Option(help="One partner's problem in full, e.g. JPN.")] = None,
    draws: Draws = 256,
    seed: Seed = 1,
    out: Picture = None,
    as_json: Json = False,
) -> None:
    """Who signs what, when, and at which credibility of the threat."""
    from triffin.scenario import load_scenario
    from triffin.strategy.negotiation.board import board_of

    if partner is not None:
        _show_partner(scenario, partner, draws, seed, out, as_json)
        return
    check_ending(out)
    plan = load_scenario(scenario)
    say(f"solving the payoffs of {plan.scenario} and {draws} draws of the talks")
    document = as_document(board_of(plan, draws=draws, seed=seed))
    give(
        document,
        out,
        as_json,
        draw=lambda path: _draw(document, path),
        tables=lambda: _tables(document),
        about={key: document[key] for key in _ABOUT},
        show=lambda: _print(document),
    )


def _show_partner(
    scenario: str, partner: str, draws: int, seed: int, out: Path | None, as_json: bool
) -> None:
    from triffin.app.commands.talks.partner import print_partner
    from triffin.questions.partner.problem import partner_view

    checked_out(out)
    found = partner_view(scenario, partner, draws=draws, seed=seed)
    write_answer(out, found)
    (print_json if as_json else print_partner)(found)


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
    used = entries(parameters=scene.parameters)
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
            {"name": name, **{key: getattr(entry, key) for key in _OF_PARAMETERS}}
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
    from triffin.world.base.arrays import other_threads
    from triffin.world.base.own_tables_in_place import active_own_data
    from triffin.world.loading import load_world

    identity = {
        "world": str(load_world(plan.world).provenance.get("sha256", plan.world)),
        **active_own_data(),
        **other_threads(),
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
    return [
        {key: value for key, value in row.items() if not isinstance(value, dict | list)}
        | {f"rate_{key}": show.at(row, f"terms.rate.{key}") for key in ("median", "low", "high")}
        | {f"p_{word.replace(' ', '_')}": p for word, p in row["probability"].items()}
        | {"demands": ", ".join(row["demands"])}
        | {f"observed_{key}": show.at(row, f"observed.{key}") for key in ("rate", "deal")}
        for row in rows
    ]


def _draw(document: dict[str, Any], path: Path) -> None:
    from triffin.results.figures.board_picture import draw_board

    paths = {
        "rate": "terms.rate.median",
        "low": "terms.rate.low",
        "high": "terms.rate.high",
        "signs": "probability.signed",
        "threatened": "announced",
        "best_response": "best_response",
        "observed": "observed.rate",
    }

    def percent(value: float | None) -> float | None:
        return None if value is None else 100 * value

    rows = [
        {"name": row["name"], "status": row["status"]}
        | {key: percent(show.at(row, path)) for key, path in paths.items()}
        for row in document["partners"]
        if row["lever"] != "none"
    ]
    draw_board(
        rows,
        path,
        title=document["title"],
        subtitle=f"Rates agreed, median and 90 % interval; as known on {document['information']}",
    )


def _print(document: dict[str, Any]) -> None:
    show.answer_head(document)
    rows = document["partners"]
    hegemon = document["hegemon"]
    bargaining = [row for row in rows if row["lever"] != "none"]
    show.table(
        f"{document['title']}\nRates of {hegemon} in %, gains in USD bn per year",
        bargaining[:_LISTED],
        show.text("partner", lambda row: _short(row["name"])),
        show.text("most likely", "status"),
        show.figure("signs %", "probability.signed", 0, 100),
        show.figure("day", "day", 0),
        show.figure("rate", "terms.rate.median", 1, 100),
        show.figure("then", "observed.rate", 0, 100),
        show.figure("needs q", "credibility_needed"),
        show.figure(hegemon, "gain_hegemon", 1),
        show.figure("own", "gain_partner", 1),
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
        show.table(
            "Rules beside the rates in force on 7 August 2025, where there were terms",
            document["rules"],
            show.text("rule", "rule"),
            show.figure("rank correlation", "rank_correlation"),
            *show.figures(("mean error", "mean_error"), ("weighted", "weighted_error"), places=1),
            show.count("partners", "partners"),
        )
    if document["record"]:
        show.table(
            "The record beside the board",
            document["record"],
            show.text("what", "what"),
            show.figure("observed", "observed"),
            *show.SPREAD,
            show.count("inside", lambda row: "yes" if row["inside"] else "no"),
        )
    print_text("Drivers: " + ", ".join(document["drivers"]) + ".")
    show.paragraphs(map(show.sentence, document["notes"]))


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17] + "…"
