"""The sign of the yield channel, Plaza and drawn registry entries against the data."""

from __future__ import annotations

import numpy as np
import pytest
from tools.build_data.finance_yield_channel import common_days, newey_west

from triffin.finance.currency.plaza import (
    appreciation_today,
    monthly_rate,
    plaza_decomposition,
    plaza_draws,
)
from triffin.finance.currency.yield_channel import (
    channel_estimates,
    draw_channel,
    estimates_by_year,
)
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped
from triffin.world.registry.registry import parameter
from triffin.world.registry.sampling import plausible, uniforms


def test_effect_of_a_sale_is_the_ten_year_coefficient_beside_the_two_year() -> None:
    dates, rate, levels = common_days()
    two = levels["10-year"] - levels["slope"]
    days = 5
    kept = (dates[:-days] >= np.datetime64("2025-01-01")) & (
        dates[days:] <= np.datetime64("2025-12-31")
    )
    x = np.column_stack([v[days:] - v[:-days] for v in (levels["10-year"], two)])[kept]
    fit = newey_west((rate[days:] - rate[:-days])[kept], x, 8)
    row = next(r for r in channel_estimates() if r.sample == "2025")
    assert row.sale == pytest.approx(fit.slopes[0], abs=2e-5)
    assert row.sale_error == pytest.approx(fit.standard_errors[0], rel=0.4)


def test_the_sign_of_the_channel_is_uncertain() -> None:
    years = estimates_by_year()
    assert len(years) == 26
    assert 4 <= sum(row.sale < 0 for row in years) <= 12
    pooled = next(r for r in channel_estimates() if r.sample == "2000-2025")
    assert pooled.sale > 0
    april = next(r for r in channel_estimates() if r.sample == "2025 April to June")
    assert april.sale < -0.05
    u = uniforms(("a", "b", "c"), 4096, 1)
    drawn = draw_channel(u["a"], u["b"], np.zeros(4096, dtype=bool), parameters=shipped())
    assert 0.1 < np.mean(drawn.sale < 0) < 0.4
    assert np.mean(drawn.estimated) == pytest.approx(0.5, abs=0.01)


def test_in_a_confidence_episode_higher_yields_weaken_the_dollar() -> None:
    u = uniforms(("a", "b"), 256, 1)
    drawn = draw_channel(u["a"], u["b"], np.ones(256, dtype=bool), parameters=shipped())
    assert (drawn.sale <= 0).all()


def test_an_entry_without_a_distribution_has_its_value_as_median_and_stays_in_range() -> None:
    entry = parameter("plaza_intervention_bn")
    assert entry.distribution is None
    drawn = plausible(entry, np.array([0.0, 0.25, 0.5, 0.75, 1.0]))
    assert drawn == pytest.approx([8, 9.1, 10.2, 14.1, 18])
    psi = parameter("intervention_pct_per_bn")
    assert plausible(psi, np.array([0.5])) == pytest.approx([1 / 23.333333], rel=1e-6)


def test_plaza_was_signal() -> None:
    assert round(monthly_rate("1985-09"), 1) == 236.5
    assert round(monthly_rate("1985-12"), 1) == 202.8
    assert round(monthly_rate("1987-12"), 1) == 128.2
    found = plaza_draws(1024, 1, parameters=shipped())
    assert found.observed == pytest.approx(15.4, abs=0.05)
    assert np.median(found.portfolio) == pytest.approx(1.3, abs=0.15)
    assert found.signal_share.min() > 0.8
    central = plaza_decomposition(
        intervention_bn=10.2,
        gdp_bn=1400,
        trade_share=0.2,
        Gamma=1.125,
        rate_before=found.rates[0],
        rate_after=found.rates[1],
    )
    assert central["portfolio_effect_pct"] == pytest.approx(1.31, abs=0.01)
    longer = plaza_draws(64, 1, after="1987-12", parameters=shipped())
    assert longer.observed == pytest.approx(61.2, abs=0.1)


def test_a_coordinated_appreciation_needs_a_signal() -> None:
    found = plaza_draws(512, 1, parameters=shipped())
    today = appreciation_today(found, 15.4, 159.7)
    assert (today.with_signal < 0.3 * today.without_signal).all()
    assert (today.treasuries_without_signal >= today.without_signal - 159.7 - 1e-9).all()
    with pytest.raises(InputError, match="target"):
        appreciation_today(found, 0, 159.7)
    with pytest.raises(InputError, match="1960"):
        plaza_draws(8, 1, before="1960-01", parameters=shipped())
    with pytest.raises(InputError, match="later month"):
        plaza_draws(8, 1, before="1985-12", after="1985-09", parameters=shipped())
