"""Payoffs of the talks from exact solves of the trade model: who gains what at which tariff.

For every partner: the hegemon's and the partner's welfare when the hegemon's tariff on it is zero,
5 %, that of the pause, half the threatened rate, the threatened and the agreed rate, when the
partner retaliates or pivots to the rival, and when the threat is executed on everybody at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from triffin.strategy.payoffs.best_response import (
    BestResponse,
    Comparison,
    best_responses,
    compare_rates,
)
from triffin.strategy.payoffs.solves import (
    TalksSetting,
    equilibrium_at,
    setting_of,
    solve_columns,
    solve_pivot,
    solve_retaliation,
)
from triffin.strategy.payoffs.surrogate import (
    Surrogate,
    cross_effects,
    fit_rates,
    surrogate_of,
)
from triffin.world.base.arrays import Array
from triffin.world.base.processes import beside
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet, in_place

if TYPE_CHECKING:
    import xarray as xr


RATES = ("free", "five", "pause", "half", "announced", "agreed")
ACTIONS = (*RATES, "retaliate", "pivot", "joint", "exempt")
REPLIES = {"hold": "announced", "retaliate": "retaliate", "pivot": "pivot"}
NO_TARIFF_THREAT = "no_tariff_threat"
TARIFF_THREAT = "tariff_threat"
CONSTANT = 0.15


class ExactPayoffs(NamedTuple):
    """Exact payoffs at given rates on one partner, others at the pause; each (K,).

    Billion USD per year and per cent of the own GDP, relative to the pause rate on that partner.
    """

    rate: Array
    hegemon_bn: Array
    partner_bn: Array
    hegemon_pct: Array
    partner_pct: Array


@dataclass(frozen=True, eq=False)
class Payoffs:
    """Payoffs of hegemon and partners by partner (n) and action (A), labelled by `actions`.

    hegemon_bn, partner_bn (n, A) : billion USD per year, relative to the world before the tariffs;
    nan where the action is not defined (agreed for Canada, pivot for the rival). Columns:
    free, five, pause, half, announced, agreed : the rate on i, all others at the pause;
    retaliate : the threatened rate on i, answered with the same rate; pivot : the threatened rate
    on i, and cheaper trade between i and the rival; joint : everybody at the threatened rate;
    exempt : everybody but i at it, i at the pause.
    rates (n, A) : the hegemon's rate on i. weight (n,) : share in the hegemon's imports from the
    partners. seconds : time of the solves.
    """

    setting: TalksSetting
    hegemon_bn: Array
    partner_bn: Array
    rates: Array
    surrogate: Surrogate
    seconds: float
    actions: tuple[str, ...] = ACTIONS

    @property
    def partners(self) -> tuple[str, ...]:
        """Codes of the partners, the first axis."""
        return self.setting.codes

    @property
    def missing(self) -> dict[str, str]:
        """Partners without trade data: code -> name and reason."""
        return self.setting.missing

    @cached_property
    def best_response(self) -> BestResponse:
        """The hegemon's best rate on each partner alone, solved on first use."""
        return self.search()

    @cached_property
    def search(self) -> Callable[[], BestResponse]:
        """The search for `best_response`, begun beside this process on first use."""
        return beside(best_responses, self.setting)

    @property
    def hegemon_pct(self) -> Array:
        """(n, A) per cent of the hegemon's GDP."""
        return 100 * self.hegemon_bn / self.setting.gdp_bn[self.setting.hegemon]

    @property
    def partner_pct(self) -> Array:
        """(n, A) per cent of each partner's GDP."""
        return 100 * self.partner_bn / self.setting.partner_gdp_bn[:, None]

    @cached_property
    def weight(self) -> Array:
        """(n,) shares in what the hegemon buys from the partners in the data."""
        return self.setting.weight

    def of(self, partner: str, action: str) -> dict[str, float]:
        """hegemon_bn, partner_bn, hegemon_pct, partner_pct and rate of one cell."""
        i, a = self.setting.index(partner), self.actions.index(action)
        names = ("hegemon_bn", "partner_bn", "hegemon_pct", "partner_pct")
        return {name: float(getattr(self, name)[i, a]) for name in names} | {
            "rate": float(self.rates[i, a])
        }

    def column(self, action: str) -> tuple[Array, Array]:
        """(n,) hegemon's and partners' payoffs of one action, billion USD per year."""
        a = self.actions.index(action)
        return self.hegemon_bn[:, a], self.partner_bn[:, a]

    @cached_property
    def status(self) -> Array:
        """(n,) "no_tariff_threat" where the threatened rate, on i alone, does not hurt i (H.2)."""
        return _status(self.column("pause")[1], self.column("announced")[1])

    @cached_property
    def status_joint(self) -> Array:
        """(n,) the same when the threat is executed on everybody at once."""
        return _status(self.column("pause")[1], self.column("joint")[1])

    def reply(self, security_loss_pct: Array | float = 0.0) -> tuple[Array, Array, Array]:
        """The partner's best answer to an executed threat: names (n,), H1 and U1 (n,) billion USD.

        security_loss_pct : what a pivot costs in security, per cent of the partner's GDP.
        """
        places = [self.actions.index(action) for action in REPLIES.values()]
        value = self.partner_bn[:, places].copy()
        cost = np.broadcast_to(security_loss_pct, (len(self.partners),))
        value[:, 2] -= cost * self.setting.partner_gdp_bn / 100
        chosen = np.nanargmax(value, axis=1)
        every = np.arange(len(chosen))
        names = np.array(tuple(REPLIES))[chosen]
        return names, self.hegemon_bn[every, np.array(places)[chosen]], value[every, chosen]

    def comparison(self) -> list[Comparison]:
        """The best response, and naive baselines, beside the rates of 7 August 2025.

        Empty where nothing of August 2025 is known at the date of information.
        """
        observed = self.setting.agreed
        if not np.isfinite(observed).any():
            return []
        rules = {
            "best response, others at the pause": self.best_response.rate,
            "announced rate": self.setting.announced,
            "constant 15 %": np.full(len(observed), CONSTANT),
        }
        return [compare_rates(rule, rates, observed, self.weight) for rule, rates in rules.items()]

    @cached_property
    def data(self) -> xr.Dataset:
        """Payoffs by partner and action, labelled, with units."""
        import xarray as xr

        described = {
            "hegemon_bn": "billion USD per year",
            "partner_bn": "billion USD per year",
            "hegemon_pct": "percent of GDP",
            "partner_pct": "percent of GDP",
        }
        return xr.Dataset(
            {
                name: (("partner", "action"), getattr(self, name), {"units": unit})
                for name, unit in described.items()
            }
            | {
                "rate": (("partner", "action"), self.rates, {"units": "1"}),
                "status": ("partner", self.status),
                "best_response": ("partner", self.best_response.rate, {"units": "1"}),
            },
            coords={"partner": list(self.partners), "action": list(self.actions)},
            attrs={"world": self.setting.base.world.name, "model": self.setting.base.model.name},
        )


def payoffs(
    world: World,
    *,
    pivot_barrier: float | None = None,
    parameters: ParameterSet | None = None,
    **talks: Any,
) -> Payoffs:
    """The table of payoffs of the talks; `talks` are the arguments of `setting_of`.

    pivot_barrier : fraction by which costs of trade with the rival fall in a pivot; the parameter
        of that name if left out. parameters : by default what ships, with own priors in place.

    Raises InputError for unknown names and worlds of many sectors, NoEquilibrium and NotConverged
    from the trade model, naming the economy.
    """
    registry = in_place() if parameters is None else parameters
    setting = setting_of(world, registry=registry, **talks)
    return payoffs_of(setting, pivot_barrier=pivot_barrier)


def payoffs_of(setting: TalksSetting, *, pivot_barrier: float | None = None) -> Payoffs:
    """The table of payoffs of one setting (see `payoffs`); those of the last few settings are
    kept, so that scenarios that differ in other things share them."""
    barrier = setting.parameters.value("pivot_barrier") if pivot_barrier is None else pivot_barrier
    key = (*setting.key, barrier)
    if key not in _KEPT:
        if len(_KEPT) >= 8:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = _solved_payoffs(setting, barrier)
    # The baseline is kept alive by the table, so that its identity names it.
    return _KEPT[key]


def begin(setting: TalksSetting) -> None:
    """Begin the part of the table that takes longest beside this process, for `payoffs_of`."""
    if setting.key not in _BEGUN and all(kept[:-1] != setting.key for kept in _KEPT):
        _BEGUN[setting.key] = beside(cross_effects, setting)


_KEPT: dict[tuple[object, ...], Payoffs] = {}
_BEGUN: dict[tuple[object, ...], Callable[[], tuple[Array, Array]]] = {}


def _solved_payoffs(setting: TalksSetting, barrier: float) -> Payoffs:
    started = time.perf_counter()
    n = len(setting.partners)
    threatened = np.where(np.isnan(setting.announced), setting.pause, setting.announced)
    rates = np.empty((n, len(ACTIONS)))
    rates[:] = threatened[:, None]
    rates[:, 0], rates[:, 1], rates[:, 2] = 0.0, 0.05, setting.pause
    rates[:, 3], rates[:, 5], rates[:, 9] = threatened / 2, setting.agreed, setting.pause
    hegemon, partner = np.empty((n, len(ACTIONS))), np.empty((n, len(ACTIONS)))
    every = np.arange(n)

    columns, which, asked, points = [], [], [], []
    for i in range(n):
        nodes, extra = fit_rates(setting, i)
        points.append(np.concatenate([nodes, extra]))
        wanted = np.unique(np.concatenate([points[-1], rates[i, : len(RATES)]]))
        wanted = wanted[np.isfinite(wanted)]
        asked.append(wanted)
        which.append(len(wanted))
        columns.append(setting.alone(i, wanted))
    joint = np.tile(threatened, (n + 1, 1))
    joint[every, every] = setting.pause
    columns.append(setting.column(joint))
    crossed = _BEGUN.pop(setting.key, None) or beside(cross_effects, setting)
    exact = solve_columns(setting, np.concatenate(columns))
    start = equilibrium_at(setting, setting.column(setting.pause))
    answered = solve_retaliation(setting, threatened)
    pivoted = solve_pivot(setting, threatened, barrier, start)
    cross = crossed()
    firsts = np.cumsum([0, *which])
    measured = []
    for i in range(n):
        here = slice(firsts[i], firsts[i + 1])
        own, theirs = exact.hegemon[here], exact.partners[here, i]
        place = np.searchsorted(asked[i], points[i])
        measured.append((points[i], own[place], theirs[place]))
        for a in range(len(RATES)):
            known = np.isfinite(rates[i, a])
            k = int(np.searchsorted(asked[i], rates[i, a])) if known else 0
            hegemon[i, a] = own[k] if known else np.nan
            partner[i, a] = theirs[k] if known else np.nan
    last = firsts[-1]
    hegemon[:, 8], partner[:, 8] = exact.hegemon[last + n], exact.partners[last + n]
    hegemon[:, 9], partner[:, 9] = (
        exact.hegemon[last : last + n],
        exact.partners[last + every, every],
    )

    hegemon[:, 6], partner[:, 6] = answered.hegemon, answered.partners[every, every]
    hegemon[:, 7], partner[:, 7] = pivoted.hegemon, pivoted.partners[every, every]
    return Payoffs(
        setting=setting,
        hegemon_bn=hegemon,
        partner_bn=partner,
        rates=rates,
        surrogate=surrogate_of(setting, measured, cross),
        seconds=time.perf_counter() - started,
    )


def exact_payoffs(
    setting: TalksSetting,
    partner: str,
    rates: Sequence[float] | Array,
    *,
    others: Array | None = None,
) -> ExactPayoffs:
    """Exact payoffs of some rates (K,) on one partner, relative to its pause rate.

    others (n,) : what the other partners pay; the pause if left out.
    Raises InputError for an unknown partner.
    """
    i = setting.index(partner)
    asked = np.asarray(rates, dtype=float)
    both = np.concatenate([[setting.pause[i]], asked])
    found = solve_columns(setting, setting.alone(i, both, others=others))
    hegemon = found.hegemon[1:] - found.hegemon[0]
    own = found.partners[1:, i] - found.partners[0, i]
    return ExactPayoffs(
        rate=asked,
        hegemon_bn=hegemon,
        partner_bn=own,
        hegemon_pct=100 * hegemon / setting.gdp_bn[setting.hegemon],
        partner_pct=100 * own / setting.partner_gdp_bn[i],
    )


def _status(before: Array, after: Array) -> Array:
    """Whether a threat makes a partner worse off; differences below 1e-6 bn are none."""
    return np.where(before - after > 1e-6, TARIFF_THREAT, NO_TARIFF_THREAT)
