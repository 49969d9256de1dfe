"""`triffin worlds`, `scenarios`, `schedules`, `models` and `parameters`: what there is."""

from __future__ import annotations

import pytest
from command_line import triffin

LISTS = {
    "worlds": {"name", "title", "year", "economies", "sectors", "source", "licence", "bytes"},
    "scenarios": {"name", "title", "world", "start", "days", "hegemon", "focus"},
    "schedules": {"name", "title", "date", "source"},
    "models": {"name", "title", "citation"},
    "parameters": {"name", "value", "unit", "distribution", "low", "high", "source", "grade"},
}


@pytest.mark.parametrize("command", LISTS)
def test_a_list_is_the_same_as_json_and_as_a_table(command: str) -> None:
    document = triffin(command, "--json").json
    assert list(document) == [command]
    entries = document[command]
    assert entries
    printed = triffin(command).out
    for entry in entries:
        assert entry.keys() >= LISTS[command]
        # A name stands in one piece, so that it can be copied into the next command.
        assert entry["name"] in printed


@pytest.mark.parametrize("command", [*LISTS, "parameters trade_elasticity", "--help"])
def test_a_list_fits_a_terminal_of_80_columns(command: str) -> None:
    done = triffin(*command.split())
    assert done.code == 0
    assert done.err == ""
    assert max(len(line) for line in done.out.splitlines()) <= 80


def test_the_scenarios_of_the_first_day_are_there() -> None:
    names = {entry["name"] for entry in triffin("scenarios", "--json").json["scenarios"]}
    assert names >= {
        "japan-2025",
        "liberation-day",
        "pause-2025",
        "deals-2025",
        "actual-2025",
        "us-china-decoupling",
    }


def test_a_parameter_is_shown_with_its_range_source_and_grade() -> None:
    (entry,) = triffin("parameters", "trade_elasticity", "--json").json["parameters"]
    assert entry["low"] <= entry["value"] <= entry["high"]
    assert entry["distribution"]["dist"] == "lognormal"
    assert entry["grade"] in ("published", "derived", "judgement")
    printed = triffin("parameters", "trade_elasticity").out
    assert "Simonovska" in printed
    assert entry["grade"] in printed


def test_every_listed_model_and_schedule_is_accepted_by_trade() -> None:
    for entry in triffin("schedules", "--json").json["schedules"]:
        done = triffin("trade", "world-2023", "--tariffs", entry["name"], "--json")
        assert done.code == 0, done.err
    for entry in triffin("models", "--json").json["models"]:
        if entry["sectors"] == "one":
            options = ("--model", entry["name"], "--set", "USA.JPN=24%", "--json")
            assert triffin("trade", "world-2023", *options).code == 0


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "trade",
        "compare",
        "export",
        "chart",
        "cite",
        "replicate",
        "worlds",
        "scenarios",
        "schedules",
        "models",
        "parameters",
    ],
)
def test_every_command_explains_itself_in_80_columns(command: str) -> None:
    done = triffin(command, "--help")
    assert done.code == 0
    assert max(len(line) for line in done.out.splitlines()) <= 80
    assert "--json" in done.out


def test_the_first_page_cuts_off_no_explanation() -> None:
    page = triffin("--help")
    assert page.code == 0
    assert "..." not in page.out.split("Options:")[1]
    assert triffin("-h").out == page.out
