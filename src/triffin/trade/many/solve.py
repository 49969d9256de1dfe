"""Solve one counterfactual of a many-sector world: the public face of the kernel."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from triffin.trade.many.calibration import SectorBaseline, calibrate
from triffin.trade.many.check import equilibrium_residuals
from triffin.trade.many.kernel import Problem, State, pose
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solver import SectorAttempt, solve_ladder
from triffin.trade.models import DEFICIT_CLOSURES, REVENUE_CLOSURES, choose
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged
from triffin.world.model import World
from triffin.world.sectors import SectorData

NUMERAIRES = ("wages", "prices")
# Invariants must hold to this, relative to income.
ACCOUNTING_TOLERANCE = 1e-9
# Model names of trade.md section 6 and whether they have inputs.
MODELS = {"caliendo-parro-2015": True, "armington-many-sectors": False}


def sector_baseline(
    world: World,
    data: SectorData,
    *,
    model: str = "caliendo-parro-2015",
    deficits: str = "world-share",
    trade_elasticity: float | Array | None = None,
    labor_supply_elasticity: float = 0.0,
    scale_elasticity: float | Array | None = None,
) -> SectorBaseline:
    """The calibrated baseline, settled into an equilibrium under its own tariffs.

    With deficits "balanced" it is purged: re-solved without transfers between economies, so that
    changes are relative to balanced trade (Caliendo and Parro 2015, section 5). Elasticities as in
    `calibrate`.

    Raises InputError, NoEquilibrium and NotConverged as `calibrate` and `solve_sectors` do.
    """
    choose("model", model, tuple(MODELS))
    choose("deficits", deficits, DEFICIT_CLOSURES)
    base = calibrate(
        world,
        data,
        inputs=MODELS[model],
        trade_elasticity=trade_elasticity,
        labor_supply_elasticity=labor_supply_elasticity,
        scale_elasticity=scale_elasticity,
    )
    return settle(base, balanced=deficits == "balanced")


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


def _resolve(base: SectorBaseline, transfer: Array) -> SectorBaseline:
    """The equilibrium of `base` under its own tariffs and another `transfer`, as a baseline."""

    def at_fraction(fraction: float) -> Problem:
        part = base.transfer + fraction * (transfer - base.transfer)
        return pose(replace(base, transfer=part, cache={}), base.tariff)

    problem = at_fraction(1.0)
    attempt, state = _solve(problem.base, problem, at_fraction)
    return replace(
        base,
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
    tariffs: Array,
    *,
    revenue: str = "lump-sum",
    deficits: str = "world-share",
    iceberg: Array | None = None,
    numeraire: str = "wages",
    guess: Array | None = None,
) -> SectorEquilibrium:
    """General equilibrium of a settled baseline under `tariffs`.

    Parameters
    ----------
    tariffs : (S, N exporter, N importer) fractions, zero on own sales.
    revenue : "lump-sum" or "tax-relief" (income-tax relief, relative to the baseline's revenue).
    deficits : "world-share" (transfers grow with world wage income), "fixed" (constant in units
        of the numeraire), "balanced" (the baseline must have been purged).
    iceberg : (S, N, N) or (N, N) ratios of iceberg trade costs, counterfactual over baseline.
    numeraire : "wages" of the world (weighted by wage bills) or its final "prices".
    guess : the `x` of a nearby equilibrium of the same baseline.

    Raises
    ------
    InputError : wrong shapes or values, a baseline that is not settled or not balanced.
    NoEquilibrium : no equilibrium, with the economy and the economic reason.
    NotConverged : the solvers found none and none of them names a reason.

    Source: Caliendo and Parro (2015); options as in trade.md section 1.
    """
    started = time.perf_counter()
    choose("revenue", revenue, REVENUE_CLOSURES)
    choose("deficits", deficits, DEFICIT_CLOSURES)
    choose("numeraire", numeraire, NUMERAIRES)
    _check(base, tariffs, iceberg, deficits)
    rates = np.asarray(tariffs, dtype=float)

    def at_fraction(fraction: float) -> Problem:
        part = rates
        if fraction < 1:
            part = np.expm1((1 - fraction) * base.log_tariff + fraction * np.log1p(rates))
        cost = None if iceberg is None else iceberg**fraction
        return pose(
            base, part, revenue=revenue, deficits=deficits, iceberg=cost, numeraire=numeraire
        )

    problem = at_fraction(1.0)
    attempt, state = _solve(base, problem, at_fraction, guess)
    return SectorEquilibrium(
        baseline=base,
        problem=problem,
        state=state,
        x=attempt.x,
        revenue_closure=revenue,
        deficits_closure=deficits,
        tariffs=rates,
        residual=attempt.residual,
        wage_error=attempt.wage_error,
        iterations=attempt.iterations,
        method=attempt.method,
        seconds=time.perf_counter() - started,
        accounting=_check_accounting(base, rates, state, revenue, deficits, iceberg),
        notes=base.notes,
    )


def _solve(
    base: SectorBaseline,
    problem: Problem,
    at_fraction: Callable[[float], Problem],
    guess: Array | None = None,
) -> tuple[SectorAttempt, State]:
    attempt, attempts = solve_ladder(problem, at_fraction, guess)
    if not attempt.converged or attempt.point is None:
        raise _failure(base, attempts, attempt)
    return attempt, attempt.point


def _failure(base: SectorBaseline, attempts: list[SectorAttempt], best: SectorAttempt) -> Exception:
    """The economic reason where the branch of equilibria ends, else how close the solvers came."""
    limit = attempts[-1].limit
    if limit is not None and (limit.kind or base.has_scale):
        name = f"{base.names[limit.economy]} ({base.economies[limit.economy]})"
        upto = f"equilibria exist up to about {100 * limit.fraction:.0f} % of this change in logs"
        if limit.kind == "revenue":
            return NoEquilibrium(
                "its tariff revenue exceeds its wage bill, so the revenue cannot be returned as "
                f"income-tax relief; {upto}. Choose --revenue lump-sum.",
                economy=name,
            )
        surplus = -base.transfer[limit.economy] / base.value_added[limit.economy]
        if limit.kind == "scale" or (base.has_scale and surplus < 1e-6):
            return NoEquilibrium(
                "with these returns to scale its industry unravels: the equilibria that start "
                f"at the baseline end there; {upto}. Lower scale_elasticity or "
                "labor_supply_elasticity.",
                economy=name,
            )
        return NoEquilibrium(
            f"it must run a surplus of {100 * surplus:.0f} % of its income in the data, and with "
            f"these tariffs it cannot sell that much abroad; {upto}. Choose --deficits balanced.",
            economy=name,
        )
    where = ""
    if best.point is not None:
        worst = int(np.argmax(np.abs(best.point.residual)))
        n = len(base.economies)
        economy = worst % n if worst < 2 * n else (worst - 2 * n) % n
        where = f", largest for {base.names[economy]} ({base.economies[economy]})"
    return NotConverged(
        f"not converged: no equilibrium found; the smallest residual of {len(attempts)} solvers "
        f"is {best.residual:.1e}{where}. Try smaller tariffs, --revenue lump-sum, or --deficits "
        "balanced."
    )


def _check_accounting(
    base: SectorBaseline,
    tariffs: Array,
    state: State,
    revenue: str,
    deficits: str,
    iceberg: Array | None,
) -> dict[str, float]:
    """Violations of the equations in plain formulas; raises if any exceeds the tolerance."""
    found = equilibrium_residuals(
        base,
        tariffs,
        wage=np.exp(state.omega),
        labor=np.exp(state.ell),
        price=np.exp(state.p),
        expenditure=state.X,
        revenue=revenue,
        deficits=deficits,
        iceberg=iceberg,
    )
    for name, value in found.items():
        if not value <= ACCOUNTING_TOLERANCE:
            raise ArithmeticError(f"equilibrium condition violated: {name} by {value:.1e}")
    return found


def _check(base: SectorBaseline, tariffs: Array, iceberg: Array | None, deficits: str) -> None:
    shape = base.share.shape
    rates = np.asarray(tariffs)
    if rates.shape != shape:
        raise InputError(
            f"tariffs have shape {rates.shape}, and this world needs {shape}.",
            field="tariffs",
            valid="(sector, exporter, importer) fractions",
        )
    if not np.isfinite(rates).all() or (rates <= -1).any():
        raise InputError(
            "tariffs hold a rate that is not a finite number above -1.",
            field="tariffs",
            valid="fractions such as 0.24 for 24 %",
        )
    if np.einsum("sii->si", rates).any():
        bad = int(np.flatnonzero(np.einsum("sii->si", rates).any(axis=0))[0])
        raise InputError(
            f"{base.economies[bad]} cannot tax its own sales.",
            field="tariffs",
            valid="0 for own sales",
        )
    if iceberg is not None and (
        np.shape(iceberg) not in (shape, shape[1:])
        or not np.isfinite(iceberg).all()
        or (np.asarray(iceberg) <= 0).any()
    ):
        raise InputError(
            f"iceberg changes must be positive finite ratios of shape {shape} or {shape[1:]}.",
            field="iceberg",
            valid="1 for no change, 1.1 for costs 10 % higher",
        )
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
