"""`triffin bluff`: is the threat carried out by its date, and what does each course cost?"""

from __future__ import annotations

from typing import Any

from triffin.app import show
from triffin.app.declare import command
from triffin.app.options import TALKS_TABLES, Draws, Seed, TalksScenario
from triffin.app.terminal import print_text

_SHOWN = 12


def print_bluff(document: dict[str, Any]) -> None:
    print_talks_head(document)
    record = document["record"]
    show.table(
        "The latest threats of this kind on record",
        record["latest"],
        show.text("announced", "announced"),
        show.text("target", lambda row: row["target"][:24]),
        show.text("at its deadline", lambda row: row["at_deadline"] or "none or open"),
        show.text("in the end", lambda row: row["outcome"] or "open"),
    )
    show.tell(
        "Of {of_this_kind} threats of this kind ({threats} in all; threats of one decision count "
        "once) {executed} resolved decisions were carried out. The chance that such a threat is "
        "ever carried out is {executed_ever:2}; still open after one, three and six months "
        "{still_open_after_months.1:2}, {still_open_after_months.3:2} and "
        "{still_open_after_months.6:2}; once extended {executed_after_extension:2}.",
        record,
    )
    show.tell(
        "The next threat of this kind is ever carried out with probability {now:2}; after one more "
        "that is carried out {after_executing:2}, after one more that is withdrawn "
        "{after_backing_down:2}.",
        document["reputation"],
    )
    show.table(
        "Carrying it out on all who are threatened, bn USD a year against the tariffs of the talks",
        document["costs"],
        show.text("model", "model"),
        show.figure("sender", "sender_bn_per_year", 0),
        show.figure("threatened", "threatened_bn_per_year", 0),
    )
    if document["markets"]:
        show.table(
            "Markets: rise of the 10-year in three days of the week before each decision",
            document["markets"],
            show.text("date", "date"),
            show.text("about", lambda row: row["partner"][:24]),
            show.text("what", "kind"),
            show.figure("bp", "rise_bp", 0),
        )
    show.table(
        f"By partner (the {_SHOWN} largest by trade; all of them: --json)",
        sorted(document["partners"], key=lambda row: -row["weight"])[:_SHOWN],
        show.text("partner", "name"),
        show.figure("threat, %", "threat", 0, 100),
        show.figure("settles", "p_settled"),
        show.figure("executed by the date", "p_executed_by_date"),
        show.figure("by the end", "p_executed"),
    )
    print_talks_foot(document)


@command(own=TALKS_TABLES, answer=print_bluff, example="triffin bluff japan-2025")
def bluff(scenario: TalksScenario, draws: Draws = 1, seed: Seed = 1) -> dict[str, Any]:
    """Is the threat carried out, and what does each course cost?

    The answer is exact: --draws and --seed change nothing and are taken so that every command has
    them.
    """
    from triffin.questions.talks import bluff as question
    from triffin.world.registry.sampling import check_draws

    check_draws(draws, seed)
    return question.bluff(scenario)


def print_talks_head(document: dict[str, Any]) -> None:
    """What is asked, the answer, and what was known."""
    show.answer_head(document)
    show.tell(
        f"{{title}}; known until {{information}}, deadline {', '.join(document['deadlines'])}, "
        f"threat: {{threat}}. Drivers: {', '.join(document['drivers'])}.",
        document,
    )


def print_talks_foot(document: dict[str, Any]) -> None:
    show.paragraphs(map(show.sentence, document["notes"]))
    if document["missing"]:
        names = ", ".join(entry["name"] for entry in document["missing"])
        print_text(f"Not in the trade data: {names}.")
