"""`triffin solve` and `triffin sweep` on the command line: answers, pictures, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import triffin

SOLVE = ("solve", "universal-10", "--draws", "2", "--vary", "tariff.USA.JPN")
SMALL = (*SOLVE, "--for", "deficit.USA.JPN=40", "--low", "10%", "--high", "20%")


@pytest.fixture(autouse=True)
def kept(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIFFIN_CACHE", str(workplace / "cache"))


def test_the_tariff_that_narrows_a_bilateral_gap_with_its_picture() -> None:
    answer = triffin(*SMALL, "--json", "--out", "gap.svg")
    document = answer.json
    assert document["status"] == "converged"
    assert document["achieved"] == pytest.approx(40, rel=1e-3)
    assert 0.1 < document["solution"] < 0.2
    assert (document["path"], document["unit"], document["contour"]) == (
        "tariff.USA.JPN",
        "bn USD",
        None,
    )
    assert document["runs"] == len(document["evaluations"]) <= 15
    assert "tariff.USA.JPN" in Path("gap.svg").read_text()
    again = triffin(*SMALL, "--out", "gap.json")
    assert "tariff.USA.JPN=" in again.out
    assert json.loads(Path("gap.json").read_text())["solution"] == document["solution"]
    nowhere = triffin(
        *SOLVE, "--for", "deficit.USA.JPN=4000", "--low", "10%", "--high", "20%", "--json"
    )
    assert nowhere.code == 0
    assert (nowhere.json["solution"], nowhere.json["status"]) == (
        None,
        "no value in the range does",
    )
    assert nowhere.json["closest"]["achieved"] < 100


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--for", "focus_welfar=1"), ("focus_welfar", "'focus_welfare'")),
        (("--for", "most_hurt=1"), ("most_hurt", "words")),
        (("--for", "focus_welfare"), ("HEADLINE=VALUE",)),
        (("--for", "focus_welfare=1", "--out", "x.pdf"), ("pdf",)),
        (("--for", "focus_welfare=1", "--draws", "0"), ("0 draws",)),
        (("--for", "focus_welfare=1", "--low", "1%", "--low", "2%"), ("--low",)),
        (("--for", "focus_welfare=1", "--vary", "days", "--vary", "focus"), ("--vary",)),
    ],
)
def test_bad_questions_are_refused(arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    triffin(*SOLVE, *arguments).refused(*words)


def test_bad_sweeps_are_refused() -> None:
    sweep = ("sweep", "universal-10", "--draws")
    triffin(*sweep, "0").refused("draws")
    triffin(*sweep, "8", "--workers", "0").refused("--workers")
    triffin(*sweep, "8", "--resume").refused("no sweep to resume")
    triffin(*sweep, "8", "--scheduler-file", "none.json").refused("none.json")
    triffin(*sweep, "8", "--scheduler", "tcp://127.0.0.1:1", "--scheduler-file", "x").refused("two")
