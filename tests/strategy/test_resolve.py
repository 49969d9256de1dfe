"""Punish or back down: cost, stake, fear, what happens and what is believed afterwards."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triffin.strategy.credibility.reputation import (
    audiences,
    kreps_wilson_heterogeneous,
    pure_game,
)
from triffin.strategy.credibility.resolve import (
    BACK_DOWN,
    EXTENSION,
    OUTCOMES,
    PUNISHED,
    RESOLVE_COLUMNS,
    Resolve,
    draw_resolve,
    largest_rise,
)
from triffin.strategy.reference.credibility import (
    belief_predictive,
    credibility_filter,
    dilemma_index,
)
from triffin.strategy.reference.reputation import kreps_wilson
from triffin.world import InputError, parameter
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import shipped
from triffin.world.registry.sampling import uniforms

PAUSED = (EXTENSION, BACK_DOWN)


def central_resolve(n: int = 1) -> dict[str, Array]:
    """The registry's own values of `RESOLVE_COLUMNS`, n times."""
    return {name: np.full(n, parameter(name).value) for name in RESOLVE_COLUMNS}


def run_value(p: Array, thresholds: list[float], prizes: list[float]) -> Array:
    """V_k(p) (n,): concessions of the unbroken run of audiences from the next one on that concede.

    thresholds, prizes : P_j and a_j of the audiences still to move, from the last (k = 1) on.
    """
    belief = np.asarray(p, dtype=np.float64)
    value, unbroken = np.zeros(belief.shape), np.ones(belief.shape, dtype=bool)
    for threshold, prize in zip(reversed(thresholds), reversed(prizes), strict=True):
        unbroken &= belief > threshold
        value += np.where(unbroken, prize, 0.0)
    return value


def resolve_with(n: int = 1, **values: float) -> Resolve:
    return Resolve(
        central_resolve(n) | {k: np.full(n, v) for k, v in values.items()}, parameters=shipped()
    )


@cache
def draws(n: int, seed: int) -> dict[str, np.ndarray]:
    return draw_resolve(uniforms(RESOLVE_COLUMNS, n, seed), shipped())


def drawn(n: int = 64, seed: int = 1) -> Resolve:
    return Resolve(draws(n, seed), parameters=shipped())


@given(
    cost=st.floats(-200, 400),
    stake=st.floats(0, 300),
    rise=st.floats(0, 150),
    seed=st.integers(0, 3),
)
@settings(max_examples=30, deadline=None)
def test_belief_is_a_martingale_over_all_histories_of_two_ultimatums(
    cost: float, stake: float, rise: float, seed: int
) -> None:
    first = drawn(8, seed)
    start = first.p.copy()
    price = first.cost(np.full(8, cost / first.annuity), rise)
    value = np.full(8, stake)
    chance = first.predictive(first.likelihoods(price, value))
    assert chance.sum(axis=1) == pytest.approx(np.ones(8), abs=1e-12)
    mean = np.zeros(8)
    for one, other in product(range(len(OUTCOMES)), repeat=2):
        path = drawn(8, seed)
        now = path.likelihoods(price, value)
        weight = path.predictive(now)[:, one]
        path.p = path.posterior(now)[:, one]
        later = path.likelihoods(price, value)
        mean += weight * path.predictive(later)[:, other] * path.posterior(later)[:, other]
    np.testing.assert_allclose(mean, start, atol=1e-12)


def test_the_likelihoods_of_each_type_are_drawn_and_add_to_one() -> None:
    table = drawn(256).table
    assert table.sum(axis=1) == pytest.approx(np.ones((256, 2)))
    assert np.ptp(table, axis=0).min() > 0.01


def test_a_hegemon_known_to_be_tough_is_feared_for_sure() -> None:
    sure = resolve_with(credibility_prior=1.0)
    cost = sure.cost(np.array([50.0]), 60.0)
    assert sure.q(cost, sure.stake(cost, 1.0), court=False) == pytest.approx([1.0])


def test_courts_take_their_share_of_the_fear() -> None:
    sure = resolve_with(credibility_prior=1.0, court_block_probability=0.3)
    cost = sure.cost(np.array([50.0]))
    assert sure.q(cost, sure.stake(cost, 1.0)) == pytest.approx([0.7])


@pytest.mark.parametrize("loss", [0.0, -10.0])
def test_a_threat_that_pays_enforces_itself(loss: float) -> None:
    weak = resolve_with(credibility_prior=0.01)
    cost = weak.cost(np.array([loss]))
    stake = weak.stake(cost, 0.0)
    assert cost.self_enforcing.all()
    assert weak.weak_punishes(cost, stake) == pytest.approx([1.0])
    assert weak.dilemma_index(cost, stake) <= 0
    chance = weak.predictive(weak.likelihoods(cost, stake))
    assert chance[0, list(PUNISHED)].sum() == pytest.approx(1.0)


def test_market_pain_counts_only_beyond_what_is_tolerated() -> None:
    calm = resolve_with(pain_tolerance_bp=30.0)
    assert calm.cost(np.array([10.0]), 30.0).pain == pytest.approx([0.0])
    ten = calm.cost(np.array([10.0]), 40.0).pain[0]
    assert calm.cost(np.array([10.0]), 50.0).pain[0] == pytest.approx(2 * ten)
    # Ten basis points on the debt that is refinanced in a year, over two years.
    assert ten == pytest.approx(10e-4 * calm.roll_bn * calm.annuity)
    # Two thirds of what rolls is bills, which move little with the 10-year (models H.5).
    assert calm.roll_bn < 0.5 * parameter("maturing_twelve_months_bn").value


def test_more_market_pain_more_backing_down() -> None:
    hegemon = drawn(512)
    loss = np.full(512, 15.0)
    paused, indices = [], []
    for rise in (0.0, 30.0, 45.0, 80.0, 150.0, 400.0):
        cost = hegemon.cost(loss, rise)
        stake = hegemon.stake(cost, 40.0)
        paused.append(hegemon.predictive(hegemon.likelihoods(cost, stake))[:, PAUSED].sum(axis=1))
        indices.append(hegemon.dilemma_index(cost, stake))
    assert (np.diff(paused, axis=0) >= -1e-12).all()
    assert np.mean(paused[-1]) > np.mean(paused[0]) + 0.2
    assert (np.diff(indices, axis=0) >= 0).all()


def test_a_visible_spike_makes_backing_down_say_less() -> None:
    def after_backing_down(rise: float) -> float:
        hegemon = resolve_with(pain_tolerance_bp=30.0)
        cost = hegemon.cost(np.array([20.0]), rise)
        return float(hegemon.observe("back_down", cost, hegemon.stake(cost, 30.0))[0])

    # Pain for which even a tough hegemon would pause.
    assert after_backing_down(300.0) > after_backing_down(30.0) + 0.1
    assert after_backing_down(300.0) <= parameter("credibility_prior").value + 1e-12


def test_without_a_cost_events_are_read_by_the_table_of_likelihoods() -> None:
    hegemon = resolve_with()
    table = {
        outcome: [
            parameter(f"likelihood_tough_{outcome}").value,
            parameter(f"likelihood_weak_{outcome}").value,
        ]
        for outcome in OUTCOMES
    }
    seen = ["full_punish", "extension", "back_down"]
    path = credibility_filter(0.5, table, seen)["path"]
    for outcome, belief in zip(seen, path, strict=True):
        assert hegemon.observe(outcome) == pytest.approx([belief], abs=1e-12)
    predicted = belief_predictive(0.5, table)["predictive"]
    fresh = resolve_with()
    assert fresh.predictive(fresh.table)[0] == pytest.approx([predicted[o] for o in OUTCOMES])


def test_outcomes_come_as_often_as_predicted() -> None:
    hegemon = resolve_with(4096)
    cost = hegemon.cost(np.full(4096, 20.0), 35.0)
    stake = hegemon.stake(cost, 30.0)
    chance = hegemon.predictive(hegemon.likelihoods(cost, stake))[0]
    u = (np.arange(4096) + 0.5) / 4096
    outcome = hegemon.decide(u, cost, stake)
    shares = np.bincount(outcome, minlength=4) / 4096
    assert shares == pytest.approx(chance, abs=1e-3)
    assert hegemon.p.mean() == pytest.approx(0.5, abs=1e-3)


def test_a_forced_outcome_is_seen_by_all() -> None:
    u = np.full(3, 0.5)
    for word, outcome, rises in (
        ("punish", "full_punish", True),
        ("back_down", "back_down", False),
    ):
        hegemon = resolve_with(3)
        cost = hegemon.cost(np.full(3, 20.0))
        found = hegemon.decide(u, cost, hegemon.stake(cost, 5.0), forced=word)
        assert [OUTCOMES[k] for k in found] == [outcome] * 3
        assert ((hegemon.p > 0.5) == rises).all()
    with pytest.raises(InputError, match="got 'bomb'"):
        resolve_with(1).decide(u[:1], cost, np.ones(1), forced="bomb")


@pytest.mark.parametrize(("p", "b"), [(0.6, 0.5), (0.9, 0.7), (0.3, 0.2)])
def test_without_noise_and_smoothing_the_weak_type_punishes_as_in_the_pure_game(
    p: float, b: float
) -> None:
    # Two equal partners, one still to come: the weak type punishes for sure iff p >= b.
    oracle = kreps_wilson(2, p, b, 2.0)
    limit = resolve_with(punishment_smoothing=1e-9, audience_cost_share=0.0)
    cost = limit.cost(np.array([1.0]) / limit.annuity)
    value = run_value(np.array([p]), [b], [2.0])
    assert limit.weak_punishes(cost, limit.stake(cost, value))[0] == pytest.approx(
        oracle["fight_prob_weak"]
    )


def test_with_unequal_audiences_too() -> None:
    rng = np.random.default_rng(3)
    sure = never = 0
    for _ in range(80):
        n = int(rng.integers(2, 7))
        g, l, c, a = (rng.uniform(0.2, 1.5, n) for _ in range(4))
        p = float(rng.uniform(0.02, 0.98))
        oracle = kreps_wilson_heterogeneous(p, *(x.tolist() for x in (g, l, c, a)))
        value = run_value(np.array([p]), oracle["P"][:-1], a[:-1].tolist())
        limit = resolve_with(punishment_smoothing=1e-9, audience_cost_share=0.0)
        cost = limit.cost(c[-1:] / limit.annuity)
        x = limit.weak_punishes(cost, limit.stake(cost, value))[0]
        # Where the pure game mixes the weak type is indifferent, and V jumps past c there.
        if oracle["fight_prob_weak"] == 1.0:
            sure += abs(p - oracle["phat"][-1]) > 1e-9
            assert x == pytest.approx(1.0)
        else:
            never += 1
            assert x == pytest.approx(0.0)
    assert sure > 10
    assert never > 10


def test_few_audiences_watch_instead_of_seventy_five_partners() -> None:
    codes = ("JPN", "EU", "CHN", "KOR", "IND", "GBR", "VNM", "THA", "CAN", "BRA")
    names, members = audiences(codes)
    assert names == ("EU", "Japan", "China", "Korea", "India", "UK", "ASEAN", "rest")
    assert (members.sum(axis=0) == 1).all()
    assert members[names.index("ASEAN")].sum() == 2
    equal = np.ones(10)
    found = pure_game(0.5, range(len(names)), members, equal, equal, equal, equal)
    assert found["players"] == list(range(8))
    nobody = pure_game(0.5, range(8), members, -equal, equal, equal, equal)
    assert nobody == {"players": []}


def test_reputation_is_worth_what_concessions_turn_on_it() -> None:
    hegemon = resolve_with(3, credibility_prior=0.5)
    zero, hit = np.zeros((3, 2)), np.full((3, 2), -1.0)
    gain = np.array([10.0, 0.0])

    def value(concede: float) -> np.ndarray:
        return hegemon.reputation_value(gain, np.full((3, 2), concede), zero, hit, np.full(3, 6.0))

    assert (value(-0.5) > 5 * hegemon.annuity * 0.5).all()
    # Partners who would concede anyway, or never, make reputation worthless.
    assert (value(3.0) < 1e-3).all()
    assert (value(-4.0) < 1e-3).all()
    sure = resolve_with(3, credibility_prior=1.0)
    assert sure.reputation_value(gain, zero - 0.5, zero, hit, np.full(3, 6.0)) == pytest.approx(0.0)


def test_the_largest_rise_is_taken_over_three_days_and_never_negative() -> None:
    level = np.array([4.0, 3.9, np.nan, 4.1, 4.3, 4.2, 3.0])
    assert largest_rise(level) == pytest.approx(40.0)  # 3.9 to 4.3
    assert largest_rise(np.array([4.0, 3.0])) == 0.0
    assert largest_rise(np.array([4.0])) == 0.0
    assert largest_rise(np.tile(level[:, None], (1, 2))).shape == (2,)


def test_draws_that_are_missing_and_unknown_outcomes_are_refused() -> None:
    with pytest.raises(InputError, match="draws are missing"):
        Resolve({"credibility_prior": np.ones(1)}, parameters=shipped())
    with pytest.raises(InputError, match="got 'shrug'"):
        resolve_with().observe("shrug")


@given(loss=st.floats(0.1, 300), rise=st.floats(0, 150), value=st.floats(1, 300))
@settings(max_examples=30, deadline=None)
def test_the_dilemma_of_a_draw_is_the_index_of_the_reference_model(
    loss: float, rise: float, value: float
) -> None:
    resolve = drawn(8)
    cost = resolve.cost(np.full(8, loss), np.full(8, rise))
    index = resolve.dilemma_index(cost, resolve.stake(cost, value))
    for i in range(8):
        reference = dilemma_index(
            c_ge_bn=loss * resolve.annuity,
            equity_bn=parameter("equity_loss_usd_bn").value,
            chi=resolve.drawn["pain_weight"][i],
            dy_bp=rise,
            y_pain_bp=resolve.drawn["pain_tolerance_bp"][i],
            roll_bn=resolve.roll_bn * resolve.annuity,
            reputation_value_bn=value,
            audience_cost_bn=resolve.audience_cost(cost)[i],
        )
        assert index[i] == pytest.approx(reference["dilemma_index"])
