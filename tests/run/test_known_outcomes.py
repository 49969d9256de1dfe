"""What happened stands beside the answer and comes from the datasets."""

from __future__ import annotations

import json

from triffin.run.headline.known_outcomes import (
    COVERAGE,
    MODULES,
    backtests_of,
    coverage_of,
    outcome_known,
)
from triffin.run.plan.prepare import prepare
from triffin.run.sections.every import SECTIONS
from triffin.scenario.loading import load_scenario
from triffin.world.data.partners import deals


def test_outcomes_are_read_from_the_record_and_only_where_there_is_one() -> None:
    prepared = prepare(load_scenario("japan-2025"), SECTIONS, progress=lambda *_: None)
    assert outcome_known(prepared, "focus_signs") == f"signed on {deals()['JPN']}"
    by_deadline = sum(str(day) <= "2025-07-09" for day in deals().values())
    assert outcome_known(prepared, "deals_by_deadline") == f"{by_deadline} by 2025-07-09"
    assert outcome_known(prepared, "exchange_rate_end") is not None
    assert outcome_known(prepared, "dollar_collapse") is None
    elsewhere = prepare(load_scenario("china-australia-2020"), SECTIONS, progress=lambda *_: None)
    assert outcome_known(elsewhere, "focus_welfare") is None


def test_coverage_is_a_share_of_a_scored_module_or_nothing() -> None:
    scores = json.loads(COVERAGE.read_text(encoding="utf-8"))
    assert set(scores) <= {"A", "B", "C", "D", "E", "F", "trade"}
    for identifier, module in MODULES.items():
        found = coverage_of(identifier)
        score = scores.get(module, {"inside": 0, "scored": 0})
        inside, scored = score["inside"], score["scored"]
        assert found == (inside / scored if scored else None)
        assert backtests_of(identifier) == (f"{inside} of {scored}" if scored else None)
    assert coverage_of("no_such_headline") is None
