"""`triffin solve`: what would have to be true for a headline to take a value."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

from typer import Option

from triffin.app.answer_file import write_answer
from triffin.app.commands.studies.sweep import check_workers, lines_or_bar
from triffin.app.declare import command
from triffin.app.options import SCENARIO_TABLES, Json, NoCache, Scenario, Seed, Settings
from triffin.app.show import figures, table
from triffin.app.terminal import finite, print_json, print_text, say, writing
from triffin.world.base.errors import InputError, nearest_match

FORMATS = ("json", "csv", "svg", "png", "html")
DRAWS, GRID_DRAWS = 256, 16


@command(
    own=SCENARIO_TABLES,
    example="triffin solve japan-2025 --for yield_change_from_focus_sales=150 \\\n"
    "    --vary dollar.sale_usd_bn --low 0 --high 1000",
)
def solve(
    scenario: Scenario,
    goal: Annotated[
        str, Option("--for", help="HEADLINE=VALUE, e.g. yield_change_from_focus_sales=150.")
    ],
    vary: Annotated[list[str], Option(help="A path as --set takes it; twice for a contour.")],
    low: Annotated[list[str] | None, Option(help="Least value, one for each --vary.")] = None,
    high: Annotated[list[str] | None, Option(help="Largest value, one for each --vary.")] = None,
    settings: Settings = None,
    draws: Annotated[
        int | None, Option(help="Draws of every run; default 256, 16 in a grid.")
    ] = None,
    seed: Seed = 1,
    grid: Annotated[int, Option(help="Values of each path of a contour.")] = 20,
    workers: Annotated[int, Option(help="Processes for a contour.")] = 2,
    no_cache: NoCache = False,
    out: Annotated[Path | None, Option(help="A file: .svg .png .html .csv .json.")] = None,
    as_json: Json = False,
) -> None:
    """What would have to be true for a headline to take a value."""
    from triffin.run.engine import loaded
    from triffin.studies.cache import default_cache
    from triffin.studies.solve import path as paths
    from triffin.studies.solve.solve_for import Question

    started = time.perf_counter()
    low, high, settings = low or [], high or [], settings or []
    _check(vary, low, high, grid, workers, out)
    headline, target = paths.goal(goal)
    plan = loaded(scenario, settings)
    ends = [
        (low[k] if k < len(low) else None, high[k] if k < len(high) else None)
        for k in range(len(vary))
    ]
    varied = [paths.vary(path, *end, plan) for path, end in zip(vary, ends, strict=True)]
    usual = DRAWS if len(vary) == 1 else GRID_DRAWS
    count = usual if draws is None else draws
    question = Question(scenario, tuple(settings), count, seed)
    cache = None if no_cache else default_cache()
    document: dict[str, Any] = {
        "scenario": plan.scenario,
        "title": plan.title,
        "headline": headline,
        "draws": count,
        "seed": seed,
    }
    solved = _contour if len(varied) == 2 else _search
    document |= solved(question, headline, target, varied, cache, size=grid, workers=workers)
    document["seconds"] = round(time.perf_counter() - started, 3)
    _finish(document, varied, out, as_json)


def _search(
    question: Any, headline: str, target: str, varied: list[Any], cache: Any, **_: int
) -> dict[str, Any]:
    from triffin.studies.solve.solve_for import solve_for

    (path,) = varied
    with lines_or_bar() as report:
        goal = solve_for(question, headline, target, path, cache=cache, progress=report)
    found = goal.found
    return {
        "target": goal.target,
        "unit": goal.unit,
        "path": path.path,
        "path_unit": path.unit,
        "low": path.low,
        "high": path.high,
        "solution": found.solution,
        "achieved": found.achieved,
        "status": found.status,
        "tolerance": found.tolerance,
        "closest": _point(found.closest),
        "bracket": list(found.bracket) if found.bracket else None,
        "other_brackets": [list(pair) for pair in found.others],
        "monotone": found.monotone,
        "runs": len(found.evaluations),
        "evaluations": [_point(point) for point in found.evaluations],
        "contour": None,
    }


def _contour(
    question: Any,
    headline: str,
    target: str,
    varied: list[Any],
    cache: Any,
    *,
    size: int,
    workers: int,
) -> dict[str, Any]:
    from triffin.studies.solve.solve_for import contour

    across, up = varied
    with lines_or_bar() as report:
        found, unit, value = contour(
            question,
            headline,
            target,
            (across, up),
            size=size,
            workers=workers,
            cache=cache,
            progress=report,
        )
    return {
        "target": value,
        "unit": unit,
        "path": f"{across.path}, {up.path}",
        "solution": None,
        "achieved": None,
        "status": "converged" if found.line else "no value in the range does",
        "runs": size * size,
        "contour": {
            "paths": [across.path, up.path],
            "units": [across.unit, up.unit],
            "x": found.x.tolist(),
            "y": found.y.tolist(),
            "values": found.values.tolist(),
            "line": [list(point) for point in found.line],
        },
    }


def _point(pair: tuple[float, float] | None) -> dict[str, float] | None:
    return None if pair is None else {"value": pair[0], "achieved": pair[1]}


def _finish(document: dict[str, Any], varied: list[Any], out: Path | None, as_json: bool) -> None:
    from triffin.results.figures.solve_picture import answer_text, save_threshold

    solution = document["solution"]
    document = finite(document)
    # Six digits in the sentence; the document has all.
    shown = varied[0].setting(float(f"{solution:.6g}")) if solution is not None else ""
    document["answer"] = answer_text(document, shown)
    if out is not None and out.suffix.lower() == ".json":
        write_answer(out, document)
    elif out is not None:
        with writing(out):
            save_threshold(document, out)
        say(f"written: {out}")
    if as_json:
        print_json(document)
        return
    print_text(document["answer"])
    if not document["contour"]:
        table(
            "",
            sorted(document["evaluations"], key=lambda point: point["value"]),
            *figures(
                (document["path"], "value"),
                (f"{document['headline']} ({document['unit']})", "achieved"),
                places=4,
            ),
        )
        if not document["monotone"]:
            say("note: the headline rises and falls along the path; other values may do as well.")
    say(f"{document['runs']} runs of {document['draws']} draws, {document['seconds']:.1f} s")


def _check(
    paths: list[str], low: list[str], high: list[str], grid: int, workers: int, out: Path | None
) -> None:
    if not 1 <= len(paths) <= 2:
        raise InputError(
            f"{len(paths)} paths cannot be varied.", field="--vary", valid="one path, or two"
        )
    if paths[0] == paths[-1] and len(paths) == 2:
        raise InputError("both paths are the same.", field="--vary", value=paths[0])
    for name, given in (("--low", low), ("--high", high)):
        if len(given) > len(paths):
            raise InputError(
                f"{len(given)} ends for {len(paths)} paths.",
                field=name,
                valid="one for each --vary, in their order",
            )
    if not 2 <= grid <= 100:
        raise InputError(
            f"a grid of {grid} values is not drawn.", field="--grid", value=grid, valid="2 to 100"
        )
    check_workers(workers)
    ending = out.suffix.lower().lstrip(".") if out else "json"
    if ending not in FORMATS:
        raise InputError(
            f"{ending or 'no ending'} is no format of this answer.",
            field="--out",
            value=str(out),
            valid=[f".{name}" for name in FORMATS],
            nearest=nearest_match(ending, FORMATS),
        )
