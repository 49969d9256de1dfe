"""Withheld trade beside published figures: `triffin versus --power`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

import numpy as np

from triffin.questions.power.narrow import narrow_answer
from triffin.questions.power.setting import WORLD, Asked, setting_of
from triffin.strategy.power.critical import import_stop, sufficient_loss
from triffin.strategy.power.time import elasticities_after
from triffin.strategy.power.value import together
from triffin.strategy.power.withhold import withheld_equilibrium, withholding
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solve import many_baseline, solve_sectors
from triffin.trade.models import model_for
from triffin.world.base.errors import one_of
from triffin.world.data.shipped_rows import rows
from triffin.world.groups import group_members, group_names
from triffin.world.loading import load_world
from triffin.world.narrow_goods import named_good
from triffin.world.registry.parameter_set import in_place

DATASET = "published-withholding"
WEST = ("EU", "USA", "CAN", "GBR", "CHE", "NOR", "ISL", "JPN", "KOR", "TWN", "AUS", "NZL")
_ENERGY = ("Mining, Energy Products", "Coke and Refined Petroleum")


@dataclass(frozen=True)
class PublishedLoss:
    """One published loss, per cent, from `low` to `high`.

    case : what of ours stands beside it (`CASES`), for `economy`. use : reproduce (within
    `tolerance` points), band (order of size), beside. seen : how the figure was read.
    """

    id: str
    source: str
    what: str
    economy: str
    low: float
    high: float
    use: Literal["reproduce", "band", "beside"]
    tolerance: float
    case: str
    seen: str
    why: str


def _base(theta: float | None = None, years: float | None = None) -> SectorBaseline:
    world = load_world(WORLD)
    assert world.sector_data is not None
    values = np.array(world.sector_data.elasticity)
    if theta is not None:
        values = np.full(len(values), theta)
    if years is not None:
        values = elasticities_after(values, years, in_place())
    given = {"trade_elasticity": values}
    return many_baseline(world, model_for(world, None), deficits="balanced", parameters=given)


@cache
def _doubled(retaliates: bool) -> SectorEquilibrium:
    """The European Union and China double trade costs, or the Union alone, at elasticity 4."""
    base, world = _base(4.0), load_world(WORLD)
    europe = [world.index(code) for code in group_members(world, "EU")]
    cost = np.ones(base.share.shape)
    cost[:, world.index("CHN"), europe] = 2.0
    if retaliates:
        cost[:, europe, world.index("CHN")] = 2.0
    return solve_sectors(base, base.tariff, deficits="balanced", iceberg=cost)


@cache
def _cut(
    by: tuple[str, ...],
    on: str,
    sectors: tuple[str, ...] | None,
    ways: str,
    years: float | None,
) -> SectorEquilibrium:
    base = _base(years=years)
    row = withholding(base.world, list(by), on, sectors, ways=ways)
    return withheld_equilibrium(base, [row])


def _loss(found: Callable[[], SectorEquilibrium], economy: str) -> tuple[float, float]:
    after = found()
    world = after.world
    grouped = economy in group_names(world)
    codes = group_members(world, economy) if grouped else (economy,)
    loss = -together(after.baseline, after.welfare, [world.index(code) for code in codes])
    return loss, loss


def _table(economy: str) -> tuple[float, float]:
    """Ends of the table over magnets, China withholding all."""
    setting = setting_of(Asked("CHN", economy), in_place())
    found = narrow_answer(setting, named_good("magnets"))
    return float(found["lowest_pct"]), float(found["highest_pct"])


def _one(value: float) -> tuple[float, float]:
    return value, value


_WEST = partial(_cut, WEST, "CHN", None, "both")
_EVENTS: dict[str, Callable[[], SectorEquilibrium]] = {
    "eu-doubles": partial(_doubled, False),
    "both-double": partial(_doubled, True),
    "west-china-months": partial(_WEST, 0.0),
    "west-china-year": partial(_WEST, 1.0),
    "west-china": partial(_WEST, None),
    "russian-energy-year": partial(_cut, ("EU",), "RUS", _ENERGY, "imports", 1.0),
    "west-russia": partial(_cut, WEST, "RUS", None, "both", None),
}
CASES: dict[str, Callable[[str], tuple[float, float]]] = {
    **{name: partial(_loss, event) for name, event in _EVENTS.items()},
    "magnets": _table,
    "oil-first": lambda _: _one(-sufficient_loss(0.018, 0.076, -0.13)["first_order_pct"]),
    "oil-second": lambda _: _one(-sufficient_loss(0.018, 0.076, -0.13)["second_order_pct"]),
    "energy-10": lambda _: _one(-import_stop(0.04, 0.04, 0.9)["output_pct"]),
    "gas-30": lambda _: _one(-import_stop(0.012, 0.1, 0.7)["output_pct"]),
}


def withheld_versus() -> dict[str, Any]:
    """{rows: [{id, source, what, economy, published, ours, use, inside, gap, seen, why}], counts}.

    ours : [low, high], alike but for tables. inside : of a row to be reproduced whether it is
    within its tolerance, of a band whether the ranges touch, None of what only stands beside (a
    table is too wide to fail); gap : how far they are apart, in points.
    """
    found = []
    for row in rows(DATASET, PublishedLoss):
        one_of(row.case, CASES, f"{row.id} has no counterpart {row.case!r}.", field="case")
        low, high = CASES[row.case](row.economy)
        gap = max(row.low - high, low - row.high, 0.0)
        found.append(
            {
                "id": row.id,
                "source": row.source,
                "what": row.what,
                "economy": row.economy,
                "published": [row.low, row.high],
                "ours": [low, high],
                "use": row.use,
                "inside": None if row.use == "beside" else gap <= row.tolerance,
                "gap": gap,
                "seen": row.seen,
                "why": row.why,
            }
        )
    held = [row for row in found if row["use"] == "reproduce"]
    return {
        "title": "Withheld trade beside published figures",
        "rows": found,
        "counts": {
            "rows": len(found),
            "compared": sum(row["inside"] is not None for row in found),
            "inside": sum(bool(row["inside"]) for row in found),
            "to_reproduce": len(held),
            "reproduced": sum(bool(row["inside"]) for row in held),
        },
    }
