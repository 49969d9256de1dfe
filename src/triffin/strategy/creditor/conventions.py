"""What a sale of Treasuries costs everybody under every convention, and where the threat pays.

Whether a threat to sell pays depends on how losses are valued and how far one looks ahead. No
evidence chooses between the conventions, so the answer is the table over them; beside it stands how
often such threats were carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from triffin.finance import TRADING_DAYS
from triffin.finance.averages import mean_decay
from triffin.finance.treasuries import sale
from triffin.finance.treasuries.accounts import (
    HORIZONS,
    VALUATIONS,
    Accounts,
    accounts,
    execution_loss,
    gain_per_bn,
    threat_pays,
)
from triffin.finance.treasuries.impact import BackstopRule
from triffin.world.base.arrays import Array
from triffin.world.base.wording import quantity
from triffin.world.data.facts import fact
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet

NASH_WEIGHT, WEDGE = 0.6, 0.3
"""Weight of the issuer in the bargain and the partner's wedge on cash: judgement. The threat is
then worth 0.325 of the issuer's loss; at equal weights 0.433, and more sales pay (246 instead of
190 bn held to maturity over two years)."""
_SIZES = 400
_PARTS = tuple(Accounts.__dataclass_fields__)
NOT_COUNTED = (
    "The exchange rate, and the hedging of foreign life insurers, whose sign is not known: a fall "
    "of the dollar would cost the seller on all that it has left, a rise would gain.",
    "What the seller does with the proceeds: they leave the Treasury market and gain nothing.",
)


@dataclass(frozen=True)
class Threat:
    """An official threat to sell Treasuries, and what became of it."""

    date: str
    who: str
    words: str


# Press reports of the day; the words are shortened. Suez 1956 was a refusal of support, no sale.
_THREATS = (
    Threat(
        "1997-06-23",
        "Prime minister of Japan, in New York",
        "Japan has been tempted to sell large lots of Treasuries",
    ),
    Threat(
        "2010-02-09",
        "Officers of China's army, in an official weekly",
        "China could sell some US bonds in answer to arms for Taiwan",
    ),
    Threat(
        "2018-03-23",
        "China's ambassador in Washington, asked about buying less",
        "China is looking at all options",
    ),
    Threat("2025-05-02", "Finance minister of Japan", "the holdings are a card on the table"),
)


def record(known: str = "") -> dict[str, Any]:
    """Official threats to sell up to the date `known` (YYYY-MM-DD; all by default), none of which
    was carried out, and what the 10-year yield did that day and in five days, bp."""
    series = load_series("yield-10y")
    rows = []
    for one in _THREATS:
        if known and one.date > known:
            continue
        at = int(np.searchsorted(series.dates, np.datetime64(one.date)))
        day, week = (100 * (series.values[at + k] - series.values[at - 1]) for k in (0, 4))
        rows.append(
            vars(one) | {"carried_out": False, "move_bp": _bp(day), "move_5_days_bp": _bp(week)}
        )
    return {
        "threats": len(rows),
        "carried_out": 0,
        "text": f"0 of {len(rows)} carried out",
        "rows": rows,
        "source": f"press reports of the day; {series.source}",
    }


def _bp(change: float) -> float:
    return round(float(change), 1)


def central_impact(parameters: ParameterSet) -> float:
    """Instant impact m at central values, bp per bn: the pooled impact of a month's sales."""
    pi, rho = parameters.value("permanent_share"), parameters.value("impact_decay_per_year")
    month = pi + (1.0 - pi) * float(mean_decay(rho / 12.0))
    return parameters.value("price_impact_bp_per_100bn") / 100.0 / month


def permanent_shares(parameters: ParameterSet) -> tuple[float, ...]:
    """None of the impact, and the low, central and high share of the registry."""
    entry = parameters["permanent_share"]
    return (0.0, entry.low, entry.value, entry.high)


def sale_table(
    sale_bn: float,
    days: int,
    holders: Mapping[str, float],
    *,
    nash_weight: float = NASH_WEIGHT,
    wedge: float = WEDGE,
    duration: float | None = None,
    parameters: ParameterSet,
) -> dict[str, Any]:
    """The accounts of a sale of `sale_bn` over `days` under every convention, and where the threat
    to make it pays.

    holders: who sells -> what it holds, bn; one that holds less has no row. nash_weight, wedge: the
    issuer's Nash weight and the partner's wedge on cash. duration of what is sold, years; that of
    the 10-year by default. Price impact is the central one. `rows`: one for each valuation,
    horizon, holder, permanent share and backstop, gains in bn; `pays`: the sizes between which the
    threat pays, of 400 up to the holdings, null where it never does; `turns_at_years`: the horizon
    from which the issuer loses by a small sale at market value.
    """
    terms, rho = (nash_weight, wedge), parameters.value("impact_decay_per_year")
    length = parameters.value("ten_year_duration") if duration is None else duration
    shares = np.array(permanent_shares(parameters))
    pi, acts = np.tile(shares, 2), np.repeat([False, True], len(shares))
    grid = max(holders.values()) * np.arange(1, _SIZES + 1) / _SIZES
    sizes = np.concatenate([[sale_bn], grid])
    every = np.repeat(sizes, len(pi))
    path, execution = _path(
        every, days, length, np.tile(pi, len(sizes)), np.tile(acts, len(sizes)), parameters
    )
    rows, pays = [], []
    for valuation, years in product(VALUATIONS, HORIZONS):
        gain = gain_per_bn(path, rho, years, valuation, parameters)
        for name, held in holders.items():
            found = accounts(execution, gain, every, held, parameters)
            good = threat_pays(found, *terms).reshape(-1, len(pi))
            for k in range(len(pi)):
                case: dict[str, Any] = {
                    "valuation": valuation,
                    "horizon_years": years,
                    "holder": name,
                    "permanent_share": float(pi[k]),
                    "backstop": bool(acts[k]),
                }
                if held >= sale_bn:
                    gains = {part: float(getattr(found, part)[k]) for part in _PARTS}
                    rows.append(case | gains | {"pays": bool(good[0, k])})
                some = grid[good[1:, k] & (grid <= held * (1 + 1e-9))]
                low, high = (float(some[0]), float(some[-1])) if len(some) else (None, None)
                low = 0.0 if low == grid[0] else low
                pays.append(case | {"holdings_bn": held, "from_bn": low, "to_bn": high})
    return {
        "sale_bn": sale_bn,
        "days": days,
        "outside_record": bool(outside_record(sale_bn, days)),
        "central": {
            "permanent_share": parameters.value("permanent_share"),
            "price_impact_bp_per_100bn": parameters.value("price_impact_bp_per_100bn"),
            "nash_weight": nash_weight,
            "wedge": wedge,
        },
        "rows": rows,
        "pays": pays,
        "turns_at_years": _turn(parameters),
        "record": record(),
        "not_counted": list(NOT_COUNTED),
    }


def outside_record(sale_bn: float, days: int) -> str:
    """A sentence if a sale is faster than any month of all foreign holdings, else an empty text."""
    largest = fact("holdings-and-debt", "tic_total_largest_monthly_fall")
    in_month = sale_bn * min(1.0, TRADING_DAYS / 12 / days)
    if in_month <= -largest.number:
        return ""
    return (
        f"This is outside any sample: {quantity(in_month, 'USD bn')} in a month, where the largest "
        f"fall of all foreign holdings was {quantity(-largest.number, 'USD bn', 1)} "
        f"({largest.date})."
    )


def spans(table: Mapping[str, Any], holder: str) -> dict[str, tuple[float, float]]:
    """Smallest and largest gain of each party over all conventions, bn."""
    rows = [row for row in table["rows"] if row["holder"] == holder]
    return {
        part: (min(row[part] for row in rows), max(row[part] for row in rows)) for part in _PARTS
    }


def in_words(table: Mapping[str, Any], holder: str) -> str:
    """What a `sale_table` says about the threat, at the central share and without a backstop."""
    central = table["central"]["permanent_share"]
    told = []
    for valuation, words in zip(VALUATIONS, ("held to maturity", "at market value"), strict=True):
        spans = {
            row["horizon_years"]: row
            for row in table["pays"]
            if (row["valuation"], row["holder"], row["permanent_share"], row["backstop"])
            == (valuation, holder, central, False)
        }
        each = [f"{_span(row, table['days'])} over {years:g} years" for years, row in spans.items()]
        told.append(f"{words} it pays {', '.join(each)}")
    return (
        f"Whether the threat to sell pays is set by convention: {'; '.join(told)}. At market value "
        f"the issuer gains by a sale until one looks {table['turns_at_years']:.1f} years ahead, "
        f"the duration of its debt. Of {table['record']['threats']} official threats to sell on "
        "record none was carried out."
    )


def _span(row: Mapping[str, Any], days: int) -> str:
    if row["to_bn"] is None:
        return "at no size"
    start = f"from {row['from_bn']:,.0f} " if row["from_bn"] else "up "
    end = "all that is held" if row["to_bn"] == row["holdings_bn"] else f"{row['to_bn']:,.0f} bn"
    mark = " (outside the record)" if outside_record(row["to_bn"], days) else ""
    return f"{start}to {end}{mark}"


def _path(
    sizes: Array, days: int, duration: float, pi: Array, acts: Array, parameters: ParameterSet
) -> tuple[sale.SalePath, Array]:
    sold = sale.even_sales(sizes, days)
    path = sale.follow_sale(
        sold * (duration / parameters.value("ten_year_duration")),
        m=central_impact(parameters),
        pi=pi,
        rho=parameters.value("impact_decay_per_year"),
        dealers=sale.Dealers.default(parameters=parameters),
        backstop=BackstopRule.default(acts, parameters=parameters),
    )
    return path, execution_loss(path, days, sold, duration, parameters)


def _turn(parameters: ParameterSet) -> float:
    """Horizon (years) from which the issuer loses at market value by a small sale."""
    from scipy.optimize import brentq

    rho, pi = (parameters.value(name) for name in ("impact_decay_per_year", "permanent_share"))
    path, _ = _path(np.ones(1), 1, 1.0, np.array([pi]), np.zeros(1, dtype=bool), parameters)
    return float(
        brentq(lambda years: gain_per_bn(path, rho, years, "market", parameters)[0], 1.0, 10.0)
    )
