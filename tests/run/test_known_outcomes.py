"""What happened stands beside the answer and comes from the datasets."""

from __future__ import annotations

import json

from triffin.answers.headlines import questions
from triffin.run.headline.known_outcomes import COVERAGE, outcome_known, track_of
from triffin.run.plan.prepare import prepare
from triffin.run.sections.every import SECTIONS
from triffin.scenario.loading import load_scenario
from triffin.world.data.partners import deals
from triffin.world.registry.parameter_set import shipped


def test_outcomes_are_read_from_the_record_and_only_where_there_is_one() -> None:
    prepared = prepare(
        load_scenario("japan-2025"), SECTIONS, progress=lambda *_: None, parameters=shipped()
    )
    assert outcome_known(prepared, "focus_signs") == f"signed on {deals()['JPN']}"
    by_deadline = sum(str(day) <= "2025-07-09" for day in deals().values())
    assert outcome_known(prepared, "deals_by_deadline") == f"{by_deadline} by 2025-07-09"
    assert outcome_known(prepared, "exchange_rate_end") is not None
    assert outcome_known(prepared, "backstop_used") is None
    elsewhere = prepare(
        load_scenario("china-australia-2020"),
        SECTIONS,
        progress=lambda *_: None,
        parameters=shipped(),
    )
    assert outcome_known(elsewhere, "focus_welfare") is None


def test_coverage_is_a_share_of_a_scored_module_or_nothing() -> None:
    prepared = prepare(
        load_scenario("japan-2025"), SECTIONS, progress=lambda *_: None, parameters=shipped()
    )
    scores = json.loads(COVERAGE.read_text(encoding="utf-8"))
    assert set(scores) <= {question.module for question in questions().values()}
    for identifier, question in questions().items():
        found = track_of(prepared, identifier, None)
        score = scores.get(question.module if question.tested else "", {"inside": 0, "scored": 0})
        inside, scored = score["inside"], score["scored"]
        assert found.coverage == (inside / scored if scored else None)
        assert found.backtests == (f"{inside} of {scored}" if scored else None)
    assert track_of(prepared, "no_such_headline", None).coverage is None
