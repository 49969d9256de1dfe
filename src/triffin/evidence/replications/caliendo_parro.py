"""Caliendo and Parro (2015): what NAFTA's tariff cuts did, Table 2 and intra-bloc trade.

The published numbers are in `papers/caliendo-parro-2015.yaml`. The paper's welfare is a first-order
sum evaluated with changes that are not small; the exact change stands beside it.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from triffin.evidence.replications.paper import Replication, Row, beside, compare
from triffin.trade.equilibrium import solve
from triffin.trade.many.results import SectorEquilibrium
from triffin.world.base.arrays import Array
from triffin.world.model import World

# Variables of `economies`, by their name in the solved equilibrium; per cent.
ECONOMY_VARIABLES = {
    "exact": "welfare",
    "first_order": "welfare_first_order",
    "terms_of_trade": "terms_of_trade",
    "volume_of_trade": "volume_of_trade",
    "real_wage": "real_wage",
}
# Steps between the two tariff tables; the sum of the terms is then exact to three decimals.
STEPS = 16


class Nafta(Replication):
    """Tables 2 and intra-bloc trade, and all 31 economies in per cent."""

    @cached_property
    def tariffs(self) -> Array:
        """(S, N, N) of the experiment."""
        return bloc_tariffs(self.world, self.published["members"], self.published["schedule"])

    @cached_property
    def found(self) -> SectorEquilibrium:
        """The equilibrium of the experiment."""
        return solve_balanced(self.world, self.tariffs)

    def columns(self) -> dict[str, Array]:
        return {name: getattr(self.found, of) for name, of in ECONOMY_VARIABLES.items()}

    def rows(self) -> list[Row]:
        trade = self.published["intra_bloc"]
        change = self.found.bloc_trade_change(self.published["members"])
        note = f"{trade['place']}; {trade['note']}"
        return [
            *self._table_rows(),
            *(
                compare(f"{code} {trade['label']}", value, change[code], trade["decimals"], note)
                for code, value in trade["rows"].items()
            ),
        ]

    def _table_rows(self) -> list[Row]:
        return [
            compare(
                f"{code} {table['labels'][name]}",
                value,
                self.found.of(code)[name],
                digits,
                f"{table['place']}; {self.published['experiment']}",
            )
            for table in self.published["tables"]
            for code, printed in table["rows"].items()
            for (name, digits), value in zip(table["columns"].items(), printed, strict=True)
        ]

    def artefacts(self) -> list[Row]:
        known = self.published["first_order_artefact"]
        printed = self.published["tables"][0]["rows"]
        terms, volume = first_order_along_path(self.world, self.tariffs, STEPS)
        rows: list[Row] = []
        for code in self.published["members"]:
            i = self.world.index(code)
            path = known["path"].format(
                steps=STEPS,
                code=code,
                terms=terms[i],
                volume=volume[i],
                total=terms[i] + volume[i],
                published_terms=printed[code][1],
                published_volume=printed[code][2],
            )
            what = f"{code} real income, exact, beside the published welfare ({known['place']})"
            # The reason is one for all; it stands in full with the first of them.
            why = path if rows else f"{known['why']} {path}"
            rows.append(beside(what, printed[code][0], self.found.welfare[i], why))
        return rows


def bloc_tariffs(world: World, members: list[str], schedule: str) -> Array:
    """(S, N, N) tariffs of `schedule` among the members, those of the world everywhere else."""
    rates = world.tariff.copy()
    positions = [world.index(code) for code in members]
    for exporter in positions:
        for importer in positions:
            rates[:, exporter, importer] = world.schedules[schedule][:, exporter, importer]
    return rates


def solve_balanced(world: World, tariffs: Array) -> SectorEquilibrium:
    """The equilibrium at `tariffs` (S, N, N), relative to the base purged of aggregate deficits."""
    found = solve(world, tariffs, model="caliendo-parro-2015", deficits="balanced")
    assert isinstance(found, SectorEquilibrium)
    return found


def first_order_along_path(world: World, tariffs: Array, steps: int) -> tuple[Array, Array]:
    """Terms of trade and volume of trade (N,), per cent, summed over `steps` parts of the way.

    Each part evaluates the paper's two terms at the mean of its two ends, on the straight line
    between the logs of 1 + tariff. As `steps` grows, the sum of both becomes the exact log change
    of real income.
    """
    start, end = np.log1p(world.tariff), np.log1p(tariffs)
    diagonal = np.arange(world.n_economies)
    terms, volume = np.zeros(world.n_economies), np.zeros(world.n_economies)
    before: tuple[Array, Array, Array, Array] | None = None
    for fraction in np.linspace(0.0, 1.0, steps + 1):
        found = solve_balanced(world, np.expm1(start + fraction * (end - start)))
        flows = found.trade_flows.copy()
        flows[:, diagonal, diagonal] = 0.0
        here = (flows, found.tariffs, found.state.log_c, found.state.income)
        if before is not None:
            mean_flows, mean_tariff, _, income = (
                (a + b) / 2 for a, b in zip(before, here, strict=True)
            )
            dearer = here[2] - before[2]
            mean_revenue = (before[0] * before[1] + here[0] * here[1]) / 2
            sold = (mean_flows.sum(axis=2) * dearer).sum(axis=0)
            bought = (mean_flows * dearer[:, :, None]).sum(axis=(0, 1))
            taxed = mean_tariff * (here[0] - before[0]) - mean_revenue * dearer[:, :, None]
            terms += 100 * (sold - bought) / income
            volume += 100 * taxed.sum(axis=(0, 1)) / income
        before = here
    return terms, volume
