"""A world: economies, sectors, the trade among them, and what was done to the raw figures."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.world import check
from triffin.world.errors import InputError, nearest_match
from triffin.world.groups import RESERVED_GROUPS
from triffin.world.shipped import is_shipped, provenance, shipped_names, verified_bytes
from triffin.world.world_file import GROUP_PREFIX, read_arrays

if TYPE_CHECKING:
    from triffin.world.sectors import SectorData


@dataclass(frozen=True, eq=False)
class World:
    """Baseline data of one world.

    Parameters
    ----------
    name : e.g. "world-2023".
    title : one line for people.
    year : year of the trade flows.
    economies : N ISO 3166 alpha-3 codes, the order of every axis below.
    names : N English names.
    sectors : S sector names; ("all",) in a one-sector world.
    trade : (S, N exporter, N importer) current USD; diagonal 0 in one-sector worlds, whose home
        sales follow from calibration.
    gdp : (N,) current USD.
    tariff : (S, N exporter, N importer) baseline ad-valorem tariffs, fractions.
    provenance : title, source, year, licence or terms, retrieved, sha256, notes (list of str).
    groups : own groups of the file, name -> member codes.
    announced_us_tariff : (N,) US rates announced on 2 April 2025 as in the source, fractions and
        without the 10 % floor; None where the file has none.
    sector_data : output, inputs and elasticities by sector; None in one-sector worlds.
    schedules : tariff tables of other dates that come with the world, name -> array like tariff.
    """

    name: str
    title: str
    year: int
    economies: tuple[str, ...]
    names: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: np.ndarray
    gdp: np.ndarray
    tariff: np.ndarray
    provenance: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    announced_us_tariff: np.ndarray | None = None
    sector_data: SectorData | None = None
    schedules: dict[str, np.ndarray] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<World {self.name}: {self.n_economies} economies × {self.n_sectors}, {self.year}>"

    @property
    def n_economies(self) -> int:
        return len(self.economies)

    @property
    def n_sectors(self) -> int:
        return len(self.sectors)

    @property
    def goods(self) -> tuple[int, ...]:
        """Positions of the goods sectors, which come first; all sectors where nothing is known."""
        return tuple(range(int(self.provenance.get("goods_sectors", self.n_sectors))))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the figures must know: gaps, clamps, choices."""
        return tuple(self.provenance.get("notes", ()))

    @property
    def exports(self) -> np.ndarray:
        """(N,) current USD, sales to all other economies, all sectors."""
        return self.trade.sum(axis=(0, 2)) - self._own_sales()

    @property
    def imports(self) -> np.ndarray:
        """(N,) current USD, purchases from all other economies, all sectors."""
        return self.trade.sum(axis=(0, 1)) - self._own_sales()

    def _own_sales(self) -> np.ndarray:
        return np.einsum("sii->i", self.trade)

    def index(self, economy: str) -> int:
        """Position of an economy given by ISO3 code or English name (case ignored).

        Raises InputError naming the nearest match.
        """
        wanted = economy.strip().casefold()
        for labels in (self.economies, self.names):
            for position, label in enumerate(labels):
                if label.casefold() == wanted:
                    return position
        raise InputError(
            f"{economy!r} is not an economy of {self.name}.",
            value=economy,
            nearest=nearest_match(economy, (*self.economies, *self.names)),
            valid=self.economies,
        )


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
    every world are read-only. `sectors.load_sector_world` adds what a many-sector model needs.

    Raises InputError: unknown name (with the nearest match), file missing or not a world, or
    figures that no model could use, naming the economy and what would be valid.
    """
    name = os.fspath(name_or_path)
    if is_shipped(name, "world"):
        return _shipped_world(name)
    from triffin.world.own_world import looks_like_path, open_own_world
    from triffin.world.sectors import KIND, load_sector_world

    if is_shipped(name, KIND):
        return load_sector_world(name).world
    if not looks_like_path(name):
        names = (*shipped_names("world"), *shipped_names(KIND))
        raise InputError(
            f"there is no world {name!r}.",
            value=name,
            nearest=nearest_match(name, names),
            valid=(*names, "the path of an own world: a folder, .xlsx or .npz file"),
        )
    found = open_own_world(name)
    return found if isinstance(found, World) else found.world


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
    notes = check.labels(arrays["notes"], "notes", name) if "notes" in arrays else ()
    described = {
        "title": _text(arrays, "title", name) or path.stem,
        "year": _year(arrays, name),
        "source": _text(arrays, "source", name) or f"own file {path.name}",
        "licence": _text(arrays, "licence", name) or "not stated",
        "retrieved": "supplied by the user",
        "notes": list(notes),
    }
    return arrays, described


@cache
def _shipped_world(name: str) -> World:
    described = provenance(name)
    return world_from_arrays(
        name, read_arrays(verified_bytes(name), described["file"]), described, described["file"]
    )


def world_from_arrays(
    name: str, arrays: Mapping[str, np.ndarray], described: Mapping[str, Any], file: str
) -> World:
    """A validated World from the arrays of a world file; `described` becomes its provenance."""
    economies = check.codes(arrays["economies"], file)
    n = len(economies)
    names = economies
    if "names" in arrays:
        names = check.labels(arrays["names"], "names", file)
        if len(names) != n:
            raise InputError(
                f"{len(names)} names for {n} economies.", file=file, field="names", valid=f"{n}"
            )
    sectors: tuple[str, ...] = ("all",)
    if "sectors" in arrays:
        sectors = check.labels(arrays["sectors"], "sectors", file)
    trade = check.trade_shape(arrays["trade"], n, len(sectors), file)
    check.flows(trade, economies, sectors, file)
    gdp = check.gdp_values(arrays["gdp"], economies, file)
    tariff = np.zeros_like(trade)
    if "tariff" in arrays:
        tariff = check.tariffs(arrays["tariff"], economies, sectors, file)
    announced = None
    if "announced_us_tariff" in arrays:
        announced = check.rates(
            arrays["announced_us_tariff"], economies, "announced_us_tariff", file
        )
        announced.setflags(write=False)
    notes = list(described.get("notes", ()))
    if len(sectors) == 1:
        found = check.adding_up(trade, gdp, economies, file)
        notes += [note for note in found if note not in notes]
    for array in (trade, gdp, tariff):
        array.setflags(write=False)
    return World(
        name=name,
        title=str(described["title"]),
        year=int(described["year"]),
        economies=economies,
        names=names,
        sectors=sectors,
        trade=trade,
        gdp=gdp,
        tariff=tariff,
        provenance={
            **described,
            "notes": notes,
            "sha256": described.get("sha256") or content_checksum(arrays),
        },
        groups=_own_groups(arrays, economies, file),
        announced_us_tariff=announced,
    )


def content_checksum(arrays: Mapping[str, np.ndarray]) -> str:
    """SHA-256 of the figures and labels of an own world, whatever its file: it names runs."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.kind} {array.shape}".encode())
        digest.update(
            "\n".join(array.ravel()).encode() if array.dtype.kind == "U" else array.tobytes()
        )
    return digest.hexdigest()


def _own_groups(
    arrays: Mapping[str, np.ndarray], economies: tuple[str, ...], file: str
) -> dict[str, tuple[str, ...]]:
    groups = {}
    for key in arrays:
        if not key.startswith(GROUP_PREFIX):
            continue
        group = key.removeprefix(GROUP_PREFIX)
        if group in RESERVED_GROUPS or group.startswith("non-") or group in economies:
            raise InputError(
                f"the group {group!r} would hide a name that already means something.",
                file=file,
                field=key,
                valid="another name",
            )
        members = check.labels(arrays[key], key, file)
        for member in members:
            if member not in economies:
                raise InputError(
                    f"{member!r} is not an economy of this world.",
                    file=file,
                    field=key,
                    value=member,
                    nearest=nearest_match(member, economies),
                )
        groups[group] = members
    return groups


def _text(arrays: Mapping[str, np.ndarray], key: str, file: str) -> str | None:
    if key not in arrays:
        return None
    if arrays[key].size != 1 or arrays[key].dtype.kind != "U":
        raise InputError(f"{key} is not one text.", file=file, field=key, valid="one text")
    return str(arrays[key].reshape(-1)[0]).strip()


def _year(arrays: Mapping[str, np.ndarray], file: str) -> int:
    if "year" not in arrays:
        return 0
    if arrays["year"].size != 1 or arrays["year"].dtype.kind not in "iu":
        raise InputError(
            "year is not one whole number.", file=file, field="year", valid="such as 2023"
        )
    return int(arrays["year"].reshape(-1)[0])
