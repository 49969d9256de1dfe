"""What the build scripts of the finance datasets share: reading tables, writing them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tools.build_data.provenance import write_provenance

from triffin.world.base.array_archive import write_arrays
from triffin.world.data.series import SeriesEntry, pack

UNSOURCED = "unsourced: general knowledge"
PUBLIC_DOMAIN = "US government works: public domain"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file as mappings of its header; ValueError for a ragged row."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, restkey="", restval=None))
    for number, row in enumerate(rows, start=2):
        if "" in row or None in row.values():
            raise ValueError(f"{path.name}, row {number}: not as many cells as the header has")
    return rows


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A CSV file in UTF-8 with plain line ends; None becomes an empty cell."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8", newline="\n")


def write_series(
    data_file: Path,
    series: Sequence[tuple[SeriesEntry, np.ndarray, np.ndarray]],
    described: Mapping[str, Any],
) -> None:
    """Write one dataset of kind `series`: entries with dates (datetime64[D]) and values."""
    arrays: dict[str, np.ndarray] = {}
    for entry, dates, values in series:
        arrays.update(pack(entry, dates, values))
    write_arrays(data_file, arrays)
    write_provenance(
        data_file,
        {
            "kind": "series",
            **described,
            "series": [
                {
                    "name": entry.name,
                    "title": entry.title,
                    "unit": entry.unit,
                    "frequency": entry.frequency,
                    "decimals": entry.decimals,
                    "identifier": entry.identifier,
                    "first": str(dates[0]),
                    "last": str(dates[-1]),
                    "observations": int(np.isfinite(values).sum()),
                }
                for entry, dates, values in series
            ],
        },
    )
