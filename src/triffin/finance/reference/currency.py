"""Currencies: reference models of intervention and defence (models E.3, E.4, G.2).

Verified; no answer is computed with them.
"""

from __future__ import annotations

from typing import Any

from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError


@canonical
def gabaix_maggiori(
    Gamma: float, iota0: float, iota1: float, q: float, R: float = 1.0, R_star: float = 1.0
) -> dict[str, Any]:
    """The exchange rate with and without intervention when financiers bear the risk.

    e dollars per yen (up: the yen is stronger), ι import-demand shifters, q dollars sold by the
    authority, Q0 the financiers' dollar position, R and R* gross dollar and yen rates:
    e0 − ι0 + Q0 − q = 0;  e1 − ι1 − R (Q0 − q) = 0;  Γ Q0 = e0 − e1 R*/R, hence
    e0 (1 + Γ + R*) = Γ (ι0 + q) + R* ι0 + ι1 R*/R.

    q is in the unit of trade flows. Outputs: e0_no_intervention, e1_no_intervention,
    financier_position_no_intervention, e0, e1, financier_position, de0, de1 (effects of q).
    Γ = 0 makes intervention powerless. Raises InputError for Γ < 0, and for R or R* <= 0.
    Source: Gabaix and Maggiori (2015), Quarterly Journal of Economics 130, basic Gamma model.
    Grade published.
    Held to production by tests/finance/test_currency_models.py:
    test_the_calibrated_market_reproduces_the_effect_it_was_calibrated_on.
    """
    risk = number(Gamma, "Gamma", low=0)
    now = number(iota0, "iota0")
    later = number(iota1, "iota1")
    sold = number(q, "q")
    dollar = number(R, "R", above=0)
    yen = number(R_star, "R_star", above=0)
    weight = 1.0 + risk + yen
    base0 = ((risk + yen) * now + later * yen / dollar) / weight
    base1 = later + dollar * (now - base0)
    effect0 = risk * sold / weight
    effect1 = -dollar * effect0
    position = now - base0
    return {
        "e0_no_intervention": base0,
        "e1_no_intervention": base1,
        "financier_position_no_intervention": position,
        "e0": base0 + effect0,
        "e1": base1 + effect1,
        "financier_position": position + sold - effect0,
        "de0": effect0,
        "de1": effect1,
    }


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
    Held to production by tests/finance/test_currency_production.py:
    test_a_defence_defeats_itself_where_the_one_period_model_says.
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


WEEKS_PER_YEAR = 52.0
LONGEST_WEEKS = 5200  # a century; more is a typing error
Draws = Array | float
