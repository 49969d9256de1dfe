"""What a sale of Treasuries depends on, drawn; and April 2025 as the yardstick.

Draws: scrambled Sobol points in fixed columns, so that two sales with one seed differ in nothing
but the sale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.answers.statistics import interval
from triffin.finance.treasuries import market, sale
from triffin.world.data.series import load_series
from triffin.world.registry.registry import parameter
from triffin.world.registry.sampling import uniforms

Array = np.ndarray

MAX_DRAWS = 20_000  # paths of 430 days then take about 300 MB
# The order is part of the results: append, never reorder.
COLUMNS = (
    "study",
    "within_study",
    "permanent_share",
    "impact_decay_per_year",
    "backstop_acts",
    "kappa_supply",
    "japan_official_share",
    "treasury_share_of_foreign_bonds",
)


@dataclass(frozen=True, eq=False)
class MarketDraws:
    """Draws (n,) of what a sale depends on; `which` are positions in `market.estimates()`."""

    which: Array
    m: Array
    m_registry: Array
    pi: Array
    rho: Array
    acts: Array
    kappa: Array
    official_share: Array
    treasury_share: Array

    @property
    def family(self) -> Array:
        return np.array([e.family for e in market.estimates()])[self.which]

    @property
    def study(self) -> Array:
        return np.array([f"{e.study}: {e.horizon}" for e in market.estimates()])[self.which]


def draw_market(n: int, seed: int) -> MarketDraws:
    """`n` draws. Raises InputError for a number of draws or a seed that cannot be used."""
    return market_at(uniforms(COLUMNS, n, seed, most=MAX_DRAWS))


def market_at(u: Mapping[str, Array]) -> MarketDraws:
    """The draws at probabilities u, column -> (n,), such as those of a run over several rooms."""
    pi, rho, kappa, official, treasuries = (
        parameter(name).quantile(u[name])
        for name in (
            "permanent_share",
            "impact_decay_per_year",
            "kappa_supply",
            "japan_official_share",
            "treasury_share_of_foreign_bonds",
        )
    )
    which = market.chosen_estimates(u["study"])
    return MarketDraws(
        which=which,
        m=market.instant_impact(which, u["within_study"], pi, rho),
        m_registry=market.registry_instant_impact(u["within_study"], pi, rho),
        pi=pi,
        rho=rho,
        acts=u["backstop_acts"] < parameter("backstop_probability").value,
        kappa=kappa,
        official_share=official,
        treasury_share=treasuries,
    )


def spread(values: Array) -> dict[str, float | None]:
    """Median and 90 % interval of draws (n,); None for each where there is no draw."""
    if not len(values):
        return {"median": None, "low": None, "high": None}
    found = interval(values)
    return {"median": found.median, "low": found.low, "high": found.high}


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


def april_2025(sample: MarketDraws) -> dict[str, Any]:
    """The sales of private Japanese institutions in the weeks to 4 and 11 April 2025.

    Foreign bonds sold times the share that was Treasuries (judgement), over ten trading days,
    without a backstop, which did not act: bp by family, share of the rises, and what TIC says.
    """
    weeks = [parameter(f"japan_private_sales_{week}_week_bn").value for week in ("first", "second")]
    bonds = sum(weeks)
    treasuries = bonds * sample.treasury_share
    days = 2 * sale.DAYS_PER_WEEK
    flows = np.repeat(np.array(weeks) / sale.DAYS_PER_WEEK, sale.DAYS_PER_WEEK)[:, np.newaxis]
    path = sale.follow_sale(
        flows * sample.treasury_share,
        m=sample.m,
        pi=sample.pi,
        rho=sample.rho,
        dealers=sale.Dealers.default(),
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
        "source": f"{parameter('japan_private_sales_first_week_bn').source}; {tic.source}",
    }
