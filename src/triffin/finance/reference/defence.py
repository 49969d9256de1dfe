"""Defending a currency with Treasuries while the central bank watches: D and E in one loop (G.2).

`defend_band` is the kernel, over weeks and any number of draws; the canonical
`defence_weekly_loop` is one draw of it with a constant drift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.finance.treasuries.impact import BackstopRule, SaleMarket
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, number, whole_number

WEEKS_PER_YEAR = 52.0
LONGEST_WEEKS = 5200  # a century; more is a typing error
Draws = Array | float


@dataclass(frozen=True)
class DefencePaths:
    """Outcome of `defend_band`; arrays (T, ...) over steps and draws, bn USD, bp and percent."""

    intervention: Array  # dollars spent on the currency
    treasuries_sold: Array
    central_bank_purchases: Array
    yield_change: Array  # bp, after the step
    spot: Array  # percent beyond the starting rate, after intervention
    reserves: Array  # left after the step
    deposits: Array  # of which deposits
    broken: Array  # the step's need exceeded the reserves left


def defend_band(
    pressure: Array,
    *,
    kappa: Draws,
    psi: Draws,
    s_bar: Draws,
    m: Draws,
    pi: Draws,
    rho: Draws,
    deposits: Draws,
    reserves: Draws,
    cb_k: Draws,
    cb_trigger: Draws,
    dt: float = 1.0 / WEEKS_PER_YEAR,
) -> DefencePaths:
    """Intervention, Treasury sales, backstop, yields and spot, step by step.

    `pressure` (T, ...): percent by which the currency would be weaker than at the start, before
    yields and intervention; the other arguments broadcast against one step (...). In step t:
    latent = pressure_t + κ y_{t−1};  need = (max(0, latent − s̄)/ψ − U)+, met from reserves while
    they last, deposits first;  the sale x of Treasuries adds m x to the yield, of which the
    central bank takes back q = k (base + m x − trigger)+/(1 + m k);  net sales x − q leave m π
    for good and m (1 − π) decaying at ρ per year (dt years per step);  spot = latent − ψ U.
    Yields and purchases are those of `SaleMarket`, as in the daily paths.
    """
    pressure = np.asarray(pressure, dtype=np.float64)
    steps = len(pressure)
    shape = np.broadcast_shapes(
        pressure.shape[1:],
        *(
            np.shape(each)
            for each in (kappa, psi, s_bar, m, pi, rho, deposits, reserves, cb_k, cb_trigger)
        ),
    )
    spent, sold, bought, yields, spot, left, cash = np.zeros((7, steps, *shape))
    broken = np.zeros((steps, *shape), dtype=bool)
    total, y = np.zeros((2, *shape))
    reserve = np.broadcast_to(np.asarray(reserves, dtype=np.float64), shape)
    deposit = np.broadcast_to(np.asarray(deposits, dtype=np.float64), shape)
    always = BackstopRule(acts=np.ones(shape, dtype=bool), trigger=cb_trigger, k=cb_k)
    market = SaleMarket(shape, m=m, pi=pi, rho=rho, dt=dt, backstop=always)
    for t in range(steps):
        latent = pressure[t] + kappa * y
        want = np.maximum(np.maximum(latent - s_bar, 0.0) / psi - total, 0.0)
        use = np.minimum(want, reserve)
        from_deposits = np.minimum(use, deposit)
        sale = use - from_deposits
        total, reserve, deposit = total + use, reserve - use, deposit - from_deposits
        taken = market.step(sale)
        y = market.rise
        spent[t], sold[t], bought[t], yields[t] = use, sale, taken, y
        spot[t], left[t], cash[t] = latent - psi * total, reserve, deposit
        broken[t] = use < want
    return DefencePaths(spent, sold, bought, yields, spot, left, cash, broken)


@canonical
def defence_weekly_loop(
    weeks: int,
    drift_pct_per_week: float,
    kappa: float,
    psi: float,
    s_bar_pct: float,
    m: float,
    pi: float,
    rho_per_year: float,
    deposits_bn: float,
    reserves_bn: float,
    cb_k: float,
    cb_trigger_bp: float,
) -> dict[str, Any]:
    """The weekly loop of yields and the exchange rate under a constant drift; see `defend_band`.

    `drift_pct_per_week` percent, `kappa` percent per bp (either sign), `psi` > 0 percent per bn,
    `s_bar_pct` the edge of the band in percent beyond the starting rate, `m` bp per bn, `pi`
    permanent share, `rho_per_year`, `deposits_bn` of `reserves_bn`, `cb_k` bn per bp above
    `cb_trigger_bp`. Outputs: U_total_bn, X_sold_bn, cb_bought_bn, net_sales_bn (weeks; sales less
    purchases of the central bank), y_path_bp (weeks), y_end_bp, reserves_end_bn, spot_path_pct
    (weeks), spot_end_pct, band_broken (some week needed more than the reserves left).
    Raises InputError for inputs outside these ranges.
    Grade derived: weekly order of moves of modules D and E.
    """
    steps = whole_number(weeks, "weeks", low=0, high=LONGEST_WEEKS)
    drift = number(drift_pct_per_week, "drift_pct_per_week")
    start = number(reserves_bn, "reserves_bn", low=0)
    paths = defend_band(
        drift * np.arange(1.0, steps + 1.0),
        kappa=number(kappa, "kappa"),
        psi=number(psi, "psi", above=0),
        s_bar=number(s_bar_pct, "s_bar_pct"),
        m=number(m, "m", low=0),
        pi=number(pi, "pi", low=0, high=1),
        rho=number(rho_per_year, "rho_per_year", low=0),
        deposits=number(deposits_bn, "deposits_bn", low=0),
        reserves=start,
        cb_k=number(cb_k, "cb_k", low=0),
        cb_trigger=number(cb_trigger_bp, "cb_trigger_bp", low=0),
    )
    return {
        "U_total_bn": paths.intervention.sum(),
        "X_sold_bn": paths.treasuries_sold.sum(),
        "cb_bought_bn": paths.central_bank_purchases.sum(),
        "net_sales_bn": paths.treasuries_sold - paths.central_bank_purchases,
        "y_path_bp": paths.yield_change,
        "y_end_bp": paths.yield_change[-1] if steps else 0.0,
        "reserves_end_bn": paths.reserves[-1] if steps else start,
        "spot_path_pct": paths.spot,
        "spot_end_pct": paths.spot[-1] if steps else 0.0,
        "band_broken": bool(paths.broken.any()),
    }
