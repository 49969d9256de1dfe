"""Build `world-2023`: 194 economies, goods trade of 2023, GDP and the announced US tariffs.

    python -m tools.build_data.world_2023 --source FOLDER

FOLDER holds `trade.csv.gz` (exporter, importer, value in thousand USD) and `economies.csv`
(iso3, name, gdp_usd, us_tariff_2025_04_02), the figures as compiled for Ignatenko, Macedoni,
Lashkaripour and Simonovska (2025).
"""

from __future__ import annotations

import argparse
import csv
import gzip
from decimal import Decimal
from pathlib import Path

import numpy as np
from tools.build_data.provenance import write_provenance

from triffin.world.base.array_archive import write_arrays
from triffin.world.data.shipped import DATASETS


def read_economies(source: Path) -> list[dict[str, str]]:
    """Rows of economies.csv, in the order that becomes the order of every axis."""
    with (source / "economies.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_trade(source: Path, economies: list[str]) -> np.ndarray:
    """(1, N, N) USD. The source prints thousand USD with three decimals: whole USD, exactly."""
    position = {code: i for i, code in enumerate(economies)}
    trade = np.zeros((1, len(economies), len(economies)))
    with gzip.open(source / "trade.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            cell = (0, position[row["exporter"]], position[row["importer"]])
            if trade[cell]:
                raise ValueError(f"{row['exporter']} to {row['importer']} stands twice")
            trade[cell] = float(Decimal(row["value"]) * 1000)
    return trade


def build(source: Path, target: Path = DATASETS) -> Path:
    """Write world-2023.npz and world-2023.yaml into `target`; returns the data file."""
    rows = read_economies(source)
    economies = [row["iso3"] for row in rows]
    trade = read_trade(source, economies)
    data_file = target / "world-2023.npz"
    write_arrays(
        data_file,
        {
            "economies": np.array(economies),
            "names": np.array([row["name"] for row in rows]),
            "sectors": np.array(["all"]),
            "trade": trade,
            "gdp": np.array([float(row["gdp_usd"]) for row in rows]),
            "announced_us_tariff": np.array([float(row["us_tariff_2025_04_02"]) for row in rows]),
        },
    )
    write_provenance(
        data_file,
        {
            "kind": "world",
            "title": "194 economies, goods trade of 2023, one sector",
            "year": 2023,
            "economies": len(economies),
            "sectors": 1,
            "source": "CEPII BACI HS22 V202501 (trade); World Bank WDI (GDP); US government "
            "(rates announced on 2 April 2025); as compiled for Ignatenko, Macedoni, "
            "Lashkaripour and Simonovska (2025), Journal of International Economics 157, 104138",
            "licence": "trade: Etalab open licence 2.0; GDP: CC BY 4.0; rates: US public domain",
            "sources": [
                {
                    "what": "trade: goods, 2023, current USD, exporter by importer, "
                    "without own sales",
                    "title": "BACI, HS22, version 202501; Gaulier and Zignago (2010), CEPII "
                    "Working Paper 2010-23",
                    "licence": "Etalab open licence 2.0",
                },
                {
                    "what": "GDP: current USD, latest year available",
                    "title": "World Bank, World Development Indicators",
                    "licence": "CC BY 4.0",
                },
                {
                    "what": "announced_us_tariff: US rates announced on 2 April 2025, as "
                    "fractions, without the 10 % floor",
                    "title": "US government, as used by Ignatenko et al. (2025)",
                    "licence": "US public domain",
                },
            ],
            "retrieved": "2025, from the data the authors of the paper publish with it; "
            "BACI release of January 2025",
            "notes": [
                "Taiwan is not in this world: the World Development Indicators have no GDP for it.",
                "The announced rates are those the paper used: China 54 % is 34 + 20 imposed "
                "earlier; Mexico 17 %; the United States and Russia 0 (the schedule "
                "us-2025-04-02 puts Russia at the floor of 10 %).",
                "Some rates differ by a point from the annex as signed; the dated schedules "
                "of 2025 use the signed orders.",
                "Home sales are not in the data: they follow from GDP and trade in calibration, "
                "which clamps them at zero for The Gambia and the Marshall Islands under the "
                "multinational shares of the paper.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the two files")
    build(parser.parse_args().source)
