"""Nash-in-Nash: every bargain is the bilateral one given the tariffs of the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.strategy.bargains.one_bargain import nash_bilateral
from triffin.strategy.reference.simultaneous import NoSurplus, nash_in_nash
from triffin.world.base.errors import InputError, NotConverged


def economies(seed, n, *, cross=0.1):
    rng = np.random.default_rng(seed)
    spread = rng.uniform(-cross, cross, (2, n, n)) * (1 - np.eye(n))
    return {
        "g1": rng.uniform(0.1, 0.4, n).tolist(),
        "g2": rng.uniform(1.0, 2.5, n).tolist(),
        "l1": rng.uniform(0.0, 0.4, n).tolist(),
        "l2": rng.uniform(-1.0, 0.5, n).tolist(),
        "C": spread[0].tolist(),
        "E": spread[1].tolist(),
        "omega": 0.25,
        "beta": 0.6,
        "dH": rng.uniform(-0.02, 0.0, n).tolist(),
        "dU": rng.uniform(-0.3, -0.1, n).tolist(),
        "t_max": 0.3,
    }


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 8))
def test_each_bargain_is_the_bilateral_one_at_the_others_tariffs(seed, n):
    inputs = economies(seed, n)
    out = nash_in_nash(**inputs)
    t = np.array(out["tariffs"])
    for i in range(n):
        alone = nash_bilateral(
            g1=inputs["g1"][i] + float(np.dot(inputs["C"][i], t)),
            l1=inputs["l1"][i] + float(np.dot(inputs["E"][i], t)),
            **{name: inputs[name][i] for name in ("g2", "l2", "dH", "dU")},
            **{name: inputs[name] for name in ("omega", "beta", "t_max")},
            v=[],
            p=[],
            kappa=[],
        )
        assert out["tariffs"][i] == pytest.approx(alone["tariff"], abs=1e-12)
        for name in ("cash", "gain_hegemon", "gain_partner"):
            assert out[name][i] == pytest.approx(alone[name], abs=1e-12)
        assert min(out["gain_hegemon"][i], out["gain_partner"][i]) >= 0


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_relabelling_partners_relabels_the_outcome(seed):
    inputs, order = economies(seed, 6), np.random.default_rng(seed).permutation(6)
    swapped = {
        name: (
            np.array(value)[np.ix_(order, order)].tolist()
            if name in ("C", "E")
            else np.array(value)[order].tolist()
            if isinstance(value, list)
            else value
        )
        for name, value in inputs.items()
    }
    straight, other = nash_in_nash(**inputs), nash_in_nash(**swapped)
    for name, value in straight.items():
        assert other[name] == pytest.approx(np.array(value)[order].tolist(), abs=1e-13)


def test_75_partners_are_solved():
    out = nash_in_nash(**economies(1, 75, cross=0.01))
    assert len(out["tariffs"]) == 75


def test_a_weight_per_partner_is_allowed():
    inputs = economies(3, 3)
    common = nash_in_nash(**inputs)
    tilted = nash_in_nash(**{**inputs, "beta": [0.6, 0.7, 0.6]})
    assert tilted["tariffs"] == common["tariffs"]
    assert tilted["gain_hegemon"][1] == pytest.approx(common["gain_hegemon"][1] * 7 / 6)


def test_a_convex_partner_ends_at_zero_or_at_the_cap():
    inputs = {**economies(5, 2, cross=0.0), "g2": [2.0, -1.0], "l2": [-1.0, 1.0]}
    inputs["g1"], inputs["l1"] = [0.3, 0.3], [0.2, 0.5]
    assert nash_in_nash(**{**inputs, "t_max": 0.1})["tariffs"][1] == 0.0
    assert nash_in_nash(**{**inputs, "t_max": 0.2})["tariffs"][1] == pytest.approx(0.2, abs=1e-15)
    del inputs["t_max"]
    with pytest.raises(InputError, match="partner 1"):
        nash_in_nash(**inputs)


def test_slow_convergence_still_gives_all_digits():
    # The own effect is 3.5, the cross effect 3.49: the repetition gains 0.14 % per round.
    pair = {
        "g1": [0.0028, 0.0028],
        "g2": [2.8, 2.8],
        "l1": [0.0, 0.0],
        "l2": [0.0, 0.0],
        "C": [[0, 2.792], [2.792, 0]],
        "E": [[0, 0], [0, 0]],
        "omega": 0.25,
        "beta": 0.5,
        "dH": [-1.0, -1.0],
        "dU": [-1.0, -1.0],
    }
    assert nash_in_nash(**pair)["tariffs"] == pytest.approx([0.35, 0.35], rel=1e-12)


def test_tariffs_that_feed_on_each_other_without_end_are_reported():
    inputs = economies(2, 2)
    del inputs["t_max"]
    inputs["C"] = [[0.0, 9.0], [9.0, 0.0]]
    with pytest.raises(NotConverged, match="C, E"):
        nash_in_nash(**inputs)


def test_partners_without_a_surplus_are_named_so_that_they_can_be_dropped():
    inputs = economies(4, 3)
    inputs["dU"][1] = 0.5
    with pytest.raises(NoSurplus) as caught:
        nash_in_nash(**inputs)
    assert caught.value.partners == (1,)
    assert "partner 1" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"C": [[0.0, 0.1], [0.1, 0.5]]}, r"C\[1\]\[1\]"),
        ({"C": [[0.0, 0.1]]}, "C"),
        ({"E": [[0.0], [0.1]]}, r"E\[0\]"),
        ({"g1": [0.1]}, "differ in length"),
        ({"beta": [0.5]}, "beta"),
        ({"beta": 2.0}, "beta"),
        ({"omega": -2.0}, "omega"),
    ],
)
def test_bad_inputs_are_refused_by_name(change, words):
    with pytest.raises(InputError, match=words):
        nash_in_nash(**{**economies(7, 2), **change})
