"""Does the hegemon isolate itself? Trade flows of exact solves after what partners did (C.5)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.strategy.alignment.nested import CONCEDE, PIVOT, RETALIATE
from triffin.strategy.inputs import matrix, position
from triffin.strategy.payoffs.solves import TalksSetting
from triffin.strategy.payoffs.stakes import Positions, in_closure
from triffin.trade.one.counterfactual import counterfactual
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, numbers, same_length
from triffin.world.base.errors import InputError, NotConverged
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


@dataclass(frozen=True, eq=False)
class Isolation:
    """Log changes against the world before the tariffs, (k,) each; index = rival − hegemon.

    pause : the index at the tariffs of the talks themselves, by draw. failed : draws without an
    equilibrium (nan)."""

    hegemon: Array
    rival: Array
    index: Array
    pause: Array
    failed: int


def tariffs_after(
    setting: TalksSetting, deal_rate: Array, threat: Array, actions: Array, struck: Array
) -> Array:
    """(N, N) tariffs once partners have acted: a deal's rate on those who concede; the threat on
    others where struck; the same rate in return from those who retaliate. All (m,)."""
    paid = np.where(actions == CONCEDE, deal_rate, np.where(struck, threat, setting.pause))
    rates = setting.status_quo.copy()
    rates[:, setting.hegemon] = setting.column(paid)
    # An answer meets what its sender pays, and never lowers what is set already.
    answer = np.where(actions == RETALIATE, paid, 0.0) @ setting.members
    rates[setting.hegemon] = np.maximum(rates[setting.hegemon], answer)
    rates[setting.hegemon, setting.hegemon] = 0.0
    return np.asarray(rates)


def isolation(
    positions: Positions, which: Array, actions: Array, struck: Array, barrier: Array
) -> Isolation:
    """The self-isolation index of k draws, each by an exact solve.

    which (k,) closures; actions (k, m) positions in `ACTIONS`; struck (k, m) whether the threat is
    executed on those who resist; barrier (k,) fall of trade costs with the rival in a pivot.
    """
    setting = positions.setting
    threat = np.where(positions.threatened, np.nan_to_num(setting.announced), setting.pause)
    k = len(which)
    found, pause, failed = np.full((2, k), np.nan), np.full(k, np.nan), 0
    starts: dict[int, tuple[TalksSetting, Equilibrium, float]] = {}
    for draw in range(k):
        row = int(which[draw])
        if row not in starts:
            here = in_closure(setting, *positions.closures[row])
            solved = counterfactual(here.base, here.status_quo, revenue=here.revenue,
                                    deficits=here.deficits)  # fmt: skip
            own = _third_parties(here, solved)
            starts[row] = here, solved, own[1] - own[0]
        here, start, pause[draw] = starts[row]
        rates = tariffs_after(here, positions.deal_rate[row], threat, actions[draw], struck[draw])
        try:
            after = counterfactual(
                here.base,
                rates,
                revenue=here.revenue,
                deficits=here.deficits,
                iceberg=_pivots(here, actions[draw], float(barrier[draw])),
                start=start,
                quick=True,
            )
        except NotConverged:
            failed += 1
            continue
        found[:, draw] = _third_parties(here, after)
    return Isolation(found[0], found[1], found[1] - found[0], pause, failed)


def _pivots(setting: TalksSetting, actions: Array, barrier: float) -> Array | None:
    inside = (actions == PIVOT) @ setting.members > 0
    inside[setting.rival] = False
    if not inside.any():
        return None
    size = setting.base.world.n_economies
    cost = np.ones((size, size))
    cost[inside, setting.rival] = cost[setting.rival, inside] = 1 - barrier
    return cost


def _third_parties(setting: TalksSetting, after: Equilibrium) -> tuple[float, float]:
    """Log changes of trade with third parties: the hegemon's, the rival's."""
    pair = setting.hegemon, setting.rival
    before, now = setting.base.X, after.trade_flows
    return (
        third_party_change(before, now, setting.hegemon, *pair),
        third_party_change(before, now, setting.rival, *pair),
    )
