"""Tariffs from a CSV file: columns importer, exporter, rate and, if wanted, sector.

The file is taken as it is: no floor, no rounding.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from triffin.scenario.tariff_selectors import EVERYONE, RateSetting, Selectors
from triffin.world.base.errors import InputError, Place, Problems
from triffin.world.data.own.reader import Table, read_csv_table

COLUMNS = ("importer", "exporter", "rate")


def read_tariff_file(path: Path, selectors: Selectors) -> tuple[RateSetting, ...]:
    """Settings of a tariff file, one per row, in the order of the file.

    Raises
    ------
    InputError naming the file, the line, the column, the value and the nearest match: missing or
    unknown columns, unknown economies or sectors, rates that are none, a nonzero tariff of an
    economy on itself, two rows on the same pair.
    """
    table = read_csv_table(path, COLUMNS, ("sector",))
    sectors = table.columns.get("sector", (EVERYONE,) * len(table))
    settings: list[RateSetting] = []
    seen: dict[tuple[tuple[int, ...], ...], int] = {}
    problems = Problems()
    rates = np.zeros(len(table))
    with problems.collected():
        rates = table.rates("rate")
    for row, rate in enumerate(rates.tolist()):
        importer, exporter = (table.columns[column][row] for column in COLUMNS[:2])
        place = Place(table.file, table.lines[row])
        setting = RateSetting(importer, exporter, rate, sectors[row] or EVERYONE, place)
        with problems.collected():
            key = _positions(table, row, setting, selectors)
            if key in seen:
                raise place.error(
                    f"the row on {setting.path} repeats line {seen[key]}.",
                    value=setting.path,
                    valid="one row for each importer, exporter and sector",
                )
            seen[key] = table.lines[row]
            settings.append(setting)
    problems.refuse()
    return tuple(settings)


def _positions(
    table: Table, row: int, setting: RateSetting, selectors: Selectors
) -> tuple[tuple[int, ...], ...]:
    """Cells of a row; `*` and a group of everyone are different selectors, hence the rank."""
    found: list[tuple[int, ...]] = []
    for column, word in (("importer", setting.importer), ("exporter", setting.exporter)):
        if not word:
            valid = "an ISO3 code, an English name, a group or *"
            raise table.error(row, column, "the cell is empty.", valid=valid)
        try:
            found.append(selectors.economies(word))
        except InputError as error:
            raise error.at(setting.place._replace(field=f"column {column}")) from error
    try:
        found.append(selectors.sectors(setting.sector))
    except InputError as error:
        raise error.at(setting.place._replace(field="column sector")) from error
    return (*found, selectors.cells(setting).rank)
