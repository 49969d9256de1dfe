"""Each rung of the ladder is needed by some case, and what has no equilibrium says why."""

from __future__ import annotations

import numpy as np
import pytest
from textbook import residual, toy_world

from triffin.scenario.tariffs import load_schedule
from triffin.trade.equilibrium import solve
from triffin.trade.one.counterfactual import baseline_of
from triffin.trade.one.kernel import pose
from triffin.trade.one.solver import (
    TOLERANCE,
    anderson,
    frozen_direction,
    newton,
    solve_ladder,
    tatonnement_direction,
)
from triffin.world import load_world
from triffin.world.base.errors import NoEquilibrium, NotConverged

WORLD = load_world("world-2023")
N = WORLD.n_economies
ANNOUNCED = load_schedule(WORLD, "us-2025-04-02").rates[0]


def everyone_on_everyone(rate: float) -> np.ndarray:
    return rate * (1 - np.eye(N))


def us_on_everyone(rate: float) -> np.ndarray:
    rates = np.zeros((N, N))
    rates[:, WORLD.index("USA")] = rate
    rates[WORLD.index("USA"), WORLD.index("USA")] = 0
    return rates


def test_ordinary_tariffs_need_the_first_rung_only():
    found = solve(WORLD, ANNOUNCED)
    assert found.method == "frozen Jacobian"
    assert found.residual <= TOLERANCE
    assert found.iterations <= 15


def test_newton_converges_in_four_steps():
    problem = pose(baseline_of(WORLD), ANNOUNCED, revenue="tax-relief", deficits="world-share")
    found = newton(problem, np.zeros(problem.size))
    assert found.converged
    assert found.iterations <= 5


def test_all_rungs_reach_the_same_equilibrium():
    base = baseline_of(WORLD)
    problem = pose(base, ANNOUNCED, revenue="lump-sum", deficits="world-share")
    start = np.zeros(problem.size)
    first = anderson(
        problem, start, frozen_direction(problem), memory=6, max_iterations=60, method="frozen"
    )
    slow = anderson(
        problem,
        start,
        tatonnement_direction(problem),
        memory=10,
        max_iterations=400,
        method="tatonnement",
    )
    exact = newton(problem, start)
    assert first.converged
    assert slow.converged
    assert exact.converged
    assert first.x == pytest.approx(exact.x, abs=1e-9)
    assert slow.x == pytest.approx(exact.x, abs=1e-8)


@pytest.mark.parametrize("rate", [1.0, 5.0])
def test_a_world_wide_tariff_war_needs_newton(rate):
    found = solve(WORLD, everyone_on_everyone(rate), revenue="lump-sum", deficits="balanced")
    assert found.method == "newton"
    assert residual(found) < 1e-9


def test_a_tariff_war_with_tax_relief_needs_continuation():
    found = solve(WORLD, everyone_on_everyone(0.5))
    assert found.method == "continuation"
    assert residual(found) < 1e-9
    # The welfare formula leaves its range for some surplus economies: not given, with the reason.
    assert np.isnan(found.of("COG")["welfare"])
    assert found.of("COG")["real_income"] > -100
    assert any("-100 %" in note for note in found.notes)


@pytest.mark.parametrize("revenue", ["lump-sum", "tax-relief"])
def test_500_per_cent_us_tariffs_leave_guinea_unable_to_run_its_surplus(revenue):
    with pytest.raises(NoEquilibrium, match=r"Guinea \(GIN\): it must run a surplus of 42 %") as e:
        solve(WORLD, us_on_everyone(5.0), revenue=revenue)
    assert e.value.exit_code == 3
    assert "--deficits balanced" in str(e.value)


def test_500_per_cent_us_tariffs_have_an_equilibrium_once_trade_is_balanced():
    found = solve(WORLD, us_on_everyone(5.0), revenue="lump-sum", deficits="balanced")
    assert residual(found) < 1e-9


def test_revenue_beyond_the_wage_bill_is_a_named_reason():
    """Who buys nearly everything abroad cannot return its revenue as income-tax relief."""
    world = toy_world([[0, 99.9], [99.9, 0]], [100, 100], codes=("AAA", "BBB"))
    rates = 2.0 * (1 - np.eye(2))
    options = {"model": "armington", "trade_elasticity": 1.0, "labor_supply_elasticity": 0.5}
    with pytest.raises(NoEquilibrium, match=r"\((AAA|BBB)\): its tariff revenue exceeds its wage"):
        solve(world, rates, **options)
    assert residual(solve(world, rates, revenue="lump-sum", **options)) < 1e-9


def test_who_sells_abroad_and_buys_nothing_there_cannot_balance_its_trade():
    world = toy_world(
        [[0, 5, 0], [5, 0, 0], [2, 2, 0]], [100, 100, 20], codes=("AAA", "BBB", "CCC")
    )
    assert residual(solve(world, {"AAA": {"*": 0.1}}, model="armington")) < 1e-9
    with pytest.raises((NoEquilibrium, NotConverged), match=r"AAA|BBB|CCC"):
        solve(world, {"AAA": {"*": 0.1}}, model="armington", deficits="balanced")


def test_an_attempt_reports_the_residual_it_measured():
    problem = pose(baseline_of(WORLD), ANNOUNCED, revenue="tax-relief", deficits="world-share")
    short = newton(problem, np.zeros(problem.size), max_iterations=1)
    assert not short.converged
    assert short.residual > 1e-6
    assert short.residual == pytest.approx(np.max(np.abs(short.state.residual)))


def test_the_ladder_stops_at_the_first_rung_that_converges():
    base = baseline_of(WORLD)

    def at_fraction(fraction: float):
        part = np.expm1(fraction * np.log1p(ANNOUNCED))
        return pose(base, part, revenue="tax-relief", deficits="world-share")

    best, attempts = solve_ladder(at_fraction(1.0), at_fraction)
    assert len(attempts) == 1
    assert best is attempts[0]
