"""Loads a world by name or path: those that ship, and the user's own."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from triffin.world.base.array_archive import read_arrays
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.data.shipped import is_shipped, provenance, shipped_names, verified_bytes
from triffin.world.model import World
from triffin.world.own.world import looks_like_path, open_own_world
from triffin.world.sectors import KIND, SectorWorld, split_arrays
from triffin.world.worlds import world_from_arrays


def list_worlds() -> list[dict[str, Any]]:
    """The worlds that ship with the package, one dict each, sorted by name.

    Keys: name, title, year, economies, sectors (counts), source, licence, bytes.
    """
    keys = ("name", "title", "year", "economies", "sectors", "source", "licence", "bytes")
    names = sorted((*shipped_names("world"), *shipped_names("sector-world")))
    return [{key: provenance(name)[key] for key in keys} for name in names]


def load_world(name_or_path: str | os.PathLike[str]) -> World:
    """A world by the name of a shipped dataset, or an own one by path.

    Own worlds are a `.npz` file (`world_file`), or a folder or workbook of tables (`own_world`).
    Shipped worlds are verified against their checksum and read once per process; the arrays of
    every world are read-only. `load_sector_world` adds what a many-sector model needs.

    >>> world = load_world("world-2023")
    >>> world
    <World world-2023: 194 economies × 1, 2023>
    >>> world.names[world.index("jpn")]
    'Japan'

    Raises InputError: unknown name (with the nearest match), file missing or not a world, or
    figures that no model could use, naming the economy and what would be valid.
    """
    name = os.fspath(name_or_path)
    if is_shipped(name, "world"):
        return _shipped_world(name)
    if is_shipped(name, KIND):
        return load_sector_world(name).world
    if not looks_like_path(name):
        names = (*shipped_names("world"), *shipped_names(KIND))
        raise InputError(
            f"there is no world {name!r}.",
            value=name,
            among=names,
            valid=(*names, "the path of an own world: a folder, .xlsx or .npz file"),
        )
    found = open_own_world(name)
    return found if isinstance(found, World) else found.world


@cache
def _shipped_world(name: str) -> World:
    described = provenance(name)
    return world_from_arrays(
        name, read_arrays(verified_bytes(name), described["file"]), described, described["file"]
    )


def load_sector_world(name_or_path: str | os.PathLike[str]) -> SectorWorld:
    """A shipped many-sector world by name, or an own one by path (see `own_world`).

    Shipped worlds are verified against their checksum and read once per process.
    Raises InputError for an unknown name, with the nearest match, and for a world of one sector.
    """

    name = os.fspath(name_or_path)
    if is_shipped(name, KIND):
        return _shipped_sector_world(name)
    names = shipped_names(KIND)
    if is_shipped(name, "world") or not looks_like_path(name):
        one = " with sector data: it has one sector" if is_shipped(name, "world") else ""
        raise InputError(
            f"there is no many-sector world {name!r}{one}.",
            value=name,
            nearest=None if one else nearest_match(name, names),
            valid=(*names, "the path of an own world"),
        )
    found = open_own_world(name)
    if isinstance(found, World):
        raise InputError(
            "the world has no sectors.",
            file=name,
            valid="a folder with sectors.csv, or a file with sector arrays",
        )
    return found


@cache
def _shipped_sector_world(name: str) -> SectorWorld:
    described = provenance(name)
    arrays = read_arrays(verified_bytes(name), described["file"])
    return split_arrays(name, arrays, described, described["file"])


def open_world(name_or_path: str | os.PathLike[str]) -> World | SectorWorld:
    """Any world, shipped or own: with its sector data where it has many sectors.

    Raises InputError as `load_world` does.
    """
    name = os.fspath(name_or_path)
    if is_shipped(name, KIND):
        return load_sector_world(name)
    if is_shipped(name, "world") or not looks_like_path(name):
        return load_world(name)
    return open_own_world(name)
