"""Build us-law-cells.npz and us-law-rules.json: the law on US imports since February 2025.

Read are us_imports_2024_law_cells.csv.gz, law_rules.csv, budget_lab_daily_average.csv and
us_tariff_rates_by_partner.csv. The rules are written in a form that arrays follow by
us_law_rules.py; every row of law_rules.csv must be there, or be named there with the reason why
it needs no record, or the build stops.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from tools.build_data.provenance import write_provenance
from tools.build_data.us_law_rules import NO_RECORD, all_records

from triffin.world.data.shipped import DATASETS
from triffin.world.data.us_law.records import CELLS, FORMS, RULES

VINTAGE = "July 2026"
# What is compared: a day in each stretch between two changes of the law, and days of changes.
COMPARED = (
    "2025-02-04", "2025-03-03", "2025-03-07", "2025-03-12", "2025-04-03", "2025-04-05",
    "2025-04-10", "2025-05-03", "2025-05-14", "2025-06-04", "2025-07-15", "2025-08-01",
    "2025-08-07", "2025-08-18", "2025-08-27", "2025-09-16", "2025-10-14", "2025-11-01",
    "2025-11-10", "2025-11-14", "2025-12-15", "2026-01-10", "2026-02-07", "2026-02-19",
    "2026-02-24", "2026-04-06", "2026-05-15", "2026-07-10",
)  # fmt: skip
RENAMED = {"EU": "EU27"}
NOTES = [
    "Figures for 50 partners, the European Union as one; 3,208.8 bn USD. Goods of chapters 98 and "
    "99 and goods that no crosswalk places are sectors of their own.",
    "Metal content by BEA shares, at most 1; USMCA shares of 2024, of 2025 and of December 2025.",
    "The exemption list of the section 301 duties of July 2026 is not at hand; a proxy within "
    "0.02 points by weight stands for it.",
]


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, packed or not."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"))))


def cell_arrays(source: list[dict[str, str]]) -> dict[str, np.ndarray]:
    """The columns of the cells as plain arrays; codes as positions, lists as bits."""
    partners = sorted({row["iso3"] for row in source})
    sectors = sorted({row["icio"] for row in source})
    names = sorted({name for row in source for name in row["lists"].split("+") if name})

    def column(name: str) -> np.ndarray:
        return np.array([float(row[name]) for row in source])

    bits = [sum(1 << names.index(n) for n in row["lists"].split("+") if n) for row in source]
    small = {
        **{form: column(f"{form}_pct") for form in FORMS},
        "usmca_2024": column("usmca_2024"),
        "usmca_2025": column("usmca_2025"),
        "usmca_december": column("usmca_dec2025"),
        "steel_content": np.minimum(column("steel_content"), 1.0),
        "alu_content": np.minimum(column("alu_content"), 1.0),
    }
    return {
        "partners": np.array(partners),
        "sectors": np.array(sectors),
        "list_names": np.array(names),
        "partner": np.array([partners.index(row["iso3"]) for row in source], dtype=np.uint8),
        "sector": np.array([sectors.index(row["icio"]) for row in source], dtype=np.uint8),
        "lists": np.array(bits, dtype=np.int64),
        "imports": column("imports_usd"),
        "duty": column("duty_usd"),
        **{name: value.astype(np.float32) for name, value in small.items()},
    }


def partner_rates(source: list[dict[str, str]], column: str) -> dict[str, float]:
    """Partner -> per cent of one column of rates; a rate net of MFN is its number."""
    return {
        RENAMED.get(row["iso3"], row["iso3"]): float(row[column].split()[0])
        for row in source
        if row[column].strip()
    }


def rule_records(laws: list[dict[str, str]], rates: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Every record with the authority, source and grade of its row in law_rules.csv."""
    by_rule = {row["rule"]: row for row in laws}
    records = all_records(
        partner_rates(rates, "rate_7aug2025_pct"),
        partner_rates(rates, "s301_forced_labour_23jul2026_pct"),
    )
    stated = {record["rule"] for record in records}
    missing = set(by_rule) - stated - set(NO_RECORD)
    unknown = (stated | set(NO_RECORD)) - set(by_rule)
    if missing or unknown:
        raise SystemExit(f"rules without a record: {missing}; records without a rule: {unknown}")
    return [
        {
            **record,
            "authority": by_rule[record["rule"]]["authority"],
            "source": by_rule[record["rule"]]["source"],
            "grade": by_rule[record["rule"]]["grade"],
        }
        for record in records
    ]


def build(data: Path, target: Path = DATASETS) -> tuple[Path, Path]:
    """Write both datasets with their provenance into `target`; returns the data files."""
    tariffs = data / "us-tariffs-2025"
    arrays = cell_arrays(rows(data / "us-imports-2024" / "us_imports_2024_law_cells.csv.gz"))
    cells_file = target / f"{CELLS}.npz"
    np.savez_compressed(cells_file, **arrays)
    write_provenance(
        cells_file,
        {
            "kind": "law",
            "title": "US imports of 2024 by partner, ICIO sector and tariff list",
            "source": "US Census Bureau, imports for consumption 2024; Harmonized Tariff Schedule; "
            "product lists of the orders and proclamations; USMCA claims from USITC DataWeb; "
            "metal content from the BEA input-output tables as estimated by The Budget Lab",
            "licence": "US government works: public domain; lists and shares as compiled in "
            "tradewartracker and Budget-Lab-Yale/tariff-rate-tracker (both MIT)",
            "retrieved": "as compiled up to August 2026",
            "notes": NOTES,
        },
    )
    published = {
        row["date"]: round(float(row["effective_rate_pct"]), 4)
        for row in rows(tariffs / "budget_lab_daily_average.csv")
        if row["vintage"] == VINTAGE
    }
    laws = rows(tariffs / "law_rules.csv")
    rates = rows(data / "negotiations" / "us_tariff_rates_by_partner.csv")
    document = {
        "published": {
            "source": f"The Budget Lab at Yale, State of Tariffs, {VINTAGE}: average US tariff by "
            "day, weighted by imports of 2024",
            "base_pct": published["2025-01-01"],
            "average_pct": {day: published[day] for day in COMPARED},
        },
        "no_record": NO_RECORD,
        "rules": rule_records(laws, rates),
    }
    rules_file = target / f"{RULES}.json"
    text = json.dumps(document, indent=1, ensure_ascii=False)
    rules_file.write_text(text + "\n", encoding="utf-8", newline="\n")
    write_provenance(
        rules_file,
        {
            "kind": "law",
            "title": "US tariff law by day, 4 February 2025 to 19 August 2026: dated rules",
            "source": "Executive orders and proclamations of the US government; Harmonized Tariff "
            "Schedule; rates by partner from the orders' annexes; average by day from The Budget "
            f"Lab at Yale ({VINTAGE})",
            "licence": "US government works: public domain; parameters of "
            "Budget-Lab-Yale/tariff-rate-tracker (MIT); single published figures cited",
            "retrieved": "as compiled up to August 2026; each rule names its source and grade",
            "notes": [
                "Days at the border: an order counts from the day on which it is collected.",
                *(f"{rule} has no record: {why}." for rule, why in NO_RECORD.items()),
            ],
        },
    )
    return cells_file, rules_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder of shared data")
    build(parser.parse_args().data)
