"""Games of tariffs: optimal tariffs, best responses and Nash equilibria by exact derivatives.

Every player's first-order conditions are solved for the rates at which its gradient vanishes, all
players at once, and the map is accelerated in log(1+t) (trade.md section 4). A result carries its
certificate: the norm of the first-order conditions and the best gain that random deviations found.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triffin.trade.one.adjoint import welfare_sensitivity
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import _solve_problem, counterfactual
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.one.players import Player
from triffin.trade.one.retaliation import optimal_tariff_formula
from triffin.trade.shared.acceleration import Progress, accelerate, quiet, random_deviations
from triffin.trade.shared.limits import (
    ACCEPTED,
    DEVIATIONS,
    HIGHEST,
    LOWEST,
    TOLERANCE,
    refuse_ill_posed,
)
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NotConverged

MAX_ITERATIONS = 150
_FIRST_GUESS = 0.2


@dataclass(frozen=True, eq=False)
class TariffGame:
    """Solved tariffs with their certificate.

    first_order_condition : largest relative distance |Delta log(1+t)| of a rate from the one at
        which its player's gradient vanishes (rates at a bound that push outward count as zero).
    best_deviation_gain : largest welfare gain, per cent, that random deviations of single players
        found; not positive at an optimum up to the accuracy of the solves.
    """

    players: tuple[Player, ...]
    equilibrium: Equilibrium
    status: str
    iterations: int
    first_order_condition: float
    best_deviation_gain: float
    seconds: float
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"<TariffGame of {len(self.players)} player(s): {self.status}, first-order condition "
            f"{self.first_order_condition:.0e}>"
        )

    @property
    def tariffs(self) -> Array:
        """(N exporter, N importer) fractions."""
        return self.equilibrium.tariffs

    @property
    def objective(self) -> dict[str, float]:
        """What each player maximises: its members' welfare, per cent."""
        return {p.name: float(p.weights @ self.welfare) for p in self.players}

    @property
    def mean_tariffs(self) -> dict[str, float]:
        """Import-weighted mean tariff of every importer that sets any (baseline imports)."""
        base = self.equilibrium.baseline
        weights = np.zeros_like(base.X)
        for player in self.players:
            weights[player.cells] = base.X[player.cells]
        imports = weights.sum(axis=0)
        mean = (weights * self.tariffs).sum(axis=0)
        return {
            base.world.economies[d]: float(mean[d] / imports[d]) for d in np.flatnonzero(imports)
        }

    @property
    def closed_form(self) -> dict[str, float]:
        """The paper's closed-form unilateral rate of every importer that sets any."""
        base = self.equilibrium.baseline
        rates = optimal_tariff_formula(base)
        return {code: float(rates[base.world.index(code)]) for code in self.mean_tariffs}

    @property
    def welfare(self) -> Array:
        """(N,) per cent."""
        return self.equilibrium.welfare


def solve_game(
    base: Baseline,
    players: Sequence[Player],
    *,
    revenue: str,
    deficits: str,
    rates: Array | None = None,
    bounds: tuple[float, float] = (LOWEST, HIGHEST),
    seed: int = 1,
    trials: int = DEVIATIONS,
    progress: Progress = quiet,
) -> TariffGame:
    """Tariffs at which every player's first-order conditions hold, given everyone else's.

    `rates` (N, N) are what nobody controls and the starting point of what somebody does.

    Raises
    ------
    InputError : fixed nominal deficits, two players for one tariff, no player.
    NoEquilibrium, NotConverged : from the trade model, or if the conditions are not met.
    """
    started = time.perf_counter()
    refuse_ill_posed(deficits)
    _check_players(players)
    start = np.zeros_like(base.X) if rates is None else rates
    low, high = np.log1p(bounds[0]), np.log1p(bounds[1])
    weights = np.stack([player.weights for player in players])
    firsts = np.cumsum([0, *(player.n_rates for player in players)])
    point: Array | None = None

    def spread(x: Array) -> Array:
        """Tariffs (N, N) of the players' rates x in logs."""
        full = start.copy()
        for first, player in zip(firsts, players, strict=False):
            full[player.cells] = np.expm1(x[first + player.rate])
        return full

    def answer(x: Array) -> tuple[Array, float]:
        """The step to the rates at which all gradients vanish, and its size."""
        nonlocal point
        attempt, _, problem = _solve_problem(base, spread(x), revenue, deficits, None, point)
        assert attempt.state is not None
        point = attempt.x
        found = welfare_sensitivity(problem, attempt.state, weights)
        target = np.empty_like(x)
        for p, player in enumerate(players):
            columns, place = np.unique(player.importers, return_inverse=True)
            terms = found.first_order_terms(p, columns)
            above, below = (
                np.bincount(player.rate, weights=term[player.exporters, place]) for term in terms
            )
            # Far from the solution a step can leave the domain of logs; it is pulled back.
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = np.nan_to_num(above / below, nan=1.0)
            target[firsts[p] : firsts[p + 1]] = np.log(np.clip(ratio, 1e-3, 1e3))
        step = np.clip(target, low, high) - x
        return step, float(np.max(np.abs(step))) if len(step) else 0.0

    guess = np.full(firsts[-1], np.clip(np.log1p(_FIRST_GUESS), low, high))
    x, residual, iterations = accelerate(
        answer, guess, progress, tolerance=TOLERANCE, max_iterations=MAX_ITERATIONS
    )
    if not residual <= ACCEPTED:
        raise NotConverged(
            f"not converged: after {iterations} iterations the first-order conditions are off by "
            f"{residual:.1e} (in logs of 1+t)"
        )
    equilibrium = counterfactual(base, spread(x), revenue=revenue, deficits=deficits)
    return TariffGame(
        players=tuple(players),
        equilibrium=equilibrium,
        status="converged",
        iterations=iterations,
        first_order_condition=residual,
        best_deviation_gain=deviation_gain(equilibrium, players, bounds, seed=seed, trials=trials),
        seconds=time.perf_counter() - started,
    )


def deviation_gain(
    equilibrium: Equilibrium,
    players: Sequence[Player],
    bounds: tuple[float, float],
    *,
    seed: int,
    trials: int,
) -> float:
    """Largest gain, per cent, from random deviations of single players, each solved exactly.

    Deviations of 0.1 to 10 % of 1+t in all controlled tariffs of a player drawn at random;
    negative at an optimum.
    """
    best = -np.inf
    sizes = [player.n_rates for player in players]
    for which, noise in random_deviations(sizes, seed=seed, trials=trials):
        player = players[which]
        rates = equilibrium.tariffs.copy()
        moved = np.expm1(np.log1p(rates[player.cells]) + noise[player.rate])
        rates[player.cells] = np.clip(moved, *bounds)
        other = counterfactual(
            equilibrium.baseline,
            rates,
            revenue=equilibrium.revenue_closure,
            deficits=equilibrium.deficits_closure,
            start=equilibrium,
        )
        best = max(best, float(player.weights @ (other.welfare - equilibrium.welfare)))
    return best


def _check_players(players: Sequence[Player]) -> None:
    if not players:
        raise InputError("a game needs at least one player.", field="players")
    setter: dict[tuple[int, int], str] = {}
    for player in players:
        for exporter, importer in zip(*player.cells, strict=True):
            other = setter.setdefault((int(exporter), int(importer)), player.name)
            if other != player.name:
                raise InputError(
                    f"{other} and {player.name} both set the same tariffs.",
                    field="players",
                    value=player.name,
                    valid="players and coalitions without common members",
                )
        if len(player.exporters) == 0:
            raise InputError(
                f"{player.name} buys nothing from anyone outside it, so it has no tariff to set.",
                field="players",
                value=player.name,
            )
