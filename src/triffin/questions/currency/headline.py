"""The headline of a defended band: dollars spent, or dollars bought where the yen is too strong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread, weakest_grade
from triffin.finance.joint.managed_float import BandOutcome, purchase_limit_bn
from triffin.questions.currency.shared import first_day, grades, interval_text, share
from triffin.world.base.arrays import Array
from triffin.world.base.wording import number
from triffin.world.registry.parameter_set import ParameterSet


def side(found: BandOutcome) -> str:
    """ "weak" where the defence spends dollars, "strong" where it buys them: by the medians over
    draws, by the means where the medians agree."""
    for statistic in (np.median, np.mean):
        net = float(statistic(found.net_spent))
        if net:
            return "strong" if net < 0 else "weak"
    return "weak"


def defence_headline(
    found: BandOutcome,
    without: BandOutcome,
    *,
    band: tuple[float, float],
    days: int,
    defended: bool,
    values: Mapping[str, Array],
    parameters: ParameterSet,
) -> dict[str, Any]:
    """The headline entry of a band over `days` trading days.

    `found` with the defence (if `defended`), `without` without it; `values`: what was drawn. Where
    the interval has no width the grade is the weakest of everything drawn: which parameters drive
    the few draws outside it depends on the seed.
    """
    zone = f"{band[0]:g} and {band[1]:g} per dollar"
    if not defended:
        name, draws, unit = "band_held", without.held, "share"
        question = f"Would the yen stay between {zone} for {days} trading days by itself?"
        answer = (
            f"Without defence the yen is inside on {_percent(without.held)} of {days} trading "
            f"days, and stays inside throughout with probability {_chance(without.always_inside)}."
        )
    elif side(found) == "strong":
        name, draws, unit = "dollars_bought_net_bn", -found.net_spent, "USD bn"
        question = (
            f"What would holding the yen between {zone} for {days} trading days take, and would "
            "it hold?"
        )
        answer = _strong(found, days, parameters) + _held(found, without, days)
    else:
        name, draws, unit = "dollars_spent_net_bn", found.net_spent, "USD bn"
        question = (
            f"What would holding the yen between {zone} for {days} trading days cost, and would "
            "it hold?"
        )
        answer = _weak(found) + _held(found, without, days)
    known = grades(values, parameters=parameters)
    entry = headline_from_draws(
        name,
        question,
        answer,
        draws,
        unit,
        headline_class="forecast",
        parameters=values,
        grades=known,
    )
    if entry["low"] == entry["high"]:
        entry["grade"] = weakest_grade(list(known.values()))
    return entry


def _weak(found: BandOutcome) -> str:
    return (
        f"The defence spends {interval_text(spread(found.net_spent))} bn USD net, sells Treasuries "
        f"with probability {_chance(found.deposits_exhausted)} and exhausts all reserves with "
        f"probability {_chance(found.reserves_exhausted, 1)}. "
    )


def _strong(found: BandOutcome, days: int, parameters: ParameterSet) -> str:
    late = first_day(found.days_to_limit, days)
    criterion = 100 * parameters.value("currency_report_purchases")
    limit = f"{number(purchase_limit_bn(parameters), 0)} bn, {criterion:g} % of GDP,"
    reached = f"purchases do not pass {limit} within {days} days. "
    if late["probability"]:
        reached = (
            f"purchases pass {limit} with probability {_chance(np.isfinite(found.days_to_limit))}, "
            f"then after {interval_text(late, 0)} days. "
        )
    return (
        f"The defence buys {interval_text(spread(-found.net_spent))} bn USD net, paid with "
        f"{interval_text(spread(found.yen_created))} trn of new yen; reserves do not limit it, and "
        + reached
    )


def _held(found: BandOutcome, without: BandOutcome, days: int) -> str:
    return (
        f"The band holds on {_percent(found.held)} of {days} trading days, without defence on "
        f"{_percent(without.held)} (throughout with probability "
        f"{_chance(without.always_inside)})."
    )


def _chance(flags: Array, places: int = 0) -> str:
    return f"{100 * share(flags):.{places}f} %"


def _percent(shares: Array) -> str:
    found = spread(100.0 * shares)
    if round(found["low"]) == round(found["high"]):
        return f"{number(found['median'], 0)} %"
    return (
        f"{number(found['median'], 0)} % ({number(found['low'], 0)} to "
        f"{number(found['high'], 0)} %)"
    )
