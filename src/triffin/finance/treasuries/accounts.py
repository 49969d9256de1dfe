"""What a sale of Treasuries costs and brings to everybody, on one accounting (models H.1).

One valuation and one horizon hold for the issuer, the seller, the buyers and all other holders, so
that the four accounts add up to zero. Which valuation and which horizon is a convention: an answer
shows the table over them, never one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from triffin.finance import TRADING_DAYS
from triffin.finance.averages import mean_decay, mean_shortfall
from triffin.finance.treasuries import sale
from triffin.finance.treasuries.impact import BackstopRule
from triffin.finance.treasuries.market import coupon_refinancing, curve, yield_ratio
from triffin.finance.treasuries.sale import STEP, SalePath
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, flag, number, whole_number
from triffin.world.base.errors import InputError, one_of
from triffin.world.registry.parameter_set import ParameterSet, kept_by_parameters, shipped

Valuation = Literal["held_to_maturity", "market"]
VALUATIONS: tuple[Valuation, ...] = get_args(Valuation)
HORIZONS = (2.0, 5.0, 10.0)
# Share of the debt in coupons that fall due a year, from each of these years on: June 2025, US
# Treasury, by the calendar of maturities scaled to the Monthly Statement (dataset debt-due).
_DUE_FROM, _DUE = (0.0, 1.0, 2.0, 5.0, 10.0), (0.1075, 0.1114, 0.08127, 0.02922)


@dataclass(frozen=True, eq=False)
class Accounts:
    """Gains of a sale in bn USD, (n,) each, losses below zero; they add up to zero.

    buyers: the central bank's purchases included. others: all that neither sell nor buy.
    """

    issuer: Array
    seller: Array
    buyers: Array
    others: Array


@kept_by_parameters
def _ratios(parameters: ParameterSet) -> dict[str, float]:
    """Change of the yield of bills, of refinanced coupons and of the stock over the 10-year's."""
    ratio, refinanced = curve(parameters), coupon_refinancing()
    return {
        "bills": ratio["bills"],
        "coupons": sum(share * ratio[bucket] for bucket, share in refinanced.items()),
        "stock": yield_ratio(parameters.value("average_maturity_years"), parameters),
    }


def execution_loss(
    path: SalePath, days: int, sold_bn: Array, duration: float, parameters: ParameterSet
) -> Array:
    """Σ x (1 − e^(−D r_D ȳ)): what the sale brings less than before it, (n,) bn.

    ȳ is the yield half-way before and after each of the `days`; sold_bn (T, 1 or n) by day, of
    `duration` D years (8.5: the 10-year).
    """
    fall = duration * yield_ratio(duration, parameters) / 1e4
    return np.asarray((sold_bn[:days] * -np.expm1(-fall * path.at_sale[:days])).sum(axis=0))


def gain_per_bn(
    path: SalePath,
    rho: Array | float,
    years: float,
    valuation: Valuation,
    parameters: ParameterSet,
) -> Array:
    """u (n,): what a bn held throughout has gained after `years`, and the issuer lost.

    Held to maturity: coupons and bills that fall due are bought again at the yield of the day,
    [β r_bill ∫y dt + r_c ∫w(t) y(t)(T−t) dt]/1e4. At market value: the higher yield of the average
    bond less the fall of its price, r_6 ∫y dt/1e4 − (1 − e^(−6 r_6 y(T)/1e4)). No discounting.
    After the path the passing part of y decays at `rho` a year. Raises InputError for a horizon
    that is shorter than the path, or beyond the ten years for which coupons due are known.
    """
    one_of(valuation, VALUATIONS, f"there is no valuation {valuation!r}.", field="valuation")
    days = np.arange(len(path.yield_change)) * STEP
    ended = len(days) * STEP
    if not ended <= years + 1e-9 <= _DUE_FROM[-1] + 2e-9:
        raise InputError(
            f"got {years:g}.",
            field="horizon_years",
            value=years,
            valid=f"years from the end of the path, {ended:.3g}, to {_DUE_FROM[-1]:g}",
        )
    speed, lasting, fading = np.asarray(rho, dtype=float), path.permanent[-1], path.transitory_end
    rest = max(years - ended, 0.0)
    ratio = _ratios(parameters)
    level = path.yield_change.sum(axis=0) * STEP + rest * (
        lasting + fading * mean_decay(speed * rest)
    )
    if valuation == "market":
        stock_years = parameters.value("average_maturity_years")
        end = lasting + fading * np.exp(-speed * rest)
        return np.asarray(
            ratio["stock"] * level / 1e4 + np.expm1(-stock_years * ratio["stock"] * end / 1e4)
        )
    # A hair above the edge of a year belongs to the next: days are multiples of 1/252.
    due = np.asarray(_DUE)[np.searchsorted(_DUE_FROM, days + 1e-12, side="right") - 1]
    locked = np.tensordot(due * (years - days), path.yield_change, axes=1) * STEP
    for start, stop, share in zip(_DUE_FROM, _DUE_FROM[1:], _DUE, strict=False):
        a, b = max(start, ended), min(stop, years)
        if b <= a:
            continue
        length = b - a
        z = speed * length
        # ∫ e^(−ρ(t−a)) (T−t) dt over the span, and the same without decay.
        faded = length * ((years - b) * mean_decay(z) + length * mean_shortfall(z))
        flat = length * (years - 0.5 * (a + b))
        locked = locked + share * (lasting * flat + fading * np.exp(-speed * (a - ended)) * faded)
    bills = parameters.value("marketable_bills_bn") / parameters.value("marketable_debt_bn")
    return np.asarray((bills * ratio["bills"] * level + ratio["coupons"] * locked) / 1e4)


def accounts(
    execution: Array,
    gain: Array,
    sale_bn: Array | float,
    holdings_bn: Array | float,
    parameters: ParameterSet,
) -> Accounts:
    """The four accounts of a sale: execution (n,) bn, gain (n,) per bn held (`gain_per_bn`).

    issuer −B u, seller −E + (H−S) u, buyers E + S u, others (B−H) u. What the sale brings leaves
    the Treasury market and gains nothing.
    """
    debt = parameters.value("marketable_debt_bn")
    sold, held = np.asarray(sale_bn), np.asarray(holdings_bn)
    return Accounts(
        issuer=-debt * gain,
        seller=-execution + (held - sold) * gain,
        buyers=execution + sold * gain,
        others=(debt - held) * gain,
    )


def threat_pays(account: Accounts, nash_weight: Array | float, wedge: Array | float) -> Array:
    """Whether the seller loses less than its threat is worth in the bargain, (n,).

    l ≤ (1−b)(1+ω)/(1+b) × h with h the issuer's loss, l the seller's, b the issuer's Nash weight
    and ω the wedge on the partner's cash: 0.325 h at 0.6 and 0.3. Never where the issuer gains.
    """
    weight, issuer_loss = np.asarray(nash_weight), -account.issuer
    worth = (1.0 - weight) * (1.0 + np.asarray(wedge)) / (1.0 + weight) * issuer_loss
    return np.asarray((issuer_loss > 0) & (-account.seller <= worth))


@canonical
def creditor_accounts(
    sale_bn: float,
    days: int,
    holdings_bn: float,
    horizon_years: float,
    valuation: str,
    m_bp_per_bn: float,
    pi: float,
    rho: float,
    cap_bn_per_day: float,
    xi: float,
    backstop: bool,
) -> dict[str, Any]:
    """Gains (bn) of issuer, seller, buyers and other holders of a sale out of `holdings_bn`.

    `sale_bn` of 10-year securities evenly over `days` trading days; `horizon_years` up to 10;
    `valuation` held_to_maturity or market; m, pi, rho (per year), capacity and xi as in
    `flow_impact_path`; `backstop`: whether the central bank follows its rule. Curve, bills, coupons
    due and the rule are those of the registry as it ships: debt of 28,950 bn, June 2025.
    Outputs: issuer, seller, buyers, others; they add up to zero.
    Raises InputError for a sale beyond the holdings, and a horizon that ends before the sale.
    Source: accounting identity on the path of D.4. Grade derived.

    >>> found = creditor_accounts(100, 10, 1130.8, 2, "market", 0.194922, 0.35, 26, 8, 1, False)
    >>> round(found["issuer"], 1), round(found["seller"], 1)
    (73.7, -3.4)
    """
    amount, held = number(sale_bn, "sale_bn", above=0), number(holdings_bn, "holdings_bn", above=0)
    length = whole_number(days, "days", low=1, high=sale.MOST_DAYS)
    years = number(horizon_years, "horizon_years", above=0, high=_DUE_FROM[-1])
    if amount > held:
        raise InputError(
            f"the sale of {amount:g} bn is more than the {held:g} bn held.",
            field="sale_bn",
            value=amount,
            valid=f"at most {held:g}",
        )
    one_of(valuation, VALUATIONS, f"there is no valuation {valuation!r}.", field="valuation")
    parameters, speed = shipped(), number(rho, "rho", low=0)
    acts = np.array([flag(backstop, "backstop")])
    tail = max(0, min(sale.TAIL_DAYS, int(years * TRADING_DAYS + 1e-9) - length))
    sold = sale.even_sales(amount, length, tail)
    path = sale.follow_sale(
        sold,
        m=number(m_bp_per_bn, "m_bp_per_bn", low=0),
        pi=number(pi, "pi", low=0, high=1),
        rho=speed,
        dealers=sale.Dealers(
            number(cap_bn_per_day, "cap_bn_per_day", above=0), number(xi, "xi", low=0)
        ),
        backstop=BackstopRule.default(acts, parameters=parameters) if acts.all() else None,
    )
    found = accounts(
        execution_loss(path, length, sold, parameters.value("ten_year_duration"), parameters),
        gain_per_bn(path, speed, years, valuation, parameters),  # type: ignore[arg-type]
        amount,
        held,
        parameters,
    )
    return {name: value[0] for name, value in vars(found).items()}
