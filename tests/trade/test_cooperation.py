"""Bargaining over tariffs: gains for all over the trade war, efficiency, symmetry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from textbook import random_world, toy_world

from triffin.trade.games.cooperation import (
    cooperative_tariffs,
    efficient_frontier,
    payoff_table,
)
from triffin.trade.games.optimal import nash_tariffs
from triffin.trade.one.counterfactual import baseline_of
from triffin.world.base.errors import InputError

LUMP = {"model": "armington", "revenue": "lump-sum"}


def pair(first: float, second: float):
    """Two countries that trade 30 each way; no multinationals, which only worlds with USA have."""
    return toy_world([[0, 30], [30, 0]], [first, second], codes=("AAA", "BBB"))


def four():
    trade = [[0, 20, 8, 5], [22, 0, 10, 4], [9, 11, 0, 6], [4, 5, 6, 0]]
    return toy_world(trade, [120, 100, 60, 40])


def test_two_equal_countries_agree_on_free_trade():
    found = cooperative_tariffs(pair(100, 100), ("AAA", "BBB"), **LUMP)
    assert found.outcome == "agreement"
    gains = list(found.gains.values())
    assert gains[0] == pytest.approx(gains[1], rel=1e-6)
    assert gains[0] > 0
    # Efficient: as well off as without any tariff, of which the base is the equilibrium.
    for welfare in found.welfare.values():
        assert welfare["cooperation"] == pytest.approx(0.0, abs=1e-6)
        assert welfare["free trade"] == pytest.approx(0.0, abs=1e-9)
        assert welfare["nash"] < -0.1
    # Lerner symmetry: only the product of the two rates matters for efficiency, and the equal
    # split makes both zero.
    assert found.mean_tariff("AAA", "BBB") == pytest.approx(0.0, abs=1e-5)
    assert found.mean_tariff("BBB", "AAA") == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("scope", ["all", "players"])
@pytest.mark.parametrize("options", [{}, LUMP, {"model": "ignatenko-2025-roundabout"}])
def test_everyone_gains_over_the_trade_war_and_nobody_can_do_better(scope, options):
    found = cooperative_tariffs(four(), ("USA", "C01"), scope=scope, **options)
    assert found.outcome == "agreement"
    assert all(gain > 0 for gain in found.gains.values())
    assert found.gradient_norm < 1e-6
    assert found.best_deviation_gain < 1e-9
    if scope == "players":
        outside = np.ones((4, 4), dtype=bool)
        outside[:2, :2] = False
        assert found.tariffs[outside] == pytest.approx(found.threat.tariffs[outside])


def test_the_threat_is_the_trade_war_of_the_games():
    found = cooperative_tariffs(four(), ("USA", "C01"))
    war = nash_tariffs(four(), ("USA", "C01"))
    assert found.threat.welfare == pytest.approx(war.welfare, abs=1e-8)


def test_a_larger_bargaining_weight_brings_a_larger_gain():
    equal = cooperative_tariffs(four(), ("USA", "C01"))
    strong = cooperative_tariffs(four(), ("USA", "C01"), weights=(3, 1))
    assert strong.gains["USA"] > equal.gains["USA"]
    assert strong.gains["C01"] < equal.gains["C01"]
    assert strong.weights == pytest.approx([0.75, 0.25])


def test_a_small_country_that_the_war_would_ruin_pays_for_peace():
    # The war helps the large country; it agrees to peace only for a transfer through tariffs.
    found = cooperative_tariffs(pair(1000, 40), ("AAA", "BBB"), **LUMP)
    assert found.welfare["AAA"]["nash"] > found.welfare["AAA"]["free trade"]
    assert found.outcome == "agreement"
    assert all(gain > 0 for gain in found.gains.values())
    assert found.mean_tariff("AAA", "BBB") > found.mean_tariff("BBB", "AAA")


def test_customs_unions_bargain_with_one_rate_per_supplier():
    found = cooperative_tariffs(four(), ("USA", ("C01", "C02")), trials=6)
    assert found.outcome == "agreement"
    assert found.tariffs[1, 2] == 0 == found.tariffs[2, 1]
    assert found.tariffs[0, 1] == pytest.approx(found.tariffs[0, 2])
    assert all(gain > 0 for gain in found.gains.values())


def test_three_players_all_gain():
    found = cooperative_tariffs(random_world(5, n=5, zeros=0.0), ("USA", "C01", "C02"))
    assert found.outcome == "agreement"
    assert min(found.gains.values()) > 0
    assert found.best_deviation_gain < 1e-9


def test_no_agreement_is_an_outcome():
    # Nobody may tax less than 60 %, which is far beyond the trade war.
    found = cooperative_tariffs(four(), ("USA", "C01"), bounds=(0.6, 2.0), scope="players")
    assert found.outcome == "no agreement"
    assert found.tariffs == pytest.approx(found.threat.tariffs)
    assert set(found.gains.values()) == {0.0}
    assert any("everyone gains" in note for note in found.notes)


def test_without_subsidies_rates_stay_at_zero_or_above():
    found = cooperative_tariffs(pair(1000, 40), ("AAA", "BBB"), bounds=(0.0, 2.0), **LUMP)
    assert found.tariffs.min() >= 0
    assert found.outcome == "agreement"
    assert found.gradient_norm < 1e-6


def test_along_the_frontier_one_gains_what_the_other_gives_up():
    found = efficient_frontier(four(), ("USA", "C01"), points=5)
    assert found.welfare.shape == (5, 2)
    assert np.all(found.gains > 0)
    assert np.all(np.diff(found.welfare[:, 0]) > 0)
    assert np.all(np.diff(found.welfare[:, 1]) < 0)
    # The frontier is concave: giving up more and more buys less and less.
    slopes = np.diff(found.welfare[:, 1]) / np.diff(found.welfare[:, 0])
    assert np.all(np.diff(slopes) < 1e-6)
    middle = cooperative_tariffs(four(), ("USA", "C01"), trials=0)
    assert found.welfare[2] == pytest.approx(
        [middle.welfare[name]["cooperation"] for name in found.players], abs=1e-6
    )
    assert np.all(found.gradient_norm < 1e-6)


def test_where_there_is_no_agreement_the_frontier_is_empty():
    found = efficient_frontier(four(), ("USA", "C01"), points=3, bounds=(0.6, 2.0), scope="players")
    assert found.welfare.shape == (0, 2)
    assert found.weights.shape == (0, 2)


def test_the_trade_war_of_equals_is_a_prisoners_dilemma():
    table = payoff_table(pair(100, 100), ("AAA", "BBB"), **LUMP)
    assert table.prisoners_dilemma()
    peace, war = table.of("free-trade", "free-trade"), table.of("nash", "nash")
    assert peace["AAA"] == pytest.approx(0.0, abs=1e-9)
    assert war["AAA"] == pytest.approx(war["BBB"], abs=1e-7)
    alone = table.of("optimal", "free-trade")
    assert alone["AAA"] > peace["AAA"] > war["AAA"] > alone["BBB"]
    assert len(table.rows()) == 9
    assert table.rows()[0] == {
        "AAA plays": "free-trade",
        "BBB plays": "free-trade",
        "AAA welfare": pytest.approx(0.0, abs=1e-9),
        "BBB welfare": pytest.approx(0.0, abs=1e-9),
    }


def test_against_a_giant_the_war_is_no_dilemma():
    table = payoff_table(pair(1000, 40), ("AAA", "BBB"), ("free-trade", "nash"), **LUMP)
    assert not table.prisoners_dilemma()


def test_the_status_quo_is_the_rates_as_they_are():
    rates = np.zeros((4, 4))
    rates[1, 0], rates[0, 2] = 0.3, 0.1
    table = payoff_table(four(), ("USA", "C01"), ("free-trade", "status-quo"), rates=rates, **LUMP)
    assert table.rates["USA"]["status-quo"][1, 0] == 0.3
    assert table.of("status-quo", "free-trade") != table.of("free-trade", "free-trade")
    # C02, who does not play, keeps its tariff whatever the players do.
    assert table.of("free-trade", "free-trade")["USA"] != pytest.approx(0.0, abs=1e-6)


def test_a_baseline_stands_for_its_world():
    world = four()
    base = replace(baseline_of(world, "armington"), cache={})
    by_base = payoff_table(base, ("USA", "C01"), ("free-trade", "nash"))
    by_world = payoff_table(world, ("USA", "C01"), ("free-trade", "nash"), model="armington")
    assert by_base.welfare == pytest.approx(by_world.welfare, abs=1e-8)


@pytest.mark.parametrize(
    "call",
    [
        lambda w: cooperative_tariffs(w, ("USA", "C01"), deficits="fixed"),
        lambda w: cooperative_tariffs(w, ("USA",)),
        lambda w: cooperative_tariffs(w, "USA"),
        lambda w: cooperative_tariffs(w, ("USA", ("USA", "C01"))),
        lambda w: cooperative_tariffs(w, ("USA", "C01"), weights=(1, 0)),
        lambda w: cooperative_tariffs(w, ("USA", "C01"), scope="some"),
        lambda w: cooperative_tariffs(w, ("USA", "C01"), bounds=(0.5, 0.1)),
        lambda w: cooperative_tariffs(baseline_of(w), ("USA", "C01"), model="armington"),
        lambda w: efficient_frontier(w, ("USA", "C01"), points=1),
        lambda w: payoff_table(w, ("USA", "C01"), ("peace",)),
        lambda w: payoff_table(w, ("USA", "C01"), ()),
        lambda w: payoff_table(w, ("USA", "C99")),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(InputError):
        call(four())
