"""Bans of every economy on every other at once, for a table of pairs.

The equations are those of `trade/many/kernel.py` with balanced trade, lump-sum revenue, fixed labor
and constant returns, over a leading axis of targets: the bans of one coercer differ in one flow a
sector, so that all share the other market shares. Tests hold them to `withheld_equilibrium`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import pose
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

TARGET, MEMORY, MOST = 1e-8, 6, 120
_RIDGE = 1e-12


def bans_of(
    base: SectorBaseline, coercer: int, sectors: Sequence[int]
) -> tuple[Array, Array, Array]:
    """Losses (R,) of each target and of the coercer, per cent, and residuals (R,).

    The R targets are all other economies in their order. A pair that did not converge is nan.
    Raises InputError for a baseline with transfers, elastic labor or returns to scale.
    """
    if base.transfer.any() or base.kappa or base.has_scale:
        raise InputError("the table of pairs is for balanced trade and fixed labor.", field="base")
    targets = np.delete(np.arange(len(base.income)), coercer)
    solve = _Bans(base, coercer, targets, np.asarray(list(sectors)))
    welfare, residual = solve.solved()
    rows = np.arange(len(targets))
    return -welfare[rows, targets], -welfare[:, coercer], residual


class _Bans:
    """The bans of one coercer; unknowns (R, N + 2 S N): log wages, log prices, spending."""

    def __init__(self, base: SectorBaseline, coercer: int, targets: Array, sectors: Array) -> None:
        self.base, self.o, self.d, self.k = base, coercer, targets, sectors[:, None]
        self.problem = pose(base, base.tariff)
        self.r = np.arange(len(targets))
        self.weights = np.ones(len(base.income) + 2 * base.share[:, 0].size)
        self.weights[: len(base.income)] = base.wage_step
        self.cut_A = self.problem.A[self.k, coercer, targets]
        self.cut_B = self.problem.B[self.k, coercer, targets]
        self.inputs_in, self.inputs_out = base.inputs.transpose(0, 2, 1), base.inputs

    def solved(self) -> tuple[Array, Array]:
        """Change of real income (R, N), per cent, and the residual of each ban (R,)."""
        base = self.base
        start = np.concatenate([
            np.zeros(len(base.income) + base.share[:, 0].size),
            (base.expenditure / base.income).ravel(),
        ])  # fmt: skip
        x = np.tile(start, (len(self.d), 1))
        shape = (len(self.d), MEMORY, x.shape[1])
        change, moved = np.empty(shape), np.empty(shape)
        gram = np.zeros((len(self.d), MEMORY, MEMORY))
        last_x = last_f = None
        for number in range(MOST):
            residual, welfare = self.evaluate(x)
            size = np.abs(residual).max(axis=1)
            if not size.max() > TARGET:
                break
            f = residual * self.weights
            step = f
            if last_f is not None and last_x is not None:
                # One difference is new; the products of the others are known.
                slot, kept = (number - 1) % MEMORY, min(number, MEMORY)
                change[:, slot] = f - last_f
                moved[:, slot] = x - last_x
                new = (change[:, :kept] @ change[:, slot, :, None])[:, :, 0]
                gram[:, slot, :kept] = gram[:, :kept, slot] = new
                held = gram[:, :kept, :kept]
                scale = np.einsum("rii->r", held)[:, None, None]
                right = change[:, :kept] @ f[:, :, None]
                gamma = np.linalg.solve(held + _RIDGE * scale * np.eye(kept), right)
                weights = gamma[:, :, 0][:, None, :]
                step = f - ((weights @ change[:, :kept]) + (weights @ moved[:, :kept]))[:, 0]
            last_x, last_f = x, f
            x = x + step
        welfare[size > 1e-6] = np.nan
        return welfare, size

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        """Residuals (R, size) and changes of real income (R, N), per cent."""
        base, problem = self.base, self.problem
        s, n = base.final_share.shape
        omega = x[:, :n]
        p = x[:, n : n + s * n].reshape(-1, s, n).transpose(1, 0, 2)
        spent = x[:, n + s * n :].reshape(-1, s, n).transpose(1, 0, 2)
        X = spent * base.income
        theta = base.theta[:, None, None]
        log_b = base.value_added_share[:, None] * omega + np.matmul(
            p.transpose(2, 1, 0), self.inputs_in
        ).transpose(2, 1, 0)
        z = np.exp(-theta * log_b)
        sold = z[self.k, self.r, self.o]
        phi = z @ problem.A
        phi[self.k, self.r, self.d] -= sold * self.cut_A
        bought = z @ problem.B
        bought[self.k, self.r, self.d] -= sold * self.cut_B
        v = X / phi
        reach = v @ problem.B.transpose(0, 2, 1)
        reach[self.k, self.r, self.o] -= self.cut_B * v[self.k, self.r, self.d]
        exports, imports = z * reach, v * bought
        own = z * problem.own[:, None] * v
        wages = base.value_added * np.exp(omega)
        revenue = (X - imports - own).sum(axis=0)
        income = wages + revenue
        made = np.matmul((exports + own).transpose(2, 1, 0), self.inputs_out).transpose(2, 1, 0)
        wanted = (base.final_share[:, None] * income + made) / base.income
        level = base.pooled(base.value_added * np.expm1(omega)) / base.pooled(base.value_added)
        parts = [
            np.log(exports.sum(axis=0) / imports.sum(axis=0)) - level,
            -(np.log(phi) + problem.log_scale[:, None]) / theta - p,
            wanted - spent,
        ]
        flat = [parts[0], *(a.transpose(1, 0, 2).reshape(len(x), -1) for a in parts[1:])]
        p_final = (base.final_share[:, None] * p).sum(axis=0)
        return np.concatenate(flat, axis=1), 100 * (income / base.income / np.exp(p_final) - 1)
