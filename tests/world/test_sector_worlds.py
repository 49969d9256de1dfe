"""Every many-sector world that ships adds up, says where it comes from, and loads by name."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from triffin.world import InputError, list_worlds, load_world
from triffin.world.data.elasticities import sector_elasticities
from triffin.world.data.shipped import DATASETS, provenance, shipped_names
from triffin.world.loading import load_sector_world, open_world
from triffin.world.own.world import write_world
from triffin.world.sectors import SectorWorld

NAMES = ("nafta-1993", "uschina-2017", "wiod-2008", "wiod-2011", "world-2022")
SIZES = {
    "nafta-1993": (31, 40),
    "uschina-2017": (7, 44),
    "wiod-2008": (41, 35),
    "world-2022": (81, 23),
}
BALANCED = ("wiod-2008", "wiod-2011")
OWN_HOME = ("uschina-2017", *BALANCED, "world-2022")


@pytest.fixture(params=NAMES)
def found(request: pytest.FixtureRequest) -> SectorWorld:
    return load_sector_world(request.param)


def sales_and_spending(found: SectorWorld) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sales (S, N), expenditure (S, N) and inputs bought (S, N), USD."""
    trade, data = found.world.trade, found.sectors
    spent = ((1 + found.world.tariff) * trade).sum(axis=1)
    cost = (1 - data.value_added_share) * data.gross_output
    return trade.sum(axis=2), spent, np.einsum("ksn,sn->kn", data.input_share, cost)


def test_every_world_has_its_size_and_loads_as_a_world_too(found: SectorWorld) -> None:
    world = found.world
    assert (world.n_economies, world.n_sectors) == SIZES.get(world.name, (41, 35))
    assert load_world(world.name) is world
    assert found.sectors.sectors == world.sectors
    assert world.year == provenance(world.name)["year"] == int(world.name[-4:])
    assert len(set(world.names)) == world.n_economies
    assert not any("." in name for name in world.sectors if world.name != "nafta-1993")


def test_nothing_is_negative_and_shares_add_up_to_one(found: SectorWorld) -> None:
    data = found.sectors
    assert (found.world.trade >= 0).all()
    assert (found.world.gdp > 0).all()
    assert (data.gross_output >= 0).all()
    assert ((data.value_added_share > 0) & (data.value_added_share <= 1)).all()
    total = data.input_share.sum(axis=0)
    assert np.abs(np.where(total == 0, 1.0, total) - 1).max() < 2e-6
    if data.final_share is not None:
        assert np.abs(data.final_share.sum(axis=0) - 1).max() < 1e-6


@pytest.mark.parametrize("name", OWN_HOME)
def test_sales_equal_output_and_trade_balances_over_the_world(name: str) -> None:
    found = load_sector_world(name)
    sales, _, _ = sales_and_spending(found)
    assert np.array_equal(sales, found.sectors.gross_output)
    assert abs(found.world.exports.sum() - found.world.imports.sum()) == 0
    assert np.allclose(
        found.world.gdp, (found.sectors.value_added_share * sales).sum(axis=0), rtol=1e-12
    )


@pytest.mark.parametrize("name", BALANCED)
def test_expenditure_equals_income_and_deficit(name: str) -> None:
    found = load_sector_world(name)
    _, spent, used = sales_and_spending(found)
    final = spent - used
    income = found.world.gdp + found.world.imports - found.world.exports
    assert (final >= -1e-9 * income).all()
    assert np.abs(final.sum(axis=0) / income - 1).max() < 1e-9


def test_a_world_loads_without_the_heavy_libraries(found: SectorWorld) -> None:
    code = (
        "import sys; "
        "from triffin.world.loading import load_sector_world; "
        f"load_sector_world({found.world.name!r}); "
        "heavy = {'pandas', 'xarray', 'scipy', 'openpyxl', 'pydantic'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_provenance_vouches_for_the_file(found: SectorWorld) -> None:
    entry = provenance(found.world.name)
    content = (DATASETS / entry["file"]).read_bytes()
    assert len(content) == entry["bytes"]
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["notes"]
    assert all({"what", "title"} <= set(source) for source in entry["sources"])


def test_the_list_of_worlds_has_them_all_and_they_are_small() -> None:
    listed = {entry["name"]: entry for entry in list_worlds()}
    assert set(NAMES) | {"world-2023"} <= set(listed)
    assert listed["wiod-2011"]["economies"] == 41
    assert sum(entry["bytes"] for entry in listed.values()) < 6e6


def test_every_elasticity_has_a_grade_and_a_source() -> None:
    tables = shipped_names("elasticities")
    worlds = [world for table in tables for world in provenance(table)["worlds"]]
    assert sorted(worlds) == sorted(OWN_HOME)
    for world in worlds:
        rows = sector_elasticities(world)
        data = load_sector_world(world).sectors
        assert tuple(row.sector for row in rows) == data.sectors
        assert np.allclose([row.elasticity for row in rows], data.elasticity, rtol=1e-12)
        for row in rows:
            assert row.grade in ("published", "derived", "judgement")
            assert len(row.source) > 10
    with pytest.raises(InputError, match="wiod-2011"):
        sector_elasticities("wiod-2012")


def test_services_have_the_judged_elasticity_and_cars_the_published_one() -> None:
    rows = {row.sector: row for row in sector_elasticities("wiod-2011")}
    assert (rows["Education"].elasticity, rows["Education"].grade) == (5, "judgement")
    assert (rows["Transport Equipment"].elasticity, rows["Transport Equipment"].grade) == (
        8.22,
        "published",
    )
    metals = rows["Basic Metals and Fabricated Metal"]
    assert metals.grade == "derived"
    assert 3.28 < metals.elasticity < 6.99


def test_unknown_and_one_sector_names_are_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'wiod-2011'"):
        load_sector_world("wiod-2111")
    with pytest.raises(InputError, match="Did you mean 'nafta-1993'"):
        load_world("nafta-1992")
    with pytest.raises(InputError, match="it has one sector"):
        load_sector_world("world-2023")


def test_a_written_world_reads_back_the_same(found: SectorWorld, tmp_path: Path) -> None:
    path = tmp_path / "copy.npz"
    write_world(path, found)
    again = open_world(path)
    assert isinstance(again, SectorWorld)
    assert again.world.name == "copy"
    assert again.world.notes == found.world.notes
    assert np.array_equal(again.world.trade, found.world.trade)
    assert np.array_equal(again.sectors.input_share, found.sectors.input_share)
    assert set(again.schedules) == set(found.schedules)
    assert load_sector_world(path).world.economies == load_world(path).economies
