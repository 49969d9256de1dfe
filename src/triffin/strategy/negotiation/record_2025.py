"""The board of 2025 beside what happened: at default parameters, without any refit (G.5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from triffin.strategy.negotiation.board import Board
from triffin.strategy.payoffs.best_response import ranks
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.partners import deals, partner, partners

FIRST_DEADLINE, IN_FORCE = dt.date(2025, 7, 9), dt.date(2025, 8, 7)
# Days on which the threat was to mature: of the pause, and of the letters of 7 July.
DEADLINES = (FIRST_DEADLINE, dt.date(2025, 8, 1))
NEAR = 21
FOCUS = "JPN"


def deals_2025(board: Board) -> list[dict[str, Any]]:
    """Rows {what, unit, observed, median, low, high, inside} of a board of the talks of 2025.

    A settlement is the first deal of a partner on record; the truce with China is none. Rows
    whose model value is undefined in most draws have None and are not inside.
    Raises InputError for a board of another confrontation.
    """
    scenario = board.scene.scenario
    if scenario.hegemon != "USA" or not scenario.start <= FIRST_DEADLINE <= scenario.end:
        raise InputError(
            "the record of 2025 is about US talks with a deadline on 9 July 2025.",
            field="scenario",
            value=scenario.scenario,
            valid="japan-2025",
        )
    # A user's own table may hold fewer partners: the record is then of those.
    listed = {one.iso3 for one in partners()}
    settled = {code: day for code, day in deals(IN_FORCE.isoformat()).items() if code in listed}
    if not settled:
        return []
    talks = board.course.talks
    day = talks.sign_day
    first, last = ((date - scenario.start).days for date in (FIRST_DEADLINE, IN_FORCE))
    codes = board.scene.setting.codes
    by_first = sum(date <= FIRST_DEADLINE for date in settled.values())
    signed_by_last = day <= last
    near = np.where(signed_by_last, talks.days_left <= NEAR, False)
    with np.errstate(invalid="ignore"):
        share = near.sum(axis=1) / signed_by_last.sum(axis=1)
    observed_near = float(np.mean([_near(date) for date in settled.values()]))
    rows: list[tuple[str, str, float | None, Array]] = [
        ("deals by 9 July", "deals", by_first, (day <= first).sum(axis=1)),
        ("deals by 7 August", "deals", len(settled), signed_by_last.sum(axis=1)),
        ("share of deals within three weeks of a deadline", "share", observed_near, share),
        *(_focus_rows(board, settled, signed_by_last) if FOCUS in codes else ()),
        ("mean rate of those that settled", "fraction",
         float(np.mean([_agreed(code) for code in settled])), _mean_rate(board, settled)),
        *_first_signer(board, settled),
        ("rank correlation of the order of signing", "1", 1.0, _order(board, settled)),
    ]  # fmt: skip
    return [_row(what, unit, observed, values) for what, unit, observed, values in rows]


def _focus_rows(
    board: Board, settled: dict[str, dt.date], signed_by_last: Array
) -> list[tuple[str, str, float | None, Array]]:
    talks, japan = board.course.talks, board.scene.setting.codes.index(FOCUS)
    rate = partner(FOCUS).agreed
    day = (deals()[FOCUS] - board.scene.scenario.start).days
    return [
        ("Japan signs by 7 August", "share", float(FOCUS in settled), signed_by_last[:, japan]),
        ("day Japan signs", "day", day, talks.sign_day[:, japan]),
        ("rate agreed with Japan", "fraction", rate, talks.rate[:, japan]),
        ("rate on Japan, terms on the table", "fraction", rate,
         board.static.terms.tariff[:, japan]),
    ]  # fmt: skip


def _near(date: dt.date) -> bool:
    """Whether a day lies within three weeks before the next deadline."""
    left = [(deadline - date).days for deadline in DEADLINES if deadline >= date]
    return bool(left) and min(left) <= NEAR


def _agreed(code: str) -> float:
    """The rate in force on 7 August; nan where none is on record."""
    rate = partner(code).agreed
    return float("nan") if rate is None else rate


def _mean_rate(board: Board, settled: dict[str, dt.date]) -> Array:
    """(n,) mean rate agreed with those partners of the record that sign in the draw."""
    codes = board.scene.setting.codes
    rates = board.course.talks.rate[:, [codes.index(code) for code in settled if code in codes]]
    there = np.isfinite(rates)
    total = np.where(there, rates, 0.0).sum(axis=1)
    return np.where(there.any(axis=1), total / np.maximum(there.sum(axis=1), 1), np.nan)


def _first_signer(board: Board, settled: dict[str, dt.date]) -> list[tuple[str, str, float, Array]]:
    """Probability, by draw, that the first signer of the record signs at all, and is the first."""
    code = min(settled, key=lambda one: settled[one])
    codes = board.scene.setting.codes
    if code not in codes:
        return []
    talks = board.course.talks
    place = codes.index(code)
    first = np.nanmin(np.where(np.isfinite(talks.sign_day), talks.sign_day, np.inf), axis=1)
    name = board.scene.setting.partners[place].name
    return [
        (f"{name} signs", "share", 1.0, talks.signed[:, place]),
        (f"{name} signs first", "share", 1.0, talks.sign_day[:, place] == first),
    ]


def _order(board: Board, settled: dict[str, dt.date]) -> Array:
    """(n,) Spearman correlation of days among partners that signed in both; nan below three."""
    talks, codes = board.course.talks, board.scene.setting.codes
    both = [code for code in settled if code in codes]
    days = talks.sign_day[:, [codes.index(code) for code in both]]
    observed = np.array([settled[code].toordinal() for code in both], dtype=float)
    found = np.full(len(days), np.nan)
    for d, row in enumerate(days):
        here = np.isfinite(row)
        if here.sum() >= 3:
            a, b = ranks(row[here]), ranks(observed[here])
            if np.ptp(a) > 0 and np.ptp(b) > 0:
                found[d] = np.corrcoef(a, b)[0, 1]
    return found


def _row(what: str, unit: str, observed: float | None, values: Array) -> dict[str, Any]:
    """One row; a yes-or-no outcome has its probability as median and no interval."""
    values = np.asarray(values)
    row: dict[str, Any] = {"what": what, "unit": unit, "observed": observed}
    if values.dtype == bool:
        chance = float(values.mean())
        # A certain event counts as foreseen where the model gives it one chance in twenty.
        return row | {"median": chance, "low": None, "high": None, "inside": chance >= 0.05}
    known = values[np.isfinite(values)]
    if not known.size:
        return row | {"median": None, "low": None, "high": None, "inside": False}
    median, low, high = (float(v) for v in np.quantile(known, (0.5, 0.05, 0.95)))
    inside = observed is not None and low - 1e-9 <= observed <= high + 1e-9
    return row | {"median": median, "low": low, "high": high, "inside": bool(inside)}
