"""Build `wiod-2011` or `wiod-2008`: 41 economies × 35 sectors from a world input-output table.

    python -m tools.build_data.wiod --source FOLDER --year 2011

FOLDER holds `wiot.npz`: `inter` (1435 × 1435, sales of each country-industry to each using
country-industry) and `final` (1435 × 205, to five final uses of each country), million USD, with
`countries` and `industries`. The table is the World Input-Output Database, release 2013.
The elasticities are matched from the shipped world `nafta-1993`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tools.build_data.elasticity_table import write_elasticities
from tools.build_data.provenance import write_provenance
from tools.build_data.sector_names import NAMES, WIOD_CODES, WIOD_SECTORS

from triffin.world.base.array_archive import write_arrays
from triffin.world.data.shipped import DATASETS
from triffin.world.importers.input_output import MILLION, without_negatives, world_arrays
from triffin.world.loading import load_sector_world
from triffin.world.sectors import KIND, SectorWorld

FINAL_USES = 5
OTHER_ELASTICITY = 5.0
ELASTICITIES = "elasticities-wiod"
CITATION = (
    "Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), An illustrated user guide to the "
    "World Input-Output Database, Review of International Economics 23(3), 575-605"
)


def matched_elasticities(nafta: SectorWorld) -> list[dict[str, object]]:
    """Rows of the table of elasticities: Caliendo and Parro's by matched sector, else 5."""
    traded = nafta.world.trade.sum(axis=(1, 2))
    place = {name: i for i, name in enumerate(nafta.sectors.sectors)}
    rows: list[dict[str, object]] = []
    for sector, matched in WIOD_SECTORS:
        at = [place[name] for name in matched]
        values = nafta.sectors.elasticity[at]
        if not matched:
            value, grade = OTHER_ELASTICITY, "judgement"
            source = (
                "5, the usual aggregate elasticity, where Caliendo and Parro (2015) estimate "
                "none; as for services in Costinot and Rodríguez-Clare (2014), Handbook of "
                "International Economics 4, chapter 4"
            )
        elif len(set(values)) == 1:
            value, grade = float(values[0]), "published"
            source = f"Caliendo and Parro (2015), replication data, {' and '.join(matched)}"
        else:
            value, grade = round(float(values @ traded[at] / traded[at].sum()), 4), "derived"
            listed = ", ".join(f"{m} {v:g}" for m, v in zip(matched, values, strict=True))
            source = f"Caliendo and Parro (2015), mean weighted by trade of 1993: {listed}"
        rows.append(
            {"sector": sector, "elasticity": f"{value:g}", "grade": grade, "source": source}
        )
    return rows


def build_elasticities(target: Path = DATASETS) -> list[dict[str, object]]:
    """Write the table of elasticities into `target`; returns its rows."""
    rows = matched_elasticities(load_sector_world("nafta-1993"))
    write_elasticities(
        target / f"{ELASTICITIES}.csv",
        rows,
        {
            "title": "Trade elasticities of the 35 sectors of wiod-2008 and wiod-2011",
            "worlds": ["wiod-2011", "wiod-2008"],
            "source": "Caliendo and Parro (2015), Review of Economic Studies 82(1), replication "
            "data; 5 for services",
            "licence": "published estimates, cited",
            "retrieved": "from the shipped world nafta-1993",
            "notes": [
                "Sectors are matched by ISIC revision 3; leather is in Caliendo and Parro's "
                "textiles. Where a sector holds several of theirs, the mean is weighted by the "
                "trade of 1993.",
                "Transport equipment has 8.22, as in the replication data.",
                "Petroleum has 64.85: refined petroleum of different origins is nearly the same "
                "good, and flows move almost without bound.",
                "Services and utilities have 5 by judgement: nobody estimates them from tariffs.",
            ],
        },
    )
    return rows


def build(source: Path, year: int, target: Path = DATASETS) -> Path:
    """Write wiod-YEAR.npz and its provenance into `target`; returns the data file."""
    with np.load(source / "wiot.npz", allow_pickle=False) as archive:
        countries = [WIOD_CODES.get(str(c), str(c)) for c in archive["countries"]]
        industries = [str(industry) for industry in archive["industries"]]
        inter = archive["inter"].astype(np.float64)
        final = archive["final"].astype(np.float64)
        stated = archive["output"].astype(np.float64)
    if industries != [f"c{i}" for i in range(1, len(WIOD_SECTORS) + 1)]:
        raise ValueError("the industries are not c1 to c35")
    sectors = [sector for sector, _ in WIOD_SECTORS]
    labels = [f"{sector}, {country}" for country in countries for sector in sectors]
    table = without_negatives(inter, final, stated, labels, uses=FINAL_USES)
    names = [NAMES[code] for code in countries]
    arrays = world_arrays(table, countries, names, sectors)
    rows = matched_elasticities(load_sector_world("nafta-1993"))
    arrays["elasticity"] = np.array([float(str(row["elasticity"])) for row in rows])
    data_file = target / f"wiod-{year}.npz"
    write_arrays(data_file, arrays)
    summed = inter.sum(axis=1) + final.sum(axis=1)
    empty = arrays["gross_output"] == 0
    stocks, other = table.negative
    world_output = float(stated.sum() * MILLION)
    write_provenance(
        data_file,
        {
            "kind": KIND,
            "title": f"41 economies × 35 sectors with inputs, {year}",
            "year": year,
            "economies": len(countries),
            "sectors": len(sectors),
            "goods_sectors": 16,
            "source": f"World Input-Output Database, release 2013, table of {year}: {CITATION}",
            "licence": "free to use with citation",
            "sources": [
                {
                    "what": "trade, home sales on the diagonal, gross_output, value_added_share, "
                    "input_share: current USD at basic prices",
                    "title": f"World Input-Output Database, release 2013; {CITATION}",
                },
                {
                    "what": "elasticity: see the table elasticities-wiod, with source and grade "
                    "by sector",
                    "title": "Caliendo and Parro (2015); 5 for services",
                },
            ],
            "retrieved": f"world input-output table of {year} in current prices, release 2013",
            "elasticities": ELASTICITIES,
            "notes": [
                f"Negative final uses are set to zero: {stocks} changes of inventories and {other} "
                f"of capital formation, together {table.moved / 1e9:.1f} billion USD or "
                f"{100 * table.moved / world_output:.2f} % of world output. Output then serves "
                "what is left through the Leontief inverse with the input coefficients of the "
                f"source, which raises world output by {100 * table.raised / world_output:.2f} %, "
                "most (among sectors above 1 billion USD) in "
                f"{table.largest[0]}: {100 * table.largest[1]:.1f} %. Input coefficients and "
                "value-added shares stay those of the source.",
                "Output is the sum of sales. The source rounds to million USD and states output "
                f"that differs from it by at most {np.abs(summed - stated).max():.0f} million USD; "
                "the Leontief inverse spreads the difference.",
                f"{int(empty.sum())} of {empty.size} sectors produce nothing, "
                f"{int(empty[-1].sum())} of them private households: they have no inputs and a "
                "value-added share of one, and what is bought of them comes from abroad.",
                "Value added is output less intermediate inputs: it includes taxes less "
                "subsidies on products and international transport margins.",
                "The rest of the world is an economy of its own (ROW), with home sales.",
                "There are no tariffs in the table: the baseline is zero, so that results are "
                "changes from applied tariffs that are not modeled.",
                "Final demand is expenditure less inputs; it is nowhere negative.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with wiot.npz")
    parser.add_argument("--year", type=int, required=True, help="2011 or 2008")
    options = parser.parse_args()
    build_elasticities()
    build(options.source, options.year)
