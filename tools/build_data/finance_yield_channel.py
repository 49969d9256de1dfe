"""Estimate the sign of the yield channel and build `facts-yield-channel`.

    python -m tools.build_data.finance_yield_channel

Changes of 100 ln USD/JPY are regressed on changes of US yields in basis points, by calendar year
and pooled, over one trading day and over five, with the standard errors of Newey and West (1987).
It reads the shipped series and nothing else: anybody can repeat it.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tools.build_data.finance_common import write_csv
from tools.build_data.provenance import write_provenance

from triffin.world.data.facts import YIELD_CHANNEL, ChannelEstimate
from triffin.world.data.series import load_series
from triffin.world.data.shipped import DATASETS
from triffin.world.data.shipped_rows import columns

FIRST, LAST = 2000, 2025
UNTIL = "2025-12-30"  # the sample ends here until it has another year
HORIZONS = (1, 5)
# Sets of regressors: the slope of the curve alone, the 10-year yield alone, both.
REGRESSORS = {
    "slope": ("slope",),
    "10-year": ("10-year",),
    "slope and 10-year": ("slope", "10-year"),
}
POOLED = (("2000-2025", 2000, 2025), ("2015-2025", 2015, 2025), ("2022-2025", 2022, 2025))
EPISODES = (("2025 April to June", "2025-04-01", "2025-06-30"),)


@dataclass(frozen=True)
class Fit:
    """Ordinary least squares with a constant.

    slopes, standard_errors: (K,) without the constant. lags: of the Newey-West estimate.
    """

    slopes: np.ndarray
    standard_errors: np.ndarray
    observations: int
    lags: int
    r_squared: float


def newey_west(y: np.ndarray, x: np.ndarray, lags: int) -> Fit:
    """Least squares of y (T,) on a constant and x (T, K), errors of Newey and West (1987).

    Bartlett weights 1 - j/(lags + 1); no correction for degrees of freedom. With lags = 0 the
    errors are White's.
    """
    design = np.column_stack([np.ones(len(y)), x])
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ y
    residuals = y - design @ coefficients
    scores = design * residuals[:, None]
    middle = scores.T @ scores
    for j in range(1, lags + 1):
        cross = scores[j:].T @ scores[:-j]
        middle += (1 - j / (lags + 1)) * (cross + cross.T)
    variance = inverse @ middle @ inverse
    total = np.sum((y - y.mean()) ** 2)
    return Fit(
        slopes=coefficients[1:],
        standard_errors=np.sqrt(np.diag(variance))[1:],
        observations=len(y),
        lags=lags,
        r_squared=float(1 - np.sum(residuals**2) / total),
    )


def common_days() -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """(dates, 100 ln USD/JPY, regressors in basis points) on the days that all series have."""
    found = [load_series(name).observed() for name in ("usdjpy", "yield-2y", "yield-10y")]
    dates = found[0].between(f"{FIRST}-01-01", UNTIL).dates
    for series in found[1:]:
        dates = np.intersect1d(dates, series.dates)
    rate, two, ten = (s.values[np.searchsorted(s.dates, dates)] for s in found)
    return dates, 100 * np.log(rate), {"slope": 100 * (ten - two), "10-year": 100 * ten}


def estimates() -> list[dict[str, object]]:
    """All regressions: a row per sample, horizon, set of regressors and coefficient."""
    dates, rate, levels = common_days()
    samples = [(str(year), f"{year}-01-01", f"{year}-12-31") for year in range(FIRST, LAST + 1)]
    samples += [(name, f"{start}-01-01", f"{end}-12-31") for name, start, end in POOLED]
    samples += list(EPISODES)
    rows: list[dict[str, object]] = []
    for days in HORIZONS:
        change = rate[days:] - rate[:-days]
        moves = {name: level[days:] - level[:-days] for name, level in levels.items()}
        # a change counts for the sample only if its first day lies in the sample too
        starts, ends = dates[:-days], dates[days:]
        for sample, start, end in samples:
            kept = (starts >= np.datetime64(start)) & (ends <= np.datetime64(end))
            lags = max(int(4 * (kept.sum() / 100) ** (2 / 9)), 2 * (days - 1))
            for label, names in REGRESSORS.items():
                x = np.column_stack([moves[name][kept] for name in names])
                fit = newey_west(change[kept], x, lags)
                rows += [
                    {
                        "sample": sample,
                        "start": str(ends[kept][0]),
                        "end": str(ends[kept][-1]),
                        "horizon_days": days,
                        "regressors": label,
                        "coefficient": name,
                        "estimate": f"{fit.slopes[i]:.5f}",
                        "standard_error": f"{fit.standard_errors[i]:.5f}",
                        "observations": fit.observations,
                        "lags": lags,
                        "r_squared": f"{fit.r_squared:.4f}",
                    }
                    for i, name in enumerate(names)
                ]
    return rows


def build(target: Path = DATASETS) -> Path:
    """Write facts-yield-channel.csv and its provenance; returns the data file."""
    data_file = target / f"{YIELD_CHANNEL}.csv"
    write_csv(data_file, columns(ChannelEstimate), estimates())
    write_provenance(
        data_file,
        {
            "kind": "estimates",
            "title": "USD/JPY on US yields: the sign of the yield channel by year, 2000-2025",
            "source": "computed by tools.build_data.finance_yield_channel from the datasets "
            "usdjpy and yields (Federal Reserve H.10 and H.15)",
            "licence": "own computation from public-domain data",
            "retrieved": "computed from the series as shipped",
            "notes": [
                "Percent by which the dollar rises against the yen when the regressor rises by "
                "one basis point; slope is the 10-year less the 2-year yield.",
                "Newey-West errors; overlapping changes over five days have at least eight lags.",
                "The exchange rate is taken at noon in New York, the yields in the afternoon: over "
                "one day part of the reaction is missed, over five days little.",
                "A regression of daily data is no identified supply shock; Japanese yields are "
                "left out.",
            ],
        },
    )
    return data_file


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None).parse_args()
    build()
