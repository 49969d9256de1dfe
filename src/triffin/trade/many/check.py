"""The equilibrium conditions once more, in plain formulas that share nothing with the kernel.

Used after every solve, in tests and in benchmarks: a case counts as solved when these hold.
"""

from __future__ import annotations

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.world.base.arrays import Array


def equilibrium_residuals(
    base: SectorBaseline,
    tariff: Array,
    *,
    wage: Array,
    labor: Array,
    price: Array,
    expenditure: Array,
    revenue: str = "lump-sum",
    deficits: str = "world-share",
    iceberg: Array | None = None,
) -> dict[str, float]:
    """Largest relative violation of each equation of trade.md section 3.

    wage, labor (N,) and price (S, N) are changes (ratios); expenditure (S, N) is X' in USD.
    Written sector by sector as in the paper. Prices are violated by how far import shares are from
    adding up to one; expenditure, labor and trade are relative to income and wage bills.
    """
    n_sectors, n = price.shape
    iceberg = np.ones_like(tariff) if iceberg is None else np.broadcast_to(iceberg, tariff.shape)
    bundle = wage**base.value_added_share
    for o in range(n):
        bundle[:, o] *= np.prod(price[:, o] ** base.inputs[o], axis=1)
    output = np.zeros((n_sectors, n))
    flows = np.zeros_like(tariff)
    gaps = {"prices": 0.0}
    cost = _with_scale(base, tariff, iceberg, bundle, price, expenditure)
    for s in range(n_sectors):
        change = (1 + tariff[s]) / (1 + base.tariff[s]) * iceberg[s]
        relative = cost[s][:, None] * change / price[s][None, :]
        share = base.share[s] * relative ** (-base.theta[s])
        gaps["prices"] = max(gaps["prices"], float(np.max(np.abs(share.sum(axis=0) - 1))))
        flows[s] = share * expenditure[s] / (1 + tariff[s])
        output[s] = flows[s].sum(axis=1)
    wage_bill = wage * labor * base.value_added
    growth: Array | float = 1.0
    if deficits != "fixed":
        growth = base.pooled(wage_bill) / base.pooled(base.value_added)
    transfer = base.transfer * growth
    collected = (tariff * flows).sum(axis=(0, 1))
    income = wage_bill + collected + transfer
    demand = base.final_share * income
    for o in range(n):
        demand[:, o] += base.inputs[o].T @ output[:, o]
    paid_to_labor = (base.value_added_share * output).sum(axis=0)
    imports, exports = flows.sum(axis=(0, 1)), flows.sum(axis=(0, 2))
    tau, tau_before = np.zeros(n), np.zeros(n)
    if revenue == "tax-relief":
        tau, tau_before = collected / wage_bill, base.tau
    real_wage = wage / np.prod(price**base.final_share, axis=0)
    supply = ((1 - tau_before) / (1 - tau) * real_wage) ** base.kappa
    gaps["expenditure"] = float(np.max(np.abs(demand - expenditure) / base.income))
    gaps["labor_market"] = float(np.max(np.abs(paid_to_labor - wage_bill) / wage_bill))
    gaps["labor_supply"] = float(np.max(np.abs(supply / labor - 1)))
    gaps["trade_balance"] = float(np.max(np.abs(imports - exports - transfer) / base.income))
    gaps["balances_sum_to_zero"] = float(abs((imports - exports).sum()) / base.income.sum())
    return gaps


def _with_scale(
    base: SectorBaseline,
    tariff: Array,
    iceberg: Array,
    bundle: Array,
    price: Array,
    expenditure: Array,
) -> Array:
    """(S, N) unit costs b (Y^/b)^(-psi), given prices and expenditure."""
    cost = bundle.copy()
    for s in range(len(cost)):
        if base.psi[s] == 0:
            continue
        change = (1 + tariff[s]) / (1 + base.tariff[s]) * iceberg[s]
        market = base.share[s] * (change / price[s]) ** (-base.theta[s])
        reach = (market * expenditure[s] / (1 + tariff[s])).sum(axis=1)
        active = base.active[s]
        # Y' = c^(-theta) reach and c = b (Y'/(Y b))^(-psi) solve in closed form.
        scale = reach[active] / (base.output[s][active] * bundle[s][active])
        power = 1 / (1 - base.psi[s] * base.theta[s])
        cost[s][active] = (bundle[s][active] * scale ** (-base.psi[s])) ** power
    return cost
