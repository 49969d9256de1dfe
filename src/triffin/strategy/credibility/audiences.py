"""Audiences of the hegemon's reputation: a few groups that watch together (B.1).

With some 75 partners in a row the pure game deters nearly everybody; production has six to ten
audiences. Partners in none of them are an audience of their own, "rest".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from triffin.strategy.credibility.reputation import kreps_wilson_heterogeneous
from triffin.world.base.arrays import Array
from triffin.world.data.partners import blocs

ALONE = {"EU": "EU", "JPN": "Japan", "CHN": "China", "KOR": "Korea", "IND": "India",
         "GBR": "UK"}  # fmt: skip
BLOC = "ASEAN"
REST = "rest"
_LEAST = 1e-9


def audiences(codes: Sequence[str]) -> tuple[tuple[str, ...], Array]:
    """(names of the audiences that have members, memberships (G, m) of zeros and ones)."""
    together = set(blocs()[BLOC].members)
    group = [ALONE.get(code) or (BLOC if code in together else REST) for code in codes]
    names = tuple(name for name in (*ALONE.values(), BLOC, REST) if name in group)
    return names, np.array([[float(own == name) for own in group] for name in names])


def run_value(p: Array, thresholds: Sequence[float], prizes: Sequence[float]) -> Array:
    """V_k(p) (n,): concessions of the unbroken run of audiences from the next one on that concede.

    thresholds, prizes : P_j and a_j of the audiences still to move, from the last (k = 1) on.
    """
    belief = np.asarray(p, dtype=np.float64)
    value, unbroken = np.zeros(belief.shape), np.ones(belief.shape, dtype=bool)
    for threshold, prize in zip(reversed(thresholds), reversed(prizes), strict=True):
        unbroken &= belief > threshold
        value += np.where(unbroken, prize, 0.0)
    return value


def pure_game(
    p0: float, order: Sequence[int], groups: Array, gain: Array, loss: Array, cost: Array,
    prize: Array,
) -> dict[str, Any]:  # fmt: skip
    """`kreps_wilson_heterogeneous` with audiences as players: the limit without noise or smoothing.

    order : positions of the audiences from the first to move to the last. groups (G, m).
    gain, loss, cost, prize (m,), bn : what a partner gains by holding out if the hegemon yields and
    loses if it is struck, what striking costs a weak hegemon, what a concession is worth. An
    audience that would gain nothing, or lose nothing, or costs nothing to strike is no player: the
    answer names the players in `order` (first to last).
    """
    g, l, c, a = (groups @ np.maximum(x, 0.0) for x in (gain, loss, cost, prize))
    players = [k for k in order if min(g[k], l[k], c[k]) > _LEAST]
    if not players:
        return {"players": []}
    last_first = players[::-1]
    found = kreps_wilson_heterogeneous(
        p0, *(values[last_first].tolist() for values in (g, l, c, a))
    )
    return found | {"players": players}
