"""What the readers of published tables (OECD ICIO, CEPII BACI) share: rows, years, cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triffin.world.base.errors import InputError

ICIO, BACI = "icio", "baci"
ICIO_CORNER = ("V1", "")
BACI_COLUMNS = ("t", "i", "j", "k", "v", "q")


@contextmanager
def open_rows(path: Path) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """(row number, cells) of a published CSV file, one by one: the files are large.

    Raises InputError for a file that cannot be read, is not UTF-8 or not CSV; a row number is that
    of the file, the header is row 1.
    """
    file = str(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            yield _rows(csv.reader(source, strict=True), file)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}.", file=file) from error
    except UnicodeDecodeError as error:
        raise InputError("not a text file in UTF-8.", file=file, valid="CSV in UTF-8") from error


def _rows(reader: Iterator[list[str]], file: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"not valid CSV: {error}.", file=file, line=number + 1) from error
        number += 1
        if row:
            yield number, row


def published_layout(path: Path) -> str | None:
    """ "icio" or "baci" by the header of a CSV file, None for any other."""
    with open_rows(path) as rows:
        header = [cell.strip() for cell in next(rows, (1, [""]))[1]]
    if header[0] in ICIO_CORNER and len(header) > 3 and any(c.endswith("_HFCE") for c in header):
        return ICIO
    if set(header) == set(BACI_COLUMNS):
        return BACI
    return None


def year_of(path: Path) -> int | None:
    """The year in a file's name, such as 2020_SML.csv; None without one, or with two."""
    found = set(re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", path.stem))
    return int(found.pop()) if len(found) == 1 else None
