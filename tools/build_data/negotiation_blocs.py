"""Treaty allies of the US and trade blocs: members, years and sources, for the dataset `blocs`."""

from __future__ import annotations

from dataclasses import dataclass

from triffin.world.data.blocs import EU


@dataclass(frozen=True)
class Bloc:
    """members: year of membership -> codes. kind: "treaty", "major non-NATO" or "trade"."""

    code: str
    kind: str
    title: str
    members: dict[int, str]
    source: str


_NATO = {
    1949: "BEL CAN DNK FRA GBR ISL ITA LUX NLD NOR PRT",
    1952: "GRC TUR",
    1955: "DEU",
    1982: "ESP",
    1999: "CZE HUN POL",
    2004: "BGR EST LTU LVA ROU SVK SVN",
    2009: "ALB HRV",
    2017: "MNE",
    2020: "MKD",
    2023: "FIN",
    2024: "SWE",
}
_STATE = "US Department of State, US collective defense arrangements"
_MNNA = {
    1987: "AUS EGY ISR JPN KOR",
    1996: "JOR NZL",
    1998: "ARG",
    2002: "BHR",
    2003: "PHL THA TWN",
    2004: "KWT MAR PAK",
    2015: "TUN",
    2019: "BRA",
    2022: "COL QAT",
    2024: "KEN",
}

BLOCS = (
    Bloc(
        "NATO",
        "treaty",
        "North Atlantic Treaty",
        _NATO,
        "North Atlantic Treaty (1949) and accession protocols; NATO member countries",
    ),
    Bloc(
        "US-JPN",
        "treaty",
        "Treaty of Mutual Cooperation and Security between the US and Japan",
        {1960: "JPN"},
        f"Treaty of 19 January 1960; {_STATE}",
    ),
    Bloc(
        "US-KOR",
        "treaty",
        "Mutual Defense Treaty between the US and the Republic of Korea",
        {1953: "KOR"},
        f"Treaty of 1 October 1953; {_STATE}",
    ),
    Bloc(
        "ANZUS",
        "treaty",
        "Security Treaty between Australia, New Zealand and the US (with Australia in force)",
        {1951: "AUS"},
        f"Treaty of 1 September 1951; obligations to New Zealand suspended in 1986; {_STATE}",
    ),
    Bloc(
        "US-PHL",
        "treaty",
        "Mutual Defense Treaty between the US and the Philippines",
        {1951: "PHL"},
        f"Treaty of 30 August 1951; {_STATE}",
    ),
    Bloc(
        "Manila-Pact",
        "treaty",
        "Southeast Asia Collective Defense Treaty, with Thailand",
        {1954: "THA"},
        f"Manila Pact of 8 September 1954 and the Rusk-Thanat communique of 1962; {_STATE}",
    ),
    Bloc(
        "MNNA",
        "major non-NATO",
        "Major non-NATO allies of the US",
        _MNNA,
        "22 U.S.C. 2321k and presidential determinations; US Department of State, list of major "
        "non-NATO allies; Taiwan: P.L. 107-228, section 1206",
    ),
    Bloc(
        "EU",
        "trade",
        "European Union, a customs union",
        {
            1958: "BEL DEU FRA ITA LUX NLD",
            1973: "DNK IRL",
            1981: "GRC",
            1986: "ESP PRT",
            1995: "AUT FIN SWE",
            2004: "CYP CZE EST HUN LTU LVA MLT POL SVK SVN",
            2007: "BGR ROU",
            2013: "HRV",
        },
        "Treaty on European Union and accession treaties",
    ),
    Bloc(
        "USMCA",
        "trade",
        "United States-Mexico-Canada Agreement",
        {2020: "CAN MEX"},
        "Agreement in force on 1 July 2020; the US is the third party",
    ),
    Bloc(
        "US-FTA",
        "trade",
        "Free trade agreements with the US in force in 2025",
        {
            1985: "ISR",
            2001: "JOR",
            2004: "CHL SGP",
            2005: "AUS",
            2006: "BHR GTM HND MAR NIC SLV",
            2007: "DOM",
            2009: "CRI OMN PER",
            2012: "COL KOR PAN",
            2020: "CAN MEX",
        },
        "Office of the US Trade Representative, free trade agreements",
    ),
    Bloc(
        "CPTPP",
        "trade",
        "Comprehensive and Progressive Agreement for Trans-Pacific Partnership",
        {
            2018: "AUS CAN JPN MEX NZL SGP",
            2019: "VNM",
            2021: "PER",
            2022: "MYS",
            2023: "BRN CHL",
            2024: "GBR",
        },
        "Agreement of 8 March 2018 and its depositary's entry-into-force notices",
    ),
    Bloc(
        "RCEP",
        "trade",
        "Regional Comprehensive Economic Partnership, with China",
        {2022: "AUS BRN CHN JPN KHM KOR LAO MMR MYS NZL SGP THA VNM", 2023: "IDN PHL"},
        "Agreement of 15 November 2020 and its depositary's entry-into-force notices",
    ),
    Bloc(
        "ASEAN",
        "trade",
        "Association of Southeast Asian Nations",
        {
            1967: "IDN MYS PHL SGP THA",
            1984: "BRN",
            1995: "VNM",
            1997: "LAO MMR",
            1999: "KHM",
        },
        "ASEAN member states; Timor-Leste acceded in October 2025 and is left out",
    ),
    Bloc(
        "EFTA",
        "trade",
        "European Free Trade Association",
        {1960: "CHE NOR", 1970: "ISL", 1991: "LIE"},
        "EFTA Convention",
    ),
    Bloc(
        "Mercosur",
        "trade",
        "Southern Common Market",
        {1991: "ARG BRA PRY URY", 2024: "BOL"},
        "Treaty of Asuncion (1991) and protocols of accession; Venezuela suspended",
    ),
    Bloc(
        "GCC",
        "trade",
        "Gulf Cooperation Council, a customs union",
        {2003: "ARE BHR KWT OMN QAT SAU"},
        "GCC customs union of 1 January 2003",
    ),
    Bloc(
        "SACU",
        "trade",
        "Southern African Customs Union",
        {1970: "BWA LSO SWZ ZAF", 1990: "NAM"},
        "SACU agreements of 1969 and 2002",
    ),
    Bloc(
        "EAEU",
        "trade",
        "Eurasian Economic Union",
        {2015: "ARM BLR KAZ KGZ RUS"},
        "Treaty of 29 May 2014 and accessions",
    ),
)


def memberships() -> list[dict[str, str]]:
    """Rows of the dataset: bloc by bloc, members by year and code.

    Raises ValueError for a member listed twice, or where the EU is not the group of the package.
    """
    rows = []
    for bloc in BLOCS:
        found = [code for codes in bloc.members.values() for code in codes.split()]
        if len(set(found)) != len(found):
            raise ValueError(f"{bloc.code} names a member twice")
        if bloc.code == "EU" and sorted(found) != list(EU):
            raise ValueError("the members of the EU differ from triffin.world.groups")
        rows += [
            {
                "bloc": bloc.code,
                "kind": bloc.kind,
                "title": bloc.title,
                "iso3": code,
                "since": str(year),
                "source": bloc.source,
            }
            for year, codes in bloc.members.items()
            for code in codes.split()
        ]
    return rows
