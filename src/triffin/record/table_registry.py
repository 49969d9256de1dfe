"""Every table of a run by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from triffin.world.base.errors import InputError, nearest_match

if TYPE_CHECKING:
    import pandas as pd

    from triffin.record.record import Record
from triffin.record import path_rows
from triffin.record.tables import draws, economies, flows, headline, summary, tariffs


def partners(result: Record) -> pd.DataFrame:
    """One row per partner, the likeliest to sign first; empty if no talks were asked."""
    import pandas as pd

    rows = path_rows.partners(result)
    frame = pd.DataFrame(rows)
    numeric = [name for name in frame.columns if any(isinstance(row[name], float) for row in rows)]
    return frame.astype(dict.fromkeys(numeric, float))


def paths(result: Record) -> pd.DataFrame:
    """Quantiles of every path by date: variable, unit, date, low to high; empty without paths."""
    import pandas as pd

    return pd.DataFrame(path_rows.paths(result))


def _records(key: str) -> Callable[[Record], pd.DataFrame]:
    def table(result: Record) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(result.manifest.get(key, []))

    table.__doc__ = f"The {key} of the manifest as a table."
    return table


TABLES: dict[str, Callable[[Record], pd.DataFrame]] = {
    "economies": economies,
    "summary": summary,
    "draws": draws,
    "flows": flows,
    "tariffs": tariffs,
    "headline": headline,
    "partners": partners,
    "paths": paths,
    "parameters": _records("parameters"),
    "closures": _records("closures"),
    "sources": _records("data"),
    "models": _records("models"),
}
"""Name -> function of a Record that returns a table."""


def to_frame(record: Record, name: str = "economies") -> pd.DataFrame:
    """A table of the run: one of `TABLES`, or any variable of `data` in long form.

    Raises InputError with the nearest match for an unknown name.
    """
    if name in TABLES:
        return TABLES[name](record)
    if name in record.data.data_vars:
        return record.data[name].to_dataframe().reset_index()
    known = [*TABLES, *(str(key) for key in record.data.data_vars)]
    raise InputError(
        f"{name!r} is not a table of this run.",
        value=name,
        valid=known,
        nearest=nearest_match(name, known),
    )
