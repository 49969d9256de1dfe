"""What the exorbitant privilege is worth a year and in present value (models F.4)."""

from __future__ import annotations

from typing import Any

from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many
from triffin.world.base.errors import InputError


@canonical
def exorbitant_privilege(
    foreign_holdings_bn: float, convenience_yield: Numbers, r_minus_g: float
) -> dict[str, Any]:
    """Flow and present value of the convenience yield on foreign holdings.

    annual = holdings · convenience yield;  present value = annual/(r − g).
    `foreign_holdings_bn` >= 0, `convenience_yield` a fraction per year of either sign (number or
    list; it was negative in 2010-16), `r_minus_g` > 0 per year. Outputs: annual_bn, pv_bn.
    Raises InputError for r <= g: the present value is then infinite.
    Source: Krishnamurthy and Vissing-Jorgensen (2012), Journal of Political Economy 120: 73 bp.
    Grade derived.
    """
    holdings = number(foreign_holdings_bn, "foreign_holdings_bn", low=0)
    premium = one_or_many(convenience_yield, "convenience_yield")
    gap = number(r_minus_g, "r_minus_g")
    if gap <= 0:
        raise InputError(
            f"got {gap:g}: with r <= g the present value has no limit.",
            field="r_minus_g",
            value=gap,
            valid="a number above 0",
        )
    annual = holdings * premium
    return {"annual_bn": annual, "pv_bn": annual / gap}
