"""Optimal sector tariffs: what theory says of them, and their certificates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic_sectors import synthetic_world

from triffin.trade.games.optimal import nash_tariffs, optimal_tariffs
from triffin.trade.games.players import best_responses
from triffin.trade.many import SectorBaseline, sector_baseline, settle, solve_sectors
from triffin.trade.many.calibration import calibrate
from triffin.trade.many.games import nash as games_module
from triffin.trade.many.games.conditions import Conditions
from triffin.trade.many.games.nash import solve_sector_game
from triffin.trade.many.games.players import make_sector_player, objectives, sector_player
from triffin.trade.one.counterfactual import baseline_of
from triffin.world.base.errors import InputError, NotConverged
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.sectors import SectorData

RICH = {"labor_supply_elasticity": 0.5, "scale_elasticity": 0.05}


def _base(seed: int = 3, **options: float) -> SectorBaseline:
    return sector_baseline(*synthetic_world(5, 4, seed=seed), deficits="balanced", **options)


def _shrunk(world: World, data: SectorData, factor: float) -> tuple[World, SectorData]:
    """The same world with its first economy's output and trade scaled by `factor`."""
    trade = world.trade.copy()
    trade[:, 0, :] *= factor
    trade[:, :, 0] *= factor
    output = data.gross_output.copy()
    output[:, 0] *= factor
    return replace(world, trade=trade), replace(data, gross_output=output)


@pytest.mark.parametrize("options", [{}, RICH])
@pytest.mark.parametrize("tie", ["none", "sector", "partner", "uniform"])
def test_gradients_of_every_objective_agree_with_finite_differences(
    options: dict, tie: str
) -> None:
    base = _base(**options)
    revenue = "tax-relief" if options else "lump-sum"
    players = [
        sector_player(base, "union", [0, 1], tie=tie, political=np.array([2.0, 1.0, 0.5, 1.0])),
        sector_player(base, "E003", [3], tie=tie),
    ]
    conditions = Conditions(
        base, players, revenue, "balanced", base.tariff, (-0.9, 10.0), precise=True
    )
    rng = np.random.default_rng(0)
    x = conditions.guess + 0.1 * rng.normal(size=len(conditions.guess))
    slope = conditions.gradient(x)
    h = 1e-4
    for k in rng.choice(len(x), size=min(6, len(x)), replace=False):
        owner = int(np.searchsorted(conditions.firsts, k, side="right")) - 1
        step = np.zeros_like(x)
        step[k] = h
        up, down = (
            objectives(players, conditions.solve(x + sign * step))[owner] for sign in (1, -1)
        )
        assert slope[k] == pytest.approx((up - down) / (2 * h), abs=2e-6, rel=1e-5)


def test_at_the_optimum_no_tariff_pays_at_the_margin() -> None:
    base = _base()
    game = optimal_tariffs(base, "E001", deficits="balanced")
    assert game.status == "converged"
    assert game.first_order_condition <= 1e-8
    assert game.gradient_norm <= 1e-7
    assert game.best_deviation_gain <= 1e-9
    own = base.economies.index("E001")
    s, o, d = game.players[0].cells
    h = 1e-4
    for k in (0, len(s) // 2, len(s) - 1):
        welfare = []
        for sign in (1, -1):
            rates = game.tariffs.copy()
            rates[s[k], o[k], d[k]] += sign * h
            welfare.append(solve_sectors(base, rates, deficits="balanced").welfare[own])
        # The first difference vanishes, and the second is negative.
        assert abs(welfare[0] - welfare[1]) / (2 * h) < 1e-5
        assert sum(welfare) < 2 * game.welfare[own]


def test_more_instruments_do_better_and_none_does_worst() -> None:
    base = _base()
    own = base.economies.index("E002")
    free = base.tariff.copy()
    free[:, :, own] = 0.0
    zero = solve_sectors(base, free, deficits="balanced").welfare[own]
    by_tie = {
        tie: optimal_tariffs(base, "E002", tie=tie, deficits="balanced").objective["E002"]
        for tie in ("none", "sector", "partner", "uniform")
    }
    assert by_tie["none"] > by_tie["sector"] > by_tie["uniform"] > zero
    assert by_tie["none"] > by_tie["partner"] > by_tie["uniform"]
    one = optimal_tariffs(base, "E002", sectors=[base.sectors[0]], deficits="balanced")
    against = optimal_tariffs(base, "E002", exporters=["E000"], deficits="balanced")
    for game in (one, against):
        assert 0 < game.objective["E002"] < by_tie["none"]
    assert (one.tariffs[1:] == base.tariff[1:]).all()
    assert (against.tariffs[:, 1:] == base.tariff[:, 1:]).all()


def test_a_small_economy_taxes_all_imports_at_the_inverse_export_elasticity() -> None:
    # Without inputs, the price of a small economy's imports is given, and its only power is over
    # its exports: each dollar earned abroad in sector s moves with its wage by theta_s. The best
    # it can do is to set marginal export revenue per worker, w theta/(1+theta) with theta
    # weighted by exports, against world prices: one tariff of 1/theta on everything.
    world, data = _shrunk(*synthetic_world(5, 4, seed=3), 1e-5)
    base = sector_baseline(world, data, model="armington-many-sectors", deficits="balanced")
    game = optimal_tariffs(base, "E000", deficits="balanced")
    exports = game.equilibrium.state.sector_exports[:, 0]
    theory = exports.sum() / (base.theta @ exports)
    np.testing.assert_allclose(game.tariffs[game.players[0].cells], theory, atol=2e-4)
    # A large economy has power over import prices too.
    world, data = synthetic_world(5, 4, seed=3)
    large = sector_baseline(world, data, model="armington-many-sectors", deficits="balanced")
    rates = optimal_tariffs(large, "E000", deficits="balanced")
    exports = rates.equilibrium.state.sector_exports[:, 0]
    assert rates.mean_tariffs["E000"] > exports.sum() / (large.theta @ exports) + 0.01


def test_the_optimum_of_a_small_economy_falls_with_its_trade_elasticity() -> None:
    world, data = _shrunk(*synthetic_world(5, 4, seed=3), 1e-5)
    means = [
        optimal_tariffs(
            sector_baseline(world, data, deficits="balanced", trade_elasticity=theta),
            "E000",
            deficits="balanced",
        ).mean_tariffs["E000"]
        for theta in (4.0, 8.0)
    ]
    assert means[0] > 1.5 * means[1] > 0


def _one_sector(names: tuple[str, ...]) -> SectorBaseline:
    """The armington baseline of world-2023, balanced, as a many-sector world of one sector."""
    one = baseline_of(load_world("world-2023"), "armington", deficits="balanced")
    trade = one.X.copy()
    np.fill_diagonal(trade, 0.0)
    n = len(one.E)
    world = replace(
        one.world, trade=trade[None], sectors=names, tariff=np.zeros((1, n, n)), gdp=one.Y
    )
    data = SectorData(
        sectors=names,
        economies=one.world.economies,
        gross_output=one.X.sum(axis=1)[None],
        value_added_share=np.ones((1, n)),
        input_share=np.zeros((1, 1, n)),
        elasticity=np.array([one.epsilon]),
    )
    return settle(calibrate(world, data))


def test_one_sector_agrees_with_the_one_sector_games() -> None:
    world = load_world("world-2023")
    base = _one_sector(("all",))
    closure = {"revenue": "lump-sum", "deficits": "balanced"}
    expected = optimal_tariffs(world, "USA", model="armington", **closure)
    got = optimal_tariffs(base, "USA", **closure)
    cells = expected.players[0].cells
    np.testing.assert_allclose(got.tariffs[0][cells], expected.tariffs[cells], atol=1e-6)
    np.testing.assert_allclose(got.welfare, expected.welfare, atol=1e-6)
    players = ["USA", "CHN", ["DEU", "FRA"]]
    expected = nash_tariffs(world, players, model="armington", **closure)
    got = nash_tariffs(base, players, **closure)
    np.testing.assert_allclose(got.welfare, expected.welfare, atol=1e-6)
    assert got.mean_tariffs == pytest.approx(expected.mean_tariffs, abs=1e-6)


def test_bounds_hold_and_only_outward_pushes_are_excused() -> None:
    base = _base()
    free = optimal_tariffs(base, "E001", deficits="balanced")
    limit = float(np.median(free.tariffs[free.players[0].cells]))
    game = optimal_tariffs(base, "E001", deficits="balanced", bounds=(0.0, limit))
    rates = game.tariffs[game.players[0].cells]
    assert rates.min() >= 0.0
    assert rates.max() <= limit
    assert game.at_bounds > 0
    assert game.first_order_condition <= 1e-8
    assert game.best_deviation_gain <= 1e-9
    assert game.objective["E001"] < free.objective["E001"]
    bound = np.full(base.share.shape, 10.0)
    bound[0] = 0.05
    by_sector = optimal_tariffs(base, "E001", deficits="balanced", bounds=(0.0, bound))
    assert by_sector.tariffs[0, :, 1].max() <= 0.05
    assert by_sector.tariffs[1:, :, 1].max() > 0.05


def test_a_political_weight_raises_a_sectors_protection_and_costs_welfare() -> None:
    base = _base()
    own = base.economies.index("E001")
    plain = optimal_tariffs(base, "E001", deficits="balanced")
    one = dict.fromkeys(base.sectors, 1.0)
    same = optimal_tariffs(base, "E001", political_weights=one, deficits="balanced")
    np.testing.assert_allclose(same.tariffs, plain.tariffs, atol=1e-7)
    for k, sector in enumerate(base.sectors):
        weighted = optimal_tariffs(
            base, "E001", political_weights={sector: 1.3}, deficits="balanced"
        )
        assert weighted.sector_mean_tariffs[k, own] > plain.sector_mean_tariffs[k, own]
        assert weighted.welfare[own] < plain.welfare[own]
        assert weighted.equilibrium.state.output[k, own] > plain.equilibrium.state.output[k, own]
        assert weighted.first_order_condition <= 1e-8
        assert weighted.best_deviation_gain <= 1e-9


def test_a_weight_that_makes_protection_priceless_ends_at_the_bound() -> None:
    base = _base()
    game = optimal_tariffs(
        base, "E001", political_weights={base.sectors[2]: 40.0}, deficits="balanced", bounds=(0, 3)
    )
    own = base.economies.index("E001")
    assert game.sector_mean_tariffs[2, own] == pytest.approx(3.0)
    assert game.at_bounds > 0
    assert game.first_order_condition <= 1e-8
    assert game.best_deviation_gain <= 1e-9


def test_a_customs_union_has_one_tariff_and_leaves_those_among_its_members() -> None:
    base = _base()
    union = optimal_tariffs(base, ["E000", "E001"], deficits="balanced")
    player = union.players[0]
    assert union.tariffs[:, 0, 1] == pytest.approx(base.tariff[:, 0, 1])
    assert set(np.unique(player.importers)) == {0, 1}
    assert not np.isin(player.exporters, (0, 1)).any()
    traded = (base.flows[:, 2:, :2] > 0).all(axis=2)
    np.testing.assert_allclose(union.tariffs[:, 2:, 0][traded], union.tariffs[:, 2:, 1][traded])
    alone = [optimal_tariffs(base, code, deficits="balanced") for code in ("E000", "E001")]
    total = base.income[:2] / base.income[:2].sum()
    assert union.objective["E000+E001"] == pytest.approx(total @ union.welfare[:2])
    for game in alone:
        assert union.objective["E000+E001"] > total @ game.welfare[:2]


def test_the_quasi_newton_fallback_finds_the_same_optimum() -> None:
    base = _base()
    game = optimal_tariffs(base, "E003", deficits="balanced")
    conditions = Conditions(
        base, game.players, "lump-sum", "balanced", base.tariff, (-0.9, 10.0), precise=True
    )
    x = games_module._climb(conditions, conditions.guess)
    found = conditions.solve(x)
    np.testing.assert_allclose(found.tariffs, game.tariffs, atol=1e-3)
    assert objectives(game.players, found)[0] == pytest.approx(game.objective["E003"], abs=1e-7)
    assert objectives(game.players, found)[0] <= game.objective["E003"] + 1e-10


def test_conditions_that_are_not_met_are_never_called_solved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = _base()
    monkeypatch.setattr(games_module, "MAX_ITERATIONS", 1)
    game = optimal_tariffs(base, "E003", deficits="balanced", tie="uniform")
    assert game.method == "quasi-Newton"
    assert game.first_order_condition <= games_module.ACCEPTED
    monkeypatch.setattr(games_module, "_climb", lambda conditions, x: x)
    with pytest.raises(NotConverged, match="first-order conditions are off"):
        optimal_tariffs(base, "E003", deficits="balanced")


def test_flows_without_trade_are_not_controls() -> None:
    base = _base()
    player = make_sector_player(base, "E002")
    assert (base.flows[player.cells] > 0).all()
    untraded = base.flows == 0
    assert untraded[:, 1:, 2].any()
    game = solve_sector_game(base, [player])
    np.testing.assert_array_equal(game.tariffs[untraded], base.tariff[untraded])


def test_ill_posed_and_wrong_questions_are_refused() -> None:
    base = _base()
    with pytest.raises(InputError, match="well-posed"):
        optimal_tariffs(base, "E000", deficits="fixed")
    with pytest.raises(InputError, match="well-posed"):
        nash_tariffs(base, deficits="fixed")
    with pytest.raises(InputError, match="both set the same tariffs"):
        nash_tariffs(base, ["E000", ["E000", "E001"]])
    with pytest.raises(InputError, match="at least one player"):
        nash_tariffs(base, [])
    with pytest.raises(InputError, match="no tariff to set"):
        optimal_tariffs(base, list(base.economies))
    with pytest.raises(InputError, match="sector 2"):
        optimal_tariffs(base, "E000", sectors=["sektor 2"])
    with pytest.raises(InputError, match="not an economy"):
        optimal_tariffs(base, "ATLANTIS")
    with pytest.raises(InputError, match="does not tie"):
        optimal_tariffs(base, "E000", tie="sectors")
    with pytest.raises(InputError, match="above the highest"):
        optimal_tariffs(base, "E000", bounds=(0.3, 0.1))
    with pytest.raises(InputError, match="not finite"):
        optimal_tariffs(base, "E000", bounds=(-1.0, 0.1))
    with pytest.raises(InputError, match="political weights"):
        optimal_tariffs(base, "E000", political_weights={"sector 1": -1.0})
    with pytest.raises(InputError, match="not a player"):
        nash_tariffs(base, ["E000"], political_weights={"E001": {"sector 1": 2.0}})
    with pytest.raises(InputError, match="already"):
        optimal_tariffs(base, "E000", trade_elasticity=4.0)


def test_answers_go_to_those_who_hit_and_help_those_who_answer() -> None:
    base = _base()
    rates = base.tariff.copy()
    rates[0, 1:, 0] += 0.4
    closure = {"revenue": "lump-sum", "deficits": "balanced"}
    answered = best_responses(base, rates, **closure)
    changed = answered != rates
    assert changed[:, 0, 1:].any()
    assert not changed[:, 1:].any()
    before, after = (solve_sectors(base, t, deficits="balanced") for t in (rates, answered))
    assert after.welfare[0] < before.welfare[0]
    np.testing.assert_array_equal(
        best_responses(base, base.tariff, revenue="lump-sum", deficits="balanced"), base.tariff
    )


def test_the_united_states_optimum_on_nafta_1993() -> None:
    game = optimal_tariffs(load_world("nafta-1993"), "USA", deficits="balanced")
    assert len(game.players[0].rate) == 596
    assert game.first_order_condition <= 1e-8
    assert game.best_deviation_gain <= 1e-9
    assert game.objective["USA"] == pytest.approx(0.1984, abs=5e-5)
    assert game.mean_tariffs["USA"] == pytest.approx(0.1870, abs=5e-5)
    rates = game.tariffs[game.players[0].cells]
    assert rates.min() == pytest.approx(0.1262, abs=5e-5)
    assert rates.max() == pytest.approx(0.2134, abs=5e-5)
