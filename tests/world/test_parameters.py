"""Every number has a source and a grade; distributions have the quantiles they state."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.build_data.parameters import read_parameters, registry_text

import triffin
from triffin.world import InputError, all_parameters, parameter
from triffin.world.registry.registry import FILE, GRADES, check_distribution, quantile


@pytest.mark.parametrize("name", list(all_parameters()))
def test_every_parameter_is_sourced_graded_and_in_its_range(name: str) -> None:
    entry = parameter(name)
    assert len(entry.source) > 20
    assert entry.grade in GRADES
    assert entry.description
    assert entry.label
    assert len(entry.label) <= 90
    assert re.fullmatch(r"(19|20)\d\d(-\d\d-\d\d)?", entry.known_from)
    assert entry.low <= entry.value <= entry.high
    assert entry.low < entry.high
    if entry.distribution is not None:
        assert entry.quantile(np.array(0.5)) == pytest.approx(entry.value, rel=1e-12)


def test_the_registry_that_runs_read_is_the_one_that_people_edit() -> None:
    assert FILE.read_text(encoding="utf-8") == registry_text(), (
        "run python -m tools.build_data.parameters"
    )


def test_no_two_parameters_have_one_label() -> None:
    labels = [entry.label.casefold() for entry in all_parameters().values()]
    assert len(set(labels)) == len(labels)


def test_what_dates_a_value_is_never_older_than_its_newest_source() -> None:
    # Ignatenko et al. (2025) use these values; the evidence is that of the studies before them.
    used_later = {"trade_elasticity", "labor_supply_elasticity"}
    for name, entry in all_parameters().items():
        if name in used_later:
            continue
        years = [int(y) for y in re.findall(r"\((?:[^()]*, )?((?:19|20)\d\d)\)", entry.source)]
        assert not years or int(entry.known_from[:4]) >= max(years), name


def test_every_parameter_is_read_by_code_a_ledger_or_a_scenario() -> None:
    package = Path(triffin.__file__).parent
    registry = package / "world" / "registry"
    texts, patterns = [], set()
    for path in (*package.rglob("*.py"), *package.rglob("*.yaml")):
        if registry in path.parents:
            continue
        text = path.read_text(encoding="utf-8")
        texts.append(text)
        if path.suffix == ".py":
            patterns |= _names_put_together(ast.parse(text))
    words = set(re.findall(r"\w+", "\n".join(texts)))
    for name in all_parameters():
        assert name in words or any(re.fullmatch(p, name) for p in patterns), name


def _names_put_together(tree: ast.AST) -> set[str]:
    """Patterns of the f-strings that begin or end as names of parameters do."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else None for p in node.values]
            fixed = [str(p) for p in parts if p is not None]
            if any(re.fullmatch(r"\w{6,}", p) for p in fixed):
                found.add("".join(r"\w+" if p is None else re.escape(str(p)) for p in parts))
    return found


def test_the_values_of_the_paper_are_the_defaults() -> None:
    value = {name: entry.value for name, entry in all_parameters().items()}
    assert value["trade_elasticity"] == 4
    assert value["labor_supply_elasticity"] == 0.5
    assert value["scale_elasticity"] == 0.67 / 4
    assert value["pass_through_base"] == 1
    assert value["value_added_share"] == 0.49
    assert value["multinational_share_usa"] == 0.26
    assert value["multinational_share_row"] == 0.12


def test_model_variants_and_closures_have_equal_weights() -> None:
    weights = [p.value for name, p in all_parameters().items() if "_weight_" in name]
    assert len(weights) == 9
    assert set(weights) == {1}


def test_an_unknown_parameter_gets_the_nearest_match() -> None:
    with pytest.raises(InputError, match="Did you mean 'trade_elasticity'"):
        parameter("trade_elastcity")


def test_a_lognormal_hits_its_median_exactly_and_its_range_at_5_and_95_per_cent() -> None:
    low, median, high = parameter("trade_elasticity").quantile(np.array([0.05, 0.5, 0.95]))
    assert median == 4
    assert low == pytest.approx(2, rel=1e-4)  # 1.645 is the rounded 95 % point
    assert high == pytest.approx(8, rel=1e-4)


@pytest.mark.parametrize(
    ("distribution", "u", "expected"),
    [
        ({"dist": "normal", "mean": 3, "sd": 2}, [0.5, 0.8413447460685429], [3, 5]),
        ({"dist": "uniform", "low": 2, "high": 6}, [0, 0.25, 1], [2, 3, 6]),
        (
            {"dist": "triangular", "low": 0, "mode": 1, "high": 2},
            [0, 0.125, 0.5, 1],
            [0, 0.5, 1, 2],
        ),
        ({"dist": "triangular", "low": 0, "mode": 0, "high": 1}, [0, 0.75, 1], [0, 0.5, 1]),
        ({"dist": "beta", "a": 1, "b": 1}, [0, 0.3, 1], [0, 0.3, 1]),
        ({"dist": "beta", "a": 4, "b": 4}, [0.5], [0.5]),
    ],
)
def test_quantiles_of_the_textbook(
    distribution: dict[str, Any], u: list[float], expected: list[float]
) -> None:
    assert quantile(distribution, np.array(u)) == pytest.approx(expected, abs=1e-12)


@given(
    low=st.floats(0.01, 10),
    ratio=st.floats(1.01, 50),
    u=st.lists(st.floats(0.001, 0.999), min_size=2, max_size=20),
)
def test_quantiles_rise_with_probability(low: float, ratio: float, u: list[float]) -> None:
    high, median = low * ratio, low * ratio**0.5
    drawn = quantile(
        {"dist": "lognormal", "median": median, "low": low, "high": high}, np.sort(np.array(u))
    )
    assert np.all(drawn > 0)
    assert np.all(np.diff(drawn) >= 0)


def test_a_fixed_number_is_the_same_in_every_draw() -> None:
    drawn = parameter("value_added_share").quantile(np.full((2, 3), 0.9))
    assert drawn.shape == (2, 3)
    assert set(drawn.ravel()) == {0.49}


@pytest.mark.parametrize("u", [-0.1, 1.1, np.nan])
def test_a_probability_outside_0_to_1_is_refused(u: float) -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        parameter("trade_elasticity").quantile(np.array([0.5, u]))


@pytest.mark.parametrize(
    ("distribution", "message"),
    [
        (4, "not a distribution"),
        ({"dist": "lognorml", "median": 1, "low": 1, "high": 2}, "Did you mean 'lognormal'"),
        ({"dist": "lognormal", "median": 1, "low": 1}, "needs the number high"),
        ({"dist": "lognormal", "median": 1, "low": -1, "high": 2}, "0 < low < high"),
        ({"dist": "lognormal", "median": 9, "low": 1, "high": 2}, "low <= median <= high"),
        ({"dist": "normal", "mean": 0, "sd": 0}, "sd > 0"),
        ({"dist": "normal", "mean": 0, "sd": 1, "sigma": 2}, "has no 'sigma'"),
        ({"dist": "normal", "mean": float("nan"), "sd": 1}, "needs the number mean"),
        ({"dist": "normal", "mean": True, "sd": 1}, "needs the number mean"),
        ({"dist": "uniform", "low": 2, "high": 2}, "low < high"),
        ({"dist": "beta", "a": 0, "b": 1}, "a > 0"),
        ({"dist": "triangular", "low": 0, "mode": 3, "high": 2}, "low <= mode <= high"),
    ],
)
def test_an_impossible_distribution_is_refused(distribution: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        check_distribution(distribution, file="own.yaml", line=7, field="x")
    assert "own.yaml, line 7, x" in str(caught.value)


def test_a_distribution_may_carry_its_source() -> None:
    kept = check_distribution({"dist": "normal", "mean": 0, "sd": 1, "source": "a table"})
    assert kept["source"] == "a table"


ENTRY = {
    "value": "0.5",
    "unit": "share",
    "distribution": "null",
    "low": "0",
    "high": "1",
    "source": "somebody",
    "known_from": "'2020'",
    "label": "What it is",
    "grade": "judgement",
    "description": "what it is",
    "note": "''",
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, None),
        ({"source": None}, "source is missing"),
        ({"label": None}, "label is missing"),
        ({"known_from": "'spring'"}, "known_from is 'spring'"),
        ({"source": "''"}, "source is ''"),
        ({"grade": "guess"}, "grade 'guess' does not exist"),
        ({"value": "3"}, "outside its range"),
        ({"high": "2"}, "share_x cannot be 2"),
        ({"domain": "'[0, 1'"}, "no domain"),
        ({"value": "much"}, "value is 'much'"),
        ({"low": ".nan"}, "low is nan"),
        ({"unit": "1"}, "unit is 1"),
        ({"soruce": "x"}, "Did you mean 'source'"),
        ({"distribution": "{dist: normal, mean: 0}"}, "needs the number sd"),
    ],
)
def test_every_entry_is_validated_at_load(
    tmp_path: Path, changes: dict[str, str | None], message: str | None
) -> None:
    lines = [f"  {k}: {v}" for k, v in {**ENTRY, **changes}.items() if v is not None]
    path = tmp_path / "own.yaml"
    path.write_text("\n".join(["share_x:", *lines, ""]), encoding="utf-8")
    if message is None:
        assert read_parameters(path)["share_x"]["room"] == "own"
        return
    with pytest.raises(InputError, match=message) as caught:
        read_parameters(path)
    assert "own.yaml, share_x" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "no parameters"), ("x: 3\n", "3 is not an entry"), ("a: 1\na: 2\n", "stands twice")],
)
def test_a_file_without_entries_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_parameters(path)


def test_yaml_errors_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("a: 1\nb: [1, 2\nc: 3\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"own\.yaml, line 3"):
        read_parameters(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_parameters(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_parameters(tmp_path / "missing.yaml")
