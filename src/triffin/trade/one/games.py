"""Games of tariffs in one-sector worlds, by exact derivatives.

Every player's first-order conditions are solved for the rates at which its gradient vanishes, all
players at once, and the map is accelerated in log(1+t) (trade.md section 4).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from triffin.trade.one.adjoint import welfare_sensitivity
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import counterfactual, solve_problem
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.one.optimum import BETTER, FEW_RATES, Search
from triffin.trade.one.retaliation import optimal_tariff_formula
from triffin.trade.shared.games import (
    ACCEPTED,
    DEVIATIONS,
    FIRST_GUESS,
    HIGHEST,
    LOWEST,
    TOLERANCE,
    Game,
    Player,
    Progress,
    accelerate,
    check_certificate,
    check_met,
    check_players,
    check_stated,
    controlled,
    deviation_gain,
    member_weights,
    quiet,
    refuse_ill_posed,
)
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged

MAX_ITERATIONS = 150


def player_of(
    base: Baseline,
    name: str,
    members: Sequence[int],
    *,
    uniform: bool = False,
    against: Array | None = None,
) -> Player:
    """A player that sets its members' tariffs on outsiders, and none among them.

    One member: its own welfare, a rate for each supplier. Several: spending-weighted welfare and
    one rate per exporter common to all members (a customs union). `uniform`: one rate for all.
    `against` (N exporter, N importer) narrows down which tariffs it may set.

    Raises InputError where it has none to set.
    """
    tie = "uniform" if uniform else "none"
    _, exporters, importers, rate = controlled(base.X[None], name, members, tie, against)
    return Player(name, member_weights(base.E, members), exporters, importers, rate)


@dataclass(frozen=True, eq=False, repr=False)
class TariffGame(Game):
    """Solved tariffs of one-sector economies with their certificate."""

    equilibrium: Equilibrium

    @property
    def closed_form(self) -> dict[str, float]:
        """The paper's closed-form unilateral rate of every importer that sets any."""
        base = self.equilibrium.baseline
        rates = optimal_tariff_formula(base)
        return {code: float(rates[base.world.index(code)]) for code in self.mean_tariffs}


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
    check_players(players, base.X.shape)
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
        attempt, state, problem = solve_problem(base, spread(x), revenue, deficits, start=point)
        point = attempt.x
        found = welfare_sensitivity(problem, state, weights)
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

    def follow(x: Array) -> tuple[Array, float, int]:
        return accelerate(answer, x, progress, tolerance=TOLERANCE, max_iterations=MAX_ITERATIONS)

    guess = np.full(firsts[-1], np.clip(np.log1p(FIRST_GUESS), low, high))
    notes: tuple[str, ...] = ()
    if len(players) > 1:
        x, residual, iterations = follow(guess)
        check_met(residual, iterations)
        found = counterfactual(base, spread(x), revenue=revenue, deficits=deficits)
    else:
        search = Search(base, players[0], start, revenue, deficits, low, high)
        x, residual, iterations, found, notes = _best(search, follow, guess)
    check_stated(players, found.welfare)

    def gain(which: int, noise: Array) -> float:
        player, moved = players[which], found.tariffs.copy()
        rates = np.expm1(np.log1p(moved[player.cells]) + noise[player.rate])
        moved[player.cells] = np.clip(rates, *bounds)
        try:
            other = counterfactual(base, moved, revenue=revenue, deficits=deficits, start=found)
        except (NoEquilibrium, NotConverged):
            return -np.inf
        gained = player.worth(other.welfare) - player.worth(found.welfare)
        return gained if np.isfinite(gained) else -np.inf

    sizes = [player.n_rates for player in players]
    best = deviation_gain(sizes, gain, seed=seed, trials=trials)
    check_certificate(best)
    return TariffGame(
        players=tuple(players),
        equilibrium=found,
        iterations=iterations,
        first_order_condition=residual,
        best_deviation_gain=best,
        seconds=time.perf_counter() - started,
        notes=notes,
    )


def _best(
    search: Search, follow: Callable[[Array], tuple[Array, float, int]], guess: Array
) -> tuple[Array, float, int, Equilibrium, tuple[str, ...]]:
    """The best of the maximum near the guess and of what the search finds, solved for good.

    Raises NoEquilibrium and NotConverged where none of them is an equilibrium that continues
    from free trade with its first-order conditions met.
    """
    tried: list[tuple[Array, float, int]] = []
    failure: Exception | None = None
    near, made = guess, 0
    try:
        near, residual, made = follow(guess)
        check_met(residual, made)
        tried.append((near, residual, made))
    except (NoEquilibrium, NotConverged) as error:
        failure = error
    far, top = search.best(near)
    if far is not near or not tried:
        if len(far) <= FEW_RATES:
            x, residual = search.settle(far)
        else:
            x, residual, more = follow(far)
            made += more
        # What was reached counts as far as it is as good as where it started.
        if residual <= ACCEPTED and search.value(x, None)[0] >= top - BETTER:
            tried.append((x, residual, made))
    tried.sort(key=lambda entry: search.value(entry[0], None)[0], reverse=True)
    for x, residual, made in tried:
        try:
            found = counterfactual(
                search.base, search.spread(x), revenue=search.revenue, deficits=search.deficits
            )
        except (NoEquilibrium, NotConverged) as error:
            failure = error
            continue
        return x, residual, made, found, search.said(x, far, top)
    if failure is None:
        failure = NotConverged(f"not converged: {search.rises(far, top)}")
    raise failure
