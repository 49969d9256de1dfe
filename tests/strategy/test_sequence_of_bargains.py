"""Sequential bargaining against the full tree of all orders of signing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.strategy.negotiation.sequence import sequential_bargaining
from triffin.strategy.reference.negotiation import first_vs_wait
from triffin.world.base.errors import InputError


def full_tree(beta, w, h, a, o):
    """The 2^n tree: every node knows who signed, not only how much."""
    n = len(w)

    def play(k, members):
        """Hegemon's value and all partners' payoffs, and who signs, from partner k on."""
        if k == n:
            final = sum(w[j] for j in members)
            pay = [(a[j][final] if j in members else o[j][final]) for j in range(n)]
            return h[final], pay, members
        yes, no = play(k + 1, members | {k}), play(k + 1, members)
        surplus = yes[0] + yes[1][k] - no[0] - no[1][k]
        if surplus > 1e-12:
            pay = list(yes[1])
            pay[k] = no[1][k] + (1 - beta) * surplus
            return no[0] + beta * surplus, pay, yes[2]
        return no

    return play(0, frozenset())


@settings(deadline=None, max_examples=80)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 7), beta=st.floats(0, 1))
def test_the_programme_equals_the_full_tree(seed, n, beta):
    rng = np.random.default_rng(seed)
    w = rng.integers(1, 4, n).tolist()
    size = sum(w) + 1
    h = np.concatenate([[0], np.cumsum(rng.normal(0.1, 0.5, size - 1))]).tolist()
    a, o = rng.normal(0, 0.6, (2, n, size)).tolist()
    out = sequential_bargaining(beta, w, h, a, o)
    hegemon, payoffs, members = full_tree(beta, w, h, a, o)
    assert out["hegemon"] == pytest.approx(hegemon, abs=1e-12)
    assert out["payoffs"] == pytest.approx(payoffs, abs=1e-12)
    assert out["signed"] == [k in members for k in range(n)]
    assert out["signed_weight"] == sum(w[k] for k in members)


def test_one_list_for_all_equals_the_same_list_for_each():
    h, a, o = [0, 1, 1.7, 2.2], [0.5, 0.45, 0.4, 0.3], [0, -0.1, -0.3, -0.4]
    common = sequential_bargaining(0.6, [1, 1, 1], h, a, o)
    assert common == sequential_bargaining(0.6, [1, 1, 1], h, [a] * 3, o)
    assert common == sequential_bargaining(0.6, [1, 1, 1], h, a, [o] * 3)
    assert common == sequential_bargaining(0.6, [1.0, 1, 1], np.array(h), np.array(a), o)


def test_a_surplus_of_zero_is_no_signature_although_floats_show_one():
    # h(1) + a(1) = 0.1 + 0.2 against o(0) = 0.3.
    out = sequential_bargaining(0.5, [1], [0, 0.1], [0, 0.2], [0.3, 0])
    assert out == {"payoffs": [0.3], "hegemon": 0.0, "signed": [False], "signed_weight": 0}


def eighths(k):
    """Exact in binary: ties are ties in both methods."""
    return k / 8


@settings(deadline=None)
@given(
    beta=st.integers(0, 8).map(eighths),
    h=st.lists(st.integers(-8, 16).map(eighths), min_size=3, max_size=3),
    a=st.lists(st.integers(-8, 8).map(eighths), min_size=2, max_size=2),
    o=st.lists(st.integers(-8, 8).map(eighths), min_size=2, max_size=2),
)
def test_two_alike_partners_are_the_smallest_sequence(beta, h, a, o):
    out = first_vs_wait(beta, h, a, o)
    longer = [[99.0, *a]] * 2, [[*o, 99.0]] * 2
    hegemon, payoffs, members = full_tree(beta, [1, 1], h, *longer)
    assert [out["first"], out["second"]] == pytest.approx(payoffs, abs=1e-12)
    assert out["hegemon"] == pytest.approx(hegemon, abs=1e-12)
    assert out["signed"] == [k in members for k in range(2)]
    if out["closed_form_valid"]:
        assert out["closed_form"] == pytest.approx(out["first_minus_second"], abs=1e-12)


def test_invalid_closed_forms_are_shown_but_flagged():
    out = first_vs_wait(0.6, [0, -1.0, 0.5], [0.1, 0.1], [0.0, 0.0])
    assert out["closed_form_valid"] is False
    assert out["closed_form"] == pytest.approx(0.4 * -0.4 * 2.5)
    assert first_vs_wait(0.6, [0, 1, 0], [0.1, 0.1], [0, 0.2])["nash_in_nash_each"] is None


def test_a_concave_value_rewards_going_first_and_a_critical_mass_waiting():
    assert first_vs_wait(0.6, [0, 1, 1.5], [0.5, 0.5], [0, 0])["first_minus_second"] > 0
    assert first_vs_wait(0.6, [0, 1, 2.5], [0.5, 0.5], [0, 0])["first_minus_second"] < 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"w": [1, 1.5]}, r"w\[1\]"),
        ({"w": [1, -1]}, r"w\[1\]"),
        ({"w": []}, "w"),
        ({"h": [0, 1]}, "h"),
        ({"a": [[0, 1, 2]]}, "a"),
        ({"a": [[0, 1, 2], [0, 1]]}, r"a\[1\]"),
        ({"o": [0, 1]}, "o"),
        ({"beta": 1.5}, "beta"),
    ],
)
def test_lists_that_do_not_fit_are_refused_by_name(change, field):
    good = {"beta": 0.5, "w": [1, 1], "h": [0, 1, 2], "a": [0, 1, 2], "o": [0, 0, 0]}
    with pytest.raises(InputError, match=field):
        sequential_bargaining(**{**good, **change})
