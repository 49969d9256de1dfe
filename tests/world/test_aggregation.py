"""Merging economies and sectors keeps totals, weights shares by value, and may change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from triffin.world import InputError, load_world
from triffin.world.aggregation import Grouping, aggregate, read_mapping
from triffin.world.data.own.example_files import EXAMPLES
from triffin.world.loading import load_sector_world, open_world
from triffin.world.model import World
from triffin.world.own.world import write_world
from triffin.world.sectors import SectorWorld

NAMES = ("nafta-1993", "uschina-2017", "wiod-2008", "wiod-2011", "world-2022")
ARRAYS = (
    "gross_output",
    "value_added_share",
    "input_share",
    "final_share",
    "elasticity",
    "scale_elasticity",
)
THREE = Grouping({"USA": "USA", "JPN": "JPN", "*": "ROW"})


def merged(found: SectorWorld, grouping: Grouping) -> SectorWorld:
    result = aggregate(found, grouping)
    assert isinstance(result, SectorWorld)
    return result


def goods_and_services(found: SectorWorld, goods: int) -> Grouping:
    return Grouping(
        {"USA": "USA", "JPN": "JPN", "*": "ROW"},
        {s: "Goods" if i < goods else "Services" for i, s in enumerate(found.world.sectors)},
    )


def inputs_by_value(found: SectorWorld) -> np.ndarray:
    """(S input, S using, N) USD, at the output calibration uses."""
    own = np.einsum("snn->sn", found.world.trade)
    exports = found.world.trade.sum(axis=2) - own
    output = np.maximum(found.sectors.gross_output, exports)
    return found.sectors.input_share * ((1 - found.sectors.value_added_share) * output)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("written_out", [False, True])
def test_the_identity_changes_nothing(name: str, written_out: bool) -> None:
    found = load_sector_world(name)
    grouping = Grouping()
    if written_out:
        grouping = Grouping(
            {e: e for e in found.world.economies}, {s: s for s in found.world.sectors}
        )
    same = merged(found, grouping)
    assert same.world.economies == found.world.economies
    assert same.world.names == found.world.names
    assert same.world.title == found.world.title
    assert same.world.notes == found.world.notes
    for field in ("trade", "gdp", "tariff"):
        before, after = getattr(found.world, field), getattr(same.world, field)
        assert np.abs(after - before).max() <= 1e-12 * max(before.max(), 1)
    for field in ARRAYS:
        before, after = getattr(found.sectors, field), getattr(same.sectors, field)
        if before is None:
            assert after is None
        else:
            assert np.abs(after - before).max() <= 1e-12 * before.max()
    for schedule, table in found.schedules.items():
        assert np.array_equal(same.schedules[schedule], table)


@pytest.mark.parametrize("name", NAMES)
def test_totals_are_kept(name: str) -> None:
    found = load_sector_world(name)
    small = merged(found, goods_and_services(found, 16))
    assert small.world.trade.shape == (2, 3, 3)
    assert small.world.gdp.sum() == pytest.approx(found.world.gdp.sum(), rel=1e-12)
    usa, new = found.world.index("USA"), small.world.index("USA")
    assert small.world.exports[new] == pytest.approx(found.world.exports[usa], rel=1e-12)
    assert small.world.imports[new] == pytest.approx(found.world.imports[usa], rel=1e-12)
    added = small.sectors.value_added_share * small.sectors.gross_output
    if name != "nafta-1993":  # its table has using sectors without inputs: see below
        assert added.sum(axis=0) == pytest.approx(small.world.gdp, rel=1e-12)
        assert small.sectors.gross_output.sum() == pytest.approx(
            found.sectors.gross_output.sum(), rel=1e-12
        )
        assert inputs_by_value(small).sum() == pytest.approx(
            inputs_by_value(found).sum(), rel=1e-12
        )
    total = small.sectors.input_share.sum(axis=0)
    assert np.abs(total - 1).max() < 2e-6


def test_inputs_are_added_by_value() -> None:
    found = load_sector_world("wiod-2011")
    small = merged(found, goods_and_services(found, 16))
    usa, new = found.world.index("USA"), small.world.index("USA")
    by_hand = inputs_by_value(found)[:16, 16:, usa].sum()
    assert inputs_by_value(small)[0, 1, new] == pytest.approx(by_hand, rel=1e-12)


def test_merged_economies_of_a_balanced_world_stay_balanced() -> None:
    small = merged(load_sector_world("wiod-2011"), THREE)
    assert np.allclose(small.world.trade.sum(axis=2), small.sectors.gross_output, rtol=1e-12)
    spent = small.world.trade.sum(axis=1)
    final = spent - inputs_by_value(small).sum(axis=1)
    income = small.world.gdp + small.world.imports - small.world.exports
    assert np.abs(final.sum(axis=0) / income - 1).max() < 1e-9
    assert (final >= -1e-9 * income).all()


def test_tariffs_keep_their_revenue_except_inside_a_group() -> None:
    found = load_sector_world("uschina-2017")
    small = merged(found, Grouping({"IND": "REST", "BRA": "REST", "ROW": "REST"}))
    revenue = found.world.tariff * found.world.trade
    usa, new = found.world.index("USA"), small.world.index("USA")
    assert (small.world.tariff * small.world.trade)[:, :, new].sum() == pytest.approx(
        revenue[:, :, usa].sum(), rel=1e-12
    )
    rest = [found.world.index(code) for code in ("IND", "BRA", "ROW")]
    ended = revenue[:, rest][:, :, rest].sum()
    assert f"{ended / 1e9:.3g} billion USD" in small.world.notes[-1]
    assert set(small.schedules) == set(found.schedules)
    china = small.world.index("CHN")
    war = small.schedules["us-wave5-2018"][:, china, new]
    assert np.allclose(war, found.schedules["us-wave5-2018"][:, 1, usa], rtol=1e-12)


def test_elasticities_are_weighted_by_trade_between_the_new_economies() -> None:
    found = load_sector_world("wiod-2011")
    small = merged(found, goods_and_services(found, 16))
    theta = found.sectors.elasticity[:16]
    group = np.array([{"USA": 1, "JPN": 2}.get(e, 0) for e in found.world.economies])
    apart = group[:, None] != group[None, :]
    weight = (found.world.trade[:16] * apart).sum(axis=(1, 2))
    assert small.sectors.elasticity[0] == pytest.approx(theta @ weight / weight.sum(), rel=1e-12)
    assert small.sectors.elasticity[1] == pytest.approx(5)


def test_sectors_without_trade_weigh_elasticities_by_output() -> None:
    found = load_sector_world("nafta-1993")
    services = dict.fromkeys(found.world.sectors[20:], "Services")
    small = merged(found, Grouping({}, services))
    assert small.sectors.elasticity[-1] == pytest.approx(8.22)
    # Sectors that use no inputs in this table count with a value-added share of one.
    assert small.sectors.value_added_share.max() <= 1


def test_final_demand_is_weighted_by_its_value() -> None:
    found = load_sector_world("uschina-2017")
    assert found.sectors.final_share is not None
    merger = Grouping({}, {found.world.sectors[0]: "Land", found.world.sectors[1]: "Land"})
    small = merged(found, merger)
    assert small.sectors.final_share is not None
    assert np.allclose(
        small.sectors.final_share[0], found.sectors.final_share[:2].sum(axis=0), rtol=1e-12
    )
    pair = merged(found, Grouping({"CHN": "ASIA", "JPN": "ASIA"}))
    assert pair.sectors.final_share is not None
    both = found.sectors.final_share[:, [found.world.index(c) for c in ("CHN", "JPN")]]
    mean = pair.sectors.final_share[:, pair.world.index("ASIA")]
    assert ((mean >= both.min(axis=1) - 1e-12) & (mean <= both.max(axis=1) + 1e-12)).all()


def test_one_sector_worlds_merge_economies() -> None:
    world = load_world("world-2023")
    small = aggregate(world, Grouping({"USA": "USA", "CHN": "CHN", "*": "ROW"}))
    assert isinstance(small, World)
    assert small.gdp.sum() == pytest.approx(world.gdp.sum(), rel=1e-12)
    usa, new = world.index("USA"), small.index("USA")
    assert small.imports[new] == pytest.approx(world.imports[usa], rel=1e-12)
    assert not np.diagonal(small.trade[0]).any()
    assert small.announced_us_tariff is not None
    assert small.announced_us_tariff[small.index("CHN")] == 0.54
    assert 0.1 < small.announced_us_tariff[small.index("ROW")] < 0.3
    assert "becomes home sales" in small.notes[-1]
    same = aggregate(world, Grouping())
    assert isinstance(same, World)
    assert np.array_equal(same.trade, world.trade)
    assert same.notes == world.notes
    with pytest.raises(InputError, match="no sector data to aggregate"):
        aggregate(world, Grouping({}, {"all": "x"}))


def test_all_sectors_can_become_one() -> None:
    small = merged(load_sector_world("wiod-2011"), Grouping({}, {"*": "all"}))
    assert small.world.sectors == ("all",)
    assert not np.einsum("snn->sn", small.world.trade).any()
    assert small.sectors.input_share == pytest.approx(1)


def test_own_groups_survive_where_they_are_not_cut(tmp_path: Path) -> None:
    trade = np.array([[0.0, 3, 2, 1], [1, 0, 4, 1], [5, 1, 0, 1], [1, 1, 1, 0]]) * 1e9
    path = tmp_path / "own.npz"
    np.savez(
        path,
        economies=np.array(["A", "B", "C", "D"]),
        trade=trade,
        gdp=np.full(4, 5e10),
        **{"group:north": np.array(["A", "B"]), "group:south": np.array(["B", "C"])},
    )
    small = aggregate(load_world(path), Grouping({"A": "AB", "B": "AB"}, {}, {"AB": "Both"}))
    assert isinstance(small, World)
    assert small.groups == {"north": ("AB",)}
    assert small.names == ("Both", "C", "D")


def test_mapping_files_are_read_and_the_result_can_be_kept(tmp_path: Path) -> None:
    files = [EXAMPLES / "mappings" / name for name in ("economies.csv", "sectors.csv")]
    mapping = read_mapping(files)
    assert mapping.economies == {"ALP": "ALP", "*": "ROW"}
    assert mapping.sectors == {"Food": "Goods", "Manufactures": "Goods"}
    small = aggregate(open_world(EXAMPLES / "world-sectors"), mapping)
    write_world(tmp_path / "small.npz", small)
    again = load_sector_world(tmp_path / "small.npz")
    assert again.world.economies == ("ALP", "ROW")
    assert again.world.names == ("Alphaland", "The others")
    assert again.world.sectors == ("Goods", "Services")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,group\nUSA,North\nUSA,South\n", "line 3, column code: 'USA' repeats row 2"),
        ("code,group\nUSA,\n", "line 2, column group: the cell is empty"),
        ("code,group\nUSA,Non-EU\n", "is not a code"),
        ("code,gruop\nUSA,A\n", "Did you mean 'group'"),
        ("group\nA\n", "neither of economies nor of sectors"),
        ("code,sector,group\nUSA,x,A\n", "neither of economies nor of sectors"),
    ],
)
def test_a_wrong_mapping_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_mapping(path)
    assert message in str(caught.value)


def test_members_must_exist_and_two_economies_remain(tmp_path: Path) -> None:
    found = load_sector_world("wiod-2011")
    with pytest.raises(InputError, match="Did you mean 'USA'"):
        aggregate(found, Grouping({"USB": "X"}))
    with pytest.raises(InputError, match="Did you mean 'Construction'"):
        aggregate(found, Grouping({}, {"Constructions": "X"}))
    with pytest.raises(InputError, match="the only economy"):
        aggregate(found, Grouping({"*": "WORLD"}))
    path = tmp_path / "mapping.csv"
    path.write_text("code,group\nUSA,A\n", encoding="utf-8")
    with pytest.raises(InputError, match="two mappings of code"):
        read_mapping([path, path])
