"""Writing a table of trade elasticities by sector, each with its grade and source."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.build_data.provenance import write_provenance

from triffin.world.data.elasticities import KIND, SectorElasticity
from triffin.world.data.shipped_rows import columns


def write_elasticities(
    data_file: Path, rows: Sequence[Mapping[str, object]], described: Mapping[str, Any]
) -> None:
    """Write `data_file` (CSV with the columns of `SectorElasticity`) and its provenance beside it.

    `described` holds title, source, licence, retrieved, notes and `worlds`, the worlds that use
    the table.
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns(SectorElasticity), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data_file.write_text(stream.getvalue(), encoding="utf-8", newline="\n")
    write_provenance(data_file, {"kind": KIND, **described})
