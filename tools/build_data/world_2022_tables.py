"""The source tables of `world-2022` as arrays: trade, value added, inputs of 2017 and of 2020."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tools.build_data import uschina_2017

from triffin.world.data.blocs import EU

# Industries of the OECD tables, edition 2025, in each of the 22 goods sectors; services follow.
GOODS: tuple[tuple[str, ...], ...] = (
    ("A01", "A02"),
    ("A03",),
    ("B05", "B06"),
    ("B07", "B08"),
    ("B09",),
    ("C10T12",),
    ("C13T15",),
    ("C16",),
    ("C17_18",),
    ("C19",),
    ("C20",),
    ("C21",),
    ("C22",),
    ("C23",),
    ("C24A", "C24B"),
    ("C25",),
    ("C26",),
    ("C27",),
    ("C28",),
    ("C29",),
    ("C301", "C302T309"),
    ("C31T33",),
)
SERVICES = len(GOODS)
N_SECTORS = SERVICES + 1
# Blocks of the 2020 table: farms, mines and food; other manufactures; all that is no good.
BLOCKS = (*(0 for _ in range(6)), *(1 for _ in range(SERVICES - 6)), 2)
BLOCK_OF_GROUP = {"AGRI_MIN_FOOD": 0, "MANUF_EXFOOD": 1}
FOOD = 5

# The region of `uschina-2017` whose input shares an economy takes; ROW where none is named. The
# European Union of that table has 28 members.
REGION_2017 = {
    **dict.fromkeys((*EU, "GBR"), "EU"),
    **{code: code for code in ("BRA", "CHN", "IND", "JPN", "USA")},
}


@dataclass(frozen=True, eq=False)
class Sources:
    """What the build reads; N economies, S sectors, R regions, million USD.

    trade (S, N exporter, N importer) with home sales on the diagonal; tariff (S, N, N) of the
    trade file, fractions, plain means within merged sectors; value_added (S, R); region (N,)
    position in `regions`; shares_2017 (S input, S using, 7) shares of all inputs;
    food_tariff_2017 (7 exporter, 7 importer) fractions; block_2020 (3 input, 3 using, N) inputs
    by block; added_2020 (3, N) value added over output; in_2020 (N,) whether the table of 2020
    has the economy.
    """

    economies: tuple[str, ...]
    trade: np.ndarray
    tariff: np.ndarray
    regions: tuple[str, ...]
    region: np.ndarray
    value_added: np.ndarray
    shares_2017: np.ndarray
    food_tariff_2017: np.ndarray
    block_2020: np.ndarray
    added_2020: np.ndarray
    in_2020: np.ndarray


def read_sources(source: Path) -> Sources:
    """The tables below `source`; ValueError where one does not have the layout expected."""
    folder = source / "world-2022"
    with np.load(folder / "icio2025ed_trade_2018_2022_81x28.npz", allow_pickle=False) as archive:
        economies = tuple(str(code) for code in archive["countries"])
        industries = tuple(str(code) for code in archive["sectors"])
        flows = archive["X_2022"].astype(np.float64)
        rates = archive["tariff_teti2021"].astype(np.float64)
    place = _sector_of_industry(industries)
    n = len(economies)
    trade = np.zeros((N_SECTORS, n, n))
    np.add.at(trade, place, np.moveaxis(flows, 2, 0))
    tariff = np.zeros_like(trade)
    np.add.at(tariff, place, np.moveaxis(rates, 2, 0))
    tariff /= np.bincount(place)[:, None, None]
    regions, region, added = _value_added(folder, economies, industries)
    shares, food = _inputs_2017(source / "uschina-2017")
    block, ratio, known = _table_2020(folder / "icio2023ed_2020_77x11.npz", economies)
    return Sources(
        economies, trade, tariff, regions, region, added, shares, food, block, ratio, known
    )


def _sector_of_industry(industries: Sequence[str]) -> np.ndarray:
    sector = {code: k for k, codes in enumerate(GOODS) for code in codes}
    if [code for code in industries if code != "SERVICES"] != [c for g in GOODS for c in g]:
        raise ValueError("the industries of the trade file are not those expected")
    return np.array([sector.get(code, SERVICES) for code in industries])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _value_added(
    folder: Path, economies: Sequence[str], industries: Sequence[str]
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Regions, the region of each economy (N,), and value added (S, R), million USD."""
    mapping = rows_of(folder / "va2022_region_mapping.csv")
    mapped = {row["country"]: row["region"] for row in mapping}
    regions = tuple(sorted(set(mapped.values())))
    place = dict(zip(industries, _sector_of_industry(industries).tolist(), strict=True))
    added = np.zeros((N_SECTORS, len(regions)))
    for row in rows_of(folder / "va2022_20regions_50industries.csv"):
        cell = place.get(row["industry"], SERVICES), regions.index(row["region"])
        added[cell] += float(row["value_added_musd"])
    return regions, np.array([regions.index(mapped[code]) for code in economies]), added


def _inputs_2017(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Input shares (S, S, 7) with services merged by value, and tariffs on food (7, 7) of 2017."""
    tables = uschina_2017.read_tables(folder)
    spent = (1 - tables["value_added_share"]) * tables["gross_output"]
    value = tables["input_share"] * spent
    place = np.minimum(np.arange(value.shape[0]), SERVICES)
    inputs = np.zeros((N_SECTORS, *value.shape[1:]))
    np.add.at(inputs, place, value)
    merged = np.zeros((N_SECTORS, N_SECTORS, value.shape[2]))
    np.add.at(merged, (slice(None), place), inputs)
    return merged / merged.sum(axis=0), tables["tariff"][FOOD]


def _table_2020(path: Path, economies: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs by block (3, 3, N), value added over output (3, N), and which economies it has.

    What the table does not have is inside its rest of the world and takes the figures of that.
    """
    with np.load(path, allow_pickle=False) as archive:
        known = [str(code) for code in archive["countries"]]
        block = np.array([BLOCK_OF_GROUP.get(str(group), 2) for group in archive["sectors"]])
        n, g = len(known), len(block)
        inter = archive["inter"].reshape(n, g, n, g).sum(axis=0)
        added = archive["value_added"].reshape(n, g)
        output = archive["inter"].sum(axis=1) + archive["final"].sum(axis=1)
    blocks = np.zeros((3, 3, n))
    made, paid = np.zeros((3, n)), np.zeros((3, n))
    for j, to in enumerate(block):
        for i, of in enumerate(block):
            blocks[of, to] += inter[i, :, j]
        paid[to] += added[:, j]
        made[to] += output.reshape(n, g)[:, j]
    at = [known.index(code if code in known else "ROW") for code in economies]
    return blocks[:, :, at], (paid / made)[:, at], np.array([code in known for code in economies])
