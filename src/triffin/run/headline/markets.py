"""What a run answers about Treasuries, the currency and the dollar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from triffin.answers.answer_book import AnswerBook, Behind
from triffin.finance.joint.managed_float import band_outcome
from triffin.finance.joint.market import JointPaths
from triffin.finance.treasuries.interest import due_schedule
from triffin.finance.treasuries.wall import cover, maturing
from triffin.run.clock.markets import Markets
from triffin.run.clock.section import Stage
from triffin.run.headline.dollar_use import dollar_use
from triffin.run.plan.modules import ON
from triffin.run.plan.prepare import Prepared
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.base.wording import dated, month_name, number, quantity
from triffin.world.data.market_events import auctions

ARITHMETIC = "arithmetic of the scenario"


@dataclass(frozen=True, eq=False)
class MarketCourse:
    """What happened in all draws. paths : daily, None where neither Treasuries nor a currency is
    asked."""

    paths: JointPaths | None


def market_answers(
    book: AnswerBook, prepared: Prepared, stages: Sequence[Stage], u: Mapping[str, Array]
) -> None:
    """Enter the answers of the markets that are on. u : uniforms by column (n,)."""
    course = course_of(stages)
    if prepared.modules["treasuries"] == ON:
        _yields(book, prepared, course, u["debt_wall_cover"])
    if prepared.modules["currency"] == ON:
        _currency(book, prepared, course)


def dollar_answers(
    book: AnswerBook, prepared: Prepared, stages: Sequence[Stage], u: Mapping[str, Array]
) -> None:
    """Enter the answers about the dollar. u : uniforms by column (n,)."""
    _use(book, prepared, u)


def _yields(book: AnswerBook, prepared: Prepared, course: MarketCourse, covers: Array) -> None:
    assert course.paths is not None
    plan, paths = prepared.plan, course.paths
    rise = 100.0 * (paths.yield_10y[-1] - prepared.market.yield_10y)
    sellers = book.subset(*_PRICE, "japan_official_share", "treasury_share_of_foreign_bonds")
    every = sellers | book.subset("yield_news")
    book.enter(
        "yield_10y_change",
        f"The 10-year yield, {prepared.market.yield_10y:.2f} % on {dated(prepared.market.date)}, "
        f"changes by {{median}} by {dated(plan.end)} ({{likely}}); most of it is other news."
        f"{_interest(prepared, rise)}",
        rise,
        every,
    )
    peak = paths.from_defender_bp.max(axis=0, initial=0.0)
    who = book.name(prepared.owner)
    book.enter(
        "yield_change_from_focus_sales",
        f"Sales by {who}, private and official, raise the 10-year yield by {{median}} at most "
        "({likely}).",
        peak,
        sellers,
        owner=who,
    )
    _wall(book, prepared, course, covers)
    if plan.backstop is None or plan.backstop.federal_reserve:
        book.enter(
            "backstop_used",
            "The central bank buys with a probability of {median}.",
            paths.central_bank_bought.sum(axis=0) > 0,
            sellers | book.subset("backstop_trigger_bp", "backstop_delay_days"),
        )
    else:
        book.enter(
            "backstop_used",
            "The scenario has no central bank that buys: {median}.",
            np.zeros(book.n),
            sellers,
            headline_class=ARITHMETIC,
        )


def _interest(prepared: Prepared, rise_bp: Array) -> str:
    """What it would mean for the interest bill: a consequence of the yield, not another answer."""
    day = prepared.plan.information or prepared.plan.start
    low, high = np.quantile(rise_bp, (0.05, 0.95))
    if not prepared.market.date or max(-low, high) < 1:
        return ""
    schedule = due_schedule(day)
    first, fifth = (
        " to ".join(number(float(schedule.cost_bn(bp, years)), 0) for bp in (low, high))
        for years in (1, 5)
    )
    return (
        f" If all yields moved as much for good, interest would change by {first} bn USD in the "
        f"first year and {fifth} bn in five."
    )


def _wall(book: AnswerBook, prepared: Prepared, course: MarketCourse, covers: Array) -> None:
    """Bids over what is offered, at auctions like those before, less bidders that stay away."""
    known = str(prepared.plan.information or prepared.plan.start)
    past = sorted(a.bid_to_cover for a in auctions() if a.date <= known)
    if not past:
        return
    drawn = np.quantile(past, covers)
    wall = prepared.plan.wall
    month = (
        wall.month if wall else (prepared.plan.deadlines or [prepared.plan.end])[0].isoformat()[:7]
    )
    foreign = book.parameters.value("foreign_holdings_bn") / book.parameters.value(
        "marketable_debt_bn"
    )
    away = wall.not_rolled_share if wall else 0.0
    words = f"At auctions like the {len(past)} up to {dated(known)}, bids are {{median}} times the "
    words += "offer ({likely})"
    if away:
        words += f", {100 * away:.0f} % of foreign holders of what matures not bidding again"
    try:
        record = maturing(month).total_usd_bn / 1000
        seen = cover(month)
        words += f"; {number(record, 2)} trn USD matured in {month_name(month)}"
        if wall and wall.maturing_usd_trn:
            words += f", not {number(wall.maturing_usd_trn, 2)}"
        if seen and month > known[:7]:
            words += f" (later observed: lowest cover {seen.lowest:.2f}, median {seen.median:.2f})"
    except InputError:
        words += f"; what matures in {month_name(month)} is not in the data"
    book.values["auction_cover"] = covers
    book.enter(
        "debt_wall_cover",
        f"{words}. Rolling debt over is not new supply.",
        drawn * (1.0 - away * foreign),
        {"auction_cover": covers},
        behind=Behind(grades={"auction_cover": "published"}),
    )


def _currency(book: AnswerBook, prepared: Prepared, course: MarketCourse) -> None:
    assert course.paths is not None
    assert prepared.currency is not None
    code, band = prepared.currency
    low, high = band.band
    outcome = band_outcome(course.paths, book.parameters)
    moved = book.subset(*_FLOAT, "currency_shocks", "yield_news")
    if band.defend:
        moved |= book.subset(*_DEFENCE, *_PRICE)
    if band.coordinated:
        moved |= book.subset(*_DEFENCE)
    start = prepared.market
    book.enter(
        "exchange_rate_end",
        f"The {_NAMES[code]} stands at {{median}} on {dated(prepared.plan.end)} ({{likely}}), from "
        f"{start.rate:.2f} on {dated(start.date)}.",
        course.paths.rate[-1],
        moved,
        currency=_NAMES[code],
        code=code,
    )
    defended = "defended" if band.defend else "watched, not defended"
    few, middle, most = (
        number(100 * float(share), 0) for share in np.quantile(outcome.held, (0.05, 0.5, 0.95))
    )
    book.enter(
        "band_held",
        f"The rate is inside on {middle} % of the days ({few} to {most} %); the band is "
        f"{defended}. It breaks, by the rule of {book.parameters.value('band_breach_closes'):.0f} "
        f"closes, with a probability of {quantity(100 * float(outcome.broken.mean()), '%')}.",
        outcome.held,
        moved,
        low=low,
        high=high,
    )
    if band.defend:
        book.enter(
            "reserves_spent",
            "The defence sells {median} of dollars ({likely}).",
            outcome.spent,
            moved,
        )


def _use(book: AnswerBook, prepared: Prepared, u: Mapping[str, Array]) -> None:
    """Only where the scenario moves the dollar's attractiveness."""
    asked = prepared.plan.dollar
    if asked is None:
        return
    found = dollar_use(prepared, u)
    book.values["currency_complementarity"] = found.complementarity
    why = []
    if found.rival:
        why.append(f"the {found.rival} is as good as the dollar but for its smaller use")
    if asked.shock_pct:
        why.append(f"the dollar loses {asked.shock_pct:g} % of its attractiveness")
    book.enter(
        "dollar_share",
        f"{{median}} ({{interval}}) after full adjustment, from {found.today:.1f} % today, when "
        f"{' and '.join(why) or 'nothing changes'}; at the end of the scenario still "
        f"{quantity(float(np.median(found.end)), '%')}.",
        found.rest,
        book.subset("currency_complementarity", "currency_adjustment_per_year"),
    )


_NAMES = {"JPY": "yen"}
_PRICE = (
    "price_impact_bp_per_100bn", "permanent_share", "impact_decay_per_year",
    "dealer_capacity_bn_per_week", "dealer_congestion",
)  # fmt: skip
_FLOAT = ("kappa_supply", "tariff_to_exchange_rate")
_DEFENCE = (
    "intervention_pct_per_bn",
    "intervention_half_life_years",
    "intervention_intraday_multiple",
)


def course_of(stages: Sequence[Stage]) -> MarketCourse:
    """What happened in several blocks, joined over draws."""
    markets = [stage.state(Markets) for stage in stages]
    each = [found.paths for found in markets if found is not None and found.paths is not None]
    arrays: dict[str, Any] = {
        f.name: np.concatenate([getattr(path, f.name) for path in each], axis=1)
        for f in fields(JointPaths)
        if each and isinstance(getattr(each[0], f.name), np.ndarray)
    }
    return MarketCourse(replace(each[0], **arrays) if each else None)
