"""`triffin claims`: the ledger of an article's statements, and the reasoning on one of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.answer_file import checked_out, write_answer
from triffin.app.declare import command
from triffin.app.options import AnswerFile, Json, Seed
from triffin.app.terminal import number, print_json, print_text, say
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.evidence.claims.schema import Claim


@command(example="triffin claims japan-2025")
def claims(
    subject: Annotated[
        str | None,
        Argument(metavar="[SCENARIO]", help="A scenario, a ledger (name, file) or a claim."),
    ] = None,
    claim: Annotated[
        str | None, Argument(metavar="[CLAIM]", help="One claim of that ledger.")
    ] = None,
    why: Annotated[bool, Option("--why", help="Show the whole reasoning.")] = False,
    breakeven: Annotated[
        bool, Option("--breakeven", help="Show what would have to be true.")
    ] = False,
    seed: Seed = 1,
    as_json: Json = False,
    out: AnswerFile = None,
) -> None:
    """An article's statements, put to the test."""
    from triffin.evidence.claims import ledger as ledgers

    checked_out(out)
    if claim is not None:
        ledger = ledgers.load_ledger(subject or ledgers.DEFAULT)
        chosen: Claim | None = ledger.claim(claim)
    else:
        ledger, chosen = ledgers.find(subject)
    if chosen is None and (why or breakeven):
        raise InputError(
            "--why and --breakeven are about one claim.",
            field="--why" if why else "--breakeven",
            valid=f"a claim, such as triffin claims {ledger.claims[0].id} --why",
        )
    document = ledgers.document(ledger, chosen, why=why, breakeven=breakeven, seed=seed)
    write_answer(out, document)
    if as_json:
        print_json(document)
    elif chosen is None:
        _print_all(ledger.title, document["claims"])
    else:
        _print_one(document)


def _print_all(title: str, rows: list[dict[str, Any]]) -> None:
    show.table(
        title,
        rows,
        show.text("id", "id"),
        show.text("verdict", "verdict"),
        show.text("statement", "quote"),
        show.text("figure and interval", _figure),
        show.text("source, grade", _source),
    )
    counts = Counter(row["verdict"] for row in rows)
    print_text(
        f"{len(rows)} statements: "
        + ", ".join(f"{count} {name}" for name, count in counts.most_common())
        + "."
    )
    say("`triffin claims ID --why` shows the reasoning, `--breakeven` what would have to be true.")


def _first(row: dict[str, Any]) -> dict[str, Any] | None:
    """The figure that the verdict turns on first."""
    decides = [f for f in row["figures"] if f["outcome"] and f["value"] is not None]
    failing = [f for f in decides if f["outcome"] == "fails"]
    return next(iter(failing or decides), None)


def _figure(row: dict[str, Any]) -> str:
    figure = _first(row)
    return "—" if figure is None else _shown(figure["value"], figure)


def _shown(value: Any, figure: dict[str, Any]) -> str:
    if isinstance(value, str):
        return value
    text = number(value, 0 if float(value).is_integer() else 2)
    if figure.get("low") is not None and figure["low"] != figure["high"]:
        text += f" ({number(figure['low'])} to {number(figure['high'])})"
    return f"{text} {figure['unit']}".rstrip()


def _source(row: dict[str, Any]) -> str:
    figure = _first(row)
    names = [] if figure is None else [str(figure["source"]).split(":")[0]]
    return ", ".join([*names, *filter(None, [row["test"]["grade"]])]) or "—"


def _print_one(document: dict[str, Any]) -> None:
    row = document["claims"][0]
    print(f"{row['id']}: “{row['quote']}” ({row['kind']})")
    print(f"Verdict: {row['verdict']}")
    print_text(f"Rule: {row['test']['result']}.")
    if "why" in document:
        _print_why(document["why"])
    else:
        print_text(row["evidence"])
    if "breakeven" in document:
        _print_break_even(document["breakeven"])
    print_text(f"Source: {row['source']}")


def _print_why(found: dict[str, Any]) -> None:
    if found["question"]:
        print_text(f"What decides it: {found['question']}")
    for number_, step in enumerate(found["steps"], start=1):
        print_text(f"{number_}. [{step['role']}] {step['finding']}")
        drivers = f"; driven by {', '.join(step['drivers'])}" if step["drivers"] else ""
        print_text(f"   {step['class']}, grade {step['grade']}{drivers}; {step['source']}")
    print_text(f"Written in {found['file']}, line {found['line']}.")


def _print_break_even(found: dict[str, Any]) -> None:
    show.table(
        "What would have to be true",
        found["needed"],
        show.text("what", "what"),
        show.text("needed", lambda row: row["needed"] or "—"),
        show.text("found", _value),
    )
    sale = found["sale"]
    if sale is None:
        return
    show.table(
        show.told("{question} {seller} held {holdings_bn:1} bn USD ({month})", sale),
        sale["rows"],
        show.text("days", "days"),
        show.text("central bank", "central_bank"),
        show.text("to be sold, bn USD", lambda row: show.band(row["usd_bn"], 0)),
        show.text("share of draws", lambda row: show.told("{share_of_draws:2}", row)),
        show.text(
            "needed, bp per 100 bn", lambda row: show.told("{impact_needed_bp_per_100bn:1}", row)
        ),
        show.text("drawn", lambda row: show.band(row["impact_drawn_bp_per_100bn"], 1)),
    )
    show.tell(
        "Share of draws: those in which selling all that is held reaches the target. Impact: of "
        "selling all of it in that time; beyond what dealers take in a day it grows. The largest "
        "fall of all foreign holdings in a month was {largest_month_on_record_bn:1} bn.",
        sale,
    )


def _value(entry: dict[str, Any]) -> str:
    return "not on record" if entry["found"] is None else _shown(entry["found"], entry)
