"""Where trade falls apart, nobody's answer depends on strangers, on order or on the unit."""

from __future__ import annotations

import numpy as np
import pytest
from textbook import toy_world

from triffin.trade.batch.batches import solve_many
from triffin.trade.equilibrium import solve
from triffin.trade.games.optimal import optimal_tariffs
from triffin.trade.one.adjoint import result_gradient, result_seeds, welfare_sensitivity
from triffin.trade.one.counterfactual import baseline_of
from triffin.trade.shared.network import SMALLEST_LINK, components, one_way
from triffin.world.base.errors import NoEquilibrium

MODELS = ("armington", "ignatenko-2025-eaton-kortum", "ignatenko-2025", "ignatenko-2025-roundabout")
GDP = {"USA": 500.0, "BBB": 400.0, "CCC": 250.0, "ISO": 600.0}
TRADE = {
    "USA": {"BBB": 20.0, "CCC": 10.0},
    "BBB": {"USA": 43.0, "CCC": 25.0},
    "CCC": {"USA": 35.0, "BBB": 19.0},
}
# As without ISO, whose GDP does not count in the calibration of multinational shares either.
RIGHT = {"USA": 1.002622, "BBB": -1.038848, "CCC": -1.065667}


def world_of(gdp, trade, unit=1.0):
    codes = tuple(gdp)
    flows = [[unit * trade.get(o, {}).get(d, 0.0) for d in codes] for o in codes]
    return toy_world(flows, [unit * value for value in gdp.values()], codes)


def two_blocs(link=0.0):
    """Three economies that trade with each other, and two, with a flow between the blocs."""
    trade = {o: dict(row) for o, row in TRADE.items()} | {
        "JPN": {"KOR": 30.0, "USA": link},
        "KOR": {"JPN": 40.0},
    }
    gdp = {code: GDP[code] for code in RIGHT} | {"JPN": 300.0, "KOR": 200.0}
    return world_of(gdp, trade)


def test_an_economy_without_trade_changes_nobody_and_is_named():
    gdp = {"AAA": 100.0, "BBB": 80.0, "CCC": 20.0}
    found = solve(
        world_of(gdp, {"AAA": {"BBB": 10.0}, "BBB": {"AAA": 9.0}}),
        {"AAA": {"BBB": 0.2}},
        model="armington",
    )
    assert found.welfare == pytest.approx([0.470784, -0.925668, 0.0], abs=1e-6)
    assert any("trade with nobody" in note and "CCC" in note for note in found.notes)


def test_a_row_for_the_world_moves_nobody():
    gdp = {"HKG": 380.0, "CHN": 17000.0, "USA": 26000.0, "WLD": 105000.0}
    trade = {
        "HKG": {"CHN": 300.0, "USA": 270.0},
        "CHN": {"HKG": 310.0, "USA": 500.0},
        "USA": {"CHN": 150.0, "HKG": 200.0},
    }
    found = solve(world_of(gdp, trade), {"USA": {"CHN": 0.2}}, model="armington")
    assert found.welfare == pytest.approx([2.1096851, -0.3125655, 0.0984928, 0.0], abs=1e-6)
    assert any("WLD" in note for note in found.notes)


@pytest.mark.parametrize("order", ["USA BBB CCC ISO", "ISO CCC BBB USA", "CCC ISO USA BBB"])
@pytest.mark.parametrize("unit", [1.0, 1e9, 0.9217])
def test_neither_order_nor_unit_decides_anything(order, unit):
    world = world_of({code: GDP[code] for code in order.split()}, TRADE, unit)
    found = solve(world, {"USA": {"*": 0.2}}, model="armington", revenue="lump-sum")
    for code, right in RIGHT.items():
        assert found.of(code)["welfare"] == pytest.approx(right, abs=1e-6)
    assert found.of("ISO")["welfare"] == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize("link", [0.0, 0.9 * SMALLEST_LINK * 300.0])
@pytest.mark.parametrize("deficits", ["world-share", "fixed", "balanced"])
def test_each_bloc_is_a_world_of_its_own(deficits, link):
    options = {"model": "armington", "revenue": "lump-sum", "deficits": deficits}
    rates = {"USA": {"*": 0.3}, "JPN": {"KOR": 0.5}}
    both = solve(two_blocs(link), rates, **options)
    first = solve(
        world_of({code: GDP[code] for code in RIGHT}, TRADE), {"USA": {"*": 0.3}}, **options
    )
    second = solve(
        world_of({"JPN": 300.0, "KOR": 200.0}, {"JPN": {"KOR": 30.0}, "KOR": {"JPN": 40.0}}),
        {"JPN": {"KOR": 0.5}},
        **options,
    )
    for name in ("welfare", "prices", "wage", "revenue", "real_income"):
        apart = np.concatenate([getattr(first, name), getattr(second, name)])
        np.testing.assert_allclose(getattr(both, name), apart, atol=1e-8, err_msg=name)
    assert any("2 blocs" in note and "KOR" in note for note in both.notes)


@pytest.mark.parametrize("model", MODELS)
def test_a_batch_of_blocs_agrees_with_single_solves(model):
    world = two_blocs()
    rates = np.random.default_rng(1).uniform(0, 0.4, (4, 5, 5)) * (1 - np.eye(5))
    batch = solve_many(world, rates, model=model, variables=("welfare", "welfare_utility"))
    for k, draw in enumerate(rates):
        alone = solve(world, draw, model=model)
        np.testing.assert_allclose(batch.welfare[k], alone.welfare, atol=1e-7)
        np.testing.assert_allclose(batch.welfare_utility[k], alone.welfare_utility, atol=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_derivatives_hold_in_blocs(model):
    world = two_blocs()
    rates = 0.1 * (1 - np.eye(5))
    found = solve(world, rates, model=model)
    weights = np.array([1.0, 0.0, 0.0, 0.5, 0.0])
    one = welfare_sensitivity(found.problem, found.state, weights[None]).gradient()
    seeds = result_seeds(found.problem, found.state, "welfare", weights)
    other = result_gradient(found.problem, found.state, seeds).rate
    for o, d in ((1, 0), (4, 3), (3, 0)):
        ends = []
        for sign in (1, -1):
            moved = rates.copy()
            moved[o, d] += sign * 1e-5
            ends.append(float(weights @ solve(world, moved, model=model).welfare))
        slope = (ends[0] - ends[1]) / 2e-5
        assert other[o, d] == pytest.approx(slope, rel=1e-4, abs=1e-6)
        assert 100 * one[o, d] / 1.1 == pytest.approx(slope, rel=1e-4, abs=1e-6)


def test_an_optimum_does_not_depend_on_strangers():
    alone = optimal_tariffs(
        world_of({code: GDP[code] for code in RIGHT}, TRADE), "USA", model="armington"
    )
    beside = optimal_tariffs(two_blocs(), "USA", model="armington")
    assert beside.objective["USA"] == pytest.approx(alone.objective["USA"], abs=1e-8)


def test_the_network_is_that_of_links_that_count():
    flows = np.array([[0, 1e-9, 0], [0, 0, 0], [0, 0, 0.0]])
    gdp = np.array([10.0, 5.0, 1.0])
    assert [g.tolist() for g in components(flows, gdp)] == [[0, 1], [2]]
    assert len(components(0.4 * flows, gdp)) == 3
    assert one_way(flows) is not None
    assert one_way(flows + flows.T) is None


def test_trade_that_runs_one_way_between_blocs_cannot_balance():
    world = two_blocs(link=5.0)
    assert solve(world, {"USA": {"*": 0.1}}, model="armington").status == "converged"
    with pytest.raises(NoEquilibrium, match=r"JPN.*cannot balance"):
        baseline_of(world, "armington", deficits="balanced")
