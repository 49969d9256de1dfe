"""One configuration of charts for notebook, report, PNG and SVG: light and dark, and sizes.

Chart definitions name ranges and styles; the colours stand here and nowhere else. The
diverging scale runs from orange (loses) to blue (gains): it is read alike with the common forms of
color blindness, and lightness grows towards the neutral middle on both sides.
"""

from __future__ import annotations

from typing import Any

from triffin.world.base.errors import InputError, nearest_match

THEMES: dict[str, dict[str, Any]] = {
    "light": {
        "background": "#ffffff",
        "text": "#1d2126",
        "muted": "#5b6570",
        "grid": "#e3e6ea",
        "axis": "#9aa3ad",
        "missing": "#c6c6c6",
        "interval": "#3a424b",
        "border": "#ffffff",
        "diverging": ["#9a3f04", "#dd8d4b", "#f1efea", "#6ea6cf", "#1b568f"],
        "loses": "#c05a0e",
        "gains": "#2a6fae",
        "category": ["#5b48a8", "#12806a", "#c23b72", "#8c7410", "#6b7580", "#3d7fb5", "#9a5b2e"],
        "ramp": ["#eef1f4", "#9dbbd6", "#1b568f"],
        "fan": "#2a6fae",
        "limit": "#b3261e",
    },
    "dark": {
        "background": "#14181d",
        "text": "#e8ebee",
        "muted": "#a3adb8",
        "grid": "#2b323a",
        "axis": "#5d6874",
        "missing": "#22272d",
        "interval": "#d5dbe1",
        "border": "#14181d",
        "diverging": ["#ffa566", "#b0703c", "#4a5059", "#4b86b8", "#8cc8fa"],
        "loses": "#f0934a",
        "gains": "#68aee8",
        "category": ["#a99bf0", "#4fc2a0", "#f07fab", "#d9c04c", "#a3adb8", "#7fb6e2", "#d99a6c"],
        "ramp": ["#1e242b", "#3f6d92", "#8cc8fa"],
        "fan": "#68aee8",
        "limit": "#ff8a80",
    },
}

SIZES = {"16:9": (960, 540), "4:3": (880, 660), "1:1": (720, 720), "phone": (360, 480)}
"""Width and height of the drawing area in pixels."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

PAPER_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
"""Font of pictures that are laid out here and shown elsewhere: of the width that was measured."""


def colors(theme: str) -> dict[str, Any]:
    """Colors of a theme by role; InputError names the themes there are."""
    if theme not in THEMES:
        raise InputError(
            f"{theme!r} is not a theme.",
            field="theme",
            value=theme,
            valid=THEMES,
            nearest=nearest_match(theme, THEMES),
        )
    return THEMES[theme]


def size(name: str) -> tuple[int, int]:
    """Width and height in pixels of a named size; InputError names the sizes there are."""
    if name not in SIZES:
        raise InputError(f"{name!r} is not a size.", field="size", value=name, valid=SIZES)
    return SIZES[name]


def vega_config(theme: str = "light") -> dict[str, Any]:
    """Vega-Lite configuration of a theme: the only place where charts get their look."""
    color = colors(theme)
    return {
        "background": color["background"],
        "font": FONT,
        "padding": {"left": 2, "right": 8, "top": 6, "bottom": 4},
        "autosize": {"type": "fit", "contains": "padding"},
        "view": {"stroke": None},
        "title": {
            "color": color["text"],
            "subtitleColor": color["muted"],
            "anchor": "start",
            "frame": "bounds",
            "fontSize": 15,
            "fontWeight": 600,
            "subtitleFontSize": 12,
            "subtitlePadding": 4,
            "offset": 14,
        },
        "axis": {
            "labelColor": color["text"],
            "titleColor": color["muted"],
            "gridColor": color["grid"],
            "domain": False,
            "ticks": False,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": 400,
            "labelPadding": 6,
            "titlePadding": 8,
            "labelLimit": 170,
        },
        "axisY": {"grid": False},
        "legend": {
            "labelColor": color["text"],
            "titleColor": color["muted"],
            "titleFontWeight": 400,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleLimit": 320,
            "labelLimit": 260,
            "orient": "top",
            "symbolStrokeWidth": 0,
        },
        "range": {
            "category": color["category"],
            "diverging": color["diverging"],
            "ordinal": [color["loses"], color["gains"]],
            "heatmap": color["diverging"],
            "ramp": color["ramp"],
        },
        "text": {"color": color["text"], "fontSize": 12},
        "rule": {"color": color["axis"]},
        "geoshape": {"stroke": color["border"], "strokeWidth": 0.4},
        "style": {
            "interval": {
                "color": color["interval"],
                "stroke": color["interval"],
                "strokeWidth": 1.3,
            },
            "zero": {"stroke": color["muted"], "color": color["muted"], "strokeWidth": 1},
            "fan-outer": {"color": color["fan"], "fill": color["fan"], "opacity": 0.18},
            "fan-inner": {"color": color["fan"], "fill": color["fan"], "opacity": 0.34},
            "fan-middle": {"color": color["fan"], "stroke": color["fan"], "strokeWidth": 2.2},
            "limit": {
                "color": color["limit"],
                "stroke": color["limit"],
                "strokeWidth": 1.4,
                "strokeDash": [6, 4],
            },
            "limit-text": {"color": color["limit"], "fill": color["limit"], "fontSize": 11},
            "event": {
                "color": color["muted"],
                "stroke": color["muted"],
                "strokeWidth": 1,
                "strokeDash": [2, 3],
            },
            "event-text": {"color": color["muted"], "fill": color["muted"], "fontSize": 11},
            "track": {"color": color["grid"], "fill": color["grid"]},
            "on-bar": {"color": color["background"], "fill": color["background"]},
            "missing": {"fill": color["missing"], "color": color["missing"]},
        },
    }
