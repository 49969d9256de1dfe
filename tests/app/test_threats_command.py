"""`triffin threats`: what comes of threats, scored, frozen, and asked about in a file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from command_line import triffin
from tools.write_docs.forecasts import PAGE, page

from triffin.strategy.threats.record import COLUMNS, LIST
from triffin.world.data.shipped import DATASETS

KEYS = {
    *("id", "target", "class", "announced", "deadline", "counts", "p_executed", "p_full"),
    *("p_part", "p_deal", "p_other", "landmarks", "outcome"),
}


def test_each_threat_has_counts_and_chances_that_sum_to_one() -> None:
    found = triffin("threats", "--json").json
    assert len(found["threats"]) == 87
    for row in found["threats"]:
        assert row.keys() >= KEYS
        parts = [row[f"p_{name}"] for name in ("full", "part", "deal", "other")]
        assert sum(parts) == pytest.approx(1.0)
        assert row["p_executed"] == pytest.approx(sum(parts[:2]))
        assert row["landmarks"]["1"] < row["p_executed"]
    assert found["score"] is None


def test_on_a_day_nothing_later_is_told() -> None:
    found = triffin("threats", "--as-of", "2025-04-18", "--json").json["threats"]
    assert max(row["announced"] for row in found) <= "2025-04-18"
    assert all(row["resolved"] is None or row["resolved"] <= "2025-04-18" for row in found)
    pause = next(row for row in found if row["id"] == "T049")
    assert (pause["state"], pause["outcome"]) == ("deadline moved", None)


def test_the_score_stands_beside_the_base_rate() -> None:
    score = triffin("threats", "--score", "--json").json["score"]
    assert score.keys() >= {
        *("n", "clusters", "log", "brier", "base_log", "base_brier", "four_log", "bins", "log_se")
    }
    assert (score["n"], score["clusters"]) == (82, 39)
    assert score["base_log"] == pytest.approx(0.683, abs=0.001)
    assert sum(row["n"] for row in score["bins"]) == pytest.approx(39)


def test_a_file_asks_and_is_not_counted(tmp_path: Path) -> None:
    with (DATASETS / f"{LIST}.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["id"] in ("T060", "T086")]
    empty = dict.fromkeys(("at_first_deadline", "final", "resolved", "rate_applied"), "")
    file = tmp_path / "asked.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows([rows[0], rows[1] | empty])
    asked = triffin("threats", str(file), "--score", "--json").json
    ours = {row["id"]: row for row in triffin("threats", "--json").json["threats"]}
    for row in asked["threats"]:
        assert row["p_executed"] == ours[row["id"]]["p_executed"]
    assert [row["outcome"] for row in asked["threats"]] == ["deal", None]
    assert asked["score"]["n"] == 1


def test_the_ruling_is_a_case_from_its_day_on() -> None:
    before, after = (
        triffin("threats", "--as-of", day, "--json").json["notes"]
        for day in ("2026-02-19", "2026-02-20")
    )
    assert next(note for note in after if note not in before).endswith("One case.")


def test_a_threat_without_a_date_is_seldom_carried_out_soon() -> None:
    found = triffin("threats", "--json").json["threats"]
    for row in found:
        assert (row["within"] is None) == (row["deadline"] is not None)
    undated = next(row for row in found if row["class"] == "undated")
    assert undated["within"]["1"] == 0.0
    assert undated["within"]["6"] == pytest.approx(1 - 0.98**5)


def test_a_wrong_day_is_refused() -> None:
    triffin("threats", "--as-of", "soon").refused("'soon' is not a day", "--as-of")


def test_the_page_of_frozen_forecasts_is_what_was_frozen() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
    found = triffin("threats", "--frozen", "--json").json
    assert {row["id"] for row in found["threats"]} >= {"T098", "T120", "T121"}
    assert found["score"]["n"] == sum(row["outcome"] is not None for row in found["threats"])
