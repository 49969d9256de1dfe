"""The dollar: reference models of currency choice and coercion (models F.2, F.3).

Verified; no answer is computed with them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.finance.averages import mean_decay
from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many, same_length
from triffin.world.base.errors import InputError, NotConverged

ROUNDING = 16 * float(np.finfo(np.float64).eps)
_AT_REST = 1e5  # adjustment times 1/κ, after which no share still moves
_AT_REST_CONGESTED = 60.0  # where J < 0 every share returns at least as fast as e^(−κt)
_MOST_CONGESTED = -1000.0


@canonical
def coordination_tipping(J: float, beta: float, h: float) -> dict[str, Any]:
    """Every equilibrium share of the dollar, and the shock that tips it.

    Dollar share x = (1 + m)/2 with m = tanh(β(h + J m)); for βJ > 1
    m_s = √(1 − 1/(βJ)),  h_tip = atanh(m_s)/β − J m_s,  hysteresis width 2|h_tip|.

    J network strength, β >= 0 choice precision, h policy and fundamentals (0: neither currency
    favoured). Outputs: multiple_possible (βJ > 1), m_spinodal, h_tip and share_at_tip (None
    without multiplicity), hysteresis_width (0 then), shares (all equilibria, increasing), stable
    (one flag each). Exactly at the tip two equilibria have merged: they count once, not stable.

    Solved in u = atanh m, where u − βh − βJ tanh u is monotone between ± asinh √(βJ − 1): no
    equilibrium is missed, nor rounded to 0 or 1.
    Raises InputError for β < 0.
    Source: Brock and Durlauf (2001), Review of Economic Studies 68; Matsuyama, Kiyotaki and Matsui
    (1993), Review of Economic Studies 60. Grade published.
    Held to production by tests/finance/test_dollar_production.py:
    test_two_currencies_tip_and_return_where_the_canonical_model_says.
    """
    network = number(J, "J")
    precision = number(beta, "beta", low=0)
    bias = precision * number(h, "h")
    strength = precision * network
    if not (math.isfinite(bias) and math.isfinite(strength)):
        raise OverflowError("beta J or beta h is too large")
    if strength <= 1.0:
        roots = [(_root(bias, strength, -math.inf, math.inf), True)]
        return {
            "multiple_possible": False,
            "m_spinodal": None,
            "h_tip": None,
            "hysteresis_width": 0.0,
            "share_at_tip": None,
            **_shares(roots),
        }
    spinodal = math.sqrt((strength - 1.0) / strength)
    turn = math.asinh(math.sqrt(strength - 1.0))
    h_tip = -_loss_at_turn(spinodal, turn, strength) / precision
    return {
        "multiple_possible": True,
        "m_spinodal": spinodal,
        "h_tip": h_tip,
        "hysteresis_width": 2.0 * abs(h_tip),
        "share_at_tip": (1.0 + spinodal) / 2.0,
        **_shares(_branches(bias, strength, turn, precision * abs(h_tip))),
    }


def _loss_at_turn(m: float, u: float, strength: float) -> float:
    """βJ m − atanh m at the spinodal, where βJ = 1/(1 − m²); by its series when m is small."""
    if m > 0.2:
        return strength * m - u
    # m/(1 − m²) − atanh m = Σ m^(2k+1) (1 − 1/(2k+1))
    return sum(m ** (2 * k + 1) * (2 * k) / (2 * k + 1) for k in range(1, 16))


def _branches(bias: float, strength: float, turn: float, tip: float) -> list[tuple[float, bool]]:
    """Equilibria in u on the three monotone branches, in increasing order."""
    tolerance = ROUNDING * (abs(bias) + strength)
    if abs(abs(bias) - tip) <= tolerance:
        if bias < 0:
            return [(_root(bias, strength, -math.inf, -turn), True), (turn, False)]
        return [(-turn, False), (_root(bias, strength, turn, math.inf), True)]
    roots = []
    if bias < tip:
        roots.append((_root(bias, strength, -math.inf, -turn), True))
    if abs(bias) < tip:
        roots.append((_root(bias, strength, -turn, turn), False))
    if bias > -tip:
        roots.append((_root(bias, strength, turn, math.inf), True))
    return roots


def _root(bias: float, strength: float, low: float, high: float) -> float:
    """The zero of u − bias − strength tanh u on an interval where it is monotone."""
    from scipy.optimize import brentq

    def gap(u: float) -> float:
        return u - bias - strength * math.tanh(u)

    if bias == 0 and low <= 0 <= high:
        return 0.0
    reach = 1.0 + abs(strength) + 1e-12 * abs(bias)
    low, high = max(low, bias - reach), min(high, bias + reach)
    if gap(low) == 0:
        return low
    if gap(high) == 0:
        return high
    return float(brentq(gap, low, high, xtol=1e-300, rtol=8.9e-16, maxiter=1000))


def _shares(roots: list[tuple[float, bool]]) -> dict[str, Any]:
    return {
        "shares": [_logistic(2.0 * u) for u, _ in roots],
        "stable": [stable for _, stable in roots],
    }


def _logistic(z: float) -> float:
    decay = math.exp(-abs(z))
    return (1.0 if z >= 0 else decay) / (1.0 + decay)


@canonical
def coordination_path(
    J: float, beta: float, kappa_per_year: float, h: float, x0: float, t: Numbers
) -> dict[str, Any]:
    """The dollar's share over time when users adjust slowly.

    dx/dt = κ(Λ(2β(h + J(2x − 1))) − x), Λ logistic, from x0 at t = 0.
    κ `kappa_per_year` >= 0, `x0` in [0, 1], `t` >= 0 years in any order (number or list). Output:
    share, one per time. Integrated to a relative error of about 1e-12.
    Raises InputError outside these ranges and for βJ < −1000, NotConverged if the integration
    fails.
    Grade derived.
    Held to production by tests/finance/test_dollar_production.py:
    test_two_currencies_adjust_as_the_canonical_path.
    """
    network = number(J, "J")
    precision = number(beta, "beta", low=0)
    if precision * network < _MOST_CONGESTED:
        raise InputError(
            f"beta J is {precision * network:g}: users who avoid each other this strongly switch "
            "without end.",
            field="J",
            value=network,
            valid=f"beta J of at least {_MOST_CONGESTED:g}",
        )
    speed = number(kappa_per_year, "kappa_per_year", low=0)
    bias = number(h, "h")
    start = number(x0, "x0", low=0, high=1)
    times = one_or_many(t, "t", low=0)

    def drift(_: float, x: np.ndarray) -> list[float]:
        return [_logistic(2.0 * precision * (bias + network * (2.0 * float(x[0]) - 1.0))) - x[0]]

    if precision * network == 0:
        target = _logistic(2.0 * precision * bias)
        clock = speed * times
        return {"share": start + (target - start) * clock * mean_decay(clock)}
    rest = _AT_REST if network > 0 else _AT_REST_CONGESTED
    return {"share": _integrated(drift, start, np.minimum(speed * times, rest))}


def _integrated(drift: Any, start: float, clock: np.ndarray) -> np.ndarray:
    """Share at the times of the clock κt."""
    from scipy.integrate import solve_ivp

    moments, place = np.unique(clock, return_inverse=True)
    share = np.full(moments.shape, start)
    ahead = moments > 0
    if ahead.any() and drift(0.0, np.array([start]))[0] != 0:
        found = solve_ivp(
            drift,
            (0.0, float(moments[-1])),
            [start],
            method="DOP853",
            t_eval=moments[ahead],
            rtol=1e-12,
            atol=1e-16,
        )
        if not found.success:
            raise NotConverged(f"the path of the dollar's share was not found: {found.message}")
        share[ahead] = np.clip(found.y[0], 0.0, 1.0)
    return np.asarray(share[place].reshape(clock.shape))


@canonical
def anticoercion_diversification(
    omega0: float, sigma: float, expenditure_share: float, extraction: float, k: float
) -> dict[str, Any]:
    """How far a target diversifies away from an input that can be withdrawn.

    The target loses the fraction `extraction` of the hegemon's power and chooses ω to minimise
    extraction · loss(ω) + k (ω0 − ω)²/2. With x = ω0 − ω:
    k x (1 − ω0 + x) = extraction · s/(σ − 1); ω = 0 if x would exceed ω0.
    The objective is convex, so this is the minimum. k = 0 is the limit of free diversification.
    Outputs: omega_star, power_before, power_after (log losses), cost = k x²/2.
    Raises InputError for ω0 outside [0, 1), σ <= 1, shares outside [0, 1] and k < 0.
    Source: Clayton, Maggiori and Schreger (2024) in reduced form with a quadratic cost. Grade
    derived.
    Production has no counterpart. No source measures the elasticities.
    """
    start = number(omega0, "omega0", low=0, below=1)
    elasticity = number(sigma, "sigma", above=1)
    weight = number(expenditure_share, "expenditure_share", low=0, high=1) / (elasticity - 1.0)
    threat = number(extraction, "extraction", low=0, high=1) * weight
    cost = number(k, "k", low=0)
    rest = 1.0 - start
    if threat == 0:
        moved = 0.0
    elif cost == 0:
        moved = start
    else:
        gain = threat / cost
        moved = min(start, 2.0 * gain / (rest + math.sqrt(rest**2 + 4.0 * gain)))
    return {
        "omega_star": start - moved,
        "power_before": -weight * math.log1p(-start),
        "power_after": -weight * math.log1p(-(start - moved)),
        "cost": cost * moved**2 / 2.0,
    }


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
    Production has no counterpart. It prints ranges by period and maturity.
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
    Production has no counterpart. No source measures the elasticities.
    """
    held = one_or_many(omega, "omega", low=0, below=1)
    elasticity = one_or_many(sigma, "sigma", above=1)
    spent = one_or_many(expenditure_share, "expenditure_share", low=0, high=1)
    same_length({"omega": held, "sigma": elasticity, "expenditure_share": spent})
    weight = spent / (elasticity - 1.0)
    return {"loss_log": weight * -np.log1p(-held), "marginal": weight / (1.0 - held)}
