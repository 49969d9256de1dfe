"""The trade war of 2018: what the kernel says, beside published sizes that need not agree."""

from __future__ import annotations

import pytest

from triffin.evidence.replications.replication import published_numbers
from triffin.evidence.replications.us_china import War, solve_war
from triffin.world import load_world


@pytest.fixture(scope="module")
def war():
    return War(published_numbers("us-china-2018")).report()


def comparison(war, start):
    found = [entry for entry in war["comparisons"] if entry["what"].startswith(start)]
    assert len(found) == 1, start
    return found[0]


def test_welfare_of_all_regions_with_and_without_retaliation(war):
    assert tuple(war["economies"]) == load_world("uschina-2017").economies
    usa, china = war["economies"]["USA"], war["economies"]["CHN"]
    assert usa["exact"] == pytest.approx(-0.0745, abs=5e-5)
    assert usa["exact_without_retaliation"] == pytest.approx(-0.0556, abs=5e-5)
    assert usa["exact_bn_usd"] == pytest.approx(-14.50, abs=5e-3)
    assert usa["exact_bn_usd_without_retaliation"] == pytest.approx(-10.83, abs=5e-3)
    assert china["exact"] == pytest.approx(-0.2021, abs=5e-5)
    assert china["exact_without_retaliation"] == pytest.approx(-0.1951, abs=5e-5)


def test_each_side_is_hurt_by_the_other_and_third_regions_gain_from_diversion(war):
    for code in ("USA", "CHN"):
        economy = war["economies"][code]
        assert economy["exact"] < economy["exact_without_retaliation"] < 0
    for code in ("EU", "JPN", "IND", "ROW"):
        assert war["economies"][code]["exact"] > 0


def test_the_numbers_are_those_of_the_trade_command(war):
    world = load_world("uschina-2017")
    found = solve_war(world, world.schedules["us-china-wave5-2018"])
    for i, code in enumerate(world.economies):
        assert war["economies"][code]["exact"] == float(found.welfare[i])
        assert war["economies"][code]["first_order"] == float(found.welfare_first_order[i])


def test_no_row_holds_an_effect_and_the_document_says_so(war):
    assert "No row holds a welfare effect" in war["note"]
    assert [entry["ok"] for entry in war["rows"]] == [True, True]
    assert all("over its GDP" in entry["what"] for entry in war["rows"])


def test_an_altered_published_number_does_not_agree():
    published = published_numbers("us-china-2018")
    published["rows"][0]["published"] = 0.28
    assert [entry["ok"] for entry in War(published).rows()] == [False, True]


def test_the_published_loss_stands_beside_the_computed_one_with_the_reasons(war):
    percent = comparison(war, "USA real income with retaliation, % (")
    dollars = comparison(war, "USA real income with retaliation, bn USD (")
    assert (percent["published"], dollars["published"]) == (-0.04, -7.2)
    for reason in ("short run", "wave 5", "long-run", "seven regions", "inputs", "lump-sum"):
        assert reason in percent["why"]
    monthly = comparison(war, "USA real income without retaliation, bn USD a month")
    assert monthly["published"] == -1.4
    assert monthly["computed"] == pytest.approx(-10.83 / 12, abs=1e-3)


def test_wave_5_is_larger_than_the_tariffs_of_2018(war):
    points = comparison(war, "tariff additions of the USA")
    assert (points["published"], round(points["computed"], 1)) == (14.0, 23.8)
    answer = comparison(war, "retaliation on the USA")
    assert (answer["published"], round(answer["computed"], 1)) == (13.1, 11.6)
    cost = comparison(war, "USA cost of the tariffs to buyers")
    assert cost["computed"] == pytest.approx(-94.94, abs=5e-3)


def test_reasons_are_measured_one_at_a_time(war):
    full = comparison(war, "USA real income with retaliation, bn USD (")["computed"]

    def changed(what):
        return comparison(war, f"USA real income with retaliation, {what}")["computed"]

    assert full < changed("tariffs scaled") < 0
    assert full < changed("trade elasticities halved") < 0
    assert changed("trade balanced") == pytest.approx(full, rel=0.15)
    assert changed("no inputs") == pytest.approx(full, rel=0.15)


def test_the_first_order_sum_has_the_wrong_sign_for_the_united_states(war):
    entry = war["artefacts"][0]
    assert entry["published"] is None
    assert entry["computed"] > 0 > war["economies"]["USA"]["exact"]
    assert "-0.0745 %" in entry["why"]
