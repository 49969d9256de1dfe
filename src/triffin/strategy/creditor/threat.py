"""The creditor's leverage: selling Treasuries as a threat in the bargain (models H.1).

A partner that is hit by the tariff may answer with a sale of Treasuries. Both threat points fall:
the hegemon's by the interest it then pays, the partner's by what the sale costs itself. What that
changes is read from the Nash bargain itself (`nash_terms`). Where cash is free, with β the
hegemon's Nash weight, ω the wedge on cash, h and l the two losses a year, the partner gets

    g = (1−β)(1+ω) h − β l

more once struck. A hegemon that calculates does not strike where the sale makes striking a bad
bargain: g then ends at what not being struck is worth. The threat is credible iff l does not exceed
what it buys once the partner is struck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np

from triffin.finance.treasuries import leverage, sale
from triffin.finance.treasuries.impact import BackstopRule
from triffin.strategy.bargains.many_bargains import Bargains, nash_terms
from triffin.strategy.creditor.holdings import Creditor
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet

SHARES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Sales tried, as shares of what the government holds."""


Bargain = Callable[[Array, Array], tuple[Array, Array]]
"""Moves (..., n) of the two threat points -> what hegemon and partner then get (..., n)."""

# Cash that never runs out, bn per year, in a bargain over cash alone.
_PLENTY = 1e4


class Market(Protocol):
    """Draws (n,) of what a sale does (`run.treasury_draws.MarketDraws` has them).

    m bp per bn at once, pi its permanent share, rho decay a year, acts whether the central bank
    buys, kappa rise of the dollar in per cent per bp.
    """

    @property
    def m(self) -> Array: ...
    @property
    def pi(self) -> Array: ...
    @property
    def rho(self) -> Array: ...
    @property
    def acts(self) -> Array: ...
    @property
    def kappa(self) -> Array: ...


@dataclass(frozen=True, eq=False)
class Stakes:
    """What the bargain is about, (n,) each or numbers; bn USD per year.

    beta: hegemon's Nash weight. omega: wedge on the partner's cash. q: probability that the tariff
    threat is executed. hurt_bn: U0 − U1, what execution costs the partner. strike_bn: H1 − H0,
    what it is worth to the hegemon. committed: part of q with which the hegemon strikes whatever
    the partner does (its tough type); from 0 to q. room_bn: the most that terms can improve for
    the partner (no tariff, no demands). surplus_bn: joint surplus of the deal over the threat
    points in the partner's money; below zero there is no deal without the sale. bargain: the
    bargain itself (`of_package`), in place of beta, omega, room_bn and surplus_bn, which stand for
    one in cash alone.
    A sale whenever talks fail, struck or not, is q = committed = 1.
    """

    beta: Array | float
    omega: Array | float
    q: Array | float
    hurt_bn: Array | float
    strike_bn: Array | float
    committed: Array | float = 0.0
    room_bn: Array | float = np.inf
    surplus_bn: Array | float = np.inf
    bargain: Bargain | None = None

    def worth(self, dH: Array, dU: Array) -> tuple[Array, Array]:
        """What hegemon and partner get when the threat points move by dH and dU, (..., n)."""
        if self.bargain is not None:
            return self.bargain(dH, dU)
        none, one = np.zeros_like(self.beta), np.ones_like(self.beta)
        beta, wedge = np.asarray(self.beta), 1.0 + np.asarray(self.omega)
        surplus = np.clip(self.surplus_bn, -_PLENTY, _PLENTY)
        room = np.clip(self.room_bn, -_PLENTY, _PLENTY)
        cash = Bargains(
            g1=none, g2=one, l1=none, l2=none, omega=wedge - 1.0, beta=beta, v=none[..., None],
            p=none[..., None], kappa=one[..., None], x_max=none[..., None], dH=none, dU=-surplus,
            dignity=none, t_max=none, s_min=(beta * np.maximum(surplus, 0.0) - room) / wedge,
            s_max=3 * _PLENTY * one,
        ).moved(dH, dU)  # fmt: skip
        terms = nash_terms(cash)
        return (
            cash.dH + np.where(terms.deal, terms.gain_hegemon, 0.0),
            cash.dU + np.where(terms.deal, terms.gain_partner, 0.0),
        )


@dataclass(frozen=True, eq=False)
class CreditorThreat:
    """What a creditor can do with its Treasuries, (n,) each.

    size_bn, days: the sale that buys most among the credible ones; where none is credible, the one
    that comes nearest. hegemon_loss_bn, seller_loss_bn: present values over `years` of that sale,
    never below zero; *_per_year the same as even flows. gain_bn_per_year: change of the terms once
    struck (may be negative). credible: whether the loss a year does not exceed it. deters: whether
    a calculating hegemon would rather not strike. value_bn_per_year: what the threat buys before
    anybody is struck, 0 where it is not credible. sale_probability: that it comes to the sale.
    shift_hegemon_bn, shift_partner_bn: to be added to the threat points dH and dU (bn per year).
    break_even_bn: smallest sale at which both lose the same, NaN where there is none.
    hegemon_per_100bn, seller_per_100bn: losses (present values) of a sale of 100 bn, or of all
    that is held if that is less, per 100 bn. peak_bp: largest rise of the 10-year yield.
    """

    years: float
    size_bn: Array
    days: Array
    hegemon_loss_bn: Array
    seller_loss_bn: Array
    hegemon_loss_bn_per_year: Array
    seller_loss_bn_per_year: Array
    gain_bn_per_year: Array
    credible: Array
    deters: Array
    value_bn_per_year: Array
    sale_probability: Array
    shift_hegemon_bn: Array
    shift_partner_bn: Array
    break_even_bn: Array
    hegemon_per_100bn: Array
    seller_per_100bn: Array
    peak_bp: Array

    @property
    def creditor_threat_value(self) -> float:
        """bn per year to the partner, in expectation."""
        return float(np.mean(self.value_bn_per_year))

    @property
    def creditor_threat_credible(self) -> float:
        """Share of draws in which the threat is credible."""
        return float(np.mean(self.credible))

    @property
    def seller_hurt_more(self) -> Array:
        """(n,) whether a sale of 100 bn costs the seller more than the hegemon."""
        return np.asarray(self.seller_per_100bn > self.hegemon_per_100bn)


@dataclass(frozen=True, eq=False)
class Losses:
    """Losses by size (k) and draw (n): present values in bn; sizes (k, n), peak_bp (k, n)."""

    sizes: Array
    hegemon: Array
    seller: Array
    peak_bp: Array


def discount_rate(parameters: ParameterSet) -> float:
    """One rate for all terms of a bargain, a year: what the issuer pays on its debt (H.4)."""
    return parameters.value("average_rate_pct") / 100.0


def sale_losses(
    sizes: Array,
    stock_bn: Array,
    market: Market,
    *,
    days: int,
    freeze_probability: Array | float = 0.0,
    kappa: Array | None = None,
    loss_bn_per_bp: Array | float = 0.0,
    backstop: BackstopRule | None = None,
    dealers: sale.Dealers | None = None,
    refinanced: Mapping[str, float] | None = None,
    parameters: ParameterSet,
) -> Losses:
    """What sales of `sizes` (k, n) out of `stock_bn` (n,) over `days` cost both sides.

    kappa: as in `seller_loss`; None where no exchange rate is known. loss_bn_per_bp: other losses
    of the hegemon per bp of the largest rise, such as shares (off by default). No backstop where
    it is left out. Raises InputError for days outside 1..365 and probabilities outside 0..1.
    """
    duration = parameters.value("ten_year_duration")
    depth = sale.Dealers.default(parameters=parameters) if dealers is None else dealers
    hegemon, seller, peaks = np.zeros((3, *sizes.shape))
    for k, size in enumerate(sizes):
        # Where nothing is held nothing happens; the path needs an amount.
        some = size > 0
        sales = sale.even_sales(np.where(some, size, 1.0), days) * some
        path = sale.follow_sale(
            sales, m=market.m, pi=market.pi, rho=market.rho, dealers=depth, backstop=backstop
        )
        peaks[k] = path.yield_change.max(axis=0)
        costs = leverage.hegemon_cost(
            path,
            market.rho,
            discount=discount_rate(parameters),
            refinanced=refinanced,
            parameters=parameters,
        )
        hegemon[k] = np.maximum(sum(costs.values()), 0.0) + loss_bn_per_bp * peaks[k]
        seller[k] = leverage.seller_loss(
            path,
            days,
            sold_bn=sales,
            remaining_bn=np.maximum(stock_bn - size, 0.0),
            duration=duration,
            kappa_pct_per_bp=kappa,
            freeze_probability=np.where(some, freeze_probability, 0.0),
            parameters=parameters,
        ).total
    return Losses(sizes, hegemon, seller, peaks)


def creditor_threat(
    creditor: Creditor,
    market: Market,
    official_share: Array,
    stakes: Stakes,
    *,
    backstop: BackstopRule | bool = True,
    days: int | Sequence[int] | None = None,
    shares: Sequence[float] = SHARES,
    parameters: ParameterSet,
    **costs: Any,
) -> CreditorThreat:
    """The best threat of a creditor in every draw, and what it does to the bargain.

    official_share (n,): of its holdings (`creditor.official_share(u)`). days: trading days of the
    sale, or several of which the best is taken; `creditor_sale_days` if left out. backstop: the
    central bank's rule, True for the registry's in the draws where `market.acts`, False for none.
    costs: freeze_probability, loss_bn_per_bp, dealers, refinanced, as in `sale_losses`. Raises
    InputError as there, for shares outside 0..1, and for stakes outside their ranges.
    """
    n = len(np.asarray(market.m))
    known = _checked(stakes, n)
    stock = np.broadcast_to(creditor.stock_bn(official_share), (n,))
    tried = np.asarray(shares, dtype=np.float64)
    if not tried.size or not bool(np.all((tried > 0) & (tried <= 1) & np.isfinite(tried))):
        raise InputError("a share of holdings is not in (0, 1].", field="shares", value=shares)
    if days is None:
        days = round(parameters.value("creditor_sale_days"))
    lengths = [days] if isinstance(days, int) else list(days)
    guard: BackstopRule | None = None
    if backstop is True:
        guard = BackstopRule.default(market.acts, parameters=parameters)
    elif backstop is not False:
        guard = backstop
    # The last row is the sale of 100 bn that "per 100 bn" is read from.
    sizes = np.vstack([np.sort(tried)[:, None] * stock, np.minimum(leverage.PER, stock)])
    every = [
        sale_losses(
            sizes,
            stock,
            market,
            days=length,
            kappa=np.asarray(market.kappa) if creditor.currency else None,
            backstop=guard,
            parameters=parameters,
            **costs,
        )
        for length in lengths
    ]
    return _best(every, lengths, known, parameters=parameters)


def _best(
    every: list[Losses], lengths: list[int], s: Stakes, *, parameters: ParameterSet
) -> CreditorThreat:
    """The best of all sizes and lengths in every draw."""
    annuity = leverage.annuity(discount_rate(parameters))
    grid = [np.concatenate([getattr(one, name)[:-1] for one in every]) for name in _ROWS]
    sizes, hegemon, seller, peaks = grid
    h, cost = hegemon / annuity, seller / annuity
    gain, deters, often = gains(h, cost, s)
    credible = (sizes > 0) & (cost <= gain)
    order = np.where(credible, gain, -np.inf)
    none = ~credible.any(axis=0)
    chosen = np.where(none, np.argmax(gain - cost, axis=0), np.argmax(order, axis=0))[None]

    def pick(values: Array) -> Array:
        return np.asarray(np.take_along_axis(values, chosen, axis=0)[0])

    real, deterred = pick(credible), pick(deters)
    struck = np.where(deterred & real, np.asarray(s.committed), often)
    fewer = struck - often
    happens = struck * real
    first = every[0]
    even = leverage.break_evens(first.sizes[:-1], first.seller[:-1], first.hegemon[:-1])
    base = first.sizes[-1]
    per = np.divide(leverage.PER, base, out=np.zeros_like(base), where=base > 0)
    lasted = np.repeat(lengths, len(sizes) // len(lengths))[:, None] + np.zeros_like(sizes)
    return CreditorThreat(
        years=leverage.HORIZON_YEARS,
        size_bn=pick(sizes),
        days=pick(lasted),
        hegemon_loss_bn=pick(hegemon),
        seller_loss_bn=pick(seller),
        hegemon_loss_bn_per_year=pick(h),
        seller_loss_bn_per_year=pick(cost),
        gain_bn_per_year=pick(gain),
        credible=real,
        deters=deterred & real,
        value_bn_per_year=np.where(real, often * pick(gain), 0.0),
        sale_probability=happens,
        shift_hegemon_bn=fewer * s.strike_bn - happens * pick(h),
        shift_partner_bn=-fewer * s.hurt_bn - happens * pick(cost),
        break_even_bn=even,
        hegemon_per_100bn=first.hegemon[-1] * per,
        seller_per_100bn=first.seller[-1] * per,
        peak_bp=pick(peaks),
    )


_ROWS = tuple(field.name for field in fields(Losses))


def gains(h: Array, cost: Array, s: Stakes) -> tuple[Array, Array, Array]:
    """Change of the terms once struck (k, n) bn per year, whether the sale deters (k, n), and the
    probability of a strike without the sale (n,).

    h, cost (k, n): losses a year of hegemon and seller; stakes (n,). The bargain gives each side
    its threat point and its gain over it. A calculating hegemon strikes only where that leaves it
    more, with the sale and without.
    """
    q, committed = np.asarray(s.q), np.asarray(s.committed)
    struck = s.worth(-q * h, -q * cost)
    calm = s.worth(0.0 * q, 0.0 * q)
    strikes, deters = np.ones(q.shape, dtype=bool), np.zeros(np.shape(cost), dtype=bool)
    before, after = calm[1], struck[1]
    if not np.array_equal(committed, q):
        fewer = committed - q
        at = fewer * s.strike_bn, -fewer * s.hurt_bn
        idle = s.worth(*at)
        spared = s.worth(at[0] - committed * h, at[1] - committed * cost)
        strikes = calm[0] >= idle[0]
        before = np.where(strikes, before, idle[1])
        deters = strikes & (spared[0] > struck[0])
        after = np.where(strikes & ~deters, after, spared[1])
    often = np.where(strikes, q, committed)
    bought = np.divide(after - before, often, out=np.zeros_like(after), where=often > 0)
    return bought, deters, often


def _checked(stakes: Stakes, n: int) -> Stakes:
    """The stakes as arrays (n,). Raises InputError for values outside their ranges."""
    values = {
        field.name: np.broadcast_to(np.asarray(getattr(stakes, field.name), dtype=np.float64), (n,))
        for field in fields(stakes)
        if field.name != "bargain"
    }
    for name, low, high in (("beta", 0, 1), ("q", 0, 1), ("omega", -1, np.inf)):
        if not bool(np.all((values[name] >= low) & (values[name] <= high))):
            raise InputError(
                "a draw is out of range.", field=name, valid=f"numbers from {low} to {high}"
            )
    if not bool(np.all((values["committed"] >= 0) & (values["committed"] <= values["q"]))):
        raise InputError("a draw is out of range.", field="committed", valid="from 0 to q")
    if any(bool(np.any(np.isnan(v))) for v in values.values()):
        raise InputError("a draw of the stakes is not a number.", field="stakes")
    return Stakes(**values, bargain=stakes.bargain)
