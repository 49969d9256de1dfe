"""Large Monte Carlo: blocks of draws on any number of workers, one file each, restartable.

The driver hands out blocks and writes what comes back, so that workers need no common disk. A
worker that dies costs the block it was working on, a driver that dies the blocks on their way.
Numbers depend on scenario, seed and block alone: not on workers, order or interruptions.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import triffin
from triffin.run.block import blocks_of
from triffin.run.engine import checked, no_progress
from triffin.run.plan.invariants import Invariants, check_limits
from triffin.run.plan.streams import MOST_DRAWS
from triffin.run.trade.equilibria import Progress
from triffin.studies.identity import run_key
from triffin.studies.sweep.blocks import Job, SolvedBlock, finished_block, solve_task, write_block
from triffin.studies.sweep.summary import summary
from triffin.world.base.atomic_files import atomic_file, opened, sealed
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import active_tables
from triffin.world.base.processes import shared_out
from triffin.world.registry.parameter_set import ParameterSet, in_place

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario

PLAN, MANIFEST, BLOCKS = "plan.json", "sweep.json", "blocks"
SCHEMA = 1
# Blocks on their way per worker: one in work, one waiting.
_AHEAD = 2
_CONNECT_SECONDS = 20


@dataclass(frozen=True)
class Workers:
    """Who works: `count` processes of this machine, or a scheduler by address or by its file."""

    count: int = 1
    scheduler: str | None = None
    scheduler_file: str | None = None


def sweep_key(plan: Scenario, seed: int, parameters: ParameterSet | None = None) -> str:
    """What names a sweep: as a run's, without the number of draws, so that it can grow."""
    return run_key(plan, 0, seed, parameters=parameters)


def sweep(
    plan: Scenario,
    folder: Path,
    *,
    draws: int,
    seed: int = 1,
    workers: Workers | None = None,
    resume: bool = False,
    blocks: Sequence[tuple[int, int]] | None = None,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Solve `draws` draws of a scenario into `folder` and return the manifest of the sweep.

    Blocks that stand there already, of the same content, data, seed and code, are kept. `blocks`
    are (number, draws) in place of those that make up `draws`.

    Raises InputError for a folder with another sweep or foreign files, for `resume` without
    anything to resume, and for a scheduler without dask.
    """
    started = time.perf_counter()
    checked(draws, seed, MOST_DRAWS)
    workers = workers or Workers()
    if workers.scheduler or workers.scheduler_file:
        require_dask()
    parameters = in_place()
    job = Job(sweep_key(plan, seed, parameters), plan, seed, parameters, active_tables())
    asked = list(blocks) if blocks is not None else blocks_of(draws)
    check_folder(folder, job.key, resume)
    (folder / BLOCKS).mkdir(parents=True, exist_ok=True)
    _write_json(folder / PLAN, _plan(job))
    records: dict[int, dict[str, Any]] = {}
    for number, n in asked:
        record = finished_block(folder / BLOCKS, job.key, number, n)
        if record is not None:
            records[number] = record
    kept = len(records)
    # Unfinished until the last block is in: an old manifest would say otherwise.
    (folder / MANIFEST).unlink(missing_ok=True)
    missing = [(number, n) for number, n in asked if number not in records]
    progress("blocks", kept, len(asked))
    for solved in _solved(job, missing, workers):
        write_block(folder / BLOCKS, solved)
        records[solved.number] = solved.record
        progress("blocks", len(records), len(asked))
    document = _manifest(job, folder, asked, records, kept)
    document["seconds"] = round(time.perf_counter() - started, 3)
    _write_json(folder / MANIFEST, document)
    return document


def check_folder(folder: Path, key: str, resume: bool) -> None:
    """Raise InputError unless this sweep may be written there."""
    if folder.exists() and not folder.is_dir():
        raise InputError("the output folder is a file.", file=str(folder), field="--out")
    present = {item.name for item in folder.iterdir()} if folder.is_dir() else set()
    plan = folder / PLAN
    if not plan.is_file():
        if present - {BLOCKS}:
            raise InputError(
                f"the folder holds files that are not of a sweep ({sorted(present)[0]}); choose "
                "another.",
                file=str(folder),
                field="--out",
            )
        if resume:
            raise InputError(
                "there is no sweep to resume here.",
                file=str(folder),
                field="--resume",
                valid="the folder of a sweep that was begun, by --out, or no --resume",
            )
        return
    try:
        other = opened(plan.read_bytes()).get("key")
    except (OSError, ValueError) as error:
        raise InputError(
            "not the plan that a sweep of this version wrote, or changed since.",
            file=str(plan),
            valid="another folder, by --out",
        ) from error
    if other != key:
        raise InputError(
            "the folder holds a sweep of another scenario, seed, data or version of the code; its "
            "blocks do not fit.",
            file=str(folder),
            field="--out",
            valid="another folder, or none",
        )


def require_dask() -> None:
    """Raise InputError where the extra is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise InputError(
            "a scheduler needs dask.distributed, which is not installed.",
            valid="pip install 'triffin[cluster]'",
        ) from error


def _solved(job: Job, missing: list[tuple[int, int]], workers: Workers) -> Iterator[SolvedBlock]:
    """Blocks as they are finished, whoever finishes them, at most a few on their way."""
    if not missing:
        return
    if not (workers.scheduler or workers.scheduler_file):
        for _, solved in shared_out(_solve, job, missing, workers.count):
            yield solved
        return
    from distributed import as_completed

    with _client(workers) as client:
        size = max(1, sum(client.nthreads().values()))
        # The job travels once; a number of blocks in advance keeps workers busy, and memory small.
        shared = client.scatter(job, broadcast=False, hash=False)
        waiting = iter(missing)

        def submit(number: int, n: int) -> Any:
            return client.submit(
                solve_task, shared, number, n, key=f"block-{job.key[:12]}-{number}-{n}", pure=False
            )

        first = [submit(*block) for _, block in zip(range(_AHEAD * size), waiting, strict=False)]
        done = as_completed(first, loop=client.loop)
        for future in done:
            yield future.result()
            future.release()
            following = next(waiting, None)
            if following is not None:
                done.add(submit(*following))


def _solve(job: Job, block: tuple[int, int]) -> SolvedBlock:
    return solve_task(job, *block)


def _client(workers: Workers) -> Any:
    """A client of the scheduler that was named."""
    from distributed import Client

    try:
        return Client(
            address=workers.scheduler,
            scheduler_file=workers.scheduler_file,
            timeout=_CONNECT_SECONDS,
            set_as_default=False,
        )
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"no scheduler answers: {error}.",
            field="--scheduler",
            value=workers.scheduler or workers.scheduler_file,
            valid="the address of a running dask scheduler, e.g. tcp://127.0.0.1:8786",
        ) from error


def _plan(job: Job) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "key": job.key,
        "scenario": job.plan.scenario,
        "title": job.plan.title,
        "seed": job.seed,
        "version": triffin.__version__,
        "resolved": job.plan.resolved,
    }


def _manifest(
    job: Job,
    folder: Path,
    asked: Sequence[tuple[int, int]],
    records: dict[int, dict[str, Any]],
    kept: int,
) -> dict[str, Any]:
    found = Invariants()
    check_limits(found)
    failures: dict[str, int] = {}
    for number, _ in asked:
        found.merge(records[number]["invariants"])
        for reason, count in records[number]["failures"].items():
            failures[reason] = failures.get(reason, 0) + count
    described = records.get(0, {}).get("headline", [])
    ordered = [records[number] for number, _ in asked]
    return {
        **{name: value for name, value in _plan(job).items() if name != "resolved"},
        "draws": sum(n for _, n in asked),
        "headline": summary(folder / BLOCKS, [number for number, _ in asked], described),
        "invariants": dict(found.worst),
        "failed_draws": sum(record["failed_draws"] for record in ordered),
        "failures": failures,
        "solves": sum(record["solves"] for record in ordered),
        "kept_blocks": kept,
        "cpu_seconds": round(sum(record["cpu_seconds"] for record in ordered), 3),
        "peak_worker_mb": max(record["peak_mb"] for record in ordered),
        "bytes": sum(record["bytes"] for record in ordered),
        "blocks": [
            {name: record[name] for name in ("number", "n", "sha256", "bytes")}
            for record in ordered
        ],
    }


def _write_json(path: Path, document: dict[str, Any]) -> None:
    with atomic_file(path) as partial:
        partial.write_bytes(sealed(document))
