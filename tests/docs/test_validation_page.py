"""docs/validation.md and docs/backtests.md are what `make validation` would write today."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tools.write_docs import roles
from tools.write_docs.backtests import figure
from tools.write_docs.backtests import page as backtest_page
from tools.write_docs.validation import (
    closed_forms,
    closed_forms_table,
    registry,
    registry_table,
    replications_table,
)

from triffin.evidence.backtests import backtest, find_episode, list_episodes
from triffin.evidence.backtests.rows import scores
from triffin.world import all_parameters

DOCS = Path(__file__).parents[2] / "docs"
VALIDATION = (DOCS / "validation.md").read_text(encoding="utf-8")
BACKTESTS = (DOCS / "backtests.md").read_text(encoding="utf-8")
STALE = "the page is out of date: run `make validation`"


@pytest.fixture(scope="module")
def history() -> dict[str, Any]:
    """Few draws: what was observed does not depend on them."""
    found = [backtest(name, draws=100) for name in list_episodes()]
    episodes = [episode for document in found for episode in document["episodes"]]
    return {**found[0], "episodes": episodes, "scores": scores(episodes)}


def test_the_counts_of_closed_forms_are_those_of_the_cases() -> None:
    forms = closed_forms()
    assert closed_forms_table(forms) in VALIDATION, STALE
    assert sum(row["cases"] for row in forms) == sum(row["passed"] for row in forms)


def test_the_page_says_how_many_models_production_calls() -> None:
    assert roles.in_words() in VALIDATION, STALE


def test_the_counts_of_judgements_are_those_of_the_registry() -> None:
    assert registry_table(registry()) in VALIDATION, STALE


def test_another_grade_changes_the_page() -> None:
    entries = all_parameters()
    name = next(n for n, entry in entries.items() if entry.grade == "judgement")
    better = {**entries, name: replace(entries[name], grade="published")}
    assert registry_table(registry(better)) not in VALIDATION


def test_a_paper_that_is_not_met_shows_in_its_row() -> None:
    row = {"ok": True}
    paper = {"id": "x-2025", "rows": [row, {"ok": False}], "artefacts": [], "comparisons": [row]}
    assert "| `x-2025` | 2 | 1 | 0 | 1 |" in replications_table([paper])


def test_the_page_of_backtests_has_every_observation_and_exclusion(
    history: dict[str, Any],
) -> None:
    for episode in history["episodes"]:
        assert f"`{episode['id']}`. Information: data to {episode['information']}" in BACKTESTS
        for row in episode["rows"]:
            line = next((x for x in BACKTESTS.splitlines() if row["what"] in x), None)
            assert line is not None, STALE
            assert line.split(" | ")[1] == figure(row["observed"]), STALE
        for module in find_episode(episode["id"]).excluded:
            assert f"Not in the score of module {module}: " in BACKTESTS
    assert BACKTESTS.count("\n`") == len(list_episodes())


def test_the_pages_agree_on_every_score(history: dict[str, Any]) -> None:
    """Both count the same failures; a module without a score has none on either page."""
    failed = BACKTESTS.count("| **no** |")
    listed = VALIDATION.split("Outside the 90 % interval:")[1].split("##")[0]
    assert listed.count("\n- `") == failed
    for name, score in history["scores"].items():
        if score["coverage"] is None:
            assert f"| {name} {score['name']} | 0 | 0 | — |" in BACKTESTS
            assert f"| {name} {score['name']} | 0 | 0 | no score |" in VALIDATION


def test_the_page_says_yes_and_no(history: dict[str, Any]) -> None:
    text = backtest_page(history)
    for row in (r for e in history["episodes"] for r in e["rows"]):
        line = next(x for x in text.splitlines() if row["what"] in x)
        assert line.endswith("| yes |" if row["inside"] else "| **no** |")
