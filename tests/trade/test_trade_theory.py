"""What economic theory says must hold, whatever the data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from textbook import random_world, residual, toy_world, two_countries

from triffin.scenario.tariffs import load_schedule
from triffin.trade.equilibrium import solve
from triffin.trade.models import DEFICIT_CLOSURES, MODELS, REVENUE_CLOSURES
from triffin.trade.one.counterfactual import baseline_of
from triffin.trade.one.kernel import pose
from triffin.trade.one.solver import newton
from triffin.world import load_world

WORLD = load_world("world-2023")
ANNOUNCED = load_schedule(WORLD, "us-2025-04-02")
ONE_SECTOR = [name for name, model in MODELS.items() if model.sectors == "one"]
# Revenue is not among them: it is measured in the numeraire.
REAL = ("welfare", "real_income", "employment", "exports", "imports")


def tariff_of(world, economy: str, rate: float) -> np.ndarray:
    rates = np.zeros((world.n_economies, world.n_economies))
    i = world.index(economy)
    rates[:, i] = rate
    rates[i, i] = 0
    return rates


@pytest.mark.parametrize("model", ONE_SECTOR)
@pytest.mark.parametrize("deficits", DEFICIT_CLOSURES)
@pytest.mark.parametrize("revenue", REVENUE_CLOSURES)
def test_free_trade_is_a_fixed_point(model, deficits, revenue):
    nothing = solve(WORLD, None, model=model, deficits=deficits, revenue=revenue)
    for name in ("welfare", "prices", "wage", "employment", "revenue", "real_income"):
        assert np.max(np.abs(getattr(nothing, name))) < 1e-10, name  # per cent: 1e-12 in levels


@pytest.mark.parametrize("model", ONE_SECTOR)
def test_no_change_of_iceberg_costs_changes_nothing(model):
    same = np.ones((WORLD.n_economies, WORLD.n_economies))
    assert np.max(np.abs(solve(WORLD, None, model=model, iceberg=same).welfare)) < 1e-10


@pytest.mark.parametrize("model", ONE_SECTOR)
def test_published_models_meet_the_textbook_equations(model):
    for revenue in REVENUE_CLOSURES:
        for deficits in DEFICIT_CLOSURES:
            found = solve(
                WORLD,
                ANNOUNCED,
                model=model,
                revenue=revenue,
                deficits=deficits,
                retaliation="reciprocal",
            )
            assert residual(found) < 1e-10


@pytest.mark.parametrize("model", ONE_SECTOR)
def test_doubling_all_money_changes_nothing_real(model):
    world = random_world(3)
    richer = replace(world, trade=2 * world.trade, gdp=2 * world.gdp)
    tariffs = {"USA": {"*": 0.3}, "C01": {"USA": 0.2}}
    for name in (*REAL, "prices", "wage", "revenue", "deficit"):
        before = getattr(solve(world, tariffs, model=model), name)
        after = getattr(solve(richer, tariffs, model=model), name)
        assert after == pytest.approx(before, abs=1e-8), name


@pytest.mark.parametrize("model", ONE_SECTOR)
def test_relabelling_economies_changes_nothing(model):
    order = np.random.default_rng(0).permutation(WORLD.n_economies)
    shuffled = replace(
        WORLD,
        economies=tuple(WORLD.economies[i] for i in order),
        names=tuple(WORLD.names[i] for i in order),
        trade=WORLD.trade[:, order][:, :, order],
        gdp=WORLD.gdp[order],
        tariff=WORLD.tariff[:, order][:, :, order],
    )
    rates = ANNOUNCED.rates[0]
    before = solve(WORLD, rates, model=model)
    after = solve(shuffled, rates[order][:, order], model=model)
    for name in (*REAL, "prices", "wage"):
        assert getattr(after, name) == pytest.approx(getattr(before, name)[order], abs=1e-8), name


@pytest.mark.parametrize("deficits", DEFICIT_CLOSURES)
def test_the_world_adds_up(deficits):
    found = solve(WORLD, ANNOUNCED, deficits=deficits, retaliation="reciprocal")
    flows = found.trade_flows
    assert abs((flows.sum(axis=0) - flows.sum(axis=1)).sum()) < 1e-9 * flows.sum()
    assert set(found.accounting) == {
        "trade_balances_sum_to_zero",
        "transfers_sum_to_zero",
        "spending_equals_income_revenue_and_transfers",
        "wage_bill_equals_sales",
    }
    assert all(0 <= value < 1e-9 for value in found.accounting.values())


def test_calibrated_baselines_add_up():
    for model in ONE_SECTOR:
        base = baseline_of(WORLD, model)
        kept = base.X @ (1 - base.nu)
        assert base.X.sum(axis=0) == pytest.approx(base.E)
        assert base.beta * kept + base.nu * base.E == pytest.approx(base.Y)
        assert base.Y + base.T + (1 - base.beta) * kept == pytest.approx(base.E)
        assert abs(base.T.sum()) < 1e-12 * base.E.sum()


@pytest.mark.parametrize("revenue", REVENUE_CLOSURES)
def test_a_small_tariff_of_a_large_economy_raises_its_welfare_and_moves_the_world(revenue):
    found = solve(WORLD, tariff_of(WORLD, "USA", 0.01), revenue=revenue)
    assert found.of("USA")["welfare"] > 0.05
    assert found.aggregate("non-USA")["welfare"] < -0.01


def test_a_small_tariff_of_a_tiny_economy_hardly_matters():
    found = solve(WORLD, tariff_of(WORLD, "TON", 0.01), revenue="lump-sum")
    others = np.delete(found.welfare, WORLD.index("TON"))
    large = solve(WORLD, tariff_of(WORLD, "USA", 0.01), revenue="lump-sum").of("USA")["welfare"]
    assert abs(found.of("TON")["welfare"]) < 0.1 * large
    assert np.max(np.abs(others)) < 1e-3


def test_welfare_of_japan_falls_in_the_us_tariff_on_japan():
    rates = (0.0, 0.05, 0.10, 0.15, 0.24, 0.5, 1.0, 2.0)
    for schedule in ({}, {"*": 0.10}):
        welfare = [
            solve(WORLD, {"USA": {**schedule, "JPN": rate}}).of("JPN")["welfare"] for rate in rates
        ]
        assert np.all(np.diff(welfare) < 0)


@pytest.mark.parametrize("deficits", ["world-share", "balanced"])
@pytest.mark.parametrize("model", ["ignatenko-2025", "ignatenko-2025-roundabout"])
def test_the_numeraire_is_irrelevant_in_real_terms(model, deficits):
    base = baseline_of(WORLD, model, deficits=deficits)
    real = []
    for numeraire in ("prices", "wages"):
        other = replace(base, model=replace(base.model, numeraire=numeraire), cache={})
        problem = pose(other, ANNOUNCED.rates[0], revenue="tax-relief", deficits=deficits)
        state = newton(problem, np.zeros(problem.size)).state
        real.append((state.omega - state.p, state.ell, np.log(state.E) - state.p))
    for first, second in zip(*real, strict=True):
        assert first == pytest.approx(second, abs=1e-11)


@pytest.mark.parametrize("model", ["ignatenko-2025", "ignatenko-2025-roundabout"])
def test_without_labor_supply_the_use_of_revenue_is_irrelevant(model):
    lump, relief = (
        solve(WORLD, ANNOUNCED, model=model, revenue=revenue, labor_supply_elasticity=0.0)
        for revenue in ("lump-sum", "tax-relief")
    )
    for name in ("welfare", "real_income", "prices", "employment"):
        assert getattr(lump, name) == pytest.approx(getattr(relief, name), abs=1e-9)


def test_a_value_added_share_of_one_is_the_model_without_inputs():
    without = solve(WORLD, ANNOUNCED)
    limit = solve(WORLD, ANNOUNCED, model="ignatenko-2025-roundabout", value_added_share=1.0)
    for name in REAL:
        assert getattr(limit, name) == pytest.approx(getattr(without, name), abs=1e-8), name


@pytest.mark.parametrize(("home", "abroad"), [(0.2, 0.0), (0.2, 0.2), (1.0, 0.3), (-0.1, 0.05)])
def test_two_equal_countries_have_the_solution_derived_by_hand(home, abroad):
    share = 0.3
    world = toy_world([[0, share], [share, 0]], [1, 1], codes=("HOM", "ABR"))
    rates = np.array([[0, abroad], [home, 0]])
    for revenue in REVENUE_CLOSURES:
        found = solve(world, rates, model="armington", revenue=revenue)
        assert found.welfare == pytest.approx(two_countries(0.7, 4.0, home, abroad), abs=1e-9)


def test_the_optimal_tariff_of_two_armington_countries_is_the_inverse_of_foreign_elasticity():
    """Gros (1987): t = 1 / (eps times the share foreigners spend on their own goods)."""
    world = toy_world([[0, 0.3], [0.3, 0]], [1, 2], codes=("HOM", "ABR"))

    def at(rate: float):
        return solve(world, np.array([[0, 0], [rate, 0]]), model="armington")

    best = minimize_scalar(
        lambda t: -at(t).welfare[0], bounds=(0, 1), method="bounded", options={"xatol": 1e-9}
    ).x
    flows = at(best).trade_flows
    assert best == pytest.approx(1 / (4 * flows[1, 1] / flows[:, 1].sum()), abs=1e-5)


def test_gains_from_trade_follow_from_home_shares_alone():
    """Arkolakis, Costinot and Rodriguez-Clare (2012): W^ = (lambda^_dd)^(-1/eps)."""
    rng = np.random.default_rng(1)
    iceberg = rng.uniform(0.8, 1.6, (WORLD.n_economies, WORLD.n_economies))
    np.fill_diagonal(iceberg, 1.0)
    found = solve(WORLD, None, model="armington", deficits="balanced", iceberg=iceberg)
    assert residual(found, iceberg) < 1e-10
    before = np.diag(found.baseline.share)
    after = np.diag(found.trade_flows) / found.trade_flows.sum(axis=0)
    sold = before > 0  # two economies sell nothing at home
    assert sold.sum() == 192
    assert found.welfare[sold] == pytest.approx(
        100 * ((after[sold] / before[sold]) ** (-1 / 4) - 1), abs=1e-8
    )


def test_autarky_is_the_limit_of_prohibitive_costs():
    world = random_world(5)
    iceberg = np.full((5, 5), 1e6)
    np.fill_diagonal(iceberg, 1.0)
    found = solve(world, None, model="armington", deficits="balanced", iceberg=iceberg)
    home = np.diag(found.baseline.share)
    assert found.welfare == pytest.approx(100 * (home ** (1 / 4) - 1), abs=1e-6)


def test_a_subsidy_costs_what_a_tariff_collects():
    found = solve(WORLD, {"USA": {"*": "-10%"}})
    assert found.of("USA")["revenue"] < 0
    assert residual(found) < 1e-10


def test_changing_the_trade_elasticity_leaves_scale_and_pass_through_where_they_are():
    base, other = baseline_of(WORLD), baseline_of(WORLD, trade_elasticity=8.0)
    assert other.epsilon == 8.0
    assert other.psi == base.psi == pytest.approx(0.67 / 4)
    assert np.array_equal(other.phi, base.phi)
    assert np.array_equal(other.nu, base.nu)
    moved = baseline_of(WORLD, trade_elasticity=8.0, scale_elasticity=0.67 / 8)
    assert moved.psi == pytest.approx(0.67 / 8)


def test_incomplete_pass_through_lowers_the_exponent_by_the_same_amount_everywhere():
    base, partial = baseline_of(WORLD), baseline_of(WORLD, pass_through_base=0.25)
    assert base.phi - partial.phi == pytest.approx(np.full(WORLD.n_economies, 0.75))


def test_balanced_trade_starts_from_a_world_without_transfers():
    base = baseline_of(WORLD, "armington", deficits="balanced")
    assert not base.T.any()
    assert np.max(np.abs(base.deficit)) < 1e-9 * base.E.max()
    found = solve(WORLD, ANNOUNCED, model="armington", deficits="balanced")
    flows = found.trade_flows
    assert np.max(np.abs(flows.sum(axis=0) - flows.sum(axis=1))) < 1e-9 * flows.max()
    assert np.all(np.isnan(found.deficit))  # no deficit, no percentage change of it
