"""What would have to be sold for yields to move by so much: the break-even of a claim about sales.

The same draws and the same path of yields as `triffin treasuries sell`, turned round: for each
number of days, with the central bank in and out, the size at which each draw reaches the target.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.evidence.claims.runs import DRAWS, seed
from triffin.evidence.claims.schema import BreakEven
from triffin.finance.treasuries import market, sale
from triffin.finance.treasuries.draws import MarketDraws, draw_market
from triffin.finance.treasuries.impact import BackstopRule
from triffin.world.base.arrays import Array
from triffin.world.data.facts import fact
from triffin.world.registry.parameter_set import ParameterSet

_SIZES = 30
_SMALLEST = 1.0  # bn
_TIMES_HELD = 10.0  # sizes are looked for up to this multiple of what is held


def sale_break_even(wanted: BreakEven, parameters: ParameterSet) -> dict[str, Any]:
    """How much must be sold, in how many days, for the 10-year yield to rise by `target_bp`.

    Every row holds the size (bn; None where the quantile is beyond ten times the holdings), the
    share of draws in which what is held suffices, and the impact that selling all of it would need
    beside the impact drawn. Raises InputError for an unknown holder.
    """
    seller = market.find_seller(wanted.holder, wanted.part, parameters=parameters)
    sample = draw_market(wanted.draws or DRAWS, seed(), parameters)
    held = float(seller.holdings_bn(market.japan_official_share(parameters)))
    target = wanted.target_bp
    record = fact("holdings-and-debt", "tic_total_largest_monthly_fall")
    rows = [
        _row(days, backstop, target, held, sample, parameters=parameters)
        for backstop in (False, True)
        for days in wanted.days
    ]
    return {
        "question": f"How much must be sold for the 10-year yield to rise by {target:g} bp?",
        "seller": seller.name,
        "part": seller.part,
        "month": seller.month,
        "holdings_bn": held,
        "target_bp": target,
        "rows": rows,
        "largest_month_on_record_bn": -record.number,
        "record_source": record.source,
        "draws": len(sample.m),
        "seed": seed(),
        "grade": "judgement",
        "source": "run sell: price-impact studies of the package, as `triffin treasuries sell`",
    }


def _row(
    days: int,
    backstop: bool,
    target: float,
    held: float,
    sample: MarketDraws,
    *,
    parameters: ParameterSet,
) -> dict[str, Any]:
    sizes = np.geomspace(_SMALLEST, _TIMES_HELD * held, _SIZES)
    rise = _rise(sizes, days, backstop, sample, parameters)
    needed = np.array([_crossing(sizes, line, target) for line in rise])
    all_of_it = _rise(np.array([held]), days, backstop, sample, parameters)[:, 0]
    low, median, high = (_quantile(needed, q) for q in (0.05, 0.5, 0.95))
    drawn = np.quantile(all_of_it, [0.05, 0.5, 0.95]) / held * 100
    return {
        "days": days,
        "central_bank": "in" if backstop else "out",
        "usd_bn": {"median": median, "low": low, "high": high},
        "times_holdings": None if median is None else median / held,
        "share_of_draws": float(np.mean(all_of_it >= target)),
        "impact_needed_bp_per_100bn": target / held * 100,
        "impact_drawn_bp_per_100bn": {
            "median": float(drawn[1]),
            "low": float(drawn[0]),
            "high": float(drawn[2]),
        },
    }


def _rise(
    sizes: Array, days: int, backstop: bool, sample: MarketDraws, parameters: ParameterSet
) -> Array:
    """(n, sizes) highest rise of the 10-year yield while each size is sold evenly, bp."""
    n, count = len(sample.m), len(sizes)
    m, pi, rho, acts = (
        np.repeat(drawn, count) for drawn in (sample.m, sample.pi, sample.rho, sample.acts)
    )
    path = sale.follow_sale(
        sale.even_sales(np.tile(sizes, n), days, tail=0),
        m=m,
        pi=pi,
        rho=rho,
        dealers=sale.Dealers.default(parameters=parameters),
        backstop=BackstopRule.default(acts, parameters=parameters) if backstop else None,
    )
    return np.asarray(path.yield_change.max(axis=0).reshape(n, count))


def _crossing(sizes: Array, rise: Array, target: float) -> float:
    """The first size at which the target is reached, by interpolation in logs; inf if none."""
    reached = np.flatnonzero(rise >= target)
    if not len(reached):
        return math.inf
    k = int(reached[0])
    if k == 0:
        return float(sizes[0])
    part = np.log(target / rise[k - 1]) / np.log(rise[k] / rise[k - 1])
    return float(sizes[k - 1] * (sizes[k] / sizes[k - 1]) ** part)


def _quantile(needed: Array, q: float) -> float | None:
    """A quantile of draws some of which are infinite; None where it is."""
    ordered = np.sort(needed)
    place = q * (len(ordered) - 1)
    ends = ordered[[math.floor(place), math.ceil(place)]]
    if not np.isfinite(ends).all():
        return None
    return float(ends[0] + (place - math.floor(place)) * (ends[1] - ends[0]))
