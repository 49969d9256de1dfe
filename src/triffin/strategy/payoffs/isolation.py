"""Does the hegemon isolate itself? A statistic of trade flows with third parties (C.5)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.strategy.inputs import matrix, position
from triffin.world.base.checked_numbers import canonical, numbers, same_length
from triffin.world.base.errors import InputError
from triffin.world.model import World

LEAST_TRADE = 1.0
"""USD of trade with third parties from which on its change has a meaning."""


@canonical
def isolation_index(
    T0: list[list[float]],
    T1: list[list[float]],
    hegemon: int,
    rival: int,
    align: list[float],
    w: list[float],
) -> dict[str, Any]:
    """Trade with third parties before and after, the rival's against the hegemon's.

    T0, T1 (n, n) trade flows >= 0 before and after, exporter by importer (the diagonal does not
    count); `hegemon`, `rival` positions; `align`, w alignment moves and weights of partners.
    Trade of a country is what it sells to and buys from others. Outputs: third_party_hegemon,
    third_party_rival (log changes of trade with all but each other), self_isolation (rival less
    hegemon; above 0 the hegemon isolates itself), isolation_ratio_total (log change of total trade,
    hegemon over rival; None if the rival's total does not change), alignment_index = Σ w align.
    Raises InputError for other shapes, negative flows, hegemon = rival, and no trade with third
    parties before or after.
    Source: an index; log changes of trade flows. Grade judgement.
    """
    before = matrix(T0, "T0", low=0)
    n = len(before)
    before = matrix(T0, "T0", rows=n, columns=n, low=0)
    after = matrix(T1, "T1", rows=n, columns=n, low=0)
    leader, other = position(hegemon, "hegemon", n), position(rival, "rival", n)
    if leader == other:
        raise InputError(
            "the hegemon is its own rival.", field="rival", value=other, valid="another position"
        )
    moves, weights = numbers(align, "align"), numbers(w, "w")
    same_length({"align": moves, "w": weights})
    for name, trade in (("T1", after), ("T0", before)):
        for place in (leader, other):
            if third_party_trade(trade, place, leader, other) <= 0:
                raise InputError(
                    f"economy {place} has no trade with third parties.",
                    field=name,
                    valid="positive trade of hegemon and rival with some other economy",
                )
    third = {
        place: math.log(
            third_party_trade(after, place, leader, other)
            / third_party_trade(before, place, leader, other)
        )
        for place in (leader, other)
    }
    total = {place: math.log(_total(after, place) / _total(before, place)) for place in third}
    # Sums in another order may differ in the last digit; that is no change of trade.
    changed = abs(total[other]) > 1e-14
    return {
        "third_party_hegemon": third[leader],
        "third_party_rival": third[other],
        "self_isolation": third[other] - third[leader],
        "isolation_ratio_total": total[leader] / total[other] if changed else None,
        "alignment_index": math.fsum((weights * moves).tolist()),
    }


def third_party_trade(trade: np.ndarray, place: int, leader: int, other: int) -> float:
    """Sales and purchases of an economy with all but leader, other and itself; trade (n, n)."""
    others = [k for k in range(len(trade)) if k not in (leader, other)]
    return float(trade[place, others].sum() + trade[others, place].sum())


def third_party_change(
    before: np.ndarray, after: np.ndarray, place: int, leader: int, other: int
) -> float:
    """Log change of an economy's trade with third parties; nan where it has none to lose."""
    first, last = (third_party_trade(trade, place, leader, other) for trade in (before, after))
    return math.log(last / first) if first > LEAST_TRADE and last > 0 else math.nan


def undefined(world: World, trade: np.ndarray, leader: int, other: int) -> str | None:
    """Why the index has no meaning among these trade flows (n, n); None where it has."""
    lonely = [
        world.names[one]
        for one in (leader, other)
        if third_party_trade(trade, one, leader, other) <= LEAST_TRADE
    ]
    if not lonely:
        return None
    return (
        f"self-isolation is undefined: {' and '.join(lonely)} "
        f"{'has' if len(lonely) == 1 else 'have'} no trade with third parties that could change"
    )


def _total(trade: np.ndarray, place: int) -> float:
    others = [k for k in range(len(trade)) if k != place]
    return float(trade[place, others].sum() + trade[others, place].sum())
