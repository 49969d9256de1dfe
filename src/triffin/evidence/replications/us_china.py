"""The US-China trade war on uschina-2017, beside Fajgelbaum et al. (2020).

The published numbers are in `papers/us-china-2018.yaml`. They come from another model and other
tariffs, so that the document holds comparisons with reasons, and hardly any row.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from triffin.evidence.replications.paper import Replication, Row, beside, compare
from triffin.trade.equilibrium import solve
from triffin.trade.many.results import SectorEquilibrium
from triffin.world.base.arrays import Array
from triffin.world.model import World

BILLION = 1e9


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


class War(Replication):
    """The entry of `replicate`; economies also without retaliation, and in bn USD of income."""

    @cached_property
    def alone(self) -> Array:
        """(S, N, N) tariffs of the United States, unanswered."""
        return self.world.schedules[self.published["unilateral"]]

    @cached_property
    def both(self) -> Array:
        """(S, N, N) tariffs of both sides."""
        return self.world.schedules[self.published["both"]]

    @cached_property
    def without(self) -> SectorEquilibrium:
        """The equilibrium without retaliation."""
        return solve_war(self.world, self.alone)

    @cached_property
    def answered(self) -> SectorEquilibrium:
        """The equilibrium with retaliation."""
        return solve_war(self.world, self.both)

    def rows(self) -> list[Row]:
        gdp = self.world.gdp[self.home] / BILLION
        note = self.published["rows_note"]
        return [
            compare(row["what"], row["published"], 100 * row["bn_usd"] / gdp, row["decimals"], note)
            for row in self.published["rows"]
        ]

    def comparisons(self) -> list[Row]:
        return [*self._levels(), *self._additions(), *self._reasons()]

    def _levels(self) -> list[Row]:
        numbers, why, place = (self.published[key] for key in ("published", "why", "place"))
        answered, alone = (
            (float(found.welfare[self.home]), float(bn_usd(found, found.welfare)[self.home]))
            for found in (self.answered, self.without)
        )
        income = f"{self.published['economy']} real income"
        both, single = f"{income} with retaliation", f"{income} without retaliation"
        monthly = f"{single}, bn USD a month ({self.published['monthly_place']})"
        added = f"{income}, what retaliation adds, bn USD"
        return [
            beside(f"{both}, % ({place})", numbers["income_percent"], answered[0], why["levels"]),
            beside(
                f"{both}, bn USD ({place})", numbers["income_bn_usd"], answered[1], why["levels"]
            ),
            beside(f"{single}, %", None, alone[0], why["unilateral"]),
            beside(f"{single}, bn USD", None, alone[1], why["unilateral"]),
            beside(added, None, answered[1] - alone[1], why["retaliation"]),
            beside(monthly, numbers["monthly_bn_usd"], alone[1] / 12, why["monthly"]),
        ]

    def _additions(self) -> list[Row]:
        """Points added to the tariffs between the two economies, weighted by goods imports."""
        world, goods = self.world, list(self.world.goods)
        rows = []
        for row in self.published["additions"]:
            pair = (goods, world.index(row["exporter"]), world.index(row["importer"]))
            added = np.average((self.both - world.tariff)[pair], weights=world.trade[pair])
            what = f"{row['what']}, points ({self.published['additions_place']})"
            why = self.published["why"]["additions"]
            why = why.format(before=row["before"], after=row["after"])
            rows.append(beside(what, round(row["after"] - row["before"], 1), 100 * added, why))
        return rows

    def _reasons(self) -> list[Row]:
        """The war again with one thing changed at a time, so that each reason has its size."""
        numbers, why, place = (self.published[key] for key in ("published", "why", "place"))
        world, home, code = self.world, self.home, self.published["economy"]
        taken = additions_bn_usd(world, self.alone, home)
        scale = -numbers["buyers_bn_usd"] / taken
        smaller = solve_war(world, world.tariff + scale * (self.both - world.tariff))
        terms = float(bn_usd(smaller, smaller.terms_of_trade)[home])
        data = world.sector_data
        assert data is not None
        balanced = solve_war(world, self.both, deficits="balanced")
        no_inputs = solve_war(world, self.both, model="armington-many-sectors")
        halved = solve_war(world, self.both, trade_elasticity=data.elasticity / 2)
        scaled = why["scaled"].format(scale=scale, terms=terms)
        cost = f"{code} cost of the tariffs to buyers at complete pass-through, bn USD ({place})"
        return [
            beside(cost, numbers["buyers_bn_usd"], -taken, why["buyers"].format(ratio=1 / scale)),
            *(
                beside(
                    f"{code} real income with retaliation, {what}, bn USD ({place})",
                    numbers["income_bn_usd"],
                    bn_usd(found, found.welfare)[home],
                    reason,
                )
                for what, found, reason in (
                    ("tariffs scaled to the published cost", smaller, scaled),
                    ("trade balanced", balanced, why["balanced"]),
                    ("no inputs", no_inputs, why["no_inputs"]),
                    ("trade elasticities halved", halved, why["halved"]),
                )
            ),
        ]

    def artefacts(self) -> list[Row]:
        found = self.answered
        what = f"{self.published['economy']} welfare with retaliation, first-order sum, %"
        why = self.published["first_order_artefact"].format(exact=found.welfare[self.home])
        return [beside(what, None, found.welfare_first_order[self.home], why)]

    def columns(self) -> dict[str, Array]:
        columns = {}
        for suffix, found in (("", self.answered), ("_without_retaliation", self.without)):
            for name, values in (
                ("exact", found.welfare),
                ("first_order", found.welfare_first_order),
                ("exact_bn_usd", bn_usd(found, found.welfare)),
                ("first_order_bn_usd", bn_usd(found, found.welfare_first_order)),
                ("terms_of_trade", found.terms_of_trade),
                ("volume_of_trade", found.volume_of_trade),
                ("real_wage", found.real_wage),
            ):
                columns[name + suffix] = values
        return columns
