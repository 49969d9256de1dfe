"""What the dollar's place earns and what its loss would cost, by period and maturity (models F.4).

Sources measure the convenience yield against different benchmarks, and at long maturities they
disagree on its sign. So each range stands by itself: no average, no probability.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from triffin.world.registry.parameter_set import ParameterSet

FOREIGN_OFFICIAL_BILLS_BN = 414.0
"""US Treasury bills held by foreign governments, April 2025 (TIC, known from June 2025)."""


@dataclass(frozen=True)
class Premium:
    """Range over sources of the convenience yield, bp a year, at some maturities."""

    maturity: str
    period: str
    low_bp: float
    high_bp: float
    sign: str
    source: str


BILLS = Premium(
    "bills and up to 3 years",
    "2004 to today",
    0.0,
    40.0,
    "not below zero",
    "van Binsbergen, Diamond and Grotteria (2022), JFE 143: about 40 against options, 2004-18; "
    "Jiang, Richmond and Zhang, NBER 33940: about 0 over two decades",
)
LONG = Premium(
    "5 years and more",
    "2000 to today",
    -8.0,
    21.0,
    "disputed: below zero against swaps since 2008",
    "Du, Im and Schreger (2018), JIE 112: 21 before 2008, -8 after; Du, Hebert and Li (2023), JFE: "
    "long Treasuries yield more than swaps",
)
HISTORICAL = Premium(
    "all, against corporate bonds",
    "1926-2008",
    73.0,
    73.0,
    "positive",
    "Krishnamurthy and Vissing-Jorgensen (2012), JPE 120",
)


@dataclass(frozen=True)
class StressCase:
    """A named case of the literature, no forecast: the convenience yield of all marketable debt
    falls by `loss_bp`. The moves of dollar and long rates (per cent, points) are the source's."""

    loss_bp: float = 90.0
    dollar_pct: float = -7.6
    long_rate_points: float = 0.9
    known_from: str = "2026-01-21"
    source: str = "Dollar Erosion, Hoover seminar of 21 January 2026: a calibrated model"


def premia(parameters: ParameterSet) -> list[dict[str, Any]]:
    """Premium by maturity and what it brings on foreign holdings, bn USD a year, low to high."""
    rest = parameters.value("foreign_holdings_bn") - FOREIGN_OFFICIAL_BILLS_BN
    bases = (
        (BILLS, FOREIGN_OFFICIAL_BILLS_BN, "bills of foreign governments"),
        (LONG, rest, "all else that foreigners hold"),
    )
    return [
        asdict(one)
        | {"on": on, "holdings_bn": base}
        | {f"{end}_bn": base * getattr(one, f"{end}_bp") / 1e4 for end in ("low", "high")}
        for one, base, on in bases
    ]


def stress_case(parameters: ParameterSet) -> dict[str, Any]:
    """The stress case with its cost a year on all marketable debt, bn USD.

    >>> from triffin.world.registry.parameter_set import shipped
    >>> round(stress_case(shipped())["cost_bn"])
    261
    """
    case = StressCase()
    debt = parameters.value("marketable_debt_bn")
    return asdict(case) | {"debt_bn": debt, "cost_bn": debt * case.loss_bp / 1e4}
