"""Optimal sector tariffs, best responses and Nash equilibria on many-sector worlds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.games.best_responses import _able, _base
from triffin.trade.many.games.conditions import Bounds
from triffin.trade.many.games.nash import SectorGame, solve_sector_game
from triffin.trade.many.games.players import (
    PoliticalWeights,
    SectorPlayer,
    Tie,
    make_sector_player,
    political_array,
)
from triffin.trade.shared.acceleration import Progress, quiet
from triffin.trade.shared.limits import HIGHEST, LOWEST, refuse_ill_posed
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.model import World


def optimal_sector_tariffs(
    found: World | SectorBaseline,
    economy: str | Sequence[str],
    *,
    model: str | None = None,
    tie: Tie = "none",
    sectors: Sequence[str] | None = None,
    exporters: Sequence[str] | None = None,
    political_weights: PoliticalWeights | None = None,
    revenue: str = "lump-sum",
    deficits: str = "world-share",
    tariffs: Array | None = None,
    bounds: Bounds = (LOWEST, HIGHEST),
    seed: int = 1,
    progress: Progress = quiet,
    **parameters: Any,
) -> SectorGame:
    """Tariffs that are best for an economy, a group, or a list of members (a customs union).

    Nobody else changes its tariffs, which are the baseline's or `tariffs` (S, N exporter, N
    importer), and so are those among the members.

    Parameters
    ----------
    found : a many-sector world, or a baseline of one, which has its model and elasticities
        already. With balanced deficits it is purged of transfers.
    model, parameters : as in `trade.solve`.
    tie : "none" (a rate for each sector and exporter), "sector" (one for all exporters: most
        favored nation), "partner" (one for all sectors), "uniform" (one altogether).
    sectors, exporters : what may be taxed at another rate than now (everything, if left out).
    political_weights : by sector, {sector: weight} or (S,); see `trade.many.players`.
    bounds : lowest and highest rate, numbers or arrays that broadcast to (S, N, N).

    Raises
    ------
    InputError : unknown names, wrong values, and fixed nominal deficits, under which a game of
        tariffs has no meaning.
    NoEquilibrium, NotConverged : from the trade model, or if the conditions are not met.

    Source: trade.md section 4; Ossa (2014), Amer. Econ. Rev. 104, for the political weights.
    """
    refuse_ill_posed(deficits)
    base = _base(found, model, deficits, parameters)
    player = make_sector_player(
        base,
        economy,
        tie=tie,
        sectors=sectors,
        exporters=exporters,
        political_weights=political_weights,
    )
    return solve_sector_game(
        base,
        [player],
        revenue=revenue,
        deficits=deficits,
        tariffs=tariffs,
        bounds=bounds,
        seed=seed,
        progress=progress,
    )


def nash_sector_tariffs(
    found: World | SectorBaseline,
    players: Iterable[str | Sequence[str]] | None = None,
    *,
    model: str | None = None,
    tie: Tie = "none",
    sectors: Sequence[str] | None = None,
    political_weights: Mapping[str, PoliticalWeights] | None = None,
    revenue: str = "lump-sum",
    deficits: str = "balanced",
    tariffs: Array | None = None,
    bounds: Bounds = (LOWEST, HIGHEST),
    seed: int = 1,
    progress: Progress = quiet,
    **parameters: Any,
) -> SectorGame:
    """Nash equilibrium in sector tariffs among `players` (every economy, if left out).

    Deficits are purged first by default, and welfare is relative to the purged base. Economies
    that buy less than a tenth of their spending at home do not play unless named.

    political_weights : by the player's name, {player: {sector: weight}}. Everything else as in
    `optimal_sector_tariffs`, the errors too; overlapping players raise InputError.
    """
    refuse_ill_posed(deficits)
    base = _base(found, model, deficits, parameters)
    notes: tuple[str, ...] = ()
    if players is None:
        able = _able(base)
        players = [base.economies[i] for i in np.flatnonzero(able)]
        idle = [base.economies[i] for i in np.flatnonzero(~able)]
        if idle:
            notes = (
                "set no tariffs, because they buy less than a tenth of their spending at home: "
                + ", ".join(idle),
            )
    chosen = [make_sector_player(base, who, tie=tie, sectors=sectors) for who in players]
    chosen = _with_politics(base, chosen, political_weights or {})
    game = solve_sector_game(
        base,
        chosen,
        revenue=revenue,
        deficits=deficits,
        tariffs=tariffs,
        bounds=bounds,
        seed=seed,
        progress=progress,
    )
    return replace(game, notes=notes)


def _with_politics(
    base: SectorBaseline, players: list[SectorPlayer], weights: Mapping[str, PoliticalWeights]
) -> list[SectorPlayer]:
    """`players` with the political weights given for them by name."""
    names = [player.name for player in players]
    for name in weights:
        if name not in names:
            raise InputError(
                f"{name!r} has political weights and is not a player.",
                field="political_weights",
                value=name,
                nearest=nearest_match(name, names),
                valid=tuple(names),
            )
    return [
        replace(player, political=political_array(base, weights[player.name]))
        if player.name in weights
        else player
        for player in players
    ]
