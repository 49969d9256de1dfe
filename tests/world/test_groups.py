"""Groups name their members, what is missing and how their figures are weighted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from triffin.world import InputError, group, group_members, group_names, load_world
from triffin.world.model import World


@pytest.fixture
def world() -> World:
    return load_world("world-2023")


def test_the_eu_of_the_paper_has_25_members_without_czechia_and_slovakia(world: World) -> None:
    paper, eu = group_members(world, "EU-paper"), group_members(world, "EU")
    assert (len(paper), len(eu)) == (25, 27)
    assert set(eu) - set(paper) == {"CZE", "SVK"}
    assert "GBR" not in eu


def test_all_but_one_and_all(world: World) -> None:
    assert set(group_members(world, "world")) - set(group_members(world, "non-USA")) == {"USA"}
    assert "JPN" not in group_members(world, "non-JPN")
    assert not set(group_members(world, "non-EU")) & set(group_members(world, "EU"))
    assert group_members(world, "JPN") == ("JPN",)


def test_members_stand_in_the_order_of_the_world(world: World) -> None:
    positions = [world.index(code) for code in group_members(world, "EU")]
    assert positions == sorted(positions)


def test_weights_and_missing_members_are_stated(world: World) -> None:
    assert "weighted by baseline spending" in group(world, "EU-paper").note
    assert "weighted by GDP" in group(world, "non-USA", weight="gdp_usd").note
    few = replace(world, economies=("DEU", "FRA", "USA"), names=("Germany", "France", "US"))
    eu = group(few, "EU")
    assert eu.members == ("DEU", "FRA")
    assert len(eu.missing) == 25
    assert "not in this world: AUT" in eu.note


def test_own_groups_and_own_names_win(world: World) -> None:
    own = replace(world, groups={"quad": ("USA", "JPN", "IND", "AUS")})
    assert group_members(own, "quad") == ("AUS", "IND", "JPN", "USA")
    assert "JPN" not in group_members(own, "non-quad")
    assert "quad" in group_names(own)
    regions = replace(world, economies=("EU", "USA"), names=("European Union", "United States"))
    assert group_members(regions, "EU") == ("EU",)
    assert group_members(regions, "non-USA") == ("EU",)
    assert "EU" not in group_names(regions)


def test_unknown_and_empty_groups_are_refused(world: World) -> None:
    with pytest.raises(InputError, match="Did you mean 'EU-paper'"):
        group(world, "EU-papr")
    with pytest.raises(InputError, match="is not a group"):
        group(world, "non-XYZ")
    few = replace(world, economies=("JPN", "USA"), names=("Japan", "United States"))
    with pytest.raises(InputError, match="no member"):
        group(few, "EU")
    assert group_names(few) == ("non-USA", "world")
