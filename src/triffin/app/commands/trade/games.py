"""`triffin optimal`, `nash`, `payoffs` and `cooperate`: who would set which tariffs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.answer_file import check_ending, give
from triffin.app.declare import command
from triffin.app.options import (
    Json,
    Picture,
    Players,
    PurgedOptions,
    SearchOptions,
    Seed,
    TradeOptions,
    Uniform,
    World,
)
from triffin.app.terminal import number, print_json, say
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.trade.games.payoff_table import PayoffTable
    from triffin.trade.many.games.nash import SectorGame
    from triffin.trade.one.games import TariffGame

    Game = TariffGame | SectorGame

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


@command(own=("prior",), example="triffin optimal world-2023 USA --uniform")
def optimal(
    world: World,
    economy: Annotated[str, Argument(help="An economy or a group, e.g. USA or EU.")],
    uniform: Uniform = False,
    trade: TradeOptions = TradeOptions(),
    search: SearchOptions = SearchOptions(),
    out: Picture = None,
    as_json: Json = False,
) -> None:
    """Tariffs that are best for one economy when nobody answers."""
    from triffin.trade.games.optimal import optimal_tariffs
    from triffin.world.loading import load_world

    check_ending(out)
    game = optimal_tariffs(
        load_world(world),
        economy,
        uniform=uniform,
        seed=search.seed,
        tie=search.tie,
        sectors=search.sectors or None,
        progress=_progress(),
        **trade.keywords(),
    )
    _show(game, out, as_json)


@command(own=("prior",), example="triffin nash world-2023 --players USA,CHN,EU")
def nash(
    world: World,
    more: Annotated[list[str] | None, Argument(hidden=True)] = None,
    players: Annotated[
        list[str] | None, Option(help="e.g. USA,CHN,EU or USA CHN EU; all if left out.")
    ] = None,
    uniform: Uniform = False,
    trade: PurgedOptions = PurgedOptions(),
    search: SearchOptions = SearchOptions(),
    out: Picture = None,
    as_json: Json = False,
) -> None:
    """Tariffs that are best answers to each other, deficits purged."""
    from triffin.trade.games.optimal import nash_tariffs
    from triffin.world.loading import load_world

    if more and not players:
        raise InputError(
            f"{more[0]!r} stands where only a world is expected.",
            value=more[0],
            valid="--players before the players' names",
        )
    check_ending(out)
    game = nash_tariffs(
        load_world(world),
        # Names may be separated by commas or by spaces.
        None if players is None else split_names(",".join([*players, *(more or [])])),
        uniform=uniform,
        seed=search.seed,
        tie=search.tie,
        sectors=search.sectors or None,
        progress=_progress(),
        **trade.keywords(),
    )
    _show(game, out, as_json)


def as_document(game: Game) -> dict[str, Any]:
    """The JSON of the interface: tariffs importer -> exporter -> fraction, welfare in per cent.

    In many-sector worlds importer -> exporter -> sector -> fraction.
    """
    from triffin.trade.one.games import TariffGame

    found = game.equilibrium
    world = found.world
    codes, many = world.economies, world.n_sectors > 1
    tariffs: dict[str, dict[str, Any]] = {}
    for player in game.players:
        for cell in zip(*player.cells, strict=True):
            own = tariffs.setdefault(codes[cell[-1]], {})
            rate = float(game.tariffs[cell])
            if many:
                own.setdefault(codes[cell[-2]], {})[world.sectors[cell[0]]] = rate
            else:
                own[codes[cell[-2]]] = rate
    document = {
        "world": world.name,
        "year": world.year,
        "model": found.model,
        "revenue": found.revenue_closure,
        "deficits": found.deficits_closure,
        "players": [player.name for player in game.players],
        "tariffs": tariffs,
        "mean_tariff": game.mean_tariffs,
        "objective": game.objective,
        "welfare": dict(zip(codes, map(float, game.welfare), strict=True)),
        "first_order_condition": game.first_order_condition,
        "best_deviation_gain": game.best_deviation_gain,
        "status": game.status,
        "iterations": game.iterations,
        "seconds": game.seconds,
        "notes": list(game.notes),
    }
    if isinstance(game, TariffGame):
        document["closed_form"] = game.closed_form
    else:
        by_sector = game.sector_mean_tariffs
        document["sector_mean_tariff"] = {
            importer: dict(zip(world.sectors, by_sector[:, world.index(importer)], strict=True))
            for importer in tariffs
        }
    return document


def _show(game: Game, out: Path | None, as_json: bool) -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    document = as_document(game)
    title, what, shown = _rates_shown(game, document)
    closures = (
        f"{document['model']} on the world of {document['year']}, revenue {document['revenue']}, "
        f"deficits {document['deficits']}"
    )

    def draw(path: Path) -> None:
        from triffin.results.figures.picture_files import bars

        rows = [{"name": name, "value": 100 * rate} for name, rate, _ in shown]
        bars(rows, path, title=title, subtitle=closures, axis="Tariff, %", signed=False)

    def print_answer() -> None:
        show.table(
            f"{title}, %\n{closures}",
            shown[:_LISTED],
            show.text(what, lambda row: row[0]),
            show.figure("tariff %", lambda row: row[1], 2, 100),
            show.figure("welfare %", lambda row: row[2]),
        )
        _say_how(game, document)

    give(
        document,
        out,
        as_json,
        draw=draw,
        tables=lambda: _tables(document),
        about={k: v for k, v in document.items() if k not in ("tariffs", "welfare")},
        show=print_answer,
    )


def _say_how(game: Game, document: dict[str, Any]) -> None:
    """What stands beside the table: the objective, the closed form, how well it is solved."""
    if len(game.players) == 1:
        (name, value) = next(iter(document["objective"].items()))
        say(f"welfare of {name}: {number(value, 4)} %")
    if len(document.get("closed_form", ())) == 1:
        (rate,) = document["closed_form"].values()
        say(f"the paper's closed form, which is not the optimum: {show.scaled(rate, 2, 100)} %")
    for note in game.notes:
        say(f"note: {note}")
    say(
        f"{game.status} in {game.iterations} iterations; first-order condition "
        f"{game.first_order_condition:.0e}; best gain of random deviations "
        f"{game.best_deviation_gain:.1e} %; {game.seconds:.1f} s"
    )


def _tables(document: dict[str, Any]) -> dict[str, Any]:
    """Every rate that was set, and every economy's welfare."""
    import pandas as pd

    rates = []
    for importer, by_exporter in document["tariffs"].items():
        for exporter, value in by_exporter.items():
            cell = {"importer": importer, "exporter": exporter}
            if isinstance(value, dict):
                rates += [{**cell, "sector": name, "rate": rate} for name, rate in value.items()]
            else:
                rates.append({**cell, "rate": value})
    welfare = pd.DataFrame(document["welfare"].items(), columns=["economy", "welfare"])
    return {"welfare": welfare, "tariffs": pd.DataFrame(rates)}


def _rates_shown(
    game: Game, document: dict[str, Any]
) -> tuple[str, str, list[tuple[str, float, float | None]]]:
    """Title, what the rows are, and (name, rate, welfare) rows.

    Of several players their means; of one player its rates by supplier, or by sector.
    """
    world = game.equilibrium.world
    welfare = document["welfare"]

    def named(rates: dict[str, float], order: list[str]) -> list[tuple[str, float, float | None]]:
        return [(world.names[world.index(e)], rates[e], welfare[e]) for e in order]

    means = document["mean_tariff"]
    if len(game.players) > 1:
        order = sorted(means, key=lambda e: -world.gdp[world.index(e)])
        title = "Nash equilibrium: import-weighted mean tariff of each player"
        return title, "economy", named(means, order)
    importers = list(document["tariffs"])
    name = game.players[0].name
    if world.n_sectors > 1:
        by_sector = document["sector_mean_tariff"][importers[0]]
        rows: list[tuple[str, float, float | None]]
        rows = [(s, float(r), None) for s, r in by_sector.items() if r == r]
        rows.sort(key=lambda row: -row[1])
        return f"Optimal tariffs of {name} by sector, import-weighted means", "sector", rows
    rates = document["tariffs"][importers[0]]
    flows = game.equilibrium.trade_flows[:, [world.index(code) for code in importers]]
    order = sorted(rates, key=lambda e: -flows[world.index(e)].sum())
    return f"Optimal tariffs of {name} on its largest suppliers", "economy", named(rates, order)


@command(own=("prior",), example="triffin payoffs world-2023 USA,CHN")
def payoffs(
    world: World,
    players: Players,
    trade: PurgedOptions = PurgedOptions(),
    out: Picture = None,
    as_json: Json = False,
) -> None:
    """The trade war as a game table."""
    from triffin.trade.games.cooperation import payoff_table
    from triffin.world.loading import load_world

    check_ending(out)
    found = payoff_table(load_world(world), split_names(players), **trade.keywords())
    rows = found.rows()
    document = {
        "world": world,
        "players": list(found.players),
        "actions": list(found.actions),
        "rows": rows,
        "prisoners_dilemma": found.prisoners_dilemma(),
    }

    def tables() -> dict[str, Any]:
        import pandas as pd

        return {"payoffs": pd.DataFrame(rows)}

    def print_answer() -> None:
        show.table(
            f"Welfare, %, deficits {trade.deficits}",
            rows,
            *(show.text(f"{player} plays", f"{player} plays") for player in found.players),
            *(show.figure(f"{player} %", f"{player} welfare") for player in found.players),
        )
        verdict = "is" if found.prisoners_dilemma() else "is not"
        say(f"free trade against war {verdict} a prisoners' dilemma between these players")

    give(
        document,
        out,
        as_json,
        draw=lambda path: _draw_payoffs(found, path),
        tables=tables,
        about={key: value for key, value in document.items() if key != "rows"},
        show=print_answer,
    )


def _draw_payoffs(found: PayoffTable, out: Path) -> None:
    from triffin.results.figures.picture_files import payoff_grid

    if len(found.players) != 2:
        raise InputError(
            f"a picture of payoffs needs two players, and there are {len(found.players)}.",
            field="--out",
            valid="two players, or --json",
        )
    first, second = found.players
    cells = []
    for row in found.rows():
        a, b = float(row[f"{first} welfare"]), float(row[f"{second} welfare"])
        cells.append(
            {
                "row": row[f"{first} plays"],
                "column": row[f"{second} plays"],
                "first": a,
                "second": b,
                "total": a + b,
            }
        )
    payoff_grid(
        cells,
        out,
        players=(first, second),
        actions=found.actions,
        title="What the trade war pays",
        subtitle="Welfare, per cent, relative to the purged base",
    )


@command(own=("prior",), example="triffin cooperate world-2023 USA,CHN")
def cooperate(
    world: World,
    players: Players,
    trade: PurgedOptions = PurgedOptions(),
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Tariffs that players agree on instead of a war."""
    from triffin.trade.games.cooperation import cooperative_tariffs
    from triffin.world.loading import load_world

    found = cooperative_tariffs(
        load_world(world), split_names(players), seed=seed, **trade.keywords()
    )
    if as_json:
        keys = ("outcome", "welfare", "gradient_norm", "best_deviation_gain")
        answer = {key: getattr(found, key) for key in keys}
        print_json({"world": world, **answer, "notes": list(found.notes)})
        return
    stages = list(next(iter(found.welfare.values())))
    show.table(
        f"{found.outcome}: welfare, %, deficits {trade.deficits}",
        {name: {stage: row.get(stage) for stage in stages} for name, row in found.welfare.items()},
        show.text("player", show.NAME),
        *(show.figure(stage, stage) for stage in stages),
    )
    for note in found.notes:
        say(f"note: {note}")


def split_names(text: str) -> list[str]:
    """Names separated by commas; InputError if there is none."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise InputError("no player is named.", field="players", valid="e.g. USA,CHN,EU")
    return names
