"""Build `world-2022`: 81 economies × 22 goods and services with inputs and tariffs, 2022.

    python -m tools.build_data.world_2022 --source FOLDER

FOLDER holds four folders of public tables: `world-2022` (trade of the OECD inter-country
input-output tables, edition 2025, value added of 2022, and the complete table of 2020 by 11
sectors, edition 2023), `uschina-2017` (input shares and tariffs of 2017), `us-imports-2024`
(imports and duty of the United States by partner and industry) and `elasticities`. Names of
economies are those of the shipped world `world-2023`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tools.build_data.elasticity_table import write_elasticities
from tools.build_data.provenance import write_provenance
from tools.build_data.sector_names import ICIO_SECTORS
from tools.build_data.sector_names import NAMES as OTHER_NAMES
from tools.build_data.world_2022_balance import balance, first_inputs, value_added_shares
from tools.build_data.world_2022_notes import World2022, described, elasticities_described
from tools.build_data.world_2022_tables import SERVICES, Sources, read_sources, rows_of
from tools.build_data.world_2022_tariffs import base_tariffs

from triffin.world.base.array_archive import write_arrays
from triffin.world.data.shipped import DATASETS
from triffin.world.loading import load_world
from triffin.world.model import GOODS as GOODS_KIND
from triffin.world.model import SERVICES as SERVICES_KIND
from triffin.world.registry.registry import parameter

NAME = "world-2022"
ELASTICITIES = f"elasticities-{NAME}"
MILLION = 1_000_000
SECTORS = (*ICIO_SECTORS[:SERVICES], "Services")
STUDY = "fontagne_2022"
# The industry of Fontagné, Guimbard and Orefice (2022, Table 8) of each goods sector.
STUDIED = (
    *("C01T05", "C01T05", "C10T14", "C10T14", "C10T14", "C15T16", "C17T19", "C20", "C21T22"),
    *("C23", "C24", "C24", "C25", "C26", "C27", "C28", "C30T33X", "C31", "C29", "C34", "C35"),
    "C36T37",
)


def elasticity_rows(source: Path) -> list[dict[str, object]]:
    """Rows of the table of elasticities, one a sector."""
    published = {
        row["code"]: row
        for row in rows_of(source / "elasticities" / "trade_elasticities_by_study.csv")
        if row["study"] == STUDY
    }
    rows: list[dict[str, object]] = []
    for sector, code in zip(SECTORS, STUDIED, strict=False):
        row = published[code]
        rows.append(
            {
                "sector": sector,
                "elasticity": f"{float(row['trade_elasticity']):g}",
                "grade": "published",
                "source": "Fontagné, Guimbard and Orefice (2022), Journal of International "
                f"Economics 137, Table 8, {row['sector'].rstrip('.')}",
            }
        )
    services = parameter("services_trade_elasticity")
    rows.append(
        {
            "sector": SECTORS[SERVICES],
            "elasticity": f"{services.value:g}",
            "grade": services.grade,
            "source": f"parameter services_trade_elasticity, {services.low:g} to "
            f"{services.high:g}: {services.source}",
        }
    )
    return rows


def read_arrays_of(source: Path) -> tuple[Sources, dict[str, np.ndarray], World2022]:
    """The arrays of the world, and what was done to the figures."""
    sources = read_sources(source)
    # The archive holds single precision: every other figure is computed from what it holds.
    trade = (sources.trade * MILLION).astype(np.float32)
    tariff = base_tariffs(sources, source).astype(np.float32)
    flows = trade.astype(np.float64)
    output = flows.sum(axis=2)
    share = value_added_shares(sources, output / MILLION)
    spent = (1 - share) * output
    first = first_inputs(sources, spent)
    expenditure = ((1 + tariff.astype(np.float64)) * flows).sum(axis=1)
    found = balance(first, spent, expenditure)
    used = np.where(spent > 0, spent, 1.0)
    arrays = {
        "economies": np.array(sources.economies),
        "names": np.array(names_of(sources.economies)),
        "sectors": np.array(SECTORS),
        "kind": np.array([GOODS_KIND] * SERVICES + [SERVICES_KIND]),
        "trade": trade,
        "gdp": (share * output).sum(axis=0),
        "tariff": tariff,
        "gross_output": output,
        "value_added_share": share,
        "input_share": (found.inputs / used).astype(np.float32),
        "elasticity": np.array([float(str(row["elasticity"])) for row in elasticity_rows(source)]),
    }
    return sources, arrays, World2022.of(arrays, found)


def names_of(economies: tuple[str, ...]) -> list[str]:
    shipped = load_world("world-2023")
    known = OTHER_NAMES | dict(zip(shipped.economies, shipped.names, strict=True))
    return [known[code] for code in economies]


def build(source: Path, target: Path = DATASETS) -> Path:
    """Write the world, its elasticities and their provenance; returns the data file."""
    _, arrays, facts = read_arrays_of(source)
    data_file = target / f"{NAME}.npz"
    write_arrays(data_file, arrays, compressed=True)
    write_provenance(data_file, described(arrays, facts, ELASTICITIES))
    write_elasticities(
        target / f"{ELASTICITIES}.csv", elasticity_rows(source), elasticities_described(NAME)
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the four folders")
    build(parser.parse_args().source)
