"""Trade withheld on a world: by whom, from whom, at what cost (models I.1, I.2)."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.strategy.power.all_pairs import bans_of
from triffin.strategy.power.value import scissors
from triffin.strategy.power.withhold import (
    closed_form,
    combined,
    defence,
    dependence,
    withheld_equilibrium,
    withhold,
    withholding,
)
from triffin.trade.many.solve import many_baseline
from triffin.trade.models import model_for
from triffin.world.base.errors import InputError
from triffin.world.loading import load_world

WORLD = "nafta-1993"


@pytest.fixture(scope="module")
def world():
    return load_world(WORLD)


@pytest.fixture(scope="module")
def base(world):
    return many_baseline(world, model_for(world, None), deficits="balanced", parameters={})


def test_what_sellers_stop_is_what_buyers_stop(world, base) -> None:
    sold = withheld_equilibrium(base, [withholding(world, "USA", "MEX", ["Auto"])])
    bought = withheld_equilibrium(
        base, [withholding(world, "MEX", "USA", ["Auto"], ways="imports")]
    )
    np.testing.assert_array_equal(sold.welfare, bought.welfare)
    assert sold.of("MEX")["welfare"] < sold.of("USA")["welfare"] < 0


def test_together_they_do_at_least_what_each_does_alone_in_one_nest(world, base) -> None:
    def loss(by):
        found = withheld_equilibrium(base, [withholding(world, by, "MEX", ["Auto"])])
        return -found.of("MEX")["welfare"]

    assert loss(["USA", "CAN", "DEU"]) >= loss("USA") + loss("CAN") + loss("DEU")


def test_the_closed_form_is_near_the_equilibrium(world, base) -> None:
    row = withholding(world, "USA", "MEX", ["Auto", "Electrical"])
    exact = withheld_equilibrium(base, [row]).of("MEX")["welfare"]
    told = closed_form(base, row.by, row.on[0], row.sectors)
    assert 1 / 3 < told / -exact < 3
    assert closed_form(base, row.by, row.on[0], row.sectors, reduction=0.5) < told / 2


def test_the_target_would_have_to_buy_less(world, base) -> None:
    row = withholding(world, "USA", "MEX", ["Auto"])
    of = dependence(base, row.by, row.on[0], row.sectors)
    told = defence(of, bearable_pct=0.05, reduction=1.0, stock_months=1, months=6)
    assert 0 < told["share_that_halves"] < told["share"]
    assert told["stock_months_that_cover"] == 6
    assert told["part_of_loss_with_stock"] == pytest.approx(5 / 6)
    assert 0 < told["best_reduction"] < 1


def test_rows_that_agree_count_once_and_those_that_contradict_are_refused(world, base) -> None:
    ban = withholding(world, "USA", "MEX", ["Auto"])
    half = withholding(world, "USA", "MEX", ["Auto", "Electrical"], reduction=0.5)
    shape = base.share.shape
    np.testing.assert_array_equal(combined(shape, [ban, ban]).left, combined(shape, [ban]).left)
    with pytest.raises(InputError, match="different things"):
        combined(shape, [ban, half])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"by": ["USA", "MEX"]}, "withhold trade from itself"),
        ({"on": []}, "nobody is named"),
        ({"by": ["USX"]}, "USX"),
        ({"sectors": ["Autos"]}, "Did you mean 'Auto'"),
        ({"sectors": []}, "no sector is named"),
        ({"reduction": 1.2}, "reduction"),
        ({"reduction": 0}, "reduction"),
        ({"rents": "exporter"}, "rent"),
        ({"rents": "nobody"}, "rents"),
        ({"ways": "sideways"}, "ways"),
        ({"trade_elasticity": -1}, "trade_elasticity"),
        ({"world": "world-2023"}, "one sector"),
    ],
)
def test_what_cannot_be_withheld_is_refused(change, words) -> None:
    asked = {"world": WORLD, "by": ["USA"], "on": ["MEX"], "sectors": ["Auto"]}
    with pytest.raises(InputError, match=words):
        withhold(**{**asked, **change})


def test_a_part_with_licences_can_pay_its_sender_and_all_of_it_never_does(world, base) -> None:
    licences = scissors(base, withholding(world, "USA", "MEX", reduction=0.5, rents="exporter"))
    melted = scissors(base, withholding(world, "USA", "MEX", reduction=0.5))
    assert licences.coercer[1] < 0 < licences.coercer[-1]
    assert (np.diff(melted.target) > 0).all()
    assert (np.diff(melted.coercer) > 0).all()
    assert licences.coercer[-1] == pytest.approx(melted.coercer[-1], rel=1e-8)
    assert licences.rent[0] == licences.rent[-1] == 0
    assert (licences.rent[1:-1] > 0).all()


def test_all_bans_of_one_economy_at_once_are_those_one_by_one(world, base) -> None:
    coercer, sectors = world.index("USA"), [world.sectors.index("Auto"), 0]
    target, own, residual = bans_of(base, coercer, sectors)
    others = [code for code in world.economies if code != "USA"]
    assert residual.max() < 1e-7
    for code in ("MEX", "CAN", "JPN"):
        row = withholding(world, "USA", code, [world.sectors[k] for k in sectors])
        one = withheld_equilibrium(base, [row])
        place = others.index(code)
        assert target[place] == pytest.approx(-one.of(code)["welfare"], abs=1e-5)
        assert own[place] == pytest.approx(-one.of("USA")["welfare"], abs=1e-5)
