"""Backtests of the Treasury market (D), and of the yen and the pause in April 2025 (E, B).

Yields move by what was sold, priced as everywhere (D.4, H.5), and by news with the volatility known
on the day (`finance.joint.volatility`). Sales are taken as 10-year equivalents, which is too much.
"""

from __future__ import annotations

import numpy as np

from triffin.evidence.backtests.episode import Episode
from triffin.evidence.backtests.rows import Row, event, quantity
from triffin.finance import TRADING_DAYS
from triffin.finance.joint.draws import drawn_parameters
from triffin.finance.treasuries.impact import BackstopRule, propagated_impact
from triffin.finance.treasuries.sale import DAYS_PER_WEEK, Dealers, follow_sale
from triffin.world.base.arrays import Array
from triffin.world.data.holdings import TOTAL, tic_holdings
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet

PERCENT = 100.0
YEARS_BEFORE = 5
TEN_YEAR = ("yield-10y",)


def china(episode: Episode, n: int, seed: int, parameters: ParameterSet) -> list[Row]:
    """China's holdings fell by a fifth: what that should have done to the 10-year yield."""
    start = episode.information
    ends = [str(end) for end in episode.figures["ends"]]
    drawn, _, _ = drawn_parameters(n, seed, date=start, only_before=True, parameters=parameters)
    days = trading_days(start, ends[-1])
    months = days.astype("datetime64[M]")
    tic = tic_holdings()
    flows = np.empty((len(days), 1))
    for month in np.unique(months):
        within = months == month
        flows[within] = -tic.change("CHN", str(month)) / within.sum()
    p = drawn
    impact, _ = propagated_impact(
        flows, m=p.m, pi=p.pi, rho=p.rho, dt=1.0 / TRADING_DAYS, cap=p.cap, xi=p.xi
    )
    after = [int(np.searchsorted(days, end(e))) + 1 for e in ends]
    (news,) = episode.news(TEN_YEAR, start, after, n, seed, parameters=parameters)
    return [
        yield_row(start, e, impact[int(np.searchsorted(days, end(e)))] + noise)
        for e, noise in zip(ends, news, strict=True)
    ]


def march_2020(episode: Episode, n: int, seed: int, parameters: ParameterSet) -> list[Row]:
    """The dash for cash: foreigners' sales of the month, evenly over it, and the Fed's answer."""
    start, stop = episode.information, str(episode.figures["end"])
    month = start[:7]
    first, last = (str(episode.figures[key]) for key in ("fed_before", "fed_after"))
    days = trading_days(str(np.datetime64(f"{month}-01") - 1), str(episode.figures["month_end"]))
    drawn, acts, _ = drawn_parameters(n, seed, date=start, only_before=True, parameters=parameters)
    sold = -tic_holdings().change(TOTAL, month) / len(days)
    path = follow_sale(
        np.full((len(days), 1), sold),
        m=drawn.m,
        pi=drawn.pi,
        rho=drawn.rho,
        dealers=Dealers.default(parameters=parameters),
        backstop=BackstopRule.default(acts, parameters=parameters),
    )
    before, after = (int(np.searchsorted(days, end(day))) for day in (start, stop))
    ((noise,),) = episode.news(TEN_YEAR, start, [after - before], n, seed, parameters=parameters)
    fed = load_series("fed-assets")
    bought = path.purchases.sum(axis=0)
    grown = fed.on(last) - fed.on(first)
    return [
        yield_row(start, stop, path.yield_change[after] - path.yield_change[before] + noise),
        event(f"the Federal Reserve bought in {month}", "D", grown > 0, float(np.mean(bought > 0))),
        quantity(
            f"growth of the Federal Reserve's assets from {first} to {last}",
            "D",
            "bn USD",
            grown,
            bought,
        ),
    ]


def april_2025(episode: Episode, n: int, seed: int, *, parameters: ParameterSet) -> list[Row]:
    """Japanese private sales in a week of tariffs: the 10-year yield, the yen and the pause."""
    figures = episode.figures
    weeks = [parameters.value(f"japan_private_sales_{w}_week_bn") for w in ("first", "second")]
    flows = np.repeat(np.array(weeks) / DAYS_PER_WEEK, DAYS_PER_WEEK)[:, np.newaxis]
    (share,) = episode.drawn(
        ("treasury_share_of_foreign_bonds",), n, seed, parameters=parameters
    ).values()
    days = trading_days(
        str(np.datetime64(str(figures["sales_from"])) - 1), str(figures["sales_to"])
    )
    yen = load_series("usdjpy")
    rows = []
    for start, stop in figures["spans"]:
        known, until = str(start), str(stop)
        drawn, _, _ = drawn_parameters(n, seed, date=known, only_before=True, parameters=parameters)
        path = follow_sale(
            flows * share,
            m=drawn.m,
            pi=drawn.pi,
            rho=drawn.rho,
            dealers=Dealers.default(parameters=parameters),
        )
        first, last = (int(np.searchsorted(days, end(day))) for day in (known, until))
        impact = path.yield_change[last] - path.yield_change[first]
        (noise,), (dollar,) = episode.news(
            (*TEN_YEAR, "usdjpy"), known, [last - first], n, seed, parameters=parameters
        )
        weaker = np.asarray(drawn.kappa) * impact + dollar
        rows += [
            yield_row(known, until, impact + noise, information=known),
            quantity(
                f"rise of the yen from {known} to {until}",
                "E",
                "%",
                PERCENT * float(np.log(yen.on(known) / yen.on(until))),
                -weaker,
                information=known,
            ),
        ]
    return rows


def japan_holdings(episode: Episode, n: int, seed: int, parameters: ParameterSet) -> list[Row]:
    """Japan's holdings after April 2025: the private sale, and months as uneven as before."""
    start = episode.information[:7]
    months = [str(month) for month in episode.figures["months"]]
    sold = sum(parameters.value(f"japan_private_sales_{w}_week_bn") for w in ("first", "second"))
    (share,) = episode.drawn(
        ("treasury_share_of_foreign_bonds",), n, seed, parameters=parameters
    ).values()
    tic = tic_holdings()
    place = tic.months.index(start)
    past = tic.months[place - 12 * YEARS_BEFORE + 1 : place + 1]
    uneven = float(np.sqrt(np.mean([tic.change("JPN", month) ** 2 for month in past])))
    elapsed = [tic.months.index(month) - place for month in months]
    paths = episode.walk(elapsed, n, seed)
    held = tic.of("JPN", start)
    return [
        quantity(
            f"change of Japan's holdings from {start} to {month}",
            "D",
            "bn USD",
            round(tic.of("JPN", month) - held, 1),
            -sold * share + uneven * path,
        )
        for month, path in zip(months, paths, strict=True)
    ]


def yield_row(since: str, until: str, draws: Array, **about: str) -> Row:
    """One row of the 10-year yield between two days, `draws` (n,) in bp."""
    series = load_series("yield-10y")
    what = f"change of the 10-year yield from {since} to {until}"
    observed = PERCENT * (series.on(until) - series.on(since))
    return quantity(what, "D", "bp", observed, draws, **about)


def trading_days(after: str, until: str) -> Array:
    """Days after `after` to `until` on which the 10-year yield was taken: a calendar."""
    first = str(np.datetime64(after, "D") + 1)
    return load_series("yield-10y").between(first, until).observed().dates


def end(day: str) -> np.datetime64:
    """A day as the calendar of `trading_days` has it."""
    return np.datetime64(day, "D")
