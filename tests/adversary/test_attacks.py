"""A small sample of every attack: nothing may be found. The full size is `make attack`."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from .attacks import (
    bad_input,
    coupled,
    damaged,
    kills,
    many_sector,
    metamorphic,
    one_sector,
    optima,
)
from .bad_files import MAKERS
from .finding import Finding

SEED = 20250402


def nothing(found: Sequence[Finding]) -> None:
    """No findings; the first few in full where there are some."""
    assert not found, f"{len(found)} findings\n" + "\n".join(str(f)[:1500] for f in found[:6])


def test_extreme_one_sector_worlds_are_answered_rightly_or_refused() -> None:
    nothing(one_sector.attack(100, SEED))


def test_many_sector_worlds_are_answered_rightly_or_refused() -> None:
    nothing(many_sector.attack(40, SEED))


def test_order_unit_split_and_strangers_change_no_answer() -> None:
    nothing(metamorphic.attack(12, SEED))


def test_no_tariff_of_a_grid_beats_the_optimum() -> None:
    nothing(optima.attack(8, SEED))


def test_random_scenarios_are_answered_within_their_meaning_or_refused() -> None:
    nothing(coupled.attack(1, SEED))


KINDS = {make.__name__: position for position, make in enumerate(MAKERS)}


@pytest.mark.parametrize("kind", KINDS)
def test_bad_input_is_refused_in_words(kind: str) -> None:
    nothing(bad_input.one(SEED, KINDS[kind]))


def test_a_killed_run_leaves_nobody_and_is_taken_up_to_the_same_bits() -> None:
    nothing(kills.attack(1, SEED))


@pytest.mark.parametrize(
    ("arguments", "children", "blow"),
    [
        pytest.param(kills.GRID, 2, signal.SIGKILL, id="solve-SIGKILL"),
        pytest.param(kills.TALKS, 1, signal.SIGTERM, id="run-SIGTERM"),
    ],
)
def test_nobody_outlives_a_command(
    arguments: tuple[str, ...], children: int, blow: signal.Signals, tmp_path: Path
) -> None:
    assert kills.orphans(arguments, tmp_path, blow, children) == []


def test_a_damaged_file_is_not_accepted() -> None:
    nothing(damaged.attack(2, SEED))
