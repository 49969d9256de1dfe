"""US marketable debt: what falls due within 1, 2, 5 and 10 years, and every security of 2023.

The shares of `debt-due` overstate what the Monthly Statement of the Public Debt has due within a
year by 1/0.9655 (standard deviation 0.0032, six months of 2024-25); `due_bn` takes that off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.shipped_rows import Positive, rows

DEBT_DUE = "debt-due"
DEBT_BY_SECURITY = "debt-by-security"
DETAIL = date(2023, 9, 30)
"""The day of the detail by security."""
SCALE = {1: 0.9655, 2: 0.9724, 5: 1.0, 10: 1.0}
"""Years -> what brings a share of `debt-due` to the Monthly Statement: 0.9655 within a year,
fading linearly in the share that is taken off (0.8 of it at two years, none from five)."""
INCOMPLETE = "2025-09"  # the 2-year note of 2 October 2023 (91282CJB8) matures in it
DAYS_PER_YEAR = 365.25

SecurityClass = Literal[
    "Bills", "Bonds", "Floating Rate Notes", "Inflation-Protected Securities", "Notes"
]


@dataclass(frozen=True)
class DebtDue:
    """Marketable debt at the end of a month (bn USD) and shares of it due within so many years."""

    date: date
    marketable_bn: Positive
    due_1y: Positive
    due_2y: Positive
    due_5y: Positive
    due_10y: Positive

    @property
    def shares(self) -> dict[int, float]:
        """Years -> share due within them, as the source has it."""
        return {1: self.due_1y, 2: self.due_2y, 5: self.due_5y, 10: self.due_10y}

    @property
    def scaled(self) -> dict[int, float]:
        """As `shares`, brought to the Monthly Statement."""
        return {years: SCALE[years] * share for years, share in self.shares.items()}


@dataclass(frozen=True)
class Security:
    """One security outstanding on 30 September 2023. rate: coupon in percent, None for bills and
    floating rate notes."""

    security: SecurityClass
    cusip: str
    rate: float | None
    matures: date
    outstanding_mn: Positive


@dataclass(frozen=True)
class CouponMonth:
    """Notes, bonds, inflation-protected securities and floating rate notes that mature in a month,
    bn USD as outstanding on 30 September 2023: buybacks since then are not taken off."""

    month: str
    notes: float
    bonds: float
    inflation_protected: float
    floating: float
    total: float
    securities: int
    complete: bool


@cache
def debt_due() -> tuple[DebtDue, ...]:
    """Ends of half-years, and of months from 2020, December 2003 to July 2026."""
    return rows(DEBT_DUE, DebtDue)


@cache
def debt_by_security() -> tuple[Security, ...]:
    """The marketable debt of 30 September 2023, security by security (25,613 bn)."""
    return rows(DEBT_BY_SECURITY, Security)


def debt_due_on(day: date) -> DebtDue:
    """The last month of `debt_due` that had ended by `day`.

    >>> debt_due_on(date(2025, 7, 4)).date
    datetime.date(2025, 6, 30)

    Raises InputError for a day before the first.
    """
    found = [row for row in debt_due() if row.date <= day]
    if not found:
        raise InputError(
            f"there is no maturity structure of the debt by {day}.",
            field="date",
            value=str(day),
            valid=f"a day from {debt_due()[0].date}",
        )
    return found[-1]


def due_in_detail() -> tuple[Array, Array]:
    """(years to maturity (n,), bn USD (n,)) of the securities of 30 September 2023, by maturity."""
    held = sorted(((s.matures - DETAIL).days, s.outstanding_mn) for s in debt_by_security())
    days, millions = np.array(held, dtype=np.float64).T
    return days / DAYS_PER_YEAR, millions / 1000.0


@cache
def coupons_by_month() -> dict[str, CouponMonth]:
    """Month -> what matures besides bills, October 2023 to September 2025.

    >>> round(coupons_by_month()["2025-06"].total, 2)
    175.74
    """
    found: dict[str, list[Security]] = {}
    for one in debt_by_security():
        month = one.matures.isoformat()[:7]
        if one.security != "Bills" and month <= INCOMPLETE:
            found.setdefault(month, []).append(one)
    return {month: _coupons(month, found[month]) for month in sorted(found)}


def _coupons(month: str, of: list[Security]) -> CouponMonth:
    def bn(kind: SecurityClass) -> float:
        return round(sum(s.outstanding_mn for s in of if s.security == kind) / 1000.0, 4)

    return CouponMonth(
        month=month,
        notes=bn("Notes"),
        bonds=bn("Bonds"),
        inflation_protected=bn("Inflation-Protected Securities"),
        floating=bn("Floating Rate Notes"),
        total=round(sum(s.outstanding_mn for s in of) / 1000.0, 4),
        securities=len(of),
        complete=month != INCOMPLETE,
    )


def due_rows() -> list[dict[str, Any]]:
    """Rows of `triffin data debt-due`: shares as in the source, amounts as in the Statement."""
    return [
        {
            "date": str(row.date),
            "marketable_bn": row.marketable_bn,
            **{f"share_{years}y": share for years, share in row.shares.items()},
            **{f"due_{y}y_bn": round(row.marketable_bn * s, 1) for y, s in row.scaled.items()},
        }
        for row in debt_due()
    ]
