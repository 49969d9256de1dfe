"""`triffin sweep`: many draws on many workers, restartable."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from typer import Option

from triffin.app.commands.runs.run import progress_bar
from triffin.app.declare import command
from triffin.app.options import SCENARIO_TABLES, Scenario, Seed, Settings
from triffin.app.show import figures, table, text
from triffin.app.terminal import say, writing
from triffin.world.base.errors import InputError

SWEEPS = Path("sweeps")
_LINES = 10


@contextmanager
def lines_or_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal; elsewhere, as in the log of a cluster, ten lines in all."""
    if sys.stderr.isatty():
        with progress_bar() as report:
            yield report
        return
    said = -1

    def report_line(stage: str, done: int, total: int) -> None:
        nonlocal said
        tenth = _LINES * done // total
        if tenth > said:
            said = tenth
            say(f"{done} of {total} {stage}")

    yield report_line


def print_sweep(document: dict[str, Any]) -> None:
    table(
        f"{document['title']}: {document['draws']} draws",
        document["headline"],
        text("headline", lambda entry: entry["id"].replace("_", " ")),
        text("unit", "unit"),
        *figures(("median", "median"), ("low", "low"), ("high", "high")),
    )
    if document["failed_draws"]:
        say(f"note: {document['failed_draws']} draws have no equilibrium and are left out.")
    print(f"Blocks  {document['folder']}")
    say(
        f"{document['seconds']:.1f} s, {document['kept_blocks']} of {document['blocks']} blocks "
        f"were there already; {document['bytes'] / 1e6:.1f} MB, at most "
        f"{document['peak_worker_mb']:.0f} MB of memory per worker."
    )


@command(
    own=SCENARIO_TABLES,
    listing=print_sweep,
    example="triffin sweep japan-2025 --draws 10000 --workers 4",
)
def sweep(
    scenario: Scenario,
    draws: Annotated[int, Option(help="Number of draws.")],
    seed: Seed = 1,
    settings: Settings = None,
    workers: Annotated[int, Option(help="Processes of this machine, one thread each.")] = 2,
    scheduler: Annotated[str | None, Option(help="A dask scheduler, e.g. tcp://host:8786.")] = None,
    scheduler_file: Annotated[Path | None, Option(help="File of a dask scheduler (SLURM).")] = None,
    resume: Annotated[
        bool, Option("--resume", help="Go on with a sweep; refuse to begin one.")
    ] = False,
    out: Annotated[Path | None, Option(help="Folder; default sweeps/SCENARIO-KEY.")] = None,
) -> dict[str, Any]:
    """Many draws on many workers, restartable."""
    from triffin.run.engine import loaded
    from triffin.studies.sweep import driver

    if scheduler and scheduler_file:
        raise InputError(
            "--scheduler and --scheduler-file name two schedulers.",
            field="--scheduler",
            valid="one of them",
        )
    check_workers(workers)
    if scheduler_file is not None and not scheduler_file.is_file():
        raise InputError(
            "there is no such file.",
            file=str(scheduler_file),
            field="--scheduler-file",
            valid="the file that `dask scheduler --scheduler-file FILE` writes",
        )
    if scheduler or scheduler_file:
        driver.require_dask()
    plan = loaded(scenario, settings or [])
    folder = out or SWEEPS / f"{plan.scenario}-{driver.sweep_key(plan, seed)[:12]}"
    team = driver.Workers(workers, scheduler, str(scheduler_file) if scheduler_file else None)
    say(f"sweep in {folder}; if it is interrupted, the same command goes on where it stopped.")
    with writing(folder), lines_or_bar() as report:
        document = driver.sweep(
            plan,
            folder,
            draws=draws,
            seed=seed,
            workers=team,
            resume=resume,
            progress=report,
        )
    return {**document, "folder": str(folder), "blocks": len(document["blocks"])}


def check_workers(workers: int) -> None:
    """InputError for fewer than one."""
    if workers < 1:
        raise InputError(
            f"{workers} workers do no work.",
            field="--workers",
            value=workers,
            valid="a whole number from 1",
        )
