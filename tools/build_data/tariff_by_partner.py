"""Build `us-tariff-by-partner`: the average US tariff increase by partner on 23 days of 2025-26.

    python -m tools.build_data.tariff_by_partner --source FILE

FILE is the public tracker's table by partner and announcement (CSV, may be packed).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from tools.build_data.finance_common import write_csv
from tools.build_data.provenance import write_provenance

from triffin.world.countries import country_code
from triffin.world.data.shipped import DATASETS

NAME = "us-tariff-by-partner"
OTHER_NAMES = {"EUROPEAN UNION": "EU", "KOREA, SOUTH": "KOR"}


def build(source: Path, target: Path = DATASETS) -> Path:
    """One row a partner, imports of 2024 and one column a day; ValueError for a name unknown."""
    table = pd.read_csv(source)
    rates = table.pivot(index="country_name", columns="date", values="effective tariff").round(2)
    imports = table.groupby("country_name")["total imports"].first() / 1e9
    rows = []
    for name in imports.sort_values(ascending=False).index:
        code = OTHER_NAMES.get(str(name)) or country_code(str(name).title())
        if not code:
            raise ValueError(f"no code for {name!r}")
        rows.append({"iso3": code, "imports_bn": f"{imports[name]:.3f}", **rates.loc[name]})
    data_file = target / f"{NAME}.csv"
    write_csv(data_file, ("iso3", "imports_bn", *map(str, rates.columns)), rows)
    write_provenance(
        data_file,
        {
            "kind": "tariffs",
            "title": "Average US tariff increase by partner on 23 days of 2025-26, a tracker's",
            "source": "tradewartracker/trade-war-redux-2025, table by country and announcement",
            "licence": "MIT",
            "retrieved": "compiled up to August 2026",
            "notes": [
                "Per cent of imports of 2024 (bn USD), rounded to 0.01. The tracker's convention "
                "is 1 to 3 points above what is owed until November 2025: it compares rules with "
                "each other. What is owed is us-law."
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="the tracker's table")
    build(parser.parse_args().source)
