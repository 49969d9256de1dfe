"""Welfare, exact and to first order.

The published sum of terms of trade and volume of trade is a first-order expression evaluated at
changes that are not small; the exact change of real income can differ from it in size and sign.
Source: Caliendo and Parro (2015), equations 16 to 18.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.trade.many.kernel import Problem, State
from triffin.trade.shared.entry import undefined_welfare
from triffin.trade.shared.solution import without_home
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class WelfareParts:
    """Welfare ratio `change` (N,), the weight `delta` of income in it, whether the ratio has a
    meaning (`meant`), and whether it has none because delta is at or beyond its pole (`beyond`)."""

    change: Array
    delta: Array
    meant: Array
    beyond: Array


def welfare_parts(problem: Problem, state: State, *, utility: bool = False) -> WelfareParts:
    """Welfare as the formula of trade.md section 2 has it, delta I^/P^ + (1-delta) w^L^/P^.

    delta = I / (I - kappa VA / ((1 + kappa) tau^)) with tau^ = (1 - tau0)/(1 - tau), the relief
    relative to the baseline's, which is the published formula where the baseline has no tariffs.
    `utility`: the cost of work moves with take-home labor income, w^L^ tau^ (section 2.4).
    """
    base, s = problem.base, state
    relief = (1 - s.tau) / (1 - base.tau) if problem.tax_relief else 1.0
    cost_of_work = base.kappa / (1 + base.kappa) * relief * base.value_added
    delta = base.income / (base.income - cost_of_work)
    real = s.income / base.income
    earned = s.wage_bill / base.value_added
    if utility:
        earned = earned / relief
    change = (delta * real + (1 - delta) * earned) / np.exp(s.p_final)
    beyond = base.income <= cost_of_work
    return WelfareParts(change, delta, ~beyond & (change > 0), beyond)


def welfare_notes(problem: Problem, state: State) -> list[str]:
    """Why the welfare of some economies is not given; nothing where it all is."""
    parts, base = welfare_parts(problem, state), problem.base
    if parts.meant.all():
        return []
    ratio = (base.income / base.value_added)[parts.beyond]
    pole = float((ratio / (1 - ratio)).min(initial=np.inf))
    lost = ~parts.meant & ~parts.beyond
    return undefined_welfare(base.world, parts.beyond, lost, base.kappa, pole)


@dataclass(frozen=True, eq=False)
class FirstOrder:
    """Terms of trade and volume of trade (N,), per cent of baseline income."""

    terms_of_trade: Array
    volume_of_trade: Array


def first_order(problem: Problem, state: State, flows: Array) -> FirstOrder:
    """First-order welfare terms of going to `flows` (S, N, N), USD net of tariff.

    With E exports and M imports net of tariff and t the tariffs of the baseline (trade.md
    section 3): ToT_n = 100/I_n sum (E_ni (c^_n - 1) - M_ni (c^_i - 1)) and
    VoT_n = 100/I_n sum t_ni M_ni ((M^_ni - 1) - (c^_i - 1)). Costs and values are relative to
    world wages whatever the numeraire, as published.
    """
    base = problem.base
    wages = base.pooled(base.value_added * np.exp(state.omega))
    level = wages / base.pooled(base.value_added)
    before = without_home(base.flows)
    dearer = np.exp(state.log_c) / level - 1
    sold = (before.sum(axis=2) * dearer).sum(axis=0)
    bought = (before * dearer[:, :, None]).sum(axis=(0, 1))
    value_change = flows / level - before
    volume = base.tariff * (value_change - before * dearer[:, :, None])
    return FirstOrder(
        100 * (sold - bought) / base.income, 100 * volume.sum(axis=(0, 1)) / base.income
    )
