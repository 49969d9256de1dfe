"""`triffin optimal` and `triffin nash`: who would set which tariffs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.app.commands.trade.trade import PICTURES, check_ending, parse_parameters, write_tables
from triffin.app.terminal import number, print_json, print_table, say, writing
from triffin.results.figures.picture_files import bars, payoff_grid
from triffin.trade.one.games import TariffGame
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.trade.games.payoff_table import PayoffTable
    from triffin.trade.many.games.nash import SectorGame

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
    tie: str | None,
    sectors: list[str] | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Tariffs that are best for one economy or group when nobody answers."""
    from triffin.trade.games.optimal import optimal_tariffs
    from triffin.world.loading import load_world

    if out is not None:
        check_ending(out)
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
        tie=tie,
        sectors=sectors or None,
        **options,
    )
    _show(game, out, as_json)


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
    tie: str | None,
    sectors: list[str] | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Tariffs that are best answers to each other."""
    from triffin.trade.games.optimal import nash_tariffs
    from triffin.world.loading import load_world

    if out is not None:
        check_ending(out)
    options: dict[str, Any] = {**parse_parameters(param)}
    names = None if players is None else split_names(players)
    game = nash_tariffs(
        load_world(world_name),
        names,
        model=model,
        uniform=uniform,
        revenue=revenue,
        deficits=deficits,
        seed=seed,
        progress=_progress(),
        tie=tie,
        sectors=sectors or None,
        **options,
    )
    _show(game, out, as_json)


def as_document(game: Game) -> dict[str, Any]:
    """The JSON of the interface: tariffs importer -> exporter -> fraction, welfare in per cent.

    In many-sector worlds importer -> exporter -> sector -> fraction.
    """
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
    if out is not None:
        rows = [{"name": name, "value": 100 * rate} for name, rate, _ in shown]
        with writing(out):
            if out.suffix.lower() in PICTURES:
                bars(rows, out, title=title, subtitle=closures, axis="Tariff, %", signed=False)
            else:
                _write(document, out)
        say(f"written: {out}")
    if as_json:
        print_json(document)
        return
    print_table(
        f"{title}, %\n{closures}",
        [what, "tariff %", "welfare %"],
        [[name, number(100 * rate), number(welfare)] for name, rate, welfare in shown[:_LISTED]],
        numeric=2,
    )
    if len(game.players) == 1:
        (name, value) = next(iter(document["objective"].items()))
        say(f"welfare of {name}: {number(value, 4)} %")
    if len(document.get("closed_form", ())) == 1:
        (rate,) = document["closed_form"].values()
        say(f"the paper's closed form, which is not the optimum: {number(100 * rate)} %")
    for note in game.notes:
        say(f"note: {note}")
    say(
        f"{game.status} in {game.iterations} iterations; first-order condition "
        f"{game.first_order_condition:.0e}; best gain of random deviations "
        f"{game.best_deviation_gain:.1e} %; {game.seconds:.1f} s"
    )


def _write(document: dict[str, Any], out: Path) -> None:
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
    about = {k: v for k, v in document.items() if k not in ("tariffs", "welfare")}
    write_tables(document, {"welfare": welfare, "tariffs": pd.DataFrame(rates)}, about, out)


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


def payoffs(
    world_name: str,
    players: str,
    *,
    model: str | None,
    revenue: str | None,
    deficits: str,
    param: list[str],
    out: Path | None,
    as_json: bool,
) -> None:
    """The trade war as a game table: free trade, optimal tariffs or war, for every player."""
    if out is not None:
        check_ending(out)
    from triffin.trade.games.cooperation import payoff_table
    from triffin.world.loading import load_world

    options: dict[str, Any] = {**parse_parameters(param)}
    names = split_names(players)
    found = payoff_table(
        load_world(world_name), names, model=model, revenue=revenue, deficits=deficits, **options
    )
    rows = found.rows()
    document = {
        "world": world_name,
        "players": list(found.players),
        "actions": list(found.actions),
        "rows": rows,
        "prisoners_dilemma": found.prisoners_dilemma(),
    }
    if out is not None:
        if out.suffix.lower() in PICTURES:
            _draw_payoffs(found, out)
        else:
            import pandas as pd

            about = {k: v for k, v in document.items() if k != "rows"}
            with writing(out):
                write_tables(document, {"payoffs": pd.DataFrame(rows)}, about, out)
        say(f"written: {out}")
    if as_json:
        print_json(document)
        return
    print_table(
        f"Welfare, %, deficits {deficits}",
        [f"{player} plays" for player in found.players] + [f"{p} %" for p in found.players],
        [
            [str(row[f"{p} plays"]) for p in found.players]
            + [number(float(row[f"{p} welfare"])) for p in found.players]
            for row in rows
        ],
        numeric=len(found.players),
    )
    verdict = "is" if found.prisoners_dilemma() else "is not"
    say(f"free trade against war {verdict} a prisoners' dilemma between these players")


def _draw_payoffs(found: PayoffTable, out: Path) -> None:
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
    with writing(out):
        payoff_grid(
            cells,
            out,
            players=(first, second),
            actions=found.actions,
            title="What the trade war pays",
            subtitle="Welfare, per cent, relative to the purged base",
        )


def cooperate(
    world_name: str,
    players: str,
    *,
    model: str | None,
    revenue: str | None,
    deficits: str,
    param: list[str],
    seed: int,
    as_json: bool,
) -> None:
    """Nash bargaining over tariffs from the trade war as threat point."""
    from triffin.trade.games.cooperation import cooperative_tariffs
    from triffin.world.loading import load_world

    options: dict[str, Any] = {**parse_parameters(param)}
    found = cooperative_tariffs(
        load_world(world_name),
        split_names(players),
        model=model,
        revenue=revenue,
        deficits=deficits,
        seed=seed,
        **options,
    )
    welfare = found.welfare
    if as_json:
        print_json(
            {
                "world": world_name,
                "outcome": found.outcome,
                "welfare": welfare,
                "gradient_norm": found.gradient_norm,
                "best_deviation_gain": found.best_deviation_gain,
                "notes": list(found.notes),
            }
        )
        return
    stages = list(next(iter(welfare.values())))
    print_table(
        f"{found.outcome}: welfare, %, deficits {deficits}",
        ["player", *stages],
        [[name, *(number(row.get(stage)) for stage in stages)] for name, row in welfare.items()],
        numeric=len(stages),
    )
    for note in found.notes:
        say(f"note: {note}")


def split_names(text: str) -> list[str]:
    """Names separated by commas; InputError if there is none."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise InputError("no player is named.", field="players", valid="e.g. USA,CHN,EU")
    return names
