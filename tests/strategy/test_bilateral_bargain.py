"""One bargain: closed form, bounds on cash and several peaks, against brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.strategy.bargains.one_bargain import nash_bilateral
from triffin.world.base.errors import InputError

TERMS = {
    "g1": 0.3,
    "g2": 2.0,
    "l1": 0.2,
    "l2": -1.0,
    "omega": 0.25,
    "beta": 0.6,
    "v": [1.0, 0.8],
    "p": [0.5, 0.4],
    "kappa": [10.0, 8.0],
    "dH": 0.005,
    "dU": -0.3,
}


def gains(inputs, t, x, s):
    """DH and DU written out from the definitions; x has issues last."""
    x = np.asarray(x, dtype=float)
    v, p, kappa = (np.array(inputs[name], dtype=float) for name in ("v", "p", "kappa"))
    hegemon = inputs["g1"] * t - inputs["g2"] * t**2 / 2 + x @ v + s - inputs["dH"]
    cost = (p * x + kappa * x**2 / 2).sum(-1)
    partner = -(inputs["l1"] * t - inputs["l2"] * t**2 / 2) - cost - (1 + inputs["omega"]) * s
    return hegemon, partner - inputs.get("dignity", 0.0) - inputs["dU"]


def log_product(inputs, t, x, s):
    hegemon, partner = gains(inputs, t, x, s)
    beta = inputs["beta"]
    with np.errstate(all="ignore"):
        product = beta * np.log(hegemon) + (1 - beta) * np.log(partner)
    return np.where((hegemon > 0) & (partner > 0), product, -np.inf)


regimes = st.fixed_dictionaries(
    {
        "g1": st.floats(-0.5, 1),
        "g2": st.floats(-1, 3),
        "l1": st.floats(-0.5, 1),
        "l2": st.floats(-2, 3),
        "omega": st.floats(0, 0.6),
        "beta": st.floats(0.1, 0.9),
        "v": st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=1),
        "p": st.lists(st.floats(-0.3, 1), min_size=1, max_size=1),
        "kappa": st.lists(st.floats(0.5, 10), min_size=1, max_size=1),
        "dH": st.floats(-0.3, 0.3),
        "dU": st.floats(-0.4, 0.1),
        "t_max": st.floats(0.05, 1.5),
        "x_max": st.lists(st.one_of(st.none(), st.floats(0, 0.5)), min_size=1, max_size=1),
    }
)
bounds = st.one_of(
    st.none(),
    st.tuples(st.floats(-0.3, 0.3), st.floats(0, 0.2)).map(lambda b: (b[0], b[0] + b[1])),
    st.floats(-0.3, 0.3).map(lambda b: (None, b)),
    st.floats(-0.3, 0.3).map(lambda b: (b, None)),
)


@settings(deadline=None, max_examples=120)
@given(inputs=regimes, cash=bounds, dignity=st.floats(0, 0.1))
def test_no_terms_on_a_grid_beat_the_bargain_in_any_regime(inputs, cash, dignity):
    low, high = cash or (None, None)
    inputs = {**inputs, "dignity": dignity}
    out = nash_bilateral(**inputs, s_min=low, s_max=high)
    cap = 0.8 if inputs["x_max"][0] is None else inputs["x_max"][0]
    t = np.linspace(0, inputs["t_max"], 101)
    x = np.linspace(0, cap, 41)
    s = np.linspace(-1.5 if low is None else low, 1.5 if high is None else high, 41)
    grid = t[:, None, None], x[None, :, None, None], s[None, None, :]
    if not out["deal"]:
        assert np.minimum(*gains(inputs, *grid)).max() < 1e-12
        return
    on_grid = log_product(inputs, *grid).max()
    best = float(log_product(inputs, out["tariff"], out["x"], out["cash"]))
    assert best >= on_grid - 1e-9
    assert 0 <= out["tariff"] <= inputs["t_max"]
    assert low is None or out["cash"] >= low
    assert high is None or out["cash"] <= high
    hegemon, partner = gains(inputs, out["tariff"], out["x"], out["cash"])
    assert out["gain_hegemon"] == pytest.approx(hegemon, abs=1e-12)
    assert out["gain_partner"] == pytest.approx(partner, abs=1e-12)


@settings(deadline=None, max_examples=100)
@given(inputs=regimes, cash=bounds, seed=st.integers(0, 2**32 - 1))
def test_both_gain_and_no_small_change_of_terms_improves_the_product(inputs, cash, seed):
    low, high = cash or (None, None)
    out = nash_bilateral(**inputs, s_min=low, s_max=high)
    if not out["deal"]:
        return
    assert min(out["gain_hegemon"], out["gain_partner"]) >= 0
    if min(out["gain_hegemon"], out["gain_partner"]) < 1e-3:
        return
    here = float(log_product(inputs, out["tariff"], out["x"], out["cash"]))
    directions = np.random.default_rng(seed).normal(size=(200, 3))
    directions *= 1e-6 / np.linalg.norm(directions, axis=1, keepdims=True)
    t = np.clip(out["tariff"] + directions[:, 0], 0, inputs["t_max"])
    cap = math.inf if inputs["x_max"][0] is None else inputs["x_max"][0]
    x = np.clip(out["x"][0] + directions[:, 1], 0, cap)
    s = np.clip(
        out["cash"] + directions[:, 2],
        -math.inf if low is None else low,
        math.inf if high is None else high,
    )
    assert np.expm1(log_product(inputs, t, x[:, None], s) - here).max() <= 1e-9


def test_the_wedge_sets_how_gains_are_divided_when_cash_is_free():
    out = nash_bilateral(**TERMS)
    ratio = (1 + TERMS["omega"]) * (1 - TERMS["beta"]) / TERMS["beta"]
    assert out["gain_partner"] / out["gain_hegemon"] == pytest.approx(ratio)
    # Terms other than cash do not depend on who is strong.
    other = nash_bilateral(**{**TERMS, "beta": 0.9})
    assert (other["tariff"], other["x"]) == (out["tariff"], out["x"])


def test_a_weight_of_one_leaves_the_partner_nothing_also_at_a_cap_on_cash():
    assert nash_bilateral(**{**TERMS, "beta": 1.0})["gain_partner"] == pytest.approx(0, abs=1e-15)
    capped = nash_bilateral(**{**TERMS, "beta": 1.0}, s_max=0.01)
    assert capped["cash"] == 0.01
    assert capped["gain_partner"] == pytest.approx(0, abs=1e-11)
    nearly = nash_bilateral(**{**TERMS, "beta": 1 - 1e-9}, s_max=0.01)
    assert capped["tariff"] == pytest.approx(nearly["tariff"], rel=1e-6)


def test_a_cap_on_cash_moves_the_division_into_tariff_and_purchases():
    free, capped = nash_bilateral(**TERMS), nash_bilateral(**TERMS, s_max=0.0)
    assert capped["tariff"] > free["tariff"]
    assert all(one > other for one, other in zip(capped["x"], free["x"], strict=True))
    bound = nash_bilateral(**TERMS, s_max=free["cash"])
    assert {**bound, "x": 0} == pytest.approx({**free, "x": 0})


def test_a_convex_tariff_problem_ends_at_free_trade_or_at_the_cap():
    convex = {**TERMS, "g2": -1.0, "l2": 1.0, "l1": 0.5}
    with pytest.raises(InputError, match="t_max"):
        nash_bilateral(**convex)
    # (1+ω) G − L = −0.125 t + 1.125 t², positive above t = 1/9.
    assert nash_bilateral(**convex, t_max=0.1)["tariff"] == 0.0
    assert nash_bilateral(**convex, t_max=0.2)["tariff"] == 0.2


def test_no_joint_gain_is_no_deal_and_a_joint_gain_of_zero_is_one():
    assert nash_bilateral(**{**TERMS, "dU": 0.1})["tariff"] is None
    free = nash_bilateral(**TERMS)
    surplus = free["gain_hegemon"] + free["gain_partner"] / 1.25
    edge = nash_bilateral(**{**TERMS, "dH": TERMS["dH"] + surplus})
    assert edge["deal"]
    assert edge["gain_hegemon"] == pytest.approx(0, abs=1e-15)
    assert not nash_bilateral(**{**TERMS, "dH": TERMS["dH"] + surplus + 1e-12})["deal"]


def test_cash_bounds_can_leave_no_deal_although_there_is_a_joint_gain():
    # The hegemon would have to be paid more than the cap for any deal at all.
    poor = {**TERMS, "dH": 0.2, "v": [], "p": [], "kappa": []}
    assert nash_bilateral(**poor)["deal"]
    assert not nash_bilateral(**poor, s_max=0.05)["deal"]


def test_issues_are_bargained_alike_in_any_order():
    cash = {"s_max": 0.01}
    for order in itertools.permutations(range(2)):
        swapped = {name: [TERMS[name][k] for k in order] for name in ("v", "p", "kappa")}
        out = nash_bilateral(**{**TERMS, **swapped}, **cash)
        straight = nash_bilateral(**TERMS, **cash)
        assert out["x"] == pytest.approx([straight["x"][k] for k in order])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"beta": 1.1}, "beta"),
        ({"omega": -1.0}, "omega"),
        ({"kappa": [10.0, 0.0]}, r"kappa\[1\]"),
        ({"p": [0.5]}, "differ in length"),
        ({"x_max": [0.1]}, "differ in length"),
        ({"x_max": 0.1}, "x_max"),
        ({"t_max": -0.1}, "t_max"),
        ({"s_min": 0.1, "s_max": 0.0}, "s_max"),
        ({"g1": float("nan")}, "g1"),
    ],
)
def test_bad_terms_are_refused_by_name(change, field):
    with pytest.raises(InputError, match=field):
        nash_bilateral(**{**TERMS, **change})


def test_cash_beyond_floating_point_numbers_is_refused() -> None:
    with pytest.raises(InputError, match="overflow"):
        nash_bilateral(**(TERMS | {"s_max": -1e308}))
