"""How tables and charts read the data of a run: units, the central closure, quantiles of draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triffin.answers import statistics
from triffin.record.record import Record

COLUMN_UNITS = {
    "usd_bn": "USD bn",
    "rate": "%",
    "signs": "% of draws",
    "status_share": "% of draws",
    "action_share": "% of draws",
}
"""Units of columns that no variable of the data has."""

HEADLINE_COLUMN = "headline_"
"""How the columns of the headline's draws begin in the table of draws."""

PATH_VARIABLES = (
    "yield_10y",
    "yield_impact",
    "exchange_rate",
    "reserves",
)
"""Variables by draw and date, in the order of the tables."""


def unit_of(result: Record, column: str) -> str:
    """Unit of a column of a table; "" for labels and pure numbers."""
    base = column
    for ending in ("_low", "_median", "_high"):
        base = base.removesuffix(ending)
    if base not in result.data.data_vars:
        # a column of one economy, partner or date: variable_JPN, yield_10y_2025-04-02
        whole, _, label = base.rpartition("_")
        if whole in result.data.data_vars and label:
            base = whole
        elif f"{whole}_draws" in result.data.data_vars:
            base = f"{whole}_draws"
        elif whole == "headline" or base.startswith(HEADLINE_COLUMN):
            return _headline_unit(result, base.removeprefix(HEADLINE_COLUMN))
    if base in result.data.data_vars:
        found = str(result.data[base].attrs.get("units", ""))
        if found:
            return found
    drawn = {item["name"]: str(item["unit"]) for item in result.manifest.get("parameters", [])}
    return COLUMN_UNITS.get(base) or drawn.get(base, "")


def _headline_unit(result: Record, identifier: str) -> str:
    return next((str(item["unit"]) for item in result.headline if item["id"] == identifier), "")


def central(result: Record, variable: str, phase: str | None = None) -> np.ndarray:
    """A variable at the central closure, (economy,), in the main phase unless told otherwise."""
    chosen = result.data[variable].sel(
        phase=phase or result.manifest["main_phase"], closure=result.manifest["central_closure"]
    )
    return np.asarray(chosen.values, dtype=float)


def quantiles_of(draws: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """(level, column) quantiles of draws (draw, column); NaN for a column without a finite draw."""
    if np.isfinite(draws).all():
        return statistics.quantile(draws, levels)
    ends = np.full((len(levels), draws.shape[1]), np.nan)
    for column, sample in enumerate(draws.T):
        finite = sample[np.isfinite(sample)]
        if finite.size:
            ends[:, column] = statistics.quantile(finite, levels)
    return ends


def welfare_interval(result: Record) -> np.ndarray:
    """(3, economy) low, median and high of welfare over the draws of the main phase, per cent."""
    draws = result.data["welfare_draws"].transpose("draw", "economy").values
    levels = (statistics.LOW, statistics.MEDIAN, statistics.HIGH)
    return quantiles_of(np.asarray(draws, dtype=float), levels)
