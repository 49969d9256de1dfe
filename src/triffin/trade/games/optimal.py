"""Optimal tariffs and Nash equilibria in tariffs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.trade.games.players import able, base_of, play, revenue_of, seats, with_politics
from triffin.trade.one.games import TariffGame
from triffin.trade.shared.games import HIGHEST, LOWEST, Bounds, Progress, quiet
from triffin.world.base.arrays import Array
from triffin.world.model import World

if TYPE_CHECKING:
    from triffin.trade.games.players import AnyBaseline
    from triffin.trade.many.games.nash import SectorGame


def optimal_tariffs(
    world: World | AnyBaseline | str,
    economy: str | Sequence[str],
    *,
    model: str | None = None,
    uniform: bool = False,
    revenue: str | None = None,
    deficits: str = "world-share",
    rates: Array | None = None,
    bounds: Bounds = (LOWEST, HIGHEST),
    seed: int = 1,
    progress: Progress = quiet,
    tie: str | None = None,
    sectors: Sequence[str] | None = None,
    exporters: Sequence[str] | None = None,
    political_weights: Any = None,
    **parameters: Any,
) -> TariffGame | SectorGame:
    """Tariffs that maximise the welfare of an economy, a group, or a list of members.

    Nobody else changes its tariffs, which are `rates`, and so are those among the members.

    Parameters
    ----------
    world : a world, its name, or a baseline, which has its model and elasticities already.
    model, revenue, deficits, parameters : as in `trade.solve`, but for fixed deficits.
    uniform : one rate per importer.
    rates : ([S,] N exporter, N importer); the world's own, or zero, if left out.
    bounds : lowest and highest rate; with many sectors numbers or arrays (S, N, N).
    tie, sectors, exporters, political_weights : with many sectors only. tie : "none" (a rate for
        each sector and exporter), "sector" (one for all exporters: most favored nation),
        "partner" (one for all sectors), "uniform". sectors, exporters : what may be taxed at
        another rate than now. political_weights : {sector: weight} or (S,), see
        `trade.many.games.players`.

    Raises
    ------
    InputError : unknown names, wrong values, and fixed nominal deficits.
    NoEquilibrium, NotConverged : from the trade model, or if the conditions are not met.

    Source: trade.md section 4; Ossa (2014), Amer. Econ. Rev. 104, for the political weights.

    >>> game = optimal_tariffs("world-2023", "USA", uniform=True)
    >>> {code: round(rate, 2) for code, rate in game.mean_tariffs.items()}
    {'USA': 0.25}
    """
    base = base_of(world, model, deficits, parameters)
    options = {"tie": tie, "sectors": sectors, "exporters": exporters}
    players = seats(base, [economy], uniform=uniform, **options)
    weights = {} if political_weights is None else {players[0].name: political_weights}
    return play(
        base,
        with_politics(base, players, weights),
        rates,
        revenue=revenue_of(base, revenue),
        deficits=deficits,
        bounds=bounds,
        seed=seed,
        progress=progress,
    )


def nash_tariffs(
    world: World | AnyBaseline | str,
    players: Iterable[str | Sequence[str]] | None = None,
    *,
    model: str | None = None,
    uniform: bool = False,
    revenue: str | None = None,
    deficits: str = "balanced",
    rates: Array | None = None,
    bounds: Bounds = (LOWEST, HIGHEST),
    seed: int = 1,
    progress: Progress = quiet,
    tie: str | None = None,
    sectors: Sequence[str] | None = None,
    political_weights: Mapping[str, Any] | None = None,
    **parameters: Any,
) -> TariffGame | SectorGame:
    """Nash equilibrium in tariffs among `players` (all economies that can play, if left out).

    Deficits are purged first by default, and welfare is relative to the purged base. An economy
    that buys less than a tenth of its spending at home does not play unless it is named.

    political_weights : by the player's name, {player: {sector: weight}}. Everything else as in
    `optimal_tariffs`, the errors too; overlapping players raise InputError.

    >>> war = nash_tariffs("world-2023", ["USA", "CHN"], uniform=True)
    >>> {code: round(rate, 2) for code, rate in war.mean_tariffs.items()}
    {'CHN': 0.27, 'USA': 0.2}
    """
    base = base_of(world, model, deficits, parameters)
    notes: tuple[str, ...] = ()
    if players is None:
        plays = able(base)
        codes = base.world.economies
        players = [codes[i] for i in np.flatnonzero(plays)]
        if not plays.all():
            notes = (
                "set no tariffs, because they buy less than a tenth of their spending at home: "
                + ", ".join(codes[i] for i in np.flatnonzero(~plays)),
            )
    chosen = seats(base, players, uniform=uniform, tie=tie, sectors=sectors)
    game = play(
        base,
        with_politics(base, chosen, political_weights or {}),
        rates,
        revenue=revenue_of(base, revenue),
        deficits=deficits,
        bounds=bounds,
        seed=seed,
        progress=progress,
    )
    return replace(game, notes=(*notes, *game.notes))
