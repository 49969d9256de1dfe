"""The clock of a run: trading days after the first day of the scenario, and the weeks they make.

Markets move day by day, diplomacy at the end of each week (models G.2).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from triffin.world.base.arrays import Array


@dataclass(frozen=True)
class Clock:
    """Trading days from the day after `start` to `end`, both dates of the scenario."""

    start: dt.date
    end: dt.date

    @cached_property
    def days(self) -> Array:
        """(T,) datetime64[D], Monday to Friday; holidays are not known and count as days."""
        return trading_days(self.start + dt.timedelta(days=1), self.end)

    @cached_property
    def weeks(self) -> tuple[range, ...]:
        """Positions of the trading days of each calendar week, in order."""
        if not len(self.days):
            return ()
        monday = np.busday_offset(self.days, 0, roll="backward", weekmask="1000000")
        edges = [0, *(np.flatnonzero(np.diff(monday).astype(int)) + 1).tolist(), len(self.days)]
        return tuple(range(a, b) for a, b in pairwise(edges))

    @cached_property
    def week_ends(self) -> Array:
        """(W,) datetime64[D], the last trading day of each week."""
        return self.days[[week[-1] for week in self.weeks]]

    def day_of(self, position: int) -> dt.date:
        """The date of a trading day."""
        found: dt.date = self.days[position].astype(object)
        return found

    def elapsed(self, day: dt.date) -> int:
        """Days since the start."""
        return (day - self.start).days


def trading_days(first: dt.date, last: dt.date) -> Array:
    """Monday to Friday from `first` to `last`, both included; empty where there are none."""
    every = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    return every[np.is_busday(every)]
