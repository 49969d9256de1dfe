"""Tariffs from CSV files: taken as they are, refused with file, line and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario_samples import WriteFile, small_world

from triffin.scenario import load_schedule
from triffin.world import InputError, World


def test_a_file_is_taken_as_it_is(small: World, write: WriteFile) -> None:
    name = write("importer,exporter,rate\nUSA,CHN,54%\nUSA,JPN,0.01\n", "own.csv")
    schedule = load_schedule(small, name)
    assert schedule.rates[0, :, 0].tolist() == [0.0, 0.54, 0.01, 0.0, 0.0]
    assert schedule.label == "own.csv"
    assert schedule.rates.sum() == pytest.approx(2 * 0.55)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffimporter,exporter,rate\nUSA,CHN,54%\n",
        "importer,exporter,rate\r\nUSA,CHN,54%\r\n",
        "importer;exporter;rate\nUSA;CHN;54%\n",
        "importer\texporter\trate\nUSA\tCHN\t54%\n",
        "# a comment\n\nImporter, Exporter ,RATE\n\nUSA, China ,54 %\n\n",
        "rate,exporter,importer\n0.54,CHN,United States\n",
        "importer,exporter,rate,sector\nUSA,CHN,54%,*\n",
        "importer,exporter,rate,sector\nUSA,CHN,54%,\n",
        "importer,exporter,sector,rate\nUSA,CHN,cars,54%\nUSA,CHN,food,54%\n",
        'importer,exporter,rate\n"USA","CHN","54%"\n',
        "importer,exporter,rate,\nUSA,CHN,54%,\n",
        "importer,exporter,rate\nUSA,CHN,54%\nUSA,USA,0\n",
    ],
)
def test_the_same_tariff_written_in_many_ways(small: World, write: WriteFile, content: str) -> None:
    schedule = load_schedule(small, write(content, "own.csv"))
    assert schedule.rates[:, 1, 0].tolist() == [0.54, 0.54]
    assert schedule.rates.sum() == pytest.approx(1.08)


def test_what_a_file_does_not_name_keeps_the_baseline(write: WriteFile) -> None:
    world = small_world(baseline=0.05)
    schedule = load_schedule(world, write("importer,exporter,rate\nUSA,CHN,54%\n", "own.csv"))
    assert schedule.rates[0, 2, 0] == 0.05


def test_specific_rows_win_over_rows_for_everyone(small: World, write: WriteFile) -> None:
    rows = "importer,exporter,rate\nUSA,CHN,54%\nUSA,*,10%\nUSA,Asia,20%\n"
    schedule = load_schedule(small, write(rows, "own.csv"))
    assert schedule.rates[0, :, 0].tolist() == [0.0, 0.54, 0.2, 0.1, 0.1]


HEAD = "importer,exporter,rate\n"


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("", ["empty", "importer, exporter, rate"]),
        ("\n\n# only a comment\n", ["empty"]),
        (HEAD, ["no row"]),
        ("USA,CHN,54%\n", ["line 1", "unknown column 'usa'"]),
        ("importer,exporter\nUSA,CHN\n", ["line 1", "column 'rate' is missing"]),
        ("importer,exporter,rat\nUSA,CHN,1%\n", ["line 1", "'rat'", "'rate'"]),
        ("importer,exporter,rate,rate\nUSA,CHN,1%,1%\n", ["twice"]),
        ("importer,exporter,rate,note\nUSA,CHN,1%,x\n", ["unknown column 'note'"]),
        (HEAD + "USA,CHN\n", ["line 2", "2 cells"]),
        (HEAD + "USA,CHN,1%,x\n", ["line 2", "4 cells"]),
        (HEAD + "USA,CHN,24\n", ["line 2", "column rate", "24%"]),
        (HEAD + "USA,CHN,\n", ["line 2", "column rate", "empty"]),
        (HEAD + "USA,CHN,nan\n", ["line 2", "column rate", "finite"]),
        (HEAD + "USA,CHN,1001%\n", ["line 2", "above 1000 %"]),
        (HEAD + "\nUSA,JPM,1%\n", ["line 3", "column exporter", "'JPM'", "'JPN'"]),
        (HEAD + "USB,JPN,1%\n", ["line 2", "column importer", "'USA'"]),
        (HEAD + ",JPN,1%\n", ["line 2", "column importer", "empty"]),
        (HEAD + "USA,USA,1%\n", ["line 2", "own goods"]),
        (HEAD + "USA,JPN,1%\nUSA,CHN,2%\nUSA,Japan,1%\n", ["line 4", "repeats line 2"]),
        ("importer,exporter,sector,rate\nUSA,JPN,carz,1%\n", ["column sector", "'cars'"]),
        (HEAD + "DEU,Asia,1%\nDEU,Pacific,2%\n", ["contradicts", "line"]),
        (HEAD + 'USA,"JPN,1%\n', ["line", "not valid CSV"]),
        ("importer;exporter;rate\nUSA;CHN;0,24\n", ["line 2", "decimal comma"]),
    ],
)
def test_faults_are_named_with_file_line_and_column(
    small: World, write: WriteFile, content: str, parts: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        load_schedule(small, write(content, "own.csv"))
    for part in ["own.csv", *parts]:
        assert part in str(caught.value)


@pytest.mark.parametrize("raw", [b"\xff\xfeU\x00S\x00", b"importer\nJap\xe3n", b"PK\x03\x04\x00"])
def test_a_file_that_is_no_text_is_refused(small: World, write: WriteFile, raw: bytes) -> None:
    with pytest.raises(InputError, match=r"own\.csv"):
        load_schedule(small, write(raw, "own.csv"))


def test_missing_files_and_folders_are_refused(small: World, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_schedule(small, tmp_path / "none.csv")
    with pytest.raises(InputError, match="folder"):
        load_schedule(small, tmp_path)
    with pytest.raises(InputError):
        load_schedule(small, "a\x00b.csv")


def test_a_file_knows_no_coverage(small: World, write: WriteFile) -> None:
    with pytest.raises(InputError, match="coverage"):
        load_schedule(small, write(HEAD + "USA,JPN,1%\n", "own.csv"), basis="paid")


@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_causes_anything_but_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(b"importer,exporter,rate\n" + content)
    try:
        schedule = load_schedule(small_world(), path)
    except InputError:
        return
    assert np.isfinite(schedule.rates).all()
