"""`triffin world check` says what a world holds, and ends with exit code 2 on bad data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from triffin.app.commands.data.world import check
from triffin.app.terminal import guarded
from triffin.world import InputError
from triffin.world.data.own.example_files import EXAMPLES


def document(capsys: pytest.CaptureFixture[str], path: object, **options: object) -> dict:  # type: ignore[type-arg]
    check(str(path), options.get("mapping"), options.get("out"), True)  # type: ignore[arg-type]
    return dict(json.loads(capsys.readouterr().out))


def test_the_document_has_totals_economies_sectors_and_models(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = document(capsys, EXAMPLES / "world-sectors")
    assert found["totals"]["economies"] == 3
    assert found["totals"]["trade"] == 230e9
    assert found["totals"]["flows_of_zero"] == 1
    assert found["economies"]["ALP"]["exports"] == 83e9
    assert found["sectors"]["Food"]["elasticity"] == 3
    assert found["models"] == {"caliendo-parro-2015": None, "armington-many-sectors": None}
    assert found["notes"]


def test_what_calibration_clamps_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "negative in 185 of 1240" in document(capsys, "nafta-1993")["clamped"][1]
    assert "GMB, MHL" in document(capsys, "world-2023")["clamped"][0]
    assert document(capsys, "wiod-2011")["clamped"] == []


def test_a_model_that_refuses_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    models = document(capsys, EXAMPLES / "world")["models"]
    assert models["armington"] is None
    assert "no economy USA" in models["ignatenko-2025"]


def test_the_table_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    check("uschina-2017", None, None, False)
    text = capsys.readouterr().out
    assert "us-wave5-2018" in text
    assert "Motor Vehicles" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_an_aggregate_is_written_and_read_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mapping = [str(EXAMPLES / "mappings" / name) for name in ("economies.csv", "sectors.csv")]
    out = tmp_path / "small.npz"
    found = document(capsys, EXAMPLES / "world-sectors", mapping=mapping, out=out)
    assert found["written"] == str(out)
    again = document(capsys, out)
    assert again["totals"] == found["totals"]
    assert again["world"] == "small"
    with pytest.raises(InputError, match=r"ends in \.npz"):
        document(capsys, EXAMPLES / "world-sectors", out=tmp_path / "small.csv")


def test_bad_data_end_with_exit_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "world-sectors", tmp_path / "own"))
    trade = folder / "trade.csv"
    trade.write_text(trade.read_text(encoding="utf-8").replace("BET,GAM,Food", "BET,GMA,Food"))
    trade.write_text(trade.read_text(encoding="utf-8").replace("ALP,BET,Food,8", "ALP,BTE,Food,8"))
    assert guarded(lambda: check(str(folder), None, None, False)) == 2
    message = capsys.readouterr().err
    assert "trade.csv, line 3, column importer: 'BTE'" in message
    assert "Did you mean 'BET'?" in message


def test_a_world_that_no_model_can_use_is_bad_data(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "world-sectors", tmp_path / "own"))
    rows = (folder / "trade.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith("GAM")]
    (folder / "trade.csv").write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(InputError, match="GAM sells nothing abroad"):
        check(str(folder), None, None, False)
