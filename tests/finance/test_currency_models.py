"""Bands, attacks, intervention and pass-through, against independent methods."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_bvp

from triffin.finance.currency.attack import flood_garber
from triffin.finance.currency.pass_through import depreciation_income
from triffin.finance.currency.plaza import gamma_calibration, plaza_decomposition
from triffin.finance.currency.target_zone import krugman_target_zone, target_zone_intervention
from triffin.finance.reference.currency import (
    currency_defence,
    export_pass_through,
    gabaix_maggiori,
    reserve_exhaustion,
)
from triffin.world.base.errors import InputError

BAND = {"lower": 130.0, "upper": 150.0, "gamma": 0.5, "sigma": 0.1}


@pytest.mark.parametrize(
    "change",
    [{}, {"sigma": 0.03}, {"gamma": 5.0, "sigma": 0.3}, {"lower": 148.0}, {"lower": 75.0}],
)
def test_the_target_zone_solves_its_pricing_equation_with_smooth_pasting(change):
    band = {**BAND, **change}
    zone = krugman_target_zone(**band, fractions=np.linspace(-1, 1, 41))
    f_bar, half = zone["f_bar"], band["gamma"] * band["sigma"] ** 2 / 2

    # s = f + γσ²/2 s'' on [−f̄, f̄] with s' = 0 at the edges.
    found = solve_bvp(
        lambda f, s: np.vstack([s[1], (s[0] - f) / half]),
        lambda left, right: np.array([left[1], right[1]]),
        np.linspace(-f_bar, f_bar, 201),
        np.zeros((2, 201)),
        tol=1e-8,
        max_nodes=100000,
    )
    at = np.linspace(-f_bar, f_bar, 41)
    assert zone["s"] == pytest.approx(found.sol(at)[0], rel=1e-5, abs=1e-8)
    assert zone["rate"][0] == pytest.approx(band["lower"], rel=1e-12)
    assert zone["rate"][-1] == pytest.approx(band["upper"], rel=1e-12)
    assert zone["slope_at_centre"] == pytest.approx(float(found.sol(0.0)[1]), rel=1e-4)


@given(
    width=st.floats(1e-7, 1.5),
    gamma=st.floats(1e-4, 50),
    sigma=st.floats(1e-4, 1),
    fraction=st.floats(-1, 1),
)
@settings(deadline=None, max_examples=150)
def test_a_credible_band_is_a_honeymoon(width, gamma, sigma, fraction):
    upper = 100 * math.exp(width)
    zone = krugman_target_zone(100.0, upper, gamma, sigma, [fraction, 1.0])
    assert 0 < zone["honeymoon_ratio"] <= 1
    assert 0 < zone["slope_at_centre"] <= 1
    assert zone["f_bar"] >= zone["half_width_log"]
    assert zone["s"][1] == pytest.approx(zone["half_width_log"], rel=1e-10)
    assert abs(zone["s"][0]) <= abs(fraction) * zone["f_bar"] * (1 + 1e-12)


def test_a_band_upside_down_is_refused():
    with pytest.raises(InputError, match="upper: got 130, not above the lower edge 150"):
        krugman_target_zone(150.0, 130.0, 0.5, 0.1, [0.5])
    with pytest.raises(InputError, match="upper"):
        krugman_target_zone(150.0, 150.0, 0.5, 0.1, [0.5])
    with pytest.raises(InputError, match="fractions"):
        krugman_target_zone(130.0, 150.0, 0.5, 0.1, [1.2])


def test_intervention_at_the_edge_is_the_local_time_of_a_simulated_path():
    rng = np.random.default_rng(5)
    f_bar, sigma, dt, paths, steps = 0.12, 0.1, 1e-3, 10000, 3000
    f = rng.uniform(-f_bar, f_bar, paths)
    pushed = 0.0
    for _ in range(steps):
        f = f + sigma * math.sqrt(dt) * rng.standard_normal(paths)
        pushed += np.maximum(np.abs(f) - f_bar, 0.0).sum() / 2  # the two edges are alike
        f = np.clip(f, -f_bar, f_bar)
    simulated = pushed / paths / (steps * dt)
    assert target_zone_intervention(f_bar, sigma, 20.0)["rate_log_per_year"] == pytest.approx(
        simulated, rel=0.05
    )


def test_the_attack_comes_when_the_shadow_rate_reaches_the_peg():
    eta, mu, m0, d0 = 0.5, 0.1, 1.0, 0.6
    out = flood_garber(eta, mu, m0, d0)
    # Floating, m − s = −η μ: the shadow rate is ln D(t) + η μ, the peg is ln M0.
    shadow = math.log(d0) + mu * out["T"] + eta * mu
    assert shadow == pytest.approx(math.log(m0), abs=1e-12)
    left = m0 - d0 * math.exp(mu * out["T"])
    assert out["reserves_at_attack"] == pytest.approx(left, rel=1e-12)
    assert out["T"] < out["T_exhaustion_without_attack"]


def test_small_reserves_are_attacked_at_once_and_no_credit_growth_never():
    at_once = flood_garber(5.0, 0.2, 1.0, 0.9)
    assert at_once["immediate"]
    assert at_once["T"] == 0.0
    assert at_once["reserves_at_attack"] == pytest.approx(0.1)
    assert at_once["reserves_share_lost_in_attack"] == 1.0
    for mu in (0.0, -0.1):
        calm = flood_garber(0.5, mu, 1.0, 0.6)
        assert calm["attack"] is False
        assert calm["T"] is None
    patient = flood_garber(0.0, 0.1, 1.0, 0.6)
    assert patient["T"] == patient["T_exhaustion_without_attack"]
    assert patient["reserves_at_attack"] == 0.0
    for d0 in (1.0, 1.2):
        with pytest.raises(InputError, match="no reserves"):
            flood_garber(0.5, 0.1, 1.0, d0)


@pytest.mark.parametrize("drift", [12.0, 0.0, -8.0, -40.0, 60.0])
def test_exhaustion_matches_simulated_first_passages(drift):
    rng = np.random.default_rng(7)
    x, sd, weeks, steps, paths = 300.0, 60.0, 26.0, 400, 20000
    dt = weeks / steps
    level = np.zeros(paths)
    out_by_end = np.zeros(paths, dtype=bool)
    for _ in range(steps):
        before = level
        level = before + drift * dt + sd * math.sqrt(dt) * rng.standard_normal(paths)
        # Within a step the bridge crosses with this probability.
        gap = np.maximum(x - before, 0) * np.maximum(x - level, 0)
        crossed = rng.random(paths) < np.exp(-2 * gap / (sd**2 * dt))
        out_by_end |= crossed
    exact = reserve_exhaustion(x, drift, sd, [weeks])["prob"][0]
    assert exact == pytest.approx(out_by_end.mean(), abs=0.012)


@given(
    x=st.floats(0.01, 1e5),
    mu=st.integers(-5000, 5000).map(lambda tenths: tenths / 10),
    sd=st.floats(1e-3, 500),
    t=st.lists(st.floats(0, 1e4), min_size=1, max_size=6),
)
@settings(deadline=None, max_examples=200)
def test_exhaustion_probabilities_are_probabilities_and_rise_with_the_horizon(x, mu, sd, t):
    out = reserve_exhaustion(x, mu, sd, sorted(t))
    assert all(0 <= p <= 1 for p in out["prob"])
    assert np.all(np.diff(out["prob"]) >= -1e-12)
    assert 0 <= out["prob_ever"] <= 1
    assert out["prob"][-1] <= out["prob_ever"] + 1e-9
    assert (out["mean_time_weeks"] is None) == (mu <= 0)


def test_exhaustion_where_the_exponent_overflows():
    from scipy.integrate import quad

    x, mu, sd, t = 5000.0, 120.0, 30.0, 40.0  # 2 mu x / sd² = 1333
    density = quad(
        lambda u: (
            x
            / (sd * math.sqrt(2 * math.pi * u**3))
            * math.exp(-((x - mu * u) ** 2) / (2 * sd**2 * u))
        ),
        0,
        t,
        epsabs=1e-14,
        limit=400,
        points=[35, 38, 39.5],
    )[0]
    assert reserve_exhaustion(x, mu, sd, t)["prob"] == pytest.approx(density, rel=1e-7)


def test_degenerate_drains():
    certain = reserve_exhaustion(600.0, 12.0, 0.0, [49.0, 50.0, 51.0])
    assert certain["prob"] == [0.0, 1.0, 1.0]
    assert (certain["mean_time_weeks"], certain["sd_time_weeks"]) == (50.0, 0.0)
    assert reserve_exhaustion(600.0, 0.0, 0.0, [1e6])["prob_ever"] == 0.0
    assert reserve_exhaustion(0.0, -5.0, 10.0, [0.0, 1.0])["prob"] == [1.0, 1.0]
    assert reserve_exhaustion(600.0, 12.0, 60.0, [0.0])["prob"] == [0.0]
    never = reserve_exhaustion(600.0, -12.0, 60.0, [1e7])
    assert never["prob"][0] == pytest.approx(never["prob_ever"])
    assert never["prob_ever"] == pytest.approx(math.exp(-4.0))


@given(
    Gamma=st.floats(0, 50),
    iota0=st.floats(0.5, 2),
    iota1=st.floats(0.5, 2),
    q=st.floats(-0.3, 0.3),
    R=st.floats(0.9, 1.2),
    R_star=st.floats(0.9, 1.2),
)
@settings(deadline=None, max_examples=100)
def test_the_portfolio_market_clears_in_both_periods(Gamma, iota0, iota1, q, R, R_star):
    out = gabaix_maggiori(Gamma, iota0, iota1, q, R, R_star)
    matrix = [[1, 0, 1], [0, 1, -R], [-1, R_star / R, Gamma]]
    e0, e1, position = np.linalg.solve(matrix, [iota0 + q, iota1 - R * q, 0.0])
    assert [out["e0"], out["e1"], out["financier_position"]] == pytest.approx(
        [e0, e1, position], rel=1e-9, abs=1e-9
    )
    assert out["de0"] == pytest.approx(out["e0"] - out["e0_no_intervention"], abs=1e-12)
    assert out["de1"] == pytest.approx(out["e1"] - out["e1_no_intervention"], abs=1e-12)


def test_intervention_is_powerless_when_financiers_bear_any_risk():
    out = gabaix_maggiori(0.0, 1.0, 1.1, 0.2)
    assert out["de0"] == out["de1"] == 0.0
    assert out["e0"] == out["e1"] == pytest.approx(1.05)
    with pytest.raises(InputError, match="Gamma"):
        gabaix_maggiori(-0.1, 1.0, 1.1, 0.2)


@given(low=st.floats(0, 10), more=st.floats(0, 10), q=st.floats(0, 0.3))
@settings(deadline=None, max_examples=60)
def test_intervention_works_better_the_less_risk_financiers_bear(low, more, q):
    weak, strong = (gabaix_maggiori(g, 1.0, 1.0, q)["de0"] for g in (low, low + more))
    assert 0 <= weak <= strong <= q


def test_the_calibrated_market_reproduces_the_effect_it_was_calibrated_on():
    gamma = gamma_calibration(0.018, 0.05, 4200.0)["Gamma"]
    assert gabaix_maggiori(gamma, 1.0, 1.0, 0.05)["de0"] == pytest.approx(0.018)
    for effect in (0.05, 0.06, 0.0, -0.01):
        with pytest.raises(InputError, match="effect"):
            gamma_calibration(effect, 0.05, 4200.0)


def test_plaza_shift_and_intervention_together_explain_the_move():
    out = plaza_decomposition(10.2, 1400.0, 0.2, 1.125, 242.0, 205.0)
    q = 10.2 / 280
    # A shift of the expected flow ι1 by the required amount, with the intervention.
    moved = gabaix_maggiori(1.125, 0.0, out["required_shift_in_expected_flow"], q)["e0"]
    assert 100 * moved == pytest.approx(out["observed_pct"])
    still = plaza_decomposition(10.2, 1400.0, 0.2, 1.125, 200.0, 200.0)
    assert still["signal_share"] is None
    assert plaza_decomposition(10.2, 1400.0, 0.2, 0.0, 242.0, 205.0)["signal_share"] == 1.0


@given(
    p0=st.floats(0, 30),
    m=st.floats(0, 1),
    psi=st.floats(0.01, 0.2),
    kappa=st.integers(-200, 200).map(lambda thousandths: thousandths / 1000),
    deposits=st.floats(0, 300),
)
@settings(deadline=None, max_examples=150)
def test_a_defence_relieves_exactly_the_pressure_it_meets(p0, m, psi, kappa, deposits):
    if p0 / psi > deposits and kappa * m >= psi:
        with pytest.raises(InputError, match="self-defeating"):
            currency_defence(p0, m, psi, kappa, deposits)
        return
    out = currency_defence(p0, m, psi, kappa, deposits)
    assert out["X_bn"] == pytest.approx(max(0.0, out["U_bn"] - deposits), abs=1e-9)
    net = p0 + kappa * m * out["X_bn"] - psi * out["U_bn"]
    assert net == pytest.approx(0.0, abs=1e-9 * max(1.0, psi * out["U_bn"]))
    assert out["dy_bp"] == pytest.approx(m * out["X_bn"])
    assert (out["self_defeating_m"] is None) == (kappa <= 0)


def test_defence_within_deposits_never_defeats_itself():
    out = currency_defence(5.0, 10.0, 0.05, 0.1, 100.0, reserves_bn=99.0)
    assert out == {
        "U_bn": 100.0,
        "X_bn": 0.0,
        "dy_bp": 0.0,
        "self_defeating_m": 0.5,
        "within_reserves": False,
    }
    assert currency_defence(5.0, 10.0, 0.05, 0.1, 100.0, reserves_bn=100.0)["within_reserves"]
    with pytest.raises(InputError, match="self-defeating"):
        currency_defence(5.1, 0.5, 0.05, 0.1, 100.0)  # exactly at the limit
    confident = currency_defence(10.0, 0.4, 0.05, -0.1, 100.0)
    assert confident["U_bn"] < 200.0  # selling Treasuries itself weakens the dollar
    with pytest.raises(InputError, match="pressure_pct"):
        currency_defence(-1.0, 0.4, 0.05, 0.1, 100.0)


@given(phi=st.floats(0, 1), alpha=st.floats(0, 1), app=st.floats(-0.5, 0.5))
@settings(deadline=None, max_examples=60)
def test_the_dollar_price_is_cost_and_markup_in_dollars(phi, alpha, app):
    out = export_pass_through(phi, alpha, app, 1.5)
    dollars = out["dln_marginal_cost_yen"] + out["dln_markup"] + app
    assert out["dln_export_price_usd"] == pytest.approx(dollars, abs=1e-15)
    assert out["dln_export_volume"] == pytest.approx(-1.5 * dollars, abs=1e-15)


def test_what_a_depreciation_does_hinges_on_import_pass_through():
    base = {
        "share_M": 0.185,
        "share_X": 0.176,
        "import_content": 0.17,
        "strategic_complementarity": 0.35,
        "de": -0.1,
        "export_markup_wedge": 0.2,
        "export_elasticity": 1.5,
    }
    full, none = (depreciation_income(**base, PT_M=p)["total"] for p in (1.0, 0.0))
    assert full < 0 < none
    assert depreciation_income(**{**base, "de": 0.0}, PT_M=0.6)["total"] == 0.0
    with pytest.raises(InputError, match="import_content"):
        depreciation_income(**{**base, "import_content": 1.2}, PT_M=0.6)
