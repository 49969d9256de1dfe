"""A sale of Treasuries over days: yields and the central bank's purchases (models D.4, D.7).

One price for all uses (models H.5): what the path says about the 10-year yield is what the curve,
the interest bill, the seller's loss and the exchange rate start from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.finance import TRADING_DAYS
from triffin.finance.treasuries.impact import BackstopRule, SaleMarket
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet

DAYS_PER_WEEK = 5
STEP = 1.0 / TRADING_DAYS
MOST_DAYS = 365
TAIL_DAYS = 65
"""Days watched after the last sale: a quarter."""


@dataclass(frozen=True)
class Dealers:
    """What dealers take in a day (bn) before the impact grows, and how fast it grows."""

    capacity: float
    congestion: float

    @classmethod
    def default(cls, *, parameters: ParameterSet) -> Dealers:
        return cls(
            parameters.value("dealer_capacity_bn_per_week") / DAYS_PER_WEEK,
            parameters.value("dealer_congestion"),
        )


@dataclass(frozen=True, eq=False)
class SalePath:
    """Paths over days and draws, (T, n); yields in bp, amounts in bn of 10-year equivalents.

    at_sale: the yield at which the day's sale is made, halfway between before and after.
    triggered: (n,) whether the trigger was reached.
    """

    sales: Array
    purchases: Array
    yield_change: Array
    permanent: Array
    at_sale: Array
    triggered: Array

    @property
    def transitory_end(self) -> Array:
        """What has still to decay after the last day, (n,) bp."""
        return np.asarray(self.yield_change[-1] - self.permanent[-1])


def even_sales(amount: Array | float, days: int, tail: int = TAIL_DAYS) -> Array:
    """(days + tail, n) equal sales on each of `days` trading days, nothing afterwards.

    Raises InputError for a number of days outside 1..365 or an amount that is not positive.
    """
    if isinstance(days, bool) or int(days) != days or not 1 <= days <= MOST_DAYS:
        raise InputError(
            f"a sale over {days} days cannot be followed.",
            field="days",
            value=days,
            valid=f"a whole number of trading days from 1 to {MOST_DAYS}",
        )
    amounts = np.atleast_1d(np.asarray(amount, dtype=np.float64))
    if not bool(np.all(np.isfinite(amounts) & (amounts > 0))):
        raise InputError(
            f"got {amount}.", field="USD_BN", value=amount, valid="an amount above zero, in bn USD"
        )
    sales = np.zeros((int(days) + tail, len(amounts)))
    sales[: int(days)] = amounts / days
    return sales


def follow_sale(
    sales: Array,
    *,
    m: Array | float,
    pi: Array | float,
    rho: Array | float,
    dealers: Dealers | None = None,
    backstop: BackstopRule | None = None,
    dt: float = STEP,
) -> SalePath:
    """Yields and central-bank purchases day by day.

    `sales` (T, 1) or (T, n) >= 0, bn of 10-year equivalents; m bp per bn, pi, rho per year
    broadcast against (n,). On day t the price of a bn is p = m (1 + ξ (x_t/cap − 1)+); sales x
    less purchases q leave p π (x − q) for good and p (1 − π)(x − q) decaying at ρ. Once the yield
    is `trigger` above its level `window` days before, the bank buys after the delay
    q = k (rise − trigger)+/(1 + p k) a day, the rise being counted from that level, at most the
    cap and never more than was sold. Purchases have the price of the day, so they never raise the
    yield. Without dealers the impact is linear.
    """
    sales = np.asarray(sales, dtype=np.float64)
    if sales.ndim != 2 or bool(np.any(sales < 0)):
        raise InputError("sales must be a table of days and draws, not below zero.", field="sales")
    m, pi, rho = (np.asarray(value, dtype=np.float64) for value in (m, pi, rho))
    acts = np.zeros(1, dtype=bool) if backstop is None else backstop.acts
    shape = np.broadcast_shapes(sales.shape[1:], m.shape, pi.shape, rho.shape, acts.shape)
    steps = len(sales)
    state = SaleMarket(
        shape,
        m=m,
        pi=pi,
        rho=rho,
        dt=dt,
        cap=None if dealers is None else dealers.capacity,
        xi=0.0 if dealers is None else dealers.congestion,
        backstop=backstop,
    )
    yields, permanents, purchases, at_sale = np.zeros((4, steps, *shape))
    fades = np.exp(-rho * dt)
    for t in range(steps):
        before = state.permanent + state.transitory * fades
        purchases[t] = state.step(sales[t])
        yields[t] = state.rise
        permanents[t] = state.permanent
        at_sale[t] = 0.5 * (before + yields[t])
    return SalePath(
        sales=np.broadcast_to(sales, (steps, *shape)),
        purchases=purchases,
        yield_change=yields,
        permanent=permanents,
        at_sale=at_sale,
        triggered=state.triggered,
    )
