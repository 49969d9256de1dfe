"""Build `published-estimates`: what others computed, with what their words say about it.

    python -m tools.build_data.published_estimates --source FOLDER

FOLDER holds `facts/published_estimates.csv`. Economy, measure, tariffs, horizon and retaliation are
read from the words of each row by the patterns below; a row that none fits stops the build.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import get_args

from tools.build_data.finance_common import read_rows, write_csv
from tools.build_data.provenance import write_provenance

from triffin.world.data.published_estimates import DATASET, PublishedEstimate, Status
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns

SAME = ("same", "same letter")
ECONOMIES = (
    (r"^(US|federal|tariff revenue|household|pass-through|yen move)\b", "USA"),
    (r"^(China)\b", "CHN"),
    (r"^(Canada)\b", "CAN"),
    (r"^(Mexico)\b", "MEX"),
    (r"^(Japan)\b", "JPN"),
    (r"^(Germany)\b", "DEU"),
    (r"^(UK)\b", "GBR"),
    (r"^(EU)\b", "EU"),
    (r"^(euro area)\b", ""),
    (r"^(world|trade volume)\b", "WLD"),
    (r"yield impact", "USA"),
)
MEASURES = (
    (r"tariff revenue", "revenue"),
    (r"federal deficit", "deficit"),
    (r"household", "household"),
    (r"optimal tariff", "optimal tariff"),
    (r"tariff rate", "tariff rate"),
    (r"pass-through", "pass-through"),
    (r"yield impact", "yield"),
    (r"yen move", "yen"),
    (r"price level", "prices"),
    (r"GDP growth", "growth"),
    (r"real GDP", "gdp"),
    (r"wages", "real wage"),
    (r"real income", "real income"),
    (r"welfare", "welfare"),
    (r"employment", "employment"),
    (r"exports", "exports"),
    (r"trade volume", "trade"),
)
# (pattern of "date scenario", shipped scenario with the same tariffs); the first that fits counts.
TARIFFS = (
    (r"restored|assumed|reinstated|threat|25%|24%|35%|10% reciprocal", ""),
    (r"2 April|^2025-04-03 all Trump|8 April 2025", "liberation-day"),
    (r"to 9 April|in place 14 April", "pause-2025"),
    (r"^2025-0[36]-\d+ (further )?\+10 percentage points", "universal-10"),
    (
        r"August 2025|end-August|to 3 September|17 November 2025|11 September|as agreed",
        "deals-2025",
    ),
    (r"^2026-07", "actual-2025"),
)
SHORT = r"short|impact|same day|1 week|1 month|6 months|^1 year|first year|2 years|2025|2026"
SHORT += r"|before substitution|to Nov|end 2018"
MEDIUM = r"year 3|4 years|2027|2028"
LONG = r"long|permanent|2030|2035|2054|10 years|lifetime"
ANSWERED = (
    (r"^(no|none|before retaliation)\b(?! stated)", "no"),
    (r"^(yes|retaliation|matching)", "yes"),
    (r"US-China|some|as in place|remaining|most|little", "partly"),
    (r"^(not stated|not modelled|n/a)", ""),
)
LIKE = (
    (r"^real GDP, long run", "gdp"),
    (r"^consumer price level, full", "prices"),
    (r"^average rate before", "rate"),
    (r"^revenue a year", "revenue"),
    (r"", ""),
)
LAW = (
    (r"^2025-04-05 with country rates", "2025-04-05 announced"),
    (r"^2025-05-12", "2025-05-14"),  # the truce of the 12th holds at the border from the 14th
    (r"^2026-04-06 less s.122", "2026-04-06 s122"),
    (r"letters", ""),
)
AMOUNT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)bn USD")


def parsed(row: dict[str, str]) -> dict[str, str]:
    """What the words of a row say; ValueError (id) where no pattern fits."""
    quantity, horizon = row["quantity"], row["horizon"]
    measure = first(MEASURES, quantity, row["id"])
    if "level of forecast" in row["unit"]:
        measure = "forecast"
    elif measure in ("gdp", "real income") and row["unit"].startswith("USD"):
        measure = "income in USD"
    if re.search(LONG, horizon):
        adjustment = "long"
    elif re.search(MEDIUM, horizon):
        adjustment = "medium"
    elif re.search(SHORT, horizon):
        adjustment = "short"
    else:
        raise ValueError(f"{row['id']}: the horizon {horizon!r} is not known")
    if measure in ("tariff rate", "forecast"):
        adjustment = ""
    amount = AMOUNT.search(row["scenario"]) if measure in ("yield", "yen") else None
    dated = f"{row['date']} {row['scenario']}"
    found = next((name for pattern, name in TARIFFS if re.search(pattern, dated)), "")
    return {
        "economy": first(ECONOMIES, quantity, row["id"]),
        "measure": measure,
        "tariffs": "" if measure in ("yield", "yen") else found,
        "adjustment": adjustment,
        "answered": first(ANSWERED, row["retaliation"], row["id"]),
        "amount_usd_bn": amount[1] if amount else "",
    }


def first(patterns: tuple[tuple[str, str], ...], text: str, where: str) -> str:
    """What the first fitting pattern stands for; ValueError (where) if none fits."""
    for pattern, meaning in patterns:
        if re.search(pattern, text):
            return meaning
    raise ValueError(f"{where}: nothing is known of {text!r}")


def build(source: Path, target: Path = DATASETS) -> Path:
    """Write the table and its provenance into `target`; returns the data file."""
    rows = []
    alike = {r["id"]: r for r in read_rows(source / "facts" / "institutions_like_with_like.csv")}
    previous: dict[str, str] = {}
    for row in read_rows(source / "facts" / "published_estimates.csv"):
        row["model"] = row.pop("model_type")
        row["source"] = row.pop("url_or_source")
        for key in ("model", "publication", "scenario"):
            if row[key] in SAME:
                row[key] = previous[key]
        previous = row
        grade = "judgement" if row["confidence"] == "low" else "published"
        beside = alike[row["id"]]
        of, status = beside["tariffs_of"], beside["status"]
        like = {
            "like": first(LIKE, beside["triffin_quantity"], row["id"]),
            "law": next((name for pattern, name in LAW if re.search(pattern, of)), of),
            "status": status if status in get_args(Status) else "n/a",
        }
        if not re.match(r"\d{4}-\d\d-\d\d", like["law"]):
            like["law"] = ""
        rows.append({**row, **parsed(row), "grade": grade, **like})
    data_file = target / f"{DATASET}.csv"
    write_csv(data_file, columns(PublishedEstimate), rows)
    write_provenance(
        data_file,
        {
            "kind": "estimates",
            "title": "Published estimates of tariffs, Treasury sales and yen intervention, 2009-26",
            "source": "as each row states: institutions' own pages, or press and summaries of them",
            "licence": "single published figures, cited",
            "retrieved": "compiled up to August 2026",
            "notes": [
                f"{len(rows)} figures. Where the source is a summary and not the publication, the "
                "confidence is medium.",
                "economy, measure, tariffs, adjustment, answered and amount are read from the "
                "words of the row by the build script.",
                f"{sum(bool(row['tariffs']) for row in rows)} rows have tariffs like those of a "
                "shipped scenario.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with facts/")
    build(parser.parse_args().source)
