"""What a user may ask of `solve`, and what is said to a user who asks the impossible."""

from __future__ import annotations

import numpy as np
import pytest
from textbook import random_world, toy_world

import triffin.trade
from triffin.scenario.tariffs import load_schedule
from triffin.trade.equilibrium import solve
from triffin.trade.models import MODELS
from triffin.trade.one.counterfactual import baseline_of
from triffin.world import load_world
from triffin.world.base.errors import InputError
from triffin.world.data.catalogue import variables

WORLD = load_world("world-2023")
N = WORLD.n_economies
ANNOUNCED = load_schedule(WORLD, "us-2025-04-02")


def refused(*fragments: str):
    """An InputError (exit code 2) whose message holds all fragments."""
    pattern = "".join(rf"(?=.*{fragment})" for fragment in fragments)
    return pytest.raises(InputError, match=rf"(?s){pattern}")


@pytest.mark.parametrize(
    ("option", "nearest"),
    [
        ({"model": "armingtn"}, "armington"),
        ({"model": "ignatenko-2024"}, "ignatenko-2025"),
        ({"revenue": "lumpsum"}, "lump-sum"),
        ({"deficits": "balance"}, "balanced"),
        ({"retaliation": "recipricol"}, "reciprocal"),
        ({"trade_elasticty": 4.0}, "trade_elasticity"),
        ({"labour_supply_elasticity": 0.5}, "labor_supply_elasticity"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest_match(option, nearest):
    with refused(f"Did you mean '{nearest}'") as error:
        solve(WORLD, ANNOUNCED, **option)
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    "option",
    [
        {"trade_elasticity": 0.0},
        {"trade_elasticity": -4.0},
        {"trade_elasticity": float("nan")},
        {"trade_elasticity": float("inf")},
        {"trade_elasticity": "4"},
        {"trade_elasticity": True},
        {"labor_supply_elasticity": -0.1},
        {"scale_elasticity": 6.0},
        {"pass_through_base": -1.0},
        {"model": "ignatenko-2025-roundabout", "value_added_share": 0.0},
    ],
)
def test_a_parameter_outside_its_domain_is_refused(option):
    name = next(key for key in option if key != "model")
    with refused(name, "a number "):
        solve(WORLD, ANNOUNCED, **option)


def test_parameters_that_a_model_does_not_have_are_refused():
    with refused("value_added_share", "ignatenko-2025-roundabout"):
        solve(WORLD, ANNOUNCED, value_added_share=0.5)
    with refused("pass_through_base", "complete pass-through"):
        solve(WORLD, ANNOUNCED, model="armington", pass_through_base=0.25)


@pytest.mark.parametrize("shape", [(3, 3), (N,), (2, N, N), (N, N + 1)])
def test_tariffs_of_a_wrong_shape_are_refused(shape):
    with refused("shape", "world-2023 needs"):
        solve(WORLD, np.zeros(shape))


def test_a_schedule_of_another_world_is_refused():
    other = random_world(1)
    with refused("shape"):
        solve(other, ANNOUNCED)


@pytest.mark.parametrize("rate", [np.nan, np.inf, -np.inf, -1.0, -2.0])
def test_rates_that_are_no_rates_are_refused(rate):
    rates = np.zeros((N, N))
    rates[0, 1] = rate
    with refused("finite number above -1"):
        solve(WORLD, rates)


def test_no_economy_taxes_its_own_sales():
    rates = np.zeros((N, N))
    japan = WORLD.index("JPN")
    rates[japan, japan] = 0.1
    with refused("JPN cannot tax its own sales"):
        solve(WORLD, rates)
    with refused("USA", "its own goods"):
        solve(WORLD, {"USA": {"USA": 0.1}})


@pytest.mark.parametrize("iceberg", [np.ones((3, 3)), np.zeros((N, N)), np.full((N, N), np.nan)])
def test_iceberg_changes_must_be_positive_ratios(iceberg):
    with refused("iceberg"):
        solve(WORLD, None, iceberg=iceberg)


def test_mappings_arrays_and_schedules_say_the_same():
    rates = np.zeros((N, N))
    rates[WORLD.index("JPN"), WORLD.index("USA")] = 0.24
    one = solve(WORLD, {"USA": {"JPN": "24%"}})
    two = solve(WORLD, rates)
    three = solve(WORLD, rates[None])
    four = solve(WORLD, one.schedule)
    for other in (two, three, four):
        assert np.array_equal(other.welfare, one.welfare)


def test_the_tariffs_given_are_not_changed():
    rates = np.array(ANNOUNCED.rates[0])
    before = rates.copy()
    found = solve(WORLD, rates, retaliation="reciprocal")
    assert np.array_equal(rates, before)
    assert not np.array_equal(found.tariffs, before)


def test_reciprocal_retaliation_mirrors_each_rate():
    found = solve(WORLD, ANNOUNCED, retaliation="reciprocal")
    assert np.array_equal(found.tariffs, found.tariffs.T)
    usa = WORLD.index("USA")
    assert np.array_equal(found.tariffs[:, usa], ANNOUNCED.rates[0][:, usa])


def test_a_pair_that_taxes_each_other_ends_at_the_higher_rate():
    found = solve(WORLD, {"USA": {"CHN": 0.5}, "CHN": {"USA": 0.2}}, retaliation="reciprocal")
    usa, china = WORLD.index("USA"), WORLD.index("CHN")
    assert found.tariffs[china, usa] == found.tariffs[usa, china] == 0.5


@pytest.mark.parametrize("rate", ["20%", 0.2])
def test_retaliation_with_a_given_rate(rate):
    found = solve(WORLD, {"USA": {"JPN": 0.24}}, retaliation=rate)
    usa, japan = WORLD.index("USA"), WORLD.index("JPN")
    assert found.tariffs[usa, japan] == 0.2
    assert found.tariffs[japan, usa] == 0.24
    assert np.count_nonzero(found.tariffs) == 2


def test_nobody_retaliates_where_nobody_is_hit():
    for rule in ("reciprocal", "20%"):
        assert not solve(WORLD, None, retaliation=rule).tariffs.any()


@pytest.mark.parametrize("rule", [20, "20", "1001%", "-100%", float("nan"), True])
def test_retaliation_that_is_no_rate_is_refused(rule):
    with refused("retaliation"):
        solve(WORLD, ANNOUNCED, retaliation=rule)


def test_formula_retaliation_needs_one_imposing_economy():
    with refused("one imposing economy", "2 impose"):
        solve(WORLD, {"USA": {"*": 0.1}, "CHN": {"USA": 0.1}}, retaliation="optimal-formula")


def test_results_carry_labels_and_units():
    found = solve(WORLD, ANNOUNCED)
    data = found.data
    assert list(data["economy"].values) == list(WORLD.economies)
    known = variables()
    for name in ("welfare", "deficit", "exports", "imports", "employment", "prices", "revenue"):
        assert data[name].dims == ("economy",)
        assert data[name].attrs["units"] == known[name].unit
        assert data[name].attrs["long_name"] == known[name].label
    assert float(data["welfare"].sel(economy="JPN")) == found.of("JPN")["welfare"]
    assert data["tariff"].dims == ("exporter", "importer")
    assert float(data["tariff"].sel(exporter="CHN", importer="USA")) == pytest.approx(0.54)
    assert data.attrs["model"] == "ignatenko-2025"
    assert data.attrs["residual"] == found.residual < 1e-12


def test_economies_are_found_by_code_and_by_name():
    found = solve(WORLD, ANNOUNCED)
    assert found.of("Japan") == found.of("JPN")
    with refused("Did you mean 'Japan'"):
        found.of("Jpaan")


def test_group_figures_are_weighted_means_of_percentages():
    found = solve(WORLD, ANNOUNCED)
    members = [i for i, code in enumerate(WORLD.economies) if code != "USA"]
    for weight, w in (("spending", found.baseline.E), ("gdp", WORLD.gdp)):
        mean = np.average(found.welfare[members], weights=w[members])
        assert found.aggregate("non-USA", weight=weight)["welfare"] == pytest.approx(mean)
    assert found.aggregate("JPN")["welfare"] == pytest.approx(found.of("JPN")["welfare"])


def test_clamped_economies_are_named_in_the_notes():
    notes = solve(WORLD, None).notes
    assert any("GMB" in note and "MHL" in note for note in notes)


def test_a_solve_reports_what_it_measured():
    found = solve(WORLD, ANNOUNCED)
    assert found.status == "converged"
    assert 0 <= found.residual < 1e-12
    assert found.iterations > 0
    assert found.seconds > 0
    assert found.parameters["trade_elasticity"] == 4.0


def test_defaults_are_those_of_the_design():
    found = solve(WORLD, ANNOUNCED)
    assert found.model == "ignatenko-2025"
    assert found.revenue_closure == "tax-relief"
    assert found.deficits_closure == "world-share"
    assert found.retaliation == "none"
    assert {"ignatenko-2025", "ignatenko-2025-roundabout", "armington"} <= set(MODELS)
    assert triffin.trade.solve is solve


def test_a_world_without_the_united_states_has_models_without_multinationals():
    world = toy_world([[0, 10], [10, 0]], [100, 100], codes=("AAA", "BBB"))
    with refused("has no economy USA", "armington"):
        solve(world, None)
    for model in ("armington", "ignatenko-2025-eaton-kortum"):
        assert solve(world, {"AAA": {"BBB": 0.1}}, model=model).of("AAA")["welfare"] > 0


def test_an_economy_without_sales_is_refused_by_name():
    world = toy_world([[0, 5, 2], [5, 0, 2], [0, 0, 0]], [100, 100, 0.0], codes=("A", "B", "C"))
    with refused("C has no income"):
        baseline_of(world, "armington")
