"""Players of tariff games: economies, customs unions, and which tariffs each of them sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triffin.trade.one.calibration import Baseline
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class Player:
    """Who sets which tariffs for whose sake.

    weights (N,) on welfare; exporters, importers (c,) the tariffs it sets; rate (c,) which of its
    own rates each of them carries: a customs union has one rate per exporter, a uniform tariff
    one rate altogether.
    """

    name: str
    weights: Array
    exporters: Array
    importers: Array
    rate: Array

    @property
    def cells(self) -> tuple[Array, Array]:
        """Index of the tariffs it sets in an (N exporter, N importer) array."""
        return self.exporters, self.importers

    @property
    def n_rates(self) -> int:
        """Number of rates it chooses."""
        return int(self.rate.max()) + 1


def player_of(
    base: Baseline,
    name: str,
    members: Sequence[int],
    *,
    uniform: bool = False,
    against: Array | None = None,
) -> Player:
    """A player that sets its members' tariffs on outsiders, and none among them.

    One member: its own welfare, a rate for each supplier. Several: spending-weighted welfare and
    one rate per exporter common to all members (a customs union). `uniform`: one rate for all.
    `against` (N exporter, N importer) narrows down which tariffs it may set. Flows without trade
    are left out, as no tariff on them changes anything.
    """
    inside = np.zeros(len(base.E), dtype=bool)
    inside[list(members)] = True
    weights = np.where(inside, base.E, 0.0)
    allowed = (base.X > 0) & inside[None, :] & ~inside[:, None]
    if against is not None:
        allowed &= against
    exporters, importers = np.nonzero(allowed)
    rate = np.unique(exporters, return_inverse=True)[1]
    if uniform:
        rate = np.zeros_like(rate)
    return Player(name, weights / weights.sum(), exporters, importers, rate)


def make_player(base: Baseline, who: str | Sequence[str], *, uniform: bool) -> Player:
    """A player from an economy's code or name, a group's name, or a list of economies.

    Raises InputError for unknown economies and groups.
    """
    from triffin.world.groups import group_members, group_names

    world = base.world
    if not isinstance(who, str):
        members = [world.index(member) for member in who]
        return player_of(base, "+".join(who), members, uniform=uniform)
    if who in group_names(world):
        members = [world.index(member) for member in group_members(world, who)]
        return player_of(base, who, members, uniform=uniform)
    economy = world.index(who)
    return player_of(base, world.economies[economy], [economy], uniform=uniform)
