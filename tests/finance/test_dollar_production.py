"""Several currencies, tipping and the dollar's position: against theory and the canonical model."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yardstick_rest_points import is_stable, rest_points

from triffin.finance.dollar.layers import (
    LAYERS,
    chosen,
    fitted_intercepts,
    layers_today,
    stability_limit,
    strengths,
)
from triffin.finance.dollar.tipping import (
    response,
    settle,
    share_paths,
    shock_at,
    shocked,
    trace_to_tip,
)
from triffin.finance.reference.dollar import (
    coordination_path,
    coordination_tipping,
)
from triffin.questions.dollar.position import dollar_position
from triffin.questions.dollar.tipping import dollar_tip, draw_dollar, parse_shock
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

several = st.lists(st.floats(0.02, 1.0), min_size=2, max_size=5).map(
    lambda x: np.array(x) / np.sum(x)
)


def there_and_back(today, theta, c):
    """The tip under a growing loss, and the loss at which the share returns from there."""
    tips = trace_to_tip(today, np.zeros(len(today)), theta, c, rising=True)
    at = tips.shock + 1e-6
    after = settle(tips.past, shocked(theta, at), c)
    return tips, trace_to_tip(after, at, theta, c, rising=False).shock


def test_shares_of_every_layer_sum_to_one_and_rest_where_they_are():
    for layer in layers_today().values():
        assert layer.shares.sum() == pytest.approx(1.0)
        c = strengths(np.array([1.0, 1.3]), layer.network)
        now = np.tile(layer.shares, (2, 1))
        assert chosen(now, fitted_intercepts(layer.shares, c), c) == pytest.approx(now)
        assert is_stable(layer.shares, c[1])


def test_todays_shares_are_stable_below_the_limit_and_not_above():
    for name in LAYERS:
        layer = layers_today()[name]
        for factor, stable in ((0.999, True), (1.001, False)):
            c = strengths(np.array([layer.limit * factor]), layer.network)[0]
            assert is_stable(layer.shares, c) is stable


def test_currencies_that_share_a_bundle_act_as_one_with_the_network_divided():
    # Four equal small currencies, apart and as one option with w = 1/4 and ln 4 more appeal.
    apart, bundled = np.array([0.6, *[0.1] * 4]), np.array([0.6, 0.4])
    c = strengths(np.array([1.2]), np.ones(5))
    d = strengths(np.array([1.2]), np.array([1.0, 0.25]))
    theta, eta = fitted_intercepts(apart, c), fitted_intercepts(bundled, d)
    for shock in (0.05, 0.4):
        one = settle(apart[None], shocked(theta, shock), c)
        two = settle(bundled[None], shocked(eta, shock), d)
        assert one[0, 0] == pytest.approx(two[0, 0], abs=1e-8)


@given(strength=st.floats(0.2, 4.0), h=st.floats(-0.6, 0.6), beta=st.floats(0.3, 3.0))
@settings(deadline=None, max_examples=80)
def test_two_currencies_have_the_rest_points_of_the_canonical_model(strength, h, beta):
    J = strength / beta
    expected = coordination_tipping(J, beta, h)
    if expected["h_tip"] is not None and abs(abs(h) - abs(expected["h_tip"])) < 1e-4:
        return  # two of them merge
    if abs(strength - 1) < 1e-3:
        return
    found = rest_points(np.array([beta * h, -beta * h]), np.full(2, 2 * strength))
    assert found.shares[:, 0] == pytest.approx(expected["shares"], abs=1e-8)
    assert found.stable.tolist() == expected["stable"]


@given(strength=st.floats(1.1, 3.0), beta=st.floats(0.5, 2.0))
@settings(deadline=None, max_examples=60)
def test_two_currencies_tip_and_return_where_the_canonical_model_says(strength, beta):
    J = strength / beta
    canonical = coordination_tipping(J, beta, 0.0)
    c = np.full((1, 2), 2 * strength)
    theta = np.zeros((1, 2))
    today = np.array([[canonical["shares"][-1], 1 - canonical["shares"][-1]]])
    tips, back = there_and_back(today, theta, c)
    assert tips.shock[0] == pytest.approx(-2 * beta * canonical["h_tip"], abs=1e-6)
    assert tips.shares[0, 0] == pytest.approx(canonical["share_at_tip"], abs=1e-5)
    width = 2 * beta * canonical["hysteresis_width"]
    assert tips.shock[0] - back[0] == pytest.approx(width, abs=1e-6)


def test_two_currencies_adjust_as_the_canonical_path():
    J, beta, h, start = 1.6, 1.0, -0.2, 0.945
    times = np.linspace(0, 10, 11)
    expected = coordination_path(J, beta, 0.1, h, start, times)["share"]
    path = share_paths(
        np.array([[start, 1 - start]]),
        np.array([[beta * h, -beta * h]]),
        np.full((1, 2), 2 * beta * J),
        np.array([0.1]),
        10.0,
        10,
    )
    assert path[:, 0, 0] == pytest.approx(expected, abs=1e-6)


@given(shares=several, fraction=st.floats(0.05, 0.45), seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=40)
def test_little_complementarity_leaves_one_rest_point(shares, fraction, seed):
    c = strengths(np.array([fraction]), np.ones(len(shares)))
    found = rest_points(fitted_intercepts(shares, c)[0], c[0], points=800)
    assert found.shares == pytest.approx(shares[None, :], abs=1e-8)
    assert found.stable.all()
    other = np.random.default_rng(seed).dirichlet(np.ones(len(shares)))
    assert settle(other[None], fitted_intercepts(shares, c), c) == pytest.approx(
        shares[None, :], abs=1e-8
    )


@given(shares=several, strength=st.floats(0.5, 2.5), seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_no_start_settles_at_a_rest_point_that_was_not_found(shares, strength, seed):
    c = strengths(np.array([strength]), np.ones(len(shares)))
    if abs(strength / stability_limit(shares, np.ones(len(shares))) - 1) < 0.02:
        return  # today's rest point merges with another
    theta = fitted_intercepts(shares, c)
    found = rest_points(theta[0], c[0])
    starts = np.random.default_rng(seed).dirichlet(np.ones(len(shares)), size=24)
    ends = settle(starts, np.repeat(theta, 24, axis=0), np.repeat(c, 24, axis=0))
    stable = found.shares[found.stable]
    gaps = np.abs(ends[:, None, :] - stable[None, :, :]).max(axis=2).min(axis=1)
    assert gaps.max() < 1e-5
    upper = (stable > 1.0 / c).sum(axis=1)
    assert (upper <= 1).all()


def test_a_tip_is_where_the_share_jumps():
    drawn = draw_dollar(16, 3, parameters=shipped())
    today, theta, c = drawn.system(drawn.layers["invoicing"])
    tips, back = there_and_back(today, theta, c)
    assert tips.exists.all()
    assert shock_at(tips.shares, theta, c) == pytest.approx(tips.shock)
    before = settle(today, shocked(theta, tips.shock - 1e-3), c)
    after = settle(today, shocked(theta, tips.shock + 1e-3), c)
    assert (before[:, 0] >= tips.shares[:, 0] - 1e-9).all()
    assert (after[:, 0] < tips.shares[:, 0] - 0.1).all()
    # and it stays down until the reverse shock
    waiting = settle(after, shocked(theta, back + 1e-3), c)
    returned = settle(after, shocked(theta, back - 1e-3), c)
    assert (waiting[:, 0] < tips.shares[:, 0]).all()
    assert (returned[:, 0] > tips.shares[:, 0]).all()


def test_the_response_is_the_slope_of_the_settled_share():
    drawn = draw_dollar(8, 1, parameters=shipped())
    for name in LAYERS:
        today, theta, c = drawn.system(drawn.layers[name])
        step = 1e-5 * np.minimum(1.0, 1.0 / response(today, c))
        up = settle(today, shocked(theta, -step), c)[:, 0]
        down = settle(today, shocked(theta, step), c)[:, 0]
        assert (up - down) / (2 * step) == pytest.approx(response(today, c), rel=2e-2)


def test_a_share_that_has_no_tip_falls_without_a_jump():
    drawn = draw_dollar(32, 1, parameters=shipped())
    today, theta, c = drawn.system(drawn.layers["turnover"])
    assert not trace_to_tip(today, np.zeros(32), theta, c, rising=True).exists.any()
    shares = [settle(today, shocked(theta, d), c)[:, 0] for d in np.linspace(0, 1, 81)]
    assert np.abs(np.diff(shares, axis=0)).max() < 0.06


@given(sizes=st.lists(st.floats(-1.0, 1.0), min_size=2, max_size=3), seed=st.integers(0, 50))
@settings(deadline=None, max_examples=8)
def test_a_larger_shock_leaves_a_smaller_share_and_a_likelier_tip(sizes, seed):
    found = [dollar_tip(size, draws=16, seed=seed) for size in sorted(sizes)]
    for less, more in pairwise(found):
        for name in LAYERS:
            a, b = less["layers"][name], more["layers"][name]
            assert b["long_run"]["median"] <= a["long_run"]["median"] + 1e-6
            assert b["path"][-1]["median"] <= a["path"][-1]["median"] + 1e-9
            if a["shock_is_a_loss"] and a["tips_above"] is not None:
                assert b["tips_above"] <= a["tips_above"]


def test_no_shock_no_change():
    found = dollar_tip(0, draws=32)
    for layer in found["layers"].values():
        assert layer["tips_above"] is None
        for row in layer["path"]:
            assert row["low"] == pytest.approx(layer["today"], abs=1e-9)
            assert row["high"] == pytest.approx(layer["today"], abs=1e-9)


def test_paths_keep_shares_that_sum_to_one():
    drawn = draw_dollar(32, 1, parameters=shipped())
    for name in LAYERS:
        today, theta, c = drawn.system(drawn.layers[name])
        speed = drawn.values["currency_adjustment_per_year"]
        path = share_paths(today, shocked(theta, 0.5), c, speed, 40.0, 8)
        assert path.sum(axis=2) == pytest.approx(1.0)
        assert (path > 0).all()


def test_sizes_of_shocks_and_what_is_refused():
    assert parse_shock("0.2") == 0.2
    assert parse_shock("20%") == pytest.approx(-np.log(0.8))
    assert parse_shock("-25 %") == pytest.approx(-np.log(1.25))
    assert parse_shock("−0.1") == -0.1
    for bad in ("20", "100%", "150%", "nan", "inf", "much", "", "%", "-5000%"):
        with pytest.raises(InputError):
            parse_shock(bad)


def test_the_edges_of_safety_are_thresholds_and_nobody_says_where_debt_stands():
    found = dollar_position()
    alone, lent = found["thresholds"]["rollover"]
    assert alone["above"] < alone["today"] == lent["today"] < lent["above"]
    one, two = found["thresholds"]["solvency"]
    assert one["above"] == pytest.approx(2 * two["above"])


def test_the_premium_is_a_range_by_maturity_and_the_stress_case_a_named_one():
    found = dollar_position()
    bills, rest = found["privilege"]["rows"]
    assert (bills["low_bp"], bills["high_bp"]) == (0, 40)
    assert (rest["low_bp"], rest["high_bp"]) == (-8, 21)
    assert rest["low_bn"] < 0 < rest["high_bn"]
    assert "disputed" in rest["sign"]
    assert found["privilege"]["historical"]["period"] == "1926-2008"
    assert found["stress"]["cost_bn"] == pytest.approx(261, abs=0.5)
    assert found["stress"]["known_from"] == "2026-01-21"


def test_the_position_is_repeatable_and_gives_no_chance_of_anything():
    found = dollar_position()
    assert found == dollar_position()
    assert found["median"] is None
    assert found["low"] is found["high"] is None
    assert not {"zone", "collapse_index", "coercion"} & found.keys()
    bases = {row["basis"] for row in found["record"]["rows"]}
    assert bases == set(found["record"]["trends"]) == {"allocated", "revised"}
    for name in LAYERS:
        layer = found["layers"][name]
        assert layer["tips_above"] is None or layer["tips_above"] < layer["limit"]
        assert layer["amplification_at_least"] > 2


def test_bad_requests_are_refused():
    for bad in ({"layer": "reserve"}, {"years": 0}, {"years": float("nan")}, {"years": 1000}):
        with pytest.raises(InputError):
            dollar_tip("5%", draws=8, **bad)
    for draws, seed in ((0, 1), (10**7, 1), (8, -1)):
        with pytest.raises(InputError):
            draw_dollar(draws, seed, parameters=shipped())
