"""What a sale does to yields over time, and the backstop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.finance.reference.treasuries import flow_impact_constant_rate, linear_sale_impact
from triffin.finance.treasuries.impact import (
    SaleMarket,
    backstop_purchases,
    central_bank_backstop,
    flow_impact_path,
    propagated_impact,
    unwinding,
)
from triffin.finance.treasuries.sale import Dealers, even_sales, follow_sale
from triffin.strategy.creditor.conventions import central_impact
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

rates = {"m_bp_per_bn": 0.4, "pi": 0.35, "rho_per_year": 26.0}


def test_an_even_sale_in_many_small_steps_is_the_constant_rate_formula():
    steps = 20000
    path = flow_impact_path(**rates, dt_years=0.25 / steps, flows_bn=[100.0 / steps] * steps)
    closed = flow_impact_constant_rate(**rates, T_years=0.25, X_bn=100.0)
    assert path["dy_bp"][-1] == pytest.approx(closed["dy_end_bp"], rel=1e-3)
    assert path["permanent_bp"] == pytest.approx(closed["dy_longrun_bp"], rel=1e-12)


def test_the_path_is_the_double_sum_of_the_propagator():
    rng = np.random.default_rng(1)
    flows = rng.normal(0, 40, 12)
    cap, xi, dt = 30.0, 0.7, 1 / 52
    m = np.where(np.abs(flows) > cap, 0.4 * (1 + xi * (np.abs(flows) / cap - 1)), 0.4)
    direct = [
        sum(m[s] * flows[s] * (0.35 + 0.65 * np.exp(-26 * dt * (t - s))) for s in range(t + 1))
        for t in range(12)
    ]
    out = flow_impact_path(**rates, dt_years=dt, flows_bn=flows, cap_bn=cap, xi=xi)
    assert out["dy_bp"] == pytest.approx(direct, rel=1e-12)
    assert out["permanent_bp"] == pytest.approx(0.35 * np.sum(m * flows), rel=1e-12)


def test_dealers_at_capacity_amplify_and_within_it_do_not():
    at = {"dt_years": 1 / 52, "cap_bn": 40.0, "xi": 1.0}
    assert flow_impact_path(**rates, **at, flows_bn=[40.0])["dy_bp"] == [16.0]
    assert flow_impact_path(**rates, **at, flows_bn=[-80.0])["dy_bp"] == [-64.0]


def test_no_flows_no_impact():
    out = flow_impact_path(**rates, dt_years=1 / 52, flows_bn=[])
    assert out == {"dy_bp": [], "permanent_bp": 0.0}


def test_limits_of_the_constant_rate():
    at_once = flow_impact_constant_rate(**rates, T_years=0.0, X_bn=100.0)
    assert at_once["dy_end_bp"] == at_once["dy_instant_bp"] == 40.0
    lasting = flow_impact_constant_rate(0.4, 0.35, 0.0, 10.0, 100.0)
    assert lasting["dy_end_bp"] == pytest.approx(40.0)
    slow = flow_impact_constant_rate(**rates, T_years=1e6, X_bn=100.0)
    assert slow["dy_end_bp"] == pytest.approx(slow["dy_longrun_bp"], rel=1e-6)


@given(bn=st.floats(0, 500), days=st.integers(1, 60), xi=st.floats(0, 1))
@settings(deadline=None, max_examples=60)
def test_an_unwinding_at_a_constant_rate_is_its_closed_form(bn, days, xi):
    m, pi, rho, cap = 0.194922, 0.35, 26.0, 8.0
    sold, left = bn / days, np.exp(-rho / 252)
    price = m * (1 + xi * max(sold / cap - 1, 0))
    closed = price * sold * (pi * days + (1 - pi) * (1 - left**days) / (1 - left))
    assert unwinding(bn, days, cap, xi)["y_end_bp"] == pytest.approx(closed, rel=1e-10, abs=1e-12)


@given(
    flows=st.lists(st.floats(-100, 100), min_size=1, max_size=10),
    m=st.floats(0, 2),
    pi=st.floats(0, 1),
    rho=st.floats(0, 100),
)
@settings(deadline=None, max_examples=60)
def test_doubling_dollars_and_halving_impact_leaves_yields(flows, m, pi, rho):
    one = flow_impact_path(m, pi, rho, 1 / 52, flows, cap_bn=40.0, xi=1.0)
    two = flow_impact_path(m / 2, pi, rho, 1 / 52, [2 * x for x in flows], cap_bn=80.0, xi=1.0)
    assert two["dy_bp"] == pytest.approx(one["dy_bp"], rel=1e-12, abs=1e-12)


def test_many_draws_at_once_are_the_same_as_one_by_one():
    rng = np.random.default_rng(2)
    flows = rng.normal(0, 30, (8, 5))
    m, pi, rho = rng.uniform(0.1, 1, 5), rng.uniform(0, 1, 5), rng.uniform(3, 80, 5)
    dy, permanent = propagated_impact(flows, m=m, pi=pi, rho=rho, dt=1 / 52, cap=20.0, xi=1.0)
    for i in range(5):
        one = flow_impact_path(m[i], pi[i], rho[i], 1 / 52, flows[:, i], cap_bn=20.0, xi=1.0)
        assert dy[:, i] == pytest.approx(one["dy_bp"], rel=1e-12)
        assert permanent[-1, i] == pytest.approx(one["permanent_bp"], rel=1e-12)
    fan, _ = propagated_impact(flows[:, :1], m=0.4, pi=0.35, rho=rho, dt=1 / 52)
    assert fan.shape == (8, 5)


@given(
    m=st.floats(0, 5),
    sale=st.floats(-1000, 3000),
    trigger=st.floats(0, 200),
    k=st.floats(0, 100),
    cap=st.none() | st.floats(0, 500),
)
@settings(deadline=None, max_examples=120)
def test_a_backstop_never_raises_yields_nor_overshoots(m, sale, trigger, k, cap):
    out = central_bank_backstop(m, sale, trigger, k, cap)
    assert out["cb_purchases_bn"] >= 0
    assert out["dy_with_cb_bp"] <= out["dy_no_cb_bp"]
    if out["cb_purchases_bn"] > 0:
        assert out["dy_with_cb_bp"] >= trigger - 1e-9
    if k == 0 or m * sale <= trigger:
        assert out["cb_purchases_bn"] == 0
    if cap is not None:
        assert out["cb_purchases_bn"] <= cap


def test_the_reaction_function_holds_at_the_yield_it_brings_about():
    out = central_bank_backstop(0.4, 300.0, 50.0, 5.0)
    assert out["cb_purchases_bn"] == pytest.approx(5.0 * (out["dy_with_cb_bp"] - 50.0))
    capped = central_bank_backstop(0.4, 300.0, 50.0, 5.0, cap_bn=75.0)
    assert capped["cb_purchases_bn"] == 75.0
    assert capped["dy_with_cb_bp"] == pytest.approx(90.0)
    assert backstop_purchases(np.array([40.0, 120.0]), m=0.4, trigger=50.0, k=5.0)[0] == 0


def test_scalars_in_scalars_out():
    assert linear_sale_impact(0.4, 100.0) == {"dy_bp": 40.0}
    assert linear_sale_impact([0.1, 0.4], 100.0) == {"dy_bp": [10.0, 40.0]}
    assert linear_sale_impact(0.4, [100.0, 50.0]) == {"dy_bp": [40.0, 20.0]}
    assert linear_sale_impact([], [1.0]) == {"dy_bp": []}


@pytest.mark.parametrize(
    "call",
    [
        lambda: flow_impact_path(0.4, 1.5, 26.0, 1 / 52, [1.0]),
        lambda: flow_impact_path(0.4, 0.5, 26.0, 1 / 52, [1.0], cap_bn=0.0),
        lambda: flow_impact_path(0.4, 0.5, -1.0, 1 / 52, [1.0]),
        lambda: flow_impact_path(0.4, 0.5, 26.0, 1 / 52, 3.0),
        lambda: flow_impact_constant_rate(0.4, 0.5, 26.0, -1.0, 100.0),
        lambda: central_bank_backstop(-0.4, 100.0, 50.0, 5.0),
        lambda: central_bank_backstop(0.4, 100.0, 50.0, 5.0, cap_bn=-1.0),
        lambda: linear_sale_impact([0.1, -0.2], [1.0]),
        lambda: linear_sale_impact(1e300, 1e300),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(InputError):
        call()


@given(m=st.floats(0, 1), amount=st.floats(0, 2000), pi=st.floats(0, 1))
@settings(deadline=None, max_examples=30)
def test_a_sale_at_once_without_dealers_is_the_linear_impact(m, amount, pi):
    market = SaleMarket((1,), m=m, pi=pi, rho=26.0, dt=1 / 252)
    market.step(np.array([amount]))
    assert market.rise[0] == pytest.approx(linear_sale_impact(m, amount)["dy_bp"])


def test_what_was_sold_in_march_2020_may_not_move_yields_by_more_than_twice_what_was_seen():
    # Hedge funds 173 bn (FEDS Note, October 2021) and foreigners 276.5 (TIC), all in eight days:
    # +64 bp were seen from 9 to 18 March 2020.
    dealers = Dealers.default(parameters=shipped())
    rates = {"pi": 0.35, "rho": 26.0, "dealers": dealers}
    rise = follow_sale(even_sales(450.0, 8), m=central_impact(shipped()), **rates).yield_change
    assert 64 < rise[7, 0] < 150
