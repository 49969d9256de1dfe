"""What happened stands beside the answer and comes from the datasets."""

from __future__ import annotations

import json

from triffin.answers.answer import Answer
from triffin.answers.headlines import questions
from triffin.run.headline.known_outcomes import COVERAGE, outcome_known, tracked
from triffin.run.plan.prepare import prepare
from triffin.run.sections.every import SECTIONS
from triffin.scenario.loading import load_scenario
from triffin.world.base.wording import dated
from triffin.world.data.partners import deals
from triffin.world.registry.parameter_set import shipped


def test_outcomes_are_read_from_the_record_and_only_where_there_is_one() -> None:
    prepared = prepare(
        load_scenario("japan-2025"), SECTIONS, progress=lambda *_: None, parameters=shipped()
    )
    assert outcome_known(prepared, "focus_signs") == f"signed on {dated(deals()['JPN'])}"
    by_deadline = sum(str(day) <= "2025-07-09" for day in deals().values())
    assert outcome_known(prepared, "deals_by_deadline") == f"{by_deadline} by 9 July 2025"
    assert outcome_known(prepared, "exchange_rate_end") is not None
    assert outcome_known(prepared, "backstop_used") is None
    elsewhere = prepare(
        load_scenario("china-australia-2020"),
        SECTIONS,
        progress=lambda *_: None,
        parameters=shipped(),
    )
    assert outcome_known(elsewhere, "focus_welfare") is None


def test_a_test_counts_only_for_the_answer_that_it_scores() -> None:
    prepared = prepare(
        load_scenario("japan-2025"), SECTIONS, progress=lambda *_: None, parameters=shipped()
    )
    scores = json.loads(COVERAGE.read_text(encoding="utf-8"))
    assert set(scores) <= {name for name, asked in questions().items() if asked.scored_by}
    for identifier in (*questions(), "no_such_headline"):
        plain = Answer(identifier, "?", "!", "", "forecast", "derived", ("trade_elasticity",))
        found = tracked(prepared, plain, None)
        assert found.track is not None
        if identifier not in scores:
            assert (found.track.coverage, found.tests) == (None, ())
            continue
        inside, scored = scores[identifier]["inside"], scores[identifier]["scored"]
        assert found.track.coverage == inside / scored
        assert found.tests == (f"inside in {inside} of {scored}",)
