"""What a result depends on most: its derivatives in every tariff and every parameter.

Tariffs come from one transposed solve per result (`adjoint.py`, `many/adjoint.py`), exact up to the
error of that solve, which is reported. Parameters of the one-sector kernel come from central
differences of fourth order of the explicit formulas, never of re-solved equilibria: with J the
result, F the residuals and lambda the adjoint, the derivative is that of J - lambda' F along a path
on which the unknowns stay where they are and the baseline is calibrated anew. Where the baseline is
itself solved (deficits "balanced"), the path follows its tangent. The error of the differences is
about 1e-10 of the result, far below what a difference of two solves could reach.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.trade.one.adjoint import RESULTS, result_gradient, result_seeds
from triffin.trade.one.calibration import ELASTICITIES, Baseline, calibrate
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.one.kernel import evaluate, jacobian, pose
from triffin.trade.shared.entry import members_of
from triffin.trade.shared.sensitivity import (
    ParameterSensitivity,
    Sensitivities,
    check_result,
    difference,
    refuse_undefined,
)
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.trade.many.calibration import SectorBaseline
    from triffin.trade.many.results import SectorEquilibrium


def sensitivities(
    equilibrium: Equilibrium | SectorEquilibrium,
    result: str = "welfare",
    economy: str | Sequence[str] = "USA",
    *,
    sector: str | None = None,
    calibration: SectorBaseline | None = None,
) -> Sensitivities:
    """Derivatives of a result in all tariffs and all parameters.

    Parameters
    ----------
    result : one of the equilibrium's VARIABLES or, with many sectors, SECTOR_VARIABLES.
    economy : code or name; or a group's name or a list of economies, whose mean weighted by
        baseline spending (household income with many sectors) is taken as in `aggregate`.
    sector : of a result by sector, by name.
    calibration : many sectors only: what `many.calibrate` gave, before it was settled. With it
        the baseline is settled anew as an elasticity changes; without, it is held.

    Raises InputError for unknown names and for a result that is not defined there (the change of
    a deficit that is zero), NotConverged from the transposed solve of the many-sector kernel.
    Source: trade.md section 4.
    """
    if not isinstance(equilibrium, Equilibrium):
        from triffin.trade.many.parameters import sector_sensitivities

        return sector_sensitivities(
            equilibrium, result, economy, sector=sector, calibration=calibration
        )
    check_result(result, RESULTS)
    if sector is not None:
        raise InputError(
            f"{equilibrium.world.name} has one sector.", field="sector", value=sector, valid="none"
        )
    name, members = members_of(equilibrium.world, economy)
    value, weights = equilibrium.mean(result, members)
    if not np.isfinite(value):
        refuse_undefined(result, name)
    problem, state = equilibrium.problem, equilibrium.state
    found = result_gradient(problem, state, result_seeds(problem, state, result, weights))
    parameters, notes = _parameters(equilibrium, result, members, found.multipliers)
    return Sensitivities(
        result=result,
        economy=name,
        sector="",
        value=value,
        tariffs=found.rate[None] / 100,
        rates=equilibrium.tariffs[None],
        parameters=parameters,
        economies=equilibrium.world.economies,
        sectors=equilibrium.world.sectors,
        error=found.error,
        notes=notes,
    )


def _parameters(
    equilibrium: Equilibrium, result: str, members: Sequence[int], multipliers: Array
) -> tuple[tuple[ParameterSensitivity, ...], tuple[str, ...]]:
    """Derivatives in the model's parameters, and what could not be had."""
    base, point = equilibrium.baseline, equilibrium.point
    values, notes = dict(base.parameters), []
    if not base.model.firm_relocation:
        del values["pass_through_base"]
    if not base.model.roundabout:
        del values["value_added_share"]
    elif base.beta == 1:
        del values["value_added_share"]
        notes.append("no derivative in value_added_share at 1, where the equations change")
    follow = _Recalibration(equilibrium)
    if not follow.same:
        notes.append(
            "the baseline is not the one its world is calibrated to: value_added_share and "
            "pass_through_base are held with it"
        )
        values = {k: v for k, v in values.items() if k in ELASTICITIES}

    def lagrangian(name: str) -> Callable[[float], float]:
        tangent = follow.tangent(name)

        def at(step: float) -> float:
            moved = follow.baseline(name, step, tangent)
            problem = pose(
                moved,
                equilibrium.tariffs,
                revenue=equilibrium.revenue_closure,
                deficits=equilibrium.deficits_closure,
                iceberg=follow.iceberg,
            )
            state = evaluate(problem, point)
            there = replace(equilibrium, baseline=moved, problem=problem, state=state)
            return float(there.mean(result, members)[0] + multipliers @ state.residual)

        return at

    entries = [
        ParameterSensitivity(name, "", value, float(difference(lagrangian(name), value)))
        for name, value in values.items()
    ]
    return tuple(entries), tuple(notes)


class _Recalibration:
    """The baseline as a function of its parameters, with formulas that need no iteration."""

    def __init__(self, equilibrium: Equilibrium) -> None:
        base = equilibrium.baseline
        self.base = base
        self.start = calibrate(base.world, base.model, base.parameters, base.registry)
        self.purge = base.cache.get("purge")
        self.same = self.purge is not None or bool(
            np.array_equal(self.start.X, base.X) and np.array_equal(self.start.phi, base.phi)
        )
        self.iceberg = _iceberg(equilibrium)
        if self.purge is not None:
            problem = _balanced(self.start)
            self.slope = jacobian(problem, evaluate(problem, self.purge.x))

    def tangent(self, name: str) -> Array | None:
        """Derivative of the purged base's unknowns in a parameter; None where nothing is solved."""
        if self.purge is None:
            return None
        at = self.purge.x

        def residual(step: float) -> Array:
            return evaluate(_balanced(self._calibrated(name, step)), at).residual

        return -np.linalg.solve(self.slope, difference(residual, self.base.parameters[name]))

    def baseline(self, name: str, step: float, tangent: Array | None) -> Baseline:
        """The baseline after a step of one parameter."""
        if tangent is None:
            return self._calibrated(name, step)
        assert self.purge is not None
        moved = self._calibrated(name, step)
        problem = _balanced(moved)
        state = evaluate(problem, self.purge.x + step * tangent)
        flows = problem.B * state.z[:, None] / state.S * state.V
        return replace(
            moved, X=flows, E=flows.sum(axis=0), Y=state.Y, T=np.zeros_like(moved.T), cache={}
        )

    def _calibrated(self, name: str, step: float) -> Baseline:
        start = self.start if self.same else self.base
        if name in ELASTICITIES:
            field = ELASTICITIES[name]
            return replace(start, cache={}, **{field: getattr(start, field) + step})
        if name == "pass_through_base":
            return replace(start, cache={}, phi=start.phi + step)
        values = {**self.base.parameters, name: self.base.parameters[name] + step}
        return calibrate(self.base.world, self.base.model, values, self.base.registry)


def _balanced(base: Baseline) -> Any:
    part = replace(base, T=np.zeros_like(base.T), cache={})
    return pose(part, np.zeros_like(base.X), revenue="lump-sum", deficits="balanced")


def _iceberg(equilibrium: Equilibrium) -> Array | None:
    """Iceberg changes of a solved problem, which it holds as part of A; one where no trade is."""
    base, problem = equilibrium.baseline, equilibrium.problem
    traded = base.share > 0
    ratio = np.divide(problem.A, base.share, out=np.ones_like(problem.A), where=traded)
    duty = (1 + problem.tariff) ** -base.phi
    ratio = np.where(traded, ratio ** (-1 / base.epsilon) * duty, 1.0)
    return ratio if np.max(np.abs(ratio - 1)) > 1e-12 else None
