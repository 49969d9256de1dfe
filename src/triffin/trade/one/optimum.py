"""The best tariffs of one player within its bounds, not only the nearest local optimum.

Welfare over tariffs can have several maxima: where transfers grow with world income, a country
with a deficit can gain from rates far above the first maximum. A grid of common rates between the
bounds, followed from the rates of today up and down, and with few rates of every single one, says
where to look; from the best of it a quasi-Newton method with exact gradients climbs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from triffin.trade.one.adjoint import welfare_sensitivity
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.kernel import Problem, State, pose
from triffin.trade.one.solver import anderson, frozen_direction, newton
from triffin.trade.one.welfare import published_welfare
from triffin.trade.shared.games import TOLERANCE, Player
from triffin.world.base.arrays import Array

GRID_STEP = 0.2
"""Distance of the common rates of the grid, in log(1+t)."""
FEW_RATES = 8
"""Up to so many rates each is searched over its whole range by itself, the others held."""
BETTER = 1e-7
"""A gain, per cent, that is more than rounding."""
_ROUNDS = 4
_NOWHERE = 1e3
_NEWTON, _DIFFERENCE, _LONGEST = 20, 1e-5, 0.1


class _Tried(NamedTuple):
    """Rates in logs, welfare there (minus infinity: none) and the unknowns of the equilibrium."""

    x: Array
    value: float
    point: Array | None


@dataclass(eq=False)
class Search:
    """Welfare of one player as a function of its rates x in log(1+t); `rates` (N, N) are the
    others', low and high the bounds in logs; anchor the unknowns where welfare was highest."""

    base: Baseline
    player: Player
    rates: Array
    revenue: str
    deficits: str
    low: float
    high: float
    anchor: Array | None = None

    def spread(self, x: Array) -> Array:
        """Tariffs (N, N) at rates x."""
        full = self.rates.copy()
        full[self.player.cells] = np.expm1(x[self.player.rate])
        return full

    def solve(self, x: Array, near: Array | None) -> tuple[Problem, State, Array] | None:
        """The equilibrium near a solved neighbor's unknowns; None where none is found quickly.

        On which branch it lies is looked at where the answer is solved for good.
        """
        problem = pose(self.base, self.spread(x), revenue=self.revenue, deficits=self.deficits)
        starts = [np.zeros(problem.size) if near is None else near]
        if self.anchor is not None:
            starts.append(self.anchor)
        for start in starts:
            attempt = anderson(
                problem,
                start,
                frozen_direction(problem),
                memory=6,
                max_iterations=40,
                method="search",
            )
            if not attempt.converged:
                attempt = newton(problem, start, max_iterations=8)
            if attempt.converged and attempt.state is not None:
                return problem, attempt.state, attempt.x
        return None

    def value(self, x: Array, near: Array | None) -> tuple[float, Array | None]:
        """Welfare of the player, per cent, and the unknowns; minus infinity where it has none."""
        found = self.solve(x, near)
        if found is None:
            return -np.inf, None
        worth = self.player.worth(published_welfare(found[0], found[1]))
        return (worth if np.isfinite(worth) else -np.inf), found[2]

    def best(self, x: Array) -> tuple[Array, float]:
        """Rates and welfare of the highest maximum found; at least as good as x itself."""
        value, point = self.value(x, None)
        found = _Tried(x, value, point)
        for candidate in self._candidates(x):
            if candidate.value > found.value + BETTER:
                found = candidate
        self.anchor = found.point
        if found.x is x:
            return x, value
        return self.climb(found.x)

    def _candidates(self, x: Array) -> Iterator[_Tried]:
        everything = np.ones(len(x), dtype=bool)
        common = list(self._line(np.zeros(len(x)), everything, GRID_STEP))
        yield from common
        if not 1 < len(x) <= FEW_RATES:
            return
        starts = [_Tried(x, *self.value(x, None))]
        if common:
            starts.append(max(common, key=lambda tried: tried.value))
        for top in starts:
            for _ in range(_ROUNDS):
                before = top.value
                for k in range(len(x)):
                    line = self._line(top.x, np.arange(len(x)) == k, 2 * GRID_STEP)
                    top = max((top, *line), key=lambda tried: tried.value)
                if top.value <= before + BETTER:
                    break
            yield top

    def _line(self, x: Array, moved: Array, step: float) -> Iterator[_Tried]:
        """The moved rates at levels from zero up, and down, to the bounds.

        Each level starts from its neighbor's equilibrium; where there is none, the line ends.
        """
        zero = float(np.clip(0.0, self.low, self.high))
        for end in (self.high, self.low):
            near: Array | None = None
            for level in np.linspace(zero, end, int(np.ceil(abs(end - zero) / step)) + 1):
                there = np.where(moved, level, x)
                value, point = self.value(there, near)
                if point is None:
                    break
                near = point
                yield _Tried(there, value, point)

    def slope(self, x: Array, near: Array | None) -> tuple[float, Array, Array] | None:
        """Welfare (per cent), its derivative in x, and the unknowns; None where it has none."""
        found = self.solve(x, near)
        if found is None:
            return None
        problem, state, point = found
        welfare = self.player.worth(published_welfare(problem, state))
        if not np.isfinite(welfare):
            return None
        slopes = welfare_sensitivity(problem, state, self.player.weights[None]).gradient()
        cells = slopes[self.player.cells]
        return welfare, 100 * np.bincount(self.player.rate, weights=cells), point

    def climb(self, x: Array) -> tuple[Array, float]:
        """A maximum within the bounds from x by L-BFGS-B, and its welfare.

        Source: Byrd, Lu, Nocedal and Zhu (1995), SIAM J. Sci. Comput. 16.
        """
        from scipy.optimize import Bounds, minimize

        near: Array | None = None

        def loss(y: Array) -> tuple[float, Array]:
            nonlocal near
            found = self.slope(y, near)
            if found is None:
                return _NOWHERE, np.zeros_like(y)
            welfare, slope, near = found
            return -welfare, -slope

        found = minimize(
            loss,
            x,
            jac=True,
            method="L-BFGS-B",
            bounds=Bounds(np.full(len(x), self.low), np.full(len(x), self.high)),
            options={"maxiter": 200, "ftol": 1e-14, "gtol": 1e-8, "maxcor": 20},
        )
        there = np.clip(found.x, self.low, self.high)
        before, after = self.value(x, near)[0], self.value(there, near)[0]
        return (there, after) if after >= before else (x, before)

    def held(self, x: Array, slope: Array) -> Array:
        """Which rates stand at a bound and would leave it."""
        return np.asarray((x >= self.high) & (slope > 0) | (x <= self.low) & (slope < 0))

    def settle(self, x: Array) -> tuple[Array, float]:
        """A maximum close to x by Newton's method on the derivative, and its last step.

        The second derivatives are differences of the first, so that it is for few rates. The step
        is infinite where there is no maximum close by.
        """
        near: Array | None = None
        for _ in range(_NEWTON):
            here = self.slope(x, near)
            if here is None:
                return x, np.inf
            _, slope, near = here
            free = np.flatnonzero(~self.held(x, slope))
            if not len(free):
                return x, 0.0
            bend = np.empty((len(free), len(free)))
            for column, k in enumerate(free):
                moved = x.copy()
                moved[k] += _DIFFERENCE if x[k] < self.high - _DIFFERENCE else -_DIFFERENCE
                there = self.slope(moved, near)
                if there is None:
                    return x, np.inf
                bend[:, column] = (there[1] - slope)[free] / (moved[k] - x[k])
            if np.linalg.eigvalsh((bend + bend.T) / 2).max() >= 0:
                return x, np.inf
            move = np.clip(-np.linalg.solve(bend, slope[free]), -_LONGEST, _LONGEST)
            moved = x.copy()
            moved[free] = np.clip(x[free] + move, self.low, self.high)
            step, x = float(np.max(np.abs(moved - x))), moved
            if step <= TOLERANCE:
                return x, step
        return x, step

    def rises(self, far: Array, top: float) -> str:
        """What the search knows of rates at which welfare is highest without being a maximum."""
        low, high = (100 * float(np.expm1(end)) for end in (far.min(), far.max()))
        rates = f"{low:.0f} %" if high - low < 0.5 else f"{low:.0f} to {high:.0f} %"
        return (
            f"welfare of {self.player.name} is {top:.4g} % at rates of {rates} and still rises "
            "there, up to where no equilibrium is found"
        )

    def said(self, x: Array, far: Array, top: float) -> tuple[str, ...]:
        """Notes on an optimum x: whether it is local, and over which rates it was searched."""
        if top > self.value(x, None)[0] + BETTER:
            return (f"a local maximum: {self.rises(far, top)}",)
        if len(x) <= FEW_RATES:
            return ()
        low, high = (100 * float(np.expm1(end)) for end in (self.low, self.high))
        return (
            "a local maximum over single rates: no better one was found from common rates between "
            f"{low:.0f} and {high:.0f} %",
        )
