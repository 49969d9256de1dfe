"""Real GDP is a volume: it adds up over the world to welfare; tariffs move it by their wedges."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from tests.trade.synthetic_sectors import synthetic_world

from triffin.trade import solve
from triffin.trade.many import calibrate, settle, solve_sectors
from triffin.trade.shared.solution import Solution
from triffin.trade.shared.volume import log_volume

STEPS = 16
LAW = {"USA": {"*": 0.15, "CHN": 0.4}, "CHN": {"USA": 0.2}}


def _many(**parameters: float) -> Solution:
    world, data = synthetic_world(8, 4, seed=3)
    base = settle(calibrate(world, data, **parameters))
    rates = np.full(base.share.shape, 0.4)
    rates[:, np.arange(8), np.arange(8)] = 0.0
    return solve_sectors(base, rates)


CASES = {
    "armington": lambda: solve("world-2023", LAW, model="armington"),
    "firms, scale and labor": lambda: solve("world-2023", LAW),
    "roundabout": lambda: solve("world-2023", LAW, model="ignatenko-2025-roundabout"),
    "iceberg": lambda: solve("world-2023", LAW, iceberg=1.05 - 0.05 * np.eye(194)),
    "many sectors": _many,
    "many, scale and labor": lambda: _many(scale_elasticity=0.05, labor_supply_elasticity=0.3),
}


@pytest.mark.parametrize("case", CASES)
def test_gdp_adds_up_to_consumption_over_the_world_along_the_path(case: str) -> None:
    found = CASES[case]()
    path = [found.accounts(step / STEPS) for step in range(STEPS + 1)]
    assert all(point is not None for point in path)
    gdp, consumption, scale = 0.0, 0.0, 0.0
    for k in range(0, STEPS, 2):
        a, b, c = path[k : k + 3]
        spent = np.log(c.spending / a.spending) - (c.log_price - a.log_price)
        gdp += float(b.gdp @ log_volume((a, b, c)))
        consumption += float(b.spending @ spent)
        scale += float(b.spending @ np.abs(spent))
    assert gdp == pytest.approx(consumption, abs=2e-3 * scale)
    # World GDP is world consumption at every point, so that nothing is left over.
    for point in path:
        assert point.gdp.sum() == pytest.approx(point.spending.sum(), rel=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_two_steps_are_as_good_as_sixteen(case: str) -> None:
    found = CASES[case]()
    exact = log_volume([found.accounts(step / STEPS) for step in range(STEPS + 1)])
    np.testing.assert_allclose(found.real_gdp, 100 * np.expm1(exact), rtol=3e-3, atol=1e-3)


@pytest.mark.parametrize("model", ["armington", "many"])
def test_with_given_labor_tariffs_move_gdp_by_wedge_times_volume_of_imports(model: str) -> None:
    """GDP d log Q = sum of t times the value of imports times d log of their volume."""
    found = _many() if model == "many" else CASES[model]()
    path = [found.accounts(step / STEPS) for step in range(STEPS + 1)]
    base = getattr(found.baseline, "tariff", 0.0)
    change = np.log1p(found.tariffs) - np.log1p(base)
    total = np.zeros(len(path[0].gdp))
    for step, (a, b) in enumerate(pairwise(path)):
        middle = np.expm1(np.log1p(base) + (step + 0.5) / STEPS * change)
        worth = np.sqrt(a.flows * b.flows)
        traded = worth > 0
        ratio = np.where(traded, b.flows, 1.0) / np.where(traded, a.flows, 1.0)
        volume = np.log(ratio) - (b.log_border - a.log_border)
        moved = (middle * worth * volume).reshape(-1, len(total), len(total)).sum(axis=(0, 1))
        total += moved / np.sqrt(a.gdp * b.gdp)
    np.testing.assert_allclose(100 * np.expm1(total), found.real_gdp, rtol=3e-3, atol=1e-3)


def test_gains_from_the_terms_of_trade_are_welfare_and_no_gdp() -> None:
    found = solve("world-2022", "us-law@2025-11-14", deficits="balanced")
    usa = found.of("USA")
    assert usa["welfare"] > 0 > usa["real_gdp"]
    names = found.world.economies
    # Mexico, which the law spares more than others, loses income and no GDP.
    assert found.real_gdp[names.index("MEX")] > 0 > found.welfare[names.index("MEX")]


def test_nothing_changes_where_no_tariff_does() -> None:
    np.testing.assert_allclose(solve("world-2022", None).real_gdp, 0.0, atol=1e-8)
