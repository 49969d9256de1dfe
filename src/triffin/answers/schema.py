"""JSON schemas of an answer and of the documents that commands print with --json.

They ship as files in schemas/, which `tools/write_schemas.py` writes; every document of a run holds
answers, and each of them has the schema of this room's `Answer`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from triffin.answers.headline import CLASSES
from triffin.world.base.errors import one_of

FOLDER = Path(__file__).with_name("schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ANSWER = "answer"
"""Name of the schema of one answer."""

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": ["number", "null"]}
OR_TEXT: dict[str, Any] = {"type": ["string", "null"]}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}


def schema(name: str) -> dict[str, Any]:
    """The schema of a document by the name of its command, or of an answer.

    Raises InputError with the nearest match for an unknown name.
    """
    known = sorted(path.stem for path in FOLDER.glob("*.json"))
    one_of(name, known, f"there is no schema {name!r}.")
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def answer_schema() -> dict[str, Any]:
    """The schema of what `Answer.to_json` writes; makers of documents may add keys of their own."""
    shares = {"type": "object", "additionalProperties": {"type": "number"}}
    signs = {"positive": {"type": "integer"}, "of": {"type": "integer"}, "text": TEXT}
    always = {
        "id": TEXT,
        "question": TEXT,
        "sentence": TEXT,
        "answer": TEXT,
        "median": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "unit": TEXT,
        "over": OR_TEXT,
        "grade": TEXT,
        "drivers": TEXTS | {"minItems": 1},
        "tests": TEXTS,
        "turns_on": TEXTS,
        "rivals": {"type": "array", "items": _named("value", "score")},
        "table": {"type": "array", "items": _named("median", "low", "high")},
        "section": OR_TEXT,
        "order": {"type": ["integer", "null"], "minimum": 1},
        "class": {"enum": list(CLASSES)},
        "judgement_share": NUMBER,
        "sign_robust": {"type": ["object", "null"], "properties": signs, "required": list(signs)},
        "driver_shares": shares,
    }
    errors = dict.fromkeys(("median", "low", "high"), NUMBER)
    sometimes = {
        "standard_error": {"type": "object", "properties": errors, "required": list(errors)},
        "draws": {"type": "integer", "minimum": 1},
        "coverage": NUMBER | {"minimum": 0, "maximum": 1},
        "backtests": OR_TEXT,
        "information": OR_TEXT,
        "outcome": OR_TEXT,
    }
    return {
        "$schema": DIALECT,
        "title": "One question, answered",
        "type": "object",
        "properties": always | sometimes,
        "required": list(always),
    }


def _named(*numbers: str) -> dict[str, Any]:
    """A row of a table: its name and these numbers."""
    return {
        "type": "object",
        "properties": {"name": TEXT, **dict.fromkeys(numbers, NUMBER)},
        "required": ["name", *numbers],
    }
