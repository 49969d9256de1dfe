"""One file from a run: workbook, Stata, CSV or parquet, each with citation and the run's hash.

Every number is a number, every unit stands in the file, and the same run gives the same bytes.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.results import tables
from triffin.results.cite import citations, run_citation, short_citation
from triffin.results.files import atomic_file
from triffin.results.store import write_csv, write_parquet
from triffin.world.errors import InputError, nearest_match

if TYPE_CHECKING:
    import pandas as pd

    from triffin.results.result import Result

FORMATS = ("xlsx", "dta", "csv", "parquet")

SHEETS = ("headline", "summary", "economies", "flows", "tariffs", "closures", "parameters")
"""Tables of the workbook, one sheet each; the sheet of sources and the draws come after them."""

FIXED_TIME = datetime.datetime(2025, 1, 1)
"""Stands where a format wants a time of writing: the same run gives the same bytes."""


def export(result: Result, to: str, path: str | Path) -> Path:
    """Write a run as one file and return its path.

    `to` is one of:

    - xlsx: a sheet per table and a sheet "sources" with citation, hash, data and units;
    - dta (Stata 14 and later): the economies table, with variable labels that hold the units, the
      hash as data label and the citation as a variable;
    - csv: the economies table with the run's short citation (version, scenario, hash) as last
      column;
    - parquet: the economies table with units, hash and citation in the schema's metadata.

    The economies table is long: phase × closure × economy (see `tables.economies`).
    The file appears complete or not at all. Raises InputError for an unknown format.
    """
    if to not in FORMATS:
        raise InputError(
            f"{to!r} is not a format of export.",
            field="to",
            value=to,
            valid=FORMATS,
            nearest=nearest_match(to, FORMATS),
        )
    target = Path(path)
    with atomic_file(target) as partial:
        if to == "xlsx":
            _write_workbook(result, partial)
        elif to == "dta":
            _write_stata(result, partial)
        elif to == "csv":
            write_csv(_cited(result), partial)
        else:
            write_parquet(tables.economies(result), partial, result)
    return target


def column_label(result: Result, column: str) -> str:
    """Label of a column of the economies table with its unit, for people."""
    base, _, statistic = column.partition("_")
    statistic = statistic if base == "welfare" else ""
    if column not in result.data.data_vars and not statistic:
        return column
    label = tables.variable_label(base if statistic else column)[0]
    unit = tables.unit_of(result, column)
    words = {"low": ", 5 % quantile", "median": ", median", "high": ", 95 % quantile"}
    return label + words.get(statistic, "") + (f" ({unit})" if unit else "")


def _cited(result: Result) -> pd.DataFrame:
    frame = tables.economies(result)
    frame["citation"] = short_citation(result)
    return frame


def _write_stata(result: Result, path: Path) -> None:
    frame = tables.economies(result)
    frame["citation"] = run_citation(result)
    labels = {str(name): column_label(result, str(name))[:80] for name in frame.columns}
    labels["citation"] = "How to cite this run"
    frame.to_stata(
        path,
        write_index=False,
        version=118,
        time_stamp=FIXED_TIME,
        data_label=f"Triffin {result.manifest['scenario']}, run {result.identity}"[:80],
        variable_labels=labels,
        # stored once, whatever the number of rows
        convert_strl=["citation"],
    )


def _write_workbook(result: Result, path: Path) -> None:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    for name in SHEETS:
        _add_sheet(workbook, name, result.to_frame(name))
    _add_sources(workbook, result)
    _add_sheet(workbook, "draws", result.to_frame("draws"))
    workbook.properties.creator = "Triffin"
    workbook.properties.title = str(result.manifest["title"])
    workbook.properties.description = run_citation(result)
    workbook.properties.identifier = str(result.manifest["hash"])
    workbook.save(path)
    _without_times(path)


def _add_sheet(workbook: Any, name: str, frame: pd.DataFrame) -> None:
    sheet = workbook.create_sheet(name)
    sheet.freeze_panes = "A2"
    for position, column in enumerate(frame.columns, start=1):
        longest = max((len(str(value)) for value in frame[column].head(60)), default=0)
        letter = _letters(position)
        sheet.column_dimensions[letter].width = min(60, max(9, len(str(column)), longest) + 2)
    sheet.append(_bold(sheet, [str(column) for column in frame.columns]))
    for row in frame.itertuples(index=False, name=None):
        sheet.append([_cell(sheet, value) for value in row])
    if len(frame.columns):
        sheet.auto_filter.ref = f"A1:{_letters(len(frame.columns))}{len(frame) + 1}"


def _add_sources(workbook: Any, result: Result) -> None:
    manifest = result.manifest
    sheet = workbook.create_sheet("sources")
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 110
    rows: list[list[Any]] = [["scenario", manifest["scenario"]], ["title", manifest["title"]]]
    rows += [[key, manifest[key]] for key in ("hash", "version", "world", "draws", "seed")]
    rows += [["main phase", manifest["main_phase"]], ["central", manifest["central_closure"]]]
    rows += [["cite", text] for text in citations(result)]
    for item in manifest.get("data", []):
        rows.append([f"SHA-256 of {item['name']}", item["sha256"]])
    rows += [["basis of tariffs", note] for note in manifest.get("tariff_basis", [])]
    rows += [["note", note] for note in manifest.get("notes", [])]
    sheet.append(_bold(sheet, ["what", "value"]))
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    sheet.append([])
    sheet.append(_bold(sheet, ["column", "meaning and unit"]))
    for column in tables.summary(result).columns:
        sheet.append([str(column), column_label(result, str(column))])


def _bold(sheet: Any, texts: list[str]) -> list[Any]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cells = []
    for text in texts:
        cell = WriteOnlyCell(sheet, value=text)
        cell.font = Font(bold=True)
        cells.append(cell)
    return cells


def _cell(sheet: Any, value: Any) -> Any:
    """A value as a spreadsheet holds it: numbers as numbers, undefined as an empty cell, and text
    that starts like a formula as text."""
    if value is None or value != value:
        return None
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    if not text.startswith("="):
        return text
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _letters(position: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(position))


def _without_times(path: Path) -> None:
    """Rewrite a workbook so that it holds no time of writing."""
    stamp = FIXED_TIME.strftime("%Y-%m-%dT%H:%M:%SZ")
    with zipfile.ZipFile(path) as source:
        members = [(item, source.read(item)) for item in sorted(source.namelist())]
    # Excel wants the list of content types first
    members.sort(key=lambda member: member[0] != "[Content_Types].xml")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members:
            if name == "docProps/core.xml":
                text = content.decode("utf-8")
                text = re.sub(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rf"\g<1>{stamp}", text)
                content = text.encode("utf-8")
            info = zipfile.ZipInfo(name, date_time=FIXED_TIME.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
