"""Reputation games: closed forms, and no gain from deviating anywhere on explicit trees."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.strategy.reference.reputation import GameTree, kreps_wilson
from triffin.strategy.reference.reputation_unequal import kreps_wilson_heterogeneous
from triffin.world.base.errors import InputError


def random_game(seed, n):
    rng = np.random.default_rng(seed)
    return (
        rng.uniform(0.1, 1.5, n).tolist(),
        rng.uniform(0.1, 1.5, n).tolist(),
        rng.uniform(0.3, 3.0, n).tolist(),
        rng.uniform(0.3, 3.0, n).tolist(),
    )


@settings(deadline=None, max_examples=120)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 5), p0=st.floats(0.002, 0.9))
def test_nobody_gains_by_deviating_anywhere_on_the_tree(seed, n, p0):
    game = random_game(seed, n)
    tree = GameTree(p0, *game)
    assert tree.regret < 1e-9
    out = kreps_wilson_heterogeneous(p0, *game)
    assert out["hegemon_payoff"] == pytest.approx(tree.hegemon, abs=1e-10)


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 12))
def test_thresholds_solve_their_definition(seed, n):
    g, l, c, a = random_game(seed, n)
    out = kreps_wilson_heterogeneous(0.3, g, l, c, a)
    P = out["P"]

    def run_value(k, p):
        total = 0.0
        for j in range(k, 0, -1):
            if not p > P[j - 1]:
                break
            total += a[j - 1]
        return total

    for k in range(1, n):
        # phat_k = inf {p: V_k(p) >= c_{k+1}}, by trying every place where V can jump.
        enough = [p for p in P[:k] if run_value(k, p * (1 + 1e-9)) >= c[k]]
        assert out["phat"][k] == min(enough, default=1.0)
        assert P[k] == pytest.approx(out["b"][k] * out["phat"][k])


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 20), p0=st.floats(1e-6, 0.99))
def test_punishment_raises_belief_by_bayes_rule_so_that_beliefs_are_a_martingale(seed, n, p0):
    out = kreps_wilson_heterogeneous(p0, *random_game(seed, n))
    punished = p0 + (1 - p0) * out["fight_prob_weak"]
    assert out["total_fight_prob"] == pytest.approx(punished)
    assert punished * out["posterior_after_fight"] == pytest.approx(p0)
    assert 0 <= out["fight_prob_weak"] <= 1
    if out["pivotal_concede_prob"] is not None:
        assert 0 < out["pivotal_concede_prob"] <= 1


@given(n=st.integers(1, 12), p0=st.floats(0.001, 0.95), b=st.floats(0.1, 0.9), a=st.floats(1.1, 4))
def test_equal_partners_are_the_published_game(n, p0, b, a):
    equal = kreps_wilson(n, p0, b, a)
    general = kreps_wilson_heterogeneous(p0, [b] * n, [1 - b] * n, [1.0] * n, [a] * n)
    assert general["P"] == pytest.approx(equal["thresholds"], rel=1e-9)
    for name in ("fight_prob_weak", "total_fight_prob", "posterior_after_fight"):
        assert general[name] == pytest.approx(equal[name], rel=1e-9)
    if general["pivotal_partner"] is not None:
        assert general["pivotal_partner"] == n - 1
        assert equal["next_concede_prob"] == pytest.approx(general["pivotal_concede_prob"])


@settings(deadline=None)
@given(n=st.integers(2, 40), b=st.floats(0.2, 0.9), seed=st.integers(0, 2**32 - 1))
def test_when_every_concession_pays_for_one_punishment_thresholds_are_products(n, b, seed):
    rng = np.random.default_rng(seed)
    bias = rng.uniform(0.2, 0.9, n)
    out = kreps_wilson_heterogeneous(
        0.5, bias.tolist(), (1 - bias).tolist(), [1.0] * n, rng.uniform(1, 3, n).tolist()
    )
    assert out["P"] == pytest.approx(np.cumprod(bias).tolist(), rel=1e-12)


def test_two_hundred_partners_keep_their_digits():
    out = kreps_wilson_heterogeneous(0.5, [0.1] * 200, [0.9] * 200, [1.0] * 200, [2.0] * 200)
    assert math.log10(out["P"][-1]) == pytest.approx(-200, rel=1e-12)
    assert "hegemon_payoff" not in out


def test_a_weak_type_that_can_never_be_repaid_yields():
    out = kreps_wilson_heterogeneous(0.2, [1.0, 1.0], [1.0, 1.0], [1.0, 9.0], [2.0, 2.0])
    assert out["phat"] == [1.0, 1.0]
    assert out["fight_prob_weak"] == 0.0
    assert out["posterior_after_fight"] == 1.0
    assert out["pivotal_partner"] is None


def test_what_if_the_first_partner_holds_out_at_and_beside_the_thresholds():
    at = kreps_wilson(3, 0.25, 0.5, 2.0)
    assert (at["fight_prob_weak"], at["next_concede_prob"]) == (1.0, 0.0)
    assert at["n_contested"] == 1
    assert not kreps_wilson(2, 0.25, 0.5, 2.0)["first_partner_holds_out"]
    above = kreps_wilson(3, 0.3, 0.5, 2.0)
    assert (above["fight_prob_weak"], above["next_concede_prob"]) == (1.0, 1.0)
    assert above["posterior_after_fight"] == 0.3
    last = kreps_wilson(1, 0.3, 0.5, 2.0)
    assert last["next_concede_prob"] is None
    assert (last["fight_prob_weak"], last["posterior_after_fight"]) == (0.0, 1.0)
    # 0.1³ is not 0.001 in floating-point numbers; the threshold is meant.
    assert not kreps_wilson(3, 0.001, 0.1, 2.0)["first_partner_holds_out"]
    assert kreps_wilson(2000, 1e-9, 0.3, 2.0)["fight_prob_weak"] == 1.0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"a": 1.0}, "a"),
        ({"b": 1.0}, "b"),
        ({"b": 0.0}, "b"),
        ({"p0": 0.0}, "p0"),
        ({"p0": 1.0}, "p0"),
        ({"n": 0}, "n"),
        ({"n": 2.5}, "n"),
    ],
)
def test_parameters_outside_their_range_are_refused(change, field):
    with pytest.raises(InputError, match=field):
        kreps_wilson(**{"n": 3, "p0": 0.1, "b": 0.5, "a": 2.0, **change})


def test_lists_of_partners_are_checked():
    good = {"p0": 0.1, "g": [1.0, 1.0], "l": [1.0, 1.0], "c": [1.0, 1.0], "a": [2.0, 2.0]}
    for change in ({"g": [1.0]}, {"g": [0.0, 1.0]}, {"l": [1.0, -1.0]}, {"c": [0.0, 1.0]}):
        with pytest.raises(InputError, match=next(iter(change))):
            kreps_wilson_heterogeneous(**{**good, **change})
    with pytest.raises(InputError, match="no partners"):
        kreps_wilson_heterogeneous(0.1, [], [], [], [])
