"""`triffin bluff`: is the hegemon caught between punishing and being seen to bluff?"""

from __future__ import annotations

from typing import Any

from triffin.app.declare import TALKS, command
from triffin.app.options import TALKS_TABLES, Draws, Seed, TalksScenario
from triffin.app.show import (
    NAME,
    answer_head,
    band,
    count,
    figure,
    interval,
    lines,
    paragraphs,
    sentence,
    share,
    table,
    tell,
    text,
    told,
)
from triffin.app.terminal import print_text

_SHOWN = 12


def print_bluff(document: dict[str, Any]) -> None:
    print_talks_head(document, "; threat: {threat}")
    _print_sides(document)
    _print_outcomes(document)
    _print_belief(document["credibility"])
    _print_pain(document)
    table(
        "By model and use of the tariff revenue",
        document["by_model"],
        text("model", "model"),
        figure("gain a year, bn", "strike_all_bn_per_year", 0),
        interval("index", "index"),
        count("partners that pay", "partners_that_pay"),
    )
    table(
        "What audiences fear: the chance q that they are punished",
        document["audiences"],
        text("audience", "name"),
        count("partners", "partners"),
        count("threatened", "threatened"),
        interval("q", "q"),
        share("pays by itself", "self_enforcing_share"),
    )
    _print_pure(document["pure_model"])
    _print_partners(document["partners"])
    print_talks_foot(document)


@command(
    own=TALKS_TABLES,
    answer=print_bluff,
    panel=TALKS,
    example="triffin bluff japan-2025",
)
def bluff(scenario: TalksScenario, draws: Draws = 1000, seed: Seed = 1) -> dict[str, Any]:
    """Punish or be seen to bluff: is the hegemon caught?"""
    from triffin.questions.talks import bluff as question
    from triffin.scenario import load_scenario

    return question.bluff(load_scenario(scenario), draws=draws, seed=seed)


def print_talks_head(document: dict[str, Any], more: str = "") -> None:
    """What is asked, the answer, and what was known and drawn."""
    answer_head(document)
    tell(
        f"{{title}}; known until {{information}}, deadline {{deadline}}{more}. Median and 90 % "
        f"interval over {{draws}} draws; drivers: {', '.join(document['drivers'])}.",
        document,
    )


def print_talks_foot(document: dict[str, Any]) -> None:
    paragraphs(map(sentence, document["notes"]))
    if document["missing"]:
        names = ", ".join(entry["reason"].split(":")[0] for entry in document["missing"])
        print_text(f"Not in the trade data: {names}.")


def _print_sides(document: dict[str, Any]) -> None:
    cost = document["cost_bn"]
    lines(
        f"The two sides, bn USD over {cost['years']:g} years",
        ["punishing all who are threatened", "bn USD"],
        [
            ["trade (below zero: it pays)", band(cost["trade"], 0)],
            ["market pain beyond what is tolerated", band(cost["market_pain"], 1)],
            ["cost", band(cost["total"], 0)],
            ["reputation: concessions it earns", band(document["reputation_bn"], 0)],
            ["audience cost of backing down", band(document["audience_cost_bn"], 0)],
        ],
    )


def _print_outcomes(document: dict[str, Any]) -> None:
    table(
        "What happens at the deadline, and what is believed afterwards",
        document["outcomes"],
        text("outcome", lambda row: row[NAME].replace("_", " ")),
        share("probability", "probability"),
        interval("belief in a tough hegemon", "belief_after"),
    )
    seen = document["observed"]
    if seen is not None:
        what = seen["outcome"].replace("_", " ")
        tell(
            f"What happened, not known to the model: {what} on {{date}}, given {{probability:0%}} "
            "here.",
            seen,
        )


def _print_belief(found: dict[str, Any]) -> None:
    before = dict.fromkeys(("date", "what", "partner", "outcome", "rise_bp"))
    table(
        "Belief that the hegemon is tough",
        [before | {"belief": found["prior"]}, *found["events"]],
        text("date", lambda row: row["date"] or "before"),
        text("event", lambda row: told("{what}: {partner}", row) if row["what"] else ""),
        text("read as", lambda row: (row["outcome"] or "").replace("_", " ")),
        count("10-year, bp", lambda row: told("{rise_bp:0}", row) if row["date"] else ""),
        interval("belief", "belief"),
    )


def _print_pain(document: dict[str, Any]) -> None:
    table(
        "The index as the 10-year yield rises within three days",
        document["by_pain"],
        text("rise, bp", lambda row: told("{rise_bp:0}", row)),
        interval("index", "index"),
        share("backing down better", "backing_down_better"),
        share(
            "pause likely", lambda row: row["outcomes"]["extension"] + row["outcomes"]["back_down"]
        ),
    )
    tell(
        "Drawn: a rise of {market_pain.rise_bp:band0} bp; {market_pain.observed_rise_bp:0} bp were "
        "seen until {information}. Tolerated: {market_pain.tolerance_bp:band0} bp.",
        document,
    )


def _print_pure(found: dict[str, Any]) -> None:
    if not found["players"]:
        tell("Pure reputation game: {reason}.", found)
        return
    held = "holds out" if found["first_partner_holds_out"] else "concedes"
    tell(
        "Pure reputation game without noise (a limit, no forecast), players in order "
        f"{', '.join(found['players'])}: the first {held}; a hold-out would be punished with "
        "probability {total_fight_prob:2}.",
        found,
    )


def _print_partners(rows: list[dict[str, Any]]) -> None:
    hit = [row for row in rows if row["threatened"]]
    pays = [row["iso3"] for row in hit if row["self_enforcing"]]
    hit.sort(key=lambda row: -row["weight"])
    table(
        f"Threatened partners (the {_SHOWN} largest by trade; all of them: --json)",
        hit[:_SHOWN],
        text("partner", "iso3"),
        figure("threat %", "threat", 0, 100),
        interval("fear q", "q"),
        figure("cost, bn", "cost_bn.median", 1),
        share("pays by itself", "self_enforcing_share"),
    )
    print_text(
        "Self-enforcing, punishing them pays in most draws: " + (", ".join(pays) or "nobody") + "."
    )
