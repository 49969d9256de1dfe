"""What theory says of any many-sector equilibrium, and of its ties to the one-sector kernel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic_sectors import synthetic_world

from triffin.trade.equilibrium import solve
from triffin.trade.many import SectorBaseline, sector_baseline, settle, solve_sectors
from triffin.trade.many.calibration import calibrate
from triffin.trade.many.kernel import pose, start
from triffin.trade.many.solver import newton_krylov, polish, sweep
from triffin.trade.models import MODELS, Model, resolve_parameters
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.calibration import calibrate as calibrate_one
from triffin.trade.one.counterfactual import purge_transfers
from triffin.world.base.errors import InputError, NoEquilibrium
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.registry.parameter_set import shipped
from triffin.world.sectors import SectorData

CLOSURES = [
    {"revenue": revenue, "deficits": deficits}
    for revenue in ("lump-sum", "tax-relief")
    for deficits in ("world-share", "fixed", "balanced")
]
RICH = {"labor_supply_elasticity": 0.5, "scale_elasticity": 0.05}


def _small(seed: int = 3) -> tuple[World, SectorData]:
    return synthetic_world(5, 4, seed=seed)


def _shock(base: SectorBaseline) -> np.ndarray:
    rates = base.tariff.copy()
    rates[:, 1:, 0] += 0.3
    rates[:2, 0, 1:] += 0.6
    return rates


def _reorder(world: World, data: SectorData, sectors: list[int], economies: list[int]):
    pick = np.ix_(sectors, economies, economies)
    cells = np.ix_(sectors, economies)
    codes = tuple(world.economies[i] for i in economies)
    names = tuple(world.sectors[i] for i in sectors)
    return (
        replace(
            world,
            economies=codes,
            names=codes,
            sectors=names,
            trade=world.trade[pick],
            tariff=world.tariff[pick],
            gdp=world.gdp[economies],
        ),
        SectorData(
            sectors=names,
            economies=codes,
            gross_output=data.gross_output[cells],
            value_added_share=data.value_added_share[cells],
            input_share=data.input_share[np.ix_(sectors, sectors, economies)],
            elasticity=data.elasticity[sectors],
            final_share=None if data.final_share is None else data.final_share[cells],
        ),
    )


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("options", [{}, RICH])
def test_no_change_is_a_fixed_point(closure: dict, options: dict) -> None:
    base = sector_baseline(*_small(), deficits=closure["deficits"], **options)
    result = solve_sectors(base, base.tariff, **closure)
    for name in ("welfare", "welfare_first_order", "wage", "prices", "employment"):
        np.testing.assert_allclose(getattr(result, name), 0.0, atol=1e-9)
    np.testing.assert_allclose(result.trade_flows, base.flows, rtol=1e-9)


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("options", [{}, RICH])
def test_every_equation_holds_under_every_closure(closure: dict, options: dict) -> None:
    base = sector_baseline(*_small(), deficits=closure["deficits"], **options)
    result = solve_sectors(base, _shock(base), iceberg=np.full((5, 5), 1.02), **closure)
    assert max(result.accounting.values()) <= 1e-10
    assert result.wage_error <= 1e-10
    flows = result.trade_flows
    balances = flows.sum(axis=(0, 1)) - flows.sum(axis=(0, 2))
    assert abs(balances.sum()) <= 1e-9 * flows.sum()
    taxed = (result.tariffs * flows).sum(axis=(0, 1))
    np.testing.assert_allclose(taxed, result.state.revenue, rtol=1e-8)


def test_relabelling_economies_and_sectors_changes_nothing() -> None:
    world, data = _small()
    sectors, economies = [2, 0, 3, 1], [4, 2, 0, 1, 3]
    base = sector_baseline(world, data, **RICH)
    other = sector_baseline(*_reorder(world, data, sectors, economies), **RICH)
    rates = _shock(base)
    first = solve_sectors(base, rates)
    second = solve_sectors(other, rates[np.ix_(sectors, economies, economies)])
    np.testing.assert_allclose(second.welfare, first.welfare[economies], atol=1e-9)
    np.testing.assert_allclose(
        second.sector_output, first.sector_output[np.ix_(sectors, economies)], atol=1e-8
    )


def test_doubling_money_changes_no_percentage() -> None:
    world, data = _small()
    base = sector_baseline(world, data)
    double = sector_baseline(
        replace(world, trade=2 * world.trade, gdp=2 * world.gdp),
        replace(data, gross_output=2 * data.gross_output),
    )
    first, second = (solve_sectors(b, _shock(b)) for b in (base, double))
    for name in first.VARIABLES:
        np.testing.assert_allclose(getattr(second, name), getattr(first, name), atol=1e-8)
    np.testing.assert_allclose(second.trade_flows, 2 * first.trade_flows, rtol=1e-9)


@pytest.mark.parametrize("deficits", ["world-share", "balanced"])
def test_real_results_do_not_depend_on_the_numeraire(deficits: str) -> None:
    base = sector_baseline(*_small(), deficits=deficits, **RICH)
    wages, prices = (
        solve_sectors(base, _shock(base), deficits=deficits, numeraire=n)
        for n in ("wages", "prices")
    )
    for name in ("welfare", "real_wage", "employment", "terms_of_trade", "volume_of_trade"):
        np.testing.assert_allclose(getattr(prices, name), getattr(wages, name), atol=1e-8)
    assert base.income @ np.expm1(prices.state.p_final) == pytest.approx(
        0.0, abs=1e-9 * base.income.sum()
    )


def test_a_sector_split_into_equal_halves_acts_as_one() -> None:
    world, data = _small()
    assert data.final_share is not None
    halves = [0, 0, 1, 2, 3]
    weight = np.array([0.5, 0.5, 1.0, 1.0, 1.0])
    split_world = replace(
        world,
        sectors=("0a", "0b", "1", "2", "3"),
        trade=world.trade[halves] * weight[:, None, None],
        tariff=world.tariff[halves],
    )
    split_data = SectorData(
        sectors=split_world.sectors,
        economies=data.economies,
        gross_output=data.gross_output[halves] * weight[:, None],
        value_added_share=data.value_added_share[halves],
        input_share=data.input_share[np.ix_(halves, halves)] * weight[:, None, None],
        elasticity=data.elasticity[halves],
        final_share=data.final_share[halves] * weight[:, None],
    )
    base, split = sector_baseline(world, data), sector_baseline(split_world, split_data)
    whole = solve_sectors(base, _shock(base))
    parts = solve_sectors(split, _shock(base)[halves])
    np.testing.assert_allclose(parts.welfare, whole.welfare, atol=1e-9)
    np.testing.assert_allclose(parts.terms_of_trade, whole.terms_of_trade, atol=1e-9)


def test_first_order_welfare_is_exact_for_small_changes() -> None:
    base = sector_baseline(*_small(), deficits="balanced")
    step = 1e-6 * (_shock(base) - base.tariff)
    result = solve_sectors(base, base.tariff + step, deficits="balanced")
    np.testing.assert_allclose(result.welfare, result.welfare_first_order, atol=1e-9)


def test_the_sweep_and_newton_find_the_same_equilibrium() -> None:
    base = sector_baseline(*_small(), **RICH)
    problem = pose(base, _shock(base), revenue="tax-relief")
    first = polish(problem, sweep(problem, start(base)))
    second = newton_krylov(problem, start(base))
    assert first.converged
    assert second.converged
    np.testing.assert_allclose(second.x, first.x, atol=1e-10)


def _as_sectors(one: Baseline) -> SectorBaseline:
    """The one-sector baseline as a many-sector world of one sector."""
    trade = one.X.copy()
    np.fill_diagonal(trade, 0.0)
    n = len(one.E)
    world = replace(
        one.world, trade=trade[None], sectors=("all",), tariff=np.zeros((1, n, n)), gdp=one.Y
    )
    data = SectorData(
        sectors=("all",),
        economies=one.world.economies,
        gross_output=one.X.sum(axis=1)[None],
        value_added_share=np.full((1, n), one.beta),
        input_share=np.full((1, 1, n), 1.0 if one.beta < 1 else 0.0),
        elasticity=np.array([one.epsilon]),
    )
    base = calibrate(world, data, labor_supply_elasticity=one.kappa, scale_elasticity=one.psi)
    return settle(base)


PLAIN = MODELS["armington"]
ROUNDABOUT = replace(
    MODELS["ignatenko-2025-roundabout"], multinational=False, firm_relocation=False
)


@pytest.mark.parametrize(
    "model", [PLAIN, MODELS["ignatenko-2025-eaton-kortum"], ROUNDABOUT], ids=lambda m: m.name
)
@pytest.mark.parametrize("closure", CLOSURES)
def test_one_sector_agrees_with_the_one_sector_kernel(
    model: Model, closure: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MODELS, "under-test", replace(model, name="under-test"))
    world = load_world("world-2023")
    one = calibrate_one(
        world, model, resolve_parameters(model, {}, registry=shipped()), registry=shipped()
    )
    base = _as_sectors(one)
    if closure["deficits"] == "balanced":
        purged = purge_transfers(one)
        base = settle(base, balanced=True)
        # The two purges differ in their numeraire, hence in the unit of money only.
        np.testing.assert_allclose(
            base.value_added / base.value_added.sum(), purged.Y / purged.Y.sum(), rtol=1e-9
        )
    usa = world.index("USA")
    rates = np.zeros((194, 194))
    rates[:, usa] = np.linspace(0.1, 0.6, 194)
    rates[usa, :] = 0.15
    rates[usa, usa] = 0.0
    expected = solve(world, rates, model="under-test", **closure)
    numeraire = model.numeraire
    got = solve_sectors(base, rates[None], numeraire=numeraire, **closure)
    for name in ("welfare", "employment", "wage", "prices", "real_income"):
        np.testing.assert_allclose(
            getattr(got, name) / 100, getattr(expected, name) / 100, atol=1e-9, err_msg=name
        )
    np.testing.assert_allclose(got.exports, expected.exports, atol=1e-6)


def test_without_inputs_final_demand_is_expenditure() -> None:
    world, data = _small()
    base = sector_baseline(world, data, model="armington-many-sectors")
    assert (base.value_added_share == 1).all()
    np.testing.assert_allclose(base.final_share * base.income, base.expenditure, rtol=1e-9)
    result = solve_sectors(base, _shock(base))
    assert max(result.accounting.values()) <= 1e-10


def test_tax_relief_beyond_the_wage_bill_is_named() -> None:
    world, data = synthetic_world(2, 1, seed=1, zero_flows=0.0)
    trade = world.trade.copy()
    trade[0, 0, 1] = trade[0, 1, 0] = 0.97 * data.gross_output.min()
    world = replace(world, trade=trade)
    base = sector_baseline(world, replace(data, elasticity=np.array([0.3])))
    rates = np.full((1, 2, 2), 9.0) * (1 - np.eye(2))
    with pytest.raises(NoEquilibrium, match="income-tax relief"):
        solve_sectors(base, rates, revenue="tax-relief")
    assert solve_sectors(base, rates, revenue="lump-sum").residual <= 1e-10


def test_a_fixed_surplus_that_cannot_be_earned_is_named() -> None:
    world, data = synthetic_world(3, 2, seed=1, zero_flows=0.0)
    trade = world.trade.copy()
    trade[:, 0, 1:] *= 3.0
    trade[:, 1:, 0] *= 0.05
    base = sector_baseline(replace(world, trade=trade), data)
    rates = base.tariff.copy()
    rates[:, 0, 1:] = 10.0
    with pytest.raises(NoEquilibrium, match="surplus") as caught:
        solve_sectors(base, rates, deficits="fixed")
    assert "E000" in str(caught.value)


def test_inputs_that_mean_nothing_are_refused() -> None:
    world, data = _small()
    base = sector_baseline(world, data)
    with pytest.raises(InputError, match="shape"):
        solve_sectors(base, np.zeros((5, 5)))
    own = base.tariff.copy()
    own[0, 1, 1] = 0.1
    with pytest.raises(InputError, match="E001"):
        solve_sectors(base, own)
    with pytest.raises(InputError, match="settle"):
        solve_sectors(calibrate(world, data), base.tariff)
    with pytest.raises(InputError, match="balanced"):
        solve_sectors(base, base.tariff, deficits="balanced")
    share = data.value_added_share.copy()
    share[0, 2] = 1.2
    with pytest.raises(InputError, match="value_added_share of sector 1 × E002"):
        replace(data, value_added_share=share)
    with pytest.raises(InputError, match="add up"):
        replace(data, input_share=data.input_share * 0.9)
    with pytest.raises(InputError, match="scale elasticity"):
        calibrate(world, data, scale_elasticity=1 / data.elasticity)
    trade = world.trade.copy()
    trade[:, 3, :] = trade[:, :, 3] = 0.0
    with pytest.raises(InputError, match="E003"):
        calibrate(replace(world, trade=trade), data)
