"""`triffin align`: who concedes, holds, retaliates, pivots or sells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.commands.talks.bluff import band, percent
from triffin.app.terminal import number, print_json, print_table, print_text

SHOWN = 15


def align(scenario: str, *, draws: int, seed: int, out: Path | None, as_json: bool) -> None:
    """Who gives in and who resists in a scenario's talks.

    Raises InputError for a scenario without deadlines or threat, and for draws or a seed that
    cannot be used.
    """
    from triffin.questions.talks.align import alignment
    from triffin.scenario import load_scenario

    checked_out(out)
    document = alignment(load_scenario(scenario), draws=draws, seed=seed)
    write_answer(out, document)
    if as_json:
        print_json(document)
        return
    print_text(f"{document['class']}, grade {document['grade']}: {document['question']}")
    print_text(document["answer"])
    print_text(
        f"{document['title']}; known until {document['information']}, deadline "
        f"{document['deadline']}. Median and 90 % interval over {document['draws']} draws; "
        f"drivers: {', '.join(document['drivers'])}."
    )
    _print_actions(document)
    _print_partners(document)
    _print_fixed_points(document)
    _print_pivotal(document)
    _print_isolation(document)
    for note in document["notes"]:
        print_text(f"{note[0].upper()}{note[1:]}.")
    if document["missing"]:
        print_text(
            "Not in the trade data: "
            + ", ".join(entry["reason"].split(":")[0] for entry in document["missing"])
            + "."
        )


def _print_actions(document: dict[str, Any]) -> None:
    print_table(
        "Number of partners by what they do",
        ["action", "expected", "median (90 %)"],
        [
            [name, number(found["expected"], 1), band(found, 0)]
            for name, found in document["actions"].items()
        ],
        numeric=2,
    )
    seen = document["observed"]
    if seen is not None:
        where = "inside" if seen["inside"] else "outside"
        print_text(
            f"In 2025 {number(seen['retaliators'], 0)} retaliated, {where} the model's interval "
            f"of {number(seen['model']['low'], 0)} to {number(seen['model']['high'], 0)}. Nothing "
            "is fitted to 2025; intercepts reproduce 2018-19."
        )


def _print_partners(document: dict[str, Any]) -> None:
    rows = sorted(document["partners"], key=lambda row: -row["weight"])[:SHOWN]
    print_table(
        f"Probability by partner, % (the {SHOWN} largest by trade; all of them: --json)",
        ["partner", "concede", "hold", "retaliate", "pivot", "sell", "fear q"],
        [
            [
                row["iso3"],
                *(number(100 * p, 0) for p in row["probabilities"].values()),
                "—" if row["q"] is None else number(row["q"]["median"]),
            ]
            for row in rows
        ],
        numeric=6,
    )


def _print_fixed_points(document: dict[str, Any]) -> None:
    found, strategic = document["equilibria"], document["strategic"]
    print_text(
        f"Share of trade that resists: {band(found['reached'])}; at most {found['most']} "
        f"equilibria in a draw, more than one in {percent(found['share_of_draws_with_several'])}. "
        f"Resisting gains from the resistance of others for "
        f"{percent(strategic['share_of_threatened_that_gain_from_others'])} of threatened partners."
    )
    if strategic["followers_of_focus"] is not None:
        print_text(
            f"If {strategic['focus']} resists rather than gives in, the expected number of others "
            f"that resist changes by {band(strategic['followers_of_focus'])}."
        )


def _print_pivotal(document: dict[str, Any]) -> None:
    print_table(
        "Pivotal partners (global game): what each adds to the strength a campaign needs",
        ["partner", "name", "influence"],
        [[row["iso3"], row["name"], band(row["influence"], 3)] for row in document["pivotal"]],
        numeric=1,
    )
    game = document["global_game"]
    thresholds = ", ".join(number(t) for t in game["public_signal"]["theta_star"])
    print_text(
        "The hegemon's campaign succeeds if it is stronger than "
        f"{band(game['strength_needed'])} of trade; with a public signal that moves with "
        f"credibility, than {thresholds}."
    )
    found = document["cascade"]
    followers = ", ".join(found["follow"]) or "nobody"
    print_text(
        f"Cascade (network of trade and treaties): {found['seed']} resists from the start; "
        f"{followers} follows that would not resist anyway; {found['n_resist']} of {found['of']} "
        f"threatened partners resist in the end, {len(found['resist_without_it'])} without it."
    )


def _print_isolation(document: dict[str, Any]) -> None:
    found = document["self_isolation"]
    print_table(
        "Does the hegemon isolate itself? Trade with third parties, log change",
        ["", "median (90 %)"],
        [
            ["hegemon", band(found["third_party_hegemon"], 3)],
            ["rival", band(found["third_party_rival"], 3)],
            ["self-isolation (above 0: it does)", band(found, 3)],
            ["at the tariffs of the talks alone", band(found["at_the_pause"], 3)],
            ["alignment with the hegemon", band(document["alignment_index"], 3)],
        ],
        numeric=1,
    )
    print_text(f"Trade flows are exact solves of {found['exact_draws']} draws.")
    for row in document["sellers"]:
        print_text(
            f"{row['name']}: a sale of Treasuries is credible in {percent(row['credible'])} of "
            f"draws; it gains {band(row['sale_gain_percent'])} % of GDP on holding."
        )
