"""What is printed stays as it was pinned: help pages and answers on a terminal of 80 columns."""

from __future__ import annotations

import pytest
from pinned import differences
from printed import HERE, pages, printed


@pytest.mark.parametrize(("file", "typed"), pages().items())
def test_a_page_is_what_it_was(file: str, typed: str) -> None:
    pinned = (HERE / file).read_text(encoding="utf-8")
    found = list(differences(printed(typed).splitlines(), pinned.splitlines()))
    assert not found, "\n".join(found[:20])


def test_every_pinned_page_is_of_a_command_that_is_there() -> None:
    assert {path.name for path in HERE.glob("*.txt")} == set(pages())
