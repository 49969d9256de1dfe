"""Who plays a game of tariffs, on which baseline: worlds of one sector and of many alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.trade.models import find_model, model_for
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import baseline_of, purge_transfers
from triffin.trade.one.games import TariffGame, player_of, solve_game
from triffin.trade.shared.entry import members_of
from triffin.trade.shared.games import (
    HIGHEST,
    LOWEST,
    SMALLEST_HOME_SHARE,
    Player,
    refuse_ill_posed,
)
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of
from triffin.world.base.rates import format_rate
from triffin.world.loading import load_world
from triffin.world.model import World

if TYPE_CHECKING:
    from triffin.trade.many.calibration import SectorBaseline
    from triffin.trade.many.games.nash import SectorGame

    AnyBaseline = Baseline | SectorBaseline

# The many-sector kernel is loaded only where it is asked for.


def base_of(
    given: World | AnyBaseline | str,
    model: str | None,
    deficits: str,
    parameters: Mapping[str, Any],
) -> AnyBaseline:
    """The baseline of a game, calibrated or as given, purged of transfers where trade balances.

    Raises InputError for closures under which a game has no meaning, and for a model or parameters
    of a baseline, which has them already.
    """
    refuse_ill_posed(deficits)
    if isinstance(given, World | str):
        world = load_world(given) if isinstance(given, str) else given
        chosen = model_for(world, model)
        if chosen.sectors == "many":
            from triffin.trade.many.solve import many_baseline

            return many_baseline(world, chosen, deficits=deficits, parameters=parameters)
        return baseline_of(world, chosen.name, deficits=deficits, **parameters)
    if model is not None or parameters:
        raise InputError(
            "a baseline has its model and elasticities already.",
            field=next(iter(parameters), "model"),
            valid="a world with these options, or a baseline without",
        )
    if isinstance(given, Baseline):
        return purge_transfers(given) if deficits == "balanced" and given.T.any() else given
    from triffin.trade.many.solve import settle

    return settle(given, balanced=deficits == "balanced")


def revenue_of(base: AnyBaseline, revenue: str | None) -> str:
    """The use of the revenue, the model's default where none is named."""
    model = base.model if isinstance(base, Baseline) else find_model(base.model)
    return model.revenue if revenue is None else revenue


def seats(
    base: AnyBaseline,
    players: Iterable[str | Sequence[str]],
    *,
    uniform: bool = False,
    **options: Any,
) -> list[Player]:
    """Players from codes, names, groups or lists of members, in their order.

    options : `tie`, `sectors` and `exporters` of `many.games.players.make_sector_player`, which a
    one-sector model does not have. Raises InputError for unknown names and for these options.
    """
    options = {name: value for name, value in options.items() if value is not None}
    if isinstance(base, Baseline):
        for name in options:
            raise _one_sector(base, name)
        named = [members_of(base.world, who) for who in players]
        return [player_of(base, name, members, uniform=uniform) for name, members in named]
    from triffin.trade.many.games.players import make_sector_player

    options = {"tie": "uniform" if uniform else "none"} | options
    return [make_sector_player(base, who, **options) for who in players]


def with_politics(
    base: AnyBaseline, players: Sequence[Any], weights: Mapping[str, Any]
) -> list[Player]:
    """`players` with the political weights, {sector: weight} or (S,), given for them by name.

    Raises InputError for who does not play, for wrong weights and in worlds of one sector.
    """
    if not weights:
        return list(players)
    if isinstance(base, Baseline):
        raise _one_sector(base, "political_weights")
    from triffin.trade.many.games.players import political_array

    names = [player.name for player in players]
    for name in weights:
        message = f"{name!r} has political weights and is not a player."
        one_of(name, names, message, field="political_weights")
    given = {name: political_array(base, value) for name, value in weights.items()}
    return [replace(p, political=given.get(p.name, p.political)) for p in players]


def _one_sector(base: Baseline, option: str) -> InputError:
    return InputError(
        f"{base.model.name} has one sector, so {option} cannot be set.",
        field=option,
        valid="a many-sector world such as nafta-1993",
    )


def able(base: AnyBaseline) -> Array:
    """(N,) whether an economy buys enough at home to have a market to set tariffs for."""
    return np.asarray(base.home_share >= SMALLEST_HOME_SHARE)


def play(
    base: AnyBaseline, players: Sequence[Any], rates: Array | None, **options: Any
) -> TariffGame | SectorGame:
    """The game solved by the kernel of its baseline; options as `solve_game` takes them."""
    if isinstance(base, Baseline):
        game: TariffGame | SectorGame = solve_game(base, players, rates=rates, **options)
    else:
        from triffin.trade.many.games.nash import solve_sector_game

        game = solve_sector_game(base, players, rates=rates, **options)
    highest = np.broadcast_to(options.get("bounds", (LOWEST, HIGHEST))[1], game.tariffs.shape)
    ends = [
        f"rates of {player.name} stand at the highest that is searched, "
        f"{format_rate(round(float(highest[player.cells].max()), 9))}, and its welfare still rises"
        for player in players
        if np.isclose(game.tariffs[player.cells], highest[player.cells], rtol=1e-9).any()
    ]
    return replace(game, notes=(*game.notes, *ends))


def best_responses(base: AnyBaseline, rates: Array, *, revenue: str, deficits: str) -> Array:
    """Tariffs, in the shape of `rates`, after every economy that is hit has answered its best.

    Hit is who faces a higher tariff than in the baseline. Each chooses its tariffs on those who
    hit it, all of them at once (a Nash equilibrium among those who answer); everything else stays.
    Economies that buy less than a tenth of their spending at home, and flows without trade, are
    left as they are. Raises InputError with fixed nominal deficits, and as the solvers do.
    """
    refuse_ill_posed(deficits)
    one = isinstance(base, Baseline)
    before = np.zeros_like(rates) if isinstance(base, Baseline) else base.tariff
    flows = base.X if isinstance(base, Baseline) else base.flows
    higher = rates > before
    hit = (higher if one else higher.any(axis=0)).T & able(base)
    against = np.broadcast_to(hit, flows.shape) & (flows > 0)
    hitters = against if one else against.any(axis=0)
    players = [_answering(base, int(d), against) for d in np.flatnonzero(hitters.any(axis=0))]
    if not players:
        return rates
    return play(base, players, rates, revenue=revenue, deficits=deficits, trials=0).tariffs


def _answering(base: AnyBaseline, economy: int, against: Array) -> Player:
    name = base.world.economies[economy]
    if isinstance(base, Baseline):
        return player_of(base, name, [economy], against=against)
    from triffin.trade.many.games.players import sector_player

    return sector_player(base, name, [economy], against=against)
