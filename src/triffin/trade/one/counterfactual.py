"""One-sector worlds: the calibrated baseline and one counterfactual, solved and checked."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from triffin.trade.models import (
    DEFICIT_CLOSURES,
    REVENUE_CLOSURES,
    choose,
    find_model,
    resolve_parameters,
)
from triffin.trade.one.branch import labor_supply_pole
from triffin.trade.one.calibration import Baseline, calibrate
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.one.kernel import Problem, State, evaluate, growth, jacobian, pose
from triffin.trade.one.retaliation import retaliate
from triffin.trade.one.solver import OneAttempt, solve_ladder
from triffin.trade.one.welfare import welfare_notes
from triffin.trade.shared.entry import (
    Tariffs,
    as_schedule,
    check_accounting,
    check_iceberg,
    kept,
    lost_branch,
    named,
    no_equilibrium,
    not_converged,
    sound,
)
from triffin.trade.shared.network import names, one_way
from triffin.trade.shared.solver import Infeasible, largest
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet, in_place

DEFAULT_MODEL = "ignatenko-2025"

# Parameters that decide where the labor supply multiplier has its pole.
_OF_POLE = {
    "labor_supply_elasticity",
    "scale_elasticity",
    "value_added_share",
    "pass_through_base",
}

_BASELINES: dict[tuple[Any, ...], tuple[World, Baseline]] = {}


def baseline_of(
    world: World,
    model: str = DEFAULT_MODEL,
    *,
    deficits: str = "world-share",
    registry: ParameterSet | None = None,
    **parameters: float,
) -> Baseline:
    """The calibrated (and, with balanced deficits, purged) baseline; kept for repeated use.

    What `parameters` leave out is of `registry`, by default what is in place.
    """
    entries = in_place() if registry is None else registry
    chosen = find_model(model)
    resolved = resolve_parameters(chosen, parameters, entries)

    def make() -> Baseline:
        found = calibrate(world, chosen, resolved, entries)
        if set(parameters) & _OF_POLE:
            refuse_beyond_pole(found)
        return purge_transfers(found) if deficits == "balanced" else found

    asked = bool(set(parameters) & _OF_POLE)  # what was asked for is refused beyond the pole
    options = (model, deficits == "balanced", asked, entries, tuple(sorted(resolved.items())))
    return kept(_BASELINES, world, options, make, most=64)


def refuse_beyond_pole(base: Baseline) -> None:
    """InputError where the labor supply elasticity lies beyond the pole of an economy's own
    multiplier (`branch.labor_supply_poles`)."""
    pole, first = labor_supply_pole(base)
    if base.kappa < pole:
        return
    raise InputError(
        f"at labor_supply_elasticity {base.kappa:g} a loss would raise the income of "
        f"{named(base.world, first)}: its labor supply multiplier in {base.model.name} is infinite "
        f"at {pole:.3f}, and beyond it the equations have no economic meaning.",
        field="labor_supply_elasticity",
        value=base.kappa,
        valid=f"from 0 to below {pole:.3f} with these other parameters",
    )


def purge_transfers(base: Baseline) -> Baseline:
    """Re-solve the base with no transfer between economies (T = 0), and start from there.

    The transfers of the purged base add up to zero because each of them is zero. Source: Ossa
    (2014), Amer. Econ. Rev. 104, who purges deficits before setting tariffs.
    """
    stuck = one_way(base.X)
    if stuck is not None:
        raise NoEquilibrium(
            "what they sell abroad never comes back to them along other flows, so trade cannot "
            "balance. Choose --deficits world-share.",
            economy=names(base.world, stuck),
        )

    def at_fraction(fraction: float) -> Problem:
        """The base with that share of its transfers taken away."""
        part = replace(base, T=(1 - fraction) * base.T, cache={})
        return pose(part, np.zeros_like(base.X), revenue="lump-sum", deficits="balanced")

    problem = at_fraction(1.0)
    attempt, attempts = solve_ladder(problem, at_fraction)
    if not attempt.converged:
        raise _purge_failure(base, attempts)
    state = attempt.state
    assert state is not None
    # One step more: changes are measured against this base.
    attempt, state, _ = polish(problem, attempt, state, least=1)
    flows = problem.B * state.z[:, None] / state.S * state.V
    return replace(
        base,
        X=flows,
        E=flows.sum(axis=0),
        Y=state.Y,
        T=np.zeros_like(base.T),
        cache={"purge": attempt},
    )


def _purge_failure(base: Baseline, attempts: list[OneAttempt]) -> Exception:
    limit = attempts[-1].limit
    if limit is None:
        return NotConverged("not converged: the base could not be purged of its transfers")
    return NoEquilibrium(
        "the base cannot be purged of its transfers: beyond "
        f"{100 * limit.fraction:.0f} % of the way this economy has no equilibrium. "
        "Choose --deficits world-share.",
        economy=named(base.world, limit.economy),
    )


def solve_problem(
    base: Baseline,
    tariffs: Array,
    revenue: str,
    deficits: str,
    iceberg: Array | None = None,
    start: Array | None = None,
    quick: bool = False,
) -> tuple[OneAttempt, State, Problem]:
    """The attempt that converged, the state it reached and the problem it solved.

    Raises NoEquilibrium and NotConverged as `solve` does.
    """

    def at_fraction(fraction: float) -> Problem:
        part = np.expm1(fraction * np.log1p(tariffs))
        cost = None if iceberg is None else iceberg**fraction
        return pose(base, part, revenue=revenue, deficits=deficits, iceberg=cost)

    pole, first = labor_supply_pole(base)
    if base.kappa >= pole:
        # Drawn elasticities and the registry's come here; what a user names is refused before.
        raise NoEquilibrium(
            f"its labor supply multiplier is infinite at a labor supply elasticity of {pole:.3f}, "
            f"and {base.kappa:.3f} is beyond.",
            economy=named(base.world, first),
        )
    problem = pose(base, tariffs, revenue=revenue, deficits=deficits, iceberg=iceberg)
    attempt, attempts = solve_ladder(problem, at_fraction, start, quick=quick)
    if not attempt.converged or attempt.state is None:
        raise _failure(base, attempts, attempt)
    return attempt, attempt.state, problem


def polish(
    problem: Problem, attempt: OneAttempt, state: State, least: int = 0
) -> tuple[OneAttempt, State, dict[str, float]]:
    """The solution with its accounting, after `least` Newton steps and where that does not add up
    yet after more.

    What surplus economies buy is small beside what they earn, so that a residual that is small
    in logs of sales can be large in their budgets.
    """
    found = violations(problem, state)
    for step in range(3):
        if step >= least and sound(found):
            break
        try:
            x = attempt.x - np.linalg.solve(jacobian(problem, state), state.residual)
            there = evaluate(problem, x)
        except (Infeasible, np.linalg.LinAlgError):
            break
        again = violations(problem, there)
        if not max(again.values()) < max(found.values()):
            break
        attempt = replace(attempt, x=x, state=there, residual=largest(there))
        state, found = there, again
    return attempt, state, check_accounting(found)


def _failure(base: Baseline, attempts: list[OneAttempt], best: OneAttempt) -> Exception:
    """The economic reason where the branch of equilibria ends, else how close the solvers came."""
    limit = attempts[-1].limit
    if limit is not None and limit.kind:
        return no_equilibrium(base.world, limit, -base.T[limit.economy] / base.Y[limit.economy])
    if limit is not None and any(attempt.converged for attempt in attempts):
        return lost_branch(base.world, limit)
    if len(attempts) <= 2:
        return NotConverged("not converged: the two fastest solvers found no equilibrium")
    n = len(base.E)
    return not_converged(
        base.world, attempts, best, lambda s: int(np.argmax(np.abs(s.residual))) % n
    )


def violations(problem: Problem, state: State) -> dict[str, float]:
    """Relative violations of the accounting identities."""
    base = problem.base
    flows = problem.B * state.z[:, None] / state.S * state.V
    world_income = state.Y.sum()
    transfers = base.T * growth(problem, state.Y)
    home = flows @ (1 - base.nu)
    imports = flows.sum(axis=0)
    income = base.beta * home + base.nu * imports
    revenue = np.einsum("ij,ij->j", problem.tariff, flows)
    budget = revenue + state.Y + transfers + (1 - base.beta) * home - state.E
    balance = imports - flows.sum(axis=1)
    return {
        "trade_balances_sum_to_zero": float(abs(balance.sum()) / world_income),
        "transfers_sum_to_zero": float(abs(transfers.sum()) / world_income),
        "spending_equals_income_revenue_and_transfers": float(np.max(np.abs(budget) / state.E)),
        "wage_bill_equals_sales": float(np.max(np.abs(income - state.Y) / state.Y)),
    }


def counterfactual(
    base: Baseline,
    tariffs: Tariffs,
    *,
    revenue: str,
    deficits: str = "world-share",
    retaliation: str | float = "none",
    iceberg: Array | None = None,
    start: Equilibrium | None = None,
    quick: bool = False,
) -> Equilibrium:
    """`solve` from a baseline that is calibrated already; the same arguments and errors.

    With deficits "balanced" the baseline must be a purged one (`baseline_of` makes it), and
    retaliation is any but "optimal". `start` is a solved neighbor to begin from; `quick` tries
    the two fastest solvers only, so that NotConverged then does not mean that there is no
    equilibrium.
    """
    started = time.perf_counter()
    choose("revenue", revenue, REVENUE_CLOSURES)
    choose("deficits", deficits, DEFICIT_CLOSURES)
    schedule = as_schedule(base.world, tariffs)
    rates = retaliate(base, schedule.rates[0], retaliation)
    changes = check_iceberg(iceberg, base.X.shape)
    point = None if start is None else start.point
    attempt, state, problem = solve_problem(base, rates, revenue, deficits, changes, point, quick)
    attempt, state, accounting = polish(problem, attempt, state)
    notes = [*schedule.notes, *base.notes]
    if base.clamped:
        notes.append(
            "home sales clamped at zero (imports exceed spending in the data): "
            + ", ".join(base.clamped)
        )
    equilibrium = Equilibrium(
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
        accounting=accounting,
        notes=tuple(notes),
    )
    undefined = welfare_notes(problem, state, equilibrium.welfare)
    return replace(equilibrium, notes=(*notes, *undefined)) if undefined else equilibrium
