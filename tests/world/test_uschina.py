"""The world of the trade war: prewar tariffs, the additions on top, and what does not add up."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sector_sources import same_bytes_as_shipped, source_of
from tools.build_data import uschina_2017

from triffin.world.loading import load_sector_world

FOUND = load_sector_world("uschina-2017")
USA, CHN = FOUND.world.index("USA"), FOUND.world.index("CHN")
CARS = FOUND.world.sectors.index("Motor Vehicles")


def test_the_war_adds_to_the_prewar_rate_of_one_pair_on_goods_alone() -> None:
    prewar = FOUND.world.tariff
    for name, exporter, importer in (("us", CHN, USA), ("china", USA, CHN)):
        added = FOUND.schedules[f"{name}-wave5-2018"] - prewar
        assert (added[:22, exporter, importer] > 0.03).all()
        assert not added[22:].any()
        added[:, exporter, importer] = 0
        assert not added.any()
    both = FOUND.schedules["us-china-wave5-2018"]
    single = FOUND.schedules["us-wave5-2018"] + FOUND.schedules["china-wave5-2018"] - prewar
    assert np.allclose(both, single, atol=1e-15)


def test_cars_carry_the_sum_of_both_rates() -> None:
    before = FOUND.world.tariff[CARS, CHN, USA]
    after = FOUND.schedules["us-wave5-2018"][CARS, CHN, USA]
    assert before == pytest.approx(0.0158, abs=1e-4)
    assert after - before == pytest.approx(0.269974289, abs=1e-9)


def test_tariffs_lie_on_goods_and_never_at_home() -> None:
    tariff = FOUND.world.tariff
    assert tariff.min() == 0
    assert 0.2 < tariff.max() < 0.5
    assert not tariff[22:].any()
    assert not tariff[:, range(7), range(7)].any()


def test_the_notes_say_how_far_the_table_is_from_balance() -> None:
    notes = " ".join(FOUND.world.notes)
    assert "does not balance" in notes
    assert "7.8 % (BRA)" in notes
    assert "20 of 308 cells" in notes
    gap, over = uschina_2017.residuals(
        {
            "trade": FOUND.world.trade,
            "tariff": FOUND.world.tariff,
            "value_added_share": FOUND.sectors.value_added_share,
            "gross_output": FOUND.sectors.gross_output,
            "input_share": FOUND.sectors.input_share,
            "final_share": FOUND.sectors.final_share,
            "gdp": FOUND.world.gdp,
        }
    )
    assert over == 20
    assert gap.max() == pytest.approx(0.0781, abs=1e-4)


def test_the_notes_give_the_size_of_the_war() -> None:
    notes = FOUND.world.notes[0]
    assert "3.1 % before, 23.8 points added" in notes
    assert "8.9 % before, 11.6 added" in notes


def test_totals_are_those_of_the_source() -> None:
    source = source_of("uschina-2017")
    with (source / "TradeFlow2017.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    million = sum(float(row["tradevalue"]) for row in rows)
    assert FOUND.world.trade.sum() == pytest.approx(million * 1e6, rel=1e-12)
    japan = sum(
        float(row["tradevalue"])
        for row in rows
        if (row["iso_o"], row["iso_d"], row["indcode"]) == ("JPN", "USA", "20")
    )
    assert FOUND.world.trade[CARS, FOUND.world.index("JPN"), USA] == pytest.approx(japan * 1e6)


def test_two_builds_give_the_shipped_bytes(tmp_path: Path) -> None:
    source = source_of("uschina-2017")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        assert same_bytes_as_shipped(uschina_2017.build(source, tmp_path / name))
        assert same_bytes_as_shipped(tmp_path / name / "elasticities-uschina-2017.csv")


def test_an_incomplete_or_doubled_table_stops_the_build(tmp_path: Path) -> None:
    path = tmp_path / "vashare.csv"
    path.write_text("iso_o,indcode,vashare\nBRA,1,.5\n", encoding="utf-8")
    with pytest.raises(ValueError, match="incomplete"):
        uschina_2017._table(path, ("indcode", "iso_o"), "vashare")
    path.write_text("iso_o,indcode,vashare\nBRA,1,.5\nBRA,1,.5\n", encoding="utf-8")
    with pytest.raises(ValueError, match="stands twice"):
        uschina_2017._table(path, ("indcode", "iso_o"), "vashare")
