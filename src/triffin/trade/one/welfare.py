"""Welfare of one-sector worlds: as published, and by the utility behind the labor supply.

Households like goods and dislike work (Greenwood, Hercowitz and Huffman 1988, AER 78):
utility is C - a L^(1+1/kappa) / (1+1/kappa), with C = E/P. Tax relief abolishes an income tax of
rate tau, which the revenue replaces: the take-home wage is (1-tau) w before and w' after. So labor
supply is L^ = (w^/((1-tau) P^))^kappa, and work costs households kappa/(1+kappa) of take-home labor
income: kappa/(1+kappa) (1-tau) Y before. Where that is as much as they spend, utility is not
positive: the ratio of utilities has a pole there and no meaning beyond. docs/trade.md, 2.4, has
both formulas.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from triffin.trade.one.calibration import Baseline
from triffin.trade.one.kernel import Problem, State, growth
from triffin.trade.shared.entry import undefined_welfare
from triffin.world.base.arrays import Array


class Parts(NamedTuple):
    """Of welfare W^ = delta u/P^ + (1-delta) v/P^: the weight delta, the change u of household
    spending and the change v of labor income, (N,) each."""

    delta: Array
    u: Array
    v: Array


def published_parts(problem: Problem, state: State) -> Parts:
    """The published formula."""
    base, s = problem.base, state
    spending = base.final_spending
    delta = spending / (spending - _cost_of_work(base, state))
    u = ((s.E - s.V) + s.Y + base.T * growth(problem, s.Y)) / spending
    return Parts(delta, u, np.exp(s.omega + s.ell))


def published_welfare(problem: Problem, state: State) -> Array:
    """(N,) per cent as the formula of Ignatenko and others (2025) gives it; nan without meaning.

    It has none where households spend no more than the cost of work (the pole of delta), and
    where what it says is a loss of everything or more.
    """
    return _meant(problem.base, published_parts(problem, state), state)


def utility_welfare(problem: Problem, state: State) -> Array:
    """(N,) per cent change of the utility behind the labor supply; nan without meaning.

    Work that is paid better is more work: the cost of work moves with take-home labor income,
    v/(1-tau), where the published formula has v. Without tax relief, and without a labor supply
    elasticity, the two are the same.
    """
    delta, u, v = published_parts(problem, state)
    return _meant(problem.base, Parts(delta, u, v / (1 - state.tau)), state)


def _cost_of_work(base: Baseline, state: State) -> Array:
    """(N,) what work costs households at the baseline, USD: kappa/(1+kappa) (1-tau) Y."""
    return np.asarray(base.kappa / (1 + base.kappa) * (1 - state.tau) * base.Y)


def _meant(base: Baseline, parts: Parts, state: State) -> Array:
    delta, u, v = parts
    change = (delta * u + (1 - delta) * v) / np.exp(state.p)
    meant = (base.final_spending > _cost_of_work(base, state)) & (change > 0)
    return np.asarray(np.where(meant, 100 * (change - 1), np.nan))


def welfare_notes(problem: Problem, state: State, welfare: Array) -> list[str]:
    """Why the welfare of some economies is not given; nothing where it all is."""
    base = problem.base
    beyond = base.final_spending <= _cost_of_work(base, state)
    if not np.isnan(welfare).any():
        return []
    ratio = (base.final_spending / ((1 - state.tau) * base.Y))[beyond]
    pole = float((ratio / (1 - ratio)).min(initial=np.inf))
    lost = np.isnan(welfare) & ~beyond
    return undefined_welfare(base.world, beyond, lost, base.kappa, pole)
