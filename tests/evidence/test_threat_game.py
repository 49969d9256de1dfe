"""The threat game of Crisman-Cox and Gibilisco (2021): its equations, estimates and score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from triffin.evidence.replications import threat_game as game
from triffin.evidence.replications.replication import replicate

number = st.floats(-4, 4)


@pytest.fixture(scope="module")
def paper():
    return replicate("crisman-cox-2021")["papers"][0]


@given(number, number)
def test_the_joint_chance_is_that_of_two_normals(h: float, k: float) -> None:
    rho = np.sqrt(0.5)
    known = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([h, k])
    assert float(game.both_below(np.array(h), np.array(k))) == pytest.approx(known, abs=1e-7)


@given(
    st.lists(st.floats(-3, 2), min_size=6, max_size=6), st.floats(0.05, 0.95), st.floats(0.05, 0.95)
)
def test_the_chances_of_the_four_ends_add_up_to_one(u, resist: float, firm: float) -> None:
    ends, answered = game.respond(np.array(u)[:, None], np.array([[resist], [firm]]))
    assert ends.sum() == pytest.approx(1, abs=1e-9)
    assert ((answered >= 0) & (answered <= 1 + 1e-12)).all()


def test_a_sender_that_loses_nothing_by_standing_firm_always_does() -> None:
    u = np.array([0.0, 1.0, -1.0, 30.0, -1.0, 0.0])[:, None]
    ends, answered = game.respond(u, np.array([[0.5], [0.5]]))
    assert answered[1, 0] == pytest.approx(1)
    assert ends[3, 0] < 1e-9


def test_log_likelihoods_of_the_paper(paper) -> None:
    """Nested pseudo-likelihood -3932.447, constrained -3927.910 (its estimates on 418 games)."""
    found = {row["what"]: row for row in paper["rows"]}
    assert found["log-likelihood, nested"]["computed"] == pytest.approx(-3932.447, abs=0.001)
    assert found["log-likelihood, constrained"]["computed"] == pytest.approx(-3927.910, abs=0.001)
    assert all(row["ok"] for row in paper["rows"])
    assert len(paper["rows"]) == 23
    assert paper["economies"] == {}


def test_out_of_sample_the_game_loses_to_the_base_rate(paper) -> None:
    concede, firm = paper["comparisons"]
    assert concede["computed"] == pytest.approx(0.541, abs=5e-4)
    assert "0.534" in concede["why"]
    assert firm["computed"] > 0.63
    assert "0.588" in firm["why"]


def test_beliefs_are_those_of_the_authors_and_an_equilibrium() -> None:
    games = game.shipped_games()
    found = game.nested_pseudo_likelihood(games)
    assert np.abs(found.chances - games.start("PRnpl", "PFnpl")).max() < 1e-6
    settled = game.equilibrium(games.utilities(found.theta), games.start())
    assert np.abs(settled - found.chances).max() < 1e-6


def test_a_better_threat_raises_the_likelihood_of_one(paper) -> None:
    games = game.shipped_games()
    found = game.nested_pseudo_likelihood(games)
    u = games.utilities(found.theta)
    prouder = u.copy()
    prouder[0] -= 1.0  # leaving things as they are is worth less
    before, after = (game.respond(v, found.chances)[0][0].mean() for v in (u, prouder))
    assert after < before
