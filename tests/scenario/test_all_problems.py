"""A file with several problems shows all of them, each with its line; few keys are required."""

from __future__ import annotations

import pytest
from scenario_samples import WriteFile

from triffin.scenario.loading import load_scenario
from triffin.world.base.errors import InputError, InputErrors

SIX = """\
scenario: own
titel: a typo
world: world-2023
start: 2025-04-31
days: minus
hegemon: USA
focus: JPM
focus_rates: [2000%]
tariffs:
  - {from: 2025-04-05, sett: {USA.*: 15%}}
  - {from: 2025-04-05, set: {USA.Utopia: 15%, USA.JPN: 24}}
changes:
  permanent_share: 5
"""


def test_every_problem_of_a_file_is_told_with_its_line_and_its_remedy(write: WriteFile) -> None:
    with pytest.raises(InputErrors) as caught:
        load_scenario(write(SIX))
    lines = {(problem.line, problem.field) for problem in caught.value.problems}
    assert lines == {
        (2, "titel"),
        (4, "start"),
        (5, "days"),
        (7, "focus"),
        (8, "focus_rates.0"),
        (10, "tariffs.0.sett"),
        (11, "tariffs.1.set.USA.Utopia"),
        (11, "tariffs.1.set.USA.JPN"),
        (13, "changes.permanent_share"),
    }
    assert all(problem.valid for problem in caught.value.problems)
    shown = str(caught.value).splitlines()
    assert shown[0] == "9 problems:"
    assert [line.split(",")[1] for line in shown[1:]] == sorted(
        (line.split(",")[1] for line in shown[1:]), key=lambda text: int(text.split()[1])
    )


def test_no_more_than_twenty_problems_are_listed(write: WriteFile) -> None:
    text = "world: world-2023\nstart: 2025-04-02\ntariffs:\n"
    text += "".join(f"  - {{from: 2025-04-05, set: {{USA.Utopia{k}: 1%}}}}\n" for k in range(30))
    with pytest.raises(InputErrors) as caught:
        load_scenario(write(text))
    assert len(caught.value.problems) >= 30
    assert str(caught.value).splitlines()[-1].startswith("  and ")
    assert len(str(caught.value).splitlines()) == 22


def test_world_start_and_tariffs_are_enough(write: WriteFile) -> None:
    text = "world: world-2023\nstart: 2025-04-02\n"
    found = load_scenario(write(text + "tariffs:\n  - {from: 2025-04-02, set: {USA.*: 10%}}\n"))
    assert (found.scenario, found.title, found.days) == ("own", "own", 365)
    assert (found.hegemon, found.focus) == ("USA", "MEX")
    assert len(found.notes) == 2


def test_who_sets_the_most_tariffs_is_the_hegemon(write: WriteFile) -> None:
    text = "world: world-2023\nstart: 2025-04-02\ntariffs:\n"
    text += "  - {from: 2025-04-02, set: {CHN.USA: 10%, CHN.JPN: 5%, USA.CHN: 10%}}\n"
    found = load_scenario(write(text))
    assert (found.hegemon, found.focus) == ("CHN", "USA")


def test_without_tariffs_nobody_is_the_hegemon(write: WriteFile) -> None:
    with pytest.raises(InputError, match="the key 'hegemon' is missing"):
        load_scenario(write("world: world-2023\nstart: 2025-04-02\n"))
