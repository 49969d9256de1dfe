"""`triffin backtest`: observed values beside the intervals of the models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.terminal import number, print_json, print_table, print_text


def show_backtests(
    episode: str | None, draws: int, seed: int, as_json: bool, out: Path | None
) -> None:
    """Print one episode or all; raises InputError for an unknown one, with the nearest match."""
    from triffin.evidence.backtests import backtest

    checked_out(out)
    document = backtest(episode, draws=draws, seed=seed)
    write_answer(out, document)
    if as_json:
        print_json(document)
        return
    for found in document["episodes"]:
        _print_episode(found)
    print_table(
        "Scores",
        ["module", "rows", "inside", "coverage %", "log score", "not scored"],
        [
            [
                score["name"],
                str(score["scored"]),
                str(score["inside"]),
                number(None if score["coverage"] is None else 100 * score["coverage"], 0),
                number(score["log_score"]),
                str(score["excluded_rows"]),
            ]
            for score in document["scores"].values()
        ],
        numeric=5,
    )
    for note in document["notes"]:
        print_text(f"- {note}")


def _print_episode(found: dict[str, Any]) -> None:
    print_table(
        f"{found['title']} ({found['id']})",
        ["what", "inside", "observed", "median", "5 %", "95 %"],
        [
            [
                f"{row['what']}, {row['unit']}",
                ("yes" if row["inside"] else "NO") + ("" if row["scored"] else " (not scored)"),
                *(number(row[key]) for key in ("observed", "median", "low", "high")),
            ]
            for row in found["rows"]
        ],
        numeric=4,
    )
    print_text(f"Known: data to {found['information']}. Given: {found['given']}")
    for module, reason in found["excluded"].items():
        print_text(f"Not in the score of module {module}: {reason}")
    print_text(found["note"])
