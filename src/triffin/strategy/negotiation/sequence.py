"""One meeting after the other, with effects of each settlement on all (A.5 and A.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.strategy.inputs import count, entries, matrix
from triffin.strategy.payoffs.solves import TalksSetting, solve_columns
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, number, numbers
from triffin.world.base.errors import InputError

# Surpluses are sums of payoffs: below this part of the largest one they are ties.
TIE = 1e-12


@canonical
def sequential_bargaining(
    beta: float,
    w: list[int],
    h: list[float],
    a: list[float] | list[list[float]],
    o: list[float] | list[list[float]],
) -> dict[str, Any]:
    """Who signs when n partners bargain one after the other and payoffs depend on who signed.

    With K the weight signed so far, C_{n+1}(K) = h(K), F_{n+1}(K) = K and
    S_k(K) = [C_{k+1}(K+w_k) + a_k(F_{k+1}(K+w_k))] − [C_{k+1}(K) + o_k(F_{k+1}(K))];
    partner k signs iff S_k > 0 and the hegemon gets the share β of S_k. a_k, o_k: payoffs of k
    having signed or not, at the final weight.

    `beta` in [0, 1]; w (n,) whole numbers >= 0 in the order of the meetings, sum W; h (W+1,); a, o
    (W+1,) for all partners alike or (n, W+1). A surplus of less than 1e-12 of the largest payoff
    is a tie: no signature. Outputs: payoffs (n,), hegemon, signed (n,), signed_weight.
    Cost O(n W). Raises InputError for other lengths, weights and β.
    Source: building blocks Horn and Wolinsky (1988), RAND Journal of Economics 19, Segal (1999),
    Quarterly Journal of Economics 114, Genicot and Ray (2006), Journal of Economic Theory 131; the
    aggregative programme derived. Grade derived.
    """
    weight = number(beta, "beta", low=0, high=1)
    if isinstance(w, str) or not isinstance(w, Sequence | np.ndarray) or len(w) == 0:
        raise InputError("got no weights.", field="w", value=w, valid="a list of whole numbers")
    steps = [count(step, f"w[{place}]", low=0) for place, step in enumerate(w)]
    total = sum(steps)
    value = entries(numbers(h, "h"), "h", total + 1)
    inside = _payoffs(a, "a", len(steps), total + 1)
    outside = _payoffs(o, "o", len(steps), total + 1)
    return programme(weight, steps, value, inside, outside)


def _payoffs(value: Any, name: str, partners: int, length: int) -> np.ndarray:
    """Payoffs (n, W+1), from one list for all partners or from one per partner."""
    first = value[0] if isinstance(value, Sequence | np.ndarray) and len(value) else None
    if isinstance(first, Sequence | np.ndarray) and not isinstance(first, str):
        return matrix(value, name, rows=partners, columns=length)
    common = entries(numbers(value, name), name, length)
    return np.broadcast_to(common, (partners, length))


def programme(
    weight: float, steps: list[int], h: np.ndarray, a: np.ndarray, o: np.ndarray
) -> dict[str, Any]:
    tie = TIE * max(float(np.abs(part).max()) for part in (h, a, o))
    before = np.concatenate([[0], np.cumsum(steps)])
    hegemon, final = h.copy(), np.arange(len(h))
    decisions = []
    for k in range(len(steps) - 1, -1, -1):
        # Only weights that the partners before k can add up to are ever reached.
        stay = np.arange(before[k] + 1)
        join = stay + steps[k]
        out = o[k][final[stay]]
        surplus = (hegemon[join] + a[k][final[join]]) - (hegemon[stay] + out)
        signs = surplus > tie
        decisions.append((signs, out + np.where(signs, (1.0 - weight) * surplus, 0.0)))
        hegemon = hegemon[stay] + np.where(signs, weight * surplus, 0.0)
        final = np.where(signs, final[join], final[stay])
    decisions.reverse()
    payoffs, signed, reached = [], [], 0
    for step, (signs, payoff) in zip(steps, decisions, strict=True):
        payoffs.append(float(payoff[reached]))
        signed.append(bool(signs[reached]))
        reached += step if signed[-1] else 0
    return {
        "payoffs": payoffs,
        "hegemon": hegemon[0],
        "signed": signed,
        "signed_weight": reached,
    }


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
    setting: TalksSetting,
    partner: str,
    *,
    groups: int = GROUPS,
    others: Sequence[str] | None = None,
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
    i = setting.index(partner)
    threatened = np.flatnonzero(setting.announced > setting.pause)
    if i not in threatened:
        raise InputError(
            f"{setting.partners[i].name} faces no tariff threat: there is nothing to sign first.",
            value=partner,
            valid=tuple(setting.codes[k] for k in threatened),
        )
    rest = sorted((int(k) for k in threatened if k != i), key=lambda k: -setting.weight[k])
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
    rates = np.where(involved & ~signed, setting.announced, setting.pause)
    found = solve_columns(setting, setting.column(rates))
    return SigningGame(
        groups=tuple(names + [REST] * bool(left)),
        hegemon=found.hegemon,
        partners=found.partners @ membership.T,
    )
