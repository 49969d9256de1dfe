"""The user's own tables for one computation: read, checked and put in place together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from triffin.world.base.own_tables_in_place import using
from triffin.world.registry.parameter_set import ParameterSet, in_place

Path = str | os.PathLike[str]


@dataclass(frozen=True)
class OwnWorld:
    """The world that scenarios are to use, in place of the one that they name."""

    file: str
    checksum: str


@contextmanager
def own_data(
    *,
    prior: Path | None = None,
    partners: Path | None = None,
    holdings: Path | None = None,
    maturities: Path | None = None,
    world: Path | None = None,
) -> Iterator[None]:
    """Put own tables, given by their paths, in place of the shipped ones for a `with` block.

    `world`, a name or a path, is that of every scenario loaded inside the block.
    It holds for this thread alone; `own_tables_in_place.active_own_data` has the checksums for the
    hash of a run. Raises InputError naming file, row and column of what is wrong.
    """
    tables: dict[str, Any] = {}
    if prior is not None:
        from triffin.world.data.own.priors import read_priors

        tables["prior"] = read_priors(prior)
    # Limits of the other tables are parameters: those of the prior, where there is one.
    with using(prior=tables.get("prior")):
        others = _read(partners, holdings, maturities, parameters=in_place())
        if world is not None:
            others["world"] = OwnWorld(os.fspath(world), _world_checksum(os.fspath(world)))
        with using(**others):
            yield


def _read(
    partners: Path | None,
    holdings: Path | None,
    maturities: Path | None,
    *,
    parameters: ParameterSet,
) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    if partners is not None:
        from triffin.world.data.own.partners import read_partners

        tables["partners"] = read_partners(partners)
    if holdings is not None:
        from triffin.finance.treasuries.own_holdings import read_holdings

        tables["holdings"] = read_holdings(os.fspath(holdings), parameters=parameters)
    if maturities is not None:
        from triffin.world.data.own.maturities import read_maturities

        tables["maturities"] = read_maturities(maturities)
    return tables


def _world_checksum(world: str) -> str:
    from triffin.world.loading import load_world

    return str(load_world(world).provenance["sha256"])
