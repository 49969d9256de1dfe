"""The shipped world has the figures of its sources; a world that cannot be true is refused."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triffin.world import InputError, list_worlds, load_world
from triffin.world.base.array_archive import read_arrays, write_arrays
from triffin.world.data import shipped as shipped_module
from triffin.world.data.shipped import DATASETS, provenance

CODES = ("AAA", "BBB", "CCC")


def small_world(**changes: Any) -> dict[str, Any]:
    """Arrays of a valid world of three economies, with changes."""
    arrays: dict[str, Any] = {
        "economies": np.array(CODES),
        "names": np.array(["Alphaland", "Betaland", "Gammaland"]),
        "trade": np.array([[0.0, 3.0, 2.0], [1.0, 0.0, 4.0], [5.0, 1.0, 0.0]]) * 1e9,
        "gdp": np.array([50.0, 60.0, 70.0]) * 1e9,
    }
    arrays.update(changes)
    return {name: array for name, array in arrays.items() if array is not None}


def saved(folder: Path, **changes: Any) -> Path:
    path = folder / "own.npz"
    np.savez(path, **small_world(**changes))
    return path


def test_the_shipped_world_has_194_economies_and_the_totals_of_its_source() -> None:
    world = load_world("world-2023")
    assert world.n_economies == 194
    assert world.n_sectors == 1
    assert world.trade.shape == (1, 194, 194)
    assert world.trade.dtype == np.float64
    assert np.count_nonzero(world.trade) == 25_398
    assert world.trade.sum() == 21_749_670_434_245.0  # USD; sum of the source's 25,398 rows
    assert world.trade.max() == 459_146_171_569.0


def test_figures_of_single_flows_are_exact() -> None:
    world = load_world("world-2023")
    usa, jpn, chn = (world.index(code) for code in ("USA", "JPN", "CHN"))
    assert world.trade[0, jpn, usa] == 141_428_571_790.0
    assert world.trade[0, world.index("ABW"), world.index("ARE")] == 405_024.0
    assert world.trade[0, usa, jpn] == pytest.approx(75.58605e9, rel=1e-6)
    assert world.trade[0, chn, usa] == pytest.approx(440.4777e9, rel=1e-6)
    assert world.gdp[world.index("ABW")] == 3_648_573_136.0
    assert world.names[jpn] == "Japan"
    assert np.all(world.trade == np.round(world.trade))  # whole USD


def test_world_exports_equal_world_imports() -> None:
    world = load_world("world-2023")
    assert world.exports.sum() == pytest.approx(world.imports.sum(), rel=1e-14)
    usa = world.index("USA")
    assert world.imports[usa] > world.exports[usa]


def test_announced_tariffs_are_those_of_the_paper() -> None:
    world = load_world("world-2023")
    assert world.announced_us_tariff is not None
    rate = {code: world.announced_us_tariff[world.index(code)] for code in world.economies}
    assert (rate["JPN"], rate["CHN"], rate["MEX"], rate["KHM"]) == (0.24, 0.54, 0.17, 0.49)
    assert rate["USA"] == rate["RUS"] == 0
    assert world.tariff.sum() == 0


def test_the_two_economies_that_export_more_than_their_gdp_are_named() -> None:
    notes = " ".join(load_world("world-2023").notes)
    assert "GMB, MHL" in notes
    assert "Taiwan" in notes


def test_a_shipped_world_is_read_once_and_cannot_be_changed() -> None:
    world = load_world("world-2023")
    assert load_world("world-2023") is world
    for array in (world.trade, world.gdp, world.tariff):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_an_economy_is_found_by_code_or_name() -> None:
    world = load_world("world-2023")
    assert world.index("jpn") == world.index(" Japan ") == world.economies.index("JPN")
    with pytest.raises(InputError, match="Did you mean 'Japan'"):
        world.index("Japn")


def test_list_worlds_says_what_there_is() -> None:
    (entry,) = [entry for entry in list_worlds() if entry["name"] == "world-2023"]
    assert entry["economies"] == 194
    assert entry["sectors"] == 1
    assert entry["year"] == 2023
    assert entry["bytes"] == (DATASETS / "world-2023.npz").stat().st_size
    assert "BACI" in entry["source"]
    assert "Etalab" in entry["licence"]


@pytest.mark.parametrize("name", sorted(path.stem for path in DATASETS.glob("*.yaml")))
def test_every_dataset_has_provenance_and_the_checksum_it_states(name: str) -> None:
    entry = provenance(name)
    content = (DATASETS / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["bytes"] == len(content)
    for key in ("title", "source", "licence", "retrieved"):
        assert entry[key].strip()


def test_every_data_file_has_provenance() -> None:
    described = {provenance(path.stem)["file"] for path in DATASETS.glob("*.yaml")}
    files = {path.name for path in DATASETS.iterdir() if path.suffix != ".yaml"}
    assert files == described


def test_no_shipped_text_holds_a_path_of_the_machine_it_was_built_on() -> None:
    for path in [*DATASETS.glob("*.yaml"), *DATASETS.glob("*.json")]:
        text = path.read_text(encoding="utf-8")
        for root in ("/work", "/home/", "/tmp/", "/root", "C:\\"):
            assert root not in text, path.name


def test_a_changed_data_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("world-2023.npz", "world-2023.yaml"):
        (tmp_path / name).write_bytes((DATASETS / name).read_bytes())
    content = bytearray((DATASETS / "world-2023.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "world-2023.npz").write_bytes(content)
    monkeypatch.setattr(shipped_module, "DATASETS", tmp_path)
    with pytest.raises(InputError, match="damaged or was changed"):
        shipped_module.verified_bytes("world-2023")
    (tmp_path / "world-2023.npz").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        shipped_module.verified_bytes("world-2023")


def test_an_unknown_dataset_and_thin_provenance_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thin.yaml").write_text("name: thin\nkind: world\n", encoding="utf-8")
    monkeypatch.setattr(shipped_module, "DATASETS", tmp_path)
    with pytest.raises(InputError, match="Did you mean 'thin'"):
        provenance("thinn")
    with pytest.raises(InputError, match="lacks title"):
        provenance("thin")


def test_building_twice_gives_the_same_bytes_and_the_same_arrays(tmp_path: Path) -> None:
    arrays = {name: np.asarray(array) for name, array in small_world().items()}
    write_arrays(tmp_path / "a.npz", arrays)
    write_arrays(tmp_path / "b.npz", arrays)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    back = read_arrays((tmp_path / "a.npz").read_bytes(), "a.npz")
    assert list(back) == list(arrays)
    for name, array in arrays.items():
        assert np.array_equal(back[name], array)


def test_an_own_world_loads_from_a_file(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        title=np.array("Three lands"),
        year=np.array(2020),
        source=np.array("made up for a test"),
        **{"group:islands": np.array(["AAA", "CCC"])},
    )
    for given_path in (path, str(path)):
        world = load_world(given_path)
        assert (world.name, world.title, world.year) == ("own", "Three lands", 2020)
        assert world.economies == CODES
        assert world.sectors == ("all",)
        assert world.groups == {"islands": ("AAA", "CCC")}
        assert world.provenance["source"] == "made up for a test"


def test_an_own_world_without_names_uses_its_codes(tmp_path: Path) -> None:
    world = load_world(saved(tmp_path, names=None))
    assert world.names == CODES
    assert world.title == "own"


def test_a_world_of_many_sectors_may_have_home_sales_and_baseline_tariffs(tmp_path: Path) -> None:
    trade = np.ones((2, 3, 3))
    tariff = 0.1 * (1 - np.eye(3)) * np.ones((2, 1, 1))
    path = saved(tmp_path, trade=trade, tariff=tariff, sectors=np.array(["farms", "cars"]))
    world = load_world(path)
    assert world.sectors == ("farms", "cars")
    assert world.exports.tolist() == world.imports.tolist() == [4, 4, 4]
    assert world.tariff[1, 0, 1] == 0.1


def test_economies_without_trade_are_noted_not_hidden(tmp_path: Path) -> None:
    trade = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 4.0], [5.0, 0.0, 0.0]]) * 1e9
    notes = load_world(saved(tmp_path, trade=trade)).notes
    assert "No exports are recorded: AAA." in notes
    assert "No imports are recorded: BBB." in notes


TRADE = small_world()["trade"]


def changed(row: int, column: int, value: float) -> np.ndarray:
    trade = TRADE.copy()
    trade[row, column] = value
    return trade


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"trade": changed(0, 1, -1.0)}, "trade from AAA to BBB is -1"),
        ({"trade": changed(2, 0, np.nan)}, "trade from CCC to AAA is nan"),
        ({"trade": changed(2, 0, np.inf)}, "trade from CCC to AAA is inf"),
        ({"trade": changed(1, 1, 7.0)}, "trade of BBB with itself is 7 USD"),
        ({"trade": np.ones((3, 2))}, "not square: 3 exporters and 2 importers"),
        ({"trade": np.zeros((2, 2))}, "trade has shape"),
        ({"trade": np.zeros(3)}, "trade has shape"),
        ({"trade": np.zeros((2, 3, 3))}, "trade has shape"),
        ({"trade": np.full((3, 3), "x")}, "trade has type"),
        ({"trade": None}, "array 'trade' is missing"),
        ({"gdp": None}, "array 'gdp' is missing"),
        ({"economies": None}, "array 'economies' is missing"),
        ({"gdp": np.array([1e12, 0.0, 1e12])}, "the GDP of BBB is 0"),
        ({"gdp": np.array([1e12, -1.0, 1e12])}, "the GDP of BBB is -1"),
        ({"gdp": np.array([1e12, 1e12, np.nan])}, "the GDP of CCC is nan"),
        ({"gdp": np.array([1e12, 1e12])}, "gdp has shape"),
        ({"gdp": np.array([1e12, 1e12, 1e6]), "trade": changed(2, 0, 9e9)}, "CCC would spend"),
        ({"economies": np.array(["AAA", "BBB", "aaa"])}, "'aaa' stands in rows 1 and 3"),
        ({"economies": np.array(["AAA", "B.B", "CCC"])}, "row 2: 'B.B' is not a code"),
        ({"economies": np.array(["AAA", "*", "CCC"])}, "row 2: '.' is not a code"),
        ({"economies": np.array(["AAA", "", "CCC"])}, "row 2 of economies is empty"),
        ({"economies": np.array([1, 2, 3])}, "economies has shape"),
        (
            {
                "economies": np.array(["AAA"]),
                "names": None,
                "trade": np.zeros((1, 1)),
                "gdp": np.ones(1),
            },
            "AAA is the only economy",
        ),
        ({"names": np.array(["One", "Two", "One"])}, "'One' stands in rows 1 and 3"),
        ({"names": np.array(["One", "Two"])}, "2 names for 3 economies"),
        ({"sectors": np.array(["a", "b"])}, "trade has shape"),
        ({"tariff": np.zeros((3, 2))}, "tariff has shape"),
        ({"tariff": np.where(np.eye(3) > 0, 0, 24.0)}, "tariff from AAA to BBB is 24"),
        ({"tariff": np.where(np.eye(3) > 0, 0, -1.0)}, "tariff from AAA to BBB is -1"),
        ({"tariff": np.full((3, 3), 0.1)}, "tariff from AAA to AAA is 0.1"),
        ({"announced_us_tariff": np.array([0.1, -0.2, 0.0])}, "announced_us_tariff of BBB is -0.2"),
        ({"gpd": np.ones(3)}, "Did you mean 'gdp'"),
        ({"year": np.array("soon")}, "year is not one whole number"),
        ({"title": np.array(["a", "b"])}, "title is not one text"),
        ({"group:EU": np.array(["AAA"])}, "would hide a name"),
        ({"group:non-AAA": np.array(["AAA"])}, "would hide a name"),
        ({"group:BBB": np.array(["AAA"])}, "would hide a name"),
        ({"group:mine": np.array(["AAB"])}, "Did you mean 'AAA'"),
        ({"names": np.array([b"\xff", b"b", b"c"])}, "not UTF-8"),
    ],
)
def test_a_world_that_cannot_be_true_is_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    path = saved(tmp_path, **changes)
    with pytest.raises(InputError, match=message.replace("*", r"\*")) as caught:
        load_world(path)
    assert "own.npz" in str(caught.value)


def test_pickled_objects_are_never_unpickled(tmp_path: Path) -> None:
    path = saved(tmp_path, economies=np.array(["AAA", None, 3], dtype=object))
    with pytest.raises(InputError, match="not a readable world"):
        load_world(path)


def test_files_that_are_not_worlds_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.npz"
    text.write_text("exporter,importer,value\n", encoding="utf-8")
    single = tmp_path / "single.npz"
    with single.open("wb") as stream:
        np.save(stream, np.ones(3))
    empty = tmp_path / "empty.npz"
    empty.write_bytes(b"")
    for path in (text, single, empty, tmp_path / "missing.npz", tmp_path):
        with pytest.raises(InputError, match=path.name):
            load_world(path)


def test_an_unknown_world_gets_the_nearest_match() -> None:
    with pytest.raises(InputError, match="Did you mean 'world-2023'"):
        load_world("world-2032")
    with pytest.raises(InputError, match="no world"):
        load_world("us-tariff-schedules")


def _content() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **small_world())
    return buffer.getvalue()


DAMAGED = _content()


@given(cut=st.integers(min_value=0, max_value=2000), flip=st.integers(min_value=0, max_value=2000))
def test_a_damaged_file_never_ends_in_a_traceback(cut: int, flip: int) -> None:
    content = bytearray(DAMAGED)
    content[flip % len(content)] ^= 0xFF
    damaged = bytes(content[: max(1, len(content) - cut)])
    refused = ""
    try:
        arrays = read_arrays(damaged, "own.npz")
    except InputError as error:
        refused = str(error)
    assert "own.npz" in refused or {"economies", "trade", "gdp"} <= set(arrays)
