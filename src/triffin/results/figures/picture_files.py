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
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.wording import quantity

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

FORMATS = ("svg", "png", "html", "json", "csv")
_LONGEST = 60


def picture_ending(path: str | Path) -> str:
    """The format of a picture file; InputError with the nearest match for another ending."""
    ending = Path(path).suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise InputError(
            f"a chart cannot be written as {ending!r}.",
            file=str(path),
            valid=FORMATS,
            nearest=nearest_match(ending, FORMATS),
        )
    return ending


def write_picture(
    draw: Callable[[], alt.LayerChart], frame: Callable[[], pd.DataFrame], path: str | Path
) -> Path:
    """Write a chart by the ending of `path`: svg, png (at double resolution), html (one file,
    works offline), json (Vega-Lite) or csv (its rows). Atomic. InputError for another ending."""
    target, ending = Path(path), picture_ending(path)
    with atomic_file(target) as partial:
        if ending == "csv":
            from triffin.record.table_files import write_csv

            write_csv(frame(), partial)
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

    def draw() -> alt.LayerChart:
        import altair as alt

        base = alt.Chart(alt.InlineData(values=shown)).encode(
            y=alt.Y("name:N", sort=None, title=None)
        )
        color: Any = alt.value(looks.colors(theme)["gains"])
        if signed:
            color = alt.condition(
                "datum.value < 0",
                alt.value(looks.colors(theme)["loses"]),
                alt.value(looks.colors(theme)["gains"]),
            )
        bar = base.mark_bar().encode(
            x=alt.X("value:Q", title=axis),
            color=color,
            tooltip=["name:N", alt.Tooltip("value:Q", format=",.2f")],
        )
        zero = alt.Chart(alt.InlineData(values=[{}])).mark_rule(style="zero")
        drawn = alt.layer(bar, zero.encode(x=alt.datum(0)))
        return _framed(drawn, title, subtitle, 760, 18 * len(shown) + 40, theme)

    return write_picture(draw, lambda: _frame(rows), path)


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

    def draw() -> alt.LayerChart:
        import altair as alt

        cells = [
            {
                **row,
                "above": f"{players[0]} {quantity(row['first'], '%', 2)}",
                "below": f"{players[1]} {quantity(row['second'], '%', 2)}",
            }
            for row in rows
        ]
        most = max(abs(float(row["total"])) for row in rows) or 1.0
        base = alt.Chart(alt.InlineData(values=cells)).encode(
            x=alt.X(
                "column:N",
                sort=list(actions),
                title=f"{players[1]} plays",
                axis=alt.Axis(orient="top", labelAngle=0),
            ),
            y=alt.Y("row:N", sort=list(actions), title=f"{players[0]} plays"),
        )
        box = base.mark_rect(opacity=0.35).encode(
            color=alt.Color(
                "total:Q",
                title="Sum of the two, %",
                scale=alt.Scale(domain=[-most, most], domainMid=0),
            )
        )
        above = base.mark_text(dy=-9).encode(text="above:N")
        below = base.mark_text(dy=9).encode(text="below:N")
        return _framed(
            alt.layer(box, above, below),
            title,
            subtitle,
            190 * len(actions),
            90 * len(actions),
            theme,
        )

    return write_picture(draw, lambda: _frame(rows), path)


def _framed(
    drawn: Any, title: str, subtitle: str, width: int, height: int, theme: str
) -> alt.LayerChart:
    framed = drawn.properties(
        width=width, height=height, title={"text": title, "subtitle": subtitle}
    )
    framed.config = {**looks.vega_config(theme), "autosize": {"type": "pad"}}
    return framed


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([dict(row) for row in rows])
