"""The interest bill, the doom loop and self-fulfilling debt, against independent methods."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from triffin.finance.reference.treasuries import debt_laffer, rollover_pass_through
from triffin.finance.treasuries.debt import debt_doom_loop, debt_zones
from triffin.finance.treasuries.interest import (
    BASES,
    BY_SECURITY,
    due_schedule,
    interest_sensitivity,
)
from triffin.world.base.errors import InputError

BASE = {"phi": 0.02, "r0": 0.034, "b_ref": 0.97, "g": 0.04}
D_MAX = (0.034 - 0.02 * 0.97 - 0.04) ** 2 / 0.08


@given(mu=st.floats(1e-6, 3), years=st.floats(0, 50))
@settings(deadline=None, max_examples=60)
def test_the_interest_bill_is_the_integral_of_the_extra_rate(mu, years):
    out = rollover_pass_through(mu, 0.01, 28.6, years)
    assert out["rate_bp"] == pytest.approx(100 * -np.expm1(-mu * years), rel=1e-10, abs=1e-12)
    bill = 28600 * 0.01 * quad(lambda t: -np.expm1(-mu * t), 0, years)[0]
    assert out["cumulative_interest_bn"] == pytest.approx(bill, rel=1e-8, abs=1e-9)


def test_no_rollover_hazard_is_refused():
    for hazard in (0.0, -0.3):
        with pytest.raises(InputError, match="rollover_hazard"):
            rollover_pass_through(hazard, 0.01, 28.6, [1.0])


@given(basis=st.sampled_from(BASES), years=st.floats(0, 10))
@settings(deadline=None, max_examples=60)
def test_interest_follows_what_falls_due(basis, years):
    schedule = due_schedule(date(2023, 9, 30), basis)
    grid = np.linspace(0, years, 200_001)
    mean = schedule.due_within((grid[1:] + grid[:-1]) / 2).mean()
    assert float(schedule.integral(years)) == pytest.approx(mean * years, abs=2e-4)
    assert 0 <= schedule.due_within(years) <= 1


def test_a_hundred_basis_points_cost_what_the_published_maturities_say():
    """The Monthly Statement of the Public Debt, June 2025: bn after 1, 2 and 5 years."""
    found = interest_sensitivity("2025-06-30", "scaled_to_MSPD", [1, 2, 5])
    assert found["cumulative_bn"] == pytest.approx([61.5, 167.6, 638], abs=0.5)
    assert found["rate_bp"] == pytest.approx([31.5, 42.5, 67.0], abs=0.05)
    # A bill or bond that runs longer than the horizon has not been refinanced.
    assert interest_sensitivity("2025-06-30", "clock", 0.0)["cumulative_bn"] == 0


def test_a_debt_by_security_that_is_not_at_hand_is_refused():
    with pytest.raises(InputError, match="2023-09-30"):
        due_schedule(date(2025, 6, 30), BY_SECURITY)
    with pytest.raises(InputError, match="maturity structure"):
        due_schedule(date(1999, 1, 1))
    for bad in ({"date": "June"}, {"basis": "guess"}, {"T": 11}):
        with pytest.raises(InputError):
            interest_sensitivity(**({"date": "2025-06-30", "basis": "clock", "T": 1} | bad))


@pytest.mark.parametrize("start", [-0.5, 0.1, 0.2435, 0.6, 0.97, 1.02, 1.03, 1.2, 3.0])
@pytest.mark.parametrize("deficit", [-0.03, 0.0, 0.005, D_MAX, 0.00807, 0.02, 0.08])
def test_debt_follows_its_differential_equation(start, deficit):
    years = [0.0, 1.0, 10.0, 40.0, 90.0]
    out = debt_doom_loop(**BASE, d=deficit, b_start=start, years=years)
    end = out["blowup_years"] or np.inf
    slope = 0.034 - 0.02 * 0.97 - 0.04

    def drift(_t, b):
        return 0.02 * b**2 + slope * b + deficit

    asked = [t for t in years if t < 0.98 * end]
    if len(asked) > 1:
        path = solve_ivp(drift, (0, asked[-1]), [start], t_eval=asked, rtol=1e-11, atol=1e-13)
        assert out["b_t"][: len(asked)] == pytest.approx(path.y[0], rel=1e-7, abs=1e-9)
    for t, debt in zip(years, out["b_t"], strict=True):
        assert (debt is None) == (t >= end)


@pytest.mark.parametrize(
    ("start", "deficit"), [(1.2, 0.005), (1.03, 0.005), (0.97, 0.02), (-2.0, 0.05), (0.7, D_MAX)]
)
def test_the_blow_up_is_where_one_over_debt_reaches_zero(start, deficit):
    # v = 1/(b + 5) obeys a smooth equation through the blow-up.
    slope = 0.034 - 0.02 * 0.97 - 0.04

    def drift(_t, v):
        b_v = 1 - 5 * v  # b v
        return -(0.02 * b_v**2 + slope * b_v * v + deficit * v**2)

    def gone(_t, v):
        return v[0]

    gone.terminal = True
    found = solve_ivp(
        drift, (0, 1e4), [1 / (start + 5)], events=gone, rtol=1e-11, atol=1e-14, method="DOP853"
    )
    out = debt_doom_loop(**BASE, d=deficit, b_start=start, years=[])
    assert out["blowup_years"] == pytest.approx(found.t_events[0][0], rel=1e-7)


def test_the_edge_between_a_steady_state_and_none():
    at = debt_doom_loop(**BASE, d=0.0080645, b_start=0.5, years=[1e4])
    assert at["steady_state_exists"]
    assert at["b_low"] == at["b_high"] == pytest.approx(0.635)
    assert at["blowup_years"] is None
    assert at["b_t"][0] == pytest.approx(0.635, abs=0.01)
    above = debt_doom_loop(**BASE, d=0.0080646, b_start=0.5, years=[1e4, 1e5])
    assert not above["steady_state_exists"]
    assert 1e4 < above["blowup_years"] < 1e5  # the narrower the gap, the longer it lingers
    assert above["b_t"] == [pytest.approx(0.635, abs=0.01), None]


def test_debt_at_the_unstable_steady_state_stays_there():
    high = debt_doom_loop(**BASE, d=0.005, b_start=1.2, years=[])["b_high"]
    out = debt_doom_loop(**BASE, d=0.005, b_start=high, years=[0.0, 50.0, 1e5])
    assert out["blowup_years"] is None
    assert out["b_t"] == pytest.approx([high] * 3)
    low = debt_doom_loop(**BASE, d=0.005, b_start=1.2, years=[])["b_low"]
    assert debt_doom_loop(**BASE, d=0.005, b_start=low, years=500.0)["b_t"] == pytest.approx(low)


def test_a_flat_deficit_and_positive_growth_gap_have_roots_below_zero():
    # r > g at any debt: both roots are negative for a deficit, and debt explodes from any start.
    out = debt_doom_loop(phi=0.02, r0=0.06, b_ref=0.97, g=0.02, d=0.001, b_start=0.97, years=[10.0])
    assert out["b_low"] < out["b_high"] < 0
    assert out["blowup_years"] > 0


def test_a_later_date_never_shows_less_debt_beyond_the_upper_root():
    years = np.linspace(0, 108, 50)
    path = debt_doom_loop(**BASE, d=0.005, b_start=1.2, years=years)["b_t"]
    assert np.all(np.diff(path) > 0)


def test_a_yield_that_does_not_respond_is_refused():
    for phi in (0.0, -0.01):
        with pytest.raises(InputError, match="phi"):
            debt_doom_loop(**{**BASE, "phi": phi}, d=0.0, b_start=1.0, years=[1.0])


def revenue(b: np.ndarray, R: float, lo: float, hi: float) -> np.ndarray:
    return np.where(b <= lo, b / R, b * (hi - b) / ((hi - lo) * R))


@given(R=st.floats(1.0, 1.2), lo=st.floats(0, 1.5), width=st.floats(0.05, 2), X=st.floats(0.01, 2))
@settings(deadline=None, max_examples=200)
def test_every_promise_that_raises_the_amount_is_found(R, lo, width, X):
    hi = lo + width
    out = debt_laffer(R, lo, hi, X)
    grid = np.linspace(0, hi, 200001)
    raised = revenue(grid, R, lo, hi) - X
    assert out["laffer_peak"] == pytest.approx(revenue(grid, R, lo, hi).max(), rel=1e-4)
    crossings = int(np.sum(np.diff(raised >= 0)))
    tangent = abs(out["laffer_peak"] - X) < 1e-6
    kink = abs(lo / R - X) < 1e-6
    if not tangent and not kink:
        assert len(out["B_roots"]) == crossings
    for b in out["B_roots"]:
        assert float(revenue(np.array(b), R, lo, hi)) == pytest.approx(X, rel=1e-9)
    assert out["B_roots"] == sorted(out["B_roots"])
    assert all(0 <= p <= 1 for p in out["prob_default"])
    assert out["feasible"] == bool(out["B_roots"])


def test_riskless_debt_coexists_with_a_panic():
    out = debt_laffer(1.03, 0.6, 1.6, 0.5)
    assert out["B_roots"][0] == pytest.approx(0.515)
    assert out["prob_default"][0] == 0.0
    assert out["yields"][0] == pytest.approx(0.03)
    assert len(out["B_roots"]) == 2
    assert out["prob_default"][1] > 0.5


def test_the_peak_itself_has_one_promise():
    peak = debt_laffer(1.03, 0.6, 1.6, 0.5)["laffer_peak"]
    at = debt_laffer(1.03, 0.6, 1.6, peak)
    assert at["feasible"]
    assert at["B_roots"] == pytest.approx([0.8])
    # With S_lo above S_hi/2 revenue peaks at the last riskless promise.
    narrow = debt_laffer(1.0, 1.0, 1.5, 1.0)
    assert narrow["laffer_peak"] == 1.0
    assert narrow["B_roots"] == [1.0]
    below = debt_laffer(1.0, 1.0, 1.5, 0.9)["B_roots"]
    assert below == pytest.approx([0.9, (1.5 + np.sqrt(1.5**2 - 4 * 0.45)) / 2])
    # At the kink of a rising curve the riskless promise counts once.
    kink = debt_laffer(1.0, 0.5, 1.6, 0.5)["B_roots"]
    assert kink == pytest.approx([0.5, 1.1])


def test_laffer_refuses_what_is_not_a_debt():
    for bad in (
        (0.0, 0.6, 1.6, 0.5),
        (1.0, 1.6, 1.6, 0.5),
        (1.0, -0.1, 1.0, 0.5),
        (1.0, 0.6, 1.6, 0.0),
    ):
        with pytest.raises(InputError):
            debt_laffer(*bad)


def test_zones_of_debt():
    at = {"max_primary": 0.04, "maturing_share": 0.33, "r_minus_g": 0.01, "backstop": 0.1}
    assert debt_zones(**at, b=0.4)["zone"] == "safe"
    assert debt_zones(**at, b=0.97)["zone"] == "crisis"
    assert debt_zones(**at, b=4.1)["zone"] == "insolvent"
    growing = debt_zones(**{**at, "r_minus_g": -0.01}, b=4.1)
    assert growing["b_solvency"] is None
    assert growing["zone"] == "crisis"
    assert debt_zones(**{**at, "backstop": 10.0}, b=3.9)["zone"] == "safe"
    assert debt_zones(**{**at, "backstop": 10.0}, b=4.1)["zone"] == "insolvent"
    with pytest.raises(InputError, match="maturing_share"):
        debt_zones(**{**at, "maturing_share": 0.0}, b=1.0)


@given(b=st.floats(0, 5), backstop=st.floats(0, 2), more=st.floats(0, 2))
@settings(deadline=None, max_examples=60)
def test_a_larger_backstop_never_makes_debt_less_safe(b, backstop, more):
    rank = {"safe": 0, "crisis": 1, "insolvent": 2}
    less = debt_zones(0.04, 0.33, 0.01, backstop, b)["zone"]
    assert rank[debt_zones(0.04, 0.33, 0.01, backstop + more, b)["zone"]] <= rank[less]
