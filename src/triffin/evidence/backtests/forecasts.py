"""Forecasts of market changes over a horizon, and how each is scored: the blend and its rivals.

Scores are negatively or positively oriented as usual: the logarithm of the density, higher is
better; the continuous ranked probability score (Gneiting and Raftery 2007), lower is better.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol

import numpy as np

from triffin.evidence.backtests.rows import SURPRISE
from triffin.finance.joint.volatility import log_density
from triffin.world.base.arrays import Array

GARCH_YEARS, DAYS_A_YEAR = 20, 252
BLOCK_YEARS, STRIDE = 5, 10
NORMAL = 1e8  # degrees of freedom from which a t is a normal


class Forecast(Protocol):
    """A predictive distribution for each of n origins."""

    def pit(self, y: Array) -> Array:
        """Probability (n,) of a change up to the one that came, `y` (n,)."""

    def log(self, y: Array) -> Array:
        """Log of the density (n,) at `y`."""

    def crps(self, y: Array) -> Array:
        """Continuous ranked probability score (n,) at `y`."""


@dataclass(frozen=True, eq=False)
class Student:
    """Student t around zero: `scale` (n,) and degrees of freedom `nu`, (n,) or one for all."""

    scale: Array
    nu: Array | float

    def pit(self, y: Array) -> Array:
        from scipy.special import stdtr

        return np.asarray(stdtr(self.nu, y / self.scale))

    def log(self, y: Array) -> Array:
        return log_density(y / self.scale, self.nu) - np.log(self.scale)

    def crps(self, y: Array) -> Array:
        """Closed form (Jordan, Krüger and Lerch 2019, Journal of Statistical Software 90)."""
        from scipy.special import betaln, stdtr

        z, nu = y / self.scale, np.asarray(self.nu, dtype=np.float64)
        density = np.exp(log_density(z, nu))
        spread = 2.0 * np.sqrt(nu) / (nu - 1.0)
        spread = spread * np.exp(betaln(0.5, nu - 0.5) - 2.0 * betaln(0.5, nu / 2.0))
        tail = 2.0 * density * (nu + z**2) / (nu - 1.0)
        return np.asarray(self.scale * (z * (2.0 * stdtr(nu, z) - 1.0) + tail - spread))


def normal(deviation: Array) -> Student:
    """A normal around zero with `deviation` (n,)."""
    return Student(deviation, NORMAL)


@dataclass(frozen=True, eq=False)
class Sample:
    """As likely as what was seen: `seen` (n, m) past changes over the horizon, sorted."""

    seen: Array

    def pit(self, y: Array) -> Array:
        return np.asarray(np.mean(self.seen < y[:, None], axis=1) + 0.5 / self.seen.shape[1])

    def log(self, y: Array) -> Array:
        """Normal kernels of Silverman's width (1986, eq. 3.31), mixed with `SURPRISE`: a Cauchy
        distribution as wide as the 90 % interval, so that what was never seen is no ruin."""
        m = self.seen.shape[1]
        deviation = np.sqrt(np.einsum("ij,ij->i", self.seen, self.seen) / m)
        width = 0.9 * np.maximum(deviation, 1e-12) * m**-0.2
        away = (y[:, None].astype(np.float32) - self.seen) / width[:, None].astype(np.float32)
        away *= away
        away *= -0.5
        kernels = np.exp(away, out=away).mean(axis=1)
        wide = np.maximum((self.seen[:, -1 - m // 20] - self.seen[:, m // 20]) / 2.0, 1e-12)
        cauchy = 1.0 / (np.pi * wide * (1.0 + (y / wide) ** 2))
        return np.log((1 - SURPRISE) * kernels / (width * np.sqrt(2 * np.pi)) + SURPRISE * cauchy)

    def crps(self, y: Array) -> Array:
        m = self.seen.shape[1]
        weights = (2.0 * np.arange(1, m + 1) - m - 1.0) / m**2
        away = self.seen - y[:, None].astype(np.float32)
        return np.asarray(np.abs(away, out=away).mean(axis=1) - self.seen @ weights)


def block_bootstrap(level: Array, origins: Array, days: int) -> Sample:
    """Blocks of `days` of the five years before each origin, one every ten days, mean taken off.

    `level` (T,); where the series is younger, its first blocks stand in for those that are not.
    """
    back = STRIDE * np.arange(BLOCK_YEARS * DAYS_A_YEAR // STRIDE)
    changes = (level[days:] - level[:-days]).astype(np.float32)
    seen = changes[np.maximum(origins[:, None] - back - days, 0)]
    seen -= seen.mean(axis=1, keepdims=True)
    seen.sort(axis=1)
    return Sample(seen)


def has_garch() -> bool:
    """Whether the package `arch` (extra `backtest`) is installed."""
    return find_spec("arch") is not None


def garch(
    changes: Array, origins: Array, years: Array, horizons: Sequence[int]
) -> dict[int, Student]:
    """GARCH(1,1) with t errors, refitted with every year of the origins on at most twenty years.

    changes (T,): daily; origins (n,): places in it, each the last change known; years (n,) of the
    origins. Of the sum over h days the variance is exact, the degrees of freedom those of a day.
    """
    from arch import arch_model
    from scipy.signal import lfilter

    variances = {h: np.empty(len(origins)) for h in horizons}
    nu = np.empty(len(origins))
    unit = changes.std()
    for year in np.unique(years):
        here = years == year
        last = int(origins[here][0]) + 1
        past = changes[max(0, last - GARCH_YEARS * DAYS_A_YEAR) : last] / unit
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = arch_model(past, mean="Zero", vol="GARCH", p=1, q=1, dist="t", rescale=False)
            omega, alpha, beta, nu[here] = model.fit(disp="off", show_warning=False).params
        squares = (changes / unit) ** 2
        next_day = lfilter([1.0], [1.0, -beta], omega + alpha * squares, zi=[beta * past.var()])[0]
        # An estimate at the border of stationarity has no mean to return to.
        kept = min(alpha + beta, 0.9999)
        mean = omega / (1.0 - kept)
        for h in horizons:
            fading = (1.0 - kept**h) / (1.0 - kept)
            variances[h][here] = h * mean + (next_day[origins[here]] - mean) * fading
    nu = np.clip(nu, 2.1, 200.0)
    shrink = unit * np.sqrt((nu - 2.0) / nu)
    return {h: Student(shrink * np.sqrt(variances[h]), nu) for h in horizons}


def newey_west_error(values: Array, lags: int) -> float:
    """Standard error of the mean of overlapping scores (n,), Bartlett weights."""
    n = len(values)
    away = values - values.mean()
    total = float(away @ away)
    for lag in range(1, min(lags, n - 1) + 1):
        total += 2.0 * (1.0 - lag / (lags + 1)) * float(away[lag:] @ away[:-lag])
    return float(np.sqrt(max(total, 0.0)) / n)
