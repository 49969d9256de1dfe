"""The Treasuries that a scenario's holders sell, by trading day and draw."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from triffin.run.clock import Clock, trading_days
from triffin.scenario.parts import TreasurySale
from triffin.world.errors import InputError

Array = np.ndarray


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


def scenario_flows(
    sales: list[TreasurySale], clock: Clock, owner: str, treasury_share: Array
) -> Flows:
    """Sales of the scenario, each spread evenly over its trading days.

    owner : the economy whose sales are told apart. treasury_share (n,) : of foreign bonds sold
    that are Treasuries. A sale that reaches beyond the end is made as far as the scenario runs.
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
    before, after = slice(0, len(early)), slice(len(early), None)
    return Flows(
        rows["others"][after],
        rows["private"][after],
        rows["official"][after],
        rows["others"][before],
        rows["private"][before] + rows["official"][before],
    )


def official_sale(sizes: Array, starts: Array, clock: Clock, start: dt.date, days: int) -> Array:
    """(T, n) an official sale of `sizes` (n,) over `days` trading days from the first one after
    `start`, in the draws `starts` (n,)."""
    after = np.flatnonzero(clock.days > np.datetime64(start, "D"))[:days]
    rows = np.zeros((len(clock.days), len(sizes)))
    if len(after):
        rows[after] = np.where(starts, sizes, 0.0) / days
    return rows
