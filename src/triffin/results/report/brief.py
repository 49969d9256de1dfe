"""The brief of a run: one page of answers and pictures, for the screen and for paper (A4)."""

from __future__ import annotations

from pathlib import Path

from triffin.answers.headline import headline_table
from triffin.record.cite import run_citation
from triffin.record.record import Record
from triffin.results.figures.figures import FIGURES, svg
from triffin.results.report.page import command, rendered
from triffin.results.report.sections import one_minute
from triffin.world.base.atomic_files import atomic_file
from triffin.world.base.errors import InputError

CHARTS = (
    "exchange-rate-fan",
    "yield-fan",
    "deals-fan",
    "who-pays",
    "focus-rates",
    "tariff-path",
    "diversion",
)
"""Charts of the brief, the most wanted first; the page has room for `ROOM`."""

ROOM = 4

WIDTH, HEIGHT = 430, 290
"""Pixels of a picture; the page scales the pictures to what the text leaves."""


def save_brief(result: Record, path: str | Path) -> Path:
    """Write the brief as HTML, complete or not at all; InputError for another ending."""
    target = checked_file(path)
    with atomic_file(target) as partial:
        partial.write_text(build_brief(result), encoding="utf-8")
    return target


def checked_file(path: str | Path) -> Path:
    """The file of a brief; InputError unless it ends in .html."""
    target = Path(path)
    if target.suffix.lower() != ".html":
        raise InputError(
            "a brief is one HTML page; print it from a browser for PDF.",
            file=str(target),
            field="--out",
            value=target.suffix,
            valid="a file that ends in .html",
        )
    return target


def build_brief(result: Record) -> str:
    """HTML of the brief: without script, opens offline, prints on one page of A4."""
    from markupsafe import Markup

    content = {
        "manifest": result.manifest,
        "identity": result.identity,
        "minute": one_minute(result),
        "charts": [drawing | {"svg": Markup(drawing["svg"])} for drawing in _drawings(result)],
        "citation": run_citation(result),
        "sources": "; ".join(str(item["title"]) for item in result.manifest.get("data", [])),
        "command": command(result.manifest),
    }
    return rendered("brief.html.j2", content)


def build_card(result: Record) -> str:
    """HTML for a notebook: the headline as a table, and the first picture that the run has."""
    from markupsafe import Markup

    content = {
        "manifest": result.manifest,
        "identity": result.identity,
        "rows": headline_table(result.headline),
        "drawings": [Markup(drawing["svg"]) for drawing in _drawings(result, most=1)],
    }
    return rendered("card.html.j2", content)


def _drawings(result: Record, most: int = ROOM) -> list[dict[str, str]]:
    """The pictures that the run has data for, as SVG with their titles."""
    found: list[dict[str, str]] = []
    for name in CHARTS:
        figure = FIGURES[name]
        rows = figure.rows(result)
        if rows and len(found) < most:
            rows, _ = figure.fitting(rows, HEIGHT)
            # scaled from the top, so that pictures side by side start at one height
            start = '<svg preserveAspectRatio="xMidYMin meet" '
            drawn = svg(figure, rows, WIDTH, HEIGHT).replace("<svg ", start, 1)
            found.append({"name": name, "title": figure.title_of(result, rows), "svg": drawn})
    return found
