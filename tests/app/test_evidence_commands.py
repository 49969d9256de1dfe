"""`triffin backtest` and `triffin versus`: shapes, refusals, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import triffin

ROW = {"what", "observed", "median", "low", "high", "inside"}


def test_an_episode_is_one_document(workplace: Path) -> None:
    done = triffin("backtest", "plaza-1985", "--draws", "200", "--json", "--out", "plaza.json")
    (episode,) = done.json["episodes"]
    assert episode["id"] == "plaza-1985"
    assert {"title", "information", "given", "source", "grade", "excluded"} <= set(episode)
    assert all(set(row) >= ROW for row in episode["rows"])
    assert done.json["scores"]["E"]["scored"] == len(episode["rows"])
    assert json.loads(Path("plaza.json").read_text(encoding="utf-8")) == done.json


def test_failures_are_printed_as_failures() -> None:
    done = triffin("backtest", "plaza-1985", "--draws", "200")
    assert done.code == 0
    assert " NO " in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backtest", "plaza-1986"), "Did you mean 'plaza-1985'"),
        (("backtest", "plaza-1985", "--draws", "3"), "100 to 20000"),
        (("backtest", "plaza-1985", "--seed", "-1"), "seed"),
        (("backtest", "plaza-1985", "--out", "plaza.xlsx"), "no format of an answer"),
        (("versus", "japan-2026"), "Did you mean 'japan-2025'"),
        (("versus", "--out", "strip.pdf"), "no format of an answer"),
    ],
)
def test_what_is_not_there_is_refused(arguments: tuple[str, ...], words: str) -> None:
    done = triffin(*arguments)
    assert done.code == 2
    assert words in " ".join(done.err.split())
    assert done.out == ""
