"""`triffin run`, `compare`, `export`, `chart` and `cite`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.app.terminal import console, print_json, print_table, say
from triffin.world.errors import InputError, nearest_match

if TYPE_CHECKING:
    from triffin.results.result import Result

RUNS = Path("runs")

_INDENT = (0, 0, 0, 2)
_STAGES = {"phases": "phases at central parameters", "draws": "draws"}


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


def run_scenario(
    scenario: str, draws: int, seed: int, settings: list[str], out: Path | None, as_json: bool
) -> None:
    """Run, write the run folder, and print the headline."""
    from triffin.run.engine import run

    with progress_bar() as report:
        result = run(scenario, draws=draws, seed=seed, overrides=settings, progress=report)
    folder = result.save(out or RUNS / f"{result.manifest['scenario']}-{result.identity}")
    document = run_document(result, folder)
    if as_json:
        print_json(document)
    else:
        _print_run(result, document)


def run_document(result: Result, folder: Path) -> dict[str, Any]:
    """The JSON of the interface (architecture.md)."""
    keys = ("scenario", "title", "hash", "world", "draws", "seed", "seconds")
    return {
        **{key: result.manifest[key] for key in keys},
        "main_phase": result.manifest["main_phase"],
        "headline": result.headline,
        "invariants": result.manifest["invariants"],
        "notes": result.manifest["notes"],
        "outputs": {
            "report": str(folder / "report.html"),
            "data": str(folder / "data.nc"),
            "manifest": str(folder / "manifest.json"),
        },
    }


def _print_run(result: Result, document: dict[str, Any]) -> None:
    from rich.markup import escape
    from rich.padding import Padding

    from triffin.results.headline import headline_table

    out = console()
    manifest = result.manifest
    out.print(f"[bold]{escape(manifest['title'])}[/bold]")
    out.print(
        f"Tariffs in force {escape(manifest['main_phase'])}; per year, after full adjustment; "
        f"median and 90 % interval over {len(manifest['closures'])} models and closures and "
        f"{manifest['draws']} draws.\n"
    )
    for row in headline_table(result.headline):
        out.print(f"[bold]{escape(row['question'])}[/bold]")
        out.print(Padding(escape(row["answer"]), _INDENT))
        grade = f"{row['class']}, grade {row['grade']}, driven by {row['drivers']}"
        out.print(Padding(f"[dim]{escape(grade)}[/dim]", _INDENT))
    for note in dict.fromkeys([*manifest["tariff_basis"], *manifest["notes"]]):
        say(f"note: {note}")
    out.print(f"\nReport  {escape(document['outputs']['report'])}")
    out.print(f"Data    {escape(document['outputs']['data'])}")
    say(f"{manifest['seconds']:.1f} s, {manifest['solves']} equilibria, hash {manifest['hash']}")


def find_run(name: str) -> Path:
    """Folder of a run: a path, a folder below ./runs, or the latest run of a scenario.

    Raises InputError naming the nearest run.
    """
    path = Path(name)
    for candidate in (path, RUNS / name):
        if candidate.is_dir():
            return candidate
    found = sorted(RUNS.glob(f"{name}-*/manifest.json"), key=lambda p: p.stat().st_mtime)
    if found:
        return found[-1].parent
    known = sorted(p.parent.name for p in RUNS.glob("*/manifest.json"))
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


def compare_runs(names: list[str], draws: int, seed: int, as_json: bool) -> None:
    """Compare run folders or scenarios; scenarios are run with the same draws and seed."""
    from triffin.results.compare import compare

    if len(names) < 2:
        raise InputError("nothing to compare: give at least two runs or scenarios.", field="runs")
    results = [_run_or_load(name, draws, seed) for name in names]
    document = compare(results)
    if as_json:
        print_json(document)
        return
    _print_comparison(document)


def _run_or_load(name: str, draws: int, seed: int) -> Result:
    if (Path(name) / "manifest.json").is_file() or (RUNS / name / "manifest.json").is_file():
        return load_run(name)
    from triffin.run.engine import run

    with progress_bar() as report:
        return run(name, draws=draws, seed=seed, progress=report)


def _print_comparison(document: dict[str, Any]) -> None:
    from triffin.results.text import interval_text, quantity

    titles = [run["scenario"] for run in document["runs"]]
    rows = []
    for row in document["headline"]:
        if all(run is None or run["median"] is None for run in row["runs"]):
            continue
        cells = [
            "—" if run is None else quantity(run["median"], row["unit"]) for run in row["runs"]
        ]
        for difference in row["differences"]:
            if difference is None:
                cells.append("—")
            elif difference.get("low") is None:
                cells.append(quantity(difference["median"], row["unit"]))
            else:
                cells.append(
                    quantity(difference["median"], row["unit"])
                    + "\n"
                    + interval_text(difference["low"], difference["high"], row["unit"])
                )
        rows.append([row["id"].replace("_", " "), *cells])
    print_table(
        f"Medians, and differences from {titles[0]} with 90 % intervals over common draws",
        ["headline", *titles, *(f"{title} less {titles[0]}" for title in titles[1:])],
        rows,
        numeric=2 * len(titles) - 1,
    )
    if not all(run["common_draws"] for run in document["runs"][1:]):
        say("note: not all runs share their draws; such differences have no interval.")


def export_run(name: str, to: str, out: Path | None, as_json: bool) -> None:
    """Write one file of a run; default RUN.FORMAT beside the run folder."""
    from triffin.results.export import export

    folder = find_run(name)
    result = load_run(name)
    target = out or folder.with_name(f"{folder.name}.{to}")
    written = export(result, to, target)
    if as_json:
        print_json({"run": str(folder), "to": to, "file": str(written)})
    else:
        print(written)


def draw_chart(
    name: str, chart: str, theme: str, size: str, out: Path | None, as_json: bool
) -> None:
    """Write one chart of a run; `list` names the charts there are."""
    from triffin.results.figures import FIGURES, save_chart

    if chart == "list":
        if as_json:
            print_json({"charts": list(FIGURES)})
        else:
            print("\n".join(FIGURES))
        return
    folder = find_run(name)
    result = load_run(name)
    target = out or folder.with_name(f"{folder.name}-{chart}.svg")
    written = save_chart(result, chart, target, theme=theme, size=size)
    if as_json:
        print_json({"run": str(folder), "chart": chart, "file": str(written)})
    else:
        print(written)


def cite_run(name: str, as_json: bool) -> None:
    """Text and BibTeX for a run, its data and its models."""
    from triffin.results.cite import bibtex, citations, cite

    result = load_run(name)
    if as_json:
        print_json({"text": citations(result), "bibtex": bibtex(result)})
    else:
        print(cite(result))
