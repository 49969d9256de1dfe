"""`triffin run`, `compare`, `export`, `chart`, `brief` and `cite`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.app.terminal import console, print_json, print_table, say, writing
from triffin.world.base.errors import InputError, nearest_match

if TYPE_CHECKING:
    from triffin.results.result import Result
    from triffin.scenario.schema import Scenario

RUNS = Path("runs")

_INDENT = (0, 0, 0, 2)
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


def run_scenario(
    scenario: str,
    draws: int,
    seed: int,
    settings: list[str],
    sensitivity: str,
    out: Path | None,
    as_json: bool,
    use_cache: bool = True,
) -> None:
    """Run, write the run folder, and print the headline."""
    from triffin.record.store import check_target

    if out is not None:
        check_target(out)
    result = solved_or_kept(
        scenario, draws, seed, settings, sensitivity=sensitivity, use_cache=use_cache, report=True
    )
    if not settings:
        # A ledger is about a scenario as it ships, not as somebody changed it.
        from triffin.evidence.claims.ledger import claims_rows

        result.manifest["claims"] = claims_rows(
            result.manifest["scenario"], headline=result.headline, seed=seed
        )
    folder = out or RUNS / f"{result.manifest['scenario']}-{result.identity}"
    with writing(folder):
        result.save(folder)
    document = run_document(result, folder)
    if as_json:
        print_json(document)
    else:
        _print_run(result, document)


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
    scenario: str | Scenario,
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
    keys = ("scenario", "title", "hash", "world", "draws", "seed", "seconds")
    return {
        **{key: result.manifest[key] for key in keys},
        "main_phase": result.manifest["main_phase"],
        "headline": result.headline,
        "invariants": result.manifest["invariants"],
        "notes": result.manifest["notes"],
        **{k: result.manifest[k] for k in ("feedbacks", "sensitivity") if result.manifest.get(k)},
        "outputs": {
            "report": str(folder / "report.html"),
            "data": str(folder / "data.nc"),
            "manifest": str(folder / "manifest.json"),
        },
    }


def _print_run(result: Result, document: dict[str, Any]) -> None:
    from rich.markup import escape
    from rich.padding import Padding

    from triffin.answers.headline import headline_table

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
    # plain lines: a path that is broken at the edge of the terminal cannot be copied
    print(f"\nReport  {document['outputs']['report']}")
    print(f"Data    {document['outputs']['data']}")
    say(f"{manifest['seconds']:.1f} s, {manifest['solves']} equilibria, hash {manifest['hash']}")


def find_run(name: str) -> Path:
    """Folder of a run: a path, a folder below ./runs, or the latest run of a scenario.

    Raises InputError naming the nearest run.
    """
    path = Path(name)
    for candidate in (path, RUNS / name):
        if candidate.is_dir():
            return candidate
    finished = sorted(RUNS.glob("*/manifest.json"), key=lambda p: p.stat().st_mtime)
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


def _beside(folder: Path, ending: str) -> Path:
    """The sibling of a run folder with `ending` added to its name ("." has a name, too)."""
    named = folder if folder.name else folder.resolve()
    return named.with_name(named.name + ending)


def load_run(name: str) -> Result:
    """The run of `find_run`, checked against its manifest."""
    from triffin.results.result import Result

    return Result.load(find_run(name))


def compare_runs(
    names: list[str],
    draws: int,
    seed: int,
    theme: str,
    out: Path | None,
    as_json: bool,
    use_cache: bool = True,
) -> None:
    """Compare run folders or scenarios; scenarios are run with the same draws and seed."""
    from triffin.results.compare import compare
    from triffin.results.figures.theme import colors
    from triffin.results.report.comparison_page import checked_format, save_comparison
    from triffin.scenario.schema import Scenario

    if len(names) < 2:
        raise InputError("nothing to compare: give at least two runs or scenarios.", field="runs")
    colors(theme)
    if out is not None:
        checked_format(out)
    # All are found before the first is run: a misspelled name should not cost a run.
    found = [scenario_or_run(name) for name in names]
    results = [
        solved_or_kept(item, draws, seed, use_cache=use_cache)
        if isinstance(item, Scenario)
        else item
        for item in found
    ]
    document = compare(results)
    if out is not None:
        with writing(out):
            save_comparison(results, out, theme=theme)
        say(f"written: {out}")
    if as_json:
        print_json(document)
    else:
        _print_comparison(document)


def scenario_or_run(name: str) -> Scenario | Result:
    """The run in a folder of this name, or else the scenario."""
    from triffin.scenario.loading import load_scenario

    if (Path(name) / "manifest.json").is_file() or (RUNS / name / "manifest.json").is_file():
        return load_run(name)
    return load_scenario(name)


def _print_comparison(document: dict[str, Any]) -> None:
    """A line for each headline and, below it, one for each run: any number of runs fits."""
    from triffin.results.compare import bare, difference_unit, run_names
    from triffin.world.base.wording import HUNDREDS

    titles = run_names(document)
    rows: list[list[str]] = []
    for row in document["headline"]:
        unit, gap = row["unit"], difference_unit(row["unit"])
        in_words = all(run is None or run["median"] is None for run in row["runs"])
        if in_words and not any(change and change["changed"] for change in row["changes"]):
            continue
        shown = "%" if unit in HUNDREDS else unit
        label = row["id"].replace("_", " ")
        rows.append([f"{label}, {shown}" if shown not in ("", "1") else label, "", "", ""])
        differences, changes = [None, *row["differences"]], [None, *row["changes"]]
        for title, run, difference, change in zip(
            titles, row["runs"], differences, changes, strict=True
        ):
            level = "not asked" if run is None else bare(run["median"], unit)
            cells = [f"  {title}", "in words" if level == "n/a" else level]
            if difference is not None:
                cells.append(bare(difference["median"], gap))
                ends = [difference["low"], difference["high"]]
                known = all(end is not None for end in ends)
                cells.append(" to ".join(bare(end, gap) for end in ends) if known else "")
            elif change is not None:
                share = change["share"]
                differs = "" if share is None else f"in {100 * share:.0f} %"
                cells += ["differs" if change["changed"] else "same", differs]
            else:
                cells += ["", ""]
            rows.append(cells)
    print_table(
        f"Medians, and differences from {titles[0]} over common draws",
        ["headline and run", "median", "difference", "90 % interval"],
        rows,
        numeric=3,
    )
    if not all(run["common_draws"] for run in document["runs"][1:]):
        say("note: not all runs share their draws; such differences have no interval.")


def export_run(
    name: str, to: str | None, table: str | None, out: Path | None, as_json: bool
) -> None:
    """Write one file of a run; default RUN.FORMAT beside the run folder.

    Without `to` the ending of `out` says the format. Raises InputError if they contradict each
    other: a workbook named .csv opens in no program.
    """
    from triffin.results.export import export

    folder = find_run(name)
    ending = out.suffix.lower().removeprefix(".") if out is not None else ""
    to = to or ending or "xlsx"
    if ending and ending != to:
        raise InputError(
            f"the ending is not that of the format {to}.",
            file=str(out),
            field="--out",
            value=str(out),
            valid=f"a file that ends in .{to}, or --to {ending}",
        )
    result = load_run(name)
    target = out or _beside(folder, f"-{table}.{to}" if table else f".{to}")
    with writing(target):
        written = export(result, to, target, table)
    if as_json:
        print_json({"run": str(folder), "to": to, "file": str(written)})
    else:
        print(written)


def draw_chart(
    name: str, chart: str, theme: str, size: str, out: Path | None, as_json: bool
) -> None:
    """Write one chart of a run; `list` names the charts there are."""
    from triffin.results.figures.figures import FIGURES, save_chart

    chart = chart.replace("_", "-")  # as the methods of Result.plot are spelled
    if chart == "list":
        if as_json:
            print_json({"charts": list(FIGURES)})
        else:
            print("\n".join(FIGURES))
        return
    folder = find_run(name)
    result = load_run(name)
    target = out or _beside(folder, f"-{chart}.svg")
    with writing(target):
        written = save_chart(result, chart, target, theme=theme, size=size)
    if as_json:
        print_json({"run": str(folder), "chart": chart, "file": str(written)})
    else:
        print(written)


def write_brief(name: str, out: Path | None, as_json: bool) -> None:
    """Write the one page of a run; default RUN-brief.html beside the run folder."""
    from triffin.results.report.brief import checked_file, save_brief

    if out is not None:
        checked_file(out)
    folder = find_run(name)
    result = load_run(name)
    target = out or _beside(folder, "-brief.html")
    with writing(target):
        written = save_brief(result, target)
    if as_json:
        print_json({"run": str(folder), "file": str(written)})
    else:
        print(written)


def cite_run(name: str, as_json: bool) -> None:
    """Text and BibTeX for a run, its data and its models."""
    from triffin.record.cite import bibtex, citations, cite

    result = load_run(name)
    if as_json:
        print_json({"text": citations(result), "bibtex": bibtex(result)})
    else:
        print(cite(result))
