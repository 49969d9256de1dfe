"""What a minister asks first: each is the answer below it, in one sentence."""

from __future__ import annotations

import numpy as np
import pytest

import triffin
from triffin.answers.headlines import first
from triffin.answers.statistics import by_choice, interval, turning
from triffin.results import Result


@pytest.fixture(scope="module")
def japan() -> Result:
    return triffin.run("japan-2025", draws=16)


@pytest.fixture(scope="module")
def everybody() -> Result:
    return triffin.run("universal-10", draws=8)


def test_the_six_come_first_and_only_where_they_are_asked(japan: Result, everybody: Result) -> None:
    asked = [entry["id"] for entry in japan.headline if entry["id"] in first()]
    assert [entry["id"] for entry in japan.headline][: len(asked)] == asked
    assert {"rate_at_end", "cost_per_point", "markets_ahead", "own_sale"} < set(asked)
    # without talks, markets or sales only what tariffs cost is asked
    without = {entry["id"] for entry in everybody.headline} & set(first())
    assert without == {"cost_per_point", "what_changes_it"}


def test_one_figure_has_one_value(japan: Result) -> None:
    for name, source in (
        ("rate_at_end", "focus_tariff"),
        ("own_sale", "yield_change_from_focus_sales"),
    ):
        for end in ("median", "low", "high", "unit"):
            assert japan.entry(name)[end] == japan.entry(source)[end]


def test_the_cost_of_a_point_is_what_the_lower_rate_is_worth(japan: Result) -> None:
    draws = japan.data["rate_welfare"].sel(party="focus").values
    gain = draws[:, 2] - draws[:, 0]  # 10 % instead of 24 %
    found = japan.data["headline_draws"].sel(headline="cost_per_point").values
    ratio = found / (gain / 14)
    assert ratio == pytest.approx(ratio[0], rel=1e-9)
    # a trillion of income a hundredth of which is 10 bn USD
    assert 30 < ratio[0] < 60


def test_markets_reach_farther_the_longer_they_have(japan: Result) -> None:
    rows = {row["name"]: row["high"] - row["low"] for row in japan.entry("markets_ahead")["table"]}
    for what in ("10-year yield, bp", "JPY per USD, %"):
        wide = [rows[f"{what}, {time}, 90 in 100"] for time in ("1 week", "4 weeks", "13 weeks")]
        assert wide == sorted(wide)
        inside = [rows[f"{what}, 4 weeks, {level} in 100"] for level in (50, 90, 98)]
        assert inside == sorted(inside)


def test_naive_rules_stand_beside_the_rate(japan: Result) -> None:
    rivals = {one["name"]: one["value"] for one in japan.entry("rate_at_end")["rivals"]}
    assert rivals == pytest.approx({"no change": 10.0, "announced": 24.0, "half-way": 17.0})


def test_an_answer_turns_on_the_convention_that_changes_its_sign() -> None:
    draws = np.array([1.0, 1.1, 0.9, -1.0, -1.1, -0.9])
    revenue = np.repeat(["lump-sum", "relief"], 3)
    model = np.array(["a", "b", "c"] * 2)
    choices = by_choice(draws, {"model": model, "revenue": revenue, "alone": np.ones(6)})
    assert list(choices) == ["revenue", "model"]
    assert turning(choices, interval(draws)) == ["revenue"]
    assert choices["revenue"]["relief"].median == -1.0
