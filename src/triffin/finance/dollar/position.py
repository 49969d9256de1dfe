"""Where the dollar's safety ends, as thresholds (models F.1).

No source measures the largest debt that is safe, so that nobody can say how likely it is that debt
is beyond it. What the models do say is what happens beyond.
"""

from __future__ import annotations

from typing import Any

from triffin.finance.dollar.safe_asset import farhi_maggiori
from triffin.finance.treasuries.wall import crisis_zone
from triffin.world.registry.parameter_set import ParameterSet


def safety_thresholds(parameters: ParameterSet) -> dict[str, Any]:
    """Debt over the largest that is safe, at which safety rests on belief and at which it is gone.

    Farhi and Maggiori (2018) at the supply that earns most under full commitment, b = w*/2, with
    gross returns over the average maturity; commitment is set so that b is the edge of the safe
    zone. issuer_prefers_safety_above: probability of a run above which the issuer would rather
    stay in the safe zone, at the far end of the zone of instability; None where it never would not.
    """
    value = parameters.value
    high, wealth = value("safe_return_high"), value("safe_asset_wealth")
    at = farhi_maggiori(
        high,
        value("safe_return_low"),
        value("disaster_probability"),
        wealth,
        high * wealth / 2.0,
        value("safe_asset_risk_aversion"),
        0.0,
        wealth / 2.0,
    )
    return {
        "unit": "debt over the largest that is safe",
        "instability_above": 1.0,
        "collapse_above": at["b_high"] / at["b_low"],
        "today": None,
        "meaning": "up to the first the dollar is safe whatever others believe, up to the second "
        "only while they believe it, beyond it is not; no source measures where debt stands",
        "source": "Farhi and Maggiori (2018), QJE 133, re-derived",
    }


def rollover_thresholds(parameters: ParameterSet) -> list[dict[str, Any]]:
    """Debt ratios (of GDP) above which what falls due could not be paid if nobody rolled it over,
    with and without lending by the central bank (`wall.crisis_zone`), beside today's."""
    lent = parameters.value("central_bank_yearly_lending")
    cases = (crisis_zone(backstop=backstop, parameters=parameters) for backstop in (0.0, lent))
    return [
        {"central_bank_lends": one["backstop"], "above": one["b_liquidity"], "today": one["b"]}
        for one in cases
    ]
