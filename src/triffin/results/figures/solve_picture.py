"""Pictures of what would have to be true: a headline along one path, or over two."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

import altair as alt

from triffin.results.figures import marks
from triffin.results.figures import theme as themes
from triffin.results.figures.picture_files import write_picture
from triffin.world.base.wording import quantity, words


def save_threshold(document: Mapping[str, Any], path: Path, *, theme: str = "light") -> Path:
    """Write the picture of an answer of `triffin solve` by the ending of `path`, see
    `write_picture`; its rows are the evaluations, or the cells of the grid."""
    return write_picture(lambda: chart(document, theme), lambda: _rows(document), path)


def chart(document: Mapping[str, Any], theme: str = "light") -> alt.LayerChart:
    """The chart of an answer: title, what was asked, and the line of the target."""
    colors = themes.colors(theme)
    drawn = _grid(document, colors) if document["contour"] else _line(document, colors)
    width, height = themes.size("16:9")
    subtitle = wrap(document["answer"], width // 7)
    finished: alt.LayerChart = drawn.properties(
        width=width,
        height=height,
        title=alt.TitleParams(document["title"], subtitle=[*subtitle, _source(document)]),
    ).configure(**themes.vega_config(theme))
    return finished


def _rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    grid = document["contour"]
    if not grid:
        return sorted(document["evaluations"], key=lambda row: row["value"])
    return [
        {grid["paths"][0]: x, grid["paths"][1]: y, document["headline"]: grid["values"][j][i]}
        for j, y in enumerate(grid["y"])
        for i, x in enumerate(grid["x"])
    ]


def _source(document: Mapping[str, Any]) -> str:
    return (
        f"Triffin, scenario {document['scenario']}, {document['draws']} simulations, "
        f"seed {document['seed']}"
    )


def _line(document: Mapping[str, Any], colors: Mapping[str, Any]) -> alt.LayerChart:
    near = alt.Scale(zero=False)
    title = words(document["headline"]) + (f" ({document['unit']})" if document["unit"] else "")
    rows = [row for row in _rows(document) if row["achieved"] is not None]
    base = marks.of_values(rows).encode(
        x=alt.X("value:Q", title=document["path"], scale=near),
        y=alt.Y("achieved:Q", title=title, scale=near),
    )
    target = marks.of_values([{"target": document["target"]}])
    layers = [
        base.mark_line(color=colors["gains"], strokeWidth=2),
        base.mark_point(color=colors["gains"], filled=True, size=45),
        target.mark_rule(strokeDash=[4, 4], color=colors["loses"]).encode(y="target:Q"),
    ]
    if document["solution"] is not None:
        point = {"value": document["solution"], "achieved": document["achieved"]}
        layers.append(
            marks.of_values([point])
            .mark_point(color=colors["loses"], size=130, strokeWidth=2)
            .encode(x="value:Q", y="achieved:Q")
        )
    return marks.layered(*layers)


def _grid(document: Mapping[str, Any], colors: Mapping[str, Any]) -> alt.LayerChart:
    grid = document["contour"]
    left, up = (_edges(grid[axis]) for axis in ("x", "y"))
    cells = [
        {"x": a, "x2": b, "y": c, "y2": d, "value": grid["values"][j][i]}
        for j, (c, d) in enumerate(up)
        for i, (a, b) in enumerate(left)
        if grid["values"][j][i] is not None
    ]
    title = words(document["headline"]) + (f", {document['unit']}" if document["unit"] else "")
    near = alt.Scale(zero=False, nice=False)
    boxes = (
        marks.of_values(cells)
        .mark_rect()
        .encode(
            x=alt.X("x:Q", title=grid["paths"][0], scale=near),
            x2="x2:Q",
            y=alt.Y("y:Q", title=grid["paths"][1], scale=near),
            y2="y2:Q",
            color=alt.Color("value:Q", title=title, scale=alt.Scale(range="ramp")),
        )
    )
    line = (
        marks.of_values([{"px": x, "py": y} for x, y in grid["line"]])
        .mark_point(filled=True, color=colors["loses"], size=26)
        .encode(x="px:Q", y="py:Q")
    )
    return marks.layered(boxes, line)


def _edges(centers: list[float]) -> list[tuple[float, float]]:
    """Edges of cells around evenly spaced centers."""
    half = (centers[1] - centers[0]) / 2
    return [(center - half, center + half) for center in centers]


def answer_text(document: Mapping[str, Any], shown: str) -> str:
    """One sentence; `shown` is the solution as `--set` takes it."""
    asked = f"{words(document['headline'])} of {quantity(document['target'], document['unit'])}"
    if document["contour"]:
        if document["contour"]["line"]:
            return f"A line through the grid gives {asked}."
        return f"No pair of values in the ranges gives {asked}."
    if document["status"] == "converged":
        found = quantity(document["achieved"], document["unit"])
        return f"{shown} gives {asked} (achieved: {found})."
    if document["status"] == "steps over the target":
        found = quantity(document["achieved"], document["unit"])
        return f"The headline steps over {asked} at {shown}, where it is {found}."
    nearest = document["closest"]
    best = f"; the nearest is {quantity(nearest['achieved'], document['unit'])}" if nearest else ""
    if document["status"] == "not converged":
        return f"No value was found that gives {asked}{best}."
    return f"No value from {document['low']:g} to {document['high']:g} gives {asked}{best}."
