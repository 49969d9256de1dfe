"""`triffin negotiate`: the board as an analyst asks for it, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import triffin

from triffin.scenario import load_scenario
from triffin.strategy.negotiation.board import Board, board_of, comparison
from triffin.strategy.negotiation.record_2025 import deals_2025
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import using
from triffin.world.data.own.partners import read_partners

DRAWS = 48
KEYS = {
    "iso3", "name", "status", "day", "terms", "gain_partner", "gain_hegemon",
    "credibility_needed", "clause_cost", "reason",
}  # fmt: skip
STATUS = {"signed", "no deal", "not reached", "letter", "no_tariff_threat"}


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    found = triffin("negotiate", "japan-2025", "--draws", str(DRAWS), "--json")
    assert found.code == 0
    return found.json


@pytest.fixture(scope="module")
def board() -> Board:
    return board_of(load_scenario("japan-2025"), draws=DRAWS)


def test_the_json_has_the_keys_of_the_interface(answer: dict[str, Any]) -> None:
    assert len(answer["partners"]) >= 75
    for row in answer["partners"]:
        assert set(row) >= KEYS
        assert row["status"] in STATUS
        assert row["reason"]
    assert len(answer["hash"]) == 12
    assert answer["drivers"]
    assert answer["class"] == "forecast"


def test_probabilities_are_probabilities(answer: dict[str, Any]) -> None:
    for row in answer["partners"]:
        chances = row["probability"]
        assert set(chances) == STATUS
        assert sum(chances.values()) == pytest.approx(1)
        assert all(0 <= chance <= 1 for chance in chances.values())
        assert row["credibility_needed"] is None or 0 <= row["credibility_needed"] <= 1
    for decision in answer["decisions"]:
        assert sum(decision["shares"].values()) <= 1 + 1e-12


def test_a_day_and_terms_are_given_only_where_there_is_a_deal(answer: dict[str, Any]) -> None:
    for row in answer["partners"]:
        chance = row["probability"]["signed"]
        assert (row["day"] is not None) == (chance > 0.5)
        assert (row["terms"] is not None) == (chance > 0)
        assert (row["gain_partner"] is not None) == (chance > 0)
        if row["terms"]:
            rate = row["terms"]["rate"]
            assert 0 <= rate["low"] <= rate["median"] <= rate["high"]
            assert rate["high"] <= max(row["announced"], row["pause"]) + 1e-9
            assert row["gain_partner"] >= 0
            assert row["gain_hegemon"] >= 0


def test_the_union_is_one_and_taiwan_is_named_as_missing(answer: dict[str, Any]) -> None:
    codes = [row["iso3"] for row in answer["partners"]]
    assert "EU" in codes
    assert not {"DEU", "FRA", "TWN"} & set(codes)
    taiwan = next(row for row in answer["missing"] if row["iso3"] == "TWN")
    assert (taiwan["name"], taiwan["reason"]) == ("Taiwan", "no trade data")


def test_a_threat_that_is_not_above_what_is_paid_is_an_outcome(answer: dict[str, Any]) -> None:
    china = next(row for row in answer["partners"] if row["iso3"] == "CHN")
    assert china["status"] == "no_tariff_threat"
    assert "not above" in china["reason"]
    assert (china["day"], china["terms"], china["credibility_needed"]) == (None, None, None)


def test_what_happened_stands_beside_the_answer(answer: dict[str, Any]) -> None:
    japan = next(row for row in answer["partners"] if row["iso3"] == "JPN")
    assert (japan["observed"]["rate"], japan["observed"]["deal"]) == (0.15, "2025-07-22")
    assert {"bargaining", "announced rate", "constant 15 %"} <= {
        rule["rule"] for rule in answer["rules"]
    }


def test_nothing_after_the_day_of_information_enters(board: Board) -> None:
    assert np.isnan(board.scene.setting.agreed).all()
    assert all(one.letter is None and not one.later for one in board.scene.setting.partners)


def test_the_same_seed_gives_the_same_board(board: Board, answer: dict[str, Any]) -> None:
    again = {row["iso3"]: row["probability"]["signed"] for row in answer["partners"]}
    codes = board.scene.setting.codes
    assert [again[code] for code in codes] == board.signing.tolist()


def test_the_record_says_where_the_model_fails(board: Board) -> None:
    rows = deals_2025(board)
    assert all(set(row) >= {"what", "observed", "median", "low", "high", "inside"} for row in rows)
    by_name = {row["what"]: row for row in rows}
    # Events of the record: the United Kingdom on 8 May, Vietnam on 2 July.
    assert by_name["deals by 9 July"]["observed"] == 2
    assert by_name["deals by 7 August"]["observed"] == 7
    for row in rows:
        if row["low"] is not None:
            assert row["inside"] == (row["low"] - 1e-9 <= row["observed"] <= row["high"] + 1e-9)
            assert row["low"] <= row["median"] <= row["high"]


def test_the_record_is_about_2025_only(board: Board) -> None:
    before = replace(board.scene, scenario=load_scenario("pause-2025"))  # ends on 7 July
    with pytest.raises(InputError, match="9 July"):
        deals_2025(replace(board, course=replace(board.course, scene=before)))


def test_rules_are_compared_on_the_same_partners(board: Board) -> None:
    rules = comparison(board)
    assert len({rule.partners for rule in rules}) == 1
    assert all(abs(rule.bias) <= rule.mean_error + 1e-12 for rule in rules)


def test_a_decision_to_punish_is_carried_out(tmp_path: Path) -> None:
    path = tmp_path / "punish.yaml"
    path.write_text(
        "extends: japan-2025\nscenario: punish\ntitle: Punish\n"
        "talks: {decision: punish, first: KOR}\n"
    )
    found = board_of(load_scenario(path), draws=16)
    (day, words), *_ = found.course.decided
    assert set(words) == {"full_punish"}
    assert day == 98
    korea = found.scene.setting.codes.index("KOR")
    assert found.signing[korea] > 0.5


def test_another_hegemon_has_no_allies_of_the_united_states(tmp_path: Path) -> None:
    path = tmp_path / "aus.yaml"
    path.write_text(
        "scenario: aus\ntitle: China presses Australia\nworld: world-2023\nstart: 2025-04-02\n"
        "days: 100\ninformation: 2025-04-10\nhegemon: CHN\nrival: USA\nfocus: AUS\n"
        "tariffs:\n  - {from: 2025-04-02, set: {CHN.AUS: 5%}}\n"
        "  - {from: 2025-06-20, set: {CHN.AUS: 80%}}\ndeadlines: [2025-06-20]\n"
    )
    own = tmp_path / "partners.csv"
    own.write_text("iso3,ally\nAUS,treaty\nNZL,treaty\nJPN,treaty\n")
    with using(partners=read_partners(own)):
        found = board_of(load_scenario(path), draws=16)
    levers = dict(zip(found.scene.setting.codes, found.course.packages.levers, strict=True))
    assert levers.pop("AUS") == "tariff"
    assert set(levers.values()) == {"none"}
    assert comparison(found) == []


@pytest.mark.parametrize("ending", ["json", "csv", "svg"])
def test_the_board_is_written_to_a_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"board.{ending}"
    found = triffin("negotiate", "japan-2025", "--draws", "8", "--out", path)
    assert found.code == 0
    text = path.read_text("utf-8")
    assert "European Union" in text
    assert max(len(line) for line in found.out.splitlines()) <= 80
    assert "Taiwan" in found.out


def test_what_cannot_be_answered_is_refused(tmp_path: Path) -> None:
    triffin("negotiate", "universal-10").refused("deadlines", "no clock")
    triffin("negotiate", "japan-2025", "--draws", "0").refused("draws")
    triffin("negotiate", "japan-2025", "--draws", "30000").refused("20000")
    triffin("negotiate", "japan-25").refused("japan-2025")
    triffin("negotiate", "japan-2025", "--out", tmp_path / "board.doc").refused(".svg")
    path = tmp_path / "bad.yaml"
    path.write_text(
        "extends: japan-2025\nscenario: bad\ntitle: bad\ndemands:\n  BTN: {open_clause: true}\n"
    )
    triffin("negotiate", path).refused("demands.BTN")
