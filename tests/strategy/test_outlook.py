"""One outlook behind negotiate, bluff, align and run: the same chances, and nothing from later."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

import triffin
from triffin.questions.talks.align import alignment
from triffin.questions.talks.bluff import bluff
from triffin.questions.talks.negotiate import counted, negotiation
from triffin.scenario import load_scenario
from triffin.scenario.schema import Scenario
from triffin.strategy.negotiation.outlook import (
    EXECUTED,
    OPEN,
    SIGNED,
    STATES,
    WITHDRAWN,
    Drawn,
    Outlook,
    outlook_of,
)
from triffin.strategy.negotiation.setting import scene_of
from triffin.strategy.threats.record import load
from triffin.world.registry.parameter_set import shipped

N = 4000


def outlook(name: str | Scenario = "japan-2025") -> Outlook:
    plan = load_scenario(name) if isinstance(name, str) else name
    return outlook_of(scene_of(plan, shipped()))


def draws(law: Outlook, n: int = N, seed: int = 0) -> Drawn:
    rng, m = np.random.default_rng(seed), len(law.codes)
    return law.draw(rng.random((n, m)), rng.random(n), rng.random((n, m)), rng.random((n, m)))


@pytest.fixture(scope="module")
def law() -> Outlook:
    return outlook()


def test_every_room_gives_the_same_chance_of_settling_to_machine_precision(law: Outlook) -> None:
    expected = dict(zip(law.codes, law.p_settled.tolist(), strict=True))
    for document in (negotiation("japan-2025"), alignment("japan-2025", 16), bluff("japan-2025")):
        assert {row["iso3"]: row["p_settled"] for row in document["partners"]} == expected
    result = triffin.run("japan-2025", draws=8)
    of_run = dict(
        zip(result.labels("partner"), result.data["p_settled"].values.tolist(), strict=True)
    )
    assert of_run == expected
    assert result.entry("focus_signs")["median"] == pytest.approx(expected["JPN"], rel=1e-15)


def test_draws_have_the_distribution_that_the_board_prints(law: Outlook) -> None:
    drawn = draws(law)
    for state in range(len(STATES)):
        share = (drawn.status == state).mean(axis=0)
        error = 4 * np.sqrt(0.25 / N)
        np.testing.assert_allclose(share, law.states[:, state], atol=error)
    np.testing.assert_allclose(drawn.retaliates.mean(axis=0), law.p_retaliates, atol=0.04)
    for code in ("JPN", "EU", "CHN"):
        i = law.codes.index(code)
        atoms = law.rate(i).atoms()
        for rate, chance in atoms.items():
            seen = np.isclose(100 * drawn.rate[:, i], rate).mean()
            assert seen == pytest.approx(chance, abs=4 * np.sqrt(0.25 / N))


def test_every_partner_is_in_one_state_and_a_rate_has_all_its_mass(law: Outlook) -> None:
    np.testing.assert_allclose(law.states.sum(axis=1), 1.0, rtol=1e-12)
    assert sum(law.at_deadline.values()) == pytest.approx(1.0)
    assert sum(one.probability for one in law.endings) == pytest.approx(1.0)
    for i in range(len(law.codes)):
        assert sum(law.rate(i).atoms().values()) == pytest.approx(1.0)


def test_rows_dated_after_the_information_date_change_no_bit(law: Outlook) -> None:
    known = [row for t in load() if (row := t.known(law.scene.known)) is not None]
    assert len(known) < len(load())
    early = outlook_of(law.scene, threats=known)
    for name in ("p_settled", "states", "answers", "p_retaliates", "unsettled"):
        assert getattr(early, name).tobytes() == getattr(law, name).tobytes(), name
    one, two = draws(law, 64), draws(early, 64)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one, two, strict=True))
    assert all(early.rate(i).atoms() == law.rate(i).atoms() for i in range(len(law.codes)))


def test_who_signs_before_the_deadline_is_not_struck(law: Outlook) -> None:
    drawn = draws(law)
    day = (law.deadline - law.scene.scenario.start).days
    early = drawn.day < day
    assert not np.isfinite(drawn.executed[early]).any()
    assert not drawn.struck(day - 1).any()
    assert (drawn.struck(day) <= 1).all()
    assert not drawn.retaliates[~np.isfinite(drawn.executed)].any()


def test_the_chance_of_settling_rises_with_time_and_with_trade(law: Outlook) -> None:
    days = [law.scene.known + dt.timedelta(days=k) for k in (0, 20, 60, 100)]
    chances = np.array([law.p_settled_by(day) for day in days])
    assert not chances[0].any()
    assert (np.diff(chances, axis=0) > 0).all()
    order = np.argsort(law.weight)
    assert (np.diff(law.p_settled[order]) >= -1e-12).all()


def test_a_partner_without_a_threat_is_on_the_board_and_is_never_hit(law: Outlook) -> None:
    for code in ("GBR", "CHN"):
        i = law.codes.index(code)
        assert not law.threatened[i]
        assert law.p_settled[i] > 0
        assert law.states[i, [OPEN, SIGNED]].sum() == pytest.approx(1.0)
        assert law.p_executed_by(law.last)[i] == 0
    # China already pays more than was announced for it: a settlement lies between the two.
    low, *_, high = law.deal(law.codes.index("CHN")).quantiles()
    assert 50 <= low < high <= 155


def test_decrees_of_a_scenario_replace_the_record() -> None:
    hard, soft = outlook("hegemon-punishes"), outlook("hegemon-backs-down")
    assert hard.unsettled[EXECUTED] == soft.unsettled[WITHDRAWN] == 1.0
    japan = hard.codes.index("JPN")
    drawn = draws(hard, 200)
    np.testing.assert_allclose(drawn.rate[drawn.status[:, japan] == EXECUTED, japan], 0.24)
    drawn = draws(soft, 200)
    np.testing.assert_allclose(drawn.rate[drawn.status[:, japan] == WITHDRAWN, japan], 0.10)
    first = outlook("first-mover")
    assert first.p_settled[japan] == 1.0
    assert first.middle_day(japan) == (first.scene.known - first.scene.scenario.start).days + 1
    side = outlook("china-pivot")
    assert side.answers[side.codes.index("KOR")] == 1.0
    assert side.answers[side.codes.index("CHE")] < 0.1


def test_who_has_settled_on_the_information_date_stays_settled() -> None:
    later = outlook("us-eu-2025")  # 14 July 2025: the United Kingdom on 8 May, Vietnam on 2 July
    for code in ("GBR", "VNM"):
        assert later.p_settled[later.codes.index(code)] == 1.0
    assert later.class_ == "dated"


def test_another_sender_has_the_prior_alone() -> None:
    plan = load_scenario("japan-2025")
    scene = scene_of(plan, shipped())
    world = scene.setting.base.world
    swapped = replace(scene, setting=replace(scene.setting, hegemon=world.index("AUS")))
    found = outlook_of(swapped)
    assert found.ledger.threats == ()
    assert found.at_deadline["full"] == pytest.approx(0.25)


def test_counts_of_independent_events_are_exact() -> None:
    p = np.array([0.5, 0.5, 0.5, 0.5])
    assert counted(p) == (0, 2, 4)
    rng = np.random.default_rng(1)
    chances = rng.random(40)
    drawn = (rng.random((20_000, 40)) < chances).sum(axis=1)
    assert counted(chances) == tuple(np.quantile(drawn, [0.05, 0.5, 0.95]).astype(int))


def test_switches_of_a_run_leave_out_settlements_or_the_choice_at_the_deadline() -> None:
    scene = scene_of(load_scenario("japan-2025"), shipped())
    silent = outlook_of(scene, settles=False)
    assert not silent.p_settled.any()
    bound = outlook_of(scene, decides=False)
    assert bound.unsettled[EXECUTED] == 1.0
