"""`triffin optimal`, `nash`, `payoffs`, `cooperate`, and sector views of `triffin trade`."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import triffin


def test_optimal_has_the_keys_of_the_interface() -> None:
    found = triffin("optimal", "world-2023", "USA", "--uniform", "--json").json
    keys = {
        "tariffs",
        "welfare",
        "first_order_condition",
        "best_deviation_gain",
        "status",
        "seconds",
    }
    assert keys <= set(found)
    assert found["status"] == "converged"
    rates = set(found["tariffs"]["USA"].values())
    assert len(rates) == 1
    assert round(100 * rates.pop(), 2) == 25.12
    assert round(found["welfare"]["USA"], 3) == 1.806


def test_nash_takes_players() -> None:
    found = triffin("nash", "world-2023", "--players", "USA,CHN", "--json").json
    assert set(found["tariffs"]) == {"USA", "CHN"}
    assert found["deficits"] == "balanced"
    assert found["best_deviation_gain"] < 0


def test_players_may_be_separated_by_commas_or_spaces() -> None:
    by_comma = triffin("nash", "uschina-2017", "--players", "USA,CHN", "--json").json
    by_space = triffin("nash", "uschina-2017", "--players", "USA", "CHN", "--json").json
    assert by_comma["tariffs"] == by_space["tariffs"]
    assert triffin("nash", "uschina-2017", "USA").code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("optimal", "world-2023", "JPM"), "JPN"),
        (("optimal", "world-2023", "USA", "--deficits", "fixed"), "well-posed"),
        (("nash", "world-2023", "--players", "USA,XXX"), "XXX"),
        (("nash", "world-2023", "--players", ""), "no player is named"),
        (("payoffs", "uschina-2017", "USA,CHN"), "for worlds of one sector, and uschina-2017 has"),
        (("payoffs", "world-2023", ","), "no player"),
        (("payoffs", "world-2023", "USA,CHN", "--out", "x.bmp"), "bmp"),
    ],
)
def test_mistakes_are_named(arguments: tuple[str, ...], message: str, workplace: Path) -> None:
    outcome = triffin(*arguments, "--json")
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.out == ""
    assert not list(workplace.iterdir())


def test_payoffs_are_a_table_and_a_picture(workplace: Path) -> None:
    found = triffin("payoffs", "world-2023", "USA,CHN", "--out", "p.svg", "--json").json
    peace = next(r for r in found["rows"] if {r["USA plays"], r["CHN plays"]} == {"free-trade"})
    assert peace["USA welfare"] == pytest.approx(0, abs=1e-9)
    assert (workplace / "p.svg").read_text().startswith("<svg")


def test_cooperation_leaves_nobody_worse_off_than_war() -> None:
    found = triffin("cooperate", "world-2023", "USA,CHN", "--json").json
    assert found["outcome"] == "agreement"
    for welfare in found["welfare"].values():
        assert welfare["cooperation"] > welfare["nash"]


def test_cars_cost_japan_more_at_27_than_at_15_per_cent() -> None:
    cost = {}
    for rate in ("27.5%", "15%"):
        found = triffin(
            "trade", "uschina-2017", "--set", f"USA.JPN.Motor Vehicles={rate}", "--json"
        ).json
        assert found["year"] == 2017
        cost[rate] = found["economies"]["JPN"]["welfare"]
        assert found["sectors"]["Motor Vehicles"]["JPN"]["output"] < 0
        assert found["sectors"]["Motor Vehicles"]["USA"]["output"] > 0
    assert cost["27.5%"] < cost["15%"] < 0


def test_sector_view_names_a_sector_or_an_economy(workplace: Path) -> None:
    setting = ("--set", "USA.*.goods=10%")
    by_sector = triffin("trade", "uschina-2017", *setting, "--sector", "Motor Vehicles")
    assert "Motor Vehicles, 2017" in by_sector.out
    by_economy = triffin("trade", "uschina-2017", *setting, "--sector", "USA", "--out", "s.png")
    assert "Fishing" in by_economy.out
    assert (workplace / "s.png").read_bytes().startswith(b"\x89PNG")
    wrong = triffin("trade", "uschina-2017", *setting, "--sector", "Motor Vehicels")
    assert wrong.code == 2
    assert "Motor Vehicles" in wrong.err


def test_sensitivities_stand_in_the_document() -> None:
    found = triffin(
        "trade", "world-2023", "--tariffs", "us-2025-04-02", "--sensitivities", "JPN", "--json"
    ).json["sensitivities"]
    assert (found["result"], found["economy"]) == ("welfare", "JPN")
    sizes = [abs(row["derivative"]) for row in found["tariffs"]]
    assert sizes == sorted(sizes, reverse=True)
    on_japan = next(
        row for row in found["tariffs"] if (row["importer"], row["exporter"]) == ("USA", "JPN")
    )
    assert on_japan["derivative"] < 0
    assert "trade_elasticity" in {row["name"] for row in found["parameters"]}
