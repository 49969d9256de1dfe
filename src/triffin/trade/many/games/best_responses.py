"""Best sector tariffs of every economy that is hit, when all answer at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.counterfactual import many_baseline
from triffin.trade.many.games.conditions import Bounds
from triffin.trade.many.games.nash import solve_sector_game
from triffin.trade.many.games.players import (
    Tie,
    sector_player,
)
from triffin.trade.many.solve import settle
from triffin.trade.models import find_model
from triffin.trade.one.best_responses import SMALLEST_HOME_SHARE
from triffin.trade.shared.acceleration import Progress, quiet
from triffin.trade.shared.limits import HIGHEST, LOWEST, refuse_ill_posed
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.model import World

_DEFAULT_MODEL = "caliendo-parro-2015"


def best_sector_responses(
    base: SectorBaseline,
    tariffs: Array,
    *,
    tie: Tie = "none",
    revenue: str = "lump-sum",
    deficits: str = "balanced",
    bounds: Bounds = (LOWEST, HIGHEST),
    progress: Progress = quiet,
) -> Array:
    """Tariffs (S, N, N) after every economy that is hit has answered with its best rates.

    Hit is who faces a higher tariff in `tariffs` than in the baseline, in any sector. Each chooses
    its tariffs on those who hit it, in all sectors and all at once (a Nash equilibrium among those
    who answer); everything else stays. Economies that buy less than a tenth of their spending at
    home do not answer. Raises as `solve_sector_game`.
    """
    refuse_ill_posed(deficits)
    hit = (tariffs > base.tariff).any(axis=0).T & _able(base)
    against = np.broadcast_to(hit, base.share.shape) & (base.flows > 0)
    players = [
        sector_player(base, base.economies[d], [int(d)], tie=tie, against=against)
        for d in np.flatnonzero(against.any(axis=(0, 1)))
    ]
    if not players:
        return tariffs
    game = solve_sector_game(
        base,
        players,
        revenue=revenue,
        deficits=deficits,
        tariffs=tariffs,
        bounds=bounds,
        trials=0,
        progress=progress,
    )
    return game.tariffs


def _base(
    found: World | SectorBaseline, model: str | None, deficits: str, parameters: Mapping[str, Any]
) -> SectorBaseline:
    """The settled baseline, purged of transfers where trade is to balance."""
    if isinstance(found, World):
        chosen = find_model(model or _DEFAULT_MODEL)
        return many_baseline(found, chosen, deficits=deficits, parameters=parameters)
    if model or parameters:
        raise InputError(
            "a baseline has its model and elasticities already.",
            field=next(iter(parameters), "model"),
            valid="a many-sector world with these options, or a baseline without",
        )
    return settle(found, balanced=deficits == "balanced")


def _able(base: SectorBaseline) -> Array:
    """(N,) whether an economy buys enough at home to have a market to set tariffs for."""
    home = np.einsum("sii->si", base.share) * base.expenditure
    return np.asarray(home.sum(axis=0) >= SMALLEST_HOME_SHARE * base.expenditure.sum(axis=0))
