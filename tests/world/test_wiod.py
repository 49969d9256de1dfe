"""The world input-output table becomes a world without negative entries that adds up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sector_sources import same_bytes_as_shipped, source_of
from tools.build_data import wiod

from triffin.world.importers.input_output import without_negatives, world_arrays
from triffin.world.loading import load_sector_world

YEARS = (2008, 2011)


def small_table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two economies of one sector, million USD: inventories of the first fall by 4."""
    inter = np.array([[20.0, 10.0], [5.0, 30.0]])
    final = np.zeros((2, 10))
    final[0, 0], final[0, 4], final[0, 5] = 74.0, -4.0, 0.0
    final[1, 5], final[1, 9] = 60.0, 5.0
    return inter, final, inter.sum(axis=1) + final.sum(axis=1)


def test_a_fall_of_inventories_is_served_by_output_with_the_same_input_coefficients() -> None:
    inter, final, output = small_table()
    table = without_negatives(inter, final, output, ["A", "B"], uses=5)
    assert table.negative == (1, 0)
    assert table.moved == 4e6
    raised = np.linalg.solve(np.eye(2) - inter / output, [4.0, 0.0])
    produced = table.inter.sum(axis=1) + table.final.sum(axis=1)
    assert np.allclose(produced / 1e6, output + raised, rtol=1e-7)
    assert np.allclose(table.inter / produced, inter / output, rtol=1e-7)
    assert (table.final >= 0).all()


def test_a_table_without_negatives_stays_as_it_is() -> None:
    inter, final, _ = small_table()
    kept = np.maximum(final, 0)
    output = inter.sum(axis=1) + kept.sum(axis=1)
    table = without_negatives(inter, kept, output, ["A", "B"], uses=5)
    assert (table.negative, table.moved, table.raised) == ((0, 0), 0, 0)
    assert np.array_equal(table.inter, inter * 1e6)


def test_inputs_without_output_stop_the_build() -> None:
    inter, final, output = small_table()
    with pytest.raises(ValueError, match="without output"):
        without_negatives(inter, final, output * [0, 1], ["A", "B"], uses=5)


def test_a_sector_that_produces_nothing_has_no_inputs_and_value_added_of_one() -> None:
    inter = np.array([[10.0, 0.0, 5.0, 0.0], [0.0] * 4, [2.0, 0, 8.0, 3.0], [1.0, 0, 1.0, 2.0]])
    final = np.zeros((4, 10))
    final[[0, 2, 3], [0, 5, 0]] = 30.0
    output = inter.sum(axis=1) + final.sum(axis=1)
    table = without_negatives(inter, final, output, list("abcd"), uses=5)
    arrays = world_arrays(table, ["USA", "JPN"], ["United States", "Japan"], ["Goods", "Services"])
    assert arrays["gross_output"][1, 0] == 0
    assert arrays["value_added_share"][1, 0] == 1
    assert not arrays["input_share"][:, 1, 0].any()
    assert arrays["trade"].shape == (2, 2, 2)
    # exporter JPN (second block of rows) sells goods to USA: 2 to its goods industry
    assert arrays["trade"][0, 1, 0] == 2e6


def test_the_notes_state_what_was_moved() -> None:
    for year, count, share, raised in ((2011, 346, "0.12", "0.26"), (2008, 241, "0.19", "0.42")):
        first = load_sector_world(f"wiod-{year}").world.notes[0]
        assert f"{count} changes of inventories" in first
        assert f"{share} % of world output" in first
        assert f"raises world output by {raised} %" in first


def test_codes_are_iso_codes() -> None:
    economies = load_sector_world("wiod-2011").world.economies
    assert {"ROU", "ROW", "TWN"} <= set(economies)
    assert not {"ROM", "RoW"} & set(economies)


@pytest.mark.parametrize("year", YEARS)
def test_totals_are_those_of_the_source(year: int) -> None:
    source = source_of(f"wiod-{year}")
    with np.load(source / "wiot.npz") as archive:
        inter, final = archive["inter"].astype(float), archive["final"].astype(float)
        output = archive["output"].astype(float)
    found = load_sector_world(f"wiod-{year}")
    data = found.sectors
    n, s = 41, 35
    # Value-added shares are the source's own, cell by cell.
    share = 1 - (inter.sum(axis=0) / np.where(output > 0, output, 1)).reshape(n, s).T
    made = output.reshape(n, s).T > 0
    assert np.abs(data.value_added_share - share)[made].max() < 1e-6
    # Sales to final uses without negative entries are untouched: the rest is inputs.
    cost = (1 - data.value_added_share) * data.gross_output
    used = np.einsum("ksn,sn->kn", data.input_share, cost)
    final_use = np.maximum(final, 0).reshape(n, s, n, 5).sum(axis=(0, 3)) * 1e6
    bought = found.world.trade.sum(axis=1) - used
    assert np.abs(bought - final_use).max() < 1e-9 * bought.sum()
    # Output grows by what serves the falls of inventories, and by no more than half a per cent.
    assert 0 < data.gross_output.sum() / (output.sum() * 1e6) - 1 < 0.005


@pytest.mark.parametrize("year", YEARS)
def test_two_builds_give_the_shipped_bytes(year: int, tmp_path: Path) -> None:
    source = source_of(f"wiod-{year}")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        assert same_bytes_as_shipped(wiod.build(source, year, tmp_path / name))


def test_the_elasticities_rebuild_from_the_shipped_nafta_world(tmp_path: Path) -> None:
    wiod.build_elasticities(tmp_path)
    assert same_bytes_as_shipped(tmp_path / "elasticities-wiod.csv")
