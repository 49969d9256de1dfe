"""The independent models against closed forms, published figures and, where easy, production."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import triffin

from .attacks import many_sector as many_attack
from .attacks.one_sector import difference, production
from .finding import Crashed, Refused
from .reference.many_sector import Closure, Sectors
from .reference.many_sector import solve as solve_sectors
from .reference.one_sector import Answer, Choice, affiliates, components, solve
from .reference.path import NoBranch
from .worlds import CLOSURES, MODELS, RELAXED, choose_model, ordinary, sectors

EPSILON = 4.0


def twins(tariff: float, imported: float = 0.2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two equal economies of 100 that import a share of their spending and tax it alike."""
    off = np.array([[0.0, 1.0], [1.0, 0.0]])
    return 100 * imported * off, np.full(2, 100.0), tariff * off


def price_of_protection(tariff: float, imported: float = 0.2) -> tuple[float, float]:
    """Price index and share of spending on imports between twins, whose wages do not move."""
    total = 1 - imported + imported * (1 + tariff) ** -EPSILON
    return total ** (-1 / EPSILON), imported * (1 + tariff) ** -EPSILON / total


@pytest.mark.parametrize("tariff", [0.05, 0.4, 3.0])
def test_twins_that_tax_each_other_lose_what_the_closed_form_says(tariff: float) -> None:
    trade, gdp, rates = twins(tariff)
    found = solve(trade, gdp, None, rates, Choice())
    price, share = price_of_protection(tariff)
    spending = 1 / (1 - share * tariff / (1 + tariff))
    assert found.real_income == pytest.approx(100 * (spending / price - 1), rel=1e-10)
    assert found.welfare == pytest.approx(found.real_income, rel=1e-12)


def test_labor_and_scale_between_twins_have_their_closed_form() -> None:
    trade, gdp, rates = twins(0.4)
    kappa, psi = 0.5, 0.1675
    choice = Choice("ignatenko-2025-eaton-kortum", kappa=kappa, psi=psi)
    price, _ = price_of_protection(0.4)
    # l = -kappa log P and log P = log(price of protection) - psi l
    labor = price ** (-kappa / (1 - psi * kappa))
    found = solve(trade, gdp, None, rates, choice)
    assert found.employment == pytest.approx(100 * (labor - 1), rel=1e-10)


@pytest.mark.parametrize("beta", [1.0, 0.5])
def test_autarky_costs_the_home_share_to_the_power_of_one_over_elasticity(beta: float) -> None:
    # Arkolakis, Costinot and Rodriguez-Clare (2012), American Economic Review 102
    trade, gdp, rates = twins(30.0)
    found = solve(trade, gdp, None, rates, Choice(beta=beta))
    assert 1 + found.real_income / 100 == pytest.approx(0.8 ** (1 / (beta * EPSILON)), rel=1e-5)


def test_a_small_economy_gains_most_from_a_tariff_of_one_over_the_elasticity() -> None:
    # Export demand has elasticity 1 + epsilon, so the optimum is 1/epsilon (Gros 1987, JIE 23)
    small = 1e-6
    trade = np.array([[0.0, 0.2 * small], [0.2 * small, 0.0]])

    def gain(rate: float) -> float:
        rates = np.array([[0.0, 0.0], [rate, 0.0]])
        return float(solve(trade, np.array([small, 1.0]), None, rates, Choice()).welfare[0])

    best = gain(1 / EPSILON)
    assert best > 0
    assert best > gain(1 / EPSILON - 0.01)
    assert best > gain(1 / EPSILON + 0.01)


def test_multinational_shares_are_the_published_ones() -> None:
    world = triffin.load_world("world-2023")
    found = affiliates(np.array(world.trade[0]), world.gdp, world.index("USA"))
    assert found == pytest.approx((0.11433521, 0.27047098), abs=5e-9)


def test_an_economy_that_trades_with_nobody_changes_nobody() -> None:
    trade = np.array([[0.0, 10.0, 0.0], [9.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    rates = np.zeros((3, 3))
    rates[1, 0] = 0.2
    gdp = np.array([100.0, 80.0, 20.0])
    found = solve(trade, gdp, None, rates, Choice(revenue="tax-relief"))
    assert found.real_income == pytest.approx([0.470784, -0.925668, 0.0], abs=5e-7)
    assert [list(group) for group in components(trade, gdp)] == [[0, 1], [2]]


def test_a_surplus_that_tariffs_make_impossible_has_no_equilibrium() -> None:
    trade = np.array([[0.0, 60.0], [10.0, 0.0]])
    rates = np.array([[0.0, 3.0], [0.0, 0.0]])
    with pytest.raises(NoBranch) as end:
        solve(trade, np.array([100.0, 300.0]), None, rates, Choice())
    assert end.value.certain


def test_trade_that_runs_one_way_cannot_balance() -> None:
    trade = np.array([[0.0, 5.0], [0.0, 0.0]])
    with pytest.raises(NoBranch, match="one way"):
        solve(trade, np.array([100.0, 100.0]), None, np.zeros((2, 2)), Choice(deficits="balanced"))


@pytest.mark.parametrize("closure", CLOSURES)
def test_one_sector_without_inputs_is_the_armington_model(closure: str) -> None:
    trade = np.array([[0.0, 12.0, 3.0], [9.0, 0.0, 5.0], [6.0, 2.0, 0.0]])
    gdp = np.array([100.0, 80.0, 30.0])
    rates = np.array([[0.0, 0.1, 0.0], [0.3, 0.0, 0.2], [0.3, 0.0, 0.0]])
    one = solve(trade, gdp, None, rates, Choice(deficits=closure))
    whole = trade + np.diag(gdp - trade.sum(axis=1))
    shape = (1, 3)
    world = Sectors(
        whole[None], np.zeros((1, 3, 3)), np.ones(shape), np.ones((1, *shape)), np.array([EPSILON])
    )
    many = solve_sectors(world, rates[None], Closure(deficits=closure))
    # A fixed transfer is fixed in some unit: wages in one model, prices in the other.
    if closure != "fixed":
        assert many.real_income == pytest.approx(one.real_income, rel=1e-9, abs=1e-9)


def test_equal_sectors_are_one_sector_with_roundabout_inputs() -> None:
    rng = np.random.default_rng(1)
    flows = rng.uniform(1, 5, (3, 3)) + np.diag([60.0, 50.0, 40.0])
    tariff = np.where(np.eye(3) > 0, 0.0, 0.25)
    beta = 0.6
    half = Sectors(
        np.stack([flows, flows]) / 2,
        np.zeros((2, 3, 3)),
        np.full((2, 3), beta),
        np.full((2, 2, 3), 0.5),
        np.full(2, EPSILON),
    )
    whole = Sectors(
        flows[None], np.zeros((1, 3, 3)), np.full((1, 3), beta), np.ones((1, 1, 3)), half.theta[:1]
    )
    two = solve_sectors(half, np.stack([tariff, tariff]), Closure())
    one = solve_sectors(whole, tariff[None], Closure())
    assert two.real_income == pytest.approx(one.real_income, rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("revenue", RELAXED)
@pytest.mark.parametrize("deficits", CLOSURES)
def test_production_agrees_on_ordinary_worlds(model: str, revenue: str, deficits: str) -> None:
    rng = np.random.default_rng(7)
    for _ in range(3):
        case = choose_model(rng, ordinary(rng, 5), wild=False)
        plain = model == "armington"
        choice = Choice(
            model,
            revenue,
            deficits,
            kappa=0.0 if plain else 0.5,
            psi=0.0 if plain else 0.1675,
            beta=0.49 if model.endswith("roundabout") else 1.0,
        )
        case = replace(case, choice=choice, tariff=case.tariff / 4)
        want = solve(case.trade, case.gdp, case.home, case.tariff, choice)
        got = production(case)
        assert not isinstance(got, Refused | Crashed), got
        assert isinstance(want, Answer)
        assert difference(np.asarray(got.welfare), np.asarray(got.real_income), want) < 1e-9


def test_production_agrees_on_ordinary_many_sector_worlds() -> None:
    rng = np.random.default_rng(8)
    for k in range(6):
        world = sectors(rng, 3, 4)
        world = replace(
            world, trade=np.maximum(world.trade, 1e-3 * world.trade.max(axis=2, keepdims=True))
        )
        closure = Closure(RELAXED[k % 2], CLOSURES[k % 3], 0.5 * (k % 2), k % 4 != 3)
        rates = np.minimum(world.tariff + 0.1 * (1 - np.eye(4)), 0.5)
        got = many_attack.production(world, rates, closure)
        assert not isinstance(got, Refused | Crashed), got
        want = solve_sectors(world, rates, closure)
        assert np.asarray(got.real_income) == pytest.approx(want.real_income, rel=1e-8, abs=1e-8)
