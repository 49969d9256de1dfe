"""First-order conditions of games of sector tariffs, and the map to where they hold.

The gradient of a player's objective in a rate that covers the cells c is, in log(1+t),

    sum_c K_c [ n_c / (1+t) - d_c ],   n = -(theta+1) v_d (e_o + i_d),   d = theta f_d / Phi_d

with K = A z what tariffs leave of a flow, e, i and f the adjoint's derivatives in exports, imports
and log Phi (`adjoint.pull_back`). It vanishes at 1+t = sum K n / sum K d, which is the map
1+t <- (1+t) [-(theta+1) g_B] / [theta g_A] of trade.md section 4 without the flow's size, so that
the smallest flows are as exact as the largest. The adjoint is warm-started and as exact as the
iteration deserves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from triffin.trade.many.adjoint import ADJOINT_TOLERANCE, pull_back, transposed_solve
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.games.players import SectorPlayer, objective_seeds
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solve import solve_sectors
from triffin.trade.many.solver import step_weights
from triffin.trade.shared.games import FIRST_GUESS, Bounds
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError


@dataclass(eq=False)
class Conditions:
    """The players' first-order conditions as functions of all their rates x, in logs of 1+t.

    Warm-started: each evaluation begins at the last one's equilibrium and adjoint. `precise`
    solves the adjoint to the last digits, else to a thousandth of the last residual.
    """

    base: SectorBaseline
    players: Sequence[SectorPlayer]
    revenue: str
    deficits: str
    tariffs: Array
    bounds: Bounds
    precise: bool = False
    result: SectorEquilibrium | None = field(default=None, init=False)
    _adjoint: Array | None = field(default=None, init=False)
    _residual: float = field(default=1e-2, init=False)

    def __post_init__(self) -> None:
        sizes = [player.n_rates for player in self.players]
        self.firsts = np.cumsum([0, *sizes])
        self.cells = tuple(
            np.concatenate([player.cells[axis] for player in self.players]) for axis in range(3)
        )
        counts = [len(player.rate) for player in self.players]
        self.owner = np.repeat(np.arange(len(self.players)), counts)
        self.rate = np.concatenate([player.rate for player in self.players])
        self.rate = self.rate + self.firsts[self.owner]
        low, high = (np.broadcast_to(b, self.base.share.shape)[self.cells] for b in self.bounds)
        self.limits = (low, high)
        if not (np.isfinite(low).all() and np.isfinite(high).all() and (low > -1).all()):
            raise InputError(
                "bounds on tariffs are not finite numbers above -1.",
                field="bounds",
                valid="fractions, lowest and highest, e.g. (0, 0.5)",
            )
        self.low, self.high = np.full(self.firsts[-1], -np.inf), np.full(self.firsts[-1], np.inf)
        np.maximum.at(self.low, self.rate, np.log1p(low))
        np.minimum.at(self.high, self.rate, np.log1p(high))
        if (self.low > self.high).any():
            raise InputError(
                "the lowest tariff allowed is above the highest.",
                field="bounds",
                valid="bounds that leave every rate, tied ones included, at least one value",
            )

    @property
    def guess(self) -> Array:
        """Where to begin: 20 %, or the nearest that the bounds allow."""
        return np.clip(np.full(self.firsts[-1], np.log1p(FIRST_GUESS)), self.low, self.high)

    @property
    def importance(self) -> Array:
        """Weight of each rate in least squares: root of the imports it taxes over income."""
        imports = (self.base.flows / self.base.income)[self.cells]
        return np.sqrt(np.bincount(self.rate, weights=imports))

    def spread(self, x: Array) -> Array:
        """All tariffs (S, N, N) when the players' rates are x."""
        full = self.tariffs.copy()
        # Going to logs and back may leave a bound by a rounding error.
        full[self.cells] = np.clip(np.expm1(x[self.rate]), *self.limits)
        return full

    def solve(self, x: Array) -> SectorEquilibrium:
        """The equilibrium at x, kept as the guess for the next one."""
        self.result = solve_sectors(
            self.base,
            self.spread(x),
            revenue=self.revenue,
            deficits=self.deficits,
            guess=None if self.result is None else self.result.x,
        )
        return self.result

    def terms(self, x: Array) -> tuple[Array, Array, Array]:
        """sum K n and sum K d of each rate, and K's scale, so that gradient = scale(n/(1+t)-d)."""
        found = self.solve(x)
        problem, state = found.problem, found.state
        seeds = objective_seeds(self.players, problem, state)
        none = np.zeros((len(self.players), problem.size))
        slopes = pull_back(problem, state, none, seeds).du
        weights = step_weights(problem)
        tolerance = ADJOINT_TOLERANCE
        if not self.precise:
            tolerance = max(tolerance, 1e-3 * self._residual)
        adjoint, missing = np.zeros_like(slopes), slopes
        if self._adjoint is not None:
            adjoint = self._adjoint
            missing = slopes - pull_back(problem, state, weights * adjoint).du
        off = np.linalg.norm(missing, axis=1) / np.linalg.norm(slopes, axis=1)
        if off.max() > tolerance:
            worst = off.max()
            more, _ = transposed_solve(
                problem,
                state,
                missing,
                tolerance=tolerance / worst,
                accepted=max(1e-7, tolerance) / worst,
            )
            adjoint = adjoint + more
        self._adjoint = adjoint
        whole = pull_back(problem, state, -weights * adjoint, seeds)
        s, o, d = self.cells
        theta, p = self.base.theta[s], self.owner
        n = -(theta + 1) * state.v[s, d] * (whole.exports[s, p, o] + whole.imports[s, p, d])
        f = theta * whole.log_Phi[s, p, d] / state.Phi[s, d]
        flow = problem.A[self.cells] * state.z[s, o]
        scale = np.zeros(self.firsts[-1])
        np.maximum.at(scale, self.rate, flow)
        # A rate whose flows have all vanished weighs them alike: nothing depends on it.
        relative = np.divide(
            flow, scale[self.rate], out=np.ones_like(flow), where=scale[self.rate] > 0
        )
        return (
            np.bincount(self.rate, weights=relative * n),
            np.bincount(self.rate, weights=relative * f),
            scale,
        )

    def answer(self, x: Array) -> tuple[Array, float]:
        """The step to the rates at which all gradients vanish, within bounds, and its size."""
        n, d, _ = self.terms(x)
        with np.errstate(invalid="ignore", divide="ignore"):
            target = np.log(n / d)
        # Where no rate makes the gradient vanish from above, the way is up or down to a bound.
        way = np.where(n * np.exp(-x) > d, self.high, self.low)
        target = np.where((n > 0) & (d > 0) & np.isfinite(target), target, way)
        step = np.clip(target, self.low, self.high) - x
        self._residual = float(np.max(np.abs(step)))
        return step, self._residual

    def gradient(self, x: Array) -> Array:
        """Derivative of each player's objective (per cent) in log(1+t) of each of its rates."""
        n, d, scale = self.terms(x)
        return np.asarray(scale * (n * np.exp(-x) - d))

    def certificate(self, x: Array) -> tuple[float, float, int]:
        """First-order condition, gradient norm, and number of rates at a bound that push outward.

        Measured afresh at x, with the adjoint to the last digits.
        """
        self.precise = True
        _, residual = self.answer(x)
        slope = self.gradient(x)
        held = ((x >= self.high) & (slope > 0)) | ((x <= self.low) & (slope < 0))
        return residual, float(np.max(np.abs(slope[~held]), initial=0.0)), int(held.sum())
