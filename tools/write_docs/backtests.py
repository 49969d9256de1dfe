"""The page docs/backtests.md, from the document of `backtest`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

FIGURES = 3  # significant digits


def page(document: dict[str, Any]) -> str:
    """Markdown of all episodes and scores."""
    numbers = [r for e in document["episodes"] for r in e["rows"] if r["kind"] == "quantity"]
    inside = sum(r["inside"] for r in numbers)
    parts = [
        "# Backtests",
        "*Question: what would the models have said, and what happened?*",
        "Written by `make validation`; do not edit. `triffin backtest` prints the same, "
        "`triffin backtest EPISODE --json` one episode with sources, probabilities and log scores.",
        f"{len(document['episodes'])} episodes at default parameters, {document['draws']} draws, "
        f"seed {document['seed']}: {inside} of {len(numbers)} observations lie in the 90 % "
        "interval. How to read it:",
        "\n".join(f"- {note}" for note in document["notes"]),
        "## Scores by module",
        table(
            ("module", "rows scored", "inside", "coverage of 90 %", "log score", "not scored"),
            (_score(letter, score) for letter, score in document["scores"].items()),
        ),
        "A module without scored rows has no honest score: every episode that could test it has "
        "set one of its parameters.",
        *(part for episode in document["episodes"] for part in _episode(episode)),
    ]
    return "\n\n".join(parts) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, the first column to the left, the others to the right."""
    lines = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def figure(value: float | None) -> str:
    """Three significant digits; an em dash where there is none."""
    if value is None:
        return "—"
    if value == 0:
        return "0"
    places = max(0, FIGURES - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _score(letter: str, score: dict[str, Any]) -> list[str]:
    coverage = score["coverage"]
    return [
        score["name"] if letter == "trade" else f"{letter} {score['name']}",
        str(score["scored"]),
        str(score["inside"]),
        "—" if coverage is None else f"{100 * coverage:.0f} %",
        figure(score["log_score"]),
        str(score["excluded_rows"]),
    ]


def _episode(found: dict[str, Any]) -> list[str]:
    parts = [
        f"## {found['title']}",
        f"`{found['id']}`. Information: data to {found['information']}"
        + (
            ""
            if len({row["information"] for row in found["rows"]}) == 1
            else ", unless the row has another day"
        )
        + f". Given: {_sentence(found['given'])} Observed: {_sentence(found['source'])} Grade of "
        f"the observation: {found['grade']}.",
        table(
            ("what", "observed", "median", "5 %", "95 %", "inside"),
            (_row(row) for row in found["rows"]),
        ),
        *(
            f"Not in the score of module {module}: {_sentence(reason)}"
            for module, reason in found["excluded"].items()
        ),
        found["note"],
    ]
    return [part for part in parts if part]


def _row(row: dict[str, Any]) -> list[str]:
    what = f"{row['what']}, {row['unit']}"
    if row["kind"] == "event":
        what = f"{row['what']} (probability {100 * row['probability']:.0f} %)"
    return [
        what,
        *(figure(row[key]) for key in ("observed", "median", "low", "high")),
        "yes" if row["inside"] else "**no**",
    ]


def _sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."
