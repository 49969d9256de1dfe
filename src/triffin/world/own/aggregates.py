"""Rows of an own world that stand for several economies at once, and would count them twice."""

from __future__ import annotations

from collections.abc import Sequence

from triffin.world.countries import country_code
from triffin.world.data.blocs import EU

# Codes and names of the World Bank, the IMF and the OECD, in lower case.
WORLD = ("wld", "w00", "wor", "world", "total", "all countries", "world total", "ww")
UNION = (
    "euu",
    "eu",
    "eu27",
    "eu28",
    "eu27_2020",
    "european union",
    "emu",
    "ea19",
    "ea20",
    "euro area",
)
LARGE_GROUPS = (
    "oed",
    "oecd",
    "oecd members",
    "noecd",
    "non-oecd",
    "hic",
    "lic",
    "lmc",
    "lmy",
    "mic",
    "umc",
    "high income",
    "low income",
    "middle income",
    "lower middle income",
    "upper middle income",
    "low & middle income",
    "arb",
    "ceb",
    "eap",
    "eas",
    "eca",
    "ecs",
    "fcs",
    "hpc",
    "lac",
    "lcn",
    "ldc",
    "mea",
    "mna",
    "nac",
    "oss",
    "pst",
    "sas",
    "ssa",
    "ssf",
    "sst",
    "g7",
    "g20",
    "apec",
    "asean",
)


def aggregates(codes: Sequence[str], names: Sequence[str]) -> tuple[int, ...]:
    """Places of the rows that are totals of others: the world wherever it stands beside others, the
    European Union beside a member of it, and other groups beside any country.

    A bloc of its own, such as EU beside USA and CHN, is an economy.
    """
    countries = {country_code(code) for code in codes} - {""}
    found = []
    for place, words in enumerate(zip(codes, names, strict=True)):
        folded = {word.strip().casefold() for word in words}
        others = len(codes) > 1 and (
            bool(folded & set(WORLD))
            or bool(folded & set(UNION) and countries & set(EU))
            or bool(folded & set(LARGE_GROUPS) and countries)
        )
        if others:
            found.append(place)
    return tuple(found)
