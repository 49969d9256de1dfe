"""The catalogue defines every variable once, with dimensions, unit, label and definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from triffin.world import InputError, variables
from triffin.world.data.catalogue import DIMENSIONS, read_catalogue, variable

RESULTS = (
    "welfare",
    "real_income",
    "deficit",
    "exports",
    "imports",
    "employment",
    "prices",
    "wage",
    "revenue",
)


def test_the_results_of_the_interface_are_defined_per_economy_in_per_cent() -> None:
    for name in RESULTS:
        entry = variable(name)
        assert entry.dims == ("economy",)
        assert entry.unit.startswith("per cent")
    assert "not consumer inflation" in variable("prices").description
    assert "baseline spending" in variable("revenue").description
    assert "imports minus exports" in variable("deficit").description


def test_every_variable_is_complete_and_labels_are_unique() -> None:
    found = variables()
    labels = [entry.label for entry in found.values()]
    assert len(set(labels)) == len(labels)
    for name, entry in found.items():
        assert entry.name == name
        assert set(entry.dims) <= set(DIMENSIONS)
        assert entry.description.endswith(".")


def test_trade_runs_from_exporters_to_importers() -> None:
    for name in ("trade", "trade_counterfactual", "tariff", "tariff_statutory"):
        assert variable(name).dims == ("sector", "exporter", "importer")


def test_an_unknown_variable_gets_the_nearest_match() -> None:
    with pytest.raises(InputError, match="Did you mean 'welfare'"):
        variable("wellfare")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("x: 1\n", "the keys none"),
        ("x: {dims: [economy], unit: a, label: b}\n", "the keys dims, label, unit"),
        ("x: {dims: [econmy], unit: a, label: b, description: c}\n", "Did you mean 'economy'"),
        ("x: {dims: [economy], unit: '', label: b, description: c}\n", "unit is ''"),
    ],
)
def test_a_bad_entry_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_catalogue(path)
