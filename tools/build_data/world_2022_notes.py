"""What the provenance of `world-2022` says: sources, terms, choices, and what is poor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from tools.build_data.world_2022_balance import Balanced
from tools.build_data.world_2022_tables import SERVICES

from triffin.world.sectors import KIND

TITLE = "81 economies × 22 goods and services with inputs, 2022"
TERMS = (
    "OECD terms and conditions: reuse with attribution; United States Census Bureau: public "
    "domain; tariffs and estimates as published, cited"
)
ICIO = "OECD (2025, 2023), Inter-Country Input-Output tables, http://oe.cd/icio"
# Economies whose figures are poor by what the sources themselves show.
POOR = ("KAZ", "VNM", "AGO", "ARE", "COD")


@dataclass(frozen=True, eq=False)
class World2022:
    """What was done to the figures, as the notes state it; money in USD, shares as fractions."""

    output: float
    exports: float
    value_added: float
    cells: int
    short: int
    missing: float
    moved: float
    moved_most: tuple[str, ...]
    us_imports: float
    us_duty: float

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray], found: Balanced) -> World2022:
        codes = [str(code) for code in arrays["economies"]]
        flows = arrays["trade"].astype(np.float64)
        usa = codes.index("USA")
        own = np.arange(len(codes))
        abroad = flows.copy()
        abroad[:, own, own] = 0.0
        bought = abroad[:SERVICES, :, usa]
        worst = np.argsort(found.moved_by_economy)[::-1][:8]
        return cls(
            output=float(flows.sum()),
            exports=float(abroad.sum()),
            value_added=float(arrays["gdp"].sum()),
            cells=found.short.size,
            short=int(found.short.sum()),
            missing=found.missing,
            moved=found.moved,
            moved_most=tuple(f"{codes[i]} {100 * found.moved_by_economy[i]:.0f} %" for i in worst),
            us_imports=float(bought.sum()),
            us_duty=float((arrays["tariff"][:SERVICES, :, usa] * bought).sum()),
        )


def described(
    arrays: Mapping[str, np.ndarray], facts: World2022, elasticities: str
) -> dict[str, Any]:
    """The entry of the provenance but for file, size and checksum."""
    return {
        "kind": KIND,
        "title": TITLE,
        "year": 2022,
        "economies": len(arrays["economies"]),
        "sectors": len(arrays["sectors"]),
        "source": f"{ICIO}; tariffs: United States Census Bureau 2024, Teti (2021) and others as "
        "listed",
        "licence": TERMS,
        "sources": sources(elasticities),
        "retrieved": "OECD tables as aggregated in public repositories; imports and duty of the "
        "United States as compiled in tradewartracker/trade-war-redux-2025 (MIT)",
        "elasticities": elasticities,
        "notes": notes(facts),
    }


def sources(elasticities: str) -> list[dict[str, str]]:
    """What each array is, where it comes from, and how good it is."""
    return [
        {
            "what": "trade, home sales on the diagonal (current USD at basic prices, single "
            "precision); gross_output is the sum of sales",
            "title": "OECD Inter-Country Input-Output tables, edition 2025, year 2022; negative "
            "cells were set to zero by the source",
            "grade": "published",
        },
        {
            "what": "value_added_share: value added by 20 regions and sector is met exactly; "
            "inside a region economies differ by the table of 2020",
            "title": "OECD Inter-Country Input-Output tables, value added 2022 by region and "
            "industry, and edition 2023, year 2020, 77 economies × 11 sectors",
            "grade": "derived",
        },
        {
            "what": "input_share: shares of 2017 inside three blocks (farms, mines and food; other "
            "manufactures; services), what blocks take from blocks by the table of 2020, balanced",
            "title": "the shipped world uschina-2017 (OECD tables, edition 2021) and OECD "
            "Inter-Country Input-Output tables, edition 2023, year 2020",
            "grade": "derived",
        },
        {
            "what": "tariff of the United States: duty over imports for consumption, 2024; the "
            "European Union's rate for its members",
            "title": "United States Census Bureau, by partner and ICIO industry",
            "grade": "derived",
        },
        {
            "what": "tariff of the others on goods but food: applied rates by pair and industry",
            "title": "Teti (2021), as in the trade file",
            "grade": "judgement",
        },
        {
            "what": "tariff on food of BRA, CHN, IND, JPN, GBR and the European Union: applied "
            "rates of 2017; of the others: the rate of the pair on farm goods",
            "title": "the shipped world uschina-2017; Teti (2021)",
            "grade": "judgement",
        },
        {
            "what": f"elasticity: see the table {elasticities}, with source and grade by sector",
            "title": "Fontagné, Guimbard and Orefice (2022); services by judgement",
            "grade": "published",
        },
    ]


def notes(facts: World2022) -> list[str]:
    """What a reader of the figures must know."""
    return [
        f"Output {facts.output / 1e12:.2f} trillion USD, exports {facts.exports / 1e12:.2f}, value "
        f"added {facts.value_added / 1e12:.2f}. Levels lie below customs figures: basic prices, "
        "margins are services, re-exports are netted. The United States import goods of "
        f"{facts.us_imports / 1e9:,.0f} billion USD here and of 3,209 billion in the customs "
        "statistics of 2024: do not mix the two.",
        "22 goods: A01 with A02, B05 with B06, B07 with B08, C24A with C24B, C301 with C302T309, "
        "so that they are the goods of the tables of 2017. Services are one sector, because the "
        "trade of 2022 has them as one; the table of 2020 could split them, but its shares would "
        "be those of a year without travel. Mining support services count as goods, as in the "
        "tables; customs see none of them, and no tariff is collected.",
        "Value added is at basic prices (GDP less taxes on products). What output leaves after "
        "value added is inputs, taxes less subsidies on them included.",
        f"Inputs so built exceed what is bought in {facts.short} of {facts.cells} cells, by "
        f"{100 * facts.missing:.2f} % of all inputs; a biproportional fit that keeps what every "
        "sector spends on inputs and moves least (relative entropy) leaves none: "
        f"{100 * facts.moved:.2f} % of inputs change place, most in {', '.join(facts.moved_most)}. "
        "Final demand is expenditure less inputs and nowhere negative.",
        "AGO, ARE, COD and STP are not in the table of 2020 and take the blocks of its rest of the "
        "world; input shares of 2017 are those of 7 regions.",
        "Poor: KAZ and VNM were revised between the editions (output of KAZ 2.08 times, of VNM "
        "0.77 times that of edition 2023); value added of VNM, CHE and MYS is that of one region "
        "and too high against GDP (VNM by a fifth), that of AGO and COD about half of GDP, of ARE "
        "three quarters. In AGO and ARE a fifth of inputs had to be moved, in COD a seventh. "
        f"Results for {', '.join(POOR)} are weak. STP is nearly empty: do not read it.",
        "The United States collect "
        f"{100 * facts.us_duty / facts.us_imports:.2f} % on the goods of this world, whose weights "
        "are those of 2022, with more from China than in 2024; the 2.36 % of the customs "
        "statistics include goods returned and special chapters (125 billion USD without duty), "
        "which belong to no sector. Partners not listed (BLR, BRN, CIV, CMR, COD, "
        "ISL, JOR, KAZ, LAO, MAR, MMR, SEN, STP, TUN, UKR) have applied rates, on food the mean.",
        "Tariffs of the others are the best there is, not what is collected: China's are most "
        "favoured nation on the United States, too, without its answers since 2018. HKG and SGP "
        "are free ports; the tariffs of ROW are not known and zero. Preferences on food are taken "
        "from the source; services have no tariff anywhere.",
        "Trade is not balanced; transfers are imports less exports. The scale of the source's food "
        "and services tariffs cannot be used, and its United States column has China at most "
        "favoured nation: none of these is in the world.",
    ]


def elasticities_described(world: str) -> dict[str, Any]:
    """The provenance of the table of elasticities."""
    return {
        "title": "Trade elasticities of the 22 goods and services of world-2022",
        "worlds": [world],
        "source": "Fontagné, Guimbard and Orefice (2022), Tariff-based product-level trade "
        "elasticities, Journal of International Economics 137, Table 8; services: parameter "
        "services_trade_elasticity",
        "licence": "published estimates, cited",
        "retrieved": "the figures as compiled from the studies",
        "notes": [
            "Why this study: it estimates from tariffs, which is what is asked here (Shapiro 2016 "
            "from freight, Giri, Yi and Yilmazkuday 2021 from prices); from all pairs of "
            "importers at six digits 2001-16 (Caliendo and Parro 2015: 16 economies in 1993, with "
            "1.1 for cars and 65 for petroleum; Lashkaripour and Lugovskyy 2023: imports of "
            "Colombia); it has every goods sector; and it is published by industry. It was chosen "
            "before any result of this world was compared with anything.",
            "The study uses these figures as the trade elasticity of its own welfare formula, and "
            "so does this world. Read as elasticities of substitution they would be one lower.",
            "Neighbouring sectors share a value where the study has one industry: farming and "
            "fishing, three mining sectors, chemicals and pharmaceuticals.",
            "Other studies run from 0.6 (petroleum, Lashkaripour and Lugovskyy) to 65 (petroleum, "
            "Caliendo and Parro) in single sectors: results by sector turn on the study.",
        ],
    }
