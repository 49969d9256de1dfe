"""Build `threats-us-2018` and `threats-us-open`: dated US tariff threats and what came of them.

    python -m tools.build_data.threats --source FOLDER

FOLDER holds `us_tariff_threats_public.csv` and `us_tariff_threats_open.csv`. Rows that rest on
memory are left out unless `CHECKED` names where threat and outcome were found; what a row's source
says is from memory in part stays in its text.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.build_data.finance_common import PUBLIC_DOMAIN, read_rows, write_csv
from tools.build_data.provenance import write_provenance

from triffin.strategy.threats.record import COLUMNS, LIST, OPEN, read_threats
from triffin.world.data.shipped import DATASETS

FILES = {LIST: "us_tariff_threats_public.csv", OPEN: "us_tariff_threats_open.csv"}
NO_ORDER = "no such order in negotiation-events until 7 August 2025"
CHECKED = {
    "T013": "Trade Law Daily 2018-09-07; not carried out when T015 was announced",
    "T019": "CBS News 2018-07-25; Detroit News 2020-01-22 (held since July 2018)",
    "T022": "Washington Examiner 2018-10-01",
    "T023": "Thompson Hine August 2018 (in force 13 August, Turkish duties 15 August)",
    "T024": "International Trade Compliance Update 2019-10-15; The Hill 2019-10-23",
    "T029": "Financial Post (Reuters) 2019-12-20",
    "T035": "WWEMA August 2020; National Post 2020-10-27 (lifted)",
    "T037": "WilmerHale July 2021 (opened 2 October 2020, agreement 19 July 2021)",
    "T043": f"MENAFN 2025-07-07 (repeated); {NO_ORDER}",
    "T055": f"The Star 2025-05-24; {NO_ORDER}",
    "T058": f"Reuters 2025-06-25; {NO_ORDER}",
}
"""Rows marked as memory of which both the threat and what came of it were found afterwards."""
TITLES = {
    LIST: "US tariff threats from March 2018 to 7 August 2025 and what came of them",
    OPEN: "US tariff threats that were open on 8 September 2026, the last day of the data",
}


def build(source: Path, target: Path = DATASETS) -> list[Path]:
    """Both datasets; ValueError where a row is not what the reader takes."""
    return [_build(name, source, target) for name in FILES]


def _build(name: str, source: Path, target: Path) -> Path:
    rows = read_rows(source / FILES[name])
    for row in rows:
        if row["id"] in CHECKED:
            row |= {"source_kind": "checked", "source": CHECKED[row["id"]]}
    kept = [row for row in rows if row["source_kind"] != "memory"]
    data_file = target / f"{name}.csv"
    write_csv(data_file, COLUMNS, kept)
    threats = read_threats(data_file)
    clusters = len({threat.cluster for threat in threats})
    notes = [
        f"{len(kept)} rows, {clusters} decisions (rows of one cluster count once). "
        "rate_before and rate_threatened are per cent on the goods in scope.",
    ]
    if len(rows) > len(kept):
        left = ", ".join(row["id"] for row in rows if row["source_kind"] == "memory")
        notes.append(f"{len(rows) - len(kept)} rows that rest on memory are left out: {left}.")
    if name == LIST:
        notes.append(
            "target_retaliated is dated to the day of execution; it came within 31 days. Lists of "
            "threats hold more undated threats that came to nothing than anybody wrote down."
        )
    entry = {
        "kind": "threats",
        "title": TITLES[name],
        "source": "US government orders and press, as each row states",
        "licence": f"{PUBLIC_DOMAIN}; single published facts cited",
        "retrieved": "compiled up to August 2026",
        "notes": notes,
    }
    write_provenance(data_file, entry)
    return data_file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, required=True, help="folder with the two tables")
    build(parser.parse_args().source)
