"""Bargains as theory: exact payoffs behind them, and what an efficient bargain is."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.strategy.bargains.one_bargain import nash_bilateral
from triffin.strategy.negotiation.theory import Worth, worth_of
from triffin.strategy.payoffs.solves import TalksSetting, exact_payoffs, setting_of
from triffin.strategy.reference.negotiation import credibility_threshold
from triffin.world import load_world
from triffin.world.registry.parameter_set import shipped

FEW = ("JPN", "EU", "KOR", "VNM", "GBR")
Q = 0.6


@pytest.fixture(scope="module")
def setting() -> TalksSetting:
    return setting_of(
        load_world("world-2023"), partners=FEW, until="2025-04-18", registry=shipped()
    )


@pytest.fixture(scope="module")
def worth(setting: TalksSetting) -> Worth:
    threat = np.maximum(setting.announced, setting.pause)
    half = (threat + setting.pause) / 2
    asked = np.array([code == "JPN" for code in FEW])
    return worth_of(setting, half, threat, Q * (threat > setting.pause), asked)


def test_what_terms_are_worth_is_an_exact_solve(setting: TalksSetting, worth: Worth) -> None:
    i = setting.index("JPN")
    exact = exact_payoffs(setting, "JPN", [0.17, 0.24])
    own, home = exact.partner_bn, exact.hegemon_bn
    assert worth.gain_partner[i] == pytest.approx(own[0] - Q * own[1], abs=1e-6)
    assert worth.gain_hegemon[i] == pytest.approx(home[0] - Q * home[1], abs=1e-6)
    rent = own[0] - own[1]
    assert worth.clause_cost[i] == pytest.approx(worth.share * rent, rel=1e-6)
    assert np.isnan(np.delete(worth.clause_cost, i)).all()


def test_the_credibility_needed_is_that_of_the_published_threshold(
    setting: TalksSetting, worth: Worth
) -> None:
    i = setting.index("KOR")
    published = credibility_threshold(
        u_package=float(worth.at_terms[1][i]), expected_extraction=0.0, dignity=0.0,
        U0=0.0, U1=float(worth.at_threat[1][i]),
    )  # fmt: skip
    assert worth.credibility_needed[i] == pytest.approx(published["q_with_clause"])
    assert 0 < worth.credibility_needed[i] < 1
    assert np.isnan(worth.credibility_needed[setting.index("GBR")])


def test_the_quadratics_go_through_their_solves(setting: TalksSetting, worth: Worth) -> None:
    g1, g2, l1, l2 = worth.slopes
    i = setting.index("EU")
    for rate in (0.15, 0.30):
        exact = exact_payoffs(setting, "EU", [0.0, rate])
        gain, loss = np.diff(exact.hegemon_bn)[0], -np.diff(exact.partner_bn)[0]
        assert rate * (g1[i] - g2[i] * rate / 2) == pytest.approx(gain, abs=1e-6)
        assert rate * (l1[i] - l2[i] * rate / 2) == pytest.approx(loss, abs=1e-6)


def test_the_bargain_of_all_is_the_bargain_of_each(setting: TalksSetting, worth: Worth) -> None:
    i, b = setting.index("JPN"), worth.bargains(np.inf)
    alone = nash_bilateral(
        **{name: float(getattr(b, name)[i]) for name in
           ("g1", "g2", "l1", "l2", "omega", "beta", "dH", "dU", "t_max")},
        v=[], p=[], kappa=[],
    )  # fmt: skip
    assert worth.bargain.tariff[i] == pytest.approx(alone["tariff"])
    assert worth.bargain.cash[i] == pytest.approx(alone["cash"])


def test_cash_makes_a_bargain_efficient_whatever_the_threat(worth: Worth) -> None:
    """The tariff that maximizes joint welfare does not depend on threat points."""
    calm = Worth(**{**vars_of(worth), "q": np.zeros(len(FEW))})
    hit = worth.threat > worth.setting.pause
    np.testing.assert_allclose(calm.bargain.tariff[hit], worth.bargain.tariff[hit])
    assert (worth.tariff_alone.tariff[hit] < worth.threat[hit]).all()


def vars_of(worth: Worth) -> dict[str, object]:
    return {name: getattr(worth, name) for name in Worth.__dataclass_fields__}


def test_doubt_about_a_guarantee_moves_the_bargain_for_the_sender(worth: Worth) -> None:
    from triffin.strategy.bargains.many_bargains import nash_terms

    doubted = nash_terms(worth.bargains(np.inf, np.eye(len(FEW))[0]))
    assert doubted.cash[0] > worth.bargain.cash[0]
    np.testing.assert_allclose(doubted.cash[1:], worth.bargain.cash[1:])
