"""The equilibrium conditions once more, in plain formulas that share nothing with the kernel.

Used after every solve, in tests and in benchmarks: a case counts as solved when these hold.
"""

from __future__ import annotations

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import Withheld
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
    withheld: Withheld | None = None,
) -> dict[str, float]:
    """Largest relative violation of each equation of trade.md section 3.

    wage, labor (N,) and price (S, N) are changes (ratios); expenditure (S, N) is X' in USD.
    Written sector by sector as in the paper. Prices are violated by how far import shares are from
    adding up to one; expenditure, labor and trade are relative to income and wage bills.
    """
    n_sectors, n = price.shape
    iceberg = np.ones_like(tariff) if iceberg is None else np.broadcast_to(iceberg, tariff.shape)
    left = np.ones_like(tariff) if withheld is None else withheld.left
    # What a flow costs its maker and what its maker receives, over what its buyer pays net of tax.
    to_cost, to_border = np.ones_like(tariff), np.ones_like(tariff)
    if withheld is not None:
        over_price = left ** (1 / base.theta[:, None, None])
        to_border = np.where(withheld.to_importer, over_price, 1.0)
        to_cost = np.where(withheld.to_importer | withheld.to_exporter, over_price, 1.0)
    bundle = wage**base.value_added_share
    for o in range(n):
        bundle[:, o] *= np.prod(price[:, o] ** base.inputs[o], axis=1)
    output = np.zeros((n_sectors, n))
    flows, scarce = np.zeros_like(tariff), np.zeros(n)
    gaps = {"prices": 0.0}
    cost = _with_scale(base, tariff, iceberg, bundle, price, expenditure, left * to_cost)
    for s in range(n_sectors):
        change = (1 + tariff[s]) / (1 + base.tariff[s]) * iceberg[s]
        relative = cost[s][:, None] * change / price[s][None, :]
        share = base.share[s] * relative ** (-base.theta[s]) * left[s]
        gaps["prices"] = max(gaps["prices"], float(np.max(np.abs(share.sum(axis=0) - 1))))
        paid = share * expenditure[s] / (1 + tariff[s])
        flows[s], made = paid * to_border[s], paid * to_cost[s]
        output[s] = made.sum(axis=1)
        scarce += (flows[s] - made).sum(axis=1) + ((1 + tariff[s]) * (paid - flows[s])).sum(axis=0)
    wage_bill = wage * labor * base.value_added
    growth: Array | float = 1.0
    if deficits != "fixed":
        growth = base.pooled(wage_bill) / base.pooled(base.value_added)
    transfer = base.transfer * growth
    collected = (tariff * flows).sum(axis=(0, 1))
    income = wage_bill + collected + transfer + scarce
    demand = base.final_share * income
    for o in range(n):
        demand[:, o] += base.inputs[o].T @ output[:, o]
    paid_to_labor = (base.value_added_share * output).sum(axis=0)
    imports, exports = flows.sum(axis=(0, 1)), flows.sum(axis=(0, 2))
    tau, tau_before = np.zeros(n), np.zeros(n)
    if revenue == "tax-relief":
        if withheld is not None:
            # Buyers who ration sell the right to buy.
            collected = collected + ((1 + tariff) * flows * (1 / np.where(
                to_border > 0, to_border, 1.0) - 1)).sum(axis=(0, 1))  # fmt: skip
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
    left: Array,
) -> Array:
    """(S, N) unit costs b (Y^/b)^(-psi), given prices and expenditure."""
    cost = bundle.copy()
    for s in range(len(cost)):
        if base.psi[s] == 0:
            continue
        change = (1 + tariff[s]) / (1 + base.tariff[s]) * iceberg[s]
        market = base.share[s] * (change / price[s]) ** (-base.theta[s])
        reach = (market * left[s] * expenditure[s] / (1 + tariff[s])).sum(axis=1)
        active = base.active[s]
        # Y' = c^(-theta) reach and c = b (Y'/(Y b))^(-psi) solve in closed form.
        scale = reach[active] / (base.output[s][active] * bundle[s][active])
        power = 1 / (1 - base.psi[s] * base.theta[s])
        cost[s][active] = (bundle[s][active] * scale ** (-base.psi[s])) ** power
    return cost
