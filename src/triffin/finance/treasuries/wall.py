"""The wall of maturing debt, and what yields do to interest and debt (models D.5, D.6).

Rolling debt over is not new supply: what matures is bought back by the same bidders unless some of
them leave. The closed forms are the canonical models at the registry's values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

import numpy as np

from triffin.finance.treasuries.debt import debt_doom_loop, debt_zones
from triffin.finance.treasuries.interest import due_schedule
from triffin.finance.treasuries.market import official_share
from triffin.world.base.days import checked_month, is_month
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.own_tables_in_place import MATURITIES, active
from triffin.world.data.facts import Maturities, fact, maturities
from triffin.world.data.holdings import TOTAL, tic_holdings
from triffin.world.data.market_events import auctions
from triffin.world.data.markets.debt import DEBT_BY_SECURITY, coupons_by_month
from triffin.world.data.shipped import provenance
from triffin.world.registry.parameter_set import ParameterSet

FACTS = "holdings-and-debt"
HALF_YEAR = "h1_2025_maturities"


@dataclass(frozen=True)
class Cover:
    """Bid-to-cover ratios of a set of auctions: bids over the amount offered."""

    auctions: int
    lowest: float
    median: float
    highest: float


def maturing(month: str) -> Maturities:
    """What matures in a month; InputError naming the months with data for any other."""
    known = maturities()
    return known[month] if month in known else _refused(month, tuple(known))


def _refused(month: str, known: tuple[str, ...]) -> NoReturn:
    reason = f"no maturity schedule of {month} is at hand."
    raise InputError(
        reason if is_month(month) else f"there is no such month: {month!r}.",
        field="YYYY-MM",
        value=month,
        nearest=nearest_match(month, known) if is_month(month) else None,
        valid=f"the months with data: {', '.join(known)}; another month would need the Monthly "
        "Statement of the Public Debt of the month before it",
    )


@dataclass(frozen=True)
class Due:
    """What matures in a month, bn USD; total and bills are None where bills are not known."""

    total_usd_bn: float | None
    notes_and_bonds_usd_bn: float | None
    bills_usd_bn: float | None
    source: str
    grade: str
    confidence: str


def months_with_data() -> tuple[str, ...]:
    """The months with a total, and those whose notes and bonds alone are known, in order."""
    return tuple(sorted({*maturities(), *coupons_by_month()}))


def maturing_in(month: str) -> Due:
    """As `maturing`, with notes and bonds security by security where they are known, and without
    a total where they alone are. InputError naming the months with data for any other."""
    coupons, known = coupons_by_month().get(month), maturities().get(month)
    own = active(MATURITIES)
    if coupons is None or (own is not None and month in own.months):
        found = known or _refused(month, months_with_data())
        notes, bills = found.notes_and_bonds_usd_bn, found.bills_usd_bn
        return Due(found.total_usd_bn, notes, bills, found.source, found.grade, found.confidence)
    entry = provenance(DEBT_BY_SECURITY)
    part = "" if coupons.complete else ", without the 2-year note of 2 October 2023: incomplete"
    source = f"notes and bonds: {entry['source']}, as issued, buybacks not taken off{part}"
    if known is None:
        return Due(None, coupons.total, None, source, "derived", "high")
    return Due(
        known.total_usd_bn,
        coupons.total,
        round(known.total_usd_bn - coupons.total, 4),
        f"{known.source.split('; notes:')[0]}; {source}",
        known.grade,
        known.confidence,
    )


def cover(period: str, *types: str) -> Cover | None:
    """Bid-to-cover of the auctions whose date begins with `period` ("2025-06", "" for all), of
    `types` (none given: all); None where there was none."""
    found = [
        a.bid_to_cover
        for a in auctions()
        if a.date.startswith(period) and (not types or a.type in types)
    ]
    if not found:
        return None
    return Cover(len(found), min(found), float(np.median(found)), max(found))


def sold_anew(month: str, parameters: ParameterSet) -> dict[str, float | str]:
    """What a month adds to supply, bn: a twelfth of the deficit; and at the extreme also all that
    matures in foreign hands, if foreigners hold of it what they hold of all and let it run off.

    Keys deficit_bn, foreign_share, if_no_foreigner_rolls_bn, source.
    """
    due = maturing_in(month)
    total = due.total_usd_bn or due.notes_and_bonds_usd_bn or 0.0
    deficit = fact(FACTS, "federal_deficit_fy2025")
    # The month before: the stock that decides whether to roll. TIC has it for every month with
    # data that ships; for others of a user's own table the last one stands in.
    tic, before = tic_holdings(), _before(month)
    stock = tic.of(TOTAL, before if before in tic.months else None)
    share = stock / parameters.value("marketable_debt_bn")
    return {
        "deficit_bn": 1000 * deficit.number / 12,
        "foreign_share": share,
        "if_no_foreigner_rolls_bn": 1000 * deficit.number / 12 + share * total,
        "source": f"{deficit.source}; {tic_holdings().source}",
    }


def _before(month: str) -> str:
    return str(np.datetime64(month, "M") - 1)


def interest_bill(parameters: ParameterSet) -> dict[str, float]:
    """Average rate (percent) and interest (bn a year) on marketable debt, May 2025; of bills,
    notes and bonds the average rate."""
    rate = parameters.value("average_rate_pct")
    return {
        "average_rate_pct": rate,
        "debt_bn": parameters.value("marketable_debt_bn"),
        "interest_bn_per_year": rate / 100 * parameters.value("marketable_debt_bn"),
    } | {f"{kind}_pct": fact(FACTS, f"avg_rate_{kind}_2025_05").number for kind in _KINDS}


_KINDS = ("bills", "notes", "bonds")


def permanent_rise(
    bp: float, day: date, years: tuple[float, ...] = (1, 2, 5, 10)
) -> dict[str, Any]:
    """What a permanent rise of all yields by `bp` does to the average rate and to interest.

    By the maturity structure known at `day` (`interest.due_schedule`, brought to the Monthly
    Statement): keys rise_bp, date, debt_bn, years, rate_bp and cumulative_interest_bn. InputError
    for a day before the first structure.
    """
    schedule = due_schedule(day)
    horizon = np.array(years, dtype=np.float64)
    return {
        "rise_bp": bp,
        "date": schedule.date.isoformat(),
        "debt_bn": schedule.debt_bn,
        "years": list(years),
        "rate_bp": (bp * schedule.due_within(horizon)).tolist(),
        "cumulative_interest_bn": schedule.cost_bn(bp, horizon).tolist(),
    }


def debt_outlook(
    bp: float = 0.0, years: tuple[float, ...] = (10, 30), *, parameters: ParameterSet
) -> dict[str, Any]:
    """The slow debt loop at the registry's values when the base yield is `bp` higher.

    As `debt_doom_loop` (d_max, steady_state_exists, blowup_years, b_t, ...), with `primary_deficit`
    and `b_start`, shares of GDP. The blow-up is arithmetic, not a date: long before it something
    else gives.
    """
    start = parameters.value("debt_reference_ratio")
    deficit = parameters.value("primary_deficit")
    outcome = debt_doom_loop(
        parameters.value("debt_yield_sensitivity"),
        parameters.value("debt_loop_base_yield") + bp / 1e4,
        start,
        parameters.value("nominal_growth"),
        deficit,
        start,
        list(years),
    )
    return {
        "rise_bp": bp,
        "primary_deficit": deficit,
        "b_start": start,
        "years": list(years),
        **outcome,
    }


def crisis_zone(
    max_primary: float | None = None,
    backstop: float = 0.0,
    b: float | None = None,
    *,
    parameters: ParameterSet,
) -> dict[str, Any]:
    """Which zone of debt the issuer is in, with and without a backstop (`debt_zones`).

    `max_primary` largest primary surplus it can run (by default the registry's, a judgement) and
    `backstop` what the central bank lends in a year, shares of GDP. `b` debt, by default the
    registry's.
    The debt is in the issuer's own currency: `meaning` says what the zone then is. Raises
    InputError as `debt_zones`.
    """
    surplus = parameters.value("largest_primary_surplus") if max_primary is None else max_primary
    debt = parameters.value("debt_reference_ratio") if b is None else b
    outcome = debt_zones(
        surplus,
        parameters.value("maturing_share"),
        parameters.value("debt_loop_base_yield") - parameters.value("nominal_growth"),
        backstop,
        debt,
    )
    meaning = {
        "safe": "what matures can be paid even if nobody rolls it over",
        "crisis": "a run can fulfil itself unless the central bank buys; in the issuer's own "
        "currency it can, so the price is inflation and depreciation, never outright default",
        "insolvent": "the largest surplus does not stop debt from growing; in the issuer's own "
        "currency that ends in inflation and depreciation, never outright default",
    }[outcome["zone"]]
    return {
        "b": debt,
        "max_primary": surplus,
        "backstop": backstop,
        "maturing_share": parameters.value("maturing_share"),
        **outcome,
        "meaning": meaning,
    }


def claim_against(month: str, claim_trn: float, parameters: ParameterSet) -> dict[str, Any]:
    """A stated amount (trn USD) beside what matured: ratio, difference, and the half-year total
    that the figure of 6.5 trn may come from. InputError for an amount that is not positive."""
    if not 0 < claim_trn < 1000:
        raise InputError(
            f"got {claim_trn:g}.",
            field="--claim",
            value=claim_trn,
            valid="an amount in trillion USD above zero, such as 6.5",
        )
    total = maturing(month).total_usd_bn / 1000
    half, year = fact(FACTS, HALF_YEAR), fact(FACTS, "calendar_2025_maturities")
    share = parameters.value("maturing_first_half_share")
    return {
        "claim_usd_trn": claim_trn,
        "record_usd_trn": total,
        "ratio": claim_trn / total,
        "difference_usd_trn": claim_trn - total,
        "half_year_claim_usd_trn": half.number,
        "half_year_from_calendar_usd_trn": share * year.number,
        "half_year_source": f"{half.source} ({half.grade}); {year.source}",
    }


def foreign_holders(month: str) -> dict[str, Any]:
    """Holders in a month: (name, ISO3, bn, share of all foreign holdings), total, official.

    Raises InputError for a month that TIC does not have, with the range.
    """
    tic = tic_holdings()
    if month not in tic.months:
        checked_month(month, "--month")
    listed = tic.by_holder(month)
    total = tic.of(TOTAL, month)
    codes = dict(zip(tic.holders, tic.codes, strict=True))
    return {
        "holders": [
            {
                "holder": name,
                "iso3": codes[name] or None,
                "usd_bn": value,
                "share_of_foreign": value / total,
            }
            for name, value in listed.items()
        ],
        "total_usd_bn": total,
        "official_share": official_share(month),
        "complete": tic.complete(month),
        "source": tic.source,
    }
