"""The build scripts turn small source tables into the shipped form."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from tools.build_data import boundaries, world_2023
from tools.build_data.tariff_tables import Tables, middle

from triffin.world.base.array_archive import read_arrays


def source_folder(folder: Path, trade: str) -> Path:
    (folder / "economies.csv").write_text(
        "iso3,name,gdp_usd,us_tariff_2025_04_02\nAAA,Alpha,100.0,0.24\nUSA,United States,200.0,0\n",
        encoding="utf-8",
    )
    with gzip.open(folder / "trade.csv.gz", "wt", encoding="utf-8") as stream:
        stream.write("exporter,importer,value\n" + trade)
    return folder


def test_thousand_usd_become_whole_usd_and_the_bytes_repeat(tmp_path: Path) -> None:
    source = source_folder(tmp_path, "AAA,USA,1.005\nUSA,AAA,405.024\n")
    content = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        data_file = world_2023.build(source, tmp_path / name)
        content.append((data_file.read_bytes(), data_file.with_suffix(".yaml").read_bytes()))
    assert content[0] == content[1]
    arrays = read_arrays(content[0][0], "world-2023.npz")
    assert arrays["trade"].tolist() == [[[0, 1005], [405024, 0]]]
    assert arrays["announced_us_tariff"].tolist() == [0.24, 0]


def test_a_flow_that_stands_twice_stops_the_build(tmp_path: Path) -> None:
    source = source_folder(tmp_path, "AAA,USA,1.0\nAAA,USA,2.0\n")
    with pytest.raises(ValueError, match="stands twice"):
        world_2023.read_trade(source, ["AAA", "USA"])


def test_boundaries_without_a_known_number_stop_the_build(tmp_path: Path) -> None:
    shape = {"type": "Polygon", "arcs": [], "id": "999", "properties": {"name": "Nowhere"}}
    topology = {"type": "Topology", "arcs": [], "objects": {"countries": {"geometries": [shape]}}}
    source = tmp_path / "atlas.json"
    source.write_text(json.dumps(topology), encoding="utf-8")
    with pytest.raises(LookupError, match="Nowhere"):
        boundaries.build(source, tmp_path)
    shape["id"] = "392"
    source.write_text(json.dumps(topology), encoding="utf-8")
    built = json.loads(boundaries.build(source, tmp_path).read_text(encoding="utf-8"))
    assert built["objects"]["countries"]["geometries"][0]["properties"]["iso3"] == "JPN"


def coverage_row(period: str, share: str, measure: str) -> dict[str, str]:
    return {
        "iso3": "MEX",
        "period": period,
        "coverage_share": share,
        "measure": measure,
        "source": "somebody",
        "note": "",
        "confidence": "high",
    }


def test_coverage_is_the_nearest_share_within_half_a_year() -> None:
    rows = [
        coverage_row("2025-07", "0.19", "collected"),
        coverage_row("2025-11", "0.16", "coverage"),
        coverage_row("2025-08", "0.5", "modelled effective"),
        coverage_row("2025-08", "", "collected"),
    ]
    tables = Tables(partners=[], events=[], effective=rows, economies=[])
    assert tables.coverage(date(2025, 8, 7))["MEX"][0] == 0.19
    assert tables.coverage(date(2025, 11, 10))["MEX"][0] == 0.16
    assert tables.coverage(date(2026, 7, 24)) == {}
    assert middle("2025-09..11") == date(2025, 10, 15)


def test_a_citation_that_is_not_in_the_events_stops_the_build() -> None:
    with pytest.raises(KeyError, match="no event of 2025-04-01"):
        Tables([], [], [], []).cite("2025-04-01", "Japan")


def test_the_eu_row_stands_for_27_members() -> None:
    rows = [{"iso3": "EU", "r": "15 incl. MFN"}, {"iso3": "JPN", "r": "12.5 net of MFN"}]
    column = Tables([*rows, {"iso3": "AFG", "r": ""}], [], [], []).column("r")
    assert len(column) == 28
    assert (column["DEU"], column["JPN"]) == (15, 12.5)


def test_loading_a_world_imports_neither_pandas_nor_scipy() -> None:
    code = (
        "import sys; from triffin.world import load_world, named_schedule; "
        "load_world('world-2023'); named_schedule('us-current'); "
        "heavy = {'pandas', 'xarray', 'scipy', 'altair', 'pyarrow', 'pydantic'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_error_classes_load_without_numpy() -> None:
    code = (
        "import sys; from triffin.world import InputError; import triffin.world as world; "
        "sys.exit('numpy' if 'numpy' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_public_name_exists() -> None:
    import triffin.world

    assert sorted(dir(triffin.world)) == sorted(triffin.world.__all__)
    for name in triffin.world.__all__:
        assert getattr(triffin.world, name).__module__.startswith("triffin.world.")
    with pytest.raises(AttributeError, match="no attribute 'load_wrld'"):
        triffin.world.__getattr__("load_wrld")
