"""The charts of `triffin data NAME --out`: one definition per kind of data."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from triffin.results.figures import theme as themes
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    import altair as alt

TOP_HOLDERS = 6
Rows = list[dict[str, Any]]


def chart(name: str, described: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """Vega-Lite of one dataset, with title, unit and source.

    Raises InputError for a table of single facts: it has no axis.
    """
    import altair as alt

    if name == "tic-holdings":
        drawn = _holdings(rows)
    elif name == "reserve-shares":
        drawn = _shares(rows)
    elif name == "auctions":
        drawn = _cover(rows)
    elif name == "facts-yield-channel":
        drawn = _channel(rows)
    elif described["frequency"]:
        drawn = _lines(rows, "date", "value", described["unit"])
    else:
        raise InputError(
            f"{name} is a table of single figures and has no chart.",
            field="--out",
            valid="a file that ends in .csv, or --json",
        )
    width, height = themes.size("16:9")
    finished = drawn.properties(
        width=width,
        height=height,
        title=alt.TitleParams(
            described["title"], subtitle=wrap(f"Source: {described['source']}", width // 7)
        ),
    )
    spec: dict[str, Any] = finished.to_dict(validate=False)
    spec["config"] = themes.vega_config("light") | {"padding": 16}
    return spec


def _lines(
    rows: Rows, x: str, y: str, unit: str, color: str | None = None
) -> alt.Chart | alt.LayerChart:
    """Lines over time; a missing figure is a gap."""
    import altair as alt

    encodings: dict[str, Any] = {
        "x": alt.X(f"{x}:T", title=None),
        "y": alt.Y(f"{y}:Q", title=unit, scale=alt.Scale(zero=False)),
    }
    if color:
        # lines have no fill: without a stroke the legend would show nothing
        legend = alt.Legend(symbolType="stroke", symbolStrokeWidth=3)
        encodings["color"] = alt.Color(f"{color}:N", title=None, sort=None, legend=legend)
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=1.5, invalid="break-paths-show-path-domains")
        .encode(**encodings)
    )


def _holdings(rows: Rows) -> alt.Chart | alt.LayerChart:
    """The largest holders of the last month that lists all of them."""
    month = max(r["month"] for r in rows if r["iso3"] == "DEU")
    last = sorted(
        (r for r in rows if r["iso3"] and r["month"] == month), key=lambda r: -r["usd_bn"]
    )
    names = [r["holder"] for r in last[:TOP_HOLDERS]]
    kept = [
        {"holder": r["holder"], "date": f"{r['month']}-01", "usd_bn": r["usd_bn"]}
        for name in names
        for r in rows
        if r["holder"] == name
    ]
    return _lines(kept, "date", "usd_bn", "billion USD", "holder")


def _shares(rows: Rows) -> alt.Chart | alt.LayerChart:
    """The dollar's share, a line per basis: the change of 2025 is a break, not a fall."""
    kept = [
        {"date": r["date"], "share": r["USD"], "basis": f"US dollar, basis {r['basis']}"}
        for r in rows
    ]
    return _lines(kept, "date", "share", "percent of reserves", "basis")


def _cover(rows: Rows) -> alt.Chart:
    import altair as alt

    kept = [{"date": r["date"], "type": r["type"], "cover": r["bid_to_cover"]} for r in rows]
    return (
        alt.Chart(alt.InlineData(values=kept))
        .mark_point(filled=True, size=18)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("cover:Q", title="bids over amount offered", scale=alt.Scale(zero=False)),
            color=alt.Color("type:N", title=None),
        )
    )


def _channel(rows: Rows) -> alt.LayerChart:
    """Slope coefficient beside the 10-year yield, by year, over five days, with 95 % intervals."""
    import altair as alt

    kept = [
        {
            "year": r["sample"],
            "coefficient": r["coefficient"],
            "estimate": r["estimate"],
            "low": r["estimate"] - 1.96 * r["standard_error"],
            "high": r["estimate"] + 1.96 * r["standard_error"],
        }
        for r in rows
        if r["horizon_days"] == 5
        and r["regressors"] == "slope and 10-year"
        and len(r["sample"]) == 4
    ]
    base = alt.Chart(alt.InlineData(values=kept)).encode(
        x=alt.X("year:O", title=None),
        xOffset=alt.XOffset("coefficient:N"),
        color=alt.Color("coefficient:N", title=None),
    )
    intervals = base.mark_rule().encode(
        y=alt.Y("low:Q", title="% of USD/JPY per basis point"), y2=alt.Y2("high:Q")
    )
    points = base.mark_point(filled=True, size=40).encode(y="estimate:Q")
    return alt.LayerChart(layer=[intervals, points])
