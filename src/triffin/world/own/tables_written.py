"""Writing any world as the tables that a user may write, so that its figures can be changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from triffin.world.base.errors import InputError
from triffin.world.data.own.reader import write_csv
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
    write_csv(
        folder / "economies.csv",
        ("code", "name", "gdp"),
        zip(world.economies, world.names, world.gdp, strict=True),
    )
    write_csv(folder / "trade.csv", _columns("exporter", "importer", "value", many), _trade(world))
    if world.tariff.any():
        write_csv(
            folder / "tariffs.csv", _columns("importer", "exporter", "rate", many), _tariff(world)
        )
    if not isinstance(found, World):
        _write_sectors(folder, found)
    _write_meta(folder / "meta.yaml", world)


def _columns(first: str, second: str, value: str, many: bool) -> tuple[str, ...]:
    return (first, second, "sector", value) if many else (first, second, value)


def _trade(world: World) -> Iterable[Sequence[object]]:
    for s, o, d in np.argwhere(world.trade > 0):
        if o != d:  # home sales follow from output, or from GDP
            yield _row(world, int(s), int(o), int(d), world.trade[s, o, d])


def _tariff(world: World) -> Iterable[Sequence[object]]:
    for s, o, d in np.argwhere(world.tariff > 0):
        if o != d:
            yield _row(world, int(s), int(d), int(o), world.tariff[s, o, d])


def _row(world: World, s: int, first: int, second: int, value: float) -> Sequence[object]:
    sector = [world.sectors[s]] if world.n_sectors > 1 or world.sectors != ("all",) else []
    return [world.economies[first], world.economies[second], *sector, value]


def _write_sectors(folder: Path, found: SectorWorld) -> None:
    data, economies = found.sectors, found.world.economies
    output = np.maximum(data.gross_output, _exports(found.world))
    scale, kinds = data.scale_elasticity, found.world.kinds
    write_csv(
        folder / "sectors.csv",
        (
            *("sector", "elasticity"),
            *(("kind",) if kinds else ()),
            *(() if scale is None else ("scale_elasticity",)),
        ),
        (
            (
                *(name, data.elasticity[k]),
                *((kinds[k],) if kinds else ()),
                *(() if scale is None else (scale[k],)),
            )
            for k, name in enumerate(data.sectors)
        ),
    )
    write_csv(
        folder / "output.csv",
        ("economy", "sector", "gross_output"),
        (
            (code, name, output[s, n])
            for n, code in enumerate(economies)
            for s, name in enumerate(data.sectors)
        ),
    )
    inputs = (1 - data.value_added_share) * output * data.input_share
    write_csv(
        folder / "inputs.csv",
        ("economy", "input_sector", "using_sector", "value"),
        (
            (economies[n], data.sectors[k], data.sectors[s], inputs[k, s, n])
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
