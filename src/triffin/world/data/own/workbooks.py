"""Workbooks as sheets of text, within bounds: a small file may claim or become gigabytes."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO

from triffin.world.base.errors import Place

WORKBOOKS = (".xlsx", ".xlsm")
LARGEST = 100_000_000  # bytes of all parts, unpacked
WIDEST = 200  # columns of a table
_CHUNK = 1 << 20
# A workbook has no document type; one with entities of its own is made to grow without end.
_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


def read_workbook(path: Path) -> dict[str, list[list[str]]]:
    """Sheets of a workbook as rows of text, by name in lower case.

    Raises InputError naming the file for what is no workbook, unpacks to more than `LARGEST`
    bytes, defines entities, or has more than `WIDEST` columns.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    place = Place(str(path))
    try:
        _refuse_bombs(path, place)
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            return {
                sheet.title.strip().casefold(): _rows(sheet, place) for sheet in book.worksheets
            }
        finally:
            book.close()
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,  # what the parser of XML raises
    ) as error:
        raise place.error(
            f"the workbook cannot be read ({error}).", valid="an .xlsx file"
        ) from error


def _refuse_bombs(path: Path, place: Place) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > LARGEST:
            raise place.error(
                f"the workbook would unpack to more than {LARGEST // 1_000_000} MB.",
                valid="a smaller workbook, or a folder of CSV files",
            )
        for part in parts:
            with archive.open(part) as stream:
                if _has_doctype(stream):
                    raise place.error(
                        f"the part {part.filename} defines XML entities.", valid="an .xlsx file"
                    )


def _has_doctype(stream: IO[bytes]) -> bool:
    end = b""
    while chunk := stream.read(_CHUNK):
        if any(mark in end + chunk for mark in _DOCTYPE):
            return True
        end = chunk[-20:]
    return False


def _rows(sheet: object, place: Place) -> list[list[str]]:
    """Rows of a sheet, all as wide as the widest; the size that the sheet claims is not asked."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    rows: list[list[str]] = []
    for cells in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if len(row) > WIDEST:
            raise place._replace(line=len(rows) + 1).error(
                f"a row has {len(row):,} cells.", valid=f"tables of at most {WIDEST} columns"
            )
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    width = max(map(len, rows), default=0)
    # Empty rows stay where they are, and stay empty: there may be a million of them.
    return [row + [""] * (width - len(row)) if row else row for row in rows]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()
