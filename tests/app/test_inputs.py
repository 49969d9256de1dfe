"""check and run accept the same files; any terminal is spoken to; tables are safe to open."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from command_line import process, triffin

from triffin.world.base.wording import as_written, neutral, plain

HEAD = "world: world-2023\nstart: 2025-04-05\ndays: 30\nhegemon: USA\nfocus: JPN\n"
TARIFFS = "tariffs:\n  - {from: 2025-04-05, set: {USA.*: 10%, USA.JPN: 24%}}\n"
OWN = {
    "economies.csv": "code,name,gdp\nALP,Alphaland,500\nBET,Betaland,400\nGAM,Gammaland,250\n",
    "trade.csv": "exporter,importer,value\nALP,BET,38\nALP,GAM,25\nBET,ALP,43\nBET,GAM,25\n"
    "GAM,ALP,35\nGAM,BET,19\n",
}
GOOD = {
    "tariffs": HEAD + TARIFFS,
    "fewest keys": "world: world-2023\nstart: 2025-04-05\n" + TARIFFS,
    "a net subsidy": HEAD + "tariffs:\n  - {from: 2025-04-05, set: {USA.*: 1%, USA.CHN: −6%}}\n",
    "a wall": HEAD + TARIFFS + "wall: {month: 2025-06}\n",
    "a band": HEAD + TARIFFS + "currency: {JPY: {band: [130, 165]}}\n",
    "an elasticity": HEAD + TARIFFS + "changes: {trade_elasticity: 5}\n",
}
BAD = {
    "a band of the euro": HEAD + TARIFFS + "currency: {EUR: {band: [1.0, 1.2]}}\n",
    "a wall without data": HEAD + TARIFFS + "wall: {month: 2099-01}\n",
    "a wall in no month": HEAD + TARIFFS + "wall: {month: 2025-13}\n",
    "no elasticity": HEAD + TARIFFS + "changes: {trade_elasticity: 0}\n",
    "what a run fixes": HEAD + TARIFFS + "changes: {value_added_share: 0.5}\n",
    "a module of nothing": HEAD + TARIFFS + "modules: {currency: true}\n",
    "an own world without the United States": "world: own\nstart: 2025-04-05\ndays: 30\n"
    "tariffs:\n  - {from: 2025-04-05, set: {ALP.BET: 10%}}\n",
    "an impossible day": HEAD.replace("04-05", "02-29") + TARIFFS,
    "a start before the data": HEAD.replace("2025", "1950") + TARIFFS.replace("2025", "1950")
    + "currency: {JPY: {band: [130, 165]}}\n",
}  # fmt: skip


def written(folder: Path, text: str) -> None:
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    (folder / "own").mkdir()
    for name, table in OWN.items():
        (folder / "own" / name).write_text(table, encoding="utf-8")


@pytest.mark.parametrize("case", GOOD)
def test_what_check_accepts_runs(workplace: Path, case: str) -> None:
    written(workplace, GOOD[case])
    assert triffin("check", "plan.yaml").code == 0
    assert triffin("run", "plan.yaml", "--draws", "2", "--no-cache").code == 0


@pytest.mark.parametrize("case", BAD)
def test_what_run_refuses_check_refuses_in_the_same_words(workplace: Path, case: str) -> None:
    written(workplace, BAD[case])
    found = triffin("check", "plan.yaml")
    found.refused("plan.yaml", "line")
    again = triffin("run", "plan.yaml", "--draws", "2", "--no-cache")
    assert (again.code, again.err) == (found.code, found.err)


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_a_terminal_without_a_minus_sign_keeps_the_sign(variables: dict[str, str]) -> None:
    found = process("trade", "world-2023", "--set", "USA.JPN=24%", **variables)
    assert found.code == 0
    (japan,) = [line for line in found.out.splitlines() if "Japan" in line]
    assert "-0.44" in japan
    assert "?" not in found.out


def test_a_minus_of_any_kind_is_read() -> None:
    rates = [triffin("trade", "world-2023", "--set", f"USA.JPN={m}5%", "--json") for m in "-−–"]
    assert len({repr(found.json["economies"]["JPN"]) for found in rates}) == 1


@pytest.mark.parametrize("columns", [60, 50, 40])
def test_a_narrow_terminal_loses_no_number_and_no_name(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = triffin("trade", "world-2023", "--set", "USA.JPN=24%").out.split()
    monkeypatch.setenv("COLUMNS", str(columns))
    narrow = triffin("trade", "world-2023", "--set", "USA.JPN=24%").out
    assert max(map(len, narrow.splitlines())) <= columns
    figures = [word for word in wide if word.strip("−0123456789.") == "" and "." in word]
    assert all(figure in narrow.split() for figure in figures)
    assert "United States" in narrow
    assert "Japan" in narrow


def test_eighty_columns_hold_the_table_of_a_tariff() -> None:
    lines = triffin("trade", "world-2023", "--set", "USA.JPN=24%").out.splitlines()
    (heads,) = (line.split() for line in lines if "welfare" in line and "revenue" in line)
    (japan,) = (line.split() for line in lines if line.startswith(" Japan "))
    assert len(japan) == 7
    assert heads[:4] == ["economy", "welfare", "real", "GDP"]


def test_a_name_of_a_file_that_is_too_long_is_refused(workplace: Path) -> None:
    (workplace / "plan.yaml").write_text(HEAD + TARIFFS, encoding="utf-8")
    long = "x" * 400
    triffin("run", "plan.yaml", "--draws", "2", "--no-cache", "--out", long).refused("too long")
    triffin("trade", "world-2023", "--out", f"{long}.json").refused("too long")


def test_a_tariff_file_is_read_back_with_its_lowest_and_highest_rate(workplace: Path) -> None:
    (workplace / "t.csv").write_text("importer,exporter,rate\nUSA,JPN,2.5%\nUSA,UK,0.4%\n")
    found = triffin("trade", "world-2023", "--tariffs", "t.csv")
    assert "rates from 0.4 % to 2.5 % in 2 rows" in found.err
    assert "2.5 %" in triffin("check", "t.csv").out


def test_stated_figures_are_shown_with_their_digits(workplace: Path) -> None:
    (workplace / "p.yaml").write_text("scale_elasticity: {value: 0.0125, source: own}\n")
    assert "0.0125" in triffin("check", "p.yaml").out


def test_text_that_looks_like_a_formula_is_neutral_and_numbers_stay_numbers() -> None:
    for text in ("=1+1", "+cmd", "-cmd", "@SUM(A1)", "\tx"):
        assert neutral(text) == f"'{text}"
        assert as_written(neutral(text)) == text
    for value in (-0.5, "-0.5", "-5 %", "+1,250.5", "USA", "", None):
        assert neutral(value) == value


def test_a_table_for_spreadsheets_has_no_formula(workplace: Path) -> None:
    (workplace / "plan.yaml").write_text(
        HEAD + "title: =cmd\nscenario: a\n" + TARIFFS, encoding="utf-8"
    )
    assert triffin("trade", "world-2023", "--set", "USA.JPN=24%", "--out", "a.csv").code == 0
    with (workplace / "a.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert all(neutral(cell) == cell for row in rows for cell in row)


def test_plain_text_keeps_signs() -> None:
    assert plain("Côte d’Ivoire −5 % → “x”") == 'Cote d\'Ivoire -5 % -> "x"'
