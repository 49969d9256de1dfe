"""Charts of a coupled run: fans of paths, the board of partners, the debt wall."""

from __future__ import annotations

from typing import Any

import altair as alt

from triffin.record import path_rows
from triffin.record.figure_rows import Rows
from triffin.record.record import Record
from triffin.results.figures import marks
from triffin.results.figures.figure import Figure, figure
from triffin.world.base.wording import number

FAN_COLUMNS = {
    "date": "Date",
    "low": "5 % quantile",
    "lower": "25 % quantile",
    "median": "Median",
    "upper": "75 % quantile",
    "high": "95 % quantile",
    "event": "Event",
}

STATUS_ORDER = ("open", "signed", "executed", "withdrawn", "in part")
"""Statuses in the order of the theme's colors, so that a status keeps its color."""

STACK_ORDER = ("signed", "open", "withdrawn", "in part", "executed")
"""Statuses from left to right in a bar: from agreement to punishment."""

_READ = "Line: middle; dark band: half of all outcomes; light band: 9 in 10 outcomes."


def fan(
    rows: Rows, axis: str, *, limits: tuple[float, ...] = (), places: int = 2
) -> alt.LayerChart:
    """Median as a line, the middle half and the 90 % interval as bands; dashed limits.

    A row with an event is marked by a vertical line with its name.
    """
    base = marks.of_rows().encode(x=marks.by_date("date", "%-d %b", 5))
    scale = alt.Scale(zero=False, nice=True)
    grid = alt.Axis(grid=True, tickCount=6)
    outer = base.mark_area(style="fan-outer").encode(
        y=alt.Y("low:Q", title=axis, scale=scale, axis=grid), y2=alt.Y2("high:Q")
    )
    inner = base.mark_area(style="fan-inner").encode(y=alt.Y("lower:Q"), y2=alt.Y2("upper:Q"))
    middle = base.mark_line(style="fan-middle").encode(y=alt.Y("median:Q"))
    shown = [(key, FAN_COLUMNS[key]) for key in ("median", "lower", "upper", "low", "high")]
    hover = base.mark_point(filled=True, size=60, opacity=0).encode(
        y=alt.Y("median:Q"),
        tooltip=marks.tooltip(
            ("date", "Date", marks.DAY), *((*one, f",.{places}f") for one in shown)
        ),
    )
    layers = [outer, inner, middle]
    if limits:
        held = marks.of_values([{"limit": value} for value in limits])
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
    return marks.layered(*layers, hover)


def _fan_of(
    name: str,
    variable: str,
    axis: str,
    title: str,
    caption: str = "",
    *,
    scale: float = 1.0,
    **looks: Any,
) -> Figure:
    """The fan of a variable by draw and date; `looks` go to `fan`."""
    return Figure(
        name=name,
        title=title,
        caption=f"{_READ} {caption}".strip(),
        rows=lambda result: path_rows.fan(result, variable, scale),
        draw=lambda rows: fan(rows, axis, **looks),
        columns=FAN_COLUMNS,
        height=280,
        about=f"{title}. {caption}".strip(),
    )


def _exchange_rate_caption(result: Record, rows: Rows) -> str:
    band = path_rows.band(result)
    if band is None:
        return _READ
    defended = bool(result.data["exchange_rate"].attrs.get("defend"))
    held = "defended" if defended else "watched, not defended"
    return f"{_READ} Dashed: the band from {number(band[0])} to {number(band[1])}, {held}."


@figure(
    "exchange-rate-fan",
    title=lambda result, rows: (
        f"The exchange rate, {path_rows.currency(result) or 'local currency'} per USD"
    ),
    caption=_exchange_rate_caption,
    rows=path_rows.exchange_rate,
    columns=FAN_COLUMNS | {"band_low": "Band from", "band_high": "Band to"},
    height=300,
)
def exchange_rate(rows: Rows) -> alt.LayerChart:
    """The exchange rate by day, with the band as dashed limits."""
    ends = (rows[0][key] for key in ("band_low", "band_high") if rows)
    limits = tuple(end for end in ends if end is not None)
    return fan(rows, "Per USD", limits=limits, places=1)


@figure(
    "deals-fan",
    title="Deals signed so far",
    caption=f"{_READ} Number of partners, by week.",
    rows=path_rows.deals,
    columns=FAN_COLUMNS,
    height=260,
)
def deals(rows: Rows) -> alt.LayerChart:
    """The number of partners that have signed, by week."""
    return fan(rows, "Partners", places=0)


def _first_partners(rows: Rows, what: str) -> str:
    count = len(marks.distinct(rows, "partner"))
    return f"{what}, for the {count} partners most likely to sign; all are in the table."


def _partners() -> alt.Y:
    return marks.down("partner", axis=alt.Axis(labelLimit=140, labelOverlap=True))


@figure(
    "board",
    title="Who has signed, week by week",
    caption=lambda result, rows: _first_partners(rows, "Probability"),
    rows=path_rows.board,
    columns={"partner": "Partner", "date": "By", "share": "Has signed (%)"},
    height=-15,
    band="partner",
)
def board(rows: Rows) -> alt.LayerChart:
    """Who has signed, partner by week: darker the likelier it has."""
    signed = "Has signed, %"
    cells = (
        marks.of_rows()
        .mark_rect()
        .encode(
            y=_partners(),
            x=marks.by_date("since", "%-d %b", 5, nice=False),
            x2=alt.X2("date:T"),
            color=alt.Color(
                "share:Q",
                title=signed,
                scale=alt.Scale(range="ramp", domain=[0, 100]),
                legend=marks.ramp_legend(200),
            ),
            tooltip=marks.tooltip(
                ("partner", "Partner"), ("date", "By", marks.DAY), ("share", signed, ".0f")
            ),
        )
    )
    return marks.layered(cells)


@figure(
    "statuses",
    title="How the talks end",
    caption=lambda result, rows: _first_partners(rows, "Probability of each status at the end"),
    rows=path_rows.statuses,
    columns={"partner": "Partner", "status": "Status", "share": "Probability (%)"},
    height=-16,
    band="partner",
)
def statuses(rows: Rows) -> alt.LayerChart:
    """How the talks end: stacked shares of the statuses, one bar per partner."""
    share = "Probability, %"
    known = {row["status"] for row in rows}
    others = sorted(known - set(STATUS_ORDER))
    # the domain keeps all statuses, so that each keeps its color; the legend shows those that occur
    legend = marks.few_columns(values=[name for name in (*STACK_ORDER, *others) if name in known])
    bars = (
        marks.of_rows()
        .transform_calculate(position=f"indexof({[*STACK_ORDER, *others]!r}, datum.status)")
        .mark_bar(height=alt.RelativeBandSize(0.8))
        .encode(
            y=_partners(),
            x=marks.across("share", share, scale=alt.Scale(domain=[0, 100])),
            color=marks.colored("status", [*STATUS_ORDER, *others], legend=legend),
            order=alt.Order("position:Q"),
            tooltip=marks.tooltip(
                ("partner", "Partner"), ("status", "Status"), ("share", share, ".0f")
            ),
        )
    )
    return marks.layered(bars)


def _wall_title(result: Record, rows: Rows) -> str:
    months = marks.distinct(rows, "month")
    return f"The wall of maturing debt, {months[0] if len(months) == 1 else 'by month'}"


def _wall_caption(result: Record, rows: Rows) -> str:
    text = "US Treasury debt held by the public that matures, bn USD."
    if any(row["kind"] == "bills" for row in rows):
        text += " Bills roll over every few weeks: rolling over is not selling."
    return text


@figure(
    "debt-wall",
    title=_wall_title,
    caption=_wall_caption,
    rows=path_rows.wall,
    columns={"month": "Month", "kind": "Kind", "usd_bn": "Maturing (bn USD)"},
    height=-45,
    band="month",
)
def debt_wall(rows: Rows) -> alt.LayerChart:
    """Maturing debt by month, bills and the rest stacked, with the amount in each part."""
    kinds = marks.distinct(rows, "kind")
    base = marks.of_rows().encode(y=marks.down("month"), order=alt.Order("order:Q"))
    base = base.transform_calculate(order=f"indexof({kinds!r}, datum.kind)")
    bars = base.mark_bar(height={"expr": "min(46, 0.6 * bandwidth('y'))"}).encode(
        x=marks.across("usd_bn", "bn USD", stack=True),
        color=marks.colored("kind", kinds, legend=marks.few_columns()),
        tooltip=marks.tooltip(("month", "Month"), ("kind", "Kind"), ("usd_bn", "bn USD", ",.0f")),
    )
    # a part too thin for its number is read from the axis, the tooltip or the table
    months = marks.distinct(rows, "month")
    widest = max(sum(row["usd_bn"] for row in rows if row["month"] == month) for month in months)
    amounts = (
        base.transform_filter(f"datum.usd_bn > {0.12 * widest}")
        .mark_text(style="on-bar")
        .encode(
            x=alt.X("usd_bn:Q", stack=True, bandPosition=0.5),
            detail=alt.Detail("kind:N"),
            text=alt.Text("usd_bn:Q", format=",.0f"),
        )
    )
    return marks.layered(bars, amounts)


PATH_FIGURES = (
    _fan_of(
        "yield-fan", "yield_10y", "Per cent", "The 10-year yield, per cent", "With all shocks."
    ),
    _fan_of(
        "yield-impact-fan",
        "yield_impact",
        "Basis points",
        "What sales of Treasuries add to the 10-year yield",
        "The part of the yield that is due to sales.",
        places=1,
    ),
    exchange_rate,
    _fan_of(
        "reserves-fan",
        "reserves",
        "bn USD",
        "Reserves of the defending central bank, bn USD",
        places=0,
    ),
    deals,
    board,
    statuses,
    debt_wall,
)
