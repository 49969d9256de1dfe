"""What the rule for rates, the logit of signing and the history of retaliation scored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from triffin.evidence.backtests.rates import rates
from triffin.evidence.estimates.signing import first_wave, firth
from triffin.world.registry.registry import parameter


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return rates()


def _rules(found: dict[str, Any], name: str, group: str = "") -> dict[str, dict[str, Any]]:
    entry = next(one for one in found["rates"] if one["id"] == name)
    return {row["name"]: row for row in (entry[group] if group else entry)["rules"]}


def test_half_way_beats_the_naive_rules_in_april_2025(found: dict[str, Any]) -> None:
    rules = _rules(found, "april-88")
    assert rules["half-way"]["mae"] <= 4.25
    assert rules["half-way"]["weighted"] <= 3.9
    assert rules["half-way"]["rank"] >= 0.78
    others = [rules[name] for name in ("no change", "announced", "constant")]
    assert rules["half-way"]["mae"] < min(row["mae"] for row in others)
    assert rules["half-way"]["weighted"] < min(row["weighted"] for row in others)


def test_half_way_of_what_is_covered_beats_them_as_paid(found: dict[str, Any]) -> None:
    rules = _rules(found, "april-paid")
    assert rules["half-way"]["mae"] <= 5.8
    assert rules["half-way"]["weighted"] <= 3.8
    assert rules["half-way"]["rank"] >= 0.82
    assert rules["half-way"]["mae"] < min(
        rules[name]["mae"] for name in ("no change", "announced", "constant")
    )


def test_the_distribution_of_the_threatened_beats_every_number(found: dict[str, Any]) -> None:
    rules = _rules(found, "april-88", "threatened")
    ours, even = rules.pop("distribution"), rules["even distribution"]
    assert ours["log"] <= 3.05 < even["log"]
    assert ours["crps"] <= 3.95
    assert ours["crps"] < min(row["crps"] for row in rules.values())


def test_rates_without_a_threat_go_half_way_back(found: dict[str, Any]) -> None:
    november = _rules(found, "august-paid-2025-11-14")
    assert november["half-way"]["weighted"] <= 2.3 < november["no change"]["weighted"]
    assert november["distribution"]["crps"] <= 3.4
    for day in ("2026-07-24", "2026-08-19"):
        rules = _rules(found, f"february-paid-{day}")
        assert rules["half-way"]["weighted"] <= 1.4 < rules["no change"]["weighted"]


def test_a_rule_seen_in_the_outcomes_is_marked(found: dict[str, Any]) -> None:
    assert [one["id"] for one in found["rates"] if one["hindsight"]] == ["july-letters"]


def test_who_signs_is_told_by_imports_alone(found: dict[str, Any]) -> None:
    scores = {row["what"]: row for row in found["signing"]}
    assert scores["first wave, left out once"]["log"] <= 0.18
    assert scores["forward, first wave's logit"]["log"] <= 0.35
    assert all(row["log"] < row["base_log"] for row in scores.values())


def test_who_retaliates_is_told_by_history(found: dict[str, Any]) -> None:
    row = found["retaliation"]
    assert (row["n"], row["happened"]) == (90, 2)
    assert row["log"] <= 0.09 < row["base_log"]


def test_the_registry_has_the_logit_that_the_first_wave_gives() -> None:
    codes, imports, signed = first_wave()
    assert (len(codes), signed.sum()) == (85, 7)
    fit = firth(imports, signed)
    assert fit.intercept == pytest.approx(parameter("signing_intercept").value, abs=5e-4)
    assert fit.slope == pytest.approx(parameter("signing_slope").value, abs=5e-4)


def test_the_penalised_logit_stays_finite_where_plain_likelihood_does_not() -> None:
    imports = np.exp(np.arange(10.0))
    fit = firth(imports, (imports > 100).astype(float))
    assert np.isfinite(fit).all()
    assert 0 < fit.slope < 5
