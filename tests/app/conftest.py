"""An empty folder to work in, and runs that several tests read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import Finished, process, triffin


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns without colors."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def japan(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """`triffin run japan-2025 --draws 16 --json --out DIR`, as a process of its own."""
    folder = tmp_path_factory.mktemp("japan") / "deep" / "answer"
    outcome = process("run", "japan-2025", "--draws", "16", "--json", "--out", folder)
    return Finished(outcome, folder)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which two scenarios were run, with the folders that a run chooses itself."""
    place = tmp_path_factory.mktemp("archive")
    before = Path.cwd()
    os.chdir(place)
    try:
        for scenario in ("pause-2025", "universal-10"):
            assert triffin("run", scenario, "--draws", "8", "--json").code == 0
    finally:
        os.chdir(before)
    return place


@pytest.fixture
def in_archive(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The archive as the current folder; tests add files to it but change no run."""
    monkeypatch.chdir(archive)
    return archive
