"""Games of sector tariffs: solved by first-order conditions, all players at once.

Where the map of `conditions` does not converge, players climb in turn by a quasi-Newton method.
A result carries its certificate: the norm of the first-order conditions, the gradient that is
left, and the best gain that random deviations found.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.games.conditions import Conditions
from triffin.trade.many.games.players import SectorPlayer, objectives
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solve import solve_sectors
from triffin.trade.shared.games import (
    ACCEPTED,
    DEVIATIONS,
    HIGHEST,
    LOWEST,
    TOLERANCE,
    Bounds,
    Game,
    Progress,
    accelerate,
    check_certificate,
    check_met,
    check_players,
    deviation_gain,
    quiet,
    refuse_ill_posed,
)
from triffin.world.base.arrays import Array

MAX_ITERATIONS = 200
# Above this step the players' answers to each other are iterated as they are.
_PLAIN_ABOVE = 1e-2
_MEMORY = 20
# The fallback: turns of best replies, and how far log(1+t) moves in one of them.
_ROUNDS, _MOVE = 20, 0.3


@dataclass(frozen=True, eq=False, repr=False)
class SectorGame(Game):
    """Solved sector tariffs with their certificate.

    gradient_norm : largest derivative of a player's objective (per cent) in log(1+t) of one of
        its rates, those at a bound that push outward left out.
    at_bounds : number of rates held at a bound. method : "first-order map" or "quasi-Newton".
    """

    players: tuple[SectorPlayer, ...]
    equilibrium: SectorEquilibrium
    method: str = field(kw_only=True)
    gradient_norm: float = field(kw_only=True)
    at_bounds: int = field(kw_only=True)

    @property
    def objective(self) -> dict[str, float]:
        """What each player maximises, per cent; its welfare where no weight is political."""
        values = objectives(self.players, self.equilibrium)
        return {p.name: float(value) for p, value in zip(self.players, values, strict=True)}

    @property
    def sector_mean_tariffs(self) -> Array:
        """(S, N importer) import-weighted mean of the tariffs set; nan where none is."""
        weights = self.imports_taxed()
        total = weights.sum(axis=1)
        mean = (weights * self.tariffs).sum(axis=1) / np.where(total > 0, total, np.nan)
        return np.asarray(mean)


def solve_sector_game(
    base: SectorBaseline,
    players: Sequence[SectorPlayer],
    *,
    revenue: str = "lump-sum",
    deficits: str = "balanced",
    rates: Array | None = None,
    bounds: Bounds = (LOWEST, HIGHEST),
    seed: int = 1,
    trials: int | None = None,
    progress: Progress = quiet,
) -> SectorGame:
    """Tariffs at which every player's first-order conditions hold, given everyone else's.

    rates : (S, N, N) what nobody controls, the baseline's if left out. bounds : lowest and
    highest rate, numbers or arrays that broadcast to (S, N exporter, N importer). trials : random
    deviations, 20 or one for each player if left out.

    Raises
    ------
    InputError : fixed nominal deficits, two players for one tariff, no player, wrong bounds.
    NoEquilibrium, NotConverged : from the trade model, or if the conditions are not met.
    """
    started = time.perf_counter()
    refuse_ill_posed(deficits)
    check_players(players, base.share.shape)
    fixed = base.tariff if rates is None else np.asarray(rates, dtype=float)
    conditions = Conditions(base, players, revenue, deficits, fixed, bounds)
    x, residual, iterations = _follow_map(conditions, conditions.guess, progress)
    method = "first-order map"
    if not residual <= ACCEPTED:
        method = "quasi-Newton"
        x = _climb(conditions, x)
        x, residual, more = _follow_map(conditions, x, progress)
        iterations += more
    residual, norm, held = conditions.certificate(x)
    check_met(residual, iterations)
    found = conditions.solve(x)
    before = objectives(players, found)

    def gain(which: int, noise: Array) -> float:
        moved = x.copy()
        moved[conditions.firsts[which] : conditions.firsts[which + 1]] += noise
        other = solve_sectors(
            base,
            conditions.spread(np.clip(moved, conditions.low, conditions.high)),
            revenue=revenue,
            deficits=deficits,
            guess=found.x,
        )
        return float(objectives(players, other)[which] - before[which])

    sizes = np.diff(conditions.firsts).tolist()
    if trials is None:
        trials = max(DEVIATIONS, len(players))
    best = deviation_gain(sizes, gain, seed=seed, trials=trials)
    check_certificate(best)
    return SectorGame(
        players=tuple(players),
        equilibrium=found,
        method=method,
        iterations=iterations,
        first_order_condition=residual,
        gradient_norm=norm,
        best_deviation_gain=best,
        at_bounds=held,
        seconds=time.perf_counter() - started,
    )


def _follow_map(conditions: Conditions, x: Array, progress: Progress) -> tuple[Array, float, int]:
    return accelerate(
        conditions.answer,
        x,
        progress,
        tolerance=TOLERANCE,
        max_iterations=MAX_ITERATIONS,
        memory=_MEMORY,
        plain_above=_PLAIN_ABOVE,
        weights=conditions.importance,
        bounds=(conditions.low, conditions.high),
    )


def _climb(conditions: Conditions, x: Array) -> Array:
    """Best replies in turn, each by a quasi-Newton method with exact gradients, within bounds.

    The fallback where the map does not converge. Source: Byrd, Lu, Nocedal and Zhu (1995), SIAM J.
    Sci. Comput. 16 (L-BFGS-B).
    """
    x = x.copy()
    rounds = 1 if len(conditions.players) == 1 else _ROUNDS
    for _ in range(rounds):
        before = x.copy()
        for p, player in enumerate(conditions.players):
            own = replace(conditions, players=[player], tariffs=conditions.spread(x), precise=True)
            part = slice(conditions.firsts[p], conditions.firsts[p + 1])
            x[part] = _best_reply(own, x[part])
        if np.max(np.abs(x - before)) <= 1e-6:
            break
    return x


def _best_reply(own: Conditions, x: Array) -> Array:
    """The rates x of a single player that maximise its objective, found in limited moves."""
    from scipy.optimize import Bounds as Box
    from scipy.optimize import minimize

    for _ in range(_ROUNDS):
        # theta g_A is the curvature in log(1+t) at an optimum; in its units all rates are alike.
        _, d, scale = own.terms(x)
        curvature = np.abs(scale * d)
        unit = np.sqrt(np.maximum(curvature, 1e-9 * curvature.max(initial=1e-12)))

        def loss(y: Array, unit: Array = unit) -> tuple[float, Array]:
            slope = own.gradient(y / unit)
            assert own.result is not None
            return -float(objectives(own.players, own.result)[0]), -slope / unit

        low, high = np.maximum(own.low, x - _MOVE), np.minimum(own.high, x + _MOVE)
        found = minimize(
            loss,
            x * unit,
            jac=True,
            method="L-BFGS-B",
            bounds=Box(low * unit, high * unit),
            options={"maxiter": 100, "maxcor": _MEMORY, "ftol": 1e-14, "gtol": 1e-9},
        )
        moved = np.clip(found.x / unit, low, high)
        largest = float(np.max(np.abs(moved - x)))
        x = moved
        if largest < 0.9 * _MOVE:
            break
    return x
