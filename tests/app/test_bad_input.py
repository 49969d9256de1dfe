"""Bad input of every kind: exit code 2, nothing on standard output, a message that helps."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import triffin

# What is typed, and words that the message must hold: what is wrong, what would be valid, or
# what was probably meant.
MISTAKES: dict[str, tuple[str, ...]] = {
    "trade world-2032": ("'world-2032'", "Did you mean 'world-2023'?"),
    "trade world-2023 --model ignatenko": ("'ignatenko'", "Did you mean 'ignatenko-2025'?"),
    "trade world-2023 --tariffs us-2025-04-20": ("'us-2025-04-20'", "us-2025-04-02"),
    "trade world-2023 --set USA.JPX=24%": ("--set", "'JPX'", "Did you mean 'JPN'?"),
    "trade world-2023 --set USA.JPN.cars=24%": ("'cars'", "one sector"),
    "trade world-2023 --set USA.JPN=24": ("24%", "could be a percentage"),
    "trade world-2023 --set USA.JPN=-101%": ("-101 %", "above -100%"),
    "trade world-2023 --set USA.JPN=-100%": ("-100 %",),
    "trade world-2023 --set USA.JPN=nan": ("'nan'", "finite"),
    "trade world-2023 --set USA.JPN=inf": ("'inf'", "finite"),
    "trade world-2023 --set USA.JPN=2000%": ("2000 %", "1000 %"),
    "trade world-2023 --set USA.JPN=1e999": ("--set USA.JPN",),
    "trade world-2023 --set USA.JPN=": ("empty",),
    "trade world-2023 --set USA.JPN=2,5%": ("decimal comma", "2.5%"),
    "trade world-2023 --set USA.JPN": ("equals sign", "USA.JPN=24%"),
    "trade world-2023 --set =24%": ("IMPORTER.EXPORTER",),
    "trade world-2023 --set USA=24%": ("IMPORTER.EXPORTER",),
    "trade world-2023 --set USA.USA=24%": ("USA", "own goods"),
    "trade world-2023 --set": ("--set",),
    "trade world-2023 --param elasticity=4": ("'elasticity'", "trade_elasticity"),
    "trade world-2023 --param trade_elasticity": ("NAME=VALUE",),
    "trade world-2023 --param =4": ("NAME=VALUE",),
    "trade world-2023 --param trade_elasticity=x": ("NAME=VALUE",),
    "trade world-2023 --param trade_elasticity=nan": ("trade_elasticity", "a number above 0"),
    "trade world-2023 --param trade_elasticity=inf": ("trade_elasticity", "a number above 0"),
    "trade world-2023 --param trade_elasticity=-4": ("trade_elasticity", "a number above 0"),
    "trade world-2023 --param trade_elasticity=4 --param trade_elasticity=5": ("twice",),
    "trade world-2023 --param value_added_share=0.5": ("ignatenko-2025-roundabout",),
    "trade world-2023 --retaliation 20": ("20%",),
    "trade world-2023 --retaliation recip": ("'recip'", "Did you mean 'reciprocal'?"),
    "trade world-2023 --revenue lumpsum": ("'lumpsum'", "Did you mean 'lump-sum'?"),
    "trade world-2023 --deficits zero": ("'zero'", "world-share, fixed, balanced"),
    "trade world-2023 --tariffs us-pause-2025 --basis payed": ("'payed'", "Did you mean 'paid'?"),
    "trade world-2023 --basis paid": ("--basis", "--tariffs NAME"),
    "trade world-2023 --out answer.txt": ("answer.txt", ".parquet"),
    "trade world-2023 --out answer": ("answer", ".parquet"),
    "trade world-2023 --model=": ("''", "ignatenko-2025"),
    "trade world-2023 --revenue=": ("''", "lump-sum"),
    "trade world-2023 --sensitivities=": ("--sensitivities", "ECONOMY"),
    "trade world-2023 --frob": ("--frob",),
    "trade": ("WORLD",),
    "traed world-2023": ("traed", "trade"),
    "run japan-2024": ("'japan-2024'", "Did you mean 'japan-2025'?"),
    "run missing.yaml": ("missing.yaml", "no such file"),
    "run japan-2025 --draws 0": ("draws", "from 1"),
    "run japan-2025 --draws -1": ("draws", "from 1"),
    "run japan-2025 --draws abc": ("--draws",),
    "run japan-2025 --draws 1.5": ("--draws",),
    "run japan-2025 --draws 99999999999": ("draws", "1000000"),
    "run japan-2025 --seed -1": ("seed", "from 0"),
    "run japan-2025 --seed 99999999999": ("seed", "4294967295"),
    "run japan-2025 --set focus": ("--set", "PATH=VALUE"),
    "run japan-2025 --set fokus=KOR": ("'fokus'", "Did you mean 'focus'?"),
    "run japan-2025 --set focus=KOZ": ("'KOZ'", "--set"),
    "run japan-2025 --set days=abc": ("'abc'", "days"),
    "run japan-2025 --set tariff.USA.JPN=24": ("24%",),
    "run japan-2025 --set changes.trade.pass_through_base.value=0.5": (
        "pass_through_base",
        "--param",
    ),
    "run japan-2025 unexpected": ("unexpected",),
    "run": ("scenario",),
    "compare japan-2025": ("at least two",),
    "compare pause-2025 pause-2099": ("'pause-2099'", "Did you mean 'pause-2025'?"),
    "export nothing": ("'nothing'", "triffin run"),
    "chart nothing ranking": ("'nothing'", "triffin run"),
    "cite nothing": ("'nothing'", "triffin run"),
    "cite /nothing": ("'/nothing'",),
    "cite *": ("'*'",),
    "cite a**": ("'a**'",),
    "cite .": ("manifest.json",),
    "parameters trade_elastizity": ("'trade_elastizity'", "Did you mean 'trade_elasticity'?"),
    "replicate ignatenko": ("'ignatenko'", "Did you mean 'ignatenko-2025'?"),
    "--frob": ("--frob",),
}


@pytest.mark.parametrize("typed", MISTAKES)
def test_a_mistake_is_answered_with_what_would_be_right(typed: str, workplace: Path) -> None:
    triffin(*typed.split()).refused(*MISTAKES[typed])
    assert list(workplace.iterdir()) == []


@pytest.mark.parametrize(
    "typed",
    [
        "trade world-2032",
        "trade world-2023 --set USA.JPN=24",
        "run japan-2024",
        "run japan-2025 --draws 0",
        "run japan-2025 --draws abc",
        "cite nothing",
        "parameters nothing",
    ],
)
def test_a_mistake_prints_nothing_on_standard_output_with_json_either(
    typed: str, workplace: Path
) -> None:
    triffin(*typed.split(), "--json").refused()


HEADER = "importer,exporter,rate\n"
FILES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("empty",)),
    "only a header": (HEADER.encode(), ("mine.csv",)),
    "binary": (bytes(range(256)), ("UTF-8",)),
    "unknown economy": (f"{HEADER}USA,JPX,24%\n".encode(), ("line 2", "'JPX'", "'JPN'")),
    "bare number": (f"{HEADER}USA,CHN,10%\nUSA,JPN,24\n".encode(), ("line 3", "24%")),
    "no number": (f"{HEADER}USA,JPN,high\n".encode(), ("line 2", "'high'")),
    "not a number": (f"{HEADER}USA,JPN,nan\n".encode(), ("line 2", "finite")),
    "below free": (f"{HEADER}USA,JPN,-101%\n".encode(), ("line 2", "-101 %")),
    "above 1000 %": (f"{HEADER}USA,JPN,2000%\n".encode(), ("line 2", "2000 %")),
    "missing cell": (f"{HEADER}USA,,24%\n".encode(), ("line 2", "empty")),
    "too many cells": (f"{HEADER}USA,JPN,24%,x\n".encode(), ("line 2",)),
    "unknown column": (b"importer,exporter,tariff\nUSA,JPN,24%\n", ("line 1", "'tariff'")),
    "missing column": (b"importer,rate\nUSA,24%\n", ("line 1", "'exporter'")),
    "own goods": (f"{HEADER}USA,USA,24%\n".encode(), ("line 2", "own goods")),
    "repeated row": (f"{HEADER}USA,JPN,24%\nUSA,JPN,24%\n".encode(), ("line 3", "line 2")),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_bad_tariff_file_is_refused_with_its_line(kind: str, workplace: Path) -> None:
    content, words = FILES[kind]
    (workplace / "mine.csv").write_bytes(content)
    done = triffin("trade", "world-2023", "--tariffs", "mine.csv", "--json")
    done.refused("mine.csv", *words)


def test_a_folder_or_nothing_in_place_of_a_file_is_refused(workplace: Path) -> None:
    (workplace / "folder.csv").mkdir()
    (workplace / "folder.yaml").mkdir()
    triffin("trade", "world-2023", "--tariffs", "folder.csv").refused("folder.csv", "folder")
    triffin("trade", "world-2023", "--tariffs", "none.csv").refused("none.csv", "no such file")
    triffin("run", "folder.yaml").refused("folder.yaml", "folder")
    triffin("trade", "none.npz").refused("none.npz")


GOOD = """scenario: own
title: A tariff on Japan
world: world-2023
start: 2025-04-02
days: 30
hegemon: USA
focus: JPN
tariffs:
  - {from: 2025-04-02, set: {USA.JPN: 24%}}
"""
SCENARIOS: dict[str, tuple[str, tuple[str, ...]]] = {
    "not YAML": (GOOD.replace("days: 30", "days: [30"), ("line",)),
    "unknown key": (GOOD + "fokus: KOR\n", ("line 10", "'fokus'", "'focus'")),
    "twice the same key": (GOOD + "focus: KOR\n", ("line 10", "focus")),
    "unknown economy": (GOOD.replace("focus: JPN", "focus: JPX"), ("line 7", "'JPX'", "'JPN'")),
    "unknown world": (GOOD.replace("world-2023", "world-2032"), ("line 3", "'world-2023'")),
    "impossible date": (GOOD.replace("start: 2025-04-02", "start: 2025-02-30"), ("line 4",)),
    "bare rate": (GOOD.replace("24%", "24"), ("line 9", "24%")),
    "rate above 1000 %": (GOOD.replace("24%", "2000%"), ("line 9", "2000 %")),
    "missing key": (GOOD.replace("start: 2025-04-02\n", ""), ("'start'",)),
    "unknown distribution": (
        GOOD + "changes:\n  trade.trade_elasticity: {dist: lognormle, median: 4}\n",
        ("line 11", "lognormal"),
    ),
    "a list": ("- a\n- b\n", ("own.yaml",)),
    "empty": ("", ("empty",)),
}


@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_bad_scenario_file_is_refused_with_its_line(kind: str, workplace: Path) -> None:
    content, words = SCENARIOS[kind]
    (workplace / "own.yaml").write_text(content, encoding="utf-8")
    triffin("run", "own.yaml", "--draws", "1", "--json").refused("own.yaml", *words)
    assert [item.name for item in workplace.iterdir()] == ["own.yaml"]


def test_a_run_never_overwrites_files_that_no_run_wrote(workplace: Path) -> None:
    (workplace / "thesis").mkdir()
    (workplace / "thesis" / "chapter.tex").write_text("mine", encoding="utf-8")
    (workplace / "note.txt").write_text("mine", encoding="utf-8")
    for place, word in (("thesis", "chapter.tex"), ("note.txt", "is a file")):
        done = triffin("run", "pause-2025", "--draws", "1", "--json", "--out", place)
        done.refused(place, word)
    assert sorted(item.name for item in workplace.rglob("*")) == [
        "chapter.tex",
        "note.txt",
        "thesis",
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["run", "pause-2025", "--draws", "1", "--out", "note.txt/answer"],
        ["trade", "world-2023", "--out", "note.txt/answer.csv"],
        ["trade", "world-2023", "--out", "note.txt/answer.json"],
        ["trade", "world-2023", "--out", "note.txt/answer.xlsx"],
    ],
)
def test_a_place_that_cannot_be_written_is_bad_input(command: list[str], workplace: Path) -> None:
    (workplace / "note.txt").write_text("mine", encoding="utf-8")
    triffin(*command, "--json").refused("note.txt", "cannot be written")
    assert [item.name for item in workplace.iterdir()] == ["note.txt"]


def test_a_scenario_without_an_equilibrium_says_so_at_once(workplace: Path) -> None:
    content = GOOD.replace("USA.JPN: 24%", "MHL.*: 1000%, GMB.*: 1000%")
    (workplace / "own.yaml").write_text(content, encoding="utf-8")
    done = triffin("run", "own.yaml", "--json")
    done.stopped(3, "no equilibrium", "Marshall Islands (MHL)", "wage bill")
    assert [item.name for item in workplace.iterdir()] == ["own.yaml"]
