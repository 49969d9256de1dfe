"""The US-China trade war on uschina-2017, beside Fajgelbaum et al. (2020).

The published numbers are in `papers/us-china-2018.yaml`. They come from another model and other
tariffs, so that the document holds comparisons with reasons, and hardly any row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.evidence.replications.comparison import Row, beside, compare, number
from triffin.trade.equilibrium import solve
from triffin.trade.many.results import SectorEquilibrium
from triffin.world.base.arrays import Array
from triffin.world.loading import load_world
from triffin.world.model import World

BILLION = 1e9


def report(published: dict[str, Any]) -> dict[str, Any]:
    """The entry of `replicate`: rows, comparisons, and all regions with and without retaliation.

    Numbers of `economies` are per cent of baseline income, and bn USD of it where they say so.
    """
    world = load_world(published["world"])
    alone, both = (world.schedules[published[name]] for name in ("unilateral", "both"))
    without, with_answer = solve_war(world, alone), solve_war(world, both)
    return {
        "id": published["id"],
        "citation": published["citation"],
        "note": published["note"],
        "rows": _rows(published, world),
        "comparisons": [
            *_levels(published, without, with_answer),
            *_reasons(published, world, alone, both),
        ],
        "artefacts": _artefacts(published, with_answer),
        "economies": {
            code: _economy(with_answer, without, i) for i, code in enumerate(world.economies)
        },
    }


def solve_war(world: World, tariffs: Array, **options: Any) -> SectorEquilibrium:
    """The equilibrium at `tariffs` (S, N, N); transfers keep the deficits of the data."""
    found = solve(world, tariffs, **options)
    assert isinstance(found, SectorEquilibrium)
    return found


def bn_usd(found: SectorEquilibrium, percent: Array) -> Array:
    """(N,) per cent of baseline income of households as bn USD of it."""
    return np.asarray(percent / 100 * found.baseline.income / BILLION)


def additions_bn_usd(world: World, tariffs: Array, importer: int) -> float:
    """What the tariffs above the world's take from buyers at complete pass-through, bn USD."""
    taken = (tariffs - world.tariff)[:, :, importer] * world.trade[:, :, importer]
    return float(taken.sum() / BILLION)


def _rows(published: dict[str, Any], world: World) -> list[Row]:
    gdp = world.gdp[world.index(published["economy"])] / BILLION
    return [
        compare(
            row["what"],
            row["published"],
            100 * row["bn_usd"] / gdp,
            row["decimals"],
            published["rows_note"],
        )
        for row in published["rows"]
    ]


def _levels(
    published: dict[str, Any], without: SectorEquilibrium, with_answer: SectorEquilibrium
) -> list[Row]:
    numbers, why, place = published["published"], published["why"], published["place"]
    home = with_answer.index(published["economy"])
    answered, alone = (
        (float(found.welfare[home]), float(bn_usd(found, found.welfare)[home]))
        for found in (with_answer, without)
    )
    both = f"{published['economy']} real income with retaliation"
    single = f"{published['economy']} real income without retaliation"
    monthly = f"{single}, bn USD a month ({published['monthly_place']})"
    return [
        beside(f"{both}, % ({place})", numbers["income_percent"], answered[0], why["levels"]),
        beside(f"{both}, bn USD ({place})", numbers["income_bn_usd"], answered[1], why["levels"]),
        beside(f"{single}, %", None, alone[0], why["unilateral"]),
        beside(f"{single}, bn USD", None, alone[1], why["unilateral"]),
        beside(
            f"{published['economy']} real income, what retaliation adds, bn USD",
            None,
            answered[1] - alone[1],
            why["retaliation"],
        ),
        beside(monthly, numbers["monthly_bn_usd"], alone[1] / 12, why["monthly"]),
    ]


def _reasons(published: dict[str, Any], world: World, alone: Array, both: Array) -> list[Row]:
    """The war again with one thing changed at a time, so that each reason has its size."""
    numbers, why, place = published["published"], published["why"], published["place"]
    code = published["economy"]
    home = world.index(code)
    taken = additions_bn_usd(world, alone, home)
    scale = -numbers["buyers_bn_usd"] / taken
    smaller = solve_war(world, world.tariff + scale * (both - world.tariff))
    terms = float(bn_usd(smaller, smaller.terms_of_trade)[home])
    data = world.sector_data
    assert data is not None
    rows = [
        *_additions(published, world, both),
        beside(
            f"{code} cost of the tariffs to buyers at complete pass-through, bn USD ({place})",
            numbers["buyers_bn_usd"],
            -taken,
            why["buyers"].format(ratio=1 / scale),
        ),
    ]
    for what, found, reason in (
        (
            "tariffs scaled to the published cost",
            smaller,
            why["scaled"].format(scale=scale, terms=terms),
        ),
        ("trade balanced", solve_war(world, both, deficits="balanced"), why["balanced"]),
        ("no inputs", solve_war(world, both, model="armington-many-sectors"), why["no_inputs"]),
        (
            "trade elasticities halved",
            solve_war(world, both, trade_elasticity=data.elasticity / 2),
            why["halved"],
        ),
    ):
        rows.append(
            beside(
                f"{code} real income with retaliation, {what}, bn USD ({place})",
                numbers["income_bn_usd"],
                bn_usd(found, found.welfare)[home],
                reason,
            )
        )
    return rows


def _additions(published: dict[str, Any], world: World, both: Array) -> list[Row]:
    """Points added to the tariffs between the two economies, weighted by goods imports."""
    goods = list(world.goods)
    rows = []
    for row in published["additions"]:
        pair = (goods, world.index(row["exporter"]), world.index(row["importer"]))
        added = np.average((both - world.tariff)[pair], weights=world.trade[pair])
        what = f"{row['what']}, points ({published['additions_place']})"
        why = published["why"]["additions"].format(before=row["before"], after=row["after"])
        rows.append(beside(what, round(row["after"] - row["before"], 1), 100 * added, why))
    return rows


def _artefacts(published: dict[str, Any], with_answer: SectorEquilibrium) -> list[Row]:
    home = with_answer.index(published["economy"])
    return [
        beside(
            f"{published['economy']} welfare with retaliation, first-order sum, %",
            None,
            with_answer.welfare_first_order[home],
            published["first_order_artefact"].format(exact=with_answer.welfare[home]),
        )
    ]


def _economy(
    with_answer: SectorEquilibrium, without: SectorEquilibrium, i: int
) -> dict[str, float | None]:
    out: dict[str, float | None] = {}
    for suffix, found in (("", with_answer), ("_without_retaliation", without)):
        for name, values in (
            ("exact", found.welfare),
            ("first_order", found.welfare_first_order),
            ("exact_bn_usd", bn_usd(found, found.welfare)),
            ("first_order_bn_usd", bn_usd(found, found.welfare_first_order)),
            ("terms_of_trade", found.terms_of_trade),
            ("volume_of_trade", found.volume_of_trade),
            ("real_wage", found.real_wage),
        ):
            out[name + suffix] = number(values[i])
    return out
