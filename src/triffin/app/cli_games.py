"""Commands on tariff games and on own worlds. Rooms are imported inside the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triffin.app.options import (
    Deficits,
    Json,
    Model,
    Param,
    Picture,
    Players,
    Revenue,
    Sectors,
    Seed,
    Tie,
    Uniform,
    World,
    app,
    takes_own_data,
)


@app.command()
@takes_own_data("prior")
def optimal(
    world: World,
    economy: Annotated[str, typer.Argument(help="An economy or a group, e.g. USA or EU.")],
    uniform: Uniform = False,
    model: Model = None,
    revenue: Revenue = None,
    deficits: Deficits = "world-share",
    param: Param = None,
    seed: Seed = 1,
    tie: Tie = None,
    sectors: Sectors = None,
    out: Picture = None,
    as_json: Json = False,
) -> Any:
    """Tariffs that are best for one economy when nobody answers."""
    from triffin.app.commands.trade.games import optimal as command

    return command(
        world,
        economy,
        uniform=uniform,
        model=model,
        revenue=revenue,
        deficits=deficits,
        param=param or [],
        seed=seed,
        tie=tie,
        sectors=sectors,
        out=out,
        as_json=as_json,
    )


@app.command()
@takes_own_data("prior")
def nash(
    world: World,
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    players: Annotated[
        list[str] | None,
        typer.Option("--players", help="e.g. USA,CHN,EU or USA CHN EU; all if left out."),
    ] = None,
    uniform: Uniform = False,
    model: Model = None,
    revenue: Revenue = None,
    deficits: Deficits = "balanced",
    param: Param = None,
    seed: Seed = 1,
    tie: Tie = None,
    sectors: Sectors = None,
    out: Picture = None,
    as_json: Json = False,
) -> Any:
    """Tariffs that are best answers to each other, deficits purged."""
    from triffin.app.commands.trade.games import nash as command
    from triffin.world.base.errors import InputError

    if more and not players:
        raise InputError(
            f"{more[0]!r} stands where only a world is expected.",
            value=more[0],
            valid="--players before the players' names",
        )
    return command(
        world,
        # Names may be separated by commas or by spaces.
        players=None if players is None else ",".join([*players, *(more or [])]),
        uniform=uniform,
        model=model,
        revenue=revenue,
        deficits=deficits,
        param=param or [],
        seed=seed,
        tie=tie,
        sectors=sectors,
        out=out,
        as_json=as_json,
    )


@app.command()
@takes_own_data("prior")
def payoffs(
    world: World,
    players: Players,
    model: Model = None,
    revenue: Revenue = None,
    deficits: Deficits = "balanced",
    param: Param = None,
    out: Picture = None,
    as_json: Json = False,
) -> Any:
    """The trade war as a game table."""
    from triffin.app.commands.trade.games import payoffs as command

    return command(
        world,
        players,
        model=model,
        revenue=revenue,
        deficits=deficits,
        param=param or [],
        out=out,
        as_json=as_json,
    )


@app.command()
@takes_own_data("prior")
def cooperate(
    world: World,
    players: Players,
    model: Model = None,
    revenue: Revenue = None,
    deficits: Deficits = "balanced",
    param: Param = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> Any:
    """Tariffs that players agree on instead of a war."""
    from triffin.app.commands.trade.games import cooperate as command

    return command(
        world,
        players,
        model=model,
        revenue=revenue,
        deficits=deficits,
        param=param or [],
        seed=seed,
        as_json=as_json,
    )


world_app = typer.Typer(help="Check, import and aggregate own worlds.", no_args_is_help=True)
app.add_typer(world_app, name="world")


@world_app.command()
def check(
    world: World,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="CSV of groups: code,group or sector,group.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write the world as checked: an .npz file, or a folder of CSV."),
    ] = None,
    as_json: Json = False,
) -> Any:
    """Read a world, own or shipped, and say what it holds."""
    from triffin.app.commands.data.world import check_world

    return check_world(world, mapping, out, as_json)


@world_app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="OECD ICIO or CEPII BACI, as published (CSV)."),
    ],
    into: Annotated[
        Path | None,
        typer.Option("--into", help="BACI: folder of your other tables; trade.csv goes there."),
    ] = None,
    countries: Annotated[
        Path | None, typer.Option("--countries", help="BACI: its file of country codes.")
    ] = None,
    products: Annotated[
        Path | None, typer.Option("--products", help="BACI: CSV of product,sector.")
    ] = None,
    elasticities: Annotated[
        Path | None, typer.Option("--elasticities", help="ICIO: CSV of sector,elasticity.")
    ] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="CSV of groups: code,group or sector,group.")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="ICIO: year, if the file's name has none.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write the world: an .npz file, or a folder of CSV."),
    ] = None,
    as_json: Json = False,
) -> Any:
    """Make an own world of a published table."""
    from triffin.app.commands.data.import_world import import_world

    return import_world(
        file,
        into=into,
        countries=countries,
        products=products,
        elasticities=elasticities,
        mapping=mapping,
        year=year,
        out=out,
        as_json=as_json,
    )
