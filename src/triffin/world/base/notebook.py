"""What a notebook shows of an object: a small table and a picture of bars, without libraries."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

WIDTH, LABELS, ROW = 520, 170, 18  # pixels: of the picture, of its labels, of one bar


def facts_and_bars(
    title: str, facts: Mapping[str, str], caption: str, bars: Mapping[str, tuple[float, str]]
) -> str:
    """HTML of a titled table of facts over one bar a label.

    bars : label -> (length of zero or more in any unit, the figure as it is written at its end).
    """
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th>"
        f"<td style='text-align:left'>{escape(text)}</td></tr>"
        for name, text in facts.items()
        if text
    )
    return (
        f"<div><strong>{escape(title)}</strong><table>{rows}</table>"
        f"<div>{escape(caption)}</div>{_picture(bars)}</div>"
    )


def _picture(bars: Mapping[str, tuple[float, str]]) -> str:
    longest = max((length for length, _ in bars.values()), default=0.0) or 1.0
    room = WIDTH - LABELS - 90
    drawn = "".join(
        f"<text x='{LABELS - 6}' y='{ROW * n + 13}' text-anchor='end'>{escape(label)}</text>"
        f"<rect x='{LABELS}' y='{ROW * n + 3}' width='{room * length / longest:.1f}' height='12' "
        "fill='#4477aa'/>"
        f"<text x='{LABELS + 4 + room * length / longest:.1f}' y='{ROW * n + 13}'>"
        f"{escape(figure)}</text>"
        for n, (label, (length, figure)) in enumerate(bars.items())
    )
    return (
        f"<svg width='{WIDTH}' height='{ROW * len(bars) + 4}' role='img' font-size='12' "
        f"font-family='sans-serif' fill='currentColor'>{drawn}</svg>"
    )
