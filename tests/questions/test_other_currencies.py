"""Currencies without an estimated effect of intervention: volatility, regimes, reserves."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.finance.joint.volatility import market_volatility
from triffin.questions.currency.defence import defend, intervene
from triffin.world.base.errors import InputError
from triffin.world.data.markets.currencies import H10
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import shipped


@pytest.mark.parametrize("code", [code for code in H10 if code != "JPY"])
def test_every_currency_of_the_release_has_an_answer(code: str) -> None:
    rate = load_series(f"fx-{code}").last_before("2025-04-03")[1]
    found = defend(code, 0.9 * rate, 1.1 * rate, days=20, draws=64)
    assert found["currency"] == code
    assert 0 <= found["low"] <= found["median"] <= found["high"] <= 1
    assert found["dollars_spent_net_bn"] is None
    assert "no evidence" in found["answer"]
    one = intervene(code, 5.0)
    assert one["median"] is None
    assert "There is no evidence for this currency" in one["answer"]


def test_a_wider_band_holds_more_often_and_a_drift_leaves_it() -> None:
    narrow, wide = (defend("EUR", 0.92 - w, 0.92 + w, draws=256) for w in (0.02, 0.08))
    assert wide["inside_throughout_probability"] > narrow["inside_throughout_probability"]
    away = defend("EUR", 0.84, 1.0, drift_pct_per_week=3.0, draws=256)
    assert away["median"] < 0.5
    assert away["band_broken_probability"] > 0.95


def test_the_rate_moves_as_far_as_its_volatility_says() -> None:
    found = defend("GBP", 0.5, 1.2, days=60, draws=8000)
    known = market_volatility(("fx-GBP",), "2025-04-02", shipped())
    half = np.log(found["rate_at_end"]["high"] / found["rate_at_end"]["low"]) * 50
    z = 1.85  # the 95 % quantile of a t with 8.7 degrees of freedom
    assert half == pytest.approx(z * known.sigma(60)[0], rel=0.06)


def test_regimes_end_with_three_percent_a_year_whatever_the_volatility_says() -> None:
    hong_kong = defend("HKD", 7.75, 7.85, days=252, draws=64)
    assert hong_kong["regime_ends_probability"] == pytest.approx(0.0296, abs=1e-3)


def test_reserves_stand_beside_where_they_are_known() -> None:
    assert defend("CNY", 7.0, 7.4, days=5, draws=64)["reserves"]["usd_bn"] > 3000
    assert defend("MXN", 15, 25, days=5, draws=64)["reserves"] is None
    assert "% of reserves" in intervene("CNY", 50)["answer"]
    assert "auction" in intervene("MXN", 1)["evidence"]


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(InputError, match="no daily rates"):
        defend("RUB", 80, 100)
    with pytest.raises(InputError, match="no band"):
        defend("EUR", 1.0, 0.9)
    with pytest.raises(InputError, match="nothing is sold"):
        intervene("EUR", 0)
