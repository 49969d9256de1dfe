"""Headline entries: one question, one answer in words, with interval, class, grade and drivers.

Rules: models H.11 (models and closures are part of the uncertainty) and H.12 (classes).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ParamSpec

import numpy as np
from numpy.typing import ArrayLike

from triffin.answers import statistics
from triffin.answers.answer import Answer, Signs
from triffin.trade.closures import LABELS
from triffin.world.base.errors import InputError, one_of
from triffin.world.base.wording import interval_text, listed, quantity, words
from triffin.world.registry.parameter_set import shipped

MOST_FIXED = 5
"""Parameters named where nothing moved the answer: the first of those that fix it."""

CLASSES = ("measurement", "arithmetic of the scenario", "forecast", "index")


def answer_from_draws(
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
    over: str | None = None,
) -> Answer:
    """An answer with median and 90 % interval.

    Parameters
    ----------
    identifier : stable name, e.g. that of a question in headlines.yaml.
    question : one plain question.
    answer : the sentence, with {median}, {low}, {high}, {interval}, {likely} (the interval and what
        it is over) and {models} where the numbers belong, filled in with unit and sensible digits.
    draws : (n,) in `unit`; draws without a result are NaN and are left out.
    headline_class : one of CLASSES.
    parameters, groups : what varied: continuous and categorical drivers, name -> (n,).
    grades : name -> grade of every parameter behind the number, varied or not.
    models : closure -> value at central parameters, for the count of signs.
    weights : (n,) of the draws, None for equal. over : what the interval is taken over.

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
        likely=likely_range(spread.low, spread.high, unit, over),
        models=signs.text if signs else "",
    )
    return replace(
        answer_in_words(
            identifier,
            question,
            filled,
            headline_class=headline_class,
            drivers=named,
            grades=grades,
            models=models,
            unit=unit,
        ),
        median=spread.median,
        low=spread.low,
        high=spread.high,
        over=over,
        judgement_share=statistics.judgement_share(shares, grades or {}),
        driver_shares=shares,
        standard_error={
            "median": spread.median_error,
            "low": spread.low_error,
            "high": spread.high_error,
        },
        draws=spread.draws,
    )


def answer_of_event(
    identifier: str,
    question: str,
    answer: str,
    happened: ArrayLike,
    *,
    headline_class: str,
    parameters: Mapping[str, ArrayLike] | None = None,
    groups: Mapping[str, ArrayLike] | None = None,
    grades: Mapping[str, str] | None = None,
) -> Answer:
    """The probability of an event: the share of draws (n,) in which it `happened`.

    Parameters and shocks are averaged over, so that one number is left; the interval is its Monte
    Carlo error (90 %, Wilson 1927, Journal of the American Statistical Association 22). The answer
    may hold {median}, {low}, {high} and {interval}, in per cent. Others as in
    `answer_from_draws`.
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
    filled = answer.format(
        median=quantity(100 * share, "%"),
        low=quantity(100 * low, "%"),
        high=quantity(100 * high, "%"),
        interval=interval_text(100 * low, 100 * high, "%"),
    )
    found = answer_from_draws(
        identifier,
        question,
        filled,
        flags,
        "probability",
        headline_class=headline_class,
        parameters=parameters,
        groups=groups,
        grades=grades,
    )
    errors = dict.fromkeys(("median", "low", "high"), math.sqrt(share * (1 - share) / n))
    found = replace(found, median=share, low=low, high=high, over=SIMULATION)
    return replace(found, standard_error=errors)


def answer_in_words(
    identifier: str,
    question: str,
    answer: str,
    *,
    headline_class: str,
    drivers: Sequence[str],
    grades: Mapping[str, str] | None = None,
    models: Mapping[str, float] | None = None,
    unit: str = "",
) -> Answer:
    """An answer in words: median, low and high are None.

    `drivers` must not be empty (the parameters that fix the answer). Others as in
    `answer_from_draws`.
    """
    one_of(
        headline_class, CLASSES, f"{headline_class!r} is not a class of headlines.", field="class"
    )
    if not drivers:
        raise InputError(f"headline {identifier!r} names no driver.", field="drivers")
    graded = grades or {}
    return Answer(
        id=identifier,
        question=question,
        sentence=answer,
        unit=unit,
        headline_class=headline_class,
        grade=statistics.weakest_grade([graded.get(name, "judgement") for name in drivers]),
        drivers=tuple(drivers),
        sign_robust=sign_robust(models) if models else None,
    )


SIMULATION = "simulation error"
_SHOCKS = {
    "currency_shocks": "shocks to the exchange rate",
    "yield_news": "news that moves yields",
    "auction_cover": "demand at auctions",
    "talks_signing": "who signs, and when",
    "talks_decision": "what is decided about the threat",
    "talks_rate": "the rate that is agreed",
    "talks_answer": "who retaliates",
}


def label_of(name: str) -> str:
    """What readers call a driver: a dimension of the models, a shock, or a parameter's label with
    a small letter where it is no name.

    >>> label_of("trade_elasticity"), label_of("revenue")
    ('elasticity of trade to its cost', 'use of the revenue')
    """
    known = shipped()
    label = known[name].label if name in known else ""
    text = LABELS.get(name) or _SHOCKS.get(name) or label or words(name)
    text = text.replace("hegemon", "side that threatens")
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


P = ParamSpec("P")


def _as_entry(make: Callable[P, Answer]) -> Callable[P, dict[str, Any]]:
    return lambda *given, **named: make(*given, **named).to_json()


headline_from_draws = _as_entry(answer_from_draws)
probability_headline = _as_entry(answer_of_event)
categorical_headline = _as_entry(answer_in_words)
"""The same answers as entries of a document, for makers that add keys of their own."""


def sign_robust(models: Mapping[str, float]) -> Signs:
    """Count of models and closures with a positive answer; those that give the same count once.

    `models` maps a closure to its value at central parameters; closures without an equilibrium
    (None or NaN) are not counted and are named in the text as "no equilibrium in m".
    """
    values = [float("nan") if value is None else float(value) for value in models.values()]
    # models that agree in six digits are one: they do not differ here
    solved = list({f"{value:.6g}": value for value in values if value == value}.values())
    positive = sum(value > 0 for value in solved)
    text = f"positive in {positive} of {len(solved)} models"
    missing = sum(value != value for value in values)
    if missing:
        text += f", no equilibrium in {missing}"
    return Signs(positive, len(solved), text)


def ranking_text(names: Sequence[str], values: Sequence[float], unit: str) -> str:
    """A ranking in words: "Lesotho (−8.1 %), Vietnam (−6.92 %) and Guyana (−5.4 %)"."""
    pairs = zip(names, values, strict=True)
    return listed([f"{name} ({quantity(value, unit)})" for name, value in pairs])


def at_head(name: str) -> str:
    """A name at the head of a sentence: "The United States"."""
    return f"{name[:1].upper()}{name[1:]}"


def likely_range(low: float, high: float, unit: str, over: str | None) -> str:
    """The interval as a clause: "9 in 10 outcomes: 1 to 2 %, over parameters and shocks"."""
    ends = interval_text(low, high, unit)
    return f"9 in 10 outcomes: {ends}" + (f", over {over}" if over else "")


def in_print_order(headline: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Entries in the reader's order; those without a place come last."""
    return sorted(headline, key=lambda entry: entry.get("order") or math.inf)


def first_of(headline: Sequence[Mapping[str, Any]], most: int = 6) -> list[Mapping[str, Any]]:
    """What is printed first: the six of a minister that a run answers, then others in the reader's
    order up to `most`."""
    return in_print_order(headline)[:most]


LIGHTS = ("well founded", "fair", "weak")


def sureness(entry: Mapping[str, Any]) -> tuple[str, str]:
    """How sure an answer is, one of LIGHTS, and why: grade, its own tests, models that agree.

    Well founded: no judgement drives it, its tests (where there are any) were inside as often as a
    90 % interval should be, and models agree in sign. Weak: of judgement and untested, or the
    models do not agree.
    """
    signs = entry.get("sign_robust") or {}
    agree = max(signs["positive"], signs["of"] - signs["positive"]) if signs else 0
    tests = list(entry.get("tests") or ())
    share = entry.get("coverage")
    judged = str(entry["grade"]).startswith("judgement")
    split = bool(signs) and agree < signs["of"]
    if not judged and not split and tests and share is not None and share >= _TESTED:
        light = LIGHTS[0]
    else:
        light = LIGHTS[2] if split or (judged and not tests) or _failed(share) else LIGHTS[1]
    parts = [f"grade {entry['grade']}", f"tested: {'; '.join(tests)}" if tests else "untested"]
    if signs:
        parts.append(f"{agree} of {signs['of']} models agree on the sign")
    return light, ", ".join(parts)


def more_text(entry: Mapping[str, Any]) -> str:
    """How sure an answer is, what it turns on, and the naive rules beside it, in one line."""
    light, why = sureness(entry)
    turns = entry.get("turns_on") or ()
    rivals = [f"{one['name']} {quantity(one['value'], entry['unit'])}" for one in entry["rivals"]]
    parts = [f"{light} ({why})", f"turns on {listed(turns)}" if turns else ""]
    if entry["median"] is None:
        parts = parts[:1]
    return "; ".join(filter(None, [*parts, f"beside it: {', '.join(rivals)}" if rivals else ""]))


_TESTED, _FAILED = 0.8, 0.5
"""Share of past observations inside a 90 % interval that counts as met, and as failed."""


def _failed(share: float | None) -> bool:
    return share is not None and share < _FAILED


def headline_table(headline: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The headline as rows of text in the reader's order, for tables."""
    return [
        {
            "class": entry["class"],
            "question": entry["question"],
            "answer": answer_text(entry),
            "median": "" if entry["median"] is None else quantity(entry["median"], entry["unit"]),
            "interval": interval_text(entry["low"], entry["high"], entry["unit"]),
            "sure": ": ".join(sureness(entry)),
            "drivers": ", ".join(driver_text(entry, name) for name in entry["drivers"]),
        }
        for entry in in_print_order(headline)
    ]


def driver_text(entry: Mapping[str, Any], name: str) -> str:
    """A driver in words with its share of the variance where that is known."""
    share = (entry.get("driver_shares") or {}).get(name)
    return f"{label_of(name)} ({100 * share:.0f} %)" if share else label_of(name)


def answer_text(entry: Mapping[str, Any]) -> str:
    """The answer, and beside it what is known to have happened where the entry says so."""
    outcome = entry.get("outcome")
    return f"{entry['answer']} What is known: {outcome}" if outcome else str(entry["answer"])
