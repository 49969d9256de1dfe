"""The weekly defence of a currency written out by itself: the yardstick of the joint path (G.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.finance.treasuries.impact import BackstopRule, SaleMarket
from triffin.world.base.arrays import Array

WEEKS_PER_YEAR = 52.0
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
