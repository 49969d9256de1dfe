"""The talks on the run's clock: who signs, what is executed and who answers, as the ledger has it.

All of it is drawn at the start from the outlook that `negotiate` prints; markets do not move it.
"""

from __future__ import annotations

import numpy as np

from triffin.run.clock.markets import Markets
from triffin.run.clock.section import Mover, Stage
from triffin.run.plan.modules import ON
from triffin.run.trade.end_tariffs import EndTariffs
from triffin.strategy.negotiation.outlook import Drawn
from triffin.world.base.arrays import Array

SHOCKS = ("talks_signing", "talks_decision", "talks_rate", "talks_answer")
"""Streams of uniforms: who signs when, what is decided at deadlines, rates, who retaliates."""


class Diplomacy(Mover):
    """What becomes of the talks in n draws with m partners; see `Drawn`.

    retaliates (n, m) : who answers what was executed on it; none with the module alignment off.
    """

    def __init__(self, stage: Stage) -> None:
        prepared = stage.prepared
        assert prepared.outlook is not None
        self.stage, self.outlook = stage, prepared.outlook
        m = len(self.outlook.codes)
        shape: dict[str, tuple[int, ...]] = dict.fromkeys(SHOCKS, (m,)) | {"talks_decision": ()}
        u = {name: stage.streams.uniform(name, *shape[name]) for name in SHOCKS}
        self.drawn: Drawn = self.outlook.draw(*(u[name] for name in SHOCKS))
        self.retaliates = self.drawn.retaliates
        if prepared.modules["alignment"] != ON:
            self.retaliates = np.zeros_like(self.retaliates)
        # What a reader sees as drivers: one number a draw, the mean over partners by trade.
        weight = self.outlook.weight
        stage.values |= {n: x @ weight if x.ndim > 1 else x for n, x in u.items()}
        self._moved = np.zeros(stage.n)
        self._pull: Array | float = 0.0
        if prepared.feedbacks["tariffs-to-exchange-rate"]:
            chi = stage.parameters.draw(("tariff_to_exchange_rate",), stage.u)
            stage.values |= chi
            self._pull = 100.0 * chi["tariff_to_exchange_rate"] * self._relative_wage()
        self.struck_share = np.zeros(stage.n)

    def step(self, number: int, week: range) -> None:
        """What is in force at the end of the week moves the exchange rate."""
        markets, clock = self.stage.state(Markets), self.stage.prepared.clock
        assert markets is not None
        ends = clock.elapsed(clock.day_of(week[-1]))
        self.struck_share = self.drawn.struck(ends) @ self.outlook.weight
        if markets.market is not None:
            target = np.asarray(self._pull * self.struck_share)
            moved, self._moved = target - self._moved, target
            markets.market.shift(np.asarray(moved))

    @property
    def total_rate_shift(self) -> Array:
        """(n,) all moves of the fundamental rate so far, log percent."""
        return self._moved

    def close(self) -> None:
        """Tariffs at the end."""
        found, prepared = self.stage.found, self.stage.prepared
        law = self.outlook
        found.check("outcomes_add_up", law.states.sum(axis=1) - 1.0, 1.0)
        members = law.scene.setting.members
        home = law.scene.setting.hegemon
        now = law.scene.setting.status_quo[:, home]
        last = prepared.phases[-1].schedule.rates[0][:, home]
        # Who is no partner pays what the scenario writes where the threat is carried out on most.
        share = self.struck_share[:, None]
        rest = (1 - members.sum(axis=0)) * (now + share * (last - now))
        self.stage.tariffs = EndTariffs(
            hegemon=home,
            before=prepared.phases[-1].schedule.rates[0],
            columns=np.asarray(self.drawn.rate @ members + rest),
            retaliates=self.retaliates.astype(float) @ members > 0,
        )

    def _relative_wage(self) -> float:
        """Log change of the hegemon's wage over that of the currency's owner when the threatened
        tariffs replace those of the pause, at central parameters."""
        prepared, opens = self.stage.prepared, self.outlook.scene.opens
        last, during = prepared.solved[-1][0], None
        for phase, row in zip(prepared.phases, prepared.solved, strict=True):
            if phase.start <= opens <= phase.end:
                during = row[0]
        if last is None or during is None:
            return 0.0
        pair = [prepared.home, prepared.world.index(prepared.owner)]
        change = np.log1p(last.wage[pair] / 100) - np.log1p(during.wage[pair] / 100)
        return float(change[0] - change[1])
