"""Baseline tariffs of `world-2022`: as collected by the United States, others as applied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tools.build_data.uschina_2017 import REGIONS as REGIONS_2017
from tools.build_data.world_2022_tables import (
    FOOD,
    GOODS,
    REGION_2017,
    SERVICES,
    Sources,
    rows_of,
)

from triffin.world.data.blocs import EU

# A rate on food below this in the source is a preference, not the scale that cannot be used.
PREFERENCE = 0.002
# Partners of the United States under tariffs of their own: not part of means that stand in.
APART = ("CHN", "HKG")
REST = "ROW"
UNION = "EU27"  # as the Census table calls it


def base_tariffs(sources: Sources, source: Path) -> np.ndarray:
    """(S, N exporter, N importer) fractions: none on services, at home, or inside the EU.

    Non-food goods: the applied rates of the trade file. Food: for Brazil, China, India, Japan and
    the European Union (and Britain, then a member) the rates of 2017 in `uschina-2017`, for others
    the rate on farm goods of the same pair, which is a judgement. The United States: duty over
    imports of 2024.
    """
    tariff = sources.tariff.copy()
    given = sources.tariff[FOOD]
    at_2017 = [REGIONS_2017.index(REGION_2017.get(code, REST)) for code in sources.economies]
    food = sources.food_tariff_2017[np.ix_(at_2017, at_2017)]
    own_region = np.array([code in REGION_2017 for code in sources.economies])
    tariff[FOOD] = np.where(own_region[None, :], food, sources.tariff[0])
    tariff[FOOD][given < PREFERENCE] = 0.0
    usa = sources.economies.index("USA")
    tariff[:SERVICES, :, usa] = collected(sources, source)
    tariff[SERVICES] = 0.0
    union = np.array([code in EU for code in sources.economies])
    tariff[:, union[:, None] & union[None, :]] = 0.0
    own = np.arange(len(sources.economies))
    tariff[:, own, own] = 0.0
    return tariff


def collected(sources: Sources, source: Path) -> np.ndarray:
    """(22, N exporter) duty over imports for consumption, United States, 2024.

    The European Union's rate holds for its members; what the Census lists of partners that are
    inside the rest of the world is that economy's. Where a partner sold nothing, the mean of all
    partners but China and Hong Kong stands in; partners that are not listed have the applied
    rates of the trade file, on food that mean.
    """
    sector = {code: k for k, codes in enumerate(GOODS) for code in codes}
    imports = {code: np.zeros(SERVICES) for code in (*sources.economies, UNION)}
    duty = {code: np.zeros(SERVICES) for code in imports}
    for row in rows_of(source / "us-imports-2024" / "us_imports_2024_partner_icio.csv"):
        code = row["iso3"] if row["iso3"] in imports else REST
        if row["icio"] in sector:  # OTHER and chapters 98 and 99 belong to no sector
            imports[code][sector[row["icio"]]] += float(row["imports_usd"])
            duty[code][sector[row["icio"]]] += float(row["duty_usd"])
    others = [code for code in imports if code not in APART]
    total = np.sum([imports[code] for code in others], axis=0)
    mean = np.sum([duty[code] for code in others], axis=0) / np.where(total > 0, total, 1.0)
    usa = sources.economies.index("USA")
    rates = np.zeros((SERVICES, len(sources.economies)))
    for i, code in enumerate(sources.economies):
        listed = UNION if code in EU else code
        if not imports[listed].any():
            rates[:, i] = sources.tariff[:SERVICES, i, usa]
            free = sources.tariff[FOOD, i, usa] < PREFERENCE
            rates[FOOD, i] = 0.0 if free else mean[FOOD]
            continue
        bought = imports[listed] > 0
        rates[:, i] = np.where(bought, duty[listed] / np.where(bought, imports[listed], 1.0), mean)
    return rates
