"""One partner's problem in full: the document of `triffin negotiate SCENARIO --partner ISO3`."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from triffin.answers.headline import CLASSES
from triffin.questions.partner.draws import draw_partner
from triffin.questions.partner.problem import partner_view
from triffin.questions.partner.rates import named_rates
from triffin.scenario import load_scenario
from triffin.strategy.negotiation.setting import scene_of
from triffin.world.base.errors import InputError
from triffin.world.data.partners import partners
from triffin.world.registry.parameter_set import shipped
from triffin.world.registry.registry import GRADES

DRAWS = 32
ENTRY = {
    "id": str,
    "question": str,
    "answer": str,
    "unit": str,
    "grade": str,
    "drivers": list,
    "class": str,
}
SECTIONS = (
    "payoffs",
    "threat",
    "terms",
    "zone",
    "demands_in_full",
    "clause",
    "order",
    "security",
    "creditor",
    "rules",
)


@pytest.fixture(scope="module")
def japan() -> dict[str, Any]:
    return partner_view("japan-2025", "JPN", draws=DRAWS, seed=3, model_draws=8)


@pytest.fixture(scope="module")
def cambodia() -> dict[str, Any]:
    return partner_view("japan-2025", "KHM", draws=DRAWS, seed=3, model_draws=8)


@pytest.fixture(scope="module")
def britain() -> dict[str, Any]:
    return partner_view("japan-2025", "GBR", draws=DRAWS, seed=3, model_draws=8)


def _answer(document: dict[str, Any], identifier: str) -> dict[str, Any]:
    return next(entry for entry in document["answers"] if entry["id"] == identifier)


def test_the_document_is_plain_json_with_every_section(
    japan: dict[str, Any], cambodia: dict[str, Any], britain: dict[str, Any]
) -> None:
    for document in (japan, cambodia, britain):
        json.dumps(document, allow_nan=False)
        assert set(SECTIONS) <= set(document)
        for entry in document["answers"]:
            for key, kind in ENTRY.items():
                assert isinstance(entry[key], kind), (entry["id"], key)
            assert entry["drivers"]
            assert entry["grade"] in GRADES
            assert entry["class"] in CLASSES
            assert {"median", "low", "high", "judgement_share", "sign_robust"} <= set(entry)
            if entry["median"] is not None:
                assert entry["low"] <= entry["median"] <= entry["high"]
        assert document["id"] == "would_sign"
        assert {row["iso3"] for row in document["missing"]} == {"TWN", "LIE", "NRU", "FLK"}


def test_it_answers_what_the_article_asks(japan: dict[str, Any]) -> None:
    asked = {
        "would_sign",
        "clause_partner",
        "clause_hegemon",
        "going_first",
        "security_threat",
        "cost_15",
        "cost_24",
        "cost_25",
        "creditor_threat_credible",
        "creditor_threat_value",
    }
    assert asked <= {entry["id"] for entry in japan["answers"]}


def test_a_higher_tariff_costs_more_alone_and_over_models(japan: dict[str, Any]) -> None:
    costs = [_answer(japan, f"cost_{rate}")["median"] for rate in (15, 24, 25)]
    assert 0 < costs[0] < costs[1] < costs[2]
    exact = [row["partner_bn"] for row in japan["payoffs"]["rates"]]
    assert exact == sorted(exact, reverse=True)
    # docs/payoffs.md, exact solves: Japan at 15, 24 and 25 %.
    rows = {round(row["rate"], 4): row for row in japan["payoffs"]["rates"]}
    for rate, bn in ((0.15, -5.13), (0.24, -11.26), (0.25, -11.76)):
        assert rows[rate]["partner_bn"] == pytest.approx(bn, abs=0.005)


def test_nothing_later_than_the_date_of_information_enters(japan: dict[str, Any]) -> None:
    names = {name for row in japan["payoffs"]["rates"] for name in row["names"]}
    assert "announced" in names
    assert not {"letter", "agreed"} & names
    assert japan["rules"]["agreed"] is None
    assert japan["rules"]["letter"] is None
    assert japan["rules"]["comparison"] == []
    # What is on record stands beside the answer, as for every event whose outcome is known (H.12).
    assert japan["rules"]["observed"]["rate"] == 0.15
    assert [row["iso3"] for row in japan["partners"]] == ["JPN"]


def test_later_letters_and_deals_are_named_once_known() -> None:
    table = scene_of(load_scenario("japan-2025"), shipped()).payoffs
    later = {one.iso3: one for one in partners("2025-08-10")}
    known = replace(table.setting, partners=tuple(later[code] for code in table.partners))
    found = named_rates(replace(table, setting=known), known.index("JPN"))
    named = {name: rate.rate for rate in found for name in rate.names}
    assert named["letter"] == 0.25  # White House fact sheet, 7 July 2025
    assert named["agreed"] == 0.15  # in force 7 August 2025


def test_demands_cost_more_at_a_higher_rate_and_with_the_clause(japan: dict[str, Any]) -> None:
    rows = {(row["rate"], row["open_clause"]): row for row in japan["demands_in_full"]}
    rates = sorted({rate for rate, _ in rows})
    assert len(rates) == 2
    for clause in (True, False):
        low, high = (rows[rate, clause] for rate in rates)
        assert high["bill_bn"]["median"] > low["bill_bn"]["median"]
        assert high["signs_share"] <= low["signs_share"]
    for rate in rates:
        assert rows[rate, True]["signs_share"] <= rows[rate, False]["signs_share"]


def test_shares_and_probabilities_lie_between_zero_and_one(
    japan: dict[str, Any], britain: dict[str, Any]
) -> None:
    def walk(value: Any, name: str = "") -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, key)
        elif isinstance(value, list):
            for item in value:
                walk(item, name)
        elif isinstance(value, float):
            assert math.isfinite(value)
            if name.endswith(("_share", "probability", "credible")):
                assert -1e-12 <= value <= 1 + 1e-12, name

    walk({name: japan[name] for name in SECTIONS})
    walk({name: britain[name] for name in SECTIONS})


def test_threats_are_judged_alone_and_on_everybody(
    japan: dict[str, Any], britain: dict[str, Any]
) -> None:
    assert japan["threat"]["alone"]["status"] == "tariff_threat"
    assert britain["threat"]["alone"]["status"] == "no_tariff_threat"
    assert britain["order"] is None
    assert "going_first" not in {entry["id"] for entry in britain["answers"]}
    assert japan["threat"]["on_everybody"]["partner_bn"] < 0


def test_a_partner_without_treasuries_or_guarantee_has_neither_lever(
    cambodia: dict[str, Any],
) -> None:
    assert cambodia["creditor"]["holdings_bn"] == 0
    assert cambodia["security"] is None
    kept = cambodia["creditor"]["with_backstop"]
    assert kept["creditor_threat_value"] == 0
    assert kept["per_100bn"]["hurt_more"] is None


def test_the_backstop_never_helps_the_creditor(
    japan: dict[str, Any], britain: dict[str, Any]
) -> None:
    for document in (japan, britain):
        kept, bare = (document["creditor"][k] for k in ("with_backstop", "without_backstop"))
        per = [one["per_100bn"]["hegemon_loss"]["median"] for one in (kept, bare)]
        assert per[0] <= per[1] + 1e-12
        assert kept["creditor_threat_value"] <= bare["creditor_threat_value"] + 1e-9


def test_the_same_seed_gives_the_same_draws() -> None:
    scene = scene_of(load_scenario("japan-2025"), shipped())
    place = scene.setting.index("KHM")
    one, same, other = (draw_partner(scene, place, DRAWS, seed) for seed in (3, 3, 4))
    for first, second in zip(one.bargain.worth(), same.bargain.worth(), strict=True):
        np.testing.assert_array_equal(first, second)
    assert (one.values["political_wedge"] != other.values["political_wedge"]).any()
    np.testing.assert_array_equal(one.market.m, same.market.m)


@pytest.mark.parametrize(
    ("partner", "message"),
    [("JPX", "Did you mean 'JPN'"), ("twn", "Taiwan: no trade data"), ("Taiwan", "no trade data")],
)
def test_unknown_and_missing_partners_are_named(partner: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        partner_view("japan-2025", partner)


def test_a_scenario_without_a_deadline_has_no_talks() -> None:
    with pytest.raises(InputError, match="deadline"):
        partner_view("universal-10", "JPN")
