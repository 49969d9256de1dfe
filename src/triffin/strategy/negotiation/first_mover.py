"""What going first earns: one meeting after the other, every coalition solved exactly (A.5, A.6).

The partner and the largest others under threat meet the hegemon one by one, the rest as one. Who
signs pays the rate of the pause, who does not pays the threatened rate, and every set of signatures
is an exact solve of the trade model. Weights that are powers of two give each set its own sum, so
that the programme over signed weight is the whole game tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triffin.strategy.negotiation.sequence import sequential_bargaining
from triffin.strategy.payoffs.solves import solve_columns
from triffin.strategy.payoffs.table import TARIFF_THREAT, Payoffs
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

GROUPS = 7
REST = "all others"


@dataclass(frozen=True, eq=False)
class SigningGame:
    """Payoffs of every set of signatures, bn USD per year, when the threat is executed for certain.

    groups: G names, the partner first, then others by weight, the rest as one. hegemon (2^G,),
    partners (2^G, G): set s contains group g where bit g of s is one. A threat executed with
    probability q scales all differences between sets by q.
    """

    groups: tuple[str, ...]
    hegemon: Array
    partners: Array

    def order(self, place: int) -> list[int]:
        """Groups in the order of meetings, with the partner at `place` (from 0)."""
        others = list(range(1, len(self.groups)))
        return [*others[:place], 0, *others[place:]]

    def play(self, beta: float, place: int) -> tuple[float, bool]:
        """The partner's payoff and whether it signs when it is met at `place` (from 0)."""
        order = self.order(place)
        found = sequential_bargaining(
            beta,
            [1 << group for group in order],
            self.hegemon.tolist(),
            [self.partners[:, group].tolist() for group in order],
            [self.partners[:, group].tolist() for group in order],
        )
        return float(found["payoffs"][place]), bool(found["signed"][place])

    def by_place(self, beta: float) -> list[dict[str, float | bool | int]]:
        """Payoff (bn per year, relative to nobody signing) at every place in the order, from 1."""
        rows: list[dict[str, float | bool | int]] = []
        for place in range(len(self.groups)):
            payoff, signs = self.play(beta, place)
            gain = payoff - float(self.partners[0, 0])
            rows.append({"place": place + 1, "payoff_bn": gain, "signs": signs})
        return rows

    def first_minus_last(self, betas: Array) -> Array:
        """What the first place earns above the last, bn per year, at weights (n,)."""
        last = len(self.groups) - 1
        knots = np.unique(np.clip(np.quantile(betas, np.linspace(0, 1, 9)), 0.0, 1.0))
        earned = [self.play(float(b), 0)[0] - self.play(float(b), last)[0] for b in knots]
        return np.asarray(np.interp(betas, knots, earned))

    @property
    def others_signing(self) -> dict[str, float]:
        """What the signatures of all others change, bn per year: for the partner if it has signed
        and if it has not, and how the hegemon's gain from the partner's signature changes."""
        others = (1 << len(self.groups)) - 2
        own, h = self.partners[:, 0], self.hegemon
        return {
            "partner_if_signed_bn": float(own[others | 1] - own[1]),
            "partner_if_not_bn": float(own[others] - own[0]),
            "hegemon_from_partner_alone_bn": float(h[1] - h[0]),
            "hegemon_from_partner_last_bn": float(h[others | 1] - h[others]),
        }


def signing_game(
    payoffs: Payoffs, partner: str, *, groups: int = GROUPS, others: Sequence[str] | None = None
) -> SigningGame:
    """The game of one partner under threat against the largest others under threat.

    groups: players in all; others: codes that meet the hegemon on their own, by default the
    largest by what the hegemon buys. Raises InputError where the partner faces no tariff threat
    and for fewer than two groups or more than ten.
    """
    if not 2 <= groups <= 10:
        raise InputError(
            f"{groups} groups.", field="groups", value=groups, valid="a whole number from 2 to 10"
        )
    setting = payoffs.setting
    i = setting.index(partner)
    threatened = np.flatnonzero(payoffs.status == TARIFF_THREAT)
    if i not in threatened:
        raise InputError(
            f"{setting.partners[i].name} faces no tariff threat: there is nothing to sign first.",
            value=partner,
            valid=tuple(setting.codes[k] for k in threatened),
        )
    rest = sorted((int(k) for k in threatened if k != i), key=lambda k: -payoffs.weight[k])
    chosen = [setting.index(code) for code in others] if others else rest[: groups - 2]
    chosen = [k for k in dict.fromkeys(chosen) if k != i]
    left = [k for k in rest if k not in chosen]
    players = [[i], *([k] for k in chosen), *([left] if left else [])]
    names = [setting.partners[group[0]].name for group in players[: 1 + len(chosen)]]
    membership = np.zeros((len(players), len(setting.partners)))
    for g, group in enumerate(players):
        membership[g, group] = 1.0
    sets = np.arange(1 << len(players))
    signed = ((sets[:, None] >> np.arange(len(players))) & 1) @ membership > 0
    involved = membership.any(axis=0)
    announced = payoffs.rates[:, payoffs.actions.index("announced")]
    rates = np.where(involved & ~signed, announced, setting.pause)
    found = solve_columns(setting, setting.column(rates))
    return SigningGame(
        groups=tuple(names + [REST] * bool(left)),
        hegemon=found.hegemon,
        partners=found.partners @ membership.T,
    )
