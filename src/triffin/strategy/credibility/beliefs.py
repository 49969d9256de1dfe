"""What partners believe after they have seen what the hegemon does (B.3)."""

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
