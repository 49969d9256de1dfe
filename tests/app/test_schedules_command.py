"""`triffin schedules`: US law on any day, and the schedules with one rate a partner."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import triffin

CELL = {
    "iso3",
    "icio",
    "imports_usd",
    "statutory_on_covered_pct",
    "covered_share",
    "effective_increase_pct",
}


def test_the_law_by_partner_and_sector_adds_up_to_its_average() -> None:
    found = triffin("schedules", "us-law", "--on", "2025-11-20", "--json").json
    assert (found["name"], found["date"]) == ("us-law", "2025-11-20")
    imports = sum(cell["imports_usd"] for cell in found["cells"])
    total = sum(cell["imports_usd"] * cell["effective_increase_pct"] for cell in found["cells"])
    assert total / imports == pytest.approx(found["average_increase"])
    assert all(cell.keys() == CELL for cell in found["cells"])
    pairs = [(cell["iso3"], cell["icio"]) for cell in found["cells"]]
    assert len(set(pairs)) == len(pairs)


def test_a_dated_name_is_the_law_of_its_day() -> None:
    by_name = triffin("schedules", "us-law@2025-08-07", "--json").json
    by_day = triffin("schedules", "us-law", "--on", "2025-08-07", "--json").json
    assert by_name["cells"] == by_day["cells"]
    dated = triffin("schedules", "us-law@2025-08-07", "--usmca", "dated", "--json").json
    assert dated["average_increase"] > by_name["average_increase"]


def test_a_schedule_of_one_rate_a_partner_is_shown_as_such() -> None:
    found = triffin("schedules", "us-2025-04-02", "--json").json
    rates = {row["iso3"]: row["rate"] for row in found["partners"]}
    assert rates["CHN"] == 0.54
    assert "54.0 %" in triffin("schedules", "us-2025-04-02").out


def test_the_path_of_the_average_is_printed_and_drawn(tmp_path: Path) -> None:
    file = tmp_path / "law.svg"
    done = triffin("schedules", "us-law", "--on", "2025-11-20", "--out", str(file))
    assert done.code == 0, done.err
    assert "2025-08-07" in done.out
    assert "EU27" in done.out
    assert file.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("us-law", "--on", "2025-01-01"), "from 2025-02-04 to 2026-08-19"),
        (("us-law", "--on", "tomorrow"), "is not a day"),
        (("us-2025-04-02", "--on", "2025-05-01"), "has a day of its own"),
        (("us-law", "--usmca", "none"), "settled, dated"),
        (("us-lav",), "us-law"),
        (("china-2025-04-12", "--out", "x.svg"), "no path to draw"),
    ],
)
def test_what_cannot_be_shown_is_refused(options: tuple[str, ...], said: str) -> None:
    done = triffin("schedules", *options)
    assert done.code == 2
    assert said in " ".join(done.err.split())


def test_answers_of_a_day_are_listed_by_sector() -> None:
    done = triffin("schedules", "answers@2025-11-14", "--json")
    assert done.code == 0, done.err
    duties = done.json["duties"]
    assert {(d["importer"], d["sector"]) for d in duties} >= {("CAN", "C24A"), ("CHN", "all")}
    assert all(d["source"] and d["rate_pct"] > 0 for d in duties)
    assert triffin("schedules", "answers@2025-13-14").code == 2
