"""Beliefs by Bayes' rule, the dilemma index, wars of attrition: enumeration and simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.strategy.reference.credibility import (
    abreu_gul,
    belief_predictive,
    credibility_filter,
    dilemma_index,
    war_of_attrition,
)
from triffin.world.base.errors import InputError

TABLE = {
    "full_punish": [0.5, 0.05],
    "partial_punish": [0.3, 0.2],
    "extension": [0.15, 0.45],
    "back_down": [0.05, 0.3],
}


def random_table(seed, outcomes):
    rng = np.random.default_rng(seed)
    columns = rng.dirichlet(np.ones(outcomes), 2).T
    return {f"outcome {k}": row.tolist() for k, row in enumerate(columns)}


@given(p=st.floats(0, 1), seed=st.integers(0, 2**32 - 1), outcomes=st.integers(2, 6))
def test_beliefs_are_a_martingale_and_probabilities_sum_to_one(p, seed, outcomes):
    out = belief_predictive(p, random_table(seed, outcomes))
    assert sum(out["predictive"].values()) == pytest.approx(1)
    assert out["expected_posterior"] == pytest.approx(p, abs=1e-12)


@settings(deadline=None)
@given(p=st.floats(0.001, 0.999), seed=st.integers(0, 2**32 - 1))
def test_the_filter_is_a_martingale_over_all_histories(p, seed):
    table = random_table(seed, 3)
    mean = 0.0
    for history in itertools.product(table, repeat=3):
        tough = math.prod(table[outcome][0] for outcome in history)
        weak = math.prod(table[outcome][1] for outcome in history)
        belief = credibility_filter(p, table, history)["path"][-1]
        assert belief == pytest.approx(p * tough / (p * tough + (1 - p) * weak))
        mean += (p * tough + (1 - p) * weak) * belief
    assert mean == pytest.approx(p)


def test_the_filter_takes_the_steps_of_the_predictive():
    for outcome, belief in belief_predictive(0.35, TABLE)["posterior"].items():
        assert credibility_filter(0.35, TABLE, [outcome])["path"][0] == pytest.approx(belief)


def test_beliefs_stay_precise_over_long_histories():
    path = credibility_filter(0.5, TABLE, ["full_punish"] * 400 + ["back_down"] * 600)["path"]
    assert path[399] == 1.0
    expected = 400 * math.log(10) - 600 * math.log(6)
    assert math.log(path[-1]) == pytest.approx(expected, rel=1e-12)


def test_a_telling_outcome_ends_doubt_and_a_contradiction_is_refused():
    table = {"punish": [1.0, 0.4], "yield": [0.0, 0.6]}
    assert credibility_filter(0.7, table, ["punish", "yield", "punish"])["path"][1:] == [0.0, 0.0]
    with pytest.raises(InputError, match="known to be tough"):
        credibility_filter(1.0, table, ["yield"])
    certain = belief_predictive(1.0, table)
    assert certain["posterior"] == {"punish": 1.0, "yield": None}
    assert certain["expected_posterior"] == 1.0


def test_tables_and_observations_are_checked():
    with pytest.raises(InputError, match="impossible under both"):
        credibility_filter(0.5, {**TABLE, "war": [0, 0]}, ["war"])
    # An outcome that nobody observed does not matter for the filter.
    assert credibility_filter(0.5, {**TABLE, "war": [0, 0]}, ["extension"])
    assert credibility_filter(0.5, TABLE, [])["path"] == []
    with pytest.raises(InputError, match="Did you mean 'extension'"):
        credibility_filter(0.5, TABLE, ["extention"])
    with pytest.raises(InputError, match="weak type add to"):
        belief_predictive(0.5, {"a": [0.5, 0.5], "b": [0.5, 0.4]})
    with pytest.raises(InputError, match="impossible under both"):
        belief_predictive(0.5, {"a": [1.0, 1.0], "b": [0.0, 0.0]})
    for table in ({}, [], {"a": [1.0]}, {"a": [-0.1, 1.0]}, {"a": 1.0}):
        with pytest.raises(InputError, match="table"):
            credibility_filter(0.5, table, [])
    with pytest.raises(InputError, match="p0"):
        credibility_filter(1.1, TABLE, [])
    for observations in ("extension", [3], 7):
        with pytest.raises(InputError, match="observations"):
            credibility_filter(0.5, TABLE, observations)


COSTS = {
    "c_ge_bn": 10.0,
    "equity_bn": 0.0,
    "chi": 1.0,
    "dy_bp": 47.0,
    "y_pain_bp": 40.0,
    "roll_bn": 9200.0,
    "reputation_value_bn": 12.0,
    "audience_cost_bn": 1.0,
}


def test_pain_below_the_tolerance_costs_nothing_and_one_is_not_above_one():
    calm = dilemma_index(**{**COSTS, "dy_bp": 30.0})
    assert calm["cost_bn"] == 10.0
    assert not calm["backs_down"]
    assert not dilemma_index(**{**COSTS, "dy_bp": 0.0, "c_ge_bn": 13.0})["backs_down"]
    paying = dilemma_index(**{**COSTS, "dy_bp": 0.0, "c_ge_bn": -5.0})
    assert paying["dilemma_index"] < 0
    assert not paying["backs_down"]
    with pytest.raises(InputError, match="backing down costs nothing"):
        dilemma_index(**{**COSTS, "reputation_value_bn": -1.0})


@given(
    z=st.tuples(st.floats(0.01, 0.9), st.floats(0.01, 0.9)),
    alpha=st.tuples(st.floats(0.55, 0.95), st.floats(0.5, 0.95)),
    r=st.tuples(st.floats(0.01, 0.5), st.floats(0.01, 0.5)),
)
def test_both_sides_reach_certainty_at_the_same_moment_and_are_indifferent(z, alpha, r):
    out = abreu_gul(*z, *alpha, *r)
    for side, prior in (("h", z[0]), ("p", z[1])):
        # Surviving reasonable types are gone at T0: z = (1 − mass) e^(−λ T0).
        mass = out[f"mass_concede_{side}"]
        assert (1 - mass) * math.exp(-out[f"lambda_{side}"] * out["T0"]) == pytest.approx(prior)
        assert 0 <= mass < 1
    assert min(out["mass_concede_h"], out["mass_concede_p"]) == 0.0
    # The hegemon's cost of waiting equals its gain when the partner gives in, and conversely.
    surplus = alpha[0] + alpha[1] - 1
    assert out["lambda_p"] * surplus == pytest.approx(r[0] * (1 - alpha[1]))
    assert out["lambda_h"] * surplus == pytest.approx(r[1] * (1 - alpha[0]))


def test_exchanging_the_sides_exchanges_the_outcome():
    one = abreu_gul(0.1, 0.2, 0.6, 0.7, 0.05, 0.1)
    other = abreu_gul(0.2, 0.1, 0.7, 0.6, 0.1, 0.05)
    for name in ("lambda", "T", "mass_concede"):
        assert one[f"{name}_h"] == pytest.approx(other[f"{name}_p"])
    for demands in ((0.5, 0.5), (0.3, 0.7), (0.9, 0.1), (0.2, 0.3)):
        with pytest.raises(InputError, match="compatible"):
            abreu_gul(0.1, 0.2, *demands, 0.05, 0.1)
    with pytest.raises(InputError, match="z_h"):
        abreu_gul(1.0, 0.2, 0.6, 0.7, 0.05, 0.1)


def test_simulated_wars_of_attrition_last_as_long_as_the_closed_form_says():
    out = war_of_attrition(3.0, 0.5, 2.0, audience_cost=1.0)
    quits = np.random.default_rng(11).exponential(out["mean_individual_quit"], (400_000, 2))
    ends = quits.min(axis=1)
    assert ends.mean() == pytest.approx(out["expected_duration"], rel=0.01)
    assert (ends > 2.0).mean() == pytest.approx(out["p_no_exit"], abs=0.003)


def test_waiting_for_nothing_or_at_no_cost_is_refused():
    assert war_of_attrition(-1.0, 0.5, 1.0, audience_cost=2.0)["hazard"] == 0.5
    for v, c, horizon, audience in ((0, 1, 1, 0), (1, 0, 1, 0), (1, 1, -1, 0), (1, 1, 1, -1)):
        with pytest.raises(InputError):
            war_of_attrition(v, c, horizon, audience)
