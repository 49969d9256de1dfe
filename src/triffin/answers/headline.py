"""Headline entries: one question, one answer in words, with interval, class, grade and drivers.

Rules: models H.11 (models and closures are part of the uncertainty) and H.12 (classes).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from triffin.answers import statistics
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.wording import clean, interval_text, quantity, words

MOST_FIXED = 5
"""Parameters named where nothing moved the answer: the first of those that fix it."""

CLASSES = ("measurement", "arithmetic of the scenario", "forecast", "index")
"""Classes of headlines in the order in which they are printed."""


def headline_from_draws(
    identifier: str,
    question: str,
    answer: str,
    draws: ArrayLike,
    unit: str,
    *,
    headline_class: str,
    parameters: Mapping[str, ArrayLike] | None = None,
    groups: Mapping[str, ArrayLike] | None = None,
    grades: Mapping[str, str] | None = None,
    models: Mapping[str, float] | None = None,
    weights: ArrayLike | None = None,
) -> dict[str, Any]:
    """A headline entry with median and 90 % interval.

    Parameters
    ----------
    identifier : stable name, e.g. "hegemon_welfare".
    question : one plain question.
    answer : the sentence, with {median}, {low}, {high}, {interval} and {models} where the numbers
        belong; numbers are filled in with their unit and sensible digits.
    draws : (n,) in `unit`; draws without a result are NaN and are left out.
    headline_class : one of CLASSES.
    parameters, groups : what varied: continuous and categorical drivers, name -> (n,).
    grades : name -> grade of every parameter behind the number, varied or not.
    models : closure -> value at central parameters, for the count of signs.
    weights : (n,) of the draws, None for equal.

    Raises InputError for an unknown class or no finite draw.
    """
    spread = statistics.interval(draws, weights)
    shares = statistics.variance_shares(draws, parameters or {}, groups)
    named = statistics.named_drivers(shares, spread.draws)
    if not named and any(shares.values()):
        named = [next(iter(shares))]
    if not named:
        # nothing moved the answer: the parameters that fix it are named instead
        named = (list(grades or {}) or list(shares))[:MOST_FIXED]
    signs = sign_robust(models) if models else None
    filled = answer.format(
        median=quantity(spread.median, unit),
        low=quantity(spread.low, unit),
        high=quantity(spread.high, unit),
        interval=interval_text(spread.low, spread.high, unit),
        models=signs["text"] if signs else "",
    )
    entry = _entry(identifier, question, filled, unit, named, headline_class, grades or {}, signs)
    entry |= {
        "median": spread.median,
        "low": spread.low,
        "high": spread.high,
        "judgement_share": statistics.judgement_share(shares, grades or {}),
        "driver_shares": shares,
        "standard_error": {
            "median": spread.median_error,
            "low": spread.low_error,
            "high": spread.high_error,
        },
        "draws": spread.draws,
    }
    result: dict[str, Any] = clean(entry)
    return result


def probability_headline(
    identifier: str,
    question: str,
    answer: str,
    happened: ArrayLike,
    *,
    headline_class: str,
    parameters: Mapping[str, ArrayLike] | None = None,
    groups: Mapping[str, ArrayLike] | None = None,
    grades: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The probability of an event: the share of draws (n,) in which it `happened`.

    Parameters and shocks are averaged over, so that one number is left; the interval is its Monte
    Carlo error (90 %, Wilson 1927, Journal of the American Statistical Association 22). The answer
    may hold {median}, {low}, {high} and {interval}, in per cent. Others as in
    `headline_from_draws`.
    """
    flags = np.asarray(happened, dtype=np.float64)
    known = flags[np.isfinite(flags)]
    if not len(known):
        raise InputError("no finite draw to take a share of.", field=identifier)
    share, n = float(known.mean()), len(known)
    z = 1.6448536269514722
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low, high = min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))
    entry = headline_from_draws(
        identifier,
        question,
        answer.format(
            median=quantity(100 * share, "%"),
            low=quantity(100 * low, "%"),
            high=quantity(100 * high, "%"),
            interval=interval_text(100 * low, 100 * high, "%"),
        ),
        flags,
        "probability",
        headline_class=headline_class,
        parameters=parameters,
        groups=groups,
        grades=grades,
    )
    error = math.sqrt(share * (1 - share) / n)
    return entry | {
        "median": share,
        "low": low,
        "high": high,
        "standard_error": {"median": error, "low": error, "high": error},
    }


def categorical_headline(
    identifier: str,
    question: str,
    answer: str,
    *,
    headline_class: str,
    drivers: Sequence[str],
    grades: Mapping[str, str] | None = None,
    models: Mapping[str, float] | None = None,
    unit: str = "",
) -> dict[str, Any]:
    """A headline whose answer is in words: median, low and high are None.

    `drivers` must not be empty (the parameters that fix the answer). Others as in
    `headline_from_draws`.
    """
    signs = sign_robust(models) if models else None
    result: dict[str, Any] = clean(
        _entry(
            identifier, question, answer, unit, list(drivers), headline_class, grades or {}, signs
        )
    )
    return result


def sign_robust(models: Mapping[str, float]) -> dict[str, Any]:
    """Count of models and closures with a positive answer: {"positive", "of", "text"}.

    `models` maps a closure to its value at central parameters; closures without an equilibrium
    (None or NaN) are not counted and are named in the text as "no equilibrium in m".
    """
    values = [float("nan") if value is None else float(value) for value in models.values()]
    solved = [value for value in values if value == value]
    positive = sum(value > 0 for value in solved)
    text = f"positive in {positive} of {len(solved)} models"
    if len(solved) < len(values):
        text += f", no equilibrium in {len(values) - len(solved)}"
    return {"positive": positive, "of": len(solved), "text": text}


def ranking_text(names: Sequence[str], values: Sequence[float], unit: str) -> str:
    """A ranking in words: "Lesotho (−8.1 %), Vietnam (−6.92 %) and Guyana (−5.4 %)"."""
    items = [f"{name} ({quantity(value, unit)})" for name, value in zip(names, values, strict=True)]
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def in_print_order(headline: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Entries by class (CLASSES), in their own order within a class."""
    return sorted(headline, key=lambda entry: CLASSES.index(entry["class"]))


def _entry(
    identifier: str,
    question: str,
    answer: str,
    unit: str,
    drivers: list[str],
    headline_class: str,
    grades: Mapping[str, str],
    signs: dict[str, Any] | None,
) -> dict[str, Any]:
    if headline_class not in CLASSES:
        raise InputError(
            f"{headline_class!r} is not a class of headlines.",
            field="class",
            value=headline_class,
            valid=CLASSES,
            nearest=nearest_match(headline_class, CLASSES),
        )
    if not drivers:
        raise InputError(f"headline {identifier!r} names no driver.", field="drivers")
    return {
        "id": identifier,
        "question": question,
        "answer": answer,
        "median": None,
        "low": None,
        "high": None,
        "unit": unit,
        "grade": statistics.weakest_grade([grades.get(name, "judgement") for name in drivers]),
        "drivers": drivers,
        "class": headline_class,
        "judgement_share": None,
        "sign_robust": signs,
        "driver_shares": {},
    }


def headline_table(headline: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The headline as rows of text, in print order, class first; for terminals and the report."""
    return [
        {
            "class": entry["class"],
            "question": entry["question"],
            "answer": answer_text(entry),
            "median": quantity(entry["median"], entry["unit"]) if _numeric(entry) else "",
            "interval": interval_text(entry["low"], entry["high"], entry["unit"]),
            "models": (entry["sign_robust"] or {}).get("text", ""),
            "grade": grade_text(entry),
            "drivers": ", ".join(driver_text(entry, name) for name in entry["drivers"]),
        }
        for entry in in_print_order(headline)
    ]


def driver_text(entry: Mapping[str, Any], name: str) -> str:
    """A driver in words with its share of the variance where that is known."""
    share = (entry.get("driver_shares") or {}).get(name)
    return f"{words(name)} ({100 * share:.0f} %)" if share else words(name)


def answer_text(entry: Mapping[str, Any]) -> str:
    """The answer, and beside it what is known to have happened where the entry says so."""
    outcome = entry.get("outcome")
    return f"{entry['answer']} What is known: {outcome}" if outcome else str(entry["answer"])


def grade_text(entry: Mapping[str, Any]) -> str:
    """The grade, with how many observations of its module's backtests lie in the intervals."""
    inside = entry.get("backtests")
    return f"{entry['grade']}; backtests inside {inside}" if inside else str(entry["grade"])


def _numeric(entry: Mapping[str, Any]) -> bool:
    return entry["median"] is not None
