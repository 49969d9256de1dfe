"""One strip per measure: our range, and every published figure on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.results.figures import theme as looks
from triffin.results.figures.picture_files import write_picture

if TYPE_CHECKING:
    import pandas as pd

WIDTH, ROW = 620, 26


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
    return write_picture(
        lambda: _panels(strips, title, subtitle, theme), lambda: _frame(strips), path
    )


def _panels(strips: Sequence[Mapping[str, Any]], title: str, subtitle: str, theme: str) -> Any:
    import altair as alt

    measures = dict.fromkeys((s["measure"], s["unit"]) for s in strips)
    panels = [
        _panel([s for s in strips if (s["measure"], s["unit"]) == key], *key, theme)
        for key in measures
    ]
    chart = alt.vconcat(*panels, title={"text": title, "subtitle": subtitle}, spacing=12)
    chart.config = {**looks.vega_config(theme), "autosize": {"type": "pad"}}
    return chart


def _panel(rows: Sequence[Mapping[str, Any]], measure: str, unit: str, theme: str) -> Any:
    import altair as alt

    colors = looks.colors(theme)
    ours = [{key: s[key] for key in ("label", "ours", "low", "high")} for s in rows]
    points = [
        {"label": s["label"], **point, "inside": s["low"] <= point["value"] <= s["high"]}
        for s in rows
        for point in s["published"]
    ]
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(minExtent=40))
    base = alt.Chart(alt.InlineData(values=ours)).encode(y=y)
    line = base.mark_rule(strokeWidth=5, opacity=0.35, color=colors["interval"]).encode(
        x=alt.X("low:Q", title=f"{measure}, {unit}"), x2="high:Q"
    )
    middle = base.mark_tick(thickness=3, size=16, color=colors["interval"]).encode(x="ours:Q")
    dots = (
        alt.Chart(alt.InlineData(values=points))
        .mark_point(filled=True, size=55, opacity=0.8)
        .encode(
            y=y,
            x="value:Q",
            color=alt.condition(
                "datum.inside", alt.value(colors["gains"]), alt.value(colors["loses"])
            ),
            tooltip=[
                alt.Tooltip("institution:N", title="Institution"),
                alt.Tooltip("value:Q", title="Published", format=",.2f"),
            ],
        )
    )
    return alt.layer(line, middle, dots).properties(width=WIDTH, height=ROW * len(rows))


def _frame(strips: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [
            {**{k: s[k] for k in ("measure", "label", "unit", "ours", "low", "high")}, **point}
            for s in strips
            for point in s["published"]
        ]
    )
