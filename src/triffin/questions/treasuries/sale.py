"""What-ifs on the Treasury market, answered with intervals and drivers: `triffin treasuries`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from triffin.answers.documents import picked
from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import share_positive, spread
from triffin.finance.treasuries import market, sale
from triffin.finance.treasuries.draws import MarketDraws, draw_market
from triffin.finance.treasuries.impact import BackstopRule
from triffin.finance.treasuries.own_holdings import OwnHoldings
from triffin.questions.treasuries.april_2025 import april_2025, yardstick
from triffin.questions.treasuries.order import Order, asked_order, subject
from triffin.questions.treasuries.stress import stressed
from triffin.strategy.creditor.conventions import in_words, outside_record, sale_table
from triffin.world.base.arrays import Array
from triffin.world.base.own_tables_in_place import HOLDINGS, active
from triffin.world.base.wording import quantity
from triffin.world.data.holdings import tic_holdings
from triffin.world.registry.parameter_set import ParameterSet, in_place

DEFAULT_DRAWS = 2000
DEFAULT_DAYS = 10
_STUDY = "price_impact_study"
_ACTS = "backstop_acts"


def sell(
    holder: str,
    usd_bn: float,
    *,
    days: int = DEFAULT_DAYS,
    part: str = "all",
    backstop: bool = True,
    duration: float | None = None,
    stress: str | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    own: OwnHoldings | None = None,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """A holder sells `usd_bn` evenly over `days` trading days: the answer and its details.

    part: "all", "official" or "private" (where the share is known). own: the user's table of
    holdings, by default the one in place, instead of the one that ships. duration: of what is
    sold, in years; by default that of the 10-year, in which price impact is measured.
    stress: a named case of `finance.treasuries.stress` beside the sale; it moves no other number.
    Raises InputError for an unknown holder, an amount that is not positive or beyond the holdings,
    days outside 1..365, and as `draw_market`. Where holdings are a judgement (Japan's parts) the
    limit is the upper end of their plausible range; `holdings` is their mean.
    """
    parameters = in_place() if parameters is None else parameters
    own = active(HOLDINGS) if own is None else own
    order = asked_order(
        market.find_seller(holder, part, own=own, parameters=parameters),
        usd_bn,
        days,
        backstop=backstop,
        duration=duration,
        parameters=parameters,
    )
    seller, sales_bn, length = order.seller, order.sales_bn, order.duration
    central = market.japan_official_share(parameters)
    held = float(seller.holdings_bn(central))
    sample = draw_market(draws, seed, parameters)
    guard = order.guard(sample.acts)
    path = order.path(sales_bn, guard, m=sample.m, pi=sample.pi, rho=sample.rho)
    registry = order.path(sales_bn, guard, m=sample.m_registry, pi=sample.pi, rho=sample.rho)
    end = path.yield_change[days - 1]
    answer = _headline(seller, usd_bn, days, end, sample, guard, parameters=parameters)
    beyond = outside_record(usd_bn, days)
    if beyond:
        answer["answer"] += f" {beyond}"
    ten_year = parameters.value("ten_year_duration")
    bought = path.purchases.sum(axis=0) * (ten_year / length)
    families = {name: spread(end[sample.family == name]) for name in market.FAMILIES}
    document = answer | {
        "seller": _seller(order, sample, central) | {"part": part},
        "sale": {
            "usd_bn": usd_bn,
            "trading_days": days,
            "duration_years": length,
            "ten_year_equivalents_bn": usd_bn * length / ten_year,
        },
        "holdings": held,
        "low_central_stress": {
            "low": families["stock-based"]["median"],
            "central": answer["median"],
            "stress": families["stress"]["median"],
        },
        "by_family": families,
        "by_study": _by_study(end, sample, parameters),
        "registry_pooled": spread(registry.yield_change[days - 1]),
        "peak": spread(path.yield_change.max(axis=0)),
        "permanent": spread(path.permanent[-1]),
        "by_maturity": {b: spread(r * end) for b, r in market.curve(parameters).items()},
        "buyers": _buyers(seller, usd_bn, bought, sample, central, parameters),
        "backstop": _backstop(path, guard, bought, parameters),
        "creditor": _creditor(order, central),
        "path": _path(path, sales_bn, ten_year / length),
        "yardstick": yardstick(end),
        "sources": [
            *dict.fromkeys(_source(e) for e in market.estimates(parameters)),
            tic_holdings().source if own is None else f"holdings: {own.file}",
        ],
        "notes": _notes(seller, own),
        "draws": draws,
        "seed": seed,
    }
    if stress is not None:
        document["stress"] = stressed(stress, order, path, sample, guard, seed)
        document["answer"] += f" {document['stress']['answer']}"
    if seller.code == "JPN" and part == "private" and own is None:
        document["april_2025"] = april_2025(sample, parameters=parameters)
    return document


def _seller(order: Order, sample: MarketDraws, central: float) -> dict[str, Any]:
    """Who sells, and what it has: at the mean official share, and in the draws."""
    seller, usd_bn = order.seller, order.usd_bn
    held, drawn = float(seller.holdings_bn(central)), seller.holdings_bn(sample.official_share)
    return picked(seller, "name", "month") | {
        "most_bn": seller.most_bn(order.parameters),
        "iso3": seller.code or None,
        "holdings_bn": held,
        "left_bn": max(held - usd_bn, 0.0),
        "share_of_draws_that_hold_it": float(np.mean(drawn >= usd_bn)),
        "official_share": float(seller.official(central)) if seller.splits else None,
    }


def _creditor(order: Order, central: float) -> dict[str, Any]:
    """The accounts of the sale under every convention, for all holders and those that sell."""
    seller, parameters = order.seller, order.parameters
    holders = {"all": seller.total_bn}
    if seller.splits:
        parts = (replace(seller, part=part) for part in ("official", "private"))
        holders |= {one.part: float(one.holdings_bn(central)) for one in parts}
    table = sale_table(
        order.usd_bn,
        order.days,
        holders,
        duration=order.duration,
        parameters=parameters,
    )
    return {"answer": in_words(table, seller.part)} | table


def _headline(
    seller: market.Seller,
    usd_bn: float,
    days: int,
    end: Array,
    sample: MarketDraws,
    guard: BackstopRule | None,
    *,
    parameters: ParameterSet,
) -> dict[str, Any]:
    groups = {_STUDY: sample.study}
    if guard is not None and sample.acts.any() and not sample.acts.all():
        groups[_ACTS] = sample.acts
    names = ("permanent_share", "impact_decay_per_year")
    grades = {name: parameters[name].grade for name in names}
    grades |= {_STUDY: "judgement", _ACTS: parameters["backstop_probability"].grade}
    who, verb = subject(seller)
    means = {
        f: float(np.median(end[sample.family == f])) for f in market.FAMILIES if f in sample.family
    }
    by_family = ", ".join(f"{quantity(bp, 'bp')} {family}" for family, bp in means.items())
    span = "one trading day" if days == 1 else f"{days} trading days"
    drawn = {"permanent_share": sample.pi, "impact_decay_per_year": sample.rho}
    reading = f"The families of studies disagree; their medians: {by_family}."
    if market.own_impact(parameters):
        # One prior in place of the studies: what varies is the impact itself.
        del groups[_STUDY]
        drawn[market.IMPACT] = sample.m
        grades[market.IMPACT] = parameters[market.IMPACT].grade
        reading = "Price impact is the user's own prior, in place of the studies."
    return headline_from_draws(
        "treasury_sale",
        f"What does the 10-year yield do when {who} {verb} {usd_bn:g} bn USD of Treasuries over "
        f"{span}?",
        f"The 10-year yield is {{median}} higher at the end of the sale ({{interval}}). {reading}",
        end,
        "bp",
        headline_class="forecast",
        parameters=drawn,
        groups=groups,
        grades=grades,
    )


def _by_study(end: Array, sample: MarketDraws, parameters: ParameterSet) -> list[dict[str, Any]]:
    return [
        {
            **picked(estimate, "study", "family", "horizon"),
            "bp_per_100bn": [estimate.low, estimate.high],
            "weight": estimate.weight,
            "grade": estimate.grade,
            **spread(end[sample.which == k]),
        }
        for k, estimate in enumerate(market.estimates(parameters))
    ]


def _buyers(
    seller: market.Seller,
    usd_bn: float,
    bought: Array,
    sample: MarketDraws,
    central: float,
    parameters: ParameterSet,
) -> dict[str, Any]:
    """Means over draws, a quarter after the last sale: they add up to the sale exactly."""
    fed = float(np.mean(bought))
    others = market.buyers(seller, usd_bn - fed, central, parameters)
    purchases = {name: amount for name, amount in others.items() if name != market.FED}
    purchases[f"{market.FED} (backstop)"] = fed
    return {
        "usd_bn": purchases,
        "total_usd_bn": sum(purchases.values()),
        "share": {name: amount / usd_bn for name, amount in purchases.items()},
        "basis": f"mean over draws, {sale.TAIL_DAYS} trading days after the last sale",
    }


def _backstop(
    path: sale.SalePath, guard: BackstopRule | None, bought: Array, parameters: ParameterSet
) -> dict[str, Any]:
    chance = parameters["backstop_probability"]
    if guard is None:
        return {"on": False, "probability": 0.0, "share_triggered": None, "bought": None}
    return {
        "on": True,
        "probability": chance.value,
        "share_triggered": float(np.mean(path.triggered)),
        "share_bought": share_positive(bought),
        "bought": spread(bought) | {"mean": float(np.mean(bought))},
        "trigger_bp": guard.trigger,
        "window_days": guard.window,
        "delay_days": guard.delay,
        "bn_per_bp": guard.k,
        "cap_bn_per_day": guard.cap,
        "grade": chance.grade,
        "source": chance.source,
    }


def _notes(seller: market.Seller, own: OwnHoldings | None) -> list[str]:
    notes = ["days are trading days; the sale is even", "linear impact within a day's capacity"]
    if seller.code in market.CUSTODIANS:
        notes.append(f"what {seller.name} holds is to a large part in custody for others")
    if seller.sector == market.FED:
        notes.append("the Federal Reserve sells, so it is no backstop")
    if own is not None:
        notes.append("the holdings are those of the user's table; sectors are as shipped")
    if not seller.sector and not seller.splits:
        notes.append("its official share is not known; buyers exclude it in proportion")
    return notes


def _source(estimate: market.Estimate) -> str:
    if estimate.family == "stress":  # a ratio of two shipped series, not a study
        return f"{estimate.study}: own ratio, from yield-10y and tic-holdings"
    return estimate.source


def _path(path: sale.SalePath, sales_bn: Array, to_bn: float) -> list[dict[str, float]]:
    low, median, high = np.quantile(path.yield_change, [0.05, 0.5, 0.95], axis=1)
    bought = path.purchases.mean(axis=1) * to_bn
    return [
        {
            "day": t + 1,
            "sold_bn": float(sales_bn[t, 0]),
            "backstop_mean_bn": float(bought[t]),
            "median": float(median[t]),
            "low": float(low[t]),
            "high": float(high[t]),
        }
        for t in range(len(median))
    ]
