"""Backtest of the talks (A): the deals of 2025, from the outlook of the talks as of April."""

from __future__ import annotations

import datetime as dt

import numpy as np

from triffin.evidence.backtests.episode import Episode
from triffin.evidence.backtests.rows import Row, event, quantity
from triffin.scenario.loading import load_scenario
from triffin.strategy.negotiation.outlook import outlook_of
from triffin.strategy.negotiation.setting import scene_of
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.data.partners import deals as recorded
from triffin.world.data.partners import partner, partners
from triffin.world.registry.parameter_set import ParameterSet

NEAR = 14
LARGEST = ("EU", "JPN", "KOR", "VNM", "IND")
"""Partners whose rates are rows: the largest that were threatened and have a rate on record."""


def deals(episode: Episode, n: int, seed: int, *, parameters: ParameterSet) -> list[Row]:
    """Count, dates and rates of the deals by the days that the episode names, in `n` draws."""
    plan = load_scenario(str(episode.figures["scenario"]))
    law = outlook_of(scene_of(plan, scenario_parameters(plan, parameters)))
    m, rng = len(law.codes), np.random.default_rng([seed, episode.stream])
    u = [rng.random((n, m)) for _ in range(3)]
    drawn = law.draw(u[0], rng.random(n), u[1], u[2])
    listed = {one.iso3 for one in partners()}
    last = dt.date.fromisoformat(str(episode.figures["last"]))
    settled = {c: day for c, day in recorded(last.isoformat()).items() if c in listed}
    rows = []
    for day in (law.deadline, last):
        by_day = (drawn.day <= (day - plan.start).days).sum(axis=1).astype(float)
        seen = sum(on <= day for on in settled.values())
        rows.append(quantity(f"deals by {day}", "A", "deals", seen, by_day))
    moved = dt.date.fromisoformat(str(episode.figures["moved_to"]))
    near = [
        any(0 <= (d - on).days <= NEAR for d in (law.deadline, moved)) for on in settled.values()
    ]
    rows.append(_bunched(law.deadline, moved, float(np.mean(near)), drawn.day, plan.start))
    for code in ("JPN", "GBR", "VNM"):
        if code in law.codes:
            name, chance = partner(code).name, law.p_settled_by(last)[law.codes.index(code)]
            rows.append(event(f"{name} settles by {last}", "A", code in settled, float(chance)))
    for code in LARGEST:
        rate = partner(code).agreed
        if code in law.codes and rate is not None:
            draws = drawn.rate[:, law.codes.index(code)]
            rows.append(
                quantity(f"rate on {partner(code).name} on {last}", "A", "fraction", rate, draws)
            )
    return rows


def _bunched(
    first: dt.date, second: dt.date, observed: float, day: np.ndarray, start: dt.date
) -> Row:
    """Share of deals in the two weeks before one of two deadlines, in draws with any deal."""
    near = np.zeros(day.shape, dtype=bool)
    for deadline in (first, second):
        left = (deadline - start).days - day
        near |= (left >= 0) & (left <= NEAR)
    count = np.isfinite(day).sum(axis=1)
    some = count > 0
    share = near.sum(axis=1)[some] / count[some]
    what = f"share of deals within {NEAR} days before a deadline"
    return quantity(what, "A", "share", observed, share)
