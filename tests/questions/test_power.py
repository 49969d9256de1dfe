"""What one side can do to another: the document of `triffin power`, and its refusals."""

from __future__ import annotations

import pytest

from triffin.questions.power.narrow import narrow_document
from triffin.questions.power.pair import power
from triffin.questions.power.precedents import precedents
from triffin.questions.power.setting import Asked, horizon_name, setting_of, years_of
from triffin.world.base.errors import InputError
from triffin.world.narrow_goods import narrow_goods, suppliers
from triffin.world.registry.parameter_set import shipped


@pytest.fixture(scope="module")
def china():
    return power(Asked("CHN", "USA"))


def test_china_can_do_more_to_america_than_the_other_way_round(china) -> None:
    back = power(Asked("USA", "CHN"))
    assert china["target"]["loss_pct"] > 2 * back["target"]["loss_pct"] > 0
    # In dollars each loses less than it takes.
    assert 0 < china["ratio_usd"] < 1
    assert china["residual"] < 1e-9


def test_the_range_spans_studies_and_inputs_and_the_short_run_is_worse(china) -> None:
    target = china["target"]
    assert target["low"] < target["loss_pct"] < target["high"]
    losses = {row["horizon"]: row["target_loss_pct"] for row in china["horizons"]}
    months, adjusted = losses["in the first months"], losses["after adjustment"]
    assert months > losses["after 1 year"] > losses["after 5 years"] > adjusted
    assert china["families"][1]["target_loss_pct"] < adjusted


def test_licences_for_half_of_the_trade_pay_china_and_a_ban_does_not(china) -> None:
    line = {(r["rents"], r["reduction"]): r["coercer_loss_pct"] for r in china["scissors"]}
    assert line["exporter", 0.5] < 0 < line["burned", 0.5] < line["exporter", 1.0]
    assert "gain" in china["answers"][1]["answer"]


def test_sectors_add_to_less_than_all_and_the_largest_come_first(china) -> None:
    alone = [row["alone_pct"] for row in china["sectors"] if row["alone_pct"] is not None]
    assert alone == sorted(alone, reverse=True)
    assert len(china["sectors"]) == 22
    assert all(0 <= row["share_of_target"] < 1 for row in china["sectors"])


def test_insurance_by_a_tariff_is_cheaper_than_the_damage(china) -> None:
    for row in china["remedies"]["insurance"]:
        assert 0 < row["cost_pct"] < row["taken_from_the_threat_pct"]
        assert 0 < row["pays_from_yearly_probability"] < 1


def test_precedents_are_counts(china) -> None:
    assert china["precedents"]["of"] >= china["precedents"]["by_this_side"] >= 4
    assert precedents(["CHE"], ["USA"])["by_this_side"] == 0
    assert "No probability" in china["answers"][-1]["answer"]


def test_what_is_too_small_is_said_and_never_reads_zero() -> None:
    found = power(Asked("CHE", "STP", sectors=("Wood and Cork",)))
    assert "too small to show" in found["answer"]
    assert "0.00 %" not in " ".join(one["answer"] for one in found["answers"])


def test_a_coalition_and_a_group_are_sides(china) -> None:
    found = power(Asked(["USA", "CAN"], "EU", sectors=("Chemicals",)))
    assert found["labels"] == {"coercer": "USA+CAN", "target": "EU"}
    assert set(found["target"]["by_economy"]) >= {"DEU", "FRA"}


@pytest.mark.parametrize("good", sorted(narrow_goods()))
def test_a_narrow_good_is_a_table_and_no_percentage(good) -> None:
    found = narrow_document(setting_of(Asked("CHN", "USA"), shipped()), good)
    assert found["median"] is found["low"] is found["high"] is None
    losses = [row["loss_pct"] for row in found["table"]]
    assert max(losses) > 2 * min(losses) >= 0
    hardest = [row["loss_pct"] for row in found["table"] if row["sigma"] == 0]
    assert hardest == sorted(hardest)
    assert sum(suppliers(good).values()) <= 1 + 1e-9
    assert found["grade"] == "judgement"


def test_published_estimates_lie_inside_the_table_of_magnets() -> None:
    found = narrow_document(setting_of(Asked("CHN", "USA"), shipped()), "magnets")
    assert found["lowest_pct"] < 0.3 < 2.0 < found["highest_pct"]
    assert any("IMF" in text for text in found["published"])


@pytest.mark.parametrize(
    ("asked", "good", "words"),
    [
        (Asked("CHN", "USA"), "bananas", "far wider"),
        (Asked("AUS", "USA"), "magnets", "less than 1 %"),
        (Asked("CHN", ["USA", "JPN"]), "magnets", "one economy"),
        (Asked("USA", "MEX", world="nafta-1993"), "magnets", "sector"),
    ],
)
def test_a_narrow_good_that_cannot_be_answered_is_refused(asked, good, words) -> None:
    with pytest.raises(InputError, match=words):
        narrow_document(setting_of(asked, shipped()), good)


def test_horizons_are_read_as_people_write_them() -> None:
    assert [years_of(text) for text in ("long", "6 months", "1y", "5 years")] == [None, 0.5, 1, 5]
    assert horizon_name(0.5) == "after 6 months"
    with pytest.raises(InputError, match="horizon"):
        years_of("soon")
