"""Treasuries and the yen in one weekly loop: accounting and limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yardstick_defence import defend_band

from triffin.finance.joint.market import defence_weekly_loop
from triffin.finance.treasuries.impact import flow_impact_path
from triffin.world.base.errors import InputError

LOOP = {
    "weeks": 13,
    "drift_pct_per_week": 0.6,
    "kappa": 0.1,
    "psi": 0.043,
    "s_bar_pct": 3.0,
    "m": 0.25,
    "pi": 0.35,
    "rho_per_year": 26.0,
    "deposits_bn": 60.0,
    "reserves_bn": 1270.0,
    "cb_k": 5.0,
    "cb_trigger_bp": 8.0,
}

loops = st.fixed_dictionaries(
    {
        "weeks": st.integers(0, 30),
        "drift_pct_per_week": st.floats(-1, 3),
        "kappa": st.floats(-0.2, 0.3),
        "psi": st.floats(0.02, 0.2),
        "s_bar_pct": st.floats(-2, 6),
        "m": st.floats(0, 0.6),
        "pi": st.floats(0, 1),
        "rho_per_year": st.floats(0, 80),
        "deposits_bn": st.floats(0, 300),
        "reserves_bn": st.floats(0, 1500),
        "cb_k": st.floats(0, 20),
        "cb_trigger_bp": st.floats(0, 60),
    }
)


@given(loop=loops)
@settings(deadline=None, max_examples=150)
def test_reserves_fall_by_what_was_spent_and_every_treasury_sold_is_bought(loop):
    out = defence_weekly_loop(**loop)
    assert out["reserves_end_bn"] == pytest.approx(
        loop["reserves_bn"] - out["U_total_bn"], rel=1e-9, abs=1e-9
    )
    assert out["reserves_end_bn"] >= 0
    assert sum(out["net_sales_bn"]) + out["cb_bought_bn"] == pytest.approx(
        out["X_sold_bn"], rel=1e-9, abs=1e-9
    )
    assert out["X_sold_bn"] == pytest.approx(
        max(0.0, out["U_total_bn"] - loop["deposits_bn"]), rel=1e-9, abs=1e-8
    )


@given(loop=loops)
@settings(deadline=None, max_examples=80)
def test_yields_are_the_propagator_of_net_sales(loop):
    out = defence_weekly_loop(**loop)
    path = flow_impact_path(
        loop["m"], loop["pi"], loop["rho_per_year"], 1 / 52, out["net_sales_bn"]
    )
    assert out["y_path_bp"] == pytest.approx(path["dy_bp"], rel=1e-8, abs=1e-8)


@given(loop=loops)
@settings(deadline=None, max_examples=80)
def test_doubling_all_dollars_and_halving_their_effects_changes_no_price(loop):
    double = dict(loop)
    for name in ("deposits_bn", "reserves_bn", "cb_k"):
        double[name] = 2 * loop[name]
    for name in ("m", "psi"):
        double[name] = loop[name] / 2
    one, two = defence_weekly_loop(**loop), defence_weekly_loop(**double)
    assert two["y_path_bp"] == pytest.approx(one["y_path_bp"], rel=1e-9, abs=1e-9)
    assert two["spot_path_pct"] == pytest.approx(one["spot_path_pct"], rel=1e-9, abs=1e-9)


def test_a_backstop_lowers_yields_in_every_week():
    without = defence_weekly_loop(**{**LOOP, "cb_k": 0.0})
    with_ = defence_weekly_loop(**LOOP)
    assert without["cb_bought_bn"] == 0.0
    assert np.all(np.array(with_["y_path_bp"]) <= np.array(without["y_path_bp"]) + 1e-12)


def test_a_held_band_keeps_the_spot_at_its_edge_and_empty_reserves_break_it():
    held = defence_weekly_loop(**LOOP)
    assert not held["band_broken"]
    assert max(held["spot_path_pct"]) <= 3.0 + 1e-9
    broke = defence_weekly_loop(**{**LOOP, "reserves_bn": 70.0})
    assert broke["band_broken"]
    assert broke["reserves_end_bn"] == 0.0
    assert broke["spot_end_pct"] > 3.0


def test_nothing_happens_without_pressure_or_time():
    calm = defence_weekly_loop(**{**LOOP, "drift_pct_per_week": 0.0})
    assert calm["U_total_bn"] == calm["y_end_bp"] == calm["spot_end_pct"] == 0.0
    none = defence_weekly_loop(**{**LOOP, "weeks": 0})
    assert none["y_path_bp"] == []
    assert none["reserves_end_bn"] == 1270.0
    for bad in ({"weeks": 2.5}, {"weeks": -1}, {"psi": 0.0}, {"pi": 1.2}, {"weeks": True}):
        with pytest.raises(InputError):
            defence_weekly_loop(**{**LOOP, **bad})


def test_many_draws_at_once_are_the_same_as_one_by_one():
    rng = np.random.default_rng(3)
    draws = 6
    drift, kappa, psi = (
        rng.uniform(0, 1, draws),
        rng.normal(0.05, 0.05, draws),
        rng.uniform(0.03, 0.1, draws),
    )
    m, rho = rng.uniform(0.05, 0.5, draws), rng.uniform(3, 80, draws)
    paths = defend_band(
        drift * np.arange(1, 14)[:, np.newaxis],
        kappa=kappa,
        psi=psi,
        s_bar=3.0,
        m=m,
        pi=0.35,
        rho=rho,
        deposits=60.0,
        reserves=200.0,
        cb_k=5.0,
        cb_trigger=8.0,
    )
    for i in range(draws):
        one = defence_weekly_loop(
            **{
                **LOOP,
                "drift_pct_per_week": drift[i],
                "kappa": kappa[i],
                "psi": psi[i],
                "m": m[i],
                "rho_per_year": rho[i],
                "reserves_bn": 200.0,
            }
        )
        assert paths.yield_change[:, i] == pytest.approx(one["y_path_bp"], rel=1e-12, abs=1e-14)
        assert paths.spot[:, i] == pytest.approx(one["spot_path_pct"], rel=1e-12)
