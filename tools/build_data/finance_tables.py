"""Build `auctions`, `mof-interventions` and `reserve-shares`.

    python -m tools.build_data.finance_tables --source FOLDER

FOLDER holds `treasuries/auctions_2022_2025.csv`, `fx/mof_interventions.csv` and
`reserves/cofer_shares_annual.csv`.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

from tools.build_data.finance_common import PUBLIC_DOMAIN, UNSOURCED, read_rows, write_csv
from tools.build_data.provenance import write_provenance

from triffin.world.data.market_events import (
    AUCTIONS,
    CURRENCIES,
    INTERVENTION_COLUMNS,
    INTERVENTIONS,
    RESERVE_COLUMNS,
    RESERVES,
    Auction,
)
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns

RETRIEVED = "compiled up to August 2026"
QUARTER_END = {"1": "03-31", "2": "06-30", "3": "09-30", "4": "12-31"}


def shortest(text: str, digits: int) -> str:
    """A number with at most `digits` decimals; an empty cell stays empty."""
    return f"{round(float(text), digits):.{digits}f}".rstrip("0").rstrip(".") if text else ""


def plain(row: dict[str, str]) -> bool:
    """Whether the source table has the right term. It takes "9-Year 10-Month" for 0.75 years and
    interpolates the market yield there: that figure is of no use for a reopened security."""
    return abs(float(row["term_years"]) - years_of(row["security_term"])) < 0.001


def years_of(term: str) -> float:
    """Years of a term as the Treasury prints it: "13-Week", "119-Day", "9-Year 10-Month"."""
    total = 0.0
    for part in term.split():
        count, _, unit = part.partition("-")
        total += int(count) / {"Day": 365, "Week": 52, "Month": 12, "Year": 1}[unit]
    return total


def build_auctions(source: Path, target: Path = DATASETS) -> Path:
    """auctions.csv: date, security, yield, cover; no amounts, no maturity dates."""
    rows = [
        {
            "date": row["auction_date"],
            "type": row["security_type"],
            "term": row["security_term"],
            "term_years": shortest(str(years_of(row["security_term"])), 4),
            "inflation_protected": {"True": "yes", "False": "no"}[row["is_tips"]],
            "high_yield": shortest(row["auction_yield"], 4),
            "market_yield": shortest(row["market_yield"], 4) if plain(row) else "",
            "bid_to_cover": shortest(row["bid_to_cover_ratio"], 2),
            "price": row["price_per100"],
        }
        for row in read_rows(source / "treasuries" / "auctions_2022_2025.csv")
    ]
    data_file = target / f"{AUCTIONS}.csv"
    write_csv(data_file, columns(Auction), rows)
    write_provenance(
        data_file,
        {
            "kind": "auctions",
            "title": "US Treasury auctions, January 2022 to October 2025",
            "first": str(rows[0]["date"]),
            "last": str(rows[-1]["date"]),
            "source": "US Treasury, TreasuryDirect, auction results",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": [
                "Bid-to-cover and yields; amounts and maturity dates are not in the table, so "
                "the maturity schedule cannot be built from it.",
                "market_yield is the yield at constant maturity of the day, interpolated by the "
                "compilers; real for inflation-protected securities. It is left out for reopened "
                "securities (such as 9-Year 10-Month): the source table takes it at a wrong "
                "maturity there.",
                "Floating-rate notes have no yield.",
            ],
        },
    )
    return data_file


def build_interventions(source: Path, target: Path = DATASETS) -> Path:
    """mof-interventions.csv: the ministry's daily figures, and days that looked like one."""
    rows = []
    for row in read_rows(source / "fx" / "mof_interventions.csv"):
        bought = row["direction"] == "buy JPY"
        remark = "" if bought else f"{row['direction']}; "
        rows.append(
            {
                "date": row["date"],
                # "0" and an empty cell both mean that no amount was published for the day
                "jpy_tn": row["jpy_tn"] if bought else "",
                "usd_bn": row["usd_bn"] if bought else "",
                "direction": "buy JPY" if bought else "none",
                "day_before": row["usdjpy_day_before"],
                "same_day": row["usdjpy_same_day"],
                **{f"plus_{n}": row[f"usdjpy_plus{n}"] for n in (1, 5, 20, 60)},
                "status": remark + row["status"],
                "source": row["source"],
                "grade": "published" if row["status"] == "MoF daily data" else "judgement",
            }
        )
    data_file = target / f"{INTERVENTIONS}.csv"
    write_csv(data_file, INTERVENTION_COLUMNS, rows)
    write_provenance(
        data_file,
        {
            "kind": "interventions",
            "title": "Foreign-exchange intervention by Japan, 2022-26, by day",
            "first": str(rows[0]["date"]),
            "last": str(rows[-1]["date"]),
            "source": "Ministry of Finance Japan, daily data of foreign exchange intervention "
            "operations, as each row cites; exchange rates: Federal Reserve, H.10",
            "licence": "single published figures, cited",
            "retrieved": RETRIEVED,
            "notes": [
                "The ministry publishes yen; dollars are converted at the rate of the day by the "
                "compilers.",
                "The figure of 30 April 2026 is an estimate for one day; the ministry's total for "
                "28 April to 27 May 2026 is 11.73 trn yen. January and July 2026 are not "
                "confirmed.",
                "All operations bought yen. The yen-selling of 2003-04 and 2010-11 is not here.",
            ],
        },
    )
    return data_file


def quarter(period: str) -> tuple[str, str]:
    """(period such as 2025Q2, its last day); a bare year stands for its fourth quarter."""
    match = re.match(r"^(\d{4})(?:Q([1-4]))?", period)
    if match is None:
        raise ValueError(f"{period!r} is not a period")
    number = match[2] or "4"
    return f"{match[1]}Q{number}", f"{match[1]}-{QUARTER_END[number]}"


def read_shares(path: Path) -> list[dict[str, str]]:
    """Rows of the table of shares. In a row with one cell less, basis and source share one."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    found = []
    for cells in rows:
        if len(cells) == len(header) - 1:
            basis = "share of allocated"
            rest = cells[7].removeprefix(basis).strip()
            if rest == cells[7] or not rest:
                raise ValueError(f"{cells[0]}: basis and source cannot be told apart")
            cells = [*cells[:7], basis, rest, *cells[8:]]
        found.append(dict(zip(header, cells, strict=True)))
    return found


def build_reserves(source: Path, target: Path = DATASETS) -> Path:
    """reserve-shares.csv: COFER shares by quarter, with the basis of each."""
    rows: list[dict[str, str]] = []
    last_source = ""
    for row in read_shares(source / "reserves" / "cofer_shares_annual.csv"):
        period, date = quarter(row["period"])
        where = row["source"].replace("()", "").replace(" ,", ",").strip()
        where = f"{last_source}; {where[6:]}" if where.startswith("idem;") else where
        last_source = where
        unsourced = UNSOURCED in where
        other, _, covers = row["other"].partition(" ")
        rows.append(
            {
                "period": period,
                "date": date,
                "basis": "revised" if "revised" in row["basis"] else "allocated",
                **{c: row[c.lower()] for c in CURRENCIES},
                "other": other,
                "other_covers": covers.strip("()"),
                # of 2024 the dollar has a source, the others have none
                "grade_usd": "judgement" if unsourced and "USD:" not in where else "published",
                "grade_others": "judgement" if unsourced else "published",
                "source": where,
            }
        )
    rows.sort(key=lambda row: (row["date"], row["basis"]))
    data_file = target / f"{RESERVES}.csv"
    write_csv(data_file, RESERVE_COLUMNS, rows)
    write_provenance(
        data_file,
        {
            "kind": "shares",
            "title": "Currencies in the world's foreign-exchange reserves, 1999-2025, percent",
            "first": str(rows[0]["period"]),
            "last": str(rows[-1]["period"]),
            "source": "IMF, COFER, through the Federal Reserve (FEDS Note of 23 June 2023) to "
            "2022 and the press after that, as each row states",
            "licence": "single published figures, cited; Federal Reserve: public domain",
            "retrieved": RETRIEVED,
            "notes": [
                "The basis changed in 2025: `allocated` is the share of reserves whose currency "
                "was reported, `revised` has full coverage. For 2025Q2 the dollar has 56.32 % on "
                "the first and 57.08 % on the second. The two are not spliced.",
                "Fourth quarter of each year; other quarters from 2024 on where reported.",
                "Up to 2015 the renminbi is part of other. The row of 2023 has no source, nor have "
                "the currencies other than the dollar in 2024: judgement.",
            ],
        },
    )
    return data_file


def build(source: Path, target: Path = DATASETS) -> list[Path]:
    """All three tables."""
    return [make(source, target) for make in (build_auctions, build_interventions, build_reserves)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the tables")
    build(parser.parse_args().source)
