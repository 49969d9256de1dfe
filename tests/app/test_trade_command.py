"""`triffin trade`: one what-if, against the published tables and as files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from command_line import triffin

COLUMNS = {
    "welfare",
    "deficit",
    "exports",
    "imports",
    "employment",
    "prices",
    "wage",
    "revenue",
}


def what_if(*options: str | Path) -> dict[str, Any]:
    done = triffin("trade", "world-2023", "--json", *options)
    assert done.code == 0, done.err
    document: dict[str, Any] = done.json
    return document


def printed(values: dict[str, float], names: list[str]) -> list[float]:
    """Values as the paper's tables print them: two decimals below ten for W and L, else one."""
    return [round(values[name], 2 if name in ("welfare", "employment") else 1) for name in names]


def test_the_answer_has_the_keys_of_the_interface_for_all_economies() -> None:
    document = what_if("--tariffs", "us-2025-04-02")
    assert document.keys() >= {
        "world",
        "model",
        "status",
        "residual",
        "iterations",
        "seconds",
        "economies",
        "aggregates",
    }
    assert len(document["economies"]) == 194
    for values in document["economies"].values():
        assert values.keys() >= COLUMNS
        assert all(isinstance(value, float) for value in values.values())
    assert (document["world"], document["model"]) == ("world-2023", "ignatenko-2025")
    assert document["status"] == "converged"
    assert 0 <= document["residual"] <= 1e-12
    assert document["aggregates"].keys() >= {"EU", "EU-paper", "non-USA", "world"}


TABLE = ["welfare", "deficit", "exports", "imports", "employment", "prices"]


@pytest.mark.parametrize(
    ("options", "usa", "others"),
    [
        (
            [],
            [1.13, -18.1, -52.7, -43.6, 0.32, 12.8],
            [-0.58, 11.6, -3.2, -3.3, -0.14, -4.7],
        ),
        (
            ["--revenue", "lump-sum"],
            [-0.01, -18.4, -52.5, -43.3, -0.41, 13.1],
            [-0.57, 11.7, -3.3, -3.4, -0.14, -4.8],
        ),
    ],
)
def test_table_1_of_the_paper(options: list[str], usa: list[float], others: list[float]) -> None:
    document = what_if("--tariffs", "us-2025-04-02", *options)
    assert printed(document["economies"]["USA"], TABLE) == usa
    assert printed(document["aggregates"]["non-USA"], TABLE) == others


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("reciprocal", {"USA": (-0.36, -26.7, 7.5), "CHN": (-0.82, 6.2, -3.7)}),
        ("optimal-formula", {"USA": (-0.75, -29.0, 6.0), "CHN": (-0.65, 6.3, -3.3)}),
    ],
)
def test_table_2_of_the_paper(rule: str, expected: dict[str, tuple[float, ...]]) -> None:
    document = what_if("--tariffs", "us-2025-04-02", "--retaliation", rule)
    for economy, numbers in expected.items():
        got = printed(document["economies"][economy], ["welfare", "deficit", "prices"])
        assert tuple(got) == numbers


def test_doing_nothing_changes_nothing() -> None:
    document = what_if()
    for values in document["economies"].values():
        assert max(abs(value) for value in values.values()) < 1e-9


def test_the_last_setting_wins() -> None:
    narrow = what_if("--set", "USA.*=10%", "--set", "USA.CHN=54%")
    wide = what_if("--set", "USA.CHN=54%", "--set", "USA.*=10%")
    uniform = what_if("--set", "USA.*=0.1")
    assert wide["economies"] == uniform["economies"]
    assert narrow["economies"]["CHN"]["welfare"] < wide["economies"]["CHN"]["welfare"]


def test_a_star_stands_for_everyone() -> None:
    document = what_if("--set", "*.USA=20%")
    assert document["economies"]["USA"]["welfare"] < 0
    assert document["economies"]["USA"]["revenue"] == 0
    assert document["economies"]["DEU"]["revenue"] > 0


def test_settings_lie_on_top_of_a_named_schedule() -> None:
    announced = what_if("--tariffs", "us-2025-04-02")
    spared = what_if("--tariffs", "us-2025-04-02", "--set", "USA.JPN=0%")
    japan = [found["economies"]["JPN"]["welfare"] for found in (announced, spared)]
    assert japan[0] < 0 < japan[1]


def test_a_rate_of_retaliation_is_the_answer_of_all_who_are_hit() -> None:
    none = what_if("--set", "USA.JPN=24%")["economies"]
    rate = what_if("--set", "USA.JPN=24%", "--retaliation", "24%")["economies"]
    mirrored = what_if("--set", "USA.JPN=24%", "--retaliation", "reciprocal")["economies"]
    assert rate == mirrored
    assert none["JPN"]["revenue"] == 0 < rate["JPN"]["revenue"]
    assert rate["USA"]["welfare"] < none["USA"]["welfare"]


@pytest.mark.parametrize("closure", ["world-share", "fixed", "balanced"])
def test_every_closure_of_deficits_has_an_answer(closure: str) -> None:
    document = what_if("--tariffs", "us-2025-04-02", "--deficits", closure)
    assert document["deficits"] == closure
    assert document["economies"]["USA"]["prices"] > 0
    assert max(document["accounting"].values()) <= 1e-9


def test_a_deficit_that_is_zero_at_the_start_changes_by_no_percentage() -> None:
    document = what_if("--model", "armington", "--deficits", "balanced", "--set", "USA.JPN=24%")
    assert {values["deficit"] for values in document["economies"].values()} == {None}
    assert document["economies"]["JPN"]["welfare"] < 0


def test_parameters_are_used_and_reported() -> None:
    rigid = what_if("--set", "USA.JPN=24%", "--param", "labor_supply_elasticity=0")
    assert rigid["parameters"]["labor_supply_elasticity"] == 0
    assert all(abs(v["employment"]) < 1e-9 for v in rigid["economies"].values())
    low = what_if("--set", "USA.JPN=24%", "--param", "trade_elasticity=2")
    high = what_if("--set", "USA.JPN=24%", "--param", "trade_elasticity=8")
    assert high["economies"]["JPN"]["exports"] < low["economies"]["JPN"]["exports"] < 0


def test_a_tariff_file_is_the_same_as_its_settings(workplace: Path) -> None:
    rows = "importer,exporter,rate\nUSA,*,10%\nUSA,JPN,0.24\nUSA,China,54 %\n"
    (workplace / "mine.csv").write_text(rows, encoding="utf-8")
    from_file = what_if("--tariffs", "mine.csv")
    settings = ["USA.*=10%", "USA.JPN=24%", "USA.CHN=54%"]
    by_hand = what_if(*(word for setting in settings for word in ("--set", setting)))
    assert from_file["economies"] == by_hand["economies"]
    assert "mine.csv" in from_file["tariffs"]["label"]


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "parquet"])
def test_a_file_holds_what_was_printed(ending: str, workplace: Path) -> None:
    path = workplace / "new" / f"answer.{ending}"
    document = what_if("--set", "USA.JPN=24%", "--out", path)
    if ending == "json":
        written = json.loads(path.read_text(encoding="utf-8"))
        assert written == document
        return
    readers: dict[str, Any] = {
        "csv": pd.read_csv,
        "xlsx": pd.read_excel,
        "parquet": pd.read_parquet,
    }
    frame = readers[ending](path).set_index("economy")
    assert list(frame.index) == list(document["economies"])
    assert frame.loc["JPN", "name"] == "Japan"
    for column in COLUMNS:
        expected = [values[column] for values in document["economies"].values()]
        assert list(frame[column]) == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_an_undefined_cell_is_empty_in_a_file(workplace: Path) -> None:
    options = ["--model", "armington", "--deficits", "balanced", "--set", "USA.JPN=24%"]
    what_if(*options, "--out", "answer.csv")
    assert pd.read_csv("answer.csv")["deficit"].isna().all()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--set", "USA.JPX=24%"], 2),
        (["--param", "trade_elasticity=-1"], 2),
        (["--set", "MHL.*=1000%", "--set", "GMB.*=1000%"], 3),
    ],
)
def test_an_error_writes_no_file_and_keeps_an_earlier_one(
    options: list[str], code: int, workplace: Path
) -> None:
    (workplace / "kept.csv").write_text("mine", encoding="utf-8")
    for name in ("new.csv", "kept.csv"):
        triffin("trade", "world-2023", *options, "--out", name, "--json").stopped(code)
    assert [item.name for item in workplace.iterdir()] == ["kept.csv"]
    assert (workplace / "kept.csv").read_text(encoding="utf-8") == "mine"


def test_no_equilibrium_names_the_economy_and_the_reason() -> None:
    done = triffin("trade", "world-2023", "--set", "MHL.*=1000%", "--set", "GMB.*=1000%")
    done.stopped(3, "no equilibrium", "Marshall Islands (MHL)", "revenue exceeds its wage bill")
    assert "--revenue lump-sum" in done.err
    helped = ("--set", "MHL.*=1000%", "--set", "GMB.*=1000%", "--revenue", "lump-sum")
    assert triffin("trade", "world-2023", *helped).code == 0


def test_the_table_fits_a_terminal_of_80_columns() -> None:
    done = triffin("trade", "world-2023", "--tariffs", "us-2025-04-02")
    assert done.code == 0
    assert max(len(line) for line in (done.out + done.err).splitlines()) <= 80
    assert re.search(r"United States +1.13 +0.48 +−18.06 +−52.71", done.out)
    assert "non-USA (mean)" in done.out
    assert "price" not in done.out  # relative price levels are no answer
    assert "NaN" not in done.out
    assert "nan" not in done.out


def test_the_partner_hit_stands_first_and_whom_one_asks_for_before_it() -> None:
    hit = what_if("--set", "USA.JPN=24%")
    assert hit["shown"] == ["JPN", "USA"]
    asked = what_if("--set", "USA.JPN=24%", "--show", "VNM,BRA")
    assert asked["shown"] == ["VNM", "BRA", "JPN", "USA"]
    assert triffin("trade", "world-2023", "--show", "ATLANTIS").code == 2


def test_changes_are_from_the_baseline_that_is_asked_for() -> None:
    announced = what_if("--tariffs", "us-2025-04-02")
    same = what_if("--tariffs", "us-2025-04-02", "--baseline", "us-2025-04-02")
    assert announced["baseline"] != same["baseline"]
    assert same["economies"]["USA"]["welfare"] == pytest.approx(0.0, abs=1e-8)
    assert triffin("trade", "world-2023", "--baseline", "us-2025-04-03x").code == 2


def test_answers_as_enacted_go_with_the_law_of_a_day() -> None:
    refused = triffin("trade", "world-2022", "--set", "USA.*=10%", "--retaliation", "enacted")
    assert refused.code == 2
    assert "law of a day" in refused.err
    law = ("trade", "world-2022", "--tariffs", "us-law@2025-11-14", "--deficits", "balanced")
    alone = triffin(*law, "--json").json["economies"]
    answered = triffin(*law, "--retaliation", "enacted", "--json").json["economies"]
    assert answered["CAN"]["real_gdp"] < alone["CAN"]["real_gdp"]
