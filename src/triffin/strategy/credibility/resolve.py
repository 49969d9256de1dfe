"""Will the hegemon punish, and what is believed of it: the production stepper (B.2, B.3, H.4).

`Resolve` holds the belief p of n draws. At each ultimatum: `cost` of punishing, what is at stake
(`stake`), `q` that partners fear, `decide` what happens and what is believed afterwards. Money is
billion USD, present value over the horizon H. Arrays broadcast over draws (n,), and over partners
or audiences (n, m) where the docstring says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from triffin.finance.treasuries.leverage import annuity, interest_per_year
from triffin.strategy.creditor.threat import discount_rate
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet, kept_by_parameters

OUTCOMES = ("full_punish", "partial_punish", "extension", "back_down")
FULL_PUNISH, PARTIAL_PUNISH, EXTENSION, BACK_DOWN = range(4)
PUNISHED = (FULL_PUNISH, PARTIAL_PUNISH)
TYPES = ("tough", "weak")
FORCED = {"punish": FULL_PUNISH, "back_down": BACK_DOWN}

LIKELIHOODS = tuple(f"likelihood_{kind}_{outcome}" for kind in TYPES for outcome in OUTCOMES)
# Registry entries drawn for a stepper, one column each; append, never reorder. The horizon and the
# loss of share prices are conventions of the comparison and stay at their values.
RESOLVE_COLUMNS = (
    "credibility_prior",
    "audience_cost_share",
    "pain_weight",
    "pain_tolerance_bp",
    "tolerance_sd_log",
    "punishment_smoothing",
    "court_block_probability",
    *LIKELIHOODS,
)
PAIN_DAYS = 3
"""Market pain is the largest rise of the 10-year yield in three trading days (H.4)."""


@dataclass(frozen=True, eq=False)
class Cost:
    """Cost of punishing, bn USD, present value over H; each (n,) or (n, m).

    calm : trade and share prices; below zero where punishing pays. pain : market pain beyond what
    is tolerated, never below zero. total : their sum.
    """

    calm: Array
    pain: Array

    @property
    def total(self) -> Array:
        return np.asarray(self.calm + self.pain)

    @property
    def visible(self) -> Array:
        """Whether everybody sees a spike of the cost: then backing down says little (B.2)."""
        return np.asarray(self.pain > 0)

    @property
    def self_enforcing(self) -> Array:
        """Where punishing pays, or costs nothing: no dilemma (H.2)."""
        return np.asarray(self.total <= 0)


@kept_by_parameters
def ten_year_roll_bn(parameters: ParameterSet) -> float:
    """Debt refinanced within twelve months, bn, each bucket weighted by how much its yield moves
    with the 10-year (H.5): applying the 10-year to all of it would overstate interest threefold."""
    return 1e4 * float(
        sum(
            np.sum(part)
            for part in interest_per_year(1.0, years=1.0, parameters=parameters).values()
        )
    )


def largest_rise(yields_pct: Array, days: int = PAIN_DAYS) -> Array:
    """Largest rise of a yield (T, ...) in per cent within `days` trading days, in bp, from 0 on.

    Missing days (nan) carry the last level. Fewer than two observations have no rise.
    """
    level = np.asarray(yields_pct, dtype=np.float64)
    best = np.zeros(level.shape[1:])
    for step in range(1, min(days, len(level) - 1) + 1):
        best = np.fmax(best, np.nanmax(level[step:] - level[:-step], axis=0, initial=0.0))
    return 100.0 * best


def draw_resolve(u: Mapping[str, Array], parameters: ParameterSet) -> dict[str, Array]:
    """Values (n,) of `RESOLVE_COLUMNS` at uniforms of these names (`with_table` applied)."""
    return with_table(parameters.draw(RESOLVE_COLUMNS, dict(u)))


def with_table(drawn: dict[str, Array]) -> dict[str, Array]:
    """Drawn values with the four likelihoods of each type divided by their sum."""
    drawn = dict(drawn)
    for kind in TYPES:
        names = [f"likelihood_{kind}_{outcome}" for outcome in OUTCOMES]
        total = np.sum([drawn[name] for name in names], axis=0)
        drawn |= {name: drawn[name] / total for name in names}
    return drawn


class Resolve:
    """Belief p (n,) that the hegemon is tough, and what it does at each ultimatum.

    drawn : `draw_resolve`; name -> (n,). The table of likelihoods (B.3) says
    how a type splits punishing into full and partial and a pause into extension and backing down,
    and how often a tough hegemon pauses without pain. How often a weak one punishes follows from
    its cost and stake. `p` changes only in `decide` and `observe`.
    """

    def __init__(
        self,
        drawn: Mapping[str, Array],
        *,
        horizon_years: float | None = None,
        parameters: ParameterSet,
    ) -> None:
        missing = [name for name in RESOLVE_COLUMNS if name not in drawn]
        if missing:
            raise InputError(
                "draws are missing.", field="drawn", value=missing, valid=RESOLVE_COLUMNS
            )
        self.drawn = {name: np.asarray(drawn[name], dtype=np.float64) for name in RESOLVE_COLUMNS}
        self.p = self.drawn["credibility_prior"].copy()
        self.table = np.stack(
            [
                np.stack([self.drawn[f"likelihood_{kind}_{o}"] for o in OUTCOMES], axis=-1)
                for kind in TYPES
            ],
            axis=-1,
        )
        years = parameters.value("cost_horizon_years") if horizon_years is None else horizon_years
        self.years = years
        self.annuity = annuity(discount_rate(parameters), years)
        self.equity_bn = parameters.value("equity_loss_usd_bn")
        self.roll_bn = ten_year_roll_bn(parameters)

    def _over(self, name: str, like: Array) -> Array:
        """A drawn value (n,) with as many axes as `like`, draws first."""
        return _aligned(self.drawn[name], like)

    def cost(
        self,
        ge_bn_per_year: Array,
        dy_bp: Array | float = 0.0,
        *,
        pain_share: Array | float = 1.0,
        equity_bn: Array | float | None = None,
    ) -> Cost:
        """Cost of executing the threat.

        ge_bn_per_year (n,) or (n, m) : the hegemon's loss in the trade model from executing it
        against not doing so, bn USD per year (`payoffs`: column pause less announced; below zero
        where it gains). dy_bp (n,) : largest three-day rise of the 10-year that it faces
        (`largest_rise`). pain_share : part of the pain that belongs to each of m partners, 1 for
        a decision on all. equity_bn : loss of share prices, one-off; the registry's 0 if left out.

        pain = χ (dy − y_pain)+ 10⁻⁴ Roll × annuity.
        """
        ge = np.asarray(ge_bn_per_year, dtype=np.float64)
        equity = self.equity_bn if equity_bn is None else equity_bn
        shape = np.broadcast_shapes(ge.shape, (len(self.p),) + (1,) * max(ge.ndim - 1, 0))
        calm = np.broadcast_to(ge * self.annuity + equity, shape).copy()
        rise = np.maximum(np.asarray(dy_bp) - self.drawn["pain_tolerance_bp"], 0.0)
        pain = self.drawn["pain_weight"] * rise * 1e-4 * self.roll_bn * self.annuity
        return Cost(calm, np.asarray(_aligned(pain, calm) * pain_share + np.zeros_like(calm)))

    def reputation_value(
        self, gain_bn_per_year: Array, concede_pct: Array, resist_pct: Array, punished_pct: Array,
        rationality: Array | float,
    ) -> Array:  # fmt: skip
        """V (n,): what being seen to punish earns from the partners that have not settled.

        V = annuity × Σ_i gain_i [P_i(concede | p after punishing) − P_i(concede | p after backing
        down)],  P_i = Λ(Λ_r [U_i(concede) − (1−q) U_i(resist) − q U_i(punished)]), q the belief
        itself and Λ_r the rationality: what a weak hegemon will do later counts for nothing.
        gain (n, m) or (m,) : the hegemon's gain from a concession, bn USD a year; 0 for partners
        that have settled. The three payoffs (n, m) or (m,) in per cent of the partner's GDP;
        rationality (n,) per per cent. Never below zero.
        """
        from scipy.special import expit

        after = self.posterior(self.table)
        force = np.asarray(rationality, dtype=np.float64).reshape(-1, 1)

        def concedes(belief: Array) -> Array:
            q = belief[:, None]
            return np.asarray(
                expit(force * (concede_pct - (1 - q) * resist_pct - q * punished_pct))
            )

        moved = concedes(after[:, FULL_PUNISH]) - concedes(after[:, BACK_DOWN])
        return np.maximum(self.annuity * (np.asarray(gain_bn_per_year) * moved).sum(axis=1), 0.0)

    def audience_cost(self, cost: Cost) -> Array:
        """AC: what backing down costs before those who heard the threat; a share of calm cost."""
        share = self._over("audience_cost_share", cost.calm)
        return np.asarray(share * np.maximum(cost.calm, 0.0))

    def stake(self, cost: Cost, reputation_bn: Array | float) -> Array:
        """V + AC, in the shape of the cost."""
        value = np.asarray(reputation_bn, dtype=np.float64)
        return np.asarray(_aligned(value, cost.calm) + self.audience_cost(cost))

    def dilemma_index(self, cost: Cost, stake: Array) -> Array:
        """cost/(V + AC): above 1 backing down is optimal; 0 or less: the threat pays. Infinite
        where punishing costs something and backing down nothing."""
        total = cost.total
        undefined = np.where(total > 0, np.inf, 0.0)
        with np.errstate(over="ignore"):
            return np.where(stake > 0, total / np.where(stake > 0, stake, 1.0), undefined)

    def weak_punishes(self, cost: Cost, stake: Array) -> Array:
        """x: probability that a weak hegemon punishes, Λ((V + AC − c)/T_B), T_B a share of c.

        1 where punishing pays (H.2)."""
        from scipy.special import expit

        total = cost.total
        width = self._over("punishment_smoothing", total) * np.where(total > 0, total, 1.0)
        smooth = expit((stake - total) / np.maximum(width, 1e-12))
        return np.where(cost.self_enforcing, 1.0, smooth)

    def q(self, cost: Cost, stake: Array, *, court: bool = True) -> Array:
        """q = [p + (1−p) x] (1 − π_court): the chance of being punished, in the shape of the cost.

        court=False leaves the courts out (then p = 1 gives 1).
        """
        x = self.weak_punishes(cost, stake)
        p = _aligned(self.p, x)
        held = 1.0 - self._over("court_block_probability", x) if court else 1.0
        return np.asarray((p + (1.0 - p) * x) * held)

    def likelihoods(self, cost: Cost, stake: Array) -> Array:
        """(n, 4, 2) probability of each outcome if the hegemon is tough, if it is weak; sums 1.

        A weak one punishes with probability x, and never less often than the table says: belief is
        noisy. A tough one pauses as often as the table says; where the cost is visible, at least as
        often as the cost exceeds its tolerance, which is lognormal around V + AC. A tough hegemon
        never punishes less often than a weak one.
        cost and stake (n,): one decision per draw.
        """
        from scipy.special import ndtr

        x = np.maximum(self.weak_punishes(cost, stake), self.table[:, PUNISHED, 1].sum(axis=1))
        pauses = self.table[:, EXTENSION, 0] + self.table[:, BACK_DOWN, 0]
        ratio = self.dilemma_index(cost, stake)
        with np.errstate(divide="ignore"):
            gives_in = ndtr(np.log(np.maximum(ratio, 0.0)) / self.drawn["tolerance_sd_log"])
        pauses = np.where(cost.visible, np.maximum(pauses, gives_in), pauses)
        punishes = np.stack([np.maximum(1.0 - pauses, x), x], axis=-1)
        found = np.empty_like(self.table)
        for group, share in (
            (PUNISHED, punishes),
            ((EXTENSION, BACK_DOWN), 1.0 - punishes),
        ):
            part = self.table[:, group, :]
            found[:, group, :] = part / part.sum(axis=1, keepdims=True) * share[:, None, :]
        return found

    def predictive(self, likelihoods: Array) -> Array:
        """(n, 4) probability of each outcome at the belief of today."""
        return np.asarray(
            self.p[:, None] * likelihoods[..., 0] + (1 - self.p[:, None]) * likelihoods[..., 1]
        )

    def posterior(self, likelihoods: Array) -> Array:
        """(n, 4) belief after each outcome by Bayes' rule; the belief itself where an outcome
        cannot happen."""
        chance = self.predictive(likelihoods)
        tough = self.p[:, None] * likelihoods[..., 0]
        possible = chance > 0
        return np.where(possible, tough / np.where(possible, chance, 1.0), self.p[:, None])

    def decide(
        self, u: Array, cost: Cost, stake: Array, forced: str | None = None
    ) -> Array:  # fmt: skip
        """What happens at an ultimatum, (n,) positions in `OUTCOMES`; updates p.

        u (n,) uniforms: outcomes come from the mixture of both types at today's belief.
        forced : "punish" or "back_down" in place of the draw; the belief is then updated as if
        that had been observed. cost, stake (n,).
        Raises InputError for another word.
        """
        if forced is not None and forced not in FORCED:
            raise InputError(f"got {forced!r}.", field="forced", value=forced, valid=tuple(FORCED))
        likelihoods = self.likelihoods(cost, stake)
        if forced is None:
            bounds = np.cumsum(self.predictive(likelihoods), axis=1)
            outcome = np.minimum((np.asarray(u)[:, None] > bounds).sum(axis=1), BACK_DOWN)
        else:
            outcome = np.full(len(self.p), FORCED[forced])
        self._learn(outcome, likelihoods)
        return np.asarray(outcome)

    def observe(
        self, outcome: str, cost: Cost | None = None, stake: Array | None = None
    ) -> Array:  # fmt: skip
        """Belief (n,) after an outcome that was seen; updates p.

        Without cost and stake the table's own likelihoods are used (B.3).
        Raises InputError for an unknown outcome.
        """
        if outcome not in OUTCOMES:
            raise InputError(f"got {outcome!r}.", field="outcome", value=outcome, valid=OUTCOMES)
        likelihoods = self.table
        if cost is not None and stake is not None:
            likelihoods = self.likelihoods(cost, stake)
        self._learn(np.full(len(self.p), OUTCOMES.index(outcome)), likelihoods)
        return self.p

    def _learn(self, outcome: Array, likelihoods: Array) -> None:
        self.p = self.posterior(likelihoods)[np.arange(len(self.p)), outcome]


def _aligned(values: Array, like: Array) -> Array:
    """Values by draw (n,) with trailing axes so that they broadcast against `like`."""
    values = np.asarray(values)
    return (
        values.reshape(values.shape + (1,) * (like.ndim - values.ndim)) if values.ndim else values
    )
