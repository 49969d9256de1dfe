"""Commands for much work: kept runs, thresholds, large Monte Carlo. Rooms are imported inside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triffin.app.options import Json, NoCache, Seed, Settings, app, takes_own_data


@app.command()
def cache(
    action: Annotated[
        str, typer.Argument(metavar="[ACTION]", help="list, size or clear; list if left out.")
    ] = "list",
    as_json: Json = False,
) -> Any:
    """Solved runs that are kept to be reused."""
    from triffin.app.commands.runs.cache import cache as command

    return command(action, as_json)


@app.command()
@takes_own_data("world", "prior", "partners", "holdings", "maturities")
def sweep(
    scenario: Annotated[str, typer.Argument(help="A scenario of `triffin scenarios`, or a file.")],
    draws: Annotated[int, typer.Option("--draws", help="Number of draws.")],
    seed: Seed = 1,
    settings: Settings = None,
    workers: Annotated[
        int, typer.Option("--workers", help="Processes of this machine, one thread each.")
    ] = 2,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="A dask scheduler, e.g. tcp://host:8786.")
    ] = None,
    scheduler_file: Annotated[
        Path | None, typer.Option("--scheduler-file", help="File of a dask scheduler (SLURM).")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a sweep; refuse to begin one.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder; default sweeps/SCENARIO-KEY.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """Many draws on many workers, restartable."""
    from triffin.app.commands.runs.sweep import sweep_scenario

    return sweep_scenario(
        scenario,
        draws,
        seed,
        settings or [],
        workers=workers,
        scheduler=scheduler,
        scheduler_file=scheduler_file,
        resume=resume,
        out=out,
        as_json=as_json,
    )


@app.command()
@takes_own_data("world", "prior", "partners", "holdings", "maturities")
def solve(
    scenario: Annotated[str, typer.Argument(help="A scenario of `triffin scenarios`, or a file.")],
    goal: Annotated[
        str, typer.Option("--for", help="HEADLINE=VALUE, e.g. yield_change_from_focus_sales=150.")
    ],
    vary: Annotated[
        list[str],
        typer.Option("--vary", help="A path as --set takes it; twice for a contour."),
    ],
    low: Annotated[
        list[str] | None, typer.Option("--low", help="Least value, one for each --vary.")
    ] = None,
    high: Annotated[
        list[str] | None, typer.Option("--high", help="Largest value, one for each --vary.")
    ] = None,
    settings: Settings = None,
    draws: Annotated[
        int | None, typer.Option("--draws", help="Draws of every run; default 256, 16 in a grid.")
    ] = None,
    seed: Seed = 1,
    grid: Annotated[int, typer.Option("--grid", help="Values of each path of a contour.")] = 20,
    workers: Annotated[int, typer.Option("--workers", help="Processes for a contour.")] = 2,
    no_cache: NoCache = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file: .svg .png .html .csv .json.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """What would have to be true for a headline to take a value."""
    from triffin.app.commands.runs.solve import solve_scenario

    return solve_scenario(
        scenario,
        goal,
        vary,
        low or [],
        high or [],
        settings=settings or [],
        draws=draws,
        seed=seed,
        grid=grid,
        workers=workers,
        out=out,
        as_json=as_json,
        use_cache=not no_cache,
    )
