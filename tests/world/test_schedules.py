"""Named schedules carry the rates of the orders they cite, checked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from triffin.world import (
    InputError,
    ScheduleData,
    list_schedules,
    load_world,
    named_schedule,
    realized_path,
)
from triffin.world.data.blocs import EU

# Answers are rates by sector, not by partner.
NAMES = [e["name"] for e in list_schedules() if not e["name"].startswith("answers@")]


def rate(schedule: ScheduleData, exporter: str) -> float:
    return schedule.rates.get(exporter, schedule.default)


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("us-2025-04-02", {"JPN": 24, "CHN": 54, "DEU": 20, "KHM": 49, "GBR": 10, "RUS": 10}),
        ("us-2025-04-02", {"MEX": 17, "CAN": 10, "LSO": 50, "VNM": 46, "TWN": 32}),
        ("us-pause-2025", {"JPN": 10, "CHN": 145, "DEU": 10, "KHM": 10, "CAN": 10}),
        ("us-2025-04-05", {"JPN": 10, "CHN": 30, "CAN": 25, "MEX": 25}),
        ("us-2025-04-09", {"JPN": 24, "CHN": 104, "KOR": 25, "IND": 26}),
        ("us-2025-04-10", {"JPN": 10, "CHN": 145, "CAN": 25, "KHM": 10}),
        ("us-2025-05-14", {"JPN": 10, "CHN": 30}),
        ("us-2025-08-07", {"JPN": 15, "DEU": 15, "CHE": 39, "BRA": 50, "IND": 25, "CHN": 30}),
        ("us-2025-08-07", {"CAN": 35, "MEX": 25, "KHM": 19, "GBR": 10, "SYR": 41, "BTN": 10}),
        ("us-2025-08-27", {"IND": 50, "JPN": 15}),
        ("us-2025-11-10", {"CHN": 20, "CHE": 39, "IND": 50}),
        ("us-2025-11-14", {"CHN": 20, "CHE": 15}),
        ("us-2026-02-06", {"IND": 18, "TWN": 15, "BRA": 50}),
        ("us-2026-02-24", {"JPN": 10, "CHN": 10, "BRA": 10}),
        ("us-current", {"JPN": 12.5, "DEU": 10, "CHN": 12.5, "KHM": 10, "LSO": 0, "BTN": 0}),
        ("china-2025-04-12", {"USA": 125, "JPN": 0}),
        ("china-2025-05-14", {"USA": 10}),
    ],
)
def test_rates_of_the_orders(name: str, rates: dict[str, float]) -> None:
    schedule = named_schedule(name)
    assert {code: rate(schedule, code) for code in rates} == {
        code: percent / 100 for code, percent in rates.items()
    }


def test_the_announced_schedule_is_the_papers_rates_with_a_floor_of_10_per_cent() -> None:
    world, schedule = load_world("world-2023"), named_schedule("us-2025-04-02")
    assert world.announced_us_tariff is not None
    floored = np.maximum(0.10, world.announced_us_tariff)
    for position, code in enumerate(world.economies):
        if code != "USA":
            assert rate(schedule, code) == floored[position]


@pytest.mark.parametrize("name", NAMES)
def test_every_schedule_is_dated_sourced_and_in_bounds(name: str) -> None:
    schedule = named_schedule(name)
    date.fromisoformat(schedule.date)
    assert schedule.title
    assert len(schedule.source) > 20
    assert schedule.notes
    assert schedule.basis == "statutory"
    assert schedule.kind in ("announced", "in force")
    assert schedule.importer not in schedule.rates
    assert "EU" not in schedule.rates
    assert 0 <= schedule.default <= 1
    assert all(0 <= value <= 1.5 for value in schedule.rates.values())
    assert set(schedule.coverage) == set(schedule.coverage_source)
    assert all(0 < share < 1 for share in schedule.coverage.values())


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("us-")])
def test_members_of_the_eu_pay_one_rate(name: str) -> None:
    schedule = named_schedule(name)
    assert len({rate(schedule, code) for code in EU}) == 1


def test_coverage_of_canada_and_mexico_is_the_published_share_near_the_date() -> None:
    august = named_schedule("us-2025-08-07")
    assert august.coverage == {"CAN": 0.12, "CHN": 0.8, "MEX": 0.19}
    assert "Fitch" in august.coverage_source["CAN"]
    assert "Hacienda" in august.coverage_source["MEX"]
    assert named_schedule("us-2025-04-05").coverage["MEX"] == 0.23
    assert named_schedule("us-2025-11-10").coverage["MEX"] == 0.16
    assert set(named_schedule("us-2026-02-24").coverage) == {"CAN", "MEX"}


@pytest.mark.parametrize("name", ["us-2025-04-02", "us-pause-2025", "us-current"])
def test_announced_and_undated_shares_are_not_invented(name: str) -> None:
    assert named_schedule(name).coverage == {}


def test_the_realized_path_runs_forward_in_time() -> None:
    path = realized_path()
    days = [day for day, _ in path]
    assert days == sorted(days)
    assert len(set(days)) == len(days)
    assert path[0] == ("2025-04-05", "us-2025-04-05")
    assert path[-1] == ("2026-07-24", "us-current")
    assert realized_path("CHN") == (
        ("2025-04-12", "china-2025-04-12"),
        ("2025-05-14", "china-2025-05-14"),
    )
    with pytest.raises(InputError, match="no realized tariffs of JPN"):
        realized_path("JPN")


def test_the_list_states_dates_and_terms() -> None:
    entries = {entry["name"]: entry for entry in list_schedules()}
    assert entries["us-current"]["date"] == "2026-07-24"
    assert entries["us-pause-2025"]["partners"] == 1
    assert entries["us-2025-08-07"]["coverage"] == ("CAN", "CHN", "MEX")
    assert entries["answers@2025-04-12"]["importer"] == "CAN+CHN"
    assert all("public domain" in entries[name]["licence"] for name in NAMES)


def test_changing_a_schedule_changes_no_other_copy() -> None:
    named_schedule("us-pause-2025").rates["CHN"] = 0
    assert named_schedule("us-pause-2025").rates["CHN"] == 1.45


def test_an_unknown_schedule_gets_the_nearest_match() -> None:
    with pytest.raises(InputError, match="Did you mean 'us-2025-04-02'"):
        named_schedule("us-2025-04-2")
