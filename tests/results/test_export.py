"""Exports are read back and compared with the run; each names its source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pyarrow import parquet
from synthetic import synthetic_result

from triffin.results import Result
from triffin.results import export as exports
from triffin.results.cite import cite
from triffin.results.compare import compare, compare_frame
from triffin.results.export import export
from triffin.world.errors import InputError


@pytest.fixture(scope="module")
def small() -> Result:
    return synthetic_result(count=20, draws=48)


def test_the_workbook_holds_every_table_with_numbers_as_numbers(
    small: Result, tmp_path: Path
) -> None:
    path = small.to_excel(tmp_path / "run.xlsx")
    sheets = pd.read_excel(path, sheet_name=None)
    assert set(sheets) == {*exports.SHEETS, "sources", "draws"}
    pd.testing.assert_frame_equal(
        sheets["economies"], small.to_frame("economies"), check_dtype=False, check_exact=False
    )
    workbook = openpyxl.load_workbook(path, read_only=True)
    row = next(workbook["economies"].iter_rows(min_row=2, max_row=2, values_only=True))
    assert isinstance(row[4], float)
    workbook.close()
    sources = "\n".join(map(str, sheets["sources"].to_numpy().ravel()))
    assert small.manifest["hash"] in sources
    assert "Ignatenko" in sources
    assert "per cent of baseline spending" in sources


def test_stata_reads_labels_with_units_and_the_citation(small: Result, tmp_path: Path) -> None:
    path = export(small, "dta", tmp_path / "run.dta")
    with pd.read_stata(path, iterator=True) as reader:
        labels = reader.variable_labels()
        label = reader.data_label
        frame = reader.read()
    assert labels["welfare"] == "Welfare (per cent)"
    assert labels["welfare_low"] == "Welfare, 5 % quantile (per cent)"
    assert small.identity in label
    assert small.manifest["hash"] in frame["citation"].iloc[0]
    np.testing.assert_allclose(frame["welfare"], small.to_frame("economies")["welfare"])


def test_csv_is_one_table_with_the_citation_in_every_row(small: Result, tmp_path: Path) -> None:
    frame = pd.read_csv(export(small, "csv", tmp_path / "run.csv"))
    assert (frame["citation"] == frame["citation"].iloc[0]).all()
    assert small.manifest["hash"] in frame["citation"].iloc[0]
    np.testing.assert_allclose(frame["deficit"], small.to_frame("economies")["deficit"], rtol=1e-9)


def test_parquet_is_exact(small: Result, tmp_path: Path) -> None:
    path = export(small, "parquet", tmp_path / "run.parquet")
    pd.testing.assert_frame_equal(
        pd.read_parquet(path), small.to_frame("economies"), check_dtype=False, check_exact=True
    )
    assert parquet.read_schema(path).metadata[b"triffin.run"].decode() == small.manifest["hash"]


@pytest.mark.parametrize("form", exports.FORMATS)
def test_the_same_run_exports_the_same_bytes(small: Result, tmp_path: Path, form: str) -> None:
    first, second = (export(small, form, tmp_path / f"{k}.{form}") for k in "ab")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("form", exports.FORMATS)
@pytest.mark.parametrize("failure", [RuntimeError("disk"), KeyboardInterrupt()])
def test_an_interrupted_export_keeps_the_file_that_was_there(
    small: Result,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    failure: BaseException,
) -> None:
    path = tmp_path / f"run.{form}"
    path.write_text("the export of yesterday")

    def half(result: Result, target: Path) -> None:
        target.write_text("half")
        raise failure

    monkeypatch.setattr(exports, "_write_workbook", half)
    monkeypatch.setattr(exports, "_write_stata", half)
    monkeypatch.setattr(exports, "write_csv", lambda frame, target: half(small, target))
    monkeypatch.setattr(exports, "write_parquet", lambda frame, target, _: half(small, target))
    with pytest.raises(type(failure)):
        export(small, form, path)
    assert path.read_text() == "the export of yesterday"
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_an_unknown_format_is_refused(small: Result, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'xlsx'"):
        export(small, "xls", tmp_path / "run.xls")


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    run = synthetic_result(count=20, draws=24, title="=1+1")
    path = run.to_excel(tmp_path / "run.xlsx")
    workbook = openpyxl.load_workbook(path, read_only=True)
    cells = [
        cell for row in workbook["sources"].iter_rows() for cell in row if cell.value == "=1+1"
    ]
    assert [cell.data_type for cell in cells] == ["s"]
    workbook.close()


def test_a_citation_names_run_data_and_model_in_text_and_bibtex(small: Result) -> None:
    text = cite(small)
    assert f"run {small.manifest['hash']}" in text
    assert "CEPII" in text
    assert (
        "title = {Making America Great Again? The Economic Impacts of Liberation Day Tariffs}"
        in text
    )
    assert "@article{ignatenko-2025," in text
    assert (
        "author = {Ignatenko, A. and Macedoni, L. and Lashkaripour, A. and Simonovska, I.}" in text
    )
    assert "doi = {10.1016/j.jinteco.2025.104138}" in text
    assert text.count("{") == text.count("}")


def test_authors_without_initials_are_told_apart_too(small: Result) -> None:
    model = {"id": "m", "citation": "Caliendo and Parro (2015), Estimates of the Trade Effects."}
    three = {"id": "n", "citation": "Doe, Roe and Poe (2020). Title. Journal 1."}
    text = cite(Result({**small.manifest, "models": [model, three]}, [], small.data))
    assert "author = {Caliendo and Parro}" in text
    assert "author = {Doe and Roe and Poe}" in text
    assert "title = {Estimates of the Trade Effects}" in text


def test_paired_draws_give_intervals_of_the_difference() -> None:
    base = synthetic_result(count=20, draws=240)
    other = synthetic_result(count=20, draws=240)
    other.data["welfare_draws"] = other.data["welfare_draws"] + 0.5
    document = compare([base, other])
    assert document["runs"][1]["common_draws"]
    row = next(item for item in document["headline"] if item["id"] == "welfare_JPN")
    difference = row["differences"][0]
    # the spread of both runs is wide, that of the difference is nil: common random numbers
    assert difference["paired"]
    assert difference["median"] == pytest.approx(0.5)
    assert difference["low"] == pytest.approx(0.5)
    assert document["economies"]["USA"][0]["high"] == pytest.approx(0.5)


def test_runs_with_other_draws_give_no_interval_of_the_difference() -> None:
    base, other = synthetic_result(count=20, draws=240), synthetic_result(count=20, seed=8)
    document = compare([base, other])
    difference = document["headline"][0]["differences"][0]
    assert difference["paired"] is False
    assert difference["low"] is None
    assert difference["median"] is not None


def test_a_changed_distribution_is_not_taken_for_common_draws() -> None:
    base, other = synthetic_result(count=20, draws=48), synthetic_result(count=20, draws=48)
    other.data["trade_elasticity"] = other.data["trade_elasticity"] * 1.1
    assert not compare([base, other])["runs"][1]["common_draws"]


def test_comparison_as_a_table_and_a_headline_only_one_run_has(small: Result) -> None:
    other = synthetic_result(count=20, draws=48)
    del other.headline[0]
    frame = compare_frame([small, other])
    assert len(frame) == 2 * len(small.headline)
    assert frame["answer"].isna().sum() == 1
    with pytest.raises(InputError, match="at least two"):
        compare([small])
