"""Concede, or resist by holding, retaliating, pivoting or selling: nested logit (C.2, H.7).

    P_i(resist) = exp(I_i)/(exp(I_i) + exp(Λ U_i(concede)))
    I_i = λ ln Σ_a exp((Λ U_i(a; x) + α_a)/λ)   over the ways to resist
    x = Σ_i w_i P_i(resist; x)

with Λ the rationality per per cent of GDP, λ the dissimilarity, α intercepts of open resistance
that reproduce how often partners retaliated in 2018-19. At λ = 1, α = 0 it is `logit_alignment`.
Arrays are over draws (n,), partners (m,) and actions (A,) in the order of `ACTIONS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from triffin.strategy.alignment.fixed_points import alignment_gap, fixed_points, reached
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NotConverged
from triffin.world.registry.parameter_set import ParameterSet

ACTIONS = ("concede", "hold", "retaliate", "pivot", "sell")
CONCEDE, HOLD, RETALIATE, PIVOT, SELL = range(5)
# Registry entries drawn for alignment, one column each; append, never reorder.
NESTED_COLUMNS = (
    "alignment_rationality",
    "alignment_dissimilarity",
    "retaliation_frequency",
    "pivot_frequency",
    "dignity_cost",
    "security_value",
)
_ROUNDS = 200
_SETTLED = 1e-11
_LONGEST_STEP = 5.0  # in units of the dissimilarity
_RAREST = 1e-6


@dataclass(frozen=True, eq=False)
class Game:
    """What partners choose between, per cent of their own GDP, relative to the pause.

    base (n, m, A) : payoffs while nobody else resists (x = 0), in the order of `ACTIONS`;
    minus infinity where an action is not open to a partner (a pivot of the rival; a sale without
    holdings). J (n, m) : by how much resisting gains on conceding when all others resist (x = 1).
    weight (m,) : of the partners in x, sum 1. n is 1 where nothing is drawn.
    """

    base: Array
    J: Array
    weight: Array

    def __post_init__(self) -> None:
        n, m, actions = self.base.shape
        if actions != len(ACTIONS) or self.J.shape != (n, m) or self.weight.shape != (m,):
            raise InputError(
                f"got {self.base.shape}, {self.J.shape} and {self.weight.shape}.",
                field="base, J, weight",
                valid=f"(n, m, {len(ACTIONS)}), (n, m) and (m,)",
            )
        if not np.isfinite(self.base[..., [CONCEDE, HOLD]]).all() or np.isnan(self.base).any():
            raise InputError(
                "a payoff is missing.", field="base", valid="finite payoffs of conceding, holding"
            )


@dataclass(frozen=True, eq=False)
class Alignment:
    """Who does what. probs (n, m, A) sum to 1; x (n,) the weighted share that resists, the fixed
    point reached from x_start; n_equilibria (n,); equilibria n lists of all fixed points; actions
    (n, m) positions in `ACTIONS`, None without uniforms; intercepts (n, A)."""

    probs: Array
    x: Array
    n_equilibria: Array
    equilibria: list[list[float]]
    actions: Array | None
    intercepts: Array

    def counts(self, action: int) -> Array:
        """(n,) how many partners take an action: in the draw of `actions`, else expected."""
        if self.actions is not None:
            return np.asarray((self.actions == action).sum(axis=1))
        return np.asarray(self.probs[..., action].sum(axis=1))


def draw_nested(u: Mapping[str, Array], parameters: ParameterSet) -> dict[str, Array]:
    """Values (n,) of `NESTED_COLUMNS` at uniforms of these names."""
    return parameters.draw(NESTED_COLUMNS, dict(u))


def resist_odds(
    base: Array, rationality: Array, dissimilarity: Array, intercepts: Array
) -> tuple[Array, Array]:
    """(log odds of resisting at x = 0 (n, m), probabilities within resistance (n, m, A − 1)).

    rationality, dissimilarity (n,) or (1,), intercepts (n, A) of utility; base as in `Game`.
    """
    force, spread = rationality.reshape(-1, 1), dissimilarity.reshape(-1, 1)
    utility = force[..., None] * base[..., HOLD:] + intercepts[:, None, HOLD:]
    top = utility.max(axis=-1)
    strength = np.exp((utility - top[..., None]) / spread[..., None])
    total = strength.sum(axis=-1)
    inclusive = top + spread * np.log(total)
    return inclusive - force * base[..., CONCEDE], strength / total[..., None]


def calibrate(reference: Array, drawn: Mapping[str, Array]) -> Array:
    """Intercepts (n, A) at which partners retaliate and pivot as often as in 2018-19.

    reference (n, m, A) : payoffs in 2018-19 as `Game.base` (`reference_2018`). The mean of
    P(retaliate) over partners is retaliation_frequency, that of P(pivot) pivot_frequency; selling
    has the intercept of the pivot, as both break openly with the hegemon. Others have 0.
    Raises NotConverged where no intercepts do that.
    """
    if not np.isfinite(reference[..., PIVOT]).any():
        raise InputError("nobody can pivot in 2018-19.", field="reference")
    targets = np.stack([drawn["retaliation_frequency"], drawn["pivot_frequency"]], axis=1)
    # A beta distribution near zero can return it; its intercept would be minus infinity.
    targets = np.maximum(targets, _RAREST)
    count = max(len(targets), len(reference))
    base = np.broadcast_to(reference, (count, *reference.shape[1:])).copy()
    base[..., SELL] = -np.inf
    force, spread = drawn["alignment_rationality"], drawn["alignment_dissimilarity"]
    intercepts = np.zeros((count, len(ACTIONS)))
    both = np.array([RETALIATE, PIVOT])
    # From below: where many would pivot for sure, their number says nothing about the intercept.
    top = np.maximum(base[..., both].max(axis=1), 0.0)
    intercepts[:, both] = spread[:, None] * np.log(targets) - force[:, None] * top
    open_ = np.arange(count)
    for _ in range(_ROUNDS):
        step, miss = _newton(
            base[open_], force[open_], spread[open_], intercepts[open_], targets[open_]
        )
        going = miss > _SETTLED
        open_, step, miss = open_[going], step[going], miss[going]
        if not len(open_):
            break
        intercepts[open_[:, None], both] += step
    else:
        raise NotConverged(
            "not converged: no intercepts reproduce the frequencies of 2018-19 "
            f"in {len(open_)} of {count} draws (off by {np.expm1(miss.max()):.2g})."
        )
    intercepts[:, SELL] = intercepts[:, PIVOT]
    return intercepts


def _newton(
    base: Array, force: Array, spread: Array, intercepts: Array, targets: Array
) -> tuple[Array, Array]:
    """Newton's step (n, 2) of the intercepts in the logs of both frequencies; how far off (n,)."""
    from scipy.special import expit

    odds, within = resist_odds(base, force, spread, intercepts)
    resists, nest = expit(odds)[..., None], within[..., [RETALIATE - HOLD, PIVOT - HOLD]]
    probs = resists * nest
    share = probs.mean(axis=1)
    miss = np.log(targets) - np.log(share)
    # dP_a/dα_b = P_a [1{a = b}/λ + (1 − P(resist) − 1/λ) P(b | resist)], averaged over partners.
    tilt = (1.0 - resists - 1.0 / spread[:, None, None]) * probs
    slope = np.einsum("nia,nib->nab", tilt, nest) / base.shape[1]
    slope += np.eye(2) * (share / spread[:, None])[:, None, :]
    step = np.linalg.solve(slope / share[..., None], miss[..., None])[..., 0]
    reach = _LONGEST_STEP * spread[:, None]
    return np.clip(step, -reach, reach), np.abs(miss).max(axis=1)


def reference_2018(security_loss_pct: Array, dignity_pct: Array, pivots: Array) -> Array:
    """(n, m, A) payoffs of 2018-19, per cent of GDP: duties on a few goods, small beside 1/Λ.

    Holding and retaliating 0; conceding costs dignity_pct (n,); a pivot costs an ally its security,
    security_loss_pct (n, m), where it is open, pivots (m,). What cheaper trade with the rival and a
    tariff of one's own gain without any threat does not count, here or later: it was there to be
    taken and was not, so that costs which the trade model lacks outweigh it.
    """
    base = np.zeros((*security_loss_pct.shape, len(ACTIONS)))
    base[..., CONCEDE] = -np.asarray(dignity_pct).reshape(-1, 1)
    base[..., PIVOT] = np.where(pivots, -security_loss_pct, -np.inf)
    base[..., SELL] = -np.inf
    return base


def align(
    game: Game,
    drawn: Mapping[str, Array],
    intercepts: Array,
    *,
    x_start: Array | float = 0.0,
    u: Array | None = None,
) -> Alignment:
    """Every equilibrium share of resistance, the one reached from x_start, and who does what there.

    game : payoffs (`alignment_game` builds them from the trade model, q and p). drawn : rationality
    and dissimilarity, `draw_nested`. intercepts : `calibrate`, zeros for none. x_start (n,) : share
    that resisted last period. u (n, m) : uniforms; actions are drawn from the probabilities.
    """
    force, spread = drawn["alignment_rationality"], drawn["alignment_dissimilarity"]
    odds, within = resist_odds(game.base, force, spread, intercepts)
    pull = force.reshape(-1, 1) * game.J + np.zeros_like(odds)
    n = len(odds)
    start = np.broadcast_to(np.asarray(x_start, dtype=np.float64), (n,))
    x, points = _equilibria(odds, pull, game.weight, start)

    from scipy.special import expit

    resists = expit(odds + pull * x[:, None])
    probs = np.empty((*odds.shape, len(ACTIONS)))
    probs[..., CONCEDE] = expit(-(odds + pull * x[:, None]))
    probs[..., HOLD:] = resists[..., None] * within
    return Alignment(
        probs=probs,
        x=x,
        n_equilibria=np.array([len(found) for found in points]),
        equilibria=points,
        actions=None if u is None else chosen(probs, u),
        intercepts=intercepts,
    )


def chosen(probs: Array, u: Array) -> Array:
    """Actions (n, m) at uniforms u (n, m); an action of probability 0 is never taken."""
    bounds = np.cumsum(probs, axis=-1)
    bounds /= bounds[..., -1:]
    return np.asarray((np.asarray(u)[..., None] >= bounds[..., :-1]).sum(axis=-1))


def _equilibria(
    odds: Array, pull: Array, weight: Array, start: Array
) -> tuple[Array, list[list[float]]]:
    """The fixed point reached from `start` (n,), and all of them by draw.

    Where the best reply has a slope below one everywhere there is one, found for all draws
    together; elsewhere the search that misses none (`fixed_points`) runs draw by draw.
    """
    from scipy.special import expit

    n = len(odds)
    x = np.full(n, 0.5)
    low, high = np.zeros(n), np.ones(n)
    single = (np.abs(pull) @ weight) / 4.0 < 1.0
    for _ in range(60):
        above = expit(odds + pull * x[:, None]) @ weight > x
        low, high = np.where(above, x, low), np.where(above, high, x)
        x = 0.5 * (low + high)
    points = [[float(value)] for value in x]
    for k in np.flatnonzero(~single):
        gap = alignment_gap(weight, odds[k], pull[k])
        points[k] = fixed_points(gap)
        x[k] = reached(gap, points[k], float(start[k]))
    return x, points
