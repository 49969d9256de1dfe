"""Boundaries ship with the package and join the economies by ISO code."""

from __future__ import annotations

from triffin.world import load_boundaries, load_world
from triffin.world.data.shipped import provenance


def test_features_carry_iso_codes() -> None:
    geometries = load_boundaries()["objects"]["countries"]["geometries"]
    code = {g["properties"]["name"]: g["properties"]["iso3"] for g in geometries}
    assert len(geometries) == 177
    assert code["Japan"] == "JPN"
    assert code["Kosovo"] == "XKX"
    assert code["N. Cyprus"] is None
    assert code["Somaliland"] is None
    known = [value for value in code.values() if value is not None]
    assert len(set(known)) == len(known) == 175


def test_the_map_shows_nearly_all_of_world_gdp() -> None:
    world = load_world("world-2023")
    geometries = load_boundaries()["objects"]["countries"]["geometries"]
    drawn = {g["properties"]["iso3"] for g in geometries}
    shown = sum(world.gdp[i] for i, code in enumerate(world.economies) if code in drawn)
    assert shown / world.gdp.sum() > 0.98


def test_public_domain_and_package_licence_are_both_stated() -> None:
    entry = provenance("countries-110m")
    assert "public domain" in entry["licence"]
    assert "ISC" in entry["licence"]
    assert "permission notice appear in all copies" in entry["licence_text"]
