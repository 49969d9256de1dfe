"""One volatility model for every market series: a log blend of three variances, Student t tails.

With r daily changes (basis points of a yield, 100 x log of an exchange rate), h trading days ahead,
m(x) = (1 − e^(−x))/x, a1 = A1 m(κ1 h), a2 = A2 m(κ2 h):

    V5 mean of the last 1,260 squares, E985 and E94 squares averaged exponentially
    ln σ_h = ½[(1 − a1) ln V5 + (a1 − a2) ln E985 + a2 ln E94] + ½ ln h + ln s + b ln(h/5)
    change over h days = σ_h t(ν_h),    ν_h = ν (h/5)^c,    mean zero

On a daily path day k has the variance σ_k² − σ_{k−1}², and all series of a path are multiplied by
one √(ν/χ²_ν) of the last horizon: that is the t at the horizon, and the joint tail. Correlations
are exponential averages of daily products, shrunk. Constants: registry, fitted to data up to 2004;
the score since then, with rivals, is `triffin backtest --rolling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from triffin.finance.averages import mean_decay
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError
from triffin.world.data.series import Series, load_series
from triffin.world.registry.parameter_set import ParameterSet, shipped

LONG_WINDOW, FEWEST = 1260, 252
FAST, SLOW = 0.94, 0.985
BEGINS_WITH = 60  # squares whose mean starts the exponential averages
LONGEST_GAP = 12  # days; a change over a longer one is left out
WEEK = 5  # trading days
PERCENT = 100.0
_REGISTRY = (
    "blend_long_weight",
    "blend_short_weight",
    "blend_long_decay",
    "blend_short_decay",
    "blend_scale",
    "blend_scale_slope",
    "blend_freedom",
    "blend_freedom_slope",
)


@dataclass(frozen=True)
class Blend:
    """The constants A1, A2, κ1, κ2, s, b, ν, c of the module, in this order."""

    long_weight: float
    short_weight: float
    long_decay: float
    short_decay: float
    scale: float
    scale_slope: float
    freedom: float
    freedom_slope: float

    @classmethod
    def of(cls, parameters: ParameterSet) -> Blend:
        """The constants of a set of parameters."""
        return cls(*(parameters.value(name) for name in _REGISTRY))

    def weights(self, days: Array | float) -> tuple[Array, Array, Array]:
        """Weights of V5, E985 and E94 in the log variance `days` ahead; they sum to one."""
        h = np.asarray(days, dtype=np.float64)
        long = self.long_weight * mean_decay(self.long_decay * h)
        short = self.short_weight * mean_decay(self.short_decay * h)
        return 1.0 - long, long - short, short

    def sigma(self, variances: Array, days: Array | float) -> Array:
        """σ_h: `variances` (..., 3) as of `known_variances`, `days` broadcast against (...)."""
        h, logs = np.asarray(days, dtype=np.float64), np.log(variances)
        mean = sum(w * logs[..., i] for i, w in enumerate(self.weights(h)))
        power = 0.5 * np.log(h) + self.scale_slope * np.log(h / WEEK)
        return np.asarray(self.scale * np.exp(0.5 * np.asarray(mean) + power))

    def nu(self, days: Array | float) -> Array:
        """Degrees of freedom of the t `days` ahead."""
        return self.freedom * (np.asarray(days, dtype=np.float64) / WEEK) ** self.freedom_slope

    def steps(self, variances: Array, days: int) -> Array:
        """Standard deviation (days,) of the normal step of each day of a path; `variances` (3,)."""
        cumulated = self.sigma(variances, np.arange(1.0, days + 1.0)) ** 2
        # After an outburst the blend may say less over more days: a path has no step below zero.
        return np.sqrt(np.diff(np.maximum.accumulate(cumulated), prepend=0.0))


def daily_changes(series: Series, *, log: bool) -> tuple[Array, Array]:
    """(days (T,), changes (T,)) of a series: basis points of a yield, 100 x log otherwise.

    Raises InputError for a value that has no logarithm.
    """
    known = series.observed()
    if log and np.any(known.values <= 0):
        raise InputError(f"{series.name} has values of zero or less.", field=series.name)
    change = PERCENT * np.diff(np.log(known.values) if log else known.values)
    near = np.diff(known.dates).astype(np.int64) <= LONGEST_GAP
    return known.dates[1:][near], change[near]


def ewma(values: Array, decay: float) -> Array:
    """Exponential averages (T,) of `values` (T,), begun with the mean of the first sixty."""
    from scipy.signal import lfilter

    start = decay * np.mean(values[:BEGINS_WITH])
    return np.asarray(lfilter([1.0 - decay], [1.0, -decay], values, zi=[start])[0])


def known_variances(changes: Array) -> Array:
    """(T, 3) variances V5, E985, E94 after each change (T,); V5 is NaN before `FEWEST`."""
    squares = np.asarray(changes, dtype=np.float64) ** 2
    total = np.concatenate([[0.0], np.cumsum(squares)])
    ends = np.arange(1, len(squares) + 1)
    first = np.maximum(ends - LONG_WINDOW, 0)
    mean = np.where(ends >= FEWEST, (total[ends] - total[first]) / (ends - first), np.nan)
    return np.column_stack([mean, ewma(squares, SLOW), ewma(squares, FAST)])


def correlation_of(one: Array, other: Array, parameters: ParameterSet) -> Array:
    """Correlation (T,) of two series of daily changes on the same days, known after each."""
    decay = float(np.exp2(-1.0 / parameters.value("correlation_half_life_days")))
    product, x, y = (ewma(v, decay) for v in (one * other, one**2, other**2))
    return np.asarray(parameters.value("correlation_shrinkage") * product / np.sqrt(x * y))


@dataclass(frozen=True, eq=False)
class MarketVolatility:
    """What is known of some series at a day: variances (S, 3) and correlations (S, S)."""

    date: str
    variances: Array
    correlation: Array
    blend: Blend

    def sigma(self, days: Array | float) -> Array:
        """Scale of the change `days` ahead, (S,) for a number, (S, k) for (k,)."""
        return np.stack([self.blend.sigma(one, days) for one in self.variances])

    def deviation(self, days: float) -> Array:
        """Standard deviation (S,) of the change `days` ahead."""
        nu = float(self.blend.nu(days))
        return self.sigma(days) * np.sqrt(nu / (nu - 2.0))

    def common_scale(self, u: Array, days: int) -> Array:
        """√(ν/χ²_ν) of the horizon `days`, at uniforms `u` (n,) in 0..1: high where u is low."""
        from scipy.special import gammaincinv

        half = 0.5 * float(self.blend.nu(days))
        return np.sqrt(half / gammaincinv(half, np.clip(u, 1e-12, 1.0 - 1e-12)))

    def moves(self, normals: Array, common: Array) -> Array:
        """Cumulated moves of every series, in place of `normals` (S, T, n); `common` (n,).

        The series of a draw share `common`; its row is one path of each.
        """
        count, days, _ = normals.shape
        steps = np.stack([self.blend.steps(one, days) for one in self.variances])
        mix = np.linalg.cholesky(self.correlation)
        for t in range(days):
            for i in reversed(range(count)):
                row = normals[i, t]
                row *= steps[i, t] * mix[i, i]
                for j in range(i):
                    row += (steps[i, t] * mix[i, j]) * normals[j, t]
            for i in range(count):
                row = normals[i, t]
                row *= common
                if t:
                    row += normals[i, t - 1]
        return normals


def market_volatility(
    names: Sequence[str], date: str, parameters: ParameterSet
) -> MarketVolatility:
    """Volatility of shipped series with what was observed up to `date`, that day included.

    Yields (unit percent) change in basis points, all others in 100 x log. Raises InputError for a
    day with less than a year of changes before it.
    """
    day = np.datetime64(date, "D")
    known = []
    for name in names:
        days, changes = _changes(name)
        place = int(np.searchsorted(days, day, side="right"))
        if place < FEWEST:
            raise InputError(
                f"{name} has {place} daily changes before {date}.",
                field="date",
                value=date,
                valid=f"a day with at least {FEWEST} of them, from "
                f"{days[min(FEWEST, len(days)) - 1]}",
            )
        known.append((days[:place], changes[:place]))
    correlation = np.eye(len(names))
    for i, (days, changes) in enumerate(known):
        for j, (others, other) in enumerate(known[:i]):
            _, a, b = np.intersect1d(days, others, assume_unique=True, return_indices=True)
            correlation[i, j] = correlation[j, i] = correlation_of(
                changes[a], other[b], parameters
            )[-1]
    # The averages forget: the last ten years say what all would.
    variances = np.stack([known_variances(c[-2 * LONG_WINDOW :])[-1] for _, c in known])
    return MarketVolatility(date, variances, correlation, Blend.of(parameters))


@cache
def _changes(name: str) -> tuple[Array, Array]:
    series = load_series(name)
    return daily_changes(series, log=not series.unit.startswith("percent"))


def working_factor(months: Array | float) -> Array:
    """Variance of the change of monthly means over `months`, in units of that over one month.

    (h − 1/3)/(2/3): averages of a random walk (Working 1960, Econometrica 28, 916-918). The
    standard deviation is 1.155, 1.190, 1.208 times √h at 3, 6 and 12 months.
    """
    return np.asarray((np.asarray(months, dtype=np.float64) - 1.0 / 3.0) / (2.0 / 3.0))


@canonical
def volatility_blend(
    v_1260: float,
    ewma_985: float,
    ewma_94: float,
    days: float,
    observed: float | None = None,
) -> dict[str, Any]:
    """The forecast of a change over `days` trading days from three variances of daily changes.

    `v_1260`, `ewma_985`, `ewma_94` > 0 in the square of the unit of the change; `observed` the
    change that came, in that unit.
    Outputs: scale, nu, half_50, half_90, half_98 (half widths of the intervals around zero), and
    log_score and pit of what was observed (None without it).
    Raises InputError for variances and days that are not above zero. Grade derived.

    >>> found = volatility_blend(37.24683, 32.20302, 38.31686, 5, observed=47)
    >>> [round(found[key], 4) for key in ("scale", "nu", "half_90", "log_score")]
    [12.0121, 6.0, 23.3416, -7.8822]
    """
    from scipy.special import stdtr, stdtrit

    h = number(days, "days", above=0)
    variances = [
        number(value, name, above=0)
        for name, value in (("v_1260", v_1260), ("ewma_985", ewma_985), ("ewma_94", ewma_94))
    ]
    blend = Blend.of(shipped())
    scale, nu = float(blend.sigma(np.array(variances), h)), float(blend.nu(h))
    outputs: dict[str, Any] = {"scale": scale, "nu": nu}
    for share in (50, 90, 98):
        outputs[f"half_{share}"] = scale * float(stdtrit(nu, 0.5 + share / 200.0))
    z = None if observed is None else number(observed, "observed") / scale
    outputs["log_score"] = None if z is None else float(log_density(z, nu)) - np.log(scale)
    outputs["pit"] = None if z is None else float(stdtr(nu, z))
    return outputs


def log_density(z: Array | float, nu: Array | float) -> Array:
    """Log of the density of Student's t; z and nu broadcast."""
    from scipy.special import gammaln

    half = 0.5 * np.asarray(nu, dtype=np.float64)
    constant = gammaln(half + 0.5) - gammaln(half) - 0.5 * np.log(2.0 * half * np.pi)
    return np.asarray(constant - (half + 0.5) * np.log1p(np.square(z) / (2.0 * half)))


@canonical
def joint_common_scale(
    z_yield_at_least: float, z_dollar_at_most: float, rho: float, nu: float
) -> dict[str, Any]:
    """Probability that yields rise and the dollar falls by so many scales, under one common scale.

    A bivariate t with correlation `rho` (−1 to 1, open) and `nu` > 0 degrees of freedom: given the
    first, the second is a t with nu + 1 (Kotz and Nadarajah 2004, section 1.11). Output:
    probability. Raises InputError outside these ranges. Grade derived.

    >>> round(joint_common_scale(2.0, -1.0, 0.16, 6.0)["probability"], 6)
    0.007622
    """
    from scipy.integrate import quad
    from scipy.special import stdtr

    low, high = (
        number(z_yield_at_least, "z_yield_at_least"),
        number(z_dollar_at_most, "z_dollar_at_most"),
    )
    r, freedom = number(rho, "rho", above=-1, below=1), number(nu, "nu", above=0)

    def density(y: float) -> float:
        spread = np.sqrt((freedom + y * y) / (freedom + 1.0) * (1.0 - r * r))
        return float(
            np.exp(log_density(y, freedom)) * stdtr(freedom + 1.0, (high - r * y) / spread)
        )

    parts = [(low, max(low, 0.0) + 10.0), (max(low, 0.0) + 10.0, np.inf)]
    return {
        "probability": sum(quad(density, a, b, epsabs=1e-15, epsrel=1e-12)[0] for a, b in parts)
    }
