"""`triffin threats`: what comes of tariff threats, by what the record says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.declare import command
from triffin.app.terminal import print_text

_SCORED = (
    ("executed or not, log score", "log"),
    ("executed or not, Brier score", "brier"),
    ("full, part, deal or other, log score", "four_log"),
)


def print_threats(document: dict[str, Any]) -> None:
    show.tell(
        "Base rate, US threats on trade practices of 1945 to 2005 ever carried out: {base_rate:0%}."
        " Counts are decisions of the record known on the day of each forecast.",
        document,
    )
    rows = document["threats"]
    show.table(
        "Threats: chance that they are carried out",
        rows,
        show.text("id", "id"),
        show.text("target", lambda row: row["target"][:22]),
        show.text("announced", "announced"),
        show.text("came", "outcome"),
        show.share("executed", "p_executed"),
        show.share("full", "p_full"),
        show.share("deal", "p_deal"),
    )
    show.table(
        "By kind of threat, of the last of each: chance after so many months without an end",
        list({row["class"]: row for row in rows}.values()),
        show.text("kind", "class"),
        show.count("executed of decided", "counts.text"),
        show.share("at once", "p_executed"),
        show.share("one", "landmarks.1"),
        show.share("three", "landmarks.3"),
        show.share("six", "landmarks.6"),
    )
    if document.get("score"):
        _print_score(document["score"])
    show.paragraphs(document["notes"])


@command(answer=print_threats, example="triffin threats --as-of 2025-04-18")
def threats(
    file: Annotated[
        Path | None, Argument(metavar="[FILE]", help="Threats in a CSV; the record if left out.")
    ] = None,
    as_of: Annotated[
        str, Option("--as-of", help="A day, or announcement: that of each threat.")
    ] = "announcement",
    score: Annotated[bool, Option("--score", help="Scores of those with an outcome.")] = False,
    frozen: Annotated[bool, Option("--frozen", help="The forecasts that were frozen.")] = False,
) -> dict[str, Any]:
    """Are tariff threats carried out? Counts, chances, scores."""
    from triffin.strategy.threats import forecasts

    return forecasts.document(file, as_of, scored=score, frozen_ones=frozen)


def _print_score(found: dict[str, Any]) -> None:
    if not found["n"]:
        print_text("No threat has an outcome yet: nothing is scored.")
        return
    rows = [
        {"what": what, "ours": found[key], "se": found[f"{key}_se"], "base": found[f"base_{key}"]}
        for what, key in _SCORED
    ]
    show.table(
        f"Scores over {found['clusters']} decisions ({found['n']} threats); lower is better",
        rows,
        show.text("what", "what"),
        show.figure("ledger", "ours", 3),
        show.figure("standard error", "se", 3),
        show.figure("base rate", "base", 3),
    )
    show.table(
        "Calibration",
        [row for row in found["bins"] if row["n"]],
        show.text("forecast", lambda row: show.told("{low:0%} to {high:0%}", row)),
        show.figure("decisions", "n", 1),
        show.share("mean forecast", "forecast"),
        show.share("executed", "executed"),
    )
    print_text(found["note"])
