"""Cooperative tariffs: Nash bargaining from the trade war, and the efficient frontier.

Players bargain over the tariffs they set, with their Nash equilibrium as the threat: the product
of gains over it, prod_i (W_i - W_i^threat)^(b_i), is maximised in log(1+t) with exact gradients.
Tariffs between players also carry transfers (Lerner symmetry: a tariff of one with a subsidy of
imports by the other moves income and leaves trade alone), so that the frontier bends little and the
split is what bargaining settles; bounds without subsidies rule such transfers out.
Source: Nash (1950), Econometrica 18; Mayer (1981), in Bhagwati (ed.), Import Competition and
Response; Ossa (2014), Amer. Econ. Rev. 104, for tariffs.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from triffin.trade.games.bargaining import (
    SMALLEST_GAIN,
    Bargain,
    joint_deviations,
    opening,
    settle,
    table_of,
)
from triffin.trade.games.payoff_table import PayoffTable, payoff_table
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.one.games import TariffGame, solve_game
from triffin.trade.shared.games import Player
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of
from triffin.world.model import World

__all__ = [
    "Cooperation",
    "Frontier",
    "PayoffTable",
    "cooperative_tariffs",
    "efficient_frontier",
    "payoff_table",
]


BOUNDS = (-0.5, 2.0)
SCOPES = ("all", "players")
# A projected gradient above this is reported: the rates are then not exact.
ACCEPTED = 1e-6
DEVIATIONS = 30


@dataclass(frozen=True, eq=False, repr=False)
class Cooperation:
    """Outcome of bargaining over tariffs.

    outcome : "agreement", or "no agreement" when no tariffs within the bounds were found from
        which everyone gains; the equilibrium is then the threat's.
    weights (P,) : bargaining weights, adding up to one. threat : the trade war among the players.
    free_trade : no tariffs among players, those on third parties as in the threat.
    gradient_norm : largest entry of the projected gradient of sum_i b_i log(gain_i) in log(1+t),
        relative to the largest entry of one player's term of it.
    best_deviation_gain : largest increase of that sum which random joint deviations found.
    at_bounds : number of rates at a bound.
    """

    players: tuple[Player, ...]
    outcome: str
    weights: Array
    threat: TariffGame
    free_trade: Equilibrium
    equilibrium: Equilibrium
    gradient_norm: float
    best_deviation_gain: float
    at_bounds: int
    evaluations: int
    seconds: float
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Cooperation of {', '.join(p.name for p in self.players)}: {self.outcome}>"

    @property
    def tariffs(self) -> Array:
        """(N exporter, N importer) fractions."""
        return self.equilibrium.tariffs

    @property
    def welfare(self) -> dict[str, dict[str, float]]:
        """Per cent, by player: at "nash", at "free trade" among players, at "cooperation"."""
        points = {
            "nash": self.threat.equilibrium,
            "free trade": self.free_trade,
            "cooperation": self.equilibrium,
        }
        return {
            player.name: {name: player.worth(found.welfare) for name, found in points.items()}
            for player in self.players
        }

    @property
    def gains(self) -> dict[str, float]:
        """Gain over the threat, per cent, by player."""
        return {name: w["cooperation"] - w["nash"] for name, w in self.welfare.items()}

    def mean_tariff(self, importer: str, exporter: str) -> float:
        """Import-weighted mean rate (baseline imports) of one player on another."""
        names = {player.name: player for player in self.players}
        sides = (names[exporter].weights > 0, names[importer].weights > 0)
        flows = self.equilibrium.baseline.X[np.ix_(*sides)]
        return float((flows * self.tariffs[np.ix_(*sides)]).sum() / flows.sum())


@dataclass(frozen=True, eq=False)
class Frontier:
    """Efficient points from which every player gains over the threat; K points, P players.

    weights (K, P) bargaining weights; welfare, gains (K, P) per cent; threat (P,) per cent;
    tariffs (K, N exporter, N importer); gradient_norm (K,) as in `Cooperation`. Empty (K = 0)
    when there is no agreement.
    """

    players: tuple[str, ...]
    weights: Array
    welfare: Array
    gains: Array
    threat: Array
    tariffs: Array
    gradient_norm: Array
    seconds: float


def _prepare(
    world: World | Baseline | str,
    players: Sequence[str | Sequence[str]],
    *,
    scope: str = "all",
    model: str | None = None,
    uniform: bool = False,
    revenue: str | None = None,
    deficits: str = "balanced",
    rates: Array | None = None,
    bounds: tuple[float, float] = BOUNDS,
    seed: int = 1,
    **parameters: float,
) -> tuple[Bargain, Array]:
    """The bargain from the trade war, and tariffs free among players, else those of the war."""
    message = f"{scope!r} does not say which tariffs are negotiated."
    one_of(scope, SCOPES, message, field="scope")
    if not -1 < bounds[0] < bounds[1]:
        raise InputError("bounds must rise, from above -1.", field="bounds", value=bounds)
    base, chosen = table_of(world, players, model, uniform, deficits, parameters)
    revenue = base.model.revenue if revenue is None else revenue
    war = solve_game(
        base, chosen, revenue=revenue, deficits=deficits, rates=rates, seed=seed, trials=0
    )
    among = [_against(player, chosen) for player in chosen]
    movers = among if scope == "players" else chosen
    if not any(len(mover.rate) for mover in movers):
        raise InputError("the players do not trade with each other.", field="players")
    free = war.tariffs.copy()
    for mover in among:
        free[mover.cells] = 0.0
    return Bargain(war, [mover for mover in movers if len(mover.rate)], bounds), free


def _against(player: Player, players: Sequence[Player]) -> Player:
    """The player with only those of its tariffs that bear on other players."""
    others = np.any([other.weights > 0 for other in players if other is not player], axis=0)
    kept = others[player.exporters]
    rate = player.rate[kept]
    if len(rate):
        rate = np.unique(rate, return_inverse=True)[1]
    return replace(
        player, exporters=player.exporters[kept], importers=player.importers[kept], rate=rate
    )


def _bargaining_weights(weights: Sequence[float] | None, n: int) -> Array:
    found = np.full(n, 1 / n) if weights is None else np.asarray(weights, dtype=float)
    if found.shape != (n,) or not np.isfinite(found).all() or (found <= 0).any():
        raise InputError(
            "bargaining weights must be positive, one per player.",
            field="weights",
            value=weights,
            valid=f"{n} positive numbers",
        )
    return np.asarray(found / found.sum())


def cooperative_tariffs(
    world: World | Baseline | str,
    players: Sequence[str | Sequence[str]],
    *,
    weights: Sequence[float] | None = None,
    scope: str = "all",
    model: str | None = None,
    uniform: bool = False,
    revenue: str | None = None,
    deficits: str = "balanced",
    rates: Array | None = None,
    bounds: tuple[float, float] = BOUNDS,
    seed: int = 1,
    trials: int = DEVIATIONS,
    **parameters: float,
) -> Cooperation:
    """Nash bargaining of players over their tariffs, with their trade war as the threat.

    Parameters
    ----------
    players : two or more economies, groups (customs unions) or lists of members.
    weights : bargaining weights; equal if left out.
    scope : "all" tariffs of the players are negotiated, those on third parties too (they then act
        as one there), or only those on "players", the others staying as in the trade war.
    rates : (N, N) tariffs that nobody at the table sets; zero if left out.
    bounds : lowest and highest rate. Negative rates are import subsidies, which carry transfers;
        a lower bound of zero rules them out.

    Where nobody finds tariffs from which everyone gains, the outcome is "no agreement".
    Raises InputError for unknown names, overlapping players and ill-posed closures; NoEquilibrium
    and NotConverged from the trade war. Source: Nash (1950), Econometrica 18.

    >>> peace = cooperative_tariffs(
    ...     "world-2023", ["USA", "CHN"], uniform=True, scope="players", bounds=(0, 1), trials=2
    ... )
    >>> peace
    <Cooperation of USA, CHN: agreement>
    >>> {player: round(gain, 2) for player, gain in peace.gains.items()}
    {'USA': 0.15, 'CHN': 0.16}
    """
    started = time.perf_counter()
    shares = _bargaining_weights(weights, len(players))
    bargain, free = _prepare(
        world,
        players,
        scope=scope,
        model=model,
        uniform=uniform,
        revenue=revenue,
        deficits=deficits,
        rates=rates,
        bounds=bounds,
        seed=seed,
        **parameters,
    )
    free_trade = bargain.equilibrium(free)
    x, least = _opening(bargain, free)
    notes = []
    if least > SMALLEST_GAIN:
        x, norm = settle(bargain, shares, x)
        outcome, equilibrium = "agreement", bargain.equilibrium(bargain.tariffs(x))
        best = joint_deviations(bargain, shares, x, seed, trials)
        held = int(np.count_nonzero((x <= bargain.low) | (x >= bargain.high)))
        if norm > ACCEPTED:
            notes.append(f"the projected gradient is {norm:.0e}: rates are not exact")
        if held:
            notes.append(f"{held} of {len(x)} rates are at a bound")
    else:
        outcome, equilibrium = "no agreement", bargain.war.equilibrium
        norm = best = float("nan")
        held = 0
        notes.append(
            f"no tariffs within the bounds were found from which everyone gains: the best leaves "
            f"the least lucky player {least:+.1e} % from the trade war"
        )
    if bounds[0] < 0:
        notes.append("import subsidies between players stand for transfers of income")
    return Cooperation(
        players=bargain.players,
        outcome=outcome,
        weights=shares,
        threat=bargain.war,
        free_trade=free_trade,
        equilibrium=equilibrium,
        gradient_norm=norm,
        best_deviation_gain=best,
        at_bounds=held,
        evaluations=bargain.evaluations,
        seconds=time.perf_counter() - started,
        notes=tuple(notes),
    )


def _opening(bargain: Bargain, free: Array) -> tuple[Array, float]:
    ends = [bargain.rates, free, np.zeros_like(free)]
    return opening(bargain, [bargain.rates_of(end) for end in ends])


def efficient_frontier(
    world: World | Baseline | str,
    players: Sequence[str | Sequence[str]],
    points: int = 11,
    *,
    least_weight: float = 0.05,
    **options: Any,
) -> Frontier:
    """The part of the efficient frontier on which every player gains over the trade war.

    Traced by Nash bargaining: the first player's weight runs from `least_weight` to one minus it
    in `points` steps and the others share the rest, so that the first player's welfare rises
    along the frontier. `options` and errors are those of `cooperative_tariffs`, without weights
    and trials.
    """
    started = time.perf_counter()
    if points < 2 or not 0 < least_weight < 0.5:
        raise InputError(
            "a frontier takes two points or more and a least weight between 0 and 0.5.",
            field="points",
            value=points,
            valid="points of 2 or more, least_weight such as 0.05",
        )
    bargain, free = _prepare(world, players, **options)
    n = len(bargain.players)
    x, least = _opening(bargain, free)
    first = np.linspace(least_weight, 1 - least_weight, points)
    weights = np.column_stack([first, *[(1 - first) / (n - 1)] * (n - 1)])
    welfare, tariffs, norms = [], [], []
    if least > SMALLEST_GAIN:
        # From the middle, where gains are large, to both ends.
        x, _ = settle(bargain, np.full(n, 1 / n), x)
        middle = int(np.argmin(np.abs(first - 1 / n)))
        solved: dict[int, tuple[Array, float]] = {}
        for run in (range(middle, points), range(middle - 1, -1, -1)):
            at = x
            for k in run:
                at, norm = settle(bargain, weights[k], at)
                solved[k] = at, norm
        for k in range(points):
            at, norm = solved[k]
            welfare.append(bargain.solve(at)[0])
            tariffs.append(bargain.tariffs(at))
            norms.append(norm)
    found = np.array(welfare).reshape(-1, n)
    return Frontier(
        players=tuple(player.name for player in bargain.players),
        weights=weights[: len(found)],
        welfare=found,
        gains=found - bargain.threat,
        threat=bargain.threat,
        tariffs=np.array(tariffs).reshape(-1, *bargain.base.X.shape),
        gradient_norm=np.array(norms),
        seconds=time.perf_counter() - started,
    )
