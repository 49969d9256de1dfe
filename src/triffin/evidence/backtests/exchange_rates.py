"""Backtests of the currency models (E): 1971, 1985, 1992 and the interventions of 2022-26.

Percent is 100 times the log change, up where the named currency is stronger. What the models say
nothing about moves with the volatility known on the day; changes of monthly means are wider than
those of a random walk (`working_factor`).
"""

from __future__ import annotations

import numpy as np

from triffin.evidence.backtests.episode import Episode
from triffin.evidence.backtests.rows import Row, event, quantity
from triffin.finance.currency.attack import flood_garber
from triffin.finance.currency.plaza import appreciation, monthly_rate, plaza_draws
from triffin.finance.joint.draws import drawn_parameters
from triffin.finance.joint.managed_float import one_intervention
from triffin.finance.joint.volatility import working_factor
from triffin.questions.currency.record import DAYS_AFTER, episodes
from triffin.world.base.arrays import Array
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet

MONTHS = 12
WORKING_YEAR = MONTHS / (2 / 3)  # months of means whose change has the variance of a year
PERCENT = 100.0


def gold(episode: Episode, n: int, seed: int, parameters: ParameterSet) -> list[Row]:
    """The yen after the dollar left gold: no drift, the volatility of a fundamental rate."""
    start = str(episode.figures["start"])
    months = [str(month) for month in episode.figures["months"]]
    drawn = episode.drawn(("target_zone_volatility",), n, seed, parameters=parameters)
    elapsed = np.array([_months(start, month) for month in months])
    paths = episode.walk(working_factor(elapsed) / WORKING_YEAR, n, seed)
    return [
        _yen_rise(start, month, PERCENT * drawn["target_zone_volatility"] * path)
        for month, path in zip(months, paths, strict=True)
    ]


def plaza(episode: Episode, n: int, seed: int, *, parameters: ParameterSet) -> list[Row]:
    """The yen after the accord: the dollars sold (E.6), which fade, and the noise of the float."""
    start = str(episode.figures["start"])
    months = [str(month) for month in episode.figures["months"]]
    portfolio = plaza_draws(n, seed, start, months[0], parameters=parameters).portfolio
    (life,) = episode.drawn(
        ("intervention_half_life_years",), n, seed, parameters=parameters
    ).values()
    noise = monthly_noise(str(episode.figures["float_since"]), episode.information)
    elapsed = np.array([_months(start, month) for month in months])
    paths = episode.walk(working_factor(elapsed), n, seed)
    return [
        _yen_rise(start, month, portfolio * np.exp2(-after / MONTHS / life) + noise * path)
        for month, after, path in zip(months, elapsed, paths, strict=True)
    ]


def sterling(episode: Episode, n: int, seed: int, parameters: ParameterSet) -> list[Row]:
    """The attack on the pound (E.2): reserves are left when it comes, and the rate then floats."""
    names = (
        "target_zone_semi_elasticity",
        "sterling_credit_growth",
        "sterling_credit_share",
        "target_zone_volatility",
    )
    elasticity, growth, credit, volatility = episode.drawn(
        names, n, seed, parameters=parameters
    ).values()
    attacks = [
        flood_garber(float(eta), float(mu), 1.0, float(share))
        for eta, mu, share in zip(elasticity, growth, credit, strict=True)
    ]
    with_reserves = np.mean([a["attack"] and a["reserves_at_attack"] > 0 for a in attacks])
    left, end = (np.datetime64(episode.figures[key], "D") for key in ("left", "end"))
    years = float((end - left) / np.timedelta64(1, "D")) / 365.0
    (path,) = episode.walk([years], n, seed)
    change = np.expm1(-(growth * years + volatility * path))
    observed = episode.figures["observed"]
    return [
        event(
            "the peg was given up with reserves left",
            "E",
            bool(observed["reserves_left"]),
            float(with_reserves),
        ),
        quantity(
            f"change of the pound against the mark from {left} to {end}",
            "E",
            "%",
            float(observed["change_pct"]),
            PERCENT * change,
        ),
    ]


def interventions(episode: Episode, n: int, seed: int, *, parameters: ParameterSet) -> list[Row]:
    """The ministry's operations of some years (E.3): dollars sold, from the noon before."""
    deposits = parameters.value("japan_deposits_bn")
    securities = parameters.value("japan_reserve_securities_bn")
    rows = []
    for record in episodes():
        if not record.first.startswith(str(episode.figures["year"])):
            continue
        known = str(np.busday_offset(record.first, -1, roll="backward"))
        drawn, _, _ = drawn_parameters(n, seed, date=known, only_before=True, parameters=parameters)
        # The rates are counted from the last operation of a group, the change from the day before.
        span = int(np.busday_count(record.first, record.last)) + 1
        days = {key: after for key, after in DAYS_AFTER.items() if key in episode.figures["after"]}
        effect = one_intervention(
            drawn,
            record.usd_bn,
            deposits=deposits,
            securities=securities,
            days=tuple(days.values()),
        )
        (paths,) = episode.news(
            ("usdjpy",), known, [d + span for d in days.values()], n, seed, parameters=parameters
        )
        for (key, after), path in zip(days.items(), paths, strict=True):
            observed = record.yen_pct[key]
            if observed is None:
                continue
            when = "on the day" if after == 0 else f"{after} days later"
            rows.append(
                quantity(
                    f"rise of the yen {when}, {record.usd_bn:g} bn sold from {record.first}",
                    "E",
                    "%",
                    observed,
                    effect.yen_pct[after] - path,
                    information=known,
                    grade=record.grade,
                )
            )
    return rows


def monthly_noise(since: str, until: str) -> float:
    """Root mean square of monthly changes of USD/JPY (means) over a period, percent."""
    values = load_series("usdjpy-monthly").between(f"{since}-01", until).observed().values
    # The mean of the last month is not known before the month has ended.
    return float(PERCENT * np.sqrt(np.mean(np.diff(np.log(values)) ** 2)))


def _yen_rise(start: str, month: str, draws: Array) -> Row:
    """One row of the yen between the means of two months, `draws` (n,) in percent."""
    observed = appreciation(monthly_rate(start), monthly_rate(month))
    return quantity(f"rise of the yen from {start} to {month}", "E", "%", observed, draws)


def _months(first: str, last: str) -> int:
    return int((np.datetime64(last, "M") - np.datetime64(first, "M")).astype(int))
