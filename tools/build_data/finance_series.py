"""Build the dated series of finance: yields, usdjpy, broad-dollar, fed-assets, foreign-debt.

    python -m tools.build_data.finance_series --source FOLDER

FOLDER holds `treasuries/` and `fx/` with the tables as the Federal Reserve publishes them through
FRED (see the README of the source tables).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tools.build_data.finance_common import PUBLIC_DOMAIN, read_rows, write_series

from triffin.world.data.series import SeriesEntry
from triffin.world.data.shipped import DATASETS

RETRIEVED = "compiled up to August 2026 from public copies of the releases"

# The Treasury stopped the 30-year constant maturity on 18 February 2002 and resumed it on
# 9 February 2006. The source table has figures in between that are no 30-year yield.
NO_30_YEAR = (np.datetime64("2002-02-18"), np.datetime64("2006-02-08"))


def read_series(path: Path, date: str, value: str) -> tuple[np.ndarray, np.ndarray]:
    """(dates, values) of one table; an empty cell is a missing value (NaN)."""
    rows = read_rows(path)
    dates = np.array([f"{row[date]}-01"[:10] for row in rows], dtype="datetime64[D]")
    values = np.array([float(row[value]) if row[value] else np.nan for row in rows])
    return dates, values


def build_yields(source: Path, target: Path = DATASETS) -> Path:
    """yields.npz: 2, 10 and 30 years, daily."""
    series = []
    for years in (2, 10, 30):
        dates, values = read_series(
            source / "treasuries" / f"yield_{years}y_daily.csv", "date", f"DGS{years}"
        )
        if years == 30:
            values[(dates >= NO_30_YEAR[0]) & (dates <= NO_30_YEAR[1])] = np.nan
        entry = SeriesEntry(
            name=f"yield-{years}y",
            title=f"US Treasury yield at constant maturity, {years} years",
            unit="percent per year",
            frequency="daily",
            decimals=2,
            identifier=f"DGS{years}",
        )
        series.append((entry, dates, values))
    data_file = target / "yields.npz"
    write_series(
        data_file,
        series,
        {
            "title": "US Treasury yields at constant maturity, 2, 10 and 30 years, daily",
            "source": "Board of Governors of the Federal Reserve System, H.15, through FRED "
            "(DGS2, DGS10, DGS30)",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": [
                "Days without a quotation (holidays) are absent; nothing is filled.",
                "The 30-year yield is missing from 18 February 2002 to 8 February 2006: the "
                "Treasury did not publish it. The source table has figures there that jump at "
                "both ends and are left out.",
            ],
        },
    )
    return data_file


def build_usdjpy(source: Path, target: Path = DATASETS) -> Path:
    """usdjpy.npz: daily from 2000, monthly means from 1971."""
    daily = read_series(source / "fx" / "usdjpy_daily.csv", "date", "usdjpy")
    monthly = read_series(source / "fx" / "usdjpy_monthly.csv", "month", "usdjpy")
    data_file = target / "usdjpy.npz"
    write_series(
        data_file,
        [
            (
                SeriesEntry(
                    name="usdjpy",
                    title="Yen per US dollar, noon in New York",
                    unit="JPY per USD",
                    frequency="daily",
                    decimals=2,
                    identifier="DEXJPUS",
                ),
                *daily,
            ),
            (
                SeriesEntry(
                    name="usdjpy-monthly",
                    title="Yen per US dollar, monthly mean",
                    unit="JPY per USD",
                    frequency="monthly",
                    decimals=4,
                    identifier="EXJPUS",
                ),
                *monthly,
            ),
        ],
        {
            "title": "Yen per US dollar, daily and monthly",
            "source": "Board of Governors of the Federal Reserve System, H.10 and G.5, through "
            "FRED (DEXJPUS, EXJPUS)",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": [
                "Up: the dollar is stronger. Noon in New York, not a close; the yields of the same "
                "day are quoted in the afternoon.",
                "Holidays are absent; nothing is filled.",
                "The monthly means of the last months are means of the daily series.",
            ],
        },
    )
    return data_file


def build_broad_dollar(source: Path, target: Path = DATASETS) -> Path:
    """broad-dollar.npz: nominal broad index, daily."""
    data_file = target / "broad-dollar.npz"
    entry = SeriesEntry(
        name="broad-dollar",
        title="Nominal broad US dollar index",
        unit="index, January 2006 = 100",
        frequency="daily",
        decimals=4,
        identifier="DTWEXBGS",
    )
    write_series(
        data_file,
        [(entry, *read_series(source / "fx" / "broad_dollar_daily.csv", "date", "value"))],
        {
            "title": "Nominal broad US dollar index, goods and services, daily",
            "source": "Board of Governors of the Federal Reserve System, H.10, through FRED "
            "(DTWEXBGS)",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": ["Up: the dollar is stronger. Holidays are listed and have no value."],
        },
    )
    return data_file


def build_fed_assets(source: Path, target: Path = DATASETS) -> Path:
    """fed-assets.npz: total assets, Wednesdays, converted from million to billion USD."""
    dates, million = read_series(source / "treasuries" / "fed_assets_weekly.csv", "date", "value")
    data_file = target / "fed-assets.npz"
    entry = SeriesEntry(
        name="fed-assets",
        title="Federal Reserve, total assets",
        unit="USD bn",
        frequency="weekly",
        decimals=3,
        identifier="WALCL",
    )
    write_series(
        data_file,
        [(entry, dates, million / 1000)],
        {
            "title": "Total assets of the Federal Reserve, weekly",
            "source": "Board of Governors of the Federal Reserve System, H.4.1, through FRED "
            "(WALCL)",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": [
                "All assets, not Treasuries alone; Treasuries held outright stand in "
                "facts-holdings-and-debt (fed_treasury_holdings_*).",
                "The source prints million USD.",
            ],
        },
    )
    return data_file


def build_foreign_debt(source: Path, target: Path = DATASETS) -> Path:
    """foreign-debt.npz: federal debt held by foreign and international investors, quarterly."""
    data_file = target / "foreign-debt.npz"
    entry = SeriesEntry(
        name="foreign-held-debt",
        title="US federal debt held by foreign and international investors",
        unit="USD bn",
        frequency="quarterly",
        decimals=1,
        identifier="FDHBFIN",
    )
    path = source / "treasuries" / "foreign_held_debt_quarterly.csv"
    write_series(
        data_file,
        [(entry, *read_series(path, "date", "FDHBFIN_usd_bn"))],
        {
            "title": "US federal debt held by foreign and international investors, quarterly",
            "source": "US Treasury, Treasury Bulletin, through FRED (FDHBFIN)",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": ["End of quarter; the date is the first day of the quarter."],
        },
    )
    return data_file


def build(source: Path, target: Path = DATASETS) -> list[Path]:
    """All five datasets."""
    makers = (build_yields, build_usdjpy, build_broad_dollar, build_fed_assets, build_foreign_debt)
    return [make(source, target) for make in makers]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the tables")
    build(parser.parse_args().source)
