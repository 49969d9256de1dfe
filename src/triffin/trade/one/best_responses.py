"""Best tariffs of every economy that is hit, when all answer at once."""

from __future__ import annotations

import numpy as np

from triffin.trade.one.calibration import Baseline
from triffin.trade.one.games import Progress, quiet, solve_game
from triffin.trade.one.players import player_of
from triffin.trade.shared.limits import refuse_ill_posed
from triffin.world.base.arrays import Array

# An economy that buys almost nothing at home has no market to set tariffs for (trade.md section 4).
SMALLEST_HOME_SHARE = 0.1


def best_responses(
    base: Baseline, rates: Array, *, revenue: str, deficits: str, progress: Progress = quiet
) -> Array:
    """Tariffs (N, N) after every economy that is hit has answered with its best rates.

    Each hit economy chooses its tariffs on the economies that hit it, all of them at once (a Nash
    equilibrium among those who answer); everything else stays. Economies that buy less than a
    tenth of their spending at home, and flows without trade, are left as they are.
    Raises InputError with fixed nominal deficits.
    """
    refuse_ill_posed(deficits)
    able = np.diag(base.share) >= SMALLEST_HOME_SHARE
    answers = (rates > 0).T & (base.X > 0) & able[None, :]
    np.fill_diagonal(answers, False)
    players = [
        player_of(base, base.world.economies[d], [int(d)], against=answers)
        for d in np.flatnonzero(answers.any(axis=0))
    ]
    if not players:
        return rates
    game = solve_game(
        base,
        players,
        revenue=revenue,
        deficits=deficits,
        rates=rates,
        trials=0,
        progress=progress,
    )
    return game.tariffs
