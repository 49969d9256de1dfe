"""What each tariff on one partner is worth to both sides: exact, and over models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from triffin.strategy.negotiation.outlook import CONSTANT, Outlook
from triffin.strategy.negotiation.setting import Scene
from triffin.strategy.payoffs.solves import TalksSetting, exact_payoffs
from triffin.trade.batch.batches import solve_many
from triffin.trade.closures import Closure, closures
from triffin.trade.models import REVENUE_CLOSURES
from triffin.trade.one.counterfactual import baseline_of
from triffin.trade.parameter_draws import Draws, draw
from triffin.world.base.arrays import Array

LADDER = (0.0, 0.05, 0.10, CONSTANT, 0.20, 0.25, 0.30)
"""Rates shown for every partner; named ones come on top."""
DRAWN = 48
"""Draws of models and elasticities: each is a solve for every rate."""
SAME = 5e-5


@dataclass(frozen=True)
class NamedRate:
    """A rate (fraction) and what it is; `known`: named in what is known at the date, or a
    hypothetical one."""

    rate: float
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """As a reader calls it: "24 % (announced)"."""
        called = ", ".join(self.names)
        return f"{100 * self.rate:.4g} %" + (f" ({called})" if called else "")


def named_rates(law: Outlook, place: int, asked: Sequence[float] = ()) -> list[NamedRate]:
    """All rates looked at, in order, those `asked` for among them. Letters and agreed rates only
    where they are known."""
    partner = law.scene.setting.partners[place]
    named: list[tuple[str, float | None]] = [
        ("free", 0.0),
        ("pause", float(law.pause[place])),
        ("announced", float(law.threat[place])),
        ("letter", partner.letter),
        ("agreed", partner.agreed),
        *(("", rate) for rate in (*LADDER, *asked)),
    ]
    found: dict[float, list[str]] = {}
    for name, rate in named:
        if rate is None:
            continue
        same = next((known for known in found if abs(known - rate) < SAME), float(rate))
        found.setdefault(same, [])
        if name:
            found[same].append(name)
    return [NamedRate(rate, tuple(names)) for rate, names in sorted(found.items())]


def rate_rows(scene: Scene, place: int, rates: list[NamedRate]) -> list[dict[str, Any]]:
    """Exact payoffs against the pause at every rate, with both uses of the revenue."""
    code = scene.setting.codes[place]
    asked = [one.rate for one in rates]
    main = exact_payoffs(scene.setting, code, asked)
    other = other_revenue(scene.setting)
    beside = exact_payoffs(replace(scene.setting, revenue=other), code, asked)
    return [
        {
            "rate": one.rate,
            "names": list(one.names),
            "partner_bn": main.partner_bn[k],
            "partner_pct": main.partner_pct[k],
            "hegemon_bn": main.hegemon_bn[k],
            "hegemon_pct": main.hegemon_pct[k],
            "hegemon_bn_other_revenue": beside.hegemon_bn[k],
        }
        for k, one in enumerate(rates)
    ]


def other_revenue(setting: TalksSetting) -> str:
    """The use of the revenue that the setting does not assume."""
    return next(name for name in REVENUE_CLOSURES if name != setting.revenue)


@dataclass(frozen=True, eq=False)
class RateDraws:
    """Cost of rates to the partner and gain to the hegemon against the pause, (draws, rates) bn
    per year; nan where a draw has no equilibrium. sample: what was drawn."""

    rates: tuple[NamedRate, ...]
    partner_bn: Array
    hegemon_bn: Array
    sample: Draws
    chosen: tuple[Closure, ...]

    @property
    def groups(self) -> dict[str, Array]:
        """Choices of models by draw."""
        names = ("model", "revenue")
        return {
            name: np.array([getattr(self.chosen[k], name) for k in self.sample.closure])
            for name in names
        }

    def central(self, which: Array) -> dict[str, float]:
        """Median over the draws of each closure, for counting signs."""
        labels = self.sample.closure
        return {
            closure.label: float(np.nanmedian(which[labels == k]))
            for k, closure in enumerate(self.chosen)
            if np.isfinite(which[labels == k]).any()
        }


def draw_rates(
    scene: Scene, place: int, rates: list[NamedRate], seed: int, draws: int = DRAWN
) -> RateDraws:
    """What some rates are worth over models, uses of the revenue and elasticities."""
    setting = scene.setting
    chosen = tuple(c for c in closures(parameters=scene.parameters) if c.retaliation == "none")
    sample = draw(scene.scenario, chosen, draws, seed, parameters=scene.parameters)
    asked = np.array([setting.pause[place], *(one.rate for one in rates)])
    columns = setting.alone(place, asked)
    partner, hegemon = np.full((2, draws, len(rates)), np.nan)
    for k, closure in enumerate(chosen):
        here = np.flatnonzero(sample.closure == k)
        if not here.size:
            continue
        welfare = _welfare(
            setting, closure, columns, {n: v[here] for n, v in sample.values.items()}
        )
        amounts = welfare * setting.gdp_bn / 100
        own = amounts @ setting.members[place]
        theirs = amounts[..., setting.hegemon]
        partner[here], hegemon[here] = own[:, 1:] - own[:, :1], theirs[:, 1:] - theirs[:, :1]
    return RateDraws(tuple(rates), partner, hegemon, sample, chosen)


def _welfare(
    setting: TalksSetting, closure: Closure, columns: Array, values: dict[str, Array]
) -> Array:
    """Welfare (draws, rates, N) in per cent at the tariffs of the hegemon."""
    base = setting.base
    if closure.model != base.model.name:
        base = baseline_of(
            base.world, closure.model, deficits=setting.deficits, registry=base.registry
        )
    count = len(next(iter(values.values())))
    name = setting.base.world.economies[setting.hegemon]
    found = solve_many(
        base,
        (setting.status_quo, name, np.tile(columns, (count, 1))),
        revenue=closure.revenue,
        deficits=setting.deficits,
        parameters={key: np.repeat(value, len(columns)) for key, value in values.items()},
        quick=True,
        chunk=100,
    )
    return found.values["welfare"].reshape(count, len(columns), -1)
