"""Pieces that the answers about currencies share: shares, grades and sources."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from triffin.answers.statistics import spread
from triffin.finance.treasuries.market import estimates
from triffin.world.base.errors import InputError
from triffin.world.base.wording import number
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet

DRAWS = 2000
SEED = 1


def share(flags: np.ndarray) -> float:
    """Share of draws in which something happens, 0 to 1."""
    return float(np.mean(flags))


def interval_text(found: Mapping[str, float], places: int | None = None) -> str:
    """A spread in words, such as "50.2 (0 to 338)"."""
    median, low, high = (number(found[key], places) for key in ("median", "low", "high"))
    return median if low == high else f"{median} ({low} to {high})"


def magnitudes(effect: np.ndarray) -> str:
    """The interval of an effect, in the direction of its median."""
    found = spread(effect * np.sign(np.median(effect)))
    return f"{number(found['low'])} to {number(found['high'])}"


def first_day(days: np.ndarray, horizon: float) -> dict[str, Any]:
    """When something happens, among the draws in which it does within the horizon, and how
    often that is; the days are None where it never does."""
    return spread(days) | {"probability": share(np.isfinite(days)), "within_days": horizon}


def grades(values: Mapping[str, np.ndarray], *, parameters: ParameterSet) -> dict[str, str]:
    """Grade of every driver; the shocks of the yen carry that of its volatility."""
    registry = parameters
    found = {name: registry[name].grade for name in values if name in registry}
    if "yen_shocks" in values:
        found["yen_shocks"] = registry["blend_scale"].grade
    return found


def sources(names: Sequence[str], series: Sequence[str], parameters: ParameterSet) -> list[str]:
    """Source of every registry entry and series behind an answer, each once."""
    registry = parameters
    found = [
        f"{name}: {parameters[name].source} ({parameters[name].grade})"
        for name in names
        if name in registry
    ]
    found += [f"series {name}: {load_series(name).source}" for name in series]
    return list(dict.fromkeys(found))


def price_sources(parameters: ParameterSet) -> list[str]:
    """Source of every study by which a sale of Treasuries is priced, each once."""
    found = [f"price of a sale, {e.family}: {e.study}, {e.source}" for e in estimates(parameters)]
    return list(dict.fromkeys(found))


def finite_number(field: str, value: float) -> None:
    """InputError for NaN and infinities."""
    if not math.isfinite(value):
        raise InputError(f"got {value}.", field=field, value=value, valid="a finite number")
