"""Many draws of elasticities and tariffs on one many-sector baseline, solved together.

The sweep of `many.solver`, draws side by side, each mixing its own last steps (Anderson). Tariffs
touch few importers: all other columns of the market shares are those of the baseline, so that a
residual costs one matrix product a sector for all draws together. The shares of the baseline are
held. Fixed labor, constant returns, revenue as a lump sum. Source: Walker and Ni (2011), SIAM J.
Numer. Anal. 49, for the mixing; equations as in `many.kernel`.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import pose
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solver import solve_ladder, step_weights
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.sampling import uniforms

TOGETHER = 32
MEMORY = 10
TOLERANCE = 1e-11
MOST_ITERATIONS = 120


class SectorDraws(NamedTuple):
    """R draws: log wages omega and log final prices (R, N), real_income, which here is welfare, in
    per cent (R, N); the largest residual and whether it is at the tolerance (R,)."""

    omega: Array
    log_price: Array
    real_income: Array
    residual: Array
    converged: Array
    iterations: int


def elasticity_draws(
    found: SectorEquilibrium, n: int, seed: int, parameters: ParameterSet
) -> SectorDraws:
    """`found` in n draws of its elasticities: those of goods move together with the registry's
    `trade_elasticity`, services have `services_trade_elasticity` where the world marks them.

    Raises InputError for another use of revenue than lump-sum, and as `DrawSolver`.
    """
    if found.revenue_closure != "lump-sum":
        raise InputError(
            "draws are solved together with revenue as a lump sum only.",
            field="--revenue",
            value=found.revenue_closure,
            valid="lump-sum",
        )
    goods, services = "trade_elasticity", "services_trade_elasticity"
    drawn = parameters.draw((goods, services), uniforms((goods, services), n, seed))
    base, world = found.baseline, found.world
    theta = np.outer(drawn[goods] / parameters.value(goods), base.theta)
    if world.kinds is not None:
        for k in range(world.n_sectors):
            if k not in world.goods:
                theta[:, k] = drawn[services]
    return DrawSolver(base, found.tariffs, deficits=found.deficits_closure).solve(theta)


class DrawSolver:
    """Solves draws around one centre: `base` under `tariffs` (S, N, N). deficits as in `solve`."""

    def __init__(self, base: SectorBaseline, tariffs: Array, *, deficits: str = "balanced") -> None:
        if base.kappa or base.has_scale:
            raise InputError(
                "draws are solved together with fixed labor and constant returns only.",
                field="labor_supply_elasticity",
                valid="0, and scale_elasticity 0",
            )
        self.base, self.tariffs = base, np.asarray(tariffs, dtype=float)
        self.problem = pose(base, self.tariffs, deficits=deficits)
        attempt, _ = solve_ladder(self.problem, lambda _: self.problem)
        self.n_sectors, self.n = base.final_share.shape
        kept = np.r_[0 : self.n, 2 * self.n : self.problem.size]
        self.centre, self.step = attempt.x[kept], step_weights(self.problem)[kept]

    @cached_property
    def shares(self) -> tuple[Array, Array, Array]:
        """(S, N, N) shares of the baseline, their off-diagonal part net of tariff, (S, N)
        diagonal."""
        share = self.base.share
        net = share / (1 + self.base.tariff)
        diagonal = np.arange(self.n)
        own = share[:, diagonal, diagonal].copy()
        net[:, diagonal, diagonal] = 0.0
        return share, net, own

    def solve(self, theta: Array, tariffs: Array | None = None) -> SectorDraws:
        """R draws of trade elasticities `theta` (R, S), and of tariffs (R, S, N, N) if they differ.

        Raises InputError for wrong shapes.
        """
        theta = np.asarray(theta, dtype=float)
        if theta.ndim != 2 or theta.shape[1] != self.n_sectors:
            raise InputError(
                f"elasticities have shape {theta.shape}.",
                field="theta",
                valid=f"(draws, {self.n_sectors})",
            )
        parts = []
        for first in range(0, len(theta), TOGETHER):
            rows = slice(first, first + TOGETHER)
            rates = self.tariffs[None] if tariffs is None else tariffs[rows]
            parts.append(self._together(theta[rows], rates))
        omega, price, real, residual, good = (
            np.concatenate([part[k] for part in parts]) for k in range(5)
        )
        steps = max(part.iterations for part in parts)
        return SectorDraws(omega, price, real, residual, good, steps)

    def _together(self, theta: Array, rates: Array) -> SectorDraws:
        markets = _Markets(self, theta, rates)
        u = np.tile(self.centre, (len(theta), 1))
        past, moves = np.zeros((2, len(u), MEMORY, u.shape[1]))
        gram = np.zeros((len(u), MEMORY, MEMORY))
        last_u, last_step = u, np.zeros_like(u)
        for iteration in range(1, MOST_ITERATIONS + 1):
            residual, income, p_final = markets.residual(u)
            worst = np.abs(residual).max(axis=1)
            if not worst.max() > TOLERANCE:
                break
            step = residual * self.step
            if iteration > 1:
                slot = (iteration - 2) % MEMORY
                past[:, slot] = step - last_step
                moves[:, slot] = past[:, slot] + (u - last_u)
                gram[:, slot] = gram[:, :, slot] = (past @ past[:, slot, :, None])[:, :, 0]
                kept = min(iteration - 1, MEMORY)
                part = gram[:, :kept, :kept]
                scale = 1 / np.sqrt(np.maximum(np.diagonal(part, axis1=1, axis2=2), 1e-300))
                scaled = part * scale[:, :, None] * scale[:, None] + 1e-13 * np.eye(kept)
                wanted = scale[:, :, None] * (past[:, :kept] @ step[:, :, None])
                weight = scale[:, :, None] * np.linalg.solve(scaled, wanted)
                mixed = (weight.transpose(0, 2, 1) @ moves[:, :kept])[:, 0]
            last_u, last_step = u, step
            u = u + step - (mixed if iteration > 1 else 0.0)
        real = 100 * (income / self.base.income / np.exp(p_final) - 1)
        return SectorDraws(u[:, : self.n], p_final, real, worst, worst <= TOLERANCE, iteration)


class _Markets:
    """Market shares of some draws: those of the baseline but in the columns that tariffs touch."""

    def __init__(self, solver: DrawSolver, theta: Array, rates: Array) -> None:
        self.solver, self.theta = solver, theta[:, :, None]
        base = solver.base
        cost = np.log1p(rates) - base.log_tariff
        self.touched = np.flatnonzero((np.abs(cost) > 0).any(axis=(0, 1, 2)))
        share, net, own = solver.shares
        factor = np.exp(-theta[:, :, None, None] * cost[..., self.touched])
        self.A = share[:, :, self.touched] * factor
        self.B = self.A / (1 + rates[..., self.touched])
        for k, d in enumerate(self.touched):
            self.B[:, :, d, k] = 0.0
        self.own, self.share, self.net = own, share, net

    def _columns(self, z: Array, whole: Array, part: Array) -> Array:
        """(R, S, N) z @ shares by sector, the touched columns by their own."""
        found = np.matmul(z.transpose(1, 0, 2), whole).transpose(1, 0, 2)
        found[..., self.touched] = np.matmul(z[:, :, None], part)[:, :, 0]
        return np.asarray(found)

    def _rows(self, v: Array) -> Array:
        """(R, S, N) net shares @ v by sector."""
        rest = v.copy()
        rest[..., self.touched] = 0.0
        found = np.matmul(rest.transpose(1, 0, 2), self.net.transpose(0, 2, 1)).transpose(1, 0, 2)
        return np.asarray(found + np.matmul(self.B, v[..., self.touched, None])[..., 0])

    def residual(self, u: Array) -> tuple[Array, Array, Array]:
        """Residuals (R, size) as `kernel.evaluate` orders them less labor; income, final prices."""
        base, problem = self.solver.base, self.solver.problem
        s, n, r = self.solver.n_sectors, self.solver.n, len(u)
        omega = u[:, :n]
        p = u[:, n : n + s * n].reshape(r, s, n)
        x = u[:, n + s * n :].reshape(r, s, n)
        X = x * base.income
        log_c = base.value_added_share * omega[:, None] + np.matmul(
            base.inputs, p.transpose(2, 1, 0)
        ).transpose(2, 1, 0)
        z = np.exp(-self.theta * log_c)
        Phi = self._columns(z, self.share, self.A)
        v = X / Phi
        exports = z * self._rows(v)
        imports = v * self._columns(z, self.net, self.B)
        own = z * self.own * v
        output = exports + own
        wages = base.value_added * np.exp(omega)
        growth: Array | float = 1.0
        if problem.transfers_scale:
            growth = base.pooled(wages) / base.pooled(base.value_added)
        transfer = base.transfer * growth
        income = wages + (X - imports - own).sum(axis=1) + transfer
        credit = exports.sum(axis=1) + np.maximum(transfer, 0.0)
        debit = imports.sum(axis=1) + np.maximum(-transfer, 0.0)
        sigma = base.pooled(base.value_added * np.expm1(omega)) / base.pooled(base.value_added)
        spent = np.matmul(output.transpose(2, 0, 1), base.inputs).transpose(1, 2, 0)
        x_new = (base.final_share * income[:, None] + spent) / base.income
        parts = [
            np.log(credit / debit) - sigma,
            (-np.log(Phi) / self.theta - p).reshape(r, -1),
            (x_new - x).reshape(r, -1),
        ]
        return np.concatenate(parts, axis=1), income, (base.final_share * p).sum(axis=1)
