"""The record of intervention by Japan's Ministry of Finance, by episode."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triffin.world.data.market_events import Intervention, interventions

DAYS_AFTER = {"same_day": 0, "plus_1": 1, "plus_5": 5, "plus_20": 20, "plus_60": 60}
_SAME_EPISODE = 7
"""Operations within a week of each other are one episode: their effects cannot be told apart."""


@dataclass(frozen=True)
class InterventionEpisode:
    """One or more days of intervention close together.

    usd_bn: dollars sold in all. yen_pct: day (of `DAYS_AFTER`, counted from the last operation)
    -> percent by which the yen was stronger than the day before the first; None where unknown.
    grade: the weakest of its operations.
    """

    first: str
    last: str
    usd_bn: float
    rate_before: float
    yen_pct: dict[str, float | None]
    grade: str


def episodes() -> tuple[InterventionEpisode, ...]:
    """The episodes with a known amount, in order; suspected operations are left out."""
    groups: list[list[Intervention]] = []
    for operation in interventions():
        if operation.usd_bn is None or operation.direction == "none":
            continue
        near = groups and _days_between(groups[-1][-1].date, operation.date) <= _SAME_EPISODE
        if near:
            groups[-1].append(operation)
        else:
            groups.append([operation])
    return tuple(_episode(group) for group in groups)


def pooled_effect(found: Sequence[InterventionEpisode], key: str) -> float | None:
    """Percent of yen per bn USD sold, over all episodes: summed effects over summed dollars.

    None where no episode has the rate that many days later.
    """
    known = [(e.yen_pct[key], e.usd_bn) for e in found if e.yen_pct[key] is not None]
    if not known:
        return None
    return sum(effect for effect, _ in known if effect is not None) / sum(bn for _, bn in known)


def _episode(group: Sequence[Intervention]) -> InterventionEpisode:
    before = group[0].rates["day_before"]
    if before is None:
        raise ValueError(f"the intervention of {group[0].date} has no rate of the day before")
    after = group[-1].rates
    return InterventionEpisode(
        first=group[0].date,
        last=group[-1].date,
        usd_bn=sum(operation.usd_bn or 0.0 for operation in group),
        rate_before=before,
        yen_pct={
            key: None if (rate := after[key]) is None else 100.0 * math.log(before / rate)
            for key in DAYS_AFTER
        },
        grade="judgement" if any(o.grade == "judgement" for o in group) else "published",
    )


def _days_between(first: str, second: str) -> int:
    return int((np.datetime64(second) - np.datetime64(first)) / np.timedelta64(1, "D"))
