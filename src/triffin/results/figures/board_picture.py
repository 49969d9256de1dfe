"""The picture of the board: rates agreed by partner, beside the announced and observed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.results.figures import theme as looks
from triffin.results.figures.picture_files import write_picture

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

LONGEST = 25


def draw_board(
    rows: Sequence[Mapping[str, Any]],
    path: str | Path,
    *,
    title: str,
    subtitle: str,
    theme: str = "light",
) -> Path:
    """Rows {name, status, rate, low, high, threatened, observed, best_response, signs} in per
    cent, nan-free (None is undefined); the first 25 are drawn.

    The 90 % interval and median of the agreed rate, the threatened rate, the hegemon's best
    response and what was observed later, if anything. Formats as `write_picture`.
    """
    shown = [dict(row) for row in rows][:LONGEST]
    marks = [
        {"name": row["name"], "what": what, "value": row[key]}
        for row in shown
        for what, key in (
            ("threatened", "threatened"),
            ("best response alone", "best_response"),
            ("observed later", "observed"),
        )
        if row[key] is not None
    ]

    def draw() -> alt.LayerChart:
        import altair as alt

        color = looks.colors(theme)
        order = [row["name"] for row in shown]
        axis = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=170))
        agreed = alt.Chart(alt.InlineData(values=[row for row in shown if row["rate"] is not None]))
        ranges = agreed.mark_rule(strokeWidth=2, color=color["interval"]).encode(
            y=axis,
            x=alt.X("low:Q", title="Rate on the partner, %", axis=alt.Axis(tickCount=10)),
            x2="high:Q",
        )
        points = agreed.mark_circle(size=90, opacity=1).encode(
            y=axis,
            x="rate:Q",
            color=alt.Color("status:N", title="most likely", legend=alt.Legend(orient="bottom")),
            tooltip=[
                alt.Tooltip("name:N", title="Partner"),
                alt.Tooltip("status:N", title="Most likely"),
                alt.Tooltip("signs:Q", title="Signs, %", format=",.0f"),
                alt.Tooltip("rate:Q", title="Rate agreed, %", format=",.1f"),
            ],
        )
        others = (
            alt.Chart(alt.InlineData(values=marks))
            .mark_point(size=60, filled=False, color=color["muted"])
            .encode(
                y=axis,
                x="value:Q",
                shape=alt.Shape(
                    "what:N",
                    title=None,
                    scale=alt.Scale(
                        domain=["threatened", "best response alone", "observed later"],
                        range=["stroke", "triangle-up", "diamond"],
                    ),
                    legend=alt.Legend(orient="bottom", symbolStrokeColor=color["muted"]),
                ),
                tooltip=["name:N", "what:N", alt.Tooltip("value:Q", format=",.1f")],
            )
        )
        drawn: Any = alt.layer(ranges, others, points)
        drawn = drawn.properties(
            width=640,
            height=18 * len(shown) + 40,
            title={"text": title, "subtitle": subtitle},
        )
        drawn.config = {**looks.vega_config(theme), "autosize": {"type": "pad"}}
        framed: alt.LayerChart = drawn
        return framed

    def frame() -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame([dict(row) for row in rows])

    return write_picture(draw, frame, path)
