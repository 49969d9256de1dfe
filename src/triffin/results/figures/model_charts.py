"""Charts of what an answer rests on: models and closures, drivers, the tariffs by date."""

from __future__ import annotations

import altair as alt

from triffin.record import figure_rows
from triffin.record.figure_rows import Rows
from triffin.results.figures import marks
from triffin.results.figures.figure import figure

GRADES = ("published", "derived", "judgement")
"""Grades in the order of the theme's colors."""


@figure(
    "closures",
    title=lambda result, rows: (
        f"{result.name_of(result.manifest['hegemon'])}: real income by model and convention"
    ),
    caption="Triangles: central parameters, pointing up where the answer is positive; lines: 90 % "
    "interval over parameters within the model.",
    rows=figure_rows.closures,
    columns={
        "closure": "Model",
        "value": "Central parameters (%)",
        "low": "5 % quantile (%)",
        "high": "95 % quantile (%)",
        "sign": "Sign",
    },
    height=-38,
)
def closures(rows: Rows) -> alt.LayerChart:
    """Welfare of the hegemon in every model and closure: a triangle at central parameters, a line
    for the 90 % interval."""
    bands = alt.Scale(paddingOuter=0.4)
    shapes = alt.Scale(domain=["loses", "gains"], range=["triangle-down", "triangle-up"])
    base = marks.of_rows().encode(y=alt.Y("closure:N", sort=None, axis=None, scale=bands))
    points = base.mark_point(filled=True, size=100, opacity=1).encode(
        x=marks.across("value", "Change of real income, % per year"),
        color=marks.sign_color(),
        shape=alt.Shape("sign:N", title=None, scale=shapes),
        tooltip=marks.tooltip(
            ("closure", "Model"),
            ("value", "At central parameters, %", ",.2f"),
            *marks.SPREAD[1:],
        ),
    )
    return marks.layered(
        marks.zero(), marks.interval(base), points, marks.name_above(base, "closure")
    )


@figure(
    "drivers",
    title="What drives each answer",
    caption="First-order share of the variance that each assumption explains alone, "
    "colored by its grade; the largest are named. The rest is interaction and "
    "chance.",
    rows=figure_rows.drivers,
    columns={
        "question": "Question",
        "driver": "Driver",
        "share": "Share of variance (%)",
        "grade": "Grade",
    },
    height=-58,
    band="question",
)
def drivers(rows: Rows) -> alt.LayerChart:
    """Share of the variance of every headline that each driver explains, stacked by grade: one bar
    per headline, its question above it and the names of its largest drivers below."""
    grades = [name for name in GRADES if any(row["grade"] == name for row in rows)]
    bands = alt.Scale(paddingOuter=0.4)
    base = (
        marks.of_rows()
        .transform_window(rank="row_number()", groupby=["question"])
        .encode(y=alt.Y("question:N", sort=None, axis=None, scale=bands))
    )
    explained = base.transform_filter(f"datum.grade != {figure_rows.REST!r}")
    bars = explained.mark_bar(height=12).encode(
        x=alt.X("share:Q", title="Share of variance, %", scale=alt.Scale(domain=[0, 100])),
        color=marks.colored("grade", grades, legend=alt.Legend(columns=2)),
        order=alt.Order("order:Q"),
        tooltip=marks.tooltip(
            ("question", "Question"),
            ("driver", "Driver"),
            ("share", "Share, %", ".0f"),
            ("grade", "Grade"),
        ),
    )
    # by grade, the largest of each first
    bars = bars.transform_calculate(order=f"100 * indexof({grades!r}, datum.grade) + datum.rank")
    first = base.transform_filter("datum.rank == 1")
    below = first.mark_text(
        align="left", baseline="top", dy=9, fontSize=11, limit=alt.ExprRef("width")
    ).encode(x=alt.XValue(0), text=alt.Text("label:N"))
    # what is left of the bar is interaction and chance
    track = first.transform_calculate(end="100").mark_bar(height=12, style="track")
    track = track.encode(x=alt.X("end:Q"))
    return marks.layered(track, bars, marks.name_above(first, "question"), below)


@figure(
    "tariff-path",
    title="Tariffs by date",
    caption="Rates that enter the model, per cent. The median is over all economies but the "
    "one that sets them.",
    rows=figure_rows.tariff_path,
    columns={"series": "Tariff of", "date": "From", "rate": "Rate (%)"},
    height=300,
)
def tariff_path(rows: Rows) -> alt.LayerChart:
    """Tariffs by date, as steps: those of the hegemon and of the rival."""
    names = marks.distinct(rows, "series")
    # color and dash share one legend: each line is told apart without color too
    legend = alt.Legend(columns=1, symbolType="stroke", symbolStrokeWidth=2.5, symbolSize=260)
    base = marks.of_rows().encode(
        x=marks.by_date("date", "%-d %b %Y", 4),
        y=alt.Y("rate:Q", title="Tariff, %", axis=alt.Axis(grid=True, tickCount=6)),
        color=marks.colored("series", names, legend=legend),
        order=alt.Order("order:Q"),
    )
    dash = alt.StrokeDash("series:N", title=None, scale=alt.Scale(domain=names), legend=legend)
    lines = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(strokeDash=dash)
    points = base.mark_point(filled=True, size=36, opacity=1).encode(
        tooltip=marks.tooltip(
            ("series", "Tariff of"), ("date", "From", marks.DAY), ("rate", "Rate, %", ",.1f")
        )
    )
    return marks.layered(lines, points)


MODEL_FIGURES = (closures, drivers, tariff_path)
