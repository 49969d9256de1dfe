"""The brief: one page on paper, no script, every answer of the box, the hash of the run."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from synthetic import synthetic_result

from triffin.results import Result
from triffin.results.report.brief import build_brief, save_brief
from triffin.results.report.sections import one_minute
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def brief(coupled: Result) -> str:
    return build_brief(coupled)


def test_the_brief_answers_what_the_box_of_the_report_answers(brief: str, coupled: Result) -> None:
    text = brief.replace("\u00a0", " ")
    for item in one_minute(coupled):
        assert item["question"] in unescape(text)
        assert item["sentence"] in unescape(text)
    assert coupled.manifest["hash"] in text
    assert "triffin run japan-2025 --draws 240 --seed 7" in text
    assert text.count("<figure") == 4


def test_the_brief_opens_offline_and_runs_nothing(brief: str) -> None:
    assert "<script" not in brief
    assert not re.search(r"(src|href)=\"(?!data:)", brief.replace("xlink:", ""))
    assert not re.search(r"@import|url\(http", brief)


def test_hostile_text_stays_text() -> None:
    run = synthetic_result(count=20, draws=24, title="</title><script>alert(1)</script>")
    assert "<script" not in build_brief(run)


def test_the_same_run_gives_the_same_brief(brief: str, coupled: Result) -> None:
    assert build_brief(coupled) == brief


def test_a_run_of_tariffs_alone_lists_its_answers(run: Result) -> None:
    text = build_brief(run).replace("\u00a0", " ")
    assert run.headline[0]["answer"] in text
    assert "The exchange rate" not in text


def test_only_html_is_written(coupled: Result, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="print it from a browser"):
        save_brief(coupled, tmp_path / "brief.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("longer", [1, 4])
def test_the_brief_prints_on_one_page_of_a4(
    browser: Browser, coupled: Result, tmp_path: Path, longer: int
) -> None:
    wordy = [item | {"answer": " ".join([item["answer"]] * longer)} for item in coupled.headline]
    path = save_brief(Result(coupled.manifest, wordy, coupled.data), tmp_path / "brief.html")
    page = browser.new_page()
    page.goto(path.as_uri())
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    width, height = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups()
    assert (float(width), float(height)) == pytest.approx((595, 842), abs=1.5)
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    # what the page cuts off on paper would be the footer: it is inside
    page.set_viewport_size({"width": 718, "height": 1040})
    page.emulate_media(media="print")
    ends = page.evaluate(
        """['.sheet', 'footer'].map(
            name => document.querySelector(name).getBoundingClientRect().bottom)"""
    )
    assert ends[1] <= ends[0]
    page.close()
