"""The scissors of power: what both sides lose over how much is withheld, by who keeps the rent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

import altair as alt

from triffin.results.figures import marks
from triffin.results.figures import theme as themes
from triffin.results.figures.picture_files import write_picture

_RENTS = {"burned": "melted", "exporter": "licences: seller", "importer": "rationing: buyer"}


def save_scissors(document: Mapping[str, Any], path: Path, *, theme: str = "light") -> Path:
    """Write the chart of a document of `triffin power A B` by the ending of `path`."""
    return write_picture(lambda: scissors_chart(document, theme), lambda: _rows(document), path)


def _rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Long rows {side, rents, reduction, loss}: of the target and of the coercer."""
    sides = document["labels"].items()
    return [
        {"side": f"{name} ({role})", "rents": _RENTS[row["rents"]],
         "reduction": 100 * row["reduction"], "loss": row[f"{role}_loss_pct"]}
        for role, name in sides for row in document["scissors"]
        if row[f"{role}_loss_pct"] is not None
    ]  # fmt: skip


def scissors_chart(document: Mapping[str, Any], theme: str = "light") -> alt.LayerChart:
    """Loss over the reduction: a colour for each side, a dash for each receiver of rents."""
    colors = themes.colors(theme)
    width, height = themes.size("16:9")
    rows = _rows(document)
    lines = (
        marks.of_values(rows)
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("reduction:Q", title="Trade withheld, % at unchanged prices elsewhere"),
            y=alt.Y("loss:Q", title=f"Loss, {document['unit']}"),
            color=alt.Color("side:N", title=None,
                            scale=alt.Scale(range=[colors["gains"], colors["loses"]])),
            strokeDash=alt.StrokeDash("rents:N", title="Who keeps the rent"),
        )
    )  # fmt: skip
    zero = marks.of_values([{"zero": 0}]).mark_rule(color=colors["loses"], opacity=0.4)
    finished: alt.LayerChart = (
        marks.layered(lines, zero.encode(y="zero:Q"))
        .properties(
            width=width,
            height=height,
            title=alt.TitleParams(
                document["question"],
                subtitle=[
                    *wrap(document["answer"], width // 7),
                    f"Triffin, {document['world']}, {document['horizon']}",
                ],
            ),
        )
        .configure(**themes.vega_config(theme))
    )
    return finished
