"""The picture of the board: rates agreed by partner, beside the announced and observed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt

from triffin.results.figures import marks
from triffin.results.figures import theme as looks
from triffin.results.figures.picture_files import write_picture

LONGEST = 25
OTHERS = {
    "threatened": ("threatened", "stroke"),
    "half-way": ("half_way", "triangle-up"),
    "observed later": ("observed", "diamond"),
}
"""Rates beside the agreed one: their key in the rows, and their shape."""


def draw_board(
    rows: Sequence[Mapping[str, Any]],
    path: str | Path,
    *,
    title: str,
    subtitle: str,
    theme: str = "light",
) -> Path:
    """Rows {name, status, rate, low, high, threatened, observed, half_way, signs} in per
    cent, nan-free (None is undefined); the first 25 are drawn.

    The 90 % interval and median of the rate, the threatened rate, the half-way
    rate and what was observed later, if anything. Formats as `write_picture`.
    """
    shown = [dict(row) for row in rows][:LONGEST]
    size = {"width": 640, "height": 18 * len(shown) + 40}
    return write_picture(
        lambda: marks.framed(_layers(shown, looks.colors(theme)), title, subtitle, theme, **size),
        lambda: rows,
        path,
    )


def _layers(shown: list[dict[str, Any]], color: Mapping[str, Any]) -> Any:
    others = [
        {"name": row["name"], "what": what, "value": row[key]}
        for row in shown
        for what, (key, _) in OTHERS.items()
        if row[key] is not None
    ]
    order = [row["name"] for row in shown]
    names = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=170))
    agreed = marks.of_values([row for row in shown if row["rate"] is not None])
    ranges = agreed.mark_rule(strokeWidth=2, color=color["interval"]).encode(
        y=names,
        x=alt.X("low:Q", title="Rate on the partner, %", axis=alt.Axis(tickCount=10)),
        x2="high:Q",
    )
    points = agreed.mark_circle(size=90, opacity=1).encode(
        y=names,
        x="rate:Q",
        color=alt.Color("status:N", title="most likely", legend=alt.Legend(orient="bottom")),
        tooltip=marks.tooltip(
            ("name", "Partner"),
            ("status", "Most likely"),
            ("signs", "Signs, %", ",.0f"),
            ("rate", "Rate agreed, %", ",.1f"),
        ),
    )
    shapes = alt.Scale(domain=list(OTHERS), range=[shape for _, shape in OTHERS.values()])
    legend = alt.Legend(orient="bottom", symbolStrokeColor=color["muted"])
    beside = (
        marks.of_values(others)
        .mark_point(size=60, filled=False, color=color["muted"])
        .encode(
            y=names,
            x="value:Q",
            shape=alt.Shape("what:N", title=None, scale=shapes, legend=legend),
            tooltip=["name:N", "what:N", alt.Tooltip("value:Q", format=",.1f")],
        )
    )
    return alt.layer(ranges, beside, points)
