"""`triffin run`: a scenario solved, its folder written, its headline printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from triffin.app import show
from triffin.app.declare import command
from triffin.app.options import SCENARIO_TABLES, Draws, Json, NoCache, Scenario, Seed, Settings
from triffin.app.terminal import console, print_json, print_text, say, writing
from triffin.world.base.errors import InputError, nearest_match

if TYPE_CHECKING:
    from triffin.results.result import Result
    from triffin.scenario import schema

FOLDER = Path("runs")
SCREEN = 24
"""Lines of a terminal."""

_STAGES = {
    "phases": "phases at central parameters",
    "draws": "draws, tariffs as written",
    "outcomes": "draws, tariffs after the talks",
    "sensitivity": "samples for Sobol indices",
}


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Progress on standard error: a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
    ) as bar:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_STAGES.get(stage, stage), total=total)
            bar.update(tasks[stage], completed=done)

        yield report


@command(own=SCENARIO_TABLES, example="triffin run japan-2025 --draws 64 --set days=120")
def run(
    scenario: Scenario,
    draws: Draws = 256,
    seed: Seed = 1,
    settings: Settings = None,
    sensitivity: Annotated[
        str, Option(help="given-data, or sobol (total indices; ten runs).")
    ] = "given-data",
    out: Annotated[Path | None, Option(help="Folder to write; default runs/SCENARIO-HASH.")] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> None:
    """Run a scenario: headline, report and data."""
    from triffin.record.store import check_target

    if out is not None:
        check_target(out)
    result = solved_or_kept(
        scenario,
        draws,
        seed,
        settings or [],
        sensitivity=sensitivity,
        use_cache=not no_cache,
        report=True,
    )
    if not settings:
        # A ledger is about a scenario as it ships, not as somebody changed it.
        from triffin.evidence.claims.ledger import claims_rows

        result.manifest["claims"] = claims_rows(
            result.manifest["scenario"], headline=result.headline, seed=seed
        )
    folder = out or FOLDER / f"{result.manifest['scenario']}-{result.identity}"
    with writing(folder):
        result.save(folder)
    document = run_document(result, folder)
    if as_json:
        print_json(document)
    else:
        _print_run(result, document, folder)


@contextmanager
def _report_made_ready(
    bar: Callable[[str, int, int], None],
) -> Iterator[Callable[[str, int, int], None]]:
    """Progress that, once the scenario has an answer, starts making the report's script in another
    thread: it takes a second or more, and the solvers leave a core free."""
    from threading import Thread

    from triffin.results.report.page import warm

    started: list[Thread] = []

    def progress(stage: str, done: int, total: int) -> None:
        if not started:
            started.append(Thread(target=warm))
            started[0].start()
        bar(stage, done, total)

    try:
        yield progress
    finally:
        for thread in started:
            thread.join()


def solved_or_kept(
    scenario: str | schema.Scenario,
    draws: int,
    seed: int,
    settings: Iterable[str] = (),
    *,
    sensitivity: str = "given-data",
    use_cache: bool = True,
    report: bool = False,
) -> Result:
    """A run with progress, from the cache where it is kept; then standard error says so.

    `report` : a report of it will be written.
    """
    from triffin.studies.cache import cached_run, default_cache

    cache = default_cache() if use_cache else None
    with progress_bar() as bar, _report_made_ready(bar) if report else nullcontext(bar) as progress:
        result, kept = cached_run(
            scenario,
            draws=draws,
            seed=seed,
            overrides=settings,
            sensitivity=sensitivity,
            progress=progress,
            cache=cache,
        )
    if kept:
        say(
            f"note: this run was solved on {result.manifest['created']} and kept; "
            "--no-cache solves it again."
        )
    return result


def run_document(result: Result, folder: Path) -> dict[str, Any]:
    """The JSON of the interface."""
    from triffin.answers.headlines import first

    keys = ("scenario", "title", "hash", "world", "draws", "seed", "seconds")
    return {
        **{key: result.manifest[key] for key in keys},
        "main_phase": result.manifest["main_phase"],
        "headline": result.headline,
        "first": [entry["id"] for entry in result.headline if entry["id"] in first()],
        "invariants": result.manifest["invariants"],
        "notes": result.manifest["notes"],
        **{k: result.manifest[k] for k in ("feedbacks", "sensitivity") if result.manifest.get(k)},
        "outputs": {
            "report": str(folder / "report.html"),
            "data": str(folder / "data.nc"),
            "manifest": str(folder / "manifest.json"),
        },
    }


def _print_run(result: Result, document: dict[str, Any], folder: Path) -> None:
    """What a minister asks first, each in a sentence with how sure it is and what it turns on."""
    from triffin.answers.headline import first_of, more_text

    print_text(result.manifest["title"])
    entries = first_of(result.headline)
    said = [show.numbered(k, str(e["sentence"])) for k, e in enumerate(entries, start=1)]
    # what does not fit a screen of 24 lines stands in `triffin show`
    room = SCREEN - 4 - sum(len(lines) for lines in said)
    for lines, entry in zip(said, entries, strict=True):
        print("\n".join(lines))
        if room > 0 and entry["median"] is not None:
            show.cut(more_text(entry))
            room -= 1
    # plain lines: a path that is broken at the edge of the terminal cannot be copied
    print(f"Report  {document['outputs']['report']}")
    say(f"{result.manifest['seconds']:.1f} s, hash {result.manifest['hash']}")
    print(f"more: triffin show {folder} SECTION")


def find_run(name: str) -> Path:
    """Folder of a run: a path, a folder below ./runs, or the latest run of a scenario.

    Raises InputError naming the nearest run.
    """
    path = Path(name)
    for candidate in (path, FOLDER / name):
        if candidate.is_dir():
            return candidate
    finished = sorted(FOLDER.glob("*/manifest.json"), key=lambda p: p.stat().st_mtime)
    found = [p.parent for p in finished if p.parent.name.rpartition("-")[0] == name]
    if found:
        return found[-1]
    known = sorted(p.parent.name for p in finished)
    raise InputError(
        f"there is no run {name!r} here.",
        value=name,
        nearest=nearest_match(name, known),
        valid=known or "a folder that `triffin run` wrote",
    )


def load_run(name: str) -> Result:
    """The run of `find_run`, checked against its manifest."""
    from triffin.results.result import Result

    return Result.load(find_run(name))


def scenario_or_run(name: str) -> schema.Scenario | Result:
    """The run in a folder of this name, or else the scenario."""
    from triffin.scenario.loading import load_scenario

    if (Path(name) / "manifest.json").is_file() or (FOLDER / name / "manifest.json").is_file():
        return load_run(name)
    return load_scenario(name)
