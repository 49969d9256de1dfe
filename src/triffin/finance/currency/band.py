"""Holding an exchange rate with finite dollars: deposits first, Treasuries after (models E.4)."""

from __future__ import annotations

from typing import Any

from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError


@canonical
def currency_defence(
    pressure_pct: float,
    m_bp_per_bn: float,
    psi_pct_per_bn: float,
    kappa_pct_per_bp: float,
    deposits_bn: float,
    reserves_bn: float | None = None,
) -> dict[str, Any]:
    """What a defence costs when the Treasuries sold for it raise yields and so weaken the yen.

    X = max(0, U − Dep);  p0 + κ m X − ψ U = 0:
    U = p0/ψ if that is within deposits, else (p0 − κ m Dep)/(ψ − κ m);  dy = m X.

    `pressure_pct` p0 >= 0 percent beyond the edge of the band; m in bp per bn; ψ > 0 percent per
    bn; κ percent of yen per bp, of either sign (negative when dollars weaken with higher yields);
    `deposits_bn`, `reserves_bn` in bn. Outputs: U_bn (intervention), X_bn (Treasuries sold),
    dy_bp, self_defeating_m = ψ/κ (None for κ <= 0), within_reserves (None without reserves_bn).
    Raises InputError when Treasuries must be sold and κ m >= ψ: every bn sold then adds more
    pressure than it relieves, and no defence is large enough. A currency too strong is defended
    by creating money, which no reserves limit: negative pressure is refused.
    Grade derived.
    """
    pressure = number(pressure_pct, "pressure_pct", low=0)
    impact = number(m_bp_per_bn, "m_bp_per_bn", low=0)
    psi = number(psi_pct_per_bn, "psi_pct_per_bn", above=0)
    kappa = number(kappa_pct_per_bp, "kappa_pct_per_bp")
    deposits = number(deposits_bn, "deposits_bn", low=0)
    reserves = None if reserves_bn is None else number(reserves_bn, "reserves_bn", low=0)
    spent, sold = pressure / psi, 0.0
    if spent > deposits:
        relief = psi - kappa * impact
        if relief <= 0:
            raise InputError(
                f"the defence is self-defeating: each bn of Treasuries sold weakens the currency "
                f"by {kappa * impact:g} percent and supports it by {psi:g}; no amount suffices.",
                field="m_bp_per_bn",
                value=impact,
                valid=f"a price impact below psi/kappa = {psi / kappa:g}, or pressure that "
                f"deposits cover (at most {psi * deposits:g} percent)",
            )
        # What deposits leave uncovered is relieved at the lower, net rate.
        sold = (pressure - psi * deposits) / relief
        spent = deposits + sold
    return {
        "U_bn": spent,
        "X_bn": sold,
        "dy_bp": impact * sold,
        "self_defeating_m": psi / kappa if kappa > 0 else None,
        "within_reserves": None if reserves is None else spent <= reserves,
    }
