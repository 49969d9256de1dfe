"""What is on the table with every partner: the scenario's demands, or what trade data imply (A.2).

Demands explain terms; they set no rate.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from triffin.scenario.sections import Demand
from triffin.scenario.tariff_selectors import EVERYONE
from triffin.strategy.negotiation.setting import Scene
from triffin.strategy.payoffs.solves import LISTED_HEGEMON
from triffin.world.base.arrays import Array
from triffin.world.data.us_law.records import cells

CARS, UNION = "C29", {"EU": "EU27"}
"""Motor vehicles in the ICIO classification; how the table of imports calls the European Union."""
LEAST_CARS_BN = 1.0
"""US imports of motor vehicles, bn USD a year, from which cars are on the table."""


def demands_by_partner(scene: Scene) -> list[Demand | None]:
    """The demands on every partner, None where nothing is stated; "*" is everybody who has no
    demands of its own."""
    given = dict(scene.scenario.demands or {})
    found: list[Demand | None] = [given.pop(EVERYONE, None)] * len(scene.setting.partners)
    for code, demand in given.items():
        found[scene.setting.index(code)] = demand
    return found


def agenda_of(scene: Scene, i: int) -> dict[str, Any]:
    """What is asked of a partner, as the scenario states it or as trade data imply, bn USD a year.

    purchases_by_default : the sender's bilateral deficit; access_by_default : what it sells;
    cars_by_default : what the United States buy in motor vehicles (2024), from a billion on.
    """
    stated = demands_by_partner(scene)[i]
    if stated is not None:
        return stated.model_dump(exclude_none=True)
    setting = scene.setting
    flows, h = setting.base.world.trade[0] / 1e9, setting.hegemon
    bought, sold = setting.members[i] @ flows[:, h], setting.members[i] @ flows[h, :]
    found = {"purchases": max(float(bought - sold), 0.0), "access": float(sold)}
    code = setting.codes[i]
    if setting.base.world.economies[h] == LISTED_HEGEMON:
        found["cars"] = _cars().get(UNION.get(code, code), 0.0)
    least = {"purchases": 0.0, "access": 0.0, "cars": LEAST_CARS_BN}
    return {f"{name}_by_default": bn for name, bn in found.items() if bn > least[name]}


@cache
def _cars() -> dict[str, float]:
    """US imports of motor vehicles of 2024 by partner, bn USD."""
    table = cells()
    here = table.sector == CARS
    codes, place = np.unique(table.partner[here], return_inverse=True)
    totals: Array = np.bincount(place, weights=table.imports[here])
    return dict(zip(codes.tolist(), (totals / 1e9).tolist(), strict=True))
