"""A named stress case beside a sale of Treasuries: what it adds, with its mean told apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.statistics import spread
from triffin.finance.treasuries import sale
from triffin.finance.treasuries.draws import MarketDraws
from triffin.finance.treasuries.impact import BackstopRule
from triffin.finance.treasuries.stress import CASES, DAYS, EPISODE, episodes, unwinding
from triffin.questions.treasuries.order import Order
from triffin.world.base.errors import one_of
from triffin.world.base.wording import quantity
from triffin.world.data.markets.stress import EPISODES, LEVERAGED
from triffin.world.data.shipped import provenance
from triffin.world.registry.sampling import uniforms


def stressed(
    name: str,
    order: Order,
    path: sale.SalePath,
    sample: MarketDraws,
    guard: BackstopRule | None,
    seed: int,
) -> dict[str, Any]:
    """What a case adds to the 10-year at the end of the sale (bp), and the sale with it.

    mean_bp is the mean of what it adds: a forecast that holds the case must take it off, as
    `with_sale_mean_off` does. Raises InputError for a case that there is not.
    """
    one_of(name, CASES, f"there is no stress case {name!r}.", field="--stress")
    end = path.yield_change[order.days - 1]
    if name == EPISODE:
        drawn = episodes(uniforms((EPISODES,), len(end), seed)[EPISODES])
        adds = np.array([week.yields_bp for week in drawn])
        dollar = np.array([week.dollar_pct for week in drawn])
        basis = "a week drawn from the 48 since 1976 with yields up and the dollar down, as it was"
        more: dict[str, Any] = {"dollar_pct": spread(dollar)}
        source = provenance(EPISODES)["source"]
    else:
        case = unwinding(name)
        equivalents = order.sales_bn * (
            order.duration / order.parameters.value("ten_year_duration")
        )
        impact = {"m": sample.m, "pi": sample.pi, "rho": sample.rho, "backstop": guard}
        every = case.adds(equivalents, path, parameters=order.parameters, **impact)
        adds = every[order.days - 1]
        basis = (
            f"leveraged holders unwind {case.fact.value:g} bn within {DAYS} trading days, as they "
            f"did in {case.fact.period} (known from {case.fact.known_from})"
        )
        more = {"unwound_bn": case.fact.value, "known_from": str(case.fact.known_from)}
        more["peak_adds_bp"] = spread(every.max(axis=0))
        source = f"{case.fact.source} (dataset {LEVERAGED})"
    return {
        "name": name,
        "answer": f"In the stress case {name}, which no forecast holds, "
        f"{quantity(float(np.median(adds)), 'bp')} more "
        f"({quantity(float(np.quantile(adds, 0.05)), 'bp')} to "
        f"{quantity(float(np.quantile(adds, 0.95)), 'bp')}).",
        "adds_bp": spread(adds),
        "mean_bp": float(np.mean(adds)),
        "with_sale_bp": spread(end + adds),
        "with_sale_mean_off_bp": spread(end + adds - np.mean(adds)),
        "basis": basis,
        "source": source,
        **more,
    }
