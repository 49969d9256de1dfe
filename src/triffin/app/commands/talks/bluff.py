"""`triffin bluff`: is the hegemon caught between punishing and being seen to bluff?"""

from __future__ import annotations

from typing import Any

from triffin.app import show
from triffin.app.declare import command
from triffin.app.options import TALKS_TABLES, Draws, Seed, TalksScenario
from triffin.app.terminal import print_text

_SHOWN = 12


def print_bluff(document: dict[str, Any]) -> None:
    print_talks_head(document, "; threat: {threat}")
    _print_sides(document)
    _print_outcomes(document)
    _print_belief(document["credibility"])
    _print_pain(document)
    show.table(
        "By model and use of the tariff revenue",
        document["by_model"],
        show.text("model", "model"),
        show.figure("gain a year, bn", "strike_all_bn_per_year", 0),
        show.interval("index", "index"),
        show.count("partners that pay", "partners_that_pay"),
    )
    show.table(
        "What audiences fear: the chance q that they are punished",
        document["audiences"],
        show.text("audience", "name"),
        show.count("partners", "partners"),
        show.count("threatened", "threatened"),
        show.interval("q", "q"),
        show.share("pays by itself", "self_enforcing_share"),
    )
    _print_pure(document["pure_model"])
    _print_partners(document["partners"])
    print_talks_foot(document)


@command(own=TALKS_TABLES, answer=print_bluff, example="triffin bluff japan-2025")
def bluff(scenario: TalksScenario, draws: Draws = 1000, seed: Seed = 1) -> dict[str, Any]:
    """Punish or be seen to bluff: is the hegemon caught?"""
    from triffin.questions.talks import bluff as question
    from triffin.scenario import load_scenario

    return question.bluff(load_scenario(scenario), draws=draws, seed=seed)


def print_talks_head(document: dict[str, Any], more: str = "") -> None:
    """What is asked, the answer, and what was known and drawn."""
    show.answer_head(document)
    show.tell(
        f"{{title}}; known until {{information}}, deadline {{deadline}}{more}. Median and 90 % "
        f"interval over {{draws}} draws; drivers: {', '.join(document['drivers'])}.",
        document,
    )


def print_talks_foot(document: dict[str, Any]) -> None:
    show.paragraphs(map(show.sentence, document["notes"]))
    if document["missing"]:
        names = ", ".join(entry["reason"].split(":")[0] for entry in document["missing"])
        print_text(f"Not in the trade data: {names}.")


def _print_sides(document: dict[str, Any]) -> None:
    cost = document["cost_bn"]
    show.lines(
        f"The two sides, bn USD over {cost['years']:g} years",
        ["punishing all who are threatened", "bn USD"],
        [
            ["trade (below zero: it pays)", show.band(cost["trade"], 0)],
            ["market pain beyond what is tolerated", show.band(cost["market_pain"], 1)],
            ["cost", show.band(cost["total"], 0)],
            ["reputation: concessions it earns", show.band(document["reputation_bn"], 0)],
            ["audience cost of backing down", show.band(document["audience_cost_bn"], 0)],
        ],
    )


def _print_outcomes(document: dict[str, Any]) -> None:
    show.table(
        "What happens at the deadline, and what is believed afterwards",
        document["outcomes"],
        show.text("outcome", lambda row: row[show.NAME].replace("_", " ")),
        show.share("probability", "probability"),
        show.interval("belief in a tough hegemon", "belief_after"),
    )
    seen = document["observed"]
    if seen is not None:
        what = seen["outcome"].replace("_", " ")
        show.tell(
            f"What happened, not known to the model: {what} on {{date}}, given {{probability:0%}} "
            "here.",
            seen,
        )


def _print_belief(found: dict[str, Any]) -> None:
    before = dict.fromkeys(("date", "what", "partner", "outcome", "rise_bp"))
    show.table(
        "Belief that the hegemon is tough",
        [before | {"belief": found["prior"]}, *found["events"]],
        show.text("date", lambda row: row["date"] or "before"),
        show.text("event", lambda row: show.told("{what}: {partner}", row) if row["what"] else ""),
        show.text("read as", lambda row: (row["outcome"] or "").replace("_", " ")),
        show.count("10-year, bp", lambda row: show.told("{rise_bp:0}", row) if row["date"] else ""),
        show.interval("belief", "belief"),
    )


def _print_pain(document: dict[str, Any]) -> None:
    show.table(
        "The index as the 10-year yield rises within three days",
        document["by_pain"],
        show.text("rise, bp", lambda row: show.told("{rise_bp:0}", row)),
        show.interval("index", "index"),
        show.share("backing down better", "backing_down_better"),
        show.share(
            "pause likely", lambda row: row["outcomes"]["extension"] + row["outcomes"]["back_down"]
        ),
    )
    show.tell(
        "Drawn: a rise of {market_pain.rise_bp:band0} bp; {market_pain.observed_rise_bp:0} bp were "
        "seen until {information}. Tolerated: {market_pain.tolerance_bp:band0} bp.",
        document,
    )


def _print_pure(found: dict[str, Any]) -> None:
    if not found["players"]:
        show.tell("Pure reputation game: {reason}.", found)
        return
    held = "holds out" if found["first_partner_holds_out"] else "concedes"
    show.tell(
        "Pure reputation game without noise (a limit, no forecast), players in order "
        f"{', '.join(found['players'])}: the first {held}; a hold-out would be punished with "
        "probability {total_fight_prob:2}.",
        found,
    )


def _print_partners(rows: list[dict[str, Any]]) -> None:
    hit = [row for row in rows if row["threatened"]]
    pays = [row["iso3"] for row in hit if row["self_enforcing"]]
    hit.sort(key=lambda row: -row["weight"])
    show.table(
        f"Threatened partners (the {_SHOWN} largest by trade; all of them: --json)",
        hit[:_SHOWN],
        show.text("partner", "iso3"),
        show.figure("threat %", "threat", 0, 100),
        show.interval("fear q", "q"),
        show.figure("cost, bn", "cost_bn.median", 1),
        show.share("pays by itself", "self_enforcing_share"),
    )
    print_text(
        "Self-enforcing, punishing them pays in most draws: " + (", ".join(pays) or "nobody") + "."
    )
