"""`triffin sweep`: many draws on many workers, restartable."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from triffin.app.commands.runs.run import progress_bar
from triffin.app.terminal import number, print_json, print_table, say, writing
from triffin.world.base.errors import InputError

SWEEPS = Path("sweeps")
_LINES = 10


def sweep_scenario(
    scenario: str,
    draws: int,
    seed: int,
    settings: list[str],
    *,
    workers: int,
    scheduler: str | None,
    scheduler_file: Path | None,
    resume: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Solve the blocks that are missing, and print the headline of all.

    Raises InputError for contradicting options and for what `run.sweep.sweep` refuses.
    """
    from triffin.run.engine import loaded
    from triffin.studies.sweep.driver import Workers, require_dask, sweep, sweep_key

    if scheduler and scheduler_file:
        raise InputError(
            "--scheduler and --scheduler-file name two schedulers.",
            field="--scheduler",
            valid="one of them",
        )
    if workers < 1:
        raise InputError(
            f"{workers} workers do no work.",
            field="--workers",
            value=workers,
            valid="a whole number from 1",
        )
    if scheduler_file is not None and not scheduler_file.is_file():
        raise InputError(
            "there is no such file.",
            file=str(scheduler_file),
            field="--scheduler-file",
            valid="the file that `dask scheduler --scheduler-file FILE` writes",
        )
    require_dask()
    plan = loaded(scenario, settings)
    folder = out or SWEEPS / f"{plan.scenario}-{sweep_key(plan, seed)[:12]}"
    team = Workers(workers, scheduler, str(scheduler_file) if scheduler_file else None)
    say(f"sweep in {folder}; if it is interrupted, the same command goes on where it stopped.")
    with writing(folder), lines_or_bar() as report:
        document = sweep(
            plan,
            folder,
            draws=draws,
            seed=seed,
            workers=team,
            resume=resume,
            progress=report,
        )
    document = {**document, "folder": str(folder)}
    document["blocks"] = len(document["blocks"])
    if as_json:
        print_json(document)
    else:
        _print(document)


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


def _print(document: dict[str, Any]) -> None:
    rows = [
        [
            entry["id"].replace("_", " "),
            entry["unit"],
            number(entry["median"]),
            number(entry["low"]),
            number(entry["high"]),
        ]
        for entry in document["headline"]
    ]
    print_table(
        f"{document['title']}: {document['draws']} draws",
        ["headline", "unit", "median", "low", "high"],
        rows,
        numeric=3,
    )
    if document["failed_draws"]:
        say(f"note: {document['failed_draws']} draws have no equilibrium and are left out.")
    print(f"Blocks  {document['folder']}")
    say(
        f"{document['seconds']:.1f} s, {document['kept_blocks']} of {document['blocks']} blocks "
        f"were there already; {document['bytes'] / 1e6:.1f} MB, at most "
        f"{document['peak_worker_mb']:.0f} MB of memory per worker."
    )
