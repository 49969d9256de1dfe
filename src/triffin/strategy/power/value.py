"""What a threat to withhold trade is worth: losses of both sides over how much is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from triffin.strategy.power.withhold import Withholding, withheld_equilibrium
from triffin.trade.many.calibration import SectorBaseline
from triffin.world.base.arrays import Array

REDUCTIONS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, eq=False)
class Scissors:
    """Losses over the reduction, per cent of real household income.

    reductions (K,); target, coercer (K,) of the groups' members together, weighted by their
    income; rent (K,) USD a year. The last reduction may be a ban, where nobody earns a rent.
    """

    reductions: Array
    target: Array
    coercer: Array
    rent: Array


def scissors(
    base: SectorBaseline, row: Withholding, reductions: Sequence[float] = REDUCTIONS
) -> Scissors:
    """Both sides' losses at each reduction, with the rents of `row` (a ban leaves none).

    Each solve starts at the one before. Raises what `withheld_equilibrium` raises.
    """
    rows = np.zeros((3, len(reductions)))
    guess = None
    for place, cut in enumerate(reductions):
        if cut > 0:
            asked = replace(row, reduction=cut, rents=row.rents if cut < 1 else "burned")
            found = withheld_equilibrium(base, [asked], guess=guess)
            guess = found.x
            losses = [-together(base, found.welfare, side) for side in (row.on, row.by)]
            rows[:, place] = [*losses, found.rents.sum()]
    return Scissors(np.asarray(reductions, dtype=float), *rows)


def together(base: SectorBaseline, welfare: Array, members: Sequence[int]) -> float:
    """Per cent of some economies together, weighted by household income."""
    chosen = list(members)
    return float(np.average(welfare[chosen], weights=base.income[chosen]))
