"""One-sector worlds: the calibrated baseline and one counterfactual, solved and checked."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from triffin.scenario.tariffs import TariffSchedule, load_schedule, tariff_schedule
from triffin.trade.models import (
    DEFICIT_CLOSURES,
    REVENUE_CLOSURES,
    choose,
    find_model,
    resolve_parameters,
)
from triffin.trade.one.calibration import Baseline, calibrate
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.one.kernel import Problem, State, pose
from triffin.trade.one.retaliation import retaliate
from triffin.trade.one.solver import Attempt, solve_ladder
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged
from triffin.world.model import World

DEFAULT_MODEL = "ignatenko-2025"


# Accounting must hold to this, relative to world income.
ACCOUNTING_TOLERANCE = 1e-9


_BASELINES: dict[tuple[Any, ...], Baseline] = {}


def baseline_of(
    world: World,
    model: str = DEFAULT_MODEL,
    *,
    deficits: str = "world-share",
    **parameters: float,
) -> Baseline:
    """The calibrated (and, with balanced deficits, purged) baseline; kept for repeated use."""
    chosen = find_model(model)
    resolved = resolve_parameters(chosen, parameters)
    key = (id(world), model, deficits == "balanced", tuple(sorted(resolved.items())))
    found = _BASELINES.get(key)
    if found is None or found.world is not world:
        found = calibrate(world, chosen, resolved)
        if deficits == "balanced":
            found = purge_transfers(found)
        if len(_BASELINES) >= 64:
            _BASELINES.pop(next(iter(_BASELINES)))
        _BASELINES[key] = found
    return found


def purge_transfers(base: Baseline) -> Baseline:
    """Re-solve the base with no transfer between economies (T = 0), and start from there.

    The transfers of the purged base add up to zero because each of them is zero. Source: Ossa
    (2014), Amer. Econ. Rev. 104, who purges deficits before setting tariffs.
    """
    sold = base.X - np.diag(np.diag(base.X))
    stranded = (sold.sum(axis=1) > 0) & (sold.sum(axis=0) == 0)
    if stranded.any():
        k = int(np.argmax(stranded))
        raise NoEquilibrium(
            "it sells abroad and buys nothing there, so its trade cannot balance.",
            economy=f"{base.world.names[k]} ({base.world.economies[k]})",
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
    flows = problem.B * state.z[:, None] / state.S * state.V
    return replace(
        base,
        X=flows,
        E=flows.sum(axis=0),
        Y=state.Y,
        T=np.zeros_like(base.T),
        cache={"purge": attempt},
    )


def _purge_failure(base: Baseline, attempts: list[Attempt]) -> Exception:
    limit = attempts[-1].limit
    if limit is None:
        return NotConverged("not converged: the base could not be purged of its transfers")
    name = f"{base.world.names[limit.economy]} ({base.world.economies[limit.economy]})"
    return NoEquilibrium(
        "the base cannot be purged of its transfers: beyond "
        f"{100 * limit.fraction:.0f} % of the way this economy has no equilibrium. "
        "Choose --deficits world-share.",
        economy=name,
    )


def _solve_problem(
    base: Baseline,
    tariffs: Array,
    revenue: str,
    deficits: str,
    iceberg: Array | None,
    start: Array | None = None,
    quick: bool = False,
) -> tuple[Attempt, list[Attempt], Problem]:
    problem = pose(base, tariffs, revenue=revenue, deficits=deficits, iceberg=iceberg)

    def at_fraction(fraction: float) -> Problem:
        part = np.expm1(fraction * np.log1p(tariffs))
        cost = None if iceberg is None else iceberg**fraction
        return pose(base, part, revenue=revenue, deficits=deficits, iceberg=cost)

    attempt, attempts = solve_ladder(problem, at_fraction, start, quick=quick)
    if not attempt.converged:
        raise _failure(base, attempts, attempt)
    return attempt, attempts, problem


def _failure(base: Baseline, attempts: list[Attempt], best: Attempt) -> Exception:
    """The economic reason where the branch of equilibria ends, else how close the solvers came."""
    limit = attempts[-1].limit
    if limit is not None and limit.kind:
        name = f"{base.world.names[limit.economy]} ({base.world.economies[limit.economy]})"
        upto = f"equilibria exist up to about {100 * limit.fraction:.0f} % of these tariffs in logs"
        if limit.kind == "revenue":
            return NoEquilibrium(
                "its tariff revenue exceeds its wage bill, so the revenue cannot be returned as "
                f"income-tax relief; {upto}. Choose --revenue lump-sum.",
                economy=name,
            )
        share = -base.T[limit.economy] / base.Y[limit.economy]
        return NoEquilibrium(
            f"it must run a surplus of {100 * share:.0f} % of its income in the data, and with "
            f"these tariffs it cannot sell that much abroad; {upto}. Choose --deficits balanced.",
            economy=name,
        )
    if len(attempts) <= 2:
        return NotConverged("not converged: the two fastest solvers found no equilibrium")
    state = best.state
    where = ""
    if state is not None and np.all(np.isfinite(state.residual)):
        worst = int(np.argmax(np.abs(state.residual))) % len(base.E)
        where = f", largest for {base.world.names[worst]} ({base.world.economies[worst]})"
    return NotConverged(
        f"not converged: no equilibrium found; the smallest residual of {len(attempts)} solvers "
        f"is {best.residual:.1e}{where}. Try smaller tariffs, --revenue lump-sum, or --deficits "
        "balanced."
    )


def _check_accounting(base: Baseline, problem: Problem, state: State) -> dict[str, float]:
    """Relative violations of the accounting identities; raises if any exceeds the tolerance."""
    flows = problem.B * state.z[:, None] / state.S * state.V
    world_income = state.Y.sum()
    transfers = base.T * (state.Y.sum() / base.Y.sum() if problem.transfers_scale else 1.0)
    kept = flows @ (1 - base.nu)
    imports = flows.sum(axis=0)
    income = base.beta * kept + base.nu * imports
    revenue = np.einsum("ij,ij->j", problem.tariff, flows)
    budget = revenue + state.Y + transfers + (1 - base.beta) * kept - state.E
    balance = imports - flows.sum(axis=1)
    found = {
        "trade_balances_sum_to_zero": float(abs(balance.sum()) / world_income),
        "transfers_sum_to_zero": float(abs(transfers.sum()) / world_income),
        "spending_equals_income_revenue_and_transfers": float(np.max(np.abs(budget) / state.E)),
        "wage_bill_equals_sales": float(np.max(np.abs(income - state.Y) / state.Y)),
    }
    for name, value in found.items():
        if not value <= ACCOUNTING_TOLERANCE:
            raise ArithmeticError(f"accounting identity violated: {name} by {value:.1e}")
    return found


def counterfactual(
    base: Baseline,
    tariffs: TariffSchedule | Array | Mapping[str, Any] | str | None,
    *,
    revenue: str,
    deficits: str = "world-share",
    retaliation: str | float = "none",
    iceberg: Array | None = None,
    answered: Array | None = None,
    start: Equilibrium | None = None,
    quick: bool = False,
) -> Equilibrium:
    """`solve` from a baseline that is calibrated already; the same arguments and errors.

    With deficits "balanced" the baseline must be a purged one (`baseline_of` makes it). With
    retaliation "optimal" `answered` has the (N, N) rates after the best responses. `start`
    is a solved neighbor to begin from; `quick` tries the two fastest solvers only, so that
    NotConverged then does not mean that there is no equilibrium.
    """
    started = time.perf_counter()
    world = base.world
    choose("revenue", revenue, REVENUE_CLOSURES)
    choose("deficits", deficits, DEFICIT_CLOSURES)
    schedule = as_schedule(world, tariffs)
    rates = retaliate(base, schedule.rates[0], retaliation) if answered is None else answered
    if iceberg is not None:
        iceberg = _check_iceberg(world, iceberg)
    point = None if start is None else start.point
    attempt, _, problem = _solve_problem(base, rates, revenue, deficits, iceberg, point, quick)
    state = attempt.state
    assert state is not None
    notes = list(schedule.notes)
    if base.clamped:
        notes.append(
            "home sales clamped at zero (imports exceed spending in the data): "
            + ", ".join(base.clamped)
        )
    equilibrium = Equilibrium(
        world=world,
        model=base.model.name,
        revenue_closure=revenue,
        deficits_closure=deficits,
        retaliation=str(retaliation),
        parameters=base.parameters,
        schedule=schedule,
        tariffs=rates,
        status="converged",
        residual=attempt.residual,
        iterations=attempt.iterations,
        method=attempt.method,
        seconds=time.perf_counter() - started,
        accounting=_check_accounting(base, problem, state),
        baseline=base,
        problem=problem,
        state=state,
        notes=tuple(notes),
    )
    extreme = equilibrium.below_minus_100
    if not extreme:
        return equilibrium
    flag = (
        "the welfare formula falls below -100 % (tariffs this extreme are outside its range): "
        + ", ".join(extreme)
    )
    return replace(equilibrium, notes=(*equilibrium.notes, flag))


def as_schedule(
    world: World, tariffs: TariffSchedule | Array | Mapping[str, Any] | str | None
) -> TariffSchedule:
    """`tariffs` in any accepted form as a checked TariffSchedule of `world`.

    Raises InputError on a wrong shape, non-finite rates, rates below -1 or own-country rates.
    """
    if tariffs is None:
        return tariff_schedule(world, {})
    if isinstance(tariffs, str):
        return load_schedule(world, tariffs)
    if isinstance(tariffs, TariffSchedule):
        rates = tariffs.rates
    elif isinstance(tariffs, Mapping):
        return tariff_schedule(world, dict(tariffs))
    else:
        try:
            rates = np.asarray(tariffs, dtype=float)
        except (TypeError, ValueError):
            raise InputError(
                "tariffs are neither a schedule, a mapping nor an array of numbers.",
                field="tariffs",
                valid="e.g. {'USA': {'*': 0.10, 'CHN': 0.54}}, or the name of a schedule",
            ) from None
        if rates.ndim == 2:
            rates = rates[None]
    expected = (world.n_sectors, world.n_economies, world.n_economies)
    if rates.shape != expected:
        raise InputError(
            f"tariffs have shape {rates.shape}, and {world.name} needs {expected}.",
            field="tariffs",
            valid="(sector, exporter, importer) or, with one sector, (exporter, importer)",
        )
    if not np.all(np.isfinite(rates)) or np.any(rates <= -1):
        raise InputError(
            "tariffs hold a rate that is not a finite number above -1.",
            field="tariffs",
            valid="fractions such as 0.24 for 24 %",
        )
    own = rates[:, np.arange(expected[1]), np.arange(expected[1])]
    if np.any(own != 0):
        economy = world.economies[int(np.argmax(np.any(own != 0, axis=0)))]
        raise InputError(
            f"{economy} cannot tax its own sales.", field="tariffs", valid="0 for own sales"
        )
    if isinstance(tariffs, TariffSchedule):
        return tariffs
    return TariffSchedule(
        rates=rates,
        statutory=rates,
        label="given rates",
        basis="statutory",
        notes=(),
        source="user",
    )


def _check_iceberg(world: World, iceberg: Array) -> Array:
    ratios = np.asarray(iceberg, dtype=float)
    n = world.n_economies
    if ratios.shape != (n, n) or not np.all(np.isfinite(ratios)) or np.any(ratios <= 0):
        raise InputError(
            f"iceberg changes must be positive finite ratios of shape ({n}, {n}).",
            field="iceberg",
            valid="1 for no change, 1.1 for costs 10 % higher",
        )
    return ratios
