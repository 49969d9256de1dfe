"""Reputation: the chain-store game and the game tree that checks its closed forms (B.1, G.3).

Verified; no answer is computed with them.
"""

from __future__ import annotations

from typing import Any

from triffin.strategy.inputs import count
from triffin.strategy.reference.reputation_unequal import (
    _above,
    _below,
    _fight,
    kreps_wilson_heterogeneous,
)
from triffin.world.base.checked_numbers import canonical, number


@canonical
def kreps_wilson(n: int, p0: float, b: float, a: float) -> dict[str, Any]:
    """The chain-store game with n equal partners.

    A partner holds out iff the belief p is below b^k, k partners still to move. The weak type
    punishes with probability 1 if p >= b^(k−1), else (1 − b^(k−1)) p/(b^(k−1) (1−p)); the belief
    is then b^(k−1) and the next partner concedes with probability 1/a.

    n >= 1 partners, `p0` in (0, 1) prior that the hegemon is tough, `b` in (0, 1) probability of
    punishment that makes a partner indifferent, `a` > 1 value of a concession over the cost of
    punishing. Outputs: thresholds [b, b², … b^n], first_partner_holds_out; fight_prob_weak,
    total_fight_prob, posterior_after_fight, next_concede_prob (None for n = 1): what if the first
    partner holds out, whether or not it does; n_contested (final stages with b^k > p0).
    Raises InputError outside these ranges.
    Source: Kreps and Wilson (1982), Journal of Economic Theory 27. Grade published.
    Production has no counterpart.
    """
    stages = count(n, "n")
    belief = number(p0, "p0", above=0, below=1)
    indifferent = number(b, "b", above=0, below=1)
    prize = number(a, "a", above=1)
    thresholds = [indifferent**k for k in range(1, stages + 1)]
    reached = indifferent ** (stages - 1)
    fight = _fight(belief, reached)
    concede: float | None = None
    if stages > 1:
        mixes = fight < 1.0
        concede = 1.0 / prize if mixes else 1.0 if _above(belief, reached) else 0.0
    return {
        "thresholds": thresholds,
        "first_partner_holds_out": _below(belief, thresholds[-1]),
        "fight_prob_weak": fight,
        "total_fight_prob": belief / reached if fight < 1.0 else 1.0,
        "posterior_after_fight": reached if fight < 1.0 else belief,
        "next_concede_prob": concede,
        "n_contested": sum(_below(belief, threshold) for threshold in thresholds),
    }


# A partner (its k) that has pledged to concede with a probability, if there is one.
Pledge = tuple[int, float] | None


class GameTree:
    """The game tree of a reputation game, every history a node of its own.

    Strategies come from the model, asked afresh at each belief with the partners still to move;
    payoffs, beliefs and deviations are worked out here. `regret` is the most any partner or the
    weak type would gain by deviating once at any node, `hegemon` the value of the root.
    """

    def __init__(
        self, p0: float, g: list[float], l: list[float], c: list[float], a: list[float]
    ) -> None:
        self.partners = list(zip(g, l, c, a, strict=True))
        self.regret = 0.0
        tough, weak = self.play(len(g), p0, None)
        self.hegemon = p0 * tough + (1 - p0) * weak

    def play(self, k: int, p: float, pivot: Pledge) -> tuple[float, float]:
        """Values (tough, weak) with k partners left, belief p and a partner pledged to mix."""
        if k == 0:
            return 0.0, 0.0
        g, l, c, a = self.partners[k - 1]
        rest = [list(column) for column in zip(*self.partners[:k], strict=True)]
        then: Pledge = None
        if p == 0.0:
            # Known to be weak: everybody holds out and it never punishes.
            holds_out, fight, after = 1.0, 0.0, 1.0
        elif p == 1.0:
            # Known to be tough: everybody concedes. The weak type gets here by deviating.
            holds_out, fight, after = 0.0, 1.0, 1.0
        else:
            model = kreps_wilson_heterogeneous(p, *rest)
            holds_out = float(model["first_partner_holds_out"])
            if pivot is not None:
                holds_out = 1.0 - pivot[1] if k == pivot[0] else 0.0
            fight, after = model["fight_prob_weak"], model["posterior_after_fight"]
            if model["pivotal_partner"] is not None:
                then = model["pivotal_partner"], model["pivotal_concede_prob"]
            elif pivot is not None and k > pivot[0]:
                # Off the path: a partner before the pivot held out, was punished for sure, and
                # the pivot's pledge is set anew so that punishing pays just enough.
                then = self.renewed(k, p, pivot[0])
        # Conceding: a to both types; a pledge stays until its partner has moved.
        kept = pivot if pivot is not None and k > pivot[0] else None
        concede = [a + value for value in self.play(k - 1, p, kept)]
        punish = self.play(k - 1, after, then) if p > 0 else (0.0, 0.0)
        yielding = self.play(k - 1, 0.0, None)
        self.check(holds_out, g, l, p + (1 - p) * fight)
        weak_punishes, weak_yields = punish[1] - c, yielding[1]
        best = max(weak_punishes, weak_yields)
        weak = fight * weak_punishes + (1 - fight) * weak_yields
        if 0 < p < 1:
            self.regret = max(self.regret, best - weak)
        tough = (1 - holds_out) * concede[0] + holds_out * punish[0]
        return tough, (1 - holds_out) * concede[1] + holds_out * weak

    def renewed(self, k: int, p: float, pivot: int) -> tuple[int, float]:
        cost = self.partners[k - 1][2]
        prizes = [a for *_, a in self.partners]
        between = sum(prizes[pivot : k - 1])
        if between >= cost:
            # Those between concede anyway; any pledge will do, the old one too.
            needed = 0.0
        else:
            rest = [list(column) for column in zip(*self.partners[: pivot - 1], strict=True)]
            later = 0.0
            for j in range(pivot - 1, 0, -1):
                model = kreps_wilson_heterogeneous(p, *[column[:j] for column in rest])
                if not p > model["P"][-1] * (1 + 1e-12):
                    break
                later += prizes[j - 1]
            needed = min(1.0, (cost - between) / (prizes[pivot - 1] + later))
        return pivot, needed

    def check(self, holds_out: float, g: float, l: float, punished: float) -> None:
        value = g * (1 - punished) - l * punished
        self.regret = max(self.regret, max(value, 0.0) - holds_out * value)
