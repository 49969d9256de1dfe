"""What tariffs add to US consumer prices: import content of consumption times rate, passed on.

    before substitution   F = sum_k content[k] increase[k]
    long run              F x pass-through at the border
    first year            sum_k content[k] paid[k] x pass-through at the till

content[k] is what consumption holds of imported goods of commodity k, directly and through inputs,
as a share of it; increase[k] the import-weighted increase by law; paid[k] its mean over the
year as it is paid. Two conventions stand beside the centre: content at producers' prices, and
domestic firms that follow (x 1.326). docs/trade.md, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from triffin.trade.customs.as_paid import Rules, coverage, mean_rates
from triffin.world.base.arrays import Array
from triffin.world.data.shipped import provenance
from triffin.world.data.shipped_rows import rows
from triffin.world.data.us_law.law import LAST, law_on
from triffin.world.data.us_law.on_world import codes_of
from triffin.world.data.us_law.records import cells
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

CONTENT = "us-import-content"
WEEK = 7

Rates = Mapping[str, tuple[float, float]]
"""ICIO code -> (imports in any unit, per cent)."""


@dataclass(frozen=True)
class ImportContent:
    """A commodity of the BEA tables: the ICIO codes it holds, and imports in per cent of
    consumption, directly and through inputs (at buyers' and at producers' prices)."""

    bea: str
    commodity: str
    icio: str
    direct_pct: float
    through_inputs_pct: float
    through_inputs_producers_pct: float


@dataclass(frozen=True)
class PriceRange:
    """Per cent of consumer prices: the centre, its 90 % interval widened to the conventions, and
    what each convention says; the same per household in USD a year."""

    median: float
    low: float
    high: float
    conventions: dict[str, float]
    per_household_usd: float


@dataclass(frozen=True)
class ConsumerPrices:
    """first_year is None where nothing is known of what is collected. before_substitution: per
    cent at full pass-through. content_pct: imports in consumption. household_usd: consumption a
    household and year, the base of `per_household_usd`."""

    before_substitution: float
    long_run: PriceRange
    first_year: PriceRange | None
    content_pct: float
    household_usd: float


@cache
def import_content() -> tuple[ImportContent, ...]:
    """The shipped table. Raises InputError where it is damaged."""
    return rows(CONTENT, ImportContent)


def household_consumption(parameters: ParameterSet) -> float:
    """USD a household and year: personal consumption of the tables over households."""
    total = 1e9 * float(provenance(CONTENT)["consumption_usd_bn"])
    return total / (1e6 * parameters.value("us_households"))


def consumer_prices(rates: Rates, paid: Rates | None, parameters: ParameterSet) -> ConsumerPrices:
    """Effect on consumer prices of `rates`, and in the first year of `paid`, which may be None.

    Codes that `rates` lacks count as untaxed.
    """
    household = household_consumption(parameters)

    def ranged(at: Rates, pass_through: str) -> PriceRange:
        entry = parameters[pass_through]
        full = full_effect(at)
        median = full * entry.value
        follow = parameters.value("domestic_prices_following")
        conventions = {
            "domestic firms follow": median * follow,
            "content at producers' prices": full_effect(at, producers=True) * entry.value,
        }
        ends = full * entry.quantile(np.array([0.05, 0.95]))
        low, high = (float(pick([*ends, *conventions.values()])) for pick in (min, max))
        return PriceRange(median, low, high, conventions, median / 100 * household)

    return ConsumerPrices(
        before_substitution=full_effect(rates),
        long_run=ranged(rates, "pass_through_at_border"),
        first_year=None if paid is None else ranged(paid, "pass_through_first_year"),
        content_pct=sum(row.direct_pct + row.through_inputs_pct for row in import_content()),
        household_usd=household,
    )


def full_effect(rates: Rates, *, producers: bool = False) -> float:
    """Per cent of consumer prices at full pass-through: content times import-weighted rate."""
    total = 0.0
    for row in import_content():
        held = [rates[code] for code in row.icio.split("+") if code in rates]
        weight = sum(imports for imports, _ in held)
        inputs = row.through_inputs_producers_pct if producers else row.through_inputs_pct
        if weight > 0:
            mean = sum(imports * rate for imports, rate in held) / weight
            total += (row.direct_pct + inputs) / 100 * mean
    return total


def of_law(day: date, parameters: ParameterSet, information: date = LAST) -> ConsumerPrices:
    """Consumer prices under the law of a day, held from then on; payment as known on `information`.

    >>> from triffin.world.registry.parameter_set import in_place
    >>> 1.2 < of_law(date(2025, 9, 4), in_place()).long_run.median < 1.5
    True
    """
    table = law_on(day)
    return consumer_prices(
        rates_by_code(table.sector, table.imports, table.effective),
        paid_in_first_year(day, parameters, information),
        parameters,
    )


def paid_in_first_year(day: date, parameters: ParameterSet, information: date = LAST) -> Rates:
    """Increase as paid by sector over the year from `day`, the law of that day held."""
    rules = Rules.known_on(information, parameters)
    shipped = cells()
    codes, group = np.unique(shipped.sector, return_inverse=True)
    days = [day + timedelta(n) for n in range(0, 365, WEEK)]
    _, paid = mean_rates(days, rules, held=day, groups=group)
    share = coverage(information, rules).cash
    imports = np.bincount(group, shipped.imports)
    return {
        str(c): (float(w), share * float(r)) for c, w, r in zip(codes, imports, paid, strict=True)
    }


def rates_on_world(world: World, tariffs: Array, before: Array) -> dict[str, tuple[float, float]]:
    """What (S, N, N) tariffs add to those `before` in the United States, by ICIO code, weighted by
    the world's imports; empty where they add nothing or a sector is not known by its codes."""
    if world.n_sectors == 1 or "USA" not in world.economies:
        return {}
    home = world.index("USA")
    found = {}
    for k in world.goods:
        codes = codes_of(world.sectors[k])
        if codes is None:
            return {}
        imports = np.delete(world.trade[k][:, home], home)
        added = np.delete(tariffs[k][:, home] - before[k][:, home], home)
        if codes and imports.sum() > 0:
            rate = 100 * float(np.average(added, weights=imports))
            found.update(dict.fromkeys(codes, (float(imports.sum()), rate)))
    return found if any(rate for _, rate in found.values()) else {}


def rates_by_code(sector: Array, imports: Array, effective: Array) -> Rates:
    codes, group = np.unique(sector, return_inverse=True)
    weight = np.bincount(group, imports)
    mean = np.bincount(group, imports * effective) / weight
    return {str(c): (float(w), float(r)) for c, w, r in zip(codes, weight, mean, strict=True)}
