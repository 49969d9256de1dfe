"""The report: one file, no request, escaped, and whole in a browser at every width."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from synthetic import synthetic_result

from triffin.results import Result
from triffin.results.figures.figures import FIGURES
from triffin.results.report.page import build_report, json_for_html, linked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Reader(HTMLParser):
    """Elements of a page, with a check that every element is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text.append(data)


@pytest.fixture(scope="module")
def html(run: Result) -> str:
    return build_report(run)


@pytest.fixture(scope="module")
def page_of(html: str) -> Reader:
    return Reader(html)


def test_the_page_is_well_formed(page_of: Reader) -> None:
    assert page_of.open == []
    identifiers = [attrs["id"] for _, attrs in page_of.elements if "id" in attrs]
    assert len(identifiers) == len(set(identifiers))


def test_nothing_is_fetched(page_of: Reader, html: str) -> None:
    for tag, attrs in page_of.elements:
        for name in ("src", "srcset", "data", "action", "poster"):
            assert name not in attrs, (tag, attrs)
        address = attrs.get("href")
        if address:
            allowed = ("#", "data:") if tag != "a" else ("#", "https://doi.org/")
            assert address.startswith(allowed), (tag, address)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert styles
    assert not re.search(r"@import|url\(", "".join(styles))


def test_every_link_within_the_page_arrives(page_of: Reader) -> None:
    identifiers = {attrs.get("id") for _, attrs in page_of.elements}
    for tag, attrs in page_of.elements:
        if tag == "a" and (attrs["href"] or "").startswith("#"):
            assert (attrs["href"] or "")[1:] in identifiers


def test_sections_come_in_the_order_of_the_questions(page_of: Reader) -> None:
    heads = [attrs.get("id") for tag, attrs in page_of.elements if tag == "h2"]
    asked = ["pays", "sure", "drivers", "economies", "assumptions", "reproduce"]
    assert heads == ["headline-title", *asked]


def test_the_answers_come_before_everything_else(page_of: Reader, run: Result) -> None:
    text = " ".join("".join(page_of.text).split())
    answer = run.headline[0]["answer"]
    assert answer in text
    assert text.index(answer) < text.index("Who pays")
    for words in ("positive in 4 of 12 models", "grade judgement", "untested"):
        assert words in text


def test_pictures_come_before_tables(html: str) -> None:
    # no table stands open before the table of all economies
    before = html[html.index("<main>") : html.index('id="economies"')]
    assert before.index('class="chart"') < before.index("<table")
    folded = re.sub(r"<details.*?</details>", "", before, flags=re.DOTALL)
    assert "<table" not in folded


def test_the_page_is_accessible_without_script(page_of: Reader) -> None:
    tags = [tag for tag, _ in page_of.elements]
    assert ("html", {"lang": "en"}) in page_of.elements
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption")
    assert "noscript" in tags
    assert all(attrs.get("scope") for tag, attrs in page_of.elements if tag == "th")


def test_how_to_reproduce_names_command_hash_data_and_sources(page_of: Reader, run: Result) -> None:
    text = "".join(page_of.text)
    assert "triffin run japan-2025 --draws 240 --seed 7" in text
    assert run.manifest["hash"] in text
    assert run.manifest["data"][0]["sha256"] in text
    for parameter in run.manifest["parameters"]:
        assert parameter["source"] in " ".join(text.split())


def test_hostile_text_is_shown_and_not_run() -> None:
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    run = synthetic_result(count=20, draws=24, title=attack)
    run.data.coords["economy_name"][3] = attack[:40]
    run.manifest["phases"][0]["notes"] = [attack]
    html = build_report(run)
    page = Reader(html)
    assert page.open == []
    scripts = [attrs for tag, attrs in page.elements if tag == "script"]
    assert len(scripts) == 6
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert not [attrs for _, attrs in page.elements if any(key.startswith("on") for key in attrs)]
    assert attack in "".join(page.text)


def test_data_in_a_script_cannot_end_it() -> None:
    text = json_for_html({"a": "</script><!--\u2028", "b": float("nan")})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"a": "</script><!--\u2028", "b": None}


def test_only_doi_addresses_become_links() -> None:
    assert linked("see https://doi.org/10.1/x.") == (
        'see <a href="https://doi.org/10.1/x">https://doi.org/10.1/x</a>.'
    )
    assert "<a" not in linked("https://example.org/10.1/x javascript:alert(1)")
    assert 'onclick="' not in linked('https://doi.org/10.1/" onclick="x')


def test_the_same_run_gives_the_same_page(run: Result, html: str) -> None:
    assert build_report(synthetic_result()) == html


def test_a_run_with_little_data_still_has_a_report() -> None:
    run = synthetic_result(count=20, draws=24)
    bare = Result(
        {
            key: value
            for key, value in run.manifest.items()
            if key not in ("rival", "focus", "notes", "tariff_basis")
        },
        [entry | {"driver_shares": {}} for entry in run.headline],
        run.data[["welfare", "spending"]],
    )
    page = Reader(build_report(bare))
    assert page.open == []
    assert "Nothing varied in this run" in "".join(page.text)


def open_page(
    browser: Browser, path: Path, width: int = 1280, scheme: Any = "light"
) -> tuple[Page, list[str]]:
    """The report in the browser when all charts are drawn, and everything that went wrong."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:"))
            else wrong.append(f"request: {request.url}")
        ),
    )
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]", timeout=30_000)
    return page, wrong


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_is_drawn_offline_at_every_width_and_theme(
    browser: Browser, coupled_folder: Path, width: int, scheme: str
) -> None:
    page, wrong = open_page(browser, coupled_folder / "report.html", width, scheme)
    page.evaluate("document.querySelectorAll('details.pictures').forEach(one => one.open = true)")
    page.wait_for_function(
        "[...document.querySelectorAll('.chart')].every(one => one.querySelector('svg'))"
    )
    charts = page.evaluate(
        """[...document.querySelectorAll('.chart')].map(place => ({
            name: place.dataset.chart,
            marks: place.querySelectorAll('svg path, svg text').length,
            label: place.querySelector('svg').getAttribute('aria-label'),
            inside: place.querySelector('svg').getBoundingClientRect().right <= innerWidth}))"""
    )
    assert {chart["name"] for chart in charts} == set(FIGURES)
    assert all(chart["marks"] > 8 and chart["label"] and chart["inside"] for chart in charts)
    assert max(c["marks"] for c in charts if c["name"] == "welfare-map") > 170  # all countries
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    first = "Math.min(...[...document.querySelectorAll('.chart svg')].map(one => "
    first += "one.getBoundingClientRect().top + scrollY))"
    assert page.evaluate(first) <= (700 if width == 1280 else 1000)
    assert page.evaluate("document.documentElement.dataset.drawn") == scheme
    assert wrong == []
    page.close()


def test_the_toggle_redraws_page_and_charts(browser: Browser, run_folder: Path) -> None:
    page, wrong = open_page(browser, run_folder / "report.html")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#toggle")
    page.wait_for_selector("html[data-drawn=dark]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert wrong == []
    page.close()


def test_the_table_sorts_searches_and_downloads(browser: Browser, run_folder: Path) -> None:
    page, wrong = open_page(browser, run_folder / "report.html")
    first = "#economies-table tbody tr:not([hidden]) th"
    page.click("#economies-table thead th:nth-child(3) button")  # median welfare, largest first
    page.click("#economies-table thead th:nth-child(3) button")
    assert page.locator(first).first.inner_text() == "Lesotho"
    page.fill("#search-economies-table", "jap")
    assert page.locator(first).all_inner_texts() == ["Japan"]
    assert page.inner_text("#count-economies-table") == "1 of 60 economies"
    with page.expect_download() as download:
        page.click("button[data-table=economies-table]")
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("Code,Economy,")
    assert lines[1].startswith("JPN,Japan,")
    assert len(lines) == 2
    assert wrong == []
    page.close()


@pytest.mark.parametrize(
    ("kind", "start"), [("csv", b"Code,Economy"), ("png", b"\x89PNG"), ("svg", b"<svg")]
)
def test_under_each_chart_its_data_and_its_picture(
    browser: Browser, run_folder: Path, kind: str, start: bytes
) -> None:
    page, wrong = open_page(browser, run_folder / "report.html", 375)
    with page.expect_download() as download:
        page.click(f"[data-figure=welfare-map][data-save={kind}] >> nth=0")
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(start)
    if kind == "svg":
        assert b"real income" in content  # a picture that leaves the page keeps its title
        assert b"5ca1ab1e0ddb" in content
    assert wrong == []
    page.close()


def test_printing_takes_at_most_eight_pages(browser: Browser, coupled_folder: Path) -> None:
    page, wrong = open_page(browser, coupled_folder / "report.html")
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) <= 8
    assert wrong == []
    page.close()


def test_paper_is_white_even_from_a_dark_screen(browser: Browser, run_folder: Path) -> None:
    page, wrong = open_page(browser, run_folder / "report.html", 1280, "dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_selector("html[data-drawn=light]")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.wait_for_selector("html[data-drawn=dark]")
    assert wrong == []
    page.close()
