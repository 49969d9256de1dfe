"""Newer figures from downloaded files: read in their layout or refused, never misread."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tic_layout import history

from triffin.world.base.errors import InputError
from triffin.world.data import download_layouts as layouts
from triffin.world.data import shipped, update
from triffin.world.data.holdings import TOTAL, tic_holdings
from triffin.world.data.series import load_series
from triffin.world.data.update import fetch, update_from_bytes, update_from_file, user_folder

TODAY = date(2026, 9, 1)


def test_the_treasury_layout_gives_the_shipped_figures_back() -> None:
    tic = tic_holdings()
    text = history(tic, [2025, 2024, 2011, 2002], second="2011-06")
    table = layouts.read_tic_history(text, "mfhhis01.txt")
    assert table["Japan", "2025-03"] == 1130.8
    assert table["United Kingdom", "2025-03"] == 779.3
    assert table["Korea, South", "2025-03"] == 125.8
    assert table["China, Mainland", "2011-06"] == 1307.0
    assert ("Luxembourg", "2002-05") not in table
    for (holder, month), value in table.items():
        assert value == tic.of(holder, month)


def test_a_new_release_extends_the_holdings_of_the_user_alone(tmp_path: Path) -> None:
    text = history(tic_holdings(), [2025]).replace("1130.8", "1131.8").replace("651\t", "650\t")
    path = tmp_path / "mfhhis01.txt"
    path.write_bytes(text.encode())
    out = tmp_path / "own"
    before = {p.name: p.read_bytes() for p in shipped.DATASETS.glob("tic-holdings.*")}
    (done,) = update_from_file(path, folder=out, today=TODAY)
    assert done.layout == "tic-history"
    assert (done.rows_added, done.rows_changed) == (0, 2)
    assert done.source_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert tic_holdings(folder=out).of("JPN", "2025-03") == 1131.8
    assert tic_holdings(folder=out).of("JPN", "2026-02") == 1239.3
    assert tic_holdings().of("JPN", "2025-03") == 1130.8
    assert {p.name: p.read_bytes() for p in shipped.DATASETS.glob("tic-holdings.*")} == before
    assert sorted(p.name for p in out.iterdir()) == ["tic-holdings.npz", "tic-holdings.yaml"]
    record = (out / "tic-holdings.yaml").read_text(encoding="utf-8")
    assert "2026-09-01" in record
    assert done.source_sha256 in record


TABLE_5 = "\r\n".join(
    [
        "Table 5: Major Foreign Holders of Treasury Securities\t\t\t",
        "Billions of dollars\t\t\t",
        "Country\t2026-03\t2026-02",
        "Japan\t1200.0\t1239.3",
        "United Kingdom\t900\t897.3",
        "All Other\t7400.0\t7350.5",
        "Grand Total\t9500.0\t9487.1",
        "Of Which: Foreign Official\t4000.0\t4035.7",
        "Of Which: Foreign Official Treasury Bills\t470.0\t475.5",
        "Of Which: Foreign Official T-Bonds & Notes\t3530.0\t3560.2",
        "",
    ]
)


def test_the_monthly_table_adds_a_month(tmp_path: Path) -> None:
    (done,) = update_from_bytes(TABLE_5.encode(), "slt_table5.txt", folder=tmp_path, today=TODAY)
    assert (done.layout, done.rows_added, done.last) == ("tic-table-5", 1, "2026-03")
    tic = tic_holdings(folder=tmp_path)
    assert tic.of("JPN") == 1200.0
    assert tic.complete("2026-03")
    assert tic.change(TOTAL, "2026-03") == pytest.approx(12.9)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("(in billions of dollars)", "(in millions of dollars)", "IN BILLIONS"),
        ("HOLDINGS 1/ AT END", "TRANSACTIONS IN", "HOLDINGS"),
        ("Dec\tNov\tOct", "Dec\tOct\tNov", "2025-10 stands after 2025-12"),
        ("\tDec\tNov", "\tQ4\tNov", "headed 'Q4'"),
        ("Country\t2025\t2025", "Country\t2025\tn.a.", "headed 'Nov' and 'n.a.'"),
        ("\t------\t------", "\tNote\t------", "dashes in every column"),
        ("Japan\t1185.5\t", "Japan\t1185.5\t12.0\t", "not as many figures"),
        ("Japan\t1185.5\t", "Japan\t", "not as many figures"),
        ("Japan\t1185.5", "Japan\t1,185.5", "'1,185.5'"),
        ("Japan\t1185.5", "Japan\t-5", "zero or more"),
        ("Japan\t1185.5", "Japan\t1285.5", "add up to 9371.3 bn, the total is 9271.0 bn"),
        ("France", "Japan", "Japan stands twice"),
        ("Grand Total", "All Countries", "no 'Grand Total' in this block"),
        ("For. Official", "Official", "'Official'"),
        ("Treasury Bills", "T-Bonds & Notes", "'T-Bonds & Notes'"),
        ("Department of the Treasury", "Ministry", "cut off"),
        ("Country\t", "Holder\t", "no block of months"),
    ],
)
def test_a_changed_tic_layout_is_refused_with_the_line(old: str, new: str, message: str) -> None:
    text = history(tic_holdings(), [2025])
    assert old in text
    with pytest.raises(InputError) as caught:
        layouts.read_tic_history(text.replace(old, new, 1), "mfhhis01.txt")
    assert message in str(caught.value)
    assert "mfhhis01.txt" in str(caught.value)


def test_a_file_that_ends_early_is_refused() -> None:
    lines = history(tic_holdings(), [2025]).splitlines(keepends=True)
    for kept in (6, 20, len(lines) - 8):
        with pytest.raises(InputError):
            layouts.read_tic_history("".join(lines[:kept]), "mfhhis01.txt")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2026-03\t2026-02", "Mar 2026\tFeb 2026", "months such as 2026-06"),
        ("2026-03\t2026-02", "2026-02\t2026-03", "months do not fall"),
        ("Country", "Holder", "no row of months"),
        ("Of Which: Foreign Official\t", "Official\t", "rows are missing"),
        ("Japan\t1200.0", "Japan\t1300.0", "add up to"),
    ],
)
def test_a_changed_monthly_table_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        layouts.read_tic_table_5(TABLE_5.replace(old, new, 1), "slt_table5.txt")


FRED = "observation_date,DGS10\n2026-07-20,4.60\n2026-07-21,4.63\n2026-07-22,4.67\n"
FRED += "2026-07-23,4.65\n2026-07-24,\n2026-07-27,.\n2026-07-28,4.61\n"


def test_new_yields_join_the_old_and_holidays_stay_gaps(tmp_path: Path) -> None:
    (done,) = update_from_bytes(FRED.encode(), "DGS10.csv", folder=tmp_path, today=TODAY)
    assert (done.rows_added, done.rows_changed, done.last) == (2, 0, "2026-07-28")
    ten = load_series("yield-10y", folder=tmp_path)
    assert ten.on("2026-07-28") == 4.61
    assert ten.on("2025-04-02") == 4.20
    with pytest.raises(InputError, match="2026-07-23 and 2026-07-28"):
        ten.on("2026-07-27")
    # the other series of the dataset are untouched, and a second file joins the first
    two = FRED.replace("DGS10", "DGS2").replace("4.6", "4.2")
    update_from_bytes(two.encode(), "DGS2.csv", folder=tmp_path, today=TODAY)
    assert load_series("yield-10y", folder=tmp_path).on("2026-07-28") == 4.61
    assert load_series("yield-2y", folder=tmp_path).on("2026-07-28") == 4.21
    assert load_series("yield-10y").last_before("2027-01-01")[0] == "2026-07-22"


def test_a_download_of_a_few_days_may_have_more_holidays_than_trading_days(tmp_path: Path) -> None:
    text = "observation_date,DGS10\n2026-07-17,4.55\n2026-07-20,4.60\n2026-07-21,4.63\n"
    text += "2026-07-22,4.67\n2026-07-27,4.60\n"
    (done,) = update_from_bytes(text.encode(), "DGS10.csv", folder=tmp_path, today=TODAY)
    assert (done.rows_added, done.last) == (1, "2026-07-27")


def test_several_columns_update_several_datasets(tmp_path: Path) -> None:
    usdjpy = load_series("usdjpy")
    days = {"2026-07-20": 4.60, "2026-07-21": 4.63, "2026-07-22": 4.67}
    rows = [f"{day},{percent},{usdjpy.on(day)}" for day, percent in days.items()]
    text = "\n".join(["DATE,DGS10,DEXJPUS", *rows, ""])
    done = update_from_bytes(text.encode(), "both.csv", folder=tmp_path, today=TODAY)
    assert {one.dataset for one in done} == {"yields", "usdjpy"}


def test_millions_become_billions(tmp_path: Path) -> None:
    text = "observation_date,WALCL\n2025-12-17,6556861\n2025-12-24,6581231\n2025-12-31,6590000\n"
    update_from_bytes(text.encode(), "WALCL.csv", folder=tmp_path, today=TODAY)
    assert load_series("fed-assets", folder=tmp_path).on("2025-12-31") == 6590.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date,value\n2025-12-30,4.14\n", "begins with 'date,value'"),
        ("<html><body>404</body></html>", "no layout that Triffin knows"),
        ("", "no layout that Triffin knows"),
        ("observation_date,DGS10\n", "no rows"),
        ("observation_date,DGS10\n2026-07-22," + "4" * 200_000, "line 2: the file is not a table"),
        ("observation_date\n2026-07-22\n", "header is 'observation_date'"),
        ("observation_date,DGS1O\n2026-07-22,4.67\n", "Did you mean 'DGS1'"),
        ("observation_date,DGS10\n30.12.2025,4.14\n", "line 2: '30.12.2025' is not a date"),
        ("observation_date,DGS10\n2025-02-30,4.14\n", "'2025-02-30' is not a date"),
        ("observation_date,DGS10\n2026-07-22,4.14,1\n", "line 2: 3 cells"),
        ('observation_date,DGS10\n2026-07-22,"4,14"\n', "'4,14' is not a number"),
        ("observation_date,DGS10\n2026-07-22,nan\n", "'nan' is not a number"),
        ("observation_date,DGS10\n2026-07-22,4.14\n2026-07-21,4.12\n", "stands after 2026-07-22"),
        ("observation_date,DGS10\n2026-09-02,4.14\n2026-09-03,4.1\n", "no date in common"),
        ("observation_date,DGS10\n2026-07-21,0.0412\n2026-07-22,0.0414\n", "2 of 2 figures differ"),
        ("observation_date,DGS10\n2026-07-21,4.633\n2026-07-22,4.67\n", "more than 2 decimals"),
        (
            "observation_date,DGS10\n2026-07-21,4.63\n2026-07-22,4.67\n2026-07-23,418\n",
            "yield-10y would be 418 on 2026-07-23; so far it was between",
        ),
        (
            "observation_date,DGS10\n2026-05-01,4.40\n2026-06-01,4.5\n2026-07-01,4.4\n",
            "daily figures, as FRED gives them",
        ),
    ],
)
def test_a_changed_fred_layout_is_refused_and_nothing_is_written(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        update_from_bytes(text.encode(), "own.csv", folder=tmp_path / "own", today=TODAY)
    assert message in str(caught.value)
    assert "own.csv" in str(caught.value) or "decimals" in message
    assert not (tmp_path / "own").exists()


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        update_from_file(tmp_path / "none.csv", folder=tmp_path)
    with pytest.raises(InputError, match="not UTF-8"):
        update_from_bytes(b"\xff\xfe\x00", "x.csv", folder=tmp_path)


def test_the_package_is_never_written_to() -> None:
    for folder in (shipped.DATASETS, shipped.DATASETS.parent, shipped.DATASETS / "own"):
        with pytest.raises(InputError, match="never go into the package"):
            update_from_bytes(FRED.encode(), "DGS10.csv", folder=folder)


def test_the_default_folder_is_the_data_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert user_folder() == tmp_path / "triffin" / "data"
    (done,) = update_from_bytes(FRED.encode(), "DGS10.csv", today=TODAY)
    assert done.folder == user_folder()
    assert load_series("yield-10y", folder=user_folder()).on("2026-01-05") == 4.17
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert user_folder().parts[-4:] == (".local", "share", "triffin", "data")


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        update_from_bytes(FRED.encode(), "DGS10.csv", folder=tmp_path / name, today=TODAY)[0]
        for name in ("a", "b")
    )
    assert first.sha256 == second.sha256


def test_fetching_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"the extra `stats`.*fredgraph.csv\?id=DEXJPUS"):
        fetch("usdjpy")
    monkeypatch.setattr(update, "find_spec", lambda name: object())
    monkeypatch.setattr(update, "SOURCES", {"usdjpy": ("https://no.such.host.invalid/x?id=A",)})
    with pytest.raises(InputError, match="cannot be fetched"):
        fetch("usdjpy")
    with pytest.raises(InputError, match="nothing to fetch for 'auctions'"):
        fetch("auctions")


def test_fetching_reads_what_it_downloads(tmp_path: Path) -> None:
    asked = []

    def download(address: str) -> bytes:
        asked.append(address)
        identifier = address.rpartition("=")[2]
        years = identifier.removeprefix("DGS")
        name = "yield-3m" if years == "3MO" else f"yield-{years}y"
        values = load_series(name).between("2026-07-20", "2026-07-22")
        rows = [f"{d},{v}" for d, v in zip(values.dates, values.values, strict=True)]
        text = "\n".join([f"observation_date,{identifier}", *rows, "2026-07-23,4.00", ""])
        return text.encode()

    done = fetch("yields", folder=tmp_path, today=TODAY, download=download)
    maturities = ["3MO", "1", "2", "5", "10", "30"]
    assert [address.rpartition("=")[2] for address in asked] == [f"DGS{m}" for m in maturities]
    assert [one.rows_added for one in done] == [1] * 6
    assert load_series("yield-30y", folder=tmp_path).on("2026-07-23") == 4.0
    assert np.isfinite(load_series("yield-2y", folder=tmp_path).on("2026-07-23"))


def test_a_rate_quoted_in_dollars_is_turned_over(tmp_path: Path) -> None:
    text = "observation_date,DEXUSEU\n2025-12-30,1.1742\n2025-12-31,1.1741\n2026-01-02,1.1700\n"
    known = load_series("fx-EUR")
    for day, printed in (("2025-12-30", "1.1742"), ("2025-12-31", "1.1741")):
        text = text.replace(f"{day},{printed}", f"{day},{1 / known.on(day):.4f}")
    (done,) = update_from_bytes(text.encode(), "DEXUSEU.csv", folder=tmp_path, today=TODAY)
    assert (done.dataset, done.rows_added, done.rows_changed) == ("currencies", 1, 0)
    assert load_series("fx-EUR", folder=tmp_path).on("2026-01-02") == round(1 / 1.17, 6)


@pytest.mark.parametrize(
    ("figure", "words"),
    [("0", "would be 0 JPY"), ("-5", "would be -5 JPY"), ("16", "from 160.1 .* to 16")],
)
def test_figures_that_cannot_be_are_refused(tmp_path: Path, figure: str, words: str) -> None:
    known = load_series("usdjpy").observed()
    lines = [
        f"{day},{value:g}" for day, value in zip(known.dates[-4:], known.values[-4:], strict=True)
    ]
    after = [known.dates[-1] + step for step in (1, 2)]
    text = "\n".join(
        ["observation_date,DEXJPUS", *lines, f"{after[0]},160.1", f"{after[1]},{figure}"]
    )
    with pytest.raises(InputError, match=words):
        update_from_bytes((text + "\n").encode(), "jp0.csv", folder=tmp_path, today=TODAY)
