"""The schemas that ship are current, and what commands print meets them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tools.write_schemas import schemas
from typer.testing import CliRunner

from triffin.answers.headline import headline_from_draws
from triffin.answers.schema import FOLDER, schema
from triffin.app.cli import app
from triffin.results import Result
from triffin.world.base.errors import InputError

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def validator(name: str) -> Draft202012Validator:
    held = {f"{one}.json": Resource.from_contents(schema(one)) for one in SHIPPED}
    Draft202012Validator.check_schema(schema(name))
    return Draft202012Validator(schema(name), registry=Registry().with_resources(held.items()))


def test_the_schemas_that_ship_are_those_that_the_script_writes() -> None:
    written = schemas()
    assert sorted(written) == SHIPPED
    assert [name for name in SHIPPED if schema(name) != written[name]] == []


def test_an_unknown_schema_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'negotiate'"):
        schema("negotiat")


def test_every_answer_of_a_run_meets_the_schema(coupled: Result) -> None:
    for answer in coupled.answers:
        validator("answer").validate(json.loads(json.dumps(answer.to_json())))


def test_an_answer_without_drivers_does_not() -> None:
    entry = headline_from_draws(
        "x", "Who?", "{median}", [1.0, 2.0, 3.0], "%", headline_class="forecast",
        grades={"trade_elasticity": "published"},
    )  # fmt: skip
    assert validator("answer").is_valid(entry)
    assert not validator("answer").is_valid(entry | {"drivers": []})
    assert not validator("answer").is_valid(entry | {"class": "guess"})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sell", ["treasuries", "sell", "CHN", "250", "--seed", "5"]),
        ("dollar", ["dollar", "--seed", "5"]),
        ("tip", ["dollar", "tip", "--shock", "0.3", "--seed", "5"]),
        ("intervene", ["currency", "intervene", "JPY", "20", "--seed", "5"]),
        ("trade", ["trade", "uschina-2017", "--set", "USA.CHN=10%"]),
    ],
)
def test_documents_of_other_questions_meet_the_schema(name: str, words: list[str]) -> None:
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.output)
    validator(name).validate(document)
    assert not validator(name).is_valid({key: document[key] for key in list(document)[1:]})
