"""Balanced trade as in Ignatenko et al. (2025), Table 10, but with transfers that add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import counterfactual
from triffin.trade.one.kernel import State
from triffin.world.base.arrays import Array


def effect_with_transfers(base: Baseline, transfers: Array, tariffs: Array) -> Array:
    """(N,) welfare after tariffs less welfare after the change of transfers, percentage points.

    `transfers` (N,) USD replace those of `base` and must add up to zero; `tariffs` (N exporter,
    N importer) fractions. Both welfare figures are relative to `base` itself, as in the paper;
    revenue lowers the income tax and transfers grow with world income.

    Raises ValueError if the transfers do not add up; NoEquilibrium and NotConverged as `solve`.
    """
    if abs(transfers.sum()) > 1e-12 * base.E.sum():
        raise ValueError("transfers between economies must add up to zero")
    changed = replace(base, T=transfers, cache={})
    purged, taxed = (
        counterfactual(changed, rates, revenue="tax-relief", deficits="world-share")
        for rates in (None, tariffs)
    )
    return _welfare(base, taxed.state) - _welfare(base, purged.state)


def _welfare(base: Baseline, state: State) -> Array:
    """(N,) per cent: delta E^/P^ + (1 - delta) w^L^/P^ - 1, all relative to `base`."""
    before = base.final_spending
    delta = before / (before - base.kappa * (1 - state.tau) * base.Y / (1 + base.kappa))
    level = (delta * state.E / before + (1 - delta) * state.Y / base.Y) / np.exp(state.p)
    return np.asarray(100 * (level - 1))
