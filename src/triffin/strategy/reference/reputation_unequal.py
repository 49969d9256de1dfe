"""Reputation: a hegemon of unknown type faces one partner after the other (B.1).

Lists over partners run from the last one to move (k = 1) to the first (k = n).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import canonical, number, numbers, same_length
from triffin.world.base.errors import InputError

# Beliefs and thresholds are compared up to rounding, and relatively: they fall to 1e-15.
TIE = 1e-12
_LONGEST_PAYOFF = 12


def _below(p: float, threshold: float) -> bool:
    return p < threshold * (1.0 - TIE)


def _above(p: float, threshold: float) -> bool:
    return p > threshold * (1.0 + TIE)


def _fight(p: float, reached: float) -> float:
    """Probability that the weak type punishes so that the belief rises to `reached`."""
    if not _below(p, reached):
        return 1.0
    return (1.0 - reached) * p / (reached * (1.0 - p))


@dataclass(frozen=True)
class _Pivot:
    """The partner whose mixing makes the weak type indifferent, and its chance of conceding."""

    partner: int
    concedes: float


@dataclass(frozen=True)
class _Game:
    """Thresholds of the equilibrium; entry k − 1 of a list belongs to partner k."""

    cost: list[float]
    prize: list[float]
    thresholds: list[float]
    reached: list[float]

    def value(self, k: int, p: float) -> float:
        """V_k(p): concessions of the unbroken run of partners from k on with p > P_j."""
        total = 0.0
        for j in range(k, 0, -1):
            if not _above(p, self.thresholds[j - 1]):
                break
            total += self.prize[j - 1]
        return total

    def pivot(self, k: int) -> _Pivot | None:
        """Whose concession pays for a mixed punishment of partner k; None if nobody's can."""
        belief = self.reached[k - 1]
        if belief == 1.0:
            return None
        before, place, paid = 0.0, k - 1, 0.0
        for j in range(k - 1, 0, -1):
            # Of several partners at the belief the last one: those before it concede for sure.
            if not _below(self.thresholds[j - 1], belief):
                place, paid = j, before
            before += self.prize[j - 1]
            if before >= self.cost[k - 1] * (1.0 - TIE):
                break
        worth = self.prize[place - 1] + self.value(place - 1, belief)
        return _Pivot(place, min(1.0, (self.cost[k - 1] - paid) / worth))

    def payoff(
        self, k: int, p: float, pivot: _Pivot | None = None, mixed: bool = False
    ) -> tuple[float, float]:
        """What the tough and the weak type expect from partners k … 1 at the belief p."""
        if k == 0:
            return 0.0, 0.0
        threshold = self.thresholds[k - 1]
        if pivot is not None:
            concedes = pivot.concedes if k == pivot.partner else 1.0
        elif mixed:
            concedes = 1.0 if _above(p, threshold) else 0.0
        else:
            concedes = 0.0 if _below(p, threshold) else 1.0
        tough = weak = 0.0
        if concedes > 0.0:
            later = pivot if pivot is not None and k > pivot.partner else None
            after = self.payoff(k - 1, p, later, mixed)
            tough += concedes * (self.prize[k - 1] + after[0])
            weak += concedes * (self.prize[k - 1] + after[1])
        if concedes < 1.0:
            fight = _fight(p, self.reached[k - 1])
            if fight == 1.0:
                after = self.payoff(k - 1, p, None, mixed)
            else:
                after = self.payoff(k - 1, self.reached[k - 1], self.pivot(k), True)
            tough += (1.0 - concedes) * after[0]
            weak += (1.0 - concedes) * fight * (after[1] - self.cost[k - 1])
        return tough, weak


def _game(bias: list[float], cost: list[float], prize: list[float]) -> _Game:
    """P_k = b_k phat_{k−1};  phat_k = max P_j over the shortest run that pays for c_{k+1}."""
    thresholds: list[float] = []
    reached = [1.0]
    for k in range(1, len(bias) + 1):
        thresholds.append(bias[k - 1] * reached[k - 1])
        if k == len(bias):
            break
        collected, highest = 0.0, 1.0
        needed = cost[k] * (1.0 - TIE)
        run = 0.0
        for j in range(k, 0, -1):
            run = max(run, thresholds[j - 1])
            collected += prize[j - 1]
            if collected >= needed:
                highest = run
                break
        reached.append(highest)
    return _Game(cost, prize, thresholds, reached)


@canonical
def kreps_wilson_heterogeneous(
    p0: float, g: list[float], l: list[float], c: list[float], a: list[float]
) -> dict[str, Any]:
    """The reputation game with unequal partners.

    Partner k gains g_k by holding out if the hegemon yields and loses l_k if it punishes;
    punishing k costs the weak type c_k, a concession is worth a_k. With b_k = g_k/(g_k + l_k):
    phat_0 = 1,  P_k = b_k phat_{k−1},  V_k(p) = sum of a_j over the unbroken run j = k, k−1, …
    with p > P_j,  phat_k = inf{p: V_k(p) >= c_{k+1}} (1 if there is none);
    hold out iff p < P_k; the weak type punishes with probability 1 if p >= phat_{k−1}, else
    (1 − phat_{k−1}) p/(phat_{k−1} (1−p)), 0 if phat_{k−1} = 1.

    All lists (n,), from the last partner to the first; `p0` in (0, 1); g, l, c > 0, a >= 0, all
    in one unit per side. Outputs: b, P, phat (phat_0 … phat_{n−1}); for k = n, the first partner:
    first_partner_holds_out, fight_prob_weak, total_fight_prob, posterior_after_fight (1 if the
    weak type never punishes), pivotal_partner (its k) and pivotal_concede_prob (None unless the
    weak type mixes there); hegemon_payoff (ex ante, over both types; only for n <= 12).
    Raises InputError for lists of different length and values outside these ranges.
    Source: extension of Kreps and Wilson (1982), Journal of Economic Theory 27, to unequal
    partners; verified on explicit game trees. Grade derived.
    Production has no counterpart.
    """
    belief = number(p0, "p0", above=0, below=1)
    gain, loss = numbers(g, "g", above=0), numbers(l, "l", above=0)
    cost, prize = numbers(c, "c", above=0), numbers(a, "a", low=0)
    same_length({"g": gain, "l": loss, "c": cost, "a": prize})
    n = len(gain)
    if n == 0:
        raise InputError("there are no partners.", field="g", valid="at least one partner")
    bias = gain / (gain + loss)
    game = _game(bias.tolist(), cost.tolist(), prize.tolist())
    reached = game.reached[-1]
    fight = _fight(belief, reached)
    pivot = game.pivot(n) if fight < 1.0 else None
    outputs: dict[str, Any] = {
        "b": bias,
        "P": np.array(game.thresholds),
        "phat": np.array(game.reached),
        "first_partner_holds_out": _below(belief, game.thresholds[-1]),
        "fight_prob_weak": fight,
        "total_fight_prob": belief / reached if fight < 1.0 else 1.0,
        "posterior_after_fight": reached if fight < 1.0 else belief,
        "pivotal_partner": pivot.partner if pivot else None,
        "pivotal_concede_prob": pivot.concedes if pivot else None,
    }
    if n <= _LONGEST_PAYOFF:
        tough, weak = game.payoff(n, belief)
        outputs["hegemon_payoff"] = belief * tough + (1.0 - belief) * weak
    return outputs


ALONE = {"EU": "EU", "JPN": "Japan", "CHN": "China", "KOR": "Korea", "IND": "India",
         "GBR": "UK"}  # fmt: skip
BLOC = "ASEAN"
REST = "rest"
_LEAST = 1e-9
