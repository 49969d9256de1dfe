"""Alternating offers: where the weights of a Nash bargain come from (A.2)."""

from __future__ import annotations

import math
from typing import Any

from triffin.strategy.inputs import count
from triffin.world.base.checked_numbers import canonical, number

TIE = 1e-12


@canonical
def rubinstein_finite(
    N: int, delta_h: float, delta_p: float, breakdown_h: float = 0.0, breakdown_p: float = 0.0
) -> dict[str, Any]:
    """Shares of a pie of size one after at most `N` rounds of offers.

    The hegemon proposes in odd rounds. A proposer offers the other side its discounted value of
    continuing; if δ_h v_h + δ_p v_p > 1 nobody agrees in that round and both values are only
    discounted. One period after the last rejection the breakdown payoffs are received.
    Without breakdown payoffs and with one δ the first proposer gets (1 − (−δ)^N)/(1 + δ).

    `delta_h`, `delta_p` in (0, 1) per round; breakdown payoffs in pies, of any sign. Outputs:
    share_h, share_p (present values at the first round), agreement (False if no round admits any;
    the shares are then the discounted breakdown payoffs).
    Raises InputError for N < 1 or not whole, and discount factors outside (0, 1).
    Source: Stahl (1972), Bargaining Theory; Rubinstein (1982), Econometrica 50; breakdown payoffs
    added. Grade published.
    """
    rounds = count(N, "N")
    patience_h = number(delta_h, "delta_h", above=0, below=1)
    patience_p = number(delta_p, "delta_p", above=0, below=1)
    share_h, share_p = number(breakdown_h, "breakdown_h"), number(breakdown_p, "breakdown_p")
    agreement = False
    for place in range(rounds, 0, -1):
        waiting_h, waiting_p = patience_h * share_h, patience_p * share_p
        size = abs(waiting_h) + abs(waiting_p)
        if waiting_h + waiting_p > 1.0 + TIE * size:
            share_h, share_p = waiting_h, waiting_p
            continue
        agreement = True
        if place % 2 == 1:
            share_h, share_p = 1.0 - waiting_p, waiting_p
        else:
            share_h, share_p = waiting_h, 1.0 - waiting_h
    return {"share_h": share_h, "share_p": share_p, "agreement": agreement}


@canonical
def rubinstein_infinite(delta_h: float, delta_p: float) -> dict[str, Any]:
    """Share of the hegemon, who proposes first, without a last round.

    share_first = (1 − δ_p)/(1 − δ_h δ_p);  for short periods r_p/(r_h + r_p) with r = −ln δ
    (`continuous_limit`). `delta_h`, `delta_p` in (0, 1) per round.
    Raises InputError outside: with a factor of 1 nobody minds waiting.
    Source: Rubinstein (1982), Econometrica 50; Binmore, Rubinstein and Wolinsky (1986), RAND
    Journal of Economics 17. Grade published.
    """
    patience_h = number(delta_h, "delta_h", above=0, below=1)
    patience_p = number(delta_p, "delta_p", above=0, below=1)
    hurry_h, hurry_p = -math.log(patience_h), -math.log(patience_p)
    return {
        # 1 − δ_h δ_p, without cancellation when both are close to one.
        "share_first": (1.0 - patience_p) / ((1.0 - patience_h) + patience_h * (1.0 - patience_p)),
        "continuous_limit": hurry_p / (hurry_h + hurry_p),
    }
