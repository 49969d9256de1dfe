"""Marks, axes and scales that the pictures share. Looks come from `theme`, rows from the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt

from triffin.results.figures import theme as themes

ROWS = "rows"
"""Name of the data of every chart of a run: they stand once beside the layers."""

SPREAD = (
    ("median", "Median, %", ",.2f"),
    ("low", "5 % quantile", ",.2f"),
    ("high", "95 % quantile", ",.2f"),
)
"""What a pointer shows of an interval, see `tooltip`."""

DAY = "%-d %B %Y"


def of_rows() -> alt.Chart:
    """A chart of the rows of a run's figure."""
    return alt.Chart(alt.NamedData(name=ROWS))


def of_values(values: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A chart of values that stand in it."""
    return alt.Chart(alt.InlineData(values=list(values)))


def layered(*parts: alt.Chart) -> alt.LayerChart:
    return alt.LayerChart(layer=list(parts))


def distinct(rows: Iterable[Mapping[str, Any]], key: str) -> list[Any]:
    """Values of a key in the order in which they first stand."""
    return list(dict.fromkeys(row[key] for row in rows))


def tooltip(*fields: tuple[str, ...]) -> list[alt.Tooltip]:
    """(field, title) of a text, (field, title, format) of a number, or of a date where the format
    begins with a per cent sign."""
    found = []
    for field, title, *form in fields:
        kind = ("T" if form[0].startswith("%") else "Q") if form else "N"
        options: dict[str, Any] = {"format": form[0]} if form else {}
        found.append(alt.Tooltip(f"{field}:{kind}", title=title, **options))
    return found


def few_ticks() -> alt.Axis:
    return alt.Axis(grid=True, tickCount=5, labelOverlap=True, labelSeparation=6)


def across(field: str, title: str, **options: Any) -> alt.X:
    """A quantity from left to right."""
    return alt.X(f"{field}:Q", title=title, axis=few_ticks(), **options)


def down(field: str, title: str | None = None, **options: Any) -> alt.Y:
    """Names from the top, in the order of the rows."""
    return alt.Y(f"{field}:N", sort=None, title=title, **options)


def by_date(field: str, form: str, ticks: int, **scale: Any) -> alt.X:
    """A time axis: dates as `form`, about as many as `ticks`."""
    return alt.X(
        f"{field}:T",
        title=None,
        scale=alt.Scale(type="utc", **scale),
        axis=alt.Axis(format=form, tickCount=ticks, labelFlush=True, labelOverlap=True),
    )


def colored(
    field: str, domain: Sequence[str], colors: str = "category", **options: Any
) -> alt.Color:
    """Colors of names, each its own whatever others there are."""
    scale = alt.Scale(domain=domain, range=colors)
    return alt.Color(f"{field}:N", title=None, scale=scale, **options)


def either(test: str, color: str, other: str) -> Any:
    """One color where the test holds, the other where it does not."""
    return alt.condition(test, alt.value(color), alt.value(other))


def sign_color() -> alt.Color:
    return colored("sign", ["loses", "gains"], "ordinal")


def diverging(clip: float) -> alt.Scale:
    """Colors from −clip to clip, neutral at zero."""
    return alt.Scale(
        type="linear", range="diverging", domain=[-clip, clip], clamp=True, interpolate="lab"
    )


def ramp_legend(length: int, **options: Any) -> alt.Legend:
    return alt.Legend(gradientLength=length, gradientThickness=10, **options)


def few_columns(**options: Any) -> alt.Legend:
    """A legend of two columns on a phone, of four elsewhere."""
    return alt.Legend(columns=alt.ExprRef("width < 400 ? 2 : 4"), **options)


def interval(
    base: alt.Chart, low: str = "low", high: str = "high", clip: bool = False
) -> alt.Chart:
    """A line from one end to the other."""
    return base.mark_rule(style="interval", clip=clip).encode(
        x=alt.X(f"{low}:Q"), x2=alt.X2(f"{high}:Q")
    )


def zero() -> alt.Chart:
    return of_values([{"zero": 0}]).mark_rule(style="zero").encode(x=alt.X("zero:Q"))


def name_above(base: alt.Chart, field: str) -> alt.Chart:
    """A name above its bar, so that a phone can show it whole."""
    return base.mark_text(
        align="left", baseline="bottom", dy=-8, limit=alt.ExprRef("width")
    ).encode(x=alt.XValue(0), text=alt.Text(f"{field}:N"))


def framed(drawn: Any, title: str, subtitle: Any, theme: str, **properties: Any) -> Any:
    """A picture that stands alone: title, source and look of the theme; `properties` are sizes."""
    finished = drawn.properties(title={"text": title, "subtitle": subtitle}, **properties)
    finished.config = {**themes.vega_config(theme), "autosize": {"type": "pad"}}
    return finished
