"""`triffin compare`: runs or scenarios side by side, each less the first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from typer import Option

from triffin.app.commands.runs.run import scenario_or_run, solved_or_kept
from triffin.app.declare import command
from triffin.app.options import SCENARIO_TABLES, Draws, Json, NoCache, Runs, Seed
from triffin.app.terminal import print_json, print_table, say, writing
from triffin.world.base.errors import InputError


@command(own=SCENARIO_TABLES, example="triffin compare pause-2025 universal-10 --draws 64")
def compare(
    runs: Runs,
    draws: Draws = 256,
    seed: Seed = 1,
    theme: Annotated[str, Option(help="light or dark, for pictures.")] = "light",
    out: Annotated[
        Path | None, Option(help="File: .svg .png .html .xlsx .csv .parquet .json.")
    ] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> None:
    """Put runs or scenarios side by side, each less the first."""
    from triffin.results.compare import compare as compared
    from triffin.results.figures.theme import colors
    from triffin.results.report.comparison_page import checked_format, save_comparison
    from triffin.scenario.schema import Scenario

    if len(runs) < 2:
        raise InputError("nothing to compare: give at least two runs or scenarios.", field="runs")
    colors(theme)
    if out is not None:
        checked_format(out)
    # All are found before the first is run: a misspelled name should not cost a run.
    found = [scenario_or_run(name) for name in runs]
    results = [
        solved_or_kept(item, draws, seed, use_cache=not no_cache)
        if isinstance(item, Scenario)
        else item
        for item in found
    ]
    document = compared(results)
    if out is not None:
        with writing(out):
            save_comparison(results, out, theme=theme)
        say(f"written: {out}")
    if as_json:
        print_json(document)
    else:
        _print_comparison(document)


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
