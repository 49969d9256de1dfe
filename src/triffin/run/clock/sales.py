"""The Treasuries that a scenario's holders sell, by trading day and draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.finance.treasuries.market import MATURITIES
from triffin.finance.treasuries.wall import maturing
from triffin.run.plan.calendar import Clock, trading_days
from triffin.scenario.sections import TreasurySale, Wall
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.registry import parameter


@dataclass(frozen=True, eq=False)
class Flows:
    """Sales in bn of 10-year equivalents: by trading day of the clock (T, n), and before its first
    day (P, n). private, official: of the economy whose currency is watched; others: everybody
    else. Official sales before the start have left the reserves of the start already."""

    others: Array
    private: Array
    official: Array
    others_before: Array
    private_before: Array

    @property
    def outside(self) -> bool:
        """Whether others than that economy sell."""
        return bool(self.others.any() or self.others_before.any())


def wall_flow(wall: Wall, clock: Clock) -> Array:
    """(T,) bn of 10-year equivalents that nobody of those who held them buys again, spread over
    the trading days of the wall's month.

    Debt that is rolled over is not sold. What is not comes from foreign holders, who hold of what
    matures what they hold of all; their bills weigh little in 10-year equivalents (models D.5).
    """
    here = clock.days.astype("datetime64[M]") == np.datetime64(wall.month, "M")
    if not wall.not_rolled_share or not here.any():
        return np.zeros(len(clock.days))
    record = maturing(wall.month)
    total = record.total_usd_bn if wall.maturing_usd_trn is None else 1000 * wall.maturing_usd_trn
    coupons = (record.notes_and_bonds_usd_bn or 0.0) / record.total_usd_bn
    years = (
        MATURITIES["bills"] * (1 - coupons) + parameter("average_maturity_years").value * coupons
    )
    foreign = parameter("foreign_holdings_bn").value / parameter("marketable_debt_bn").value
    amount = wall.not_rolled_share * foreign * total * years / parameter("ten_year_duration").value
    return np.where(here, amount / here.sum(), 0.0)


def scenario_flows(
    sales: list[TreasurySale], clock: Clock, owner: str, treasury_share: Array, wall: Array
) -> Flows:
    """Sales of the scenario, each spread evenly over its trading days.

    owner : the economy whose sales are told apart. treasury_share (n,) : of foreign bonds sold
    that are Treasuries. wall (T,) : what is not rolled over, sold by others. A sale that reaches
    beyond the end is made as far as the scenario runs.
    Raises InputError for a sale without a trading day.
    """
    n = len(treasury_share)
    first = min([clock.start, *(sale.from_ for sale in sales)])
    early = trading_days(first, clock.start)
    days = np.concatenate([early, clock.days])
    rows = {name: np.zeros((len(days), n)) for name in ("others", "private", "official")}
    for position, sale in enumerate(sales):
        own = trading_days(sale.from_, sale.last_day)
        if not len(own):
            raise InputError(
                f"the sale from {sale.from_} to {sale.last_day} has no trading day.",
                field=f"treasuries[{position}].days",
                value=sale.days,
                valid="a span with a day from Monday to Friday",
            )
        share = treasury_share if sale.sell_foreign_bonds_usd_bn is not None else np.ones(n)
        kind = sale.sector if sale.holder == owner else "others"
        here = np.isin(days, own)
        rows[kind][here] += sale.usd_bn * share / len(own)
    rows["others"][len(early) :] += wall[:, None]
    before, after = slice(0, len(early)), slice(len(early), None)
    return Flows(
        rows["others"][after],
        rows["private"][after],
        rows["official"][after],
        rows["others"][before],
        rows["private"][before] + rows["official"][before],
    )
