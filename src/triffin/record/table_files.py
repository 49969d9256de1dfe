"""Tables of a run as CSV and parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from triffin.record.readings import unit_of
from triffin.record.record import Record
from triffin.record.units import variable_label
from triffin.world.base.wording import neutral

if TYPE_CHECKING:
    import pandas as pd


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """CSV in UTF-8 with ten significant digits; undefined cells are empty, and no text is taken for
    a formula."""
    frame = neutral_frame(frame)
    frame.to_csv(path, index=False, float_format="%.10g", lineterminator="\n", encoding="utf-8")


def neutral_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with texts that no spreadsheet takes for formulas."""
    texts = frame.select_dtypes(exclude="number").columns
    return frame.assign(**{str(name): frame[name].map(neutral) for name in texts})


def write_parquet(frame: pd.DataFrame, path: Path, result: Record) -> None:
    """Parquet whose metadata carry the run's hash, citation and the unit of each column."""
    import pyarrow
    from pyarrow import parquet

    from triffin.record.cite import short_citation

    table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    fields = []
    for field in table.schema:
        base = field.name.split("_low")[0].split("_median")[0].split("_high")[0]
        described = {
            "unit": unit_of(result, field.name),
            "label": variable_label(base)[0],
        }
        fields.append(field.with_metadata({key: text for key, text in described.items() if text}))
    metadata = {
        **(table.schema.metadata or {}),
        b"triffin.run": str(result.manifest["hash"]).encode(),
        b"triffin.citation": short_citation(result).encode(),
    }
    text = [field.name for field in table.schema if pyarrow.types.is_string(field.type)]
    parquet.write_table(
        # a dictionary of doubles that hardly repeat costs time and saves nothing
        table.cast(pyarrow.schema(fields, metadata=metadata)),
        path,
        use_dictionary=text,
    )
