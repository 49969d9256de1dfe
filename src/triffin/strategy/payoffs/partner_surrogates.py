"""Gains and losses of a rate near the pause: where deals lie, closer to the exact solves there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.strategy.payoffs.solves import solve_columns
from triffin.strategy.payoffs.table import Payoffs
from triffin.world.base.arrays import Array

# Deals lie between 5 % and the peak of the hegemon's gain, at 10 to 23 %: solves far from there are
# no guide to the fit.
LOWEST, HIGHEST = 0.03, 0.20
MARGIN = 0.10


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


def anchored(table: Payoffs) -> Anchored:
    """Fits by least squares on the exact solves of the table, others at the pause."""
    setting = table.setting
    m = len(setting.partners)
    g, loss, error = np.empty((2, m)), np.empty((2, m)), np.empty((2, m))
    for i, (rates, hegemon, partner) in enumerate(table.surrogate.points):
        pause = setting.pause[i]
        near = (rates >= LOWEST) & (rates <= max(HIGHEST, pause + MARGIN))
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
