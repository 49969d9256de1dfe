"""What a sale costs the seller and the issuer: the creditor's leverage (models H.1, H.5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.finance.averages import mean_decay, mean_shortfall
from triffin.finance.treasuries.market import coupon_refinancing, curve, yield_ratio
from triffin.finance.treasuries.sale import STEP, SalePath
from triffin.world.errors import InputError
from triffin.world.parameters import parameter

HORIZON_YEARS = 2.0
"""All terms of a bargain are counted over H = 2 years (models H.4, used in H.1); judgement. What
partners lose and gain must be counted over the same time, so no option changes it here."""
PER = 100.0
"""Leverage is stated per 100 bn sold."""

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class SellerLoss:
    """Losses of the seller in bn, (n,); what cannot be told is None.

    execution: what was sold brings less than before the sale. mark_to_market: on the remaining
    stock, at the end of the sale. currency: fall of the dollar against the seller's currency
    times its remaining Treasuries; below zero a gain. freeze: probability times stock.
    """

    execution: Array
    mark_to_market: Array
    currency: Array | None
    freeze: Array | None

    @property
    def total(self) -> Array:
        """Sum of the losses, never below zero: a paper gain from a weaker own currency is shown
        apart and pays for nothing, because it is gone when the dollars are brought home."""
        parts = [self.execution, self.mark_to_market]
        if self.currency is not None:
            parts.append(np.maximum(self.currency, 0.0))
        if self.freeze is not None:
            parts.append(self.freeze)
        return np.asarray(sum(parts))


def price_loss(years: float, ten_year_bp: Array) -> Array:
    """Fall of the price of a zero-coupon bond of `years`, as a share, when the 10-year yield
    rises by `ten_year_bp`; below one however large the rise."""
    return np.asarray(-np.expm1(-years * yield_ratio(years) * np.asarray(ten_year_bp) / 1e4))


def seller_loss(
    path: SalePath,
    days: int,
    *,
    sold_bn: Array,
    remaining_bn: Array,
    duration: float,
    kappa_pct_per_bp: Array | None = None,
    freeze_probability: float | None = None,
) -> SellerLoss:
    """Loss of the seller, (n,) bn.

    `days` of the path on which it sells; `sold_bn` (T, 1 or n) market value sold by day;
    `remaining_bn` (n,) stock left; `duration` of what is sold in years, that of the stock is the
    average maturity of marketable debt. `kappa_pct_per_bp`: rise of the dollar against the
    seller's currency per bp of the 10-year yield on a supply shock; None without data.
    Raises InputError for a stock below zero or a probability outside 0..1.
    """
    remaining = np.asarray(remaining_bn, dtype=np.float64)
    if bool(np.any(remaining < 0)):
        raise InputError("the seller would hold less than nothing.", field="remaining_bn")
    if freeze_probability is not None and not 0 <= freeze_probability <= 1:
        raise InputError(
            f"got {freeze_probability:g}.",
            field="freeze_probability",
            value=freeze_probability,
            valid="a number from 0 to 1",
        )
    execution = (sold_bn[:days] * price_loss(duration, path.at_sale[:days])).sum(axis=0)
    end = path.yield_change[days - 1]
    stock_years = parameter("average_maturity_years").value
    currency = None
    if kappa_pct_per_bp is not None:
        currency = -np.asarray(kappa_pct_per_bp) / 100.0 * end * remaining
    return SellerLoss(
        execution=execution,
        mark_to_market=remaining * price_loss(stock_years, end),
        currency=currency,
        freeze=None if freeze_probability is None else freeze_probability * remaining,
    )


def hegemon_cost(
    path: SalePath, rho: Array | float, *, years: float = HORIZON_YEARS, dt: float = STEP
) -> dict[str, Array]:
    """Extra interest paid within `years` of the first sale by bucket of maturity, (n,) bn.

    Bills: the whole stock is refinanced again and again and pays the yield of the day. Notes and
    bonds: what is refinanced at t pays the rise at t until the horizon. After the path the
    transitory part decays at `rho` a year. Raises InputError when the path is longer than the
    horizon.
    """
    steps = len(path.yield_change)
    rest = years - steps * dt
    if rest < 0:
        raise InputError(
            f"the path of {steps} days is longer than the horizon of {years:g} years.",
            field="years",
            value=years,
            valid=f"at least {steps * dt:.3g}",
        )
    days = np.arange(steps) * dt
    lasting, fading = path.permanent[-1], path.transitory_end
    decay = np.asarray(rho) * rest
    level = path.yield_change.sum(axis=0) * dt + rest * (lasting + fading * mean_decay(decay))
    locked = np.tensordot(years - days, path.yield_change, axes=1) * dt + rest**2 * (
        0.5 * lasting + fading * mean_shortfall(decay)
    )
    ratio = curve()
    bills = parameter("marketable_bills_bn").value
    return {"bills": bills * ratio["bills"] * level / 1e4} | {
        bucket: amount * ratio[bucket] * locked / 1e4
        for bucket, amount in coupon_refinancing().items()
    }


def interest_per_year(ten_year_bp: Array | float, years: float = HORIZON_YEARS) -> dict[str, Array]:
    """Extra interest a year (bn) once `years` of refinancing carry a lasting rise, by bucket:
    debt refinanced in the bucket times the change of its yield (models H.5)."""
    ratio = curve()
    refinanced = {"bills": parameter("marketable_bills_bn").value} | {
        bucket: years * amount for bucket, amount in coupon_refinancing().items()
    }
    return {
        bucket: np.asarray(amount * ratio[bucket] * np.asarray(ten_year_bp) / 1e4)
        for bucket, amount in refinanced.items()
    }


def break_even(sizes: Array, seller: Array, issuer: Array) -> float | None:
    """Smallest sale (bn) at which both lose the same, by interpolation; None if there is none.

    `sizes` (k,) increasing, `seller` and `issuer` (k,) losses at these sizes, bn.
    """
    gap = np.asarray(issuer) - np.asarray(seller)
    crossing = np.flatnonzero(np.sign(gap[1:]) * np.sign(gap[:-1]) < 0)
    if not len(crossing):
        return None
    first = int(crossing[0])
    share = gap[first] / (gap[first] - gap[first + 1])
    return float(sizes[first] + share * (sizes[first + 1] - sizes[first]))
