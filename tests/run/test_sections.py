"""A new section of a scenario is entered in one list; the rest of a run follows it unasked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from triffin.answers.answer_book import AnswerBook
from triffin.results import Result
from triffin.run.assembly import assemble
from triffin.run.block import solve_block
from triffin.run.clock.markets import Markets
from triffin.run.clock.section import Mover, RunSection, Stage, Variables
from triffin.run.engine import no_progress
from triffin.run.plan.prepare import Prepared, prepare
from triffin.run.plan.streams import columns
from triffin.run.sections.every import SECTIONS
from triffin.scenario.loading import load_scenario
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import shipped

DRAWS = 8


class Shipping(Mover):
    """Freight rates in n draws: as long as Treasuries are sold, ships are dearer."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.weeks, self.closed = stage, 0, False
        self.cost = stage.streams.uniform("freight")
        stage.values["freight_rate"] = self.cost

    def step(self, number: int, week: range) -> None:
        markets = self.stage.state(Markets)
        assert markets is not None
        assert np.isfinite(markets.rise(week)).all()
        self.weeks += 1

    def close(self) -> None:
        self.closed = True


def by_draw(prepared: Prepared, stages: Sequence[Stage]) -> Variables:
    states = [state for stage in stages if (state := stage.state(Shipping)) is not None]
    assert all(state.closed for state in states)
    return {"freight": ("draw", np.concatenate([state.cost for state in states]))}, {}


def run(*more: RunSection) -> Result:
    plan = load_scenario("japan-2025")
    prepared = prepare(plan, (*SECTIONS, *more), progress=no_progress, parameters=shipped())
    return assemble(prepared, [solve_block(prepared, 0, DRAWS, 3, no_progress)], 3)


def test_a_section_brings_columns_state_data_answers_and_citations() -> None:
    asked: list[int] = []

    def answers(
        book: AnswerBook, prepared: Prepared, stages: Sequence[Stage], u: Mapping[str, Array]
    ) -> None:
        asked.append(sum(stage.n for stage in stages))

    shipping = RunSection(
        draws=Shipping,
        turn=9,
        modules={"shipping": "a section shipping:"},
        citations={"shipping": (("gravity", "Gravity", "Tinbergen, J. (1962)."),)},
        datasets=("partners",),
        variables=by_draw,
        answers=answers,
    )
    assert columns([replace(shipping, columns=("freight_rate",))])[-3] == "freight_rate"
    found, before = run(shipping), run()
    assert asked == [DRAWS]
    assert found.data["freight"].shape == (DRAWS,)
    assert found.manifest["modules"]["shipping"] == "on"
    assert found.manifest["models"][-1]["id"] == "gravity"
    # What the others drew and did stays to the last bit.
    assert found.headline == before.headline
    for name in ("yield_10y", "exchange_rate", "sign_day"):
        np.testing.assert_array_equal(found.data[name].values, before.data[name].values)


def test_sections_draw_their_own_columns_and_move_in_an_order_of_their_own() -> None:
    assert len({section.turn for section in SECTIONS}) == len(SECTIONS)
    modules = [name for section in SECTIONS for name in section.modules]
    assert len(set(modules)) == len(modules)
    for section in SECTIONS:
        assert set(section.citations) <= set(section.modules)
        with pytest.raises(AttributeError):
            section.turn = 0  # type: ignore[misc]
