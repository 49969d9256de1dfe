"""`triffin align`: who settles, who holds out, who retaliates."""

from __future__ import annotations

from typing import Any

from triffin.app import show
from triffin.app.commands.talks.bluff import print_talks_foot, print_talks_head
from triffin.app.declare import command
from triffin.app.options import TALKS_TABLES, Draws, Seed, TalksScenario
from triffin.app.terminal import print_text

_SHOWN = 15


def print_alignment(document: dict[str, Any]) -> None:
    print_talks_head(document)
    show.table(
        "Number of partners by what they do (who retaliated may settle later)",
        document["actions"],
        show.text("action", show.NAME),
        show.figure("expected", "expected", 1),
        show.interval("median (90 %)", lambda row: row, 0),
    )
    seen = document["observed"]
    if seen is not None:
        where = "inside" if seen["inside"] else "outside"
        show.tell(
            f"In 2025 {{retaliators:0}} retaliated, {where} the interval of {{model.low:0}} to "
            "{model.high:0}.",
            seen,
        )
    show.table(
        f"Chances by partner, % (the {_SHOWN} largest by trade; all of them: --json)",
        sorted(document["partners"], key=lambda row: -row["weight"])[:_SHOWN],
        show.text("partner", "name"),
        *(
            show.figure(header, path, 0, 100)
            for header, path in (
                ("settles", "p_settled"),
                ("is hit", "p_executed"),
                ("retaliates", "p_retaliates"),
                ("if hit", "p_retaliates_if_executed"),
            )
        ),
        show.figure("hit costs, % of GDP", "hit_percent"),
    )
    show.table(
        show.told(
            "Who has weight: the {largest_that_make_half} largest partners make half of the trade",
            document["pivotal"],
        ),
        document["pivotal"]["largest"],
        show.text("partner", "name"),
        show.figure("share, %", "weight", 1, 100),
        show.figure("decides, % of groups", "decides", 0, 100),
    )
    isolation = document["self_isolation"]
    show.table(
        "Trade with third parties, log change; above 0 the sender isolates itself",
        isolation["cases"],
        show.text("tariffs", "tariffs"),
        show.figure("sender", "sender"),
        show.figure("rival", "rival"),
        show.figure("index", "index"),
    )
    if isolation["undefined"]:
        print_text(f"{isolation['undefined'][0].upper()}{isolation['undefined'][1:]}.")
    print_talks_foot(document)


@command(own=TALKS_TABLES, answer=print_alignment, example="triffin align japan-2025 --draws 500")
def align(scenario: TalksScenario, draws: Draws = 1000, seed: Seed = 1) -> dict[str, Any]:
    """Who settles, who holds out, and who retaliates."""
    from triffin.questions.talks.align import alignment

    return alignment(scenario, draws=draws, seed=seed)
