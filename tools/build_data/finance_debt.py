"""Build `debt-due` and `debt-by-security`: the maturity structure of US marketable debt.

    python -m tools.build_data.finance_debt --source FOLDER

FOLDER holds `debt/` with the tables as they were compiled (see the README of the source tables).
"""

from __future__ import annotations

import argparse
import gzip
import io
from pathlib import Path

import pandas as pd
from tools.build_data.finance_common import PUBLIC_DOMAIN, read_rows, write_csv
from tools.build_data.provenance import write_provenance

from triffin.world.data.markets.debt import (
    DEBT_BY_SECURITY,
    DEBT_DUE,
    DETAIL,
    DebtDue,
    Security,
)
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns

RETRIEVED = "compiled up to August 2026 from public copies"
BILLS = "Bills Maturity Value"
DUE = {years: f"due_share_{years}y" for years in (1, 2, 5, 10)}


def build_debt_due(source: Path, target: Path = DATASETS) -> Path:
    """debt-due.csv: total and shares due within 1, 2, 5 and 10 years, without future growth."""
    table = [
        {
            "date": row["date"],
            "marketable_bn": f"{float(row['treasury_marketable_bn']):.1f}",
            **{f"due_{years}y": f"{float(row[name]):.5f}" for years, name in DUE.items()},
        }
        for row in read_rows(source / "debt" / "rollover_clock_selected_months.csv")
    ]
    for row in table:
        shares = [float(row[f"due_{years}y"]) for years in DUE]
        if not 0 < shares[0] < shares[1] < shares[2] < shares[3] < 1:
            raise ValueError(f"{row['date']}: the shares due do not rise with the horizon")
    data_file = target / f"{DEBT_DUE}.csv"
    write_csv(data_file, columns(DebtDue), table)
    write_provenance(
        data_file,
        {
            "kind": "debt",
            "title": "US marketable debt and the shares of it due within 1, 2, 5 and 10 years",
            "first": table[0]["date"],
            "last": table[-1]["date"],
            "source": "Ding (2026), rollover clock, from the US Treasury's Monthly Statement of "
            "the Public Debt",
            "licence": "MIT; the Treasury's figures are public domain",
            "retrieved": RETRIEVED,
            "notes": [
                "Shares at constant debt: the columns of the source that contain growth of 4 % a "
                "year are left out.",
                "The share due within a year overstates the Statement's by 1/0.9655 (standard "
                "deviation 0.0032, six months of 2024-25), perhaps because its base differs; "
                "amounts shown are brought to the Statement.",
            ],
        },
    )
    return data_file


def build_debt_by_security(source: Path, target: Path = DATASETS) -> Path:
    """debt-by-security.csv: what was outstanding on 30 September 2023, one row a security."""
    raw = (source / "debt" / "mspd_detail_marketable_2023_08_09.csv.gz").read_bytes()
    table = pd.read_csv(io.BytesIO(gzip.decompress(raw)), dtype={"cusip": str})
    table = table[(table["record_date"] == str(DETAIL)) & table["outstanding_mn"].notna()]
    table = table.sort_values(["maturity_date", "cusip"])
    if table["cusip"].duplicated().any():
        raise ValueError("a security stands twice")
    records = [
        {
            "security": "Bills" if row["class"] == BILLS else row["class"],
            "cusip": row["cusip"],
            "rate": None if pd.isna(row["rate"]) else f"{row['rate']:g}",
            "matures": row["maturity_date"],
            "outstanding_mn": f"{row['outstanding_mn']:.4f}",
        }
        for row in table.to_dict("records")
    ]
    data_file = target / f"{DEBT_BY_SECURITY}.csv"
    write_csv(data_file, columns(Security), records)
    write_provenance(
        data_file,
        {
            "kind": "debt",
            "title": f"US marketable debt by security, {DETAIL}",
            "first": str(DETAIL),
            "last": str(DETAIL),
            "source": "US Treasury, Monthly Statement of the Public Debt, detail of Treasury "
            "securities outstanding, September 2023",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": [
                "Amounts outstanding after everything issued by that day; reopenings are one row.",
                "Inflation-protected securities with their inflation accrued by then.",
            ],
        },
    )
    return data_file


def build(source: Path, target: Path = DATASETS) -> list[Path]:
    """Both datasets."""
    return [build_debt_due(source, target), build_debt_by_security(source, target)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the tables")
    build(parser.parse_args().source)
