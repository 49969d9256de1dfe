"""A world of the user's own: a folder of CSV tables, a workbook, or an `.npz` file.

The tables are described in docs/own-data.md: `economies` and `trade` make a world of one sector;
`sectors` makes it many, with `output`, `inputs` and `tariffs` as far as there are any.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from triffin.world.base import figure_checks as check
from triffin.world.base.array_archive import (
    GROUP_PREFIX,
    SCHEDULE_PREFIX,
    SECTOR_ARRAYS,
    read_arrays,
    write_arrays,
)
from triffin.world.base.errors import InputError, Place, nearest_match
from triffin.world.data.own.reader import TABLES, Table, TableSource
from triffin.world.data.own.workbooks import WORKBOOKS
from triffin.world.model import World
from triffin.world.own.aggregates import aggregates
from triffin.world.own.figures import (
    WORTH_SAYING,
    Reading,
    add_production,
    tariff_table,
    trade_table,
)
from triffin.world.sectors import SectorWorld, split_arrays
from triffin.world.worlds import text_of, world_from_arrays, year_of

UNITS = {"USD": 1.0, "thousand USD": 1e3, "million USD": 1e6, "billion USD": 1e9}


def open_own_world(name_or_path: str | os.PathLike[str]) -> World | SectorWorld:
    """An own world: a folder, a workbook, one of the folder's files, or an `.npz` file.

    Raises InputError naming file, row, column and value of what is wrong.
    """
    path = Path(name_or_path)
    if path.suffix.casefold() in (".csv", ".yaml") and path.parent.is_dir():
        if path.stem not in (*TABLES, "meta"):
            raise InputError(
                "the file is none of a world's tables.",
                file=str(path),
                nearest=nearest_match(path.stem, TABLES),
                valid=[f"{name}.csv" for name in TABLES],
            )
        path = path.parent
    if path.is_dir() or path.suffix.casefold() in WORKBOOKS:
        return _from_tables(TableSource(path))
    arrays, described = own_archive(path)
    if not set(arrays) & set(SECTOR_ARRAYS):
        return world_from_arrays(path.stem, arrays, described, file=str(path))
    return split_arrays(path.stem, arrays, described, str(path))


def looks_like_path(name: str) -> bool:
    """Whether a name can only be, or is, the path of an own world."""
    path = Path(name)
    if path.suffix.casefold() in (".npz", ".csv", ".yaml", *WORKBOOKS) or path.name != name:
        return True
    try:
        return path.exists()
    except OSError:  # a name too long for a file
        return False


def write_world(path: Path, found: World | SectorWorld) -> None:
    """Write a world as an `.npz` file that `load_world` and `load_sector_world` read again."""
    world = found if isinstance(found, World) else found.world
    notes = tuple(dict.fromkeys(world.notes))
    arrays: dict[str, np.ndarray] = {
        "title": np.array([world.title]),
        "year": np.array([world.year]),
        "source": np.array([str(world.provenance.get("source", "not stated"))]),
        "licence": np.array([str(world.provenance.get("licence", "not stated"))]),
        **({"notes": np.array(notes)} if notes else {}),
        "economies": np.array(world.economies),
        "names": np.array(world.names),
        "sectors": np.array(world.sectors),
        "trade": world.trade,
        "gdp": world.gdp,
        "tariff": world.tariff,
        **{f"{GROUP_PREFIX}{k}": np.array(v) for k, v in world.groups.items()},
    }
    if world.announced_us_tariff is not None:
        arrays["announced_us_tariff"] = world.announced_us_tariff
    if not isinstance(found, World):
        for name in SECTOR_ARRAYS:
            if (value := getattr(found.sectors, name)) is not None:
                arrays[name] = value
        arrays |= {f"{SCHEDULE_PREFIX}{k}": v for k, v in found.schedules.items()}
    write_arrays(path, arrays)


def _from_tables(source: TableSource) -> World | SectorWorld:
    described, name, scale = _meta(source)
    economies = source.table("economies", ("code",), ("name", "gdp"))
    codes = economies.labels("code")
    notes: list[str] = described["notes"]
    left_out: frozenset[str] = frozenset()
    names = economies.columns.get("name", codes)
    totals = aggregates(codes, names)
    if totals:
        what = ", ".join(f"{codes[row]} ({names[row]})" for row in totals)
        described["left_out"] = f"Left out, as they are totals of other economies: {what}."
        notes.append(described["left_out"])
        left_out = frozenset(codes[row].casefold() for row in totals)
        economies = economies.without(totals)
        codes = economies.labels("code")
    for row, code in enumerate(codes):
        if not code.isalnum():
            raise economies.error(
                row, "code", f"{code!r} is not a code.", valid="letters and digits, such as JPN"
            )
    sectors: tuple[str, ...] = ("all",)
    elasticities: Table | None = None
    if "sectors" in source.names:
        elasticities = source.table(
            "sectors", ("sector", "elasticity"), ("scale_elasticity", "grade", "source")
        )
        sectors = elasticities.labels("sector")
    else:
        for table in ("output", "inputs"):
            if table in source.names:
                raise InputError(
                    f"there is a table {table!r} but none of sectors.",
                    file=str(source.path),
                    valid="a table sectors with the columns sector and elasticity",
                )
    reading = Reading(source, codes, sectors, scale, list(notes), left_out)
    arrays: dict[str, np.ndarray] = {"economies": np.array(codes), "sectors": np.array(sectors)}
    if "name" in economies:
        arrays["names"] = np.array(economies.labels("name"))
    gdp = economies.numbers("gdp", positive=True) * scale if "gdp" in economies else None
    arrays["trade"] = trade_table(reading)
    if "tariffs" in source.names:
        arrays["tariff"] = tariff_table(reading)
    file = str(source.path)
    if elasticities is None:
        if gdp is None:
            raise Place(economies.file, 1).error(
                "column 'gdp' is missing.",
                valid="code, gdp, name (optional): a world of one sector needs GDP",
            )
        arrays["gdp"] = gdp
        return world_from_arrays(name, arrays, {**described, "notes": reading.notes}, file)
    arrays["elasticity"] = elasticities.numbers("elasticity", positive=True)
    if "scale_elasticity" in elasticities:
        arrays["scale_elasticity"] = elasticities.numbers("scale_elasticity")
    add_production(reading, arrays)
    arrays["gdp"] = (arrays["gross_output"] * arrays["value_added_share"]).sum(axis=0)
    if gdp is not None:
        off = np.abs(arrays["gdp"] / gdp - 1)
        if (off > WORTH_SAYING).any():
            worst = int(np.argmax(off))
            reading.notes.append(
                f"GDP is value added of the tables; economies states another, by up to "
                f"{100 * off[worst]:.1f} % ({codes[worst]})."
            )
    return split_arrays(name, arrays, {**described, "notes": reading.notes}, file)


def _meta(source: TableSource) -> tuple[dict[str, Any], str, float]:
    """Provenance, name and unit of an own world; what is not stated becomes a note."""
    meta = source.meta()
    notes = []
    unit = str(meta.get("unit", "") or "").strip()
    by_fold = {known.casefold(): known for known in UNITS}
    if not unit:
        unit = "USD"
        notes.append("No unit is stated (meta): values are taken as USD.")
    if unit.casefold() not in by_fold:
        raise Place(source.meta_file, field="unit").error(
            f"the unit {unit!r} is not known.",
            value=unit,
            among=UNITS,
            valid=(*UNITS, "other currencies converted first"),
        )
    text = str(meta.get("year", "") or "").strip()
    if text and not (text.isdecimal() and 1000 <= int(text) <= 9999):
        raise InputError(
            f"the year {text!r} is none.", file=source.meta_file, field="year", valid="such as 2023"
        )
    if not text:
        notes.append("No year is stated (meta).")
    if not meta.get("source"):
        notes.append("No source is stated (meta).")
    if source.unread:
        notes.append(f"Not read, as they are no tables of a world: {', '.join(source.unread)}.")
    name = str(meta.get("name") or source.path.resolve().stem)
    described: dict[str, Any] = {
        "title": str(meta.get("title") or name),
        "year": int(text or 0),
        "source": str(meta.get("source") or f"own tables {source.path.name}"),
        "licence": str(meta.get("licence") or "not stated"),
        "retrieved": "supplied by the user",
        "notes": notes,
    }
    return described, name, UNITS[by_fold[unit.casefold()]]


def own_archive(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays of an own `.npz` file, and what its texts say as a provenance.

    Raises InputError naming the file when it cannot be read or is not a world.
    """
    name = str(path)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        raise InputError(
            f"the world cannot be read ({getattr(error, 'strerror', None) or error}).",
            file=name,
            valid="the path of a folder, .xlsx or .npz file",
        ) from error
    arrays = read_arrays(content, name)
    codes = check.codes(arrays["economies"], name)
    names = check.labels(arrays["names"], "names", name) if "names" in arrays else codes
    for row in aggregates(codes, names) if len(names) == len(codes) else ():
        raise Place(name, field="economies").error(
            f"{codes[row]} ({names[row]}) is a total of other economies in this world.",
            value=codes[row],
            valid="each economy once, without totals",
        )
    notes = check.labels(arrays["notes"], "notes", name) if "notes" in arrays else ()
    described = {
        "title": text_of(arrays, "title", name) or path.stem,
        "year": year_of(arrays, name),
        "source": text_of(arrays, "source", name) or f"own file {path.name}",
        "licence": text_of(arrays, "licence", name) or "not stated",
        "retrieved": "supplied by the user",
        "notes": list(notes),
    }
    return arrays, described
