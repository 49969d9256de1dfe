"""The verification cases that ship, and how cases of users are read and judged."""

from __future__ import annotations

import json
from unittest.mock import patch

import pytest

from triffin.app.commands.evidence.verify import verify
from triffin.evidence import verification
from triffin.evidence.verification import (
    SHIPPED_CASES,
    canonical_model,
    canonical_models,
    read_cases,
    verify_cases,
)
from triffin.world.base.errors import InputError, TriffinError

CASES = read_cases(SHIPPED_CASES)
GOOD = {
    "case": "mine",
    "model": "gamma_calibration",
    "inputs": {"effect": 0.018, "q": 0.05, "gdp_bn": 4200.0},
    "expected": {"Gamma": 1.125},
    "rtol": 1e-9,
}
REFUSED = {
    **GOOD,
    "inputs": {"effect": 0.06, "q": 0.05, "gdp_bn": 1.0},
    "expected": {"error": True},
}


def judged(entry):
    """The one row of a file with one case."""
    return verify_cases([entry])["cases"][0]


@pytest.mark.parametrize("entry", CASES, ids=[entry["case"] for entry in CASES])
def test_every_case_of_the_design_passes(entry):
    row = judged(entry)
    assert row["status"] == "passed", row.get("reason")


def test_every_canonical_model_has_a_case_and_lists_exactly_its_outputs():
    for name in canonical_models():
        answers = [c for c in CASES if c["model"] == name and "error" not in c["expected"]]
        assert answers, name
        model = canonical_model(name)
        for entry in answers:
            assert set(model(**entry["inputs"])) == set(entry["expected"])


def test_outputs_are_plain_json():
    for entry in CASES:
        if "error" not in entry["expected"]:
            outputs = canonical_model(entry["model"])(**entry["inputs"])
            assert json.loads(json.dumps(outputs, allow_nan=False)) == outputs


STRANGE = (
    0,
    -1,
    1,
    1e300,
    -1e300,
    1e-300,
    float("nan"),
    float("inf"),
    True,
    None,
    "x",
    [],
    {},
    [1],
)


@pytest.mark.parametrize("name", canonical_models())
def test_a_strange_input_is_refused_or_answered_in_finite_numbers(name):
    model = canonical_model(name)
    entry = next(c for c in CASES if c["model"] == name and "error" not in c["expected"])
    for field in entry["inputs"]:
        for value in STRANGE:
            try:
                outputs = model(**{**entry["inputs"], field: value})
            except TriffinError:
                continue
            json.dumps(outputs, allow_nan=False)


def test_a_refusal_that_was_expected_passes_and_one_that_was_not_fails():
    assert judged(REFUSED)["status"] == "passed"
    assert "effect" in judged(REFUSED)["got"]["error"]
    refused = judged({**REFUSED, "expected": {"Gamma": 1.0}})
    assert refused["status"] == "failed"
    answered = judged({**GOOD, "expected": {"error": True}})
    assert answered["status"] == "failed"
    assert answered["got"]["Gamma"] == pytest.approx(1.125)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": "gama_calibration"}, "Did you mean 'gamma_calibration'"),
        ({"inputs": [1]}, "inputs should be a mapping"),
        ({"model": 3}, "model is 3"),
        ({"rtol": "1e-9"}, "rtol"),
        ({"rtol": True}, "rtol"),
        ({"rtol": -1.0}, "rtol"),
    ],
)
@pytest.mark.parametrize("expected", [{"Gamma": 1.125}, {"error": True}])
def test_a_typing_error_is_shown_and_never_passes_for_an_expected_refusal(change, words, expected):
    row = judged({**GOOD, "expected": expected, **change})
    assert row["status"] == "failed"
    assert words in row["reason"]
    assert "error" in row["got"]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"efect": 0.018, "q": 0.05, "gdp_bn": 1.0}, "Did you mean 'effect'"),
        ({"effect": 0.018, "q": 0.05}, "lacks gdp_bn"),
        ({"effect": "x", "q": 0.05, "gdp_bn": 1.0}, "effect"),
    ],
)
def test_a_missing_unknown_or_bad_input_is_the_clear_error_that_a_case_may_expect(inputs, words):
    row = judged({**GOOD, "inputs": inputs, "expected": {"error": True}})
    assert row["status"] == "passed"
    assert words in row["reason"]
    assert words in row["got"]["error"]
    answer = judged({**GOOD, "inputs": inputs})
    assert answer["status"] == "failed"
    assert words in answer["reason"]


def test_a_misspelt_output_and_a_malformed_case_fail_with_the_nearest_name():
    assert "Did you mean 'Gamma'" in judged({**GOOD, "expected": {"Gama": 1.0}})["reason"]
    lacking = {key: value for key, value in GOOD.items() if key != "expected"}
    assert "'expect'" in judged({**lacking, "expect": {}})["reason"]
    assert "expected is empty" in judged({**GOOD, "expected": {}})["reason"]
    assert judged("nonsense")["case"] == "cases[0]"


@pytest.mark.parametrize(
    ("got", "expected", "agree"),
    [
        (1.0, 1.0 + 1e-10, True),
        (1.0, 1.0 + 1e-8, False),
        (1e-13, 0.0, True),
        (1e-11, 0.0, False),
        (3, 3, True),
        (3, 4, False),
        (3, 3.0, True),
        (True, 1, False),
        (1, True, False),
        (False, False, True),
        (None, None, True),
        (None, 0.0, False),
        (0.0, None, False),
        ("safe", "safe", True),
        ("safe", "crisis", False),
        ([1.0, None], [1.0, None], True),
        ([1.0], [1.0, 2.0], False),
        ([[1.0], [2.0]], [[1.0], [2.1]], False),
        ({"a": 1.0}, {"a": 1.0}, True),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0}, False),
        (1.0, [1.0], False),
        ([1.0], 1.0, False),
        (1.0, {"a": 1.0}, False),
    ],
)
def test_numbers_agree_within_tolerance_and_everything_else_exactly(got, expected, agree):
    assert (verification.compare(got, expected, 1e-9, "x") is None) == agree


def test_a_bug_in_one_model_fails_its_case_and_stops_no_other():
    def broken(**_):
        raise ZeroDivisionError("oops")

    with (
        patch.object(verification, "canonical_model", lambda name: broken),
        patch.object(verification, "_check_inputs"),
    ):
        report = verify_cases([GOOD, {**REFUSED, "case": "expects an error"}])
    assert report["failed"] == 2
    assert all("failed instead of answering" in row["reason"] for row in report["cases"])


def test_all_cases_run_and_the_exit_code_says_whether_all_passed(tmp_path, capsys):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [{**GOOD, "expected": {"Gamma": 2.0}}, GOOD, REFUSED]}))
    assert verify(file, as_json=True) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["passed"], report["failed"]) == (2, 1)
    assert [row["status"] for row in report["cases"]] == ["failed", "passed", "passed"]
    assert report["cases"][0]["got"] == {"Gamma": 1.125}
    assert report["cases"][0]["expected"] == {"Gamma": 2.0}
    assert verify(file, as_json=False) == 1
    assert "Gamma is 1.125" in capsys.readouterr().out
    assert verify(None, as_json=True) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ('{"cases": [{"rtol": NaN}]}', "NaN is not JSON"),
        ("[]", "no list of cases"),
        ('{"case": []}', "no list of cases"),
        ('{"cases": []}', "empty"),
        ('{"cases": {}}', "no list of cases"),
    ],
)
def test_a_file_that_holds_no_cases_is_refused(tmp_path, text, words):
    file = tmp_path / "cases.json"
    file.write_text(text)
    with pytest.raises(InputError, match=words):
        verify(file, as_json=True)


def test_a_missing_file_and_one_that_is_not_text_are_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        verify(tmp_path / "nothing.json", as_json=True)
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        verify(tmp_path / "binary.json", as_json=True)
