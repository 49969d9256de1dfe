"""Pictures outside a run's report: tariffs that players set, payoffs, winners and losers.

Rows come from the caller; this module knows how to draw and to write them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.results.figures import theme as looks
from triffin.world.base.atomic_files import atomic_file
from triffin.world.base.errors import one_of
from triffin.world.base.wording import quantity

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

FORMATS = ("svg", "png", "html", "json", "csv")
_LONGEST = 60


def picture_ending(path: str | Path) -> str:
    """The format of a picture file; InputError with the nearest match for another ending."""
    ending = Path(path).suffix.removeprefix(".").lower()
    one_of(ending, FORMATS, f"a chart cannot be written as {ending!r}.", file=str(path))
    return ending


def write_picture(
    draw: Callable[[], alt.TopLevelMixin],
    rows: Callable[[], pd.DataFrame | Sequence[Mapping[str, Any]]],
    path: str | Path,
) -> Path:
    """Write a chart by the ending of `path`: svg, png (at double resolution), html (one file,
    works offline), json (Vega-Lite) or csv (its rows). Atomic. InputError for another ending."""
    target, ending = Path(path), picture_ending(path)
    with atomic_file(target) as partial:
        if ending == "csv":
            import pandas as pd

            from triffin.record.table_files import write_csv

            write_csv(pd.DataFrame(rows()), partial)
            return target
        spec = draw().to_dict(validate=False)
        if ending == "json":
            text = json.dumps(spec, ensure_ascii=False, allow_nan=False)
            partial.write_text(text, encoding="utf-8")
            return target
        import vl_convert

        if ending == "svg":
            partial.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        elif ending == "png":
            partial.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))
        else:
            partial.write_text(vl_convert.vegalite_to_html(spec, bundle=True), encoding="utf-8")
    return target


def bars(
    rows: Sequence[Mapping[str, Any]],
    path: str | Path,
    *,
    title: str,
    subtitle: str,
    axis: str,
    signed: bool,
    theme: str = "light",
) -> Path:
    """Horizontal bars of rows {name, value}, in their order; at most 60 are drawn.

    `signed` colors losses and gains; otherwise all bars have one color.
    """
    shown = list(rows)[:_LONGEST]

    def draw() -> alt.TopLevelMixin:
        import altair as alt

        from triffin.results.figures import marks

        colors = looks.colors(theme)
        one, two = colors["gains"], colors["loses"]
        bar = (
            marks.of_values(shown)
            .mark_bar()
            .encode(
                y=marks.down("name"),
                x=alt.X("value:Q", title=axis),
                color=marks.either("datum.value < 0", two, one) if signed else alt.value(one),
                tooltip=["name:N", alt.Tooltip("value:Q", format=",.2f")],
            )
        )
        zero = marks.of_values([{}]).mark_rule(style="zero").encode(x=alt.datum(0))
        size = {"width": 760, "height": 18 * len(shown) + 40}
        return marks.framed(alt.layer(bar, zero), title, subtitle, theme, **size)

    return write_picture(draw, lambda: rows, path)


def steps(
    rows: Sequence[Mapping[str, Any]],
    path: str | Path,
    *,
    title: str,
    subtitle: str,
    axis: str,
    theme: str = "light",
) -> Path:
    """A quantity that jumps on days and holds between them: rows {date, value} in order."""

    def draw() -> alt.TopLevelMixin:
        import altair as alt

        from triffin.results.figures import marks

        line = (
            marks.of_values(rows)
            .mark_line(interpolate="step-after", point=True)
            .encode(
                x=marks.by_date("date", "%b %Y", 10),
                y=alt.Y("value:Q", title=axis, scale=alt.Scale(zero=True)),
                color=alt.value(looks.colors(theme)["gains"]),
                tooltip=marks.tooltip(("date", "from", marks.DAY), ("value", axis, ",.2f")),
            )
        )
        return marks.framed(line, title, subtitle, theme, width=760, height=320)

    return write_picture(draw, lambda: rows, path)


def payoff_grid(
    rows: Sequence[Mapping[str, Any]],
    path: str | Path,
    *,
    players: tuple[str, str],
    actions: Sequence[str],
    title: str,
    subtitle: str,
    theme: str = "light",
) -> Path:
    """A two-player payoff table: rows {row, column, first, second, total}, welfare in per cent.

    The first player's payoff stands above the second's; the color is their sum.
    """

    def draw() -> alt.TopLevelMixin:
        import altair as alt

        from triffin.results.figures import marks

        cells = [
            {
                **row,
                "above": f"{players[0]} {quantity(row['first'], '%', 2)}",
                "below": f"{players[1]} {quantity(row['second'], '%', 2)}",
            }
            for row in rows
        ]
        most = max(abs(float(row["total"])) for row in rows) or 1.0
        order, n = list(actions), len(actions)
        top = alt.Axis(orient="top", labelAngle=0)
        base = marks.of_values(cells).encode(
            x=alt.X("column:N", sort=order, title=f"{players[1]} plays", axis=top),
            y=alt.Y("row:N", sort=order, title=f"{players[0]} plays"),
        )
        scale = alt.Scale(domain=[-most, most], domainMid=0)
        box = base.mark_rect(opacity=0.35).encode(
            color=alt.Color("total:Q", title="Sum of the two, %", scale=scale)
        )
        texts = (
            base.mark_text(dy=-9).encode(text="above:N"),
            base.mark_text(dy=9).encode(text="below:N"),
        )
        size = {"width": 190 * n, "height": 90 * n}
        return marks.framed(alt.layer(box, *texts), title, subtitle, theme, **size)

    return write_picture(draw, lambda: rows, path)
