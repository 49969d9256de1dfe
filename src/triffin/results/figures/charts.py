"""One altair definition per chart. Looks come from `theme`, rows from `figure_data`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triffin.record import figure_rows as figure_data
from triffin.record.figure_rows import Rows

if TYPE_CHECKING:
    import altair as alt

ROWS = "rows"
"""Name of the data of every chart: they stand once beside the layers, not in each of them."""

GRADES = ("published", "derived", "judgement")
"""Grades in the order of the theme's colors."""

SHAPES = ["circle", "square", "triangle-up"]


def welfare_map(rows: Rows, boundaries: dict[str, Any]) -> alt.LayerChart:
    """Choropleth: orange loses, blue gains, neutral at zero; economies without data are grey."""
    import altair as alt

    clip = figure_data.clip_of(rows)
    world = alt.InlineData(
        values=boundaries,
        format=alt.TopoDataFormat(feature=next(iter(boundaries["objects"])), type="topojson"),
    )
    base = (
        alt.Chart(world)
        .transform_filter("datum.properties.iso3 != 'ATA'")
        .transform_calculate(name="datum.properties.name", note="'not in the data'")
    )
    missing = base.mark_geoshape(style="missing").encode(
        tooltip=[alt.Tooltip("name:N", title="Economy"), alt.Tooltip("note:N", title="Welfare")]
    )
    known = (
        alt.Chart(world)
        .transform_lookup(
            lookup="properties.iso3",
            from_=alt.LookupData(
                data=alt.NamedData(name=ROWS),
                key="economy",
                fields=["name", "low", "median", "high"],
            ),
        )
        .transform_filter("isValid(datum.median)")
        .mark_geoshape()
        .encode(
            color=alt.Color(
                "median:Q",
                title="Change of welfare, % per year",
                scale=_diverging(clip),
                legend=alt.Legend(orient="bottom", gradientLength=240, gradientThickness=10),
            ),
            tooltip=[
                alt.Tooltip("name:N", title="Economy"),
                alt.Tooltip("median:Q", title="Median, %", format=",.2f"),
                alt.Tooltip("low:Q", title="5 % quantile", format=",.2f"),
                alt.Tooltip("high:Q", title="95 % quantile", format=",.2f"),
            ],
        )
    )
    return layered(missing, known).project(type="equalEarth")


def ranking(rows: Rows) -> alt.LayerChart:
    """Bars of the median with the 90 % interval as a line, worst first."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=150, labelOverlap=False))
    )
    bars = base.mark_bar(height=alt.RelativeBandSize(0.72)).encode(
        x=alt.X(
            "median:Q",
            title="Change of welfare, % per year",
            axis=few_ticks(),
            scale=alt.Scale(domain=list(figure_data.ranking_range(rows)), nice=False),
        ),
        color=_sign_color(),
        tooltip=[
            alt.Tooltip("name:N", title="Economy"),
            alt.Tooltip("median:Q", title="Median, %", format=",.2f"),
            alt.Tooltip("low:Q", title="5 % quantile", format=",.2f"),
            alt.Tooltip("high:Q", title="95 % quantile", format=",.2f"),
        ],
    )
    # an interval beyond the axis ends at its edge; the caption says how far it reaches
    return layered(bars, _interval(base, clip=True), _zero())


def focus_rates(rows: Rows) -> alt.LayerChart:
    """Medians and intervals of focus and hegemon, one band per rate."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        y=alt.Y("rate:N", sort=None, title="Rate on the focus"),
        yOffset=alt.YOffset("party:N", sort=None),
    )
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("median:Q", title="Change of welfare, % per year", axis=few_ticks()),
        color=_party_color(rows),
        shape=_party_shape(rows),
        tooltip=[
            alt.Tooltip("party:N", title="Economy"),
            alt.Tooltip("rate:N", title="Rate"),
            alt.Tooltip("median:Q", title="Median, %", format=",.2f"),
            alt.Tooltip("low:Q", title="5 % quantile", format=",.2f"),
            alt.Tooltip("high:Q", title="95 % quantile", format=",.2f"),
        ],
    )
    return layered(_zero(), _interval(base), points)


def who_pays(rows: Rows) -> alt.LayerChart:
    """Measures by party: the central closure as a point, all closures as a line."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        y=alt.Y("measure:N", sort=None, title=None),
        yOffset=alt.YOffset("party:N", sort=None),
    )
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("value:Q", title="Per cent", axis=few_ticks()),
        color=_party_color(rows),
        shape=_party_shape(rows),
        tooltip=[
            alt.Tooltip("party:N", title="Economy"),
            alt.Tooltip("measure:N", title="Measure"),
            alt.Tooltip("value:Q", title="Central closure, %", format=",.2f"),
            alt.Tooltip("smallest:Q", title="Smallest", format=",.2f"),
            alt.Tooltip("largest:Q", title="Largest", format=",.2f"),
        ],
    )
    return layered(_zero(), _interval(base, "smallest", "largest"), points)


def diversion(rows: Rows) -> alt.LayerChart:
    """Exporter by importer: the change in per cent, and the flow before and after in bn USD."""
    import altair as alt

    clip = figure_data.round_up(max((abs(row["change"]) for row in rows), default=1.0) or 1.0)
    exporters = list(dict.fromkeys(row["exporter"] for row in rows))
    importers = [name for name in exporters if any(row["importer"] == name for row in rows)]
    two_lines = "split(datum.label, / (?=[^ ]*$)/)"
    base = (
        alt.Chart(alt.NamedData(name=ROWS))
        .transform_calculate(
            percent="format(datum.change, '+,.0f') + ' %'",
            # two lines: a cell on a phone is 55 pixels wide
            money="[format(datum.before, ',.0f') + ' →', format(datum.after, ',.0f')]",
        )
        .encode(
            x=alt.X(
                "importer:N",
                sort=importers,
                title="Importer",
                axis=alt.Axis(orient="top", labelAngle=0, labelExpr=two_lines, labelPadding=20),
            ),
            y=alt.Y(
                "exporter:N",
                sort=exporters,
                title="Exporter",
                axis=alt.Axis(labelExpr=two_lines),
            ),
        )
    )
    # half transparent, so that the text stays readable on every color of both themes
    cells = base.mark_rect(opacity=0.55).encode(
        color=alt.Color(
            "change:Q",
            scale=_diverging(clip),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("exporter:N", title="Exporter"),
            alt.Tooltip("importer:N", title="Importer"),
            alt.Tooltip("before:Q", title="Before, bn USD", format=",.1f"),
            alt.Tooltip("after:Q", title="After, bn USD", format=",.1f"),
            alt.Tooltip("change:Q", title="Change, %", format="+,.1f"),
        ],
    )
    percent = base.mark_text(dy=-15, fontWeight=600, fontSize=13).encode(text=alt.Text("percent:N"))
    money = base.mark_text(dy=3, fontSize=11, lineHeight=13).encode(text=alt.Text("money:N"))
    return layered(cells, percent, money)


def closures(rows: Rows) -> alt.LayerChart:
    """One line per model and closure, its name above it, so that a phone can show it whole."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        y=alt.Y("closure:N", sort=None, axis=None, scale=alt.Scale(paddingOuter=0.4))
    )
    points = base.mark_point(filled=True, size=100, opacity=1).encode(
        x=alt.X("value:Q", title="Change of the hegemon's welfare, % per year", axis=few_ticks()),
        color=_sign_color(),
        shape=alt.Shape(
            "sign:N",
            title=None,
            scale=alt.Scale(domain=["loses", "gains"], range=["triangle-down", "triangle-up"]),
        ),
        tooltip=[
            alt.Tooltip("closure:N", title="Model and closure"),
            alt.Tooltip("value:Q", title="At central parameters, %", format=",.2f"),
            alt.Tooltip("low:Q", title="5 % quantile", format=",.2f"),
            alt.Tooltip("high:Q", title="95 % quantile", format=",.2f"),
        ],
    )
    return layered(_zero(), _interval(base), points, _name_above(base, "closure:N"))


def drivers(rows: Rows) -> alt.LayerChart:
    """Stacked shares of the variance by grade: one bar per headline, its question above it and
    the names of its largest drivers below."""
    import altair as alt

    grades = [name for name in GRADES if any(row["grade"] == name for row in rows)]
    base = (
        alt.Chart(alt.NamedData(name=ROWS))
        .transform_window(rank="row_number()", groupby=["question"])
        .encode(y=alt.Y("question:N", sort=None, axis=None, scale=alt.Scale(paddingOuter=0.4)))
    )
    explained = base.transform_filter(f"datum.grade != {figure_data.REST!r}")
    bars = explained.mark_bar(height=12).encode(
        x=alt.X("share:Q", title="Share of variance, %", scale=alt.Scale(domain=[0, 100])),
        color=alt.Color(
            "grade:N",
            title=None,
            scale=alt.Scale(domain=grades, range="category"),
            legend=alt.Legend(columns=2),
        ),
        order=alt.Order("order:Q"),
        tooltip=[
            alt.Tooltip("question:N", title="Question"),
            alt.Tooltip("driver:N", title="Driver"),
            alt.Tooltip("share:Q", title="Share, %", format=".0f"),
            alt.Tooltip("grade:N", title="Grade"),
        ],
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
    return layered(track, bars, _name_above(first, "question:N"), below)


def tariff_path(rows: Rows) -> alt.LayerChart:
    """Steps of the tariffs by date."""
    import altair as alt

    names = list(dict.fromkeys(row["series"] for row in rows))
    # color and dash share one legend: each line is told apart without color too
    legend = alt.Legend(columns=1, symbolType="stroke", symbolStrokeWidth=2.5, symbolSize=260)
    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        x=alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%-d %b %Y", tickCount=4, labelFlush=True, labelOverlap=True),
        ),
        y=alt.Y("rate:Q", title="Tariff, %", axis=alt.Axis(grid=True, tickCount=6)),
        color=alt.Color(
            "series:N",
            title=None,
            scale=alt.Scale(domain=names, range="category"),
            legend=legend,
        ),
        order=alt.Order("order:Q"),
    )
    lines = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(
        strokeDash=alt.StrokeDash(
            "series:N", title=None, scale=alt.Scale(domain=names), legend=legend
        )
    )
    points = base.mark_point(filled=True, size=36, opacity=1).encode(
        tooltip=[
            alt.Tooltip("series:N", title="Tariff of"),
            alt.Tooltip("date:T", title="From", format="%-d %B %Y"),
            alt.Tooltip("rate:Q", title="Rate, %", format=",.1f"),
        ]
    )
    return layered(lines, points)


def layered(*parts: alt.Chart) -> alt.LayerChart:
    import altair as alt

    return alt.LayerChart(layer=list(parts))


def _interval(
    base: alt.Chart, low: str = "low", high: str = "high", clip: bool = False
) -> alt.Chart:
    import altair as alt

    return base.mark_rule(style="interval", clip=clip).encode(
        x=alt.X(f"{low}:Q"), x2=alt.X2(f"{high}:Q")
    )


def _zero() -> alt.Chart:
    import altair as alt

    return (
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(style="zero")
        .encode(x=alt.X("zero:Q"))
    )


def _name_above(base: alt.Chart, field: str) -> alt.Chart:
    import altair as alt

    return base.mark_text(
        align="left", baseline="bottom", dy=-8, limit=alt.ExprRef("width")
    ).encode(x=alt.XValue(0), text=alt.Text(field))


def _diverging(clip: float) -> alt.Scale:
    import altair as alt

    return alt.Scale(
        type="linear", range="diverging", domain=[-clip, clip], clamp=True, interpolate="lab"
    )


def few_ticks() -> alt.Axis:
    import altair as alt

    return alt.Axis(grid=True, tickCount=5, labelOverlap=True, labelSeparation=6)


def _sign_color() -> alt.Color:
    import altair as alt

    return alt.Color(
        "sign:N", title=None, scale=alt.Scale(domain=["loses", "gains"], range="ordinal")
    )


def _party_color(rows: Rows) -> alt.Color:
    import altair as alt

    names = list(dict.fromkeys(row["party"] for row in rows))
    return alt.Color("party:N", title=None, scale=alt.Scale(domain=names, range="category"))


def _party_shape(rows: Rows) -> alt.Shape:
    import altair as alt

    names = list(dict.fromkeys(row["party"] for row in rows))
    return alt.Shape(
        "party:N", title=None, scale=alt.Scale(domain=names, range=SHAPES[: len(names)])
    )
