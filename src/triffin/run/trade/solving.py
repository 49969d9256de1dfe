"""One way to calibrate and solve for runs, whichever of the two kernels a world needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.scenario.sections import Instrument
from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.closures import Closure
from triffin.trade.models import find_model
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import baseline_of, counterfactual
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

if TYPE_CHECKING:
    from triffin.trade.many.calibration import SectorBaseline
    from triffin.trade.many.results import SectorEquilibrium

    AnyBaseline = Baseline | SectorBaseline
    AnyEquilibrium = Equilibrium | SectorEquilibrium


LEFT_OF_A_BAN = 0.01
"""Share of the trade that a ban leaves: an infinite cost has no equilibrium price (judgement)."""


def calibrated(
    world: World, model: str, parameters: Mapping[str, float], registry: ParameterSet
) -> AnyBaseline:
    """The calibrated baseline of a model; with many sectors, elasticities of trade are scaled by
    the ratio of `trade_elasticity` to its value in the registry, all sectors alike."""
    options: dict[str, Any] = dict(parameters)
    if world.n_sectors == 1:
        return baseline_of(world, model, registry=registry, **options)
    from triffin.trade.many.solve import many_baseline

    options.pop("scale_elasticity", None)
    if "trade_elasticity" in options:
        data = world.sector_data
        assert data is not None
        ratio = options["trade_elasticity"] / registry.value("trade_elasticity")
        options["trade_elasticity"] = np.asarray(data.elasticity) * ratio
    return many_baseline(world, find_model(model), deficits="world-share", parameters=options)


def solved(
    base: AnyBaseline,
    tariffs: TariffSchedule | Array,
    closure: Closure,
    iceberg: Array | None = None,
) -> AnyEquilibrium:
    """The equilibrium of one closure; NoEquilibrium and NotConverged as the kernels raise them."""
    if isinstance(base, Baseline):
        return counterfactual(
            base,
            tariffs,
            revenue=closure.revenue,
            retaliation=closure.retaliation,
            iceberg=iceberg,
        )
    from triffin.trade.many.solve import solve_sectors

    return solve_sectors(
        base, tariffs, revenue=closure.revenue, retaliation=closure.retaliation, iceberg=iceberg
    )


def spending_of(base: AnyBaseline) -> Array:
    """(N,) baseline spending in USD: the weights of the world's welfare."""
    return base.E if isinstance(base, Baseline) else base.income


def baseline_deficit(base: AnyBaseline) -> Array:
    """(N,) imports less exports before the tariffs, USD."""
    flows = baseline_flows(base)
    return np.asarray(flows.sum(axis=0) - flows.sum(axis=1))


def flows_of(flows: Array) -> Array:
    """(N, N) trade of all goods."""
    return flows if flows.ndim == 2 else np.asarray(flows.sum(axis=0))


def baseline_flows(base: AnyBaseline) -> Array:
    """(N, N) baseline trade of all goods, home sales included."""
    return flows_of(base.X if isinstance(base, Baseline) else base.flows)


def icebergs(world: World, instruments: list[Instrument], base: AnyBaseline) -> Array | None:
    """(S, N, N) ratios of iceberg costs that take away the share of trade that each instrument
    says, at unchanged prices elsewhere: (1 − reduction)^(−1/θ); None without instruments.

    Raises InputError for a world of one sector, whose goods cannot be told apart.
    """
    if not instruments:
        return None
    if world.n_sectors == 1 or isinstance(base, Baseline):
        raise InputError(
            f"instruments restrict goods of a sector, and {world.name} has one.",
            field="instruments",
            valid="a many-sector world: wiod-2011, wiod-2008, uschina-2017, nafta-1993",
        )
    cost = np.ones((world.n_sectors, world.n_economies, world.n_economies))
    for one in instruments:
        left = LEFT_OF_A_BAN if one.type == "ban" else 1.0 - (one.reduction or 0.0)
        k = world.sectors.index(one.sector)
        cell = (k, world.index(one.exporter), world.index(one.importer))
        cost[cell] *= left ** (-1.0 / base.theta[k])
    return cost
