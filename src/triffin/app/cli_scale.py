"""Commands for much work: kept runs, thresholds, large Monte Carlo. Rooms are imported inside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triffin.app.options import Json, Seed, Settings, app, takes_own_data


@app.command()
def cache(
    action: Annotated[
        str, typer.Argument(metavar="[ACTION]", help="list, size or clear; list if left out.")
    ] = "list",
    as_json: Json = False,
) -> Any:
    """Solved runs that are kept to be reused."""
    from triffin.app.cache_command import cache as command

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
    from triffin.app.sweep_command import sweep_scenario

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
