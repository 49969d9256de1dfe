"""The charts of a run by name: for a notebook, a file (SVG, PNG, HTML, JSON) and the report."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from triffin.record.figure_rows import Rows
from triffin.record.record import Record
from triffin.results.figures import theme as themes
from triffin.results.figures.figure import Boundaries, Figure
from triffin.results.figures.marks import ROWS
from triffin.results.figures.model_charts import MODEL_FIGURES
from triffin.results.figures.path_charts import PATH_FIGURES
from triffin.results.figures.picture_files import write_picture
from triffin.results.figures.welfare_charts import WELFARE_FIGURES
from triffin.world.base.errors import InputError, one_of
from triffin.world.data.shipped import load_boundaries

FIGURES: dict[str, Figure] = {
    figure.name: figure for figure in (*WELFARE_FIGURES, *PATH_FIGURES, *MODEL_FIGURES)
}
"""Name -> chart, in the order of the report."""


def chart(result: Record, name: str, *, theme: str = "light", size: str = "16:9") -> alt.LayerChart:
    """An altair chart with title, caption and the configuration of the theme.

    Raises InputError for an unknown name, theme or size (nearest match), or if the run has not
    what the chart shows.
    """
    width, height = themes.size(size)
    config = themes.vega_config(theme) | {"padding": 16}
    figure, rows = _figure(result, name)
    rows, left_out = figure.fitting(rows, height)
    caption = textwrap.wrap(figure.caption_of(result, rows) + left_out, width // 7)
    drawn = figure.drawn(rows, load_boundaries).properties(
        width=width,
        height=height,
        title={
            "text": textwrap.wrap(figure.title_of(result, rows), width // 8),
            "subtitle": [*caption, source_note(result)],
        },
    )
    drawn.config = config
    drawn.datasets = {ROWS: rows}
    return drawn


def save_chart(
    result: Record,
    name: str,
    path: str | Path,
    *,
    theme: str = "light",
    size: str = "16:9",
) -> Path:
    """Write a chart by the ending of `path`, see `write_picture`."""
    figure, rows = _figure(result, name)

    def frame() -> Any:
        import pandas as pd

        table = pd.DataFrame(rows, columns=list(figure.columns)).rename(columns=figure.columns)
        return table.assign(Source=source_note(result))

    return write_picture(lambda: chart(result, name, theme=theme, size=size), frame, path)


def specification(
    figure: Figure, rows: Rows, boundaries: Boundaries = load_boundaries
) -> dict[str, Any]:
    """Vega-Lite for the report: as wide as its container, no title, look and rows left to the
    page, which puts them into the dataset `ROWS`."""
    # the definitions are fixed and checked in the tests; validation would cost seconds per run
    with debug_mode(False):
        drawn = figure.drawn(rows, boundaries).properties(
            width="container", height=figure.pixels(rows)
        )
        spec: dict[str, Any] = drawn.to_dict(validate=False)
    spec.pop("config", None)
    return spec


def svg(figure: Figure, rows: Rows, width: int, height: int) -> str:
    """A small picture for a page: without title, in the light theme, in a font that is measured."""
    import vl_convert

    spec = specification(figure, rows)
    spec |= {
        "datasets": {**spec.get("datasets", {}), ROWS: rows},
        "width": width,
        "height": height,
        "config": themes.vega_config("light") | {"font": themes.PAPER_FONT},
    }
    return str(vl_convert.vegalite_to_svg(spec))


def source_note(result: Record) -> str:
    """The line under a picture that leaves the report: program, run and world."""
    manifest = result.manifest
    return (
        f"Triffin {manifest['version']}, {manifest['scenario']}, run {result.identity}, "
        f"{manifest['world_title']}"
    )


def _figure(result: Record, name: str) -> tuple[Figure, Rows]:
    one_of(name, FIGURES, f"{name!r} is not a chart.")
    figure = FIGURES[name]
    rows = figure.rows(result)
    if not rows:
        raise InputError(f"the run has no data for the chart {name!r}.", value=name)
    return figure, rows
