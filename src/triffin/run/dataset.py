"""The labelled data of a run, from what was solved and what happened in its draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.run.clock.section import Stage
from triffin.run.plan.prepare import Prepared
from triffin.run.trade.solving import baseline_flows, flows_of, spending_of
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array

if TYPE_CHECKING:
    import xarray as xr

    from triffin.run.trade.solving import AnyEquilibrium


AFTER = "after the talks"


def phase_labels(prepared: Prepared) -> list[str]:
    """One label per phase: its dates; and one more for the tariffs after the talks."""
    labels = [f"{phase.start} to {phase.end}" for phase in prepared.phases]
    return [*labels, AFTER] if prepared.talks else labels


def dataset(
    prepared: Prepared,
    solved: list[list[AnyEquilibrium | None]],
    sample: Draws,
    welfare: Array,
    rate_welfare: Array,
    values: dict[str, Array],
    stages: list[Stage],
) -> xr.Dataset:
    """solved : equilibria at central parameters by phase (of `phase_labels`) and closure."""
    import xarray as xr

    world = prepared.world
    labels = phase_labels(prepared)
    empty = np.full(world.n_economies, np.nan)
    arrays: dict[str, Any] = {}
    for name in Equilibrium.VARIABLES:
        rows = [[empty if e is None else getattr(e, name) for e in row] for row in solved]
        arrays[name] = (("phase", "closure", "economy"), np.array(rows))
    arrays["welfare_draws"] = (("draw", "economy"), welfare)
    for name, drawn in values.items():
        arrays[name] = ("draw", drawn)
    arrays["closure_of_draw"] = ("draw", [prepared.chosen[k].id for k in sample.closure])
    if len(prepared.cases) > 1:
        arrays["rate_welfare"] = (("draw", "rate", "party"), rate_welfare)
    home = prepared.home
    shown = [next((e for e in row if e is not None), None) for row in solved]
    paid, faced = (
        np.array([_mean_rates(e, home, side, empty) for e in shown]) for side in ("paid", "faced")
    )
    arrays["tariff_paid"] = (("phase", "economy"), paid)
    arrays["tariff_faced_by_hegemon"] = (("phase", "economy"), faced)
    central = prepared.baselines[prepared.chosen[0].model]
    roles, blocks = _blocks(prepared)
    arrays["trade_before"] = (("exporter", "importer"), _among(baseline_flows(central), blocks))
    after = [
        np.full((len(roles), len(roles)), np.nan)
        if row[0] is None
        else _among(flows_of(row[0].trade_flows), blocks)
        for row in solved
    ]
    arrays["trade_after"] = (("phase", "exporter", "importer"), np.array(after))
    arrays["spending"] = ("economy", spending_of(central) / 1e9)
    arrays["gdp"] = ("economy", world.gdp / 1e9)
    coords: dict[str, Any] = {
        "phase": labels,
        "closure": [closure.id for closure in prepared.chosen],
        "economy": list(world.economies),
        "economy_name": ("economy", list(world.names)),
        "rate": [case.label for case in prepared.cases],
        "party": ["focus", "hegemon"],
        "exporter": roles,
        "importer": roles,
    }
    if stages:
        coords["day"] = prepared.clock.days.astype("datetime64[ns]")
        coords["week"] = prepared.clock.week_ends.astype("datetime64[ns]")
    for section in prepared.working:
        found, places = section.variables(prepared, stages)
        arrays |= found
        coords |= places
    return xr.Dataset(arrays, coords=coords)


def _mean_rates(found: AnyEquilibrium | None, home: int, side: str, empty: Array) -> Array:
    """Rates in per cent that everybody pays to the hegemon, or the hegemon to everybody; with many
    sectors the plain mean over sectors."""
    if found is None:
        return empty
    rates = found.tariffs if found.tariffs.ndim == 2 else found.tariffs.mean(axis=0)
    return np.asarray(100 * (rates[:, home] if side == "paid" else rates[home]))


def _blocks(prepared: Prepared) -> tuple[list[str], Array]:
    """Labels of hegemon, rival, focus and the rest, and their (blocks, N) membership."""
    plan, world = prepared.plan, prepared.world
    named = [plan.hegemon, *([plan.rival] if plan.rival else []), plan.focus]
    named = list(dict.fromkeys(named))
    members = np.zeros((len(named) + 1, world.n_economies))
    for row, economy in enumerate(named):
        members[row, world.index(economy)] = 1
    members[-1] = 1 - members[:-1].sum(axis=0)
    return [*named, "rest of world"], members


def _among(flows: Array, blocks: Array) -> Array:
    """International trade between blocks, bn USD; home sales are left out."""
    abroad = flows.copy()
    np.fill_diagonal(abroad, 0.0)
    return np.asarray(blocks @ abroad @ blocks.T / 1e9)
