"""The questions that a run answers, as headlines.yaml states them: the one list of ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.yaml_files import read_yaml

LISTED = Path(__file__).with_name("headlines.yaml")
FAMILY = "*"
"""Ends the id of a family of questions: one for every alternative rate of a scenario."""

KINDS = ("number", "probability", "words")


@dataclass(frozen=True)
class Question:
    """One question of a run; headlines.yaml says what each field means.

    question, unit : with {names} that the run fills in. order : place in the reader's order.
    """

    id: str
    question: str
    unit: str
    kind: str
    headline_class: str
    module: str
    section: str
    docs: str
    order: int
    sources: tuple[str, ...] = ()
    chart: str = ""
    scored_by: str = ""
    label: str = ""
    of_focus: bool = False
    minimum: float = 0.0


def questions() -> Mapping[str, Question]:
    """Id -> question, in the reader's order; a family stands under its id that ends in *."""
    return _listed()[0]


def sections() -> Mapping[str, str]:
    """Name -> title of the sections of a report, in the order of the page."""
    return _listed()[1]


def first() -> tuple[str, ...]:
    """Ids of what a minister asks first: the questions that are composed from other answers."""
    return tuple(name for name, question in questions().items() if question.sources)


def identifiers() -> tuple[str, ...]:
    """Ids of all questions but those of families, in the reader's order."""
    return tuple(name for name in questions() if not name.endswith(FAMILY))


def question_of(identifier: str) -> Question | None:
    """The question with an id, or the family it belongs to; None for an answer to another."""
    found = questions().get(identifier)
    if found is None:
        family = (q for name, q in questions().items() if name.endswith(FAMILY))
        found = next((q for q in family if identifier.startswith(q.id[:-1])), None)
    return found


def known_question(identifier: str) -> Question:
    """As `question_of`; InputError with the nearest match for an id that is not listed."""
    found = question_of(identifier)
    if found is None:
        raise InputError(
            f"{identifier!r} is not a question of a run.",
            value=identifier,
            valid=identifiers(),
            nearest=nearest_match(identifier, identifiers()),
        )
    return found


@cache
def _listed() -> tuple[Mapping[str, Question], Mapping[str, str]]:
    content: dict[str, Any] = read_yaml(LISTED)
    found = {}
    for order, entry in enumerate(content["headlines"], start=1):
        about = {"headline_class": entry.pop("class"), "order": order}
        about["sources"] = tuple(entry.pop("sources", ()))
        found[entry["id"]] = Question(**entry, **about)
    return MappingProxyType(found), MappingProxyType(content["sections"])
