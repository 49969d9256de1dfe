"""What is wrong with an input, and what a good refusal of it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Generator = np.random.Generator


@dataclass(frozen=True)
class Bad:
    """A command on files with something wrong, and what a good refusal says.

    code: the exit code that is right; file: what the message names; place: whether it must give
    a line or row; words: what it says besides; problems: how many it must list.
    A code of -1 is any honest end.
    """

    arguments: tuple[str, ...]
    code: int = 2
    file: str = ""
    place: bool = True
    words: tuple[str, ...] = ()
    problems: int = 1
    environment: dict[str, str] = field(default_factory=dict)
    close_output: bool = False


Maker = Callable[[Generator, Path], Bad]


def pick(rng: Generator, values: tuple[Any, ...]) -> Any:
    """One of the values."""
    return values[int(rng.integers(len(values)))]
