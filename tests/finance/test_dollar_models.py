"""The dollar system: zones, tipping, coercion and privilege, against independent methods."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from triffin.finance.reference.dollar import (
    anticoercion_diversification,
    coercion_power,
    coordination_path,
    coordination_tipping,
    exorbitant_privilege,
)
from triffin.finance.reference.safe_asset import farhi_maggiori
from triffin.world.base.errors import InputError

ISSUER = {
    "RH": 1.08,
    "RL": 0.8,
    "lam": 0.1,
    "w_star": 1.0,
    "tau": 0.4,
    "gamma": 3.0,
    "alpha_sunspot": 0.2,
    "b": 0.38,
}


@given(
    spread=st.floats(0.05, 0.8),
    lam=st.floats(0.01, 0.9),
    tau=st.floats(0, 2),
    gamma=st.floats(0, 8),
    alpha=st.floats(0, 1),
    b=st.floats(0, 1.5),
)
@settings(deadline=None, max_examples=200)
def test_zones_lie_where_debt_service_meets_the_cost_of_devaluing(
    spread, lam, tau, gamma, alpha, b
):
    out = farhi_maggiori(1.1, 1.1 - spread, lam, 1.0, tau, gamma, alpha, b)
    slope = 2 * gamma * out["var"]

    def required(x):
        return out["Rbar"] - slope * (1.0 - x)

    assert out["b_low"] * 1.1 == pytest.approx(tau, abs=1e-12)
    assert out["b_high"] * required(out["b_high"]) == pytest.approx(tau, abs=1e-9)
    if out["b_low"] < 1.0:
        assert out["b_high"] >= out["b_low"] * (1 - 1e-12)
    assert out["Rs_b"] == pytest.approx(required(b))
    expected = {"safe": b <= out["b_low"], "instability": out["b_low"] < b <= out["b_high"]}
    assert out["zone_b"] == next((z for z, holds in expected.items() if holds), "collapse")
    # No supply on a grid is worth more than the best one.
    grid = np.linspace(0, 1.2, 241)
    values = [
        farhi_maggiori(1.1, 1.1 - spread, lam, 1.0, tau, gamma, alpha, float(x))["V_b"]
        for x in grid[::12]
    ]
    assert out["V_optimal"] >= max(values) - 1e-12


def test_the_hegemon_prefers_safety_above_alpha_star_and_instability_below():
    star = farhi_maggiori(**ISSUER)["alpha_star"]
    below = farhi_maggiori(**{**ISSUER, "alpha_sunspot": star * 0.99})
    above = farhi_maggiori(**{**ISSUER, "alpha_sunspot": star * 1.01})
    assert below["b_optimal"] == pytest.approx(below["b_high"])
    assert above["b_optimal"] == pytest.approx(above["b_low"])


def test_full_commitment_earns_twice_the_surplus_of_the_world():
    out = farhi_maggiori(**{**ISSUER, "tau": 2.0, "b": 0.5})
    assert out["zone_b"] == "safe"
    assert out["alpha_star"] is None
    assert out["hegemon_rent_b"] == pytest.approx(2 * out["world_surplus_b"])
    assert out["hegemon_rent_b"] == out["V_full_commitment"] == out["V_optimal"]


def test_limits_of_the_safe_asset():
    none = farhi_maggiori(**{**ISSUER, "tau": 0.0})
    assert none["b_low"] == none["b_high"] == 0.0
    assert none["zone_b"] == "collapse"
    assert none["V_b"] == none["V_optimal"] == 0.0
    assert none["alpha_star"] is None
    certain = farhi_maggiori(**{**ISSUER, "lam": 0.0})
    assert certain["var"] == certain["V_full_commitment"] == 0.0
    assert certain["b_high"] == pytest.approx(certain["b_low"])
    for change in ({"RL": 1.08}, {"RL": 1.2}, {"lam": 1.2}, {"w_star": 0.0}, {"tau": -0.1}):
        with pytest.raises(InputError):
            farhi_maggiori(**{**ISSUER, **change})


@given(J=st.floats(-1, 3), beta=st.floats(0, 4), h=st.floats(-1.5, 1.5))
@settings(deadline=None, max_examples=300)
def test_all_equilibria_of_currency_choice_are_found(J, beta, h):
    out = coordination_tipping(J, beta, h)
    grid = np.tanh(np.linspace(-12, 12, 40001))  # dense near 0 and 1
    gap = np.tanh(beta * (h + J * grid)) - grid
    crossings = int(np.sum(np.sign(gap[1:]) * np.sign(gap[:-1]) < 0) + np.sum(gap == 0))
    near_tip = out["h_tip"] is not None and abs(abs(h) - abs(out["h_tip"])) < 1e-5
    if not near_tip and abs(beta * J - 1) > 1e-6 and np.abs(beta * (abs(h) + abs(J))) < 11:
        assert len(out["shares"]) == crossings
    for share, stable in zip(out["shares"], out["stable"], strict=True):
        m = 2 * share - 1
        assert math.tanh(beta * (h + J * m)) == pytest.approx(m, abs=1e-9)
        assert 0 <= share <= 1
        if not near_tip and abs(beta * J - 1) > 1e-6:
            assert stable == (beta * J * (1 - m**2) < 1)
    assert out["shares"] == sorted(out["shares"])


@given(J=st.floats(0, 3), share=st.floats(0, 1), h=st.floats(-2, 2))
@settings(deadline=None, max_examples=60)
def test_weak_complementarity_has_one_equilibrium(J, share, h):
    beta = share / J if J > 1e-3 else share
    out = coordination_tipping(J, beta, h)
    if J * beta <= 1:
        assert len(out["shares"]) == 1
        assert out["multiple_possible"] is False
        assert out["h_tip"] is out["m_spinodal"] is out["share_at_tip"] is None
        assert out["hysteresis_width"] == 0.0


def test_the_tip_is_where_two_equilibria_merge():
    tip = coordination_tipping(1.0, 1.6, 0.0)["h_tip"]
    at = coordination_tipping(1.0, 1.6, tip)
    assert len(at["shares"]) == 2
    assert at["stable"] == [True, False]
    assert at["shares"][1] == pytest.approx(at["share_at_tip"])
    mirrored = coordination_tipping(1.0, 1.6, -tip)
    assert mirrored["stable"] == [False, True]
    assert len(coordination_tipping(1.0, 1.6, tip * 1.001)["shares"]) == 1
    assert len(coordination_tipping(1.0, 1.6, tip * 0.999)["shares"]) == 3


def test_just_above_the_critical_strength_the_tip_keeps_its_digits():
    excess = 1e-8
    out = coordination_tipping(1.0, 1.0 + excess, 0.0)
    assert out["h_tip"] == pytest.approx(-2 / 3 * excess**1.5, rel=1e-6)
    at = coordination_tipping(1.0, 1.0, 0.0)
    assert at["shares"] == [0.5]
    assert at["multiple_possible"] is False


def test_a_minor_currency_keeps_a_share_of_its_own_digits():
    low = coordination_tipping(1.0, 20.0, 0.0)["shares"][0]
    assert low == pytest.approx(math.exp(-40.0), rel=1e-6)


@pytest.mark.parametrize("h", [-0.25, -0.1, 0.0, 0.3])
@pytest.mark.parametrize("beta", [0.0, 0.8, 1.6, 6.0])
def test_the_path_follows_its_differential_equation(h, beta):
    times = [40.0, 0.0, 5.0, 200.0, 5.0]
    out = coordination_path(1.0, beta, 0.1, h, 0.9, times)

    def drift(_t, x):
        return 0.1 * (1 / (1 + np.exp(-2 * beta * (h + (2 * x - 1)))) - x)

    asked = sorted(set(times))
    other = solve_ivp(drift, (0, 200), [0.9], t_eval=asked, method="LSODA", rtol=1e-11, atol=1e-13)
    for t, share in zip(times, out["share"], strict=True):
        assert share == pytest.approx(other.y[0][asked.index(t)], rel=1e-8)
    assert coordination_path(1.0, beta, 0.1, h, 0.9, 0.0)["share"] == 0.9


def test_a_path_ends_in_a_stable_equilibrium():
    out = coordination_path(1.0, 1.6, 0.1, 0.0, [0.501, 0.499][0], [1e9])
    assert out["share"][0] == pytest.approx(coordination_tipping(1.0, 1.6, 0.0)["shares"][2])
    assert coordination_path(1.0, 1.6, 0.1, 0.0, 0.5, [50.0])["share"] == [0.5]
    assert coordination_path(1.0, 1.6, 0.0, -0.3, 0.9, [50.0])["share"] == [0.9]
    with pytest.raises(InputError, match="x0"):
        coordination_path(1.0, 1.6, 0.1, 0.0, 1.1, [1.0])


@given(sigma=st.floats(1.05, 8), low=st.floats(0, 0.98), more=st.floats(0, 0.01))
@settings(deadline=None, max_examples=60)
def test_power_is_convex_in_the_hegemons_share(sigma, low, more):
    out = coercion_power([low, low + more], sigma, 0.05)
    assert out["loss_log"][1] >= out["loss_log"][0] >= 0
    assert out["marginal"][1] >= out["marginal"][0]
    # The loss of a CES aggregate when the share ω of it can no longer be bought.
    price = (1 - low) ** (1 / (1 - sigma))
    assert out["loss_log"][0] == pytest.approx(0.05 * math.log(price), abs=1e-14)


def test_one_elasticity_per_sector_is_welcome_and_a_monopoly_is_refused():
    out = coercion_power([0.3, 0.6], [3.0, 1.5], [0.05, 0.04])
    one_by_one = [
        coercion_power(w, s, e)["loss_log"] for w, s, e in ((0.3, 3.0, 0.05), (0.6, 1.5, 0.04))
    ]
    assert out["loss_log"] == one_by_one
    for bad in ((1.0, 3.0, 0.05), (0.5, 1.0, 0.05), (0.5, 0.5, 0.05), (-0.1, 3.0, 0.05)):
        with pytest.raises(InputError):
            coercion_power(*bad)
    with pytest.raises(InputError, match="differ in length"):
        coercion_power([0.3, 0.6], [3.0, 2.0, 2.0], 0.05)


@given(
    omega0=st.floats(0, 0.99),
    sigma=st.floats(1.1, 6),
    extraction=st.floats(0, 1),
    k=st.floats(0.001, 20),
)
@settings(deadline=None, max_examples=100)
def test_the_target_diversifies_to_its_least_total_loss(omega0, sigma, extraction, k):
    out = anticoercion_diversification(omega0, sigma, 0.05, extraction, k)

    def total(omega):
        return extraction * 0.05 / (sigma - 1) * -math.log1p(-omega) + k * (omega0 - omega) ** 2 / 2

    best = minimize_scalar(total, bounds=(0, omega0), method="bounded", options={"xatol": 1e-10})
    assert total(out["omega_star"]) <= best.fun + 1e-12
    assert 0 <= out["omega_star"] <= omega0
    assert out["power_after"] <= out["power_before"]
    assert out["cost"] == pytest.approx(k * (omega0 - out["omega_star"]) ** 2 / 2, abs=1e-15)


def test_corners_of_diversification():
    assert anticoercion_diversification(0.1, 1.1, 0.5, 1.0, 0.01)["omega_star"] == 0.0
    assert anticoercion_diversification(0.5, 3.0, 0.05, 0.0, 2.0)["omega_star"] == 0.5
    free = anticoercion_diversification(0.5, 3.0, 0.05, 0.6, 0.0)
    assert (free["omega_star"], free["power_after"], free["cost"]) == (0.0, 0.0, 0.0)
    with pytest.raises(InputError, match="omega0"):
        anticoercion_diversification(1.0, 3.0, 0.05, 0.6, 2.0)


def test_the_privilege_can_be_negative_and_needs_discounting():
    out = exorbitant_privilege(9050.0, [-0.0008, 0.0], 0.02)
    assert out["annual_bn"] == pytest.approx([-7.24, 0.0])
    assert exorbitant_privilege(9050.0, 0.0073, 0.02)["pv_bn"] == pytest.approx(3303.25)
    for gap in (0.0, -0.01):
        with pytest.raises(InputError, match="no limit"):
            exorbitant_privilege(9050.0, [0.0073], gap)


def test_strengths_beyond_floating_point_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        coordination_tipping(J=-1e308, beta=3.0, h=0.1)
