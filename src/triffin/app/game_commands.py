"""`triffin optimal` and `triffin nash`: who would set which tariffs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from triffin.app.terminal import number, print_json, print_table, say
from triffin.app.trade_command import parse_parameters

if TYPE_CHECKING:
    from triffin.trade.games import TariffGame

_LISTED = 12


def _progress() -> Callable[[int, float], None]:
    if not sys.stderr.isatty():
        return lambda iteration, residual: None

    def report(iteration: int, residual: float) -> None:
        print(
            f"\riteration {iteration}: first-order conditions off by {residual:.1e}   ",
            end="",
            file=sys.stderr,
            flush=True,
        )

    return report


def optimal(
    world_name: str,
    economy: str,
    *,
    uniform: bool,
    model: str | None,
    revenue: str | None,
    deficits: str,
    param: list[str],
    seed: int,
    as_json: bool,
) -> None:
    """Tariffs that are best for one economy or group when nobody answers."""
    from triffin.trade.optimal import optimal_tariffs
    from triffin.world.worlds import load_world

    options: dict[str, Any] = {**parse_parameters(param)}
    game = optimal_tariffs(
        load_world(world_name),
        economy,
        model=model,
        uniform=uniform,
        revenue=revenue,
        deficits=deficits,
        seed=seed,
        progress=_progress(),
        **options,
    )
    _show(game, as_json)


def nash(
    world_name: str,
    *,
    players: str | None,
    uniform: bool,
    model: str | None,
    revenue: str | None,
    deficits: str,
    param: list[str],
    seed: int,
    as_json: bool,
) -> None:
    """Tariffs that are best answers to each other."""
    from triffin.trade.optimal import nash_tariffs
    from triffin.world.worlds import load_world

    options: dict[str, Any] = {**parse_parameters(param)}
    names = [name.strip() for name in players.split(",") if name.strip()] if players else None
    game = nash_tariffs(
        load_world(world_name),
        names,
        model=model,
        uniform=uniform,
        revenue=revenue,
        deficits=deficits,
        seed=seed,
        progress=_progress(),
        **options,
    )
    _show(game, as_json)


def as_document(game: TariffGame) -> dict[str, Any]:
    """The JSON of the interface: tariffs importer -> exporter -> fraction, welfare in per cent."""
    found = game.equilibrium
    codes = found.world.economies
    tariffs: dict[str, dict[str, float]] = {}
    for player in game.players:
        for exporter, importer in zip(*player.cells, strict=True):
            own = tariffs.setdefault(codes[importer], {})
            own[codes[exporter]] = float(game.tariffs[exporter, importer])
    return {
        "world": found.world.name,
        "model": found.model,
        "revenue": found.revenue_closure,
        "deficits": found.deficits_closure,
        "players": [player.name for player in game.players],
        "tariffs": tariffs,
        "mean_tariff": game.mean_tariffs,
        "closed_form": game.closed_form,
        "welfare": dict(zip(codes, map(float, game.welfare), strict=True)),
        "first_order_condition": game.first_order_condition,
        "best_deviation_gain": game.best_deviation_gain,
        "status": game.status,
        "iterations": game.iterations,
        "seconds": game.seconds,
        "notes": list(game.notes),
    }


def _show(game: TariffGame, as_json: bool) -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    document = as_document(game)
    if as_json:
        print_json(document)
        return
    world = game.equilibrium.world
    if len(game.players) == 1:
        player = game.players[0]
        importers = list(document["tariffs"])
        rates = document["tariffs"][importers[0]]
        flows = game.equilibrium.trade_flows[:, [world.index(code) for code in importers]]
        order = sorted(rates, key=lambda e: -flows[world.index(e)].sum())
        title = f"Optimal tariffs of {player.name}, %, on its largest suppliers"
        shown = {code: rates[code] for code in order}
    else:
        means = document["mean_tariff"]
        order = sorted(means, key=lambda e: -world.gdp[world.index(e)])
        title = "Nash equilibrium: import-weighted mean tariff of each player, %"
        shown = {code: means[code] for code in order}
    rows = [
        [
            world.names[world.index(code)],
            number(100 * rate),
            number(document["welfare"][code]),
        ]
        for code, rate in list(shown.items())[:_LISTED]
    ]
    print_table(
        f"{title}\n{document['model']}, revenue {document['revenue']}, deficits "
        f"{document['deficits']}",
        ["economy", "tariff %", "welfare %"],
        rows,
        numeric=2,
    )
    if len(game.players) == 1:
        say(f"welfare of {player.name}: {number(float(player.weights @ game.welfare), 4)} %")
    if len(document["closed_form"]) == 1:
        (rate,) = document["closed_form"].values()
        say(f"the paper's closed form, which is not the optimum: {number(100 * rate)} %")
    for note in game.notes:
        say(f"note: {note}")
    say(
        f"{game.status} in {game.iterations} iterations; first-order condition "
        f"{game.first_order_condition:.0e}; best gain of random deviations "
        f"{game.best_deviation_gain:.1e} %; {game.seconds:.1f} s"
    )
