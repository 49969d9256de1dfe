"""What one room does to another, each a switch whose effect is told (models H.9).

- exchange-rate-to-trade: a move of the watched currency beyond `exchange_rate_threshold` changes
  the real income of its owner by the terms of trade and the rents of its exporters (E.5). The
  trade model's own wages would undo a nominal move, so that it is not solved again.
- tariffs-to-exchange-rate: tariffs that are executed move the fundamental rate by χ times the
  change of the relative wage (`Diplomacy.rate_shift`).
- sales-to-transfers: what foreigners sell in a year and other foreigners do not buy, the hegemon
  cannot borrow abroad: its transfer shrinks one for one. The response is solved exactly at central
  parameters for `TRIAL_BN` and scaled; `error` says what scaling misses at twice the amount.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from triffin.finance.currency.pass_through import depreciation_income
from triffin.finance.joint.market import JointPaths
from triffin.finance.treasuries.market import ISSUER, buyers, find_seller, japan_official_share
from triffin.run.clock.markets import Markets
from triffin.run.clock.section import Stage
from triffin.run.clock.talks import Diplomacy
from triffin.run.plan.modules import FEEDBACKS, ON
from triffin.run.plan.prepare import Prepared
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import counterfactual
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged
from triffin.world.base.wording import quantity

TRIAL_BN = 50.0
LARGEST_SHARE = 0.5
"""Of what the hegemon spends: less than so much can be missing for the response to be scaled."""
FOREIGN = ("foreign official", "foreign private")


@dataclass(frozen=True, eq=False)
class Feedbacks:
    """Additions to welfare in per cent, (n, N) each; report : name -> what it did, in words."""

    welfare: Array
    report: list[dict[str, Any]]

    @classmethod
    def of(cls, stage: Stage) -> Feedbacks:
        """The feedbacks of one block."""
        prepared = stage.prepared
        total = np.zeros((stage.n, prepared.world.n_economies))
        report = []
        for name, (module, what) in FEEDBACKS.items():
            on = prepared.feedbacks[name]
            effect = "off" if prepared.modules[module] == ON else "not asked"
            if on:
                added, effect = _MEASURES[name](prepared, stage)
                total += added
            report.append({"name": name, "on": on, "what": what, "effect": effect})
        return cls(total, report)

    def applied(self, outcome: dict[str, Array]) -> dict[str, Array]:
        """The outcome with the additions to welfare."""
        return outcome | {"welfare": outcome["welfare"] + self.welfare}


def _paths(stage: Stage) -> JointPaths:
    markets = stage.state(Markets)
    assert markets is not None
    assert markets.paths is not None
    return markets.paths


def _exchange_rate(prepared: Prepared, stage: Stage) -> tuple[Array, str]:
    """Owner's real income when its currency moved beyond the threshold."""
    paths, world = _paths(stage), prepared.world
    added = np.zeros((stage.n, world.n_economies))
    # Up: the owner's currency is weaker, a depreciation (de < 0 in E.5).
    move = np.log(paths.rate[-1] / paths.start.rate)
    threshold = prepared.parameters.value("exchange_rate_threshold")
    large = np.abs(move) > threshold
    per_unit = depreciation_income(
        prepared.parameters.value("import_share_gdp"),
        prepared.parameters.value("export_share_gdp"),
        prepared.parameters.value("import_pass_through"),
        prepared.parameters.value("import_content_of_exports"),
        prepared.parameters.value("strategic_complementarity"),
        -1.0,
        prepared.parameters.value("export_markup_wedge"),
        prepared.parameters.value("export_elasticity"),
    )["total"]
    owner = world.index(prepared.owner)
    added[:, owner] = np.where(large, 100.0 * per_unit * move, 0.0)
    text = (
        f"the rate moves by more than {100 * threshold:g} % in "
        f"{100 * float(large.mean()):.0f} % of the draws; a depreciation of 10 % changes the "
        f"income of {world.names[owner]} by {quantity(10 * per_unit, '%')}"
    )
    return added, text


def _tariffs(prepared: Prepared, stage: Stage) -> tuple[Array, str]:
    added, talks = np.zeros((stage.n, prepared.world.n_economies)), stage.state(Diplomacy)
    if talks is None:
        return added, "no talks, no tariff changes with them"
    shift = talks.total_rate_shift
    return added, (
        f"executed tariffs move the fundamental rate by {quantity(float(np.median(shift)), '%')} "
        f"in the middle draw ({quantity(float(np.quantile(shift, 0.05)), '%')} to "
        f"{quantity(float(np.quantile(shift, 0.95)), '%')}); above 0 the currency weakens"
    )


def _transfers(prepared: Prepared, stage: Stage) -> tuple[Array, str]:
    """Welfare when the hegemon borrows less abroad by what foreigners sold."""
    paths, world = _paths(stage), prepared.world
    base = prepared.baselines[prepared.chosen[0].model]
    if not isinstance(base, Baseline):
        return np.zeros((stage.n, world.n_economies)), "not in worlds of many sectors"
    home, nothing = prepared.home, np.zeros((stage.n, world.n_economies))
    if prepared.plan.hegemon != ISSUER:
        return nothing, f"not for {world.names[home]}: the United States borrow by Treasuries"
    seller = find_seller("foreign private", parameters=prepared.parameters)
    share = japan_official_share(prepared.parameters)
    bought = buyers(seller, TRIAL_BN, share, prepared.parameters)
    abroad = sum(bought.get(name, 0.0) for name in FOREIGN) / TRIAL_BN
    net = (paths.treasuries_sold - paths.central_bank_bought).sum(axis=0) * (1.0 - abroad)
    largest = max(2 * TRIAL_BN, float(np.abs(net).max()))
    if 1e9 * largest > LARGEST_SHARE * base.E[home] or not _lenders(prepared, base).any():
        return nothing, (
            f"left out: {world.names[home]} spends {quantity(base.E[home] / 1e9, 'bn USD')} a year "
            f"in this world, and cannot borrow {largest:.0f} bn less from the others"
        )
    try:
        one, two = (_response(prepared, base, size) for size in (TRIAL_BN, 2 * TRIAL_BN))
    except (NoEquilibrium, NotConverged) as reason:
        return nothing, f"left out: with {2 * TRIAL_BN:.0f} bn less borrowed abroad, {reason}"
    error = abs(two[home] - 2 * one[home]) / max(abs(two[home]), 1e-12)
    added = net[:, None] / TRIAL_BN * one
    text = (
        f"foreigners sell {quantity(float(np.median(net)), 'bn USD')} net to residents in the "
        f"middle draw; {TRIAL_BN:.0f} bn less borrowed abroad a year changes welfare of "
        f"{world.names[home]} by {quantity(float(one[home]), '%', 3)} (scaled; twice the amount is "
        f"missed by {100 * error:.1f} %)"
    )
    return added, text


def _response(prepared: Prepared, base: Baseline, size_bn: float) -> Array:
    """(N,) change of welfare when the hegemon's transfer is smaller by an amount, and those of
    the economies that lend by as much, in proportion."""
    closure, home = prepared.chosen[0], prepared.home
    schedule = prepared.phases[prepared.main].schedule
    lend = _lenders(prepared, base)
    less = 1e9 * size_bn * lend / lend.sum()
    less[home] = -1e9 * size_bn
    moved = replace(base, T=base.T + less, cache={})
    options: dict[str, Any] = {"revenue": closure.revenue, "retaliation": closure.retaliation}
    after = counterfactual(moved, schedule, **options).welfare
    before = counterfactual(base, schedule, **options).welfare
    return np.asarray(after - before)


def _lenders(prepared: Prepared, base: Baseline) -> Array:
    """(N,) what each of the others lends, USD."""
    lend = np.maximum(-base.T, 0.0)
    lend[prepared.home] = 0.0
    return lend


_MEASURES = {
    "exchange-rate-to-trade": _exchange_rate,
    "tariffs-to-exchange-rate": _tariffs,
    "sales-to-transfers": _transfers,
}
