"""Trade elasticities by sector of the shipped worlds: value, grade and source of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from triffin.world.base.errors import one_of
from triffin.world.data.shipped import provenance, shipped_names
from triffin.world.data.shipped_rows import Grade, rows

KIND = "elasticities"


@dataclass(frozen=True)
class SectorElasticity:
    """Elasticities of one sector: trade elasticity theta, scale elasticity psi (None if the
    table has none), grade (published, derived or judgement) and source."""

    sector: str
    elasticity: float
    scale_elasticity: float | None
    grade: Grade
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
    one_of(world, by_world, f"no table of elasticities ships for {world!r}.")
    return rows(by_world[world], SectorElasticity)
