"""Negotiation: reference models of offers, deadlines and threats (models A.2, A.3, A.5 to A.7).

Verified; no answer is computed with them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.strategy.bargains.many_bargains import ROUNDING
from triffin.strategy.inputs import count, entries
from triffin.strategy.negotiation.sequence import programme
from triffin.world.base.checked_numbers import Numbers, canonical, number, numbers, one_or_many
from triffin.world.base.errors import InputError

TIE = 1e-12


@canonical
def rubinstein_finite(
    N: int, delta_h: float, delta_p: float, breakdown_h: float = 0.0, breakdown_p: float = 0.0
) -> dict[str, Any]:
    """Shares of a pie of size one after at most `N` rounds of offers.

    The hegemon proposes in odd rounds. A proposer offers the other side its discounted value of
    continuing; if δ_h v_h + δ_p v_p > 1 nobody agrees in that round and both values are only
    discounted. One period after the last rejection the breakdown payoffs are received.
    Without breakdown payoffs and with one δ the first proposer gets (1 − (−δ)^N)/(1 + δ).

    `delta_h`, `delta_p` in (0, 1) per round; breakdown payoffs in pies, of any sign. Outputs:
    share_h, share_p (present values at the first round), agreement (False if no round admits any;
    the shares are then the discounted breakdown payoffs).
    Raises InputError for N < 1 or not whole, and discount factors outside (0, 1).
    Source: Stahl (1972), Bargaining Theory; Rubinstein (1982), Econometrica 50; breakdown payoffs
    added. Grade published.
    Production has no counterpart.
    """
    rounds = count(N, "N")
    patience_h = number(delta_h, "delta_h", above=0, below=1)
    patience_p = number(delta_p, "delta_p", above=0, below=1)
    share_h, share_p = number(breakdown_h, "breakdown_h"), number(breakdown_p, "breakdown_p")
    agreement = False
    for place in range(rounds, 0, -1):
        waiting_h, waiting_p = patience_h * share_h, patience_p * share_p
        size = abs(waiting_h) + abs(waiting_p)
        if waiting_h + waiting_p > 1.0 + TIE * size:
            share_h, share_p = waiting_h, waiting_p
            continue
        agreement = True
        if place % 2 == 1:
            share_h, share_p = 1.0 - waiting_p, waiting_p
        else:
            share_h, share_p = waiting_h, 1.0 - waiting_h
    return {"share_h": share_h, "share_p": share_p, "agreement": agreement}


@canonical
def rubinstein_infinite(delta_h: float, delta_p: float) -> dict[str, Any]:
    """Share of the hegemon, who proposes first, without a last round.

    share_first = (1 − δ_p)/(1 − δ_h δ_p);  for short periods r_p/(r_h + r_p) with r = −ln δ
    (`continuous_limit`). `delta_h`, `delta_p` in (0, 1) per round.
    Raises InputError outside: with a factor of 1 nobody minds waiting.
    Source: Rubinstein (1982), Econometrica 50; Binmore, Rubinstein and Wolinsky (1986), RAND
    Journal of Economics 17. Grade published.
    Production has no counterpart.
    """
    patience_h = number(delta_h, "delta_h", above=0, below=1)
    patience_p = number(delta_p, "delta_p", above=0, below=1)
    hurry_h, hurry_p = -math.log(patience_h), -math.log(patience_p)
    return {
        # 1 − δ_h δ_p, without cancellation when both are close to one.
        "share_first": (1.0 - patience_p) / ((1.0 - patience_h) + patience_h * (1.0 - patience_p)),
        "continuous_limit": hurry_p / (hurry_h + hurry_p),
    }


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
    Held to production by tests/strategy/test_offers_threats_clauses.py:
    test_the_payment_under_a_threat_is_the_bargain_at_that_threat_point.
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
    Held to production by tests/strategy/test_theory.py:
    test_the_credibility_needed_is_that_of_the_published_threshold.
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


@canonical
def first_vs_wait(beta: float, h: list[float], a: list[float], o: list[float]) -> dict[str, Any]:
    """Does the first of two alike partners to meet the hegemon do better than the second?

    h = [h0, h1, h2], a = [a1, a2] (a signer's payoff when one or two have signed), o = [o0, o1] (a
    non-signer's when none or one has). If both sign at every node
    first − second = (1−β){(β−1)(h2 − 2 h1 + h0) + β[(a2 − a1) − (o1 − o0)]}.

    `beta` in [0, 1]. Outputs: first, second, first_minus_second, hegemon, signed (2,), all from
    the programme of `sequential_bargaining`; closed_form (its value whether valid or not),
    closed_form_valid (both surpluses h1+a1−h0−o0 and h2+a2−h1−o1 are positive and both sign);
    nash_in_nash_each = o1 + (1−β)(h2+a2−h1−o1), None if that surplus is not positive.
    Raises InputError for other lengths and β outside [0, 1].
    Source: two-partner case of `sequential_bargaining`. Grade derived.
    Held to production by tests/strategy/test_sequence_of_bargains.py:
    test_two_alike_partners_are_the_smallest_sequence.
    """
    weight = number(beta, "beta", low=0, high=1)
    h0, h1, h2 = entries(numbers(h, "h"), "h", 3).tolist()
    a1, a2 = entries(numbers(a, "a"), "a", 2).tolist()
    o0, o1 = entries(numbers(o, "o"), "o", 2).tolist()
    # Nobody has signed without a signature, nor is outside when both have: those two entries of
    # the lists over K are never read.
    inside = np.broadcast_to(np.array([a1, a1, a2]), (2, 3))
    outside = np.broadcast_to(np.array([o0, o1, o1]), (2, 3))
    out = programme(weight, [1, 1], np.array([h0, h1, h2]), inside, outside)
    first, second = out["payoffs"]
    tie = TIE * max(abs(part) for part in (h0, h1, h2, a1, a2, o0, o1))
    surplus_alone, surplus_after = h1 + a1 - h0 - o0, h2 + a2 - h1 - o1
    bend = (weight - 1.0) * (h2 - 2.0 * h1 + h0)
    return {
        "first": first,
        "second": second,
        "first_minus_second": first - second,
        "hegemon": out["hegemon"],
        "signed": out["signed"],
        "closed_form_valid": min(surplus_alone, surplus_after) > tie and all(out["signed"]),
        "closed_form": (1.0 - weight) * (bend + weight * ((a2 - a1) - (o1 - o0))),
        "nash_in_nash_each": (o1 + (1.0 - weight) * surplus_after if surplus_after > tie else None),
    }


@canonical
def screening_deadline(N: int, delta: float) -> dict[str, Any]:
    """When deals are signed: one demand per round, `N` rounds, partners uniform on [0, 1].

    With n rounds left a_1 = 1/2, R_1 = 1/4 and
    m_n = 1 − δ + δ a_{n−1},  c_n = m_n/(2 (m_n − δ R_{n−1})),  a_n = m_n c_n,
    R_n = m_n²/(4 (m_n − δ R_{n−1})).
    The demand is a_n times the highest value still possible; partners above c_n times it sign.

    `delta` in [0, 1] per round. Outputs: first_demand a_N, revenue R_N, cutoffs [c_N … c_1],
    share_by_round (mass signing in rounds 1 … N), share_no_deal, deadline_share_of_deals (the last
    round's part of all deals).
    Raises InputError for N < 1 or not whole and δ outside [0, 1].
    Source: Sobel and Takahashi (1983), Review of Economic Studies 50; Fudenberg and Tirole (1991),
    Game Theory, chapter 10. Grade published.
    Production has no counterpart.
    """
    rounds = count(N, "N")
    patience = number(delta, "delta", low=0, high=1)
    demand, revenue, cutoffs = 0.5, 0.25, [0.5]
    for _ in range(rounds - 1):
        ceiling = 1.0 - patience + patience * demand
        cutoff = ceiling / (2.0 * (ceiling - patience * revenue))
        demand, revenue = ceiling * cutoff, ceiling * cutoff / 2.0
        cutoffs.append(cutoff)
    cutoffs.reverse()
    left, signing = 1.0, []
    for cutoff in cutoffs:
        signing.append(left * (1.0 - cutoff))
        left *= cutoff
    return {
        "first_demand": demand,
        "revenue": revenue,
        "cutoffs": cutoffs,
        "share_by_round": signing,
        "share_no_deal": left,
        "deadline_share_of_deals": signing[-1] / math.fsum(signing),
    }


@canonical
def expected_extraction(median_demand: float, sd_log: float, Q: float) -> dict[str, Any]:
    """What later demands take on average when the partner can leave.

    Demand Z is lognormal with median z_m and standard deviation of logs s; extraction is
    min(Z, Q), Q the quasi-rent (value inside the deal less value of leaving):
    E = e^(m+s²/2) Φ((ln Q − m − s²)/s) + Q (1 − Φ((ln Q − m)/s)),  m = ln z_m;  min(z_m, Q) at
    s = 0. `median_demand` > 0 and `Q` > 0 in one unit, `sd_log` >= 0. Outputs: expected_extraction,
    prob_cap_binds = Pr(Z > Q).
    Raises InputError outside these ranges: with Q <= 0 the partner would have left.
    Source: mean of a censored lognormal. Grade derived.
    Production has no counterpart.
    """
    from scipy.special import erfcx, ndtr

    median = number(median_demand, "median_demand", above=0)
    spread = number(sd_log, "sd_log", low=0)
    cap = number(Q, "Q", above=0)
    distance = math.log(cap) - math.log(median)
    if spread == 0.0 or abs(distance) > 1e8 * spread:
        return {
            "expected_extraction": min(median, cap),
            "prob_cap_binds": 1.0 if median > cap else 0.0,
        }
    reach = distance / spread
    if reach > spread:
        below = median * math.exp(spread**2 / 2.0) * float(ndtr(reach - spread))
    else:
        # e^(s²/2) overflows long before its product with the tail does.
        tail = float(erfcx((spread - reach) / math.sqrt(2.0)))
        below = cap * 0.5 * tail * math.exp(-(reach**2) / 2.0)
    binds = float(ndtr(-reach))
    return {"expected_extraction": min(below + cap * binds, cap), "prob_cap_binds": binds}
