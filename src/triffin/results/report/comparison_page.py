"""A comparison of runs as one picture, one page, one workbook or one table."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from triffin.record.cite import citations
from triffin.record.record import Record
from triffin.record.table_files import write_csv
from triffin.results.compare import bare, compare, compare_frame, difference_unit, run_names
from triffin.results.figures import marks
from triffin.results.figures import theme as themes
from triffin.results.figures.picture_files import write_picture
from triffin.results.report.page import TEMPLATES, rendered
from triffin.results.workbook import add_sheet, without_times
from triffin.world.base.atomic_files import atomic_file
from triffin.world.base.errors import one_of
from triffin.world.base.wording import HUNDREDS, clean, interval_text, number, quantity, words

FORMATS = ("svg", "png", "html", "json", "csv", "xlsx", "parquet")

ROW, COLUMN, NAMES = 26, 118, 230
"""Pixels: height of a row, least width of a column, width of the names."""

NO_DIFFERENCE = {"median": 0.0, "low": 0.0, "high": 0.0, "paired": True}

LONGEST_ANSWER = 16
"""Characters of an answer in words that fit a cell; the table has the whole."""


def checked_format(path: str | Path) -> str:
    """Ending of the file to write; InputError with the nearest match for another ending."""
    ending = Path(path).suffix.lower().removeprefix(".")
    message = f"a comparison cannot be written as {ending!r}."
    one_of(ending, FORMATS, message, file=str(path), field="--out")
    return ending


def save_comparison(results: Sequence[Record], path: str | Path, *, theme: str = "light") -> Path:
    """Write a comparison by the ending of `path`; complete or not at all.

    svg and png: the picture. html: picture and table on one page that opens offline. csv and
    parquet: the table, long. xlsx: the table, welfare by economy, and a sheet of sources. json:
    the document of `compare`. InputError for another ending.
    """
    ending, target = checked_format(path), Path(path)
    themes.colors(theme)  # an unknown theme is refused whatever the format
    document = compare(results)
    if ending in ("svg", "png"):
        return write_picture(lambda: picture(document, theme=theme), list, target)
    with atomic_file(target) as partial:
        if ending == "json":
            text = json.dumps(clean(document), ensure_ascii=False, allow_nan=False, indent=1)
            partial.write_text(text + "\n", encoding="utf-8")
        elif ending == "html":
            partial.write_text(page(document), encoding="utf-8")
        elif ending == "xlsx":
            _write_workbook(document, results, partial)
        elif ending == "csv":
            write_csv(_sourced(document), partial)
        else:
            _sourced(document).to_parquet(partial, index=False)
    return target


def _sourced(document: Mapping[str, Any]) -> pd.DataFrame:
    return compare_frame(document).assign(source=source_of(document))


def source_of(document: Mapping[str, Any]) -> str:
    """Scenario and hash of every run, for the line below a picture."""
    runs = [f"{run['scenario']} {run['hash'][:12]}" for run in document["runs"]]
    first = document["runs"][0]
    return f"Triffin, {first['draws']} simulations, seed {first['seed']}; runs {', '.join(runs)}"


def picture(document: Mapping[str, Any], *, theme: str = "light") -> alt.LayerChart:
    """Headlines in rows, runs in columns: the first run's answers, then what changes.

    The color is the difference in half-widths of the first run's 90 % interval; bold where the
    interval of the difference does not hold zero.
    """
    rows = picture_rows(document)
    names = run_names(document)
    order = marks.distinct(rows, "headline")
    columns = alt.Axis(
        orient="top", labelAngle=0, labelLimit=COLUMN + 60, labelOverlap=False, domain=False
    )
    base = marks.of_values(rows).encode(
        x=alt.X("run:N", sort=names, title=None, axis=columns),
        y=alt.Y("headline:N", sort=order, title=None, axis=alt.Axis(labelLimit=NAMES)),
    )
    boxes = base.mark_rect(opacity=0.55).encode(
        color=alt.Color(
            "size:Q",
            title="Difference, in half-widths of the first run's 90 % interval",
            scale=alt.Scale(range="diverging", domain=[-1, 1], clamp=True, interpolate="lab"),
            legend=marks.ramp_legend(220, orient="bottom"),
        )
    )
    texts = base.mark_text(fontSize=11).encode(
        text="text:N",
        opacity=alt.condition("datum.quiet", alt.value(0.6), alt.value(1)),
    )
    plain = texts.transform_filter("!datum.sure")
    sure = base.transform_filter("datum.sure").mark_text(fontSize=11, fontWeight=700)
    widest = max(len(name) for name in names)
    caption = [
        f"First column: {names[0]}. Others: difference to it under common assumptions; "
        "bold: the 90 % interval of the difference does not hold zero.",
        *textwrap.wrap(source_of(document), max(60, len(names) * COLUMN // 6)),
    ]
    drawn: alt.LayerChart = marks.framed(
        marks.layered(boxes, plain, sure.encode(text="text:N")),
        "What changes between the runs",
        caption,
        theme,
        width=len(names) * max(COLUMN, 7 * widest),
        height=ROW * len(order),
    )
    # wide at the left: a reader's font may be wider than the one that was measured
    padding = {"left": 44, "right": 16, "top": 16, "bottom": 16}
    drawn.config |= {"font": themes.PAPER_FONT, "padding": padding}
    return drawn


def picture_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Cells of the picture: headline, run, text, size (−1 to 1 and beyond, None without color),
    sure (the interval of the difference does not hold zero), quiet (nothing to say)."""
    names = run_names(document)
    rows = []
    for entry in document["headline"]:
        unit = entry["unit"]
        shown = "%" if unit in HUNDREDS else unit
        label = words(entry["id"]) + (f", {shown}" if shown not in ("", "1") else "")
        first = entry["runs"][0]
        half = _half_width(first)
        if entry["measure"] == "probability":
            # its interval is only Monte Carlo error: the scale is half of all there is
            half = 50.0 if unit in ("%", "per cent") else 0.5
        for position, name in enumerate(names):
            cell = {"headline": label, "run": name, "size": None, "sure": False, "quiet": False}
            if position == 0:
                cell["text"] = _level(first, unit)
            else:
                cell |= _difference_cell(
                    entry["differences"][position - 1],
                    entry["changes"][position - 1],
                    entry["runs"][position],
                    half,
                    unit,
                )
            rows.append(cell)
    return rows


def _level(run: Mapping[str, Any] | None, unit: str) -> str:
    if run is None:
        return "not asked"
    if run["median"] is None:
        return _short(run["answer"])
    return bare(run["median"], unit)


def _difference_cell(
    difference: Mapping[str, Any] | None,
    change: Mapping[str, Any] | None,
    run: Mapping[str, Any] | None,
    half: float | None,
    unit: str,
) -> dict[str, Any]:
    if run is None:
        return {"text": "not asked", "quiet": True}
    if change is not None:
        if not change["changed"]:
            return {"text": "same", "quiet": True}
        share = change["share"]
        return {"text": f"differs in {100 * share:.0f} %" if share else "changes"}
    if difference is None:
        # another question: the answer itself, without a comparison
        return {"text": f"({_level(run, unit)})", "quiet": True}
    value, low, high = difference["median"], difference["low"], difference["high"]
    return {
        "text": _signed(100 * value if unit in HUNDREDS else value),
        "size": value / half if half else float((value > 0) - (value < 0)),
        "sure": low is not None and (low > 0 or high < 0),
        "quiet": value == 0,
    }


def _signed(value: float) -> str:
    """A difference with its sign and two significant digits at least: +0.0043, −12.1, 0."""
    if value == 0:
        return "0"
    small = -math.floor(math.log10(abs(value))) + 1 if abs(value) < 0.1 else None
    text = number(value, small)
    return text if value < 0 else f"+{text}"


def _half_width(run: Mapping[str, Any] | None) -> float | None:
    if run is None or run["low"] is None or run["high"] is None:
        return None
    return (run["high"] - run["low"]) / 2 or None


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_ANSWER else "in words"


def table_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The table in words: one row per headline with a cell per run {level, difference}."""
    rows = []
    for entry in document["headline"]:
        unit, gap = entry["unit"], difference_unit(entry["unit"])
        cells = []
        for position, run in enumerate(entry["runs"]):
            cell = {"level": "not asked", "interval": "", "difference": ""}
            if run is not None:
                cell["level"] = (
                    run["answer"] if run["median"] is None else quantity(run["median"], unit)
                )
                cell["interval"] = interval_text(run["low"], run["high"], unit)
            difference = entry["differences"][position - 1] if position else None
            change = entry["changes"][position - 1] if position else None
            if difference is not None and difference == NO_DIFFERENCE:
                cell["difference"] = "none"
            elif difference is not None:
                ends = interval_text(difference["low"], difference["high"], gap)
                cell["difference"] = quantity(difference["median"], gap)
                cell["difference"] += f" ({ends})" if ends else " (draws are not common)"
            elif change is not None and change["changed"] and change["share"] is not None:
                cell["difference"] = f"differs in {100 * change['share']:.0f} % of draws"
            cells.append(cell)
        rows.append({"id": entry["id"], "question": entry["question"], "cells": cells})
    return rows


def page(document: Mapping[str, Any]) -> str:
    """HTML with the picture in light and dark and the table; opens offline, without script."""
    import vl_convert
    from markupsafe import Markup

    drawings = {
        look: Markup(
            vl_convert.vegalite_to_svg(picture(document, theme=look).to_dict(validate=False))
        )
        for look in themes.THEMES
    }
    content = {
        "names": run_names(document),
        "runs": document["runs"],
        "rows": table_rows(document),
        "drawings": drawings,
        "source": source_of(document),
        "css": Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
    }
    return rendered("compare.html.j2", content, finalize=None)


def _write_workbook(document: Mapping[str, Any], results: Sequence[Record], path: Path) -> None:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    add_sheet(workbook, "comparison", compare_frame(document))
    names = run_names(document)
    welfare = [
        {"economy": code, "run": name, **(item or {})}
        for code, items in document["economies"].items()
        for name, item in zip(names[1:], items, strict=True)
    ]
    if welfare:
        add_sheet(workbook, "welfare of economies", pd.DataFrame(welfare))
    add_sheet(workbook, "runs", pd.DataFrame(document["runs"]).assign(name=names))
    cited = list(dict.fromkeys(text for result in results for text in citations(result)))
    add_sheet(workbook, "sources", pd.DataFrame({"cite": cited}))
    workbook.properties.creator = "Triffin"
    workbook.properties.description = source_of(document)
    workbook.save(path)
    without_times(path)
