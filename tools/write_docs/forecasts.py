"""Freeze the forecasts of the open threats: dataset `threats-frozen` and docs/forecasts.md.

    python -m tools.write_docs.forecasts --day 2026-09-08

Rows that are frozen are never written again: a threat that stands in the dataset is left as it is.
The page is what the dataset says.
"""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path
from typing import Any

from tools.build_data.finance_common import write_csv
from tools.build_data.provenance import write_provenance
from tools.write_docs.backtests import table

from triffin.strategy.threats.forecasts import (
    FROZEN,
    FROZEN_COLUMNS,
    forecasts,
    frozen,
    frozen_cells,
)
from triffin.strategy.threats.record import OPEN, shipped
from triffin.world.data.shipped import DATASETS

PAGE = Path(__file__).parents[2] / "docs" / "forecasts.md"
HEAD = """# Frozen forecasts

Written once by code (`python -m tools.write_docs.forecasts`) and never edited afterwards: what the
ledger of threats ([threats](threats.md)) said of the tariff threats that were open on the last day
of the data. The counts end on 7 August 2025; nothing later entered. `triffin threats --frozen`
scores these rows once outcomes stand in the list of open threats, or in a file: `triffin threats
FILE --frozen`.

Executed means in full or in part. The base rate is the share of US threats on trade practices of
1945 to 2005 that were ever carried out.

"""
HEADER = (
    *("frozen on", "threat", "target and scope", "announced", "deadline", "where it stood"),
    *("counted", "base rate", "executed (±)", "full", "part", "deal", "other"),
)


def freeze(day: date, target: Path = DATASETS) -> list[dict[str, Any]]:
    """Add the open threats that are not frozen yet, as of a day."""
    data_file = target / f"{FROZEN}.csv"
    rows: list[dict[str, Any]] = []
    if data_file.is_file():
        rows = list(csv.DictReader(data_file.read_text(encoding="utf-8").splitlines()))
    known = {row["id"] for row in rows}
    made = [row for row in forecasts(shipped(OPEN), day) if row["outcome"] is None]
    rows += [frozen_cells(row) for row in made if row["id"] not in known]
    write_csv(data_file, FROZEN_COLUMNS, rows)
    write_provenance(
        data_file,
        {
            "kind": "threats",
            "title": "Frozen forecasts of open US tariff threats",
            "source": "Triffin's ledger of threats on the datasets threats-us-2018 and "
            "threats-us-open",
            "licence": "Apache-2.0",
            "retrieved": "computed; as_of is the day of each forecast",
            "notes": ["Rows are added and never changed (tools/write_docs/forecasts)."],
        },
    )
    return rows


def page() -> str:
    """docs/forecasts.md from the dataset."""
    scope = {threat.id: threat.scope for threat in shipped(OPEN)}
    rows = []
    for row in frozen(()):
        shares = [f"{100 * row[f'p_{name}']:.0f} %" for name in ("full", "part", "deal", "other")]
        executed = f"{100 * row['p_executed']:.0f} % (± {100 * row['p_executed_se']:.0f})"
        what = f"{row['target']}: {scope.get(row['id'], '')}"
        rows.append(
            [
                *(row["as_of"], row["id"], what, row["announced"], row["deadline"] or "none"),
                *(row["state"], row["counts"]["text"], f"{100 * row['base_rate']:.0f} %"),
                executed,
                *shares,
            ]
        )
    return HEAD + table(HEADER, rows) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--day", type=date.fromisoformat, required=True, help="information date")
    freeze(parser.parse_args().day)
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
