"""Headline entries: the answer in words, class, grade, drivers and the count of signs."""

from __future__ import annotations

import json

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

from triffin.answers.answer import Signs
from triffin.answers.headline import (
    categorical_headline,
    first_of,
    headline_from_draws,
    headline_table,
    in_print_order,
    label_of,
    ranking_text,
    sign_robust,
    sureness,
)
from triffin.results import Result
from triffin.world.base.errors import InputError
from triffin.world.base.wording import interval_text, number, quantity


def test_numbers_read_as_in_print() -> None:
    assert quantity(1.1318, "%") == "1.13 %"
    assert quantity(-0.0114, "%") == "−0.01 %"
    assert quantity(-18.07, "%") == "−18.1 %"
    assert quantity(312.4, "USD bn") == "312 bn USD"
    assert number(-0.001) == "0.00"
    assert number(27720.5) == "27,720" or number(27720.5) == "27,721"
    assert number(float("nan")) == "n/a"
    assert number(None) == "n/a"


def test_the_answer_carries_median_interval_and_models() -> None:
    draws = np.linspace(-1, 3, 101)
    entry = headline_from_draws(
        "hegemon_welfare",
        "Does the US gain?",
        "Welfare changes by {median} ({interval}); {models}.",
        draws,
        "%",
        headline_class="forecast",
        parameters={"trade_elasticity": draws},
        grades={"trade_elasticity": "published"},
        models={"one": 1.13, "two": -0.01},
    )
    assert (
        entry["answer"] == "Welfare changes by 1.00 % (−0.80 to 2.80 %); positive in 1 of 2 models."
    )
    assert entry["drivers"] == ["trade_elasticity"]
    assert entry["grade"] == "published"
    assert entry["judgement_share"] == 0
    assert entry["sign_robust"]["positive"] == 1
    assert entry["sign_robust"]["of"] == 2


def test_the_weakest_grade_of_the_drivers_is_the_grade_of_the_headline() -> None:
    random = np.random.default_rng(1)
    a, b = random.normal(size=(2, 500))
    entry = headline_from_draws(
        "x",
        "?",
        "{median}",
        a + b,
        "%",
        headline_class="forecast",
        parameters={"a": a, "b": b},
        grades={"a": "published", "b": "judgement"},
    )
    assert set(entry["drivers"]) == {"a", "b"}
    assert entry["grade"] == "judgement"
    assert entry["judgement_share"] == pytest.approx(0.5, abs=0.1)


def test_when_nothing_varies_the_fixing_parameters_are_named() -> None:
    entry = headline_from_draws(
        "x",
        "?",
        "{median}",
        [1.0],
        "%",
        headline_class="forecast",
        grades={"trade_elasticity": "published"},
    )
    assert entry["drivers"] == ["trade_elasticity"]
    assert entry["low"] == entry["median"] == entry["high"] == 1
    assert entry["judgement_share"] is None


def test_headlines_are_json_without_nan() -> None:
    entry = headline_from_draws(
        "x", "?", "{median}", [1.0], "%", headline_class="index", grades={"a": "derived"}
    )
    assert entry["standard_error"]["median"] is None
    json.dumps(entry, allow_nan=False)


def test_a_categorical_answer_has_no_median() -> None:
    entry = categorical_headline(
        "most_hurt",
        "Who is hurt most?",
        "Lesotho",
        headline_class="forecast",
        drivers=["trade_elasticity"],
        grades={"trade_elasticity": "published"},
    )
    assert (entry["median"], entry["low"], entry["high"]) == (None, None, None)
    assert entry["grade"] == "published"


def test_unknown_class_and_missing_drivers_are_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'forecast'"):
        categorical_headline("x", "?", "y", headline_class="forcast", drivers=["a"])
    with pytest.raises(InputError, match="names no driver"):
        categorical_headline("x", "?", "y", headline_class="forecast", drivers=[])


def test_a_model_without_equilibrium_is_not_counted_as_negative() -> None:
    found = sign_robust({"a": 1.0, "b": -1.0, "c": float("nan")})
    assert found == Signs(1, 2, "positive in 1 of 2 models, no equilibrium in 1")


def test_rankings_read_as_a_list() -> None:
    assert ranking_text(["A", "B", "C"], [-8.1, -6.92, -5.4], "%") == (
        "A (−8.10 %), B (−6.92 %) and C (−5.40 %)"
    )
    assert ranking_text(["A"], [1.0], "%") == "A (1.00 %)"


def test_models_that_do_not_differ_are_counted_once() -> None:
    found = sign_robust({"a": 1.0, "b": 1.0, "c": -1.0, "d": -1.0 - 1e-9})
    assert (found.positive, found.of) == (1, 2)


def test_the_readers_order_rules() -> None:
    asked = [{"id": "b", "order": 2}, {"id": "c", "order": None}, {"id": "a", "order": 1}]
    assert [entry["id"] for entry in in_print_order(asked)] == ["a", "b", "c"]
    assert [entry["id"] for entry in first_of(asked, most=2)] == ["a", "b"]


@pytest.mark.parametrize(
    ("grade", "coverage", "positive", "light"),
    [
        ("published", 0.9, 4, "well founded"),
        ("published", 0.9, 3, "weak"),
        ("published", 0.4, 4, "weak"),
        ("derived", None, 0, "fair"),
        ("judgement", 0.9, 4, "fair"),
        ("judgement", None, 4, "weak"),
    ],
)
def test_an_answer_is_as_sure_as_its_grade_its_tests_and_its_models(
    grade: str, coverage: float | None, positive: int, light: str
) -> None:
    tests = [] if coverage is None else ["inside in some of ten"]
    signs = {"positive": positive, "of": 4, "text": ""}
    entry = {"grade": grade, "coverage": coverage, "tests": tests, "sign_robust": signs}
    found, why = sureness(entry)
    assert found == light
    assert ("untested" in why) == (coverage is None)
    assert f"{max(positive, 4 - positive)} of 4 models agree" in why


def test_drivers_are_called_by_their_labels() -> None:
    assert label_of("trade_elasticity") == "elasticity of trade to its cost"
    assert label_of("revenue") == "use of the revenue"
    assert label_of("yield_news") == "news that moves yields"


def test_headline_table_in_words(run: Result, snapshot: SnapshotAssertion) -> None:
    lines = [" | ".join(row.values()) for row in headline_table(run.headline)]
    assert "\n".join(lines) == snapshot


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.457, "probability", "45.7 %"),
        (0.46, "share of days", "46.0 % of days"),
        (6.0, "deals", "6 deals"),
        (6.5, "partners", "6.5 partners"),
        (2.4, "ratio", "2.40"),
        (-0.583, "%", "−0.58 %"),
    ],
)
def test_probabilities_are_in_per_cent_and_counts_come_whole(
    value: float, unit: str, text: str
) -> None:
    assert quantity(value, unit) == text


def test_an_interval_has_one_unit_and_the_scale_of_its_number() -> None:
    assert interval_text(0.1, 0.25, "probability") == "10.0 to 25.0 %"
    assert interval_text(1.0, 15.0, "deals") == "1 to 15 deals"
