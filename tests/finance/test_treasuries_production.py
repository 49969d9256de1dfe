"""A sale of Treasuries as production follows it: accounting, monotonicity, limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.finance.treasuries import market, sale
from triffin.finance.treasuries.impact import BackstopRule, flow_impact_path
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

quick = settings(max_examples=40, deadline=None)
sizes = st.floats(0.5, 2000)
spans = st.integers(1, 120)
impacts = st.floats(0.002, 1.5)
shares = st.floats(0.05, 0.95)
decays = st.floats(0.5, 120)


def guard(*, acts: bool = True) -> BackstopRule:
    return BackstopRule.default(np.array([acts]), parameters=shipped())


def followed(
    size: float,
    days: int,
    m: float,
    pi: float = 0.35,
    rho: float = 26.0,
    *,
    backstop: BackstopRule | None = None,
    dealers: sale.Dealers | None = None,
) -> sale.SalePath:
    return sale.follow_sale(
        sale.even_sales(size, days), m=m, pi=pi, rho=rho, backstop=backstop, dealers=dealers
    )


@quick
@given(sizes, spans, impacts, shares, decays)
def test_every_treasury_sold_is_bought(
    size: float, days: int, m: float, pi: float, rho: float
) -> None:
    path = followed(
        size, days, m, pi, rho, backstop=guard(), dealers=sale.Dealers.default(parameters=shipped())
    )
    fed = float(path.purchases.sum())
    assert -1e-9 <= fed <= size * (1 + 1e-9)
    assert path.sales.sum() == pytest.approx(size, rel=1e-12)
    bought = market.buyers(
        market.find_seller("CHN", parameters=shipped()), size - fed, 0.75, shipped()
    )
    assert sum(bought.values()) + fed == pytest.approx(size, rel=1e-9)
    assert min(bought.values()) >= -1e-9


@quick
@given(sizes, spans, impacts, shares, decays)
def test_a_backstop_never_raises_yields_and_one_that_does_not_act_changes_nothing(
    size: float, days: int, m: float, pi: float, rho: float
) -> None:
    dealers = sale.Dealers.default(parameters=shipped())
    without = followed(size, days, m, pi, rho, dealers=dealers)
    with_it = followed(size, days, m, pi, rho, dealers=dealers, backstop=guard())
    idle = followed(size, days, m, pi, rho, dealers=dealers, backstop=guard(acts=False))
    assert np.all(with_it.yield_change <= without.yield_change + 1e-9)
    np.testing.assert_array_equal(idle.yield_change, without.yield_change)
    assert np.all(with_it.purchases <= guard().cap + 1e-9)
    assert np.all(with_it.purchases >= 0)


@quick
@given(sizes, st.floats(1.01, 5), spans, impacts)
def test_a_larger_sale_moves_yields_more_on_every_day(
    size: float, factor: float, days: int, m: float
) -> None:
    dealers = sale.Dealers.default(parameters=shipped())
    small = followed(size, days, m, dealers=dealers).yield_change
    large = followed(size * factor, days, m, dealers=dealers).yield_change
    assert np.all(large > small)


@quick
@given(sizes, st.integers(1, 100), st.integers(1, 100), impacts, shares, decays)
def test_the_same_sale_over_more_days_has_a_lower_peak(
    size: float, days: int, more: int, m: float, pi: float, rho: float
) -> None:
    dealers = sale.Dealers.default(parameters=shipped())
    fast = followed(size, days, m, pi, rho, dealers=dealers).yield_change.max()
    slow = followed(size, days + more, m, pi, rho, dealers=dealers).yield_change.max()
    assert slow < fast


@quick
@given(st.floats(1, 40), spans, impacts)
def test_below_capacity_twice_the_sale_has_twice_the_effect(
    size: float, days: int, m: float
) -> None:
    dealers = sale.Dealers(capacity=2 * size / days, congestion=1.0)
    once = followed(size, days, m, dealers=dealers).yield_change
    twice = followed(2 * size, days, m, dealers=dealers).yield_change
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-9)


@quick
@given(sizes, spans, impacts, shares, decays)
def test_the_path_is_that_of_the_verified_propagator(
    size: float, days: int, m: float, pi: float, rho: float
) -> None:
    dealers = sale.Dealers.default(parameters=shipped())
    path = followed(size, days, m, pi, rho, dealers=dealers)
    canonical = flow_impact_path(
        m,
        pi,
        rho,
        sale.STEP,
        sale.even_sales(size, days)[:, 0],
        cap_bn=dealers.capacity,
        xi=dealers.congestion,
    )
    np.testing.assert_allclose(path.yield_change[:, 0], canonical["dy_bp"], rtol=1e-9)
    assert path.permanent[-1, 0] == pytest.approx(canonical["permanent_bp"], rel=1e-9)


def test_the_backstop_waits_for_its_trigger_and_its_delay() -> None:
    watch = guard()
    path = followed(1000, 20, 0.5, backstop=watch)
    reached = int(np.argmax(path.yield_change[:, 0] > watch.trigger))
    first = int(np.argmax(path.purchases[:, 0] > 0))
    assert bool(path.triggered[0])
    assert first == reached + watch.delay
    calm = followed(20, 20, 0.05, backstop=watch)
    assert not calm.triggered[0]
    assert calm.purchases.sum() == 0


def test_a_slow_rise_does_not_reach_the_trigger_that_a_fast_one_reaches() -> None:
    assert followed(848, 10, 0.195, backstop=guard()).triggered[0]
    assert not followed(848, 250, 0.195, backstop=guard()).triggered[0]
    assert followed(848, 250, 0.195).yield_change.max() > guard().trigger


def test_an_estimate_is_met_at_the_horizon_at_which_it_was_made() -> None:
    table = market.estimates(shipped())
    which = np.arange(len(table))
    middle = np.full(len(table), 0.5)
    m = market.instant_impact(which, middle, 0.35, 26.0, shipped())
    for k, estimate in enumerate(table):
        measured = np.sqrt(estimate.low * estimate.high)
        if estimate.years is None:
            assert 100 * 0.35 * m[k] == pytest.approx(measured)
        else:
            path = sale.follow_sale(
                np.full((20_000, 1), 100 / 20_000),
                m=m[k],
                pi=0.35,
                rho=26.0,
                dt=estimate.years / 20_000,
            )
            assert path.yield_change[-1, 0] == pytest.approx(measured, rel=1e-3)


def test_weights_of_the_pool_are_equal_by_family_and_add_up_to_one() -> None:
    table = market.estimates(shipped())
    assert sum(e.weight for e in table) == pytest.approx(1)
    for family in market.FAMILIES:
        assert sum(e.weight for e in table if e.family == family) == pytest.approx(1 / 3)
    u = (np.arange(90_000) + 0.5) / 90_000
    counts = np.bincount(market.chosen_estimates(u, shipped()), minlength=len(table)) / len(u)
    np.testing.assert_allclose(counts, [e.weight for e in table], atol=1e-4)


@pytest.mark.parametrize(
    "holder", ["JPN", "China", "united kingdom", "US funds", "Federal Reserve"]
)
def test_purchase_shares_add_up_to_one_and_the_seller_does_not_buy(holder: str) -> None:
    seller = market.find_seller(holder, parameters=shipped())
    bought = market.buyers(seller, 1.0, 0.75, shipped())
    assert sum(bought.values()) == pytest.approx(1, rel=1e-12)
    assert seller.sector not in bought
    assert min(bought.values()) >= 0


def test_buyers_take_what_they_hold_already() -> None:
    # No source ranks holders by how they respond to yields: one elasticity for all.
    bought = market.buyers(
        market.find_seller("US funds", parameters=shipped()), 1.0, 0.75, shipped()
    )
    held = market.sector_holdings(shipped())
    ratio = held["foreign private"] / held["foreign official"]
    assert bought["foreign private"] / bought["foreign official"] == pytest.approx(ratio)
    assert not bought[market.FED]


def test_the_curve_rises_with_maturity_and_bills_move_far_less_than_the_ten_year() -> None:
    curve = market.curve(shipped())
    assert list(curve.values()) == sorted(curve.values())
    assert curve["10-year"] == pytest.approx(1)
    assert curve["bills"] < 0.1


@pytest.mark.parametrize("days", [0, -3, 366, 2.5])
def test_days_outside_a_year_and_a_half_are_refused(days: float) -> None:
    with pytest.raises(InputError, match="1 to 365"):
        sale.even_sales(20, days)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [0, -5, float("nan"), float("inf")])
def test_an_amount_that_is_not_positive_is_refused(amount: float) -> None:
    with pytest.raises(InputError, match="above zero"):
        sale.even_sales(amount, 10)


def test_holders_are_found_by_code_or_name_and_others_are_refused_by_name() -> None:
    assert market.find_seller("jpn", parameters=shipped()).total_bn == 1130.8
    assert market.find_seller("South Korea", parameters=shipped()).code == "KOR"
    assert market.find_seller("China, Mainland", parameters=shipped()) == market.find_seller(
        "China", parameters=shipped()
    )
    with pytest.raises(InputError, match="Japan"):
        market.find_seller("Jappan", parameters=shipped())
    with pytest.raises(InputError, match="issue"):
        market.find_seller("USA", parameters=shipped())
    with pytest.raises(InputError, match="not published"):
        market.find_seller("CHN", "official", parameters=shipped())
    with pytest.raises(InputError, match="no official and private part"):
        market.find_seller("US funds", "private", parameters=shipped())
    with pytest.raises(InputError, match="no holder"):
        market.find_seller("", parameters=shipped())


def test_most_coupons_are_refinanced_short_and_the_shares_add_up() -> None:
    shares = market.coupon_refinancing()
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["2-year"] > shares["5-year"] > shares["30-year"] > shares["10-year"]
