"""What the trade room refuses, and the words it finds for it."""

import numpy as np
import pytest

import triffin
from triffin.trade.one.counterfactual import baseline_of
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged
from triffin.world.model import World


@pytest.fixture(scope="module")
def world() -> World:
    return triffin.load_world("world-2023")


def tiny(trade: list[list[float]], codes: tuple[str, ...] = ("USA", "CHN", "JPN")) -> World:
    flows = np.array(trade, dtype=float)[None]
    return World(
        "tiny",
        "tiny",
        2020,
        codes,
        codes,
        ("all",),
        flows,
        np.full(len(codes), 100.0),
        np.zeros_like(flows),
    )


def test_closed_form_retaliation_is_refused_where_it_was_not_derived(world: World) -> None:
    for model in ("ignatenko-2025-roundabout", "ignatenko-2025-eaton-kortum", "armington"):
        with pytest.raises(InputError, match="derived for ignatenko-2025"):
            triffin.trade.solve(
                world, {"USA": {"*": 0.1}}, model=model, retaliation="optimal-formula"
            )


@pytest.mark.parametrize("name", ["world-2023", "nafta-1993"])
def test_a_parameter_has_the_registry_s_domain_and_no_other(name: str) -> None:
    world = triffin.load_world(name)
    tariffs = {"USA": {"MEX": 0.01}}
    for wrong in ({"trade_elasticity": 0.0}, {"labor_supply_elasticity": 10.1}):
        with pytest.raises(InputError, match=r"domain. Valid: a number (above 0|from 0 up to 10)"):
            triffin.trade.solve(world, tariffs, **wrong)


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_beyond_what_numbers_hold_nothing_is_found_without_a_warning(world: World) -> None:
    assert triffin.trade.solve(world, {"USA": {"*": 0.2}}, trade_elasticity=0.01).residual < 1e-9
    with pytest.raises(NotConverged):
        triffin.trade.solve(world, {"USA": {"*": 0.2}}, trade_elasticity=1e5)


def test_a_subsidy_is_not_a_retaliation(world: World) -> None:
    with pytest.raises(InputError, match="subsidy"):
        triffin.trade.solve(world, {"USA": {"*": 0.1}}, retaliation="-10%")


def test_a_schedule_can_be_given_by_name(world: World) -> None:
    found = triffin.trade.solve(world, "us-2025-04-02")
    assert round(found.of("USA")["welfare"], 2) == 1.13  # Table 1


@pytest.mark.parametrize("tariffs", [[["a"]], object(), [[1, 2], [3]]])
def test_what_is_no_tariff_is_refused(world: World, tariffs: object) -> None:
    with pytest.raises(InputError, match="neither a schedule"):
        triffin.trade.solve(world, tariffs)


def test_numbers_of_numpy_are_numbers(world: World) -> None:
    found = baseline_of(world, trade_elasticity=np.int64(5))
    assert found.epsilon == 5.0


def test_an_unknown_weight_is_refused(world: World) -> None:
    found = triffin.trade.solve(world, {})
    with pytest.raises(InputError, match="not a weight"):
        found.aggregate("world", weight="population")


def test_an_economy_that_only_sells_cannot_balance_its_trade() -> None:
    sells_only = tiny([[0, 5, 0], [5, 0, 0], [1, 1, 0]])
    with pytest.raises(NoEquilibrium, match=r"JPN.*cannot balance"):
        triffin.trade.solve(sells_only, {}, model="armington", deficits="balanced")


def test_models_without_multinationals_need_no_calibration_of_them() -> None:
    # Trade far above GDP leaves no multinational shares between 0 and 1.
    open_world = tiny([[0, 90, 5], [95, 0, 5], [5, 5, 0]])
    with pytest.raises(InputError, match="multinational"):
        triffin.trade.solve(open_world, {}, model="ignatenko-2025")
    assert triffin.trade.solve(open_world, {}, model="armington").status == "converged"
