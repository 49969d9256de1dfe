"""Rules by which economies answer tariffs on them, and the closed forms of the paper.

Source: Ignatenko, Macedoni, Lashkaripour and Simonovska (2025), optimal-tariff formula and
section on retaliation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.scenario.tariffs import parse_rate
from triffin.trade.one.calibration import Baseline
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, nearest_match

RULES = ("none", "reciprocal", "optimal", "optimal-formula")


def retaliate(base: Any, rates: Array, rule: str | float, *, before: Array | None = None) -> Array:
    """Tariffs after every economy that is hit has answered; rates (..., N exporter, N importer).

    An economy is hit where a rate exceeds the one of `before` (the baseline tariffs; zero if left
    out). "none" leaves `rates`; "reciprocal" answers each increase with the same increase on the
    same sector (each pair ends at the higher of the two); "optimal-formula" answers with the
    paper's closed-form uniform rate; a number or "20%" answers with that rate. An answer never
    lowers a rate that is already set.

    Raises InputError on an unknown rule or a negative rate.
    """
    if rule == "none":
        return rates
    start = np.zeros_like(rates) if before is None else before
    hit = np.swapaxes(rates > start, -1, -2)
    if rule == "reciprocal":
        answer = start + np.swapaxes(np.maximum(rates - start, 0.0), -1, -2)
    elif rule == "optimal-formula":
        answer = _formula_rates(base, rates)[None, :]
    else:
        answer = np.array(_given_rate(rule))
    return np.where(hit, np.maximum(rates, answer), rates)


def _given_rate(rule: str | float) -> float:
    try:
        rate = parse_rate(rule, field="retaliation")
    except InputError:
        if not isinstance(rule, str) or any(c.isdigit() for c in rule):
            raise
        raise InputError(
            f"{rule!r} is not a rule of retaliation.",
            field="retaliation",
            value=rule,
            nearest=nearest_match(rule, RULES),
            valid=(*RULES, "a rate such as 20%"),
        ) from None
    if rate < 0:
        raise InputError(
            f"a retaliation of {100 * rate:g} % is a subsidy, not an answer.",
            field="retaliation",
            value=rule,
            valid="a rate of zero or more, such as 20%",
        )
    return rate


def optimal_tariff_formula(base: Baseline) -> Array:
    """(N,) closed-form unilateral optimal tariff of each economy, 1/((1 + delta eps) phi - 1).

    delta_o = sum_{d!=o} (1-nu_d) X[o,d] (1-lambda[o,d]) / ((1-nu_o)(E_o - X[o,o])), the export
    supply term. It is an approximation, not the optimum of the model: compare it with the
    numerical optimum.
    """
    off = ~np.eye(len(base.E), dtype=bool)
    exports = (base.X * (1 - base.nu) * (1 - base.share) * off).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = exports / ((1 - base.nu) * (base.E - np.diag(base.X)))
        return np.asarray(1 / ((1 + delta * base.epsilon) * base.phi - 1))


def _formula_rates(base: Any, rates: Array) -> Array:
    """(N,) rate with which each economy answers: the closed form on two regions.

    All other economies form one region R against the imposing economy U; delta_R is the formula
    above with income Y in place of spending E, as the paper has it, and each economy of R keeps
    its own phi (22.74 % for the announced tariffs of April 2025).

    Raises InputError unless exactly one economy imposes tariffs.
    """
    if not isinstance(base, Baseline) or base.beta < 1 or not base.model.multinational:
        name = base.model.name if isinstance(base, Baseline) else base.model
        raise InputError(
            f"optimal-formula is derived for ignatenko-2025, not for {name}.",
            field="retaliation",
            value="optimal-formula",
            valid="optimal (numerical), reciprocal, or a rate such as 20%",
        )
    imposing = np.flatnonzero((rates > 0).any(axis=0))
    if len(imposing) != 1:
        raise InputError(
            "optimal-formula is defined against one imposing economy, and "
            f"{len(imposing)} impose tariffs.",
            field="retaliation",
            value="optimal-formula",
            valid="reciprocal, or a rate such as 20%",
        )
    home = int(imposing[0])
    rest = np.arange(len(base.E)) != home
    sold = base.X[rest, home].sum()
    among = base.X[np.ix_(rest, rest)].sum()
    share = sold / base.E[home]
    # Within R the multinational share is one number, so any member's will do.
    nu_rest = base.nu[rest][0]
    delta = (1 - base.nu[home]) * sold * (1 - share)
    delta /= (1 - nu_rest) * (base.Y[rest].sum() - among)
    answer = np.asarray(1 / ((1 + base.epsilon * delta) * base.phi - 1))
    if not np.all((answer > 0) & (answer < 10)):
        raise InputError(
            "the closed form gives no sensible rate on this base.",
            field="retaliation",
            value="optimal-formula",
            valid="optimal (numerical), reciprocal, or a rate such as 20%",
        )
    return answer
