"""The hegemon's best rate on each partner given what everybody else pays, and how it compares.

No bargaining: the trade model alone. A best response moves with the rates of the others, so it is
no forecast; it stands beside naive baselines (models H.12).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.strategy.payoffs.solves import TalksSetting, solve_columns
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NotConverged

# The bounds of trade.games, which takes 0.2 s to import.
LOWEST, HIGHEST = -0.9, 10.0
TOLERANCE = 2e-4
MAX_ROUNDS = 10
# Rates the search begins with, the half-width of its parabolas, and its longest step.
START = (0.0, 0.10, 0.20, 0.35)
WIDTHS = (0.03, 0.004)
LONGEST_STEP = 0.25
CAUTION = "a best response moves with the rates the others pay"


@dataclass(frozen=True, eq=False)
class BestResponse:
    """The hegemon's best rate on each partner, given the others' rates; arrays (n,).

    rate : fractions. gain_bn : what it gains over the rate the partner pays in the status quo.
    residual : distance from the vertex of the parabola through three exact solves, 0.4 percentage
    points apart, around it. rounds : sets of three solves needed.
    """

    rate: Array
    gain_bn: Array
    residual: Array
    rounds: Array


def best_responses(setting: TalksSetting, *, others: Array | None = None) -> BestResponse:
    """Rate on each partner that is best for the hegemon while all others pay the pause or `others`.

    A search on exact solves, all partners at once: the best of four rates, then parabolas through
    three rates, wide and then narrow, until the vertex stays where it is.
    others : (n,) rates. Raises NotConverged if the search does not end.
    """
    n = len(setting.partners)
    each = np.arange(n)
    paid = setting.pause if others is None else others
    coarse = np.concatenate([paid[:, None], np.tile(START, (n, 1))], axis=1)
    gains = _gains(setting, each, coarse, others)
    rate = np.array(START)[np.argmax(gains[:, 1:], axis=1)]
    reached, residual = np.zeros(n), np.full(n, np.inf)
    rounds = np.zeros(n, dtype=int)
    narrow = np.zeros(n, dtype=bool)
    open_ = each
    for _ in range(MAX_ROUNDS):
        width = np.where(narrow[open_], WIDTHS[1], WIDTHS[0])
        middle = np.clip(rate[open_], LOWEST + width, HIGHEST - width)
        three = middle[:, None] + width[:, None] * np.array([-1.0, 0.0, 1.0])
        below, center, above = _gains(setting, open_, three, others).T
        bend = below + above - 2 * center
        # Where welfare is not concave the search climbs.
        step = np.where(
            bend < 0, width * (below - above) / (2 * np.where(bend < 0, bend, 1.0)),
            LONGEST_STEP * np.sign(above - below),
        )  # fmt: skip
        step = np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        rate[open_] = np.clip(middle + step, LOWEST, HIGHEST)
        reached[open_], residual[open_] = center, np.abs(rate[open_] - middle)
        rounds[open_] += 1
        done = narrow[open_] & (residual[open_] <= TOLERANCE)
        narrow[open_] |= residual[open_] < WIDTHS[0]
        open_ = open_[~done]
        if len(open_) == 0:
            break
    if len(open_):
        worst = setting.codes[open_[int(np.argmax(residual[open_]))]]
        raise NotConverged(f"not converged: the best rate on {worst} was not found")
    return BestResponse(rate, reached - gains[:, 0], residual, rounds)


def _gains(setting: TalksSetting, which: Array, rates: Array, others: Array | None) -> Array:
    """(m, K) the hegemon's welfare, billion USD, at rates (m, K) on the partners `which` (m,)."""
    columns = setting.alone(np.repeat(which, rates.shape[1]), rates.ravel(), others=others)
    return solve_columns(setting, columns).hegemon.reshape(rates.shape)


@dataclass(frozen=True)
class Comparison:
    """How a rule for rates compares with the rates in force on 7 August 2025.

    rank_correlation : Spearman's, None for a rule that gives all the same rate. mean_error,
    weighted_error : mean absolute error in percentage points, partners equal or by the hegemon's
    imports. bias : mean of rule less observed. partners : how many have both rates.
    """

    rule: str
    rank_correlation: float | None
    mean_error: float
    weighted_error: float
    bias: float
    partners: int


def compare_rates(rule: str, rates: Array, observed: Array, weights: Array) -> Comparison:
    """A rule's rates (n,) beside the observed ones (n,), fractions; nan where not known.

    weights (n,) need not add to one.
    """
    both = np.isfinite(rates) & np.isfinite(observed)
    r, o, w = rates[both], observed[both], weights[both]
    miss = 100 * (r - o)
    flat = np.ptp(r) < 1e-12 or np.ptp(o) < 1e-12
    return Comparison(
        rule=rule,
        rank_correlation=None if flat else float(np.corrcoef(ranks(r), ranks(o))[0, 1]),
        mean_error=float(np.abs(miss).mean()),
        weighted_error=float(np.abs(miss) @ w / w.sum()),
        bias=float(miss.mean()),
        partners=int(both.sum()),
    )


def ranks(values: Array) -> Array:
    """Ranks from 0; equal values share their mean rank."""
    _, place, counts = np.unique(np.round(values, 12), return_inverse=True, return_counts=True)
    last = np.cumsum(counts) - 1
    return np.asarray((last - (counts - 1) / 2)[place])
