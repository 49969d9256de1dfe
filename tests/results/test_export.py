"""Exports are read back and compared with the run; each names its source."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pyarrow import parquet
from synthetic import synthetic_result

from triffin.record.cite import bibtex, cite
from triffin.results import Result
from triffin.results import export as exports
from triffin.results.compare import compare, compare_frame
from triffin.results.export import export
from triffin.trade.models import MODELS
from triffin.world.base.errors import InputError


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
    path = export(small, "parquet", tmp_path / "run.parquet", "economies")
    pd.testing.assert_frame_equal(
        pd.read_parquet(path), small.to_frame("economies"), check_dtype=False, check_exact=True
    )
    assert parquet.read_schema(path).metadata[b"triffin.run"].decode() == small.manifest["hash"]


def test_the_workbook_of_a_coupled_run_has_partners_and_paths(
    joint: Result, tmp_path: Path
) -> None:
    sheets = pd.read_excel(joint.to_excel(tmp_path / "run.xlsx"), sheet_name=None)
    assert set(sheets) == {*exports.SHEETS, *exports.ASKED, "sources", "draws"}
    assert len(sheets["partners"]) == joint.data.sizes["partner"]
    paths = sheets["paths"]
    rate = paths[paths["variable"] == "exchange_rate"]
    assert set(rate["unit"]) == {"JPY per USD"}
    last = joint.data["exchange_rate"].isel(day=-1).values
    assert rate["median"].iloc[-1] == pytest.approx(np.median(last))
    outcome = sheets["headline"].set_index("id").loc["focus_signs", "outcome"]
    assert outcome == "Japan agreed on 22 July 2025, day 111."


def test_parquet_holds_every_draw_of_everything_with_its_unit(
    joint: Result, tmp_path: Path
) -> None:
    path = export(joint, "parquet", tmp_path / "run.parquet")
    frame = pd.read_parquet(path)
    assert len(frame) == joint.data.sizes["draw"]
    day = joint.data["yield_10y"].sel(day="2025-04-09").values
    np.testing.assert_array_equal(frame["yield_10y_2025-04-09"], day)
    japan = joint.data["partner_rate"].sel(partner="JPN").values
    np.testing.assert_array_equal(frame["partner_rate_JPN"], japan)
    schema = parquet.read_schema(path)
    units = {
        name: schema.field(name).metadata[b"unit"].decode()
        for name in ("exchange_rate_2025-04-02", "headline_reserves_spent", "welfare_JPN")
    }
    assert list(units.values()) == ["JPY per USD", "bn USD", "per cent"]


@pytest.mark.parametrize("table", ["headline", "partners", "paths", "parameters"])
def test_stata_takes_any_table_under_names_that_it_allows(
    joint: Result, tmp_path: Path, table: str
) -> None:
    path = export(joint, "dta", tmp_path / "run.dta", table)
    with pd.read_stata(path, iterator=True) as reader:
        labels = reader.variable_labels()
        frame = reader.read()
    assert len(frame) == len(joint.to_frame(table))
    assert len(set(frame.columns)) == len(joint.to_frame(table).columns) + 1
    assert labels["citation"] == "How to cite this run"


def test_a_table_that_was_not_asked_and_one_that_is_none_are_refused(
    small: Result, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no partners"):
        export(small, "csv", tmp_path / "run.csv", "partners")
    with pytest.raises(InputError, match="Did you mean 'partners'"):
        export(small, "csv", tmp_path / "run.csv", "partner")
    with pytest.raises(InputError, match="every table"):
        export(small, "xlsx", tmp_path / "run.xlsx", "flows")
    assert list(tmp_path.iterdir()) == []


def test_more_draws_than_a_sheet_should_hold_are_left_to_parquet(
    small: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_CELLS", 100)
    sheets = pd.read_excel(small.to_excel(tmp_path / "run.xlsx"), sheet_name=None)
    assert "draws" not in sheets
    assert "--to parquet" in "\n".join(map(str, sheets["sources"]["value"]))


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
    monkeypatch.setattr(exports, "_write_stata", lambda run, frame, target: half(run, target))
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


def test_every_shipped_model_has_initials_a_volume_pages_and_an_address(small: Result) -> None:
    shipped = {model.citation: model for model in MODELS.values()}
    manifest = small.manifest | {
        "models": [{"id": model.name, "citation": text} for text, model in shipped.items()]
    }
    entries = bibtex(Result(manifest, [], small.data)).split("\n\n")
    articles = [entry for entry in entries if entry.startswith("@article")]
    assert len(articles) == len(shipped)
    for entry in articles:
        assert re.search(r"author = \{[^}]+, [A-Z]\.", entry), entry
        for field in ("journal", "volume", "pages", "year", "doi", "url"):
            assert f"  {field} = {{" in entry, (field, entry)


def test_keys_are_unique_even_where_data_and_model_share_a_name(small: Result) -> None:
    name = small.manifest["data"][0]["name"]
    model = {"id": name, "citation": "Doe, J. (2020). Title. Journal 1."}
    text = bibtex(Result({**small.manifest, "models": [model]}, [], small.data))
    keys = re.findall(r"^@\w+\{([^,]+),", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == 2 + len(small.manifest["data"])


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
    frame = compare_frame(compare([small, other]))
    assert len(frame) == 2 * len(small.headline)
    assert frame["answer"].isna().sum() == 1
    with pytest.raises(InputError, match="at least two"):
        compare([small])
