"""Runs of the trade model for the ledger, over uses of the revenue and retaliation."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from triffin.answers.statistics import weakest_grade
from triffin.evidence.claims.reading import Arguments, Reader, Reading
from triffin.evidence.replications.us_china import additions_bn_usd, bn_usd
from triffin.trade.equilibrium import solve
from triffin.trade.models import default_model
from triffin.world.base.errors import InputError, one_of
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet, kept_by_parameters

TRADE_RESULTS = {
    # result of a check -> its unit
    "welfare": "%",
    "real_income": "%",
    "deficit": "%",
    "exports": "%",
    "imports": "%",
    "employment": "%",
    "prices": "%",
    "wage": "%",
    "revenue": "%",
    "terms_of_trade": "% of income",
    "terms_of_trade_bn": "bn USD",
    "additions_bn": "bn USD",
    "export_share_change": "points of exports",
    "welfare_rank": "rank, 1 is most hurt",
}
_CLOSURES = tuple(
    (revenue, retaliation)
    for revenue in ("tax-relief", "lump-sum")
    for retaliation in ("none", "reciprocal")
)


def _trade(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    """One result of one economy: median and range over uses of the revenue and retaliation.

    `tariffs` is a named schedule of the world or of the package; `rates` maps importers to
    exporters to rates. In a many-sector world retaliation is what the schedule holds.
    """
    asked = {key: value for key, value in a.items() if key not in ("economy", "partner", "result")}
    solved = _solved(json.dumps(asked, sort_keys=True), parameters=parameters)
    values = [_result(found, a) for found in solved]
    first = solved[0]
    return Reading(
        float(np.median(values)),
        low=min(values),
        high=max(values),
        unit=TRADE_RESULTS[str(a["result"])],
        source=f"run trade: {a['world']}, {a.get('tariffs', 'own rates')}, {first.model_name}",
        grade=weakest_grade(("published", "judgement" if len(values) > 1 else "derived")),
        headline_class="forecast",
        drivers=("revenue", "retaliation") if len(values) > 1 else ("trade elasticities",),
    )


class _Solved(NamedTuple):
    """An equilibrium under one closure, with the world it started from."""

    world: World
    found: Any
    model_name: str


@kept_by_parameters
def _solved(arguments: str, *, parameters: ParameterSet) -> tuple[_Solved, ...]:
    a = json.loads(arguments)
    if ("tariffs" in a) == ("rates" in a):
        raise InputError(
            "a trade run needs tariffs or rates.",
            field="tariffs",
            valid="tariffs: a named schedule, or rates: {USA: {JPN: 24%}}",
        )
    world = load_world(str(a["world"]))
    tariffs = a.get("rates") or a["tariffs"]
    model = a.get("model") or default_model(world)
    if world.n_sectors > 1:
        named = world.schedules.get(tariffs) if isinstance(tariffs, str) else None
        chosen = tariffs if named is None else named
        return (_Solved(world, solve(world, chosen, model=model, registry=parameters), model),)
    return tuple(
        _Solved(
            world,
            solve(world, tariffs, model=model, revenue=r, retaliation=t, registry=parameters),
            model,
        )
        for r, t in _CLOSURES
    )


def _result(solved: _Solved, a: Arguments) -> float:
    result = str(a["result"])
    one_of(result, TRADE_RESULTS, f"a trade run has no result {result!r}.", field="result")
    world, found = solved.world, solved.found
    here = world.index(str(a["economy"]))
    if result == "welfare_rank":
        return float(1 + np.sum(found.welfare < found.welfare[here]))
    if result == "export_share_change":
        if "partner" not in a:
            raise InputError("it needs a partner.", field="partner", valid="an economy")
        there = world.index(str(a["partner"]))
        before, after = world.trade.sum(axis=0), np.asarray(found.trade_flows)
        after = after.sum(axis=0) if after.ndim == 3 else after

        def share(flows: Any) -> float:
            abroad = float(flows[here].sum() - flows[here, here])
            return 100 * float(flows[here, there]) / abroad

        return share(after) - share(before)
    if result in ("terms_of_trade_bn", "additions_bn") and world.n_sectors > 1:
        if result == "additions_bn":
            return additions_bn_usd(world, np.asarray(found.tariffs), here)
        return float(bn_usd(found, found.terms_of_trade)[here])
    if not hasattr(found, result):
        raise InputError(f"{solved.model_name} does not give {result}.", field="result")
    return float(getattr(found, result)[here])


TRADE_READER = Reader(
    _trade,
    ("world", "tariffs", "rates", "model", "economy", "partner", "result"),
    ("world", "economy", "result"),
)
