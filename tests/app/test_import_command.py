"""`triffin world import` as an analyst types it: published tables become worlds to work with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command_line import triffin

from triffin.world.data.own.example_files import EXAMPLES

ICIO = EXAMPLES / "icio" / "2020.csv"
BACI = EXAMPLES / "baci" / "BACI_HS92_Y2022_V202401b.csv"
CODES = EXAMPLES / "baci" / "country_codes_V202401b.csv"


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    path = tmp_path / "regions.csv"
    path.write_text("code,group,name\nAUS,AUS,\n*,ROW,Rest of the world\n", encoding="utf-8")
    return path


def test_a_table_of_the_oecd_becomes_a_world_that_trade_takes(regions: Path) -> None:
    out = regions.with_name("small.npz")
    done = triffin("world", "import", ICIO, "--map", regions, "--out", out, "--json")
    assert done.code == 0, done.err
    found = done.json
    assert (found["layout"], found["year"]) == ("icio", 2020)
    assert list(found["economies"]) == ["AUS", "ROW"]
    solved = triffin("trade", out, "--set", "AUS.ROW=10%", "--json").json
    assert solved["status"] == "converged"
    assert solved["economies"]["AUS"]["imports"] < 0
    checked = triffin("check", out, "--json").json
    assert checked["holds"]["gdp"] == pytest.approx(found["totals"]["gdp"])


def test_trade_of_baci_completes_the_users_tables(regions: Path) -> None:
    folder = regions.with_name("own")
    shutil.copytree(EXAMPLES / "baci" / "own", folder)
    given = ("--into", folder, "--countries", CODES)
    found = triffin("world", "import", BACI, *given, "--json").json
    assert found["totals"]["economies"] == 4
    assert triffin("check", folder, "--json").json["holds"]["trade"] == found["totals"]["trade"]
    regions.write_text("code,group\nUSA,USA\n*,ROW\n", encoding="utf-8")
    merged = triffin("world", "import", BACI, *given, "--map", regions, "--json").json
    assert list(merged["economies"]) == ["USA", "ROW"]
    assert merged["totals"]["gdp"] == found["totals"]["gdp"]
    assert merged["totals"]["trade"] < found["totals"]["trade"]


def test_options_of_the_other_table_and_other_files_are_refused(tmp_path: Path) -> None:
    triffin("world", "import", ICIO, "--countries", CODES).refused("--countries", "ICIO")
    triffin("world", "import", BACI, "--year", "2020").refused("--year", "BACI")
    triffin("world", "import", BACI, "--countries", CODES).refused("--into")
    triffin("world", "import", EXAMPLES / "holdings.csv").refused("line 1", "CEPII BACI")
    triffin("world", "import", tmp_path / "none.csv").refused("cannot be read")
    triffin("world", "import", ICIO, "--out", tmp_path / "a.csv").refused("--out", ".npz")
    regions = tmp_path / "r.csv"
    regions.write_text("code,group\nAUT,AUT\n", encoding="utf-8")
    triffin("world", "import", ICIO, "--map", regions).refused("'AUT'", "'AUS'")


def test_any_world_can_be_written_as_tables_and_changed(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert triffin("world", "check", EXAMPLES / "world-sectors", "--out", folder).code == 0
    first = triffin("check", folder, "--json").json["holds"]
    sectors = folder / "sectors.csv"
    text = sectors.read_text(encoding="utf-8")
    sectors.write_text(text.replace("Food,3.0", "Food,4.5"), encoding="utf-8")
    again = triffin("world", "check", folder, "--json").json
    assert again["sectors"]["Food"]["elasticity"] == 4.5
    assert again["totals"]["gdp"] == pytest.approx(first["gdp"])
    triffin("world", "check", folder, "--out", folder).refused("something already")
