"""The talks on the run's clock: what is feared, who signs, what is executed, who answers how.

Joins the steppers of the strategy room: `Resolve` (belief and decision), `TalksState` (bargains),
`align` (who resists openly) and `creditor_threat` (the focus may sell Treasuries).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np

from triffin.run.clock.markets import Markets
from triffin.run.clock.section import Mover, Stage
from triffin.run.plan.calendar import Clock
from triffin.run.plan.modules import ON
from triffin.run.plan.streams import BLOCK, Streams
from triffin.run.trade.end_tariffs import EndTariffs
from triffin.strategy.alignment.nested import (
    CONCEDE,
    HOLD,
    PIVOT,
    RETALIATE,
    align,
    calibrate,
    chosen,
    draw_nested,
)
from triffin.strategy.bargains.many_bargains import largest_improvement, nash_terms
from triffin.strategy.credibility.record import HEGEMON, record
from triffin.strategy.credibility.resolve import (
    EXTENSION,
    OUTCOMES,
    PUNISHED,
    Cost,
    Resolve,
    draw_resolve,
    largest_rise,
)
from triffin.strategy.creditor.holdings import find_creditor
from triffin.strategy.creditor.threat import CreditorThreat, Stakes, creditor_threat
from triffin.strategy.negotiation.drawn_values import CLOSURE, values_at
from triffin.strategy.negotiation.offers import packages_of
from triffin.strategy.negotiation.talks import Status, TalksShocks, TalksState, draw_shocks
from triffin.strategy.payoffs.stakes import alignment_game, reference_game
from triffin.trade.models import REVENUE_CLOSURES
from triffin.world.base.arrays import Array

STATUSES = (*(status.name.casefold() for status in Status), "punished")
PUNISHED_STATUS = len(STATUSES) - 1
_FORCED = {"free": None, "punish": "punish", "back-down": "back_down"}
_WINDOW = 8  # trading days: a week, and the three days before its first


class Diplomacy(Mover):
    """State of the talks in n draws with m partners.

    At the end: status, actions, sign_day, rate, gain_hegemon, gain_partner (n, m); credibility_path
    and resist_share_path (n, W); dilemma (n,) at the first ultimatum, nan where none matured;
    creditor : the focus's threat, None where it has none to make; focus_sale (n,).
    """

    def __init__(self, stage: Stage) -> None:
        prepared, u, streams = stage.prepared, stage.u, stage.streams
        scene = prepared.scene
        assert scene is not None
        self.stage, self.prepared, self.scene, self.found = stage, prepared, scene, stage.found
        self.setting = scene.setting
        self.n, self.m = stage.n, len(self.setting.partners)
        talk_values = values_at(prepared.plan, u, stage.parameters)
        self.nested, resolved = (
            draw_nested(u, stage.parameters),
            draw_resolve(u, stage.parameters),
        )
        chi = stage.parameters.draw(("tariff_to_exchange_rate",), u)
        self.values: dict[str, Array] = talk_values | self.nested | resolved
        self.values.pop(CLOSURE)
        self.packages = packages_of(scene, talk_values)
        self.resolve = Resolve(resolved, parameters=stage.parameters)
        start = prepared.plan.start
        weeks = len(prepared.clock.weeks)
        self.talks = TalksState(
            self.packages,
            self._shocks(streams, weeks),
            opens=(scene.opens - start).days,
            deadline=(scene.deadlines[0] - start).days,
            first=self._first(),
        )
        self._later = [float((day - start).days) for day in scene.deadlines[1:]]
        self._decision_u = streams.uniform("decision", weeks)
        self._action_u = streams.uniform("alignment", self.m)
        self._week = 0
        self.dilemma = np.full(self.n, np.nan)
        self.actions = np.full((self.n, self.m), HOLD)
        self.credibility_path, self.resist_share_path = np.empty((2, self.n, weeks))
        used = np.array([REVENUE_CLOSURES.index(one.revenue) for one in prepared.chosen])
        self.positions = prepared.positions.drawn(used[stage.sample.closure])
        self._intercepts = calibrate(reference_game(self.positions, self.nested), self.nested)
        self._seen = []
        if prepared.plan.hegemon == HEGEMON:
            self._seen = record(prepared.plan.start, scene.known)
        self.creditor: CreditorThreat | None = None
        self.focus_sale = np.zeros(self.n, dtype=bool)
        self._sale: tuple[Array, int] | None = None
        self._chi = chi["tariff_to_exchange_rate"]
        self._wage = (
            self._relative_wage() if prepared.feedbacks["tariffs-to-exchange-rate"] else 0.0
        )
        if prepared.feedbacks["tariffs-to-exchange-rate"]:
            self.values |= chi
        self._moved = np.zeros(self.n)
        self._by = self._per_partner()
        self._q = self._fear(np.zeros(self.n))
        self._threat(u)
        self._check_bargains()
        stage.values |= self.values

    # --- moves --------------------------------------------------------------------------------

    def step(self, number: int, week: range) -> None:
        """Bargains, an ultimatum that has matured, and what both do to markets."""
        markets = self.stage.state(Markets)
        assert markets is not None
        self._bargain(self.prepared.clock, week, markets.rises(week))
        markets.sell(week[-1], self.ordered_sale())
        if markets.market is not None:
            markets.market.shift(self.rate_shift())

    def _bargain(self, clock: Clock, week: range, levels: Array) -> None:
        """levels (T, n) : change of the 10-year yield so far, bp."""
        modules = self.prepared.modules
        begins = clock.elapsed(clock.day_of(week[0]))
        rise = largest_rise(levels[-_WINDOW:] / 100.0)
        self._observe(clock, week)
        self._q = self._fear(rise)
        if modules["negotiation"] == ON:
            shifts = self._shifts()
            self.talks.week(begins, self._left(), dH=shifts[0], dU=shifts[1])
        ends = clock.elapsed(clock.day_of(week[-1]))
        matured = self.talks.deadline <= ends
        if matured.any():
            self._ultimatum(matured, ends, rise)
        self.credibility_path[:, self._week] = self.resolve.p
        weight = self.scene.payoffs.weight
        self.resist_share_path[:, self._week] = (~self.talks.signed & self._hit) @ weight
        self._week += 1

    def _observe(self, clock: Clock, week: range) -> None:
        """What was seen of the hegemon by the day of information, in the week it happened (B.3)."""
        if self.prepared.modules["credibility"] != ON:
            return
        last = clock.day_of(week[-1])
        while self._seen and self._seen[0].event.date <= last:
            seen = self._seen.pop(0)
            cost, stake = self._whole(np.full(self.n, seen.rise_bp))
            self.resolve.observe(seen.outcome, cost, stake)

    def _ultimatum(self, matured: Array, day: int, rise: Array) -> None:
        """The hegemon decides in the draws where the clock has run out."""
        cost, stake = self._whole(rise)
        likely = self.resolve.likelihoods(cost, stake)
        expected = (self.resolve.predictive(likely) * self.resolve.posterior(likely)).sum(axis=1)
        self.found.check("beliefs_are_a_martingale", expected - self.resolve.p, 1.0)
        self.found.check("outcomes_add_up", self.resolve.predictive(likely).sum(axis=1) - 1.0, 1.0)
        talks = self.prepared.plan.talks
        forced = _FORCED[talks.decision] if talks else None
        if self.prepared.modules["credibility"] != ON:
            forced = "punish"
        before = self.resolve.p.copy()
        outcome = self.resolve.decide(self._decision_u[:, self._week], cost, stake, forced)
        if self.prepared.modules["credibility"] != ON:
            self.resolve.p = before
        self.resolve.p = np.where(matured, self.resolve.p, before)
        self.found.check(
            "belief_is_a_probability",
            np.maximum(self.resolve.p - 1, 0) + np.maximum(-self.resolve.p, 0),
            1.0,
        )
        index = self.resolve.dilemma_index(cost, stake)
        first = matured & np.isnan(self.dilemma)
        self.dilemma = np.where(first, np.minimum(index, _MOST), self.dilemma)
        words = np.array(OUTCOMES)[outcome]
        extended = matured & (outcome == EXTENSION)
        later = self.talks.deadline.copy()
        planned = next((d for d in self._later if d > day), None)
        ahead = (
            day + self.prepared.parameters.value("extension_days") if planned is None else planned
        )
        later[matured] = np.where(extended[matured], ahead, np.nan)
        self.talks.mature(day, words, next_deadline=later, where=matured)
        struck = matured & np.isin(outcome, PUNISHED)
        if struck.any():
            self._answers(struck)
            self._sell(struck)

    def _answers(self, struck: Array) -> None:
        """What those do that were hit in the draws `struck`."""
        hit = struck[:, None] & ~self.talks.signed & (self.packages.threat > self.packages.pause)
        if self.prepared.modules["alignment"] != ON:
            return
        game = alignment_game(self.positions, self._q, self.nested)
        resisted = self.resist_share_path[:, max(self._week - 1, 0)] if self._week else 0.0
        found = align(game, self.nested, self._intercepts, x_start=resisted)
        self.found.check("actions_add_up", found.probs.sum(axis=-1) - 1.0, 1.0)
        # They have not signed, so that one of the ways to resist is left.
        open_ = found.probs.copy()
        open_[..., CONCEDE] = 0.0
        taken = chosen(open_ / open_.sum(axis=-1, keepdims=True), self._action_u)
        self.actions = np.where(hit, taken, self.actions)

    def _sell(self, struck: Array) -> None:
        """The focus sells where its threat is credible and it is struck."""
        focus = self.scene.focus
        if self.creditor is None or focus is None:
            return
        now = struck & ~self.talks.signed[:, focus] & self.creditor.credible & ~self.focus_sale
        self.focus_sale |= now
        if now.any():
            days = int(np.max(self.creditor.days))
            self._sale = (np.where(now, self.creditor.size_bn, 0.0), days)

    def ordered_sale(self) -> tuple[Array, int] | None:
        """(bn by draw, trading days) of a sale decided since the last call."""
        sale, self._sale = self._sale, None
        return sale

    def rate_shift(self) -> Array:
        """Move of the fundamental rate since the last call, log percent (H.9)."""
        target = self._chi * 100.0 * self._wage * self.talks.executed
        moved, self._moved = target - self._moved, target
        return np.asarray(moved)

    @property
    def total_rate_shift(self) -> Array:
        """(n,) all moves of the fundamental rate so far, log percent."""
        return self._moved

    # --- what follows at the end --------------------------------------------------------------

    @property
    def _hit(self) -> Array:
        """(n, m) whether the threatened rate is in force on a partner, in part or in full."""
        return (self.talks.executed[:, None] > 0) & (self.packages.threat > self.packages.pause)

    @property
    def struck_share(self) -> Array:
        """(n,) share of the hegemon's imports on which a threat is executed."""
        share = self.talks.executed[:, None] * (~self.talks.signed & self._hit)
        return np.asarray(share @ self.scene.payoffs.weight)

    def close(self) -> None:
        """Final statuses and tariffs; gains of every signed deal are checked."""
        if self.prepared.modules["negotiation"] == ON:
            shifts = self._shifts()
            self.talks.close(self._left(), dH=shifts[0], dU=shifts[1])
        signed = self.talks.signed
        for side in (self.talks.gain_hegemon, self.talks.gain_partner):
            self.found.check(
                "every_signed_deal_is_individually_rational",
                np.minimum(np.where(signed, side, 0.0), 0.0),
                1.0,
            )
        self.actions = np.where(signed, 0, self.actions)
        self.stage.tariffs = self.end_tariffs()

    @property
    def status(self) -> Array:
        """(n, m) positions in STATUSES."""
        punished = ~self.talks.signed & self._hit & (self.talks.executed[:, None] >= 1.0)
        return np.where(punished, PUNISHED_STATUS, self.talks.code)

    @property
    def rate(self) -> Array:
        """(n, m) the hegemon's rate on every partner at the end."""
        return self.talks.tariffs()

    @property
    def sign_day(self) -> Array:
        """(n, m) days since the start, nan where nothing was signed."""
        return self.talks.sign_day

    @property
    def gain_hegemon(self) -> Array:
        """(n, m) bn USD a year over the threat point, nan unless signed."""
        return self.talks.gain_hegemon

    @property
    def gain_partner(self) -> Array:
        """(n, m) bn USD a year over the threat point, nan unless signed."""
        return self.talks.gain_partner

    def columns(self) -> Array:
        """(n, N) the hegemon's tariffs at the end; who is no partner pays what is executed."""
        members = self.setting.members
        last = self.prepared.phases[-1].schedule.rates[0][:, self.setting.hegemon]
        now = self.setting.status_quo[:, self.setting.hegemon]
        rest = (1 - members.sum(axis=0)) * (now + self.talks.executed[:, None] * (last - now))
        return np.asarray(self.rate @ members + rest)

    def end_tariffs(self) -> EndTariffs:
        """What everybody pays at the end, and who answers or turns to the rival."""
        members = self.setting.members
        return EndTariffs(
            hegemon=self.setting.hegemon,
            before=self.prepared.phases[-1].schedule.rates[0],
            columns=self.columns(),
            retaliates=(self.actions == RETALIATE).astype(float) @ members > 0,
            pivots=(self.actions == PIVOT).astype(float) @ members > 0,
        )

    # --- what they know -----------------------------------------------------------------------

    def _shocks(self, streams: Streams, weeks: int) -> TalksShocks:
        whole = draw_shocks(BLOCK, self.m, max(weeks, 1), streams.sequence("talks"))
        names = ("types", "queue", "letters", "slots", "day")
        return TalksShocks(*(getattr(whole, name)[: self.n] for name in names))

    def _first(self) -> int | None:
        talks = self.prepared.plan.talks
        return None if talks is None or talks.first is None else self.setting.index(talks.first)

    def _per_partner(self) -> Array:
        """(n, m) what executing the threat on each partner costs the hegemon a year, bn, so that
        the sum over all is the cost of executing it on everybody at once."""
        alone = -self.positions.strike_bn * self.positions.threatened
        joint = -self.positions.strike_all_bn[:, None]
        return np.asarray(alone + (joint - alone.sum(axis=1, keepdims=True)) * self._share)

    @property
    def _share(self) -> Array:
        """(m,) of those threatened, by what the hegemon buys from them; equal where none is."""
        bought = self.positions.weight * self.positions.threatened
        share = bought if bought.any() else self.positions.threatened
        return np.asarray(share / max(share.sum(), 1e-300))

    def _reputation(self) -> Array:
        """(n,) V: what is left to gain from those who have not settled."""
        p = self.positions
        return self.resolve.reputation_value(
            p.deal_bn * (p.threatened & ~self.talks.signed),
            p.deal - 100 * self.nested["dignity_cost"][:, None],
            np.zeros_like(p.hit),
            p.hit,
            self.nested["alignment_rationality"],
        )

    def _whole(self, rise: Array) -> tuple[Cost, Array]:
        """Cost of executing the threat on all who have not signed, and what is at stake."""
        cost = self.resolve.cost((self._by * ~self.talks.signed).sum(axis=1), rise)
        return cost, self.resolve.stake(cost, self._reputation())

    def _fear(self, rise: Array) -> Array:
        """(n, m) probability that the threat is executed on each partner; pain and reputation are
        shared by trade, and executing it where it pays is certain (H.2)."""
        if self.prepared.modules["credibility"] != ON:
            return np.tile(self.positions.threatened.astype(float), (self.n, 1))
        each = self.resolve.cost(self._by, rise, pain_share=self._share)
        stake = self.resolve.stake(each, self._reputation()[:, None] * self._share)
        return np.where(self.positions.threatened, self.resolve.q(each, stake), 0.0)

    def _left(self) -> Array:
        """(n, m) probability that who does not sign ends at the threatened rate: what is feared
        while a clock runs, afterwards the share that is in force."""
        running = np.isfinite(self.talks.deadline)[:, None]
        return np.where(running, self._q, self.talks.executed[:, None])

    def _threat(self, u: Mapping[str, Array]) -> None:
        """What the focus can do with its Treasuries; nothing where it is known to hold none."""
        focus = self.scene.focus
        if focus is None or self.prepared.modules["treasuries"] != ON:
            return
        holder = find_creditor(self.setting.codes[focus])
        if not holder.total_bn:
            return
        from triffin.finance.joint.draws import drawn_parameters

        plan = self.prepared.plan
        p, acts, _ = drawn_parameters(
            self.n,
            0,
            u=u,
            pooled_impact="price_impact_bp_per_100bn" in (plan.changes or {}),
            parameters=self.prepared.parameters,
        )
        bank = plan.backstop is None or plan.backstop.federal_reserve
        market = SimpleNamespace(m=p.m, pi=p.pi, rho=p.rho, acts=acts, kappa=p.kappa)
        share = holder.official_share(
            u["creditor_official_share"], parameters=self.prepared.parameters
        )
        q = self._q[:, focus]
        cells = np.arange(self.n), np.full(self.n, focus)
        terms = self.packages.agreed(self._q, cells=cells).terms
        wedge = 1.0 + self.packages.bargains.omega[:, focus]
        surplus = terms.gain_partner + wedge * terms.gain_hegemon
        self.creditor = creditor_threat(
            holder,
            market,
            share,
            Stakes(
                beta=self.packages.bargains.beta[:, focus],
                omega=self.packages.bargains.omega[:, focus],
                q=q,
                hurt_bn=np.maximum(-self.packages.U1[:, focus], 0.0),
                strike_bn=self.packages.H1[:, focus],
                committed=np.minimum(self.resolve.p, q),
                surplus_bn=np.nan_to_num(surplus),
            ),
            backstop=bank,
            parameters=self.prepared.parameters,
        )
        self.values["creditor_official_share"] = share

    def _check_bargains(self) -> None:
        """No small change of terms improves the Nash product, for some bargains of the block."""
        draws = np.arange(min(self.n, _CHECKED))
        largest = np.argsort(-self.scene.payoffs.weight)[:_CHECKED]
        cells = np.repeat(draws, len(largest)), np.tile(largest, len(draws))
        q = self._q[cells]
        some = self.packages.bargains.at(cells)
        bargains = some.moved(dH=q * self.packages.H1[cells], dU=q * self.packages.U1[cells])
        gain = largest_improvement(bargains, nash_terms(bargains), np.random.default_rng(0))
        self.found.check("no_terms_improve_the_nash_product", gain, 1.0)

    def _shifts(self) -> tuple[Array, Array]:
        """(n, m) what the focus's threat to sell adds to both threat points."""
        found = np.zeros((2, self.n, self.m))
        if self.creditor is not None and self.scene.focus is not None:
            found[0, :, self.scene.focus] = self.creditor.shift_hegemon_bn
            found[1, :, self.scene.focus] = self.creditor.shift_partner_bn
        return found[0], found[1]

    def _relative_wage(self) -> float:
        """Log change of the hegemon's wage over that of the currency's owner when the threatened
        tariffs replace those of the pause, at central parameters."""
        prepared = self.prepared
        last, during = prepared.solved[-1][0], None
        for phase, row in zip(prepared.phases, prepared.solved, strict=True):
            if phase.start <= self.scene.opens <= phase.end:
                during = row[0]
        if last is None or during is None:
            return 0.0
        pair = [prepared.home, prepared.world.index(prepared.owner)]
        change = np.log1p(last.wage[pair] / 100) - np.log1p(during.wage[pair] / 100)
        return float(change[0] - change[1])


_CHECKED = 8
_MOST = 1e3
"""A dilemma index beyond this says no more than that nothing is at stake."""
