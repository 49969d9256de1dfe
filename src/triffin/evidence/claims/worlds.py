"""Facts of the ledger that stand in a world: trade, output, tariffs of one economy."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.evidence.claims.reading import Arguments, Reader, Reading
from triffin.world.base.errors import InputError, one_of
from triffin.world.loading import load_world
from triffin.world.model import World

BILLION = 1e9
TAKES = (
    "imports",
    "exports",
    "imports_over_gdp",
    "exports_over_gdp",
    "balance",
    "export_share",
    "imported_share",
    "mean_addition",
)
WORLDS = ("world-2023", "nafta-1993", "wiod-2008", "wiod-2011", "uschina-2017")


def _world(name: str, a: Arguments) -> Reading:
    """One number of an economy; goods where the world has goods sectors and `sector` is not named.

    balance and mean_addition may name a `partner`; export_share needs one. mean_addition: points
    by which a `schedule` of the world raises the tariffs on the partner's goods, weighted by trade.
    imported_share: imports over all use of a sector's output.
    """
    world = load_world(name)
    here = world.index(str(a["economy"]))
    there = world.index(str(a["partner"])) if "partner" in a else None
    take = a.get("take", "balance")
    sectors = _sectors(world, a)
    out = world.trade[sectors, here, :].sum(axis=0)
    into = world.trade[sectors, :, here].sum(axis=0)
    at_home = float(out[here])
    exports, imports = float(out.sum()) - at_home, float(into.sum()) - at_home
    shown: dict[str, Any] = {
        "source": f"{name}: {world.provenance.get('source', world.title)}",
        "period": str(world.year),
        "grade": "derived",
    }
    if take in ("exports_over_gdp", "imports_over_gdp"):
        flow = exports if take == "exports_over_gdp" else imports
        return Reading(100 * flow / float(world.gdp[here]), unit="% of GDP", **shown)
    if take == "imported_share":
        return Reading(100 * imports / float(into.sum()), unit="%", **shown)
    if take in ("imports", "exports"):
        total, by_partner = (imports, into) if take == "imports" else (exports, out)
        flow = total if there is None else float(by_partner[there])
        return Reading(flow / BILLION, unit="bn USD", **shown)
    if take == "balance":
        net = exports - imports if there is None else float(out[there] - into[there])
        return Reading(net / BILLION, unit="bn USD", **shown)
    if there is None:
        raise InputError(f"{take} needs a partner.", field="partner", valid="an economy")
    if take == "export_share":
        return Reading(100 * float(out[there]) / exports, unit="% of exports", **shown)
    wanted = str(a.get("schedule"))
    one_of(wanted, world.schedules, f"{name} has no schedule {wanted!r}.", field="schedule")
    added = (world.schedules[wanted] - world.tariff)[sectors, there, here]
    mean = np.average(added, weights=world.trade[sectors, there, here])
    return Reading(100 * float(mean), unit="points", **shown)


def _sectors(world: World, a: Arguments) -> list[int]:
    if "sector" not in a:
        return list(world.goods)
    wanted = str(a["sector"])
    known = {name.casefold(): name for name in world.sectors}
    name = known.get(wanted.casefold(), wanted)
    one_of(name, world.sectors, f"{world.name} has no sector {wanted!r}.", field="sector")
    return [world.sectors.index(name)]


WORLD_READERS = dict.fromkeys(
    WORLDS,
    Reader(_world, ("economy", "partner", "sector", "schedule", "take"), ("economy",), TAKES),
)
