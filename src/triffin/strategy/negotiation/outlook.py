"""Where every partner of a scenario's talks may stand on its last day, from the ledger of threats.

One function for all rooms: `negotiate`, `bluff`, `align` and `run` read p_settled, the outcome at
the deadline, the rate's distribution and the chance of retaliation from here, and draws of a run
are inverse transforms of the same distributions. Nothing dated after the information date enters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from triffin.strategy.negotiation.setting import Scene
from triffin.strategy.payoffs.solves import LISTED_HEGEMON
from triffin.strategy.threats.ledger import Ledger, PartnerState
from triffin.strategy.threats.rates import RateRule, naive_rules
from triffin.strategy.threats.record import Threat
from triffin.world.base.arrays import Array
from triffin.world.data.partners import deals

STATES = ("open", "signed", "executed", "in part", "withdrawn")
OPEN, SIGNED, EXECUTED, IN_PART, WITHDRAWN = range(len(STATES))
FORCED = {"punish": EXECUTED, "back-down": WITHDRAWN}
CONSTANT = 0.15
"""A naive rule that became known on 7 August 2025: most of the rates of that day."""
CONSTANT_SINCE = dt.date(2025, 8, 7)


class Ending(NamedTuple):
    """One way in which a threat ends that is not signed away: day, state, probability."""

    day: dt.date
    state: int
    probability: float


class Drawn(NamedTuple):
    """n draws of m partners: day of signing (days after the start, nan unsigned), status and rate
    at the end, day of execution (nan where none), share of the rise then in force, and who
    retaliates; each (n, m)."""

    day: Array
    status: Array
    rate: Array
    executed: Array
    force: Array
    retaliates: Array

    def struck(self, day: int) -> Array:
        """(n, m) share of the threatened rise in force on a day, zero for who has signed."""
        here = (self.executed <= day) & ~(self.day <= day)
        return np.where(here, self.force, 0.0)


@dataclass(frozen=True, eq=False)
class Outlook:
    """What the ledger of the information date says of the m partners of a scene.

    class_ : of the threat (order, dated, undated). pause, threat (m,) : rates in force and
    threatened, fractions; threatened (m,) : whether the second is higher. hazard (m,) : of signing
    over ten months. settled_on (m,) : days after the start on which a partner settled, or does by
    decree; nan for all others. decreed : EXECUTED or WITHDRAWN in place of what is decided at the
    deadline.
    """

    scene: Scene
    ledger: Ledger
    class_: str
    pause: Array
    threat: Array
    hazard: Array
    settled_on: Array
    decreed: int | None = None

    # --- who and when -------------------------------------------------------------------------

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the partners."""
        return self.scene.setting.codes

    @property
    def weight(self) -> Array:
        """(m,) shares in what the hegemon buys from the partners."""
        return self.scene.setting.weight

    @property
    def last(self) -> dt.date:
        """The last day of the scenario, T of P(settled by T)."""
        return self.scene.scenario.end

    @property
    def deadline(self) -> dt.date:
        """The first day on which the threat matures."""
        return self.scene.deadlines[0]

    @cached_property
    def threatened(self) -> Array:
        """(m,) whether the threatened rate is above what is paid."""
        return np.asarray(self.threat > self.pause + 1e-9)

    def _share(self, until: dt.date) -> float:
        if until <= self.ledger.day:
            return 0.0
        state = PartnerState(0.0, 0.0, self.scene.scenario.start, self.deadline)
        return self.ledger.settled_share(state, until, self.class_)

    def p_settled_by(self, until: dt.date) -> Array:
        """(m,) chance that each partner has settled by a day."""
        known = self.settled_on <= (until - self.scene.scenario.start).days
        found = -np.expm1(-self.hazard * self._share(until))
        return np.where(np.isnan(self.settled_on), found, known)

    @cached_property
    def p_settled(self) -> Array:
        """(m,) chance that each partner has settled by the last day."""
        return self.p_settled_by(self.last)

    def middle_day(self, i: int) -> int | None:
        """Days after the start by which a partner has settled with probability one half; None
        where that is not reached by the last day."""
        if self.p_settled[i] < 0.5:
            return None
        if np.isfinite(self.settled_on[i]):
            return int(self.settled_on[i])
        days, reached = self._reached
        return int(days[np.searchsorted(reached[:, i], 0.5)])

    @cached_property
    def _reached(self) -> tuple[Array, Array]:
        """Days after the start, from that after the information date to the last, and (T, m) the
        chance of having settled by each."""
        start = self.scene.scenario.start
        days = np.arange((self.ledger.day - start).days + 1, self.scene.scenario.days + 1)
        by_day = [self.p_settled_by(start + dt.timedelta(days=int(day))) for day in days]
        return days, np.array(by_day).reshape(len(days), len(self.codes))

    @property
    def drivers(self) -> tuple[str, ...]:
        """Parameters that fix the outlook, the weightiest first."""
        early = ("signing_base", "signing_size_share", "signing_size_exponent")
        late = ("signing_intercept", "signing_slope")
        signing = late if self.ledger.knows("signing_slope") else early
        return (*signing, "signing_window_share", "threat_executed_prior", "threat_prior_clusters")

    # --- what becomes of the threat -----------------------------------------------------------

    @cached_property
    def at_deadline(self) -> dict[str, float]:
        """What happens on the deadline to who has not settled: full, part, extended, withdrawn."""
        if self.decreed is not None:
            word = "full" if self.decreed == EXECUTED else "withdrawn"
            return {k: float(k == word) for k in ("full", "part", "extended", "withdrawn")}
        return dict(self.ledger.deadline_outcomes(self.class_).mean)

    @cached_property
    def endings(self) -> tuple[Ending, ...]:
        """How the threat ends for who does not settle, in order of the cumulative distribution;
        after an extension the ledger's lengths, or the scenario's later deadlines."""
        found, first = self.at_deadline, self.deadline
        endings = [
            Ending(first, EXECUTED, found["full"]),
            Ending(first, IN_PART, found["part"]),
            Ending(first, WITHDRAWN, found["withdrawn"]),
        ]
        later = [day for day in self.scene.deadlines if day > first]
        days = {(later[0] - first).days: 1.0} if later else self.ledger.extension_days()
        done = self.ledger.after_extension().mean
        part = found["part"] / max(found["full"] + found["part"], 1e-12)
        for length, weight in days.items():
            day, mass = first + dt.timedelta(days=length), found["extended"] * weight
            for state, share in (
                (EXECUTED, done * (1 - part)), (IN_PART, done * part), (WITHDRAWN, 1 - done),
            ):  # fmt: skip
                endings.append(Ending(day, state, mass * share))
        return tuple(one for one in endings if one.probability > 0)

    @cached_property
    def unsettled(self) -> Array:
        """(5,) probability of every state on the last day for a threatened partner that has not
        settled."""
        found = np.zeros(len(STATES))
        for day, state, probability in self.endings:
            found[state if day <= self.last else OPEN] += probability
        return found

    @cached_property
    def states(self) -> Array:
        """(m, 5) probability of every state on the last day; a partner without a threat is open
        until it signs."""
        calm = np.eye(len(STATES))[OPEN]
        rest = np.where(self.threatened[:, None], self.unsettled, calm)
        found = (1.0 - self.p_settled)[:, None] * rest
        found[:, SIGNED] += self.p_settled
        return found

    def p_executed_by(self, until: dt.date) -> Array:
        """(m,) chance that the threat is carried out by a day, in full or in part, on a partner
        that has not settled when it is."""
        found = np.zeros(len(self.codes))
        for day, state, probability in self.endings:
            if state in (EXECUTED, IN_PART) and day <= until:
                found += probability * (1.0 - self.p_settled_by(day))
        return np.where(self.threatened, found, 0.0)

    @cached_property
    def answers(self) -> Array:
        """(m,) chance of retaliation given that the threat is carried out."""
        stated = self.scene.scenario.talks
        decreed = {self.scene.setting.index(c) for c in (stated.retaliates or ())} if stated else ()
        known = [self.ledger.retaliation(code).mean for code in self.codes]
        return np.array([1.0 if i in decreed else p for i, p in enumerate(known)])

    @cached_property
    def p_retaliates(self) -> Array:
        """(m,) chance that each partner answers with tariffs by the last day."""
        return self.answers * self.p_executed_by(self.last)

    # --- the rate -----------------------------------------------------------------------------

    def deal(self, i: int) -> RateRule:
        """The distribution of a partner's rate if it settles, per cent."""
        return self._rule(i, {"deal": 1.0})

    def _rule(self, i: int, odds: dict[str, float]) -> RateRule:
        ends = 100.0 * self.pause[i], 100.0 * self.threat[i]
        return RateRule(*ends, odds, parameters=self.scene.parameters)

    def rate(self, i: int) -> RateRule:
        """The distribution of a partner's rate on the last day, per cent: signed or in part between
        the rate paid and the one threatened, executed at the second, else at the first."""
        p = self.states[i]
        between, still = p[SIGNED] + p[IN_PART], p[OPEN] + p[WITHDRAWN]
        odds = {"full": float(p[EXECUTED]), "deal": float(between), "other": float(still)}
        return self._rule(i, odds)

    def naive(self, i: int) -> dict[str, float]:
        """Simple rules for a partner's rate, per cent."""
        constant = 100 * CONSTANT if self.ledger.day >= CONSTANT_SINCE else None
        return naive_rules(100 * self.pause[i], 100 * self.threat[i], constant=constant)

    # --- draws --------------------------------------------------------------------------------

    def draw(self, signing: Array, decision: Array, rate: Array, answer: Array) -> Drawn:
        """Draws by inverse transform of uniforms: signing, rate, answer (n, m), one of each for
        every partner; decision (n,), what is decided about the threat on all of them."""
        n, m = signing.shape
        start = self.scene.scenario.start
        days, reached = self._reached
        day = np.full((n, m), np.nan)
        for i in range(m):
            place = np.searchsorted(reached[:, i], signing[:, i])
            signs = place < len(days)
            day[signs, i] = days[place[signs]]
        settled = np.isfinite(self.settled_on)
        day[:, settled] = self.settled_on[settled]
        bounds = np.cumsum([one.probability for one in self.endings])
        chosen = np.searchsorted(bounds / bounds[-1], decision)
        ends = np.array([(one.day - start).days for one in self.endings], dtype=float)[chosen]
        kind = np.array([one.state for one in self.endings])[chosen]
        over = ends <= (self.last - start).days
        signed = np.isfinite(day)
        state = np.where(over, kind, OPEN)[:, None] * self.threatened
        status = np.where(signed, SIGNED, state)
        hit = np.isin(kind, (EXECUTED, IN_PART)) & over
        executed = np.where(hit, ends, np.nan)[:, None] * np.where(self.threatened, 1.0, np.nan)
        executed = np.where(day <= executed, np.nan, executed)
        paid = self._rates(status, rate)
        rise = np.where(self.threatened, self.threat - self.pause, 1.0)
        force = np.where(kind[:, None] == EXECUTED, 1.0, np.clip((paid - self.pause) / rise, 0, 1))
        answers = np.isfinite(executed) & (answer < self.answers)
        force = np.where(np.isfinite(executed), force, 0.0)
        return Drawn(day, status, paid, executed, force, answers)

    def _rates(self, status: Array, u: Array) -> Array:
        """(n, m) rates at the end, given the status, fractions."""
        paid = np.empty(u.shape)
        odds = ("other", "deal", "full", "deal", "other")
        for i in range(u.shape[1]):
            for state in np.unique(status[:, i]):
                here = status[:, i] == state
                if self.decreed is not None and odds[state] != "deal":
                    paid[here, i] = self.threat[i] if state == EXECUTED else self.pause[i]
                    continue
                atoms = self._rule(i, {odds[state]: 1.0}).atoms()
                values, reached = np.array(list(atoms)), np.cumsum(list(atoms.values()))
                place = np.searchsorted(reached / reached[-1], u[here, i])
                paid[here, i] = values[np.minimum(place, len(values) - 1)] / 100.0
        return paid


def outlook_of(
    scene: Scene,
    threats: Iterable[Threat] | None = None,
    *,
    settles: bool = True,
    decides: bool = True,
) -> Outlook:
    """The outlook of a scene on its information date.

    threats : rows in place of the list that ships. settles : whether partners can settle; decides :
    whether the sender has a choice at the deadline, or carries its threat out. Another hegemon than
    the United States has no record: its threats have the prior of older ones alone.
    """
    setting, scenario = scene.setting, scene.scenario
    listed = setting.base.world.economies[setting.hegemon] == LISTED_HEGEMON
    rows = threats if listed else ()
    ledger = Ledger.at(scene.known, threats=rows, parameters=scene.parameters)
    bought = setting.base.X[:, setting.hegemon].copy()
    bought[setting.hegemon] = 0.0
    imports = setting.members @ bought
    hazard = np.array([ledger.signing(m / 1e9, m / bought.sum()) for m in imports])
    settled_on = np.full(len(imports), np.nan)
    stated = scenario.talks
    for i, code in enumerate(setting.codes):
        day = deals(scene.known).get(code) if listed else None
        if day is not None:
            settled_on[i] = (day - scenario.start).days
        elif stated and stated.first and setting.index(stated.first) == i:
            settled_on[i] = (scene.known - scenario.start).days + 1
    if not settles:
        hazard, settled_on = np.zeros_like(hazard), np.full_like(settled_on, np.nan)
    pause = setting.pause
    decreed = FORCED.get(stated.decision) if stated else None
    return Outlook(
        scene=scene,
        ledger=ledger,
        class_=stated.instrument if stated else "order",
        pause=pause,
        threat=np.where(np.isnan(setting.announced), pause, setting.announced),
        hazard=hazard,
        settled_on=settled_on,
        decreed=decreed if decides else EXECUTED,
    )
