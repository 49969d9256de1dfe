"""Draws belong to a quantity: its name and the seed decide them, and nothing else does."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triffin.world.base.errors import InputError
from triffin.world.registry.registry import all_parameters
from triffin.world.registry.sampling import _DIRECTIONS, TOGETHER, uniforms

NAMES = [f"quantity_{k}" for k in range(24)]


@given(st.permutations(["a", "closure", "b", "trade_elasticity", "c"]), st.integers(0, 99))
def test_a_new_quantity_moves_no_other(names: list[str], seed: int) -> None:
    alone = {name: uniforms([name], 40, seed)[name] for name in names}
    together = uniforms([*names, "dummy"], 40, seed)
    for name in names:
        assert np.array_equal(alone[name], together[name])


@given(st.integers(0, 500), st.integers(1, 100))
def test_the_first_draws_of_a_long_run_are_those_of_a_short_one(first: int, n: int) -> None:
    whole = uniforms(["a", "closure"], first + n, 1)
    part = uniforms(["a", "closure"], n, 1, first=first)
    for name, values in part.items():
        assert np.array_equal(values, whole[name][first:])


@pytest.mark.parametrize("name", ["a", *TOGETHER])
@pytest.mark.parametrize("n", [32, 64, 1024])
def test_equal_intervals_have_equally_many_draws(name: str, n: int) -> None:
    for start in (0, n, 7 * n):
        values = uniforms([name], n, 3, first=start)[name]
        assert sorted((values * n).astype(int)) == list(range(n))


def test_quantities_are_independent_of_each_other() -> None:
    drawn = uniforms(NAMES, 4096, 11)
    excess = []
    for one, other in combinations(NAMES, 2):
        for bins in (2, 4, 8, 16):
            seen, _, _ = np.histogram2d(drawn[one], drawn[other], bins=bins, range=[[0, 1], [0, 1]])
            expected = 4096 / bins**2
            excess.append(((seen - expected) ** 2 / expected).sum() / (bins - 1) ** 2)
    # A mean of 1,104 chi-square ratios; independence gives one.
    assert np.mean(excess) == pytest.approx(1.0, abs=0.1)


def test_what_matters_together_fills_the_plane_evenly() -> None:
    drawn = uniforms(TOGETHER, 1024, 5)
    seen, _, _ = np.histogram2d(
        drawn[TOGETHER[0]], drawn[TOGETHER[1]], bins=32, range=[[0, 1], [0, 1]]
    )
    assert np.all(seen == 1)  # a (0, 10, 2)-net


def test_seeds_give_other_draws_with_the_moments_of_a_uniform() -> None:
    first = np.array([uniforms(["a", "closure"], 1, s)["a"][0] for s in range(1000)])
    assert first.mean() == pytest.approx(0.5, abs=0.04)
    assert first.var() == pytest.approx(1 / 12, abs=0.008)


def test_probabilities_lie_inside_zero_and_one() -> None:
    for values in uniforms([*NAMES, *TOGETHER], 10_000, 2).values():
        assert values.min() > 0
        assert values.max() < 1


def test_the_dimensions_are_those_of_the_published_sequence() -> None:
    """Against scipy's Sobol points, which use the same direction numbers (Joe and Kuo 2008)."""
    from scipy.stats import qmc

    from triffin.world.registry.sampling import _direction_numbers

    points = qmc.Sobol(len(TOGETHER), scramble=False).random(256)
    gray = np.arange(256) ^ (np.arange(256) >> 1)
    for dimension in range(len(TOGETHER)):
        digits = np.zeros(256, dtype=np.int64)
        for place, direction in enumerate(_direction_numbers(dimension)):
            digits ^= np.where(gray >> place & 1, direction, 0)
        assert np.allclose(digits / 2**17, points[:, dimension], atol=1e-12)


def test_every_dimension_has_one_name() -> None:
    assert len(set(TOGETHER)) == len(TOGETHER) <= len(_DIRECTIONS)
    assert "trade_elasticity" in all_parameters()


def test_draws_that_cannot_be_made_are_refused() -> None:
    for n, seed in ((0, 1), (10, -1), (2_000_000, 1)):
        with pytest.raises(InputError):
            uniforms(["a"], n, seed)
