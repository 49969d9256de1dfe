"""Picture of a rolling backtest: coverage beside what it should be, and the PIT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triffin.evidence.backtests.rolling import PIT_BINS
from triffin.results.figures import theme as themes

if TYPE_CHECKING:
    import altair as alt


def rows_of(document: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(coverage by interval and horizon, PIT by bin and horizon) from month-ends, all series but
    managed ones taken together."""
    of = [e for e in document["series"] if e["origins"] == "month-end"]
    of = [e for e in of if e["group"] != "managed"] or of
    covered, pit = [], []
    for h in dict.fromkeys(row["h"] for e in of for row in e["horizons"]):
        rows = [row for e in of for row in e["horizons"] if row["h"] == h]
        n = sum(row["n"] for row in rows)
        for share in rows[0]["coverage"]:
            found = sum(row["n"] * row["coverage"][share] for row in rows) / n
            covered.append({"h": h, "should": int(share), "covered": 100 * found})
        for place in range(PIT_BINS):
            seen = sum(row["pit"][place] for row in rows) / n
            pit.append({"h": h, "bin": (place + 0.5) / PIT_BINS, "share": 100 * seen})
    return covered, pit


def picture(document: dict[str, Any]) -> alt.HConcatChart:
    """Left the share of changes inside each interval, right the PIT, by horizon."""
    import altair as alt

    scale = alt.Scale(domain=[40, 100], zero=False, nice=False)
    covered, pit = rows_of(document)
    order = list(dict.fromkeys(row["h"] for row in covered))
    color = alt.Color("h:N", title="horizon", sort=order)
    points = (
        alt.Chart(alt.InlineData(values=covered))
        .mark_point(filled=True, size=60)
        .encode(
            x=alt.X("should:Q", title="interval, %", scale=scale),
            y=alt.Y("covered:Q", title="changes inside, %", scale=scale),
            color=color,
        )
    )
    line = (
        alt.Chart(alt.InlineData(values=[{"x": 40}, {"x": 100}]))
        .mark_line(strokeDash=[4, 4], color="gray")
        .encode(x="x:Q", y="x:Q")
    )
    bars = (
        alt.Chart(alt.InlineData(values=pit))
        .mark_line(interpolate="step", strokeWidth=2)
        .encode(
            x=alt.X("bin:Q", title="probability of a change up to the one that came"),
            y=alt.Y("share:Q", title="share of changes, %", scale=alt.Scale(domainMin=0)),
            color=color,
        )
    )
    names = list(dict.fromkeys(e["name"] for e in document["series"]))
    what = names[0] if len(names) == 1 else "yields and floating currencies"
    both = alt.hconcat(
        alt.LayerChart(layer=[line, points]).properties(width=320, height=320),
        bars.properties(width=320, height=320),
    ).properties(
        title=alt.TitleParams(
            f"How well intervals kept their word: {what}, month-ends",
            subtitle=["Dashed, and 10 % in each of ten bins: a model that is right"],
        ),
        config=themes.vega_config("light") | {"padding": 16},
    )
    assert isinstance(both, alt.HConcatChart)
    return both
