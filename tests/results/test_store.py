"""A run folder is whole or absent, reads back as it was written, and refuses to be altered."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pyarrow import parquet
from synthetic import synthetic_result

from triffin.record import store
from triffin.record.tables import TABLES
from triffin.results import Result
from triffin.results import run_folder as folders
from triffin.world.base.atomic_files import sealed
from triffin.world.base.errors import InputError


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


def test_a_run_reads_back_as_it_was_written(run: Result, run_folder: Path) -> None:
    back = Result.load(run_folder)
    xr.testing.assert_identical(back.data, run.data)
    assert back.manifest == run.manifest
    assert back.headline == run.headline
    assert back.data["welfare"].dtype == run.data["welfare"].dtype


def test_the_folder_holds_tables_data_report_and_manifest(run_folder: Path) -> None:
    assert names(run_folder) == [
        "data.nc",
        "draws.parquet",
        "economies.csv",
        "economies.parquet",
        "flows.parquet",
        "headline.csv",
        "manifest.json",
        "report.html",
    ]


def test_the_manifest_names_the_checksum_of_every_other_file(run_folder: Path) -> None:
    manifest = json.loads((run_folder / "manifest.json").read_text())
    assert sorted(manifest["files"]) == [
        name for name in names(run_folder) if "manifest" not in name
    ]
    for name, expected in manifest["files"].items():
        assert store.checksum(run_folder / name) == expected


def test_the_same_run_gives_the_same_bytes(run: Result, run_folder: Path, tmp_path: Path) -> None:
    later = synthetic_result()
    later.manifest["created"] = "2025-12-31T23:59:59+00:00"
    later.manifest["seconds"] = 99.0
    again = later.save(tmp_path / "again")
    for name in names(run_folder):
        if name != "manifest.json":
            assert (again / name).read_bytes() == (run_folder / name).read_bytes(), name


def test_economies_carry_the_interval_on_the_main_phase_and_central_closure_only(
    run: Result, run_folder: Path
) -> None:
    frame = pd.read_csv(run_folder / "economies.csv")
    filled = frame.dropna(subset=["welfare_median"])
    assert set(filled["phase"]) == {run.manifest["main_phase"]}
    assert set(filled["closure"]) == {run.manifest["central_closure"]}
    japan = filled.set_index("economy").loc["JPN"]
    draws = run.data["welfare_draws"].sel(economy="JPN")
    assert japan["welfare_median"] == pytest.approx(float(draws.median()), rel=1e-9)
    assert japan["welfare_low"] <= japan["welfare_median"] <= japan["welfare_high"]
    pd.testing.assert_frame_equal(
        frame.drop(columns="run"),
        pd.read_parquet(run_folder / "economies.parquet"),
        check_dtype=False,
        rtol=1e-9,
    )


def test_parquet_names_units_run_and_citation(run: Result, run_folder: Path) -> None:
    schema = parquet.read_schema(run_folder / "economies.parquet")
    assert schema.metadata[b"triffin.run"].decode() == run.manifest["hash"]
    assert run.manifest["hash"] in schema.metadata[b"triffin.citation"].decode()
    assert schema.field("welfare").metadata[b"unit"] == b"per cent"
    assert schema.field("welfare_low").metadata[b"unit"] == b"per cent"
    flows = parquet.read_schema(run_folder / "flows.parquet")
    assert flows.field("usd_bn").metadata[b"unit"] == b"USD bn"


@pytest.mark.parametrize("failure", [RuntimeError("disk"), KeyboardInterrupt()])
def test_an_interrupted_save_leaves_nothing(
    run: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def stop(result: Result) -> str:
        raise failure

    monkeypatch.setattr(folders, "build_report", stop)
    with pytest.raises(type(failure)):
        run.save(tmp_path / "run")
    assert names(tmp_path) == []


@pytest.mark.parametrize("failure", [RuntimeError("disk"), KeyboardInterrupt()])
def test_an_interrupted_save_keeps_the_run_that_was_there(
    run: Result,
    run_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    before = {name: (folder / name).read_bytes() for name in names(folder)}

    def stop(manifest: object) -> None:
        raise failure

    monkeypatch.setattr(store, "sealed", stop)  # the last step, when all but the manifest is there
    with pytest.raises(type(failure)):
        run.save(folder)
    assert names(tmp_path) == ["run"]
    assert {name: (folder / name).read_bytes() for name in names(folder)} == before


def test_an_interrupted_rename_brings_the_old_run_back(
    run: Result, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    rename = os.rename

    def stop(source: Path, target: Path) -> None:
        if ".partial-" in str(source):
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        run.save(folder)
    assert names(tmp_path) == ["run"]
    Result.load(folder)


def test_a_run_replaces_a_run_and_an_empty_folder(run: Result, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    run.save(tmp_path / "run")
    other = synthetic_result(seed=8, draws=24)
    other.save(tmp_path / "run")
    assert names(tmp_path) == ["run"]
    assert Result.load(tmp_path / "run").manifest["draws"] == 24


def test_files_of_others_are_never_replaced(run: Result, run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    (folder / "my-notes.txt").write_text("keep")
    with pytest.raises(InputError, match=r"my-notes\.txt"):
        run.save(folder)
    assert (folder / "my-notes.txt").read_text() == "keep"
    plain = tmp_path / "file"
    plain.write_text("keep")
    with pytest.raises(InputError, match="is a file"):
        run.save(plain)


def test_leftovers_of_a_killed_process_are_cleared(run: Result, tmp_path: Path) -> None:
    dead = tmp_path / ".run.partial-999999999"
    dead.mkdir()
    run.save(tmp_path / "run")
    assert names(tmp_path) == ["run"]


@pytest.mark.parametrize("name", ["data.nc", "economies.csv", "report.html"])
def test_an_altered_file_is_refused_by_name(run_folder: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))
    with pytest.raises(InputError, match=f"{name}.*SHA-256"):
        Result.load(folder)


def test_a_folder_without_manifest_is_not_a_run(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(InputError, match="not a complete run"):
        Result.load(folder)
    with pytest.raises(InputError, match="no run folder"):
        Result.load(tmp_path / "nowhere")


def test_a_missing_file_is_named(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    (folder / "draws.parquet").unlink()
    with pytest.raises(InputError, match=r"draws\.parquet.*missing"):
        Result.load(folder)


@pytest.mark.parametrize("text", ["{", "[]", '{"files": {}, "headline": []}', "\udcff"])
def test_a_damaged_manifest_is_refused(run_folder: Path, tmp_path: Path, text: str) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError):
        Result.load(folder)


def test_a_manifest_cannot_point_outside_its_folder(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["../secret"] = "0" * 64
    (folder / "manifest.json").write_bytes(sealed(manifest))
    with pytest.raises(InputError, match="outside the run folder"):
        Result.load(folder)


# Edits of a manifest by hand: (where, what stands there instead).
FORGERIES: list[tuple[tuple[Any, ...], Any]] = [
    (("headline", 0, "median"), 12.5),
    (("headline", 0, "low"), -99.0),
    (("headline", 0, "high"), None),
    (("headline", 0, "sentence"), "Nobody is hurt."),
    (("headline", 0, "grade"), "A"),
    (("headline", 0, "drivers"), []),
    (("headline", 0, "id"), "most_hurt"),
    (("headline", 1), None),
    (("headline",), []),
    (("draws",), 100_000),
    (("seed",), 8),
    (("hash",), "0" * 64),
    (("title",), "Another scenario"),
    (("scenario",), "universal-10"),
    (("version",), "9.9.9"),
    (("created",), "2001-01-01T00:00:00+00:00"),
    (("seconds",), 0.5),
    (("hegemon",), "CHN"),
    (("focus",), "KOR"),
    (("world",), "world-2030"),
    (("phases", 0, "start"), "2025-13-01"),
    (("main_phase",), "never"),
    (("central_closure",), "none"),
    (("closures", 0, "weight"), 7),
    (("parameters", 0, "value"), 99.0),
    (("parameters", 0, "source"), "a friend"),
    (("data", 0, "sha256"), "0" * 64),
    (("notes",), ["all is well"]),
    (("files", "data.nc"), None),
    (("files",), {}),
    (("schema",), 1),
    (("resolved",), {}),
    (("new",), "key"),
    (("digest",), "0" * 64),
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda f: ".".join(map(str, f[0])))
def test_a_forged_manifest_is_refused_by_every_reader(
    run_folder: Path, tmp_path: Path, forgery: tuple[tuple[Any, ...], Any]
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    manifest = folder / "manifest.json"
    document = json.loads(manifest.read_text())
    (*way, last), value = forgery
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    manifest.write_bytes((json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
    # brief, cite, export, chart and compare read a run by this alone
    with pytest.raises(InputError, match="changed after the run"):
        Result.load(folder)


@pytest.mark.parametrize("change", [(b"\n", b"\r"), (b" ", b"\t"), (b'"draws"', b'"draws" ')])
def test_a_manifest_with_the_same_meaning_in_other_bytes_is_refused(
    run_folder: Path, tmp_path: Path, change: tuple[bytes, bytes]
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(*change, 1))
    with pytest.raises(InputError, match="changed after the run"):
        Result.load(folder)


def test_a_run_with_a_damaged_manifest_can_be_run_again(
    run: Result, run_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    (folder / "manifest.json").write_text("{")
    run.save(folder)
    assert Result.load(folder).headline == run.headline


def test_tables_by_name_and_variables_in_long_form(run: Result) -> None:
    for name in TABLES:
        asked = name not in ("partners", "paths")
        assert run.to_frame(name).empty != asked
    assert list(run.to_frame("trade_before").columns) == ["exporter", "importer", "trade_before"]
    with pytest.raises(InputError, match="Did you mean 'economies'"):
        run.to_frame("economy")


def test_units_come_from_the_catalogue_and_money_is_in_billions(run: Result) -> None:
    assert run.data["welfare"].attrs["units"] == "per cent"
    assert run.data["gdp"].attrs["units"] == "USD bn"


def test_a_result_must_hold_its_main_phase_and_central_closure(run: Result) -> None:
    with pytest.raises(InputError, match="main_phase"):
        Result({**run.manifest, "main_phase": "never"}, run.headline, run.data)


def test_headlines_by_identifier(run: Result) -> None:
    assert run.entry("most_hurt")["median"] is None
    with pytest.raises(InputError, match="Did you mean 'most_hurt'"):
        run.entry("most_hurts")


def test_a_coupled_run_reads_back_with_its_codes_dates_and_band(
    coupled: Result, coupled_folder: Path
) -> None:
    found = Result.load(coupled_folder).data
    assert found["partner_status"].attrs["flag_meanings"].split()[1] == "signed"
    assert list(found["partner_status"].attrs["flag_values"]) == list(range(5))
    np.testing.assert_array_equal(found["day"].values, coupled.data["day"].values)
    assert found["sign_day"].dtype == float  # days, not durations
    assert bool(found["exchange_rate"].attrs["defend"])
    np.testing.assert_array_equal(found["yield_10y"].values, coupled.data["yield_10y"].values)


def test_partners_and_paths_stand_in_the_folder_as_csv(
    coupled: Result, coupled_folder: Path, run_folder: Path
) -> None:
    partners = pd.read_csv(coupled_folder / "partners.csv")
    assert list(partners["partner"]) == list(coupled.to_frame("partners")["partner"])
    assert set(pd.read_csv(coupled_folder / "paths.csv")["variable"]) >= {"reserves", "yield_10y"}
    assert not (run_folder / "partners.csv").exists()


def test_every_file_of_a_run_says_which_run_it_is_of(coupled: Result, coupled_folder: Path) -> None:
    for path in coupled_folder.iterdir():
        if path.suffix == ".csv":
            assert set(pd.read_csv(path)["run"]) == {f"japan-2025-{coupled.identity}"}, path.name
        elif path.suffix == ".parquet":
            metadata = parquet.read_schema(path).metadata
            assert metadata[b"triffin.run"].decode() == coupled.manifest["hash"]
        elif path.suffix == ".nc":
            with xr.open_dataset(path, engine="scipy", decode_timedelta=False) as data:
                assert data.attrs["run"] == coupled.manifest["hash"]
                assert "Triffin" in data.attrs["references"]
        else:
            assert coupled.manifest["hash"] in path.read_text(encoding="utf-8")
