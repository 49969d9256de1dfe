"""Own worlds from OECD ICIO and CEPII BACI: values add up, other layouts are refused."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from triffin.world import InputError
from triffin.world.aggregation import read_mapping
from triffin.world.data.own.example_files import EXAMPLES
from triffin.world.importers.baci import read_baci
from triffin.world.importers.common import published_layout, year_of
from triffin.world.importers.icio import read_icio
from triffin.world.model import World
from triffin.world.sectors import SectorWorld

ICIO = EXAMPLES / "icio" / "2020.csv"
BACI = EXAMPLES / "baci" / "BACI_HS92_Y2022_V202401b.csv"
CODES = EXAMPLES / "baci" / "country_codes_V202401b.csv"


def cells(path: Path = ICIO) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def written(rows: list[list[str]], path: Path) -> Path:
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    return path


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value)


# OECD ICIO


@pytest.fixture(scope="module")
def icio() -> SectorWorld:
    return read_icio(ICIO)


def test_the_layouts_are_recognised_by_their_headers() -> None:
    assert published_layout(ICIO) == "icio"
    assert published_layout(BACI) == "baci"
    assert published_layout(EXAMPLES / "holdings.csv") is None
    assert [
        year_of(Path(n)) for n in ("2020_SML.csv", "BACI_HS92_Y2022_V202401b.csv", "a.csv")
    ] == [
        2020,
        2022,
        None,
    ]


def test_flows_are_those_of_the_file_where_nothing_is_negative(icio: SectorWorld) -> None:
    """Without negative cells in what a sector sells or serves, output would be as stated; with
    them it rises by what serves the inventories that fell."""
    rows = cells()
    header, table = rows[0], {row[0]: row for row in rows[1:]}
    assert icio.world.economies == ("AUS", "CHN", "ROW")
    assert icio.world.names[2] == "Rest of the world"
    assert icio.sectors.sectors == ("A01_02", "C10T12", "K")
    stated = float(table["AUS_K"][-1]) * 1e6
    assert icio.sectors.gross_output[2, 0] == pytest.approx(stated, rel=0.02)
    assert (icio.sectors.gross_output[2, 0] > stated * (1 - 1e-6)).all()
    to_row = [c for c in header[1:] if c.startswith("ROW_")]
    sold = sum(float(table["AUS_K"][header.index(c)]) for c in to_row)
    assert icio.world.trade[2, 0, 2] == pytest.approx(sold * 1e6, rel=0.02)


def test_the_world_of_a_table_adds_up(icio: SectorWorld) -> None:
    data, trade = icio.sectors, icio.world.trade
    assert np.allclose(trade.sum(axis=2), data.gross_output, rtol=1e-12)
    value_added = (data.gross_output * data.value_added_share).sum(axis=0)
    assert np.allclose(value_added, icio.world.gdp, rtol=1e-9)
    exports, imports = icio.world.exports, icio.world.imports
    assert exports.sum() == pytest.approx(imports.sum(), rel=1e-12)
    used = data.input_share.sum(axis=0)
    assert np.allclose(used, 1.0)
    # input coefficients of the source: Australia's agriculture uses this much of each dollar
    rows = cells()
    at = rows[0].index("AUS_A01_02")
    inputs = sum(float(row[at]) for row in rows[1:13])
    stated = float(rows[-1][at])
    assert 1 - data.value_added_share[0, 0] == pytest.approx(inputs / stated, rel=1e-6)


def test_a_table_without_negatives_is_taken_as_it_is(tmp_path: Path) -> None:
    rows = cells()
    last = rows[0].index("OUT")
    for row in rows[1:13]:
        for at in range(1, last):
            row[at] = str(max(0.0, float(row[at])))
        row[last] = str(sum(float(cell) for cell in row[1:last]))
    by_name = {row[0]: row for row in rows}
    for at in range(1, 13):  # value added takes up what output gained
        name = rows[0][at]
        by_name["OUT"][at] = by_name[name][last]
        used = sum(float(row[at]) for row in rows[1:13]) + float(by_name["TLS"][at])
        by_name["VA"][at] = str(float(by_name["OUT"][at]) - used)
    found = read_icio(written(rows, tmp_path / "2020.csv"))
    assert found.sectors.gross_output[0, 0] == pytest.approx(float(by_name["AUS_A01_02"][-1]) * 1e6)
    china = float(by_name["CN1_K"][-1]) + float(by_name["CN2_K"][-1])
    assert found.sectors.gross_output[2, 1] == pytest.approx(china * 1e6, rel=1e-9)
    assert found.world.provenance["notes"][0] == "No final use is negative."


def test_the_split_of_china_is_added_up_and_negative_inventories_are_named(
    icio: SectorWorld,
) -> None:
    notes = icio.world.provenance["notes"]
    assert "2 changes of inventories and 0 others" in notes[0]
    rows = cells()
    inventories = [rows[0].index(f"{code}_INVNT") for code in ("AUS", "CHN", "ROW")]
    sold = {row[0]: np.array([float(row[at]) for at in inventories]) for row in rows[1:13]}
    fell = 0.0
    for sector in ("A01_02", "C10T12", "K"):
        china = sold[f"CN1_{sector}"] + sold[f"CN2_{sector}"]
        for uses in (sold[f"AUS_{sector}"], china, sold[f"ROW_{sector}"]):
            fell -= uses[uses < 0].sum()
    assert f"{fell / 1e3:.3g} billion USD" in notes[0]


def test_a_mapping_merges_economies_and_industries(icio: SectorWorld, tmp_path: Path) -> None:
    economies = written([["code", "group"], ["AUS", "AUS"], ["*", "ROW"]], tmp_path / "e.csv")
    sectors = written([["sector", "group"], ["K", "Services"], ["*", "Goods"]], tmp_path / "s.csv")
    small = read_icio(ICIO, read_mapping([economies, sectors]))
    assert small.world.economies == ("AUS", "ROW")
    assert small.sectors.sectors == ("Goods", "Services")
    assert small.sectors.gross_output.sum() == pytest.approx(
        icio.sectors.gross_output.sum(), rel=0.01
    )
    low, high = sorted(icio.sectors.elasticity[:2])
    assert low < small.sectors.elasticity[0] < high
    assert small.sectors.elasticity[1] == icio.sectors.elasticity[2]


def test_elasticities_are_matched_by_isic_or_the_users_own(tmp_path: Path) -> None:
    own = written(
        [["sector", "elasticity"], ["K", "7"], ["A01_02", "2"], ["C10T12", "3"]],
        tmp_path / "e.csv",
    )
    assert read_icio(ICIO, elasticities=own).sectors.elasticity.tolist() == [2, 3, 7]
    written([["sector", "elasticity"], ["K", "7"]], own)
    assert "A01_02" in refused(lambda: read_icio(ICIO, elasticities=own))
    food = read_icio(ICIO).sectors.elasticity[1]
    assert food == 2.62  # Caliendo and Parro (2015), food


def test_older_editions_are_read_too(tmp_path: Path, icio: SectorWorld) -> None:
    """2018 and 2021: TOTAL, VALU and taxes by economy (AUS_TAXSUB)."""
    rows = cells()
    rows[0][-1] = "TOTAL"
    for row in rows:
        row[0] = {"TLS": "AUS_TAXSUB", "VA": "VALU", "OUT": "OUTPUT"}.get(row[0], row[0])
    found = read_icio(written(rows, tmp_path / "2020.csv"))
    assert np.array_equal(found.world.trade, icio.world.trade)


def _icio_changes() -> dict[str, tuple[Callable[[list[list[str]]], object], tuple[str, ...]]]:
    def cell(row: int, column: int, text: str) -> Callable[[list[list[str]]], object]:
        return lambda rows: rows[row].__setitem__(column, text)

    return {
        "no number": (cell(2, 3, "x"), ("line 3", "column AUS_K", "'x'")),
        "empty": (cell(2, 3, ""), ("line 3", "column AUS_K", "empty")),
        "not a number": (cell(2, 3, "nan"), ("line 3", "column AUS_K", "finite")),
        "negative input": (cell(2, 3, "-1"), ("line 3", "column AUS_K", "-1")),
        "corner": (cell(0, 0, "code"), ("line 1", "'code'")),
        "last column": (cell(0, -1, "SUM"), ("line 1", "'SUM'")),
        "unknown column": (cell(0, 14, "AUS_NFINV"), ("AUS_NFINV", "no row")),
        "no household use": (
            lambda rows: rows.__setitem__(0, [c.replace("HFCE", "HC") for c in rows[0]]),
            ("line 1", "HFCE"),
        ),
        "doubled column": (cell(0, 2, "AUS_A01_02"), ("line 1", "stands twice")),
        "unknown row": (cell(2, 0, "AUS_C10T13"), ("line 3", "AUS_C10T13", "AUS_C10T12")),
        "repeated row": (cell(3, 0, "AUS_C10T12"), ("line 4", "repeats row 3")),
        "cut off": (lambda rows: rows.__delitem__(slice(-2, None)), ("missing", "cut off")),
        "a row is gone": (lambda rows: rows.__delitem__(4), ("no row",)),
        "short row": (lambda rows: rows[3].pop(), ("line 4", "31 cells")),
        "wrong output": (cell(2, -1, "99999"), ("line 3", "adds up")),
        "wrong value added": (cell(-2, 1, "99999"), ("column AUS_A01_02", "adds up")),
    }


@pytest.mark.parametrize("case", list(_icio_changes()))
def test_a_changed_icio_layout_is_refused(case: str, tmp_path: Path) -> None:
    change, words = _icio_changes()[case]
    rows = cells()
    change(rows)
    said = refused(lambda: read_icio(written(rows, tmp_path / "2020.csv")))
    assert all(word in said for word in ("2020.csv", *words)), said


# CEPII BACI


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "baci" / "own", tmp_path / "own"))


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "baci" / "own-sectors", tmp_path / "many"))


def test_trade_of_products_adds_up_in_the_users_unit(one: Path) -> None:
    found = read_baci(BACI, one, CODES)
    world = found.world
    assert isinstance(world, World)
    order = [world.economies.index(code) for code in ("JPN", "USA")]
    assert world.trade[0][tuple(order)] == pytest.approx(38_000_000e3 + 500.5e3)
    listed = sum(float(row[4]) for row in cells(BACI)[1:]) * 1e3
    assert world.trade.sum() == pytest.approx(listed - 12_000e3)  # Afghanistan is not listed
    assert "AFG" in found.notes[1]
    assert "Taiwan" in found.notes[2]
    assert "trade" in found.trade_file.stem


def test_products_are_added_up_to_sectors(many: Path) -> None:
    found = read_baci(BACI, many, CODES, products=EXAMPLES / "products.csv").world
    assert isinstance(found, SectorWorld)
    japan, america = found.world.economies.index("JPN"), found.world.economies.index("USA")
    assert found.world.trade[0, japan, america] == pytest.approx(500.5e3)  # 010121: chapter 01
    assert found.world.trade[1, japan, america] == pytest.approx(38e9)
    wheat = found.world.trade[0, america, japan]
    assert wheat == pytest.approx(9e9)  # 100190: heading 1001
    assert np.allclose(found.world.trade.sum(axis=2), found.sectors.gross_output)


def test_a_product_read_as_a_number_keeps_its_chapter(many: Path, tmp_path: Path) -> None:
    text = BACI.read_text(encoding="utf-8").replace("010121", "10121")
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    found = read_baci(tmp_path / "b.csv", many, CODES, products=EXAMPLES / "products.csv").world
    assert isinstance(found, SectorWorld)
    assert found.world.trade[0].sum() > 9e9


def test_an_import_replaces_its_own_table_and_no_other(one: Path) -> None:
    first = read_baci(BACI, one, CODES).world
    again = read_baci(BACI, one, CODES).world
    assert isinstance(first, World) and isinstance(again, World)  # noqa: PT018
    assert np.array_equal(first.trade, again.trade)
    (one / "trade.csv").write_text("exporter,importer,value\nUSA,JPN,1\n", encoding="utf-8")
    assert "there already" in refused(lambda: read_baci(BACI, one, CODES))


def test_older_country_codes_are_read_too(one: Path, tmp_path: Path) -> None:
    """2023 and before: other names of the columns."""
    text = CODES.read_text(encoding="utf-8").replace("country_iso3", "iso_3digit_alpha")
    text = text.replace("country_iso2", "iso_2digit_alpha")
    codes = tmp_path / "codes.csv"
    codes.write_text(text.replace("country_name", "country_name_full"), encoding="utf-8")
    assert isinstance(read_baci(BACI, one, codes).world, World)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("t,i,j,k,v,q", "t,i,j,k,v", ("line 1", "header")),
        ("t,i,j,k,v,q", "year,i,j,k,v,q", ("line 1", "header")),
        ("2022,392,156", "2022,999,156", ("line 4", "column i", "'999'")),
        ("2022,392,156", "2021,392,156", ("line 4", "column t", "2021 stands beside 2022")),
        ("2022,392,156", "2022,156,156", ("line 4", "itself")),
        (",  90000000.000,", ",nan,", ("line 4", "column v", "'nan'")),
        (",  90000000.000,", ",-5,", ("line 4", "column v", "'-5'")),
        (",  90000000.000,", ",,", ("line 4", "column v", "empty")),
        ("2022,392,156,850110", "2022,392,842,010121", ("line 4", "repeats row 3")),
        ("850110", "85011011", ("line 4", "column k", "six digits")),
        ("2022,392,156", "MMXXII,392,156", ("line 4", "column t")),
    ],
)
def test_a_changed_baci_layout_is_refused(
    old: str, new: str, words: tuple[str, ...], one: Path, tmp_path: Path
) -> None:
    text = BACI.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "b.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    said = refused(lambda: read_baci(tmp_path / "b.csv", one, CODES))
    assert all(word in said for word in ("b.csv", *words)), said


def test_products_without_a_sector_are_named(many: Path, tmp_path: Path) -> None:
    products = written([["product", "sector"], ["01", "Food"]], tmp_path / "p.csv")
    said = refused(lambda: read_baci(BACI, many, CODES, products=products))
    assert "line 2" in said and "870323" in said  # noqa: PT018
    written([["product", "sector"], ["01", "Foood"]], products)
    assert "'Food'" in refused(lambda: read_baci(BACI, many, CODES, products=products))
    assert "--products" in refused(lambda: read_baci(BACI, many, CODES))


def test_output_by_use_is_output_by_input(tmp_path: Path) -> None:
    rows = cells()
    at = {row[0]: place for place, row in enumerate(rows)}
    (added,) = [place for label, place in at.items() if label in ("VALU", "VA")]
    (output,) = [place for label, place in at.items() if label in ("OUT", "OUTPUT")]
    column = 1
    more = 0.5 * float(rows[added][column])
    rows[added][column] = repr(float(rows[added][column]) + more)
    stated = float(rows[output][column])
    rows[output][column] = repr(stated + more)
    told = refused(lambda: read_icio(written(rows, tmp_path / "2020_SML.csv")))
    assert rows[0][column] in told
    assert f"{stated:g}" in told
    assert f"{stated + more:g}" in told
