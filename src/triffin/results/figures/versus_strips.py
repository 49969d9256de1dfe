"""One strip per measure: our range, and every published figure on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt

from triffin.results.figures import marks
from triffin.results.figures import theme as looks
from triffin.results.figures.picture_files import write_picture

WIDTH, ROW = 620, 26
OURS = ("ours", "low", "high")


def strip_chart(
    strips: Sequence[Mapping[str, Any]],
    path: str | Path,
    *,
    title: str,
    subtitle: str,
    theme: str = "light",
) -> Path:
    """Write strips {measure, label, unit, ours, low, high, published: [{institution, value}]}.

    Measures have panels of their own, as their scales differ. Formats as `write_picture`.
    """

    def draw() -> alt.VConcatChart:
        measures = dict.fromkeys((s["measure"], s["unit"]) for s in strips)
        panels = [
            _panel([s for s in strips if (s["measure"], s["unit"]) == key], *key, theme)
            for key in measures
        ]
        drawn: alt.VConcatChart = marks.framed(
            alt.vconcat(*panels, spacing=12), title, subtitle, theme
        )
        return drawn

    rows = [
        {**{key: s[key] for key in ("measure", "label", "unit", *OURS)}, **point}
        for s in strips
        for point in s["published"]
    ]
    return write_picture(draw, lambda: rows, path)


def _panel(rows: Sequence[Mapping[str, Any]], measure: str, unit: str, theme: str) -> Any:
    colors = looks.colors(theme)
    points = [
        {"label": s["label"], **point, "inside": s["low"] <= point["value"] <= s["high"]}
        for s in rows
        for point in s["published"]
    ]
    y = marks.down("label", axis=alt.Axis(minExtent=40))
    base = marks.of_values([{key: s[key] for key in ("label", *OURS)} for s in rows]).encode(y=y)
    line = base.mark_rule(strokeWidth=5, opacity=0.35, color=colors["interval"]).encode(
        x=alt.X("low:Q", title=f"{measure}, {unit}"), x2="high:Q"
    )
    middle = base.mark_tick(thickness=3, size=16, color=colors["interval"]).encode(x="ours:Q")
    dots = (
        marks.of_values(points)
        .mark_point(filled=True, size=55, opacity=0.8)
        .encode(
            y=y,
            x="value:Q",
            color=marks.either("datum.inside", colors["gains"], colors["loses"]),
            tooltip=marks.tooltip(("institution", "Institution"), ("value", "Published", ",.2f")),
        )
    )
    return alt.layer(line, middle, dots).properties(width=WIDTH, height=ROW * len(rows))
