"""Trade elasticities by sector of the shipped worlds, and by industry of ISIC revision 4."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from triffin.world.base.errors import InputError, one_of
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


def matched_elasticity(label: str, file: str) -> float:
    """Trade elasticity of an industry such as C10T12 or K: that of its ISIC division in
    `elasticities-wiod`. Raises InputError for a label that is none of ISIC revision 4."""
    digits = re.search(r"[0-9]{2}", label)
    division = int(digits.group()) if digits else _SECTIONS.get(label[:1], 0)
    names = [name for first, name in _ISIC if first <= division]
    if not names or division > 99:
        raise InputError(
            f"the industry {label!r} is none of ISIC revision 4.",
            file=file,
            value=label,
            valid="labels such as C10T12, or a table of elasticities (--elasticities)",
        )
    by_name = {entry.sector: entry.elasticity for entry in sector_elasticities("wiod-2011")}
    return by_name[names[-1]]


# First division of ISIC revision 4, and the sector of `elasticities-wiod` from there on.
_ISIC = (
    (1, "Agriculture, Hunting, Forestry and Fishing"),
    (5, "Mining and Quarrying"),
    (10, "Food, Beverages and Tobacco"),
    (13, "Textiles and Textile Products"),
    (16, "Wood and Products of Wood and Cork"),
    (17, "Pulp, Paper, Printing and Publishing"),
    (19, "Coke, Refined Petroleum and Nuclear Fuel"),
    (20, "Chemicals and Chemical Products"),
    (22, "Rubber and Plastics"),
    (23, "Other Non-Metallic Mineral"),
    (24, "Basic Metals and Fabricated Metal"),
    (26, "Electrical and Optical Equipment"),
    (28, "Machinery, nec"),
    (29, "Transport Equipment"),
    (31, "Manufacturing, nec; Recycling"),
    (35, "Electricity, Gas and Water Supply"),
    (41, "Construction"),
    (45, "Wholesale Trade"),
    (49, "Inland Transport"),
    (55, "Hotels and Restaurants"),
    (58, "Post and Telecommunications"),
    (64, "Financial Intermediation"),
    (68, "Real Estate Activities"),
    (69, "Renting and Other Business Activities"),
    (84, "Public Administration and Defence"),
    (85, "Education"),
    (86, "Health and Social Work"),
    (90, "Other Community, Social and Personal Services"),
    (97, "Private Households with Employed Persons"),
)
# First division of the sections that editions name by their letter alone.
_SECTIONS = {"D": 35, "E": 36, "F": 41, "G": 45, "H": 49, "I": 55, "J": 58, "K": 64, "L": 68}
_SECTIONS |= {"M": 69, "N": 77, "O": 84, "P": 85, "Q": 86, "R": 90, "S": 94, "T": 97}
