"""Quantiles, their Monte Carlo error and variance shares against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from triffin.answers import statistics
from triffin.world.base.errors import InputError

samples = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


def test_interval_of_a_normal_sample_is_the_normal_interval() -> None:
    draws = stats.norm(1.13, 0.4).ppf((np.arange(20_000) + 0.5) / 20_000)
    found = statistics.interval(draws)
    assert found.median == pytest.approx(1.13, abs=1e-6)
    assert found.low == pytest.approx(1.13 - 1.6448536 * 0.4, abs=1e-3)
    assert found.high == pytest.approx(1.13 + 1.6448536 * 0.4, abs=1e-3)


def test_quantiles_of_five_numbers_by_hand() -> None:
    # type 7: position 1 + 4 p in the sorted sample
    assert statistics.quantile([3, 1, 2, 5, 4], [0, 0.05, 0.5, 0.9, 1]) == pytest.approx(
        [1, 1.2, 3, 4.6, 5]
    )


@given(samples, st.floats(0, 1), st.floats(0.01, 100))
def test_equal_weights_change_nothing(draws: list[float], level: float, weight: float) -> None:
    plain = statistics.quantile(draws, level)
    weighted = statistics.quantile(draws, level, np.full(len(draws), weight))
    assert weighted == pytest.approx(plain, rel=1e-6, abs=1e-6)


@given(samples, st.floats(0, 1))
def test_a_draw_of_weight_zero_has_no_influence(draws: list[float], level: float) -> None:
    weights = np.append(np.ones(len(draws)), 0.0)
    assert statistics.quantile([*draws, 1e9], level, weights) == pytest.approx(
        statistics.quantile(draws, level), rel=1e-6, abs=1e-6
    )


@given(samples, st.lists(st.floats(0.1, 10), min_size=60, max_size=60))
def test_weighted_quantiles_stay_in_the_sample_and_rise_with_the_level(
    draws: list[float], weights: list[float]
) -> None:
    found = statistics.quantile(draws, np.linspace(0, 1, 11), weights[: len(draws)])
    slack = 1e-9 * (1 + np.abs(draws).max())
    assert found.min() >= min(draws) - slack
    assert found.max() <= max(draws) + slack
    assert np.all(np.diff(found) >= -slack)


def test_a_heavier_draw_pulls_the_median() -> None:
    assert statistics.quantile([0, 1], 0.5, [1, 3]) > 0.5


@pytest.mark.parametrize(
    ("draws", "level", "weights"),
    [
        ([], 0.5, None),
        ([1.0, np.nan], 0.5, None),
        ([1.0], 1.5, None),
        ([1.0, 2.0], 0.5, [1.0]),
        ([1.0, 2.0], 0.5, [-1.0, 1.0]),
        ([1.0, 2.0], 0.5, [0.0, 0.0]),
    ],
)
def test_quantiles_refuse_what_has_no_answer(
    draws: list[float], level: float, weights: list[float] | None
) -> None:
    with pytest.raises(InputError):
        statistics.quantile(draws, level, weights)


@pytest.mark.parametrize("level", [0.05, 0.5, 0.95])
def test_standard_error_of_a_quantile_matches_repeated_sampling(level: float) -> None:
    random = np.random.default_rng(3)
    samples = random.normal(size=(1500, 400))
    spread = np.quantile(samples, level, axis=1).std()
    errors = [statistics.quantile_standard_error(sample, level) for sample in samples[:200]]
    assert np.mean(errors) == pytest.approx(spread, rel=0.1)


def test_standard_error_of_the_median_is_the_asymptotic_one() -> None:
    # sqrt(p (1 - p) / n) / density at the median of a standard normal
    draws = stats.norm.ppf((np.arange(10_000) + 0.5) / 10_000)
    assert statistics.quantile_standard_error(draws, 0.5) == pytest.approx(
        np.sqrt(np.pi / 2) / 100, rel=0.02
    )


def test_draws_without_equilibrium_are_left_out_and_counted() -> None:
    found = statistics.interval([1.0, np.nan, 2.0, np.inf, 3.0])
    assert found.median == 2
    assert found.draws == 3


def test_no_finite_draw_is_refused_not_read_as_zero() -> None:
    with pytest.raises(InputError, match="no finite draw"):
        statistics.interval([np.nan, np.nan])


def test_share_positive_counts_weights_and_not_zero() -> None:
    assert statistics.share_positive([-1, 0, 1, 2]) == 0.5
    assert statistics.share_positive([-1, 1, np.nan], [3, 1, 9]) == 0.25


def test_variance_shares_of_a_linear_model_are_the_squared_coefficients() -> None:
    random = np.random.default_rng(11)
    first, second, closure = random.normal(size=(3, 6000))
    closure = np.sign(closure)
    # variances 9, 4 and 1: shares 9/14, 4/14, 1/14
    shares = statistics.variance_shares(
        3 * first + 2 * second + closure,
        {"first": first, "second": second},
        {"closure": closure.astype(int).astype(str)},
    )
    assert list(shares) == ["first", "second", "closure"]
    assert shares["first"] == pytest.approx(9 / 14, abs=0.03)
    assert shares["second"] == pytest.approx(4 / 14, abs=0.03)
    assert shares["closure"] == pytest.approx(1 / 14, abs=0.03)


def test_first_order_shares_of_the_ishigami_function() -> None:
    # closed form: Ishigami and Homma (1990); S1 = 0.3139, S2 = 0.4424, S3 = 0 for a = 7, b = 0.1
    x = np.random.default_rng(5).uniform(-np.pi, np.pi, (3, 20_000))
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    shares = [statistics.variance_share_of_parameter(y, one) for one in x]
    assert shares == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)


def test_a_driver_that_does_nothing_explains_nothing() -> None:
    random = np.random.default_rng(2)
    found = [
        statistics.variance_share_of_parameter(random.normal(size=200), random.normal(size=200))
        for _ in range(200)
    ]
    # clipped at zero, so the mean is small and positive rather than zero
    assert np.mean(found) < 0.03


def test_nothing_varies_nothing_explains() -> None:
    assert statistics.variance_shares(np.ones(50), {"a": np.arange(50.0)}) == {"a": 0.0}
    assert statistics.variance_share_of_parameter(np.arange(50.0), np.ones(50)) == 0.0


def test_judgement_share_counts_ungraded_drivers_as_judgement() -> None:
    shares = {"a": 0.6, "b": 0.1, "c": 0.1}
    assert statistics.judgement_share(
        shares, {"a": "published", "b": "judgement (unverified)"}
    ) == pytest.approx(0.25)
    assert statistics.judgement_share({"a": 0.0}, {"a": "published"}) is None


def test_the_weakest_grade_rules() -> None:
    assert statistics.weakest_grade(["published", "derived"]) == "derived"
    assert statistics.weakest_grade(["published", "judgement"]) == "judgement"
    assert statistics.weakest_grade([]) == "judgement"
