"""Medians, intervals, their Monte Carlo error, and the share of variance behind each driver.

Pure functions of arrays. Every headline of a run passes through these and no other statistics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

LOW, MEDIAN, HIGH = 0.05, 0.5, 0.95
"""The probabilities of a headline: the median and the ends of a 90 % interval."""

DRIVER_THRESHOLD = 0.05
"""A driver is named when it explains at least this share of the variance, and more than chance."""

TURNS = 0.25
"""An answer turns on a convention whose medians lie this share of the 90 % interval apart."""

FEW_PER_BIN = 10
"""Draws wanted in a bin before its mean is trusted as a conditional expectation."""


@dataclass(frozen=True)
class Interval:
    """Median and 90 % interval of a sample, each with its Monte Carlo standard error.

    Units are those of the sample. `draws` counts the finite draws that entered.
    """

    low: float
    median: float
    high: float
    low_error: float
    median_error: float
    high_error: float
    draws: int


def quantile(
    sample: ArrayLike, probability: ArrayLike, weights: ArrayLike | None = None
) -> np.ndarray:
    """Quantiles of type 7 (linear interpolation of order statistics), weighted if asked.

    Parameters
    ----------
    sample : (n,) draws, or (n, ...) to take quantiles along the first axis (unweighted only).
    probability : scalar or (k,) in [0, 1].
    weights : (n,) non-negative, or None for equal weights.

    Returns
    -------
    (k,) or scalar array, in the unit of the sample. With equal weights the weighted form equals
    the plain one; draws of weight zero have no influence.

    Raises
    ------
    InputError : empty sample, NaN or infinity, probabilities outside [0, 1], bad weights.

    Sources: Hyndman and Fan (1996), The American Statistician 50, 361-365 (type 7); Akinshin
    (2023), "Weighted quantile estimators", arXiv 2304.07265, section 4 (weights).
    """
    values = np.asarray(sample, dtype=float)
    levels = np.asarray(probability, dtype=float)
    if values.size == 0:
        raise InputError("quantile of an empty sample.", field="sample")
    if not np.all(np.isfinite(values)):
        raise InputError("the sample has NaN or infinite draws.", field="sample")
    if np.any(levels < 0) or np.any(levels > 1) or not np.all(np.isfinite(levels)):
        raise InputError(
            "a probability lies outside 0 to 1.", field="probability", value=probability
        )
    if weights is None:
        return np.asarray(np.quantile(values, levels, axis=0))
    weight = _checked_weights(weights, values)
    kept = weight > 0
    values, weight = values[kept], weight[kept]
    order = np.argsort(values, kind="stable")
    values, weight = values[order], weight[order]
    # effective sample size (Kish 1965): n for equal weights
    size = weight.sum() ** 2 / np.sum(weight**2)
    cumulative = np.concatenate([[0.0], np.cumsum(weight) / weight.sum()])
    cumulative[-1] = 1.0
    start = np.atleast_1d(levels)[:, None] * (size - 1) / size
    share = np.diff(np.clip((cumulative[None, :] - start) * size, 0.0, 1.0), axis=1)
    found: Array = (share @ values).reshape(levels.shape)
    return found


def quantile_standard_error(sample: ArrayLike, probability: float) -> float:
    """Monte Carlo standard error of a sample quantile, without a density estimate.

    Parameters: `sample` (n,) independent draws; `probability` in (0, 1).
    Returns the standard error in the unit of the sample; NaN for fewer than two draws.
    Source: Maritz and Jarrett (1978), Journal of the American Statistical Association 73,
    194-196: the quantile is an average of order statistics with beta weights.
    """
    from scipy.special import betainc

    values = np.sort(np.asarray(sample, dtype=float))
    size = values.size
    if size < 2:
        return float("nan")
    rank = int(probability * size + 0.5)
    rank = min(max(rank, 1), size)
    edges = np.arange(size + 1) / size
    weight = np.diff(betainc(rank, size - rank + 1, edges))
    mean = float(weight @ values)
    # centred, so that a large level does not cancel the variance
    return float(np.sqrt(max(0.0, float(weight @ (values - mean) ** 2))))


def interval(sample: ArrayLike, weights: ArrayLike | None = None) -> Interval:
    """Median and 90 % interval (5 to 95 %) of draws, with Monte Carlo standard errors.

    Draws that are not finite (no equilibrium) are left out and show in `draws`; raises
    InputError if none is left. Standard errors are those of the unweighted sample.
    """
    values = np.asarray(sample, dtype=float).ravel()
    finite = np.isfinite(values)
    if not finite.any():
        raise InputError("no finite draw to take an interval of.", field="sample")
    if weights is not None:
        weights = _checked_weights(weights, values)[finite]
    values = values[finite]
    low, median, high = quantile(values, [LOW, MEDIAN, HIGH], weights)
    low_error, median_error, high_error = (
        quantile_standard_error(values, level) for level in (LOW, MEDIAN, HIGH)
    )
    return Interval(
        float(low),
        float(median),
        float(high),
        low_error,
        median_error,
        high_error,
        int(values.size),
    )


def share_positive(sample: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Share of draws above zero, in [0, 1]; draws that are not finite are left out."""
    values = np.asarray(sample, dtype=float).ravel()
    weight = np.ones_like(values) if weights is None else _checked_weights(weights, values)
    finite = np.isfinite(values)
    total = weight[finite].sum()
    if total == 0:
        raise InputError("no finite draw to take a share of.", field="sample")
    return float(weight[finite & (values > 0)].sum() / total)


def variance_share_of_groups(sample: ArrayLike, groups: ArrayLike) -> float:
    """Share of the variance of draws that a categorical driver explains, in [0, 1].

    Parameters: `sample` (n,), `groups` (n,) labels such as the closure of each draw.
    Source: one-way analysis of variance; epsilon squared of Kelley (1935), Proceedings of the
    National Academy of Sciences 21, 554-559, which takes off what chance alone would explain.
    """
    values, labels = _paired(sample, np.asarray(groups))
    if values.size < 3 or np.ptp(values) == 0:
        return 0.0
    _, code = np.unique(labels, return_inverse=True)
    counts = np.bincount(code)
    if counts.size < 2 or values.size <= counts.size:
        return 0.0
    means = np.bincount(code, weights=values) / counts
    total = float(np.sum((values - values.mean()) ** 2))
    within = float(np.sum((values - means[code]) ** 2))
    chance = (counts.size - 1) * within / (values.size - counts.size)
    return float(np.clip((total - within - chance) / total, 0.0, 1.0))


def variance_share_of_parameter(sample: ArrayLike, parameter: ArrayLike) -> float:
    """First-order variance share of a continuous driver, from given draws, in [0, 1].

    The draws are cut into bins of equal count along the parameter and the variance of the bin
    means is compared with the total, less what chance alone would explain.

    Parameters: `sample` (n,), `parameter` (n,) the values drawn.
    Source: Plischke, Borgonovo and Smith (2013), European Journal of Operational Research 226,
    536-550 (given-data estimation of the first-order index).
    """
    values, drawn = _paired(sample, np.asarray(parameter, dtype=float))
    if values.size < 3 or np.ptp(drawn) == 0:
        return 0.0
    bins = _bins(values.size)
    rank = np.argsort(np.argsort(drawn, kind="stable"), kind="stable")
    return variance_share_of_groups(values, rank * bins // values.size)


def variance_shares(
    sample: ArrayLike,
    parameters: Mapping[str, ArrayLike],
    groups: Mapping[str, ArrayLike] | None = None,
) -> dict[str, float]:
    """First-order variance share of every driver, largest first.

    `parameters` are continuous (name -> (n,) values), `groups` categorical (name -> (n,) labels).
    The shares add up to at most about one; what is missing is interaction and chance.
    """
    shares = {
        name: variance_share_of_parameter(sample, drawn) for name, drawn in parameters.items()
    }
    for name, labels in (groups or {}).items():
        shares[name] = variance_share_of_groups(sample, labels)
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))


def by_choice(draws: ArrayLike, groups: Mapping[str, ArrayLike]) -> dict[str, dict[str, Interval]]:
    """Interval of the draws (n,) under every choice of each dimension, the dimension whose medians
    lie farthest apart first; choices without a finite draw, and dimensions of one, are left out."""
    values = np.asarray(draws, dtype=float).ravel()
    found: dict[str, dict[str, Interval]] = {}
    for dimension, labels in groups.items():
        chosen = np.asarray(labels)
        samples = {str(one): values[chosen == one] for one in np.unique(chosen)}
        known = {one: interval(v) for one, v in samples.items() if np.isfinite(v).any()}
        if len(known) > 1:
            found[dimension] = known
    return dict(sorted(found.items(), key=lambda item: (-_apart(item[1]), item[0])))


def turning(choices: Mapping[str, Mapping[str, Interval]], whole: Interval) -> list[str]:
    """Dimensions that an answer turns on: medians of other signs, or `TURNS` of the interval
    apart."""
    wide = whole.high - whole.low
    return [
        dimension
        for dimension, known in choices.items()
        if len({np.sign(one.median) for one in known.values()}) > 1
        or (wide > 0 and _apart(known) >= TURNS * wide)
    ]


def _apart(known: Mapping[str, Interval]) -> float:
    medians = [one.median for one in known.values()]
    return max(medians) - min(medians)


def named_drivers(shares: Mapping[str, float], draws: int) -> list[str]:
    """Drivers worth a name, in the order of `shares`: those beyond `DRIVER_THRESHOLD` and beyond
    three standard deviations of what `draws` of pure noise would show (F distribution of the
    bins' means under independence)."""
    chance = 3.0 * float(np.sqrt(2.0 * (_bins(draws) - 1))) / max(draws, 1)
    return [name for name, share in shares.items() if share >= max(DRIVER_THRESHOLD, chance)]


def _bins(draws: int) -> int:
    """Bins of equal count for a number of draws."""
    return int(np.clip(round(2 * draws ** (1 / 3)), 2, max(2, draws // FEW_PER_BIN)))


def judgement_share(shares: Mapping[str, float], grades: Mapping[str, str]) -> float | None:
    """Part of the explained variance that comes from judgement-graded drivers, in [0, 1].

    None when no driver explains anything. A driver without a grade counts as judgement: an
    unsourced number must not look better than it is.
    """
    explained = sum(shares.values())
    if explained <= 0:
        return None
    judged = sum(
        share
        for name, share in shares.items()
        if grades.get(name, "judgement").startswith("judgement")
    )
    return float(judged / explained)


def weakest_grade(grades: Sequence[str]) -> str:
    """The weakest of published > derived > judgement; judgement if there is none to go by."""
    order = {"published": 0, "derived": 1}
    return max(grades, key=lambda grade: order.get(grade, 2), default="judgement")


def _paired(sample: ArrayLike, driver: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sample and driver without the draws that have no finite result; lengths must agree."""
    values = np.asarray(sample, dtype=float).ravel()
    if driver.shape != values.shape:
        raise InputError(
            f"{values.size} draws of the result but {driver.size} of the driver.", field="driver"
        )
    finite = np.isfinite(values)
    return values[finite], driver[finite]


def _checked_weights(weights: ArrayLike, values: np.ndarray) -> np.ndarray:
    weight = np.asarray(weights, dtype=float).ravel()
    if weight.shape != values.shape or values.ndim != 1:
        raise InputError(f"{weight.size} weights for {values.size} draws.", field="weights")
    if not np.all(np.isfinite(weight)) or np.any(weight < 0) or weight.sum() <= 0:
        raise InputError("weights must be finite, not negative and not all zero.", field="weights")
    return weight


def spread(values: ArrayLike) -> dict[str, Any]:
    """Median and 90 % interval of the finite draws (n,); None for each where there are none."""
    draws = np.asarray(values, dtype=float).ravel()
    known = draws[np.isfinite(draws)]
    if not known.size:
        return {"median": None, "low": None, "high": None}
    low, median, high = quantile(known, [LOW, MEDIAN, HIGH])
    return {"median": float(median), "low": float(low), "high": float(high)}
