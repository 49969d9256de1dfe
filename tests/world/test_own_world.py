"""An own world is read from tables; what is wrong with them is named by file, row and column."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triffin.world import InputError, load_world
from triffin.world.data.own.example_files import EXAMPLES
from triffin.world.loading import load_sector_world, open_world
from triffin.world.model import World
from triffin.world.own.aggregates import aggregates
from triffin.world.own.tables_written import write_tables
from triffin.world.own.world import looks_like_path, open_own_world
from triffin.world.sectors import SectorWorld
from triffin.world.worlds import world_from_arrays


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "world-sectors", tmp_path / "many"))


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "world", tmp_path / "one"))


def change(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / table
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        open_own_world(path)
    return caught.value


def sector_world(path: Path) -> SectorWorld:
    found = open_world(path)
    assert isinstance(found, SectorWorld)
    return found


def as_workbook(folder: Path, path: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for file in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(file.stem)
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
        for row in csv.reader(lines):
            sheet.append([float(c) if c.replace(".", "", 1).isdigit() else c for c in row])
    meta = book.create_sheet("meta")
    for row in (["key", "value"], ["name", "three-lands"], ["unit", "billion USD"]):
        meta.append(row)
    meta.append(["year", 2023])
    meta.append(["source", "invented figures, to show the format"])
    book.save(path)
    return path


def test_the_example_adds_up(many: Path) -> None:
    found = sector_world(many)
    world, data = found.world, found.sectors
    assert (world.name, world.year, world.economies) == ("three-lands", 2023, ("ALP", "BET", "GAM"))
    assert np.allclose(world.trade.sum(axis=2), data.gross_output, rtol=1e-12)
    assert data.gross_output[1, 0] == 300e9
    assert data.value_added_share[1, 0] == pytest.approx(1 - 150 / 300)
    assert data.input_share[1, 1, 0] == pytest.approx(90 / 150)
    assert world.gdp[0] == pytest.approx((860 - 331) * 1e9)
    assert world.tariff[:, 1, 0] == pytest.approx([0.02, 0.02, 0.0])
    assert world.tariff[0, 2, 0] == 0.1
    assert "1 of 18 flows" in world.notes[0]


def test_a_world_of_one_sector_needs_two_tables_alone(one: Path) -> None:
    (one / "meta.yaml").unlink()
    world = load_world(one)
    assert isinstance(open_own_world(one), World)
    assert world.n_sectors == 1
    assert world.gdp.tolist() == [500, 400, 250]
    assert world.trade[0, 0, 1] == 38
    assert "values are taken as USD" in world.notes[0]
    with pytest.raises(InputError, match="the world has no sectors"):
        load_sector_world(one)


def test_a_workbook_and_a_file_of_the_folder_give_the_same_world(
    many: Path, tmp_path: Path
) -> None:
    folder = sector_world(many)
    book = sector_world(as_workbook(many, tmp_path / "book.xlsx"))
    assert book.world.year == 2023
    for other in (book, sector_world(many / "trade.csv"), sector_world(many / "meta.yaml")):
        assert np.array_equal(other.world.trade, folder.world.trade)
        assert np.array_equal(other.sectors.input_share, folder.sectors.input_share)
        assert np.array_equal(other.world.tariff, folder.world.tariff)


def test_units_scale_every_value_and_no_rate(many: Path) -> None:
    change(many, "meta.yaml", "billion USD", "Million USD")
    small, large = sector_world(many), sector_world(EXAMPLES / "world-sectors")
    assert np.allclose(small.world.trade * 1000, large.world.trade, rtol=1e-12)
    assert np.allclose(small.world.gdp * 1000, large.world.gdp, rtol=1e-12)
    assert np.array_equal(small.world.tariff, large.world.tariff)


def test_home_sales_in_trade_stand_in_for_output(many: Path) -> None:
    whole = sector_world(many)
    with (many / "trade.csv").open("a", encoding="utf-8") as stream:
        for s, sector in enumerate(whole.world.sectors):
            for o, code in enumerate(whole.world.economies):
                stream.write(
                    f"{code},{code},{sector},{float(whole.world.trade[s, o, o]) / 1e9!r}\n"
                )
    both = sector_world(many)
    (many / "output.csv").unlink()
    without = sector_world(many)
    for found in (both, without):
        assert np.allclose(found.sectors.gross_output, whole.sectors.gross_output, rtol=1e-12)
        assert np.allclose(found.world.gdp, whole.world.gdp, rtol=1e-12)


def test_without_inputs_value_added_is_output(many: Path) -> None:
    (many / "inputs.csv").unlink()
    found = sector_world(many)
    assert (found.sectors.value_added_share == 1).all()
    assert not found.sectors.input_share.any()
    assert any("no table of inputs" in note for note in found.world.notes)


def test_exports_above_output_raise_it_with_a_note(many: Path) -> None:
    change(many, "output.csv", "BET,Food,40", "BET,Food,20")
    change(many, "trade.csv", "BET,ALP,Food,3", "BET,ALP,Food,25")
    found = sector_world(many)
    assert found.sectors.gross_output[0, 1] == 25e9
    assert found.world.trade[0, 1, 1] == 0
    assert any("Food in Betaland" in n or "Food in BET" in n for n in found.world.notes)


def test_stated_figures_that_differ_are_noted(many: Path) -> None:
    rows = (many / "output.csv").read_text(encoding="utf-8").splitlines()
    body = [f"{row},{25 if 'GAM,Food' in row else 1}" for row in rows[1:]]
    (many / "output.csv").write_text("\n".join([f"{rows[0]},value_added", *body]), encoding="utf-8")
    change(many, "economies.csv", "code,name", "code,name,gdp")
    for code, gdp in (("ALP,Alphaland", 600), ("BET,Betaland", 429), ("GAM,Gammaland", 273)):
        change(many, "economies.csv", code, f"{code},{gdp}")
    notes = " ".join(sector_world(many).world.notes)
    assert "the stated one differs" in notes
    assert "11.8 % (ALP)" in notes


def test_semicolons_tabs_blank_lines_and_case_are_accepted(many: Path) -> None:
    reference = sector_world(many)
    text = (many / "trade.csv").read_text(encoding="utf-8")
    text = text.replace(",Services,", ",services,").replace("ALP,BET,Food", "\nalp,BET,Food")
    rows = [line if line.startswith("#") else line.replace(",", ";") for line in text.splitlines()]
    (many / "trade.csv").write_text("\ufeff" + "\r\n".join(rows), encoding="utf-8")
    assert np.array_equal(sector_world(many).world.trade, reference.world.trade)


@pytest.mark.parametrize(
    ("table", "old", "new", "line", "column", "message"),
    [
        ("economies.csv", "BET,", "A-B,", 3, "code", "is not a code"),
        ("economies.csv", "BET,", "alp,", 3, "code", "repeats row 2"),
        ("economies.csv", "Betaland", "", 3, "name", "the cell is empty"),
        ("sectors.csv", "Food,3", "Food,0", 2, "elasticity", "above zero"),
        ("sectors.csv", "Food,3", "Food,high", 2, "elasticity", "not a finite number"),
        ("sectors.csv", "Food,3", "Food,nan", 2, "elasticity", "not a finite number"),
        ("trade.csv", "ALP,BET,Food,8", "APL,BET,Food,8", 3, "exporter", "Did you mean 'ALP'"),
        ("trade.csv", "ALP,BET,Food,8", "ALP,,Food,8", 3, "importer", "the cell is empty"),
        ("trade.csv", "ALP,BET,Food,8", "ALP,BET,Foods,8", 3, "sector", "Did you mean 'Food'"),
        ("trade.csv", "ALP,BET,Food,8", "ALP,BET,Food,-8", 3, "value", "zero or more"),
        ("trade.csv", "ALP,BET,Food,8", "ALP,BET,Food,", 3, "value", "the cell is empty"),
        ("trade.csv", "Food,8", 'Food,"1,234.5"', 3, "value", "write 1234.5"),
        ("trade.csv", "Food,8", 'Food,"8,25"', 3, "value", "write 8.25"),
        ("trade.csv", "ALP,GAM,Food,5", "ALP,BET,Food,5", 4, "exporter", "repeats row 3"),
        ("inputs.csv", "ALP,Food,Food,10", "ALP,Food,Food,99", 2, "value", "add up to 1.16e+11"),
        ("tariffs.csv", "0.05", "5", 5, "rate", "5% for 5 percent"),
        ("tariffs.csv", "0.05", "-100%", 5, "rate", "free or cheaper"),
        ("tariffs.csv", "0.05", "1001%", 5, "rate", "above 1000 %"),
        ("tariffs.csv", "ALP,GAM,Food", "ALP,ALP,Food", 3, "rate", "no tariff on itself"),
        ("tariffs.csv", "ALP,GAM,Food", "ALP,BET,Food", 3, "rate", "repeats row 2"),
        ("tariffs.csv", "ALP,GAM,Food", "ALP,GAM,Fod", 3, "sector", "Did you mean 'Food'"),
        ("tariffs.csv", "ALP,GAM,Food", "ALP,GAB,Food", 3, "exporter", "Did you mean 'GAM'"),
    ],
)
def test_a_wrong_cell_is_named_by_file_row_and_column(
    many: Path, table: str, old: str, new: str, line: int, column: str, message: str
) -> None:
    change(many, table, old, new)
    error = refusal(many)
    assert error.file == str(many / table)
    assert error.line == line
    assert error.field == f"column {column}"
    assert message in str(error)


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("trade.csv", "exporter,importer", "exporter,imported", "Did you mean 'importer'"),
        ("trade.csv", "sector,value", "sector,sector", "stands twice"),
        ("trade.csv", ",value", "", "'value' is missing"),
        ("trade.csv", "ALP,BET,Food,8", "ALP,BET,Food", "3 cells where the header has 4"),
        ("output.csv", "ALP,Food,60\n", "", "1 sectors are not listed, first Food in ALP"),
        ("meta.yaml", "unit:", "units:", "Did you mean 'unit'"),
        ("meta.yaml", "billion USD", "billions USD", "Did you mean 'billion USD'"),
        ("meta.yaml", "billion USD", "million EUR", "other currencies converted first"),
        ("meta.yaml", "2023", "'23'", "the year '23' is none"),
        ("meta.yaml", "name:", "name", "not valid YAML"),
    ],
)
def test_a_wrong_table_is_named(many: Path, table: str, old: str, new: str, message: str) -> None:
    change(many, table, old, new)
    error = refusal(many)
    assert str(many / table) in str(error.file)
    assert message in str(error)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "trade.csv").unlink(), "the table 'trade' is missing"),
        (
            lambda f: (f / "economies.csv").rename(f / "economy.csv"),
            "Did you mean 'economy'",
        ),
        (lambda f: (f / "sectors.csv").unlink(), "but none of sectors"),
        (lambda f: (f / "output.csv").unlink(), "home sales are not in the data"),
        (lambda f: (f / "trade.csv").write_text("# nothing\n"), "the table is empty"),
        (
            lambda f: (f / "trade.csv").write_text("exporter,importer,value,sector\n"),
            "there is a header but no row",
        ),
        (lambda f: (f / "trade.csv").write_bytes(b"\xff\xfe1"), "not a text file in UTF-8"),
        (lambda f: (f / "trade.csv").write_text('a,"b\nc'), "not valid CSV"),
        (lambda f: (f / "meta.yaml").write_text("- 1"), "holds no keys"),
    ],
)
def test_a_world_that_lacks_a_table_is_refused(
    many: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(many)
    assert message in str(refusal(many))


def test_value_added_without_inputs_and_output_against_sales_are_refused(many: Path) -> None:
    with (many / "trade.csv").open("a", encoding="utf-8") as stream:
        stream.write("ALP,ALP,Food,20\n")
    assert "its sales in trade" in str(refusal(many))
    shutil.copy(EXAMPLES / "world-sectors" / "trade.csv", many)
    rows = (many / "output.csv").read_text(encoding="utf-8").splitlines()
    (many / "output.csv").write_text(
        "\n".join([f"{rows[0]},value_added", *(f"{row},1" for row in rows[1:])])
    )
    (many / "inputs.csv").unlink()
    assert "value_added is given without inputs" in str(refusal(many))


def test_one_sector_worlds_refuse_home_sales_and_need_gdp(one: Path) -> None:
    change(one, "trade.csv", "ALP,BET,38", "ALP,ALP,38")
    assert "trades with itself" in str(refusal(one))
    change(one, "trade.csv", "ALP,ALP,38", "ALP,BET,38")
    change(one, "economies.csv", ",400", ",0")
    assert refusal(one).line == 3
    (one / "economies.csv").write_text("code\nALP\nBET\nGAM\n", encoding="utf-8")
    assert "'gdp' is missing" in str(refusal(one))


def test_a_file_that_is_no_world_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text("no workbook")
    assert "cannot be read" in str(refusal(tmp_path / "book.xlsx"))
    (tmp_path / "trades.csv").write_text("x")
    assert "Did you mean 'trade'" in str(refusal(tmp_path / "trades.csv"))
    assert "no such folder" in str(refusal(tmp_path / "none.xlsx"))
    assert not looks_like_path("world-2032")
    assert looks_like_path("my/world")
    assert not looks_like_path("x\0y")


def test_sheets_that_are_no_tables_are_noted(many: Path) -> None:
    (many / "remarks.csv").write_text("anything")
    assert any("remarks" in note for note in sector_world(many).world.notes)


def test_an_own_world_has_a_checksum_of_its_figures(many: Path, one: Path) -> None:
    """Two own worlds of one name must not share the hash of a run."""
    first, small = sector_world(many).world.provenance["sha256"], load_world(one)
    change(many, "sectors.csv", "Food,3", "Food,4")
    assert len(first) == 64
    assert sector_world(many).world.provenance["sha256"] != first
    change(one, "trade.csv", "38", "39")
    assert load_world(one).provenance["sha256"] != small.provenance["sha256"]


@pytest.mark.parametrize("name", ["world-2023", "world-sectors"])
def test_a_world_written_as_tables_is_read_again(name: str, tmp_path: Path) -> None:
    first = open_world(EXAMPLES / name if name == "world-sectors" else name)
    write_tables(tmp_path / "out", first)
    second = open_own_world(tmp_path / "out")
    one, two = (w if isinstance(w, World) else w.world for w in (first, second))
    assert two.economies == one.economies
    assert np.array_equal(two.gdp, one.gdp) or np.allclose(two.gdp, one.gdp, rtol=1e-12)
    assert np.allclose(two.trade, one.trade, rtol=1e-12, atol=0)
    assert np.array_equal(two.tariff, one.tariff)
    if isinstance(first, SectorWorld):
        assert isinstance(second, SectorWorld)
        for field in ("gross_output", "value_added_share", "input_share", "elasticity"):
            found, expected = getattr(second.sectors, field), getattr(first.sectors, field)
            assert np.allclose(found, expected, rtol=1e-10, atol=1e-12), field
    with pytest.raises(InputError, match="something already"):
        write_tables(tmp_path / "out", first)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    trade=st.lists(st.floats(0, 1e13), min_size=6, max_size=6),
    rates=st.lists(st.floats(0, 2.9), min_size=6, max_size=6),
)
def test_any_figures_survive_writing_and_reading(
    tmp_path: Path, trade: list[float], rates: list[float]
) -> None:
    apart = ~np.eye(3, dtype=bool)
    flows, tariff = np.zeros((1, 3, 3)), np.zeros((1, 3, 3))
    flows[0][apart], tariff[0][apart] = trade, rates
    # as far as a table can say it: a rate from 3 up would be taken for a per cent
    gdp = flows.sum(axis=(0, 2)) + 1.0
    arrays = {"economies": np.array(list("ABC")), "trade": flows, "gdp": gdp, "tariff": tariff}
    world = world_from_arrays("abc", arrays, {"title": "abc", "year": 2020}, "abc")
    folder = tmp_path / "abc"
    shutil.rmtree(folder, ignore_errors=True)
    write_tables(folder, world)
    if not flows.any():  # a table without rows is refused: nothing is traded in such a world
        with pytest.raises(InputError, match="no row"):
            open_own_world(folder)
        return
    again = open_own_world(folder)
    assert isinstance(again, World)
    assert np.array_equal(again.trade, world.trade)
    assert np.array_equal(again.tariff, world.tariff)
    assert np.array_equal(again.gdp, world.gdp)


def test_an_amount_beyond_all_sense_is_refused(one: Path) -> None:
    change(one, "economies.csv", "500", "1e308")
    said = str(refusal(one))
    assert "line 2" in said
    assert "too large" in said


def test_a_row_for_the_world_is_left_out_and_named(tmp_path: Path) -> None:
    economies = "code,name,gdp\nHKG,Hub,380\nCHN,C,17000\nUSA,U,26000\n"
    trade = "exporter,importer,value\nHKG,CHN,300\nHKG,USA,270\nCHN,HKG,310\nCHN,USA,500\n"
    trade += "USA,CHN,150\nUSA,HKG,200\n"
    worlds = []
    for name, more in (("hk", ""), ("hk_wld", "WLD,World,105000\n")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "economies.csv").write_text(economies + more, encoding="utf-8")
        (folder / "trade.csv").write_text(
            trade + ("WLD,USA,700\n" if more else ""), encoding="utf-8"
        )
        worlds.append(load_world(folder))
    assert worlds[1].economies == worlds[0].economies
    assert np.array_equal(worlds[1].trade, worlds[0].trade)
    assert "Left out, as they are totals of other economies: WLD (World)." in worlds[1].notes


def test_a_union_beside_its_members_is_a_total_and_alone_an_economy() -> None:
    assert aggregates(("DEU", "USA", "EUU"), ("Germany", "United States", "European Union")) == (2,)
    assert aggregates(("USA", "CHN", "EU"), ("US", "China", "EU")) == ()
    assert aggregates(("A", "B", "OED"), ("A", "B", "OED")) == ()
    assert aggregates(("USA", "CHN", "OED"), ("US", "China", "OECD members")) == (2,)


def test_sectors_without_a_kind_count_as_goods_and_a_note_says_so(many: Path) -> None:
    marked = sector_world(many).world
    assert marked.kinds == ("goods", "goods", "services")
    assert marked.goods == (0, 1)
    assert not any("kinds of sectors" in note for note in marked.notes)
    for old, new in (("elasticity,kind", "elasticity"), (",goods", ""), (",goods", "")):
        change(many, "sectors.csv", old, new)
    change(many, "sectors.csv", ",services", "")
    plain = sector_world(many).world
    assert plain.kinds is None
    assert plain.goods == (0, 1, 2)
    assert any("No kinds of sectors are stated" in note for note in plain.notes)
    assert (plain.tariff[:, 1, 0] == 0.02).all()


def test_an_unknown_kind_and_a_world_without_goods_are_refused(many: Path) -> None:
    change(many, "sectors.csv", "6,goods", "6,good")
    error = refusal(many)
    assert "'good' is no kind of sector" in str(error)
    assert error.line == 3
    assert error.nearest == "goods"
    change(many, "sectors.csv", "6,good", "6,services")
    change(many, "sectors.csv", "3,goods", "3,services")
    assert "no sector is of goods" in str(refusal(many))
