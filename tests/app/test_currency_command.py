"""Answers of `triffin currency`: keys, facts, refusals, and what a reader sees."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from triffin.app.commands.finance import currency as currency_command
from triffin.app.commands.finance.currency import parse_band, signed
from triffin.questions.currency.defence import defend, intervene
from triffin.questions.currency.plaza import plaza
from triffin.questions.currency.record import episodes, pooled_effect
from triffin.questions.currency.zones import target_zone
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

KEYS = {
    "question",
    "answer",
    "median",
    "low",
    "high",
    "unit",
    "grade",
    "class",
    "drivers",
    "judgement_share",
    "sources",
}
DEFEND: dict[str, Any] = {
    "band": "130:150",
    "days": 90,
    "start": None,
    "drift": 0.0,
    "defence": True,
    "confidence": 0.0,
    "backstop": True,
    "draws": 256,
    "seed": 1,
}


def test_defence_of_the_band_has_cost_probabilities_and_the_record() -> None:
    found = defend("JPY", 130, 150, draws=2000)
    assert set(found) >= KEYS
    assert found["start"]["rate"] == 149.98
    assert found["start"]["date"] == "2025-04-02"
    assert found["id"] == "dollars_spent_net_bn"
    assert found["unit"] == "USD bn"
    assert found["low"] == 0 < found["median"] < found["high"]
    held = found["band_held"]
    assert 0 <= held["low"] <= held["median"] <= held["high"] <= 1
    seen = {year: round(100 * v) for year, v in found["observed_share_of_days"].items()}
    assert seen == {"2023": 92, "2024": 38, "2025": 60, "2026": 0}
    without = found["without_defence"]
    assert without["inside_throughout_probability"] == pytest.approx(0.045, abs=0.015)
    assert found["band_broken_probability"] < without["band_broken_probability"]
    assert 0.02 < found["self_defeating_probability"] < 0.2
    assert found["defeated_itself_probability"] <= found["self_defeating_probability"]
    assert found["reserves_exhausted_probability"] <= found["deposits_exhausted_probability"]
    spent = found["reserves_spent_bn"]
    assert 0 <= spent["low"] < spent["median"] < spent["high"]
    assert found["class"] == "forecast"


def test_the_same_seed_gives_the_same_answer_and_defence_can_be_left_out() -> None:
    one, two = (defend("JPY", 130, 150, days=30, draws=128, seed=4) for _ in range(2))
    assert one == two
    idle = defend("JPY", 130, 150, days=30, draws=128, seed=4, defended=False)
    assert idle["id"] == "band_held"
    assert idle["reserves_spent_bn"]["high"] == 0
    assert idle["median"] == idle["without_defence"]["band_held"]["median"]


@pytest.mark.parametrize(
    ("low", "high", "start", "drift"),
    [(140, 300, 141, -1), (140, 160, 141, -1), (155, 170, None, 0)],
)
def test_against_strength_yen_are_created_and_purchases_are_counted(
    low: float, high: float, start: float | None, drift: float
) -> None:
    found = defend("JPY", low, high, start=start, drift_pct_per_week=drift, draws=256)
    assert found["id"] == "dollars_bought_net_bn"
    assert found["side"] == "strong"
    assert found["median"] > 84
    for words in ("buys", "of new yen", "2 % of GDP", "days"):
        assert words in found["answer"]
    assert "spends" not in found["answer"]
    assert found["reserves_gained_bn"]["median"] > 84
    assert found["yen_created_trn"]["median"] > 0
    assert found["days_to_2pct_gdp"]["probability"] > 0.3
    assert found["reserves_exhausted_probability"] == 0


def test_an_answer_that_does_not_vary_has_the_weakest_grade_for_every_seed() -> None:
    for seed in range(4):
        found = defend("JPY", 110, 200, days=20, draws=64, seed=seed)
        assert found["low"] == found["high"] == 0
        assert found["grade"] == "judgement"


def test_a_confidence_episode_removes_self_defeat() -> None:
    found = defend("JPY", 130, 150, days=20, draws=256, confidence=1.0)
    assert found["self_defeating_probability"] == 0
    assert found["kappa"]["negative_probability"] == 1


def test_intervention_is_set_beside_the_record() -> None:
    found = intervene("JPY", 60)
    assert set(found) >= KEYS
    effects = [found["yen_pct"][day]["median"] for day in ("0", "5", "60", "90")]
    assert effects == sorted(effects, reverse=True)
    assert effects[2] == pytest.approx(60 / 23.33 * 0.85, rel=0.1)
    first = found["funding"][0]
    assert (first["deposits_bn"], first["treasuries_sold_bn"]) == (60, 0)
    record = found["record"]
    assert [e["usd_bn"] for e in record["episodes"]] == pytest.approx([19.7, 42.4, 62.3, 35, 35])
    assert 0.01 < record["pct_per_bn"]["same_day"] < 0.08
    bought = intervene("JPY", -60)
    assert bought["median"] == pytest.approx(-found["median"])
    assert bought["yen_trn"] == pytest.approx(60 * 149.98 / 1000)


def test_operations_close_together_are_one_episode() -> None:
    found = episodes()
    assert [e.first for e in found][1:4] == ["2022-10-21", "2024-04-29", "2024-07-11"]
    assert [e.last for e in found][1:4] == ["2022-10-24", "2024-05-01", "2024-07-12"]
    assert found[-1].grade == "judgement"
    assert pooled_effect([], "same_day") is None


def test_plaza_is_mostly_signal_and_today_needs_one() -> None:
    found = plaza()
    assert set(found) >= KEYS
    assert found["low"] > 0.8
    assert found["at_registry_values"]["portfolio_effect_pct"] == pytest.approx(1.31, abs=0.01)
    assert found["months"]["1987-12"] == 128.2418
    today = found["today"]
    assert today["usd_bn_with_signal"]["high"] < today["usd_bn_without_signal"]["median"]


def test_a_band_that_everybody_believes_in_has_a_closed_form() -> None:
    zone = target_zone("JPY", 130, 150, parameters=shipped())
    assert zone["details"]["center"] == pytest.approx(139.6424, abs=1e-4)
    assert zone["details"]["usd_bn_per_year_at_each_edge"]["median"] == pytest.approx(48.3, rel=0.1)


@pytest.mark.parametrize("code", ["RUB", "USD", "", "JPN"])
def test_currencies_without_a_rate_are_refused(code: str) -> None:
    for answer in (lambda: defend(code, 1, 2), lambda: intervene(code, 5)):
        with pytest.raises(InputError, match="no daily rates of the currency") as error:
            answer()
        assert error.value.exit_code == 2


@pytest.mark.parametrize("text", ["130", "150:130", "a:b", "130:150:160", "0:5", "nan:1", "1:inf"])
def test_a_band_is_two_rates_in_order(text: str) -> None:
    with pytest.raises(InputError, match="130:150"):
        parse_band(text)
    assert parse_band("130:150") == (130, 150)


def test_amounts_have_one_sign_convention() -> None:
    assert signed(60, "sell") == 60
    assert signed(60, "buy") == -60
    assert signed(-60, "sell") == -60
    for amount, side in ((-60, "buy"), (60, "hold")):
        with pytest.raises(InputError):
            signed(amount, side)
    for amount in (0, 1200, float("nan")):
        with pytest.raises(InputError, match="usd_bn"):
            intervene("JPY", amount)


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"draws": 0}, {"start": -5.0}, {"drift": 1e9}, {"days": 10**6}]
)
def test_impossible_runs_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        currency_command.defend("JPY", **(DEFEND | wrong), as_json=True)


def test_what_a_reader_sees_fits_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shared: dict[str, Any] = {"draws": 128, "seed": 1, "as_json": False}
    currency_command.defend("JPY", **(DEFEND | shared))
    currency_command.defend("JPY", **(DEFEND | shared | {"defence": False}))
    currency_command.intervene("JPY", 60, side="sell", confidence=0.0, **shared)
    currency_command.intervene("JPY", 60, side="buy", confidence=0.0, **shared)
    currency_command.plaza(before="1985-09", after="1985-12", target=10.0, **shared)
    text = capsys.readouterr().out
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "nan" not in text.lower().replace("financ", "")


def test_an_answer_can_be_written_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared: dict[str, Any] = {"draws": 64, "seed": 1, "as_json": True}
    document, table = tmp_path / "new" / "defend.json", tmp_path / "plaza.csv"
    currency_command.defend("JPY", **(DEFEND | shared), out=document)
    assert json.loads(document.read_text(encoding="utf-8")) == json.loads(capsys.readouterr().out)
    currency_command.plaza(before="1985-09", after="1985-12", target=None, **shared, out=table)
    found = json.loads(capsys.readouterr().out)
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    values = {row["name"]: row["value"] for row in rows}
    assert values["id"] == found["id"]
    assert float(values["median"]) == found["median"]
    assert any(name.startswith("today.usd_bn_with_signal") for name in values)
    for wrong in ("x.svg", "x"):
        with pytest.raises(InputError, match="--out"):
            currency_command.plaza(
                before="1985-09", after="1985-12", target=None, **shared, out=tmp_path / wrong
            )
    with pytest.raises(InputError, match="cannot be written"):
        currency_command.intervene(
            "JPY", 60, side="sell", confidence=0.0, **shared, out=table / "x.json"
        )
    assert [each.name for each in sorted(tmp_path.iterdir())] == ["new", "plaza.csv"]


def test_json_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    currency_command.defend("JPY", **DEFEND, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert set(found) >= KEYS
    assert found["days_to_2pct_gdp"]["within_days"] == 90
