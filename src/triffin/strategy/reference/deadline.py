"""Demands against a deadline when the partner's value is private (A.7)."""

from __future__ import annotations

import math
from typing import Any

from triffin.strategy.inputs import count
from triffin.world.base.checked_numbers import canonical, number


@canonical
def screening_deadline(N: int, delta: float) -> dict[str, Any]:
    """When deals are signed: one demand per round, `N` rounds, partners uniform on [0, 1].

    With n rounds left a_1 = 1/2, R_1 = 1/4 and
    m_n = 1 − δ + δ a_{n−1},  c_n = m_n/(2 (m_n − δ R_{n−1})),  a_n = m_n c_n,
    R_n = m_n²/(4 (m_n − δ R_{n−1})).
    The demand is a_n times the highest value still possible; partners above c_n times it sign.

    `delta` in [0, 1] per round. Outputs: first_demand a_N, revenue R_N, cutoffs [c_N … c_1],
    share_by_round (mass signing in rounds 1 … N), share_no_deal, deadline_share_of_deals (the last
    round's part of all deals).
    Raises InputError for N < 1 or not whole and δ outside [0, 1].
    Source: Sobel and Takahashi (1983), Review of Economic Studies 50; Fudenberg and Tirole (1991),
    Game Theory, chapter 10. Grade published.
    """
    rounds = count(N, "N")
    patience = number(delta, "delta", low=0, high=1)
    demand, revenue, cutoffs = 0.5, 0.25, [0.5]
    for _ in range(rounds - 1):
        ceiling = 1.0 - patience + patience * demand
        cutoff = ceiling / (2.0 * (ceiling - patience * revenue))
        demand, revenue = ceiling * cutoff, ceiling * cutoff / 2.0
        cutoffs.append(cutoff)
    cutoffs.reverse()
    left, signing = 1.0, []
    for cutoff in cutoffs:
        signing.append(left * (1.0 - cutoff))
        left *= cutoff
    return {
        "first_demand": demand,
        "revenue": revenue,
        "cutoffs": cutoffs,
        "share_by_round": signing,
        "share_no_deal": left,
        "deadline_share_of_deals": signing[-1] / math.fsum(signing),
    }
