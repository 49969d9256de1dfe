"""What a sale of Treasuries does to the yen through US yields: a number of uncertain sign (H.6).

A sale raises the long end of the curve and leaves the expected policy path alone. In a regression
of USD/JPY on the 10-year yield and on the slope (10-year less 2-year),

    100 d ln s = a d(10y - 2y) + b d(10y) = (a + b) d(10y) - a d(2y),

so a + b is the effect of the 10-year yield with the 2-year yield unchanged (the sale) and b that of
a parallel move of both (news about the policy path). Both are estimated year by year; the sign of
a + b changes from year to year, which no single standard error shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from triffin.world.base.errors import InputError
from triffin.world.data.facts import ChannelEstimate, yield_channel
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.sampling import plausible

HORIZON_DAYS = 5  # over one day the noon rate misses part of the reaction to afternoon yields
REGRESSORS = "slope and 10-year"
REGISTRY_WEIGHT = 0.5
"""Share of draws that follow the registry; the rest follow the estimates, every year alike.
Judgement: neither the registry's normal distribution nor regressions of daily data are identified,
so both count the same."""


@dataclass(frozen=True)
class ChannelByYear:
    """Percent by which the dollar rises against the yen per basis point, one sample.

    sale: 10-year up, 2-year unchanged; rate_news: both up. sale_error adds the errors of the two
    coefficients as if independent; regressors that move together make it too large.
    """

    sample: str
    sale: float
    sale_error: float
    rate_news: float
    rate_news_error: float
    observations: int


@cache
def channel_estimates(horizon_days: int = HORIZON_DAYS) -> tuple[ChannelByYear, ...]:
    """The estimates of `facts-yield-channel` as effects of a sale and of rate news, by sample."""
    found: dict[str, dict[str, ChannelEstimate]] = {}
    for row in yield_channel():
        if row.horizon_days == horizon_days and row.regressors == REGRESSORS:
            found.setdefault(row.sample, {})[row.coefficient] = row
    return tuple(
        ChannelByYear(
            sample=sample,
            sale=rows["slope"].estimate + rows["10-year"].estimate,
            sale_error=math.hypot(rows["slope"].standard_error, rows["10-year"].standard_error),
            rate_news=rows["10-year"].estimate,
            rate_news_error=rows["10-year"].standard_error,
            observations=rows["10-year"].observations,
        )
        for sample, rows in found.items()
    )


def estimates_by_year() -> tuple[ChannelByYear, ...]:
    """The calendar years alone, in order; pooled samples and episodes left out."""
    return tuple(row for row in channel_estimates() if row.sample.isdigit())


@dataclass(frozen=True)
class ChannelDraws:
    """kappa of a sale, percent per basis point; `estimated` marks the draws that follow a year of
    the data rather than the registry. Shapes (n,)."""

    sale: np.ndarray
    estimated: np.ndarray


def draw_channel(
    source: np.ndarray,
    sale: np.ndarray,
    episode: np.ndarray,
    *,
    before: int | None = None,
    parameters: ParameterSet,
) -> ChannelDraws:
    """kappa from uniforms (n,): which source, the effect, and a confidence episode (bool).

    `before`: only the estimates of years before this one count (backtests).

    Half the draws take the registry (kappa_supply), half a year of the estimates with its standard
    error. In a confidence episode the yield rises because the dollar is
    doubted: kappa of a sale is then negative whatever its size (models E.4, judgement).
    """
    from scipy.special import ndtri

    years = tuple(row for row in estimates_by_year() if before is None or int(row.sample) < before)
    if not years:
        raise InputError(
            f"no year before {before} has an estimate of the yield channel.",
            field="before",
            value=before,
            valid=f"a year after {estimates_by_year()[0].sample}",
        )
    estimated = source >= REGISTRY_WEIGHT
    place = (source - REGISTRY_WEIGHT) / (1.0 - REGISTRY_WEIGHT) * len(years)
    year = np.clip(place.astype(int), 0, len(years) - 1)

    mean, error = (np.array([getattr(row, key) for row in years]) for key in ("sale", "sale_error"))
    by_year = mean[year] + error[year] * ndtri(sale)
    of_sale = np.where(estimated, by_year, plausible(parameters["kappa_supply"], sale))
    return ChannelDraws(np.where(episode, -np.abs(of_sale), of_sale), estimated)
