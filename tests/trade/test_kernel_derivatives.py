"""The exact Jacobian against central finite differences, for every model and closure."""

from __future__ import annotations

import numpy as np
import pytest
from textbook import random_world

from triffin.trade.models import DEFICIT_CLOSURES, MODELS, REVENUE_CLOSURES
from triffin.trade.one.counterfactual import baseline_of
from triffin.trade.one.kernel import evaluate, jacobian, pose

ONE_SECTOR = [name for name, model in MODELS.items() if model.sectors == "one"]


@pytest.mark.parametrize("model", ONE_SECTOR)
@pytest.mark.parametrize("deficits", DEFICIT_CLOSURES)
@pytest.mark.parametrize("revenue", REVENUE_CLOSURES)
def test_jacobian_equals_finite_differences(model, deficits, revenue):
    world = random_world(11, n=6)
    rng = np.random.default_rng(2)
    rates = rng.uniform(0, 0.6, (6, 6))
    np.fill_diagonal(rates, 0.0)
    iceberg = rng.uniform(0.9, 1.2, (6, 6))
    base = baseline_of(world, model, deficits=deficits, labor_supply_elasticity=0.6)
    problem = pose(base, rates, revenue=revenue, deficits=deficits, iceberg=iceberg)
    x = rng.normal(0, 0.05, problem.size)
    exact = jacobian(problem, evaluate(problem, x))
    step = 1e-5
    numeric = np.empty_like(exact)
    for k in range(problem.size):
        ahead, behind = x.copy(), x.copy()
        ahead[k] += step
        behind[k] -= step
        gap = evaluate(problem, ahead).residual - evaluate(problem, behind).residual
        numeric[:, k] = gap / (2 * step)
    assert exact == pytest.approx(numeric, abs=1e-8 * np.abs(exact).max())
