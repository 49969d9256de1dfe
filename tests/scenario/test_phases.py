"""Dated entries become phases: what is in force on which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_samples import PLAIN, WriteFile, small_world

from triffin.scenario import Phase, Scenario, load_scenario
from triffin.scenario.phases import build_phases
from triffin.world import InputError, World


def scenario_with(tariffs: Sequence[Mapping[str, object]], days: int = 30) -> Scenario:
    return Scenario.model_validate(
        {
            "scenario": "own",
            "title": "Own",
            "world": "small",
            "start": "2025-04-02",
            "days": days,
            "hegemon": "USA",
            "focus": "JPN",
            "tariffs": list(tariffs) or None,
        }
    )


def spans(phases: list[Phase]) -> list[tuple[str, str]]:
    return [(phase.start.isoformat(), phase.end.isoformat()) for phase in phases]


def on_japan(phase: Phase) -> float:
    return float(phase.schedule.rates[0, 2, 0])


def test_japan_2025_has_the_four_phases_of_its_calendar(world_2023: World) -> None:
    phases = load_scenario("japan-2025").phases(world_2023)
    assert spans(phases) == [
        ("2025-04-02", "2025-04-04"),
        ("2025-04-05", "2025-04-08"),
        ("2025-04-09", "2025-07-07"),
        ("2025-07-08", "2025-08-14"),
    ]
    usa, chn, jpn = (world_2023.index(code) for code in ("USA", "CHN", "JPN"))
    rates = [phase.schedule.rates[0] for phase in phases]
    assert [float(r[jpn, usa]) for r in rates] == [0.0, 0.1, 0.1, 0.24]
    assert [float(r[chn, usa]) for r in rates] == [0.0, 0.1, 1.45, 0.54]
    assert [float(r[usa, chn]) for r in rates] == [0.0, 0.0, 1.25, 0.0]
    assert [phase.days for phase in phases] == [3, 4, 90, 38]
    assert phases[2].label == "pause"
    assert "announced" in phases[3].label


def test_without_tariffs_there_is_one_phase_of_baseline_tariffs(small: World) -> None:
    (phase,) = scenario_with([]).phases(small)
    assert spans([phase]) == [("2025-04-02", "2025-05-01")]
    assert phase.schedule.rates.sum() == 0.0


def test_what_lapses_uncovers_what_lies_underneath(small: World) -> None:
    phases = scenario_with(
        [
            {"from": "2025-04-02", "set": {"USA.JPN": "10%"}},
            {"from": "2025-04-05", "days": 3, "set": {"USA.JPN": "30%"}},
        ]
    ).phases(small)
    assert [on_japan(phase) for phase in phases] == [0.1, 0.3, 0.1]
    assert spans(phases)[1] == ("2025-04-05", "2025-04-07")


def test_until_is_the_last_day_in_force(small: World) -> None:
    entry = {"from": "2025-04-05", "until": "2025-04-07", "set": {"USA.JPN": "30%"}}
    phases = scenario_with([entry]).phases(small)
    assert spans(phases)[1] == ("2025-04-05", "2025-04-07")


def test_entries_of_one_date_stack_in_the_order_of_the_file(small: World) -> None:
    first = {"from": "2025-04-02", "set": {"USA.*": "10%"}}
    second = {"from": "2025-04-02", "set": {"USA.JPN": "24%"}}
    (phase,) = scenario_with([first, second]).phases(small)
    assert on_japan(phase) == 0.24
    (phase,) = scenario_with([second, first]).phases(small)
    assert on_japan(phase) == 0.1


def test_entries_apply_in_the_order_of_their_dates_not_of_the_file(small: World) -> None:
    late = {"from": "2025-04-10", "set": {"USA.JPN": "24%"}}
    early = {"from": "2025-04-05", "set": {"USA.JPN": "10%"}}
    for order in ([late, early], [early, late]):
        assert [on_japan(p) for p in scenario_with(order).phases(small)] == [0.0, 0.1, 0.24]


def test_an_entry_before_the_start_is_already_in_force(small: World) -> None:
    (phase,) = scenario_with([{"from": "2024-01-01", "set": {"USA.JPN": "2%"}}]).phases(small)
    assert on_japan(phase) == 0.02
    assert phase.start == dt.date(2025, 4, 2)


def test_days_count_from_the_entry_even_before_the_start(small: World) -> None:
    entry = {"from": "2025-03-31", "days": 4, "set": {"USA.JPN": "2%"}}
    phases = scenario_with([entry]).phases(small)
    assert spans(phases)[0] == ("2025-04-02", "2025-04-03")


def test_an_entry_that_is_fully_covered_makes_no_phase(small: World) -> None:
    phases = scenario_with(
        [
            {"from": "2025-04-10", "set": {"USA.*": "10%"}},
            {"from": "2025-04-10", "set": {"USA.*": "20%"}, "note": "all"},
        ]
    ).phases(small)
    assert [phase.label for phase in phases] == ["baseline tariffs", "all"]


def test_a_schedule_and_a_set_in_one_entry_stack(world_2023: World) -> None:
    data = scenario_with(
        [{"from": "2025-04-02", "schedule": "us-2025-04-02", "set": {"USA.JPN": "15%"}}]
    )
    (phase,) = data.phases(world_2023)
    usa = world_2023.index("USA")
    assert float(phase.schedule.rates[0, world_2023.index("JPN"), usa]) == 0.15
    assert float(phase.schedule.rates[0, world_2023.index("CHN"), usa]) == 0.54


def test_notes_of_paid_and_statutory_rates_are_kept_together(world_2023: World) -> None:
    (phase,) = scenario_with(
        [
            {"from": "2025-04-02", "schedule": "us-2025-08-07"},
            {"from": "2025-04-02", "schedule": "china-2025-05-14"},
        ]
    ).phases(world_2023)
    assert phase.schedule.basis == "paid"
    assert any("paid rate" in note for note in phase.schedule.notes)
    assert any("china-2025-05-14 states no coverage" in note for note in phase.schedule.notes)


def test_a_file_changes_what_it_names_and_lies_beside_the_scenario(
    write: WriteFile, world_2023: World
) -> None:
    write("importer,exporter,rate\nUSA,JPN,7%\n", "rates.csv")
    text = PLAIN + (
        "tariffs:\n"
        "  - {from: 2025-04-02, set: {USA.*: 10%}}\n"
        "  - {from: 2025-04-02, file: rates.csv}\n"
    )
    (phase,) = load_scenario(write(text)).phases(world_2023)
    usa = world_2023.index("USA")
    assert float(phase.schedule.rates[0, world_2023.index("JPN"), usa]) == 0.07
    assert float(phase.schedule.rates[0, world_2023.index("KOR"), usa]) == 0.1


def test_an_unknown_economy_in_a_phase_is_an_input_error(small: World) -> None:
    with pytest.raises(InputError, match="JPN"):
        scenario_with([{"from": "2025-04-02", "set": {"USA.JPM": "1%"}}]).phases(small)


entries = st.fixed_dictionaries(
    {
        "from": st.dates(dt.date(2025, 3, 20), dt.date(2025, 5, 10)).map(str),
        "set": st.fixed_dictionaries({"USA.JPN": st.integers(0, 99).map(lambda r: f"{r}%")}),
    },
    optional={"days": st.integers(1, 20)},
)


@given(st.lists(entries, max_size=6))
@settings(max_examples=60)
def test_every_day_has_exactly_the_rate_of_the_last_entry_in_force(
    tariffs: list[dict[str, object]],
) -> None:
    world = small_world()
    scenario = scenario_with(tariffs)
    phases = build_phases(scenario, world)
    assert phases[0].start == scenario.start
    assert phases[-1].end == scenario.end
    assert sum(phase.days for phase in phases) == scenario.days
    for phase, following in pairwise(phases):
        assert following.start == phase.end + dt.timedelta(days=1)
        assert phase.days > 0
    order = sorted(scenario.tariffs or [], key=lambda entry: entry.from_)
    for phase in phases:
        for day in (phase.start, phase.end):
            rates = [
                (entry.set or {})["USA.JPN"]
                for entry in order
                if entry.from_ <= day and (entry.last_day is None or day <= entry.last_day)
            ]
            assert on_japan(phase) == (rates[-1] if rates else 0.0)
            assert np.count_nonzero(phase.schedule.rates) in (0, 2)
