"""What prohibitions leave of the network of trade (models I.1)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import Withheld
from triffin.trade.shared.network import SMALLEST_LINK, network_notes, same_component
from triffin.trade.shared.solution import without_home
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

# Transfers between parts of the world above this share of income are debts, not rounding.
_OWED = 1e-9


def fall_apart(
    base: SectorBaseline, withheld: Withheld
) -> tuple[SectorBaseline, Withheld, tuple[str, ...]]:
    """The baseline with the components that prohibitions leave, what is withheld, and notes.

    Where goods go one way only, they cannot be paid for: trade between two parts of the world of
    which one cannot sell to the other ends in both directions, as it does in the limit of
    prohibitive costs. Nothing changes where nothing is prohibited.

    Raises InputError where a market is left without any supplier, or where parts that no longer
    trade have transfers to each other.
    """
    if withheld.left.min() > 0:
        return base, withheld, ()
    open_, n = withheld.left > 0, len(base.income)
    flows = without_home(np.where(open_, base.flows, 0.0)).sum(axis=0)
    links = flows > SMALLEST_LINK * np.minimum.outer(base.income, base.income)
    count, label = connected_components(csr_array(links), directed=True, connection="strong")
    notes: tuple[str, ...] = ()
    same = label[:, None] == label
    if not (same if base.together is None else same == (base.together > 0)).all():
        withheld = replace(withheld, left=np.where(same, withheld.left, 0.0))
        groups = [np.flatnonzero(label == k) for k in range(count)]
        base = replace(base, together=same_component(groups, n), cache={})
        notes = network_notes(base.world, groups)
        owed = np.abs(base.pooled(base.transfer)) / base.income
        if owed.max() > _OWED:
            k = int(np.argmax(owed))
            raise InputError(
                f"with this withheld, {base.world.names[k]} and those that it still trades with "
                f"owe the rest of the world {100 * owed[k]:.1f} % of its income a year.",
                field="deficits",
                valid="deficits balanced",
            )
    _check_supplied(base, withheld.left)
    return base, withheld, notes


def _check_supplied(base: SectorBaseline, left: Array) -> None:
    """Refuse a market in which nobody is left to sell."""
    closed = ((base.share > 0) & (left > 0)).any(axis=1)
    empty = np.argwhere(~closed & (base.expenditure > 0))
    if len(empty):
        sector, economy = map(int, empty[0])
        raise InputError(
            f"nobody is left to sell {base.sectors[sector]} to {base.world.names[economy]} "
            f"({base.economies[economy]}), so that its loss has no bound.",
            field="withhold",
            valid="a reduction below 1, or fewer suppliers",
        )
