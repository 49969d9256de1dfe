"""What the record of threats says on a day: base rates, deadlines, signing, retaliation, law.

`Ledger.at(day)` counts what was known on that day and nothing later; deleting later rows changes no
bit. Rows of one decision share a weight of one. Every mean is a count with a prior:
executed ever ~ Beta(4 x .38 + k, 4 x .62 + m - k), the .38 being that of 263 older US threats (TIES
4.1, Morgan, Bapat and Kobayashi 2014); outcomes ~ Dirichlet about the mean of all classes, with a
prior strength of four decisions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from triffin.strategy.threats.record import AT_DEADLINE, OUTCOMES, Threat, load
from triffin.world.registry.parameter_set import ParameterSet, in_place

MONTH = 30.4375  # days
LANDMARKS = (1, 3, 6)  # months after the announcement
EARLIER_ROUND = (date(2018, 1, 1), date(2019, 12, 31))
"""The years whose retaliation is the history that `retaliation` counts."""


class Beta(NamedTuple):
    """A Beta distribution of a probability."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def sd(self) -> float:
        return math.sqrt(self.mean * (1.0 - self.mean) / (self.a + self.b + 1.0))


class Count(NamedTuple):
    """`happened` of `of` decisions; fractions where rows of one decision differ."""

    happened: float
    of: float

    def __str__(self) -> str:
        return f"{self.happened:.1f} of {self.of:.1f}"


class Means(NamedTuple):
    """A Dirichlet distribution: its mean by outcome and its strength in decisions."""

    mean: Mapping[str, float]
    strength: float


@dataclass(frozen=True)
class PartnerState:
    """One partner under a threat on the information date.

    imports_bn : US imports from it a year, bn USD; share : of all US imports. since : when the
    threat or campaign began. deadline : the next one, None without. extensions : how often it was
    moved so far.
    """

    imports_bn: float
    share: float
    since: date
    deadline: date | None = None
    extensions: int = 0


@dataclass(frozen=True)
class Ledger:
    """The evidence on a day. threats : as known on it (see `Threat.known`)."""

    day: date
    threats: tuple[Threat, ...]
    parameters: ParameterSet

    @classmethod
    def at(
        cls,
        day: date | str,
        *,
        threats: Iterable[Threat] | None = None,
        parameters: ParameterSet | None = None,
    ) -> Ledger:
        """The ledger of a day, from the list that ships unless `threats` are given.

        >>> ledger = Ledger.at("2021-12-31")
        >>> str(ledger.outcome_counts("order")), round(ledger.executed_ever("order"), 2)
        ('2.9 of 7.6', 0.38)
        """
        day = date.fromisoformat(day) if isinstance(day, str) else day
        known = (threat.known(day) for threat in (load() if threats is None else threats))
        rows = tuple(threat for threat in known if threat is not None)
        return cls(day, rows, in_place() if parameters is None else parameters)

    # Base rates

    @cached_property
    def weights(self) -> dict[str, float]:
        """Threat -> weight: one over the rows of its decision known so far."""
        sizes: dict[str, int] = {}
        for threat in self.threats:
            sizes[threat.cluster] = sizes.get(threat.cluster, 0) + 1
        return {threat.id: 1.0 / sizes[threat.cluster] for threat in self.threats}

    def count(self, among: Callable[[Threat], bool], happened: Callable[[Threat], bool]) -> Count:
        """Decisions of which `among` is true, and those of them of which `happened` is true."""
        rows = [(self.weights[t.id], happened(t)) for t in self.threats if among(t)]
        return Count(sum(w for w, yes in rows if yes), sum(w for w, _ in rows))

    def outcome_counts(self, class_: str, lead_days: int | None = None) -> Count:
        """Executed among the resolved threats of a class; of orders with a date, among those that
        like it give a month at most, or more (see `like`)."""
        like = self.like(class_, lead_days)
        return self.count(lambda t: like(t) and t.outcome is not None, lambda t: t.executed)

    def outcomes(
        self,
        class_: str,
        lead_days: int | None = None,
        *,
        extended: bool = False,
        age_months: float = 0.0,
    ) -> Means:
        """What comes of a threat of a class in the end: full, part, deal, other, which sum to one;
        full and part sum to executed ever. extended : of one whose first deadline was moved, of
        any class (`after_extension`). age_months : of one without a date that is still open then
        (`executed_ever`)."""
        like = _moved if extended else self.like(class_, lead_days)
        found = self._dirichlet(OUTCOMES, lambda t: t.outcome, like)
        executed = self.executed_ever(class_, age_months, lead_days)
        if extended:
            executed = self.after_extension().mean
        there = found.mean["full"] + found.mean["part"]
        scale = executed / there
        rest = (1.0 - executed) / (1.0 - there)
        mean = {o: p * (scale if o in ("full", "part") else rest) for o, p in found.mean.items()}
        return Means(mean, found.strength)

    def deadline_outcomes(
        self, class_: str, lead_days: int | None = None, *, moved: bool = False
    ) -> Means:
        """What happens at a first deadline: full, part, extended, withdrawn (or agreed before).
        moved : at the one that bites after the first was moved, by what became of moved threats;
        a second extension is part of the time they took (`extension_days`)."""
        if moved:
            mean, strength = self.outcomes(class_, extended=True)
            parts = {"full": mean["full"], "part": mean["part"], "extended": 0.0}
            return Means(parts | {"withdrawn": mean["deal"] + mean["other"]}, strength)
        like = self.like(class_, lead_days)
        return self._dirichlet(AT_DEADLINE, lambda t: t.at_deadline, like)

    def like(self, class_: str, lead_days: int | None) -> Callable[[Threat], bool]:
        """Whether a threat is counted as one of a class. From 7 August 2025 on an order that gives
        a month at most is counted apart from one that gives more: the one sets duties in force,
        the other opens talks. The cut was seen in the list afterwards and is not used before."""
        if class_ != "order" or lead_days is None or not self.knows("threat_order_lead_days"):
            return lambda t: t.class_ == class_
        cut = self.parameters.value("threat_order_lead_days")
        short = lead_days <= cut
        return lambda t: t.class_ == class_ and ((t.lead_days or math.inf) <= cut) == short

    def after_extension(self) -> Beta:
        """Whether a threat whose first deadline was moved is executed in the end."""
        return self._with_prior(self.extended_counts())

    def extended_counts(self) -> Count:
        """Executed among the resolved threats whose first deadline was moved."""
        return self.count(lambda t: _moved(t) and t.outcome is not None, lambda t: t.executed)

    def executed_beta(self, class_: str, lead_days: int | None = None) -> Beta:
        """Executed ever, at the announcement."""
        return self._with_prior(self.outcome_counts(class_, lead_days))

    def executed_ever(
        self, class_: str, age_months: float = 0.0, lead_days: int | None = None
    ) -> float:
        """Mean of executed ever for a threat still open at an age. The odds are scaled so that the
        prior mean becomes the share of US threats imposed that were open after one, three and six
        months (`landmarks`); the last landmark passed counts."""
        base = self.executed_beta(class_, lead_days).mean
        passed = [month for month in LANDMARKS if age_months >= month]
        if not passed:
            return base
        prior = self.parameters.value("threat_executed_prior")
        odds = _odds(base) * _odds(self.landmarks[passed[-1]]) / _odds(prior)
        return odds / (1.0 + odds)

    @property
    def landmarks(self) -> dict[int, float]:
        """Months -> share of US threats open after them that were ever imposed (TIES)."""
        return {month: self.parameters.value(f"threat_alive_{month}m") for month in LANDMARKS}

    def executed_without_date(self, months: float) -> float:
        """Chance that an undated threat is executed within `months` after its first month."""
        return 1.0 - (1.0 - self.parameters.value("threat_monthly_hazard")) ** max(months, 0.0)

    # Retaliation and law

    def retaliation(self, target: str) -> Beta:
        """Chance that a target (its code) answers an executed threat with tariffs.

        China: its own record with a prior of Beta(.5, .5). A target that retaliated in 2018-19: its
        prior is round (one half) until 7 August 2025, and 2 of 7 afterwards. Everybody else one in
        a hundred.
        """
        mine = self.count_rows(target)
        if target == "CHN" and mine.of:
            return Beta(0.5 + mine.happened, 0.5 + mine.of - mine.happened)
        if self.history(target):
            if self.knows("retaliation_history"):
                return _beta_of(self.parameters.value("retaliation_history"), 8.0)
            return Beta(1.0, 1.0)
        return _beta_of(self.parameters.value("retaliation_others"), 100.0)

    def count_rows(self, target: str) -> Count:
        """Retaliations among the threats on a target that were executed, row by row."""
        rows = [t for t in self.threats if t.iso3 == target and t.executed]
        return Count(float(sum(bool(t.retaliation) for t in rows)), float(len(rows)))

    def history(self, target: str) -> bool:
        """Whether a target answered an executed threat of 2018 or 2019 with tariffs."""
        first, last = EARLIER_ROUND
        return any(
            t.iso3 == target and t.retaliation and first <= t.announced <= last
            for t in self.threats
        )

    def letter(self, share: float) -> float | None:
        """Chance that a letter to a partner with a share of US imports replaces the first threat
        and takes effect in full. None for larger partners, whose first threat stays, and before
        7 August 2025: the cut was seen in the letters of July 2025 afterwards."""
        value = self.parameters.value
        if not self.knows("rate_letter_full") or share >= value("rate_size_cut"):
            return None
        return value("rate_letter_full")

    @property
    def template(self) -> float | None:
        """The rate stated for all partners without one of their own, per cent; None before 10 July
        2025, when 15 was named."""
        return self.parameters.value("rate_template") if self.knows("rate_template") else None

    def void(self) -> dict[str, float] | None:
        """Chance that duties under a new statute are finally void at ten months, and what of them
        is then back at once and after five months; None before 20 February 2026: one case."""
        if not self.knows("law_final_void"):
            return None
        value = self.parameters.value
        law = self.parameters["law_final_void"].distribution or {}
        return {
            "p_void": law["a"] / (law["a"] + law["b"]),
            "replaced_at_once": value("law_replaced_at_once"),
            "replaced_later": value("law_replaced_later"),
        }

    # Signing

    def signing(self, imports_bn: float, share: float) -> float:
        """Integrated hazard of signing over ten months, -ln(1 - P(deal)).

        imports_bn : US imports from the partner, bn USD a year; share : of all US imports. The
        logit on the log of imports is known from 7 August 2025, of a wave of 127 days whose hazard
        is taken over ten months; before, the share of threats of 2018-21 that ended in a deal
        times min(1, (share / 1 %)^.5).
        """
        value = self.parameters.value
        if self.knows("signing_slope"):
            at = value("signing_intercept") + value("signing_slope") * math.log(
                max(imports_bn, 1e-9)
            )
            longer = value("signing_months") * MONTH / value("signing_wave_days")
            return math.log1p(math.exp(at)) * longer  # -ln(1 - logistic(at)) over the wave
        size = min(1.0, (share / value("signing_size_share")) ** value("signing_size_exponent"))
        return -math.log1p(-value("signing_base") * size)

    def extension_days(self) -> dict[int, float]:
        """Days from a first deadline to the end of extended threats -> weight; sums to one."""
        found: dict[int, float] = {}
        for t in self.threats:
            if t.at_deadline == "extended" and t.deadline and t.resolved:
                days = max((t.resolved - t.deadline).days, 0)
                found[days] = found.get(days, 0.0) + self.weights[t.id]
        total = sum(found.values())
        if not total:
            return {round(self.parameters.value("threat_extension_days")): 1.0}
        return {days: weight / total for days, weight in sorted(found.items())}

    def settled_share(self, state: PartnerState, day: date, class_: str = "order") -> float:
        """Share of the hazard after the information date that falls until `day`.

        Half of it is spread evenly over ten months from `state.since`, half over the 14 days before
        the deadline that bites: the first one, or, if that is extended, one that lies as much later
        as extended threats took. Without a deadline all of it is even.
        """
        value = self.parameters.value
        last = timedelta(days=round(value("signing_months") * MONTH))
        even = _ramp(day, state.since, state.since + last) - _ramp(
            self.day, state.since, state.since + last
        )
        if state.deadline is None:
            return even
        window = timedelta(days=value("signing_window_days"))
        moved = self.deadline_outcomes(class_).mean["extended"]
        biting = {0: 1.0 - moved}
        for days, weight in self.extension_days().items():
            biting[days] = biting.get(days, 0.0) + moved * weight
        bunched = 0.0
        for days, weight in biting.items():
            bites = state.deadline + timedelta(days=days)
            bunched += weight * (
                _ramp(day, bites - window, bites) - _ramp(self.day, bites - window, bites)
            )
        half = value("signing_window_share")
        return (1.0 - half) * even + half * bunched

    def p_settled(self, state: PartnerState, until: date, class_: str = "order") -> float:
        """Chance that a partner that has not settled on the information date does until `until`,
        1 - exp(-H), H the hazard of `signing` times `settled_share`.

        >>> from datetime import date
        >>> japan = PartnerState(148.0, 0.046, date(2025, 4, 2), date(2025, 7, 9))
        >>> round(Ledger.at("2025-04-18").p_settled(japan, date(2025, 8, 15)), 2)
        0.33
        """
        hazard = self.signing(state.imports_bn, state.share)
        return -math.expm1(-hazard * self.settled_share(state, until, class_))

    def knows(self, name: str) -> bool:
        """Whether a parameter of the registry was known on the day, or is the user's own."""
        entry = self.parameters[name]
        return name in self.parameters.own or entry.known_from <= self.day.isoformat()

    def _with_prior(self, counted: Count) -> Beta:
        strength = self.parameters.value("threat_prior_clusters")
        prior = self.parameters.value("threat_executed_prior")
        return Beta(
            strength * prior + counted.happened,
            strength * (1.0 - prior) + counted.of - counted.happened,
        )

    def _dirichlet(
        self,
        words: tuple[str, ...],
        what: Callable[[Threat], str | None],
        among: Callable[[Threat], bool],
    ) -> Means:
        """The mean of some threats with a prior of four decisions about the mean of all; that has
        one decision spread evenly over the outcomes, so that none is impossible."""
        ours = dict.fromkeys(words, 0.0)
        pooled = dict.fromkeys(words, 1.0 / len(words))
        for t in self.threats:
            outcome = what(t)
            if outcome is None:
                continue
            pooled[outcome] += self.weights[t.id]
            if among(t):
                ours[outcome] += self.weights[t.id]
        strength = self.parameters.value("threat_prior_clusters")
        total, all_ = sum(ours.values()), sum(pooled.values())
        mean = {w: (ours[w] + strength * pooled[w] / all_) / (total + strength) for w in words}
        return Means(mean, total + strength)


def _moved(threat: Threat) -> bool:
    return threat.at_deadline == "extended"


def _beta_of(mean: float, strength: float) -> Beta:
    return Beta(mean * strength, (1.0 - mean) * strength)


def _odds(p: float) -> float:
    return p / (1.0 - p)


def _ramp(day: date, first: date, last: date) -> float:
    """0 before `first`, 1 after `last`, even between."""
    return min(max((day - first) / (last - first), 0.0), 1.0)
