"""Quadratic payoffs fitted on exact solves (models A.2), with the error they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triffin.strategy.payoffs.solves import TalksSetting, solve_columns
from triffin.world.base.arrays import Array

# Rates every fit contains, beside half the threatened rate, the threatened and the agreed one.
NODES = (0.0, 0.05, 0.10, 0.15, 0.20)
# Where the error is measured: fractions of the largest rate of the fit.
EXTRA = (0.085, 0.31, 0.62, 0.88)
# Step of rates from the pause when cross effects are taken: deals lie between the two.
CROSS_STEP = 0.10

# Deals lie between 5 % and the peak of the hegemon's gain, at 10 to 23 %: solves far from there are
# no guide to the fit.
NEAR_LOWEST, NEAR_HIGHEST = 0.03, 0.20
NEAR_MARGIN = 0.10


@dataclass(frozen=True, eq=False)
class Surrogate:
    """Gain and loss of the rate t on each partner, all others at the pause, relative to t = 0.

        G(t) = g1 t - g2 t^2/2 of the hegemon,   L(t) = l1 t - l2 t^2/2 lost by the partner,

    billion USD per year, for t from 0 to t_max. Each array is (n,), cross effects C and E (n, n):
    by how much one unit of t_j moves the slope of G_i and of L_i; zero diagonal.
    error_hegemon_bn, error_partner_bn : largest distance from exact solves at rates that the fit
    has not seen; ..._pct in per cent of the GDP of each.
    points : by partner, all rates that were solved and the exact welfare of hegemon and partner.
    """

    t_max: Array
    g1: Array
    g2: Array
    l1: Array
    l2: Array
    C: Array
    E: Array
    nodes: tuple[Array, ...]
    error_hegemon_bn: Array
    error_partner_bn: Array
    error_hegemon_pct: Array
    error_partner_pct: Array
    points: tuple[tuple[Array, Array, Array], ...]

    @property
    def turns(self) -> Array:
        """(n,) whether the fitted loss falls again before t_max: there a quadratic is no guide."""
        return np.asarray(self.l2 * self.t_max > self.l1)

    def gain(self, partner: int, rate: Array | float) -> Array:
        """The hegemon's gain at a rate on a partner, relative to t = 0, billion USD per year."""
        t = np.asarray(rate, dtype=float)
        return np.asarray(self.g1[partner] * t - self.g2[partner] * t**2 / 2)

    def loss(self, partner: int, rate: Array | float) -> Array:
        """The partner's loss at a rate on it, relative to t = 0, billion USD per year."""
        t = np.asarray(rate, dtype=float)
        return np.asarray(self.l1[partner] * t - self.l2[partner] * t**2 / 2)


def fit_rates(setting: TalksSetting, i: int) -> tuple[Array, Array]:
    """Rates of the exact solves the fit of partner i rests on, and those its error is taken at."""
    threatened, agreed = setting.announced[i], setting.agreed[i]
    asked = np.array([*NODES, threatened / 2, threatened, agreed])
    nodes = np.unique(np.round(asked[np.isfinite(asked)], 12))
    return nodes, nodes[-1] * np.array(EXTRA)


def fit(rates: Array, values: Array) -> tuple[float, float]:
    """(a, b) of a t - b t^2/2 by least squares through zero; values relative to t = 0."""
    a, b = np.linalg.lstsq(np.stack([rates, -(rates**2) / 2], axis=1), values, rcond=None)[0]
    return float(a), float(b)


def surrogate_of(
    setting: TalksSetting,
    points: Sequence[tuple[Array, Array, Array]],
    cross: tuple[Array, Array],
) -> Surrogate:
    """The fits of all partners.

    points : by partner, (rates of `fit_rates`, nodes first then extra ones, the hegemon's and the
    partner's exact welfare there, billion USD); cross : C and E.
    """
    n = len(points)
    g, loss = np.empty((2, n)), np.empty((2, n))
    errors, t_max, nodes = np.empty((2, n)), np.empty(n), []
    for i, (rates, hegemon, partner) in enumerate(points):
        fitted = np.arange(len(rates)) < len(rates) - len(EXTRA)
        zero = int(np.argmin(rates[fitted]))
        gains, losses = hegemon - hegemon[zero], partner[zero] - partner
        g[:, i] = fit(rates[fitted], gains[fitted])
        loss[:, i] = fit(rates[fitted], losses[fitted])
        for k, (values, pair) in enumerate(((gains, g[:, i]), (losses, loss[:, i]))):
            miss = np.abs(pair[0] * rates - pair[1] * rates**2 / 2 - values)
            errors[k, i] = miss[~fitted].max()
        t_max[i] = rates[fitted].max()
        nodes.append(rates[fitted])
    return Surrogate(
        t_max=t_max,
        g1=g[0],
        g2=g[1],
        l1=loss[0],
        l2=loss[1],
        C=cross[0],
        E=cross[1],
        nodes=tuple(nodes),
        error_hegemon_bn=errors[0],
        error_partner_bn=errors[1],
        error_hegemon_pct=100 * errors[0] / setting.gdp_bn[setting.hegemon],
        error_partner_pct=100 * errors[1] / setting.partner_gdp_bn,
        points=tuple(points),
    )


def moved_rates(setting: TalksSetting) -> Array:
    """(n,) where each rate goes when cross effects are taken: a step above the pause, or the
    threatened rate where that is below the pause."""
    below = setting.announced < setting.pause
    return np.where(below, setting.announced, setting.pause + CROSS_STEP)


def cross_effects(setting: TalksSetting) -> tuple[Array, Array]:
    """(C, E), each (n, n): how one partner's rate changes the marginal effect of all others'.

    Second differences of exact welfare, pause against `moved_rates`, for every pair: an average
    over the range in which deals lie, not a derivative at a point. C is symmetric.
    """
    n, pause, moved = len(setting.partners), setting.pause, moved_rates(setting)
    first, second = np.triu_indices(n, 1)
    every = np.arange(n)
    paid = np.tile(pause, (1 + n + len(first), 1))
    paid[1 + every, every] = moved
    pairs = 1 + n + np.arange(len(first))
    paid[pairs, first], paid[pairs, second] = moved[first], moved[second]
    exact = solve_columns(setting, setting.column(paid))
    step = moved - pause
    area = step[first] * step[second]

    def differences(values: Array) -> Array:
        """Second differences by pair; values (1 + n + pairs, ...)."""
        alone = values[1 : 1 + n]
        return values[pairs] - alone[first] - alone[second] + values[0]

    C, E = np.zeros((n, n)), np.zeros((n, n))
    C[first, second] = C[second, first] = differences(exact.hegemon) / area
    changes = differences(exact.partners)
    each = np.arange(len(first))
    # L is a loss: it rises where the partner's welfare falls.
    E[first, second] = -changes[each, first] / area
    E[second, first] = -changes[each, second] / area
    return C, E


@dataclass(frozen=True, eq=False)
class Anchored:
    """G(t) − G(pause) and L(t) − L(pause) as quadratics g1 t − g2 t²/2, exact at the pause.

    All (m,), billion USD per year. error_hegemon, error_partner : largest distance from the exact
    solves in the range of the fit.
    """

    g1: Array
    g2: Array
    l1: Array
    l2: Array
    error_hegemon: Array
    error_partner: Array


def anchored(setting: TalksSetting, surrogate: Surrogate) -> Anchored:
    """Fits by least squares on the exact solves near the pause, others at the pause."""
    m = len(setting.partners)
    g, loss, error = np.empty((2, m)), np.empty((2, m)), np.empty((2, m))
    for i, (rates, hegemon, partner) in enumerate(surrogate.points):
        pause = setting.pause[i]
        near = (rates >= NEAR_LOWEST) & (rates <= max(NEAR_HIGHEST, pause + NEAR_MARGIN))
        at = np.flatnonzero(np.abs(rates - pause) < 1e-9)
        if at.size:
            base_h, base_u = hegemon[at[0]], partner[at[0]]
        else:
            found = solve_columns(setting, setting.alone(i, np.array([pause])))
            base_h, base_u = found.hegemon[0], found.partners[0, i]
        t = rates[near]
        design = np.stack([t - pause, -(t**2 - pause**2) / 2], axis=1)
        for k, (values, pair) in enumerate(
            ((hegemon[near] - base_h, g), (base_u - partner[near], loss))
        ):
            pair[:, i] = np.linalg.lstsq(design, values, rcond=None)[0]
            error[k, i] = np.abs(design @ pair[:, i] - values).max()
    return Anchored(g[0], g[1], loss[0], loss[1], error[0], error[1])
