"""`triffin negotiate`: the board of the talks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from typer import Option

from triffin.app import show
from triffin.app.answer_file import check_ending, checked_out, give, write_answer
from triffin.app.declare import command
from triffin.app.options import TALKS_TABLES, Draws, Json, Picture, Seed, TalksScenario
from triffin.app.terminal import print_json, print_text

_LISTED = 30
_ABOUT = ("scenario", "title", "version", "world", "information")


@command(own=TALKS_TABLES, example="triffin negotiate japan-2025 --partner JPN")
def negotiate(
    scenario: TalksScenario,
    partner: Annotated[str | None, Option(help="One partner's problem in full, e.g. JPN.")] = None,
    draws: Draws = 48,
    seed: Seed = 1,
    out: Picture = None,
    as_json: Json = False,
) -> None:
    """Who settles by when, and at which rate.

    The board is exact and draws nothing; --draws and --seed are for what tariffs cost --partner.
    """
    import triffin
    from triffin.questions.talks.negotiate import negotiation
    from triffin.world.registry.sampling import check_draws

    if partner is not None:
        _show_partner(scenario, partner, draws, seed, out, as_json)
        return
    check_ending(out)
    check_draws(draws, seed)
    document = negotiation(scenario) | {"version": triffin.__version__}
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
    from triffin.questions.talks.partner import partner_view

    checked_out(out)
    found = partner_view(scenario, partner, draws=draws, seed=seed)
    write_answer(out, found)
    (print_json if as_json else print_partner)(found)


def _tables(document: dict[str, Any]) -> dict[str, Any]:
    import pandas as pd

    return {"partners": pd.DataFrame(_flat(document["partners"]))}


def _flat(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Partners as a flat table for files."""
    return [
        {key: value for key, value in row.items() if not isinstance(value, dict | list)}
        | {f"rate_{level}": rate for level, rate in row["rate"].items()}
        | {f"naive_{name.replace(' ', '_')}": rate for name, rate in row["naive"].items()}
        | {f"p_{name.replace(' ', '_')}": p for name, p in row["states"].items()}
        | {"demands": ", ".join(row["demands"])}
        | {f"observed_{key}": show.at(row, f"observed.{key}") for key in ("rate", "deal")}
        for row in rows
    ]


def _draw(document: dict[str, Any], path: Path) -> None:
    from triffin.results.figures.board_picture import draw_board

    paths = {
        "rate": "rate.50",
        "low": "rate.5",
        "high": "rate.95",
        "signs": "p_settled",
        "threatened": "announced",
        "half_way": "naive.half-way",
        "observed": "observed.rate",
    }

    def percent(value: float | None) -> float | None:
        return None if value is None else 100 * value

    rows = [
        {"name": row["name"], "status": row["status"]}
        | {key: percent(show.at(row, path)) for key, path in paths.items()}
        for row in document["partners"]
        if row["p_executed"]
    ]
    draw_board(
        rows,
        path,
        title=document["title"],
        subtitle=f"Rates on {document['last']}, median and 90 % interval; as known on "
        f"{document['information']}",
    )


def _print(document: dict[str, Any]) -> None:
    show.answer_head(document)
    rows = document["partners"]
    show.table(
        f"{document['title']}\nChances by {document['last']} and rates, %",
        rows[:_LISTED],
        show.text("partner", lambda row: _short(row["name"])),
        show.figure("settles", "p_settled", 0, 100),
        show.figure("executed", "p_executed", 0, 100),
        show.text("5-25-50-75-95 %", _quantiles),
        show.figure("half-way", "naive.half-way", 1, 100),
        show.figure("then", "observed.rate", 0, 100),
    )
    print_text(
        "settles, executed: chances. rate: its 5, 25, 50, 75 and 95 % quantiles. half-way: between "
        "the rate paid and the one threatened. then: rate in force on 7 August 2025, not used."
    )
    if len(rows) > _LISTED:
        print_text(f"{len(rows) - _LISTED} smaller partners: --json or --out FILE.csv.")
    show.tell(
        "On {date} the threat on who has not settled is carried out in full with probability "
        "{full:2}, in part {part:2}, extended {extended:2}, withdrawn {withdrawn:2}; {counts} "
        "resolved threats of this kind were ever carried out.",
        document["at_deadline"],
    )
    if document["rules"]:
        show.table(
            "Rules for the rates of 88 partners, 18 April to 7 August 2025; no row uses it",
            document["rules"],
            show.text("rule", "name"),
            show.figure("mean error", "mae", 1),
            show.figure("by trade", "weighted", 1),
            show.figure("rank", "rank"),
            show.figure("CRPS", "crps", 1),
        )
    show.tell(
        "Theory, which sets no rate: bargains between governments that care for national welfare "
        "end at {bargain_rate:1%} by trade, {bargain_rate_without_cash:1%} without cash, the "
        "sender's best response at {best_response_rate:1%}; half-way is {half_way_rate:1%}. The "
        "half-way rule has no free parameter.",
        document["theory"],
    )
    if document["missing"]:
        names = ", ".join(f"{row['name']} ({row['reason']})" for row in document["missing"])
        print_text(f"Missing: {names}.")
    print_text("Drivers: " + ", ".join(document["drivers"]) + ".")
    show.paragraphs(map(show.sentence, document["notes"]))


def _quantiles(row: dict[str, Any]) -> str:
    return " ".join(f"{100 * rate:.0f}" for rate in row["rate"].values())


def _short(name: str) -> str:
    return name if len(name) <= 16 else name[:15] + "…"
