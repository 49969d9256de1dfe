"""Averages of exponential decay, accurate for small and large arguments alike.

They appear wherever something mean-reverts or decays: yields of a mean-reverting short rate,
price impact over a spell of sales, interest on debt that rolls over.
"""

from __future__ import annotations

import numpy as np

_SERIES_BELOW = 0.5
_TERMS = 18


def mean_decay(x: np.ndarray | float) -> np.ndarray:
    """(1 − e^(−x))/x, the average of e^(−u) over u in [0, x]; 1 at x = 0. Any shape."""
    x = np.asarray(x, dtype=np.float64)
    return np.where(x == 0, 1.0, -np.expm1(-x) / np.where(x == 0, 1.0, x))


def mean_shortfall(x: np.ndarray | float) -> np.ndarray:
    """(x − 1 + e^(−x))/x², equal to (1 − mean_decay)/x; 1/2 at x = 0. Any shape.

    The closed form loses half its digits below 0.01, so small x use the series
    Σ (−x)^n/(n+2)!.
    """
    x = np.asarray(x, dtype=np.float64)
    small = np.where(np.abs(x) < _SERIES_BELOW, x, 0.0)
    term = np.full_like(small, 0.5)
    series = term.copy()
    for n in range(1, _TERMS):
        term = -term * small / (n + 2)
        series = series + term
    large = np.where(np.abs(x) < _SERIES_BELOW, 1.0, x)
    return np.where(np.abs(x) < _SERIES_BELOW, series, (1.0 - mean_decay(large)) / large)
