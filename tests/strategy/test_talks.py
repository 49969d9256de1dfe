"""The talks: threats, clauses, clocks, capacity, and who is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from triffin.scenario import load_scenario
from triffin.scenario.schema import Scenario
from triffin.strategy.credibility.resolve import RESOLVE_COLUMNS
from triffin.strategy.negotiation.drawn_values import CLOSURE, PARAMETERS, draw_values
from triffin.strategy.negotiation.offers import ISSUES, Packages, packages_of
from triffin.strategy.negotiation.setting import Scene, scene_of
from triffin.strategy.negotiation.talks import Status, TalksShocks, TalksState, draw_shocks
from triffin.strategy.payoffs.solves import setting_of
from triffin.strategy.payoffs.table import exact_payoffs
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

FEW = ("EU", "JPN", "KOR", "VNM", "GBR", "BRA", "CHN")
OPENS, DEADLINE = 7, 98
DRAWS = 64


def few(scene: Scene, codes: Sequence[str]) -> Scene:
    """The same talks with some partners only, in the order given."""
    whole = scene.setting
    rates = dict(zip(whole.codes, whole.announced, strict=True))
    setting = setting_of(
        scene.world,
        partners=codes,
        status_quo=whole.status_quo[None],
        announced={code: float(rates[code]) for code in codes},
        until=scene.known.isoformat(),
        registry=shipped(),
    )
    return replace(scene, setting=setting)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return few(scene_of(load_scenario("japan-2025"), shipped()), FEW)


@pytest.fixture(scope="module")
def packages(scene: Scene) -> Packages:
    return packages_of(scene, draw_values(scene.scenario, DRAWS, 1, shipped()))


def talks_of(packages: Packages, shocks: TalksShocks | None = None, **options: Any) -> TalksState:
    n, m = packages.shape
    return TalksState(
        packages, shocks or draw_shocks(n, m, 20, 1), opens=OPENS, deadline=DEADLINE, **options
    )


def until_deadline(talks: TalksState, q: float = 0.7) -> TalksState:
    for day in range(OPENS, DEADLINE, 7):
        talks.week(day, q)
    return talks


def with_values(scene: Scene, **values: float) -> Packages:
    drawn = draw_values(scene.scenario, DRAWS, 1, shipped())
    return packages_of(scene, drawn | {k: np.full(DRAWS, v) for k, v in values.items()})


def test_a_threat_that_is_never_executed_is_no_threat(packages: Packages) -> None:
    worse = replace(packages, H1=packages.H1 - 100, U1=packages.U1 - 100)
    plain, threatened = packages.agreed(0.0), worse.agreed(0.0)
    np.testing.assert_array_equal(plain.terms.deal, threatened.terms.deal)
    np.testing.assert_allclose(plain.terms.tariff, threatened.terms.tariff)
    assert (plain.outside_partner == 0).all()


def test_a_more_credible_threat_leaves_the_partner_less(packages: Packages) -> None:
    korea = packages.scene.setting.codes.index("KOR")
    values = [packages.agreed(q).package[:, korea] for q in (0.3, 0.6, 0.9)]
    for weak, strong in pairwise(values):
        both = np.isfinite(weak) & np.isfinite(strong)
        assert both.any()
        assert (strong[both] <= weak[both] + 1e-9).all()


def test_a_deal_leaves_both_better_off_than_the_threat_and_needs_less_than_it(
    packages: Packages,
) -> None:
    found = packages.agreed(0.7)
    deal = found.terms.deal
    assert (found.terms.gain_partner[deal] >= 0).all()
    assert (found.terms.gain_hegemon[deal] >= 0).all()
    needed = found.q_needed[deal]
    assert (needed[np.isfinite(needed)] <= 0.7 + 1e-6).all()


def test_an_open_clause_of_share_zero_is_worthless(scene: Scene) -> None:
    closed = replace(with_values(scene, clause_share=0.0), clause=np.zeros(len(FEW), dtype=bool))
    without, zero = closed.agreed(0.6), with_values(scene, clause_share=0.0).agreed(0.6)
    np.testing.assert_allclose(without.terms.tariff, zero.terms.tariff)
    assert (zero.clause_cost[zero.terms.deal] == 0).all()


def test_an_open_clause_raises_the_credibility_that_is_needed(scene: Scene) -> None:
    japan = FEW.index("JPN")
    open_ = with_values(scene, clause_share=0.5)
    shut = replace(open_, clause=np.zeros(len(FEW), dtype=bool))
    a, b = open_.agreed(0.9), shut.agreed(0.9)
    both = a.terms.deal[:, japan] & b.terms.deal[:, japan]
    held = a.clause_cost[both, japan]
    assert (held > 0).all()
    # Of the zone of agreement the clause can only take away.
    assert a.terms.deal[:, japan].sum() <= b.terms.deal[:, japan].sum()


def test_a_creditors_threat_moves_the_terms_to_the_partner(packages: Packages) -> None:
    japan = FEW.index("JPN")
    plain, armed = packages.agreed(0.7), packages.agreed(0.7, dH=-5.0)
    both = plain.terms.deal[:, japan] & armed.terms.deal[:, japan]
    assert (armed.package[both, japan] > plain.package[both, japan]).all()


def test_cells_are_the_same_alone_and_together(packages: Packages) -> None:
    draw, partner = np.array([3, 0, 9]), np.array([1, 2, 3])
    table, some = packages.agreed(0.6), packages.agreed(0.6, cells=(draw, partner))
    np.testing.assert_array_equal(some.terms.tariff, table.terms.tariff[draw, partner])


def central_values(scenario: Scenario) -> dict[str, np.ndarray]:
    """Name -> (1,) value of each parameter as the scenario has it; the closure is the first."""
    parameters = scenario_parameters(scenario, shipped())
    return {
        name: np.array([parameters.value(name)]) for name in (*PARAMETERS, *RESOLVE_COLUMNS)
    } | {CLOSURE: np.array([0.0])}


def test_a_floor_keeps_every_rate_above_it(scene: Scene) -> None:
    packages = replace(packages_of(scene, central_values(scene.scenario)), floor=0.1)
    free = packages_of(scene, central_values(scene.scenario))
    terms, plain = packages.agreed(0.8).terms, free.agreed(0.8).terms
    rates = terms.tariff[terms.deal]
    assert (rates >= 0.1 - 1e-12).all()
    above = terms.deal & plain.deal & (plain.tariff > 0.1 + 1e-9)
    assert above.any()
    np.testing.assert_allclose(terms.tariff[above], plain.tariff[above], rtol=1e-7)


def test_the_union_is_one_partner_and_nobody_without_a_threat_bargains(
    packages: Packages,
) -> None:
    talks = until_deadline(talks_of(packages))
    codes = packages.scene.setting.codes
    assert "EU" in codes
    assert "DEU" not in codes
    for code in ("BRA", "CHN"):
        assert packages.levers[codes.index(code)] == "none"
        assert (talks.code[:, codes.index(code)] == Status.NO_TARIFF_THREAT).all()


def test_relabelling_partners_leaves_aggregates(scene: Scene) -> None:
    order = [3, 0, 6, 2, 5, 1, 4]
    first = packages_of(scene, draw_values(scene.scenario, DRAWS, 1, shipped()))
    moved = packages_of(few(scene, [FEW[i] for i in order]), first.values)
    shocks = draw_shocks(DRAWS, len(FEW), 20, 1)
    other = TalksShocks(
        shocks.types[:, order], shocks.queue[:, order], shocks.letters[:, order],
        shocks.slots, shocks.day,
    )  # fmt: skip
    a, b = until_deadline(talks_of(first, shocks)), until_deadline(talks_of(moved, other))
    np.testing.assert_array_equal(a.code[:, order], b.code)
    np.testing.assert_allclose(np.nansum(a.rate, axis=1), np.nansum(b.rate, axis=1), rtol=1e-6)


def test_deals_cluster_at_the_deadline(packages: Packages) -> None:
    talks = until_deadline(talks_of(packages))
    weeks = np.bincount(
        ((talks.sign_day[talks.signed] - OPENS) // 7).astype(int).clip(0, 12), minlength=13
    )
    assert weeks[-1] > weeks[:-1].max()
    assert np.nanmax(talks.sign_day) <= DEADLINE


def test_without_capacity_nobody_is_reached(scene: Scene) -> None:
    talks = until_deadline(talks_of(with_values(scene, deals_per_week=1e-9)))
    talks.close(0.7)
    assert not talks.signed.any()
    left = talks.willing & talks.has_zone & talks.open_
    assert left.any()
    assert (talks.code[left] == Status.NOT_REACHED).all()


def test_with_much_capacity_only_the_unwilling_and_those_without_a_zone_are_left(
    scene: Scene,
) -> None:
    talks = until_deadline(talks_of(with_values(scene, deals_per_week=200.0)))
    talks.close(0.7)
    left = talks.open_ & ~talks.signed
    assert talks.signed.any()
    assert not (left & talks.willing & talks.has_zone).any()
    assert set(np.unique(talks.code[left])) == {int(Status.NO_DEAL)}
    assert all(talks.reasons()[left] != "")


def test_who_does_not_sign_pays_what_the_hegemon_decides(packages: Packages) -> None:
    talks = until_deadline(talks_of(packages))
    signed, pause, threat = talks.signed, packages.pause, packages.threat

    def rates(word: str) -> np.ndarray:
        paid = talks.tariffs(np.full(DRAWS, word))
        np.testing.assert_array_equal(paid[signed], talks.rate[signed])
        return paid

    shape = signed.shape
    for word, expected in (("punish", threat), ("extension", pause), ("back_down", pause)):
        np.testing.assert_allclose(rates(word)[~signed], np.broadcast_to(expected, shape)[~signed])
    partial = rates("partial_punish")[~signed]
    assert (partial >= np.broadcast_to(pause, shape)[~signed] - 1e-12).all()
    assert (partial <= np.broadcast_to(threat, shape)[~signed] + 1e-12).all()


def test_an_extension_starts_a_new_clock_and_sends_letters(packages: Packages) -> None:
    talks = until_deadline(talks_of(packages))
    before, words = talks.signed.copy(), np.full(DRAWS, "extension", dtype=object)
    words[: DRAWS // 2] = "back_down"
    talks.mature(DEADLINE, words, next_deadline=121.0)
    assert np.isnan(talks.deadline[: DRAWS // 2]).all()
    assert (talks.deadline[DRAWS // 2 :] == 121).all()
    assert talks.letter[DRAWS // 2 :].any()
    assert not (talks.letter & before).any()
    assert not talks.letter[: DRAWS // 2].any()
    for day in range(DEADLINE, 121, 7):
        talks.week(day, 0.7)
    assert (talks.signed & ~before)[DRAWS // 2 :].any()


def test_a_deadline_that_passes_in_some_draws_leaves_the_others(packages: Packages) -> None:
    talks = until_deadline(talks_of(packages))
    here = np.arange(DRAWS) < 10
    talks.mature(DEADLINE, np.full(DRAWS, "punish"), where=here)
    assert (talks.executed == here).all()
    assert np.isnan(talks.deadline[here]).all()
    assert (talks.deadline[~here] == DEADLINE).all()


def test_the_first_partner_is_met_first(packages: Packages) -> None:
    korea = FEW.index("KOR")
    talks = until_deadline(talks_of(packages, first=korea))
    day = talks.sign_day
    earliest = np.nanmin(np.where(np.isfinite(day), day, np.inf), axis=1)
    signed = np.isfinite(day[:, korea])
    assert signed.mean() > until_deadline(talks_of(packages)).signed[:, korea].mean()
    assert (day[signed, korea] == earliest[signed]).all()


def test_more_weeks_of_shocks_leave_the_first_ones() -> None:
    short, long = draw_shocks(8, 5, 10, 3), draw_shocks(8, 5, 20, 3)
    np.testing.assert_array_equal(short.slots, long.slots[:, :10])
    np.testing.assert_array_equal(short.types, long.types)


def test_fits_are_exact_at_the_pause_and_close_where_deals_lie(packages: Packages) -> None:
    table, fits = packages.scene.payoffs, packages.fits
    for i, code in enumerate(("EU", "JPN", "KOR", "VNM")):
        exact = exact_payoffs(table.setting, code, [0.10, 0.14])
        t, pause = np.array([0.10, 0.14]), packages.pause[i]
        step, square = t - pause, (t**2 - pause**2) / 2
        gain, loss = (
            fits.g1[i] * step - fits.g2[i] * square,
            fits.l1[i] * step - fits.l2[i] * square,
        )
        assert gain[0] == 0
        assert gain[1] == pytest.approx(exact.hegemon_bn[1], abs=1.5 * fits.error_hegemon[i])
        assert loss[1] == pytest.approx(-exact.partner_bn[1], rel=0.05)


def test_concessions_are_within_what_is_asked(packages: Packages) -> None:
    found = packages.agreed(0.8)
    deal, b = found.terms.deal, packages.bargains
    assert (found.terms.x[deal] >= 0).all()
    assert (found.terms.x[deal] <= b.x_max[deal] * (1 + 1e-12)).all()
    assert (found.terms.cash[deal] >= b.s_min[deal] - 1e-12).all()
    assert (found.terms.cash[deal] <= b.s_max[deal] + 1e-12).all()
    japan = FEW.index("JPN")
    assert packages.asked[japan] == ("security", "cars", "deficit", "investment", "open_clause")
    assert packages.relief[japan].sector == "Motor Vehicles"
    # All relief on cars is given: a duty of 27.5 % hurts both sides.
    assert (found.terms.x[:, japan, ISSUES.index("cars")][deal[:, japan]] == 1).all()


def test_unknown_decisions_and_deadlines_in_the_past_are_refused(packages: Packages) -> None:
    with pytest.raises(InputError, match="back_down"):
        talks_of(packages).tariffs(np.full(DRAWS, "backdown"))
    with pytest.raises(InputError, match="deadline"):
        TalksState(packages, draw_shocks(DRAWS, len(FEW), 2, 1), opens=9, deadline=9)
