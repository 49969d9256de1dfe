"""Fixtures of this room; the samples themselves are in scenario_samples."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_samples import WriteFile, small_world

from triffin.world import World, load_world


@pytest.fixture
def small() -> World:
    return small_world()


@pytest.fixture(scope="session")
def world_2023() -> World:
    return load_world("world-2023")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteFile:
    """Write a file into an empty folder that becomes the current one; returns its name."""
    monkeypatch.chdir(tmp_path)

    def write_file(content: str | bytes, name: str = "own.yaml") -> str:
        raw = content if isinstance(content, bytes) else content.encode("utf-8")
        (tmp_path / name).write_bytes(raw)
        return name

    return write_file
