"""Bargains between governments as theory: what terms are worth, and what would be efficient (A).

Nothing here sets a rate of the board. Payoffs are exact solves of the trade model, billion USD a
year relative to the rates paid during the talks; bargains use a quadratic through three of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from triffin.strategy.bargains.many_bargains import Bargains, Terms, nash_terms
from triffin.strategy.payoffs.solves import TalksSetting, solve_columns
from triffin.world.base.arrays import Array

HURTS = 1e-6
"""Amounts below so many billion USD a year do not count as a threat."""
_TOP = 0.3
"""A tariff up to which every quadratic is fitted at least."""


@dataclass(frozen=True, eq=False)
class Worth:
    """What terms and threat are worth to both sides, (m,) each, bn USD a year against the pause.

    at_terms, at_threat : (hegemon, partner) with the rate on one partner alone. q (m,) : chance
    that the threat is carried out without an agreement. share : part of a signer's rent that an
    open clause can take later; clause (m,) : who is asked for one.
    """

    setting: TalksSetting
    rate: Array
    threat: Array
    q: Array
    at_terms: tuple[Array, Array]
    at_threat: tuple[Array, Array]
    slopes: tuple[Array, Array, Array, Array]
    clause: Array
    share: float
    wedge: float
    beta: float

    @property
    def gain_hegemon(self) -> Array:
        """Gain over the threat point, the threat carried out with probability q."""
        return self.at_terms[0] - self.q * self.at_threat[0]

    @property
    def gain_partner(self) -> Array:
        """Gain over the threat point, the threat carried out with probability q."""
        return self.at_terms[1] - self.q * self.at_threat[1]

    @property
    def credibility_needed(self) -> Array:
        """Lowest probability of execution at which the terms beat waiting, U(terms)/U(threat);
        above 1 none does; nan where the threat does not hurt."""
        hurt = -self.at_threat[1]
        bites = hurt > HURTS
        needed = np.maximum(-self.at_terms[1], 0.0) / np.where(bites, hurt, 1.0)
        return np.where(bites, needed, np.nan)

    @property
    def clause_cost(self) -> Array:
        """What a clause to be filled in later can take: a share of what leaving would cost
        (Grossman and Hart 1986); nan where none is asked."""
        rent = np.maximum(self.at_terms[1] - self.at_threat[1], 0.0)
        return np.where(self.clause, self.share * rent, np.nan)

    @cached_property
    def bargain(self) -> Terms:
        """The Nash bargain over tariff and cash between governments that care for national
        welfare, at these threat points."""
        return nash_terms(self.bargains(np.inf))

    @cached_property
    def tariff_alone(self) -> Terms:
        """The same without cash."""
        return nash_terms(self.bargains(0.0))

    def bargains(self, cash: float, guarantee_bn: Array | float = 0.0) -> Bargains:
        """The bilateral block of every partner; cash : bound on payments both ways.
        guarantee_bn : expected loss of a security guarantee, added to what the threat costs."""
        g1, g2, l1, l2 = self.slopes
        pause = self.setting.pause
        start_h, start_u = _value(g1, g2, pause), -_value(l1, l2, pause)
        m = len(pause)
        flat = np.zeros((m, 1))
        return Bargains(
            g1=g1, g2=g2, l1=l1, l2=l2, omega=np.full(m, self.wedge), beta=np.full(m, self.beta),
            v=flat, p=flat + 1.0, kappa=flat + 1.0, x_max=flat,
            dH=start_h + self.q * self.at_threat[0],
            dU=start_u + self.q * (self.at_threat[1] - guarantee_bn),
            dignity=np.zeros(m), t_max=np.maximum(self.threat, _TOP),
            s_min=np.full(m, -cash), s_max=np.full(m, cash),
        )  # fmt: skip

    @cached_property
    def best_response(self) -> Array:
        """(m,) the hegemon's best rate on each partner alone, the top of the quadratic; nan where
        there is none below one."""
        g1, g2, _, _ = self.slopes
        top = g1 / np.where(g2 > 0, g2, np.nan)
        return np.where((top >= 0) & (top < 1), top, np.nan)


def weighted_mean(values: Array, weights: Array) -> float:
    """Mean of what is there, by weight; nan where nothing is.

    Example
    -------
    >>> weighted_mean(np.array([1.0, np.nan, 3.0]), np.array([1.0, 5.0, 1.0]))
    2.0
    """
    there = np.isfinite(values) & (weights > 0)
    total = weights[there].sum()
    return float(values[there] @ weights[there] / total) if total > 0 else float("nan")


def worth_of(setting: TalksSetting, rate: Array, threat: Array, q: Array, clause: Array) -> Worth:
    """What rates (m,) are worth against threats (m,) carried out with probability q (m,).

    One batch of exact solves, five tariffs a partner. Raises NotConverged from the trade model.
    """
    m = len(setting.partners)
    top = np.maximum(threat, _TOP)
    asked = np.stack([np.zeros(m), top / 2, top, threat, rate], axis=1)
    each = np.repeat(np.arange(m), asked.shape[1])
    columns = setting.alone(each, asked.ravel())
    found = solve_columns(setting, np.concatenate([setting.column(setting.pause)[None], columns]))
    home = found.hegemon[1:].reshape(asked.shape) - found.hegemon[0]
    away = found.partners[1:][np.arange(len(each)), each].reshape(asked.shape)
    away = away - found.partners[0][:, None]
    gains, losses = home[:, 1:3] - home[:, :1], away[:, :1] - away[:, 1:3]
    read = setting.parameters.value
    return Worth(
        setting, rate, threat, q,
        at_terms=(home[:, 4], away[:, 4]), at_threat=(home[:, 3], away[:, 3]),
        slopes=(*_quadratic(gains, top), *_quadratic(losses, top)),
        clause=clause, share=read("clause_share"), wedge=read("political_wedge"),
        beta=read("hegemon_nash_weight"),
    )  # fmt: skip


def _quadratic(values: Array, top: Array) -> tuple[Array, Array]:
    """a, b of a t − b t²/2 through the origin and the values (m, 2) at half of top and at top."""
    half, full = values.T
    return (4 * half - full) / top, 4 * (2 * half - full) / top**2


def _value(a: Array, b: Array, t: Array) -> Array:
    return np.asarray(t * (a - b * t / 2))
