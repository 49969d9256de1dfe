"""The mathematics of bargaining over tariffs: welfare and its gradients in all rates, and maxima.

Used by `cooperation.py`. Rates are variables in log(1+t); gains are in per cent of welfare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from triffin.trade.games.players import base_of, seats
from triffin.trade.one.adjoint import welfare_sensitivity
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import counterfactual, solve_problem
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.one.games import TariffGame
from triffin.trade.one.welfare import published_parts
from triffin.trade.shared.games import Player, accelerate, quiet
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged
from triffin.world.model import World

# Gains below this many per cent of welfare are rounding and no reason to agree.
SMALLEST_GAIN = 1e-7
# Projected gradient at which the first-order-condition map takes over, which only converges
# nearby, and the step of it at which it stops.
CLOSE = 1e-5
TOLERANCE = 1e-9
# What a trial counts as where there is no equilibrium: worse than any sum of logs.
_FAILED = 1e6


def table_of(
    world: World | Baseline | str,
    players: Sequence[str | Sequence[str]],
    model: str | None,
    uniform: bool,
    deficits: str,
    parameters: dict[str, float],
) -> tuple[Baseline, list[Player]]:
    """The one-sector baseline and the players, two or more; errors as `players.base_of`."""
    if isinstance(players, str) or len(players) < 2:
        raise InputError(
            "cooperation takes two players or more.", field="players", value=players, valid="a list"
        )
    base = base_of(world, model, deficits, parameters)
    if not isinstance(base, Baseline):
        raise InputError(
            "payoff tables and bargains are solved for worlds of one sector, and "
            f"{base.world.name} has {base.world.n_sectors}.",
            field="world",
            value=base.world.name,
            valid="a one-sector world such as world-2023; the war itself (`triffin nash`) is "
            "solved for many sectors too",
        )
    return base, seats(base, players, uniform=uniform)


class Bargain:
    """Welfare of the players, and its gradients, as functions of all rates in log(1+t).

    war : the trade war, whose welfare is the `threat` (P,) and whose tariffs stay where no mover
    sets them; movers : the players with the tariffs that are negotiated.
    """

    def __init__(
        self,
        war: TariffGame,
        movers: Sequence[Player],
        bounds: tuple[float, float],
    ) -> None:
        found = war.equilibrium
        self.war, self.movers = war, movers
        self.base, self.players, self.rates = found.baseline, war.players, found.tariffs
        self.revenue, self.deficits = found.revenue_closure, found.deficits_closure
        self.threat = np.array([player.worth(war.welfare) for player in war.players])
        self.weights = np.stack([player.weights for player in war.players])
        self.firsts = np.cumsum([0, *(mover.n_rates for mover in movers)])
        self.size = int(self.firsts[-1])
        self.low, self.high = (np.full(self.size, np.log1p(b)) for b in bounds)
        self.point: Array | None = None
        self.evaluations = 0
        flows = self.collect(self.base.X)
        self.scale = np.sqrt(np.maximum(flows / flows.max(), 1e-8))

    def equilibrium(self, rates: Array) -> Equilibrium:
        """What (N, N) tariffs lead to."""
        return counterfactual(self.base, rates, revenue=self.revenue, deficits=self.deficits)

    def tariffs(self, x: Array) -> Array:
        """(N, N) fractions at rates x in logs."""
        full = self.rates.copy()
        for first, mover in zip(self.firsts, self.movers, strict=False):
            full[mover.cells] = np.expm1(x[first + mover.rate])
        return full

    def collect(self, terms: Array) -> Array:
        """(size,) sums over the cells of every rate of (N, N) terms."""
        out = np.zeros(self.size)
        for first, mover in zip(self.firsts, self.movers, strict=False):
            np.add.at(out, first + mover.rate, terms[mover.cells])
        return out

    def rates_of(self, tariffs: Array) -> Array:
        """(size,) logs of 1+t of (N, N) tariffs, within the bounds."""
        count = self.collect(np.ones_like(tariffs))
        return np.asarray(np.clip(self.collect(np.log1p(tariffs)) / count, self.low, self.high))

    def solve(self, x: Array) -> tuple[Array, Array]:
        """(P,) welfare in per cent and its (P, size) gradient."""
        self.evaluations += 1
        attempt, state, problem = solve_problem(
            self.base, self.tariffs(x), self.revenue, self.deficits, start=self.point
        )
        self.point = attempt.x
        found = welfare_sensitivity(problem, state, self.weights)
        slopes = [self.collect(100 * found.gradient(p)) for p in range(len(self.players))]
        delta, u, v = published_parts(problem, state)
        change = (delta * u + (1 - delta) * v) / np.exp(state.p)
        return self.weights @ (100 * (change - 1)), np.stack(slopes)

    def gain(self, x: Array) -> Array:
        """(P,) welfare over the threat, per cent."""
        return np.asarray(self.solve(x)[0] - self.threat)

    def target(self, x: Array, worth: Array) -> Array:
        """(size,) step to the rates at which the gradient of worth @ welfare vanishes."""
        _, state, problem = solve_problem(
            self.base, self.tariffs(x), self.revenue, self.deficits, start=self.point
        )
        found = welfare_sensitivity(problem, state, (worth @ self.weights)[None])
        above, below = found.first_order_terms(0, np.arange(len(self.base.E)))
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.nan_to_num(self.collect(above) / self.collect(below), nan=1.0)
        return np.asarray(np.clip(np.log(np.clip(ratio, 1e-3, 1e3)), self.low, self.high) - x)

    def projected(self, x: Array, slope: Array) -> Array:
        """The gradient of something to be maximised, without what pushes out of the bounds."""
        out = np.where((x <= self.low) & (slope < 0) | (x >= self.high) & (slope > 0), 0.0, slope)
        return np.asarray(out)

    def climb(
        self, objective: Callable[[Array, Array], tuple[float, Array]], x: Array, iterations: int
    ) -> Array:
        """A maximum of objective(welfare, gradient) -> (value, slope) by L-BFGS-B from x.

        Rates are scaled by the root of the trade they bear on, which evens out curvature.
        Source: Byrd, Lu, Nocedal and Zhu (1995), SIAM J. Sci. Comput. 16.
        """
        from scipy.optimize import Bounds, minimize

        def negative(y: Array) -> tuple[float, Array]:
            try:
                value, slope = objective(*self.solve(y / self.scale))
            except (NoEquilibrium, NotConverged):
                return _FAILED, np.zeros_like(y)
            return -value, -slope / self.scale

        found = minimize(
            negative,
            x * self.scale,
            jac=True,
            method="L-BFGS-B",
            bounds=Bounds(self.low * self.scale, self.high * self.scale),
            options={"maxiter": iterations, "ftol": 1e-15, "gtol": 1e-10, "maxcor": 20},
        )
        return np.asarray(np.clip(found.x / self.scale, self.low, self.high))


def log_product(
    threat: Array, weights: Array, floor: float
) -> Callable[[Array, Array], tuple[float, Array]]:
    """sum_i b_i log(W_i - threat_i) and its slope; below `floor` its tangent, defined anywhere."""

    def objective(welfare: Array, slopes: Array) -> tuple[float, Array]:
        gain = welfare - threat
        inside = np.maximum(gain, floor)
        value = np.log(inside) + np.minimum(gain - floor, 0.0) / floor
        return float(weights @ value), (weights / inside) @ slopes

    return objective


def _least_gain(threat: Array, sharpness: float) -> Callable[[Array, Array], tuple[float, Array]]:
    """A smooth version of the smallest gain, exact as `sharpness` grows (per cent^-1)."""

    def objective(welfare: Array, slopes: Array) -> tuple[float, Array]:
        gain = welfare - threat
        least = gain.min()
        share = np.exp(-sharpness * (gain - least))
        value = least - np.log(share.sum()) / sharpness
        return float(value), (share / share.sum()) @ slopes

    return objective


def opening(bargain: Bargain, points: Sequence[Array]) -> tuple[Array, float]:
    """Rates from which everyone gains, and the smallest gain there (not positive: none found).

    The best point between the threat and free trade or, where somebody loses along the way, the
    end of a climb of the smallest gain from there and from the threat.
    """
    war = points[0]
    tried: list[tuple[float, Array]] = []
    for end in points[1:]:
        for share in (0.25, 0.5, 0.75, 1.0):
            x = war + share * (end - war)
            try:
                tried.append((float(bargain.gain(x).min()), x))
            except (NoEquilibrium, NotConverged):
                continue
    best = max(tried, key=lambda entry: entry[0], default=(-np.inf, war))
    if best[0] > SMALLEST_GAIN:
        return best[1], best[0]
    for begin in (best[1], war):
        x = begin
        for sharpness in (10.0, 100.0, 1000.0):
            x = bargain.climb(_least_gain(bargain.threat, sharpness), x, 40)
            gain = float(bargain.gain(x).min())
            best = max(best, (gain, x), key=lambda entry: entry[0])
            if gain > 1e-3:
                break
        if best[0] > 1e-3:
            break
    return best[1], best[0]


def settle(bargain: Bargain, weights: Array, x: Array) -> tuple[Array, float]:
    """The bargaining solution from x, where everyone gains; and its relative projected gradient.

    L-BFGS-B, then the first-order-condition map of the games at the weights b_i / gain_i, which
    is kept where it brings the gradient down and the product not.
    """
    gain = bargain.gain(x)
    for _ in range(3):
        objective = log_product(bargain.threat, weights, 0.05 * float(gain.min()))
        x = bargain.climb(objective, x, 400)
        gain = bargain.gain(x)
        if projected_norm(bargain, weights, x) <= CLOSE:
            break

    def answer(at: Array) -> tuple[Array, float]:
        there = np.maximum(bargain.gain(at), 0.05 * gain)
        step = bargain.target(at, weights / there)
        return step, float(np.max(np.abs(step * bargain.scale)))

    before = projected_norm(bargain, weights, x)
    polished, _, _ = accelerate(
        answer,
        x,
        quiet,
        tolerance=TOLERANCE,
        max_iterations=40,
        weights=bargain.scale,
        bounds=(bargain.low, bargain.high),
    )
    after = bargain.gain(polished)
    if np.all(after > 0) and weights @ (np.log(after) - np.log(gain)) > -1e-10:
        norm = projected_norm(bargain, weights, polished)
        if norm < before:
            return polished, norm
    return x, before


def projected_norm(bargain: Bargain, weights: Array, x: Array) -> float:
    welfare, slopes = bargain.solve(x)
    terms = (weights / (welfare - bargain.threat))[:, None] * slopes
    projected = bargain.projected(x, terms.sum(axis=0))
    return float(np.max(np.abs(projected)) / np.max(np.abs(terms)))


def joint_deviations(bargain: Bargain, weights: Array, x: Array, seed: int, trials: int) -> float:
    """Largest rise of sum_i b_i log(gain_i) that random joint deviations find.

    Half of them move all rates at random by 0.1 to 10 % of 1+t, the others every rate of one
    player in common, the direction in which tariffs transfer income.
    """
    rng = np.random.default_rng(seed)
    at = weights @ np.log(bargain.gain(x))
    best = -np.inf
    for trial in range(trials):
        noise = rng.normal(size=len(x)) if trial % 2 == 0 else np.zeros(len(x))
        if trial % 2:
            k = rng.integers(len(bargain.movers))
            noise[bargain.firsts[k] : bargain.firsts[k + 1]] = rng.normal()
        moved = np.clip(x + noise * 10 ** rng.uniform(-3, -1), bargain.low, bargain.high)
        try:
            gain = bargain.gain(moved)
        except (NoEquilibrium, NotConverged):
            continue
        if (gain > 0).all():
            best = max(best, float(weights @ np.log(gain) - at))
    return best
