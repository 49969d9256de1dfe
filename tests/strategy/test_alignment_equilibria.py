"""Logit alignment and two-by-two logit games: every equilibrium, against dense root scans."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import expit

from triffin.strategy.reference.alignment import logit_alignment, logit_qre_2x2
from triffin.world.base.errors import InputError

CASE = {
    "base": [[0, -0.65, -0.95, -0.85], [0, -0.55, -1.05, -0.65], [0, -0.65, -0.45, -0.55]],
    "J": [1.0, 0.9, 0.8],
    "w": [0.3, 0.5, 0.2],
    "rationality": 6.0,
}


def response(inputs, x):
    """G(x) from the definition, a vector of x at once."""
    total = np.zeros_like(x)
    for base, slope, weight in zip(inputs["base"], inputs["J"], inputs["w"], strict=True):
        utility = np.array(base)[None, :] + slope * x[:, None] * np.array([0, 1, 1, 1])
        strength = np.exp(inputs["rationality"] * (utility - utility.max(1, keepdims=True)))
        total += weight * (1 - strength[:, 0] / strength.sum(1))
    return total


def scanned(inputs, cells=39_990):
    """Fixed points between neighbors on a grid that is fine in the middle and at both ends."""
    grid = np.unique(np.concatenate([np.linspace(0, 1, cells), np.geomspace(1e-12, 1e-3, 2000)]))
    gap = response(inputs, grid) - grid
    gap[0], gap[-1] = 1.0, -1.0
    places = np.flatnonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) < 0)

    def value(x):
        return float(response(inputs, np.array([x]))[0]) - x

    return [
        brentq(value, grid[k], grid[k + 1], xtol=1e-15)
        if value(grid[k]) * value(grid[k + 1]) < 0
        else grid[k + 1]
        for k in places
    ]


def partners(seed, n):
    rng = np.random.default_rng(seed)
    base = rng.normal(-0.5, 0.5, (n, 4))
    base[:, 0] = 0
    return {
        "base": base.tolist(),
        "J": rng.normal(0.6, 0.8, n).tolist(),
        "w": rng.dirichlet(np.ones(n)).tolist(),
        "rationality": float(rng.uniform(0, 30)),
    }


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 8))
def test_every_fixed_point_of_a_dense_scan_is_found_and_no_other(seed, n):
    inputs = partners(seed, n)
    out = logit_alignment(**inputs)
    assert out["fixed_points"] == pytest.approx(scanned(inputs), abs=1e-9)
    assert out["n_equilibria"] == len(out["fixed_points"])
    probs = np.array(out["probs_at_lowest"])
    assert probs.sum(axis=1) == pytest.approx(np.ones(n))
    assert inputs["w"] @ (1 - probs[:, 0]) == pytest.approx(out["fixed_points"][0], abs=1e-12)


@settings(deadline=None, max_examples=15)
@given(start=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_the_selected_equilibrium_is_where_adjustment_ends(start, seed):
    inputs = CASE if seed % 2 else partners(seed, 3)
    out = logit_alignment(**inputs, x_start=start)
    if min(abs(point - start) for point in out["fixed_points"]) < 1e-3:
        return
    path = solve_ivp(
        lambda _, x: response(inputs, np.array([x[0]])) - x,
        (0, 400),
        [start],
        rtol=1e-10,
        atol=1e-12,
        method="LSODA",
    )
    assert out["selected"] == pytest.approx(path.y[0, -1], abs=1e-6)


def test_a_start_at_an_equilibrium_stays_there():
    for point in logit_alignment(**CASE)["fixed_points"]:
        assert logit_alignment(**CASE, x_start=point)["selected"] == pytest.approx(point)
    assert logit_alignment(**CASE, x_start=1.0)["selected"] > 0.8


def test_relabelling_partners_changes_nothing():
    order = [2, 0, 1]
    swapped = {
        name: [CASE[name][k] for k in order] if isinstance(CASE[name], list) else CASE[name]
        for name in CASE
    }
    one, other = logit_alignment(**CASE), logit_alignment(**swapped)
    assert other["fixed_points"] == pytest.approx(one["fixed_points"], rel=1e-12)


def test_without_rationality_three_in_four_resist():
    out = logit_alignment(**{**CASE, "rationality": 0.0})
    assert out["fixed_points"] == pytest.approx([0.75])
    assert np.array(out["probs_at_lowest"]) == pytest.approx(np.full((3, 4), 0.25))


def test_extreme_rationality_neither_overflows_nor_loses_the_unstable_equilibrium():
    inputs = {"base": [[0.0, -0.3, -9.0, -9.0]], "J": [1.0], "w": [1.0]}
    out = logit_alignment(**inputs, rationality=1e5)
    assert out["fixed_points"] == pytest.approx([0.0, 0.3, 1.0], abs=1e-3)
    assert out["selected"] == pytest.approx(0.0, abs=1e-12)
    # Symmetric partners: the unstable equilibrium is exactly one half.
    half = logit_alignment(
        base=[[0.0, -0.5, -99.0, -99.0]], J=[1.0], w=[1.0], rationality=10.0, x_start=0.5
    )
    assert half["fixed_points"][1] == pytest.approx(0.5, abs=1e-15)
    assert half["selected"] == pytest.approx(0.5)


def test_merged_equilibria_count_once():
    # One kind of partner: x = Λ(s (x − m)) touches the diagonal where s x(1−x) = 1.
    steep = 8.0
    touch = (1 - math.sqrt(1 - 4 / steep)) / 2
    middle = touch - math.log(touch / (1 - touch)) / steep
    base = [[0.0, -middle, -99.0, -99.0]]
    out = logit_alignment(base=base, J=[1.0], w=[1.0], rationality=steep)
    assert out["n_equilibria"] == 2
    assert out["fixed_points"][0] == pytest.approx(touch, abs=1e-7)
    for shift, count in ((-1e-6, 1), (1e-6, 3)):
        moved = [[0.0, -middle - shift, -99.0, -99.0]]
        assert logit_alignment(moved, [1.0], [1.0], steep)["n_equilibria"] == count


def test_many_kinds_of_partners_can_have_many_equilibria():
    # A staircase: one partner after the other is drawn in.
    n = 6
    inputs = {
        "base": [[0.0, -(k + 0.5) / n, -99.0, -99.0] for k in range(n)],
        "J": [1.0] * n,
        "w": [1 / n] * n,
        "rationality": 400.0,
    }
    out = logit_alignment(**inputs)
    assert out["n_equilibria"] == 2 * n + 1
    assert out["fixed_points"] == pytest.approx(scanned(inputs), abs=1e-9)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"w": [0.3, 0.5, 0.3]}, "w"),
        ({"w": [1.2, -0.2, 0.0]}, r"w\[1\]"),
        ({"w": [0.5, 0.5]}, "w"),
        ({"J": [1.0]}, "J"),
        ({"base": [[0, 1, 2]] * 3}, r"base\[0\]"),
        ({"rationality": -1.0}, "rationality"),
        ({"x_start": 1.5}, "x_start"),
    ],
)
def test_bad_inputs_are_refused_by_name(change, field):
    with pytest.raises(InputError, match=field):
        logit_alignment(**{**CASE, **change})


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), lam=st.floats(0, 12))
def test_all_logit_equilibria_of_random_games_are_found(seed, lam):
    row, col = np.random.default_rng(seed).normal(0, 1.5, (2, 2, 2))

    def composed(p):
        q = expit(lam * (p * (col[0, 0] - col[0, 1]) + (1 - p) * (col[1, 0] - col[1, 1])))
        return expit(lam * (q * (row[0, 0] - row[1, 0]) + (1 - q) * (row[0, 1] - row[1, 1]))), q

    grid = np.unique(np.concatenate([np.linspace(0, 1, 40_001), np.geomspace(1e-14, 1e-3, 3000)]))
    gap = composed(grid)[0] - grid
    gap[0], gap[-1] = 1.0, -1.0
    out = logit_qre_2x2(row.tolist(), col.tolist(), lam)
    signs = np.sign(gap[gap != 0])
    assert out["n_equilibria"] == int((signs[:-1] != signs[1:]).sum())
    for p, q in out["equilibria"]:
        assert composed(p) == pytest.approx((p, q), abs=1e-9)
    assert [p for p, _ in out["equilibria"]] == sorted(p for p, _ in out["equilibria"])


def test_a_coordination_game_has_three_equilibria_at_any_high_precision():
    game = [[2.0, 0.0], [0.0, 1.0]]
    for lam in (5.0, 50.0, 1e4):
        out = logit_qre_2x2(game, game, lam)
        assert out["n_equilibria"] == 3
        assert out["equilibria"][2] == pytest.approx([1, 1], abs=1e-3)
        # The mixed one approaches the Nash equilibrium (1/3, 1/3), both steep in the other.
        if lam >= 50:
            assert out["equilibria"][1] == pytest.approx([1 / 3, 1 / 3], abs=0.02)
    assert logit_qre_2x2(game, game, 0.0)["equilibria"] == [[0.5, 0.5]]
    even = logit_qre_2x2([[1, 0], [0, 1]], [[1, 0], [0, 1]], 40.0)
    assert even["equilibria"][1] == pytest.approx([0.5, 0.5], abs=1e-15)


def test_anticoordination_and_exchanged_players():
    row, col = [[0, 3], [1, 0]], [[0, 1], [2, 0]]
    out = logit_qre_2x2(row, col, 6.0)
    assert out["n_equilibria"] == 3
    exchanged = logit_qre_2x2(np.array(col).T.tolist(), np.array(row).T.tolist(), 6.0)
    pairs = sorted([q, p] for p, q in out["equilibria"])
    assert np.array(exchanged["equilibria"]) == pytest.approx(np.array(pairs), abs=1e-10)


def test_shapes_and_precision_are_checked():
    game = [[1, 0], [0, 1]]
    for change in ({"row": [[1, 0]]}, {"col": [[1, 0], [1]]}, {"lam": -1.0}, {"lam": 1e308}):
        with pytest.raises(InputError):
            logit_qre_2x2(**{"row": [[9, 0], [0, 1]], "col": game, "lam": 2.0, **change})
