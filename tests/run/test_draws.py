"""Draws: fixed columns, common random numbers, and what a scenario may change."""

from __future__ import annotations

import math

import numpy as np
import pytest

from triffin.scenario.loading import load_scenario
from triffin.scenario.schema import Scenario
from triffin.trade.closures import Closure, closures
from triffin.trade.parameter_draws import COLUMNS, DRAWN, draw, trade_changes
from triffin.world.base.errors import InputError
from triffin.world.registry import sampling
from triffin.world.registry.parameter_set import ParameterSet, shipped
from triffin.world.registry.registry import parameter


def uniforms(n: int, seed: int) -> np.ndarray:
    """(n, columns) points of a run."""
    return np.stack(list(sampling.uniforms(COLUMNS, n, seed).values()), axis=1)


def plan(*overrides: str, name: str = "japan-2025") -> Scenario:
    return load_scenario(name, overrides)


def test_the_columns_of_the_sequence_are_fixed() -> None:
    # Appending a column is fine; another order would change every published number.
    assert COLUMNS[:4] == (
        "closure",
        "trade_elasticity",
        "labor_supply_elasticity",
        "scale_elasticity",
    )
    assert COLUMNS[1:] == DRAWN
    assert uniforms(8, 1).shape == (8, len(COLUMNS))


def test_uniforms_lie_inside_0_and_1_and_cover_it_evenly() -> None:
    u = uniforms(1024, 7)
    assert u.min() > 0
    assert u.max() < 1
    for column in u.T:
        counts = np.histogram(column, bins=16, range=(0, 1))[0]
        assert (counts == 64).all()  # a Sobol sequence is balanced in every column


def test_more_draws_continue_fewer() -> None:
    np.testing.assert_array_equal(uniforms(100, 3)[:20], uniforms(20, 3))


def test_seeds_differ_and_repeat() -> None:
    np.testing.assert_array_equal(uniforms(16, 5), uniforms(16, 5))
    assert not np.array_equal(uniforms(16, 5), uniforms(16, 6))


@pytest.mark.parametrize("n", [0, -1, 1_000_001])
def test_an_impossible_number_of_draws_is_refused(n: int) -> None:
    with pytest.raises(InputError, match="from 1 to 1000000"):
        uniforms(n, 1)


def test_one_draw_is_a_draw() -> None:
    assert uniforms(1, 1).shape == (1, len(COLUMNS))


def test_two_scenarios_share_their_draws() -> None:
    chosen = closures(parameters=shipped())
    first, other = (
        draw(plan(name=name), chosen, 64, 1, parameters=shipped())
        for name in ("japan-2025", "us-eu-2025")
    )
    np.testing.assert_array_equal(first.closure, other.closure)
    assert (
        first.values.keys()
        == other.values.keys()
        == {
            "trade_elasticity",
            "labor_supply_elasticity",
        }
    )
    for name, values in first.values.items():
        np.testing.assert_array_equal(values, other.values[name])


def test_draws_follow_the_registry_s_distribution() -> None:
    entry = parameter("trade_elasticity")
    values = draw(plan(), closures(parameters=shipped()), 4096, 1, parameters=shipped()).values[
        "trade_elasticity"
    ]
    assert np.median(values) == pytest.approx(entry.value, rel=1e-3)
    # low and high of a lognormal are its 5 % and 95 % quantiles
    assert np.quantile(values, [0.05, 0.95]) == pytest.approx([2, 8], rel=0.01)


def test_a_scenario_s_value_is_used_everywhere_and_not_drawn() -> None:
    changed = draw(
        plan("changes.trade.trade_elasticity.value=6"),
        closures(parameters=shipped()),
        16,
        1,
        parameters=shipped(),
    )
    assert changed.central == {"trade_elasticity": 6.0}
    assert "trade_elasticity" not in changed.values
    (entry,) = [p for p in changed.parameters if p.name == "trade_elasticity"]
    assert (entry.value, entry.low, entry.high, entry.distribution) == (6, 6, 6, None)
    assert entry.grade == "judgement"
    assert "4" in entry.note


def test_a_scenario_s_distribution_replaces_the_registry_s() -> None:
    setting = "changes.trade.trade_elasticity={dist: uniform, low: 3, high: 5, source: me}"
    plain, changed = (
        draw(p, closures(parameters=shipped()), 256, 1, parameters=shipped())
        for p in (plan(), plan(setting))
    )
    values = changed.values["trade_elasticity"]
    assert 3 <= values.min() < 3.1 < 4.9 < values.max() <= 5
    assert changed.central == {"trade_elasticity": pytest.approx(4)}
    # The other columns do not move, and the changed one keeps its ranks.
    np.testing.assert_array_equal(
        changed.values["labor_supply_elasticity"], plain.values["labor_supply_elasticity"]
    )
    np.testing.assert_array_equal(np.argsort(values), np.argsort(plain.values["trade_elasticity"]))
    (entry,) = [p for p in changed.parameters if p.name == "trade_elasticity"]
    assert entry.source == "me"


def test_a_parameter_that_is_fixed_in_the_registry_can_be_drawn_by_a_scenario() -> None:
    setting = "changes.trade.scale_elasticity={dist: uniform, low: 0.1, high: 0.2, source: me}"
    values = draw(
        plan(setting), closures(parameters=shipped()), 64, 1, parameters=shipped()
    ).values["scale_elasticity"]
    assert values.std() > 0
    assert ((values >= 0.1) & (values <= 0.2)).all()


@pytest.mark.parametrize("name", ["pass_through_base", "value_added_share"])
def test_a_parameter_that_the_choice_of_model_fixes_cannot_be_changed(name: str) -> None:
    with pytest.raises(InputError) as refused:
        trade_changes(plan(f"changes.trade.{name}.value=0.5"))
    message = str(refused.value)
    assert name in message
    assert "trade_elasticity" in message
    assert refused.value.exit_code == 2


def test_changes_of_other_rooms_do_not_concern_trade() -> None:
    assert plan().changes is not None  # japan-2025 changes the price impact of Treasuries
    assert trade_changes(plan()) == {}


def test_the_weights_of_the_closures_add_up_to_one() -> None:
    chosen = closures(parameters=shipped())
    assert len(chosen) == 12
    assert math.fsum(c.weight for c in chosen) == pytest.approx(1, abs=1e-15)
    assert [c.weight for c in chosen] == pytest.approx([1 / 12] * 12)
    assert len({c.id for c in chosen}) == len({c.label for c in chosen}) == 12
    first = chosen[0]
    assert (first.model, first.revenue, first.retaliation) == (
        "ignatenko-2025",
        "tax-relief",
        "none",
    )


def test_closures_are_drawn_as_often_as_their_weights_say() -> None:
    chosen = closures(parameters=shipped())
    counts = np.bincount(
        draw(plan(), chosen, 1200, 1, parameters=shipped()).closure, minlength=len(chosen)
    )
    assert counts == pytest.approx(np.full(12, 100), abs=5)


def test_a_closure_without_weight_is_never_drawn() -> None:
    weights = _weighing(model_weight_roundabout=0.0, revenue_weight_lump_sum=3.0)
    chosen = closures(parameters=weights)
    assert {c.model for c in chosen} == {"ignatenko-2025", "ignatenko-2025-eaton-kortum"}
    drawn = draw(plan(), chosen, 512, 1, parameters=weights)
    lump_sum = np.array([chosen[k].revenue == "lump-sum" for k in drawn.closure])
    assert lump_sum.mean() == pytest.approx(0.75, abs=0.01)
    assert math.fsum(c.weight for c in chosen) == pytest.approx(1)


def test_no_weight_at_all_is_refused() -> None:
    names = ("one_sector", "roundabout", "eaton_kortum")
    weights = _weighing(**{f"model_weight_{name}": 0.0 for name in names})
    with pytest.raises(InputError, match="positive weight"):
        closures(parameters=weights)


def _weighing(**weights: float) -> ParameterSet:
    return shipped().with_changes({name: {"value": value} for name, value in weights.items()})


def test_every_uniform_has_a_closure() -> None:
    from triffin.trade.closures import assign

    chosen: tuple[Closure, ...] = closures(parameters=shipped())
    ends = assign(chosen, np.array([0.0, 1e-12, 1 - 1e-16, 1.0]))
    assert ends.tolist() == [0, 0, 11, 11]
