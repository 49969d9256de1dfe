"""`triffin negotiate`, `bluff` and `align` as an analyst asks for them, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Outcome, triffin

KEYS = {
    "iso3", "name", "status", "day", "terms", "gain_partner", "gain_hegemon",
    "credibility_needed", "clause_cost", "reason", "p_settled", "rate", "atoms", "naive",
}  # fmt: skip
ANSWER = {"question", "answer", "median", "low", "high", "unit", "grade", "drivers", "class",
          "partners", "missing"}  # fmt: skip
NAMES = ("negotiate", "bluff", "align")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("answers")
    return {
        name: triffin(name, "japan-2025", "--json", "--out", folder / f"{name}.csv")
        for name in NAMES
    }


@pytest.fixture(scope="module")
def board(asked: dict[str, Outcome]) -> dict[str, Any]:
    return {row["iso3"]: row for row in asked["negotiate"].json["partners"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_has_its_keys_and_names_what_it_rests_on(
    asked: dict[str, Outcome], name: str
) -> None:
    answer = asked[name].json
    assert set(answer) >= ANSWER
    assert answer["low"] <= answer["median"] <= answer["high"]
    assert answer["drivers"]
    assert {row["name"] for row in answer["missing"]} == {
        "Falkland Islands", "Liechtenstein", "Nauru", "Taiwan"
    }  # fmt: skip
    assert all(entry["source"] for entry in answer["parameters"])


def test_all_partners_stand_on_the_board(board: dict[str, Any]) -> None:
    assert len(board) == 90
    for row in board.values():
        assert set(row) >= KEYS
        assert row["reason"]
        assert sum(row["states"].values()) == pytest.approx(1)
        assert list(row["rate"]) == ["5", "25", "50", "75", "95"]
        assert list(row["rate"].values()) == sorted(row["rate"].values())
        assert {"no change", "announced", "half-way", "best response"} == set(row["naive"])
    for code in ("GBR", "CHE", "IND"):
        assert 0 < board[code]["p_settled"] < 1
        assert board[code]["demands"]


def test_atoms_stand_on_multiples_of_five_and_on_the_two_ends(board: dict[str, Any]) -> None:
    japan = board["JPN"]
    large = {round(100 * one["rate"]) for one in japan["atoms"] if one["probability"] > 0.02}
    assert large == {10, 15, 20, 24}
    assert japan["naive"]["half-way"] == pytest.approx(0.17)
    assert "constant" not in japan["naive"]  # known from 7 August 2025


def test_what_happened_stands_beside_the_answer(board: dict[str, Any]) -> None:
    assert (board["JPN"]["observed"]["rate"], board["JPN"]["observed"]["deal"]) == (
        0.15, "2025-07-22"
    )  # fmt: skip


def test_terms_that_beat_a_likely_threat_need_credibility_between_zero_and_one(
    board: dict[str, Any],
) -> None:
    for row in board.values():
        needed = row["credibility_needed"]
        assert needed is None or needed >= 0
        if row["announced"] is not None and row["announced"] > row["pause"] + 1e-9:
            assert needed is not None
    assert board["JPN"]["clause_cost"] > 0  # the scenario asks Japan alone for an open clause
    assert board["KOR"]["clause_cost"] is None


def test_a_threat_ends_in_one_of_four_ways_with_its_count(asked: dict[str, Outcome]) -> None:
    found = asked["bluff"].json
    ends = found["at_deadline"]
    assert sum(ends[k] for k in ("full", "part", "extended", "withdrawn")) == pytest.approx(1)
    assert found["median"] == pytest.approx(ends["full"] + ends["part"])
    assert " of " in ends["counts"]
    rep = found["reputation"]
    assert rep["after_backing_down"] < rep["now"] < rep["after_executing"]
    months = found["record"]["still_open_after_months"]
    assert all(p < found["record"]["executed_ever"] for p in months.values())


def test_the_cost_of_carrying_it_out_depends_on_the_model(asked: dict[str, Outcome]) -> None:
    rows = asked["bluff"].json["costs"]
    signs = {row["sender_bn_per_year"] > 0 for row in rows}
    assert signs == {True, False}
    assert all(row["threatened_bn_per_year"] < 0 for row in rows)


def test_markets_before_decisions_are_read_from_the_record(asked: dict[str, Outcome]) -> None:
    rows = asked["bluff"].json["markets"]
    # The 10-year rose 33 bp from 4 to 9 April 2025 (H.15); nothing later than 18 April is here.
    assert rows[-1]["date"] == "2025-04-09"
    assert rows[-1]["rise_bp"] == pytest.approx(33.0)


def test_who_retaliates_is_who_did_before(asked: dict[str, Outcome]) -> None:
    found = asked["align"].json
    rows = {row["iso3"]: row for row in found["partners"]}
    # China answered all four duties of the list that were carried out on it by April 2025 and more.
    assert rows["CHN"]["p_retaliates_if_executed"] > 0.85
    assert rows["JPN"]["p_retaliates_if_executed"] == pytest.approx(0.01)
    assert rows["EU"]["p_retaliates_if_executed"] == pytest.approx(0.5)
    assert set(found["actions"]) == {"settle", "hold", "retaliate"}
    assert found["observed"]["inside"]
    text = json.dumps(found)
    assert "pivot_frequency" not in text


def test_weights_and_trade_flows_are_arithmetic(asked: dict[str, Outcome]) -> None:
    found = asked["align"].json
    largest = found["pivotal"]["largest"]
    assert [row["weight"] for row in largest] == sorted(
        (row["weight"] for row in largest), reverse=True
    )
    shares = sorted((row["weight"] for row in found["partners"]), reverse=True)
    count = found["pivotal"]["largest_that_make_half"]
    assert sum(shares[: count - 1]) < 0.5 <= sum(shares[:count])
    for row in found["self_isolation"]["cases"]:
        assert row["index"] == pytest.approx(row["rival"] - row["sender"])
    # Higher duties of the sender on all cost its trade with third parties more.
    index = [row["index"] for row in found["self_isolation"]["cases"]]
    assert index[0] < index[2] < index[3]


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_fit_80_columns_and_name_no_nan(name: str) -> None:
    shown = triffin(name, "japan-2025")
    assert shown.code == 0
    assert max(len(line) for line in shown.out.splitlines()) <= 80
    assert "nan" not in shown.out.casefold().split()


@pytest.mark.parametrize("ending", ["json", "csv", "svg"])
def test_the_board_is_written_to_a_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"board.{ending}"
    found = triffin("negotiate", "japan-2025", "--out", path)
    assert found.code == 0
    assert "European Union" in path.read_text("utf-8")
    assert "Taiwan" in found.out


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_that_ask_nothing_are_refused(name: str) -> None:
    triffin(name, "liberation-day").refused("deadlines", "no clock for talks")
    triffin(name, "japan-2052").refused("japan-2025")
    triffin(name, "japan-2025", "--draws", "0").refused("draws")
    triffin(name, "japan-2025", "--out", "answer.docx").refused("docx")


def test_unknown_names_in_a_scenario_are_refused(tmp_path: Path) -> None:
    for text, words in (
        ("demands:\n  BTN: {open_clause: true}\n", "demands.BTN"),
        ("talks: {retaliates: [JPX]}\n", "talks.retaliates"),
        ("talks: {retaliates: [USA]}\n", "hegemon"),
    ):
        path = tmp_path / "bad.yaml"
        path.write_text(f"extends: japan-2025\nscenario: bad\ntitle: bad\n{text}")
        triffin("negotiate", path).refused(words)


def test_a_sender_needs_a_rival_that_is_not_itself(tmp_path: Path) -> None:
    path = tmp_path / "china.yaml"
    path.write_text(
        "scenario: china\ntitle: China threatens\nworld: world-2023\nstart: 2025-06-01\n"
        "days: 60\nhegemon: CHN\nfocus: JPN\ntariffs:\n"
        "  - {from: 2025-06-01, set: {CHN.*: 5%}}\n  - {from: 2025-07-01, set: {CHN.*: 25%}}\n"
        "deadlines: [2025-07-01]\n"
    )
    triffin("align", path).refused("rival", "china.yaml")
    found = triffin("bluff", path, "--json").json
    assert found["record"]["threats"] == 0
