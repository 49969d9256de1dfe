"""`triffin bluff` and `triffin align` on the talks of April 2025: what they print and refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Outcome, triffin

from triffin.scenario import load_scenario
from triffin.strategy.credibility.record import outcome_of, record
from triffin.strategy.negotiation.setting import scene_of
from triffin.strategy.payoffs.solves import solve_columns
from triffin.strategy.payoffs.stakes import positions_of
from triffin.world.base.errors import InputError
from triffin.world.data.partners import events
from triffin.world.registry.parameter_set import shipped

KEYS = {"question", "answer", "median", "low", "high", "unit", "grade", "drivers", "class",
        "judgement_share", "partners", "missing"}  # fmt: skip
DRAWS = ("--draws", "32")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("answers")
    return {
        name: triffin(name, "japan-2025", *DRAWS, "--json", "--out", folder / f"{name}.csv")
        for name in ("bluff", "align")
    }


@pytest.fixture(scope="module")
def bluff(asked: dict[str, Outcome]) -> Any:
    return asked["bluff"].json


@pytest.fixture(scope="module")
def align(asked: dict[str, Outcome]) -> Any:
    return asked["align"].json


def test_both_answers_have_the_keys_of_every_answer(bluff: Any, align: Any) -> None:
    for answer in (bluff, align):
        assert set(answer) >= KEYS
        assert answer["low"] <= answer["median"] <= answer["high"]
        assert answer["grade"] == "judgement"
        assert answer["drivers"]
        assert [row["reason"] for row in answer["missing"]] == [
            "Falkland Islands: no trade data",
            "Liechtenstein: no trade data",
            "Nauru: no trade data",
            "Taiwan: no trade data",
        ]
        assert all(entry["source"] for entry in answer["parameters"])


def test_what_happens_is_certain_to_be_one_of_four_outcomes(bluff: Any) -> None:
    assert sum(o["probability"] for o in bluff["outcomes"].values()) == pytest.approx(1.0)
    assert sum(bluff["verdict"].values()) == pytest.approx(1.0)
    for row in bluff["by_pain"]:
        assert sum(row["outcomes"].values()) == pytest.approx(1.0)


def test_more_market_pain_makes_backing_down_likelier(bluff: Any) -> None:
    paused = [
        row["outcomes"]["extension"] + row["outcomes"]["back_down"] for row in bluff["by_pain"]
    ]
    assert paused == sorted(paused)
    assert paused[-1] > paused[0]
    medians = [row["index"]["median"] for row in bluff["by_pain"]]
    assert medians == sorted(medians)


def test_belief_follows_what_was_seen_and_nothing_later_enters(bluff: Any) -> None:
    found = bluff["credibility"]["events"]
    assert [(e["date"], e["outcome"]) for e in found] == [
        ("2025-04-08", "full_punish"),
        ("2025-04-09", "back_down"),
    ]
    # The 10-year rose 33 bp from 4 to 9 April 2025 (H.15).
    assert found[1]["rise_bp"] == pytest.approx(33.0)
    beliefs = [bluff["credibility"]["prior"], *(e["belief"] for e in found)]
    medians = [belief["median"] for belief in beliefs]
    assert medians[0] < medians[1]
    assert medians[2] < medians[1]
    assert bluff["credibility"]["now"] == beliefs[-1]


def test_the_outcome_that_is_known_stands_beside_its_probability(bluff: Any) -> None:
    # Letters of 7 July 2025 moved the date to 1 August (EO 14316).
    seen = bluff["observed"]
    assert (seen["date"], seen["outcome"]) == ("2025-07-07", "extension")
    assert seen["probability"] == bluff["outcomes"]["extension"]["probability"]


def test_the_sign_depends_on_the_model_and_is_counted(bluff: Any) -> None:
    signs = [row["central_index"] > 0 for row in bluff["by_model"]]
    assert bluff["sign_robust"]["positive"] == sum(signs)
    assert bluff["sign_robust"]["of"] == len(signs) == 6
    # Where executing on all pays, there is no dilemma whatever the reputation.
    for row in bluff["by_model"]:
        assert (row["central_index"] > 0) == (row["strike_all_bn_per_year"] < 0)


def test_who_is_not_threatened_has_nothing_to_fear(bluff: Any) -> None:
    rows = {row["iso3"]: row for row in bluff["partners"]}
    assert rows["GBR"]["q"] is None
    assert not rows["GBR"]["threatened"]
    assert 0 < rows["JPN"]["q"]["median"] < 1
    assert rows["JPN"]["threat"] == pytest.approx(0.24)
    assert sum(group["partners"] for group in bluff["audiences"]) == len(rows)


def test_every_partner_does_something(align: Any) -> None:
    for row in align["partners"]:
        assert sum(row["probabilities"].values()) == pytest.approx(1.0)
    expected = sum(action["expected"] for action in align["actions"].values())
    assert expected == pytest.approx(len(align["partners"]))
    rival = next(row for row in align["partners"] if row["iso3"] == "CHN")
    assert rival["probabilities"]["pivot"] == 0.0


def test_every_fixed_point_is_listed_and_one_is_reached(align: Any) -> None:
    points = align["fixed_points"]
    assert points["selected"] in points["x"]
    assert points["x"] == sorted(points["x"])
    assert all(0 < x < 1 for x in points["x"])
    assert align["equilibria"]["most"] >= 1


def test_the_record_of_2025_stands_beside_the_model(align: Any) -> None:
    seen = align["observed"]
    assert seen["retaliators"] == 2
    band = align["actions"]["retaliate"]
    assert seen["inside"] == (band["low"] <= 2 <= band["high"])
    assert align["calibration"]["fit_to_2025"] is False


def test_pivotal_partners_are_named_in_order_of_influence(align: Any) -> None:
    pulls = [row["influence"]["median"] for row in align["pivotal"]]
    assert pulls == sorted(pulls, reverse=True)
    assert pulls
    assert align["cascade"]["seed"] == "JPN"
    assert align["self_isolation"]["exact_draws"] == 32
    assert align["self_isolation"]["median"] == pytest.approx(
        align["self_isolation"]["third_party_rival"]["median"]
        - align["self_isolation"]["third_party_hegemon"]["median"],
        abs=0.05,
    )


@pytest.mark.parametrize("name", ["bluff", "align"])
def test_the_tables_fit_80_columns_and_name_no_nan(name: str, asked: dict[str, Outcome]) -> None:
    shown = triffin(name, "japan-2025", *DRAWS)
    assert shown.code == 0
    assert max(len(line) for line in shown.out.splitlines()) <= 80
    assert "nan" not in shown.out.casefold().split()
    assert "…" not in shown.out


def test_the_answer_is_written_too(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    found = triffin("bluff", "japan-2025", *DRAWS, "--json", "--out", path)
    assert json.loads(path.read_text("utf-8")) == found.json


@pytest.mark.parametrize("name", ["bluff", "align"])
def test_scenarios_that_ask_nothing_are_refused(name: str) -> None:
    triffin(name, "liberation-day").refused("deadlines", "no clock for talks")
    triffin(name, "japan-2052").refused("japan-2025")
    triffin(name, "japan-2025", "--draws", "0").refused("draws")
    triffin(name, "japan-2025", "--out", "answer.docx").refused("docx")


def test_nobody_threatened_is_no_game() -> None:
    setting = scene_of(load_scenario("japan-2025"), shipped()).setting
    from dataclasses import replace

    with pytest.raises(InputError, match="nobody is threatened"):
        positions_of(replace(setting, announced=np.full_like(setting.announced, np.nan)))


def test_a_hegemon_needs_a_rival_that_is_not_itself(tmp_path: Path) -> None:
    path = tmp_path / "china.yaml"
    path.write_text(
        """scenario: china
title: China threatens
world: world-2023
start: 2025-06-01
days: 60
hegemon: CHN
focus: JPN
tariffs:
  - {from: 2025-06-01, set: {CHN.*: 5%}}
  - {from: 2025-07-01, set: {CHN.*: 25%}}
deadlines: [2025-07-01]
""",
        "utf-8",
    )
    triffin("align", path).refused("rival", "china.yaml")


def test_positions_are_exact_solves_of_the_trade_model() -> None:
    setting = scene_of(load_scenario("japan-2025"), shipped()).setting
    found = positions_of(setting, resistance=False)
    i = setting.index("JPN")
    exact = solve_columns(setting, setting.alone(i, np.array([setting.pause[i], 0.24])))
    gdp = setting.partner_gdp_bn[i]
    assert found.hit[0, i] == pytest.approx(100 * np.diff(exact.partners[:, i])[0] / gdp, abs=1e-6)
    assert found.strike_bn[0, i] == pytest.approx(np.diff(exact.hegemon)[0], abs=1e-4)
    # With China left at 145 % executing all threats gains or loses tens of billions, not hundreds.
    assert abs(found.strike_all_bn[0]) < 60
    assert (found.deal_bn[0, found.threatened] > -0.5).all()


def test_events_are_read_by_a_rule() -> None:
    read = {(e.date.isoformat(), e.partner): outcome_of(e) for e in events("2025-08-12")}
    assert read[("2025-04-09", "all but China")] == "back_down"
    assert read[("2025-07-07", "14 partners")] == "extension"
    assert read[("2025-07-30", "Brazil")] == "full_punish"
    assert read[("2025-07-31", "68 partners")] == "partial_punish"
    assert read[("2025-08-11", "China")] == "extension"
    # A court, a sectoral duty and a partner's concession teach nothing.
    assert read[("2025-05-28", "all")] is None
    assert read[("2025-06-03", "all (steel, aluminium)")] is None
    assert read[("2025-05-08", "United Kingdom")] is None
    first = load_scenario("japan-2025").start
    assert all(seen.event.date > first for seen in record(first, first.replace(month=9)))
