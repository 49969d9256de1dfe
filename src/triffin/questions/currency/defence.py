"""Answers about a defended currency, each with an interval, drivers and sources (models E).

Every function returns the document of the interface: question, answer, median, low, high, unit,
grade, class, drivers, judgement_share and details.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from triffin.answers.documents import picked
from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread
from triffin.finance import TRADING_DAYS
from triffin.finance.currency.yield_channel import channel_estimates, estimates_by_year
from triffin.finance.joint.draws import (
    START_DATE,
    drawn_parameters,
    drawn_shocks,
    market_on,
    volatility_on,
)
from triffin.finance.joint.managed_float import (
    band_outcome,
    days_in_band,
    known_currency,
    one_intervention,
    self_defeating,
)
from triffin.finance.joint.market import BandPolicy, JointParameters, MarketStart, joint_path
from triffin.questions.currency.headline import defence_headline, side
from triffin.questions.currency.others import unknown_intervention, watched_band
from triffin.questions.currency.record import (
    DAYS_AFTER,
    InterventionEpisode,
    episodes,
    pooled_effect,
)
from triffin.questions.currency.shared import (
    DRAWS,
    SEED,
    finite_number,
    first_day,
    grades,
    magnitudes,
    price_sources,
    share,
    sources,
)
from triffin.questions.currency.zones import target_zone
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.base.wording import number
from triffin.world.data.markets.currencies import currency_series
from triffin.world.registry.parameter_set import ParameterSet, in_place

HORIZONS = (0, 5, 60, 90)
_STEEPEST = 20.0  # percent a week
_MONTH = 20  # trading days
_LAST = _MONTH - 1  # the day of a month's last sale, the first being day 0
_STRIDE = 7919
"""Coprime to the usual numbers of draws."""
FIGURES = (
    "japan_deposits_bn",
    "japan_reserve_securities_bn",
    "band_breach_margin",
    "band_breach_closes",
)
"""Registry entries behind every answer that are not drawn."""


def defend(
    code: str,
    low: float,
    high: float,
    *,
    days: int = 90,
    start: float | None = None,
    drift_pct_per_week: float = 0.0,
    defended: bool = True,
    confidence: float = 0.0,
    backstop: bool = True,
    draws: int = DRAWS,
    seed: int = SEED,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """What holding a band costs and how often it holds, over `days` trading days.

    `low`, `high` in JPY per USD; `start` a rate (default: the shipped rate of 2 April 2025);
    drift in percent per week, up: the yen weakens; `confidence`: probability of a confidence
    episode. Headline: dollars spent net of dollars bought, bn; dollars bought net where the yen is
    held down rather than up; the share of days inside the band where it is not defended. Raises
    InputError for a currency without data, a band, a rate, days or draws that cannot be.
    """
    parameters = in_place() if parameters is None else parameters
    _check_drift(drift_pct_per_week)
    if currency_series(code) != "usdjpy":
        options: dict[str, Any] = {"days": days, "start": start, "draws": draws, "seed": seed}
        options["drift_pct_per_week"] = drift_pct_per_week
        return watched_band(code, (low, high), **options, parameters=parameters)
    name = known_currency(code)
    if start is not None:
        finite_number("start", start)
    market = market_on(START_DATE, start, parameters=parameters)
    zone = target_zone(name, low, high, draws=draws, seed=seed, parameters=parameters)
    drawn, acts, values = drawn_parameters(
        draws,
        seed,
        drift_pct_per_week=drift_pct_per_week,
        confidence=confidence,
        backstop=backstop,
        parameters=parameters,
    )
    known = volatility_on(market.date, name, parameters=parameters)
    shocks = drawn_shocks(draws, days, seed, acts, known)
    undefended = joint_path(market, drawn, shocks, BandPolicy(low, high, False, False))
    without = band_outcome(undefended, parameters)
    # What the yen would have done: the shocks as one number per draw, a driver beside parameters.
    values["yen_shocks"] = undefended.rate.max(axis=0)
    found = without
    if defended:
        found = band_outcome(joint_path(market, drawn, shocks, BandPolicy(low, high)), parameters)
    entry = defence_headline(
        found,
        without,
        band=(low, high),
        days=days,
        defended=defended,
        values=values,
        parameters=parameters,
    )
    at_once, lasting = self_defeating(drawn)
    return entry | {
        "currency": name,
        "band": [low, high],
        "days": days,
        "defended": defended,
        "start": picked(market, "date", "rate")
        | {"yield_10y_pct": market.yield_10y, "given": start is not None},
        "side": side(found) if defended else None,
        "band_held": spread(found.held),
        "dollars_spent_net_bn": spread(found.net_spent),
        "band_broken_probability": share(found.broken),
        "deposits_exhausted_probability": share(found.deposits_exhausted),
        "reserves_exhausted_probability": share(found.reserves_exhausted),
        "reserves_spent_bn": spread(found.spent),
        "treasuries_sold_bn": spread(found.treasuries_sold),
        "central_bank_bought_bn": spread(found.central_bank_bought),
        "yield_change_bp": spread(found.yield_change),
        "largest_yield_change_bp": spread(found.largest_yield_change),
        "yen_absorbed_trn": spread(found.yen_absorbed),
        "reserves_end_bn": spread(found.reserves_end),
        "self_defeating_probability": share(at_once),
        "self_defeating_lasting_probability": share(lasting),
        "defeated_itself_probability": share(at_once & (found.treasuries_sold > 0)),
        "reserves_gained_bn": spread(found.gained),
        "yen_created_trn": spread(found.yen_created),
        "days_to_2pct_gdp": first_day(found.days_to_limit, days),
        "without_defence": {
            "band_held": spread(without.held),
            "inside_throughout_probability": share(without.always_inside),
            "band_broken_probability": share(without.broken),
        },
        "kappa": _channel(values["kappa_supply"]),
        "observed_share_of_days": days_in_band(low, high),
        "target_zone": zone["details"],
        "draws": draws,
        "seed": seed,
        "notes": _notes(market.rate, low, high, start),
        "sources": sources([*values, *FIGURES], ("usdjpy", "yield-10y"), parameters)
        + price_sources(parameters),
    }


def intervene(
    code: str,
    usd_bn: float,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    confidence: float = 0.0,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """What selling `usd_bn` of dollars for yen does to the rate (negative: dollars are bought).

    Headline: percent by which the yen is stronger after five trading days. Raises InputError
    for a currency without data, an amount of zero, or more than the reserves.
    """
    parameters = in_place() if parameters is None else parameters
    finite_number("usd_bn", usd_bn)
    if usd_bn == 0:
        raise InputError(
            "nothing is sold or bought.",
            field="usd_bn",
            value=usd_bn,
            valid="bn USD above 0 (dollars sold, yen supported) or below 0 (dollars bought)",
        )
    if currency_series(code) != "usdjpy":
        return unknown_intervention(code, usd_bn, parameters=parameters)
    name = known_currency(code)
    market = market_on(parameters=parameters)
    drawn, _, values = drawn_parameters(draws, seed, confidence=confidence, parameters=parameters)
    found = one_intervention(
        drawn,
        usd_bn,
        days=HORIZONS,
        deposits=market.deposits,
        securities=market.securities,
        sale_days=_MONTH,
    )
    effect = found.yen_pct[5]
    sold = usd_bn > 0
    record = episodes()
    entry = headline_from_draws(
        "yen_after_5_days",
        f"What would {'selling' if sold else 'buying'} {abs(usd_bn):g} bn dollars do to the yen?",
        f"The yen would be {'stronger' if np.median(effect) > 0 else 'weaker'} by "
        f"{number(abs(float(np.median(effect))))} % after five trading days "
        f"({magnitudes(effect)} %) and by "
        f"{number(abs(float(np.median(found.yen_pct[60]))))} % after 60; "
        f"news move it by {number(_noise(60, parameters))} % by then (one standard deviation).",
        effect,
        "%",
        headline_class="forecast",
        parameters=values,
        grades=grades(values, parameters=parameters),
    )
    return entry | {
        "currency": name,
        "usd_bn": usd_bn,
        "side": "dollars sold for yen" if sold else "dollars bought with yen",
        "start": {"date": market.date, "rate": market.rate},
        "yen_pct": {str(day): spread(found.yen_pct[day]) for day in HORIZONS},
        "rate_after": {
            str(day): spread(market.rate * np.exp(-found.yen_pct[day] / 100.0)) for day in HORIZONS
        },
        "noise_pct": {str(day): _noise(day, parameters) for day in HORIZONS if day},
        "yen_trn": -usd_bn * market.rate / 1000.0,
        "share_of_gdp": usd_bn / parameters.value("japan_gdp_bn"),
        "funding": _funding(drawn, usd_bn, market),
        "record": {
            "pct_per_bn": {key: pooled_effect(record, key) for key in DAYS_AFTER},
            "scaled_to_usd_bn": {
                key: None if (each := pooled_effect(record, key)) is None else each * usd_bn
                for key in DAYS_AFTER
            },
            "episodes": [asdict(episode) for episode in record],
            "inside_interval": _coverage(drawn, record, market, parameters),
            "psi_pct_per_bn": spread(values["intervention_pct_per_bn"]),
        },
        "draws": draws,
        "seed": seed,
        "notes": [
            "Sign: dollars sold (above 0) support the yen; dollars bought (below 0) weaken it. "
            "yen_pct is percent by which the yen is stronger.",
            "Treasuries that deposits do not cover are sold within a month, as in May 2024.",
            "Effect at once: within hours, at the multiple of the registry. The record is taken "
            "at noon in New York and shows far less on the day.",
            *_sign_note(usd_bn),
        ],
        "sources": [
            *sources([*values, "japan_gdp_bn", *FIGURES[:2]], ("usdjpy",), parameters),
            *price_sources(parameters),
            "dataset mof-interventions: Ministry of Finance Japan, by day, 2022-26",
        ],
    }


def _check_drift(percent: float) -> None:
    if not abs(percent) <= _STEEPEST:
        raise InputError(
            f"got {percent:g}.",
            field="drift",
            value=percent,
            valid=f"percent per week from -{_STEEPEST:g} to {_STEEPEST:g}; above 0 the currency "
            "weakens",
        )


def _channel(kappa: Array) -> dict[str, Any]:
    """kappa of a sale as drawn, beside what single years and episodes of the data say."""
    years = estimates_by_year()
    others = [row for row in channel_estimates() if not row.sample.isdigit()]
    return {
        "drawn_pct_per_bp": spread(kappa),
        "negative_probability": share(kappa < 0),
        "years_negative": [row.sample for row in years if row.sale < 0],
        "years": len(years),
        "estimates": [
            picked(row, "sample", "sale", "sale_error", "rate_news") for row in (*others, years[-1])
        ],
    }


def _notes(rate: float, low: float, high: float, start: float | None) -> list[str]:
    found = [
        f"Days are trading days, {TRADING_DAYS} a year; the rate is taken once a day.",
        "The authority spends what the edge needs every day. Ministries have not done so: the "
        "observed shares are those of a float with few operations.",
        "Reserves are those of the end of March 2025; income goes to the budget.",
        "The Federal Reserve answers the rise that these sales cause, and buys no more than was "
        "sold. Given the sales it never raises yields; it can lengthen a defence.",
    ]
    if start is None:
        found.append(f"Start: the rate of {START_DATE}, the last before the tariffs were known.")
    if not low <= rate <= high:
        found.append(f"The path starts outside the band, at {rate:g}.")
    return found


def _noise(days: int, parameters: ParameterSet) -> float:
    """Standard deviation of what news do to the yen over so many trading days, percent."""
    return float(volatility_on(parameters=parameters).deviation(days)[1])


def _funding(drawn: JointParameters, usd_bn: float, market: MarketStart) -> list[dict[str, Any]]:
    """Orders of funding: deposits first, and by sales alone as in May 2024."""
    rows = []
    for label, first, spell in (
        ("deposits first", False, _MONTH),
        ("Treasuries, month", True, _MONTH),
        ("Treasuries, day", True, 1),
    ):
        found = one_intervention(
            drawn,
            usd_bn,
            days=(0, 5, _LAST, _MONTH),
            securities_first=first,
            sale_days=spell,
            deposits=market.deposits,
            securities=market.securities,
        )
        rows.append(
            {
                "order": label,
                "deposits_bn": found.from_deposits,
                "treasuries_sold_bn": found.treasuries_sold,
                "sale_days": spell,
                "yield_bp_after_a_month": spread(found.yield_bp[_LAST]),
                "yield_bp_at_once": spread(found.yield_bp[0]),
                "loss_bn": spread(found.loss),
                "yen_pct_after_5_days": spread(found.yen_pct[5]),
                "yen_pct_after_a_month": spread(found.yen_pct[_MONTH]),
            }
        )
    return rows


def _coverage(
    drawn: JointParameters,
    record: Sequence[InterventionEpisode],
    market: MarketStart,
    parameters: ParameterSet,
) -> dict[str, str]:
    """Episodes whose change lies in the model's 90 % interval, noise of a random walk included.

    The noise is added to the draws in a fixed order of quantiles, so that the count is the same
    on every machine.
    """
    from scipy.special import ndtri

    found = {}
    for key, days in DAYS_AFTER.items():
        known = [e for e in record if e.yen_pct[key] is not None]
        hits = 0
        for episode in known:
            effect = one_intervention(
                drawn,
                episode.usd_bn,
                days=(days,),
                deposits=market.deposits,
                securities=market.securities,
            ).yen_pct[days]
            n = len(effect)
            # a stride coprime to n pairs draws and noise without any random numbers
            order = (np.arange(n) * _STRIDE) % n
            noise = _noise(max(days, 1), parameters) * ndtri((order + 0.5) / n)
            low, high = np.quantile(effect + noise, [0.05, 0.95])
            observed = episode.yen_pct[key]
            hits += observed is not None and bool(low <= observed <= high)
        found[key] = f"{hits} of {len(known)}"
    return found


def _sign_note(usd_bn: float) -> list[str]:
    if usd_bn > 0:
        return []
    return ["Dollars bought are paid with new yen and kept as deposits; reserves do not limit it."]
