"""What a notebook shows of a result: the most affected economies in a table and a picture.

Drawn without a charting library, so that looking at a result loads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from triffin.world.base.arrays import Array

# Rows of the table; bars of the picture are one row each, in pixels.
_ROWS, _HEIGHT, _WIDTH, _LABEL = 8, 18, 420, 150
_RISE, _FALL = "#0072B2", "#D55E00"


def page(title: str, names: Sequence[str], values: Mapping[str, Array]) -> str:
    """HTML of the economies whose first value is largest in size; values are (N,) by name."""
    first = np.asarray(next(iter(values.values())))
    order = np.argsort(-np.abs(np.nan_to_num(first)), kind="stable")[:_ROWS]
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in ("economy", *values))
    rows = "".join(
        f"<tr><th>{escape(names[i])}</th>"
        + "".join(f"<td>{float(value[i]):.2f}</td>" for value in values.values())
        + "</tr>"
        for i in order
    )
    picture = bars([names[i] for i in order], first[order], next(iter(values)))
    return (
        f"<p>{escape(title)}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"{picture}"
    )


def bars(labels: Sequence[str], values: Array, what: str) -> str:
    """An SVG of horizontal bars around zero, values in per cent."""
    size = float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    middle = _LABEL + (_WIDTH - _LABEL) / 2
    unit = (_WIDTH - _LABEL) / 2 / size
    drawn = []
    for k, (label, value) in enumerate(zip(labels, np.nan_to_num(values), strict=True)):
        top, length = k * _HEIGHT, abs(float(value)) * unit
        left = middle if value >= 0 else middle - length
        drawn.append(
            f'<text x="{_LABEL - 6}" y="{top + 13}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{left:.1f}" y="{top + 3}" width="{length:.1f}" height="{_HEIGHT - 6}" '
            f'fill="{_RISE if value >= 0 else _FALL}"><title>{float(value):.2f} %</title></rect>'
        )
    height = len(drawn) * _HEIGHT
    return (
        f'<svg width="{_WIDTH}" height="{height}" role="img" font-size="12" '
        f'aria-label="{escape(what)}, per cent"><line x1="{middle}" x2="{middle}" y1="0" '
        f'y2="{height}" stroke="currentColor"/>{"".join(drawn)}</svg>'
    )
