"""A series and what was known of it at each of its days: one that ships, or a user's CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from triffin.finance.joint.volatility import LONGEST_GAP, PERCENT, known_variances
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of
from triffin.world.data.markets.currencies import H10, currency_series
from triffin.world.data.series import ALIASES, load_series, series_names

LOG_ABOVE = 0.2  # a series that comes below it is taken in levels: logs would be all noise
SHORT_NAMES = {f"y{n}": f"yield-{n}y" for n in (1, 2, 5, 10, 30)} | {"broad": "broad-dollar"}


@dataclass(frozen=True, eq=False)
class Track:
    """A series and what was known at each of its T days.

    level: 100 x log or 100 x the value. changes, known: daily changes (K,) and, for each day, the
    place of the last one known. variances (K, 3), so_far (K,) mean of all squares, heat (K,) root
    of the mean of 21 squares over that of five years.
    """

    name: str
    unit: str
    dates: Array
    level: Array
    changes: Array
    known: Array
    variances: Array
    so_far: Array
    heat: Array


def track(name: str, dates: Array, values: Array, *, log: bool) -> Track:
    """What was known of a series at each day; `dates` increasing, `values` finite."""
    level = PERCENT * (np.log(values) if log else values)
    near = np.diff(dates).astype(np.int64) <= LONGEST_GAP
    changes = np.diff(level)[near]
    squares = np.concatenate([[0.0], np.cumsum(changes**2)])
    variances = known_variances(changes)
    ends = np.arange(1, len(changes) + 1)
    month = (squares[ends] - squares[np.maximum(ends - 21, 0)]) / np.minimum(ends, 21)
    with np.errstate(divide="ignore", invalid="ignore"):
        heat = np.sqrt(month / variances[:, 0])
    known = np.concatenate([[-1], np.cumsum(near) - 1])
    unit = "log %" if log else "1/100 of the value (bp of a yield)"
    return Track(name, unit, dates, level, changes, known, variances, squares[1:] / ends, heat)


def shipped_track(name: str, how: str | None = None) -> Track:
    """A series that ships, by its name, a code of a currency or a short name (y10, broad)."""
    full = SHORT_NAMES.get(name, name)
    full = currency_series(full) if full.upper() in H10 else ALIASES.get(full, full)
    daily = [n for n in series_names() if _daily(n)]
    one_of(full, (*daily, *H10), f"there is no daily series {name!r}.", field="SERIES")
    series = load_series(full).observed()
    log = how == "log" if how else not series.unit.startswith("percent")
    _refuse_logs(series.values, log, full)
    return track(full, series.dates, series.values, log=log)


@cache
def _daily(name: str) -> bool:
    return load_series(name).frequency == "daily"


def own_track(path: Path, how: str | None = None) -> Track:
    """A CSV file with the columns date and value, one row a day; empty values are left out.

    Changes are taken in logs where all values are above 0.2, else in levels, or as `how` says.
    Raises InputError with the line of what cannot be read, does not rise in time or has no log.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"it cannot be read as a table: {error}.", file=str(path)) from error
    table.columns = [str(column).strip().casefold() for column in table.columns]
    for column in ("date", "value"):
        if column not in table:
            raise InputError(
                f"the column {column} is missing.", file=str(path), line=1, valid="date,value"
            )
    days = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce")
    empty = table["value"].isna()
    values = pd.to_numeric(table["value"], errors="coerce").to_numpy(dtype=np.float64)
    if table["value"].dtype.kind not in "fi":
        empty |= table["value"].astype(str).str.strip().isin(["", "."])
    stamps, kept = days.to_numpy().astype("datetime64[D]"), ~empty.to_numpy()

    def refuse(bad: Array, column: str, words: str, valid: str) -> None:
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise InputError(
                f"{table[column].iloc[row]!r} {words}.",
                file=str(path), line=row + 2, field=column, valid=valid,
            )  # fmt: skip

    refuse(days.isna().to_numpy(), "date", "is not a date", "a day such as 2025-04-02")
    late = np.diff(stamps, prepend=stamps[:1] - 1).astype(int) <= 0
    refuse(late, "date", "does not stand after the day before it", "days that rise, each once")
    refuse(kept & ~np.isfinite(values), "value", "is no number", "a finite number, or nothing")
    log = how == "log" if how else bool(np.all(values[kept] > LOG_ABOVE))
    if log:
        refuse(kept & (values <= 0), "value", "has no logarithm", "values above zero; --as level")
    return track(path.name, stamps[kept], values[kept], log=log)


def _refuse_logs(values: Array, log: bool, name: str) -> None:
    if log and np.any(values <= 0):
        raise InputError(f"{name} has values of zero or less.", field="--as", valid="--as level")
