"""`--set PATH=VALUE` on a scenario."""

from __future__ import annotations

import pytest
from scenario_samples import PLAIN, WriteFile

from triffin.scenario import load_scenario
from triffin.scenario.overrides import plain_path
from triffin.world import InputError, World


def test_plain_values_can_be_set() -> None:
    scenario = load_scenario("japan-2025", ["focus=KOR", "days=120", "title=Korea"])
    assert (scenario.focus, scenario.days, scenario.title) == ("KOR", 120, "Korea")


def test_later_overrides_win() -> None:
    assert load_scenario("japan-2025", ["days=120", "days=130"]).days == 130


def test_entries_count_from_zero_and_pairs_keep_their_dots() -> None:
    scenario = load_scenario("japan-2025", ["tariffs.2.set.USA.JPN=24%"])
    assert (scenario.tariffs or [])[2].set == {
        "USA.*": 0.1,
        "USA.CHN": 1.45,
        "CHN.USA": 1.25,
        "USA.JPN": 0.24,
    }


def test_lists_mappings_and_sections_can_be_set() -> None:
    scenario = load_scenario(
        "japan-2025",
        [
            "focus_rates=[20%, 0.05]",
            "currency.JPY.band=[120, 160]",
            "currency.EUR.band=[1.0, 1.2]",
            "demands.KOR.cars.offer=15%",
            "changes.trade.trade_elasticity=3",
            "changes.treasuries.price_impact_bp_per_100bn.median=10",
        ],
    )
    assert scenario.focus_rates == [0.2, 0.05]
    assert sorted(scenario.currency or {}) == ["EUR", "JPY"]
    assert sorted(scenario.demands or {}) == ["JPN", "KOR"]
    assert sorted(scenario.changes or {}) == [
        "price_impact_bp_per_100bn",
        "trade_elasticity",
    ]


def test_a_section_set_to_nothing_is_not_asked() -> None:
    scenario = load_scenario("japan-2025", ["currency=", "treasuries=null"])
    assert scenario.currency is None
    assert scenario.treasuries is None


def test_the_final_tariff_holds_from_the_last_change_to_the_end(world_2023: World) -> None:
    phases = load_scenario("japan-2025", ["tariff.USA.JPN=15%"]).phases(world_2023)
    usa, jpn = world_2023.index("USA"), world_2023.index("JPN")
    found = [float(phase.schedule.rates[0, jpn, usa]) for phase in phases]
    assert found == [0.0, 0.1, 0.1, 0.15]
    assert "USA.JPN" in phases[-1].label


def test_final_tariffs_apply_in_their_order(world_2023: World) -> None:
    overrides = ["tariff.USA.JPN=15%", "tariff.USA.*=5%", "tariff.USA.EU=30%"]
    last = load_scenario("japan-2025", overrides).phases(world_2023)[-1]
    usa = world_2023.index("USA")
    rates = {c: float(last.schedule.rates[0, world_2023.index(c), usa]) for c in ("JPN", "DEU")}
    assert rates == {"JPN": 0.05, "DEU": 0.3}


def test_a_final_tariff_needs_no_tariffs_in_the_file(write: WriteFile, world_2023: World) -> None:
    (phase,) = load_scenario(write(PLAIN), ["tariff.USA.*=10%"]).phases(world_2023)
    assert float(phase.schedule.rates.max()) == 0.1


def test_a_shorter_horizon_cuts_dates_instead_of_refusing_them(world_2023: World) -> None:
    scenario = load_scenario("japan-2025", ["days=5"])
    assert len(scenario.phases(world_2023)) == 2


def test_an_entry_may_stand_in_brackets() -> None:
    dotted, bracketed = (
        load_scenario("japan-2025", [f"{path}=24%"])
        for path in ("tariffs.2.set.USA.JPN", "tariffs[2].set.USA.JPN")
    )
    assert dotted.tariffs == bracketed.tariffs


@pytest.mark.parametrize(
    ("override", "part"),
    [
        ("focs=KOR", "focus"),
        ("tarif.USA.JPN=3%", "tariff"),
        ("focus=KORR", "KOR"),
        ("focus.x=3", "no parts"),
        ("tariffs.7.set.USA.JPN=3%", "0 to 2"),
        ("tariffs.x=3", "0 to 2"),
        ("tariffs.-1=3", "0 to 2"),
        ("tariffs.2.sett=1", "set"),
        ("tariffs.2.set.USA.JPN=24", "percent"),
        ("tariffs.2.set=3", "mapping"),
        ("tariffs.1.schedule=us-2025-08-07", "information"),
        ("tariff=3%", "no pair"),
        ("tariff.USA=3%", "on whom"),
        ("tariff.USA.JPNN=3%", "JPN"),
        ("tariff.USA.JPN=", "empty"),
        ("tariff.USA.USA=3%", "own goods"),
        ("changes.trade.trade_elasticty=3", "trade_elasticity"),
        ("demands.JPM.open_clause=true", "JPN"),
        ("currency.JPX.band=[1, 2]", "JPY"),
        ("treasuries.0.sector=privat", "private"),
        ("days=0", "days"),
        ("start=2025-02-30", "not a date"),
        ("title=a: b", "cannot be read"),
        ("title=a\nfocus: KOR", "one line"),
        ("extends=japan-2025", "extends"),
        ("days", "PATH=VALUE"),
        ("=3", "PATH=VALUE"),
        ("", "PATH=VALUE"),
        (".=3", "''"),
        ("demands..open_clause=true", "economy"),
    ],
)
def test_what_cannot_be_set_is_refused_by_name(override: str, part: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("japan-2025", [override])
    assert "--set" in str(caught.value)
    assert part in str(caught.value)


def test_a_pair_below_tariffs_is_one_of_the_final_tariffs() -> None:
    pair = load_scenario("japan-2025", ["tariffs.USA.JPN=15%"])
    assert pair.resolved == load_scenario("japan-2025", ["tariff.USA.JPN=15%"]).resolved
    assert plain_path("tariffs[0].set.USA.*") == "tariffs.0.set.USA.*"
    assert plain_path("tariffs") == "tariffs"
