"""Yields, exchange rates and balance sheets: the figures of April 2025 and the gaps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from triffin.world.base.errors import InputError
from triffin.world.data.series import (
    DATASET_OF,
    SeriesEntry,
    load_series,
    pack,
    read_dataset,
    series_names,
    unpack,
)
from triffin.world.data.shipped import DATASETS, provenance


# Rows of yield_10y_daily.csv and yield_30y_daily.csv (Federal Reserve H.15, DGS10 and DGS30).
@pytest.mark.parametrize(
    ("name", "day", "percent"),
    [
        ("yield-10y", "2025-04-02", 4.20),
        ("yield-30y", "2025-04-02", 4.54),
        ("yield-10y", "2025-04-04", 4.01),
        ("yield-10y", "2025-04-09", 4.34),
        ("yield-10y", "2025-04-11", 4.48),
        ("yield-10y", "2020-03-09", 0.54),
        ("yield-10y", "2020-03-18", 1.18),
    ],
)
def test_yields_are_those_of_the_federal_reserve(name: str, day: str, percent: float) -> None:
    assert load_series(name).on(day) == percent


def test_the_ten_year_yield_rose_33_basis_points_before_the_pause() -> None:
    ten = load_series("yield-10y")
    assert ten.on("2025-04-09") - ten.on("2025-04-04") == pytest.approx(0.33)
    assert ten.on("2025-04-11") - ten.on("2025-04-04") == pytest.approx(0.47)


# Rows of usdjpy_daily.csv (H.10, DEXJPUS) and usdjpy_monthly.csv (G.5, EXJPUS).
def test_the_yen_on_and_after_2_april_2025() -> None:
    usdjpy = load_series("usdjpy")
    assert usdjpy.on("2025-04-02") == 149.98
    assert usdjpy.on("2025-04-21") == 140.81
    assert usdjpy.last_before("2025-04-02") == ("2025-04-01", 149.4)


def test_the_plaza_accord_in_monthly_means() -> None:
    monthly = load_series("usdjpy-monthly")
    before, after = monthly.on("1985-09-01"), monthly.on("1987-12-01")
    assert before == 236.5275
    assert 100 * (after / before - 1) == pytest.approx(-45.8, abs=0.05)
    assert monthly.between("1985-01-01", "1990-12-31").values.min() == 123.202


@pytest.mark.parametrize(
    ("year", "days", "inside", "percent"),
    [("2023", 249, 228, 92), ("2024", 251, 96, 38), ("2025", 250, 150, 60), ("2026", 146, 0, 0)],
)
def test_days_within_130_and_150(year: str, days: int, inside: int, percent: int) -> None:
    series = load_series("usdjpy").between(f"{year}-01-01", f"{year}-12-31").observed()
    share = series.share_within(130, 150)
    assert len(series.dates) == days
    assert round(share * days) == inside
    assert round(100 * share) == percent


def test_the_volatility_of_the_yen_is_9_percent_a_year() -> None:
    rate = load_series("usdjpy").between("2015-01-01", "2026-12-31").observed().values
    changes = np.diff(np.log(rate))
    assert 100 * np.sqrt(np.mean(changes**2) * 252) == pytest.approx(9.3, abs=0.1)


def test_the_broad_dollar_fell_while_yields_rose() -> None:
    broad = load_series("broad-dollar")
    assert round(broad.on("2025-04-02"), 2) == 126.63
    assert round(broad.on("2025-04-11"), 2) == 124.32


def test_foreign_holdings_nearly_doubled_in_the_year_the_gold_window_closed() -> None:
    debt = load_series("foreign-held-debt")
    assert (debt.on("1971-01-01"), debt.on("1971-10-01")) == (24.6, 46.0)


def test_the_balance_sheet_is_in_billions_and_grew_by_a_trillion_in_march_2020() -> None:
    assets = load_series("fed-assets")
    assert assets.unit == "USD bn"
    assert assets.on("2025-12-24") == 6581.231
    assert assets.on("2020-04-01") - assets.on("2020-02-26") > 1000


def test_holidays_stay_gaps() -> None:
    broad = load_series("broad-dollar")
    assert np.isnan(broad.values).sum() == 205
    with pytest.raises(InputError, match="2025-12-24 and 2025-12-26"):
        broad.on("2025-12-25")
    assert broad.last_before("2025-12-26") == ("2025-12-24", 119.8262)
    with pytest.raises(InputError, match="no value on 2025-07-04"):
        load_series("yield-10y").on("2025-07-04")


def test_there_was_no_30_year_yield_from_2002_to_2006() -> None:
    thirty = load_series("yield-30y")
    within = thirty.between("2002-02-18", "2006-02-08")
    assert len(within.dates) == 994
    assert not np.isfinite(within.values).any()
    assert thirty.last_before("2006-02-09") == ("2002-02-15", 5.37)
    assert thirty.on("2006-02-09") == 4.51


@pytest.mark.parametrize("name", series_names())
def test_a_series_has_rising_dates_a_unit_and_a_source(name: str) -> None:
    series = load_series(name)
    assert np.all(np.diff(series.dates).astype(int) > 0)
    assert series.dates.shape == series.values.shape
    assert series.unit
    assert series.source
    assert np.nanmin(series.values) > (-3 if "term-premium" in name else 0 - ("3m" in name))


def test_currencies_are_per_dollar_and_go_by_their_code() -> None:
    assert load_series("fx-JPY").name == "usdjpy"
    assert load_series("fx-GBP").on("1985-02-26") == pytest.approx(1 / 1.0520, rel=1e-6)
    assert load_series("usdjpy").on("1971-01-04") == 357.73
    assert load_series("yield-10y").on("1962-01-02") == 4.06


def test_every_series_stands_in_the_dataset_that_is_read_for_it() -> None:
    described = {
        part["name"]: dataset
        for dataset in set(DATASET_OF.values())
        for part in provenance(dataset)["series"]
    }
    assert described == DATASET_OF


def test_the_finance_datasets_are_small() -> None:
    finance = ("series", "holdings", "facts", "studies", "estimates", "auctions")
    kinds = (*finance, "interventions", "shares")
    entries = [provenance(path.stem) for path in DATASETS.glob("*.yaml")]
    assert sum(e["bytes"] for e in entries if e["kind"] in kinds) < 2.3e6


def test_an_unknown_series_or_date_is_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'usdjpy'"):
        load_series("usdjpi")
    for date in ("yesterday", "2025-13-01", "NaT"):
        with pytest.raises(InputError, match="is not a date"):
            load_series("usdjpy").on(date)
    with pytest.raises(InputError, match="no value before 1970-01-01"):
        load_series("usdjpy").last_before("1970-01-01")
    with pytest.raises(InputError, match="no observation in this period"):
        load_series("usdjpy").between("1960-01-01", "1960-12-31").share_within(130, 150)


ENTRY = SeriesEntry("x", "X", "percent", "daily", 2, "X")


def test_packing_keeps_every_figure_exactly() -> None:
    dates = np.array(["2025-01-01", "2025-01-03"], dtype="datetime64[D]")
    arrays = pack(ENTRY, dates, np.array([4.2, np.nan]))
    provenance_ = {"file": "x.npz", "source": "s", "licence": "l", "notes": []}
    described = {"name": "x", "title": "X", "unit": "u", "frequency": "daily", "decimals": 2}
    series = unpack(described, arrays, provenance_)
    assert series.values[0] == 4.2
    assert np.isnan(series.values[1])
    with pytest.raises(InputError, match="more than 2 decimals"):
        pack(ENTRY, dates, np.array([4.205, 1]))
    with pytest.raises(InputError, match="do not increase"):
        pack(ENTRY, dates[::-1], np.array([1.0, 2.0]))
    with pytest.raises(InputError, match="too large"):
        pack(ENTRY, dates, np.array([1e14, 2.0]))
    with pytest.raises(InputError, match="arrays of 'x' are missing"):
        unpack(described, {}, provenance_)


def test_a_copy_that_was_changed_is_refused(tmp_path: Path) -> None:
    for ending in ("npz", "yaml"):
        name = f"broad-dollar.{ending}"
        (tmp_path / name).write_bytes((DATASETS / name).read_bytes())
    assert load_series("broad-dollar", folder=tmp_path).on("2025-04-02") == 126.6284
    (tmp_path / "broad-dollar.npz").write_bytes(b"not an archive")
    with pytest.raises(InputError, match="SHA-256 differs"):
        read_dataset("broad-dollar", tmp_path)
    (tmp_path / "broad-dollar.npz").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        read_dataset("broad-dollar", tmp_path)


def test_loading_finance_data_imports_nothing_heavy() -> None:
    code = (
        "import sys; from triffin.world.data.series import load_series; "
        "from triffin.world.data.holdings import tic_holdings; "
        "from triffin.world.data.facts import price_impact, facts; "
        "from triffin.world.data.market_events import auctions; import triffin.world.data.update; "
        "load_series('usdjpy'); tic_holdings('2025-03'); price_impact(); facts('fx'); auctions(); "
        "heavy = {'pandas', 'xarray', 'scipy', 'altair', 'pyarrow', 'pydantic'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
