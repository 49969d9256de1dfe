"""Payoffs of the talks are exact solves, with the signs that economics demands."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.strategy.payoffs.solves import (
    TalksSetting,
    exact_payoffs,
    in_closure,
    setting_of,
    solve_columns,
)
from triffin.trade.one.counterfactual import counterfactual
from triffin.world import InputError, load_world
from triffin.world.registry.parameter_set import shipped

FEW = ("JPN", "EU", "CHN", "GBR", "VNM", "LSO")


@pytest.fixture(scope="module")
def setting() -> TalksSetting:
    return setting_of(load_world("world-2023"), registry=shipped())


def test_90_partners_have_payoffs_and_four_are_named_as_missing(setting: TalksSetting) -> None:
    assert len(setting.partners) == 90
    assert set(setting.missing) == {"TWN", "LIE", "NRU", "FLK"}
    assert setting.weight.sum() == pytest.approx(1)
    with pytest.raises(InputError, match="Taiwan: no trade data"):
        setting.index("TWN")


def test_without_tariffs_nothing_changes() -> None:
    calm = setting_of(load_world("world-2023"), partners=FEW, status_quo={}, registry=shipped())
    found = solve_columns(calm, calm.column(np.zeros((2, len(FEW)))))
    assert np.abs(found.hegemon).max() < 1e-6
    assert np.abs(found.partners).max() < 1e-6


@pytest.mark.parametrize("code", FEW)
def test_every_partner_loses_from_a_higher_tariff_on_it(setting: TalksSetting, code: str) -> None:
    own = exact_payoffs(setting, code, [0.0, 0.05, 0.1, 0.2, 0.4]).partner_bn
    assert (np.diff(own) < 0).all()


def test_amounts_are_per_cent_of_gdp(setting: TalksSetting) -> None:
    world, cell = load_world("world-2023"), exact_payoffs(setting, "JPN", [0.24])
    gdp = world.gdp[world.index("JPN")] / 1e9
    assert cell.partner_bn[0] == pytest.approx(cell.partner_pct[0] / 100 * gdp)


def test_the_european_union_gets_the_sum_of_its_members(setting: TalksSetting) -> None:
    eu = setting.index("EU")
    assert (setting.members[eu] > 0).sum() == 27
    assert setting.index("DEU") == eu
    rates = setting.status_quo.copy()
    rates[:, setting.hegemon] = setting.alone(eu, np.array([0.2]))[0]
    inside = setting.members[eu] > 0
    assert np.all(rates[inside, setting.hegemon] == 0.2)
    found = counterfactual(setting.base, rates, revenue=setting.revenue)
    total = (found.welfare * setting.gdp_bn / 100)[inside].sum()
    pause = solve_columns(setting, setting.column(setting.pause)[None]).partners[0, eu]
    assert exact_payoffs(setting, "EU", [0.2]).partner_bn[0] == pytest.approx(
        total - pause, abs=1e-6
    )


def test_the_use_of_the_revenue_moves_the_sender_and_hardly_the_partner(
    setting: TalksSetting,
) -> None:
    other = in_closure(setting, setting.base.model.name, "lump-sum")
    one, two = (exact_payoffs(s, "JPN", [0.24]) for s in (setting, other))
    assert abs(one.hegemon_bn[0] - two.hegemon_bn[0]) > 1
    assert one.partner_bn[0] == pytest.approx(two.partner_bn[0], rel=0.05)


def test_the_date_of_information_hides_the_outcome() -> None:
    early = setting_of(
        load_world("world-2023"), partners=FEW, until="2025-04-18", registry=shipped()
    )
    assert np.isnan(early.agreed).all()


def test_unknown_partners_and_worlds_of_many_sectors_are_refused() -> None:
    for partners, world, words in (
        (["JPM"], "world-2023", "not a partner"),
        (None, "uschina-2017", "many sectors"),
        (["TWN"], "world-2023", "no partner has trade data"),
    ):
        with pytest.raises(InputError, match=words):
            setting_of(load_world(world), partners=partners, registry=shipped())
