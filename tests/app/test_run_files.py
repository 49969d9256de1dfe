"""What is done with runs: compare, export, chart, cite, and how a run is found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import folder_of, triffin

from triffin.results import Result


def test_a_run_is_found_by_path_by_folder_and_by_scenario(in_archive: Path) -> None:
    folder = folder_of(in_archive, "pause-2025")
    answers = [
        triffin("cite", name, "--json").json
        for name in (folder, folder.relative_to(in_archive), folder.name, "pause-2025")
    ]
    assert all(answer == answers[0] for answer in answers)


def test_part_of_a_scenario_s_name_finds_no_run(in_archive: Path) -> None:
    triffin("cite", "pause").refused("'pause'", "pause-2025-")
    triffin("cite", "universal").refused("'universal'")


def test_the_latest_run_of_a_scenario_is_taken(in_archive: Path, workplace: Path) -> None:
    shutil.copytree(in_archive / "runs", workplace / "runs")
    latest = triffin("run", "pause-2025", "--draws", "3", "--json").json
    assert latest["hash"] in triffin("cite", "pause-2025").out


def test_a_run_folder_is_exported_from_inside(in_archive: Path, workplace: Path) -> None:
    folder = shutil.copytree(folder_of(in_archive, "pause-2025"), workplace / "mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert triffin("export", ".", "--to", "csv", "--json").code == 0
    assert sorted(item.name for item in workplace.iterdir()) == ["mine", "mine.csv"]


def test_a_changed_run_is_refused(in_archive: Path, workplace: Path) -> None:
    folder = shutil.copytree(folder_of(in_archive, "pause-2025"), workplace / "mine")
    with (folder / "data.nc").open("ab") as stream:
        stream.write(b"x")
    triffin("cite", "mine").refused("data.nc", "changed")
    (folder / "data.nc").unlink()
    triffin("export", "mine").refused("data.nc", "missing")
    (folder / "manifest.json").unlink()
    triffin("chart", "mine", "ranking").refused("manifest.json")
    assert [item.name for item in workplace.iterdir()] == ["mine"]


@pytest.mark.parametrize("ending", ["xlsx", "dta", "csv", "parquet"])
def test_an_export_reads_back(ending: str, in_archive: Path, tmp_path: Path) -> None:
    path = tmp_path / f"answer.{ending}"
    table = () if ending == "xlsx" else ("--table", "economies")
    done = triffin("export", "pause-2025", "--to", ending, *table, "--out", path, "--json")
    assert done.json["file"] == str(path)
    readers = {
        "dta": lambda: pd.read_stata(path),
        "csv": lambda: pd.read_csv(path),
        "parquet": lambda: pd.read_parquet(path),
        "xlsx": lambda: pd.read_excel(path, sheet_name="economies"),
    }
    frame = readers[ending]()
    welfare = next(name for name in frame.columns if str(name).startswith("welfare"))
    result = Result.load(folder_of(in_archive, "pause-2025"))
    expected = np.sort(result.data["welfare"].values.ravel())
    got = np.sort(pd.to_numeric(frame[welfare]).to_numpy(dtype=float))
    assert got == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_the_ending_of_the_file_says_the_format_of_an_export(
    in_archive: Path, tmp_path: Path
) -> None:
    path = tmp_path / "answer.csv"
    assert triffin("export", "pause-2025", "--out", path, "--json").json["to"] == "csv"
    assert "welfare" in path.read_text(encoding="utf-8").splitlines()[0]
    other = tmp_path / "answer.xlsx"
    triffin("export", "pause-2025", "--to", "csv", "--out", other).refused(".csv", "--to xlsx")
    triffin("export", "pause-2025", "--out", tmp_path / "answer.doc").refused("doc", "xlsx")
    assert [item.name for item in tmp_path.iterdir()] == ["answer.csv"]


def test_an_export_stands_beside_its_run(in_archive: Path) -> None:
    folder = folder_of(in_archive, "universal-10")
    done = triffin("export", "universal-10", "--to", "parquet", "--json")
    written = Path(done.json["file"])
    assert written.name == f"{folder.name}.parquet"
    assert written.parent.resolve() == folder.parent
    written.unlink()


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_a_chart_is_drawn(ending: str, start: bytes, in_archive: Path, tmp_path: Path) -> None:
    path = tmp_path / f"chart.{ending}"
    done = triffin("chart", "pause-2025", "ranking", "--theme", "dark", "--out", path)
    assert done.code == 0, done.err
    assert done.out.strip() == str(path)
    assert path.read_bytes().startswith(start)


def test_the_charts_are_listed_and_an_unknown_one_is_refused(
    in_archive: Path, tmp_path: Path
) -> None:
    names = triffin("chart", "pause-2025", "list").out.split()
    assert triffin("chart", "pause-2025", "list", "--json").json == {"charts": names}
    assert "welfare-map" in names
    triffin("chart", "pause-2025", "rankin").refused("'rankin'", "Did you mean 'ranking'?")
    for option, value in (("--theme", "blue"), ("--size", "5:7")):
        triffin("chart", "pause-2025", "ranking", option, value).refused(value)
    out = tmp_path / "chart.txt"
    triffin("chart", "pause-2025", "ranking", "--out", out).refused("chart.txt", "svg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [["export", "pause-2025", "--to", "csv"], ["chart", "pause-2025", "ranking"]],
)
def test_an_export_to_an_impossible_place_is_bad_input(
    command: list[str], in_archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "note").write_text("mine", encoding="utf-8")
    ending = "csv" if command[0] == "export" else "svg"
    triffin(*command, "--out", tmp_path / "note" / f"x.{ending}").refused("cannot be written")


def test_a_citation_names_run_data_and_model(in_archive: Path) -> None:
    document = triffin("cite", "pause-2025", "--json").json
    assert document.keys() == {"text", "bibtex"}
    text = "\n".join(document["text"])
    for words in ("Triffin", "BACI", "Ignatenko"):
        assert words in text
    assert document["bibtex"].count("@") >= 3
    printed = triffin("cite", "pause-2025").out
    assert document["bibtex"] in printed
    assert all(line in printed for line in document["text"])


def test_two_scenarios_are_compared_over_common_draws(workplace: Path) -> None:
    document = triffin("compare", "pause-2025", "universal-10", "--draws", "8", "--json").json
    assert [run["scenario"] for run in document["runs"]] == ["pause-2025", "universal-10"]
    assert all(run["common_draws"] for run in document["runs"])
    assert list(workplace.iterdir()) == []
    rows = {row["id"]: row for row in document["headline"]}
    (welfare,) = rows["hegemon_welfare"]["differences"]
    assert welfare["paired"]
    assert welfare["low"] <= welfare["median"] <= welfare["high"]
    # Both have 10 % on Japan, so what differs is China.
    assert rows["focus_welfare"]["runs"][0]["median"] is not None


def test_a_comparison_of_run_folders_is_that_of_their_scenarios(in_archive: Path) -> None:
    folders = [folder_of(in_archive, name) for name in ("pause-2025", "universal-10")]
    stored = triffin("compare", *folders, "--json").json
    fresh = triffin("compare", "pause-2025", "universal-10", "--draws", "8", "--json").json
    assert stored == fresh
    first, other = (Result.load(folder) for folder in folders)
    paired = other.data["welfare_draws"] - first.data["welfare_draws"]
    median = float(np.median(paired.sel(economy="USA")))
    rows = {row["id"]: row for row in stored["headline"]}
    assert rows["hegemon_welfare"]["differences"][0]["median"] == pytest.approx(median)
    difference = stored["economies"]["CHN"][0]
    assert difference["median"] == pytest.approx(float(np.median(paired.sel(economy="CHN"))))


def test_runs_with_other_draws_have_no_interval_of_their_difference(in_archive: Path) -> None:
    folder = folder_of(in_archive, "pause-2025")
    done = triffin("compare", folder, "universal-10", "--draws", "4", "--json")
    assert [run["common_draws"] for run in done.json["runs"]] == [True, False]
    rows = {row["id"]: row for row in done.json["headline"]}
    (difference,) = rows["hegemon_welfare"]["differences"]
    assert (difference["paired"], difference["low"]) == (False, None)
    assert "not all runs share their draws" in triffin(
        "compare", folder, "universal-10", "--draws", "4"
    ).err.replace("\n  ", " ")


def test_a_comparison_of_three_runs_fits_80_columns_and_cuts_no_number(in_archive: Path) -> None:
    folder = folder_of(in_archive, "pause-2025")
    done = triffin("compare", folder, "universal-10", folder, "--draws", "8")
    assert done.code == 0
    lines = done.out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert "…" not in done.out
    digest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["hash"]
    assert sum(f"pause-2025-{digest[:4]}" in line for line in lines) > 8
    # The talks of one are not asked of the other; welfare is asked of both.
    rows = [line for line in lines if "universal-10" in line]
    assert any("not asked" in line for line in rows)
    assert any("not asked" not in line for line in rows)


def test_a_comparison_of_runs_is_a_picture_a_page_or_a_workbook(
    in_archive: Path, tmp_path: Path
) -> None:
    folders = [folder_of(in_archive, name) for name in ("pause-2025", "universal-10")]
    for ending, start in (("svg", b"<svg"), ("html", b"<!doctype html>"), ("xlsx", b"PK")):
        path = tmp_path / f"compared.{ending}"
        done = triffin("compare", *folders, "--out", path)
        assert done.code == 0, done.err
        assert path.read_bytes().startswith(start)
    triffin("compare", *folders, "--out", tmp_path / "x.pdf").refused("pdf", "svg")
    triffin("compare", *folders, "--theme", "drak").refused("drak", "Did you mean 'dark'?")


def test_a_table_of_a_run_is_exported_by_name(in_archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    done = triffin("export", "pause-2025", "--table", "headline", "--out", path, "--json")
    assert done.json["to"] == "csv"
    frame = pd.read_csv(path)
    assert "hegemon_welfare" in set(frame["id"])
    assert frame["citation"].str.contains("pause-2025").all()
    triffin("export", "pause-2025", "--to", "csv", "--table", "headlines").refused("headline")


def test_a_brief_stands_beside_its_run_and_is_html_only(in_archive: Path, tmp_path: Path) -> None:
    written = Path(triffin("brief", "universal-10", "--json").json["file"])
    assert written.name == f"{folder_of(in_archive, 'universal-10').name}-brief.html"
    assert "triffin run universal-10" in written.read_text(encoding="utf-8")
    written.unlink()
    triffin("brief", "universal-10", "--out", tmp_path / "x.pdf").refused("x.pdf", ".html")
    triffin("brief", "universal-11").refused("'universal-11'")
    assert list(tmp_path.iterdir()) == []
