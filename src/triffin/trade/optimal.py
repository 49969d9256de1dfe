"""Optimal tariffs, best responses and Nash equilibria in tariffs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from triffin.trade.calibration import Baseline
from triffin.trade.equilibrium import DEFAULT_MODEL, baseline_of
from triffin.trade.games import (
    HIGHEST,
    LOWEST,
    Progress,
    TariffGame,
    quiet,
    refuse_ill_posed,
    solve_game,
)
from triffin.trade.players import make_player, player_of
from triffin.world.worlds import World

Array = np.ndarray

# An economy that buys almost nothing at home has no market to set tariffs for (trade.md sec. 4).
SMALLEST_HOME_SHARE = 0.1


def optimal_tariffs(
    world: World,
    economy: str | Sequence[str],
    *,
    model: str | None = None,
    uniform: bool = False,
    revenue: str | None = None,
    deficits: str = "world-share",
    rates: Array | None = None,
    bounds: tuple[float, float] = (LOWEST, HIGHEST),
    seed: int = 1,
    progress: Progress = quiet,
    **parameters: float,
) -> TariffGame:
    """Tariffs that maximise the welfare of an economy, a group, or a list of members.

    Nobody else changes its tariffs (`rates`, zero if left out). `uniform`: one rate per importer.
    Raises InputError for unknown names and ill-posed closures. Source: trade.md section 4.
    """
    refuse_ill_posed(deficits)
    base = baseline_of(world, model or DEFAULT_MODEL, deficits=deficits, **parameters)
    player = make_player(base, economy, uniform=uniform)
    return solve_game(
        base,
        [player],
        revenue=revenue or base.model.revenue,
        deficits=deficits,
        rates=rates,
        bounds=bounds,
        seed=seed,
        progress=progress,
    )


def nash_tariffs(
    world: World,
    players: Iterable[str | Sequence[str]] | None = None,
    *,
    model: str | None = None,
    uniform: bool = False,
    revenue: str | None = None,
    deficits: str = "balanced",
    bounds: tuple[float, float] = (LOWEST, HIGHEST),
    seed: int = 1,
    progress: Progress = quiet,
    **parameters: float,
) -> TariffGame:
    """Nash equilibrium in tariffs among `players` (all economies that can play, if left out).

    Deficits are purged first by default, and welfare is relative to the purged base. An economy
    that buys less than a tenth of its spending at home does not play.
    Raises InputError for unknown names, overlapping players and ill-posed closures.
    """
    refuse_ill_posed(deficits)
    base = baseline_of(world, model or DEFAULT_MODEL, deficits=deficits, **parameters)
    able = np.diag(base.share) >= SMALLEST_HOME_SHARE
    notes = []
    if players is None:
        chosen = [
            player_of(base, world.economies[i], [int(i)], uniform=uniform)
            for i in np.flatnonzero(able)
        ]
        idle = [world.economies[i] for i in np.flatnonzero(~able)]
        if idle:
            notes.append(
                "set no tariffs, because they buy less than a tenth of their spending at home: "
                + ", ".join(idle)
            )
    else:
        chosen = [make_player(base, player, uniform=uniform) for player in players]
    game = solve_game(
        base,
        chosen,
        revenue=revenue or base.model.revenue,
        deficits=deficits,
        bounds=bounds,
        seed=seed,
        progress=progress,
    )
    return replace(game, notes=tuple(notes))


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
