"""Derivatives of any one-sector result agree with differences of re-solved equilibria."""

from __future__ import annotations

import numpy as np
import pytest
from textbook import random_world, toy_world

from triffin.trade.equilibrium import solve
from triffin.trade.models import DEFICIT_CLOSURES, MODELS, REVENUE_CLOSURES
from triffin.trade.one.adjoint import RESULTS, result_gradient, result_seeds, welfare_sensitivity
from triffin.trade.one.counterfactual import baseline_of, counterfactual
from triffin.trade.sensitivities import sensitivities
from triffin.world.base.errors import InputError
from triffin.world.loading import load_world

ONE_SECTOR = [name for name, model in MODELS.items() if model.sectors == "one"]
GROUPS = {"USA": [0], "non-USA": [1, 2, 3, 4]}


def setting(seed: int = 2, n: int = 5):
    world = random_world(11, n=n, openness=0.15)
    rng = np.random.default_rng(seed)
    rates = rng.uniform(0, 0.4, (n, n))
    np.fill_diagonal(rates, 0.0)
    direction = rng.normal(size=(n, n)) * (1 - np.eye(n))
    return world, rates, direction, rng.uniform(0.9, 1.1, (n, n))


def stencil(solved, h: float):
    """Central difference of fourth order from equilibria at steps -2, -1, 1, 2 times h."""
    far_down, down, up, far_up = (solved(k * h) for k in (-2, -1, 1, 2))

    def of(result: str, members: list[int]) -> float:
        values = [q.mean(result, members)[0] for q in (far_down, down, up, far_up)]
        return float(np.dot([1, -8, 8, -1], values) / (12 * h))

    return of


@pytest.mark.parametrize("model", ONE_SECTOR)
@pytest.mark.parametrize("deficits", DEFICIT_CLOSURES)
@pytest.mark.parametrize("revenue", REVENUE_CLOSURES)
def test_every_result_answers_tariffs_as_re_solved_equilibria_do(model, deficits, revenue):
    world, rates, direction, iceberg = setting()
    base = baseline_of(world, model, deficits=deficits)

    def at(step):
        return counterfactual(
            base, rates + step * direction, revenue=revenue, deficits=deficits, iceberg=iceberg
        )

    here, difference = at(0.0), stencil(at, 1e-3)
    for result in RESULTS:
        for economy, members in GROUPS.items():
            if not np.isfinite(here.mean(result, members)[0]):
                continue
            found = sensitivities(here, result, economy)
            got = 100 * float((found.tariffs[0] * direction).sum())
            assert got == pytest.approx(difference(result, members), rel=1e-6, abs=2e-6)
            assert found.error < 1e-12


@pytest.mark.parametrize("model", ONE_SECTOR)
@pytest.mark.parametrize("deficits", DEFICIT_CLOSURES)
def test_every_result_answers_parameters_as_re_calibrated_equilibria_do(model, deficits):
    world, rates, _, iceberg = setting()
    revenue = MODELS[model].revenue
    for name, value in baseline_of(world, model, deficits=deficits).parameters.items():
        if name == "pass_through_base" and not MODELS[model].firm_relocation:
            continue
        if name == "value_added_share" and not MODELS[model].roundabout:
            continue
        center = max(value, 0.05)

        def at(step, name=name, center=center):
            base = baseline_of(world, model, deficits=deficits, **{name: center + step})
            return counterfactual(base, rates, revenue=revenue, deficits=deficits, iceberg=iceberg)

        here, difference = at(0.0), stencil(at, 2e-3 * max(value, 0.1))
        for result in RESULTS:
            for economy, members in GROUPS.items():
                if not np.isfinite(here.mean(result, members)[0]):
                    continue
                got = sensitivities(here, result, economy).parameter(name).derivative
                assert got == pytest.approx(difference(result, members), rel=1e-6, abs=2e-6)


def test_welfare_by_seeds_is_the_welfare_of_the_games():
    world, rates, _, _ = setting()
    here = solve(world, rates, model="ignatenko-2025-roundabout")
    games = welfare_sensitivity(here.problem, here.state, np.eye(5))
    for k in range(5):
        seeds = result_seeds(here.problem, here.state, "welfare", np.eye(5)[k])
        general = result_gradient(here.problem, here.state, seeds).rate * (1 + rates) / 100
        assert general == pytest.approx(games.gradient(k), abs=1e-12)


def test_a_first_small_tariff_helps_its_importer_and_hurts_its_supplier():
    world = toy_world([[0, 20, 20], [20, 0, 20], [20, 20, 0]], [100, 100, 100])
    free = solve(world, {}, model="armington", revenue="lump-sum")
    own = sensitivities(free, "welfare", "USA")
    assert own.tariff("USA", "C01") > 0
    assert sensitivities(free, "welfare", "C01").tariff("USA", "C01") < 0
    # Symmetric suppliers count alike.
    assert own.tariff("USA", "C01") == pytest.approx(own.tariff("USA", "C02"), rel=1e-9)


def test_without_tariffs_no_elasticity_moves_anything():
    world, rates, _, _ = setting()
    found = sensitivities(solve(world, np.zeros_like(rates)), "welfare", "USA")
    assert all(abs(p.derivative) < 1e-9 for p in found.parameters)


def test_the_largest_effects_come_first_and_carry_their_steps():
    found = sensitivities(solve(load_world("world-2023"), "us-2025-04-02"), "welfare", "USA")
    top = found.top(8)
    assert [abs(d.effect) for d in top] == sorted((abs(d.effect) for d in top), reverse=True)
    assert {d.kind for d in top} == {"tariff", "parameter"}
    assert all(d.step == 10.0 for d in top if d.kind == "tariff")
    entry = found.parameter("trade_elasticity")
    (listed,) = (d for d in top if d.label == "trade_elasticity")
    assert listed.effect == pytest.approx(0.1 * entry.value * entry.derivative)
    assert found.elasticity(entry) == pytest.approx(entry.derivative * 4.0 / found.value)
    # At the announced rates the United States gains from taxing Canada more, China less.
    assert found.tariff("USA", "CAN") > 0 > found.tariff("USA", "CHN")


def test_value_added_share_has_no_derivative_where_inputs_vanish():
    world, rates, _, _ = setting()
    here = solve(world, rates, model="ignatenko-2025-roundabout", value_added_share=1.0)
    found = sensitivities(here, "welfare", "USA")
    assert "value_added_share" not in {p.name for p in found.parameters}
    assert any("value_added_share" in note for note in found.notes)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda e: sensitivities(e, "welfair"), "welfare"),
        (lambda e: sensitivities(e, "welfare", "C1"), "C01"),
        (lambda e: sensitivities(e, "welfare", sector="cars"), "one sector"),
        (lambda e: sensitivities(e).parameter("trade_elasticty"), "trade_elasticity"),
        (lambda e: sensitivities(e).tariff("USA", "C9"), "C0"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(call, message):
    world, rates, _, _ = setting()
    with pytest.raises(InputError, match=message):
        call(solve(world, rates))


def test_a_deficit_of_zero_has_no_change_in_per_cent_and_no_derivative():
    world, rates, _, _ = setting()
    balanced = solve(world, rates, model="armington", deficits="balanced")
    with pytest.raises(InputError, match="not defined"):
        sensitivities(balanced, "deficit", "USA")
