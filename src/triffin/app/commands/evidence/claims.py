"""`triffin claims`: the ledger of an article's statements, and the reasoning on one of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.terminal import number, print_json, print_table, print_text, say
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.evidence.claims.schema import Claim


def claims(
    subject: str | None,
    identifier: str | None,
    *,
    why: bool,
    breakeven: bool,
    seed: int,
    as_json: bool,
    out: Path | None = None,
) -> None:
    """All claims of a ledger, or one of them with its reasoning.

    `subject`: a scenario, a ledger (name or path), or a claim of a ledger that ships. `why` and
    `breakeven` add the reasoning and what would have to be true; they need one claim. Raises
    InputError for anything unknown, with the nearest match.
    """
    from triffin.evidence.claims import ledger as ledgers

    checked_out(out)
    if identifier is not None:
        ledger = ledgers.load_ledger(subject or ledgers.DEFAULT)
        chosen: Claim | None = ledger.claim(identifier)
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
    print_table(
        title,
        ["id", "verdict", "statement", "figure and interval", "source, grade"],
        [[row["id"], row["verdict"], row["quote"], _figure(row), _source(row)] for row in rows],
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
    print_table(
        "What would have to be true",
        ["what", "needed", "found"],
        [[n["what"], n["needed"] or "—", _value(n)] for n in found["needed"]],
    )
    sale = found["sale"]
    if sale is None:
        return
    print_table(
        f"{sale['question']} {sale['seller']} held {number(sale['holdings_bn'], 1)} bn USD "
        f"({sale['month']})",
        [
            "days",
            "central bank",
            "to be sold, bn USD",
            "share of draws",
            "needed, bp per 100 bn",
            "drawn",
        ],
        [
            [
                str(r["days"]),
                r["central_bank"],
                _interval(r["usd_bn"], 0),
                number(r["share_of_draws"], 2),
                number(r["impact_needed_bp_per_100bn"], 1),
                _interval(r["impact_drawn_bp_per_100bn"], 1),
            ]
            for r in sale["rows"]
        ],
    )
    print_text(
        "Share of draws: those in which selling all that is held reaches the target. Impact: of "
        "selling all of it in that time; beyond what dealers take in a day it grows. The largest "
        f"fall of all foreign holdings in a month was "
        f"{number(sale['largest_month_on_record_bn'], 1)} bn."
    )


def _value(entry: dict[str, Any]) -> str:
    return "not on record" if entry["found"] is None else _shown(entry["found"], entry)


def _interval(spread: dict[str, Any], places: int) -> str:
    low, middle, high = (number(spread[key], places) for key in ("low", "median", "high"))
    return f"{middle} ({low} to {high})"
