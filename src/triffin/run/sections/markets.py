"""Treasuries and a currency: sales, a wall of maturing debt, a backstop, a band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from triffin.finance.joint.draws import COLUMNS
from triffin.run.clock.markets import PRIVATE_SALES, Markets
from triffin.run.clock.section import RunSection, Stage, Variables
from triffin.run.headline.markets import market_answers
from triffin.run.plan.modules import ON
from triffin.run.plan.prepare import Prepared
from triffin.scenario.schema import Scenario

CITATIONS = {
    "treasuries": (
        (
            "propagator",
            "Price impact of sales and its decay",
            "Obizhaeva, A. A. and Wang, J. (2013). Optimal Trading Strategy and Supply/Demand "
            "Dynamics. Journal of Financial Markets 16(1), 1-32. "
            "https://doi.org/10.1016/j.finmar.2012.09.001",
        ),
    ),
    "currency": (
        (
            "imperfect-financiers",
            "Interventions and capital flows under imperfect intermediation",
            "Gabaix, X. and Maggiori, M. (2015). International Liquidity and Exchange Rate "
            "Dynamics. Quarterly Journal of Economics 130(3), 1369-1420. "
            "https://doi.org/10.1093/qje/qjv016",
        ),
    ),
}


def asked(name: str, plan: Scenario) -> bool:
    """Treasuries are asked with sales, a backstop, a wall or a currency; a currency with a band."""
    if name == "currency":
        return bool(plan.currency)
    parts = (plan.treasuries, plan.backstop, plan.currency, plan.wall)
    return any(part is not None for part in parts)


def variables(prepared: Prepared, stages: Sequence[Stage]) -> Variables:
    """Prices and reserves day by day."""
    found: dict[str, Any] = {}

    def daily(name: str) -> tuple[Any, ...]:
        every = [getattr(s.paths, name).T for stage in stages if (s := stage.state(Markets))]
        return ("draw", "day"), np.concatenate(every).astype(np.float32)

    if prepared.modules["treasuries"] == ON:
        found["yield_10y"], found["yield_impact"] = daily("yield_10y"), daily("impact_bp")
    if prepared.modules["currency"] == ON and prepared.currency is not None:
        code, band = prepared.currency
        low, high = band.band
        watched = {"currency": code, "band_low": low, "band_high": high, "defend": int(band.defend)}
        found["exchange_rate"] = (*daily("rate"), watched)
        found["reserves"] = daily("reserves")
    return found, {}


SECTION = RunSection(
    draws=Markets,
    turn=3,
    modules={
        "treasuries": "a section treasuries:, backstop: or currency:",
        "currency": "a section currency:",
    },
    asked=asked,
    columns=(*COLUMNS, "debt_wall_cover", PRIVATE_SALES),
    groups={
        "currency": {n for n in COLUMNS if n.startswith(("intervention", "kappa"))},
        "treasuries": COLUMNS,
    },
    datasets=(
        "yields",
        "usdjpy",
        "tic-holdings",
        "auctions",
        "facts-price-impact",
        "facts-yield-channel",
        "facts-holdings-and-debt",
        "facts-dollar-system",
    ),
    citations=CITATIONS,
    variables=variables,
    answers=market_answers,
)
