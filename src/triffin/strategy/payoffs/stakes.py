"""What each side stands to gain and lose in the talks, by closure: exact solves of the trade model.

Credibility and alignment take their payoffs from here. Everything is relative to the tariffs that
hold during the talks (the pause). Arrays are by closure or draw (K) and partner (m).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from triffin.strategy.alignment.nested import (
    ACTIONS,
    CONCEDE,
    HOLD,
    PIVOT,
    RETALIATE,
    SELL,
    Game,
    reference_2018,
)
from triffin.strategy.payoffs.solves import (
    TalksSetting,
    equilibrium_at,
    solve_columns,
    solve_pivot,
    solve_retaliation,
)
from triffin.trade.one.counterfactual import baseline_of
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError

_SAME_RATE = 1e-9
DEAL_RATES = (0.05, 0.10, 0.15, 0.20)
"""Rates through which the hegemon's best one is looked for."""


@dataclass(frozen=True, eq=False)
class Positions:
    """Payoffs of the talks relative to the pause.

    Per cent of the partner's GDP, (K, m): hit, the threat executed on i alone; retaliate and pivot,
    by how much more an answer at the same rate, or cheaper trade with the rival, gains when the
    threat is executed than when it is not (pivot nan for the rival); deal, conceding at
    `deal_rate`; others, by how much resisting gains on conceding when all others are hit too.
    Hegemon, bn USD per year: strike_bn (K, m), executing on i alone; deal_bn (K, m), a concession
    of i; strike_all_bn (K,), executing on all at once, where rates that it would lower stay.
    deal_rate (K, m). threatened (m,) : whether the threat raises the rate. weight (m,) : share in
    what the hegemon buys from partners.
    """

    setting: TalksSetting
    closures: tuple[tuple[str, str], ...]
    hit: Array
    retaliate: Array
    pivot: Array
    deal: Array
    others: Array
    strike_bn: Array
    deal_bn: Array
    strike_all_bn: Array
    deal_rate: Array
    threatened: Array
    weight: Array

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the partners, the last axis."""
        return self.setting.codes

    def drawn(self, which: Array) -> Positions:
        """The positions of n draws that use the closures at `which` (n,)."""
        names = ("hit", "retaliate", "pivot", "deal", "others", "strike_bn", "deal_bn",
                 "strike_all_bn", "deal_rate")  # fmt: skip
        return replace(self, **{name: getattr(self, name)[which] for name in names})


def positions_of(
    setting: TalksSetting,
    closures: Sequence[tuple[str, str]] | None = None,
    *,
    pivot_barrier: float | None = None,
    resistance: bool = True,
) -> Positions:
    """Positions in a setting, one row per model and use of the tariff revenue.

    closures : (model, revenue); the setting's own if left out. A deal is at the agreed rate where
    it is known, else near the hegemon's best response in the closure, but never above the threat
    and never below the pause; without a threat it is the pause. pivot_barrier : as in `payoffs`.
    resistance=False leaves out retaliate, pivot and others (nan), which credibility does not need.
    Positions of the last few settings are kept. Raises InputError where nobody is threatened,
    NotConverged from the trade model.
    """
    chosen = tuple(closures or ((setting.base.model.name, setting.revenue),))
    barrier = setting.parameters.value("pivot_barrier") if pivot_barrier is None else pivot_barrier
    key = (*setting.key, chosen, barrier, resistance)
    if key not in _KEPT:
        if len(_KEPT) >= 8:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = _solved_positions(setting, chosen, barrier, resistance)
    return _KEPT[key]


_KEPT: dict[tuple[object, ...], Positions] = {}


def _solved_positions(
    setting: TalksSetting,
    chosen: tuple[tuple[str, str], ...],
    pivot_barrier: float,
    resistance: bool,
) -> Positions:
    pause = setting.pause
    threat = np.where(np.isnan(setting.announced), pause, setting.announced)
    threatened = threat > pause + _SAME_RATE
    if not threatened.any():
        raise InputError(
            "nobody is threatened with more than is paid during the talks: there is nothing to "
            "punish and nothing to resist.",
            field="tariffs",
            valid="higher tariffs of the hegemon from a later day on",
        )
    threat = np.where(threatened, threat, pause)
    # What cheaper trade with the rival is worth hardly depends on the use of the tariff revenue.
    pivots: dict[str, Array] = {}
    rows = []
    for model, revenue in chosen:
        here = in_closure(setting, model, revenue)
        row = _row(here, threat, threatened)
        if resistance:
            if model not in pivots:
                pivots[model] = _pivot_gain(here, threat, threatened, pivot_barrier)
            row |= _resistance(here, threat, threatened) | {"pivot": pivots[model]}
        rows.append(row)
    return Positions(
        setting=setting,
        closures=chosen,
        threatened=threatened,
        weight=setting.weight,
        **{name: np.stack([row[name] for row in rows]) for name in rows[0]},
    )


def in_closure(setting: TalksSetting, model: str, revenue: str) -> TalksSetting:
    """The setting with another model and use of the tariff revenue."""
    base = setting.base
    if model != base.model.name:
        base = baseline_of(base.world, model, deficits=setting.deficits, registry=base.registry)
    return replace(setting, base=base, revenue=revenue)


def _row(setting: TalksSetting, threat: Array, threatened: Array) -> dict[str, Array]:
    m, every, pause = len(setting.partners), np.arange(len(setting.partners)), setting.pause
    columns = [
        setting.column(pause)[None],
        setting.alone(every, threat),
        setting.column(threat)[None],
        *(setting.alone(every, np.full(m, rate)) for rate in DEAL_RATES),
    ]
    exact = solve_columns(setting, np.concatenate(columns))
    alone, everybody = 1 + every, 1 + m
    tried = exact.hegemon[2 + m :].reshape(len(DEAL_RATES), m).T
    best = np.clip(_best_rate(tried), np.minimum(pause, threat), threat)
    deal_rate = np.where(np.isnan(setting.agreed), np.where(threatened, best, pause),
                         setting.agreed)  # fmt: skip
    deal = solve_columns(setting, setting.alone(every, deal_rate))

    def own(bn: Array) -> Array:
        return np.asarray(100 * (bn - exact.partners[0]) / setting.partner_gdp_bn)

    unknown = np.full(m, np.nan)
    return {
        "deal_rate": deal_rate,
        "hit": own(exact.partners[alone, every]),
        "deal": own(deal.partners[every, every]),
        "strike_bn": exact.hegemon[alone] - exact.hegemon[0],
        "deal_bn": deal.hegemon - exact.hegemon[0],
        "strike_all_bn": np.asarray(exact.hegemon[everybody] - exact.hegemon[0]),
        "retaliate": unknown,
        "pivot": unknown,
        "others": unknown,
    }


def _resistance(setting: TalksSetting, threat: Array, threatened: Array) -> dict[str, Array]:
    """retaliate and others (m,), see `Positions`."""
    every, pause = np.arange(len(setting.partners)), setting.pause
    spared = np.tile(threat, (len(every), 1))
    spared[every, every] = pause
    columns = [
        setting.column(pause)[None],
        setting.column(threat)[None],
        setting.alone(every, threat),
        setting.column(spared),
    ]
    exact = solve_columns(setting, np.concatenate(columns)).partners
    before, everybody = exact[0], exact[1]
    alone, exempt = exact[2 + every, every], exact[2 + len(every) + every, every]
    answered = solve_retaliation(setting, threat).partners[every, every]
    unprovoked = solve_retaliation(setting, threat, paid=pause).partners[every, every]
    share = 100 / setting.partner_gdp_bn
    return {
        "retaliate": np.where(threatened, (answered - alone) - (unprovoked - before), 0.0) * share,
        "others": ((everybody - alone) - (exempt - before)) * share,
    }


def _best_rate(gains: Array) -> Array:
    """(m,) rate at the top of the parabola through the best of `DEAL_RATES` and its neighbors;
    gains (m, R) of the hegemon. A deal at a rate that is near the best one, not the best."""
    step = DEAL_RATES[1] - DEAL_RATES[0]
    inner = np.clip(np.argmax(gains, axis=1), 1, len(DEAL_RATES) - 2)
    below, center, above = (np.take_along_axis(gains, (inner + k)[:, None], 1)[:, 0]
                            for k in (-1, 0, 1))  # fmt: skip
    bend = below + above - 2 * center
    top = np.where(bend < 0, 0.5 * (below - above) / np.where(bend < 0, bend, 1.0), 0.0)
    return np.asarray(np.array(DEAL_RATES)[inner] + step * np.clip(top, -1.5, 1.5))


def _pivot_gain(
    setting: TalksSetting, threat: Array, threatened: Array, barrier: float | None
) -> Array:
    """(m,) by how much the threat raises what cheaper trade with the rival is worth, per cent of
    GDP; nan for the rival."""
    start = equilibrium_at(setting, setting.column(setting.pause))
    size = setting.parameters.value("pivot_barrier") if barrier is None else barrier
    found = np.where(setting.members[:, setting.rival] > 0, np.nan, 0.0)
    hit = np.flatnonzero(threatened & ~np.isnan(found))
    here = replace(
        setting,
        partners=tuple(setting.partners[i] for i in hit),
        members=setting.members[hit],
        announced=setting.announced[hit],
        agreed=setting.agreed[hit],
    )
    every = np.arange(len(hit))

    def gain(rates: Array) -> Array:
        pivoted = solve_pivot(here, rates, size, start).partners[every, every]
        plain = solve_columns(here, here.alone(every, rates)).partners[every, every]
        return np.asarray(100 * (pivoted - plain) / here.partner_gdp_bn)

    found[hit] = gain(threat[hit]) - gain(here.pause)
    return found


def security_loss_pct(positions: Positions, security_value: Array) -> Array:
    """(n, m) per cent of GDP that a pivot costs an ally by treaty; security_value (n,) share."""
    return np.asarray(100 * np.asarray(security_value)[:, None] * positions.setting.allies)


def alignment_game(
    positions: Positions,
    q: Array,
    drawn: dict[str, Array],
    *,
    package_pct: Array | float = 0.0,
    sale_pct: Array | None = None,
) -> Game:
    """Payoffs of the alignment game at the fear q (n, m) of being struck.

    positions : n draws (`Positions.drawn`). drawn : `draw_nested`.

        concede   = deal − dignity − package          hold  = q hit
        retaliate = hold + q retaliate                pivot = hold + q pivot − security
        sell      = hold + sale                       J     = q others

    package_pct : what else is conceded, per cent of GDP. sale_pct (n, m) : what a sale of
    Treasuries gains on holding, nan where it is not open; None for nobody.
    Raises InputError for q outside 0..1.
    """
    q = np.broadcast_to(np.asarray(q, dtype=np.float64), positions.hit.shape)
    if not ((q >= 0) & (q <= 1)).all():
        raise InputError("q is no probability.", field="q", valid="numbers from 0 to 1")
    hold = q * positions.hit
    base = np.full((*q.shape, len(ACTIONS)), -np.inf)
    base[..., CONCEDE] = positions.deal - 100 * drawn["dignity_cost"][:, None] - package_pct
    base[..., HOLD] = hold
    base[..., RETALIATE] = hold + q * positions.retaliate
    gain = q * positions.pivot - security_loss_pct(positions, drawn["security_value"])
    base[..., PIVOT] = np.where(np.isnan(gain), -np.inf, hold + gain)
    if sale_pct is not None:
        base[..., SELL] = np.where(np.isnan(sale_pct), -np.inf, hold + sale_pct)
    return Game(base=base, J=q * positions.others, weight=positions.weight)


def reference_game(positions: Positions, drawn: dict[str, Array]) -> Array:
    """(n, m, A) payoffs of 2018-19 with the same partners, for `calibrate`."""
    return reference_2018(
        security_loss_pct(positions, drawn["security_value"]),
        100 * drawn["dignity_cost"],
        np.isfinite(positions.pivot[0]),
    )
