"""Where the dollar's safety ends, as debt ratios (models D.6, F.1).

No source measures the largest debt that is safe, so that nobody can say how likely it is that debt
is beyond it. What can be said is at which debt ratio what falls due could not be paid.
"""

from __future__ import annotations

from typing import Any

from triffin.finance.treasuries.wall import crisis_zone
from triffin.world.registry.parameter_set import ParameterSet

GAPS = (0.01, 0.02)
"""Excess of interest over growth, a year, at which solvency is told; today's is below zero."""


def rollover_thresholds(parameters: ParameterSet) -> list[dict[str, Any]]:
    """Debt ratios (of GDP) above which what falls due could not be paid if nobody rolled it over,
    with and without lending by the central bank (`wall.crisis_zone`), beside today's."""
    lent = parameters.value("central_bank_yearly_lending")
    cases = (crisis_zone(backstop=backstop, parameters=parameters) for backstop in (0.0, lent))
    return [
        {"central_bank_lends": one["backstop"], "above": one["b_liquidity"], "today": one["b"]}
        for one in cases
    ]


def solvency_thresholds(parameters: ParameterSet) -> list[dict[str, Any]]:
    """Debt ratios above which the largest primary surplus no longer stops debt from growing, by
    the excess of interest over growth; where growth is larger there is none."""
    surplus = parameters.value("largest_primary_surplus")
    today = parameters.value("debt_reference_ratio")
    return [{"interest_less_growth": gap, "above": surplus / gap, "today": today} for gap in GAPS]
