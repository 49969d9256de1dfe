"""Solve one counterfactual: the public face of the one-sector kernel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.models import (
    DEFICIT_CLOSURES,
    REVENUE_CLOSURES,
    choose,
    model_for,
)
from triffin.trade.one.counterfactual import baseline_of, counterfactual
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.shared.entry import Tariffs, as_schedule
from triffin.trade.shared.solution import against
from triffin.world.base.arrays import Array
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

if TYPE_CHECKING:
    from triffin.trade.many.results import SectorEquilibrium


def solve(
    world: World | str,
    tariffs: Tariffs = None,
    *,
    model: str | None = None,
    revenue: str | None = None,
    deficits: str = "world-share",
    retaliation: str | float | None = "none",
    iceberg: Array | None = None,
    baseline: Tariffs = None,
    **parameters: Any,
) -> Equilibrium | SectorEquilibrium:
    """General equilibrium of `world` under `tariffs`.

    Parameters
    ----------
    world : a World, or the name or path of one.
    tariffs : TariffSchedule, ([S sector,] N exporter, N importer) fractions, or a mapping
        {"USA": {"*": 0.10, "CHN": 0.54}} of importer -> exporter -> rate, or the name or file of
        a schedule.
    model : a name of `triffin models`; None is ignatenko-2025 in one-sector worlds and
        caliendo-parro-2015 in many-sector worlds.
    revenue : "tax-relief" (income-tax relief) or "lump-sum"; None is the model's default.
    deficits : "world-share" (transfers grow with world income), "fixed" (constant in units of the
        numeraire, the world price index) or "balanced" (the base is first re-solved without
        transfers; changes are relative to that purged base).
    retaliation : "none", "reciprocal", "optimal" (numerical best responses of everyone hit),
        "optimal-formula" (the paper's closed form), or a rate (0.2 is 20 %).
    iceberg : (N, N) ratios of iceberg trade costs, counterfactual over baseline.
    baseline : tariffs in any of these forms from which changes are measured; None is the tariffs
        of the world (none in worlds with one sector).
    parameters : trade_elasticity, labor_supply_elasticity, scale_elasticity, pass_through_base,
        value_added_share; with many sectors the first three, elasticities by sector if wanted.
        `registry`, a ParameterSet, is where those left out come from; without it, what ships, with
        the user's own priors where some are in place.

    Raises
    ------
    InputError : unknown names, values outside their domain, wrong shapes.
    NoEquilibrium : no equilibrium, with the economy and the economic reason.
    NotConverged : the solvers found none and none of them names a reason.

    Source: Ignatenko, Macedoni, Lashkaripour and Simonovska (2025); Caliendo and Parro (2015).

    >>> after = solve("world-2023", {"USA": {"*": "10%", "CHN": "54%"}})
    >>> round(after.of("USA")["welfare"], 2)
    1.0
    >>> answered = solve("world-2023", {"USA": {"*": "10%"}}, retaliation="reciprocal")
    >>> answered.of("USA")["welfare"] < 0.5
    True
    """
    registry: ParameterSet | None = parameters.pop("registry", None)
    if isinstance(world, str):
        world = load_world(world)
    chosen = model_for(world, model)
    closure = chosen.revenue if revenue is None else revenue
    choose("revenue", closure, REVENUE_CLOSURES)
    choose("deficits", deficits, DEFICIT_CLOSURES)
    best = retaliation == "optimal"
    options: dict[str, Any] = {
        "revenue": closure,
        "deficits": deficits,
        "retaliation": "none" if retaliation is None or best else retaliation,
        "iceberg": iceberg,
    }
    schedule = as_schedule(world, tariffs)
    tried: TariffSchedule | Array = schedule
    if best:
        from triffin.trade.games.players import best_responses
    found: Equilibrium | SectorEquilibrium
    before: Equilibrium | None = None
    if chosen.sectors == "many":
        # The other kernel is loaded only where it is asked for.
        from triffin.trade.many.solve import many_baseline, solve_sectors, under

        sectors = many_baseline(world, chosen, deficits=deficits, parameters=parameters)
        if baseline is not None:
            sectors = under(sectors, baseline)
        if best:
            tried = best_responses(sectors, schedule.rates, revenue=closure, deficits=deficits)
        found = solve_sectors(sectors, tried, **options)
    else:
        base = baseline_of(world, chosen.name, deficits=deficits, registry=registry, **parameters)
        if best:
            tried = best_responses(base, schedule.rates[0], revenue=closure, deficits=deficits)
        found = counterfactual(base, tried, **options)
        if baseline is not None:
            options |= {"retaliation": "none", "iceberg": None}
            before = counterfactual(base, as_schedule(world, baseline), **options)
    notes = found.notes
    if best:
        found = replace(found, schedule=schedule, retaliation="optimal")
        notes = (*schedule.notes, *notes)
    if world.provenance.get("left_out"):  # rows of the user's tables that are no economies
        notes = (str(world.provenance["left_out"]), *notes)
    found = replace(found, notes=notes)
    return found if before is None else cast(Equilibrium, against(found, before))
