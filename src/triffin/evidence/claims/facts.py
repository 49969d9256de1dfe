"""Facts of the ledger, read from the datasets that ship: change the data and the verdict follows.

Every dataset has a `Reader`: the keys by which a check selects in it and what it can take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from triffin.evidence.claims.reading import (
    PERIOD_KEYS,
    Arguments,
    Reader,
    Reading,
    asked_days,
    asked_flag,
    asked_number,
    period_of,
    span_of,
)
from triffin.evidence.claims.talks import TALKS_READERS
from triffin.finance import TRADING_DAYS
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of
from triffin.world.data.facts import fact
from triffin.world.data.holdings import tic_holdings
from triffin.world.data.market_events import (
    AUCTIONS,
    INTERVENTIONS,
    RESERVES,
    TYPES,
    auctions,
    interventions,
    reserve_share_series,
)
from triffin.world.data.series import DATASET_OF, Series, load_series
from triffin.world.data.shipped import provenance
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

BILLION = 1e9
WORLD_TAKES = (
    "imports",
    "exports",
    "imports_over_gdp",
    "exports_over_gdp",
    "balance",
    "export_share",
    "imported_share",
    "mean_addition",
)
WORLDS = ("world-2023", "nafta-1993", "wiod-2008", "wiod-2011", "uschina-2017")


def _holdings(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    tic = tic_holdings()
    take = a.get("take", "value")
    shown: dict[str, Any] = {"source": f"{name}: {tic.source}"}
    holder = str(a["holder"])
    if take == "change":
        if "from" not in a or "to" not in a:
            raise InputError("a change needs from and to.", field="take", valid="from and to")
        change = tic.of(holder, str(a["to"])) - tic.of(holder, str(a["from"]))
        return Reading(round(change, 1), unit="bn USD", **shown)
    month = None if "at" not in a else str(a["at"])
    held = tic.of(holder, month)
    if take == "rank":
        # "All Other" and the aggregates are no holders.
        held_by = tic.by_holder(month)
        larger = [n for n, v in held_by.items() if v > held and n != "All Other"]
        return Reading(float(1 + len(larger)), unit="rank", **shown)
    return Reading(held, unit="bn USD", **shown)


def _series(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    known = [series for series, dataset in DATASET_OF.items() if dataset == name]
    chosen = str(a.get("series", known[0]))
    one_of(chosen, known, f"{name} has no series {chosen!r}.", field="series")
    return _taken(load_series(chosen), a, "published")


def _reserves(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    found = reserve_share_series(str(a.get("currency", "USD")), str(a.get("basis", "allocated")))
    return _taken(found, a, "published")


PLAIN_TAKES: Mapping[str, Callable[[Array], float]] = {
    "mean": lambda v: np.mean(v),
    "first": lambda v: v[0],
    "last": lambda v: v[-1],
    "lowest": lambda v: np.min(v),
    "highest": lambda v: np.max(v),
}
DERIVED_TAKES: Mapping[str, tuple[Callable[[Array], float], str]] = {
    # take -> from the observed values, and its unit ("": that of the series)
    "change": (lambda v: v[-1] - v[0], ""),
    "change_percent": (lambda v: 100 * (v[-1] / v[0] - 1), "%"),
    "fall_percent": (lambda v: 100 * (v.min() / v[0] - 1), "%"),
    "volatility": (
        lambda v: 100 * np.sqrt(np.mean(np.diff(np.log(v)) ** 2) * TRADING_DAYS),
        "% a year",
    ),
}
SERIES_TAKES = (
    *PLAIN_TAKES,
    *DERIVED_TAKES,
    "first_day_at_most",
    "share_within",
    "largest_rise",
    "slope_per_year",
)


def _taken(series: Series, a: Arguments, grade: str) -> Reading:
    """One number of a series in a period; see SERIES_TAKES."""
    part = series.between(*span_of(a)).observed()
    shown: dict[str, Any] = {"source": f"{series.name}: {series.source}"}
    if not len(part.values):
        raise InputError(
            f"{series.name} has no observation in {period_of(a)}.",
            value=period_of(a),
            valid=f"a period from {series.dates[0]} to {series.dates[-1]}",
        )
    values, take = part.values, a.get("take", "mean")
    if take in PLAIN_TAKES:
        return Reading(float(PLAIN_TAKES[take](values)), unit=series.unit, grade=grade, **shown)
    shown["grade"] = "derived"
    if take in DERIVED_TAKES:
        derive, unit = DERIVED_TAKES[take]
        return Reading(float(derive(values)), unit=unit or series.unit, **shown)
    if take == "first_day_at_most":
        level = asked_number(a, "level")
        below = np.flatnonzero(values <= level)
        if not len(below):
            return Reading(None, why=f"never at or below {level:g}", unit=series.unit, **shown)
        return Reading(str(part.dates[below[0]]), **shown)
    if take == "share_within":
        share = part.share_within(asked_number(a, "low"), asked_number(a, "high"))
        return Reading(100 * share, unit="%", **shown)
    if take == "largest_rise":
        days = asked_days(a, "days") if "days" in a else 1
        if len(values) <= days:
            raise InputError(f"fewer than {days} days are observed.", field="days")
        return Reading(float(np.max(values[days:] - values[:-days])), unit=series.unit, **shown)
    years = (part.dates - part.dates[0]).astype(float) / 365.25
    return Reading(float(np.polyfit(years, values, 1)[0]), unit="points a year", **shown)


def _auctions(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    types = a.get("types", list(TYPES))
    if not isinstance(types, list) or not set(types) <= set(TYPES):
        raise InputError(f"{types!r} are no types.", field="types", valid=TYPES)
    start, end = span_of(a)
    covers = [r.bid_to_cover for r in auctions() if r.type in types and start <= r.date <= end]
    take = a.get("take", "lowest")
    if take == "count":
        return Reading(float(len(covers)), grade="derived", unit="auctions")
    if not covers:
        raise InputError(
            f"there are no auctions of {period_of(a)}.",
            value=period_of(a),
            valid=f"a period from {auctions()[0].date} to {auctions()[-1].date}",
        )
    taken: Mapping[str, Callable[..., Any]] = {
        "lowest": np.min,
        "median": np.median,
        "highest": np.max,
    }
    return Reading(float(taken[take](covers)), grade="derived", unit="bids per amount offered")


def _fact(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    found = fact(name.removeprefix("facts-"), str(a["key"]))
    date = a.get("take") == "date"
    return Reading(
        found.date if date else found.value,
        source=f"{name}: {found.source}",
        grade=found.grade,
        unit="" if date else _unit(found.unit),
        period=found.date,
    )


def _unit(unit: str) -> str:
    named = {"percent": "%", "USD bn": "bn USD", "USD tn": "tn USD", "JPY tn": "tn JPY"}
    return named.get(unit, unit)


def _interventions(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    start, end = span_of(a)
    chosen = [
        r
        for r in interventions()
        if start <= r.date <= end
        and r.usd_bn is not None
        and a.get("direction", r.direction) == r.direction
    ]
    amounts = [float(r.usd_bn or 0.0) for r in chosen]
    judged = any(r.grade == "judgement" for r in chosen)
    value, unit = {
        "sum": (sum(amounts), "bn USD"),
        "largest": (max(amounts, default=0.0), "bn USD"),
        "days": (len(chosen), "days"),
        "years": (len({r.date[:4] for r in chosen}), "years"),
    }[a.get("take", "sum")]
    return Reading(float(value), grade="judgement" if judged else "published", unit=unit)


def _world(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    """One number of an economy; goods where the world has goods sectors and `sector` is not named.

    balance and mean_addition may name a `partner`; export_share needs one. mean_addition: points
    by which a `schedule` of the world raises the tariffs on the partner's goods, weighted by trade.
    imported_share: imports over all use of a sector's output.
    """
    world = load_world(name)
    here = world.index(str(a["economy"]))
    there = world.index(str(a["partner"])) if "partner" in a else None
    take = a.get("take", "balance")
    sectors = _sectors(world, a)
    out = world.trade[sectors, here, :].sum(axis=0)
    into = world.trade[sectors, :, here].sum(axis=0)
    at_home = float(out[here])
    exports, imports = float(out.sum()) - at_home, float(into.sum()) - at_home
    shown: dict[str, Any] = {
        "source": f"{name}: {world.provenance.get('source', world.title)}",
        "period": str(world.year),
        "grade": "derived",
    }
    if take in ("exports_over_gdp", "imports_over_gdp"):
        flow = exports if take == "exports_over_gdp" else imports
        return Reading(100 * flow / float(world.gdp[here]), unit="% of GDP", **shown)
    if take == "imported_share":
        return Reading(100 * imports / float(into.sum()), unit="%", **shown)
    if take in ("imports", "exports"):
        total, by_partner = (imports, into) if take == "imports" else (exports, out)
        flow = total if there is None else float(by_partner[there])
        return Reading(flow / BILLION, unit="bn USD", **shown)
    if take == "balance":
        net = exports - imports if there is None else float(out[there] - into[there])
        return Reading(net / BILLION, unit="bn USD", **shown)
    if there is None:
        raise InputError(f"{take} needs a partner.", field="partner", valid="an economy")
    if take == "export_share":
        return Reading(100 * float(out[there]) / exports, unit="% of exports", **shown)
    wanted = str(a.get("schedule"))
    one_of(wanted, world.schedules, f"{name} has no schedule {wanted!r}.", field="schedule")
    added = (world.schedules[wanted] - world.tariff)[sectors, there, here]
    mean = np.average(added, weights=world.trade[sectors, there, here])
    return Reading(100 * float(mean), unit="points", **shown)


def _sectors(world: World, a: Arguments) -> list[int]:
    if "sector" not in a:
        return list(world.goods)
    wanted = str(a["sector"])
    known = {name.casefold(): name for name in world.sectors}
    name = known.get(wanted.casefold(), wanted)
    one_of(name, world.sectors, f"{world.name} has no sector {wanted!r}.", field="sector")
    return [world.sectors.index(name)]


def _parameter(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    found = parameters[str(a["name"])]
    ranged = "range" in a and asked_flag(a, "range")
    return Reading(
        found.value,
        low=found.low if ranged else None,
        high=found.high if ranged else None,
        unit="" if found.unit == "1" else _unit(found.unit),
        source=f"parameter {found.name}: {found.source}",
        grade=found.grade,
        drivers=(found.name,),
    )


_SERIES_KEYS = (*PERIOD_KEYS, "take", "level", "days", "low", "high")
_SERIES_READER = Reader(_series, ("series", *_SERIES_KEYS), (), SERIES_TAKES)
_FACT_READER = Reader(_fact, ("key", "take"), ("key",), ("value", "date"))

DATASETS: Mapping[str, Reader] = {
    "tic-holdings": Reader(
        _holdings, ("holder", *PERIOD_KEYS, "take"), ("holder",), ("value", "change", "rank")
    ),
    **dict.fromkeys(dict.fromkeys(DATASET_OF.values()), _SERIES_READER),
    AUCTIONS: Reader(
        _auctions, (*PERIOD_KEYS, "types", "take"), (), ("lowest", "median", "highest", "count")
    ),
    **{
        f"facts-{table}": _FACT_READER
        for table in ("holdings-and-debt", "fx", "dollar-system", "price-impact")
    },
    INTERVENTIONS: Reader(
        _interventions,
        (*PERIOD_KEYS, "direction", "take"),
        (),
        ("sum", "largest", "days", "years"),
    ),
    RESERVES: Reader(_reserves, ("currency", "basis", *_SERIES_KEYS), (), SERIES_TAKES),
    "parameters": Reader(_parameter, ("name", "range"), ("name",)),
    **TALKS_READERS,
    **dict.fromkeys(
        WORLDS,
        Reader(
            _world, ("economy", "partner", "sector", "schedule", "take"), ("economy",), WORLD_TAKES
        ),
    ),
}
"""Dataset -> how a check reads it."""


def read_fact(name: str, arguments: Arguments, parameters: ParameterSet) -> Reading:
    """One figure of a dataset; its source is that of the dataset, and its period what was asked,
    where the reader says nothing. InputError where the selection fits nothing there is."""
    found = DATASETS[name].read(name, arguments, parameters)
    return replace(
        found,
        source=found.source or f"{name}: {provenance(name)['source']}",
        period=found.period or period_of(arguments),
    )
