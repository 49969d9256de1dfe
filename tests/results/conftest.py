"""Synthetic runs shared by the tests of this room, and a browser where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from synthetic import synthetic_result
from synthetic_coupled import coupled_result

from triffin.results import Result

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OFFLINE = ["--headless", "--no-sandbox", "--disable-background-networking"]


@pytest.fixture(scope="session")
def run() -> Result:
    return synthetic_result()


@pytest.fixture(scope="session")
def run_folder(run: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved run; tests that change it copy it first."""
    return run.save(tmp_path_factory.mktemp("runs") / "japan-2025-5ca1ab1e")


@pytest.fixture(scope="session")
def coupled() -> Result:
    """A run of every module."""
    return coupled_result()


@pytest.fixture(scope="session")
def joint() -> Result:
    """A small run of every module."""
    return coupled_result(count=20, draws=48, partners=6)


@pytest.fixture(scope="session")
def coupled_folder(coupled: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coupled.save(tmp_path_factory.mktemp("coupled") / "japan-2025-5ca1ab1e")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: install Debian's chromium to test the report")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as machine:
        window = machine.chromium.launch(executable_path=chromium, args=OFFLINE)
        yield window
        window.close()
