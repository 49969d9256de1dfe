"""What readers see is plain English: in the answers of every shipped scenario, report and brief."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest
from tools.write_docs.readers import FORBIDDEN, reading_ease

import triffin
from triffin.answers.headline import first_of
from triffin.results import Result
from triffin.results.figures.figures import FIGURES
from triffin.results.report.brief import build_brief
from triffin.results.report.sections import Section, about, sections_of
from triffin.scenario.loading import shipped_names

ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@cache
def solved(name: str) -> Result:
    return triffin.run(name, draws=2)


def sentences(result: Result) -> Iterator[str]:
    """Every sentence of the answers, of the sections and of the pictures."""
    drawn = {name: rows for name, f in FIGURES.items() if (rows := f.rows(result))}
    for entry in result.headline:
        item = about(entry)
        yield from (item["question"], item["sentence"], item["more"], item["outcome"])
        yield from (str(row["name"]) for row in entry["table"])
    for name, rows in drawn.items():
        figure = FIGURES[name]
        yield from (figure.title_of(result, rows), figure.caption_of(result, rows))
    for section in sections_of(result, drawn):
        yield section.title
        yield from _said(section)


def _said(section: Section) -> Iterator[str]:
    # sources and the terms of data are quoted as they are
    if section.name not in ("reproduce", "claims"):
        yield from section.texts


@pytest.mark.parametrize("name", shipped_names())
def test_no_sentence_has_a_word_that_only_modellers_know(name: str) -> None:
    for text in sentences(solved(name)):
        assert not FORBIDDEN.search(text), text
        assert not ISO_DATE.search(text), text


def test_the_brief_has_no_such_word_either() -> None:
    page = build_brief(solved("japan-2025"))
    body = unescape(re.sub(r"<(style|svg|code|footer).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL))
    left = body.replace("hegemon-", "")
    assert not FORBIDDEN.search(left), FORBIDDEN.search(left)


def test_what_is_asked_first_reads_easily() -> None:
    text = " ".join(str(entry["sentence"]) for entry in first_of(solved("japan-2025").headline))
    # plain English is 60 and more (Flesch 1948); numbers count as words
    assert reading_ease(text) > 50
