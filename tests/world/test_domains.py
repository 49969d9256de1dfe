"""No value or draw of a parameter leaves the numbers in which the quantity has its meaning."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from triffin.scenario.loading import load_scenario
from triffin.world import InputError
from triffin.world.data.own.priors import read_priors
from triffin.world.registry.domain import Domain
from triffin.world.registry.registry import Parameter, all_parameters, parameter

BOUNDED = [p for p in all_parameters().values() if math.isfinite(p.domain.low)]


def outside(entry: Parameter) -> float:
    return entry.domain.low - 1.0


@pytest.mark.parametrize("entry", all_parameters().values(), ids=lambda entry: entry.name)
def test_every_entry_stays_within_its_domain(entry: Parameter) -> None:
    assert all(value in entry.domain for value in (entry.value, entry.low, entry.high))
    draws = entry.quantile(np.array([1e-9, 0.01, 0.5, 0.99, 1 - 1e-9]))
    assert all(float(value) in entry.domain for value in draws)


def test_shares_and_probabilities_are_from_0_to_1_and_volatilities_above_0() -> None:
    for entry in all_parameters().values():
        if entry.unit in ("share", "probability"):
            assert entry.domain.low >= 0, entry.name
            assert entry.domain.high <= 1, entry.name
        if "sqrt(year)" in entry.unit:
            assert 0.0 not in entry.domain, entry.name


@pytest.mark.parametrize("entry", BOUNDED, ids=lambda entry: entry.name)
def test_a_change_beyond_the_domain_is_refused(entry: Parameter) -> None:
    with pytest.raises(InputError, match=f"{entry.name} cannot be"):
        load_scenario("pause-2025", [f"changes.{entry.name}={outside(entry)!r}"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clause_share", 2),
        ("permanent_share", 5),
        ("backstop_cap_bn_per_day", -10),
        ("trade_elasticity", 0),
    ],
)
def test_own_priors_are_held_to_the_domain_too(tmp_path: Path, name: str, value: float) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"name,value,source\n{name},{value},me\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"line 2.*{name} cannot be {value}"):
        read_priors(path)


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("trade_elasticity", {"dist": "normal", "mean": 5.0, "sd": 1.0}),
        ("permanent_share", {"dist": "uniform", "low": 0.5, "high": 1.5}),
        ("permanent_share", {"dist": "lognormal", "median": 0.3, "low": 0.2, "high": 0.5}),
        ("blend_scale", {"dist": "triangular", "low": -0.1, "mode": 0.1, "high": 0.2}),
    ],
)
def test_a_distribution_whose_draws_leave_the_domain_is_refused(
    name: str, distribution: dict[str, object]
) -> None:
    with pytest.raises(InputError, match=f"{name} cannot follow this"):
        parameter(name).refuse_beyond(None, distribution)


def test_a_domain_is_written_as_an_interval() -> None:
    domain = Domain.parse("(0, 1]")
    assert (0.0 in domain, 1e-9 in domain, 1.0 in domain, 1.1 in domain) == (
        False,
        True,
        True,
        False,
    )
    assert str(domain) == "(0, 1]"
    assert Domain.parse(str(Domain.parse("[0, inf)"))) == Domain(0.0, math.inf, False, True)
    with pytest.raises(InputError):
        Domain.parse("[1, 0]")
