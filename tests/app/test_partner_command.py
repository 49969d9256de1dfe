"""`triffin negotiate SCENARIO --partner ISO3` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import triffin

FAST = ("--draws", "16", "--seed", "5")


@pytest.fixture(scope="module")
def shown() -> str:
    done = triffin("negotiate", "japan-2025", "--partner", "KOR", *FAST)
    assert done.code == 0
    return done.out


def test_the_answer_fits_80_columns_and_names_what_it_rests_on(shown: str) -> None:
    assert max(len(line) for line in shown.splitlines()) <= 80
    for text in ("Does South Korea settle", "grade judgement", "driven by", "Hold-up"):
        assert text in shown


def test_one_json_document_and_the_same_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "partner.json"
    done = triffin("negotiate", "japan-2025", "--partner", "KOR", *FAST, "--json", "--out", file)
    assert done.json["partner"]["iso3"] == "KOR"
    assert json.loads(file.read_text("utf-8")) == done.json


def test_bad_partners_and_files_are_refused() -> None:
    triffin("negotiate", "japan-2025", "--partner", "JPX").refused("JPX", "JPN")
    triffin("negotiate", "japan-2025", "--partner", "TWN").refused("Taiwan", "no trade data")
    triffin("negotiate", "japan-2025", "--partner", "KOR", "--out", "a.doc").refused("--out")
