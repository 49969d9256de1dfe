"""What the hegemon's place earns: the privilege, and power by withdrawing inputs (F.3, F.4)."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many, same_length
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


@canonical
def coercion_power(omega: Numbers, sigma: Numbers, expenditure_share: Numbers) -> dict[str, Any]:
    """The loss a target suffers when the hegemon withdraws an input.

    loss = s/(σ−1) ln(1/(1−ω));  marginal = s/((σ−1)(1−ω)).
    ω `omega` in [0, 1) the hegemon's share in the input, σ `sigma` > 1 the elasticity of
    substitution, s `expenditure_share` in [0, 1]; each a number or a list (n), one per sector.
    Outputs: loss_log, marginal (both log units of the target's output). Losses add over sectors;
    they are convex in ω, so near-monopolies dominate.
    Raises InputError for ω = 1 (no substitute at all), σ <= 1 and lists of different length.
    Source: Clayton, Maggiori and Schreger (2024), A Theory of Economic Coercion and
    Fragmentation: CES within, Cobb-Douglas across sectors. Grade published.
    """
    held = one_or_many(omega, "omega", low=0, below=1)
    elasticity = one_or_many(sigma, "sigma", above=1)
    spent = one_or_many(expenditure_share, "expenditure_share", low=0, high=1)
    same_length({"omega": held, "sigma": elasticity, "expenditure_share": spent})
    weight = spent / (elasticity - 1.0)
    return {"loss_log": weight * -np.log1p(-held), "marginal": weight / (1.0 - held)}
