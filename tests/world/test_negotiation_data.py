"""Partners, their rates by date of information, dated events, treaty allies and blocs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sector_sources import same_bytes_as_shipped, source_of
from tools.build_data import negotiations

from triffin.world import InputError, load_world, parameter
from triffin.world.data.blocs import EU
from triffin.world.data.partners import (
    BLOC_KINDS,
    blocs,
    deals,
    events,
    missing_partners,
    partner,
    partners,
)


def test_the_shipped_datasets_are_what_the_script_builds(tmp_path: Path) -> None:
    built = negotiations.build(source_of("negotiations"), tmp_path)
    assert len(built) == 3
    for path in built:
        assert same_bytes_as_shipped(path), path.name


def test_the_european_union_negotiates_as_one() -> None:
    assert partner("EU").members == EU
    assert partner("DEU").iso3 == "EU"
    assert not {one.iso3 for one in partners()} & set(EU)
    assert all(one.members == (one.iso3,) for one in partners() if one.iso3 != "EU")


def test_40_of_92_rates_of_august_2025_are_15_per_cent_and_25_are_10() -> None:
    # Counting China's reciprocal 10 without the 20 imposed earlier, 26 are 10.
    agreed = [one.agreed for one in partners() if one.agreed is not None]
    assert (len(agreed), agreed.count(0.15), agreed.count(0.10)) == (92, 40, 25)


@pytest.mark.parametrize(
    ("code", "announced", "pause", "letter", "agreed"),
    [
        ("JPN", 0.24, 0.10, 0.25, 0.15),
        ("EU", 0.20, 0.10, 0.30, 0.15),
        ("CHN", 0.34, 1.45, None, 0.30),
        ("GBR", 0.10, 0.10, None, 0.10),
        ("CHE", 0.31, 0.10, None, 0.39),
        ("CAN", 0.10, 0.10, 0.35, None),
    ],
)
def test_rates_of_the_orders(
    code: str, announced: float, pause: float, letter: float | None, agreed: float | None
) -> None:
    one = partner(code)
    assert (one.announced, one.pause, one.letter, one.agreed) == (announced, pause, letter, agreed)


def test_nothing_later_than_the_date_of_information_is_known() -> None:
    then = partner("JPN", "2025-04-18")
    assert (then.announced, then.pause) == (0.24, 0.10)
    assert (then.letter, then.agreed, then.later, then.notes) == (None, None, (), "")
    assert partner("JPN", "2025-04-02").pause is None
    assert partner("JPN", date(2025, 7, 7)).letter == 0.25
    # A letter without a source counts from the last day on which it can have been sent.
    assert partner("BRN", "2025-07-11").letter is None
    assert partner("BRN", "2025-07-12").letter_grade == "judgement"
    assert all("2026" not in one.notes for one in partners("2025-08-07"))
    assert all(event.date <= date(2025, 4, 18) for event in events("2025-04-18"))
    assert len(events("2025-04-18")) < len(events())


def test_two_settlements_by_9_july_and_seven_by_7_august() -> None:
    assert list(deals("2025-07-09")) == ["GBR", "VNM"]
    assert set(deals("2025-08-07")) == {"GBR", "VNM", "IDN", "PHL", "JPN", "EU", "KOR"}
    assert deals()["JPN"] == date(2025, 7, 22)
    assert [event.partner for event in events("2025-07-09", kind="truce")] == ["China"]


def test_events_are_sourced_classified_and_in_order() -> None:
    found = events()
    assert [event.date for event in found] == sorted(event.date for event in found)
    known = {one.iso3 for one in partners()} | {"USA"}
    for event in found:
        assert event.source
        assert set(event.iso3) <= known
    letters = events(kind="letter")
    assert [len(event.iso3) for event in letters] == [14]


def test_partners_without_trade_data_are_named() -> None:
    missing = missing_partners(load_world("world-2023").economies)
    assert set(missing) == {"TWN", "LIE", "NRU", "FLK"}
    assert "Taiwan" in missing["TWN"]
    assert set(missing) == {one.iso3 for one in partners() if not one.in_world}


def test_treaty_allies_are_those_of_the_treaties() -> None:
    allies = {one.iso3 for one in partners() if one.ally == "treaty"}
    assert allies == {
        *("AUS", "CAN", "EU", "GBR", "ISL", "JPN", "KOR", "MKD", "NOR", "PHL", "THA", "TUR")
    }
    assert partner("NZL").ally == "major non-NATO"
    assert {partner(code).ally for code in ("CHN", "CHE", "VNM", "IND")} == {"none"}


def test_blocs_have_their_members() -> None:
    found = blocs()
    assert found["EU"].members == EU
    assert len(found["NATO"].members) == 31
    assert found["US-JPN"].since == {"JPN": 1960}
    assert "CHN" in found["RCEP"].members
    assert "CHN" not in found["CPTPP"].members
    assert partner("EU").blocs == ("NATO", "EU")
    for bloc in found.values():
        assert bloc.kind in BLOC_KINDS
        assert len(bloc.source) > 10


def test_unknown_partners_dates_and_kinds_are_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'Japan'"):
        partner("Japn")
    with pytest.raises(InputError, match="not a date"):
        partners("April")
    with pytest.raises(InputError, match="Did you mean 'deal'"):
        events(kind="deals")


def test_the_build_stops_at_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="no kind"):
        negotiations.kind_of("carnival")
    with pytest.raises(KeyError):
        negotiations.codes_of("Atlantis", {"Japan": "JPN"})
    assert negotiations.codes_of("Japan-China", {"Japan": "JPN", "China": "CHN"}) == "JPN CHN"
    assert negotiations.codes_of("all but China", {}) == "*"
    assert negotiations.pause_rate("125 (145 with fentanyl)") == "145"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pain_tolerance_bp", 29),
        ("hegemon_nash_weight", 0.5),
        ("security_value", 0.01),
    ],
)
def test_values_of_the_models(name: str, value: float) -> None:
    assert parameter(name).value == value


@pytest.mark.parametrize(
    ("name", "mean"),
    [
        ("delivery_total_purchases", 0.57),
        ("delivery_incremental_purchases", 0.20),
    ],
)
def test_means_of_skewed_distributions_are_the_quoted_ones(name: str, mean: float) -> None:
    entry = parameter(name)
    assert entry.distribution is not None
    a, b = entry.distribution["a"], entry.distribution["b"]
    assert a / (a + b) == pytest.approx(mean, abs=1e-12)
