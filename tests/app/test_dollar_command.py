"""`triffin dollar` and `triffin dollar tip`: what they print, and what they refuse."""

from __future__ import annotations

import json

import pytest
from command_line import triffin

from triffin.app.commands.finance.dollar import tip
from triffin.world.base.errors import InputError

KEYS = {
    "question",
    "answer",
    "median",
    "low",
    "high",
    "unit",
    "grade",
    "class",
    "drivers",
    "judgement_share",
}


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def test_the_position_as_json_has_the_keys_of_every_answer():
    found = triffin("dollar", "--draws", "64", "--json").json
    assert set(found) >= KEYS
    assert found["unit"] == ""  # the answer is in words: no percentage of a judged range
    assert {"thresholds", "privilege", "stress", "layers", "record"} <= set(found)
    assert all(entry["source"] for entry in found["parameters"])


def test_the_position_fits_a_terminal_and_cuts_nothing():
    out = triffin("dollar", "--draws", "64").out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert out.startswith("arithmetic of the scenario, grade judgement")
    for word in ("Thresholds of debt", "disputed", "not spliced"):
        assert word in out
    assert "no chance is given" in " ".join(out.split())


@pytest.mark.parametrize("layer", [None, "reserves", "payments", "turnover", "invoicing"])
def test_a_shock_shows_path_end_and_way_back(capsys, layer):
    tip("10%", layer=layer, years=10, draws=64, seed=1, as_json=False)
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "10.0" in out
    tip("10%", layer=layer, years=10, draws=64, seed=1, as_json=True)
    found = json.loads(capsys.readouterr().out, parse_constant=_refuse)
    assert set(found) >= KEYS
    assert list(found["layers"]) == (
        [layer] if layer else ["reserves", "payments", "turnover", "invoicing"]
    )
    assert found["layers"][layer or "reserves"]["path"][-1]["median"] == found["median"]


@pytest.mark.parametrize("size", ["20", "100%", "nan", "a lot"])
def test_a_size_that_is_none_is_refused_with_what_would_be(size):
    with pytest.raises(InputError, match="log points"):
        tip(size, layer=None, years=10, draws=8, seed=1, as_json=True)


def test_an_unknown_layer_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="reserves"):
        tip("5%", layer="reserve", years=10, draws=8, seed=1, as_json=True)


@pytest.mark.parametrize("command", [["dollar"], ["dollar", "tip", "--shock", "10%"]])
def test_an_answer_is_written_whole_as_json_or_csv(command, tmp_path):
    words = (*command, "--draws", "64", "--json")
    document, table = tmp_path / "answer.json", tmp_path / "answer.csv"
    shown = triffin(*words, "--out", document).json
    assert json.loads(document.read_text("utf-8")) == shown
    assert triffin(*words, "--out", table).code == 0
    median = "" if shown["median"] is None else shown["median"]
    assert f"median,{median}" in table.read_text("utf-8").splitlines()
    triffin(*words, "--out", tmp_path / "answer.svg").refused("svg", ".csv")
