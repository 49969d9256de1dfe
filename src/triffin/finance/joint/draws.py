"""Joint paths of the 10-year yield, the yen and Japan's reserves, every parameter drawn (G.4).

`simulate` is the entrance; `triffin.finance.joint.market` has the order of moves. The modules have
their own random streams: the currency (E), yields (D); parameters and whether the central bank
acts come from the sequence of their name (`world.registry.sampling`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.finance.averages import mean_decay
from triffin.finance.currency.yield_channel import draw_channel
from triffin.finance.joint.market import (
    BandPolicy,
    JointParameters,
    JointPaths,
    MarketShocks,
    MarketStart,
    joint_path,
)
from triffin.finance.joint.volatility import MarketVolatility, market_volatility
from triffin.finance.treasuries.market import (
    chosen_estimates,
    instant_impact,
    registry_instant_impact,
)
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.markets.currencies import currency_series
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet, in_place
from triffin.world.registry.sampling import uniforms

DAYS_PER_WEEK = 5
START_DATE = "2025-04-02"  # the tariffs were announced after this day's rate was taken
MAX_CELLS = 4_000_000

REGISTRY = (
    "price_impact_bp_per_100bn",
    "permanent_share",
    "impact_decay_per_year",
    "dealer_capacity_bn_per_week",
    "dealer_congestion",
    "intervention_pct_per_bn",
    "intervention_half_life_years",
    "intervention_intraday_multiple",
    "intervention_intraday_days",
    "backstop_trigger_bp",
    "backstop_purchases_bn_per_bp",
    "backstop_cap_bn_per_day",
    "backstop_delay_days",
)
"""Registry entries drawn for a joint path, each in its own column; the pooled price impact is used
only where it is asked for (`pooled_impact`)."""

# The order is part of the results: append, never reorder.
COLUMNS = (
    *REGISTRY,
    "kappa_source",
    "kappa_supply",
    "confidence_episode",
    "backstop_acts",
    "price_impact_study",
    "within_study",
    "common_scale",
)


def market_on(
    date: str = START_DATE, rate: float | None = None, *, parameters: ParameterSet
) -> MarketStart:
    """The market at the last observation on or before `date`; `rate` replaces the yen.

    Reserves are those of the end of March 2025 (registry). Raises InputError for a date before
    the series begin.
    """
    after = str(np.datetime64(date, "D") + 1)
    day, spot = load_series("usdjpy").last_before(after)
    _, level = load_series("yield-10y").last_before(after)
    return MarketStart(
        date=day,
        rate=spot if rate is None else rate,
        yield_10y=level,
        deposits=parameters.value("japan_deposits_bn"),
        securities=parameters.value("japan_reserve_securities_bn"),
    )


def volatility_on(
    date: str = START_DATE, code: str = "JPY", *, parameters: ParameterSet
) -> MarketVolatility:
    """Volatility of the 10-year yield (bp) and of a currency (percent), in this order, known at
    `date`. Raises InputError for a currency without a series and a day too early."""
    return market_volatility(("yield-10y", currency_series(code)), date, parameters)


def drawn_parameters(
    n: int,
    seed: int,
    *,
    drift_pct_per_week: float = 0.0,
    confidence: float = 0.0,
    backstop: bool = True,
    pooled_impact: bool = False,
    date: str = START_DATE,
    u: Mapping[str, Array] | None = None,
    only_before: bool = False,
    parameters: ParameterSet,
) -> tuple[JointParameters, Array, dict[str, Array]]:
    """(parameters of daily steps, `acts` of the central bank (n,), registry name -> (n,) values).

    confidence: probability that a draw is a confidence episode, in which kappa is negative.
    The price of a sale is drawn by study, as for `triffin treasuries sell`; `pooled_impact` takes
    the registry's pooled price_impact_bp_per_100bn instead. The value returned under that name is
    the response to 100 bn spread over a month, in either case. `u`: uniforms (n,) of COLUMNS that
    a run over several rooms has drawn already. `only_before` leaves out what data after `date` say:
    the yield channel rests on the years that had ended (backtests).
    Raises InputError for a number of draws or a probability that is none.
    """
    if not 0.0 <= confidence <= 1.0:
        raise InputError(
            f"got {confidence:g}.",
            field="confidence",
            value=confidence,
            valid="a probability from 0 to 1",
        )
    u = uniforms(COLUMNS, n, seed) if u is None else u
    values = parameters.draw(REGISTRY, u)
    channel = draw_channel(
        u["kappa_source"],
        u["kappa_supply"],
        u["confidence_episode"] < confidence,
        before=int(date[:4]) if only_before else None,
        parameters=parameters,
    )
    values["kappa_supply"] = channel.sale
    pi, rho = values["permanent_share"], values["impact_decay_per_year"]
    if pooled_impact:
        m = registry_instant_impact(u["price_impact_bp_per_100bn"], pi, rho, parameters)
    else:
        m = instant_impact(
            chosen_estimates(u["price_impact_study"], parameters),
            u["within_study"],
            pi,
            rho,
            parameters,
        )
    # Whatever the study, drivers name the response to sales spread over a month.
    values["price_impact_bp_per_100bn"] = 100.0 * m * (pi + (1.0 - pi) * mean_decay(rho / 12.0))
    found = JointParameters(
        kappa=channel.sale,
        psi=values["intervention_pct_per_bn"],
        multiple=values["intervention_intraday_multiple"],
        fast_days=values["intervention_intraday_days"],
        half_life=values["intervention_half_life_years"],
        m=m,
        pi=pi,
        rho=rho,
        cap=values["dealer_capacity_bn_per_week"] / DAYS_PER_WEEK,
        xi=values["dealer_congestion"],
        # Nobody has sold more in a day than the central bank bought in March 2020 (judgement).
        sale_limit=values["backstop_cap_bn_per_day"],
        cb_k=values["backstop_purchases_bn_per_bp"] if backstop else 0.0,
        cb_trigger=values["backstop_trigger_bp"],
        cb_cap=values["backstop_cap_bn_per_day"],
        cb_delay=np.rint(values["backstop_delay_days"]),
        cb_window=int(parameters.value("backstop_window_days")),
        drift=drift_pct_per_week / DAYS_PER_WEEK,
        duration=parameters.value("ten_year_duration"),
    )
    acts = u["backstop_acts"] < parameters.value("backstop_probability")
    return found, acts, values


def drawn_shocks(
    n: int, days: int, seed: int, acts: Array, volatility: MarketVolatility
) -> MarketShocks:
    """News of yields and of the currency (`volatility_on`), each from its own stream of one seed.

    Raises InputError for days below 1 and for more cells than memory is meant for.
    """
    if days < 1 or n * days > MAX_CELLS:
        raise InputError(
            f"{days} days with {n} draws cannot be simulated.",
            field="days",
            value=days,
            valid=f"1 to {max(1, MAX_CELLS // max(n, 1))} trading days with {n} draws",
        )
    normals = np.empty((2, days, n))
    currency, yields, common = np.random.SeedSequence(seed).spawn(3)
    np.random.default_rng(yields).standard_normal(out=normals[0])
    np.random.default_rng(currency).standard_normal(out=normals[1])
    scale = volatility.common_scale(np.random.default_rng(common).random(n), days)
    moved = volatility.moves(normals, scale)
    return MarketShocks(moved[1], moved[0], acts)


def simulate(
    draws: int = 10_000,
    days: int = 120,
    *,
    seed: int = 1,
    band: tuple[float, float] = (130.0, 150.0),
    defend: bool = True,
    start: MarketStart | None = None,
    parameters: ParameterSet | None = None,
    **options: Any,
) -> JointPaths:
    """Joint paths over `days` trading days with every parameter drawn from the registry.

    `options`: drift_pct_per_week, confidence, backstop, pooled_impact, as in `drawn_parameters`.
    Raises InputError for a band, a number of draws or of days that cannot be.
    """
    parameters = in_place() if parameters is None else parameters
    drawn, acts, _ = drawn_parameters(draws, seed, parameters=parameters, **options)
    date = str(options.get("date", START_DATE))
    shocks = drawn_shocks(draws, days, seed, acts, volatility_on(date, parameters=parameters))
    policy = BandPolicy(*band, weak_side=defend, strong_side=defend)
    return joint_path(start or market_on(parameters=parameters), drawn, shocks, policy)
