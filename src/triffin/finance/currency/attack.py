"""When reserves run out: the speculative attack (models E.2)."""

from __future__ import annotations

import math
from typing import Any

from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError


@canonical
def flood_garber(eta: float, mu: float, M0: float, D0: float) -> dict[str, Any]:
    """The date of the attack on a peg when domestic credit grows faster than money demand.

    Money demand m − p = −η i, M0 = D0 + reserves, credit grows at μ per year:
    T = max(0, ln(M0/D0)/μ − η);  reserves lost in the attack min(M0 − D0, M0 (1 − e^(−ημ))).

    `eta` η >= 0 years, `mu` per year, `M0` > `D0` > 0 in one unit of money. Outputs: attack,
    immediate (T = 0: all reserves go at once), T (years), reserves_at_attack (in the unit of M0),
    reserves_share_lost_in_attack, T_exhaustion_without_attack. Without credit growth (μ <= 0)
    there is no attack: the flags are false and the numbers None.
    Raises InputError for D0 >= M0 (no reserves), D0 <= 0 and negative η.
    Source: Krugman (1979), Journal of Money, Credit and Banking 11; Flood and Garber (1984),
    Journal of International Economics 17. Grade published.
    """
    elasticity = number(eta, "eta", low=0)
    growth = number(mu, "mu")
    money = number(M0, "M0", above=0)
    credit = number(D0, "D0", above=0)
    if credit >= money:
        raise InputError(
            f"got {credit:g}, which leaves no reserves of a money stock of {money:g}.",
            field="D0",
            value=credit,
            valid=f"a number below M0 = {money:g}",
        )
    if growth <= 0:
        return {
            "attack": False,
            "immediate": False,
            "T": None,
            "reserves_at_attack": None,
            "reserves_share_lost_in_attack": None,
            "T_exhaustion_without_attack": None,
        }
    reserves = money - credit
    exhaustion = math.log1p(reserves / credit) / growth
    lost = min(reserves, -money * math.expm1(-elasticity * growth))
    immediate = exhaustion <= elasticity
    return {
        "attack": True,
        "immediate": immediate,
        "T": 0.0 if immediate else exhaustion - elasticity,
        "reserves_at_attack": reserves if immediate else lost,
        "reserves_share_lost_in_attack": 1.0 if immediate else lost / reserves,
        "T_exhaustion_without_attack": exhaustion,
    }
