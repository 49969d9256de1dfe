"""The daily joint path of yields, the yen and reserves: accounting, limits, agreement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yardstick_defence import defend_band

from triffin.finance.joint.draws import (
    drawn_parameters,
    drawn_shocks,
    market_on,
    simulate,
    volatility_on,
)
from triffin.finance.joint.managed_float import (
    band_outcome,
    days_until,
    inside,
    known_currency,
    one_intervention,
    self_defeating,
)
from triffin.finance.joint.market import (
    BandPolicy,
    JointParameters,
    JointPaths,
    MarketShocks,
    MarketStart,
    joint_path,
)
from triffin.finance.reference.currency import currency_defence
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

START = MarketStart("2025-04-02", 149.98, 4.2, 159.7, 943.0)
BAND = BandPolicy(130.0, 150.0)
NEWS = volatility_on("2025-04-02", parameters=shipped())


def quiet(days: int, n: int) -> MarketShocks:
    return MarketShocks(np.zeros((days, n)), np.zeros((days, n)), np.ones(n, dtype=bool))


def check_accounts(paths: JointPaths) -> None:
    """Invariants 1 to 3 of models G.3."""
    scale = paths.start.deposits + paths.start.securities
    sold, others, bank = paths.treasuries_sold, paths.others_bought, paths.central_bank_bought
    assert np.abs(sold - others - bank).max() <= 1e-9 * scale
    before = np.vstack([np.full((1, sold.shape[1]), scale), paths.reserves[:-1]])
    change = paths.reserves - before
    assert np.abs(change + paths.intervention - paths.valuation).max() <= 1e-9 * scale
    cash = np.vstack([np.full((1, sold.shape[1]), paths.start.deposits), paths.deposits[:-1]])
    # what was spent is the fall of deposits and the proceeds of Treasuries
    assert np.abs(paths.intervention - (cash - paths.deposits) - sold).max() <= 1e-9 * scale
    # an asset swap: official dollars and private dollars change by opposite amounts
    private = np.cumsum(paths.intervention, axis=0)
    official = paths.reserves - np.cumsum(paths.valuation, axis=0)
    assert np.abs(official + private - scale).max() <= 1e-8 * scale
    assert paths.deposits.min() >= 0
    assert paths.securities.min() >= 0
    assert bank.min() >= 0
    # the bank may buy today what others took over before, never more than that
    assert np.cumsum(others, axis=0).min() >= -1e-9 * scale
    assert all(np.isfinite(each).all() for each in (paths.rate, paths.yield_10y, paths.reserves))


@pytest.mark.parametrize("drift", [-1.0, 0.0, 3.0])
def test_every_treasury_sold_is_bought_and_reserves_fall_by_what_was_spent(drift: float) -> None:
    paths = simulate(400, 60, band=(140.0, 150.0), drift_pct_per_week=drift, confidence=0.2)
    check_accounts(paths)
    if drift > 0:
        assert paths.treasuries_sold.max() > 0
        assert (paths.unmet > 0).any()


free = st.fixed_dictionaries(
    {
        "kappa": st.floats(-0.3, 0.3),
        "psi": st.floats(0.01, 0.2),
        "multiple": st.floats(1, 8),
        "fast_days": st.floats(1, 20),
        "half_life": st.floats(0.1, 10),
        "m": st.floats(0, 2),
        "pi": st.floats(0, 1),
        "rho": st.floats(0, 80),
        "cap": st.floats(1, 50),
        "xi": st.floats(0, 3),
        "sale_limit": st.none() | st.floats(0, 200),
        "cb_k": st.floats(0, 20),
        "cb_trigger": st.floats(0, 100),
        "cb_cap": st.floats(0, 100),
        "cb_delay": st.integers(0, 10),
        "cb_window": st.integers(1, 20),
        "drift": st.floats(-1, 1),
        "duration": st.floats(0, 15),
    }
)


@given(values=free, seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=60)
def test_accounts_hold_for_any_parameters(values: dict[str, float], seed: int) -> None:
    shocks = drawn_shocks(5, 30, seed, np.arange(5) % 2 == 0, NEWS)
    check_accounts(joint_path(START, JointParameters(**values), shocks, BAND))


def test_without_shocks_the_state_does_not_move() -> None:
    parameters, acts, _ = drawn_parameters(50, 1, parameters=shipped())
    shocks = replace(quiet(40, 50), acts=acts)
    paths = joint_path(START, parameters, shocks, BAND)
    assert np.abs(paths.rate / START.rate - 1).max() <= 1e-12
    assert np.abs(paths.yield_10y - START.yield_10y).max() <= 1e-12
    for still in (paths.intervention, paths.treasuries_sold, paths.valuation, paths.impact_bp):
        assert not still.any()
    assert (paths.deposits == START.deposits).all()
    assert (paths.securities == START.securities).all()


@given(
    drift=st.floats(-0.5, 3),
    kappa=st.floats(-0.2, 0.3),
    psi=st.floats(0.02, 0.2),
    m=st.floats(0, 0.6),
    pi=st.floats(0, 1),
    rho=st.floats(0, 80),
    trigger=st.floats(0, 60),
    high=st.floats(146, 165),
)
@settings(deadline=None, max_examples=80)
def test_weekly_steps_are_the_reference_loop(drift, kappa, psi, m, pi, rho, trigger, high) -> None:
    weeks = 13
    loop = defend_band(
        drift * np.arange(1.0, weeks + 1.0),
        kappa=kappa,
        psi=psi,
        s_bar=100 * np.log(high / START.rate),
        m=m,
        pi=pi,
        rho=rho,
        deposits=START.deposits,
        reserves=START.deposits + START.securities,
        cb_k=5.0,
        cb_trigger=trigger,
    )
    paths = joint_path(
        START,
        JointParameters(
            kappa=kappa, psi=psi, m=m, pi=pi, rho=rho, cb_k=5.0, cb_trigger=trigger, drift=drift
        ),
        quiet(weeks, 1),
        BandPolicy(1.0, high, strong_side=False),
        dt=1 / 52,
    )
    assert paths.intervention.sum() == pytest.approx(loop.intervention.sum(), rel=1e-9, abs=1e-9)
    assert paths.treasuries_sold.sum() == pytest.approx(
        loop.treasuries_sold.sum(), rel=1e-9, abs=1e-9
    )
    assert paths.central_bank_bought.sum() == pytest.approx(
        loop.central_bank_purchases.sum(), rel=1e-9, abs=1e-9
    )
    assert paths.impact_bp[:, 0] == pytest.approx(loop.yield_change, rel=1e-9, abs=1e-9)
    assert 100 * np.log(paths.rate[:, 0] / START.rate) == pytest.approx(
        loop.spot, rel=1e-9, abs=1e-9
    )
    assert bool((paths.unmet > 0).any()) == loop.broken.any()


def test_no_intervention_without_defence_and_a_band_held_by_it() -> None:
    idle = simulate(300, 60, defend=False)
    assert not idle.intervention.any()
    held = band_outcome(simulate(300, 60), shipped())
    assert held.held.mean() > band_outcome(idle, shipped()).held.mean()
    assert (held.spent[held.treasuries_sold > 0] > START.deposits - 1e-9).all()


def test_a_float_from_the_edge_stays_inside_for_90_days_with_about_4_percent() -> None:
    outcome = band_outcome(simulate(8192, 90, defend=False), shipped())
    assert outcome.always_inside.mean() == pytest.approx(0.045, abs=0.01)


def test_news_have_the_volatility_and_the_correlation_that_were_known() -> None:
    shocks = drawn_shocks(20_000, 50, 3, np.zeros(20_000, dtype=bool), NEWS)
    moved = np.stack([shocks.yields[-1], shocks.currency[-1]])
    assert np.std(moved, axis=1) == pytest.approx(NEWS.deviation(50), rel=0.03)
    found = np.corrcoef(moved)[0, 1]
    assert found == pytest.approx(NEWS.correlation[0, 1], abs=0.03)
    path = joint_path(START, JointParameters(kappa=0.0, psi=0.04), shocks, BandPolicy(1.0, 1e4))
    np.testing.assert_allclose(np.log(path.rate / START.rate), shocks.currency / 100, atol=1e-12)
    np.testing.assert_allclose(path.yield_10y - START.yield_10y, shocks.yields / 100, atol=1e-12)


def test_streams_of_modules_are_separate_and_seeds_repeat() -> None:
    one, two = (drawn_shocks(20, 10, 7, np.ones(20, dtype=bool), NEWS) for _ in range(2))
    assert (one.currency == two.currency).all()
    longer = simulate(64, 30, seed=5)
    assert (longer.rate == simulate(64, 30, seed=5).rate).all()
    assert (longer.rate != simulate(64, 30, seed=6).rate).any()


def test_defence_defeats_itself_where_a_sale_weakens_more_than_it_supports() -> None:
    weak = JointParameters(kappa=0.3, psi=0.03, m=0.4, drift=0.5)
    sound = replace(weak, kappa=0.0)
    assert self_defeating(weak)[0].all()
    assert not self_defeating(sound)[0].any()
    start = replace(START, deposits=5.0)
    lost, kept = (
        joint_path(start, p, quiet(40, 1), BandPolicy(130.0, 150.0)) for p in (weak, sound)
    )
    assert lost.unmet.any()
    assert lost.reserves[-1] == pytest.approx(0, abs=1e-9)
    assert inside(kept.rate, 130.0, 150.0).all()


def test_strength_creates_yen_and_spends_nothing() -> None:
    parameters, acts, _ = drawn_parameters(200, 1, drift_pct_per_week=-3.0, parameters=shipped())
    paths = joint_path(
        START, parameters, drawn_shocks(200, 60, 1, acts, NEWS), BandPolicy(140.0, 150.0)
    )
    outcome = band_outcome(paths, shipped())
    assert np.median(outcome.gained) > 84
    assert inside(paths.rate, 140.0, 150.0).mean() > 0.97
    assert (outcome.yen_created >= 0.139 * outcome.gained).all()
    late = outcome.days_to_limit[np.isfinite(outcome.days_to_limit)]
    assert late.min() >= 1
    assert late.max() <= 60


def test_days_until_counts_from_one_and_is_undefined_where_never() -> None:
    flows = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    found = days_until(flows, 1.5)
    assert found[0] == 2
    assert np.isnan(found[1])


def test_one_intervention_agrees_with_the_path() -> None:
    p = JointParameters(kappa=0.05, psi=0.04, m=0.2, pi=0.4, rho=26.0)
    start = replace(START, rate=155.0, deposits=10.0)
    paths = joint_path(start, p, quiet(6, 1), BandPolicy(1.0, 150.0, strong_side=False))
    spent = float(paths.intervention[0, 0])
    effect = one_intervention(p, spent, deposits=10.0, securities=943.0, days=(0, 1))
    assert effect.treasuries_sold == pytest.approx(float(paths.treasuries_sold[0, 0]))
    assert effect.yield_bp[0] == pytest.approx(paths.impact_bp[0, 0])


def test_deposits_pay_first_unless_securities_do_and_loss_is_never_negative() -> None:
    parameters, _, _ = drawn_parameters(200, 1, parameters=shipped())
    held = {"deposits": 159.7, "securities": 943.0, "days": (0, 5)}
    cash = one_intervention(parameters, 60, **held)
    sale = one_intervention(parameters, 60, securities_first=True, **held)
    slow = one_intervention(parameters, 60, securities_first=True, sale_days=20, **held)
    assert (cash.from_deposits, cash.treasuries_sold) == (60, 0)
    assert (sale.from_deposits, sale.treasuries_sold) == (0, 60)
    assert not cash.loss.any()
    assert (sale.loss >= slow.loss).all()
    assert slow.loss.min() >= 0
    with pytest.raises(InputError, match="more than the reserves"):
        one_intervention(parameters, 1200, **held)


def test_mistakes_are_named() -> None:
    with pytest.raises(InputError, match="effect of intervention"):
        known_currency("KRW")
    assert known_currency(" jpy ") == "JPY"
    with pytest.raises(InputError, match="band"):
        simulate(8, 5, band=(150.0, 130.0))
    with pytest.raises(InputError, match="days"):
        simulate(8, 0)
    with pytest.raises(InputError, match="days"):
        simulate(100_000, 300)
    with pytest.raises(InputError, match="confidence"):
        simulate(8, 5, confidence=1.5)
    with pytest.raises(InputError, match="psi"):
        joint_path(START, JointParameters(kappa=0, psi=np.ones(3)), quiet(2, 2), BAND)


def test_start_values_are_those_of_the_shipped_series() -> None:
    start = market_on(parameters=shipped())
    assert (start.date, start.rate, start.yield_10y) == ("2025-04-02", 149.98, 4.20)
    assert (start.deposits, start.securities) == (159.7, 943)


@pytest.mark.parametrize("m", [0.1, 0.49, 0.51, 2.0])
def test_a_defence_defeats_itself_where_the_one_period_model_says(m: float) -> None:
    psi, kappa = 0.05, 0.1
    limit = currency_defence(1.0, 0.0, psi, kappa, 0.0)["self_defeating_m"]
    at_once, _ = self_defeating(JointParameters(kappa=kappa, psi=psi, m=m))
    assert bool(at_once) == (m >= limit)
