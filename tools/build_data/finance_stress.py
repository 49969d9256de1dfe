"""Build `leveraged-holders` and `joint-stress-episodes`.

    python -m tools.build_data.finance_stress --source FOLDER

FOLDER holds `leveraged_holders_facts.csv` and `joint_stress_episodes_major.csv`, as computed from
the Federal Reserve's H.10 and H.15. Ranges and textual notes are left out; the days from which the
figures were public are those of the publications.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.build_data.finance_common import PUBLIC_DOMAIN, read_rows, write_csv
from tools.build_data.provenance import write_provenance

from triffin.world.data.markets.stress import EPISODES, LEVERAGED, HolderFact, StressWeek
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns

NOTE_2021, NOTE_2026 = "2021-10-06", "2026-06-22"
# What the source calls it -> key, unit and the day from which it was public.
KEYS = {
    ("2020-02", "large hedge funds, long Treasury exposure"): ("exposure_2020_02", NOTE_2021),
    ("2020-03", "sold net by large hedge funds"): ("sold_2020_03", NOTE_2021),
    ("2025-04", "swap-spread arbitrage unwound rapidly"): ("sold_2025_04", NOTE_2026),
    ("2025-04", "basis trade unwound"): ("basis_sold_2025_04", "2025-05-09"),
    ("2025-09", "basis trade"): ("basis_2025_09", NOTE_2026),
    ("2025-09", "swap-spread arbitrage"): ("swap_spread_2025_09", NOTE_2026),
    ("2025-09", "maturity-matched trades"): ("matched_2025_09", NOTE_2026),
    ("2025-09", "steepener-like trades"): ("steepeners_2025_09", NOTE_2026),
    ("2025-09", "large hedge funds, long Treasury exposure"): ("exposure_2025_09", NOTE_2026),
}


def build_leveraged(source: Path, target: Path = DATASETS) -> Path:
    """leveraged-holders.csv: positions and what was sold in two episodes, bn USD."""
    table, last = [], ""
    for row in read_rows(source / "leveraged_holders_facts.csv"):
        last = row["source"] if row["source"] != "same" else last
        if (row["date"], row["what"]) in KEYS:
            key, known = KEYS[row["date"], row["what"]]
            table.append(
                {
                    "key": key,
                    "period": row["date"],
                    "value": row["value"],
                    "unit": "USD bn",
                    "known_from": known,
                    "source": last,
                }
            )
    if len(table) != len(KEYS):
        raise ValueError("a figure is not in the source")
    data_file = target / f"{LEVERAGED}.csv"
    write_csv(data_file, columns(HolderFact), table)
    write_provenance(
        data_file,
        {
            "kind": "facts",
            "title": "Leveraged holders of US Treasuries: positions and unwindings",
            "first": "2020-02",
            "last": "2025-09",
            "source": "Notes of the Federal Reserve staff (FEDS Notes of 6 October 2021 and 22 "
            "June 2026) and a speech at the Federal Reserve Bank of New York (9 May 2025)",
            "licence": PUBLIC_DOMAIN,
            "retrieved": "figures as quoted, compiled up to August 2026",
            "notes": ["known_from is the day of the publication: no earlier question may use it."],
        },
    )
    return data_file


def build_episodes(source: Path, target: Path = DATASETS) -> Path:
    """joint-stress-episodes.csv: weeks with yields up and the dollar down, largest first."""
    names = {"yields_bp": "dy", "dollar_pct": "dd", "z_yields": "zy", "z_dollar": "zd"}
    table = [
        {"start": row["start"]} | {name: row[given] for name, given in names.items()}
        for row in read_rows(source / "joint_stress_episodes_major.csv")
    ]
    for row in table:
        if not (float(row["z_yields"]) >= 2 and float(row["z_dollar"]) <= -1):
            raise ValueError(f"{row['start']} is no week of stress")
    data_file = target / f"{EPISODES}.csv"
    write_csv(data_file, columns(StressWeek), table)
    starts = sorted(str(row["start"]) for row in table)
    write_provenance(
        data_file,
        {
            "kind": "facts",
            "title": "Weeks in which the 10-year yield rose and the dollar fell, 1976-2025",
            "first": starts[0],
            "last": starts[-1],
            "source": "own computation from the Federal Reserve's H.10 and H.15",
            "licence": PUBLIC_DOMAIN,
            "retrieved": "compiled up to August 2026 from public copies of the releases",
            "notes": [
                "Five trading days, scales by the volatility model known at the start: z_yields "
                "at least 2 and z_dollar at most -1; overlapping windows count once.",
                "Dollar: 0.25 yen, 0.40 euro (krone before 1999), 0.15 pound, 0.15 Canadian "
                "dollar, 0.05 franc.",
            ],
        },
    )
    return data_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    folder = parser.parse_args().source
    build_leveraged(folder)
    build_episodes(folder)


if __name__ == "__main__":
    main()
