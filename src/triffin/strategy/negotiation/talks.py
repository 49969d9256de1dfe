"""The talks week by week: who is reached, who signs what, who is left at a deadline (A.7, H.3).

One object holds the state of n draws and m partners and is moved by one call a week, so that the
board and the coupled run use the same talks. All randomness is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from triffin.strategy.negotiation.offers import Agreed, Packages
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of

WEEK = 7
# Candidates of the queue whose terms are computed together.
_BATCH = 4
# Decisions of the hegemon when a threat matures, as the outcomes of module B are named.
DECISIONS = ("full_punish", "partial_punish", "extension", "back_down")
_ALIASES = {"punish": "full_punish"}


class Status(IntEnum):
    """Where a partner stands; "in talks" ends with `close`."""

    NOT_REACHED = 0
    IN_TALKS = 1
    SIGNED = 2
    NO_DEAL = 3
    NO_TARIFF_THREAT = 4
    LETTER = 5

    @property
    def word(self) -> str:
        """The status as commands write it."""
        return {0: "not reached", 1: "in talks", 2: "signed", 3: "no deal",
                4: "no_tariff_threat", 5: "letter"}[int(self)]  # fmt: skip


@dataclass(frozen=True, eq=False)
class TalksShocks:
    """Uniform numbers in (0, 1) behind the talks.

    types (n, m) : the partner's private value of a deal; queue (n, m) : the lottery of the queue;
    letters (n, m); slots, day (n, W) : how many deals a week has room for, and its day.
    """

    types: Array
    queue: Array
    letters: Array
    slots: Array
    day: Array


def draw_shocks(
    draws: int, partners: int, weeks: int, seed: int | np.random.SeedSequence
) -> TalksShocks:
    """Shocks from one stream of the talks; more weeks or partners leave the others' unchanged."""
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    streams = [np.random.default_rng(child) for child in root.spawn(5)]
    by_partner = [stream.random((partners, draws)).T for stream in streams[:3]]
    by_week = [stream.random((weeks, draws)).T for stream in streams[3:]]
    return TalksShocks(*by_partner, *by_week)


class TalksState:
    """State of the talks in n draws with m partners, moved by `week`, `mature` and `close`.

    Days count from the scenario's start. Arrays (n, m): `code` (of Status); `sign_day`, `rate`,
    `cash`, `gain_hegemon`, `gain_partner`, `clause_cost`, `q_needed` and `days_left` to the
    deadline at the signature (all nan unless signed); `x` (n, m, K) in the units of
    `packages.UNITS`; `letter`; `has_zone`: a deal was possible when the terms were last computed.
    `deadline` (n,): day of the next deadline, nan where no clock runs. `executed` (n,): share of
    the threatened rise in force for non-signers.

    Parameters
    ----------
    packages : what is on the table.
    shocks : uniform numbers, from `draw_shocks`.
    opens : day on which the talks begin.
    deadline : day on which the threat matures first, later than `opens`.
    first : position of a partner that is met first and takes the first demand it can accept.
    """

    def __init__(
        self,
        packages: Packages,
        shocks: TalksShocks,
        *,
        opens: int,
        deadline: int,
        first: int | None = None,
    ) -> None:
        if deadline <= opens:
            raise InputError(
                f"the deadline, day {deadline}, is not after the talks begin on day {opens}.",
                field="deadlines",
                value=deadline,
            )
        self.packages, self.shocks = packages, shocks
        n, m = packages.shape
        if shocks.types.shape != (n, m):
            raise InputError(
                f"the shocks are for {shocks.types.shape} draws and partners.", valid=f"{(n, m)}"
            )
        self.open_ = packages.levers != "none"
        self.code = np.where(self.open_, Status.NOT_REACHED, Status.NO_TARIFF_THREAT)
        self.code = np.tile(self.code.astype(np.int8), (n, 1))
        self.sign_day, self.rate, self.cash = (np.full((n, m), np.nan) for _ in range(3))
        self.gain_hegemon, self.gain_partner = np.full((n, m), np.nan), np.full((n, m), np.nan)
        self.clause_cost, self.q_needed = np.full((n, m), np.nan), np.full((n, m), np.nan)
        self.days_left = np.full((n, m), np.nan)
        self.x = np.full((n, m, packages.x_min.shape[-1]), np.nan)
        self.letter = np.zeros((n, m), dtype=bool)
        self.has_zone = np.zeros((n, m), dtype=bool)
        self.executed = np.zeros(n)
        self.weeks = 0
        values = packages.values
        self._rate_of_deals = np.broadcast_to(values["deals_per_week"], n)
        self._patience = np.broadcast_to(values["weekly_discount_factor"], n)
        self._bound = np.ones(n)
        self._priority = _priority(packages, shocks.queue)
        self._types = shocks.types.copy()
        if first is not None:
            self._priority[:, first], self._types[:, first] = np.inf, 1.0
        self.deadline = np.full(n, np.nan)
        self._rounds = np.zeros(n, dtype=int)
        self.set_deadline(opens, np.full(n, float(deadline)))

    def set_deadline(self, day: int, deadline: Array) -> None:
        """A new clock from `day` on: days (n,) of the next deadline, nan for none."""
        self.deadline = np.asarray(deadline, dtype=float).copy()
        left = np.where(np.isnan(self.deadline), 0.0, (self.deadline - day) / WEEK)
        self._rounds = np.ceil(left).astype(int)

    @property
    def signed(self) -> Array:
        """(n, m) whether the partner has signed."""
        return np.asarray(self.code == Status.SIGNED)

    @property
    def willing(self) -> Array:
        """(n, m) whether the private value is above what the hegemon has come down to (A.7)."""
        return np.asarray((self._types > self._bound[:, None]) & self.open_)

    def tariffs(self, decision: Array | None = None) -> Array:
        """The hegemon's rate on every partner (n, m), signers at the agreed rate.

        decision (n,) : "punish" ("full_punish") puts the threatened rate on who has not signed,
        "partial_punish" a part of the rise, "extension" and "back_down" the rate of the pause.
        Without it, what was decided before by `mature`.
        """
        share = self.executed if decision is None else self._shares(decision)
        p = self.packages
        unsigned = p.pause + share[:, None] * (p.threat - p.pause)
        return np.where(self.signed, self.rate, unsigned)

    def week(
        self,
        day: int,
        q: Array | float,
        *,
        dH: Array | float = 0.0,
        dU: Array | float = 0.0,
        others: Array | None = None,
    ) -> Array:
        """One week of talks from `day` on; returns who signs in it, (n, m) bool.

        q : (n, m), (n, 1) or a number, the probability that the threat is executed. dH, dU :
        shifts of the two threat points, billion USD per year (a creditor's threat). others :
        rates (n, m) that the partners pay meanwhile; `tariffs()` if left out.
        """
        n, m = self.code.shape
        left = np.ceil((self.deadline - day) / WEEK)
        running = np.isfinite(left) & (left >= 1)
        rounds = np.where(running, left, 0).astype(int)
        cut, lift = screening(self._patience, np.maximum(self._rounds, rounds), rounds)
        self._bound = self._bound * np.where(running, cut, 1.0)
        slots = _poisson(self._rate_of_deals * np.where(running, lift, 1.0), self._slot_uniforms())
        on_day = day + np.floor(WEEK * self._day_uniforms())
        on_day = np.where(running, np.minimum(on_day, self.deadline), on_day)
        probability = np.broadcast_to(np.asarray(q, dtype=float), (n, m))
        paid = self.tariffs() if others is None else others
        new = np.zeros((n, m), dtype=bool)
        waiting = self.willing & ~self.signed
        rejected = self.open_ & ~self.willing & (self.code == Status.NOT_REACHED)
        self.code[rejected] = Status.IN_TALKS
        score = np.where(waiting & (slots > 0)[:, None], self._priority, -np.inf)
        while True:
            active = np.flatnonzero((slots > 0) & (score.max(axis=1) > -np.inf))
            if not active.size:
                break
            first = np.argsort(-score[active], axis=1, kind="stable")[:, :_BATCH]
            draw, partner = np.repeat(active, first.shape[1]), first.ravel()
            real = score[draw, partner] > -np.inf
            draw, partner = draw[real], partner[real]
            score[draw, partner] = -np.inf
            found = self.packages.agreed(
                probability, dH=dH, dU=dU, others=paid, cells=(draw, partner)
            )
            zone = found.terms.deal
            self.has_zone[draw, partner] = zone
            self.code[draw[~zone], partner[~zone]] = Status.NO_DEAL
            # Cells come draw by draw in the order of the queue: the first ones get the slots.
            place = (
                np.cumsum(zone)
                - np.cumsum(zone)[np.searchsorted(draw, draw)]
                + zone[np.searchsorted(draw, draw)]
            )
            signs = zone & (place <= slots[draw])
            kept = draw[signs], partner[signs]
            self._sign(kept, found, signs, on_day)
            new[kept] = True
            np.subtract.at(slots, draw[signs], 1)
        over = waiting & ~self.signed & (self.code == Status.IN_TALKS)
        self.code[over] = Status.NOT_REACHED
        self.weeks += 1
        return new

    def mature(
        self,
        day: int,
        decision: Array,
        *,
        next_deadline: Array | float | None = None,
        where: Array | None = None,
    ) -> None:
        """A deadline passes: what the hegemon decides in every draw, (n,) of DECISIONS.

        where (n,) : the draws in which it passes, all if left out; the others stay as they are.

        "extension" starts a new clock, to `next_deadline` (day; the parameter extension_days from
        now if left out), and sends letters to some that have not signed. After any other decision
        the clock stops, unless `next_deadline` is given as (n,) with days for those draws too.
        Raises InputError for an unknown decision.
        """
        here = np.ones(len(self.executed), dtype=bool) if where is None else where
        share = self._shares(decision)
        extended = here & (self._words(decision) == "extension")
        self.executed = np.where(here & ~extended, share, self.executed)
        if next_deadline is None:
            usual = self.packages.scene.parameters.value("extension_days")
            later = np.where(extended, day + usual, np.nan)
        elif np.ndim(next_deadline) == 0:
            later = np.where(extended, float(np.asarray(next_deadline)), np.nan)
        else:
            later = np.asarray(next_deadline, dtype=float)
        told = self.shocks.letters < self.packages.values["letter_share"][:, None]
        hit = self.packages.threat > self.packages.pause
        self.letter |= extended[:, None] & told & ~self.signed & hit
        before, rounds = self.deadline, self._rounds
        self.set_deadline(day, later)
        self.deadline = np.where(here, self.deadline, before)
        self._rounds = np.where(here, self._rounds, rounds)

    def close(self, q: Array | float, *, dH: Array | float = 0.0, dU: Array | float = 0.0) -> None:
        """The end: everyone left gets a final status.

        "no deal" where there is no zone of agreement at q or the private value was too low; those
        with a zone and the will but no slot are "not reached", or have a "letter".
        """
        rest = np.nonzero(self.open_ & ~self.signed)
        if rest[0].size:
            found = self.packages.agreed(q, dH=dH, dU=dU, others=self.tariffs(), cells=rest)
            self.has_zone[rest] = found.terms.deal
        left = self.open_ & ~self.signed
        reached = left & (~self.has_zone | ~self.willing)
        self.code[reached] = Status.NO_DEAL
        self.code[left & ~reached] = Status.NOT_REACHED
        self.code[left & ~reached & self.letter] = Status.LETTER

    def reasons(self) -> Array:
        """(n, m) why each partner stands where it stands, in words; after `close`."""
        words = np.full(self.code.shape, "", dtype="U64")
        for code, text in _REASONS.items():
            words[self.code == code] = text
        held = (self.code == Status.NO_DEAL) & self.has_zone
        words[held] = "holds out: its private value of a deal is below every demand"
        return words

    def _sign(self, cells: tuple[Array, Array], found: Agreed, signs: Array, on_day: Array) -> None:
        terms = found.terms
        self.code[cells] = Status.SIGNED
        self.sign_day[cells] = on_day[cells[0]]
        self.days_left[cells] = (self.deadline - on_day)[cells[0]]
        self.rate[cells] = terms.tariff[signs]
        self.cash[cells] = terms.cash[signs]
        self.x[cells] = terms.x[signs] + self.packages.x_min[0, cells[1]]
        self.gain_hegemon[cells] = terms.gain_hegemon[signs]
        self.gain_partner[cells] = terms.gain_partner[signs]
        self.clause_cost[cells] = found.clause_cost[signs]
        self.q_needed[cells] = found.q_needed[signs]

    def _slot_uniforms(self) -> Array:
        return self.shocks.slots[:, self.weeks % self.shocks.slots.shape[1]]

    def _day_uniforms(self) -> Array:
        return self.shocks.day[:, self.weeks % self.shocks.day.shape[1]]

    def _words(self, decision: Array) -> Array:
        words = np.asarray(decision, dtype=object)
        words = np.broadcast_to(words, self.code.shape[:1])
        known = np.array([_ALIASES.get(str(word), str(word)) for word in words])
        for word in map(str, np.unique(known)):
            one_of(word, DECISIONS, f"there is no decision {word!r}.", field="decision")
        return known

    def _shares(self, decision: Array) -> Array:
        words = self._words(decision)
        partial = np.broadcast_to(self.packages.values["partial_execution_share"], words.shape)
        return np.where(
            words == "full_punish", 1.0, np.where(words == "partial_punish", partial, 0.0)
        )


_REASONS = {
    Status.NOT_REACHED: "a deal was possible, but the hegemon's attention went to others",
    Status.IN_TALKS: "has not accepted a demand so far",
    Status.SIGNED: "both sides gain over the threat",
    Status.NO_DEAL: "no terms leave both sides better off than the threat",
    Status.NO_TARIFF_THREAT: "the threatened rate is not above what it pays",
    Status.LETTER: "told a rate by letter instead of talks",
}


def screening(patience: Array, rounds: Array, left: Array) -> tuple[Array, Array]:
    """Cutoff and deal rate of a round, for many clocks at once (recursion of A.7).

    patience (n,) : weekly discount factors; rounds (n,) : rounds of the clock; left (n,) : rounds
    left, this one included, 1 to rounds. Returns the cutoff c of the round (types above c times
    the upper bound sign) and by how much its part of all deals exceeds an even share, at least 1.
    """
    longest = max(int(rounds.max(initial=1)), 1)
    demand, revenue = np.full_like(patience, 0.5), np.full_like(patience, 0.25)
    cutoffs = [np.full_like(patience, 0.5)]
    for _ in range(longest - 1):
        ceiling = 1 - patience + patience * demand
        cutoff = ceiling / (2 * (ceiling - patience * revenue))
        demand, revenue = ceiling * cutoff, ceiling * cutoff / 2
        cutoffs.append(cutoff)
    table = np.stack(cutoffs)  # by rounds left, from one
    kept = np.vstack([np.zeros_like(patience), np.cumsum(np.log(table), axis=0)])
    each = np.arange(len(patience))
    k, N = np.clip(left, 1, longest), np.clip(rounds, 1, longest)
    cut = table[k - 1, each]
    before = np.exp(kept[N, each] - kept[k, each])
    share = before * (1 - cut) / (1 - np.exp(kept[N, each]))
    return cut, np.maximum(share * N, 1.0)


def _poisson(mean: Array, u: Array) -> Array:
    from scipy.special import pdtrik

    return np.maximum(np.ceil(pdtrik(u, mean)), 0).astype(int)


def _priority(packages: Packages, u: Array) -> Array:
    """Order of the queue (n, m): trade, treaty tie and a lottery."""
    table, values = packages.scene.payoffs, packages.values
    bonus = np.log1p(values["queue_treaty_bonus"])[:, None] * packages.scene.setting.allies
    gumbel = -np.log(-np.log(u))
    with np.errstate(divide="ignore"):  # who sells nothing to the hegemon stands last
        trade = np.log(table.weight)
    return trade + bonus + values["queue_noise"][:, None] * gumbel
