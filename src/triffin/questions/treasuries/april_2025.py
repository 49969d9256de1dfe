"""April 2025 as the yardstick of a sale of Treasuries."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.statistics import spread
from triffin.finance.treasuries import market, sale
from triffin.finance.treasuries.draws import MarketDraws
from triffin.world.base.arrays import Array
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet


def yardstick(bp: Array) -> dict[str, Any]:
    """Yield changes (n,) bp as shares of the rise of the 10-year yield from 4 April 2025 to the
    pause on 9 April and to 11 April, from the shipped daily series."""
    series = load_series("yield-10y")
    start = series.on("2025-04-04")
    rises = {day: 100 * (series.on(day) - start) for day in ("2025-04-09", "2025-04-11")}
    return {
        "from": "2025-04-04",
        "rises": [
            {"to": day, "rise_bp": round(rise, 6), "share": spread(bp / rise)}
            for day, rise in rises.items()
        ],
        "source": series.source,
    }


def april_2025(sample: MarketDraws, *, parameters: ParameterSet) -> dict[str, Any]:
    """The sales of private Japanese institutions in the weeks to 4 and 11 April 2025.

    Foreign bonds sold times the share that was Treasuries (judgement), over ten trading days,
    without a backstop, which did not act: bp by family, share of the rises, and what TIC says.
    """
    weeks = [
        parameters.value(f"japan_private_sales_{week}_week_bn") for week in ("first", "second")
    ]
    bonds = sum(weeks)
    treasuries = bonds * sample.treasury_share
    days = 2 * sale.DAYS_PER_WEEK
    flows = np.repeat(np.array(weeks) / sale.DAYS_PER_WEEK, sale.DAYS_PER_WEEK)[:, np.newaxis]
    path = sale.follow_sale(
        flows * sample.treasury_share,
        m=sample.m,
        pi=sample.pi,
        rho=sample.rho,
        dealers=sale.Dealers.default(parameters=parameters),
    )
    bp = path.yield_change[days - 1]
    tic = market.tic_holdings()
    return {
        "foreign_bonds_sold_bn": bonds,
        "treasury_share": spread(sample.treasury_share) | {"grade": "judgement"},
        "treasuries_sold_bn": spread(treasuries),
        "bp": spread(bp)
        | {"by_family": {f: spread(bp[sample.family == f]) for f in market.FAMILIES}},
        "yardstick": yardstick(bp),
        "tic_change_of_japan_in_april_bn": round(tic.change("JPN", "2025-04"), 1),
        "source": f"{parameters['japan_private_sales_first_week_bn'].source}; {tic.source}",
    }
