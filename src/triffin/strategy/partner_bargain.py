"""One partner's bargain at its threat points: terms, what each side gets, and what would move them.

Everything rests on `Packages.agreed`; here it is asked for one partner, with the open clause and
without, with the security threat and without, and with the threat points moved by a sale (H.1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from triffin.strategy.creditor.threat import Bargain, Stakes
from triffin.strategy.negotiation.offers import HURTS, Agreed, Packages
from triffin.strategy.negotiation.open_clause import extraction
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError


@dataclass(frozen=True, eq=False)
class PartnerBargain:
    """One partner (position `place`) in the packages of all, at probabilities q (n,) of execution.

    Payoffs are bn USD per year relative to the pause.
    """

    packages: Packages
    place: int
    q: Array

    def agreed(self, dH: Array | float = 0.0, dU: Array | float = 0.0) -> Agreed:
        """Terms (n,) with the threat points moved by dH and dU (n,)."""
        n, _ = self.packages.shape
        cells = (np.arange(n), np.full(n, self.place))
        moves = (np.broadcast_to(np.asarray(m, dtype=float), (n,))[:, None] for m in (dH, dU))
        first, second = moves
        return self.packages.agreed(self.q[:, None], dH=first, dU=second, cells=cells)

    def worth(self, dH: Array | float = 0.0, dU: Array | float = 0.0) -> tuple[Array, Array]:
        """What hegemon and partner get, (n,): the threat point where there is no deal."""
        found = self.agreed(dH, dU)
        terms = found.terms
        return (
            found.outside_hegemon + np.where(terms.deal, terms.gain_hegemon, 0.0),
            found.outside_partner + np.where(terms.deal, terms.gain_partner, 0.0),
        )

    @property
    def bargain(self) -> Bargain:
        """The bargain as the creditor's threat moves it (`Stakes.bargain`)."""

        def moved(dH: Array, dU: Array) -> tuple[Array, Array]:
            shape = np.broadcast_shapes(np.shape(dH), np.shape(dU))
            rows = [np.broadcast_to(m, shape).reshape(-1, shape[-1]) for m in (dH, dU)]
            found = [self.worth(h, u) for h, u in zip(*rows, strict=True)]
            return tuple(np.reshape([pair[k] for pair in found], shape) for k in (0, 1))  # type: ignore[return-value]

        return moved

    @property
    def hurt_bn(self) -> Array:
        """U⁰ − U¹ (n,): what execution costs the partner, the security guarantee included."""
        return -self.packages.U1[:, self.place]

    @property
    def strike_bn(self) -> Array:
        """H¹ − H⁰ (n,): what execution is worth to the hegemon."""
        return np.broadcast_to(self.packages.H1[:, self.place], self.q.shape)

    def stakes(self, committed: Array | float, q: Array | float | None = None) -> Stakes:
        """What a sale of Treasuries would be about.

        It answers the executed threat; with q = committed = 1 it follows whenever talks fail.
        """
        b = self.packages.bargains
        return Stakes(
            beta=b.beta[:, self.place],
            omega=b.omega[:, self.place],
            q=self.q if q is None else q,
            hurt_bn=self.hurt_bn,
            strike_bn=self.strike_bn,
            committed=committed,
            bargain=self.bargain,
        )

    def with_clause(self, there: bool) -> PartnerBargain:
        """The same bargain with an open clause, or without one."""
        clause = self.packages.clause.copy()
        clause[self.place] = there
        return replace(self, packages=replace(self.packages, clause=clause))

    def without_security(self) -> PartnerBargain:
        """The same bargain if only the tariff threatens."""
        bare = self.packages.U1.copy()
        bare[:, self.place] = -self.packages.tariff_hurt[:, self.place]
        return replace(self, packages=replace(self.packages, U1=bare))

    def in_full(self, loss_bn: Array | float, *, clause: bool) -> Demanded:
        """All demands met in full while the tariff costs the partner `loss_bn` above the pause."""
        p, b = self.packages, self.packages.bargains
        x, price, kappa = (v[:, self.place] for v in (b.x_max, b.p, b.kappa))
        cash = b.s_max[:, self.place]
        paid = (x * (price + kappa * x / 2)).sum(-1) + (1 + b.omega[:, self.place]) * cash
        bill = paid + b.dignity[:, self.place] + loss_bn
        hurt = self.hurt_bn
        theta = np.broadcast_to(p.theta, b.shape)[:, self.place]
        taken = np.zeros_like(bill)
        if clause:
            median, spread = (
                np.broadcast_to(v, b.shape)[:, self.place] for v in (p.clause_median, p.clause_sd)
            )
            taken = extraction(median, spread, theta * np.maximum(hurt - bill, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.where(hurt > HURTS, (bill + taken) / hurt, np.nan)
        return Demanded(bill, taken, needed, np.where(hurt > HURTS, self.q >= needed, bill <= 0))


@dataclass(frozen=True, eq=False)
class Demanded:
    """Demands met in full, (n,): the bill and what the clause takes (bn per year), the credibility
    at which the partner would sign (nan where nothing hurts), and whether it signs."""

    bill_bn: Array
    clause_bn: Array
    q_needed: Array
    signs: Array


@dataclass(frozen=True, eq=False)
class Zone:
    """The zone of agreement around the agreed terms, (n,), nan where there is none.

    cash_low, cash_high: least the hegemon takes and most the partner pays, bn per year, at the
    agreed tariff and volumes. rate_low, rate_high: lowest rate the hegemon and highest rate the
    partner would accept, all else as agreed, on exact payoffs. surplus_bn: to divide, in the
    partner's money.
    """

    exists: Array
    surplus_bn: Array
    cash_low: Array
    cash_high: Array
    rate_low: Array
    rate_high: Array


def zone_of(bargain: PartnerBargain, rates: Array, hegemon_bn: Array, partner_bn: Array) -> Zone:
    """The zone of agreement; rates (r,) increasing with exact payoffs (r,) relative to the pause.

    Raises InputError where the rates do not increase.
    """
    if not bool(np.all(np.diff(rates) > 0)):
        raise InputError("the rates do not increase.", field="rates")
    found = bargain.agreed().terms
    wedge = 1.0 + bargain.packages.bargains.omega[:, bargain.place]
    exists = found.deal
    falling = np.minimum.accumulate(partner_bn)
    floor = np.interp(found.tariff, rates, partner_bn) - found.gain_partner
    high = np.interp(-floor, -falling, rates)
    top = int(np.argmax(hegemon_bn)) + 1
    rising = np.maximum.accumulate(hegemon_bn[:top])
    least = np.interp(found.tariff, rates, hegemon_bn) - found.gain_hegemon
    low = np.interp(least, rising, rates[:top])
    return Zone(
        exists=exists,
        surplus_bn=found.gain_partner + wedge * found.gain_hegemon,
        cash_low=found.cash - found.gain_hegemon,
        cash_high=found.cash + found.gain_partner / wedge,
        rate_low=np.where(exists, low, np.nan),
        rate_high=np.where(exists, high, np.nan),
    )
