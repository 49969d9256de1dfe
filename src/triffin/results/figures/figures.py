"""The charts of a run by name: for a notebook, a file (SVG, PNG, HTML, JSON) and the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.record import figure_rows as figure_data
from triffin.record.figure_rows import Rows
from triffin.results.figures import charts
from triffin.results.figures import theme as themes
from triffin.results.figures.figure import Boundaries, Figure, without_map
from triffin.results.figures.path_figures import PATH_FIGURES
from triffin.results.figures.picture_files import write_picture
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.wording import number
from triffin.world.data.shipped import load_boundaries

if TYPE_CHECKING:
    import altair as alt

    from triffin.record.record import Record


def chart(result: Record, name: str, *, theme: str = "light", size: str = "16:9") -> alt.LayerChart:
    """An altair chart with title, caption and the configuration of the theme.

    Raises InputError for an unknown name, theme or size (nearest match), or if the run has not
    what the chart shows.
    """
    width, height = themes.size(size)
    config = themes.vega_config(theme) | {"padding": 16}
    figure, rows = _figure(result, name)
    rows, left_out = figure.fitting(rows, height)
    caption = figure.caption(result, rows) + left_out
    drawn = figure.draw(rows, load_boundaries).properties(
        width=width,
        height=height,
        title={
            "text": figure.title(result, rows),
            "subtitle": [*_wrapped(caption, width // 7), source_note(result)],
        },
    )
    drawn.config = config
    drawn.datasets = {charts.ROWS: rows}
    return drawn


def save_chart(
    result: Record,
    name: str,
    path: str | Path,
    *,
    theme: str = "light",
    size: str = "16:9",
) -> Path:
    """Write a chart by the ending of `path`: svg, png (at double resolution), html (one file,
    works offline), json (Vega-Lite) or csv (its rows). Atomic. InputError for another ending."""
    figure, rows = _figure(result, name)
    return write_picture(
        lambda: chart(result, name, theme=theme, size=size),
        lambda: _frame(figure, rows, source_note(result)),
        path,
    )


def specification(
    figure: Figure, rows: Rows, boundaries: Boundaries = load_boundaries
) -> dict[str, Any]:
    """Vega-Lite for the report: as wide as its container, no title, look and rows left to the
    page, which puts them into the dataset `charts.ROWS`."""
    from altair.utils.schemapi import debug_mode

    # the definitions are fixed and checked in the tests; validation would cost seconds per run
    with debug_mode(False):
        drawn = figure.draw(rows, boundaries).properties(
            width="container", height=figure.pixels(rows)
        )
        spec: dict[str, Any] = drawn.to_dict(validate=False)
    spec.pop("config", None)
    return spec


def source_note(result: Record) -> str:
    """The line under a picture that leaves the report: program, run and world."""
    manifest = result.manifest
    return (
        f"Triffin {manifest['version']}, {manifest['scenario']}, run {result.identity}, "
        f"{manifest['world_title']}"
    )


def _figure(result: Record, name: str) -> tuple[Figure, Rows]:
    if name not in FIGURES:
        raise InputError(
            f"{name!r} is not a chart.",
            value=name,
            valid=FIGURES,
            nearest=nearest_match(name, FIGURES),
        )
    figure = FIGURES[name]
    rows = figure.rows(result)
    if not rows:
        raise InputError(f"the run has no data for the chart {name!r}.", value=name)
    return figure, rows


def _frame(figure: Figure, rows: Rows, source: str) -> Any:
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(figure.columns)).rename(columns=figure.columns)
    frame["Source"] = source
    return frame


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width)


def _map_caption(result: Record, rows: Rows) -> str:
    clip = figure_data.clip_of(rows)
    beyond = sum(1 for row in rows if row["median"] is not None and abs(row["median"]) > clip)
    text = (
        f"Median over {result.manifest['draws']} draws, {result.manifest['main_phase']}. "
        "Orange loses, blue gains, grey is not in the data. "
        f"Colors end at ±{number(clip, 0 if clip >= 1 else 2)} %"
    )
    if beyond:
        text += f" ({beyond} {'economy lies' if beyond == 1 else 'economies lie'} beyond)"
    text += ". "
    return text + "Economies too small to draw are in the table of all economies."


def _ranking_caption(result: Record, rows: Rows) -> str:
    text = (
        f"The {min(figure_data.RANKED, len(rows))} economies at either end. Bars: median change "
        "of welfare, per cent per year; lines: 90 % interval over parameters, models and closures."
    )
    low, high = figure_data.ranking_range(rows)
    ends = [(row["low"], row["high"]) for row in rows if row["low"] is not None]
    beyond = sum(start < low or end > high for start, end in ends)
    if beyond:
        least, most = min(start for start, _ in ends), max(end for _, end in ends)
        text += (
            f" {beyond} {'interval reaches' if beyond == 1 else 'intervals reach'} beyond the "
            f"axis; all lie within {number(least)} to {number(most)} %."
        )
    return text


def _hegemon(result: Record) -> str:
    return result.name_of(result.manifest["hegemon"])


WELFARE_COLUMNS = {
    "economy": "Code",
    "name": "Economy",
    "low": "5 % quantile (%)",
    "median": "Median (%)",
    "high": "95 % quantile (%)",
}

FIGURES: dict[str, Figure] = {
    "welfare-map": Figure(
        title=lambda result, rows: "Change of welfare, per cent per year",
        caption=_map_caption,
        rows=figure_data.welfare,
        draw=lambda rows, boundaries: charts.welfare_map(rows, boundaries()),
        columns=WELFARE_COLUMNS,
        height=440,
        aspect=0.44,
    ),
    "ranking": Figure(
        title=lambda result, rows: "Most hurt and most helped",
        caption=_ranking_caption,
        rows=figure_data.ranking,
        draw=without_map(charts.ranking),
        columns=WELFARE_COLUMNS,
        height=-16,
    ),
    "focus-rates": Figure(
        title=lambda result, rows: (
            f"What the rate on {figure_data.party_name(result, 'focus')} is worth"
        ),
        caption=lambda result, rows: (
            "All other tariffs stay as they are. Points: median; lines: 90 % interval. The "
            "intervals overlap because models and closures move all rates together; the "
            "differences in the table are taken draw by draw."
        ),
        rows=figure_data.focus_rates,
        draw=without_map(charts.focus_rates),
        columns={
            "rate": "Rate",
            "party": "Economy",
            "low": "5 % quantile (%)",
            "median": "Median (%)",
            "high": "95 % quantile (%)",
            "difference": "Difference to the first rate (points)",
            "difference_low": "Difference, 5 % quantile",
            "difference_high": "Difference, 95 % quantile",
        },
        height=230,
    ),
    "who-pays": Figure(
        title=lambda result, rows: "Who pays",
        caption=lambda result, rows: (
            "Points: central model and closure; lines: smallest to largest over all of them. "
            "Revenue is a share of baseline spending, the rest are changes. Prices are the price "
            "level relative to the numéraire, not consumer inflation."
        ),
        rows=figure_data.who_pays,
        draw=without_map(charts.who_pays),
        columns={
            "measure": "Measure",
            "party": "Economy",
            "value": "Central closure (%)",
            "smallest": "Smallest (%)",
            "largest": "Largest (%)",
        },
        height=320,
    ),
    "diversion": Figure(
        title=lambda result, rows: "Where trade goes",
        caption=lambda result, rows: (
            f"Change of each flow in per cent, and bn USD before → after; "
            f"{result.manifest['main_phase']}, central closure."
        ),
        rows=figure_data.diversion,
        draw=without_map(charts.diversion),
        columns={
            "exporter": "Exporter",
            "importer": "Importer",
            "before": "Before (bn USD)",
            "after": "After (bn USD)",
            "change": "Change (%)",
        },
        height=300,
    ),
    **PATH_FIGURES,
    "closures": Figure(
        title=lambda result, rows: f"{_hegemon(result)}: welfare by model and closure",
        caption=lambda result, rows: (
            "Triangles: central parameters, pointing up where the answer is positive; lines: 90 % "
            "interval over parameters within the model and closure."
        ),
        rows=figure_data.closures,
        draw=without_map(charts.closures),
        columns={
            "closure": "Model and closure",
            "value": "Central parameters (%)",
            "low": "5 % quantile (%)",
            "high": "95 % quantile (%)",
            "sign": "Sign",
        },
        height=-38,
    ),
    "drivers": Figure(
        title=lambda result, rows: "What drives each answer",
        caption=lambda result, rows: (
            "First-order share of the variance of the draws that each driver explains alone, "
            "colored by the grade of the driver; the largest are named. The rest is interaction "
            "and chance."
        ),
        rows=figure_data.drivers,
        draw=without_map(charts.drivers),
        columns={
            "question": "Question",
            "driver": "Driver",
            "share": "Share of variance (%)",
            "grade": "Grade",
        },
        height=-58,
        band="question",
    ),
    "tariff-path": Figure(
        title=lambda result, rows: "Tariffs by date",
        caption=lambda result, rows: (
            "Rates that enter the model, per cent. The median is over all economies but the "
            "hegemon."
        ),
        rows=figure_data.tariff_path,
        draw=without_map(charts.tariff_path),
        columns={"series": "Tariff of", "date": "From", "rate": "Rate (%)"},
        height=300,
    ),
}
"""Name -> chart, in the order of the report."""
