"""Many-sector worlds: parameters, the settled baseline, and one counterfactual, checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from triffin.trade.many.calibration import SectorBaseline, calibrate
from triffin.trade.many.check import equilibrium_residuals
from triffin.trade.many.kernel import Problem, State, Withheld, along, pose
from triffin.trade.many.prohibition import fall_apart
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solver import SectorAttempt, solve_ladder
from triffin.trade.many.welfare import welfare_notes
from triffin.trade.models import DEFICIT_CLOSURES, REVENUE_CLOSURES, Model, choose
from triffin.trade.one.retaliation import retaliate
from triffin.trade.shared.entry import (
    Tariffs,
    as_schedule,
    check_accounting,
    check_iceberg,
    kept,
    lost_branch,
    no_equilibrium,
    not_converged,
    sector_of,
)
from triffin.trade.shared.network import names, one_way
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NoEquilibrium, nearest_match
from triffin.world.model import World
from triffin.world.registry.parameter_set import shipped
from triffin.world.sectors import SectorData

NUMERAIRES = ("wages", "prices")
PARAMETERS = ("trade_elasticity", "labor_supply_elasticity", "scale_elasticity")
_BY_SECTOR = ("trade_elasticity", "scale_elasticity")

_BASELINES: dict[tuple[Any, ...], tuple[World, SectorBaseline]] = {}


def resolve_sector_parameters(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a many-sector model: numbers, or (S,) arrays where they vary by sector.

    An elasticity may be one number, an (S,) array, a mapping sector -> number, or single sectors
    as "trade_elasticity.SECTOR"; sectors that are not named keep the world's.
    Raises InputError for unknown names and sectors, and for what is no number.
    """
    data = world.sector_data
    assert data is not None
    out: dict[str, Any] = {}
    for key, value in given.items():
        name, _, sector = key.partition(".")
        if name not in PARAMETERS or (sector and name not in _BY_SECTOR):
            raise InputError(
                f"the many-sector model has no parameter {key!r}.",
                field="param",
                value=key,
                nearest=nearest_match(name, PARAMETERS),
                valid=(*PARAMETERS, "trade_elasticity.SECTOR"),
            )
        if sector or isinstance(value, Mapping):
            values = out.get(name, _of_world(world, name))
            for label, number in ({sector: value} if sector else value).items():
                values[sector_of(world, label)] = _number(name, number)
            out[name] = values
        elif np.ndim(value) == 0:
            out[name] = _number(name, value)
        else:
            out[name] = np.asarray(value, dtype=float)
            if name not in _BY_SECTOR or out[name].shape != (world.n_sectors,):
                raise InputError(
                    f"{name} has shape {out[name].shape}.",
                    field=name,
                    valid=f"one number, or ({world.n_sectors},) by sector",
                )
    return out


def _of_world(world: World, name: str) -> Array:
    data = world.sector_data
    assert data is not None
    if name == "trade_elasticity":
        return np.array(data.elasticity)
    return np.zeros(world.n_sectors)


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    domain = shipped()[name].domain
    if number not in domain:
        raise InputError(
            f"{name} = {value!r} is outside its domain.",
            field=name,
            value=value,
            valid=domain.words,
        )
    return number


def many_baseline(
    world: World, model: Model, *, deficits: str, parameters: Mapping[str, Any]
) -> SectorBaseline:
    """The settled (with balanced deficits, purged) baseline; kept for repeated use.

    Raises InputError where the world has no sector data.
    """
    if world.sector_data is None:
        raise InputError(
            f"{model.name} needs a world with sector data, and {world.name} has none.",
            field="model",
            value=model.name,
            valid="nafta-1993, wiod-2008, wiod-2011, uschina-2017, or an own many-sector world",
        )
    resolved = resolve_sector_parameters(world, parameters)
    frozen = tuple(
        sorted((k, v.tobytes() if isinstance(v, np.ndarray) else v) for k, v in resolved.items())
    )

    def make() -> SectorBaseline:
        assert world.sector_data is not None
        return sector_baseline(
            world, world.sector_data, model=model.name, deficits=deficits, **resolved
        )

    return kept(_BASELINES, world, (model.name, deficits == "balanced", frozen), make, most=16)


def sector_baseline(
    world: World, data: SectorData, *, deficits: str = "world-share", **options: Any
) -> SectorBaseline:
    """The calibrated baseline, settled into an equilibrium under its own tariffs.

    With deficits "balanced" it is purged: re-solved without transfers between economies, so that
    changes are relative to balanced trade (Caliendo and Parro 2015, section 5). Model and
    elasticities as in `calibrate`.

    Raises InputError, NoEquilibrium and NotConverged as `calibrate` and `solve_sectors` do.
    """
    choose("deficits", deficits, DEFICIT_CLOSURES)
    return settle(calibrate(world, data, **options), balanced=deficits == "balanced")


def settle(base: SectorBaseline, *, balanced: bool = False) -> SectorBaseline:
    """`base` re-solved under its own tariffs, so that its levels are an equilibrium.

    Figures that do not fit together are first reconciled with fixed labor and constant returns:
    final demand set to zero where it was negative says nothing about labor supply or scale.
    `balanced` then removes all transfers between economies, with the model's own elasticities.
    Shares and levels of the result are those of the solution; elasticities, final and input
    shares stay.

    Raises InputError if trade cannot be balanced because an economy only sells or only buys.
    """
    if not base.settled:
        plain = replace(base, kappa=0.0, psi=np.zeros_like(base.psi), cache={})
        base = replace(_resolve(plain, plain.transfer), kappa=base.kappa, psi=base.psi, cache={})
    if not balanced or not base.transfer.any():
        return base
    flows = base.flows
    home = np.einsum("sii->i", flows)
    stuck = one_way(flows.sum(axis=0))
    if stuck is not None:
        raise NoEquilibrium(
            "what they sell abroad never comes back to them along other flows, so trade cannot "
            "balance. Choose --deficits world-share.",
            economy=names(base.world, stuck),
        )
    for what, axis in (("sells nothing", (0, 2)), ("buys nothing", (0, 1))):
        traded = flows.sum(axis=axis) - home
        if not (traded > 1e-12 * base.income).all():
            bad = base.economies[int(np.argmin(traded / base.income))]
            raise InputError(
                f"{bad} {what} abroad, so its trade cannot be balanced.",
                field=bad,
                valid="deficits world-share or fixed",
            )
    return _resolve(base, np.zeros_like(base.transfer))


def under(base: SectorBaseline, tariffs: Tariffs) -> SectorBaseline:
    """The equilibrium of a settled `base` under other tariffs, as the baseline of what follows.

    Transfers stay as they are, revenue is lump-sum. Raises as `solve_sectors`.
    """
    return _resolve(base, base.transfer, as_schedule(base.world, tariffs).rates)


def _resolve(base: SectorBaseline, transfer: Array, tariff: Array | None = None) -> SectorBaseline:
    """The equilibrium of `base` under another `transfer` and `tariff` (its own), as a baseline."""
    rates = base.tariff if tariff is None else tariff

    def at_fraction(fraction: float) -> Problem:
        part = base.transfer + fraction * (transfer - base.transfer)
        log_tariff = (1 - fraction) * base.log_tariff + fraction * np.log1p(rates)
        taxed = rates if fraction == 1 else np.expm1(log_tariff)
        return pose(replace(base, transfer=part, cache={}), taxed)

    problem = at_fraction(1.0)
    attempt, state = _solve(problem.base, problem, at_fraction)
    return replace(
        base,
        tariff=rates,
        share=problem.A * state.z[:, :, None] / state.Phi[:, None, :],
        transfer=state.transfer,
        expenditure=state.X,
        output=state.output,
        income=state.income,
        value_added=state.wage_bill,
        settled=True,
        cache={"settle": attempt},
    )


def solve_sectors(
    base: SectorBaseline,
    tariffs: Tariffs,
    *,
    revenue: str = "lump-sum",
    deficits: str = "world-share",
    retaliation: str | float = "none",
    iceberg: Array | Withheld | None = None,
    numeraire: str = "wages",
    guess: Array | None = None,
) -> SectorEquilibrium:
    """General equilibrium of a settled baseline under `tariffs`, in any form `solve` takes.

    Parameters
    ----------
    revenue : "lump-sum" or "tax-relief" (income-tax relief, relative to the baseline's revenue).
    deficits : "world-share" (transfers grow with world wage income), "fixed" (constant in units
        of the numeraire), "balanced" (the baseline must have been purged).
    retaliation : as in `solve`, but for "optimal".
    iceberg : (S, N, N) or (N, N) ratios of iceberg trade costs, counterfactual over baseline; or
        trade that is `Withheld`, prohibited or licensed. Parts of the world that can then no
        longer pay each other trade no more and have a numeraire each.
    numeraire : "wages" of the world (weighted by wage bills) or its final "prices".
    guess : the `x` of a nearby equilibrium of the same baseline.

    Raises
    ------
    InputError : wrong shapes or values, a baseline that is not settled or not balanced, a market
        that is left without any supplier, parts of the world that owe each other.
    NoEquilibrium : no equilibrium, with the economy and the economic reason.
    NotConverged : the solvers found none and none of them names a reason.

    Source: Caliendo and Parro (2015); options as in trade.md section 1.
    """
    started = time.perf_counter()
    choose("revenue", revenue, REVENUE_CLOSURES)
    choose("deficits", deficits, DEFICIT_CLOSURES)
    choose("numeraire", numeraire, NUMERAIRES)
    schedule = as_schedule(base.world, tariffs)
    _check_base(base, deficits)
    withheld = iceberg if isinstance(iceberg, Withheld) else None
    melted = None if isinstance(iceberg, Withheld) else iceberg
    changes = check_iceberg(melted, base.share.shape, base.share.shape[1:])
    rates = retaliate(base, schedule.rates, retaliation, before=base.tariff)
    parts: tuple[str, ...] = ()
    if withheld is not None:
        base, withheld, parts = fall_apart(base, withheld)
    problem = pose(
        base,
        rates,
        revenue=revenue,
        deficits=deficits,
        iceberg=changes,
        numeraire=numeraire,
        withheld=withheld,
    )
    attempt, state = _solve(base, problem, partial(along, problem), guess)
    violations = equilibrium_residuals(
        base,
        rates,
        wage=np.exp(state.omega),
        labor=np.exp(state.ell),
        price=np.exp(state.p),
        expenditure=state.X,
        revenue=revenue,
        deficits=deficits,
        iceberg=changes,
        withheld=withheld,
    )
    return SectorEquilibrium(
        baseline=base,
        problem=problem,
        state=state,
        schedule=schedule,
        tariffs=rates,
        revenue_closure=revenue,
        deficits_closure=deficits,
        retaliation=str(retaliation),
        residual=attempt.residual,
        iterations=attempt.iterations,
        method=attempt.method,
        seconds=time.perf_counter() - started,
        accounting=check_accounting(violations),
        notes=(*schedule.notes, *base.notes, *parts, *welfare_notes(problem, state)),
        x=attempt.x,
        wage_error=attempt.wage_error,
    )


def _check_base(base: SectorBaseline, deficits: str) -> None:
    if not base.settled:
        raise InputError(
            "the baseline is not an equilibrium yet.", field="base", valid="settle(base)"
        )
    if deficits == "balanced" and base.transfer.any():
        raise InputError(
            "the baseline has transfers between economies.",
            field="deficits",
            value=deficits,
            valid="settle(base, balanced=True), or deficits world-share or fixed",
        )


def _solve(
    base: SectorBaseline,
    problem: Problem,
    at_fraction: Callable[[float], Problem],
    guess: Array | None = None,
) -> tuple[SectorAttempt, State]:
    attempt, attempts = solve_ladder(problem, at_fraction, guess)
    if not attempt.converged or attempt.state is None:
        raise _failure(base, attempts, attempt)
    return attempt, attempt.state


def _failure(base: SectorBaseline, attempts: list[SectorAttempt], best: SectorAttempt) -> Exception:
    """The economic reason where the branch of equilibria ends, else how close the solvers came."""
    limit = attempts[-1].limit
    if limit is not None and not limit.kind and any(attempt.converged for attempt in attempts):
        return lost_branch(base.world, limit)
    if limit is not None and (limit.kind or base.has_scale):
        surplus = -base.transfer[limit.economy] / base.value_added[limit.economy]
        if limit.kind != "revenue" and base.has_scale and surplus < 1e-6:
            limit = replace(limit, kind="scale")
        return no_equilibrium(base.world, limit, surplus)
    n = len(base.economies)

    def worst(state: Any) -> int:
        at = int(np.argmax(np.abs(state.residual)))
        return at % n if at < 2 * n else (at - 2 * n) % n

    return not_converged(base.world, attempts, best, worst)
