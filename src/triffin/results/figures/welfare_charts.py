"""Charts of who gains and who loses: the map, the ranking, rates on the focus, who pays, trade."""

from __future__ import annotations

from typing import Any

import altair as alt

from triffin.record import figure_rows
from triffin.record.figure_rows import Rows
from triffin.record.record import Record
from triffin.results.figures import marks
from triffin.results.figures.figure import figure
from triffin.world.base.wording import number

WELFARE = "Change of real income, % per year"
WELFARE_COLUMNS = {
    "economy": "Code",
    "name": "Economy",
    "low": "5 % quantile (%)",
    "median": "Median (%)",
    "high": "95 % quantile (%)",
}
SHAPES = ["circle", "square", "triangle-up"]


def _map_caption(result: Record, rows: Rows) -> str:
    clip = figure_rows.clip_of(rows)
    beyond = sum(1 for row in rows if row["median"] is not None and abs(row["median"]) > clip)
    text = (
        f"Middle of {result.manifest['draws']} simulations, {result.manifest['main_phase']}. "
        "Orange loses, blue gains, grey is not in the data. "
        f"Colors end at ±{number(clip, 0 if clip >= 1 else 2)} %"
    )
    if beyond:
        text += f" ({beyond} {'economy lies' if beyond == 1 else 'economies lie'} beyond)"
    return text + ". Economies too small to show are in the table of all economies."


@figure(
    "welfare-map",
    title="Change of real income, per cent per year",
    caption=_map_caption,
    rows=figure_rows.welfare_map,
    columns=WELFARE_COLUMNS,
    height=440,
    aspect=0.44,
    mapped=True,
)
def welfare_map(rows: Rows, boundaries: dict[str, Any]) -> alt.LayerChart:
    """World map of the change of welfare: orange loses, blue gains, neutral at zero; economies
    without data are grey."""
    world = alt.InlineData(
        values=boundaries,
        format=alt.TopoDataFormat(feature=next(iter(boundaries["objects"])), type="topojson"),
    )
    missing = (
        alt.Chart(world)
        .transform_filter("datum.properties.iso3 != 'ATA'")
        .transform_calculate(name="datum.properties.name", note="'not in the data'")
        .mark_geoshape(style="missing")
        .encode(tooltip=marks.tooltip(("name", "Economy"), ("note", "Welfare")))
    )
    known = (
        alt.Chart(world)
        .transform_lookup(
            lookup="properties.iso3",
            from_=alt.LookupData(
                data=alt.NamedData(name=marks.ROWS),
                key="economy",
                fields=["name", "low", "median", "high"],
            ),
        )
        .transform_filter("isValid(datum.median)")
        .mark_geoshape()
        .encode(
            color=alt.Color(
                "median:Q",
                title=WELFARE,
                scale=marks.diverging(figure_rows.clip_of(rows)),
                legend=marks.ramp_legend(240, orient="bottom"),
            ),
            tooltip=marks.tooltip(("name", "Economy"), *marks.SPREAD),
        )
    )
    return marks.layered(missing, known).project(type="equalEarth")


def _ranking_caption(result: Record, rows: Rows) -> str:
    text = (
        f"The {min(figure_rows.RANKED, len(rows))} economies at either end. Bars: median change "
        "of real income, per cent per year; lines: 90 % interval over parameters and models."
    )
    low, high = figure_rows.ranking_range(rows)
    ends = [(row["low"], row["high"]) for row in rows if row["low"] is not None]
    beyond = sum(start < low or end > high for start, end in ends)
    if beyond:
        least, most = min(start for start, _ in ends), max(end for _, end in ends)
        text += (
            f" {beyond} {'interval reaches' if beyond == 1 else 'intervals reach'} beyond the "
            f"axis; all lie within {number(least)} to {number(most)} %."
        )
    return text


@figure(
    "ranking",
    title="Most hurt and most helped",
    caption=_ranking_caption,
    rows=figure_rows.ranking,
    columns=WELFARE_COLUMNS,
    height=-16,
    size="4:3",
)
def ranking(rows: Rows) -> alt.LayerChart:
    """The economies most hurt and most helped: bars of the median, lines of 90 % intervals."""
    axis = alt.Axis(labelLimit=150, labelOverlap=False)
    base = marks.of_rows().encode(y=marks.down("name", axis=axis))
    bars = base.mark_bar(height=alt.RelativeBandSize(0.72)).encode(
        x=marks.across(
            "median",
            WELFARE,
            scale=alt.Scale(domain=list(figure_rows.ranking_range(rows)), nice=False),
        ),
        color=marks.sign_color(),
        tooltip=marks.tooltip(("name", "Economy"), *marks.SPREAD),
    )
    # an interval beyond the axis ends at its edge; the caption says how far it reaches
    return marks.layered(bars, marks.interval(base, clip=True), marks.zero())


@figure(
    "focus-rates",
    title=lambda result, rows: (
        f"What the rate on {figure_rows.party_name(result, 'focus')} is worth"
    ),
    caption="All other tariffs stay as they are. Points: median; lines: 90 % interval. The "
    "intervals overlap because models move all rates together; the differences in "
    "the table are taken case by case.",
    rows=figure_rows.focus_rates,
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
)
def focus_rates(rows: Rows) -> alt.LayerChart:
    """Welfare of focus and hegemon at alternative rates on the focus, one band per rate."""
    tips = marks.tooltip(("party", "Economy"), ("rate", "Rate"), *marks.SPREAD)
    return _by_party(
        rows,
        marks.down("rate", "Tariff"),
        marks.across("median", WELFARE),
        ("low", "high"),
        tips,
    )


@figure(
    "who-pays",
    title="Who pays",
    caption="Points: central model; lines: smallest to largest over all of them. "
    "Revenue is a share of baseline spending, the rest are changes. Prices are the price level "
    "relative to the numéraire, not consumer inflation.",
    rows=figure_rows.who_pays,
    columns={
        "measure": "Measure",
        "party": "Economy",
        "value": "Central model (%)",
        "smallest": "Smallest (%)",
        "largest": "Largest (%)",
    },
    height=320,
)
def who_pays(rows: Rows) -> alt.LayerChart:
    """Revenue, prices, wage, real income and welfare of the hegemon, the focus and the rival: the
    central model as a point, all models as a line."""
    tips = marks.tooltip(
        ("party", "Economy"),
        ("measure", "Measure"),
        ("value", "Central model, %", ",.2f"),
        ("smallest", "Smallest", ",.2f"),
        ("largest", "Largest", ",.2f"),
    )
    ends = ("smallest", "largest")
    return _by_party(rows, marks.down("measure"), marks.across("value", "Per cent"), ends, tips)


def _by_party(
    rows: Rows, band: alt.Y, value: alt.X, ends: tuple[str, str], tips: list[alt.Tooltip]
) -> alt.LayerChart:
    """Points and intervals of the parties beside each other in every band."""
    names = marks.distinct(rows, "party")
    base = marks.of_rows().encode(y=band, yOffset=alt.YOffset("party:N", sort=None))
    shapes = alt.Scale(domain=names, range=SHAPES[: len(names)])
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=value,
        color=marks.colored("party", names),
        shape=alt.Shape("party:N", title=None, scale=shapes),
        tooltip=tips,
    )
    return marks.layered(marks.zero(), marks.interval(base, *ends), points)


@figure(
    "diversion",
    title="Where trade goes",
    caption=lambda result, rows: (
        "Change of each flow in per cent, and bn USD before → after; "
        f"{result.manifest['main_phase']}, central model."
    ),
    rows=figure_rows.diversion,
    columns={
        "exporter": "Exporter",
        "importer": "Importer",
        "before": "Before (bn USD)",
        "after": "After (bn USD)",
        "change": "Change (%)",
    },
    height=300,
)
def diversion(rows: Rows) -> alt.LayerChart:
    """Trade among hegemon, rival, focus and the rest: the change of each flow in per cent, and
    bn USD before and after."""
    clip = figure_rows.round_up(max((abs(row["change"]) for row in rows), default=1.0) or 1.0)
    exporters = marks.distinct(rows, "exporter")
    importers = [name for name in exporters if any(row["importer"] == name for row in rows)]
    two_lines = "split(datum.label, / (?=[^ ]*$)/)"
    top = alt.Axis(orient="top", labelAngle=0, labelExpr=two_lines, labelPadding=20)
    left = alt.Axis(labelExpr=two_lines)
    base = (
        marks.of_rows()
        .transform_calculate(
            percent="format(datum.change, '+,.0f') + ' %'",
            # two lines: a cell on a phone is 55 pixels wide
            money="[format(datum.before, ',.0f') + ' →', format(datum.after, ',.0f')]",
        )
        .encode(
            x=alt.X("importer:N", sort=importers, title="Importer", axis=top),
            y=alt.Y("exporter:N", sort=exporters, title="Exporter", axis=left),
        )
    )
    # half transparent, so that the text stays readable on every color of both themes
    cells = base.mark_rect(opacity=0.55).encode(
        color=alt.Color("change:Q", scale=marks.diverging(clip), legend=None),
        tooltip=marks.tooltip(
            ("exporter", "Exporter"),
            ("importer", "Importer"),
            ("before", "Before, bn USD", ",.1f"),
            ("after", "After, bn USD", ",.1f"),
            ("change", "Change, %", "+,.1f"),
        ),
    )
    percent = base.mark_text(dy=-15, fontWeight=600, fontSize=13).encode(text=alt.Text("percent:N"))
    money = base.mark_text(dy=3, fontSize=11, lineHeight=13).encode(text=alt.Text("money:N"))
    return marks.layered(cells, percent, money)


WELFARE_FIGURES = (welfare_map, ranking, focus_rates, who_pays, diversion)
