"""Build `nafta-1993`: 31 economies × 40 sectors, trade, tariffs, output and inputs.

    python -m tools.build_data.nafta_1993 --source FOLDER

FOLDER holds `bilateral.parquet` (sector, importer, exporter, trade_1993_kUSD net of tariff,
tariff_1993_pct, tariff_2005_pct), `output_va.parquet` (sector, country, gross_output_USD,
va_share), `io.parquet` (country, input_sector, using_sector, io_share), `sectors.csv` (sector,
theta) and `countries.csv`: the public replication data of Caliendo and Parro (2015).
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from tools.build_data.provenance import write_provenance

from triffin.world.base.array_archive import write_arrays
from triffin.world.data.shipped import DATASETS
from triffin.world.sectors import KIND

NAMES = {
    "ARG": "Argentina", "AUS": "Australia", "AUT": "Austria", "BRA": "Brazil", "CAN": "Canada",
    "CHL": "Chile", "CHN": "China", "DNK": "Denmark", "FIN": "Finland", "FRA": "France",
    "DEU": "Germany", "GRC": "Greece", "HUN": "Hungary", "IND": "India", "IDN": "Indonesia",
    "IRL": "Ireland", "ITA": "Italy", "JPN": "Japan", "KOR": "Korea, Republic of",
    "MEX": "Mexico", "NLD": "Netherlands", "NZL": "New Zealand", "NOR": "Norway",
    "PRT": "Portugal", "ZAF": "South Africa", "ESP": "Spain", "SWE": "Sweden", "TUR": "Turkey",
    "GBR": "United Kingdom", "USA": "United States", "ROW": "Rest of the world",
}  # fmt: skip

# The source's label, spelled out.
SECTOR_NAMES = {"Real State": "Real Estate"}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_tables(source: Path) -> dict[str, np.ndarray]:
    """The arrays of the world, in the source's order of countries and sectors.

    Raises ValueError when a cell stands twice or a table is incomplete.
    """
    import pandas as pd

    countries = [row["country"] for row in _rows(source / "countries.csv")]
    sectors = [row["sector"] for row in _rows(source / "sectors.csv")]
    elasticity = np.array([float(row["theta"]) for row in _rows(source / "sectors.csv")])
    country_at = {code: i for i, code in enumerate(countries)}
    sector_at = {name: i for i, name in enumerate(sectors)}
    s, n = len(sectors), len(countries)

    def table(name: str, axes: list[tuple[str, dict[str, int]]], value: str) -> np.ndarray:
        frame = pd.read_parquet(source / f"{name}.parquet")
        cells = tuple(frame[column].map(lookup).to_numpy() for column, lookup in axes)
        out = np.zeros([len(lookup) for _, lookup in axes])
        if len(set(zip(*cells, strict=True))) != len(frame):
            raise ValueError(f"{name}: a cell stands twice")
        out[cells] = frame[value].to_numpy()
        return out

    pair = [("sector", sector_at), ("exporter", country_at), ("importer", country_at)]
    output = [("sector", sector_at), ("country", country_at)]
    inputs = [("input_sector", sector_at), ("using_sector", sector_at), ("country", country_at)]
    gross_output = table("output_va", output, "gross_output_USD")
    value_added_share = table("output_va", output, "va_share")
    input_share = table("io", inputs, "io_share")
    if gross_output.shape != (s, n) or not (gross_output > 0).all():
        raise ValueError("output_va is incomplete")
    trade = table("bilateral", pair, "trade_1993_kUSD") * 1000.0
    produced = np.maximum(gross_output, trade.sum(axis=2))
    return {
        "economies": np.array(countries),
        "names": np.array([NAMES[code] for code in countries]),
        "sectors": np.array([SECTOR_NAMES.get(name, name) for name in sectors]),
        "trade": trade,
        "gdp": (produced * value_added_share).sum(axis=0),
        "tariff": table("bilateral", pair, "tariff_1993_pct") / 100.0,
        "tariff:2005": table("bilateral", pair, "tariff_2005_pct") / 100.0,
        "gross_output": gross_output,
        "value_added_share": value_added_share,
        "input_share": input_share,
        "elasticity": elasticity,
    }


def build(source: Path, target: Path = DATASETS) -> Path:
    """Write nafta-1993.npz and nafta-1993.yaml into `target`; returns the data file."""
    arrays = read_tables(source)
    exports = arrays["trade"].sum(axis=2)
    raised = int((exports > arrays["gross_output"]).sum())
    without = int((arrays["input_share"].sum(axis=0) == 0).sum())
    data_file = target / "nafta-1993.npz"
    write_arrays(data_file, arrays)
    write_provenance(
        data_file,
        {
            "kind": KIND,
            "title": "31 economies × 40 sectors with inputs and tariffs, 1993",
            "year": 1993,
            "economies": len(arrays["economies"]),
            "sectors": len(arrays["sectors"]),
            "goods_sectors": 20,
            "source": "Caliendo and Parro (2015), Estimates of the trade and welfare effects of "
            "NAFTA, Review of Economic Studies 82(1), public replication data",
            "licence": "public replication data, free to use with citation",
            "sources": [
                {
                    "what": "trade: bilateral imports net of tariff, 1993, current USD; "
                    "20 tradable sectors",
                    "title": "Caliendo and Parro (2015), from UN Comtrade",
                },
                {
                    "what": "tariff, tariff:2005: effectively applied ad-valorem rates of 1993 "
                    "and 2005, fractions",
                    "title": "Caliendo and Parro (2015), from UNCTAD TRAINS",
                },
                {
                    "what": "gross_output, value_added_share, input_share",
                    "title": "Caliendo and Parro (2015), from OECD STAN, UN INDSTAT and OECD "
                    "input-output tables",
                },
                {
                    "what": "elasticity: trade elasticities by sector; 8.22 for non-tradables, "
                    "where nothing depends on it",
                    "title": "Caliendo and Parro (2015), Table 1, full sample",
                },
            ],
            "retrieved": "the figures as the authors publish them with the paper",
            "notes": [
                f"Gross output lies below exports in {raised} of {exports.size} cells: "
                "calibration raises it to exports, so that nothing is sold at home there.",
                f"{without} using sectors have no inputs in the table: their value-added share "
                "is one.",
                "One input share is negative (-0.0008: Other into Basic metals, Canada), a residue "
                "of the table; it is kept as published.",
                "Home sales are not in the data: they are gross output less exports.",
                "GDP is value added: gross output, so raised, times its value-added share.",
                "Final demand is expenditure, tariffs included, less inputs; it is negative in "
                "185 cells, where calibration sets it to zero and solves the base again.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the five files")
    build(parser.parse_args().source)
