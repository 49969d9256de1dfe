"""Moves of code change no answer: thirteen commands answer what they answered when pinned."""

from __future__ import annotations

from pathlib import Path

import pytest
from pinned import answered, differences, pairs, read


@pytest.mark.parametrize(("name", "seed"), pairs())
def test_a_command_answers_what_it_answered(name: str, seed: int, tmp_path: Path) -> None:
    found = list(differences(answered(name, seed, tmp_path), read(name, seed)))
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:20])


def test_a_changed_digit_is_seen() -> None:
    assert list(differences({"a": [1.0, 2.000001]}, {"a": [1.0, 2.0]}))
    assert not list(differences({"a": [1.0, 2.0 + 1e-8]}, {"a": [1.0, 2.0]}))
    assert list(differences({"answer": "Japan 15 %"}, {"answer": "Japan 14 %"}))
    assert list(differences({}, {"answer": None}))
