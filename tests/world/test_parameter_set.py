"""A set of parameters is a value: what ships, own priors and changes on top, and its checksum."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import using
from triffin.world.data.own.priors import Priors
from triffin.world.registry.parameter_set import (
    ParameterSet,
    in_place,
    kept_by_parameters,
    own_checksums,
    shipped,
)
from triffin.world.registry.registry import all_parameters, shipped_parameter

EIGHT = {"trade_elasticity": {"value": 8.0}}


def test_what_ships_is_the_registry() -> None:
    assert dict(shipped()) == all_parameters()
    assert shipped() is shipped()
    assert shipped().checksum == ""
    assert own_checksums(shipped()) == {}


def test_a_change_stands_in_one_set_and_not_in_the_one_it_was_made_from() -> None:
    ours = shipped().with_changes(EIGHT)
    assert (ours.value("trade_elasticity"), shipped().value("trade_elasticity")) == (8.0, 4.0)
    assert list(ours.own) == ["trade_elasticity"]
    assert ours["trade_elasticity"].grade == "judgement"
    assert "4" in ours["trade_elasticity"].note
    assert len(ours) == len(shipped())


def test_a_later_change_stands_on_top_of_an_own_prior() -> None:
    prior = shipped().with_changes(EIGHT)["trade_elasticity"]
    both = (
        shipped()
        .with_prior({prior.name: prior})
        .with_changes({"dealer_congestion": {"value": 0.2}})
    )
    again = both.with_changes({prior.name: {"dist": "uniform", "low": 2.0, "high": 4.0}})
    assert set(both.own) == {"trade_elasticity", "dealer_congestion"}
    assert again.value(prior.name) == pytest.approx(3.0)
    assert again.quantile(prior.name, np.array([0.0, 1.0])).tolist() == [2.0, 4.0]


def test_sets_are_equal_where_their_own_entries_are() -> None:
    one, other = shipped().with_changes(EIGHT), shipped().with_changes(EIGHT)
    assert one == other != shipped()
    assert hash(one) == hash(other)
    assert one.checksum == other.checksum
    assert one != shipped().with_changes({"trade_elasticity": {"value": 8.5}})
    assert own_checksums(one) == {"prior": one.checksum}


def test_a_set_travels_to_another_process() -> None:
    ours = shipped().with_changes(EIGHT)
    sent = pickle.dumps(ours)
    back = pickle.loads(sent)
    assert back == ours
    assert dict(back) == dict(ours)
    assert len(sent) < 3000  # what ships is there already


def test_an_unknown_name_and_an_impossible_value_are_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'trade_elasticity'"):
        shipped()["trade_elasticty"]
    with pytest.raises(InputError, match="there is no parameter"):
        shipped().with_changes({"nothing": {"value": 1.0}})
    with pytest.raises(InputError, match="backstop_probability cannot be 2"):
        shipped().with_changes({"backstop_probability": {"value": 2.0}})


def test_draws_are_those_of_each_entry_at_its_own_column() -> None:
    u = {"trade_elasticity": np.array([0.1, 0.5]), "dealer_congestion": np.array([0.5, 0.9])}
    found = shipped().draw(tuple(u), u)
    low, middle = found["trade_elasticity"]
    assert low < middle == pytest.approx(shipped_parameter("trade_elasticity").value)
    assert found["dealer_congestion"][0] == pytest.approx(shipped().value("dealer_congestion"))


def test_priors_in_place_are_read_where_a_computation_begins() -> None:
    entry = shipped().with_changes(EIGHT)["trade_elasticity"]
    prior = Priors("mine.csv", {entry.name: entry}, (), "sum")
    assert in_place() is shipped()
    with using(prior=prior):
        ours = in_place()
    assert ours.value("trade_elasticity") == 8.0
    assert ours.file == "mine.csv"
    # Reading the value afterwards still counts: the set knows whose prior it is.
    assert prior.unread == ()


def test_what_is_kept_follows_the_parameters_and_counts_as_asked() -> None:
    calls: list[float] = []

    @kept_by_parameters
    def doubled(times: float, parameters: ParameterSet) -> float:
        calls.append(times)
        return times * parameters.value("trade_elasticity")

    ours = shipped().with_changes(EIGHT)
    assert [doubled(2.0, shipped()), doubled(2.0, ours), doubled(2.0, shipped())] == [8, 16, 8]
    assert len(calls) == 2
    same = ParameterSet(ours.entries, ours.own)
    assert doubled(2.0, parameters=same) == 16
    assert doubled(2.0, same) == 16
    assert "trade_elasticity" in same.asked
