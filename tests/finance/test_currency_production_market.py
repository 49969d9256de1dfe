"""One market for Treasuries: the joint path, a sale by itself and the backstop of both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.finance.joint.draws import drawn_parameters, drawn_shocks, simulate, volatility_on
from triffin.finance.joint.managed_float import band_outcome, consecutive, one_intervention
from triffin.finance.joint.market import (
    BandPolicy,
    JointParameters,
    JointPaths,
    MarketShocks,
    MarketStart,
    joint_path,
)
from triffin.finance.treasuries.impact import BackstopRule, SaleMarket
from triffin.finance.treasuries.sale import Dealers, even_sales, follow_sale
from triffin.world.registry.parameter_set import shipped
from triffin.world.registry.registry import parameter

START = MarketStart("2025-04-02", 150.0, 4.2, 0.0, 943.0)
CONGESTED = JointParameters(
    kappa=0.0,
    psi=0.05,
    m=0.2,
    pi=0.35,
    rho=26.0,
    cap=8.0,
    xi=1.0,
    cb_k=8.0,
    cb_trigger=60.0,
    cb_cap=75.0,
    cb_window=10,
    sale_limit=75.0,
    drift=3.0,
)


def sold_alone(paths: JointPaths, p: JointParameters, *, delay: int = 0, acts: bool = True) -> None:
    """Check the paths against `follow_sale` on the Treasuries that they sold."""
    path = follow_sale(
        paths.treasuries_sold,
        m=p.m,
        pi=p.pi,
        rho=p.rho,
        dealers=Dealers(8.0, 1.0),
        backstop=BackstopRule(np.array([acts]), 60.0, 8.0, 75.0, delay, 10),
    )
    assert paths.central_bank_bought == pytest.approx(path.purchases, rel=1e-9, abs=1e-9)
    assert paths.impact_bp == pytest.approx(path.yield_change, rel=1e-9, abs=1e-9)


def test_sixty_bn_a_day_are_priced_and_bought_as_in_a_sale_by_itself() -> None:
    still = MarketShocks(np.zeros((6, 1)), np.zeros((6, 1)), np.array([True]))
    paths = joint_path(START, CONGESTED, still, BandPolicy(130.0, 150.001))
    assert paths.treasuries_sold == pytest.approx(60.0, abs=0.02)
    assert paths.central_bank_bought[:3, 0] == pytest.approx([18.4, 54.4, 57.0], abs=0.1)
    assert paths.impact_bp.min() > 62
    assert paths.impact_bp.max() < 68
    sold_alone(paths, CONGESTED)


@given(
    drift=st.floats(0, 4),
    kappa=st.floats(-0.1, 0.1),
    m=st.floats(0.01, 0.6),
    pi=st.floats(0, 1),
    rho=st.floats(0, 80),
    delay=st.integers(0, 5),
    acts=st.booleans(),
    seed=st.integers(0, 100),
)
@settings(deadline=None, max_examples=40)
def test_joint_path_is_a_sale_on_the_same_flows(
    drift: float,
    kappa: float,
    m: float,
    pi: float,
    rho: float,
    delay: int,
    acts: bool,
    seed: int,
) -> None:
    p = replace(
        CONGESTED,
        drift=drift,
        kappa=kappa,
        m=m,
        pi=pi,
        rho=rho,
        cb_delay=delay,
    )
    shocks = drawn_shocks(3, 25, seed, np.full(3, acts), volatility_on(parameters=shipped()))
    sold_alone(joint_path(START, p, shocks, BandPolicy(130.0, 150.0)), p, delay=delay, acts=acts)


def shipped_rule(acts: np.ndarray, p: JointParameters) -> BackstopRule:
    return BackstopRule(acts, p.cb_trigger, p.cb_k, p.cb_cap, p.cb_delay, p.cb_window)


@pytest.mark.parametrize("drift", [0.0, 1.0, 3.0])
def test_given_the_sales_a_backstop_never_raises_yields_in_the_shipped_configuration(
    drift: float,
) -> None:
    p, acts, _ = drawn_parameters(500, 2, drift_pct_per_week=drift, parameters=shipped())
    shocks = drawn_shocks(500, 90, 2, acts, volatility_on(parameters=shipped()))
    paths = joint_path(START, p, shocks, BandPolicy(130.0, 150.0))
    market = {"m": p.m, "pi": p.pi, "rho": p.rho, "dt": 1 / 252, "cap": p.cap, "xi": p.xi}
    watched = SaleMarket((500,), **market, backstop=shipped_rule(acts, p))
    alone = SaleMarket((500,), **market)
    for day, sold in enumerate(paths.treasuries_sold):
        bought = watched.step(sold)
        alone.step(sold)
        assert bought == pytest.approx(paths.central_bank_bought[day], rel=1e-9, abs=1e-9)
        assert watched.rise == pytest.approx(paths.impact_bp[day], rel=1e-9, abs=1e-9)
        scale = 1 + np.abs(alone.rise)
        assert (watched.rise <= alone.rise + 1e-9 * scale).all()
    assert paths.central_bank_bought.max() > 0


def test_news_about_yields_alone_moves_no_central_bank() -> None:
    rising = 7.0 * np.arange(1.0, 31.0)[:, None]
    news = MarketShocks(np.zeros((30, 1)), rising, np.array([True]))
    paths = joint_path(START, CONGESTED, news, BandPolicy(1.0, 1e6))
    assert paths.yield_10y[-1, 0] == pytest.approx(4.2 + 30 * 0.07)
    assert not paths.central_bank_bought.any()
    assert not paths.others_bought.any()


def test_a_backstop_can_lengthen_a_defence() -> None:
    """Cheaper sales weaken the yen less at first, and reserves that would have gone last."""
    watched, alone = (
        band_outcome(simulate(500, 90, drift_pct_per_week=1.0, backstop=backstop), shipped())
        for backstop in (True, False)
    )
    assert (watched.treasuries_sold > alone.treasuries_sold + 1e-6).any()


def test_sixty_bn_over_a_month_cost_what_a_sale_by_study_costs() -> None:
    p, _, values = drawn_parameters(2000, 1, parameters=shipped())
    sale = follow_sale(
        even_sales(60.0, 20),
        m=p.m,
        pi=p.pi,
        rho=p.rho,
        dealers=Dealers.default(parameters=shipped()),
    ).yield_change[19]
    effect = one_intervention(
        p,
        60.0,
        days=(19,),
        deposits=159.7,
        securities=943.0,
        securities_first=True,
        sale_days=20,
    )
    assert effect.yield_bp[19] == pytest.approx(sale, rel=1e-9)
    # the numbers of `triffin treasuries sell JPN 60 --days 20`, which has draws of its own
    assert np.quantile(sale, [0.05, 0.5, 0.95]) == pytest.approx([0.71, 10.6, 32.7], rel=0.03)
    spread = values["price_impact_bp_per_100bn"]
    pooled, _, _ = drawn_parameters(2000, 1, pooled_impact=True, parameters=shipped())
    assert (pooled.m != p.m).any()
    assert np.median(spread) != pytest.approx(parameter("price_impact_bp_per_100bn").value)


def test_a_breach_is_five_closes_in_a_row() -> None:
    flags = np.ones((9, 2), dtype=bool)
    flags[4, 0] = False
    assert consecutive(flags, 5).tolist() == [False, True]
    assert not consecutive(flags[:4], 5).any()
    assert consecutive(flags, 4).all()
