"""Which economies trade with each other, directly or through others.

Where a flow network falls apart, relative prices between its components are not determined and
nobody's gains depend on them: every component has a numeraire of its own.
"""

from __future__ import annotations

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.model import World

SMALLEST_LINK = 1e-10
"""A flow below this share of the smaller partner's GDP ties no prices together: rounding would
decide what it does."""
_SHOWN = 4


def components(flows: Array, gdp: Array) -> list[Array]:
    """Positions of the economies of each component, in their order; one list if all hang together.

    flows (N exporter, N importer) and gdp (N,) in the same unit; the diagonal does not count.
    """
    least = SMALLEST_LINK * np.minimum.outer(gdp, gdp)
    joined = flows > least
    joined |= joined.T
    left, found = np.ones(len(gdp), dtype=bool), []
    while left.any():
        reached = np.zeros_like(left)
        reached[int(np.argmax(left))] = True
        size = 0
        while size < (size := int(reached.sum())):
            reached |= joined[reached].any(axis=0)
        found.append(np.flatnonzero(reached))
        left &= ~reached
    return found


def same_component(groups: list[Array], n: int) -> Array | None:
    """(N, N) one where two economies are in the same component; None where all are in one."""
    if len(groups) == 1:
        return None
    together = np.zeros((n, n))
    for members in groups:
        together[np.ix_(members, members)] = 1.0
    return together


def one_way(flows: Array) -> Array | None:
    """Economies (positions) whose goods never come back to them along other flows.

    None where they come back to everybody, as trade that balances must let them. flows
    (N exporter, N importer), zero where nothing is traded.
    """
    reach = (flows > 0) | np.eye(len(flows), dtype=bool)
    for _ in range(int(np.ceil(np.log2(len(flows) + 1)))):
        reach = (reach.astype(float) @ reach) > 0
    stuck = reach & ~reach.T
    if not stuck.any():
        return None
    seller = int(np.argmax(stuck.any(axis=1)))
    return np.flatnonzero(reach[seller] & reach[:, seller])


def names(world: World, members: Array) -> str:
    """A few of the economies by name, and how many there are."""
    shown = ", ".join(f"{world.names[k]} ({world.economies[k]})" for k in members[:_SHOWN])
    more = len(members) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def network_notes(world: World, groups: list[Array]) -> tuple[str, ...]:
    """What a reader must know where the network falls apart; nothing where it does not."""
    if len(groups) == 1:
        return ()
    alone = np.array([members[0] for members in groups if len(members) == 1], dtype=int)
    blocs = [members for members in groups if len(members) > 1]
    found = []
    if len(alone):
        found.append(f"trade with nobody, so that nothing changes for them: {names(world, alone)}")
    if len(blocs) > 1:
        parts = "; ".join(names(world, members) for members in blocs)
        found.append(
            f"{len(blocs)} blocs trade with nobody outside them and are solved apart, each with a "
            f"numeraire of its own (prices and wages compare within a bloc only): {parts}"
        )
    return tuple(found)
