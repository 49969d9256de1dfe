"""Build `narrow-goods`, `narrow-good-suppliers` and `withheld-trade`.

    python -m tools.build_data.power_goods --source FOLDER

FOLDER holds `us-imports-2024/us_imports_2024_partner_hs6.csv.gz` (iso3, HS6, imports_usd). Values
and shares of suppliers are those of United States imports for consumption, 2024; everything else
about a good is judged here, with its range.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import defaultdict
from pathlib import Path

from tools.build_data.finance_common import write_csv
from tools.build_data.provenance import write_provenance

from triffin.evidence.estimates.withheld_trade import DATASET as VERSUS
from triffin.evidence.estimates.withheld_trade import PublishedLoss
from triffin.questions.power.precedents import DATASET, Precedent
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns
from triffin.world.narrow_goods import GOODS, SUPPLIERS, NarrowGood, Supplier

CARS, ELECTRIC = "Motor Vehicles", "Electrical Equipment"
ELECTRONICS, MACHINES = "Computers, Electronics and Optics", "Machinery, nec"
PLANES, METALS, CHEMICALS = "Other Transport Equipment", "Basic Metals", "Chemicals"
MAGNET_USERS = f"{CARS}:0.3; {ELECTRIC}:0.25; {ELECTRONICS}:0.2; {MACHINES}:0.15; {PLANES}:0.1"
# name, label, HS6, sector that makes it, users with shares of use,
# dependent lines and ease of replacing it (low, mid, high), months of stock, why
TABLE = (
    ("rare-earths", "Rare-earth metals and compounds", "280530 284610 284690", CHEMICALS,
     f"{ELECTRIC}:0.3; {ELECTRONICS}:0.3; {CHEMICALS}:0.2; Coke and Refined Petroleum:0.2",
     (0.1, 0.3, 1), (0, 0.1, 0.5), 2,
     "Catalysts, polishing, phosphors and alloys; complements in Alfaro and others, NBER 33877"),
    ("magnets", "Permanent magnets of metal", "850511", ELECTRIC, MAGNET_USERS,
     (0.1, 0.3, 1), (0, 0.1, 0.5), 1,
     "Motors, drives and sensors; two to four weeks of stock at carmakers (press, May 2025)"),
    ("gallium-germanium", "Gallium, germanium and kindred metals", "811292 811299", METALS,
     f"{ELECTRONICS}:0.8; {ELECTRIC}:0.2", (0.05, 0.2, 0.6), (0, 0.1, 0.5), 3,
     "Compound semiconductors, optical fibre, infrared optics; the codes hold other metals, too"),
    ("graphite", "Graphite, natural and artificial", "250410 250490 380110", CHEMICALS,
     f"{ELECTRIC}:0.6; {METALS}:0.4", (0.1, 0.3, 0.8), (0, 0.1, 0.5), 2,
     "Anodes of batteries and electrodes of furnaces"),
    ("antimony", "Antimony and its oxides", "261710 282580 811010 811090", METALS,
     f"{CHEMICALS}:0.5; {ELECTRIC}:0.4; Rubber and Plastics:0.1", (0.05, 0.2, 0.6),
     (0, 0.2, 0.8), 3,
     "Flame retardants and lead batteries; other retardants exist"),
    ("tungsten", "Tungsten ores, compounds and metal", "261100 284180 284990 810110 810194 810196 "
     "810197 810199", METALS, f"{MACHINES}:0.6; {METALS}:0.2; {PLANES}:0.2",
     (0.05, 0.2, 0.6), (0, 0.1, 0.5), 3,
     "Cutting tools and hard alloys; carbides other than of tungsten are in the codes"),
    ("lithium-batteries", "Lithium-ion batteries", "850760", ELECTRIC,
     f"{CARS}:0.5; {ELECTRONICS}:0.3; {ELECTRIC}:0.2", (0.1, 0.25, 0.5), (0, 0.2, 0.8), 2,
     "Electric cars, devices and storage; supply elsewhere grows within years"),
    ("chips", "Integrated circuits", "854231 854232 854233 854239", ELECTRONICS,
     f"{ELECTRONICS}:0.6; {CARS}:0.2; {MACHINES}:0.1; {ELECTRIC}:0.1", (0.3, 0.6, 1),
     (0, 0.05, 0.3), 2, "Nearly every line needs some; most enter inside imported parts"),
)  # fmt: skip
CASES = (
    ("rare-earths-2010", "2010-09-21", "CHN", "JPN", "rare earths",
     "shipments stopped for about two months, never announced; quotas until WTO ruled in 2014",
     "World Trade Organization, dispute DS431; press of September 2010"),
    ("chip-chemicals-2019", "2019-07-01", "JPN", "KOR", "three chemicals for chips",
     "licences one by one; lifted in March 2023", "METI, 1 July 2019; METI, 23 March 2023"),
    ("chips-2022", "2022-10-07", "USA", "CHN", "advanced chips and machines that make them",
     "in force, widened in October 2023 and December 2024",
     "Bureau of Industry and Security, interim final rule of 7 October 2022"),
    ("russian-energy-2022", "2022-04-08", "EU", "RUS", "coal, then oil by sea",
     "in force from August and December 2022", "Council of the EU, fifth and sixth packages"),
    ("russian-gas-2022", "2022-04-27", "RUS", "POL BGR FIN NLD DNK DEU", "pipeline gas",
     "stopped step by step, Nord Stream on 31 August 2022", "Gazprom's announcements, press"),
    ("gallium-2023", "2023-07-03", "CHN", "*", "gallium and germanium",
     "licences from 1 August 2023; a ban for the United States from December 2024",
     "Ministry of Commerce of China, announcements 23 of 2023 and 46 of 2024"),
    ("graphite-2023", "2023-10-20", "CHN", "*", "graphite for batteries",
     "licences from 1 December 2023", "Ministry of Commerce of China, announcement 39 of 2023"),
    ("rare-earths-april-2025", "2025-04-04", "CHN", "*", "seven rare earths and magnets",
     "licences; shipments of magnets fell by three quarters in May 2025; eased in June",
     "Ministry of Commerce of China, announcement 18 of 2025; ECB Economic Bulletin 6/2025"),
    ("rare-earths-october-2025", "2025-10-09", "CHN", "*", "five more, and goods made with them",
     "suspended for a year on 10 November 2025",
     "Ministry of Commerce of China, announcements 61 and 62 of 2025"),
)  # fmt: skip
KIEL_153 = "Felbermayr, Gans, Mahlkow, Sandkamp (2021), Kiel Policy Brief 153"
KIEL_170 = "Baqaee, Hinz, Moll and others (2024), Kiel Policy Brief 170"
IFO = "Dorn, Flach, Fuest and others (2022), ifo for vbw"
CAE = "Baqaee, Moll, Landais, Martin (2022), CAE focus"
IMF = "Bogmans, Jerez-Osses, Miranda Pinto, Natal, IMF WP 2026/073"
OIL = "Baqaee and Farhi (2019), Econometrica 87"
BACHMANN = "Bachmann, Baqaee, Bayer and others (2022), ECONtribute policy brief 28"
DOUBLE, CUT = "EU and China double trade costs", "West and China cut all trade"
STOP, REE = "no Russian energy", "rare earths 80 % less, within a year"
NARROW = "a table over two numbers that nobody has measured"
BARRIERS = "their barriers are finite, ours cut all trade"
# id, source, what, economy, low, high, use, tolerance, case, seen, why
PUBLISHED = (
    ("kiel-153-eu-alone", KIEL_153, "EU doubles its costs", "EU", 0.8, 0.8, "reproduce", 0.3,
     "eu-doubles", "text", "other year and sectors"),
    ("kiel-153-eu", KIEL_153, DOUBLE, "EU", 1.0, 1.0, "reproduce", 0.3, "both-double", "text",
     "other year and sectors"),
    ("kiel-153-deu", KIEL_153, DOUBLE, "DEU", 1.4, 1.4, "reproduce", 0.3, "both-double", "text",
     "other year and sectors"),
    ("kiel-153-chn", KIEL_153, DOUBLE, "CHN", 1.3, 1.3, "band", 0, "both-double", "text",
     "China buys less of what it uses from Europe in 2022 than in their data"),
    ("kiel-170-months", KIEL_170, CUT + ", first months", "DEU", 5, 5, "band", 0,
     "west-china-months", "abstract", "their first months have firms that cannot replace inputs"),
    ("kiel-170-year", KIEL_170, CUT + ", first year", "DEU", 4, 4, "band", 0, "west-china-year",
     "abstract", "the trade elasticity decides, and ours after a year is larger"),
    ("kiel-170-long", KIEL_170, CUT + ", long run", "DEU", 1, 2, "band", 0, "west-china",
     "abstract", "the elasticity decides"),
    ("ifo-chn", IFO, CUT, "CHN", 2.27, 2.27, "band", 0, "west-china", "press", BARRIERS),
    ("ifo-deu", IFO, CUT, "DEU", 0.76, 0.76, "band", 0, "west-china", "press", BARRIERS),
    ("ifo-usa", IFO, CUT, "USA", 0.48, 0.48, "band", 0, "west-china", "press", BARRIERS),
    ("cae-eu", CAE, STOP, "EU", 0.2, 0.3, "band", 0, "russian-energy-year", "press",
     "theirs is one economy with energy as an input, ours a sector that trades"),
    ("cae-fra", CAE, STOP, "FRA", 0.15, 0.3, "band", 0, "russian-energy-year", "press",
     "as for the EU"),
    ("cae-deu", CAE, STOP, "DEU", 0.3, 3, "band", 0, "russian-energy-year", "press",
     "as for the EU"),
    ("flach-russia", "Flach, Heiland, Larch and others (2023), Review of International Economics",
     "EU and allies cut all trade with Russia", "RUS", 4, 4, "band", 0, "west-russia", "abstract",
     "theirs is over 4; our elasticities for energy are larger"),
    ("imf-ree-usa", IMF, REE, "USA", 1.5, 1.5, "beside", 0, "magnets", "abstract", NARROW),
    ("imf-ree-jpn", IMF, REE, "JPN", 1.8, 1.8, "beside", 0, "magnets", "abstract", NARROW),
    ("imf-ree-deu", IMF, REE, "DEU", 1.2, 1.2, "beside", 0, "magnets", "abstract", NARROW),
    ("oil-1970s-first", OIL, "oil shocks of the 1970s, first order", "world", 0.23, 0.23,
     "reproduce", 0.01, "oil-first", "abstract and a replication; shares from memory", "rounding"),
    ("oil-1970s-second", OIL, "oil shocks of the 1970s, second order", "world", 0.61, 0.61,
     "reproduce", 0.01, "oil-second", "abstract and a replication; shares from memory", "rounding"),
    ("energy-10", BACHMANN, "energy 10 % less, aggregate CES", "DEU", 1.5, 1.5, "band", 0,
     "energy-10", "quoted; share 4 % and elasticity 0.04 from memory", "theirs is up to 1.5"),
    ("gas-30", BACHMANN, "gas 30 % less, aggregate CES", "DEU", 2.2, 2.2, "band", 0, "gas-30",
     "press; share 1.2 % and elasticity 0.1 from memory", "their elasticity was not seen"),
)  # fmt: skip
LEAST, ENDS = 0.01, ("low", "mid", "high")


def _number(value: float) -> str:
    return f"{value:.4g}"


def main(source: Path) -> None:
    """Read the imports and write the three tables with their provenance."""
    bought: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    path = source / "us-imports-2024" / "us_imports_2024_partner_hs6.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            bought[row["HS6"]][row["iso3"]] += float(row["imports_usd"])
    goods, suppliers = [], []
    for name, label, codes, maker, users, needs, ease, stock, why in TABLE:
        by: dict[str, float] = defaultdict(float)
        for code in codes.split():
            for iso3, value in bought[code].items():
                by["EU" if iso3 == "EU27" else iso3] += value
        total = sum(by.values())
        if not total:
            raise ValueError(f"{name}: no imports under {codes}")
        goods.append({
            "good": name, "label": label, "hs6": codes, "maker": maker, "users": users,
            "imports_usd_mn": f"{total / 1e6:.1f}",
            **{f"dependent_{end}": _number(x) for end, x in zip(ENDS, needs, strict=True)},
            **{f"sigma_{end}": _number(x) for end, x in zip(ENDS, ease, strict=True)},
            "stock_months": _number(stock), "grade": "judgement", "source": why,
        })  # fmt: skip
        suppliers += [
            {"good": name, "iso3": iso3, "share": _number(value / total)}
            for iso3, value in sorted(by.items(), key=lambda item: -item[1])
            if value >= LEAST * total
        ]
    published = [dict(zip(columns(PublishedLoss), row, strict=True)) for row in PUBLISHED]
    cases = [
        dict(zip(("id", "announced", "by", "on", "goods", "outcome", "source"), case, strict=True))
        | {"grade": "judgement"} for case in CASES
    ]  # fmt: skip
    customs = "United States Census Bureau, imports for consumption 2024 by six digits and partner"
    for dataset, record, table, about in (
        (GOODS, NarrowGood, goods, {
            "title": "Eight narrow goods: value, users, what is judged of their use",
            "source": f"values: {customs}; use, dependence, ease, stocks: judgement, by row",
            "licence": "public domain; own judgement",
            "notes": ["Shares of use, dependent lines, ease of replacement: nobody measured them; "
                      "they are ranges for a table, never for one percentage.",
                      "Values are United States imports; home production is not in them."],
        }),
        (SUPPLIERS, Supplier, suppliers, {
            "title": "Who supplies the United States with eight narrow goods, 2024",
            "source": customs, "licence": "public domain",
            "notes": ["Suppliers of 1 % and more; the European Union is one."],
        }),
        (VERSUS, PublishedLoss, published, {
            "title": "Published losses from withheld trade",
            "source": "as named by row", "licence": "published figures, cited",
            "notes": ["Seen as said by row; what was not in abstract or text is marked."],
        }),
        (DATASET, Precedent, cases, {
            "title": "Named cases of withheld trade, 2010 to 2025",
            "source": "announcements as named by row, from memory and not retrieved again",
            "licence": "facts",
            "notes": ["A list of known cases, not a sample: no rate comes of it."],
        }),
    ):  # fmt: skip
        file = DATASETS / f"{dataset}.csv"
        write_csv(file, columns(record), table)
        retrieved = "customs figures as compiled by a public tracker of tariffs (MIT)"
        write_provenance(file, {"kind": "power", **about, "retrieved": retrieved})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    main(parser.parse_args().source)
