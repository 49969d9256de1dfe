"""Interest by the maturity structure of the debt: what a rise of yields costs, and when.

Debt pays a new rate only when it falls due. With G(t) the share due within t years, a rise of all
yields for good by dy and debt B that does not grow,

    rate(T) = dy G(T),    interest(T) = B dy ∫₀ᵀ G(t) dt.

G is that of a day: shares due within 1, 2, 5 and 10 years (`debt-due`), linear in between, with the
shape of the detail of September 2023 within the first year. Floating rate notes (2.2 % of the
debt) reprice at once, which adds 4 to 6 bn per 100 basis points; this is not in these figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import Numbers, canonical, one_or_many
from triffin.world.base.errors import InputError, one_of
from triffin.world.data.markets.debt import DETAIL, debt_due_on, due_in_detail

BY_SECURITY, CLOCK, SCALED = "by security", "clock shares", "scaled_to_MSPD"
BASES = (BY_SECURITY, CLOCK, SCALED)
WITHIN_A_YEAR = (1 / 12, 0.25, 0.5, 1.0)
LONGEST_YEARS = 10.0
HUNDRED = 100.0  # basis points


@dataclass(frozen=True, eq=False)
class DueSchedule:
    """Share of the debt due within so many years.

    debt_bn: B at `date`. years (k,) from 0, increasing; share (k,) from 0; linear between them, or
    steps at each security (`steps`).
    """

    date: date
    debt_bn: float
    years: Array
    share: Array
    steps: bool = False

    def due_within(self, years: Array | float) -> Array:
        """G(T), shape of `years`."""
        if self.steps:
            return self.share[np.searchsorted(self.years, years, side="right") - 1]
        return np.asarray(np.interp(years, self.years, self.share))

    def integral(self, years: Array | float) -> Array:
        """∫₀ᵀ G(t) dt in years, shape of `years`."""
        t = np.asarray(years, dtype=np.float64)
        last = np.searchsorted(self.years, t, side="right") - 1
        left = self.share if self.steps else (self.share[:-1] + self.share[1:]) / 2.0
        whole = np.append(0.0, np.cumsum(np.diff(self.years) * left[: len(self.years) - 1]))
        start = self.share[last]
        height = start if self.steps else (start + self.due_within(t)) / 2.0
        return np.asarray(whole[last] + (t - self.years[last]) * height)

    def cost_bn(self, rise_bp: Array | float, years: Array | float) -> Array:
        """Interest paid until `years` after all yields rose by `rise_bp` for good, bn USD."""
        return self.debt_bn * np.asarray(rise_bp) / 1e4 * self.integral(years)


def due_schedule(day: date, basis: str = SCALED) -> DueSchedule:
    """The schedule known at `day`: brought to the Monthly Statement, or as `basis` says.

    Raises InputError for another basis, for a day before December 2003, and for the detail by
    security of a day other than 30 September 2023.
    """
    one_of(basis, BASES, f"there is no basis {basis!r}.", field="basis")
    years, bn = due_in_detail()
    if basis == BY_SECURITY:
        if day != DETAIL:
            raise InputError(
                f"there is no debt by security of {day}.",
                field="date",
                value=str(day),
                valid=str(DETAIL),
            )
        total = float(bn.sum())
        days, place = np.unique(years, return_index=True)
        due = np.add.reduceat(bn, place).cumsum() / total
        return DueSchedule(day, total, np.append(0.0, days), np.append(0.0, due), steps=True)
    row = debt_due_on(day)
    shares = row.scaled if basis == SCALED else row.shares
    first = bn[years <= 1.0].sum()
    shape = [bn[years <= t].sum() / first for t in WITHIN_A_YEAR]
    knots = [0.0, *WITHIN_A_YEAR, *(t for t in shares if t > 1)]
    known = [0.0, *(shares[1] * part for part in shape), *(s for t, s in shares.items() if t > 1)]
    return DueSchedule(row.date, row.marketable_bn, np.array(knots), np.array(known))


@canonical
def interest_sensitivity(date: str, basis: str, T: Numbers) -> dict[str, Any]:
    """What 100 basis points for good on all new debt cost after `T` years.

    `date` a day such as 2025-06-30; `basis` "by security" (30 September 2023 alone), "clock shares"
    or "scaled_to_MSPD" (a text may follow after a comma; "same" is clock shares); `T` years from 0
    to 10, a number or a list. Outputs: rate_bp (rise of the average rate), cumulative_bn.
    Raises InputError for another day, basis or horizon.
    Source: US Treasury, Monthly Statement of the Public Debt. Grade derived (accounting).

    >>> cost = interest_sensitivity("2025-06-30", "scaled_to_MSPD", [1, 2, 5])
    >>> [round(bn, 1) for bn in cost["cumulative_bn"]]
    [61.5, 167.6, 638.4]
    """
    horizon = one_or_many(T, "T", low=0, high=LONGEST_YEARS)
    schedule = due_schedule(_day(date), _basis(basis))
    return {
        "rate_bp": HUNDRED * schedule.due_within(horizon),
        "cumulative_bn": schedule.cost_bn(HUNDRED, horizon),
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"got {text!r}.", field="date", value=text, valid="a day such as 2025-06-30"
        ) from error


def _basis(text: str) -> str:
    head = str(text).split(",")[0].strip()
    if head in ("same", "clock"):
        return CLOCK
    return SCALED if head.startswith("scaled") else head
