"""`triffin treasuries sell`, `wall` and `holders` as an analyst types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from command_line import triffin

from triffin.world.data.own.example_files import EXAMPLES


@pytest.mark.parametrize(
    "command",
    [
        "sell JPN 20 --days 10 --private --draws 64",
        "sell China 200 --no-backstop --draws 64",
        "sell 'foreign official' 100 --draws 64",
        "wall 2025-06 --claim 6.5",
        "wall 2025-03",
        "holders",
        "holders --month 2024-12",
    ],
)
def test_every_table_fits_a_terminal_of_80_columns(command: str) -> None:
    import shlex

    done = triffin("treasuries", *shlex.split(command))
    assert done.code == 0
    assert max(len(line) for line in done.out.splitlines()) <= 80
    assert "source" in done.out
    assert "grade" in done.out


def test_a_sale_in_json_has_the_keys_of_every_answer() -> None:
    found = triffin("treasuries", "sell", "JPN", "100", "--days", "10", "--json").json
    for key in ("question", "answer", "median", "low", "high", "unit", "grade", "class", "drivers"):
        assert found[key] is not None
    assert found["sale"]["trading_days"] == 10
    assert sum(found["buyers"]["usd_bn"].values()) == pytest.approx(100, rel=1e-9)


def test_the_wall_has_the_keys_of_the_interface() -> None:
    found = triffin("treasuries", "wall", "2025-06", "--json").json
    assert found["maturing_usd_bn"] == 2010
    assert found["notes_and_bonds_usd_bn"] == pytest.approx(175.7443)
    assert found["bills_usd_bn"] == pytest.approx(2010 - 175.7443)
    assert found["coupons"]["securities"] == 4
    april = triffin("treasuries", "wall", "2024-04", "--json").json
    assert (april["maturing_usd_bn"], april["bills_usd_bn"]) == (None, None)
    assert april["notes_and_bonds_usd_bn"] == pytest.approx(305.2711)
    last = triffin("treasuries", "wall", "2025-09", "--json").json
    assert "2-year note of October 2023 is missing" in last["answer"]
    assert found["cover_history"]["month"]["auctions"] == 37


def test_japan_held_1130_billion_in_march_2025() -> None:
    found = triffin("treasuries", "holders", "--json").json
    assert found["month"] == "2025-03"
    assert found["holders"][0]["iso3"] == "JPN"
    assert found["holders"][0]["usd_bn"] == 1130.8


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("sell JPN 2000", ("1,130.8", "2025-03")),
        ("sell JPN 0", ("above zero",)),
        ("sell JPN -5", ("above zero",)),
        ("sell USA 5", ("no foreign holder",)),
        ("sell JPN 20 --out sale.pdf", ("pdf", ".json")),
        ("holders --out holders", ("no ending",)),
        ("wall 2025-13", ("no such month", "2025-06")),
        ("holders --month 2025-13", ("no such month",)),
        ("sell JPN 20 --holdings nowhere.csv", ("nowhere.csv", "there is no such file")),
        ("sell JPN 20 --days 0", ("1 to 365",)),
        ("sell Jappan 20", ("Japan",)),
        ("sell CHN 20 --official", ("not published", "JPN")),
        ("sell JPN 20 --official --private", ("exclude",)),
        ("sell ATL 20", ("no holder",)),
        ("wall 2025-10", ("2023-10, 2023-11", "2025-09")),
        ("wall 2025-06 --claim 0", ("above zero",)),
        ("holders --month 2031-01", ("2000-03 to 2026-02",)),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_would_be(
    command: str, words: tuple[str, ...]
) -> None:
    triffin("treasuries", *command.split()).refused(*words)


def test_the_issuer_is_no_misspelt_holder() -> None:
    assert "Did you mean" not in triffin("treasuries", "sell", "USA", "5").err


@pytest.mark.parametrize(
    "command", ["sell JPN 20 --draws 64", "wall 2025-06", "holders", "holders --month 2024-12"]
)
def test_an_answer_is_written_whole_as_json_or_csv(command: str, tmp_path: Path) -> None:
    words = ("treasuries", *command.split(), "--seed", "2")
    shown = triffin(*words, "--json").json
    document, table = tmp_path / "answer.json", tmp_path / "answer.csv"
    assert triffin(*words, "--out", document).code == 0
    assert json.loads(document.read_text("utf-8")) == shown
    assert triffin(*words, "--json", "--out", table).json == shown
    with table.open(encoding="utf-8", newline="") as stream:
        rows = dict(csv.reader(stream))
    assert float(rows["median"]) == shown["median"]
    assert rows["drivers.0"] == shown["drivers"][0]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["answer.csv", "answer.json"]


def test_a_folder_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = triffin("treasuries", "holders", "--out", tmp_path / "file" / "answer.json")
    assert done.code == 2
    assert "--out" in done.err


def test_the_example_of_own_holdings_is_answered() -> None:
    example = EXAMPLES / "holdings.csv"
    done = triffin("treasuries", "holders", "--holdings", example)
    assert done.code == 0
    assert "Example pension fund" in done.out
    found = triffin(
        "treasuries", "sell", "KOR", "10", "--official", "--holdings", example, "--draws", "64",
        "--json",
    ).json  # fmt: skip
    assert found["holdings"] == pytest.approx(0.9 * 125.8)
