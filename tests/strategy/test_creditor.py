"""The creditor's leverage (models H.1): statements about selling Treasuries as a threat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.finance.treasuries import leverage, sale
from triffin.finance.treasuries.impact import BackstopRule
from triffin.finance.treasuries.own_holdings import read_holdings
from triffin.strategy.creditor.holdings import Creditor, find_creditor
from triffin.strategy.creditor.threat import (
    CreditorThreat,
    Stakes,
    creditor_threat,
    gains,
    sale_losses,
)
from triffin.world.base.errors import InputError
from triffin.world.data.holdings import tic_holdings
from triffin.world.registry.parameter_set import shipped
from triffin.world.registry.registry import parameter

N = 24
FLOWS = ("size_bn", "hegemon_loss_bn", "seller_loss_bn", "gain_bn_per_year", "value_bn_per_year")


@dataclass(frozen=True, eq=False)
class Draws:
    m: np.ndarray
    pi: np.ndarray
    rho: np.ndarray
    acts: np.ndarray
    kappa: np.ndarray


@pytest.fixture(scope="module")
def market() -> Draws:
    u = np.linspace(0.02, 0.98, N)
    return Draws(
        m=np.geomspace(0.02, 0.7, N),
        pi=parameter("permanent_share").quantile(u[::-1]),
        rho=parameter("impact_decay_per_year").quantile(np.roll(u, 7)),
        acts=np.ones(N, dtype=bool),
        kappa=parameter("kappa_supply").quantile(np.roll(u, 11)),
    )


@pytest.fixture(scope="module")
def stakes() -> Stakes:
    return Stakes(beta=0.5, omega=0.25, q=0.5, hurt_bn=11.3, strike_bn=-2.5, committed=0.2)


def threat(code: str, market: Draws, stakes: Stakes, **options: object) -> CreditorThreat:
    creditor = find_creditor(code)
    share = creditor.official_share(np.full(N, 0.5), parameters=shipped())
    return creditor_threat(creditor, market, share, stakes, parameters=shipped(), **options)  # type: ignore[arg-type]


def test_a_partner_without_treasuries_has_no_threat(market: Draws, stakes: Stakes) -> None:
    nothing = threat("KHM", market, stakes)
    assert find_creditor("KHM").total_bn == 0
    assert not nothing.credible.any()
    assert nothing.creditor_threat_value == 0
    assert not nothing.shift_hegemon_bn.any()
    assert not nothing.shift_partner_bn.any()
    assert not nothing.hegemon_loss_bn.any()
    assert not nothing.seller_loss_bn.any()
    assert np.isnan(nothing.break_even_bn).all()


def test_where_nobody_would_sell_threat_points_stay_where_they_are(
    market: Draws, stakes: Stakes
) -> None:
    # A certain freeze of all that is left makes every sale but that of everything too dear.
    found = threat("JPN", market, stakes, freeze_probability=1.0, shares=(0.1, 0.5))
    assert not found.credible.any()
    assert not found.sale_probability.any()
    assert not found.shift_hegemon_bn.any()
    assert not found.shift_partner_bn.any()
    assert found.creditor_threat_value == 0


def test_a_sale_never_happens_where_the_hegemon_never_strikes(market: Draws) -> None:
    calm = Stakes(beta=0.3, omega=0.5, q=0.0, hurt_bn=11.3, strike_bn=2.0)
    found = threat("KOR", market, calm)
    assert not found.sale_probability.any()
    assert found.creditor_threat_value == 0


def test_losses_are_never_negative(market: Draws, stakes: Stakes) -> None:
    for code in ("JPN", "CHN", "GBR", "EU"):
        found = threat(code, market, stakes)
        for name in ("hegemon_loss_bn", "seller_loss_bn", "hegemon_per_100bn", "seller_per_100bn"):
            assert (getattr(found, name) >= 0).all(), (code, name)


def test_a_larger_backstop_lowers_the_loss_of_the_hegemon(market: Draws) -> None:
    stock = np.full(N, 848.0)
    sizes = np.array([[100.0], [400.0], [848.0]]) * np.ones(N)
    losses = []
    for bn_per_bp in (0.0, 4.0, 8.0, 32.0):
        guard = replace(BackstopRule.default(market.acts, parameters=shipped()), k=bn_per_bp)
        losses.append(
            sale_losses(sizes, stock, market, days=10, backstop=guard, parameters=shipped()).hegemon
        )
    for less, more in zip(losses[1:], losses[:-1], strict=True):
        assert (less <= more + 1e-12).all()
    assert (losses[-1] < losses[0] - 1e-6).any()
    none = sale_losses(sizes, stock, market, days=10, parameters=shipped())
    np.testing.assert_allclose(none.hegemon, losses[0], rtol=1e-12)


def test_shares_do_not_depend_on_the_unit_of_the_dollar(market: Draws) -> None:
    """Doubling all dollar quantities and halving m changes no share and no probability (G.3)."""
    one = Stakes(beta=0.4, omega=0.3, q=0.6, hurt_bn=20.0, strike_bn=3.0, committed=0.3)
    two = replace(one, hurt_bn=40.0, strike_bn=6.0)
    dealers, rule = (
        sale.Dealers.default(parameters=shipped()),
        BackstopRule.default(market.acts, parameters=shipped()),
    )
    japan = find_creditor("JPN")
    richer = replace(japan, listed={"JPN": 2 * japan.total_bn})
    share = np.full(N, 0.75)
    here = creditor_threat(
        japan, market, share, one, dealers=dealers, backstop=rule, parameters=shipped()
    )
    there = creditor_threat(
        richer,
        replace(market, m=market.m / 2),
        share,
        two,
        dealers=replace(dealers, capacity=2 * dealers.capacity),
        backstop=replace(rule, k=2 * rule.k, cap=2 * rule.cap),
        refinanced={k: 2 * v for k, v in leverage.refinanced_debt(shipped()).items()},
        parameters=shipped(),
    )
    np.testing.assert_array_equal(there.credible, here.credible)
    np.testing.assert_allclose(there.sale_probability, here.sale_probability, rtol=1e-12)
    np.testing.assert_allclose(there.peak_bp, here.peak_bp, rtol=1e-9)
    for name in FLOWS:
        np.testing.assert_allclose(
            getattr(there, name), 2 * getattr(here, name), rtol=1e-9, atol=1e-9
        )


def test_both_lose_the_same_at_the_break_even_size(market: Draws) -> None:
    found = threat("GBR", market, Stakes(0.5, 0.25, 1.0, 20.0, 5.0), freeze_probability=0.02)
    creditor = find_creditor("GBR")
    stock = creditor.stock_bn(creditor.official_share(np.full(N, 0.5), parameters=shipped()))
    there = np.isfinite(found.break_even_bn)
    assert there.any()
    sizes = np.where(there, found.break_even_bn, stock)
    around = sale_losses(
        np.vstack([0.6 * sizes, np.minimum(1.6 * sizes, stock)]),
        stock,
        market,
        days=10,
        freeze_probability=0.02,
        backstop=BackstopRule.default(market.acts, parameters=shipped()),
        parameters=shipped(),
    )
    gap = around.hegemon - around.seller
    assert (gap[0] * gap[1] < 0)[there].all()


def test_one_size_alone_has_no_break_even(market: Draws, stakes: Stakes) -> None:
    found = threat("GBR", market, stakes, shares=(1.0,))
    assert np.isnan(found.break_even_bn).all()
    assert (found.size_bn > 0).all()


def test_the_gain_is_what_the_nash_bargain_gives(market: Draws) -> None:
    """Against `nash_bilateral` itself, with both threat points moved by hand."""
    from triffin.strategy.bargains.one_bargain import nash_bilateral

    terms = {"g1": 90.0, "g2": 600.0, "l1": 70.0, "l2": 200.0, "omega": 0.3, "beta": 0.55}
    issues = {"v": [1.0], "p": [0.2], "kappa": [0.4]}
    before = nash_bilateral(**terms, **issues, dH=2.0, dU=-9.0)
    after = nash_bilateral(**terms, **issues, dH=2.0 - 4.0, dU=-9.0 - 1.5)
    change = (after["gain_partner"] - 9.0 - 1.5) - (before["gain_partner"] - 9.0)
    s = Stakes(*(np.array([x]) for x in (0.55, 0.3, 1.0, 50.0, 50.0, 1.0, np.inf, np.inf)))
    gain, _, _ = gains(np.array([[4.0]]), np.array([[1.5]]), s)
    assert gain[0, 0] == pytest.approx(change, rel=1e-9)


def test_a_sale_can_make_a_deal_where_there_was_none() -> None:
    """Without a joint gain the partner first has to fill the gap; it gets its share of the rest."""
    h, cost = np.array([[4.0]]), np.array([[1.0]])
    one = np.array([1.0])
    s = Stakes(0.5 * one, 0 * one, one, 99 * one, 99 * one, one, np.inf * one, -3 * one)
    gain, _, _ = gains(h, cost, s)
    assert gain[0, 0] == pytest.approx(-1.0 + 0.5 * (5.0 - 3.0))
    gain, _, _ = gains(h, cost, replace(s, surplus_bn=-9 * one))
    assert gain[0, 0] == pytest.approx(-1.0)  # still no deal: the sale only costs


@given(
    beta=st.floats(0.05, 0.95),
    omega=st.floats(0, 1),
    q=st.floats(0.05, 1),
    committed=st.sampled_from([0.0, 0.3, 1.0]),
    hurt=st.floats(0, 60),
    strike=st.floats(-20, 20),
    h=st.floats(0, 80),
    cost=st.floats(0, 80),
)
@settings(max_examples=150, deadline=None)
def test_a_sale_buys_no_more_than_being_spared_from_one_that_calculates(
    beta: float,
    omega: float,
    q: float,
    committed: float,
    hurt: float,
    strike: float,
    h: float,
    cost: float,
) -> None:
    one = np.ones(1)
    values = (beta, omega, q, hurt, strike, committed * q, np.inf, np.inf)
    s = Stakes(*(value * one for value in values))
    gain, deters, often = gains(h * one[None], cost * one[None], s)
    free, _, _ = gains(h * one[None], cost * one[None], replace(s, committed=s.q))
    closed = (1 - beta) * (1 + omega) * h - beta * cost
    assert free[0, 0] == pytest.approx(closed, abs=1e-8)
    # What striking moves in the terms; below zero a calculating hegemon does not strike anyway.
    bite = beta * hurt + (1 - beta) * (1 + omega) * strike
    if abs(bite) > 1e-6:
        assert often[0] == pytest.approx(q if bite > 0 else committed * q)
    if bite < -1e-6:
        assert not deters[0, 0]
        assert gain[0, 0] == pytest.approx(closed if committed > 0 else 0.0, abs=1e-6)
    elif bite > 1e-6 and committed < 0.999:
        spared = committed * closed + (1 - committed) * bite
        assert gain[0, 0] == pytest.approx(spared if closed > bite else closed, abs=1e-6)
        if abs(closed - bite) > 1e-6:
            assert bool(deters[0, 0]) == (closed > bite)


def test_credible_means_that_the_loss_does_not_exceed_what_it_buys(market: Draws) -> None:
    found = threat("KOR", market, Stakes(0.3, 0.5, 0.7, 30.0, 10.0, 0.7))
    assert found.credible.any()
    bought = found.gain_bn_per_year >= found.seller_loss_bn_per_year
    np.testing.assert_array_equal(found.credible, bought & (found.size_bn > 0))
    value = np.where(found.credible, 0.7 * found.gain_bn_per_year, 0)
    np.testing.assert_allclose(found.value_bn_per_year, value)
    np.testing.assert_allclose(
        found.shift_hegemon_bn, -0.7 * found.credible * found.hegemon_loss_bn_per_year
    )


def test_a_deterred_hegemon_strikes_only_where_it_is_committed(market: Draws) -> None:
    # Hardly anything is at stake, so any sale deters; but only those that pay are credible.
    tiny = Stakes(0.2, 0.5, 0.8, 0.5, 0.1, committed=0.6)
    found = threat("KOR", market, tiny)
    both = found.deters
    assert both.any()
    np.testing.assert_allclose(found.sale_probability[both], 0.6)
    fewer = -0.2
    h, cost = found.hegemon_loss_bn_per_year, found.seller_loss_bn_per_year
    np.testing.assert_allclose(found.shift_hegemon_bn[both], (fewer * 0.1 - 0.6 * h)[both])
    np.testing.assert_allclose(found.shift_partner_bn[both], (-fewer * 0.5 - 0.6 * cost)[both])


def test_the_best_of_several_lengths_is_no_worse_than_one(market: Draws) -> None:
    certain = Stakes(0.3, 0.5, 1.0, 40.0, 10.0, 1.0)
    one = threat("KOR", market, certain, days=10)
    many = threat("KOR", market, certain, days=(5, 10, 30))
    assert (many.value_bn_per_year >= one.value_bn_per_year - 1e-12).all()
    assert set(np.unique(many.days)) <= {5, 10, 30}


def test_the_european_union_holds_what_its_members_hold() -> None:
    eu, tic = find_creditor("EU"), tic_holdings()
    assert {"DEU", "FRA", "IRL", "LUX", "BEL"} <= set(eu.listed)
    assert eu.total_bn == pytest.approx(sum(tic.of(code, "2025-03") for code in eu.listed))
    assert find_creditor("JPN").total_bn == 1130.8  # TIC, March 2025 (models H.13)


def test_own_holdings_replace_those_that_ship(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "own.csv"
    file.write_text("holder,usd_bn,official_share,month\nJPN,500,0.4,2025-03\n")
    japan = find_creditor("JPN", own=read_holdings(file, parameters=shipped()))
    assert japan.total_bn == 500
    np.testing.assert_array_equal(
        japan.official_share(np.array([0.1, 0.9]), parameters=shipped()), [0.4, 0.4]
    )
    assert find_creditor("CHN", own=read_holdings(file, parameters=shipped())).total_bn == 0


def test_the_official_share_of_japan_has_mean_three_quarters() -> None:
    u = (np.arange(4000) + 0.5) / 4000
    assert Creditor.official_share(
        find_creditor("JPN"), u, parameters=shipped()
    ).mean() == pytest.approx(0.75, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "options"),
    [
        ({"beta": 1.2}, {}),
        ({"q": -0.1}, {}),
        ({"committed": 0.9}, {}),
        ({"hurt_bn": np.nan}, {}),
        ({}, {"shares": (0.0, 0.5)}),
        ({}, {"days": 400}),
        ({}, {"freeze_probability": 1.5}),
    ],
)
def test_impossible_stakes_are_refused(
    change: dict[str, float], options: dict[str, object], market: Draws, stakes: Stakes
) -> None:
    with pytest.raises(InputError):
        threat("JPN", market, replace(stakes, **change), **options)


def test_the_issuer_threatens_nobody_with_its_own_debt() -> None:
    with pytest.raises(InputError, match="issue"):
        find_creditor("USA")


def test_a_present_value_is_below_the_sum_it_discounts(market: Draws) -> None:
    sales = sale.even_sales(np.full(N, 100.0), 10)
    path = sale.follow_sale(sales, m=market.m, pi=market.pi, rho=market.rho)
    undiscounted = leverage.hegemon_cost(path, market.rho, parameters=shipped())
    nearly = leverage.hegemon_cost(path, market.rho, discount=1e-6, parameters=shipped())
    discounted = leverage.hegemon_cost(path, market.rho, discount=0.05, parameters=shipped())
    for bucket, cost in undiscounted.items():
        np.testing.assert_allclose(nearly[bucket], cost, rtol=1e-5)
        assert (discounted[bucket] < cost).all()
        assert (discounted[bucket] > np.exp(-0.05 * leverage.HORIZON_YEARS) * cost).all()
    assert leverage.annuity(0.0) == leverage.HORIZON_YEARS
