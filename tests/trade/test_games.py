"""Tariff games of the one-sector kernel: published benchmarks, certificates, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import triffin
from triffin.trade.games.optimal import nash_tariffs, optimal_tariffs
from triffin.trade.one.adjoint import welfare_sensitivity
from triffin.trade.one.counterfactual import baseline_of, counterfactual
from triffin.trade.one.games import TariffGame
from triffin.trade.shared.games import SMALLEST_HOME_SHARE
from triffin.world.base.errors import InputError
from triffin.world.model import World


@pytest.fixture(scope="module")
def world() -> World:
    return triffin.load_world("world-2023")


@pytest.fixture(scope="module")
def nash(world: World) -> TariffGame:
    return nash_tariffs(world)


# trade.md section 2: numerical optima of the United States.
@pytest.mark.parametrize(
    ("revenue", "uniform", "rate", "welfare"),
    [
        ("tax-relief", True, 0.2512, 1.806),
        ("lump-sum", True, 0.142, 0.514),
        ("tax-relief", False, None, 1.81055),
        ("lump-sum", False, None, 0.5200),
    ],
)
def test_optimal_tariff_of_the_united_states(
    world: World, revenue: str, uniform: bool, rate: float | None, welfare: float
) -> None:
    game = optimal_tariffs(world, "USA", revenue=revenue, uniform=uniform)
    usa = world.index("USA")
    digits = len(str(welfare).split(".")[1])
    assert round(float(game.welfare[usa]), digits) == welfare
    if rate is not None:
        assert round(float(game.tariffs[world.index("CHN"), usa]), len(str(rate)) - 2) == rate
    assert game.first_order_condition <= 1e-9
    assert game.best_deviation_gain < 0


def test_bilateral_optimum_names_the_rates_of_the_design(world: World) -> None:
    game = optimal_tariffs(world, "USA")
    rates = {
        e: 100 * game.tariffs[world.index(e), world.index("USA")] for e in ("CHN", "CAN", "MEX")
    }
    assert {e: round(float(r), 1) for e, r in rates.items()} == {
        "CHN": 24.6,
        "CAN": 25.6,
        "MEX": 26.8,
    }


def test_nash_equilibrium_of_the_world(world: World, nash: TariffGame) -> None:
    # trade.md section 4: tax relief, deficits purged.
    means = 100 * np.array(list(nash.mean_tariffs.values()))
    assert len(means) == 191
    assert [round(float(v), 1) for v in (means.min(), np.median(means), means.max())] == [
        19.3,
        26.1,
        29.8,
    ]
    assert round(100 * nash.mean_tariffs["USA"], 1) == 19.3
    assert round(100 * nash.mean_tariffs["CHN"], 1) == 26.9
    welfare = {e: float(nash.welfare[world.index(e)]) for e in ("USA", "CHN", "CAN", "MEX")}
    assert welfare == pytest.approx(
        {"USA": -1.04, "CHN": -0.99, "CAN": -2.37, "MEX": -3.06}, abs=6e-3
    )
    income = nash.equilibrium.baseline.Y
    assert float(nash.welfare @ income / income.sum()) == pytest.approx(-1.92, abs=5e-3)
    assert nash.first_order_condition <= 1e-8
    assert nash.best_deviation_gain < 0


def test_nobody_gains_by_changing_one_rate(world: World, nash: TariffGame) -> None:
    for player, exporter in (("USA", "CHN"), ("JPN", "USA"), ("DEU", "FRA")):
        importer = world.index(player)
        for step in (-0.01, 0.01):
            rates = nash.tariffs.copy()
            rates[world.index(exporter), importer] += step
            other = counterfactual(
                nash.equilibrium.baseline, rates, revenue="tax-relief", deficits="balanced"
            )
            assert other.welfare[importer] < nash.welfare[importer]


def test_economies_without_a_home_market_do_not_play(nash: TariffGame) -> None:
    base = nash.equilibrium.baseline
    idle = [
        e
        for e, s in zip(base.world.economies, np.diag(base.share), strict=True)
        if s < SMALLEST_HOME_SHARE
    ]
    assert idle
    assert not set(idle) & set(nash.mean_tariffs)
    assert all(e in nash.notes[0] for e in idle)


def test_a_customs_union_has_one_rate_per_supplier(world: World) -> None:
    game = optimal_tariffs(world, "EU")
    usa = world.index("USA")
    base = game.equilibrium.baseline
    members = [world.index(e) for e in ("DEU", "FRA", "ITA") if base.X[usa, world.index(e)] > 0]
    assert np.ptp(game.tariffs[usa, members]) < 1e-12
    assert not game.tariffs[np.ix_(members, members)].any()


def test_bounds_hold_and_count_as_met(world: World) -> None:
    game = optimal_tariffs(world, "USA", bounds=(0.0, 0.1))
    own = game.tariffs[:, world.index("USA")]
    assert own.max() == pytest.approx(0.1)
    assert game.first_order_condition <= 1e-9


def test_best_responses_hurt_the_hegemon_more_than_none(world: World) -> None:
    usa = world.index("USA")
    none = triffin.trade.solve(world, "us-2025-04-02").welfare[usa]
    best = triffin.trade.solve(world, "us-2025-04-02", retaliation="optimal")
    assert best.welfare[usa] < none
    japan = best.tariffs[usa, world.index("JPN")]
    assert 0.1 < japan < 0.4


def test_a_gradient_agrees_with_solving_again(world: World) -> None:
    base = baseline_of(world)
    usa, china = world.index("USA"), world.index("CHN")
    rates = np.zeros_like(base.X)
    rates[:, usa] = 0.1
    rates[usa, usa] = 0.0
    found = counterfactual(base, rates, revenue="tax-relief")
    weights = np.zeros((1, len(base.E)))
    weights[0, usa] = 1
    slope = welfare_sensitivity(found.problem, found.state, weights).gradient()[china, usa]
    step = 1e-5
    welfare = []
    for sign in (1, -1):
        moved = rates.copy()
        moved[china, usa] = 1.1 * np.exp(sign * step) - 1
        welfare.append(counterfactual(base, moved, revenue="tax-relief").welfare[usa] / 100)
    assert (welfare[0] - welfare[1]) / (2 * step) == pytest.approx(slope, rel=1e-5)


def test_games_with_fixed_deficits_are_refused_with_the_reason(world: World) -> None:
    for call in (
        lambda: optimal_tariffs(world, "USA", deficits="fixed"),
        lambda: nash_tariffs(world, deficits="fixed"),
        lambda: triffin.trade.solve(
            world, {"USA": {"*": 0.1}}, retaliation="optimal", deficits="fixed"
        ),
    ):
        with pytest.raises(InputError, match="no well-posed solution"):
            call()


def test_players_must_not_overlap(world: World) -> None:
    with pytest.raises(InputError, match="EU and DEU both set"):
        nash_tariffs(world, ["USA", "EU", "DEU"])
