"""Comparisons of many runs: probabilities, answers in words, what was not asked, every format."""

from __future__ import annotations

import json
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest

from triffin.results import Result
from triffin.results.compare import compare, paired_difference, probability_difference
from triffin.results.report import comparison_page as output
from triffin.world.base.errors import InputError


def changed(run: Result, name: str, **draws: np.ndarray) -> Result:
    """The same run under another name with other draws behind some headlines."""
    values = run.data["headline_draws"].copy(deep=True)
    headline = list(run.headline)
    for identifier, sample in draws.items():
        values.loc[{"headline": identifier}] = sample
        place = next(k for k, item in enumerate(headline) if item["id"] == identifier)
        probability = set(np.unique(sample)) <= {0.0, 1.0}
        middle = float(np.mean(sample) if probability else np.median(sample))
        headline[place] = headline[place] | {"median": middle}
    return Result(
        run.manifest | {"scenario": name}, headline, run.data.assign(headline_draws=values)
    )


@pytest.fixture(scope="module")
def base(joint: Result) -> Result:
    return joint


@pytest.fixture(scope="module")
def variants(base: Result) -> list[Result]:
    yields = base.data["headline_draws"].sel(headline="yield_10y_change").values
    signs = base.data["headline_draws"].sel(headline="focus_signs").values
    dumps = changed(base, "japan-dumps", yield_10y_change=yields + 40)
    stubborn = changed(base, "no-deal", focus_signs=np.where(np.arange(48) < 24, 0.0, signs))
    asked = [item for item in base.headline if item["id"] != "band_held"]
    elsewhere = Result(base.manifest | {"scenario": "no-band"}, asked, base.data)
    return [base, dumps, stubborn, elsewhere]


def row_of(runs: list[Result], identifier: str) -> dict[str, object]:
    return next(row for row in compare(runs)["headline"] if row["id"] == identifier)


def test_common_draws_show_the_effect_and_not_the_noise(variants: list[Result]) -> None:
    first, second, _ = row_of(variants, "yield_10y_change")["differences"]
    assert first == pytest.approx({"median": 40, "low": 40, "high": 40, "paired": True})
    assert second["median"] == 0


def test_a_probability_is_compared_by_its_share_and_not_by_its_median_draw(
    variants: list[Result], base: Result
) -> None:
    row = row_of(variants, "focus_signs")
    assert row["measure"] == "probability"
    difference = row["differences"][1]
    lost = base.data["headline_draws"].sel(headline="focus_signs").values[:24].sum() / 48
    assert difference["median"] == pytest.approx(-lost)
    assert difference["low"] < difference["median"] < difference["high"] < 0


def test_the_interval_of_a_difference_of_shares_is_its_monte_carlo_error() -> None:
    random = np.random.default_rng(1)
    found = []
    for _ in range(400):
        first, other = random.random((2, 200)) < np.array([[0.4], [0.6]])
        ends = probability_difference(first, other)
        assert ends is not None
        found.append(ends["low"] <= 0.2 <= ends["high"])
    assert np.mean(found) == pytest.approx(0.9, abs=0.05)


def test_answers_in_words_say_whether_and_how_often_they_differ(base: Result) -> None:
    other = Result(base.manifest, base.headline, base.data)
    (same,) = row_of([base, other], "debt_wall_cover")["changes"]
    assert same["changed"] is False
    # an answer without draws behind it: how often it differs is unknown, not always
    values = base.data["headline_draws"].copy(deep=True)
    values.loc[{"headline": "band_held"}] = np.nan
    words = [item | {"median": None} for item in base.headline]
    mute = Result(base.manifest, words, base.data.assign(headline_draws=values))
    (unknown,) = row_of([mute, mute], "band_held")["changes"]
    assert unknown == {"changed": False, "share": None}


def test_what_a_run_did_not_ask_is_neither_zero_nor_a_difference(variants: list[Result]) -> None:
    row = row_of(variants, "band_held")
    assert row["runs"][3] is None
    assert row["differences"][2] is None
    cells = [row for row in output.picture_rows(compare(variants)) if row["run"] == "no-band"]
    band = next(cell for cell in cells if cell["headline"].startswith("band held"))
    assert (band["text"], band["size"]) == ("not asked", None)


def test_another_focus_is_another_question(base: Result) -> None:
    """What a deal is worth to Japan less what one is worth to Germany means nothing."""
    elsewhere = [item | {"question": "Does Germany sign?"} for item in base.headline]
    other = Result(base.manifest | {"focus": "DEU"}, elsewhere, base.data)
    assert row_of([base, other], "focus_signs")["differences"] == [None]
    alike = Result(base.manifest | {"focus": "DEU"}, base.headline, base.data)
    assert row_of([base, alike], "focus_tariff")["differences"] == [None]
    assert row_of([base, alike], "hegemon_welfare")["differences"] != [None]
    again = Result(base.manifest, elsewhere, base.data)
    assert row_of([base, again], "focus_signs")["differences"][0]["median"] == 0


def test_every_headline_of_every_run_has_a_cell_and_a_sure_one_is_bold(
    variants: list[Result],
) -> None:
    document = compare(variants)
    cells = output.picture_rows(document)
    assert len(cells) == len(variants) * len(document["headline"])
    dumps = {row["headline"]: row for row in cells if row["run"] == "japan-dumps"}
    assert dumps["yield 10y change, bp"]["text"] == "+40.0"
    assert dumps["yield 10y change, bp"]["sure"]
    assert not dumps["band held, %"]["sure"]
    assert isinstance(output.picture(document, theme="dark"), alt.LayerChart)
    output.picture(document).to_dict()  # validates against the schema


@pytest.mark.parametrize("ending", output.FORMATS)
def test_a_comparison_is_written_by_ending_with_the_hash_of_the_runs(
    variants: list[Result], tmp_path: Path, ending: str
) -> None:
    path = output.save_comparison(variants, tmp_path / f"all.{ending}")
    content = path.read_bytes()
    if ending in ("svg", "html", "csv"):
        assert variants[0].identity.encode() in content
    if ending == "json":
        assert json.loads(content) == compare(variants)
    if ending == "xlsx":
        sheets = pd.read_excel(path, sheet_name=None)
        assert len(sheets["comparison"]) == 4 * len(variants[0].headline)
        assert any(variants[0].manifest["hash"] in text for text in sheets["sources"]["cite"])
    if ending == "html":
        text = content.decode()
        assert "<script" not in text
        assert 'src="http' not in text
        assert "Does Japan sign?" in text
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_an_unknown_ending_or_theme_is_refused(variants: list[Result], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written as 'pdf'"):
        output.save_comparison(variants, tmp_path / "all.pdf")
    with pytest.raises(InputError, match="Did you mean 'dark'"):
        output.save_comparison(variants, tmp_path / "all.svg", theme="drak")


def test_a_difference_of_probabilities_is_in_points(variants: list[Result]) -> None:
    document = compare(variants)
    row = next(row for row in output.table_rows(document) if row["id"] == "focus_signs")
    assert row["cells"][0]["level"].endswith(" %")
    assert " pp (" in row["cells"][2]["difference"]
    lost = next(r for r in document["headline"] if r["id"] == "focus_signs")["differences"][1]
    cells = output.picture_rows(document)
    cell = next(c for c in cells if c["run"] == "no-deal" and c["headline"] == "focus signs, %")
    assert cell["text"] == f"{100 * lost['median']:.1f}".replace("-", "−")


def test_rounding_is_no_difference() -> None:
    first = np.array([0.08, -4.8, 259.0])
    found = paired_difference(first, first * (1 + 1e-13))
    assert found == {"median": 0.0, "low": 0.0, "high": 0.0, "paired": True}
