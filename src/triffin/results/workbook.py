"""Workbooks: sheets with bold frozen headers, numbers as numbers, and no time of writing."""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FIXED_TIME = datetime.datetime(2025, 1, 1)
"""Stands where a format wants a time of writing: the same run gives the same bytes."""


def add_sheet(workbook: Any, name: str, frame: pd.DataFrame) -> None:
    """A table as a sheet: frozen bold header, filters, widths that fit the first rows."""
    sheet = workbook.create_sheet(name)
    sheet.freeze_panes = "A2"
    for position, column in enumerate(frame.columns, start=1):
        longest = max((len(str(value)) for value in frame[column].head(60)), default=0)
        letter = _letters(position)
        sheet.column_dimensions[letter].width = min(60, max(9, len(str(column)), longest) + 2)
    sheet.append(bold(sheet, [str(column) for column in frame.columns]))
    for row in frame.itertuples(index=False, name=None):
        sheet.append([cell_of(sheet, value) for value in row])
    if len(frame.columns):
        sheet.auto_filter.ref = f"A1:{_letters(len(frame.columns))}{len(frame) + 1}"


def bold(sheet: Any, texts: list[str]) -> list[Any]:
    """Cells of a header."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cells = []
    for text in texts:
        cell = WriteOnlyCell(sheet, value=text)
        cell.font = Font(bold=True)
        cells.append(cell)
    return cells


def cell_of(sheet: Any, value: Any) -> Any:
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


def without_times(path: Path) -> None:
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
