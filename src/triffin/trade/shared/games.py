"""What games of tariffs share, with one sector or many: players, bounds, certificates.

A result carries its certificate: how far the first-order conditions are from being met, and the
best gain that random deviations of single players found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NotConverged

TOLERANCE = 1e-9
# First-order conditions met this closely count as solved; what was reached is reported.
ACCEPTED = 1e-7
LOWEST, HIGHEST = -0.9, 10.0
# A gain of a deviation, per cent, that rounding and the accuracy of the conditions explain.
LARGEST_GAIN = 1e-6
DEVIATIONS = 20
# An economy that buys almost nothing at home has no market to set tariffs for (trade.md section 4).
SMALLEST_HOME_SHARE = 0.1
FIRST_GUESS = 0.2

# Largest step of log(1+t) in one iteration.
_LARGEST_STEP = 0.3
# Extrapolation that makes steps this many times larger is given up for a while; a map that does
# not settle in so many plain iterations is extrapolated all the same.
_WORSE, _LONGEST_PLAIN = 3.0, 40

Progress = Callable[[int, float], None]
Bounds = tuple[float | Array, float | Array]


@dataclass(frozen=True, eq=False)
class Player:
    """Who sets which tariffs for whose sake.

    weights (N,) on welfare; exporters, importers (c,) the tariffs it sets; rate (c,) which of its
    own rates each of them carries: a customs union has one rate per exporter, a uniform tariff
    one rate altogether.
    """

    name: str
    weights: Array
    exporters: Array
    importers: Array
    rate: Array

    @property
    def cells(self) -> tuple[Array, ...]:
        """Index of the tariffs it sets in an (N exporter, N importer) array."""
        return self.exporters, self.importers

    def worth(self, welfare: Array) -> float:
        """Welfare (N,) of its members by weight; nan where that of one of them is undefined."""
        members = self.weights > 0
        return float(self.weights[members] @ welfare[members])

    @property
    def n_rates(self) -> int:
        """Number of rates it chooses."""
        return int(self.rate.max()) + 1


@dataclass(frozen=True, eq=False)
class Game:
    """Solved tariffs with their certificate.

    first_order_condition : largest relative distance |Delta log(1+t)| of a rate from the one at
        which its player's gradient vanishes (rates at a bound that push outward count as zero).
    best_deviation_gain : largest gain, per cent, that random deviations of single players found,
        each solved exactly; not positive at an optimum up to the accuracy of the solves.
    """

    players: tuple[Any, ...]
    equilibrium: Any
    iterations: int
    first_order_condition: float
    best_deviation_gain: float
    seconds: float
    notes: tuple[str, ...] = ()
    status: str = "converged"

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} of {len(self.players)} player(s): {self.status}, first-order "
            f"condition {self.first_order_condition:.0e}>"
        )

    def _repr_html_(self) -> str:
        return str(self.equilibrium._repr_html_())

    @property
    def tariffs(self) -> Array:
        """([S sector,] N exporter, N importer) fractions."""
        found: Array = self.equilibrium.tariffs
        return found

    @property
    def welfare(self) -> Array:
        """(N,) exact welfare change from the baseline, per cent."""
        found: Array = self.equilibrium.welfare
        return found

    @property
    def objective(self) -> dict[str, float]:
        """What each player maximises, per cent: its members' welfare."""
        return {p.name: p.worth(self.welfare) for p in self.players}

    @property
    def mean_tariffs(self) -> dict[str, float]:
        """Import-weighted mean tariff of every importer that sets any (baseline imports)."""
        weights = self.imports_taxed()
        exporters = tuple(range(weights.ndim - 1))
        imports = weights.sum(axis=exporters)
        mean = (weights * self.tariffs).sum(axis=exporters)
        codes = self.equilibrium.world.economies
        return {codes[d]: float(mean[d] / imports[d]) for d in np.flatnonzero(imports)}

    def imports_taxed(self) -> Array:
        """Baseline flows that some player taxes, USD, zero elsewhere; the shape of tariffs."""
        flows = self.equilibrium.flows_before
        weights = np.zeros_like(flows)
        for player in self.players:
            weights[player.cells] = flows[player.cells]
        return np.asarray(weights)


def refuse_ill_posed(deficits: str) -> None:
    """Raise InputError for closures under which a game of tariffs has no meaning."""
    if deficits == "fixed":
        raise InputError(
            "with deficits fixed in nominal terms a player's tariffs change the real value of "
            "the transfer it receives, so the game has no well-posed solution.",
            field="deficits",
            value="fixed",
            valid="balanced (deficits are purged first) or world-share",
        )


def controlled(
    flows: Array, name: str, members: Sequence[int], tie: str, against: Array | None
) -> tuple[Array, Array, Array, Array]:
    """Sectors, exporters and importers (c,) of the tariffs that members set, and rates they carry.

    Members tax outsiders, and not each other. flows (S, N exporter, N importer): those without
    trade are left out, as no tariff on them changes anything; `against`, of that shape, narrows
    down which may be taxed. tie : "none" a rate for each sector and exporter, "sector" one for all
    exporters (most favored nation), "partner" one for all sectors, "uniform" one altogether.

    Raises InputError where nothing is left to set.
    """
    n = flows.shape[-1]
    inside = np.isin(np.arange(n), members)
    allowed = (flows > 0) & inside & ~inside[:, None]
    if against is not None:
        allowed &= against
    sectors, exporters, importers = np.nonzero(allowed)
    if len(sectors) == 0:
        raise InputError(
            f"{name} buys nothing of what it may tax from anyone outside it, so it has no tariff "
            "to set.",
            field="players",
            value=name,
        )
    tied = {
        "none": sectors * n + exporters,
        "sector": sectors,
        "partner": exporters,
        "uniform": np.zeros_like(sectors),
    }[tie]
    return sectors, exporters, importers, np.unique(tied, return_inverse=True)[1]


def member_weights(level: Array, members: Sequence[int]) -> Array:
    """(N,) weights of members by `level` (N,), zero for others, adding up to one."""
    weights = np.where(np.isin(np.arange(len(level)), members), level, 0.0)
    return np.asarray(weights / weights.sum())


def check_players(players: Sequence[Player], shape: tuple[int, ...]) -> None:
    """Raise InputError where nobody plays, or two set the same tariffs (arrays of `shape`)."""
    if not players:
        raise InputError("a game needs at least one player.", field="players")
    setter = np.full(shape, -1)
    for p, player in enumerate(players):
        others = setter[player.cells]
        if (others >= 0).any():
            other = players[int(others.max())]
            raise InputError(
                f"{other.name} and {player.name} both set the same tariffs.",
                field="players",
                value=player.name,
                valid="players and coalitions without common members",
            )
        setter[player.cells] = p


def check_met(residual: float, iterations: int) -> None:
    """Raise NotConverged where first-order conditions are not met."""
    if not residual <= ACCEPTED:
        raise NotConverged(
            f"not converged: after {iterations} iterations the first-order conditions are off by "
            f"{residual:.1e} (in logs of 1+t)"
        )


def check_stated(players: Sequence[Player], welfare: Array) -> None:
    """Raise NotConverged where the welfare of a player has no meaning at the solution."""
    for player in players:
        if not np.isfinite(player.worth(welfare)):
            raise NotConverged(
                f"not converged: the welfare of {player.name} has no meaning at the tariffs found, "
                "so they are no optimum (see the notes of `triffin trade`)"
            )


def check_certificate(gain: float) -> None:
    """Raise NotConverged where a random deviation of a player gains more than rounding."""
    if gain > LARGEST_GAIN:
        raise NotConverged(
            f"not converged: the first-order conditions hold, but a player gains {gain:.1e} % by "
            "other rates close by: what was found is no maximum. Try other bounds, or --uniform"
        )


def deviation_gain(
    sizes: Sequence[int], gain: Callable[[int, Array], float], *, seed: int, trials: int
) -> float:
    """Largest gain, per cent, from random deviations of single players, each solved exactly.

    gain : of a player from moving its rates (as many as `sizes` says) by so much in log(1+t).
    Deviations are of 0.1 to 10 % of 1+t in all rates of a player, the players in random order.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(sizes))
    best = -np.inf
    for trial in range(trials):
        which = int(order[trial % len(sizes)])
        noise = rng.normal(size=sizes[which]) * 10 ** rng.uniform(-3, -1)
        best = max(best, gain(which, noise))
    return best


def quiet(iteration: int, residual: float) -> None:
    pass


def accelerate(
    answer: Callable[[Array], tuple[Array, float]],
    x: Array,
    progress: Progress,
    *,
    tolerance: float,
    max_iterations: int,
    memory: int = 6,
    plain_above: float | None = None,
    weights: Array | None = None,
    bounds: tuple[Array, Array] | None = None,
) -> tuple[Array, float, int]:
    """Anderson acceleration of x <- x + step(x) in logs of 1+t, steps capped at 0.3.

    answer : the step at x and its size. weights : what each rate counts in the least squares
    (default: all the same). bounds : lowest and highest x.

    plain_above : the map is iterated as it is until its step is smaller than this, because far
    from the solution of a large game extrapolation throws the players off their paths; and again,
    down to half the smallest step, when extrapolation has made steps larger. None never does so.

    Returns the x of the smallest step, that step's size, and the iterations made.
    Source: Anderson (1965), J. ACM 12; Walker and Ni (2011), SIAM J. Numer. Anal. 49.
    """
    xs: list[Array] = []
    fs: list[Array] = []
    x_old = f_old = None
    best, best_residual = x, np.inf
    plain, since, smallest = plain_above is not None, 0, np.inf
    threshold = plain_above or np.inf
    iteration = 0
    for iteration in range(1, max_iterations + 1):
        f, residual = answer(x)
        progress(iteration, residual)
        if residual < best_residual:
            best, best_residual = x, residual
        if residual <= tolerance:
            break
        since += 1
        smallest = min(smallest, residual)
        if plain and (residual <= threshold or since >= _LONGEST_PLAIN):
            plain, since, smallest = False, 0, residual
        elif plain_above is not None and not plain and residual > _WORSE * smallest:
            plain, since = True, 0
            threshold = min(threshold, smallest / 2)
            xs, fs, x_old = [], [], None
        elif not plain and x_old is not None and f_old is not None:
            xs.append(x - x_old)
            fs.append(f - f_old)
            if len(fs) > memory:
                xs.pop(0)
                fs.pop(0)
        step = f
        if fs:
            F = np.stack(fs, axis=1)
            if weights is None:
                mix = np.linalg.lstsq(F, f, rcond=1e-12)[0]
            else:
                mix = np.linalg.lstsq(F * weights[:, None], f * weights, rcond=1e-12)[0]
            step = f - (np.stack(xs, axis=1) + F) @ mix
        largest = float(np.max(np.abs(step)))
        x_old, f_old = x, f
        x = x + step * min(1.0, _LARGEST_STEP / largest) if largest else x
        if bounds is not None:
            x = np.clip(x, *bounds)
    return best, best_residual, iteration
