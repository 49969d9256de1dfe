"""Draws solved together are those solved one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.trade.synthetic_sectors import synthetic_world

from triffin.trade import solve
from triffin.trade.many import calibrate, settle, solve_sectors
from triffin.trade.many.draws import DrawSolver, elasticity_draws
from triffin.world import InputError
from triffin.world.registry.parameter_set import in_place


@pytest.mark.parametrize("deficits", ["balanced", "world-share", "fixed"])
def test_draws_together_are_those_one_by_one(deficits: str) -> None:
    world, data = synthetic_world(9, 5, seed=2)
    base = settle(calibrate(world, data), balanced=deficits == "balanced")
    draw = np.random.default_rng(4)
    tariffs = np.array(base.tariff)
    tariffs[:, 1:, 0] += 0.2
    each = np.repeat(tariffs[None], 40, axis=0)
    each[:, :, 2, 0] = draw.uniform(0.0, 0.5, (40, 5))
    theta = base.theta * np.exp(draw.normal(0.0, 0.3, (40, 5)))
    found = DrawSolver(base, tariffs, deficits=deficits).solve(theta, each)
    assert found.converged.all()
    for k in (0, 17, 39):
        one = solve_sectors(replace(base, theta=theta[k], cache={}), each[k], deficits=deficits)
        np.testing.assert_allclose(found.real_income[k], one.real_income, atol=1e-8)
        np.testing.assert_allclose(found.omega[k], one.state.omega, atol=1e-9)


def test_the_world_of_2022_over_its_elasticities() -> None:
    law = solve("world-2022", "us-law@2025-11-14", deficits="balanced")
    found = elasticity_draws(law, 40, 1, in_place())
    assert found.converged.all()
    low, high = np.quantile(found.real_income, [0.05, 0.95], axis=0)
    assert np.mean((low <= law.real_income) & (law.real_income <= high)) > 0.9


def test_what_cannot_be_solved_together_is_refused() -> None:
    relief = solve("uschina-2017", {"USA": {"*": 0.1}}, revenue="tax-relief")
    with pytest.raises(InputError, match="lump sum"):
        elasticity_draws(relief, 8, 1, in_place())
    elastic = solve("uschina-2017", {"USA": {"*": 0.1}}, labor_supply_elasticity=0.3)
    with pytest.raises(InputError, match="fixed labor"):
        elasticity_draws(elastic, 8, 1, in_place())
    plain = solve("uschina-2017", {"USA": {"*": 0.1}})
    with pytest.raises(InputError, match="shape"):
        DrawSolver(plain.baseline, plain.tariffs).solve(np.ones((3, 2)))
