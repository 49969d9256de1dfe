"""Trade elasticities by sector of the shipped worlds: value, grade and source of each."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache

from triffin.world.base.errors import InputError, nearest_match
from triffin.world.data.shipped import provenance, shipped_names, verified_bytes

KIND = "elasticities"
COLUMNS = ("sector", "elasticity", "scale_elasticity", "grade", "source")


@dataclass(frozen=True)
class SectorElasticity:
    """Elasticities of one sector: trade elasticity theta, scale elasticity psi (None if the
    table has none), grade (published, derived or judgement) and source."""

    sector: str
    elasticity: float
    scale_elasticity: float | None
    grade: str
    source: str


@cache
def sector_elasticities(world: str) -> tuple[SectorElasticity, ...]:
    """The elasticities that a shipped world uses, in the order of its sectors.

    Raises InputError where no table states those of `world`; its provenance then names their
    source.
    """
    by_world = {
        str(name): table for table in shipped_names(KIND) for name in provenance(table)["worlds"]
    }
    if world not in by_world:
        raise InputError(
            f"no table of elasticities ships for {world!r}.",
            value=world,
            nearest=nearest_match(world, by_world),
            valid=tuple(by_world),
        )
    text = verified_bytes(by_world[world]).decode("utf-8")
    return tuple(
        SectorElasticity(
            sector=row["sector"],
            elasticity=float(row["elasticity"]),
            scale_elasticity=float(row["scale_elasticity"]) if row["scale_elasticity"] else None,
            grade=row["grade"],
            source=row["source"],
        )
        for row in csv.DictReader(io.StringIO(text))
    )
