"""What going first earns, on exact payoffs of every set of signatures (models A.5, A.6)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from triffin.strategy.negotiation.sequence import REST, SigningGame, signing_game
from triffin.strategy.payoffs.solves import TalksSetting, setting_of, solve_columns
from triffin.world import load_world
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

FEW = ("JPN", "EU", "KOR", "IND", "VNM", "GBR")


@pytest.fixture(scope="module")
def table() -> TalksSetting:
    return setting_of(
        load_world("world-2023"), partners=FEW, until="2025-04-18", registry=shipped()
    )


@pytest.fixture(scope="module")
def game(table: TalksSetting) -> SigningGame:
    return signing_game(table, "JPN", groups=4)


def _signed(game: SigningGame, names: set[str]) -> int:
    return sum(1 << k for k, name in enumerate(game.groups) if name in names)


def test_the_partner_comes_first_and_small_ones_meet_as_one(game: SigningGame) -> None:
    assert game.groups[0] == "Japan"
    assert game.groups[-1] == REST
    assert "United Kingdom" not in game.groups  # its announced rate is what it pays already


def test_all_signatures_are_the_pause_and_none_is_the_threat_on_everybody(
    game: SigningGame, table: TalksSetting
) -> None:
    paused = solve_columns(table, table.column(table.pause)[None])
    np.testing.assert_allclose(game.hegemon[-1], paused.hegemon[0], atol=1e-8)
    joint = solve_columns(table, table.column(np.maximum(table.announced, table.pause))[None])
    np.testing.assert_allclose(game.hegemon[0], joint.hegemon[0], atol=1e-7)
    np.testing.assert_allclose(game.partners[0, 0], joint.partners[0, 0], atol=1e-7)


def test_a_signature_spares_the_partner_and_hurts_those_who_compete_with_it(
    game: SigningGame,
) -> None:
    for rest in ({"European Union"}, set(), {"European Union", "South Korea"}):
        without = _signed(game, rest)
        with_japan = _signed(game, rest | {"Japan"})
        assert game.partners[with_japan, 0] > game.partners[without, 0]
    assert game.others_signing["partner_if_signed_bn"] < 0


def test_the_programme_is_the_whole_tree_of_the_game(game: SigningGame) -> None:
    """Backward induction by hand over the two choices of every group in turn."""
    beta = 0.55

    def tree(order: list[int], step: int, signed: int) -> tuple[float, dict[int, float], int]:
        if step == len(order):
            return float(game.hegemon[signed]), {}, signed
        k = order[step]
        no, pay_no, end_no = tree(order, step + 1, signed)
        yes, pay_yes, end_yes = tree(order, step + 1, signed | 1 << k)
        outside = float(game.partners[end_no, k])
        surplus = yes + float(game.partners[end_yes, k]) - no - outside
        if surplus > 1e-9:
            return no + beta * surplus, pay_yes | {k: outside + (1 - beta) * surplus}, end_yes
        return no, pay_no | {k: outside}, end_no

    for place in range(len(game.groups)):
        _, payoffs_, _ = tree(game.order(place), 0, 0)
        assert game.play(beta, place)[0] == pytest.approx(payoffs_[0], abs=1e-9)


def test_where_the_hegemon_takes_all_a_signer_gets_its_outside_payoff(game: SigningGame) -> None:
    last = len(game.groups) - 1
    payoff, signs = game.play(1.0, last)
    assert signs
    everyone_else = (1 << len(game.groups)) - 2
    assert payoff == pytest.approx(float(game.partners[everyone_else, 0]))


def test_the_gap_is_read_between_the_weights_it_was_played_at(game: SigningGame) -> None:
    betas = np.array([0.3, 0.45, 0.6])
    gap = game.first_minus_last(betas)
    last = len(game.groups) - 1
    for beta, found in zip(betas, gap, strict=True):
        assert found == pytest.approx(game.play(beta, 0)[0] - game.play(beta, last)[0], abs=0.05)


def test_a_partner_without_a_tariff_threat_has_nothing_to_sign_first(table: TalksSetting) -> None:
    with pytest.raises(InputError, match="no tariff threat"):
        signing_game(table, "GBR")
    for groups in (1, 11):
        with pytest.raises(InputError):
            signing_game(table, "JPN", groups=groups)


def test_named_others_meet_on_their_own(table: TalksSetting) -> None:
    game = signing_game(table, "KOR", others=("VNM",))
    assert game.groups == ("South Korea", "Vietnam", REST)
    places = [row["place"] for row in game.by_place(0.5)]
    assert places == [1, 2, 3]
    assert len(set(itertools.chain(game.groups))) == 3
