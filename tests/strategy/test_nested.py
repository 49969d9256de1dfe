"""Concede or resist: the nested logit, its calibration to 2018-19, equilibria and benchmarks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.strategy.alignment.nested import (
    ACTIONS,
    CONCEDE,
    HOLD,
    NESTED_COLUMNS,
    PIVOT,
    RETALIATE,
    SELL,
    Game,
    align,
    calibrate,
    chosen,
    draw_nested,
    reference_2018,
)
from triffin.strategy.alignment.thresholds import global_game_flat
from triffin.strategy.coordination_benchmarks import cascade, influence
from triffin.strategy.reference.alignment import logit_alignment
from triffin.world import InputError
from triffin.world.registry.parameter_set import shipped
from triffin.world.registry.sampling import uniforms

NONE = np.zeros((1, len(ACTIONS)))


def settings_of(
    rationality: float, dissimilarity: float = 0.5, n: int = 1
) -> dict[str, np.ndarray]:
    return {
        "alignment_rationality": np.full(n, rationality),
        "alignment_dissimilarity": np.full(n, dissimilarity),
    }


def game(seed: int = 1, m: int = 5, J: float = 0.0, n: int = 1) -> Game:
    rng = np.random.default_rng(seed)
    base = rng.normal(0.0, 0.3, (n, m, len(ACTIONS)))
    base[..., SELL] = -np.inf
    base[:, 0, PIVOT] = -np.inf
    return Game(base, np.full((n, m), J), rng.dirichlet(np.ones(m)))


@given(seed=st.integers(0, 200), J=st.floats(-2, 2), force=st.floats(0.1, 20))
@settings(max_examples=40, deadline=None)
def test_the_probabilities_of_every_partner_add_to_one_and_reproduce_the_share(
    seed: int, J: float, force: float
) -> None:
    talks = game(seed, J=J)
    found = align(talks, settings_of(force), NONE)
    assert found.probs.sum(axis=-1) == pytest.approx(np.ones((1, 5)), abs=1e-12)
    assert (found.probs >= 0).all()
    resisting = (1.0 - found.probs[..., CONCEDE]) @ talks.weight
    assert resisting == pytest.approx(found.x, abs=1e-9)
    assert found.probs[0, 0, PIVOT] == 0.0  # not open to this partner


def test_without_rationality_nests_share_equally_and_so_do_actions_within() -> None:
    found = align(game(), settings_of(1e-12), NONE)
    # Three open ways to resist and a dissimilarity of ½: the nest has √3 to one.
    nest = 3**0.5 / (1 + 3**0.5)
    assert found.probs[0, 1] == pytest.approx([1 - nest, *[nest / 3] * 3, 0.0], abs=1e-9)


def test_with_equal_payoffs_the_nest_resists_less_than_a_flat_logit() -> None:
    equal = Game(np.zeros((1, 1, 5)), np.zeros((1, 1)), np.ones(1))
    equal.base[..., SELL] = -np.inf
    flat = align(equal, settings_of(6.0, 1.0), NONE).x[0]
    assert flat == pytest.approx(0.75)
    assert align(equal, settings_of(6.0, 0.3), NONE).x[0] < 0.6


@pytest.mark.parametrize(("J", "start"), [(0.0, 0.0), (0.6, 0.0), (1.2, 0.0), (1.2, 1.0)])
def test_at_a_dissimilarity_of_one_it_is_the_flat_logit(J: float, start: float) -> None:
    rng = np.random.default_rng(7)
    base = rng.normal([0.55, 0, 0, -0.1], 0.1, (6, 4))
    weight = np.full(6, 1 / 6)
    flat = logit_alignment(base.tolist(), [J] * 6, weight.tolist(), 6.0, start)
    full = np.concatenate([base, np.full((6, 1), -np.inf)], axis=1)[None]
    found = align(
        Game(full, np.full((1, 6), J), weight), settings_of(6.0, 1.0), NONE, x_start=start
    )
    assert found.equilibria[0] == pytest.approx(flat["fixed_points"], abs=1e-12)
    assert found.x[0] == pytest.approx(flat["selected"], abs=1e-12)
    assert found.n_equilibria[0] == flat["n_equilibria"]


def test_where_resistance_feeds_on_itself_history_selects() -> None:
    base = np.zeros((2, 4, len(ACTIONS)))
    base[..., CONCEDE], base[..., PIVOT:] = 0.5, -np.inf
    base[..., RETALIATE] = -np.inf
    pushed = Game(base, np.full((2, 4), 1.0), np.full(4, 0.25))
    found = align(pushed, settings_of(10.0, 0.5, 2), np.zeros((2, 5)), x_start=np.array([0.0, 1.0]))
    assert found.n_equilibria.tolist() == [3, 3]
    assert found.x[0] < 0.1
    assert found.x[1] > 0.9
    assert found.equilibria[0][1] == pytest.approx(0.5)


def drawn(n: int = 200) -> dict[str, np.ndarray]:
    return draw_nested(uniforms(NESTED_COLUMNS, n, 1), shipped())


def test_the_intercepts_reproduce_how_often_partners_retaliated_in_2018_19() -> None:
    values = drawn()
    rng = np.random.default_rng(2)
    ally = rng.random(75) < 0.3
    reference = reference_2018(
        100 * values["security_value"][:, None] * ally,
        100 * values["dignity_cost"],
        np.arange(75) != 3,
    )
    intercepts = calibrate(reference, values)
    past = Game(reference, np.zeros((200, 75)), np.full(75, 1 / 75))
    found = align(past, values, intercepts)
    assert found.probs[..., RETALIATE].mean(axis=1) == pytest.approx(
        values["retaliation_frequency"], rel=1e-9
    )
    assert found.probs[..., PIVOT].mean(axis=1) == pytest.approx(
        np.maximum(values["pivot_frequency"], 1e-6), rel=1e-9
    )
    # Seven of 75; most of the others hold or concede.
    assert np.median(found.counts(RETALIATE)) == pytest.approx(7.1, abs=0.3)
    # An ally would lose its security.
    assert (found.probs[:, ally, PIVOT] <= found.probs[:, ~ally, PIVOT].max()).all()


def test_actions_are_taken_as_often_as_their_probability_and_never_where_closed() -> None:
    talks = game(n=1, m=4)
    u = np.random.default_rng(0).random((4000, 4))
    probs = np.broadcast_to(align(talks, settings_of(6.0), NONE).probs, (4000, 4, 5))
    actions = chosen(probs, u)
    for action in range(len(ACTIONS)):
        assert (actions == action).mean(axis=0) == pytest.approx(probs[0, :, action], abs=0.03)
    assert not (actions == SELL).any()
    assert not (actions[:, 0] == PIVOT).any()


def test_more_to_lose_by_resisting_more_conceding() -> None:
    shares = []
    for hit in (0.0, -0.2, -0.5, -2.0):
        base = np.zeros((1, 3, len(ACTIONS)))
        base[..., HOLD:] = hit
        base[..., SELL] = -np.inf
        found = align(Game(base, np.zeros((1, 3)), np.full(3, 1 / 3)), settings_of(6.0), NONE)
        shares.append(found.probs[0, 0, CONCEDE])
    assert (np.diff(shares) > 0).all()
    assert shares[-1] > 0.99


def test_the_influence_of_partners_adds_to_the_threshold_of_the_global_game() -> None:
    rng = np.random.default_rng(5)
    weight, b, c = rng.dirichlet(np.ones(6)), rng.uniform(0.1, 1, 6), rng.uniform(0.1, 1, 6)
    flat = global_game_flat(weight.tolist(), b.tolist(), c.tolist(), 0.1)
    assert influence(weight, b, c) == pytest.approx(flat["influence"])
    # Partners who gain nothing by resisting, or lose nothing, wait for nobody.
    edge = influence(np.array([0.5, 0.5]), np.array([-1.0, 1.0]), np.array([1.0, -1.0]))
    assert edge.tolist() == [0.0, 0.5]


def test_a_cascade_needs_those_who_gain_and_spares_those_who_do_not() -> None:
    ring = np.roll(np.eye(4), 1, axis=1)  # each watches the next one
    gain, loss = np.array([1.0, 1.0, 1.0, -1.0]), np.ones(4)
    found = cascade(ring, gain, loss, [2])
    assert found["resist"] == [True, True, True, False]
    assert cascade(ring, gain, loss, [])["n_resist"] == 0


def test_games_that_are_not_complete_are_refused() -> None:
    base = np.zeros((1, 2, len(ACTIONS)))
    with pytest.raises(InputError, match="got"):
        Game(base[..., :4], np.zeros((1, 2)), np.full(2, 0.5))
    base[0, 0, HOLD] = np.nan
    with pytest.raises(InputError, match="a payoff is missing"):
        Game(base, np.zeros((1, 2)), np.full(2, 0.5))
