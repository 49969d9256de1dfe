"""What a sale costs the seller and the issuer: the creditor's leverage (models H.1, H.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from triffin.finance.averages import mean_decay, mean_shortfall
from triffin.finance.treasuries.market import coupon_refinancing, curve, yield_ratio
from triffin.finance.treasuries.sale import STEP, SalePath
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet

HORIZON_YEARS = 2.0
"""All terms of a bargain are counted over H = 2 years (models H.4, used in H.1); judgement. What
partners lose and gain must be counted over the same time, so no option changes it here."""
PER = 100.0
"""Leverage is stated per 100 bn sold."""


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


def price_loss(years: float, ten_year_bp: Array, parameters: ParameterSet) -> Array:
    """Fall of the price of a zero-coupon bond of `years`, as a share, when the 10-year yield
    rises by `ten_year_bp`; below one however large the rise."""
    return np.asarray(
        -np.expm1(-years * yield_ratio(years, parameters) * np.asarray(ten_year_bp) / 1e4)
    )


def seller_loss(
    path: SalePath,
    days: int,
    *,
    sold_bn: Array,
    remaining_bn: Array,
    duration: float,
    kappa_pct_per_bp: Array | None = None,
    freeze_probability: Array | float | None = None,
    parameters: ParameterSet,
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
    chance = None if freeze_probability is None else np.asarray(freeze_probability, dtype=float)
    if chance is not None and not bool(np.all((chance >= 0) & (chance <= 1))):
        raise InputError(
            f"got {freeze_probability}.",
            field="freeze_probability",
            value=freeze_probability,
            valid="a number from 0 to 1",
        )
    execution = (sold_bn[:days] * price_loss(duration, path.at_sale[:days], parameters)).sum(axis=0)
    end = path.yield_change[days - 1]
    stock_years = parameters.value("average_maturity_years")
    currency = None
    if kappa_pct_per_bp is not None:
        currency = -np.asarray(kappa_pct_per_bp) / 100.0 * end * remaining
    return SellerLoss(
        execution=execution,
        mark_to_market=remaining * price_loss(stock_years, end, parameters),
        currency=currency,
        freeze=None if chance is None else chance * remaining,
    )


def refinanced_debt(parameters: ParameterSet) -> dict[str, float]:
    """Bucket of maturity -> bn: the stock of bills, and notes and bonds refinanced a year."""
    return {"bills": parameters.value("marketable_bills_bn")} | coupon_refinancing(parameters)


def hegemon_cost(
    path: SalePath,
    rho: Array | float,
    *,
    years: float = HORIZON_YEARS,
    dt: float = STEP,
    discount: float = 0.0,
    refinanced: Mapping[str, float] | None = None,
    parameters: ParameterSet,
) -> dict[str, Array]:
    """Extra interest paid within `years` of the first sale by bucket of maturity, (n,) bn.

    Bills: the whole stock is refinanced again and again and pays the yield of the day. Notes and
    bonds: what is refinanced at t pays the rise at t until the horizon. After the path the
    transitory part decays at `rho` a year. `discount` (per year, continuous) makes it a present
    value; `refinanced` replaces `refinanced_debt`. Raises InputError when the path is longer than
    the horizon.
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
    speed = np.asarray(rho)
    later = np.exp(-discount * steps * dt)

    def still(t: Array) -> Array:
        """Present value, at 0, of one a year from t until the horizon."""
        return np.asarray(np.exp(-discount * t) * (years - t) * mean_decay(discount * (years - t)))

    paid = rest * (
        lasting * mean_decay(discount * rest) + fading * mean_decay((speed + discount) * rest)
    )
    level = np.tensordot(np.exp(-discount * days), path.yield_change, axes=1) * dt + later * paid
    locked = np.tensordot(still(days), path.yield_change, axes=1) * dt + later * rest**2 * (
        lasting * _locked_share(0.0, discount * rest)
        + fading * _locked_share(speed * rest, discount * rest)
    )
    ratio = curve(parameters)
    amounts = refinanced_debt(parameters) if refinanced is None else refinanced
    return {
        bucket: amount * ratio[bucket] * (level if bucket == "bills" else locked) / 1e4
        for bucket, amount in amounts.items()
    }


def _locked_share(decay: Array | float, discount: float) -> Array:
    """∫∫ e^(−decay s) e^(−discount u) over 0 < s < u < 1: what is refinanced at s pays until 1."""
    if discount == 0:
        return mean_shortfall(decay)
    # Both terms are means of exponentials; their difference is small only when the discount is.
    return np.asarray(
        (mean_decay(np.asarray(decay) + discount) - np.exp(-discount) * mean_decay(decay))
        / discount
    )


def annuity(discount: float, years: float = HORIZON_YEARS) -> float:
    """Present value of one a year over `years`."""
    return float(years * mean_decay(discount * years))


def interest_per_year(
    ten_year_bp: Array | float, years: float = HORIZON_YEARS, *, parameters: ParameterSet
) -> dict[str, Array]:
    """Extra interest a year (bn) once `years` of refinancing carry a lasting rise, by bucket:
    debt refinanced in the bucket times the change of its yield (models H.5)."""
    ratio = curve(parameters)
    return {
        bucket: np.asarray(
            (amount if bucket == "bills" else years * amount)
            * ratio[bucket]
            * np.asarray(ten_year_bp)
            / 1e4
        )
        for bucket, amount in refinanced_debt(parameters).items()
    }


def break_even(sizes: Array, seller: Array, issuer: Array) -> float | None:
    """Smallest sale (bn) at which both lose the same, by interpolation; None if there is none.

    `sizes` (k,) increasing, `seller` and `issuer` (k,) losses at these sizes, bn.
    """
    (found,) = break_evens(*(np.asarray(v, dtype=float)[:, None] for v in (sizes, seller, issuer)))
    return None if np.isnan(found) else float(found)


def break_evens(sizes: Array, seller: Array, issuer: Array) -> Array:
    """`break_even` in n draws at once: all three (k, n); (n,), NaN where there is none."""
    if len(sizes) < 2:
        return np.full(np.shape(sizes)[1:], np.nan)
    gap = issuer - seller
    crosses = np.sign(gap[1:]) * np.sign(gap[:-1]) < 0
    first = np.argmax(crosses, axis=0)[None]
    before, after = (np.take_along_axis(gap, first + step, 0)[0] for step in (0, 1))
    left, right = (np.take_along_axis(sizes, first + step, 0)[0] for step in (0, 1))
    there = crosses.any(axis=0)
    share = np.divide(before, before - after, out=np.full(len(there), np.nan), where=there)
    return np.asarray(left + share * (right - left))
