"""Scenarios in which trade is withheld: what the run says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import triffin
from triffin.scenario.loading import load_scenario
from triffin.world.base.errors import InputError

HEAD = """
scenario: withheld
world: {world}
start: 2025-01-01
days: 100
hegemon: {by}
focus: {on}
withhold:
  - {{{row}}}
"""


def scenario(folder: Path, row: str, *, world: str = "nafta-1993", by="USA", on="MEX") -> Path:
    path = folder / "withheld.yaml"
    path.write_text(HEAD.format(world=world, row=row, by=by, on=on))
    return path


def answers(path: Path) -> dict[str, str]:
    found = triffin.run(path, draws=4, seed=1)
    return {entry["id"]: entry["answer"] for entry in found.headline}


def test_a_ban_on_cars_is_told_first_with_both_sides_and_what_is_at_stake(tmp_path) -> None:
    row = "by: USA, from_whom: MEX, sectors: Auto, from: 2025-01-05"
    told = answers(scenario(tmp_path, row))
    assert next(iter(told)) == "withheld_trade"
    assert "Mexico: loses" in told["withheld_trade"]
    assert "bn USD a year" in told["withheld_trade"]


def test_what_is_too_small_is_said_and_never_reads_zero(tmp_path) -> None:
    row = "by: GRC, from_whom: NZL, sectors: Wood, from: 2025-01-05"
    told = answers(scenario(tmp_path, row, by="GRC", on="NZL"))
    assert "too small to show" in told["withheld_trade"]
    assert "too small to show" in told["focus_welfare"]


def test_stocks_that_outlast_the_scenario_are_told(tmp_path) -> None:
    row = "by: USA, from_whom: MEX, sectors: Auto, from: 2025-01-05, stocks: 6 months"
    assert "Stocks last until" in answers(scenario(tmp_path, row))["withheld_trade"]


def test_narrow_goods_are_a_table_and_nothing_else_is_answered(tmp_path) -> None:
    row = "by: CHN, from_whom: USA, goods: magnets, from: 2025-01-05"
    told = answers(scenario(tmp_path, row, world="world-2022", by="CHN", on="USA"))
    assert "Two numbers decide" in told["withheld_trade"]
    assert "focus_welfare" not in told


def test_instruments_are_read_as_withholding_with_a_note(tmp_path) -> None:
    path = scenario(tmp_path, "x: 1")
    path.write_text(
        path.read_text().partition("withhold:")[0]
        + "instruments:\n  - {type: ban, importer: MEX, exporter: USA, sector: Auto, from: "
        "2025-01-05}\n"
    )
    found = load_scenario(path)
    assert [(one.by, one.buys, one.reduction) for one in found.withhold] == [(("MEX",), True, 1.0)]
    assert any("instruments" in note for note in found.notes)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("by: USA, from_whom: USA, sectors: Auto, from: 2025-01-05", "itself"),
        ("by: USX, from_whom: MEX, sectors: Auto, from: 2025-01-05", "USX"),
        ("by: USA, from_whom: MEX, sectors: Autos, from: 2025-01-05", "Autos"),
        ("by: USA, from_whom: MEX, goods: bananas, from: 2025-01-05", "bananas"),
        ("by: USA, from_whom: MEX, from: 2025-01-05", "one of the two"),
        ("by: USA, from_whom: MEX, sectors: Auto, rents: exporter, from: 2025-01-05", "ban"),
        ("by: USA, from_whom: MEX, sectors: Auto, stocks: soon, from: 2025-01-05", "months"),
        ("by: USA, from_whom: MEX, sectors: Auto, from: 2025-01-05, until: 2025-01-01", "before"),
        ("by: USA, from_whom: MEX, sectors: Auto, reduction: 120%, from: 2025-01-05", "share"),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_line(tmp_path, row, words) -> None:
    with pytest.raises(InputError, match=words) as refused:
        load_scenario(scenario(tmp_path, row))
    assert refused.value.line == 9
