"""Charts of a coupled run: fans, the board of partners, the debt wall. Looks come from `theme`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triffin.record.figure_rows import Rows
from triffin.results.figures.charts import ROWS, few_ticks, layered

if TYPE_CHECKING:
    import altair as alt

STATUS_ORDER = (
    "in talks",
    "signed",
    "punished",
    "letter",
    "not reached",
    "no tariff threat",
    "no deal",
)
"""Statuses in the order of the theme's colors, so that a status keeps its color."""

STACK_ORDER = (
    "signed",
    "no tariff threat",
    "in talks",
    "not reached",
    "no deal",
    "letter",
    "punished",
)
"""Statuses from left to right in a bar: from agreement to punishment."""


def fan(
    rows: Rows, axis: str, *, limits: tuple[float, ...] = (), places: int = 2
) -> alt.LayerChart:
    """Median as a line, the middle half and the 90 % interval as bands; dashed limits.

    A row with an event is marked by a vertical line with its name.
    """
    import altair as alt

    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        x=alt.X(
            "date:T",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%-d %b", tickCount=5, labelFlush=True, labelOverlap=True),
        )
    )
    scale = alt.Scale(zero=False, nice=True)
    grid = alt.Axis(grid=True, tickCount=6)
    outer = base.mark_area(style="fan-outer").encode(
        y=alt.Y("low:Q", title=axis, scale=scale, axis=grid), y2=alt.Y2("high:Q")
    )
    inner = base.mark_area(style="fan-inner").encode(y=alt.Y("lower:Q"), y2=alt.Y2("upper:Q"))
    middle = base.mark_line(style="fan-middle").encode(y=alt.Y("median:Q"))
    number = f",.{places}f"
    hover = base.mark_point(filled=True, size=60, opacity=0).encode(
        y=alt.Y("median:Q"),
        tooltip=[
            alt.Tooltip("date:T", title="Date", format="%-d %B %Y"),
            alt.Tooltip("median:Q", title="Median", format=number),
            alt.Tooltip("lower:Q", title="25 % quantile", format=number),
            alt.Tooltip("upper:Q", title="75 % quantile", format=number),
            alt.Tooltip("low:Q", title="5 % quantile", format=number),
            alt.Tooltip("high:Q", title="95 % quantile", format=number),
        ],
    )
    layers = [outer, inner, middle]
    if limits:
        held = alt.Chart(alt.InlineData(values=[{"limit": value} for value in limits]))
        layers.append(held.mark_rule(style="limit").encode(y=alt.Y("limit:Q")))
        layers.append(
            held.mark_text(style="limit-text", align="right", baseline="bottom", dy=-3).encode(
                x=alt.XValue("width"), y=alt.Y("limit:Q"), text=alt.Text("limit:Q", format=",.4~g")
            )
        )
    if any(row.get("event") for row in rows):
        marked = base.transform_filter("isValid(datum.event)")
        layers.append(marked.mark_rule(style="event"))
        layers.append(
            marked.mark_text(align="right", baseline="top", dx=-5, dy=2, style="event-text").encode(
                y=alt.YValue(0), text=alt.Text("event:N")
            )
        )
    return layered(*layers, hover)


def exchange_rate(rows: Rows, axis: str) -> alt.LayerChart:
    """The fan of the rate with the band as dashed limits."""
    ends = tuple(
        rows[0][key] for key in ("band_low", "band_high") if rows and rows[0][key] is not None
    )
    return fan(rows, axis, limits=ends, places=1)


def board(rows: Rows) -> alt.LayerChart:
    """Partner by week, darker the likelier it has signed."""
    import altair as alt

    cells = (
        alt.Chart(alt.NamedData(name=ROWS))
        .mark_rect()
        .encode(
            y=alt.Y(
                "partner:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, labelOverlap=True)
            ),
            x=alt.X(
                "since:T",
                title=None,
                scale=alt.Scale(type="utc", nice=False),
                axis=alt.Axis(format="%-d %b", tickCount=5, labelOverlap=True, labelFlush=True),
            ),
            x2=alt.X2("date:T"),
            color=alt.Color(
                "share:Q",
                title="Has signed, % of draws",
                scale=alt.Scale(range="ramp", domain=[0, 100]),
                legend=alt.Legend(gradientLength=200, gradientThickness=10),
            ),
            tooltip=[
                alt.Tooltip("partner:N", title="Partner"),
                alt.Tooltip("date:T", title="By", format="%-d %B %Y"),
                alt.Tooltip("share:Q", title="Has signed, % of draws", format=".0f"),
            ],
        )
    )
    return layered(cells)


def statuses(rows: Rows) -> alt.LayerChart:
    """Stacked shares of the statuses at the end, one bar per partner."""
    import altair as alt

    known = {row["status"] for row in rows}
    others = sorted(known - set(STATUS_ORDER))
    bars = (
        alt.Chart(alt.NamedData(name=ROWS))
        .transform_calculate(position=f"indexof({[*STACK_ORDER, *others]!r}, datum.status)")
        .mark_bar(height=alt.RelativeBandSize(0.8))
        .encode(
            y=alt.Y(
                "partner:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, labelOverlap=True)
            ),
            x=alt.X(
                "share:Q",
                title="Share of draws, %",
                scale=alt.Scale(domain=[0, 100]),
                axis=few_ticks(),
            ),
            color=alt.Color(
                "status:N",
                title=None,
                # the domain keeps all statuses, so that each keeps its color; the legend shows
                # those that occur
                scale=alt.Scale(domain=[*STATUS_ORDER, *others], range="category"),
                legend=alt.Legend(
                    columns=alt.ExprRef("width < 400 ? 2 : 4"),
                    values=[name for name in (*STACK_ORDER, *others) if name in known],
                ),
            ),
            order=alt.Order("position:Q"),
            tooltip=[
                alt.Tooltip("partner:N", title="Partner"),
                alt.Tooltip("status:N", title="Status"),
                alt.Tooltip("share:Q", title="Share of draws, %", format=".0f"),
            ],
        )
    )
    return layered(bars)


def wall(rows: Rows) -> alt.LayerChart:
    """Maturing debt by month, bills and the rest stacked, with the amount in each part."""
    import altair as alt

    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        y=alt.Y("month:N", sort=None, title=None), order=alt.Order("order:Q")
    )
    base = base.transform_calculate(order=f"indexof({kinds!r}, datum.kind)")
    bars = base.mark_bar(height={"expr": "min(46, 0.6 * bandwidth('y'))"}).encode(
        x=alt.X("usd_bn:Q", title="bn USD", stack=True, axis=few_ticks()),
        color=alt.Color(
            "kind:N",
            title=None,
            scale=alt.Scale(domain=kinds, range="category"),
            legend=alt.Legend(columns=alt.ExprRef("width < 400 ? 2 : 4")),
        ),
        tooltip=[
            alt.Tooltip("month:N", title="Month"),
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("usd_bn:Q", title="bn USD", format=",.0f"),
        ],
    )
    # a part too thin for its number is read from the axis, the tooltip or the table
    widest = max(
        sum(row["usd_bn"] for row in rows if row["month"] == month)
        for month in {row["month"] for row in rows}
    )
    amounts = (
        base.transform_filter(f"datum.usd_bn > {0.12 * widest}")
        .mark_text(style="on-bar")
        .encode(
            x=alt.X("usd_bn:Q", stack=True, bandPosition=0.5),
            detail=alt.Detail("kind:N"),
            text=alt.Text("usd_bn:Q", format=",.0f"),
        )
    )
    return layered(bars, amounts)
