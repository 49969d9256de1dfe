"""Optimal tariffs, best responses and Nash equilibria in tariffs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.trade.models import Model, model_for
from triffin.trade.one.best_responses import SMALLEST_HOME_SHARE
from triffin.trade.one.counterfactual import baseline_of
from triffin.trade.one.games import Progress, TariffGame, quiet, solve_game
from triffin.trade.one.players import make_player, player_of
from triffin.trade.shared.limits import HIGHEST, LOWEST, refuse_ill_posed
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.loading import load_world
from triffin.world.model import World

if TYPE_CHECKING:
    from triffin.trade.many.games.nash import SectorGame


def optimal_tariffs(
    world: World | str,
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
    tie: str | None = None,
    sectors: Sequence[str] | None = None,
    political_weights: Any = None,
    **parameters: Any,
) -> TariffGame | SectorGame:
    """Tariffs that maximise the welfare of an economy, a group, or a list of members.

    Nobody else changes its tariffs (`rates`; the world's own, or zero, if left out). `uniform`:
    one rate per importer. In many-sector worlds `tie`, `sectors` and `political_weights` are those
    of `many.optimal.optimal_sector_tariffs`.
    Raises InputError for unknown names and ill-posed closures. Source: trade.md section 4.
    """
    refuse_ill_posed(deficits)
    if isinstance(world, str):
        world = load_world(world)
    chosen = model_for(world, model)
    by_sector = _sector_options(chosen, uniform, tie, sectors, political_weights)
    if by_sector is not None:
        from triffin.trade.many.games.optimal import optimal_sector_tariffs

        return optimal_sector_tariffs(
            world,
            economy,
            model=chosen.name,
            revenue=chosen.revenue if revenue is None else revenue,
            deficits=deficits,
            tariffs=rates,
            bounds=bounds,
            seed=seed,
            progress=progress,
            **by_sector,
            **parameters,
        )
    base = baseline_of(world, chosen.name, deficits=deficits, **parameters)
    player = make_player(base, economy, uniform=uniform)
    return solve_game(
        base,
        [player],
        revenue=base.model.revenue if revenue is None else revenue,
        deficits=deficits,
        rates=rates,
        bounds=bounds,
        seed=seed,
        progress=progress,
    )


def nash_tariffs(
    world: World | str,
    players: Iterable[str | Sequence[str]] | None = None,
    *,
    model: str | None = None,
    uniform: bool = False,
    revenue: str | None = None,
    deficits: str = "balanced",
    bounds: tuple[float, float] = (LOWEST, HIGHEST),
    seed: int = 1,
    progress: Progress = quiet,
    tie: str | None = None,
    sectors: Sequence[str] | None = None,
    political_weights: Any = None,
    **parameters: Any,
) -> TariffGame | SectorGame:
    """Nash equilibrium in tariffs among `players` (all economies that can play, if left out).

    Deficits are purged first by default, and welfare is relative to the purged base. An economy
    that buys less than a tenth of its spending at home does not play.
    Raises InputError for unknown names, overlapping players and ill-posed closures.
    """
    refuse_ill_posed(deficits)
    if isinstance(world, str):
        world = load_world(world)
    model_chosen = model_for(world, model)
    by_sector = _sector_options(model_chosen, uniform, tie, sectors, political_weights)
    if by_sector is not None:
        from triffin.trade.many.games.optimal import nash_sector_tariffs

        return nash_sector_tariffs(
            world,
            players,
            model=model_chosen.name,
            revenue=model_chosen.revenue if revenue is None else revenue,
            deficits=deficits,
            bounds=bounds,
            seed=seed,
            progress=progress,
            **by_sector,
            **parameters,
        )
    base = baseline_of(world, model_chosen.name, deficits=deficits, **parameters)
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
        revenue=base.model.revenue if revenue is None else revenue,
        deficits=deficits,
        bounds=bounds,
        seed=seed,
        progress=progress,
    )
    return replace(game, notes=tuple(notes))


def _sector_options(
    model: Model,
    uniform: bool,
    tie: str | None,
    sectors: Sequence[str] | None,
    political_weights: Any,
) -> dict[str, Any] | None:
    """Options of the many-sector games, or None for a one-sector model, which has none of them."""
    given = {"tie": tie, "sectors": sectors, "political_weights": political_weights}
    if model.sectors != "many":
        for name, value in given.items():
            if value is not None:
                raise InputError(
                    f"{model.name} has one sector, so {name} cannot be set.",
                    field=name,
                    value=value,
                    valid="a many-sector world such as nafta-1993",
                )
        return None
    return given | {"tie": tie or ("uniform" if uniform else "none")}
