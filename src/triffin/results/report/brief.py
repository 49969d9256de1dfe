"""The brief of a run: one page of answers and pictures, for the screen and for paper (A4)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.answers.headline import in_print_order
from triffin.record.cite import run_citation
from triffin.results.figures import figures, theme
from triffin.results.figures.figures import FIGURES
from triffin.results.report.one_minute import one_minute
from triffin.results.report.page import TEMPLATES, command, unbroken
from triffin.world.base.atomic_files import atomic_file
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.record.record import Record

CHARTS = (
    "exchange-rate-fan",
    "yield-fan",
    "deals-fan",
    "who-pays",
    "dollar-zone",
    "focus-rates",
    "tariff-path",
    "diversion",
)
"""Charts of the brief, the most wanted first; the page has room for `ROOM`."""

ROOM = 4

SENTENCES = 2
"""Sentences below each answer; the report has all."""

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
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=unbroken,
    )
    minute = one_minute(result)
    content = {
        "manifest": result.manifest,
        "identity": result.identity,
        "minute": [item | {"sentences": item["sentences"][:SENTENCES]} for item in minute],
        "answers": _answers(result) if len(minute) < ROOM else [],
        "charts": [drawing | {"svg": Markup(drawing["svg"])} for drawing in _drawings(result)],
        "citation": run_citation(result),
        "sources": "; ".join(str(item["title"]) for item in result.manifest.get("data", [])),
        "command": command(result.manifest),
    }
    return environment.get_template("brief.html.j2").render(content) + "\n"


def _answers(result: Record) -> list[dict[str, Any]]:
    """The first answers of a run whose box is short."""
    entries = [item for item in in_print_order(result.headline) if item["class"] != "measurement"]
    return [dict(item) for item in entries[:6]]


def _drawings(result: Record) -> list[dict[str, str]]:
    """The pictures that the run has data for, as SVG with their titles."""
    import vl_convert

    found = []
    for name in CHARTS:
        figure = FIGURES[name]
        rows = figure.rows(result)
        if not rows:
            continue
        rows, _ = figure.fitting(rows, HEIGHT)
        spec = figures.specification(figure, rows)
        spec |= {
            "datasets": {**spec.get("datasets", {}), figures.charts.ROWS: rows},
            "width": WIDTH,
            "height": HEIGHT,
            "config": theme.vega_config("light") | {"font": theme.PAPER_FONT},
        }
        found.append(
            {
                "name": name,
                "title": figure.title(result, rows),
                # scaled from the top, so that pictures side by side start at one height
                "svg": vl_convert.vegalite_to_svg(spec).replace(
                    "<svg ", '<svg preserveAspectRatio="xMidYMin meet" ', 1
                ),
            }
        )
        if len(found) == ROOM:
            break
    return found
