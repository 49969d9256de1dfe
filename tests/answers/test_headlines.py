"""Every question of a run stands in headlines.yaml, and its id nowhere else but where it is
computed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import triffin
from triffin.answers.answer import Answer
from triffin.answers.headline import CLASSES
from triffin.answers.headlines import (
    KINDS,
    first,
    identifiers,
    known_question,
    question_of,
    questions,
    sections,
)
from triffin.results import Result
from triffin.results.figures.figures import FIGURES
from triffin.results.report.sections import CHARTS
from triffin.world.base.errors import InputError
from triffin.world.base.wording import number, quantity

SOURCE = Path(triffin.__file__).parent
DOCS = SOURCE.parents[1] / "docs"

COMPUTED = ("run/headline", "run/sections")
# Rooms that read or write the headline of a run; others answer single questions, and have
# quantities of the same names.
ROOMS = ("answers", "record", "results", "run", "studies", "evidence")
# What the ledger of claims may ask, until it reads the list; and names that are of other things: a
# variable of the data, a reference model, a column of draws.
ALLOWED = {
    "claims/runs.py": set(identifiers()),
    "verification.py": {"dilemma_index"},
    "figure_rows.py": {"most_hurt"},  # for its minimum: less is not drawn
    "sampling_columns.py": {"debt_wall_cover"},
}


def test_every_question_is_complete() -> None:
    for order, (identifier, question) in enumerate(questions().items(), start=1):
        assert question.id == identifier
        assert question.order == order
        assert question.kind in KINDS
        assert question.headline_class in CLASSES
        assert question.section in sections()
        assert not question.chart or question.chart in FIGURES
        assert question.question.endswith("?")
        assert (question.unit == "") == (question.kind == "words")
        assert (DOCS / question.docs).is_file()


def test_every_picture_stands_in_one_section() -> None:
    assert set(CHARTS) <= set(sections())
    shown = [name for charts in CHARTS.values() for name in charts]
    assert sorted(shown) == sorted(FIGURES)


def test_less_than_the_minimum_is_printed_as_zero() -> None:
    for question in questions().values():
        if question.minimum:
            shown, least = (quantity(c * question.minimum, question.unit) for c in (1.0, 0.4))
            assert number(0.0) in least
            assert number(0.0) not in shown


def test_a_family_stands_for_every_rate() -> None:
    found = question_of("focus_gain_at_24")
    assert found is not None
    assert found.section == "pays"
    assert question_of("gains_of_nobody") is None


def test_an_unknown_question_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'focus_signs'"):
        known_question("focus_sign")


def test_ids_stand_only_where_they_are_listed_or_computed() -> None:
    found = set()
    for path in (path for room in ROOMS for path in (SOURCE / room).rglob("*.py")):
        place = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Constant) or node.value not in identifiers():
                continue
            allowed = (names for end, names in ALLOWED.items() if place.endswith(end))
            if not place.startswith(COMPUTED) and node.value not in set().union(*allowed):
                found.add((place, node.value))
    assert found == set()


def test_every_listed_question_is_computed_somewhere() -> None:
    places = (path for room in COMPUTED for path in (SOURCE / room).glob("*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in places)
    assert [name for name in identifiers() if f'"{name}"' not in text] == []


def test_an_answer_reads_back_what_it_wrote(coupled: Result) -> None:
    for entry in coupled.headline:
        answer = Answer.from_json(entry)
        assert Answer.from_json(answer.to_json()) == answer
        written = answer.to_json()
        assert {key: written[key] for key in entry} == entry
    assert [answer.id for answer in coupled.answers] == [entry["id"] for entry in coupled.headline]


def test_an_answer_says_all_that_the_interface_asks() -> None:
    plain = Answer("x", "Who?", "We.", "", "forecast", "published", ("trade_elasticity",))
    written = plain.to_json()
    assert written["sentence"] == written["answer"] == "We."
    assert written["tests"] == written["turns_on"] == written["rivals"] == []
    rivals = [{"name": "no change", "value": 10.0, "score": None}]
    stated = Answer.from_json(written | {"turns_on": ["revenue"], "order": 3, "rivals": rivals})
    assert (stated.turns_on, stated.order) == (("revenue",), 3)
    assert Answer.from_json(stated.to_json()) == stated


def test_the_first_six_are_composed_from_questions_that_there_are() -> None:
    assert list(first()) == list(questions())[: len(first())]
    for name in first():
        assert set(questions()[name].sources) <= set(questions())
