"""The scenarios that ship: complete, sourced, and what their titles say."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from scenario_samples import WriteFile

from triffin.scenario import Phase, list_scenarios, load_scenario
from triffin.scenario.loading import SHIPPED, shipped_names
from triffin.world import World, load_world, realized_path

ARCHITECTURE_EXAMPLE = """\
scenario: japan-2025
title: US-Japan tariff talks, as seen on 18 April 2025
world: world-2023
start: 2025-04-02
days: 135
information: 2025-04-18          # nothing later may enter
hegemon: USA
rival: CHN
focus: JPN
tariffs:
  - {from: 2025-04-05, set: {USA.*: 10%}}
  - {from: 2025-04-09, schedule: us-2025-04-02}        # a named schedule that ships
  - {from: 2025-04-09, days: 90, set: {USA.*: 10%, USA.CHN: 145%, CHN.USA: 125%}, note: pause}
deadlines: [2025-07-09]
demands:
  JPN:
    security: {usd_bn_per_year: [1.4, 8]}
    cars: {sector_tariff: 27.5%, offer: 15%, access: {usd_bn_per_year: [0, 5]}}
    deficit: {target: 0}
    investment: {usd_bn: [0, 550]}
    open_clause: true
treasuries:
  - {holder: JPN, sector: private, sell_foreign_bonds_usd_bn: 21.1, from: 2025-03-31, days: 12}
currency:
  JPY: {band: [130, 150], defend: false, funding: [deposits, treasuries]}
backstop: {federal_reserve: true}
changes:
  treasuries.price_impact_bp_per_100bn: {dist: lognormal, median: 12, low: 2, high: 70, source: "."}
"""


def us_rate(phase: Phase, world: World, partner: str) -> float:
    return float(phase.schedule.rates[0, world.index(partner), world.index("USA")])


def test_the_example_of_the_design_loads_as_it_stands(write: WriteFile) -> None:
    scenario = load_scenario(write(ARCHITECTURE_EXAMPLE))
    shipped = load_scenario("japan-2025")
    assert scenario.treasuries == shipped.treasuries
    assert scenario.demands == shipped.demands
    assert scenario.currency == shipped.currency
    assert scenario.deadlines == shipped.deadlines


def test_the_scenarios_of_day_one_ship() -> None:
    wanted = {
        "japan-2025",
        "liberation-day",
        "pause-2025",
        "deals-2025",
        "actual-2025",
        "us-china-decoupling",
        "universal-10",
        "us-eu-2025",
        *["japan-dumps", "no-backstop", "band-defended", "open-clause", "first-mover"],
        *["hegemon-backs-down", "hegemon-punishes", "china-pivot", "plaza-2025", "june-wall"],
        *["dollar-alternative", "china-australia-2020"],
    }
    listed = list_scenarios()
    assert wanted <= {entry["name"] for entry in listed}
    for entry in listed:
        assert list(entry) == ["name", "title", "world", "start", "days", "hegemon", "focus"]
    json.dumps(listed)


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_is_complete_sourced_and_explained(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.scenario == name
    assert scenario.sources
    assert scenario.information is not None
    assert scenario.source_file == f"{name}.yaml"
    assert json.loads(json.dumps(scenario.resolved)) == scenario.resolved
    phases = scenario.phases(load_world(scenario.world))
    assert sum(phase.days for phase in phases) == scenario.days
    assert phases[-1].schedule.rates.max() > 0 or scenario.withhold
    text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("#")
    assert not re.search(r"(^|[\s'\"])/[a-z]", text)


def test_liberation_day_is_the_announced_schedule_alone(world_2023: World) -> None:
    (phase,) = load_scenario("liberation-day").phases(world_2023)
    assert us_rate(phase, world_2023, "JPN") == 0.24
    assert float(phase.schedule.rates[0, world_2023.index("USA")].sum()) == 0.0


def test_the_pause_has_china_at_145_per_cent_and_the_answer_at_125(world_2023: World) -> None:
    (phase,) = load_scenario("pause-2025").phases(world_2023)
    usa, chn = world_2023.index("USA"), world_2023.index("CHN")
    assert us_rate(phase, world_2023, "CHN") == 1.45
    assert us_rate(phase, world_2023, "KEN") == 0.1
    assert float(phase.schedule.rates[0, usa, chn]) == 1.25


def test_the_deals_bring_japan_to_15_per_cent(world_2023: World) -> None:
    (phase,) = load_scenario("deals-2025").phases(world_2023)
    assert us_rate(phase, world_2023, "JPN") == 0.15
    assert phase.schedule.basis == "paid"


def test_decoupling_touches_nobody_else(world_2023: World) -> None:
    (phase,) = load_scenario("us-china-decoupling").phases(world_2023)
    assert float(phase.schedule.rates.sum()) == pytest.approx(1.45 + 1.25)


def test_the_letter_threatens_the_eu_alone(world_2023: World) -> None:
    before, after = load_scenario("us-eu-2025").phases(world_2023)
    changed = (before.schedule.rates != after.schedule.rates).sum()
    assert changed == 27
    assert us_rate(before, world_2023, "DEU") == 0.1
    assert us_rate(after, world_2023, "DEU") == 0.3


def test_the_realized_path_of_both_sides_is_the_one_in_the_data(world_2023: World) -> None:
    scenario = load_scenario("actual-2025")
    entries = [(str(entry.from_), str(entry.schedule)) for entry in scenario.tariffs or []]
    assert sorted(entries) == sorted([*realized_path("USA"), *realized_path("CHN")])
    phases = scenario.phases(world_2023)
    by_day = {str(phase.start): us_rate(phase, world_2023, "JPN") for phase in phases}
    assert by_day["2025-04-09"] == 0.24
    assert by_day["2025-04-10"] == 0.1
    assert by_day["2025-08-07"] == 0.15


def test_schedules_load_without_the_heavy_libraries() -> None:
    code = (
        "import sys, triffin.scenario.tariffs, triffin.scenario\n"
        "heavy = {'pandas', 'xarray', 'scipy', 'pydantic', 'ruamel', 'pyarrow', 'altair'}\n"
        "sys.exit(','.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
