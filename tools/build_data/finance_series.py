"""Build the dated series of finance: yields, term premia, currencies, balance sheets, debt.

    python -m tools.build_data.finance_series --source FOLDER

FOLDER holds `treasuries/`, `debt/`, `currencies/` and `fx/` with the tables as the Federal Reserve
publishes them through FRED (see the README of the source tables).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from tools.build_data.finance_common import PUBLIC_DOMAIN, read_rows, write_series

from triffin.world.data.markets.currencies import H10, PER_DOLLAR_INVERTED
from triffin.world.data.series import SeriesEntry
from triffin.world.data.shipped import DATASETS

RETRIEVED = "compiled up to August 2026 from public copies of the releases"

MATURITIES = {
    "3m": "DGS3MO",
    "1y": "DGS1",
    "2y": "DGS2",
    "5y": "DGS5",
    "10y": "DGS10",
    "30y": "DGS30",
}
RESERVES = {"CHN": "CNY", "EA": "EUR", "GBR": "GBP", "JPN": "JPY"}
# The Treasury stopped the 30-year constant maturity on 18 February 2002 and resumed it on
# 9 February 2006. The source table has figures in between that are no 30-year yield.
NO_30_YEAR = (np.datetime64("2002-02-18"), np.datetime64("2006-02-08"))


def read_series(path: Path, date: str, value: str) -> tuple[np.ndarray, np.ndarray]:
    """(dates, values) of one table; an empty cell is a missing value (NaN)."""
    rows = read_rows(path)
    dates = np.array([f"{row[date]}-01"[:10] for row in rows], dtype="datetime64[D]")
    values = np.array([float(row[value]) if row[value] else np.nan for row in rows])
    return dates, values


def read_frame(path: Path, column: str, decimals: int) -> tuple[np.ndarray, np.ndarray]:
    """(dates, values) of one column of a parquet table of single precision, rounded to the digits
    that the release prints; dates without a value are absent."""
    found = pd.read_parquet(path, columns=[column])[column].dropna()
    dates = found.index.to_numpy().astype("datetime64[D]")
    return dates, np.round(found.to_numpy().astype(np.float64), decimals)


def build_yields(source: Path, target: Path = DATASETS) -> Path:
    """yields.npz: constant maturities from 3 months to 30 years, daily."""
    series = []
    for label, identifier in MATURITIES.items():
        dates, values = read_frame(
            source / "debt" / "ust_cmt_daily_1962_2026.parquet", identifier, 2
        )
        if label == "30y":
            values[(dates >= NO_30_YEAR[0]) & (dates <= NO_30_YEAR[1])] = np.nan
        entry = SeriesEntry(
            name=f"yield-{label}",
            title=f"US Treasury yield at constant maturity, {label[:-1]} "
            f"{'months' if label.endswith('m') else 'years' if label != '1y' else 'year'}",
            unit="percent per year",
            frequency="daily",
            decimals=2,
            identifier=identifier,
        )
        series.append((entry, dates, values))
    data_file = target / "yields.npz"
    write_series(
        data_file,
        series,
        {
            "title": "US Treasury yields at constant maturity, 3 months to 30 years, daily",
            "source": "Board of Governors of the Federal Reserve System, H.15, through FRED "
            f"({', '.join(MATURITIES.values())})",
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


def build_term_premia(source: Path, target: Path = DATASETS) -> Path:
    """term-premia.npz: ACM at 2, 5 and 10 years, monthly; Kim and Wright at 10 years, daily."""
    acm = pd.read_csv(source / "debt" / "acm_term_premium_monthly_1961_2026.csv.gz")
    months = acm["DATE"].to_numpy().astype("datetime64[M]").astype("datetime64[D]")
    series = [
        (
            SeriesEntry(
                name=f"term-premium-{years}y",
                title=f"Term premium of the {years}-year yield, Adrian, Crump and Moench",
                unit="percent per year",
                frequency="monthly",
                decimals=5,
                identifier=f"ACMTP{years:02d}",
            ),
            months,
            acm[f"ACMTP{years:02d}"].to_numpy(dtype=np.float64),
        )
        for years in (2, 5, 10)
    ]
    daily = pd.read_csv(source / "debt" / "kim_wright_tp10_daily_2020_2026.csv.gz")
    entry = SeriesEntry(
        name="term-premium-10y-kim-wright",
        title="Term premium of the 10-year yield, Kim and Wright",
        unit="percent per year",
        frequency="daily",
        decimals=4,
        identifier="THREEFYTP10",
    )
    dates = daily["observation_date"].to_numpy().astype("datetime64[D]")
    series.append((entry, dates, daily["value"].to_numpy(dtype=np.float64)))
    data_file = target / "term-premia.npz"
    write_series(
        data_file,
        series,
        {
            "title": "Term premia of US Treasury yields: two estimates",
            "source": "Adrian, Crump and Moench (2013), Federal Reserve Bank of New York; Kim and "
            "Wright (2005), Board of Governors, through FRED (THREEFYTP10)",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": [
                "Estimates of models, revised back to the beginning with every release.",
                "End of month for Adrian, Crump and Moench; the date is the first of the month.",
            ],
        },
    )
    return data_file


def build_currencies(source: Path, target: Path = DATASETS) -> Path:
    """currencies.npz: the currencies of the H.10 besides the yen, foreign currency per dollar."""
    path = source / "currencies" / "fx_daily_h10_1971_2025.parquet"
    series = []
    for code, (name, identifier) in H10.items():
        if code != "JPY":
            # The release prints dollars per unit of these four, to four decimals.
            decimals = 6 if code in PER_DOLLAR_INVERTED else 2 if code == "KRW" else 4
            entry = SeriesEntry(
                name=f"fx-{code}",
                title=f"{name} per US dollar, noon in New York",
                unit=f"{code} per USD",
                frequency="daily",
                decimals=decimals,
                identifier=identifier,
            )
            series.append((entry, *read_frame(path, code, decimals)))
    data_file = target / "currencies.npz"
    write_series(
        data_file,
        series,
        {
            "title": "22 currencies per US dollar, daily; the yen stands in usdjpy",
            "source": "Board of Governors of the Federal Reserve System, H.10, through FRED "
            f"({', '.join(entry.identifier for entry, _, _ in series)})",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": [
                "Up: the dollar is stronger. Noon in New York. Holidays are absent.",
                "Australia, the euro, the United Kingdom and New Zealand are quoted in dollars per "
                "unit by the Federal Reserve and turned over here, to six decimals.",
                "The rate of Venezuela is the official one, changed by decree for most of the time "
                "and free-falling otherwise; no forecast of it is scored.",
            ],
        },
    )
    return data_file


def build_reserves(source: Path, target: Path = DATASETS) -> Path:
    """reserves.npz: reserves besides gold of four issuers by month, named after the currency."""
    table = pd.read_csv(source / "currencies" / "reserves_ex_gold_monthly_2020_2024.csv.gz")
    series = []
    for economy, code in RESERVES.items():
        own = table[table["economy"] == economy].sort_values("month")
        entry = SeriesEntry(
            name=f"reserves-{code}",
            title=f"Reserves besides gold behind the currency {code}",
            unit="USD bn",
            frequency="monthly",
            decimals=1,
            identifier=economy,
        )
        dates = own["month"].to_numpy().astype("datetime64[M]").astype("datetime64[D]")
        series.append((entry, dates, np.round(own["usd_mn"].to_numpy(dtype=np.float64) / 1000, 1)))
    data_file = target / "reserves.npz"
    write_series(
        data_file,
        series,
        {
            "title": "International reserves besides gold, monthly: China, euro area, United "
            "Kingdom, Japan",
            "source": "IMF, International Financial Statistics, from the national authorities",
            "licence": "IMF terms: use with attribution",
            "retrieved": RETRIEVED,
            "notes": ["End of month; 2020 to 2024, the euro area to February 2023."],
        },
    )
    return data_file


def build_usdjpy(source: Path, target: Path = DATASETS) -> Path:
    """usdjpy.npz: daily and monthly means, both from 1971."""
    old = read_frame(source / "currencies" / "fx_daily_h10_1971_2025.parquet", "JPY", 2)
    new = read_series(source / "fx" / "usdjpy_daily.csv", "date", "usdjpy")
    before = old[0] < new[0][0]
    daily = tuple(np.concatenate([o[before], n]) for o, n in zip(old, new, strict=True))
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
    """All eight datasets."""
    makers = (
        build_yields,
        build_term_premia,
        build_usdjpy,
        build_reserves,
        build_currencies,
        build_broad_dollar,
        build_fed_assets,
        build_foreign_debt,
    )
    return [make(source, target) for make in makers]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the tables")
    build(parser.parse_args().source)
