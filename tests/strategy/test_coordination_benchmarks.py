"""Global games, cascades and isolation: simulation, root scans and counting by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri

from triffin.strategy.payoffs.isolation import isolation_index
from triffin.strategy.reference.alignment import granovetter_cascade
from triffin.strategy.reference.thresholds import (
    global_game_flat,
    global_game_public,
    threshold_network,
)
from triffin.world.base.errors import InputError

GAME = {
    "w": [0.2, 0.3, 0.1, 0.4],
    "b": [1.0, 0.5, 2.0, 0.8],
    "c": [1.0, 1.5, 1.0, 0.4],
    "noise_sd": 0.13,
}


def test_at_the_threshold_exactly_the_critical_weight_resists():
    out = global_game_flat(**GAME)
    signals = np.array(out["x_star"])
    # A continuum of signals of each kind of partner: weight of those below their cutoff.
    resisting = np.array(GAME["w"]) @ ndtr((signals - out["theta_star"]) / GAME["noise_sd"])
    assert resisting == pytest.approx(out["theta_star"])
    assert sum(out["influence"]) == pytest.approx(out["theta_star"])
    # The marginal signal leaves everybody indifferent: b Pr(fail) = c Pr(success).
    fail = ndtr((out["theta_star"] - signals) / GAME["noise_sd"])
    assert np.array(GAME["b"]) * fail == pytest.approx(np.array(GAME["c"]) * (1 - fail))


def test_simulated_partners_make_weak_campaigns_fail_and_strong_ones_hold():
    out = global_game_flat(**GAME)
    rng = np.random.default_rng(3)
    for theta, fails in ((out["theta_star"] - 0.02, True), (out["theta_star"] + 0.02, False)):
        signals = theta + GAME["noise_sd"] * rng.normal(size=(40_000, 4))
        resisting = (signals <= np.array(out["x_star"])).mean(axis=0) @ np.array(GAME["w"])
        assert (resisting >= theta) == fails


def test_the_threshold_does_not_depend_on_noise_and_relabelling_relabels():
    assert global_game_flat(**{**GAME, "noise_sd": 2.0})["theta_star"] == pytest.approx(
        global_game_flat(**GAME)["theta_star"]
    )
    silent = global_game_flat(**{**GAME, "noise_sd": 0.0})
    assert silent["x_star"] == [silent["theta_star"]] * 4
    turned = global_game_flat(**{n: GAME[n][::-1] for n in "wbc"}, noise_sd=0.13)
    assert turned["x_star"] == pytest.approx(global_game_flat(**GAME)["x_star"][::-1])
    for change in ({"b": [1, 1, 1]}, {"c": [1, 1, 1, 0]}, {"noise_sd": -1}, {"w": [-1, 1, 1, 0]}):
        with pytest.raises(InputError, match=next(iter(change))):
            global_game_flat(**{**GAME, **change})


def scanned(function, low=-38.0, high=38.0):
    """Number of sign changes of a function of z on a fine grid."""
    values = np.sign(function(np.linspace(low, high, 400_001)))
    values = values[values != 0]
    return int((values[:-1] != values[1:]).sum())


@settings(deadline=None, max_examples=60)
@given(
    alpha=st.floats(0.01, 200),
    beta=st.floats(0.1, 100),
    t=st.floats(0.01, 0.99),
    y=st.floats(-1, 2),
)
def test_public_signals_every_threshold_is_found(alpha, beta, t, y):
    out = global_game_public(alpha, beta, t, y)

    def gap(z):
        return alpha * (ndtr(z) - y) - math.sqrt(beta) * z - math.sqrt(alpha + beta) * ndtri(t)

    reach = (alpha * 3 + 4 * math.sqrt(alpha + beta)) / math.sqrt(beta) + 1
    assert out["n_equilibria"] == scanned(gap, -reach, reach)
    for theta in out["theta_star"]:
        # Written for z where θ is too close to 1 for Φ⁻¹.
        if 1e-250 < theta < 1 - 1e-9:
            assert gap(ndtri(theta)) == pytest.approx(0, abs=1e-6)
    assert out["theta_star"] == sorted(out["theta_star"])
    if alpha <= out["critical_alpha"]:
        assert out["n_equilibria"] == 1


def test_a_threshold_beside_one_or_zero_is_not_missed():
    out = global_game_public(330.0, 25.0, 0.5, 0.5)
    assert out["n_equilibria"] == 3
    assert 0 < out["theta_star"][0] < 1e-100
    assert out["theta_star"][2] == pytest.approx(1.0)
    far = global_game_public(400.0, 25.0, 0.5, 40.0)
    assert far["n_equilibria"] == 1


def test_without_public_information_the_threshold_is_that_of_the_flat_prior():
    assert global_game_public(0.0, 25.0, 0.6, 0.9)["theta_star"] == pytest.approx([0.4])
    assert global_game_public(1e-12, 25.0, 0.6, 0.9)["theta_star"] == pytest.approx([0.4])
    critical = math.sqrt(2 * math.pi * 25.0)
    assert global_game_public(critical, 25.0, 0.5, 0.5)["theta_star"] == pytest.approx([0.5])
    assert global_game_public(critical * 1.001, 25.0, 0.5, 0.5)["n_equilibria"] == 3
    for arguments in ((-1, 25, 0.5, 0), (1, 0, 0.5, 0), (1, 25, 0, 0), (1, 25, 1, 0)):
        with pytest.raises(InputError):
            global_game_public(*arguments)


@settings(deadline=None, max_examples=60)
@given(mu=st.floats(0.02, 0.98), sd=st.floats(0.03, 0.6))
def test_every_fixed_point_of_a_cascade_is_found(mu, sd):
    out = granovetter_cascade(mu, sd)
    assert len(out["fixed_points"]) == scanned(lambda z: ndtr(z) - sd * z - mu)
    for x in out["fixed_points"]:
        assert ndtr((x - mu) / sd) == pytest.approx(x, rel=1e-9)
    assert out["cascade_from_zero"] == min(out["fixed_points"])


@settings(deadline=None, max_examples=60)
@given(mu=st.floats(0.02, 0.98))
def test_pairs_of_fixed_points_merge_at_the_critical_spread(mu):
    out = granovetter_cascade(mu, 0.2)
    x, critical = out["x_at_critical"], out["sd_critical"]
    z = ndtri(x)
    assert x == pytest.approx(mu + critical * z, abs=1e-12)
    assert math.exp(-z * z / 2) / math.sqrt(2 * math.pi) == pytest.approx(critical, rel=1e-9)
    if abs(mu - 0.5) > 0.02:
        assert len(granovetter_cascade(mu, critical * (1 - 1e-6))["fixed_points"]) == 3
        assert len(granovetter_cascade(mu, critical * (1 + 1e-6))["fixed_points"]) == 1
        assert len(granovetter_cascade(mu, critical)["fixed_points"]) == 2


def test_the_critical_spread_keeps_its_digits_near_one_half_and_in_the_tail():
    exact = granovetter_cascade(0.5, 0.3)
    assert exact["sd_critical"] == pytest.approx(1 / math.sqrt(2 * math.pi))
    assert exact["x_at_critical"] == 0.5
    # Near 1/2 z³ φ(0)/3 = μ − 1/2.
    beside = granovetter_cascade(0.5 + 1e-9, 0.3)
    z = (3e-9 * math.sqrt(2 * math.pi)) ** (1 / 3)
    assert ndtri(beside["x_at_critical"]) == pytest.approx(z, rel=1e-5)
    tail = granovetter_cascade(1e-12, 0.3)
    z = ndtri(tail["x_at_critical"])
    assert tail["x_at_critical"] - z * tail["sd_critical"] == pytest.approx(1e-12, rel=1e-9)


def test_a_crowd_with_normal_thresholds_ends_where_the_cascade_says():
    out = granovetter_cascade(0.25, 0.12)
    thresholds = np.sort(np.random.default_rng(5).normal(0.25, 0.12, 400_000))
    share = 0.0
    for _ in range(2000):
        joined = np.searchsorted(thresholds, share, side="right") / thresholds.size
        if joined == share:
            break
        share = joined
    assert share == pytest.approx(out["cascade_from_zero"], abs=2e-3)
    for mu, sd in ((0.0, 0.1), (1.0, 0.1), (0.3, 0.0), (0.3, -1.0)):
        with pytest.raises(InputError):
            granovetter_cascade(mu, sd)


def test_the_global_maximum_over_spreads_is_the_published_one():
    best = minimize_scalar(
        lambda z: (ndtr(z) - z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) - 0.25) ** 2,
        bounds=(-3, 0),
        method="bounded",
        options={"xatol": 1e-12},
    )
    critical = math.exp(-(best.x**2) / 2) / math.sqrt(2 * math.pi)
    assert granovetter_cascade(0.25, 0.1)["sd_critical"] == pytest.approx(critical, rel=1e-6)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 9))
def test_the_network_reaches_the_least_set_that_is_closed_under_joining(seed, n):
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(n), n)
    thresholds = rng.uniform(-0.05, 1.1, n)
    seeds = np.flatnonzero(rng.uniform(size=n) < 0.2).tolist()
    out = threshold_network(weights.tolist(), thresholds.tolist(), seeds)
    # All subsets: closed ones contain the seeds and everybody whom they move.
    closed = []
    for code in range(2**n):
        members = np.array([code >> k & 1 for k in range(n)], dtype=bool)
        moved = weights @ members >= thresholds - 1e-12
        if members[seeds].all() and members[moved].all():
            closed.append(members)
    assert out["resist"] == np.logical_and.reduce(closed).tolist()
    assert out["n_resist"] == sum(out["resist"])
    order = rng.permutation(n)
    back = {int(old): new for new, old in enumerate(order)}
    turned = threshold_network(
        weights[np.ix_(order, order)].tolist(),
        thresholds[order].tolist(),
        [back[k] for k in seeds],
    )
    assert turned["rounds"] == out["rounds"]
    assert turned["resist"] == [out["resist"][k] for k in order]


def test_rounds_count_those_in_which_somebody_joined():
    chain = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
    assert threshold_network(chain, [0.5] * 3, [0])["rounds"] == 2
    assert threshold_network(chain, [0.5] * 3, [])["rounds"] == 0
    spontaneous = threshold_network(chain, [0.0, 0.5, 0.5], [])
    assert (spontaneous["rounds"], spontaneous["n_resist"]) == (3, 3)
    # 0.1 + 0.2 meets a threshold of 0.3.
    sums = [[0, 0, 0], [0, 0, 0], [0.1, 0.2, 0]]
    assert threshold_network(sums, [9, 9, 0.3], [0, 1])["n_resist"] == 3
    for change in ({"seeds": [3]}, {"seeds": [-1]}, {"seeds": [0.5]}, {"W": [[0, 1]]}):
        with pytest.raises(InputError, match=next(iter(change))):
            threshold_network(**{"W": chain, "thresholds": [1, 1, 1], "seeds": [0], **change})


TRADE = {
    "T0": [[0, 10, 8, 4], [10, 0, 6, 3], [8, 6, 0, 5], [4, 3, 5, 0]],
    "T1": [[0, 6, 6, 3], [6, 0, 7, 4], [6, 7, 0, 5.5], [3, 4, 5.5, 0]],
    "hegemon": 0,
    "rival": 1,
    "align": [-0.2, 0.5],
    "w": [0.7, 0.3],
}


def test_isolation_counts_sales_and_purchases_without_the_diagonal():
    out = isolation_index(**TRADE)
    filled = {**TRADE, "T1": (np.array(TRADE["T1"]) + np.diag([90, 80, 7, 6])).tolist()}
    assert isolation_index(**filled) == out
    # All flows one way: the same trade, and the same index.
    upper = {
        **TRADE,
        "T0": (2 * np.triu(TRADE["T0"])).tolist(),
        "T1": (2 * np.triu(TRADE["T1"])).tolist(),
    }
    assert isolation_index(**upper) == pytest.approx(out)


def test_exchanging_hegemon_and_rival_turns_the_index_around():
    one = isolation_index(**TRADE)
    other = isolation_index(**{**TRADE, "hegemon": 1, "rival": 0})
    assert other["self_isolation"] == pytest.approx(-one["self_isolation"])
    assert other["isolation_ratio_total"] == pytest.approx(1 / one["isolation_ratio_total"])


def test_no_change_is_no_isolation_and_an_undefined_ratio():
    out = isolation_index(**{**TRADE, "T1": TRADE["T0"]})
    assert out["self_isolation"] == 0.0
    assert out["isolation_ratio_total"] is None


def test_trade_without_third_parties_is_refused():
    alone = [[0, 10, 0, 0], [10, 0, 6, 3], [0, 6, 0, 5], [0, 3, 5, 0]]
    with pytest.raises(InputError, match="third parties"):
        isolation_index(**{**TRADE, "T1": alone})
    for change in ({"rival": 0}, {"hegemon": 4}, {"T0": [[0, 1]]}, {"w": [1.0]}):
        with pytest.raises(InputError):
            isolation_index(**{**TRADE, **change})
