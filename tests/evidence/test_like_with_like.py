"""Institutions beside us, each quantity with its like."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.evidence.backtests.institutions import SETS, institutions
from triffin.evidence.estimates.like_with_like import interval_score, law_rules, others
from triffin.scenario.tariffs import load_schedule
from triffin.world import load_world
from triffin.world.data.answers import added_on_world, answers_on
from triffin.world.data.published_estimates import published_estimates
from triffin.world.data.us_law.law import law_on

BY_ID = {row.id: row for row in published_estimates()}


@pytest.fixture(scope="module")
def scored() -> dict[str, dict]:
    return {found["id"]: found for found in institutions()["institutions"]}


def test_every_set_has_its_rows_and_rivals(scored: dict[str, dict]) -> None:
    assert set(scored) == set(SETS)
    assert {row["economy"] for row in scored["gdp-2025-11"]["rows"]} >= {"USA", "CHN", "EU", "WLD"}
    for found in scored.values():
        for row in found["rows"]:
            assert row["low"] <= row["median"] <= row["high"]
            assert row["inside"] == (row["low"] <= row["observed"] <= row["high"])


def test_gdp_of_eight_regions_is_nearer_than_the_naive_rivals(scored: dict[str, dict]) -> None:
    """The Budget Lab at Yale, State of Tariffs, 17 November 2025; the target is 0.12."""
    errors = scored["gdp-2025-11"]["rmse"]
    assert errors["ours"] < 0.12
    assert errors["ours"] < errors["zero"] < errors["import-share arithmetic"]
    assert errors["median of the others"] == pytest.approx(0.106, abs=0.002)
    assert scored["gdp-usa"]["rmse"]["ours"] < scored["gdp-usa"]["rmse"]["median of the others"]


def test_a_distance_is_that_of_the_rows(scored: dict[str, dict]) -> None:
    for found in scored.values():
        gaps = [row["median"] - row["observed"] for row in found["rows"]]
        assert found["rmse"]["ours"] == pytest.approx(float(np.sqrt(np.mean(np.square(gaps)))))


def test_the_interval_score_is_width_inside_and_twenty_times_the_miss_outside() -> None:
    low, high = np.zeros(2), np.ones(2)
    assert interval_score(np.array([0.5, 0.9]), low, high) == pytest.approx(1.0)
    assert interval_score(np.array([1.1, 0.5]), low, high) == pytest.approx(1.0 + 20 * 0.1 / 2)


def test_announced_rates_stand_on_the_law_of_the_day_and_section_122_can_be_left_out() -> None:
    day, changed = law_rules("2025-04-05 announced")
    assert law_on(day, changed=changed).average > law_on(day).average + 5
    day, changed = law_rules("2026-04-06 s122")
    assert law_on(day, changed=changed).average < law_on(day).average
    assert law_rules("2025-11-14")[1] is None


def test_others_are_of_the_same_quantity_and_economy() -> None:
    assert others(BY_ID["E025"]) == -0.43  # Canada: April 2026; -1.9 of July 2025 is outdated
    assert others(BY_ID["E029"]) is None  # nobody else has Britain


def test_answers_bite_on_listed_goods_of_the_united_states_only() -> None:
    world = load_world("world-2022")
    day = law_rules("2025-11-14")[0]
    added = added_on_world(world, day)
    china, canada = world.index("CHN"), world.index("CAN")
    assert added[list(world.goods), china] == pytest.approx(0.10)
    assert 0 < added[:, canada].max() <= 0.25
    assert not added[:, [world.index("JPN"), world.index("USA")]].any()
    schedule = load_schedule(world, "answers@2025-11-14")
    changed = np.argwhere(schedule.rates != world.tariff)
    assert set(changed[:, 1]) == {world.index("USA")}
    assert {a.importer for a in answers_on(law_rules("2025-03-04")[0])} == {"CAN"}
