"""Build `us-tariff-schedules`: the dated tariff schedules of 2025-26 by name.

    python -m tools.build_data.us_tariffs --negotiations FOLDER --world FOLDER

The first folder holds `us_tariff_rates_by_partner.csv`, `events_2025_2026.csv` and
`effective_tariff_rates.csv`; the second `economies.csv` of world-2023 (the announced rates that
Ignatenko et al. used). Every rate comes from a column or is a sum that cites the event rows it
was taken from; a citation that is not in the events file stops the build.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tools.build_data.provenance import write_provenance
from tools.build_data.tariff_tables import COVERAGE_DAYS, Tables, read_tables

from triffin.world.data.shipped import DATASETS

NAME = "us-tariff-schedules"


@dataclass
class Schedule:
    """One schedule before it is written: rates in per cent, only where they are not `default`."""

    name: str
    title: str
    day: str
    kind: str  # "announced" or "in force"
    rates: dict[str, float]
    default: float
    source: str
    notes: list[str]
    importer: str = "USA"
    coverage: dict[str, tuple[float, str]] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        named = {code: rate for code, rate in sorted(self.rates.items()) if rate != self.default}
        shares = dict(sorted(self.coverage.items()))
        return {
            "title": self.title,
            "importer": self.importer,
            "date": self.day,
            "kind": self.kind,
            "default_percent": self.default,
            "rates_percent": {
                code: int(rate) if rate == int(rate) else rate for code, rate in named.items()
            },
            "coverage": {code: share for code, (share, _) in shares.items()},
            "coverage_source": {code: source for code, (_, source) in shares.items()},
            "source": self.source,
            "notes": self.notes,
        }


ORDERS = "Executive orders of the US government"
TABLE = "rates by partner as compiled from the orders' annexes"
USMCA = (
    "Canada and Mexico stand under the separate fentanyl order; goods that meet the USMCA rules "
    "pay nothing, which the coverage share carries. Energy and potash at 10 % are not separated."
)
PRODUCTS = (
    "Ad-valorem rate on goods in general: duties by product (section 232 on cars, steel, "
    "aluminium and others) and exempted products are not in it; coverage is given only where a "
    "published share is near the date."
)
DEALS = "Rates agreed 'including MFN' (EU, Japan, Korea, Switzerland) are carried as the full rate."
NO_SHARE = (
    "No published share of China's exports that pays is near this date: its paid rate is taken "
    "as the statutory one, an upper bound."
)
RUSSIA = (
    "Russia stands at the baseline of 10 % as in the table of rates; the announced column that "
    "the paper used has 0 for it."
)


def announced(tables: Tables) -> list[Schedule]:
    """What was announced: 2 April 2025 as the paper has it, and the pause of 9 April."""
    paper = {
        row["iso3"]: max(10.0, round(100 * float(row["us_tariff_2025_04_02"]), 6))
        for row in tables.economies
        if row["iso3"] != "USA"
    }
    signed = tables.column("rate_2apr2025_pct")
    outside = {code: rate for code, rate in signed.items() if code not in (*paper, "USA")}
    return [
        Schedule(
            name="us-2025-04-02",
            title="US tariffs announced on 2 April 2025, with the 10 % floor",
            day="2025-04-02",
            kind="announced",
            rates={**paper, **outside},
            default=10,
            source="US government, announced rates as used by Ignatenko, Macedoni, Lashkaripour "
            f"and Simonovska (2025); {tables.cite('2025-04-02', '57 listed + all')}",
            notes=[
                "max(10 %, announced rate) on every partner. China 54 % is 34 + 20 imposed "
                "earlier; Mexico 17 % as the paper has it.",
                f"Partners outside world-2023 ({', '.join(sorted(outside))}) are taken from the "
                "annex as signed.",
            ],
        ),
        Schedule(
            name="us-pause-2025",
            title="US pause of 9 April 2025: 10 % on all, China 145 %",
            day="2025-04-09",
            kind="announced",
            rates={"CHN": 145},
            default=10,
            source=tables.cite("2025-04-09", "all but China"),
            notes=[
                "As announced: one rate for everybody but China. us-2025-04-10 is the same day "
                "with the orders on Canada and Mexico.",
            ],
        ),
    ]


def april_to_july(tables: Tables) -> list[Schedule]:
    """The baseline of 5 April, the hours of 9 April, the pause, the Geneva truce."""
    fentanyl = tables.cite("2025-02-01", "Canada, Mexico, China")
    china_20 = tables.cite("2025-03-03", "China")
    neighbors = {"CAN": 25.0, "MEX": 25.0}
    common = [f"Canada and Mexico: 25 %. {fentanyl}.", USMCA, PRODUCTS, RUSSIA]
    specs: list[tuple[str, str, dict[str, float], list[str], str]] = [
        (
            "2025-04-05",
            "US tariffs in force on 5 April 2025: baseline of 10 %",
            {"CHN": 30},
            [f"China 30 % = 10 baseline + 20 imposed earlier. {china_20}."],
            tables.cite("2025-04-02", "57 listed + all"),
        ),
        (
            "2025-04-09",
            "US tariffs in force for some hours on 9 April 2025: rates by partner as signed",
            {**tables.column("rate_2apr2025_pct"), "CHN": 104},
            [
                f"China 104 % = 84 + 20 imposed earlier. {tables.cite('2025-04-08', 'China')}. "
                f"{china_20}.",
                f"Other partners: {TABLE}, annex of the order of 2 April as signed.",
            ],
            tables.cite("2025-04-02", "57 listed + all"),
        ),
        (
            "2025-04-10",
            "US tariffs in force on 10 April 2025: the pause",
            {"CHN": 145},
            [f"China 145 % = 125 + 20 imposed earlier. {china_20}."],
            tables.cite("2025-04-09", "all but China"),
        ),
        (
            "2025-05-14",
            "US tariffs in force on 14 May 2025: truce with China",
            {"CHN": 30},
            ["China 30 % = 10 + 20. The order gives 14 May as its first day."],
            tables.cite("2025-05-12", "China"),
        ),
    ]
    return [
        in_force(tables, day, title, {**rates, **neighbors}, 10, source, [*notes, *common])
        for day, title, rates, notes, source in specs
    ]


def august_to_february(tables: Tables) -> list[Schedule]:
    """Country rates of 7 August 2025 and the changes until the ruling of February 2026."""
    rates = {
        **tables.column("rate_7aug2025_pct"),
        "CAN": 35.0,
        "MEX": 25.0,
        "BRA": 50.0,
        "IND": 25.0,
    }
    source = tables.cite("2025-07-31", "68 partners")
    notes = [
        f"Partners that the annex does not list pay the baseline of 10 %; {TABLE}.",
        f"Canada 35 %, Mexico 25 %. {tables.cite('2025-07-31', 'Canada')}.",
        f"Brazil 50 % = 10 + 40; many products are exempt and no paid share is published. "
        f"{tables.cite('2025-07-30', 'Brazil')}.",
        USMCA,
        DEALS,
        PRODUCTS,
        RUSSIA,
    ]
    steps: list[tuple[str, str, dict[str, float], str, str]] = [
        (
            "2025-08-07",
            "US tariffs in force on 7 August 2025: rates by partner after the deals",
            {},
            "India 25 %, as in the annex.",
            source,
        ),
        (
            "2025-08-27",
            "US tariffs in force on 27 August 2025: India at 50 %",
            {"IND": 50},
            "India 50 % = 25 + 25 for buying Russian oil.",
            tables.cite("2025-08-06", "India"),
        ),
        (
            "2025-11-10",
            "US tariffs in force on 10 November 2025: truce with China renewed",
            {"CHN": 20},
            "China 20 % = 10 + 10 (the second halved from 20); the orders of 4 November take "
            "effect on 10 November.",
            tables.cite("2025-11-01", "China"),
        ),
        (
            "2025-11-14",
            "US tariffs in force on 14 November 2025: Switzerland at 15 %",
            {"CHE": 15, "LIE": 15},
            "Switzerland and Liechtenstein from 39 and 15 to 15 %. Farm products (coffee, beef, "
            "bananas and others) are exempt from this day; the rates here do not separate them.",
            tables.cite("2025-11-14", "Switzerland, Liechtenstein"),
        ),
        (
            "2026-02-06",
            "US tariffs in force on 6 February 2026: India at 18 %",
            {"IND": 18, "TWN": 15},
            f"India 18 %. {tables.cite('2026-01-15', 'Taiwan')}. {NO_SHARE}",
            tables.cite("2026-02-06", "India"),
        ),
    ]
    schedules = []
    for day, title, change, note, cited in steps:
        rates = {**rates, **change}
        schedules.append(in_force(tables, day, title, rates, 10, cited, [note, *notes]))
    return schedules


def after_the_ruling(tables: Tables) -> list[Schedule]:
    """The surcharge of section 122, then the duties of section 301: the latest in the data."""
    surcharge = in_force(
        tables,
        "2026-02-24",
        "US tariffs in force on 24 February 2026: surcharge of 10 % after the Supreme Court ruling",
        {},
        10,
        tables.cite("2026-02-20", "all"),
        [
            "The duties under emergency powers ended; section 122 allows 150 days. Cars, energy, "
            "medicines, electronics and USMCA goods are excluded.",
            "15 % was announced on 21 February but, as far as found, never ordered.",
            NO_SHARE,
            PRODUCTS,
        ],
    )
    # The order of 20 February replaces every rate by one; the USMCA share still applies.
    shares = tables.coverage(date(2026, 2, 24))
    surcharge.coverage = {code: shares[code] for code in ("CAN", "MEX")}
    current = in_force(
        tables,
        "2026-07-24",
        "Latest US rates in the data, 24 July 2026: section 301 duties on 60 partners",
        tables.column("s301_forced_labour_23jul2026_pct"),
        0,
        tables.cite("2026-07-23", "60 economies"),
        [
            "The start on 24 July 2026 is inferred from the end of the section 122 surcharge: the "
            "memorandum of 23 July gives none in the text read.",
            "Partners that the memorandum does not name pay no additional tariff once the "
            "surcharge has expired.",
            "Japan, Korea and Switzerland 12.5 %, the European Union and Taiwan 10 %, all net of "
            "MFN (the MFN duty counts towards the rate).",
            "No published share of imports that pays is near this date: whether USMCA goods of "
            "Canada and Mexico are exempt is not in the data, so their paid rate is uncertain.",
            f"Not included: {tables.cite('2026-07-20', 'Canada')}, suspended on 18 August 2026.",
            PRODUCTS,
        ],
    )
    current.name = "us-current"
    return [surcharge, current]


def in_force(
    tables: Tables,
    day: str,
    title: str,
    rates: dict[str, float],
    default: float,
    source: str,
    notes: list[str],
) -> Schedule:
    """A schedule of US rates in force on a day, with the coverage known near it."""
    coverage = tables.coverage(date.fromisoformat(day))
    return Schedule(
        f"us-{day}", title, day, "in force", rates, default, f"{ORDERS}: {source}", notes,
        coverage=coverage,
    )  # fmt: skip


def china(tables: Tables) -> list[Schedule]:
    """China's answer to the United States, as far as the events state it."""
    truce = tables.cite("2025-05-12", "China")
    missing = (
        "China's duties of February and March 2025 on selected US goods are not in the data and "
        "not included."
    )
    return [
        Schedule(
            name="china-2025-04-12",
            title="China's tariff of 125 % on US goods, April 2025",
            day="2025-04-12",
            kind="in force",
            rates={"USA": 125},
            default=0,
            source=f"State Council of China, rate as in the joint statement of 12 May 2025: "
            f"{truce}; China 125 -> 10",
            notes=[
                "The first day, 12 April 2025, is general knowledge: the events state the rate, "
                "not its date.",
                missing,
            ],
            importer="CHN",
        ),
        Schedule(
            name="china-2025-05-14",
            title="China's tariff of 10 % on US goods after the Geneva truce",
            day="2025-05-14",
            kind="in force",
            rates={"USA": 10},
            default=0,
            source=f"Joint statement of 12 May 2025: {truce}; China 125 -> 10",
            notes=[missing],
            importer="CHN",
        ),
    ]


def build(negotiations: Path, world: Path, target: Path = DATASETS) -> Path:
    """Write us-tariff-schedules.json and its provenance into `target`; returns the data file."""
    tables = read_tables(negotiations, world)
    schedules = [
        *announced(tables),
        *april_to_july(tables),
        *august_to_february(tables),
        *after_the_ruling(tables),
        *china(tables),
    ]
    data_file = target / f"{NAME}.json"
    text = json.dumps({s.name: s.record() for s in schedules}, indent=1, ensure_ascii=False)
    data_file.write_text(text + "\n", encoding="utf-8", newline="\n")
    write_provenance(
        data_file,
        {
            "kind": "schedules",
            "title": "Tariff schedules of 2025-26 by name: US rates by partner, China's answer",
            "source": "US government orders, proclamations and fact sheets; rates of the paper "
            "as used by Ignatenko et al. (2025); coverage from the Federal Reserve Bank of New "
            "York, Fitch Ratings, Penn Wharton Budget Model, the Mexican finance ministry and "
            "Gros (Funcas), each named at the figure",
            "licence": "US government works: public domain; single published figures cited",
            "retrieved": "rates and events as compiled up to August 2026; each schedule names "
            "its rows",
            "notes": [
                "Statutory rates. coverage is the share of a partner's exports that pays; what "
                "is paid is statutory x coverage.",
                "EU rates are written for each of the 27 members.",
                f"A coverage figure is carried at most {COVERAGE_DAYS} days from its own period.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--negotiations", type=Path, required=True)
    parser.add_argument("--world", type=Path, required=True)
    options = parser.parse_args()
    build(options.negotiations, options.world)
