"""One way to calibrate and solve for runs, whichever of the two kernels a world needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.scenario.sections import Withholding
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
    from triffin.trade.many.kernel import Withheld
    from triffin.trade.many.results import SectorEquilibrium

    AnyBaseline = Baseline | SectorBaseline
    AnyEquilibrium = Equilibrium | SectorEquilibrium


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
    restriction: Restriction | None = None,
) -> AnyEquilibrium:
    """The equilibrium of one closure; NoEquilibrium and NotConverged as the kernels raise them."""
    if isinstance(base, Baseline):
        return counterfactual(
            base,
            tariffs,
            revenue=closure.revenue,
            retaliation=closure.retaliation,
        )
    from triffin.trade.many.solve import solve_sectors

    return solve_sectors(
        base if restriction is None else restriction.of(base),
        tariffs,
        revenue=closure.revenue,
        retaliation=closure.retaliation,
        iceberg=None if restriction is None else restriction.held,
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


@dataclass(frozen=True)
class Restriction:
    """What is withheld in a phase, and the share of long-run elasticities that holds then."""

    held: Withheld
    adjusted: float

    def of(self, base: SectorBaseline) -> SectorBaseline:
        """The baseline with the elasticities of the horizon."""
        if self.adjusted == 1:
            return base
        return replace(base, theta=base.theta * self.adjusted, cache={})


def check_goods(world: World, row: Withholding) -> None:
    """Refuse narrow goods whose users are no sectors of the world, or that nobody here supplies."""
    from triffin.questions.power.narrow import use_of
    from triffin.world.narrow_goods import named_good, supplied, suppliers

    for name in row.goods or ():
        good = named_good(name)
        use_of(good, world)
        if not supplied(good, row.by) > 0:
            raise InputError(
                f"{', '.join(row.by)} supply less than 1 % of the known imports of {good.label}.",
                field="withhold",
                valid=tuple(suppliers(good.good)),
            )


def restriction_of(
    world: World, rows: Sequence[Withholding], parameters: ParameterSet
) -> Restriction | None:
    """What entries of withhold: prohibit and license together; None without sectors among them.

    Raises InputError for a world of one sector, whose goods cannot be told apart, for entries that
    contradict each other, and for more than one horizon.
    """
    from triffin.strategy.power.time import elasticities_after
    from triffin.strategy.power.withhold import combined, withholding

    rows = [one for one in rows if one.sectors is not None]
    if not rows:
        return None
    asked = [
        withholding(
            world,
            one.by,
            one.from_whom,
            one.sectors,
            ways="both" if one.both_ways else "imports" if one.buys else "exports",
            reduction=one.reduction,
            rents="burned" if one.rents == "none" else one.rents,
        )
        for one in rows
    ]
    horizons = {one.horizon for one in rows}
    if len(horizons) > 1:
        raise InputError(
            "entries of withhold: have different horizons.", field="withhold", valid="one horizon"
        )
    (months,) = horizons
    one = np.ones(1)
    adjusted = 1.0 if months is None else float(elasticities_after(one, months / 12, parameters)[0])
    shape = (world.n_sectors, world.n_economies, world.n_economies)
    return Restriction(combined(shape, asked), adjusted)
