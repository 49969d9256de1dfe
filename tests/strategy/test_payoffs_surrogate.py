"""Quadratic payoffs, cross effects and best responses against exact solves and other methods."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from triffin.strategy.payoffs import best_response as payoffs_best_response
from triffin.strategy.payoffs.best_response import best_responses, compare_rates
from triffin.strategy.payoffs.solves import TalksSetting, equilibrium_at, solve_columns
from triffin.strategy.payoffs.surrogate import EXTRA, fit, fit_rates, moved_rates
from triffin.strategy.payoffs.table import Payoffs, exact_payoffs, payoffs
from triffin.trade.one.adjoint import welfare_sensitivity
from triffin.trade.one.games import player_of, solve_game
from triffin.trade.shared.games import HIGHEST, LOWEST
from triffin.world import load_world

FEW = ("JPN", "EU", "KOR", "VNM", "GBR")


@pytest.fixture(scope="module")
def table() -> Payoffs:
    return payoffs(load_world("world-2023"), partners=FEW)


@pytest.fixture(scope="module")
def setting(table: Payoffs) -> TalksSetting:
    return table.setting


def test_a_quadratic_is_recovered_exactly() -> None:
    t = np.array([0.0, 0.05, 0.10, 0.12, 0.24])
    assert fit(t, 3 * t - 7 * t**2 / 2) == pytest.approx((3, 7))


def test_every_fit_rests_on_at_least_five_solves_and_is_tried_on_others(
    setting: TalksSetting,
) -> None:
    for i in range(len(FEW)):
        nodes, extra = fit_rates(setting, i)
        assert len(nodes) >= 5
        assert nodes[0] == 0
        assert len(extra) == len(EXTRA)
        assert not set(np.round(extra, 9)) & set(np.round(nodes, 9))
        assert extra.max() < nodes.max()


@pytest.mark.parametrize("code", FEW)
def test_the_reported_error_is_the_error(table: Payoffs, code: str) -> None:
    s, i = table.surrogate, table.setting.index(code)
    t = np.array([0.0, *(s.t_max[i] * np.array(EXTRA))])
    exact = exact_payoffs(table.setting, code, t)
    gain = exact.hegemon_bn - exact.hegemon_bn[0]
    loss = exact.partner_bn[0] - exact.partner_bn
    assert np.abs(s.gain(i, t) - gain).max() == pytest.approx(s.error_hegemon_bn[i], abs=1e-6)
    assert np.abs(s.loss(i, t) - loss).max() == pytest.approx(s.error_partner_bn[i], abs=1e-6)


def test_the_error_is_small_where_tariffs_are_moderate(table: Payoffs) -> None:
    s = table.surrogate
    japan, vietnam = table.setting.index("JPN"), table.setting.index("VNM")
    assert s.error_partner_pct[japan] < 0.01
    assert s.error_hegemon_pct[japan] < 0.01
    # A quadratic cannot follow 46 % on an economy that lives on these exports.
    assert 0.1 < s.error_partner_pct[vietnam] < 1.0
    assert np.all(s.error_hegemon_pct < 0.05)


def test_gain_and_loss_begin_at_zero_and_the_loss_rises(table: Payoffs) -> None:
    s = table.surrogate
    for i in range(len(FEW)):
        assert s.gain(i, 0.0) == 0
        assert s.loss(i, 0.0) == 0
        rising = bool(np.all(np.diff(s.loss(i, np.linspace(0, s.t_max[i], 9))) > 0))
        assert rising != s.turns[i]
    assert np.all(s.g1 > 0)
    # 46 % is out of reach of a quadratic: its loss falls again there, and the exact one never does.
    assert [table.partners[i] for i in np.flatnonzero(s.turns)] == ["VNM"]


def test_cross_effects_of_the_hegemon_are_symmetric(table: Payoffs) -> None:
    C, E = table.surrogate.C, table.surrogate.E
    assert np.array_equal(C, C.T)
    assert not np.diag(C).any()
    assert not np.diag(E).any()


@pytest.mark.parametrize("code", ["EU", "KOR", "VNM"])
def test_cross_effects_integrate_the_derivatives_of_the_adjoint(
    table: Payoffs, setting: TalksSetting, code: str
) -> None:
    """C is the mean change of the exact marginal effect on one partner when Japan's rate moves."""
    japan, i, h = setting.index("JPN"), setting.index(code), setting.hegemon
    weights = np.zeros((1, len(setting.gdp_bn)))
    weights[0, h] = setting.gdp_bn[h]

    def slope(on_japan: float, rate: float) -> float:
        """Derivative of the hegemon's welfare, billion USD, in the rate on the partner."""
        paid = setting.pause.copy()
        paid[japan], paid[i] = on_japan, rate
        found = equilibrium_at(setting, setting.column(paid))
        gradient = welfare_sensitivity(found.problem, found.state, weights).gradient()[:, h]
        return float(setting.members[i] @ gradient / (1 + rate))

    pause, moved = setting.pause, moved_rates(setting)
    # Simpson's rule along the partner's own rate.
    mean = sum(
        weight * (slope(moved[japan], t) - slope(pause[japan], t)) / 6
        for weight, t in zip((1, 4, 1), np.linspace(pause[i], moved[i], 3), strict=True)
    )
    expected = mean / (moved[japan] - pause[japan])
    assert table.surrogate.C[i, japan] == pytest.approx(expected, rel=2e-3)


def test_cross_effects_are_second_differences(table: Payoffs, setting: TalksSetting) -> None:
    i, j = setting.index("JPN"), setting.index("KOR")
    moved, pause = moved_rates(setting), setting.pause
    paid = np.tile(pause, (4, 1))
    paid[1, i] = paid[3, i] = moved[i]
    paid[2, j] = paid[3, j] = moved[j]
    found = solve_columns(setting, setting.column(paid))
    area = (moved[i] - pause[i]) * (moved[j] - pause[j])
    signs = np.array([1, -1, -1, 1])
    s = table.surrogate
    assert s.C[i, j] == pytest.approx(signs @ found.hegemon / area, abs=1e-3)
    assert s.E[i, j] == pytest.approx(-signs @ found.partners[:, i] / area, abs=1e-3)
    assert s.E[j, i] == pytest.approx(-signs @ found.partners[:, j] / area, abs=1e-3)


@pytest.mark.parametrize("code", ["JPN", "EU", "VNM"])
def test_best_responses_solve_the_first_order_conditions(table: Payoffs, code: str) -> None:
    """Against the game solver, where the hegemon sets one rate on this partner alone."""
    setting, i = table.setting, table.setting.index(code)
    against = np.zeros_like(setting.status_quo, dtype=bool)
    against[setting.members[i] > 0, setting.hegemon] = True
    player = player_of(setting.base, "USA", [setting.hegemon], uniform=True, against=against)
    game = solve_game(
        setting.base,
        [player],
        revenue=setting.revenue,
        deficits=setting.deficits,
        rates=setting.status_quo,
        trials=0,
    )
    best = game.tariffs[np.argmax(setting.members[i]), setting.hegemon]
    assert table.best_response.rate[i] == pytest.approx(best, abs=2e-4)


def test_a_best_response_gains_over_the_pause_and_is_certified(table: Payoffs) -> None:
    best = table.best_response
    assert np.all(best.gain_bn >= 0)
    assert np.all(best.residual <= 2e-4)


def test_best_responses_move_with_the_rates_of_the_others(table: Payoffs) -> None:
    higher = best_responses(table.setting, others=np.full(len(FEW), 0.25))
    assert np.all(higher.rate > table.best_response.rate + 0.01)


def test_best_responses_stand_beside_naive_baselines(table: Payoffs) -> None:
    rules = {one.rule: one for one in table.comparison()}
    assert set(rules) == {
        "best response, others at the pause",
        "announced rate",
        "constant 15 %",
    }
    assert rules["constant 15 %"].rank_correlation is None
    assert all(one.partners == len(FEW) for one in rules.values())


def test_the_search_has_the_bounds_of_the_games() -> None:
    assert (payoffs_best_response.LOWEST, payoffs_best_response.HIGHEST) == (LOWEST, HIGHEST)


def test_rank_correlations_are_spearmans() -> None:
    draws = np.random.default_rng(3)
    rates, observed = np.round(draws.uniform(0, 0.4, (2, 40)), 2)
    observed[5] = np.nan
    found = compare_rates("rule", rates, observed, np.ones(40))
    kept = np.isfinite(observed)
    assert found.rank_correlation == pytest.approx(spearmanr(rates[kept], observed[kept])[0])
    assert found.mean_error == pytest.approx(100 * np.abs(rates - observed)[kept].mean())
    assert found.partners == 39
