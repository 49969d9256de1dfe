"""`triffin align`: who concedes, holds, retaliates, pivots or sells."""

from __future__ import annotations

from typing import Any

from triffin.app import show
from triffin.app.commands.talks.bluff import print_talks_foot, print_talks_head
from triffin.app.declare import command
from triffin.app.options import TALKS_TABLES, Draws, Seed, TalksScenario
from triffin.app.terminal import number, print_text

_SHOWN = 15


def print_alignment(document: dict[str, Any]) -> None:
    print_talks_head(document)
    _print_actions(document)
    _print_partners(document)
    _print_fixed_points(document)
    _print_pivotal(document)
    _print_isolation(document)
    print_talks_foot(document)


@command(own=TALKS_TABLES, answer=print_alignment, example="triffin align japan-2025 --draws 500")
def align(scenario: TalksScenario, draws: Draws = 1000, seed: Seed = 1) -> dict[str, Any]:
    """Who gives in, and who resists how."""
    from triffin.questions.talks.align import alignment
    from triffin.scenario import load_scenario

    return alignment(load_scenario(scenario), draws=draws, seed=seed)


def _print_actions(document: dict[str, Any]) -> None:
    show.table(
        "Number of partners by what they do",
        document["actions"],
        show.text("action", show.NAME),
        show.figure("expected", "expected", 1),
        show.interval("median (90 %)", lambda row: row, 0),
    )
    seen = document["observed"]
    if seen is not None:
        where = "inside" if seen["inside"] else "outside"
        show.tell(
            f"In 2025 {{retaliators:0}} retaliated, {where} the model's interval of "
            "{model.low:0} to {model.high:0}. Nothing is fitted to 2025; intercepts reproduce "
            "2018-19.",
            seen,
        )


def _print_partners(document: dict[str, Any]) -> None:
    show.table(
        f"Probability by partner, % (the {_SHOWN} largest by trade; all of them: --json)",
        sorted(document["partners"], key=lambda row: -row["weight"])[:_SHOWN],
        show.text("partner", "iso3"),
        *(
            show.figure(action, f"probabilities.{action}", 0, 100)
            for action in ("concede", "hold", "retaliate", "pivot", "sell")
        ),
        show.figure("fear q", "q.median"),
    )


def _print_fixed_points(document: dict[str, Any]) -> None:
    show.tell(
        "Share of trade that resists: {equilibria.reached:band2}; at most {equilibria.most} "
        "equilibria in a draw, more than one in {equilibria.share_of_draws_with_several:0%}. "
        "Resisting gains from the resistance of others for "
        "{strategic.share_of_threatened_that_gain_from_others:0%} of threatened partners.",
        document,
    )
    if document["strategic"]["followers_of_focus"] is not None:
        show.tell(
            "If {focus} resists rather than gives in, the expected number of others that resist "
            "changes by {followers_of_focus:band2}.",
            document["strategic"],
        )


def _print_pivotal(document: dict[str, Any]) -> None:
    show.table(
        "Pivotal partners (global game): what each adds to the strength a campaign needs",
        document["pivotal"],
        show.text("partner", "iso3"),
        show.text("name", "name"),
        show.interval("influence", "influence", 3),
    )
    game, found = document["global_game"], document["cascade"]
    thresholds = ", ".join(number(t) for t in game["public_signal"]["theta_star"])
    show.tell(
        "The hegemon's campaign succeeds if it is stronger than {strength_needed:band2} of trade; "
        f"with a public signal that moves with credibility, than {thresholds}.",
        game,
    )
    followers = ", ".join(found["follow"]) or "nobody"
    show.tell(
        "Cascade (network of trade and treaties): {seed} resists from the start; "
        f"{followers} follows that would not resist anyway; {{n_resist}} of {{of}} threatened "
        f"partners resist in the end, {len(found['resist_without_it'])} without it.",
        found,
    )


def _print_isolation(document: dict[str, Any]) -> None:
    found = document["self_isolation"]
    show.lines(
        "Does the hegemon isolate itself? Trade with third parties, log change",
        ["", "median (90 %)"],
        [
            ["hegemon", show.band(found["third_party_hegemon"], 3)],
            ["rival", show.band(found["third_party_rival"], 3)],
            ["self-isolation (above 0: it does)", show.band(found, 3)],
            ["at the tariffs of the talks alone", show.band(found["at_the_pause"], 3)],
            ["alignment with the hegemon", show.band(document["alignment_index"], 3)],
        ],
    )
    if found["undefined"]:
        print_text(f"{found['undefined'][0].upper()}{found['undefined'][1:]}.")
    print_text(f"Trade flows are exact solves of {found['exact_draws']} draws.")
    for row in document["sellers"]:
        show.tell(
            "{name}: a sale of Treasuries is credible in {credible:0%} of draws; it gains "
            "{sale_gain_percent:band2} % of GDP on holding.",
            row,
        )
