"""Payoffs of the talks are exact solves, with signs economics demands and errors measured."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.strategy.payoffs.solves import TalksSetting, equilibrium_at, setting_of, solve_columns
from triffin.strategy.payoffs.table import (
    ACTIONS,
    NO_TARIFF_THREAT,
    RATES,
    Payoffs,
    exact_payoffs,
    payoffs,
)
from triffin.trade.one.counterfactual import counterfactual
from triffin.world import InputError, load_world
from triffin.world.registry.parameter_set import shipped

FEW = ("JPN", "EU", "CHN", "GBR", "VNM", "LSO")


@pytest.fixture(scope="module")
def table() -> Payoffs:
    return payoffs(load_world("world-2023"))


@pytest.fixture(scope="module")
def setting(table: Payoffs) -> TalksSetting:
    return table.setting


def test_90_partners_have_payoffs_and_four_are_named_as_missing(table: Payoffs) -> None:
    assert len(table.partners) == 90
    assert set(table.missing) == {"TWN", "LIE", "NRU", "FLK"}
    assert table.weight.sum() == pytest.approx(1)
    with pytest.raises(InputError, match="Taiwan: no trade data"):
        table.of("TWN", "announced")


def test_what_is_not_defined_is_missing_and_not_zero(table: Payoffs) -> None:
    undefined = {
        (table.partners[i], ACTIONS[a]) for i, a in np.argwhere(np.isnan(table.partner_bn))
    }
    assert undefined == {("CAN", "agreed"), ("MEX", "agreed"), ("CHN", "pivot")}
    assert np.array_equal(np.isnan(table.partner_bn), np.isnan(table.hegemon_bn))


def test_without_tariffs_nothing_changes() -> None:
    calm = setting_of(load_world("world-2023"), partners=FEW, status_quo={}, registry=shipped())
    found = solve_columns(calm, calm.column(np.zeros((2, len(FEW)))))
    assert np.abs(found.hegemon).max() < 1e-6
    assert np.abs(found.partners).max() < 1e-6


def test_every_partner_loses_from_a_higher_tariff_on_it(table: Payoffs) -> None:
    columns = [ACTIONS.index(action) for action in RATES]
    for i in range(len(table.partners)):
        rates, own = table.rates[i, columns], table.partner_bn[i, columns]
        rates, place = np.unique(rates[np.isfinite(rates)], return_index=True)
        assert np.all(np.diff(own[np.isfinite(own)][place]) < 0), table.partners[i]


def test_amounts_are_per_cent_of_gdp(table: Payoffs) -> None:
    world = load_world("world-2023")
    cell = table.of("JPN", "announced")
    gdp = world.gdp[world.index("JPN")] / 1e9
    assert cell["rate"] == 0.24
    assert cell["partner_bn"] == pytest.approx(cell["partner_pct"] / 100 * gdp)


def test_the_european_union_gets_the_sum_of_its_members(setting: TalksSetting) -> None:
    eu = setting.index("EU")
    column = setting.alone(eu, np.array([0.2]))[0]
    found = equilibrium_at(setting, column)
    inside = setting.members[eu] > 0
    assert inside.sum() == 27
    assert np.all(column[inside] == 0.2)
    assert setting.index("DEU") == eu
    total = (found.welfare * setting.gdp_bn / 100)[inside].sum()
    assert exact_payoffs(setting, "EU", [0.2]).partner_bn[0] == pytest.approx(
        total - solve_columns(setting, setting.column(setting.pause)[None]).partners[0, eu],
        abs=1e-6,
    )


def test_batched_payoffs_are_single_solves(table: Payoffs, setting: TalksSetting) -> None:
    """Threat, retaliation and pivot of Japan, each written out as tariffs and solved alone."""
    world, japan = setting.base.world, setting.index("JPN")
    h, j, rival = setting.hegemon, world.index("JPN"), setting.rival
    hit = setting.status_quo.copy()
    hit[j, h] = 0.24
    answered = hit.copy()
    answered[h, j] = 0.24
    closer = np.ones_like(hit)
    closer[j, rival] = closer[rival, j] = 0.95
    for action, rates, iceberg in (
        ("announced", hit, None),
        ("retaliate", answered, None),
        ("pivot", hit, closer),
    ):
        found = counterfactual(setting.base, rates, revenue=setting.revenue, iceberg=iceberg)
        a = ACTIONS.index(action)
        assert table.partner_pct[japan, a] == pytest.approx(found.welfare[j], abs=1e-8)
        assert table.hegemon_pct[japan, a] == pytest.approx(found.welfare[h], abs=1e-8)


def test_an_answer_costs_the_hegemon_and_a_pivot_helps_the_partner(table: Payoffs) -> None:
    hold, answer = table.column("announced"), table.column("retaliate")
    pivot = table.column("pivot")
    hit = np.array(table.partners) != "CHN"  # its tariff of 125 % is above the threatened rate
    assert np.all(answer[0][hit] < hold[0][hit])
    assert table.of("CHN", "retaliate") == pytest.approx(table.of("CHN", "announced"))
    known = np.isfinite(pivot[1])
    assert np.all(pivot[1][known] > hold[1][known])


def test_a_threat_alone_hurts_whoever_would_pay_more(table: Payoffs) -> None:
    more = table.setting.announced > table.setting.pause
    assert np.array_equal(table.status == NO_TARIFF_THREAT, ~more)


def test_some_gain_when_the_threat_is_executed_on_everybody(table: Payoffs) -> None:
    """Trade diversion: the reason why both evaluations are shown (models H.2)."""
    threatened = table.setting.announced > table.setting.pause
    spared = threatened & (table.status_joint == NO_TARIFF_THREAT)
    assert 10 < spared.sum() < 30
    baseline = table.setting.index("GBR")
    assert table.of("GBR", "joint")["partner_bn"] > table.of("GBR", "pause")["partner_bn"]
    assert table.status[baseline] == NO_TARIFF_THREAT


def test_to_be_spared_alone_is_better_than_to_be_hit_with_all(table: Payoffs) -> None:
    more = table.setting.announced > table.setting.pause
    assert np.all(table.column("exempt")[1][more] > table.column("joint")[1][more])


def test_security_keeps_partners_from_pivoting(table: Payoffs) -> None:
    free, _, value = table.reply()
    bound, _, less = table.reply(1.0)
    assert (free == "pivot").sum() > (bound == "pivot").sum()
    assert np.all(less <= value)
    assert value[table.setting.index("CHN")] >= table.of("CHN", "announced")["partner_bn"]


def test_the_date_of_information_hides_the_outcome() -> None:
    early = payoffs(load_world("world-2023"), partners=FEW, until="2025-04-18")
    assert np.isnan(early.setting.agreed).all()
    assert np.isnan(early.column("agreed")[0]).all()
    assert early.comparison() == []


def test_a_scenario_can_threaten_other_rates() -> None:
    world = load_world("world-2023")
    own = payoffs(world, partners=["JPN", "KOR"], announced={"JPN": 0.25})
    assert own.of("JPN", "announced")["rate"] == 0.25
    assert own.of("KOR", "announced")["rate"] == 0.25
    exact = exact_payoffs(own.setting, "Japan", [0.25]).partner_bn[0]
    pause = own.of("JPN", "pause")["partner_bn"]
    assert own.of("JPN", "announced")["partner_bn"] - pause == pytest.approx(exact, abs=1e-6)


def test_payoffs_are_the_same_bits_twice() -> None:
    world = load_world("world-2023")
    one, two = (payoffs(world, partners=FEW) for _ in range(2))
    assert one.partner_bn.tobytes() == two.partner_bn.tobytes()
    assert one.hegemon_bn.tobytes() == two.hegemon_bn.tobytes()
    assert one.surrogate.C.tobytes() == two.surrogate.C.tobytes()


def test_the_dataset_is_labelled(table: Payoffs) -> None:
    data = table.data
    assert data["partner_pct"].sel(partner="JPN", action="announced").item() == pytest.approx(
        table.of("JPN", "announced")["partner_pct"]
    )
    assert data["hegemon_bn"].attrs["units"] == "billion USD per year"


def test_unknown_partners_and_worlds_of_many_sectors_are_refused() -> None:
    with pytest.raises(InputError, match="not a partner"):
        payoffs(load_world("world-2023"), partners=["JPM"])
    with pytest.raises(InputError, match="many sectors"):
        payoffs(load_world("uschina-2017"))
    with pytest.raises(InputError, match="no partner has trade data"):
        payoffs(load_world("world-2023"), partners=["TWN"])
