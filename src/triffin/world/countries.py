"""Which country a word means: one rule for scenarios, tables, partners, holders and commands.

Codes (ISO 3166 alpha-3 and alpha-2) and English names, official, short or everyday. A word that
means a country never becomes another one for likeness of spelling.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from triffin.world.base.errors import nearest_match

# Everyday names and codes that ISO 3166 does not list, in lower case.
EVERYDAY = {
    "america": "USA",
    "u.s.": "USA",
    "u.s.a.": "USA",
    "the united states": "USA",
    "the us": "USA",
    "the usa": "USA",
    "uk": "GBR",
    "u.k.": "GBR",
    "the uk": "GBR",
    "britain": "GBR",
    "great britain": "GBR",
    "england": "GBR",
    "eng": "GBR",
    "prc": "CHN",
    "mainland china": "CHN",
    "china, mainland": "CHN",
    "people's republic of china": "CHN",
    "p.r. china": "CHN",
    "roc": "TWN",
    "chinese taipei": "TWN",
    "taiwan, china": "TWN",
    "republic of china": "TWN",
    "formosa": "TWN",
    "hong kong sar": "HKG",
    "hong kong, china": "HKG",
    "china, hong kong sar": "HKG",
    "macau": "MAC",
    "macao sar": "MAC",
    "china, macao sar": "MAC",
    "korea": "KOR",
    "rok": "KOR",
    "south-korea": "KOR",
    "s. korea": "KOR",
    "korea, south": "KOR",
    "korea, rep.": "KOR",
    "dprk": "PRK",
    "n. korea": "PRK",
    "korea, north": "PRK",
    "russia": "RUS",
    "soviet union": "RUS",
    "turkey": "TUR",
    "turkiye": "TUR",
    "ivory coast": "CIV",
    "cote d'ivoire": "CIV",
    "côte d’ivoire": "CIV",
    "cape verde": "CPV",
    "swaziland": "SWZ",
    "burma": "MMR",
    "brunei": "BRN",
    "macedonia": "MKD",
    "palestine": "PSE",
    "west bank and gaza": "PSE",
    "micronesia": "FSM",
    "east timor": "TLS",
    "kosovo": "XKX",
    "vatican": "VAT",
    "holy see": "VAT",
    "uae": "ARE",
    "u.a.e.": "ARE",
    "emirates": "ARE",
    "ksa": "SAU",
    "dr congo": "COD",
    "drc": "COD",
    "congo, dem. rep.": "COD",
    "democratic republic of congo": "COD",
    "congo-kinshasa": "COD",
    "congo, rep.": "COG",
    "republic of congo": "COG",
    "congo-brazzaville": "COG",
    "egypt, arab rep.": "EGY",
    "iran, islamic rep.": "IRN",
    "venezuela, rb": "VEN",
    "yemen, rep.": "YEM",
    "gambia, the": "GMB",
    "the gambia": "GMB",
    "bahamas, the": "BHS",
    "the bahamas": "BHS",
    "the philippines": "PHL",
    "saint kitts": "KNA",
    "st. kitts and nevis": "KNA",
    "st. lucia": "LCA",
    "st. vincent": "VCT",
    "st. vincent and the grenadines": "VCT",
    "trinidad": "TTO",
    "bosnia": "BIH",
    "slovak republic": "SVK",
    "czech rep.": "CZE",
    "holland": "NLD",
    "the netherlands": "NLD",
    "ger": "DEU",
    "deutschland": "DEU",
    "el": "GRC",
    "hellas": "GRC",
    "republic of ireland": "IRL",
    "eire": "IRL",
    "sui": "CHE",
}


@cache
def country_code(word: str) -> str:
    """ISO3 code of the country that a code or English name means; "" where it means none.

    >>> country_code("Great Britain"), country_code("Taiwan"), country_code("Utopia")
    ('GBR', 'TWN', '')
    """
    wanted = " ".join(word.split()).casefold()
    if wanted in EVERYDAY:
        return EVERYDAY[wanted]
    if not wanted or wanted.isdigit():
        return ""
    # pycountry costs 20 ms and is needed for words that the data at hand do not have.
    import pycountry

    try:
        return str(pycountry.countries.lookup(wanted).alpha_3)
    except LookupError:
        return ""


@cache
def country_name(code: str) -> str:
    """Short English name of a country by its ISO3 code; the code where there is none."""
    import pycountry

    found = pycountry.countries.get(alpha_3=code)
    return code if found is None else str(getattr(found, "common_name", found.name))


def likely(word: str, choices: Iterable[str]) -> str | None:
    """The choice nearest in spelling to a word that means no country; None for one that does, since
    another country is never meant."""
    return None if country_code(word) else nearest_match(word, choices)
