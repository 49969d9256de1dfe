"""Build `uschina-2017`: 7 regions × 44 industries with prewar tariffs and the trade war's.

    python -m tools.build_data.uschina_2017 --source FOLDER

FOLDER holds the tables of a public course on quantitative trade, from the OECD inter-country
input-output tables: TradeFlow2017, tariff_prewar2017, tariff_Trump, tariff_China, IOshare,
finalshare, vashare and cal_elasticities, each a CSV file.
"""

from __future__ import annotations

import argparse
import csv
from decimal import Decimal
from pathlib import Path

import numpy as np
from tools.build_data.elasticity_table import write_elasticities
from tools.build_data.provenance import write_provenance
from tools.build_data.sector_names import ICIO_SECTORS, NAMES

from triffin.world.base.array_archive import write_arrays
from triffin.world.data.shipped import DATASETS
from triffin.world.sectors import KIND

NAME = "uschina-2017"
ELASTICITIES = f"elasticities-{NAME}"
REGIONS = ("BRA", "CHN", "EU", "IND", "JPN", "ROW", "USA")
MILLION = 1_000_000
GOODS = 22


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _table(path: Path, columns: tuple[str, ...], value: str, scale: int = 1) -> np.ndarray:
    """A complete table by industry (numbers from 1) and region columns; ValueError if it is not."""
    region = {code: i for i, code in enumerate(REGIONS)}
    industries = len(ICIO_SECTORS)
    shape = [industries if "ind" in column else len(REGIONS) for column in columns]
    table = np.full(shape, np.nan)
    for row in _rows(path):
        cell = tuple(
            int(row[column]) - 1 if "ind" in column else region[row[column]] for column in columns
        )
        if not np.isnan(table[cell]):
            raise ValueError(f"{path.name}: a cell stands twice")
        table[cell] = float(Decimal(row[value]) * scale)
    if np.isnan(table).any():
        raise ValueError(f"{path.name} is incomplete")
    return table


def _additions(path: Path, value: str) -> np.ndarray:
    """(44,) additions to the prewar rate, fractions; zero outside goods."""
    added = np.zeros(len(ICIO_SECTORS))
    rows = _rows(path)
    if [row["indcode"] for row in rows] != [str(i) for i in range(1, GOODS + 1)]:
        raise ValueError(f"{path.name} does not list the {GOODS} goods industries")
    added[:GOODS] = [float(row[value]) for row in rows]
    return added


def read_tables(source: Path) -> dict[str, np.ndarray]:
    """The arrays of the world and of its tariff schedules.

    Raises ValueError when a table is incomplete or a cell stands twice.
    """
    pair = ("indcode", "iso_o", "iso_d")
    trade = np.rint(_table(source / "TradeFlow2017.csv", pair, "tradevalue", MILLION))
    tariff = _table(source / "tariff_prewar2017.csv", pair, "AHS_simple")
    share = _table(source / "vashare.csv", ("indcode", "iso_o"), "vashare")
    output = trade.sum(axis=2)
    elasticities = _rows(source / "cal_elasticities.csv")
    usa, china = REGIONS.index("USA"), REGIONS.index("CHN")
    us_war, china_war = tariff.copy(), tariff.copy()
    us_war[:, china, usa] += _additions(source / "tariff_Trump.csv", "trump_tariff_wave5")
    china_war[:, usa, china] += _additions(source / "tariff_China.csv", "China_tariff_wave5")
    both = us_war.copy()
    both[:, usa, china] = china_war[:, usa, china]
    return {
        "economies": np.array(REGIONS),
        "names": np.array([NAMES[code] for code in REGIONS]),
        "sectors": np.array(ICIO_SECTORS),
        "trade": trade,
        "gdp": (output * share).sum(axis=0),
        "tariff": tariff,
        "tariff:us-wave5-2018": us_war,
        "tariff:china-wave5-2018": china_war,
        "tariff:us-china-wave5-2018": both,
        "gross_output": output,
        "value_added_share": share,
        "input_share": _table(
            source / "IOshare.csv", ("input_ind", "output_ind", "iso_o"), "valueshare"
        ),
        "final_share": _table(source / "finalshare.csv", ("input_ind", "iso_o"), "finalshare"),
        "elasticity": np.array([float(row[r"\theta"]) for row in elasticities]),
        "scale_elasticity": np.array([float(row[r"\psi"]) for row in elasticities]),
    }


def residuals(arrays: dict[str, np.ndarray]) -> tuple[np.ndarray, int]:
    """What the table leaves open: (N,) sum over industries of |expenditure − inputs − final
    demand| over income, and the number of cells whose inputs exceed expenditure."""
    trade, tariff, share = arrays["trade"], arrays["tariff"], arrays["value_added_share"]
    output = arrays["gross_output"]
    spent = ((1 + tariff) * trade).sum(axis=1)
    used = np.einsum("ksn,sn->kn", arrays["input_share"], (1 - share) * output)
    deficit = (trade.sum(axis=1) - output).sum(axis=0)
    income = arrays["gdp"] + (tariff * trade).sum(axis=(0, 1)) + deficit
    gap = np.abs(spent - used - arrays["final_share"] * income).sum(axis=0) / income
    return gap, int((spent < used).sum())


def weighted_additions(arrays: dict[str, np.ndarray]) -> tuple[float, float, float, float]:
    """Prewar rate and addition of the United States on China, then of China on the United
    States, as means over the goods industries weighted by trade of 2017; fractions."""
    usa, china = REGIONS.index("USA"), REGIONS.index("CHN")
    found = []
    for name, cell in (("us", (china, usa)), ("china", (usa, china))):
        weight = arrays["trade"][:GOODS, *cell]
        before = arrays["tariff"][:GOODS, *cell]
        after = arrays[f"tariff:{name}-wave5-2018"][:GOODS, *cell]
        found += [before @ weight / weight.sum(), (after - before) @ weight / weight.sum()]
    return tuple(float(value) for value in found)  # type: ignore[return-value]


def build(source: Path, target: Path = DATASETS) -> Path:
    """Write the world, its elasticities and their provenance; returns the data file."""
    arrays = read_tables(source)
    data_file = target / f"{NAME}.npz"
    write_arrays(data_file, arrays)
    _write_elasticities(arrays, target)
    gap, over = residuals(arrays)
    us_before, us_added, china_before, china_added = weighted_additions(arrays)
    worst, best = int(np.argmax(gap)), int(np.argmin(gap))
    write_provenance(
        data_file,
        {
            "kind": KIND,
            "title": "7 regions × 44 industries with inputs, tariffs and the trade war's, 2017",
            "year": 2017,
            "economies": len(REGIONS),
            "sectors": len(ICIO_SECTORS),
            "goods_sectors": 22,
            "source": "OECD inter-country input-output tables, edition 2021, and tariffs of 2017, "
            "as in the teaching data of a public course on quantitative trade",
            "licence": "teaching data, public; OECD terms: free to use with citation",
            "sources": [
                {
                    "what": "trade, home sales on the diagonal (current USD net of tariff), "
                    "value_added_share, input_share, final_share",
                    "title": "OECD inter-country input-output tables; gross_output is the sum of "
                    "sales",
                },
                {
                    "what": "tariff: applied rates before the trade war, simple means within "
                    "industries (AHS_simple), fractions",
                    "title": "teaching data, file tariff_prewar2017",
                },
                {
                    "what": "tariff:us-wave5-2018, tariff:china-wave5-2018, "
                    "tariff:us-china-wave5-2018: prewar rate plus the additions of wave 5, of the "
                    "United States on China, of China on the United States, and both",
                    "title": "teaching data, files tariff_Trump and tariff_China",
                },
                {
                    "what": "elasticity, scale_elasticity: see the table "
                    f"{ELASTICITIES}, with grade by industry",
                    "title": "teaching data, file cal_elasticities",
                },
            ],
            "retrieved": "the figures as the course publishes them",
            "elasticities": ELASTICITIES,
            "schedules": {
                "us-wave5-2018": "United States on China at the prewar rate plus the additions of "
                "wave 5; every other rate as before the war",
                "china-wave5-2018": "China on the United States at the prewar rate plus its "
                "retaliation in wave 5; every other rate as before the war",
                "us-china-wave5-2018": "both",
            },
            "notes": [
                "The additions are percentage points on top of the prewar rate, on 22 goods "
                f"industries. Weighted by trade of 2017: United States on China "
                f"{100 * us_before:.1f} % before, {100 * us_added:.1f} points added; China on the "
                f"United States {100 * china_before:.1f} % before, {100 * china_added:.1f} added.",
                "The source does not date its wave 5. The additions are above the 10 % of "
                "September 2018 on most industries, so they hold later rates, whatever the "
                "name says.",
                "The table does not balance: expenditure with tariffs differs from inputs plus "
                "final demand by between "
                f"{100 * gap[best]:.1f} % ({REGIONS[best]}) and {100 * gap[worst]:.1f} % "
                f"({REGIONS[worst]}) of income, summed over industries, and in {over} of 308 "
                "cells inputs alone exceed expenditure. One reason: the shares leave out taxes "
                "on products. Nothing is changed here; a model takes the published shares and "
                "solves the base again, so that its flows differ from the table's.",
                "The source does not say who is in EU: its value added of 15.5 trillion USD is "
                "that of 28 members with the United Kingdom.",
                "EU is one economy here; it hides the group of the same name.",
                "Industry 45 of the OECD tables (households as employers) and tariffs inside EU "
                "and ROW are not in the data.",
            ],
        },
    )
    return data_file


def _write_elasticities(arrays: dict[str, np.ndarray], target: Path) -> None:
    goods = (
        "teaching data, file cal_elasticities, which names no source; not checked against a "
        "publication"
    )
    services = f"{goods}: 10 without scale economies for every service"
    write_elasticities(
        target / f"{ELASTICITIES}.csv",
        [
            {
                "sector": sector,
                "elasticity": f"{theta:g}",
                "scale_elasticity": f"{psi:g}",
                "grade": "judgement",
                "source": goods if position < GOODS else services,
            }
            for position, (sector, theta, psi) in enumerate(
                zip(ICIO_SECTORS, arrays["elasticity"], arrays["scale_elasticity"], strict=True)
            )
        ],
        {
            "title": "Trade and scale elasticities of the 44 industries of uschina-2017",
            "worlds": [NAME],
            "source": "teaching data of a public course on quantitative trade",
            "licence": "teaching data, public",
            "retrieved": "the figures as the course publishes them",
            "notes": [
                "Neighboring industries share a value: the estimates are for broader sectors.",
                "The file names no source, hence the grade. Motor vehicles have 2.81, against "
                "8.22 for transport equipment in wiod-2011: results for cars differ accordingly.",
            ],
        },
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the eight files")
    build(parser.parse_args().source)
