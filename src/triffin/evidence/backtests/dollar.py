"""Backtest of the dollar's share of reserves (F)."""

from __future__ import annotations

import numpy as np

from triffin.evidence.backtests.episode import Episode
from triffin.evidence.backtests.rows import Row, quantity
from triffin.finance.dollar.layers import fitted_intercepts, stability_limit, strengths
from triffin.finance.dollar.tipping import settle
from triffin.world.data.market_events import reserve_share_series
from triffin.world.registry.parameter_set import ParameterSet

PERCENT = 100.0
DAYS_PER_YEAR = 365.25


def reserve_share(episode: Episode, n: int, seed: int, parameters: ParameterSet) -> list[Row]:
    """The dollar's share of allocated reserves after 2004.

    Production fits the intercepts of its choice model to the shares of the day (H.8), so that
    without a shock the shares stay: the forecast is the last share and years as uneven as before.
    Draws of the complementarity in which the shares of the day are not stable have no forecast;
    the others stand in for them.
    """
    start = episode.information
    series = reserve_share_series("USD", str(episode.figures["basis"]))
    known = series.between("1999-01-01", start).observed()
    euro = reserve_share_series("EUR", str(episode.figures["basis"])).on(start)
    dollar = series.on(start)
    uneven = float(np.sqrt(np.mean(np.diff(known.values) ** 2)))
    shares = np.array([dollar, euro, PERCENT - dollar - euro]) / PERCENT
    (complementarity,) = episode.drawn(
        ("currency_complementarity",), n, seed, parameters=parameters
    ).values()
    # "Other currencies" are many: without a network among them.
    network = np.array([1.0, 1.0, 0.0])
    stable = complementarity < stability_limit(shares, network)
    c = strengths(complementarity[stable], network)
    rest = settle(np.broadcast_to(shares, c.shape), fitted_intercepts(shares, c), c)
    level = PERCENT * np.resize(rest[:, 0], n)
    ends = [str(day) for day in episode.figures["ends"]]
    years = [
        float((np.datetime64(day) - np.datetime64(start)) / np.timedelta64(1, "D")) / DAYS_PER_YEAR
        for day in ends
    ]
    return [
        quantity(
            f"the dollar's share of allocated reserves on {day}",
            "F",
            "%",
            series.on(day),
            level + uneven * path,
        )
        for day, path in zip(ends, episode.walk(years, n, seed), strict=True)
    ]
