"""Real GDP: the volume of an economy's value added along the path of its tariffs.

Nominal GDP is C + sum of exports - sum of imports, each at the price that the exporter receives at
the border (the tariff between border and buyer is domestic income), C spending of households at
the prices they pay. Its Divisia volume falls short of its value by the deflator

    d log D_n = [C_n d log P_n + sum_d X_nd d log pi_nd - sum_o X_on d log pi_on] / GDP_n,

and real GDP is the integral of d log GDP - d log D from the baseline's tariffs to the new ones,
all in proportion in log(1+t). What exporters gain by dearer borders importers lose, so that
sum GDP d log Q = sum C d log(C/P) over the world at each point: gains from the terms of trade are
welfare, and no GDP. Source: Kehoe and Ruhl (2008), Review of Economic Dynamics 11, section 2;
Burstein and Cravino (2015), AEJ: Macroeconomics 7, section I; derivation in docs/trade.md, 2.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from triffin.world.base.arrays import Array


class Accounts(NamedTuple):
    """National accounts at one point of the path, in units of the numeraire.

    gdp, spending (N,) USD, log_price (N,) of spending; flows ([S,] N exporter, N importer) what
    exporters receive, USD, home sales zero; log_border likewise, change of the price they receive.
    """

    gdp: Array
    spending: Array
    log_price: Array
    flows: Array
    log_border: Array


def log_volume(path: Sequence[Accounts]) -> Array:
    """(N,) change of log real GDP along an odd number of equidistant points.

    Törnqvist links over single and double steps, extrapolated to steps of length zero: their
    error is of fourth order in the step.
    """
    fine, coarse = (_deflator(path[::step]) for step in (1, 2))
    value = np.log(path[-1].gdp / path[0].gdp)
    return np.asarray(value - (4 * fine - coarse) / 3)


def _deflator(path: Sequence[Accounts]) -> Array:
    total = np.zeros(len(path[0].gdp))
    for before, after in pairwise(path):
        dearer = after.log_border - before.log_border
        for point in (before, after):
            moved = (point.flows * dearer).reshape(-1, *dearer.shape[-2:]).sum(axis=0)
            spent = point.spending * (after.log_price - before.log_price)
            total += (spent + moved.sum(axis=1) - moved.sum(axis=0)) / point.gdp / 2
    return total
