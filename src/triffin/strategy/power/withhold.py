"""Trade withheld on a world with sectors: who withholds what from whom, and what it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from triffin.strategy.power.time import stock_path
from triffin.strategy.power.withdrawal import (
    RENTS,
    export_control,
    in_pct,
    network_prices,
    safe_share,
)
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import Withheld
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solve import many_baseline, solve_sectors
from triffin.trade.models import model_for
from triffin.trade.shared.entry import members_of, sector_of
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, known, number, one_or_many
from triffin.world.base.errors import InputError
from triffin.world.loading import load_world
from triffin.world.model import World

WAYS = ("exports", "imports", "both")
"""exports: the coercers stop selling; imports: they stop buying; both."""


@dataclass(frozen=True)
class Withholding:
    """Who withholds trade from whom: economies and sectors by position.

    reduction : share of each flow taken away at unchanged prices elsewhere, 1 is a ban. rents : who
    earns what is scarce (`RENTS`); nobody does with a ban.
    """

    by: tuple[int, ...]
    on: tuple[int, ...]
    sectors: tuple[int, ...]
    ways: Literal["exports", "imports", "both"] = "exports"
    reduction: float = 1.0
    rents: Literal["exporter", "importer", "burned"] = "burned"

    def cells(self, shape: tuple[int, ...]) -> Array:
        """(S, N exporter, N importer) the flows that it takes from."""
        chosen = np.zeros(shape, dtype=bool)
        if self.ways != "imports":
            chosen[np.ix_(self.sectors, self.by, self.on)] = True
        if self.ways != "exports":
            chosen[np.ix_(self.sectors, self.on, self.by)] = True
        return chosen


def withholding(
    world: World,
    by: str | Sequence[str],
    on: str | Sequence[str],
    sectors: Sequence[str] | None = None,
    *,
    ways: str = "exports",
    reduction: float = 1.0,
    rents: str = "burned",
) -> Withholding:
    """A withholding by names: economies, groups or lists of them; all sectors if none is named.

    Raises InputError for unknown names with the nearest match, a coercer among its own targets,
    nobody on a side, a reduction outside (0, 1], and a ban of which somebody should earn rents.
    """
    sides = [_positions(world, who, name) for who, name in ((by, "by"), (on, "on"))]
    both = sorted(set(sides[0]) & set(sides[1]))
    if both:
        raise InputError(
            f"{world.names[both[0]]} would withhold trade from itself.",
            field="on",
            value=world.economies[both[0]],
            valid="economies that are not among those who withhold",
        )
    if world.n_sectors == 1:
        raise InputError(
            f"{world.name} has one sector, so that it cannot say which goods are withheld.",
            field="world",
            valid="a world with sectors, such as world-2022",
        )
    if isinstance(sectors, str):
        sectors = [sectors]
    if sectors is not None and (not isinstance(sectors, Iterable) or not list(sectors)):
        raise InputError("no sector is named.", field="sectors", valid=world.sectors)
    for label in sectors or ():
        if not isinstance(label, str):
            raise InputError("a sector has a name.", field="sectors", value=label)
    chosen = range(world.n_sectors) if sectors is None else [sector_of(world, s) for s in sectors]
    known(ways, WAYS, "ways")
    known(rents, RENTS, "rents")
    cut = number(reduction, "reduction", above=0, high=1)
    if cut == 1 and rents != "burned":
        raise InputError(
            "a ban leaves nothing on which anybody could earn a rent.",
            field="rents",
            value=rents,
            valid="a reduction below 1, or rents burned",
        )
    return Withholding(sides[0], sides[1], tuple(dict.fromkeys(chosen)), ways, cut, rents)  # type: ignore[arg-type]


def _positions(world: World, who: Any, name: str) -> tuple[int, ...]:
    listed = [who] if isinstance(who, str) else who
    if not isinstance(listed, Sequence) or not all(isinstance(one, str) for one in listed):
        raise InputError("got no names.", field=name, value=who, valid="economies or groups")
    found = {k: None for one in listed for k in members_of(world, one)[1]}
    if not found:
        raise InputError("nobody is named.", field=name, valid="economies or groups")
    return tuple(found)


def combined(shape: tuple[int, ...], rows: Sequence[Withholding]) -> Withheld:
    """All withholdings as what is left of each flow.

    Rows that take as much from the same flow, with the same rents, count once; raises InputError
    where they contradict each other.
    """
    left, taken = np.ones(shape), np.zeros(shape, dtype=bool)
    rents = {who: np.zeros(shape, dtype=bool) for who in RENTS}
    for place, row in enumerate(rows):
        cells = row.cells(shape)
        again = cells & taken
        if (left[again] != 1 - row.reduction).any() or (again & ~rents[row.rents]).any():
            raise InputError(
                "two entries say different things about the same trade.",
                field=f"withhold[{place}]",
                valid="one reduction and one receiver of rents for each flow",
            )
        left[cells], taken = 1 - row.reduction, taken | cells
        rents[row.rents] |= cells
    return Withheld(left, rents["exporter"], rents["importer"])


def withheld_equilibrium(
    base: SectorBaseline,
    rows: Sequence[Withholding],
    *,
    deficits: str = "balanced",
    guess: Array | None = None,
    tariffs: Array | None = None,
) -> SectorEquilibrium:
    """General equilibrium of a settled baseline in which trade is withheld (I.1, I.2).

    tariffs : (S, N, N) rates, the baseline's if left out. guess : `x` of a nearby equilibrium.
    Raises what `solve_sectors` and `combined` raise.
    """
    return solve_sectors(
        base,
        base.tariff if tariffs is None else tariffs,
        deficits=deficits,
        iceberg=combined(base.share.shape, rows),
        guess=guess,
    )


@canonical
def withhold(
    world: str,
    by: Sequence[str],
    on: Sequence[str],
    sectors: Sequence[str],
    ways: str = "exports",
    reduction: float = 1.0,
    rents: str = "burned",
    trade_model: str = "caliendo-parro-2015",
    deficits: str = "balanced",
    trade_elasticity: float | Sequence[float] | None = None,
) -> dict[str, Any]:
    """Real income of everybody when `by` withhold trade in some sectors from `on`.

    `world` name or folder of a world with sectors; `by`, `on` economies or groups; `ways` exports
    (they stop selling), imports (they stop buying) or both; `reduction` in (0, 1], 1 a ban; `rents`
    exporter (licences), importer (rationing at home) or burned; `trade_elasticity` one number or
    one a sector in place of the world's. Outputs: welfare_pct {economy: per cent of real household
    income}, rent_musd million USD a year at the world's wages.
    Raises InputError for what has no meaning, NoEquilibrium and NotConverged as `solve_sectors`.
    Source: Caliendo and Parro (2015) with exact prohibitions and rents. Grade derived.
    """
    if not isinstance(world, str):
        raise InputError("got no world.", field="world", value=world, valid="a name or a folder")
    loaded = load_world(world)
    row = withholding(loaded, by, on, sectors, ways=ways, reduction=reduction, rents=rents)
    given: dict[str, Any] = {}
    if trade_elasticity is not None:
        given["trade_elasticity"] = one_or_many(trade_elasticity, "trade_elasticity", above=0)
    model = model_for(loaded, trade_model)
    base = many_baseline(loaded, model, deficits=deficits, parameters=given)
    found = withheld_equilibrium(base, [row], deficits=deficits)
    return {
        "welfare_pct": dict(zip(loaded.economies, map(float, found.welfare), strict=True)),
        "rent_musd": float(found.rents.sum()) / 1e6,
    }


@dataclass(frozen=True, eq=False)
class Dependence:
    """What a target buys from the coercers, by sector (S,).

    weight : share of the sector in final spending. share : of the coercers in its purchases, own
    sales included. theta : trade elasticity.
    """

    weight: Array
    share: Array
    theta: Array

    @property
    def total(self) -> tuple[float, float, float]:
        """Weight, share and elasticity of all sectors as one: its loss is that of the sectors."""
        weight = float(self.weight.sum())
        share = float(self.weight @ self.share) / weight if weight > 0 else 0.0
        loss = float(self.weight / self.theta @ -np.log1p(-self.share))
        theta = weight * -float(np.log1p(-share)) / loss if loss > 0 else float(self.theta.mean())
        return weight, share, theta


def dependence(
    base: SectorBaseline, by: Sequence[int], on: int, sectors: Sequence[int]
) -> Dependence:
    """Dependence of the economy `on` on the economies `by` in some sectors (positions)."""
    held, chosen = list(by), list(sectors)
    share = base.share[:, held, on].sum(axis=1)[chosen]
    return Dependence(base.final_share[chosen, on], share, base.theta[chosen])


def closed_form(
    base: SectorBaseline,
    by: Sequence[int],
    on: int,
    sectors: Sequence[int],
    *,
    reduction: float = 1.0,
    theta: Array | None = None,
) -> float:
    """Loss (per cent) of the economy `on` with wages and foreign costs given (I.4).

    `theta` (S,) in place of the baseline's. Raises NotConverged where prices have no bound.
    """
    withdrawn = np.zeros(len(base.theta))
    withdrawn[list(sectors)] = base.share[list(sectors)][:, list(by), on].sum(axis=1) * reduction
    home, elasticity = base.share[:, on, on], base.theta if theta is None else theta
    log_prices, _ = network_prices(withdrawn, home, base.inputs[on].T, elasticity)
    return in_pct(float(base.final_share[:, on] @ log_prices))


def defence(
    of: Dependence, *, bearable_pct: float, reduction: float, stock_months: float, months: float
) -> dict[str, Any]:
    """What the target would have to do: closed forms on its sectors as one (I.9 to I.11).

    Outputs: share now, share_that_halves the loss, safe_share at which it is `bearable_pct`,
    months of stock that cover `months`, the loss on average over them with `stock_months` as a
    fraction of the loss, and the reduction at which licences earn the sender most.
    """
    weight, share, theta = of.total
    found = safe_share(weight, theta, bearable_pct, share) if weight > 0 else {}
    control = export_control(weight, share, theta, reduction, "exporter")
    return {
        "share": share,
        "share_that_halves": found.get("share_that_halves"),
        "safe_share": found.get("safe_share"),
        "stock_months_that_cover": months * reduction,
        "part_of_loss_with_stock": stock_path(stock_months, 1 - reduction, months, 1.0)[
            "mean_loss_pct"
        ],
        "best_reduction": control["best_reduction"],
    }
