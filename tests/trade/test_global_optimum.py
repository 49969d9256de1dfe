"""Optimal tariffs are the best within their bounds, or say that they are local."""

from __future__ import annotations

import numpy as np
import pytest
from textbook import toy_world

import triffin
from triffin.trade.equilibrium import solve
from triffin.trade.games.optimal import optimal_tariffs
from triffin.trade.shared.games import check_certificate
from triffin.world.base.errors import NotConverged

# Two economies with a surplus and returns to scale: welfare of the first falls and rises again.
FAR = toy_world(
    [[0, 3774256952.515409], [7643493505.327584, 0]],
    [107499583504.5404, 625246491157.1974],
    ("USA", "CHN"),
)


def test_the_highest_of_two_maxima_is_found():
    options = {"model": "ignatenko-2025-roundabout", "revenue": "lump-sum"}
    game = optimal_tariffs(FAR, "USA", uniform=True, **options)
    # At the bound of 1000 %; the nearest maximum, a subsidy of 2 %, gives 0.013 %.
    assert game.tariffs[1, 0] == pytest.approx(10.0)
    assert game.objective["USA"] > 14.4
    assert game.first_order_condition <= 1e-7
    assert "USA stand at the highest that is searched, 1000 %, and" in game.notes[-1]


@pytest.mark.parametrize("model", ["armington", "ignatenko-2025-eaton-kortum"])
def test_where_welfare_rises_to_the_end_of_equilibria_the_maximum_is_called_local(model):
    world = triffin.load_world("world-2023")
    options = {"model": model, "revenue": "lump-sum"}
    game = optimal_tariffs(world, "USA", uniform=True, **options)
    far = solve(world, {"USA": {"*": "400%"}}, **options).of("USA")["welfare"]
    assert far > game.objective["USA"]
    assert any(note.startswith("a local maximum") for note in game.notes)


def test_the_united_states_keep_their_optimum():
    game = optimal_tariffs("world-2023", "USA", uniform=True)
    assert game.mean_tariffs["USA"] == pytest.approx(0.2512, abs=5e-5)
    assert game.objective["USA"] == pytest.approx(1.806, abs=5e-4)
    assert game.notes == ()


@pytest.mark.parametrize("seed", range(6))
def test_no_rate_of_a_grid_beats_the_optimum(seed):
    rng = np.random.default_rng(seed)
    gdp = np.exp(rng.uniform(0, 3, 3))
    trade = np.outer(gdp, gdp) * np.exp(rng.normal(0, 0.5, (3, 3))) * (1 - np.eye(3))
    trade *= 0.3 * min(gdp / trade.sum(axis=0)) * min(1, min(gdp / trade.sum(axis=1)))
    world = toy_world(trade, gdp)
    game = optimal_tariffs(world, "USA", uniform=True, model="armington", revenue="lump-sum")
    for rate in (-0.5, -0.2, 0.0, 0.1, 0.3, 0.5, 1.0, 2.0, 4.0, 9.0):
        try:
            other = solve(
                world, {"USA": {"*": f"{100 * rate}%"}}, model="armington", revenue="lump-sum"
            )
        except triffin.world.base.errors.TriffinError:
            continue
        local = any("local" in note for note in game.notes)
        assert local or other.of("USA")["welfare"] <= game.objective["USA"] + 1e-6


def test_a_deviation_that_gains_is_no_optimum():
    check_certificate(1e-9)
    with pytest.raises(NotConverged, match="no maximum"):
        check_certificate(0.0194)
