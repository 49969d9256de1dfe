"""Derivatives of every result of the many-sector kernel in all tariffs and all parameters.

One transposed solve gives both: tariffs and elasticities move market shares and a few residuals
only, so that each derivative is a sum over flows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from triffin.trade.many.adjoint import Seeds, flow_slopes, pull_back, transposed_solve
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import Problem, evaluate, pose
from triffin.trade.many.partials import partials, sector_scale
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solve import settle
from triffin.trade.many.solver import step_weights
from triffin.trade.shared.entry import members_of, sector_of
from triffin.trade.shared.sensitivity import (
    ParameterSensitivity,
    Sensitivities,
    check_result,
    difference,
    refuse_undefined,
)
from triffin.trade.shared.solution import without_home
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

# Welfare by the utility of labor supply and real GDP are shown, and have no derivatives yet.
DIFFERENTIABLE = tuple(
    n for n in SectorEquilibrium.VARIABLES if n not in ("welfare_utility", "real_gdp")
)


def sector_sensitivities(
    found: SectorEquilibrium,
    result: str,
    economy: str | Sequence[str],
    *,
    sector: str | None = None,
    calibration: SectorBaseline | None = None,
) -> Sensitivities:
    """`triffin.trade.sensitivities.sensitivities` for the many-sector kernel.

    Derivatives in the elasticities hold the settled baseline, its shares and levels, unless
    `calibration`, the baseline before it was settled, is given: then it is settled again, four
    times for each elasticity (by differences of fourth order, their error about 1e-8 of the
    result), which takes seconds to half a minute.
    """
    base, problem, s = found.baseline, found.problem, found.state
    check_result(result, (*DIFFERENTIABLE, *found.SECTOR_VARIABLES))
    k = _sector(found, result, sector)
    name, members = members_of(found.world, economy)
    value, weights = found.mean(result, members, k)
    if not np.isfinite(value):
        refuse_undefined(result, name)
    direct = partials(found, result, weights, k)
    seeds = Seeds(**direct.seeds)
    slopes = pull_back(problem, s, np.zeros((1, problem.size)), seeds).du
    scaled, error = transposed_solve(problem, s, slopes)
    rows = -step_weights(problem) * scaled
    in_A, in_B, in_C = flow_slopes(problem, s, pull_back(problem, s, rows, seeds), 0)
    supply = np.zeros_like(in_B) if direct.supply is None else direct.supply
    theta = base.theta[:, None, None]
    tariffs = (-theta * in_A - (1 + theta) * (in_B + supply)) / (1 + found.tariffs)
    tariffs = without_home(tariffs)

    n, n_sectors = len(base.income), len(base.theta)
    r_ell = rows[0, n : 2 * n]
    r_p = rows[0, 2 * n : 2 * n + n * n_sectors].reshape(n_sectors, n)
    flows = in_A + in_B
    distance = problem.log_cost
    per_theta = (
        -((flows + supply) * (distance + s.log_c[:, :, None])).sum(axis=(1, 2))
        - (r_p * s.p).sum(axis=1) / base.theta
    )
    relief = np.log1p(-base.tau) - np.log1p(-s.tau) if problem.tax_relief else 0.0
    if problem.withheld is not None:
        per_theta = per_theta + _by_rent(problem, theta, in_B, in_C)
    per_kappa = direct.kappa + float(r_ell @ (relief + s.omega - s.p_final))
    scale = sector_scale(found)
    per_psi = base.theta * (flows.sum(axis=2) * scale).sum(axis=1)
    if direct.psi is not None:
        per_psi = per_psi + direct.psi
    notes = ["the elasticities' derivatives hold the baseline's shares and levels"]
    if found.deficits_closure == "balanced":
        notes = ["the elasticities' derivatives hold the baseline as it was purged of transfers"]
    if calibration is not None:
        multipliers = rows[0].copy()
        if base.has_scale and direct.scale is not None:
            multipliers[-n * n_sectors :] += direct.scale.ravel()
        follow = _Resettled(found, calibration, result, members, k, multipliers)
        per_theta = per_theta + follow.by_sector("theta")
        per_kappa = per_kappa + follow.labor()
        per_psi = per_psi + follow.by_sector("psi")
        notes = ["the elasticities' derivatives settle the baseline anew"]
    entries = [
        *_by_sector(base, "trade_elasticity", base.theta, per_theta),
        ParameterSensitivity("labor_supply_elasticity", "", base.kappa, per_kappa),
        *_by_sector(base, "scale_elasticity", base.psi, per_psi),
    ]
    return Sensitivities(
        result=result,
        economy=name,
        sector="" if k is None else base.sectors[k],
        value=value,
        tariffs=tariffs / 100,
        rates=found.tariffs,
        parameters=tuple(entries),
        economies=base.economies,
        sectors=base.sectors,
        error=float(error[0]),
        notes=tuple(notes),
    )


def _by_rent(problem: Problem, theta: Array, in_B: Array, in_C: Array) -> Array:
    """(S,) part of the derivative in theta that comes by the rent of what is left."""
    held = problem.withheld
    assert held is not None
    slope = np.where(held.left > 0, -np.log(np.where(held.left > 0, held.left, 1.0)), 0.0)
    through = np.where(held.to_importer, in_B, np.where(held.to_exporter, in_C, 0.0))
    return np.asarray((through * slope / theta**2).sum(axis=(1, 2)))


def _by_sector(
    base: SectorBaseline, name: str, values: Array, derivatives: Array
) -> list[ParameterSensitivity]:
    return [
        ParameterSensitivity(name, sector, float(value), float(derivative))
        for sector, value, derivative in zip(base.sectors, values, derivatives, strict=True)
    ]


def _sector(found: SectorEquilibrium, result: str, sector: str | None) -> int | None:
    """Position of the sector of a result by sector, None for another result."""
    if result in found.SECTOR_VARIABLES:
        if sector is None:
            raise InputError(f"{result} needs a sector.", field="sector", valid=found.world.sectors)
        return sector_of(found.world, sector)
    if sector is not None:
        raise InputError(
            f"{result} is not a result by sector.",
            field="sector",
            value=sector,
            valid=found.SECTOR_VARIABLES,
        )
    return None


class _Resettled:
    """How the settled baseline moves with an elasticity, and the result with it."""

    def __init__(
        self,
        found: SectorEquilibrium,
        calibration: SectorBaseline,
        result: str,
        members: Sequence[int],
        k: int | None,
        rows: Array,
    ) -> None:
        if calibration.share.shape != found.baseline.share.shape:
            raise InputError(
                "the calibration is not the one this baseline was settled from.",
                field="calibration",
                valid="what many.calibrate gave for the same world",
            )
        self.found, self.calibration = found, calibration
        self.result, self.members, self.k, self.rows = result, members, k, rows
        self.balanced = found.deficits_closure == "balanced"
        base = found.baseline
        self.iceberg = np.exp(found.problem.log_cost - np.log1p(found.tariffs) + base.log_tariff)
        self.iceberg[base.share <= 0] = 1.0

    def by_sector(self, name: str) -> Array:
        """(S,) part of the derivative in theta or psi that works through the baseline."""
        values = getattr(self.calibration, name)
        # Figures are reconciled with constant returns, so that scale matters to a purge only.
        if self.calibration.settled or (name == "psi" and not self.balanced):
            return np.zeros(len(values))
        out = np.empty(len(values))
        for j, value in enumerate(values):
            unit = (np.arange(len(values)) == j).astype(float)

            def at(step: float, unit: Array = unit) -> float:
                return self._value(
                    replace(self.calibration, cache={}, **{name: values + step * unit})
                )

            out[j] = difference(at, value)
        return out

    def labor(self) -> float:
        """Part of the derivative in the labor supply elasticity that works through the baseline."""
        kappa = self.calibration.kappa
        if self.calibration.settled or not self.balanced:
            return 0.0
        return float(
            difference(
                lambda step: self._value(replace(self.calibration, cache={}, kappa=kappa + step)),
                kappa,
            )
        )

    def _value(self, moved: SectorBaseline) -> float:
        """The result less the multipliers' residuals, at fixed unknowns and elasticities."""
        found, base = self.found, self.found.baseline
        settled = replace(
            settle(moved, balanced=self.balanced),
            theta=base.theta,
            psi=base.psi,
            kappa=base.kappa,
            cache={},
        )
        problem = pose(
            settled,
            found.tariffs,
            revenue=found.revenue_closure,
            deficits=found.deficits_closure,
            iceberg=self.iceberg,
            withheld=found.problem.withheld,
            numeraire=found.problem.numeraire,
        )
        state = evaluate(problem, found.x)
        there = replace(found, baseline=settled, problem=problem, state=state)
        value = there.mean(self.result, self.members, self.k)[0]
        return value + float(self.rows @ state.residual)
