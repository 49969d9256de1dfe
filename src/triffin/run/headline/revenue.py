"""What the tariffs bring in over the days of the scenario, at short-run elasticities (H.10).

Buyers hardly turn away within a year: the elasticity starts at `trade_elasticity_first_year` and
rises to `trade_elasticity_after_adjustment`. Welfare is another matter: per year, after full
adjustment, at the long-run elasticity of the model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triffin.run.plan.prepare import Prepared
from triffin.run.trade.end_tariffs import EndTariffs
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import counterfactual
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged
from triffin.world.registry.parameter_set import ParameterSet

ADJUSTED_AFTER = 8.5
"""Years: the middle of "seven to ten" in the source."""
DAYS_PER_YEAR = 365.0
_NODES = (0.6, 1.0, 1.6)
"""Multiples of the central elasticity at which revenue is solved; between them it is interpolated
in logarithms."""


def elasticity_at(years: float, first: Array | float, parameters: ParameterSet) -> Array:
    """ε(t): `first` within a year, then rising in logarithms."""
    last = parameters.value("trade_elasticity_after_adjustment")
    part = np.clip((years - 1.0) / (ADJUSTED_AFTER - 1.0), 0.0, 1.0)
    return np.asarray(first) ** (1.0 - part) * last**part


def revenue_on_the_clock(
    prepared: Prepared, ends: Sequence[EndTariffs], first: Array
) -> Array | None:
    """Revenue in bn USD over the scenario's days (n,), at elasticities `first` (n,) of the first
    year; None in worlds of many sectors and where an equilibrium is missing.

    Phases count with their days. After the talks everybody pays the middle rate of the draws.
    """
    closure = prepared.chosen[0]
    base = prepared.baselines[closure.model]
    if not isinstance(base, Baseline):
        return None
    total = np.zeros(len(first))
    taxed = None
    for number, phase in enumerate(prepared.phases):
        rates = phase.schedule.rates[0]
        if ends and number == len(prepared.phases) - 1:
            rates = ends[0].middle().schedules(np.array([0]), answer=False)[0]
        if not rates[:, prepared.home].any():
            continue
        taxed = phase.start if taxed is None else taxed
        middle = ((phase.end - taxed).days + (phase.start - taxed).days) / 2 / DAYS_PER_YEAR
        central = prepared.parameters.value("trade_elasticity_first_year")
        nodes = elasticity_at(middle, central, prepared.parameters) * np.array(_NODES)
        found = []
        for node in nodes:
            try:
                one = counterfactual(
                    base.with_parameters(trade_elasticity=float(node)),
                    rates,
                    revenue=closure.revenue,
                    quick=True,
                )
            except (NoEquilibrium, NotConverged):
                return None
            found.append(one.revenue_usd[prepared.home] / 1e9)
        wanted = elasticity_at(middle, first, prepared.parameters)
        at, known, usd = np.log(wanted), np.log(nodes), np.array(found)
        # What a net subsidy costs has no logarithm.
        yearly = (
            np.exp(_quadratic(at, known, np.log(usd)))
            if (usd > 0).all()
            else _quadratic(at, known, usd)
        )
        total += yearly * phase.days / DAYS_PER_YEAR
    return total


def _quadratic(x: Array, nodes: Array, values: Array) -> Array:
    """The parabola through three points (Lagrange), at x (n,)."""
    found = np.zeros_like(x)
    for k, value in enumerate(values):
        others = np.delete(nodes, k)
        found += value * np.prod((x[:, None] - others) / (nodes[k] - others), axis=1)
    return found
