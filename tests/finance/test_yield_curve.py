"""Preferred habitat: closed forms against quadrature, and the regimes of the fixed points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from triffin.finance.averages import mean_decay, mean_shortfall
from triffin.finance.reference.treasuries import habitat_elastic, habitat_two_factor
from triffin.finance.treasuries.curve import habitat_one_factor
from triffin.world.base.errors import InputError

ONE = {
    "kappa_r": 0.125,
    "sigma_r": 0.0146,
    "tau_supply": [10.0],
    "supply_trn": [0.1],
    "maturities": [2.0, 5.0, 10.0, 30.0],
}
TWO = {
    "kappa_r": 0.125,
    "sigma_r": 0.0146,
    "kappa_beta": 0.3,
    "sigma_beta": 1.0,
    "a": 1.43618673241,
    "theta0": 0.01,
    "hump": 10.0,
    "tau_max": 30.0,
    "maturities": [2.0, 5.0, 10.0, 30.0],
}


@given(x=st.floats(-3, 50, allow_subnormal=False))
@settings(deadline=None, max_examples=80)
def test_averages_of_decay_match_their_integrals(x):
    assert float(mean_decay(x)) == pytest.approx(quad(lambda u: np.exp(-u * x), 0, 1)[0], rel=1e-9)
    inner = quad(lambda u: (1 - u) * np.exp(-u * x), 0, 1, epsabs=1e-13)[0]
    assert float(mean_shortfall(x)) == pytest.approx(inner, rel=1e-9)


def test_expected_excess_returns_are_proportional_to_the_loading():
    # The instantaneous excess return at maturity t is d(t dy)/dt + κ t dy − λ(1 − ...) = λ A_r(t);
    # without convexity the price impact t dy(t) is the integral of λ A_r over maturities.
    out = habitat_one_factor(**ONE, a=1.4)
    for tau, dy in zip(ONE["maturities"], out["dy_bp"], strict=True):
        loading = quad(lambda u: (1 - np.exp(-0.125 * u)) / 0.125, 0, tau)[0]
        assert dy == pytest.approx(1e4 * out["lambda_r"] * loading / tau, rel=1e-10)


def test_calibration_hits_its_target_and_returns_the_same_a():
    target = habitat_one_factor(**ONE, target_bp=6.0, target_maturity=10.0)
    assert target["dy_bp"][2] == pytest.approx(6.0, rel=1e-14)
    again = habitat_one_factor(**ONE, a=target["a"])
    assert again["dy_bp"] == pytest.approx(target["dy_bp"], rel=1e-14)


def test_bonds_bought_lower_yields_by_what_the_same_bonds_sold_raise_them():
    sold = habitat_one_factor(**ONE, a=1.4)["dy_bp"]
    bought = habitat_one_factor(**{**ONE, "supply_trn": [-0.1]}, a=1.4)["dy_bp"]
    assert bought == pytest.approx([-dy for dy in sold])


def test_a_random_walk_short_rate_is_the_limit_of_slow_reversion():
    limit = habitat_one_factor(**{**ONE, "kappa_r": 0.0}, a=1.4)["dy_bp"]
    near = habitat_one_factor(**{**ONE, "kappa_r": 1e-9}, a=1.4)["dy_bp"]
    assert near == pytest.approx(limit, rel=1e-7)
    assert limit[1] / limit[0] == pytest.approx(2.5)  # λτ/2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "neither a nor a complete target"),
        ({"target_bp": 6.0}, "target_maturity"),
        ({"a": 1.0, "target_bp": 6.0, "target_maturity": 10.0}, "both a and a target"),
        ({"supply_trn": [0.0], "target_bp": 6.0, "target_maturity": 10.0}, "nothing to calibrate"),
        ({"sigma_r": 0.0, "target_bp": 6.0, "target_maturity": 10.0}, "nothing to calibrate"),
        (
            {"tau_supply": [], "supply_trn": [], "target_bp": 6.0, "target_maturity": 10.0},
            "nothing",
        ),
        ({"target_bp": -6.0, "target_maturity": 10.0}, "sign opposite"),
        ({"tau_supply": [1.0, 2.0], "a": 1.0}, "differ in length"),
        ({"maturities": [-1.0], "a": 1.0}, r"maturities\[0\]: got -1"),
        ({"kappa_r": -0.1, "a": 1.0}, "kappa_r: got -0.1"),
    ],
)
def test_a_curve_with_nothing_to_stand_on_is_refused(change, words):
    with pytest.raises(InputError, match=words):
        habitat_one_factor(**{**ONE, **change})


def loading_by_ode(k: float, z: float, kappa_r: float, taus: np.ndarray) -> np.ndarray:
    """A_β' = Z A_r − k A_β, A_β(0) = 0: the differential equation behind the closed form."""
    found = solve_ivp(
        lambda t, x: z * (1 - np.exp(-kappa_r * t)) / kappa_r - k * x,
        (0, taus[-1]),
        [0.0],
        t_eval=taus,
        rtol=1e-11,
        atol=1e-15,
    )
    return found.y[0]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"kappa_beta": 0.125},
        {"a": 8.0},
        {"hump": 1.0, "theta0": 0.2},
        {"tau_max": 5.0},
        {"kappa_r": 1.5},
        {"theta0": -0.01},
    ],
)
def test_the_two_factor_model_solves_its_own_equations(change):
    inputs = {**TWO, **change}
    out = habitat_two_factor(**inputs)

    def theta(t: float) -> float:
        return inputs["theta0"] * (t / inputs["hump"]) * np.exp(-t / inputs["hump"])

    kappa_r, k = inputs["kappa_r"], out["kappa_hat"]
    i_r = quad(
        lambda t: theta(t) * (1 - np.exp(-kappa_r * t)) / kappa_r, 0, inputs["tau_max"], limit=200
    )[0]
    assert out["I_r"] == pytest.approx(i_r, rel=1e-9)
    z = inputs["a"] * inputs["sigma_r"] ** 2 * i_r
    taus = np.linspace(0, inputs["tau_max"], 4001)
    loading = loading_by_ode(k, z, kappa_r, taus)
    risk = np.trapezoid(theta(taus) * loading, taus)
    implied = inputs["kappa_beta"] - inputs["a"] * inputs["sigma_beta"] ** 2 * risk
    assert k == pytest.approx(implied, rel=1e-5)
    maturities = np.array([0.0, *inputs["maturities"]])
    impact = 1e4 * loading_by_ode(k, z, kappa_r, maturities)[1:] / maturities[1:]
    assert out["impact_bp_per_unit_beta"] == pytest.approx(impact, rel=1e-7)


def test_the_largest_root_is_found_and_too_much_risk_has_none():
    # Raise risk aversion until the root disappears; until then no larger root exists.
    last = TWO["kappa_beta"]
    for a in (0.0, 5.0, 10.0, 15.0, 18.0):
        out = habitat_two_factor(**{**TWO, "a": a})
        assert 0 < out["kappa_hat"] <= last
        last = out["kappa_hat"]
    assert habitat_two_factor(**{**TWO, "a": 0.0})["kappa_hat"] == TWO["kappa_beta"]
    with pytest.raises(InputError, match="no k in"):
        habitat_two_factor(**{**TWO, "a": 200.0})


def test_kappa_equal_to_the_speed_of_the_short_rate_is_no_special_case():
    inputs = {**TWO, "sigma_beta": 0.0, "kappa_beta": 0.125}
    at = habitat_two_factor(**inputs)["impact_bp_per_unit_beta"]
    near = habitat_two_factor(**{**inputs, "kappa_beta": 0.125 + 1e-9})["impact_bp_per_unit_beta"]
    assert at == pytest.approx(near, rel=1e-7)


@given(
    strength=st.floats(0, 500),
    decay=st.floats(0.05, 2),
    kappa=st.floats(0.01, 1),
    horizon=st.floats(0, 40),
)
@settings(deadline=None, max_examples=60)
def test_elastic_habitat_satisfies_its_fixed_point(strength, decay, kappa, horizon):
    out = habitat_elastic(kappa, 0.0146, strength, decay, horizon)
    k = out["kappa_star"]
    bracket = 1 / decay - 2 / (decay + k) + 1 / (decay + 2 * k)
    assert k == pytest.approx(kappa + 0.0146**2 * strength / k**2 * bracket, rel=1e-8)
    assert k >= kappa
    assert 0 <= out["forward_sensitivity"] <= out["yield_sensitivity"] <= 1


def test_without_elastic_demand_forward_rates_follow_expectations():
    out = habitat_elastic(0.125, 0.0146, 0.0, 0.297, [0.0, 10.0])
    assert out["kappa_star"] == 0.125
    assert out["forward_sensitivity"] == pytest.approx([1.0, np.exp(-1.25)])


def slope(f, tau: float) -> float:
    """Derivative by central differences of the fourth order."""
    h = 0.02
    return (8 * (f(tau + h) - f(tau - h)) - (f(tau + 2 * h) - f(tau - 2 * h))) / (12 * h)


def test_no_arbitrage_under_the_model_with_one_factor():
    # A bond of maturity t earns over the short rate mu - r = d(t dy)/dt: what the shock adds to its
    # yield, and the yield it rolls down. Without arbitrage that is A_r(t) times one price of risk.
    maturities = np.array([0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0])

    def log_price_fall(tau: float) -> float:
        found = habitat_one_factor(**{**ONE, "maturities": [tau]}, a=1.4)["dy_bp"][0]
        return tau * found / 1e4

    loading = (1 - np.exp(-0.125 * maturities)) / 0.125
    excess = np.array([slope(log_price_fall, tau) for tau in maturities])
    price_of_risk = habitat_one_factor(**ONE, a=1.4)["lambda_r"]
    assert excess / loading == pytest.approx(np.full(len(maturities), price_of_risk), rel=1e-6)


@pytest.mark.parametrize("supply_volatility", [0.0, 1.0])
def test_no_arbitrage_under_the_model_with_two_factors(supply_volatility):
    # Per unit of beta, with log price -A_r r - A_b beta - C and d beta = -kappa_b beta dt + ...,
    # mu - r = A_b' + kappa_b A_b. It must be A_r lambda_r + A_b lambda_b with prices of risk that
    # are the same at all maturities: lambda_r = a sigma_r^2 I_r, lambda_b = a sigma_b^2 I_b.
    inputs = {**TWO, "a": 8.0, "sigma_beta": supply_volatility}
    maturities = np.array([0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0])

    def loading_b(tau: float) -> float:
        found = habitat_two_factor(**{**inputs, "maturities": [tau]})
        return tau * found["impact_bp_per_unit_beta"][0] / 1e4

    out = habitat_two_factor(**inputs)
    loading_r = (1 - np.exp(-0.125 * maturities)) / 0.125
    b = np.array([loading_b(tau) for tau in maturities])
    excess = np.array([slope(loading_b, tau) for tau in maturities]) + inputs["kappa_beta"] * b
    lambda_r = inputs["a"] * inputs["sigma_r"] ** 2 * out["I_r"]

    def held_risk(tau: float) -> float:
        theta = inputs["theta0"] * (tau / inputs["hump"]) * np.exp(-tau / inputs["hump"])
        return theta * loading_b(tau)

    risk = quad(held_risk, 0, inputs["tau_max"], epsrel=1e-8)[0]
    lambda_b = inputs["a"] * supply_volatility**2 * risk
    assert excess == pytest.approx(loading_r * lambda_r + b * lambda_b, rel=1e-6)
    if supply_volatility == 0:  # the short rate is then the only risk that is priced
        assert excess / loading_r == pytest.approx(np.full(len(b), lambda_r), rel=1e-6)
