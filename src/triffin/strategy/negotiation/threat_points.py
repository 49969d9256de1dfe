"""What a threat is worth when it is executed with some probability (A.3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.strategy.bargains.one_bargain import ROUNDING
from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many
from triffin.world.base.errors import InputError


@canonical
def threat_point_payment(
    beta: float,
    omega: float,
    H_statusquo: float,
    H_punish: float,
    U_statusquo: float,
    U_punish: float,
    A: float,
    B: float,
    q: Numbers,
) -> dict[str, Any]:
    """Cash to the hegemon as a function of the probability q that the threat is executed.

    dH(q) = (1−q) H⁰ + q H¹,  dU(q) = (1−q) U⁰ + q U¹;
    s(q) = β (B − dU)/(1+ω) − (1−β)(A − dH);
    ds/dq = −β (U¹ − U⁰)/(1+ω) + (1−β)(H¹ − H⁰).
    A, B: values of the deal to the hegemon and the partner before threat points and cash, in one
    unit with all payoffs (bn USD per year); `beta` in [0, 1], `omega` > −1, `q` in [0, 1] (number
    or list). Outputs: s and deal per q (s None and deal False where
    (A − dH) + (B − dU)/(1+ω) < 0), ds_dq.
    Raises InputError outside these ranges.
    Source: Binmore, Rubinstein and Wolinsky (1986), RAND Journal of Economics 17; stochastic
    execution of the threat derived. Grade derived.
    """
    weight = number(beta, "beta", low=0, high=1)
    wedge = 1.0 + number(omega, "omega", above=-1)
    calm_h, struck_h = number(H_statusquo, "H_statusquo"), number(H_punish, "H_punish")
    calm_u, struck_u = number(U_statusquo, "U_statusquo"), number(U_punish, "U_punish")
    value_h, value_u = number(A, "A"), number(B, "B")
    executed = one_or_many(q, "q", low=0, high=1)
    hegemon = value_h - ((1.0 - executed) * calm_h + executed * struck_h)
    partner = value_u - ((1.0 - executed) * calm_u + executed * struck_u)
    size = abs(value_h) + abs(calm_h) + abs(struck_h)
    size += (abs(value_u) + abs(calm_u) + abs(struck_u)) / wedge
    deal = hegemon + partner / wedge >= -ROUNDING * size
    cash = weight * partner / wedge - (1.0 - weight) * hegemon
    terms = [
        float(s) if signed else None
        for s, signed in zip(np.atleast_1d(cash), np.atleast_1d(deal), strict=True)
    ]
    return {
        "s": terms if executed.ndim else terms[0],
        "deal": deal,
        "ds_dq": -weight * (struck_u - calm_u) / wedge + (1.0 - weight) * (struck_h - calm_h),
    }


@canonical
def credibility_threshold(
    u_package: float,
    expected_extraction: float,
    dignity: float,
    U0: float,
    U1: float,
    exit_cost: float = 0.0,
) -> dict[str, Any]:
    """The credibility at which a partner signs, with and without an open clause.

    q* = (U⁰ − e − (u − E[z] − D))/(U⁰ − U¹): it signs iff the threat is executed with at least
    this probability. u `u_package`, E[z] `expected_extraction` >= 0 (later demands under the
    clause), D `dignity`, e `exit_cost`, U⁰ and U¹ the partner's payoffs in the pause and under the
    executed threat; one unit for all. Outputs: q_with_clause, q_without_clause (E[z] = 0), neither
    clipped to [0, 1], and signs with the clause: "always" (q* <= 0), "never" (q* > 1) or
    "above_threshold".
    Raises InputError for U⁰ <= U¹ (a threat that does not hurt) and a negative extraction.
    Source: participation under stochastic execution of the threat. Grade derived.
    """
    package = number(u_package, "u_package")
    clause = number(expected_extraction, "expected_extraction", low=0)
    pride = number(dignity, "dignity")
    calm, struck = number(U0, "U0"), number(U1, "U1")
    leaving = number(exit_cost, "exit_cost")
    if not calm > struck:
        raise InputError(
            f"the threat does not hurt: the partner gets {struck:g} if it is executed and "
            f"{calm:g} in the pause.",
            field="U1",
            value=struck,
            valid=f"a number below U0 = {calm:g}",
        )
    noise = ROUNDING * (abs(calm) + abs(leaving) + abs(package) + clause + abs(pride))

    def threshold(extraction: float) -> float:
        gap = calm - leaving - (package - extraction - pride)
        hurt = calm - struck
        if abs(gap) <= noise:
            return 0.0
        return 1.0 if abs(gap - hurt) <= noise else gap / hurt

    required = threshold(clause)
    signs = "always" if required <= 0.0 else "never" if required > 1.0 else "above_threshold"
    return {
        "q_with_clause": required,
        "q_without_clause": threshold(0.0),
        "signs": signs,
    }
