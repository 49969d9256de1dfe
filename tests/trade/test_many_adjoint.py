"""Derivatives in all tariffs at once agree with finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic_sectors import synthetic_world

from triffin.trade.many import Seeds, gradient, sector_baseline, solve_sectors
from triffin.trade.many.adjoint import pull_back
from triffin.trade.many.kernel import evaluate, pose, push_forward, start

OPTIONS = [
    ({}, {}),
    ({"labor_supply_elasticity": 0.5}, {"revenue": "tax-relief"}),
    ({"labor_supply_elasticity": 0.5, "scale_elasticity": 0.05}, {"revenue": "tax-relief"}),
    ({"scale_elasticity": 0.05}, {"deficits": "fixed", "numeraire": "prices"}),
]


def _rates(tariff: np.ndarray) -> np.ndarray:
    rates = tariff.copy()
    rates[:, 1:, 0] += 0.3
    rates[:, 0, 1:] += 0.1
    return rates


@pytest.mark.parametrize(("model", "closure"), OPTIONS)
def test_the_reverse_pass_is_the_transpose_of_the_forward_pass(model: dict, closure: dict) -> None:
    base = sector_baseline(*synthetic_world(4, 3, seed=5), **model)
    problem = pose(base, _rates(base.tariff), **closure)
    rng = np.random.default_rng(0)
    u = start(base) + 0.05 * rng.normal(size=problem.size)
    state = evaluate(problem, u)
    forward = push_forward(problem, state, np.eye(problem.size)).T
    backward = pull_back(problem, state, np.eye(problem.size)).du
    np.testing.assert_allclose(backward, forward, atol=1e-10)
    direction = rng.normal(size=problem.size)
    h = 1e-6
    difference = (
        evaluate(problem, u + h * direction).residual
        - evaluate(problem, u - h * direction).residual
    ) / (2 * h)
    np.testing.assert_allclose(forward @ direction, difference, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize(("model", "closure"), OPTIONS)
def test_welfare_gradients_agree_with_finite_differences(model: dict, closure: dict) -> None:
    base = sector_baseline(*synthetic_world(4, 3, seed=5), **model)
    rates = _rates(base.tariff)
    found = solve_sectors(base, rates, **closure).welfare_gradient()
    assert found.tariff.shape == (4, 3, 4, 4)
    rng = np.random.default_rng(1)
    h = 1e-5
    for _ in range(12):
        s, o, d = rng.integers(3), rng.integers(4), rng.integers(4)
        if o == d:
            continue
        up, down = rates.copy(), rates.copy()
        up[s, o, d] += h
        down[s, o, d] -= h
        difference = (
            solve_sectors(base, up, **closure).welfare
            - solve_sectors(base, down, **closure).welfare
        ) / (2 * h)
        np.testing.assert_allclose(found.tariff[:, s, o, d], difference, atol=2e-6)


def test_other_results_have_gradients_by_their_seeds() -> None:
    base = sector_baseline(*synthetic_world(4, 3, seed=5))
    rates = _rates(base.tariff)
    result = solve_sectors(base, rates)
    # Exports of sector 0 by economy 1, and the real wage of economy 2, in logs.
    exports, omega, p_final = np.zeros((3, 2, 4)), np.zeros((2, 4)), np.zeros((2, 4))
    exports[0, 0, 1] = 1 / result.state.sector_exports[0, 1]
    omega[1, 2], p_final[1, 2] = 1.0, -1.0
    seeds = Seeds(exports=exports, omega=omega, p_final=p_final)
    found = gradient(result.problem, result.state, seeds, count=2).tariff
    rng = np.random.default_rng(2)
    direction = rng.normal(size=rates.shape) * (1 - np.eye(4))
    h = 1e-6
    up, down = (solve_sectors(base, rates + sign * h * direction).state for sign in (1, -1))
    got = (found * direction).sum(axis=(1, 2, 3))
    assert got[0] == pytest.approx(
        np.log(up.sector_exports[0, 1] / down.sector_exports[0, 1]) / (2 * h), abs=1e-6
    )
    real = (up.omega - up.p_final - down.omega + down.p_final)[2] / (2 * h)
    assert got[1] == pytest.approx(real, abs=1e-7)


def test_iceberg_gradients_agree_with_finite_differences() -> None:
    base = sector_baseline(*synthetic_world(3, 2, seed=8), labor_supply_elasticity=0.5)
    rates = _rates(base.tariff)
    found = solve_sectors(base, rates).welfare_gradient(["E000"]).iceberg[0]
    h = 1e-5
    for cell in [(0, 0, 1), (1, 2, 0), (1, 1, 1)]:
        costs = [np.ones((2, 3, 3)), np.ones((2, 3, 3))]
        costs[0][cell], costs[1][cell] = np.exp(h), np.exp(-h)
        up, down = (solve_sectors(base, rates, iceberg=c).welfare[0] for c in costs)
        assert found[cell] == pytest.approx((up - down) / (2 * h), abs=2e-6)
