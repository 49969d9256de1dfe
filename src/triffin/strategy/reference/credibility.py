"""Credibility: reference models of attrition, belief and bluff (models B.2 to B.4).

Verified; no answer is computed with them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from triffin.strategy.inputs import WEIGHT_TOLERANCE, entries
from triffin.world.base.checked_numbers import canonical, known, number, numbers
from triffin.world.base.errors import InputError

Table = Mapping[str, Sequence[float]]


@canonical
def credibility_filter(p0: float, table: Table, observations: Sequence[str]) -> dict[str, Any]:
    """Belief that the hegemon is tough after each observed outcome, by Bayes' rule.

    logit p ← logit p + ln(L_tough/L_weak). `p0` in [0, 1]; `table` maps outcomes to
    [L_tough, L_weak], not negative; `observations` names of outcomes in order. A zero likelihood
    under one type sends the belief to 0 or 1. Output: path, one belief per observation.
    Raises InputError for an unknown outcome, one that is impossible under both types, and one
    that contradicts a belief of 0 or 1.
    Source: Bayes' rule. Grade derived; the default likelihoods are judgement.
    Production has no counterpart.
    """
    belief = number(p0, "p0", low=0, high=1)
    likelihoods = _table(table)
    if isinstance(observations, str) or not isinstance(observations, Sequence):
        raise InputError(
            "got no list.", field="observations", value=observations, valid="a list of outcomes"
        )
    logit = _logit(belief)
    path = []
    for place, outcome in enumerate(observations):
        field = f"observations[{place}]"
        if not isinstance(outcome, str):
            raise InputError("got no name.", field=field, value=outcome, valid=tuple(likelihoods))
        tough, weak = likelihoods[known(outcome, tuple(likelihoods), field)]
        _check_possible(outcome, tough, weak)
        step = math.inf if weak == 0 else -math.inf if tough == 0 else math.log(tough / weak)
        if math.isinf(logit) and math.isinf(step) and logit != step:
            raise InputError(
                f"{outcome!r} cannot happen when the hegemon is known to be "
                f"{'tough' if logit > 0 else 'weak'}.",
                field=field,
                value=outcome,
                valid="outcomes that are possible under the belief reached before",
            )
        logit += step
        path.append(_logistic(logit))
    return {"path": path}


@canonical
def belief_predictive(p: float, table: Table) -> dict[str, Any]:
    """Probability of each outcome, the belief after it, and that belief on average.

    predictive = p L_tough + (1−p) L_weak;  posterior = p L_tough/predictive;  their mean is p:
    beliefs are a martingale. `p` in [0, 1]; `table` maps outcomes to [L_tough, L_weak], columns
    adding to one. Outputs: predictive and posterior by outcome (posterior None where the outcome
    cannot happen at a belief of 0 or 1), expected_posterior.
    Raises InputError for columns that do not add to one and an outcome impossible under both.
    Source: Bayes' rule. Grade derived.
    Production has no counterpart.
    """
    belief = number(p, "p", low=0, high=1)
    likelihoods = _table(table)
    for place, kind in enumerate(("tough", "weak")):
        total = math.fsum(pair[place] for pair in likelihoods.values())
        if abs(total - 1.0) > WEIGHT_TOLERANCE:
            raise InputError(
                f"the likelihoods of the {kind} type add to {total:.12g}.",
                field="table",
                valid="columns that add to 1",
            )
    predictive: dict[str, float] = {}
    posterior: dict[str, float | None] = {}
    for outcome, (tough, weak) in likelihoods.items():
        _check_possible(outcome, tough, weak)
        chance = belief * tough + (1.0 - belief) * weak
        predictive[outcome] = chance
        posterior[outcome] = belief * tough / chance if chance > 0 else None
    return {
        "predictive": predictive,
        "posterior": posterior,
        "expected_posterior": math.fsum(
            predictive[outcome] * after for outcome, after in posterior.items() if after is not None
        ),
    }


def _table(table: Table) -> dict[str, tuple[float, float]]:
    if not isinstance(table, Mapping) or not table:
        raise InputError(
            "got no likelihoods.",
            field="table",
            value=table,
            valid="a mapping of outcomes to [likelihood if tough, likelihood if weak]",
        )
    found = {}
    for outcome, pair in table.items():
        name = f"table.{outcome}"
        tough, weak = entries(numbers(pair, name, low=0), name, 2).tolist()
        found[str(outcome)] = (tough, weak)
    return found


def _check_possible(outcome: str, tough: float, weak: float) -> None:
    if tough == 0 and weak == 0:
        raise InputError(
            f"{outcome!r} is impossible under both types.",
            field=f"table.{outcome}",
            value=(tough, weak),
            valid="a likelihood above 0 under at least one type",
        )


def _logit(p: float) -> float:
    if p in (0.0, 1.0):
        return math.inf if p == 1.0 else -math.inf
    return math.log(p) - math.log1p(-p)


def _logistic(z: float) -> float:
    decay = math.exp(-abs(z))
    return (1.0 if z >= 0 else decay) / (1.0 + decay)


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
    Production has no counterpart.
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


@canonical
def abreu_gul(
    z_h: float, z_p: float, alpha_h: float, alpha_p: float, r_h: float, r_p: float
) -> dict[str, Any]:
    """Bargaining when each side may be one that never gives in.

    Demands α_h + α_p > 1 (shares of the pie), z the prior that a side is obstinate, r discount
    rates per unit of time, i against j:
    λ_i = r_j (1 − α_i)/(α_h + α_p − 1),  T_i = −ln z_i/λ_i,  T0 = min(T_h, T_p);
    the slower side concedes at once with probability 1 − z_i e^(λ_i T0).

    z, α in (0, 1), r > 0. Outputs: lambda_h, lambda_p (hazards of conceding), T_h, T_p, T0,
    mass_concede_h, mass_concede_p (0 for the faster side).
    Raises InputError outside these ranges and for compatible demands (α_h + α_p <= 1).
    Source: Abreu and Gul (2000), Econometrica 68. Grade published.
    Production has no counterpart.
    """
    prior_h = number(z_h, "z_h", above=0, below=1)
    prior_p = number(z_p, "z_p", above=0, below=1)
    demand_h = number(alpha_h, "alpha_h", above=0, below=1)
    demand_p = number(alpha_p, "alpha_p", above=0, below=1)
    hurry_h, hurry_p = number(r_h, "r_h", above=0), number(r_p, "r_p", above=0)
    # α_h + α_p − 1, with one rounding error less when the demands are nearly compatible.
    conflict = demand_h - (1.0 - demand_p)
    if conflict <= 1e-15:
        raise InputError(
            f"the demands {demand_h:g} and {demand_p:g} are compatible: nobody has to wait.",
            field="alpha_h",
            value=demand_h,
            valid=f"a number above 1 − alpha_p = {1.0 - demand_p:g}",
        )
    hazard_h = hurry_p * (1.0 - demand_h) / conflict
    hazard_p = hurry_h * (1.0 - demand_p) / conflict
    end_h, end_p = -math.log(prior_h) / hazard_h, -math.log(prior_p) / hazard_p
    end = min(end_h, end_p)
    return {
        "lambda_h": hazard_h,
        "lambda_p": hazard_p,
        "T_h": end_h,
        "T_p": end_p,
        "T0": end,
        "mass_concede_h": -math.expm1(-hazard_h * (end_h - end)),
        "mass_concede_p": -math.expm1(-hazard_p * (end_p - end)),
    }


@canonical
def war_of_attrition(
    v: float, c: float, horizon: float, audience_cost: float = 0.0
) -> dict[str, Any]:
    """Waiting for a prize with complete information.

    Both sides quit at the hazard c/(v + AC): mean duration (v + AC)/(2c), probability that nobody
    has quit by the horizon e^(−2 hazard horizon). v prize, `c` > 0 cost of waiting per unit of
    time, `audience_cost` AC paid by the side that quits, `horizon` >= 0 in the same unit of time.
    Outputs: hazard, mean_individual_quit, expected_duration, p_no_exit.
    Raises InputError for c <= 0, v + AC <= 0 and a negative horizon.
    Source: Maynard Smith (1974), Journal of Theoretical Biology 47; Hendricks, Weiss and Wilson
    (1988), International Economic Review 29. Grade published.
    Production has no counterpart.
    """
    prize, audience = number(v, "v"), number(audience_cost, "audience_cost")
    flow = number(c, "c", above=0)
    until = number(horizon, "horizon", low=0)
    stake = prize + audience
    if stake <= 0:
        raise InputError(
            f"v + audience_cost is {stake:g}: there is nothing to wait for.",
            field="v",
            value=prize,
            valid=f"a number above {-audience:g}",
        )
    hazard = flow / stake
    return {
        "hazard": hazard,
        "mean_individual_quit": stake / flow,
        "expected_duration": stake / (2.0 * flow),
        "p_no_exit": math.exp(-2.0 * hazard * until),
    }
