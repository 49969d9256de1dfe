"""One volatility model: its constants, its tails, its paths, and what it says in April 2025."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from triffin.finance.joint.volatility import (
    Blend,
    MarketVolatility,
    daily_changes,
    ewma,
    joint_common_scale,
    known_variances,
    log_density,
    market_volatility,
    volatility_blend,
    working_factor,
)
from triffin.world.base.errors import InputError
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import shipped

BLEND = Blend.of(shipped())
variance = st.floats(1e-3, 1e3)


def two(correlation: float) -> MarketVolatility:
    return MarketVolatility(
        "", np.array([[37.0, 32.0, 38.0], [0.3, 0.3, 0.2]]),
        np.array([[1.0, correlation], [correlation, 1.0]]), BLEND,
    )  # fmt: skip


def test_weights_by_horizon_are_those_of_the_fit() -> None:
    """Own fit to data up to 2004: weights, scale and degrees of freedom at 1, 3, 6, 12 months."""
    days = np.array([5.0, 21.0, 63.0, 126.0, 252.0])
    long, slow, fast = BLEND.weights(days)
    assert long == pytest.approx([0.28, 0.33, 0.43, 0.55, 0.70], abs=0.006)
    assert slow == pytest.approx([0.38, 0.56, 0.53, 0.43, 0.29], abs=0.008)
    assert fast == pytest.approx([0.34, 0.11, 0.04, 0.02, 0.01], abs=0.005)
    assert BLEND.nu(days) == pytest.approx([6.0, 7.4, 8.8, 9.7, 10.8], abs=0.06)


@given(level=variance, days=st.floats(1, 300))
@settings(deadline=None, max_examples=50)
def test_where_all_variances_agree_the_blend_is_the_scaled_square_root_of_time(level, days):
    sigma = BLEND.sigma(np.full(3, level), days)
    assert sigma == pytest.approx(0.9 * (days / 5) ** 0.073 * np.sqrt(level * days), rel=1e-9)


@given(v=st.tuples(variance, variance, variance), factor=st.floats(0.1, 10))
@settings(deadline=None, max_examples=50)
def test_the_unit_of_a_series_does_not_matter(v, factor):
    one = volatility_blend(*v, 21, observed=1.0)
    other = volatility_blend(*(factor**2 * x for x in v), 21, observed=factor)
    assert other["half_90"] == pytest.approx(factor * one["half_90"])
    assert other["pit"] == pytest.approx(one["pit"])
    assert other["log_score"] == pytest.approx(one["log_score"] - np.log(factor))


def test_ten_year_yields_on_4_april_2025() -> None:
    known = market_volatility(("yield-10y",), "2025-04-04", shipped())
    assert known.variances[0] == pytest.approx([37.24683, 32.20302, 38.31686], rel=1e-6)
    assert known.sigma(5)[0] == pytest.approx(12.01206, rel=1e-6)


def test_exponential_averages_are_the_recursion() -> None:
    squares = np.random.default_rng(1).normal(size=300) ** 2
    state, by_hand = squares[:60].mean(), []
    for value in squares:
        state = 0.94 * state + 0.06 * value
        by_hand.append(state)
    assert ewma(squares, 0.94) == pytest.approx(np.array(by_hand))
    variances = known_variances(np.sqrt(squares))
    assert np.isnan(variances[250, 0])
    assert variances[-1, 0] == pytest.approx(squares.mean())


def test_paths_are_the_t_at_the_horizon_and_share_one_scale() -> None:
    volatility, days, n = two(0.3), 21, 40_000
    stream = np.random.default_rng(3)
    common = volatility.common_scale(stream.random(n), days)
    moves = volatility.moves(stream.standard_normal((2, days, n)), common)
    nu = float(BLEND.nu(days))
    z = moves[:, -1] / volatility.sigma(days)[:, None]
    for row in z:
        assert stats.kstest(row, stats.t(nu).cdf).pvalue > 1e-3
    assert np.corrcoef(z)[0, 1] == pytest.approx(0.3, abs=0.02)
    together = np.mean((z[0] >= 2) & (z[1] <= -1))
    expected = joint_common_scale(2.0, -1.0, 0.3, nu)["probability"]
    assert together == pytest.approx(expected, abs=4 * np.sqrt(expected / n))


@given(v=st.tuples(variance, variance, variance))
@settings(deadline=None, max_examples=50)
def test_steps_of_a_path_add_up_and_are_never_imaginary(v):
    steps = BLEND.steps(np.array(v), 60)
    assert (steps >= 0).all()
    largest = BLEND.sigma(np.array(v), np.arange(1.0, 61.0)).max()
    assert np.sqrt(np.sum(steps**2)) == pytest.approx(largest)


def test_the_joint_tail_is_that_of_a_bivariate_t() -> None:
    # With one common scale four times as often as with normals at the same correlation.
    t6 = joint_common_scale(2.0, -1.0, 0.16, 6.0)["probability"]
    normal = joint_common_scale(2.0, -1.0, 0.16, 1e6)["probability"]
    assert (t6, normal) == (pytest.approx(0.0076, abs=1e-4), pytest.approx(0.0018, abs=1e-4))
    whole = joint_common_scale(-40.0, 40.0, 0.5, 6.0)["probability"]
    assert whole == pytest.approx(1.0, abs=1e-6)
    half = joint_common_scale(0.0, 0.0, 0.0, 4.0)["probability"]
    assert half == pytest.approx(0.25, rel=1e-9)


def test_monthly_means_are_those_of_working() -> None:
    """Working (1960), Econometrica 28: first differences of averages of a random chain."""
    months = np.array([1.0, 3.0, 6.0, 12.0, 24.0])
    assert working_factor(months) == pytest.approx([1.0, 4.0, 8.5, 17.5, 35.5])
    stream = np.random.default_rng(5)
    means = np.cumsum(stream.standard_normal((4000, 13 * 21)), axis=1).reshape(4000, 13, 21).mean(2)
    ratio = np.var(means[:, 12] - means[:, 0]) / np.var(means[:, 1] - means[:, 0])
    assert ratio == pytest.approx(17.5, rel=0.08)


def test_the_density_is_that_of_student() -> None:
    z = np.linspace(-9, 9, 7)
    assert log_density(z, 6.0) == pytest.approx(stats.t(6.0).logpdf(z))


def test_what_cannot_be_forecast_is_refused() -> None:
    with pytest.raises(InputError, match="at least 252"):
        market_volatility(("yield-10y",), "1962-06-01", shipped())
    with pytest.raises(InputError, match="zero or less"):
        daily_changes(load_series("term-premium-10y"), log=True)
    with pytest.raises(InputError, match="ewma_94"):
        volatility_blend(1.0, 1.0, 0.0, 5)
    with pytest.raises(InputError, match="rho"):
        joint_common_scale(1.0, 1.0, 1.0, 6.0)
