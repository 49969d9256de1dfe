"""Every picture is the one that was pinned, to the last key of its Vega-Lite."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pinned_pictures import PINNED, pictures, small_run

EXPECTED: dict[str, Any] = json.loads(PINNED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return pictures(small_run(), tmp_path_factory.mktemp("pictures"))


def test_the_same_pictures_are_drawn(drawn: dict[str, Any]) -> None:
    assert list(drawn) == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_picture_is_what_it_was(drawn: dict[str, Any], name: str) -> None:
    assert drawn[name] == EXPECTED[name]
