"""What a clause to be filled in after signature costs (A.4)."""

from __future__ import annotations

from typing import Any

from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError


@canonical
def open_clause_holdup(theta: float, c_commit: float = 0.0) -> dict[str, Any]:
    """Effort and payoffs when the hegemon sets the clause after the partner's effort is sunk.

    Effort k is worth 2√k; the hegemon takes the share θ_eff = θ (1 − c_commit), c_commit in [0, 1]
    the bindingness of the agreement. The partner chooses k = (1 − θ_eff)²:
    partner (1 − θ_eff)², hegemon 2 θ_eff (1 − θ_eff), total 1 − θ_eff², loss θ_eff².
    Outputs: theta_eff, effort, partner, hegemon, total, loss, first_best (total at θ_eff = 0),
    theta_revenue_max (the θ_eff at which the hegemon gets most).
    Raises InputError for θ_eff outside [0, 1] and c_commit outside [0, 1].
    Source: Grossman and Hart (1986), Journal of Political Economy 94; Hart and Moore (1988),
    Econometrica 56, and (1990), Journal of Political Economy 98. Functional form derived.
    """
    asked = number(theta, "theta")
    bound = number(c_commit, "c_commit", low=0, high=1)
    share = asked * (1.0 - bound)
    if not 0.0 <= share <= 1.0:
        raise InputError(
            f"the hegemon would take the share theta (1 − c_commit) = {share:g}.",
            field="theta",
            value=asked,
            valid="theta (1 − c_commit) from 0 to 1",
        )
    rest = 1.0 - share
    return {
        "theta_eff": share,
        "effort": rest * rest,
        "partner": rest * rest,
        "hegemon": 2.0 * share * rest,
        "total": rest * (1.0 + share),
        "loss": share * share,
        "first_best": 1.0,
        "theta_revenue_max": 0.5,
    }
