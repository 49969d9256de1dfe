"""Punish and pay, or back down and be seen to bluff (B.2)."""

from __future__ import annotations

from typing import Any

from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError

TIE = 1e-12


@canonical
def dilemma_index(
    c_ge_bn: float,
    equity_bn: float,
    chi: float,
    dy_bp: float,
    y_pain_bp: float,
    roll_bn: float,
    reputation_value_bn: float,
    audience_cost_bn: float,
) -> dict[str, Any]:
    """Cost of punishing over what backing down costs; above 1 backing down is optimal.

    cost = c_ge + equity + χ (dy − y_pain)+ 10⁻⁴ roll;  index = cost/(V + AC).
    `c_ge_bn` cost in trade, `equity_bn` cost through equities, `roll_bn` debt refinanced within
    twelve months, `reputation_value_bn` V, `audience_cost_bn` AC, all bn USD and present values
    over one horizon; `dy_bp` rise of the 10-year yield and `y_pain_bp` the rise that is tolerated,
    basis points; `chi` >= 0 without unit. Outputs: cost_bn, dilemma_index, backs_down.
    A cost that is not positive gives an index that is not: the threat pays by itself.
    Raises InputError for V + AC <= 0, negative χ and negative debt.
    Source: punish-or-back-down condition; parameters are judgement. Grade derived.
    """
    pain = number(chi, "chi", low=0)
    rise = max(0.0, number(dy_bp, "dy_bp") - number(y_pain_bp, "y_pain_bp"))
    cost = (
        number(c_ge_bn, "c_ge_bn")
        + number(equity_bn, "equity_bn")
        + pain * rise * 1e-4 * number(roll_bn, "roll_bn", low=0)
    )
    reputation = number(reputation_value_bn, "reputation_value_bn")
    stake = reputation + number(audience_cost_bn, "audience_cost_bn")
    if stake <= 0:
        raise InputError(
            f"reputation_value_bn + audience_cost_bn is {stake:g}: backing down costs nothing.",
            field="reputation_value_bn",
            value=reputation,
            valid="values that add to a number above 0",
        )
    return {
        "cost_bn": cost,
        "dilemma_index": cost / stake,
        "backs_down": cost > stake * (1.0 + TIE),
    }
