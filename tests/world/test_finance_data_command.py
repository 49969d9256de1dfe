"""`triffin data`: what there is, its rows, its chart, and updates."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from triffin.app.commands.data.data import (
    dataset_names,
    fetch_data,
    list_data,
    rows_of,
    show_data,
    update_data,
)
from triffin.world.base.errors import InputError

CHARTS = ("usdjpy", "tic-holdings", "reserve-shares", "auctions", "facts-yield-channel")


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Updates of a test go to a folder of the test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "triffin" / "data"


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_list_names_source_and_terms_of_everything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    list_data(True)
    found = document(capsys)["data"]
    assert [d["name"] for d in found] == list(dataset_names())
    assert all(d["source"] and d["licence"] and d["sha256"] for d in found)
    assert not any(d["updated"] for d in found)
    list_data(False)
    assert "tic-holdings" in capsys.readouterr().out


@pytest.mark.parametrize("name", dataset_names())
def test_every_dataset_can_be_shown(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_data(name, False)
    assert name in capsys.readouterr().out
    show_data(name, True)
    shown = document(capsys)
    assert len(shown["rows"]) > 5
    assert shown["notes"]


def test_a_holiday_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    show_data("broad-dollar", True)
    values = {row["date"]: row["value"] for row in document(capsys)["rows"]}
    assert values["2025-12-25"] is None
    assert round(values["2025-04-02"], 2) == 126.63


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_title_source_and_gaps(name: str, tmp_path: Path) -> None:
    show_data(name, False, tmp_path / "chart.json")
    spec = json.loads((tmp_path / "chart.json").read_text(encoding="utf-8"))
    assert spec["title"]["text"]
    assert "Source" in spec["title"]["subtitle"][0]


def test_charts_are_drawn_as_svg_and_png(tmp_path: Path) -> None:
    show_data("yield-30y", False, tmp_path / "thirty.svg")
    assert (tmp_path / "thirty.svg").read_text(encoding="utf-8").startswith("<svg")
    show_data("fed-assets", False, tmp_path / "assets.png")
    assert (tmp_path / "assets.png").read_bytes().startswith(b"\x89PNG")


def test_rows_are_written_as_csv(tmp_path: Path) -> None:
    show_data("reserve-shares", False, tmp_path / "shares.csv")
    with (tmp_path / "shares.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 32
    assert (rows[-1]["basis"], rows[-1]["USD"]) == ("revised", "56.77")


def test_bad_names_and_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'usdjpy'"):
        show_data("usdjpi", False)
    with pytest.raises(InputError, match="no format"):
        show_data("usdjpy", False, tmp_path / "chart.gif")
    with pytest.raises(InputError, match="single figures and has no chart"):
        show_data("facts-fx", False, tmp_path / "chart.svg")
    with pytest.raises(InputError, match="cannot be updated"):
        rows_of("auctions", tmp_path)
    assert list(tmp_path.glob("chart*")) == []


def test_an_update_is_reported_and_shown(
    tmp_path: Path, own_data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "DGS10.csv"
    path.write_text("observation_date,DGS10\n2026-07-22,4.67\n2026-07-23,4.65\n", encoding="utf-8")
    update_data(path, None, True)
    (done,) = document(capsys)["updated"]
    assert (done["dataset"], done["rows_added"]) == ("yields", 1)
    assert done["folder"] == str(own_data_folder)
    show_data("yield-10y", True, folder=own_data_folder)
    assert document(capsys)["rows"][-1] == {"date": "2026-07-23", "value": 4.65}
    list_data(True)
    updated = [d["name"] for d in document(capsys)["data"] if d["updated"]]
    assert updated == [f"yield-{m}" for m in ("3m", "1y", "2y", "5y", "10y", "30y")]
    update_data(path, tmp_path / "own", False)
    assert (tmp_path / "own" / "yields.npz").is_file()


def test_fetching_without_the_extra_says_how_to_do_it_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("triffin.world.data.update.find_spec", lambda name: None)
    with pytest.raises(InputError, match="triffin data update FILE"):
        fetch_data("yield-10y", None, True)
