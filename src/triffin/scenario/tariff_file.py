"""Tariffs from a CSV file: columns importer, exporter, rate and, if wanted, sector.

The file is taken as it is: no floor, no rounding. Commas, semicolons and tabs separate columns;
empty lines and lines that start with # are skipped.
"""

from __future__ import annotations

import csv
from pathlib import Path

from triffin.scenario.tariff_selectors import EVERYONE, Selectors, Setting, located
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.rates import parse_rate

REQUIRED_COLUMNS = ("importer", "exporter", "rate")
COLUMNS = (*REQUIRED_COLUMNS, "sector")
_HEADER = "a header importer,exporter,rate with an optional column sector"


def read_text(path: Path, *, what: str, largest: int = 50_000_000) -> str:
    """Text of a UTF-8 file (a byte order mark is dropped); InputError if it cannot be one."""
    shown = str(path)
    try:
        if path.is_dir():
            raise InputError("this is a folder.", file=shown, valid=f"the path of {what}")
        if not path.is_file():
            raise InputError("there is no such file.", file=shown, valid=f"the path of {what}")
        if path.stat().st_size > largest:
            raise InputError(f"too large for {what} (above {largest // 1000} kB).", file=shown)
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}.", file=shown) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            f"not a text file in UTF-8 (byte {raw[error.start]:#04x}).",
            file=shown,
            line=line,
            valid=f"{what} saved as UTF-8",
        ) from error
    if "\x00" in text:
        raise InputError(
            "a binary file, or text in UTF-16.", file=shown, valid=f"{what} saved as UTF-8"
        )
    return text


def read_tariff_file(path: Path, selectors: Selectors) -> tuple[Setting, ...]:
    """Settings of a tariff file, one per row, in the order of the file.

    Raises
    ------
    InputError naming the file, the line, the column, the value and the nearest match: missing or
    unknown columns, unknown economies or sectors, rates that are none, a nonzero tariff of an
    economy on itself, two rows on the same pair.
    """
    file = str(path)
    text = read_text(path, what="a tariff file (CSV)")
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if _has_content(line)), None)
    if first is None:
        raise InputError("the file is empty.", file=file, valid=_HEADER)
    delimiter = next((mark for mark in (",", ";", "\t") if mark in lines[first]), ",")
    # comments become empty lines, so that line numbers stay those of the file
    kept = [line if _has_content(line) else "" for line in lines]
    reader = csv.reader(kept, delimiter=delimiter, skipinitialspace=True, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, [cell.strip() for cell in row]) for row in reader if row)
    except csv.Error as error:
        raise InputError(f"not valid CSV: {error}.", file=file, line=reader.line_num) from error
    columns = _columns(rows[0][1], file, rows[0][0])
    if len(rows) == 1:
        raise InputError("there is a header but no row.", file=file, valid="one row per tariff")
    settings: list[Setting] = []
    seen: dict[tuple[tuple[int, ...], ...], int] = {}
    for line, cells in rows[1:]:
        setting = _setting(cells, columns, file, line)
        key = _positions(setting, selectors)
        if key in seen:
            raise InputError(
                f"the row on {setting.path} repeats line {seen[key]}.",
                file=file,
                line=line,
                value=setting.path,
                valid="one row for each importer, exporter and sector",
            )
        seen[key] = line
        settings.append(setting)
    return tuple(settings)


def _has_content(line: str) -> bool:
    bare = line.strip()
    return bool(bare.strip(",;")) and not bare.startswith("#")


def _columns(header: list[str], file: str, line: int) -> tuple[str, ...]:
    names = tuple(name.casefold() for name in header)
    while names and not names[-1]:  # a separator at the end of each line
        names = names[:-1]
    for name in names:
        if name not in COLUMNS:
            raise InputError(
                f"unknown column {name!r}.",
                file=file,
                line=line,
                value=name,
                valid=_HEADER,
                nearest=nearest_match(name, COLUMNS) if name else None,
            )
        if names.count(name) > 1:
            raise InputError(f"column {name!r} stands twice.", file=file, line=line, valid=_HEADER)
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        raise InputError(f"column {missing[0]!r} is missing.", file=file, line=line, valid=_HEADER)
    return names


def _setting(cells: list[str], columns: tuple[str, ...], file: str, line: int) -> Setting:
    while len(cells) > len(columns) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(columns):
        raise InputError(
            f"{len(cells)} cells where the header has {len(columns)} columns.",
            file=file,
            line=line,
            valid=f"{', '.join(columns)} (a decimal comma must be a point)",
        )
    row = dict(zip(columns, cells, strict=True))
    for column in ("importer", "exporter"):
        if not row[column]:
            raise InputError(
                "the cell is empty.",
                file=file,
                line=line,
                field=f"column {column}",
                valid="an ISO3 code, an English name, a group or *",
            )
    return Setting(
        importer=row["importer"],
        exporter=row["exporter"],
        rate=parse_rate(row["rate"], file=file, line=line, field="column rate"),
        sector=row.get("sector") or EVERYONE,
        file=file,
        line=line,
    )


def _positions(setting: Setting, selectors: Selectors) -> tuple[tuple[int, ...], ...]:
    """Cells of a row; `*` and a group of everyone are different selectors, hence the rank."""
    found: list[tuple[int, ...]] = []
    for column, word in (("importer", setting.importer), ("exporter", setting.exporter)):
        try:
            found.append(selectors.economies(word))
        except InputError as error:
            raise located(error, setting.file, setting.line, f"column {column}") from error
    try:
        found.append(selectors.sectors(setting.sector))
    except InputError as error:
        raise located(error, setting.file, setting.line, "column sector") from error
    return (*found, selectors.cells(setting).rank)
