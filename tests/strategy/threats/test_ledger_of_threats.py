"""The ledger of threats: counts known on a day, deadlines, signing, retaliation, rates."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triffin.strategy.threats.forecasts import forecasts
from triffin.strategy.threats.ledger import Ledger, PartnerState
from triffin.strategy.threats.rates import RateRule, crps, naive_rules
from triffin.strategy.threats.record import CLASSES, COLUMNS, load, read_threats
from triffin.world.base.errors import InputErrors

JAPAN = PartnerState(148.0, 0.046, dt.date(2025, 4, 2), dt.date(2025, 7, 9))
DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2026, 12, 31))


def _said(ledger: Ledger) -> list[object]:
    return [
        [
            (ledger.outcome_counts(c), ledger.outcomes(c), ledger.executed_ever(c, 2))
            for c in CLASSES
        ],
        [ledger.deadline_outcomes(c) for c in CLASSES],
        [ledger.retaliation(code) for code in ("CHN", "CAN", "JPN")],
        [ledger.after_extension(), ledger.extension_days()],
        ledger.p_settled(replace(JAPAN, deadline=ledger.day), ledger.day + dt.timedelta(60)),
    ]


@given(DAYS)
def test_deleting_what_came_later_changes_no_bit(day: dt.date) -> None:
    earlier = [threat for threat in load() if threat.announced <= day]
    blank = [
        replace(t, outcome=None, resolved=None, rate_applied=None, retaliation=None)
        if t.resolved and t.resolved > day
        else t
        for t in earlier
    ]
    assert _said(Ledger.at(day, threats=earlier)) == _said(Ledger.at(day))
    assert _said(Ledger.at(day, threats=blank)) == _said(Ledger.at(day))


def test_rows_of_one_decision_count_once() -> None:
    ledger = Ledger.at("2025-08-07")
    counted = sum(ledger.outcome_counts(c).of for c in CLASSES)
    assert counted == pytest.approx(len({threat.cluster for threat in load()}))


def test_the_prior_alone_speaks_before_the_first_threat() -> None:
    ledger = Ledger.at("2018-01-01")
    assert {ledger.executed_ever(c) for c in CLASSES} == {0.38}
    assert ledger.executed_ever("order", 1) == pytest.approx(ledger.landmarks[1])
    assert ledger.executed_ever("order", 7) == pytest.approx(ledger.landmarks[6])


@given(DAYS, st.sampled_from(CLASSES), st.booleans())
def test_outcomes_are_one_distribution(day: dt.date, class_: str, extended: bool) -> None:
    ledger = Ledger.at(day)
    found = ledger.outcomes(class_, extended=extended).mean
    beta = ledger.after_extension() if extended else ledger.executed_beta(class_)
    assert sum(found.values()) == pytest.approx(1.0)
    assert found["full"] + found["part"] == pytest.approx(beta.mean)
    assert sum(ledger.deadline_outcomes(class_).mean.values()) == pytest.approx(1.0)


def test_china_answered_nine_of_nine_by_april_2025() -> None:
    ledger = Ledger.at("2025-04-18")
    assert ledger.count_rows("CHN") == (9.0, 9.0)
    assert ledger.retaliation("CHN") == (9.5, 0.5)
    assert ledger.retaliation("JPN").mean == pytest.approx(0.01)


def test_who_retaliated_before_is_an_even_chance_until_the_round_is_known() -> None:
    assert Ledger.at("2025-04-18").retaliation("CAN").mean == 0.5
    assert Ledger.at("2025-08-07").retaliation("CAN").mean == pytest.approx(2.5 / 8)


def test_the_size_rule_of_the_first_wave_is_not_known_before_it_ended() -> None:
    before, after = Ledger.at("2025-08-06"), Ledger.at("2025-08-07")
    assert before.signing(148.0, 0.046) == pytest.approx(-np.log(1 - 0.44))
    assert before.signing(3.0, 0.0025) == pytest.approx(-np.log(1 - 0.22))
    logit = -6.593 + 1.575 * np.log(148.0)
    wave = -np.log(1 - 1 / (1 + np.exp(-logit)))
    assert after.signing(148.0, 0.046) == pytest.approx(wave * 304.375 / 127)


@given(st.integers(0, 400), st.integers(0, 400))
def test_settling_by_a_later_day_is_no_less_likely(first: int, second: int) -> None:
    ledger = Ledger.at("2025-04-18")
    early, late = (ledger.day + dt.timedelta(n) for n in sorted((first, second)))
    assert 0.0 <= ledger.p_settled(JAPAN, early) <= ledger.p_settled(JAPAN, late) < 0.44


def test_half_of_the_deals_come_in_the_two_weeks_before_the_deadline_that_bites() -> None:
    day = dt.date(2025, 1, 1)
    ledger = Ledger.at(day, threats=())
    state = PartnerState(100.0, 0.03, day, day + dt.timedelta(100))
    moved = ledger.deadline_outcomes("order").mean["extended"]
    share = [ledger.settled_share(state, day + dt.timedelta(n)) for n in (86, 100, 130, 304)]
    assert share[1] - share[0] == pytest.approx(0.5 * (1 - moved) + 0.5 * 14 / 304)
    assert share[2] - share[1] == pytest.approx(0.5 * moved + 0.5 * 30 / 304)
    assert share[3] == pytest.approx(1.0)


def test_a_moved_deadline_ends_as_moved_threats_did() -> None:
    ledger = Ledger.at("2025-04-18")
    found = ledger.deadline_outcomes("order", moved=True).mean
    assert found["extended"] == 0.0
    assert found["full"] + found["part"] == pytest.approx(ledger.after_extension().mean)
    assert sum(found.values()) == pytest.approx(1.0)
    assert ledger.after_extension().mean < ledger.executed_ever("order")


def test_the_rate_for_the_rest_is_known_from_the_day_it_was_stated() -> None:
    assert Ledger.at("2025-07-09").template is None
    assert Ledger.at("2025-07-10").template == 15.0


def test_letters_count_for_small_partners_and_not_before_they_took_effect() -> None:
    assert Ledger.at("2025-07-12").letter(0.001) is None
    assert Ledger.at("2025-08-07").letter(0.05) is None
    assert Ledger.at("2025-08-07").letter(0.001) == pytest.approx(0.8)


@given(DAYS)
def test_forecasts_of_a_day_need_nothing_later(day: dt.date) -> None:
    earlier = [threat for threat in load() if threat.announced <= day]
    assert forecasts(earlier, day, evidence=earlier) == forecasts(load(), day)


def test_no_law_is_known_void_before_the_first_ruling() -> None:
    assert Ledger.at("2026-02-19").void() is None
    found = Ledger.at("2026-02-20").void()
    assert found is not None
    assert found["p_void"] == pytest.approx(0.3)


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    good = ["A1", "2025-01-02", "c", "Japan", "JPN", "all", "0", "25", "order", "2025-02-01"]
    rows = [
        [*good, *[""] * 8],
        ["A2", "2025-13-02", *good[2:8], "decree", "2024-01-01", *[""] * 8],
        ["A1", *good[1:6], "x", *good[7:], "full", "PERHAPS", *[""] * 6],
    ]
    file = tmp_path / "threats.csv"
    file.write_text("\n".join(",".join(row) for row in [COLUMNS, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        read_threats(file)
    said = str(caught.value)
    for part in ("2025-13-02", "'decree'", "repeats row 2", "'x'", "'PERHAPS'", "line 3", "line 4"):
        assert part in said


RATES = st.integers(0, 60)
ODDS = st.fixed_dictionaries(
    {key: st.floats(0.01, 1.0) for key in ("full", "part", "deal", "other")}
)


@given(RATES, RATES, ODDS, st.none() | RATES, RATES)
def test_rates_are_one_distribution(
    now: int, threat: int, odds: dict[str, float], template: int | None, seen: int
) -> None:
    rule = RateRule(now, threat, odds, template)
    atoms = rule.atoms()
    rates, masses = np.array(list(atoms)), np.array(list(atoms.values()))
    assert masses.sum() == pytest.approx(1.0)
    assert list(rule.quantiles()) == sorted(rule.quantiles())
    gaps = np.abs(rates[:, None] - rates[None, :])
    plain = masses @ np.abs(rates - seen) - masses @ gaps @ masses / 2
    assert rule.crps(seen) == pytest.approx(plain, abs=1e-9)
    assert crps(rates, masses, seen) == pytest.approx(plain, abs=1e-9)


def test_a_stated_template_takes_half_of_what_lies_between() -> None:
    odds = {"full": 0.0, "deal": 1.0, "other": 0.0}
    free, stated = (RateRule(10, 30, odds, template) for template in (None, 15))
    assert free.atoms()[20.0] > free.atoms()[15.0]
    grid = 0.08 / (40 - 5 + 1)
    assert stated.atoms()[20.0] - grid == pytest.approx((free.atoms()[20.0] - grid) / 2)


def test_half_way_is_between_the_pause_and_the_threat() -> None:
    assert naive_rules(10, 24)["half-way"] == 17.0
