"""The registry of finance: the values of the models, their ranges and their grades."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.world import all_parameters, parameter
from triffin.world.data.holdings import OFFICIAL, TOTAL, tic_holdings

FINANCE = {name: p for name, p in all_parameters().items() if p.room == "finance"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price_impact_bp_per_100bn", 12),
        ("permanent_share", 0.35),
        ("impact_decay_per_year", 26),
        ("average_rate_pct", 3.362),
        ("backstop_trigger_bp", 60),
        ("backstop_probability", 0.9),
        ("kappa_supply", 0.04),
        ("intervention_effect", 0.018),
        ("import_pass_through", 0.61),
        ("blend_scale", 0.9),
        ("blend_freedom", 6.0),
        ("currency_adjustment_per_year", 0.10),
    ],
)
def test_values_of_the_models(name: str, value: float) -> None:
    assert parameter(name).value == value


def test_price_impact_spans_a_factor_of_35() -> None:
    low, median, high = parameter("price_impact_bp_per_100bn").quantile(np.array([0.05, 0.5, 0.95]))
    assert median == 12
    assert (low, high) == (pytest.approx(2, rel=0.02), pytest.approx(70, rel=0.02))


def test_sectors_hold_all_marketable_debt() -> None:
    held = [p.value for name, p in FINANCE.items() if name.startswith("holdings_")]
    assert len(held) == 5
    assert sum(held) == pytest.approx(parameter("marketable_debt_bn").value)


def test_the_registry_repeats_the_data() -> None:
    march = tic_holdings("2025-03")
    for name, holder in (
        ("foreign_holdings_bn", TOTAL),
        ("holdings_foreign_official_bn", OFFICIAL),
    ):
        assert parameter(name).value == march.of(holder)
    private = march.of(TOTAL) - march.of(OFFICIAL)
    assert parameter("holdings_foreign_private_bn").value == pytest.approx(private)


def test_official_share_of_japan_has_mean_three_quarters() -> None:
    drawn = parameter("japan_official_share").distribution
    assert drawn is not None
    assert drawn["a"] / (drawn["a"] + drawn["b"]) == 0.75


def test_the_sign_of_the_yield_channel_is_uncertain() -> None:
    drawn = parameter("kappa_supply").quantile((np.arange(1000) + 0.5) / 1000)
    assert 0.15 < np.mean(drawn < 0) < 0.3


def test_shares_and_probabilities_stay_between_zero_and_one() -> None:
    u = np.array([1e-6, 0.5, 1 - 1e-6])
    for name in ("permanent_share", "japan_official_share", "treasury_share_of_foreign_bonds"):
        drawn = parameter(name).quantile(u)
        assert np.all((drawn > 0) & (drawn < 1))


def test_one_percent_of_the_yen_costs_23_bn() -> None:
    effect, gdp = parameter("intervention_effect").value, parameter("japan_gdp_bn").value
    assert gdp / (1e4 * effect) == pytest.approx(23.33, abs=0.01)
    assert parameter("intervention_pct_per_bn").value == pytest.approx(1e4 * effect / gdp)


def test_weak_entries_say_so() -> None:
    # A judgement is what no source decides: fewer is better, and none may come back unseen.
    assert sum(p.grade == "judgement" for p in FINANCE.values()) <= 41
    unverified = [p for p in FINANCE.values() if "unverified" in p.source]
    assert unverified
    assert {p.grade for p in unverified} == {"judgement"}
