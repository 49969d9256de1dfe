"""docs/threats.md has the tables that the code writes today, and docs/validation.md the same."""

from __future__ import annotations

from tools.write_docs.threats import PAGE, page, scores


def test_the_tables_are_those_of_today() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run `python -m tools.write_docs.threats`"
    validation = PAGE.with_name("validation.md").read_text(encoding="utf-8")
    assert scores() in validation, "run `make validation`"
