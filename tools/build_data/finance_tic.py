"""Build `tic-holdings`: foreign holders of US Treasuries by month.

    python -m tools.build_data.finance_tic --source FOLDER

FOLDER holds `treasuries/tic_holders_monthly.csv` (holder, month, usd_bn, flag, source).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.build_data.finance_common import PUBLIC_DOMAIN, read_rows
from tools.build_data.provenance import write_provenance

from triffin.world.base.array_archive import write_arrays
from triffin.world.data.holdings import DATASET, KIND, holdings_arrays
from triffin.world.data.shipped import DATASETS

# TIC name -> ISO 3166 alpha-3; regions and aggregates have none.
ISO3 = {
    "Australia": "AUS",
    "Bahamas": "BHS",
    "Belgium": "BEL",
    "Bermuda": "BMU",
    "Brazil": "BRA",
    "Canada": "CAN",
    "Cayman Islands": "CYM",
    "Chile": "CHL",
    "China, Mainland": "CHN",
    "Colombia": "COL",
    "Denmark": "DNK",
    "Egypt": "EGY",
    "El Salvador": "SLV",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Hong Kong": "HKG",
    "India": "IND",
    "Indonesia": "IDN",
    "Iraq": "IRQ",
    "Ireland": "IRL",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Kazakhstan": "KAZ",
    "Korea, South": "KOR",
    "Kuwait": "KWT",
    "Luxembourg": "LUX",
    "Malaysia": "MYS",
    "Mexico": "MEX",
    "Netherlands": "NLD",
    "Norway": "NOR",
    "Oman": "OMN",
    "Peru": "PER",
    "Philippines": "PHL",
    "Poland": "POL",
    "Russia": "RUS",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "South Africa": "ZAF",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Taiwan": "TWN",
    "Thailand": "THA",
    "Turkey": "TUR",
    "United Arab Emirates": "ARE",
    "United Kingdom": "GBR",
    "Uruguay": "URY",
    "Vietnam": "VNM",
}
FLAGS = ("", "second_column", "all_other_uses_25_country_list")


def read_table(path: Path) -> dict[tuple[str, str], float]:
    """(holder, month) -> billion USD. The second column of a month with two columns is the series
    before a new benchmark survey, printed for comparison only: it is left out."""
    table: dict[tuple[str, str], float] = {}
    for row in read_rows(path):
        if row["flag"] not in FLAGS:
            raise ValueError(f"{row['holder']}, {row['month']}: unknown flag {row['flag']!r}")
        if row["flag"] == "second_column":
            continue
        key = (row["holder"], row["month"])
        if key in table:
            raise ValueError(f"{row['holder']} stands twice in {row['month']}")
        table[key] = float(row["usd_bn"])
    return table


def build(source: Path, target: Path = DATASETS) -> Path:
    """Write tic-holdings.npz and its provenance into `target`; returns the data file."""
    table = read_table(source / "treasuries" / "tic_holders_monthly.csv")
    arrays = holdings_arrays(table, ISO3)
    data_file = target / f"{DATASET}.npz"
    write_arrays(data_file, arrays)
    months = arrays["months"].astype("datetime64[M]")
    write_provenance(
        data_file,
        {
            "kind": KIND,
            "title": "Foreign holdings of US Treasuries by country, monthly, billion USD",
            "source": "US Treasury, Treasury International Capital (TIC), Major Foreign Holders of "
            "Treasury Securities: mfhhis01.txt, release of 18 March 2026 (to December 2025); "
            "slt_table5.txt, release with February 2026 (January and February 2026)",
            "licence": PUBLIC_DOMAIN,
            "retrieved": "compiled up to August 2026 from public copies of the two files",
            "first": str(months[0]),
            "last": str(months[-1]),
            "notes": [
                "End of month, market value, by place of custody: the owners behind Belgium, "
                "Luxembourg, the Cayman Islands or the United Kingdom may live elsewhere.",
                "Changes contain valuation; they are not flows.",
                "Series breaks at the benchmark surveys (March 2000, June of 2002 to 2011, "
                "December 2011). Months with two columns carry the series after the break.",
                'A holder that a month does not list is part of "All Other", not zero.',
                "January and February 2026 come from a short table: fewer holders are known, and "
                '"All Other" means all but 25 countries. The holders listed do not add up to the '
                "total in these two months.",
                "Official holders are not published by country.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the tables")
    build(parser.parse_args().source)
