"""`--sensitivities ECONOMY[:RESULT[:SECTOR]]`: targets, the JSON and the tables."""

from __future__ import annotations

import json

import pytest
from tests.trade.synthetic_sectors import synthetic_world

from triffin.app.commands.trade.sensitivity import as_document, find, parse_target, print_dependence
from triffin.trade.equilibrium import solve
from triffin.trade.many import sector_baseline, solve_sectors
from triffin.world.base.errors import InputError
from triffin.world.loading import load_world


@pytest.fixture(scope="module")
def announced():
    return solve(load_world("world-2023"), "us-2025-04-02")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USA", ("USA", "welfare", None)),
        ("EU: exports", ("EU", "exports", None)),
        ("JPN:sector_output:Motor vehicles: all", ("JPN", "sector_output", "Motor vehicles: all")),
    ],
)
def test_a_target_names_an_economy_a_result_and_a_sector(text, expected):
    assert parse_target(text) == expected


@pytest.mark.parametrize("text", ["", ":welfare", "USA:", "USA::cars"])
def test_an_incomplete_target_is_refused(text):
    with pytest.raises(InputError, match="does not name a result"):
        parse_target(text)


def test_the_document_lists_what_matters_most_first(announced):
    document = json.loads(json.dumps(as_document(find(announced, "USA:welfare"))))
    assert (document["economy"], document["result"]) == ("USA", "welfare")
    assert document["value"] == pytest.approx(1.13, abs=0.005)
    first = document["tariffs"][0]
    assert (first["importer"], first["exporter"], first["sector"]) == ("USA", "CAN", "all")
    sizes = [abs(entry["derivative"]) for entry in document["tariffs"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == 200 < document["tariffs_in_all"]
    names = {entry["name"] for entry in document["parameters"]}
    assert {"trade_elasticity", "labor_supply_elasticity"} <= names


def test_the_tables_show_steps_a_reader_can_picture(announced, capsys):
    print_dependence(find(announced, "non-USA:deficit"), count=3)
    shown = capsys.readouterr()
    assert "deficit of non-USA" in shown.out
    assert "if +10 pp" in shown.out
    assert "if +10 %" in shown.out
    assert "trade_elasticity" in shown.out
    assert "first-order" in shown.err


def test_results_by_sector_name_it(capsys):
    world, data = synthetic_world(3, 2, seed=1)
    base = sector_baseline(world, data)
    found = find(solve_sectors(base, base.tariff), "E001:sector_prices:sector 2")
    print_dependence(found, count=4)
    assert "sector_prices of E001, sector 2" in capsys.readouterr().out
    assert as_document(found)["sector"] == "sector 2"
