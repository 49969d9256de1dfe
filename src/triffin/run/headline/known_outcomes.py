"""What is known to have happened, to stand beside what a run says; it never enters a draw."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from triffin.answers.answer import Answer, Track
from triffin.answers.headlines import question_of
from triffin.run.plan.prepare import Prepared
from triffin.world.base.wording import dated, number
from triffin.world.data.partners import deals, partner
from triffin.world.data.series import load_series

COVERAGE = Path(__file__).with_name("coverage.json")
"""Id -> observations scored for that very answer and inside; `make validation` writes it."""

RECORDED_HEGEMON = "USA"
"""The hegemon whose talks and deals the datasets record."""


def tracked(prepared: Prepared, answer: Answer, information: str | None) -> Answer:
    """The answer with its place for readers, its own tests, and what is known to have happened.

    A test counts only for the question that it scores (`scored_by` in headlines.yaml)."""
    asked = question_of(answer.id)
    score = _scores().get(asked.id if asked else "", {})
    inside, scored = score.get("inside", 0), score.get("scored", 0)
    track = Track(
        coverage=inside / scored if scored else None,
        backtests=f"{inside} of {scored}" if scored else None,
        information=information,
        outcome=outcome_known(prepared, answer.id),
    )
    tests = (f"inside in {inside} of {scored}",) if scored else ()
    return replace(answer, track=track, tests=tests, order=asked.order if asked else None)


@cache
def _scores() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads(COVERAGE.read_text(encoding="utf-8"))
    return found


def outcome_known(prepared: Prepared, identifier: str) -> str | None:
    """What happened in fact, in words; None where nothing is recorded."""
    plan = prepared.plan
    if plan.hegemon != RECORDED_HEGEMON or not 2025 <= plan.start.year <= 2026:
        return None
    signed = deals()
    if identifier in ("deals_by_deadline", "deals_by_end") and prepared.scene is not None:
        last = prepared.scene.deadlines[0] if identifier == "deals_by_deadline" else plan.end
        count = sum(day <= last for day in signed.values())
        return f"{count} by {dated(last)}"
    if identifier == "retaliators":
        return f"{prepared.parameters.value('retaliators_2025'):.0f} in 2025"
    if identifier in ("focus_signs", "focus_tariff"):
        return _focus(prepared, signed, identifier)
    if identifier == "exchange_rate_end" and plan.currency:
        return _level(plan.end, "usdjpy", "JPY per USD")
    if identifier == "yield_10y_change":
        return _level(plan.end, "yield-10y", "%")
    return None


def _focus(prepared: Prepared, signed: dict[str, dt.date], identifier: str) -> str | None:
    scene = prepared.scene
    if scene is None or scene.focus is None:
        return None
    code = scene.setting.codes[scene.focus]
    rate = partner(code).agreed
    if identifier == "focus_tariff":
        return None if rate is None else f"{number(100 * rate)} % in force on 7 August 2025"
    if code not in signed:
        return "no deal is recorded"
    return f"signed on {dated(signed[code])}"


def _level(day: dt.date, series: str, unit: str) -> str | None:
    observed = load_series(series)
    if str(observed.dates[-1])[:10] < day.isoformat():
        return None
    when, value = observed.last_before((day + dt.timedelta(days=1)).isoformat())
    return f"{number(value)} {unit} on {dated(when)}"
