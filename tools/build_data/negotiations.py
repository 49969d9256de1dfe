"""Build `partners`, `negotiation-events` and `blocs`: who negotiates, what happened, who is tied.

    python -m tools.build_data.negotiations --source FOLDER

FOLDER holds `us_tariff_rates_by_partner.csv` and `events_2025_2026.csv`. Treaties and blocs are
written down in `negotiation_blocs`. A partner, event type or name that the script does not know
stops the build.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from tools.build_data.finance_common import PUBLIC_DOMAIN, UNSOURCED, read_rows, write_csv
from tools.build_data.negotiation_blocs import memberships
from tools.build_data.provenance import write_provenance

from triffin.world.data.partners import (
    BLOC_COLUMNS,
    BLOCS,
    EVENTS,
    PARTNER_COLUMNS,
    PARTNERS,
    Event,
)
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns

RETRIEVED = "compiled up to August 2026"
ORDERS = (
    "Executive orders 14257 (2 April 2025, annex I), 14266 (9 April 2025) and 14326 (31 July "
    "2025); proclamation 11012 (February 2026); section 301 memorandum of 23 July 2026"
)
SHORT = "EO 14257, EO 14266, EO 14326; 2026: proclamation 11012, section 301 memorandum"
# What an event does to the board, by the beginning of its type in the source table.
KINDS = (
    ("deal implemented", "follow-up"),
    ("deal detail", "follow-up"),
    ("agreement final", "follow-up"),
    ("joint statement", "follow-up"),
    ("truce extension", "follow-up"),
    ("investment", "follow-up"),
    ("summit", "follow-up"),
    ("deal", "deal"),
    ("agreement", "deal"),
    ("framework", "deal"),
    ("truce", "truce"),
    ("90-day pause", "pause"),
    ("letters", "letter"),
    ("tariff order", "order"),
    ("escalation", "order"),
    ("exemptions", "order"),
    ("suspension", "order"),
    ("announcement", "order"),
    ("memo", "order"),
    ("investigation", "order"),
    ("talks", "talks"),
    ("demand", "talks"),
    ("statement", "talks"),
    ("diplomacy", "talks"),
    ("court", "court"),
    ("military", "other"),
    ("crisis", "other"),
    ("rating", "other"),
    ("election", "other"),
)
# Names that the events use and the table of rates does not.
OTHER_NAMES = {"US": "USA"}
EVERYBODY = "*"


def rate(text: str) -> str:
    """The number a cell begins with, as the table writes it; empty where it begins with none."""
    found = re.match(r"\d+(?:\.\d+)?", text)
    return f"{float(found.group()):g}" if found else ""


def pause_rate(text: str) -> str:
    """What goods paid during the pause: China's rate with the fentanyl duty, as the cell adds."""
    total = re.search(r"\((\d+) with fentanyl\)", text)
    return total.group(1) if total else rate(text)


def kind_of(described: str) -> str:
    """Kind of an event; ValueError for a type that no rule covers."""
    for beginning, kind in KINDS:
        if described.startswith(beginning):
            return kind
    raise ValueError(f"no kind for the type {described!r}")


def codes_of(named: str, known: dict[str, str]) -> str:
    """Codes of the partners an event names, separated by blanks; "*" where it names a class."""
    if re.match(r"(all\b|\d+ )", named):
        return EVERYBODY
    names = known | OTHER_NAMES
    return " ".join(names[part] for part in re.split(r", |-(?=China$)", named))


def build_partners(source: Path, target: Path = DATASETS) -> Path:
    """partners.csv: announced, pause, letter, August 2025 and later rates of 94 partners."""
    rows = []
    for row in read_rows(source / "us_tariff_rates_by_partner.csv"):
        notes = [f"31 July 2025 as written: {row['rate_31jul2025_as_written']}"]
        if pause_rate(row["rate_9apr2025_pct"]) != rate(row["rate_9apr2025_pct"]):
            notes.append(f"9 April 2025 as written: {row['rate_9apr2025_pct']}")
        latest = row["s301_forced_labour_23jul2026_pct"]
        if latest and rate(latest) != latest:
            notes.append(f"23 July 2026 as written: {latest}")
        if row["note"]:
            notes.append(f"23 July 2026: {row['note'].removeprefix(UNSOURCED + ': ')}")
        unsourced = row["letter_source"] == UNSOURCED
        rows.append(
            {
                "iso3": row["iso3"],
                "name": row["partner"],
                "in_world": {"True": "yes", "False": "no"}[row["in_world_2023"]],
                "announced_pct": rate(row["rate_2apr2025_pct"]),
                "listed": {"annex": "yes", "baseline": "no"}[row["listed"]],
                "pause_pct": pause_rate(row["rate_9apr2025_pct"]),
                "letter_pct": rate(row["letter_july2025_pct"]),
                "letter_source": row["letter_source"],
                "letter_grade": ("judgement" if unsourced else "published")
                if row["letter_july2025_pct"]
                else "",
                "agreed_pct": rate(row["rate_7aug2025_pct"]),
                "february_2026_pct": rate(row["rate_24feb2026_pct"]),
                "july_2026_pct": rate(latest),
                "notes": "; ".join(notes),
                "source": SHORT,
            }
        )
    data_file = target / f"{PARTNERS}.csv"
    write_csv(data_file, PARTNER_COLUMNS, rows)
    missing = [str(row["name"]) for row in rows if row["in_world"] == "no"]
    unsourced_letters = sum(row["letter_grade"] == "judgement" for row in rows)
    write_provenance(
        data_file,
        {
            "kind": "partners",
            "title": "Partners of the US in the tariff talks of 2025-26 and their rates",
            "source": f"{ORDERS}; letters: White House fact sheet of 7 July 2025",
            "licence": PUBLIC_DOMAIN,
            "retrieved": RETRIEVED,
            "notes": [
                f"{len(rows)} partners, the European Union as one. Without trade data in "
                f"world-2023: {', '.join(missing)}.",
                "agreed is the rate in force on 7 August 2025, whether agreed or imposed; empty "
                "for Canada and Mexico, which stand under the fentanyl orders.",
                "The announced rates are those of the orders. The schedule us-2025-04-02 has "
                "those the paper used; they differ for 18 partners (China 34 here, 54 there).",
                f"{unsourced_letters} letters have no source but general knowledge (judgement); "
                "their day is taken as 12 July 2025, the last of them.",
                "The rate of 24 February 2026 is a surcharge with excluded goods.",
            ],
        },
    )
    return data_file


def build_events(source: Path, target: Path = DATASETS) -> Path:
    """negotiation-events.csv: dated events with the partners they concern, in order of time."""
    table = read_rows(source / "us_tariff_rates_by_partner.csv")
    known = {row["partner"]: row["iso3"] for row in table}
    lettered = [
        row["iso3"] for row in table if row["letter_source"].startswith("WH fact sheet 7 July")
    ]
    rows = []
    for row in read_rows(source / "events_2025_2026.csv"):
        kind = kind_of(row["type"])
        codes = " ".join(lettered) if kind == "letter" else codes_of(row["partner"], known)
        if kind == "letter" and not row["partner"].startswith(f"{len(lettered)} "):
            raise ValueError(f"{len(lettered)} letters in the table, {row['partner']} in events")
        rows.append(
            {
                "date": row["date"],
                "partner": row["partner"],
                "iso3": codes,
                "kind": kind,
                "type": row["type"],
                "rate": row["rate_pct"],
                "legal_basis": row["legal_basis"],
                "content": row["concessions_or_content"],
                "source": row["source"].removesuffix("..."),
                "confidence": row["confidence"],
                "grade": "judgement" if UNSOURCED in row["source"] else "published",
            }
        )
    if rows != sorted(rows, key=lambda row: row["date"]):
        raise ValueError("the events are not in order of time")
    data_file = target / f"{EVENTS}.csv"
    write_csv(data_file, columns(Event), rows)
    write_provenance(
        data_file,
        {
            "kind": "events",
            "title": "The tariff talks of 2025-26 day by day",
            "first": rows[0]["date"],
            "last": rows[-1]["date"],
            "source": "US government orders and fact sheets, press, as each row states",
            "licence": f"{PUBLIC_DOMAIN}; single published facts cited",
            "retrieved": RETRIEVED,
            "notes": [
                "iso3 names the partners concerned, * all of them or a class. kind is our "
                "classification: deal is a first settlement, follow-up what came of one.",
                f"{sum(row['grade'] == 'judgement' for row in rows)} of {len(rows)} rows rest on "
                "general knowledge (judgement). The list is not complete: settlements that no "
                "row names (Pakistan, Cambodia and Thailand in July 2025) are not in it.",
            ],
        },
    )
    return data_file


def build_blocs(target: Path = DATASETS) -> Path:
    """blocs.csv: one row per bloc and member, with the year of membership and the source."""
    data_file = target / f"{BLOCS}.csv"
    write_csv(data_file, BLOC_COLUMNS, memberships())
    write_provenance(
        data_file,
        {
            "kind": "blocs",
            "title": "Treaty allies of the US, major non-NATO allies, and trade blocs",
            "source": "treaties, and lists of the organisations and the US government, as each "
            "row states",
            "licence": "facts of public record",
            "retrieved": "written down from the treaties and public lists, as of 2025",
            "notes": [
                "A treaty ally has a mutual-defense commitment with the US. The Rio Treaty of "
                "1947 with Latin American states is left out: no talks of 2025 invoked it.",
                "New Zealand: the US suspended its obligations under ANZUS in 1986; it counts as "
                "a major non-NATO ally here.",
                "Taiwan is treated as a major non-NATO ally by law without designation.",
            ],
        },
    )
    return data_file


def build(source: Path, target: Path = DATASETS) -> list[Path]:
    """All three datasets."""
    return [build_partners(source, target), build_events(source, target), build_blocs(target)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the two tables")
    build(parser.parse_args().source)
