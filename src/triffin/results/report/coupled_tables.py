"""The tables of a coupled run in the report: partners, claims, modules, feedbacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from triffin.record import path_rows as path_data
from triffin.record.figure_rows import roles
from triffin.record.record import Record
from triffin.results.report.tables import of_rows, plain_table
from triffin.world.base.wording import MINUS, dated, number, quantity, words

BOARD = {
    "name": "Partner",
    "signs": "Signs, %",
    "sign_day": "Day of signing",
    "rate": "Rate at the end, %",
    "status": "Likeliest end",
    "retaliates": "Retaliates, %",
}
"""Columns of the board, with the header of each."""


def board(result: Record) -> dict[str, Any] | None:
    """All partners, the likeliest to sign first; None if no talks were asked."""
    rows = path_data.partners(result)
    if not rows:
        return None
    named = set(roles(result).values())
    columns = [key for key in BOARD if key in rows[0] or f"{key}_median" in rows[0]]
    cells = [
        [{"below": "", "named": row["partner"] in named} | _board_cell(row, key) for key in columns]
        for row in rows
    ]
    texts = ("name", "status")
    table = plain_table(
        "Middle estimates, 9 in 10 outcomes below them; the day counts from the start, where the "
        "partner signs.",
        [BOARD[key] for key in columns],
        cells,
        [position for position, key in enumerate(columns) if key not in texts],
    )
    return table | {"key": 0, "what": "partners"}


def _board_cell(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    if key == "name":
        return {"text": row["name"], "raw": row["name"]}
    if key in ("signs", "retaliates"):
        return {"text": number(row[key], 0), "raw": row[key]}
    if key == "status":
        share = number(row[f"{key}_share"], 0)
        return {"text": f"{row[key]} ({share} %)", "raw": row[key]}
    median = row[f"{key}_median"]
    if median is None:
        return {"text": "–", "raw": None}
    places = 0 if key == "sign_day" else None
    below = f"{number(row[f'{key}_low'], places)} to {number(row[f'{key}_high'], places)}"
    return {"text": number(median, places), "raw": median, "below": below}


def claims_sentence(manifest: Mapping[str, Any]) -> str:
    """How many statements there are, by verdict."""
    rows = manifest.get("claims") or []
    counts = Counter(words(str(row.get("verdict") or "open")) for row in rows)
    listed = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    return f"{len(rows)} {'statement' if len(rows) == 1 else 'statements'}: {listed}."


def claims(manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The ledger of claims; None if the run carries none."""
    rows = manifest.get("claims") or []
    if not rows:
        return None
    return of_rows(
        "Statements of the article that the scenario follows, with what decides each",
        rows,
        ("Claim", lambda row: row["id"]),
        ("Statement", _statement),
        ("Verdict", lambda row: words(str(row.get("verdict") or "open"))),
        ("Evidence", _with_figures),
        ("Test in this run", lambda row: _test_text(row.get("test"))),
        ("Source", lambda row: str(row.get("source") or "")),
    )


def _statement(row: Mapping[str, Any]) -> str:
    quote = row["quote"].strip("“”")
    return f"“{quote}”" + (f" ({row['kind']})" if row.get("kind") else "")


def _with_figures(row: Mapping[str, Any]) -> str:
    """The evidence in words, with figures that are given by name; a list of figures (what, value,
    source of each) is what the words were written from."""
    figures = row.get("figures")
    text = str(row.get("evidence") or "")
    if isinstance(figures, Mapping):
        listed = "; ".join(f"{words(str(key))} {_plain(value)}" for key, value in figures.items())
        return f"{text} ({listed})" if listed else text
    return f"{text} ({figures})" if isinstance(figures, str) and figures else text


def _plain(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,g}".replace("-", MINUS)


def _test_text(test: Any) -> str:
    if not test:
        return ""
    if not isinstance(test, Mapping):
        return str(test)
    parts = [str(test[key]) for key in ("how", "result") if test.get(key) not in (None, "")]
    text = ": ".join(parts)
    return f"{text} (grade {test['grade']})" if test.get("grade") else text


def feedbacks(manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """Feedbacks between the rooms, on or off, with their effect; None if the run names none."""
    rows = manifest.get("feedbacks") or []
    if not rows:
        return None
    return of_rows(
        "Feedbacks between markets, each a switch, and what it changes in this run",
        rows,
        ("Feedback", lambda row: str(row.get("what") or words(str(row["name"])))),
        ("Switch", lambda row: "on" if row["on"] else "off"),
        ("Effect", lambda row: str(row.get("effect") or "")),
    )


def modules(manifest: Mapping[str, Any]) -> str:
    """One sentence on what was on, off and not asked; empty if the run does not say."""
    found: dict[str, list[str]] = {}
    for name, state in (manifest.get("modules") or {}).items():
        found.setdefault(_state(state), []).append(words(str(name)))
    parts = [f"{state}: {', '.join(names)}" for state, names in found.items()]
    return f"Modules {'; '.join(parts)}." if parts else ""


def _state(state: Any) -> str:
    return ("on" if state else "off") if isinstance(state, bool) else words(str(state))


def wall_sentences(result: Record) -> list[str]:
    """What the scenario says of the debt that matures, beside what the records hold."""
    found = result.manifest.get("wall") or {}
    if found.get("maturing_usd_bn") is None or found.get("claim_usd_bn") is None:
        return []
    ratio = found["claim_usd_bn"] / found["maturing_usd_bn"]
    return [
        f"The scenario states {quantity(found['claim_usd_bn'], 'bn USD', 0)}: "
        f"{number(ratio, 1)} times what the records hold."
    ]


def information(result: Record) -> str:
    """What was known and what is not asked, for the line below the headline."""
    dates = sorted(
        {str(item["information"]) for item in result.headline if item.get("information")}
    )
    if not dates:
        return ""
    if len(dates) == 1:
        return f"Nothing known after {dated(dates[0])} entered."
    return f"Information up to {dated(dates[0])} to {dated(dates[-1])}, by question."
