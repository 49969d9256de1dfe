"""What the records say about Treasuries: the wall of maturing debt and the holders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import numpy as np

from triffin.answers.headline import categorical_headline
from triffin.finance.treasuries import market, wall
from triffin.finance.treasuries.own_holdings import OwnHoldings
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import HOLDINGS, active
from triffin.world.base.wording import number
from triffin.world.data.holdings import TOTAL, tic_holdings
from triffin.world.data.market_events import auctions
from triffin.world.data.markets.debt import coupons_by_month
from triffin.world.registry.parameter_set import ParameterSet, in_place

_MEASUREMENT = "measurement"


def _measured(
    identifier: str,
    question: str,
    answer: str,
    value: float,
    unit: str,
    drivers: Sequence[str],
    grade: str,
) -> dict[str, Any]:
    """A headline entry of one recorded number: median and both ends are that number."""
    entry = categorical_headline(
        identifier,
        question,
        answer,
        headline_class=_MEASUREMENT,
        drivers=drivers,
        grades=dict.fromkeys(drivers, grade),
        unit=unit,
    )
    judged = 1.0 if grade == "judgement" else 0.0
    return entry | {"median": value, "low": value, "high": value, "judgement_share": judged}


def debt_wall(
    month: str, claim_trn: float | None = None, *, parameters: ParameterSet | None = None
) -> dict[str, Any]:
    """What matures in a month, whether it is more than bidders take, and what must be sold anew.

    From October 2023 to September 2025 what matures besides bills is known security by security;
    bills, and with them the total, only for few months. Raises InputError for a month without data
    (naming those with data) and for a claim that is not positive.
    """
    parameters = in_place() if parameters is None else parameters
    found = wall.maturing_in(month)
    total, notes = found.total_usd_bn, found.notes_and_bonds_usd_bn
    new = wall.sold_anew(month, parameters)
    bill = wall.interest_bill(parameters)
    known = coupons_by_month().get(month)
    coupons = None if known is None else asdict(known)
    answer = f"{number(total / 1000, 2)} trn USD mature in {month}" if total else ""
    if total and notes is not None:
        answer += (
            f", of which {number(notes, 1)} bn notes and bonds; the rest is "
            "bills, which roll over every few weeks"
        )
    elif notes is not None:
        answer = (
            f"{number(notes, 1)} bn USD of notes and bonds mature in {month}, as issued (buybacks "
            "are not taken off); how much is due in bills is not known here"
        )
        if known is not None and not known.complete:
            answer += ", and the 2-year note of October 2023 is missing"
    answer += (
        f". Rolling over is not selling: about {number(float(new['deficit_bn']), 0)} bn a month "
        "is new debt."
    )
    document = _measured(
        "maturing_debt",
        f"How much US Treasury debt matures in {month}?",
        answer,
        (total or notes or 0.0),
        "bn USD",
        ["maturing_usd_bn" if total else "notes_and_bonds_usd_bn"],
        found.grade,
    ) | {
        "month": month,
        "maturing_usd_bn": total,
        "notes_and_bonds_usd_bn": notes,
        "bills_usd_bn": found.bills_usd_bn,
        "coupons": coupons,
        "share_of_marketable_debt": total / bill["debt_bn"] if total else None,
        "confidence": found.confidence,
        "cover_history": _cover_history(month),
        "sold_anew": new,
        "interest": bill,
        "rise_100bp": wall.permanent_rise(100.0, _last_day(month)),
        "debt_loop": [
            wall.debt_outlook(0.0, parameters=parameters),
            wall.debt_outlook(100.0, parameters=parameters),
        ],
        "crisis_zone": {
            "class": "index",
            "grade": parameters["largest_primary_surplus"].grade,
            "cases": [
                wall.crisis_zone(parameters=parameters),
                wall.crisis_zone(
                    backstop=parameters.value("central_bank_yearly_lending"), parameters=parameters
                ),
            ],
            "source": "Cole and Kehoe (2000), reduced form; "
            + parameters["largest_primary_surplus"].source,
        },
        "months_with_data": list(wall.months_with_data()),
        "sources": {
            "maturing": found.source,
            "auctions": "US Treasury, TreasuryDirect (dataset auctions)",
            "interest": parameters["average_rate_pct"].source,
            "new_debt": new["source"],
        },
    }
    if claim_trn is not None:
        claim = wall.claim_against(month, claim_trn, parameters)
        document["claim"] = claim
        document["answer"] += (
            f" The stated {number(claim_trn, 2)} trn is {number(claim['ratio'], 1)} times what "
            "matured."
        )
    return document


def _last_day(month: str) -> date:
    return (np.datetime64(month, "M") + 1).astype("datetime64[D]").item() - timedelta(days=1)


def _cover_history(month: str) -> dict[str, Any]:
    """Cover of all auctions at hand, by type, and of the month."""
    history = wall.cover("")
    during = wall.cover(month)
    if history is None:
        raise InputError("the dataset of auctions is empty.", field="auctions")
    records = auctions()
    return {
        "from": records[0].date,
        "to": records[-1].date,
        "all": asdict(history),
        "by_type": {
            name: asdict(found)
            for name, found in ((t, wall.cover("", t)) for t in ("Bill", "Note", "Bond"))
            if found is not None
        },
        "month": None if during is None else asdict(during),
    }


def holders(
    month: str | None = None,
    own: OwnHoldings | None = None,
    *,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """Foreign holders in a month, by default the last before April 2025, and sectors.

    own: the user's table, by default the one in place, instead of the one that ships; the month is
    then its last by default.
    Raises InputError for a month that is not there, with the range.
    """
    parameters = in_place() if parameters is None else parameters
    own = active(HOLDINGS) if own is None else own
    if own is None:
        chosen = market.START_MONTH if month is None else month
        found = wall.foreign_holders(chosen)
        japan: float | None = tic_holdings().of("JPN", chosen)
    else:
        found = _listed(own, month)
        chosen = found["month"]
        rows = [row for row in own.of(chosen) if row.code == "JPN" and row.official_share is None]
        japan = rows[0].usd_bn if rows else None
    first = found["holders"][0]
    sectors = [
        {
            "sector": name,
            "usd_bn": value,
            "share_of_marketable_debt": value / parameters.value("marketable_debt_bn"),
            "grade": parameters[f"holdings_{key}_bn"].grade,
            "source": parameters[f"holdings_{key}_bn"].source,
        }
        for (name, key), value in zip(
            market.SECTORS.items(), market.sector_holdings(parameters).values(), strict=True
        )
    ]
    total, share = found["total_usd_bn"], found["official_share"]
    who = "Foreigners hold" if own is None else "The holders of the table have"
    official = (
        f", of which official institutions {number(100 * share, 1)} %" if share is not None else ""
    )
    return _measured(
        "foreign_holders",
        f"Who holds US Treasuries abroad at the end of {chosen}?",
        f"{who} {number(total, 1)} bn USD{official}. The largest holder is "
        f"{first['holder']} with {number(first['usd_bn'], 1)} bn.",
        total,
        "bn USD",
        [TOTAL if own is None else "own table"],
        "published" if own is None else "judgement",
    ) | {
        "month": chosen,
        **found,
        "japan": None if japan is None else _japan(japan, parameters),
        "sectors": sectors,
        "sectors_as_of": "spring 2025",
        "sources": [found["source"], parameters["holdings_federal_reserve_bn"].source],
    }


def _japan(held: float, parameters: ParameterSet) -> dict[str, Any]:
    """Japan's official and private holdings (bn) at the mean official share."""
    entry, share = (parameters["japan_official_share"], market.japan_official_share(parameters))
    return {
        "usd_bn": held,
        "official_share": share,
        "official_share_low": entry.low,
        "official_share_high": entry.high,
        "official_usd_bn": held * share,
        "private_usd_bn": held * (1 - share),
        "grade": entry.grade,
        "source": entry.source,
    }


def _listed(own: OwnHoldings, month: str | None) -> dict[str, Any]:
    """As `wall.foreign_holders`, from the user's table; the official share where all state one."""
    rows = own.of(month)
    total = sum(row.usd_bn for row in rows)
    if not total:
        raise InputError(
            f"the holders of {rows[0].month} hold nothing.",
            file=own.file,
            field="column usd_bn",
            valid="at least one amount above zero",
        )
    shares = [row.official_share for row in rows]
    official = [s * row.usd_bn for s, row in zip(shares, rows, strict=True) if s is not None]
    return {
        "month": rows[0].month,
        "holders": [
            {
                "holder": row.name,
                "iso3": row.code or None,
                "usd_bn": row.usd_bn,
                "share_of_foreign": row.usd_bn / total,
            }
            for row in rows
        ],
        "total_usd_bn": total,
        "official_share": None if None in shares else sum(official) / total,
        "complete": True,
        "source": f"own table: {own.file}",
    }
