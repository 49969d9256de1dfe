"""Writing any world as the tables that a user may write, so that its figures can be changed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from triffin.world.base.errors import InputError
from triffin.world.model import World
from triffin.world.sectors import SectorWorld


def write_tables(folder: Path, found: World | SectorWorld) -> None:
    """Write a world into a new folder: `open_own_world` reads the same figures again.

    Values are in USD. Tariff tables of other dates have no table and are left out; where the world
    states final shares they follow from accounting when it is read again.
    Raises InputError where the folder holds files already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            "there is something already.", file=str(folder), valid="a new or empty folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    world = found if isinstance(found, World) else found.world
    many = not isinstance(found, World)
    _write(
        folder / "economies.csv",
        ("code", "name", "gdp"),
        zip(world.economies, world.names, map(_exact, world.gdp), strict=True),
    )
    _write(folder / "trade.csv", _columns("exporter", "importer", "value", many), _trade(world))
    if world.tariff.any():
        _write(
            folder / "tariffs.csv", _columns("importer", "exporter", "rate", many), _tariff(world)
        )
    if not isinstance(found, World):
        _write_sectors(folder, found)
    _write_meta(folder / "meta.yaml", world)


def _columns(first: str, second: str, value: str, many: bool) -> tuple[str, ...]:
    return (first, second, "sector", value) if many else (first, second, value)


def _trade(world: World) -> Iterable[Sequence[str]]:
    for s, o, d in np.argwhere(world.trade > 0):
        if o != d:  # home sales follow from output, or from GDP
            yield _row(world, int(s), int(o), int(d), world.trade[s, o, d])


def _tariff(world: World) -> Iterable[Sequence[str]]:
    for s, o, d in np.argwhere(world.tariff > 0):
        if o != d:
            yield _row(world, int(s), int(d), int(o), world.tariff[s, o, d])


def _row(world: World, s: int, first: int, second: int, value: float) -> Sequence[str]:
    sector = [world.sectors[s]] if world.n_sectors > 1 or world.sectors != ("all",) else []
    return [world.economies[first], world.economies[second], *sector, _exact(value)]


def _write_sectors(folder: Path, found: SectorWorld) -> None:
    data, economies = found.sectors, found.world.economies
    output = np.maximum(data.gross_output, _exports(found.world))
    scale = data.scale_elasticity
    _write(
        folder / "sectors.csv",
        ("sector", "elasticity", *(() if scale is None else ("scale_elasticity",))),
        (
            (name, _exact(data.elasticity[k]), *(() if scale is None else (_exact(scale[k]),)))
            for k, name in enumerate(data.sectors)
        ),
    )
    _write(
        folder / "output.csv",
        ("economy", "sector", "gross_output"),
        (
            (code, name, _exact(output[s, n]))
            for n, code in enumerate(economies)
            for s, name in enumerate(data.sectors)
        ),
    )
    inputs = (1 - data.value_added_share) * output * data.input_share
    _write(
        folder / "inputs.csv",
        ("economy", "input_sector", "using_sector", "value"),
        (
            (economies[n], data.sectors[k], data.sectors[s], _exact(inputs[k, s, n]))
            for k, s, n in map(tuple, np.argwhere(inputs > 0))
        ),
    )


def _exports(world: World) -> np.ndarray:
    home = np.einsum("sii->si", world.trade)
    return np.asarray(world.trade.sum(axis=2) - home)


def _write_meta(path: Path, world: World) -> None:
    import io

    from ruamel.yaml import YAML

    text = io.StringIO()
    YAML().dump(
        {
            "name": f"{world.name}-own",
            "title": world.title,
            "year": world.year,
            "unit": "USD",
            "source": str(world.provenance.get("source", "not stated")),
            "licence": str(world.provenance.get("licence", "not stated")),
        },
        text,
    )
    path.write_text(text.getvalue(), encoding="utf-8")


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _exact(value: float) -> str:
    return repr(float(value))
