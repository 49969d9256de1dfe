"""Rules by which economies answer tariffs on them, and the closed forms of the paper.

Source: Ignatenko, Macedoni, Lashkaripour and Simonovska (2025), optimal-tariff formula and
section on retaliation.
"""

from __future__ import annotations

import numpy as np

from triffin.scenario.tariffs import parse_rate
from triffin.trade.calibration import Baseline
from triffin.world.errors import InputError, nearest_match

Array = np.ndarray

RULES = ("none", "reciprocal", "optimal", "optimal-formula")


def retaliate(base: Baseline, rates: Array, rule: str | float) -> Array:
    """Tariffs (N exporter, N importer) after every economy that is hit has answered.

    "none" leaves `rates`; "reciprocal" mirrors each rate (each pair ends at the higher of the two);
    "optimal-formula" answers with the paper's closed-form uniform rate; a number or "20%" answers
    with that rate. An answer never lowers a rate that is already set.

    Raises InputError on an unknown rule.
    """
    if rule == "none":
        return rates
    hit = rates > 0
    if rule == "reciprocal":
        answer = np.where(hit, rates, 0.0).T
    elif rule == "optimal-formula":
        answer = np.where(hit.T, _formula_rates(base, rates)[None, :], 0.0)
    else:
        try:
            rate = parse_rate(rule, field="retaliation")
        except InputError as error:
            if isinstance(rule, str) and not any(c.isdigit() for c in rule):
                raise InputError(
                    f"{rule!r} is not a rule of retaliation.",
                    field="retaliation",
                    value=rule,
                    nearest=nearest_match(rule, RULES),
                    valid=(*RULES, "a rate such as 20%"),
                ) from None
            raise error
        if rate < 0:
            raise InputError(
                f"a retaliation of {100 * rate:g} % is a subsidy, not an answer.",
                field="retaliation",
                value=rule,
                valid="a rate of zero or more, such as 20%",
            )
        answer = np.where(hit.T, rate, 0.0)
    return np.maximum(rates, answer)


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


def _formula_rates(base: Baseline, rates: Array) -> Array:
    """(N,) rate with which each economy answers: the closed form on two regions.

    All other economies form one region R against the imposing economy U; delta_R is the formula
    above with income Y in place of spending E, as the paper has it, and each economy of R keeps
    its own phi (22.74 % for the announced tariffs of April 2025).

    Raises InputError unless exactly one economy imposes tariffs.
    """
    if base.beta < 1 or not base.model.multinational:
        raise InputError(
            f"optimal-formula is derived for ignatenko-2025, not for {base.model.name}.",
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
