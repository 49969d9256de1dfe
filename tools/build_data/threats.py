"""Build `threats-us-2018` and `threats-us-open`: dated US tariff threats and what came of them.

    python -m tools.build_data.threats --source FOLDER

FOLDER holds `us_tariff_threats_public.csv` and `us_tariff_threats_open.csv`. Rows that rest on
memory alone are left out; what a row's source says is from memory in part stays in its text.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.build_data.finance_common import PUBLIC_DOMAIN, read_rows, write_csv
from tools.build_data.provenance import write_provenance

from triffin.strategy.threats.record import COLUMNS, LIST, OPEN, read_threats
from triffin.world.data.shipped import DATASETS

FILES = {LIST: "us_tariff_threats_public.csv", OPEN: "us_tariff_threats_open.csv"}
TITLES = {
    LIST: "US tariff threats from March 2018 to 7 August 2025 and what came of them",
    OPEN: "US tariff threats that were open on 8 September 2026, the last day of the data",
}


def build(source: Path, target: Path = DATASETS) -> list[Path]:
    """Both datasets; ValueError where a row is not what the reader takes."""
    return [_build(name, source, target) for name in FILES]


def _build(name: str, source: Path, target: Path) -> Path:
    rows = read_rows(source / FILES[name])
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
