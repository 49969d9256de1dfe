"""The synthetic runs of tests/results: an answer is read as it stands in a run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "results"))

from synthetic import synthetic_result
from synthetic_coupled import coupled_result

from triffin.results import Result


@pytest.fixture(scope="session")
def run() -> Result:
    return synthetic_result()


@pytest.fixture(scope="session")
def coupled() -> Result:
    """A run of every module."""
    return coupled_result(count=20, draws=48, partners=6)
