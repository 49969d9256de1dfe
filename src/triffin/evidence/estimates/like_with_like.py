"""Our figures for what institutions publish, each of the same quantity under the law of the same
day.

GDP with GDP (long run, volume), consumer prices with consumer prices (in full, before
substitution), rate with rate, revenue of a year with a tenth of ten years. The centre is the world
of 2022 with inputs, trade balanced, revenue returned as a lump sum, Canada and China answering as
enacted; the interval is 90 % over trade elasticities, widened to the medians under the other
conventions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np

from triffin.scenario.tariffs import baseline_schedule, named_layer, overlay
from triffin.trade import solve
from triffin.trade.customs.as_paid import EARLIEST, first_year
from triffin.trade.customs.prices import consumer_prices, rates_by_code
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.shared.entry import members_of
from triffin.world.base.arrays import Array
from triffin.world.data.partners import shipped_partners
from triffin.world.data.published_estimates import WORLD, PublishedEstimate, published_estimates
from triffin.world.data.shipped import provenance
from triffin.world.data.us_law.law import law_on
from triffin.world.data.us_law.on_world import law_on_world
from triffin.world.data.us_law.records import Rule, cells, rules
from triffin.world.loading import load_world
from triffin.world.registry.parameter_set import ParameterSet

OF = "world-2022"
NODES = (0.05, 0.95)
BASE_PCT = 2.36  # duty over imports of 2024
GROWTH = 1.04  # of nominal imports a year, in ten-year budgets: judgement
PRIMARY = {"E056": 250.0 * 10, "E057": 330.0 * 10}  # without interest, over eleven years
YEARS = {"E056": 11, "E057": 11}


@dataclass(frozen=True)
class Figure:
    """Ours beside one published figure: centre and interval, the naive arithmetic, its unit."""

    published: PublishedEstimate
    value: float
    median: float
    low: float
    high: float
    arithmetic: float
    conventions: dict[str, float]
    unit: str


def figures(parameters: ParameterSet, only: frozenset[str] | None = None) -> list[Figure]:
    """Every published figure with a counterpart; `only` some of them, by id."""
    found = []
    for row in published_estimates():
        if row.like and row.law and (only is None or row.id in only):
            figure = _OURS[row.like](row, parameters)
            if figure is not None:
                found.append(figure)
    return found


def others(row: PublishedEstimate) -> float | None:
    """Median of the other usable figures of the same quantity and economy; None without any."""
    values = [
        each.value
        for each in published_estimates()
        if each.like == row.like
        and each.economy == row.economy
        and each.status in ("score", "second")
        and each.law != row.law
    ]
    return float(np.median(values)) if values else None


def law_rules(law: str) -> tuple[date, tuple[Rule, ...] | None]:
    """Day and rules of a law as a row names it: None where they are those that ship."""
    text, _, variant = law.partition(" ")
    day = date.fromisoformat(text)
    if variant == "s122":
        return day, tuple(rule for rule in rules() if rule.authority != "section 122")
    if variant != "announced":
        return day, None
    # The rates by partner of 2 April in place of 10 % where they were higher.
    general = next(r for r in rules() if r.rule == "R1" and r.start <= day)
    higher = {
        ("EU27" if p.iso3 in ("EU", "EUU") else p.iso3): 100 * p.announced
        for p in shipped_partners()
        if p.announced is not None and 100 * p.announced > general.rate_pct
    }
    kept = replace(general, exempt_partners=(*general.exempt_partners, *higher))
    added = [replace(general, partners=(p,), rate_pct=float(r)) for p, r in higher.items()]
    return day, tuple([r for r in rules() if r is not general] + [kept, *added])


@cache
def _solved(law: str, deficits: str, answered: bool, factor: float) -> SectorEquilibrium:
    world = load_world(OF)
    day, changed = law_rules(law)
    schedule = overlay(baseline_schedule(world), [named_layer(world, f"us-law@{day}")])
    rates = np.array(schedule.rates)
    home, goods = world.index("USA"), list(world.goods)
    if changed is not None:
        labels = [world.sectors[k] for k in goods]
        found = law_on_world(day, world.economies, labels, changed=changed)
        rates[goods, :, home] = world.tariff[goods, :, home] + found.effective
    if answered:
        layer = named_layer(world, f"answers@{day}")
        rates[layer.named] = layer.paid[layer.named]
    data = world.sector_data
    assert data is not None
    solved = solve(world, rates, deficits=deficits, trade_elasticity=factor * data.elasticity)
    assert isinstance(solved, SectorEquilibrium)
    return solved


def _gdp_of(found: SectorEquilibrium, economy: str) -> float:
    members = members_of(found.world, "world" if economy == WORLD else economy)[1]
    accounts = found.accounts(0.0)
    assert accounts is not None
    weights = accounts.gdp[members]
    return float(found.real_gdp[members] @ weights / weights.sum())


def _gdp(row: PublishedEstimate, parameters: ParameterSet) -> Figure:
    entry = parameters["trade_elasticity"]
    nodes = entry.quantile(np.array(NODES)) / entry.value

    def at(deficits: str = "balanced", *, answered: bool = True, factor: float = 1.0) -> float:
        return _gdp_of(_solved(row.law, deficits, answered, factor), row.economy)

    over = [at(factor=float(factor)) for factor in nodes]
    conventions = {
        "deficits grow with the world": at("world-share"),
        "no answer": at(answered=False),
    }
    return _figure(row, at(), over, _exposure(row), conventions)


def _exposure(row: PublishedEstimate) -> float:
    """Import-share arithmetic: what the increase takes of trade with the United States, over
    GDP."""
    found = _solved(row.law, "balanced", False, 1.0)
    world = found.world
    home = world.index("USA")
    accounts = found.accounts(0.0)
    assert accounts is not None
    taxed = (found.tariffs[:, :, home] - found.baseline.tariff[:, :, home]) * np.asarray(
        found.flows_before
    )[:, :, home]
    by_exporter = taxed.sum(axis=0)
    members = members_of(world, "world" if row.economy == WORLD else row.economy)[1]
    loss = by_exporter.sum() if home in members else by_exporter[members].sum()
    return float(-100 * loss / accounts.gdp[members].sum())


def _prices(row: PublishedEstimate, parameters: ParameterSet) -> Figure:
    day, changed = law_rules(row.law)
    table = law_on(day, changed=changed)
    found = consumer_prices(
        rates_by_code(table.sector, table.imports, table.effective), None, parameters
    )
    full, scale = found.before_substitution, found.before_substitution / found.long_run.median
    conventions = {name: scale * value for name, value in found.long_run.conventions.items()}
    consumption = 1e9 * float(provenance("us-import-content")["consumption_usd_bn"])
    naive = table.average * cells().imports.sum() / consumption
    return _figure(row, full, [full], naive, conventions)


def _rate(row: PublishedEstimate, parameters: ParameterSet) -> Figure:
    day, changed = law_rules(row.law)
    settled = BASE_PCT + law_on(day, changed=changed).average
    dated = BASE_PCT + law_on(day, "dated", changed).average
    return _figure(row, settled, [settled], settled, {"USMCA use of the month": dated})


def _revenue(row: PublishedEstimate, parameters: ParameterSet) -> Figure | None:
    day, changed = law_rules(row.law)
    if changed is not None:
        return None
    published = max(date.fromisoformat(f"{row.date}-28-"[:10].rstrip("-")), EARLIEST)
    found = first_year(day, parameters, published)
    value = abs(PRIMARY.get(row.id, row.value)) / YEARS.get(row.id, 10)
    level = value / float(np.mean(GROWTH ** np.arange(1, YEARS.get(row.id, 10) + 1)))
    ours = _figure(
        row, found.paid_bn, [found.low_bn, found.high_bn], found.law_bn, {}, unit="bn USD a year"
    )
    return replace(ours, value=level)


_OURS = {"gdp": _gdp, "prices": _prices, "rate": _rate, "revenue": _revenue}


def _figure(
    row: PublishedEstimate,
    median: float,
    over: list[float],
    arithmetic: float,
    conventions: dict[str, float],
    unit: str = "%",
) -> Figure:
    spread = [median, *over, *conventions.values()]
    return Figure(row, row.value, median, min(spread), max(spread), arithmetic, conventions, unit)


def interval_score(observed: Array, low: Array, high: Array, level: float = 0.9) -> float:
    """Mean interval score of `level` intervals: width plus 2/(1 - level) times what lies outside
    (Gneiting and Raftery 2007, JASA 102, equation 43)."""
    outside = np.maximum(low - observed, 0) + np.maximum(observed - high, 0)
    return float(np.mean(high - low + 2 / (1 - level) * outside))
