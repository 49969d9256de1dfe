"""Alternating offers, threats, open clauses and deadlines, against trees and optimizers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from triffin.strategy.bargains.one_bargain import nash_bilateral
from triffin.strategy.negotiation.open_clause import open_clause_holdup
from triffin.strategy.reference.negotiation import (
    credibility_threshold,
    expected_extraction,
    rubinstein_finite,
    rubinstein_infinite,
    screening_deadline,
    threat_point_payment,
)
from triffin.world.base.errors import InputError

factors = st.floats(0.05, 0.99)


@given(N=st.integers(1, 40), delta=factors)
def test_equal_patience_gives_the_published_share(N, delta):
    out = rubinstein_finite(N, delta, delta)
    assert out["share_h"] == pytest.approx((1 - (-delta) ** N) / (1 + delta))
    assert out["share_h"] + out["share_p"] == pytest.approx(1)


@given(pairs=st.integers(1, 20), h=factors, p=factors, breakdown=st.floats(0, 0.5))
def test_the_partner_proposing_last_gives_the_published_share(pairs, h, p, breakdown):
    limit = rubinstein_infinite(h, p)["share_first"]
    out = rubinstein_finite(2 * pairs, h, p, breakdown, -0.2)
    expected = limit + (h * p) ** pairs * (breakdown - limit)
    assert out["share_h"] == pytest.approx(expected)


@given(h=factors, p=factors)
def test_many_rounds_approach_the_infinite_game(h, p):
    long = rubinstein_finite(4000, h, p)["share_h"]
    assert long == pytest.approx(rubinstein_infinite(h, p)["share_first"], rel=1e-9)


def test_short_periods_approach_the_continuous_limit():
    out = rubinstein_infinite(math.exp(-0.03 * 1e-6), math.exp(-0.05 * 1e-6))
    assert out["share_first"] == pytest.approx(out["continuous_limit"], rel=1e-6)
    assert out["continuous_limit"] == pytest.approx(0.05 / 0.08)


def by_tree(round_, N, deltas, breakdown):
    """Value of a round by enumerating acceptable offers on the tree."""
    if round_ > N:
        return breakdown
    later = by_tree(round_ + 1, N, deltas, breakdown)
    waiting = (deltas[0] * later[0], deltas[1] * later[1])
    proposer = (round_ + 1) % 2
    keeps = 1 - waiting[1 - proposer]
    if keeps < waiting[proposer] - 1e-12:
        return waiting
    out = [0.0, 0.0]
    out[proposer], out[1 - proposer] = keeps, waiting[1 - proposer]
    return tuple(out)


@given(
    N=st.integers(1, 9),
    h=factors,
    p=factors,
    bh=st.floats(-1, 2),
    bp=st.floats(-1, 2),
)
def test_offers_with_breakdown_payoffs_equal_backward_induction(N, h, p, bh, bp):
    out = rubinstein_finite(N, h, p, bh, bp)
    assert (out["share_h"], out["share_p"]) == pytest.approx(by_tree(1, N, (h, p), (bh, bp)))


def test_nobody_agrees_when_breaking_down_is_worth_more_than_the_pie():
    out = rubinstein_finite(3, 0.9, 0.9, 1.5, 1.5)
    assert not out["agreement"]
    assert out["share_h"] == pytest.approx(1.5 * 0.9**3)
    # An impatient partner that dreads breaking down pays to avoid it, but only in the last round.
    late = rubinstein_finite(3, 0.99, 0.5, 0.0, -0.3)
    assert late["agreement"]
    assert late["share_h"] == pytest.approx(0.99**2 * 1.15)
    assert late["share_p"] == pytest.approx(0.5**2 * -0.15)


def test_patience_of_one_is_refused():
    for call in (
        lambda: rubinstein_infinite(1.0, 0.9),
        lambda: rubinstein_infinite(0.9, 0.0),
        lambda: rubinstein_finite(3, 0.9, 1.0),
    ):
        with pytest.raises(InputError, match="delta"):
            call()
    for N in (0, 2.5, -1, 1e300):
        with pytest.raises(InputError, match="N"):
            rubinstein_finite(N, 0.9, 0.9)


THREAT = {
    "beta": 0.6,
    "omega": 0.25,
    "H_statusquo": 0.0,
    "H_punish": -0.01,
    "U_statusquo": -0.1,
    "U_punish": -0.4,
    "A": 0.1475,
    "B": -0.11,
}


@given(q=st.floats(0, 1), beta=st.floats(0, 1))
def test_the_payment_under_a_threat_is_the_bargain_at_that_threat_point(q, beta):
    inputs = {**THREAT, "beta": beta, "U_statusquo": 0.0}
    out = threat_point_payment(**inputs, q=[q])
    hegemon = (1 - q) * 0.0 + q * -0.01
    partner = q * -0.4
    # A package without tariff or issues, worth A and B before the threat points.
    bargain = nash_bilateral(
        g1=0, g2=1, l1=0, l2=-1, omega=0.25, beta=beta, v=[], p=[], kappa=[],
        dH=hegemon - 0.1475, dU=partner + 0.11, t_max=0,
    )  # fmt: skip
    assert out["deal"] == [bargain["deal"]]
    assert out["s"][0] == (pytest.approx(bargain["cash"]) if bargain["deal"] else None)


def test_a_threat_that_is_never_executed_buys_nothing_and_the_slope_is_exact():
    out = threat_point_payment(**THREAT, q=[0.0, 0.25, 1.0])
    without = threat_point_payment(**{**THREAT, "U_punish": -9.0, "H_punish": 5.0}, q=[0.0])
    assert out["s"][0] == without["s"][0]
    assert (out["s"][2] - out["s"][1]) / 0.75 == pytest.approx(out["ds_dq"])


def test_no_deal_is_shown_entry_by_entry_and_a_surplus_of_zero_is_a_deal():
    out = threat_point_payment(**{**THREAT, "A": 0.0, "B": -0.25}, q=[0.0, 0.5, 1.0])
    assert out["deal"] == [False, True, True]
    assert out["s"][0] is None
    even = {**THREAT, "H_statusquo": 0.1, "A": 0.2, "U_statusquo": 0.0, "B": -0.125}
    assert threat_point_payment(**even, q=0.0)["deal"] is True
    with pytest.raises(InputError, match=r"q\[1\]"):
        threat_point_payment(**THREAT, q=[0.5, 1.5])


CLAUSE = {
    "u_package": -0.2,
    "expected_extraction": 0.06,
    "dignity": 0.03,
    "U0": -0.1,
    "U1": -0.4,
}


@given(u=st.floats(-0.6, 0.2), extraction=st.floats(0, 0.2), exit_cost=st.floats(0, 0.1))
def test_at_the_threshold_the_partner_is_indifferent(u, extraction, exit_cost):
    out = credibility_threshold(u, extraction, 0.03, -0.1, -0.4, exit_cost)
    q = out["q_with_clause"]
    waiting = (1 - q) * -0.1 + q * -0.4 - exit_cost
    assert u - extraction - 0.03 == pytest.approx(waiting, abs=1e-12)
    assert out["q_with_clause"] - out["q_without_clause"] == pytest.approx(extraction / 0.3)


def test_who_always_signs_who_never_and_which_threats_do_not_hurt():
    assert credibility_threshold(**{**CLAUSE, "u_package": 0.0})["signs"] == "always"
    assert credibility_threshold(**{**CLAUSE, "u_package": -0.01})["signs"] == "always"
    assert credibility_threshold(**{**CLAUSE, "u_package": -0.31})["signs"] == "above_threshold"
    assert credibility_threshold(**{**CLAUSE, "u_package": -0.32})["signs"] == "never"
    with pytest.raises(InputError, match="does not hurt"):
        credibility_threshold(**{**CLAUSE, "U1": -0.1})


@given(theta=st.floats(0, 1), commit=st.floats(0, 1))
def test_the_partner_chooses_its_effort_under_the_clause(theta, commit):
    out = open_clause_holdup(theta, commit)
    share = out["theta_eff"]
    best = minimize_scalar(
        lambda k: k - (1 - share) * 2 * math.sqrt(k), bounds=(0, 1), method="bounded"
    )
    assert out["partner"] == pytest.approx(-best.fun, abs=1e-5)
    assert out["hegemon"] == pytest.approx(share * 2 * math.sqrt(out["effort"]))
    assert out["total"] == pytest.approx(out["hegemon"] + out["partner"])
    assert out["loss"] == pytest.approx(out["first_best"] - out["total"])
    assert out["hegemon"] <= open_clause_holdup(out["theta_revenue_max"])["hegemon"] + 1e-15


def test_a_clause_is_worthless_at_zero_and_impossible_above_one():
    assert open_clause_holdup(0.0)["hegemon"] == 0.0
    assert open_clause_holdup(1.0)["hegemon"] == 0.0
    assert open_clause_holdup(0.8, 1.0)["loss"] == 0.0
    for theta, commit in ((1.2, 0.1), (-0.1, 0.0), (0.5, 1.1)):
        with pytest.raises(InputError):
            open_clause_holdup(theta, commit)


@settings(deadline=None, max_examples=60)
@given(median=st.floats(1e-3, 10), spread=st.floats(0.05, 3), ratio=st.floats(math.log(0.05), 3))
def test_extraction_equals_the_integral_of_capped_demand(median, spread, ratio):
    cap = median * math.exp(ratio)
    edge = min(ratio / spread, spread + 40)

    def below(z):
        return median * math.exp(spread * z - z * z / 2) / math.sqrt(2 * math.pi)

    ends = sorted({-40.0, *(min(edge, spread + step) for step in (-9, -3, 0, 3, 9))})
    integral = sum(
        quad(below, low, high, limit=200, epsabs=0, epsrel=1e-11)[0]
        for low, high in itertools.pairwise(ends)
    )
    binds = 0.5 * math.erfc(edge / math.sqrt(2))
    out = expected_extraction(median, spread, cap)
    assert out["prob_cap_binds"] == pytest.approx(binds)
    assert out["expected_extraction"] == pytest.approx(integral + cap * binds, rel=1e-8)


def test_extraction_without_uncertainty_and_with_extreme_uncertainty():
    assert expected_extraction(0.02, 0.0, 0.03) == {
        "expected_extraction": 0.02,
        "prob_cap_binds": 0.0,
    }
    assert expected_extraction(0.04, 0.0, 0.03)["prob_cap_binds"] == 1.0
    assert expected_extraction(0.02, 1e-9, 0.03)["expected_extraction"] == pytest.approx(0.02)
    wide = expected_extraction(0.02, 60.0, 0.03)
    assert wide["expected_extraction"] == pytest.approx(0.03 * wide["prob_cap_binds"], rel=0.03)
    with pytest.raises(InputError, match="Q"):
        expected_extraction(0.02, 0.8, 0.0)


@settings(deadline=None, max_examples=25)
@given(N=st.integers(1, 5), delta=st.floats(0, 1))
def test_demands_are_those_of_a_hegemon_that_optimizes_round_by_round(N, delta):
    out = screening_deadline(N, delta)
    # Independent: the last round's monopoly price, then the best cutoff given that the
    # marginal type is indifferent to waiting; everything scales with the upper bound.
    demand, revenue = 0.5, 0.25
    for _ in range(N - 1):

        def value(c, demand=demand, revenue=revenue):
            price = c - delta * (c - demand * c)
            return (1 - c) * price + delta * c**2 * revenue

        best = minimize_scalar(lambda c: -value(c), bounds=(0, 1), method="bounded")
        demand, revenue = best.x * (1 - delta + delta * demand), -best.fun
    assert out["revenue"] == pytest.approx(revenue, abs=1e-9)
    assert out["first_demand"] == pytest.approx(demand, abs=1e-4)
    assert sum(out["share_by_round"]) + out["share_no_deal"] == pytest.approx(1)


def test_without_discounting_all_deals_wait_for_the_deadline():
    out = screening_deadline(6, 1.0)
    assert out["share_by_round"] == pytest.approx([0, 0, 0, 0, 0, 0.5])
    assert out["deadline_share_of_deals"] == 1.0
    assert screening_deadline(1, 0.9)["cutoffs"] == [0.5]
    assert screening_deadline(4, 0.0)["cutoffs"] == [0.5] * 4
    for N, delta in ((0, 0.9), (1.5, 0.9), (3, 1.1), (3, -0.1)):
        with pytest.raises(InputError):
            screening_deadline(N, delta)


def test_simulated_partners_sign_when_the_cutoffs_say():
    out = screening_deadline(13, 0.99)
    values = np.random.default_rng(7).uniform(size=200_000)
    left = np.cumprod([1.0, *out["cutoffs"]])
    counted = [np.mean((values < high) & (values >= low)) for high, low in itertools.pairwise(left)]
    assert counted == pytest.approx(out["share_by_round"], abs=4e-3)
