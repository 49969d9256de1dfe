"""What an episode declares: dates, what is given, sources, and where it may not count."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator

from triffin.evidence.backtests.rows import MODULES
from triffin.finance.joint.volatility import market_volatility
from triffin.scenario.field_types import Section, Text, refused
from triffin.scenario.schema_errors import validated
from triffin.world.base.yaml_files import read_tree
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.registry import GRADES
from triffin.world.registry.sampling import uniforms

FOLDER = Path(__file__).parent / "episodes"


def _module(name: str) -> str:
    if name not in MODULES:
        raise refused(f"{name!r} is no module.", tuple(MODULES))
    return name


def _grade(name: str) -> str:
    if name not in GRADES:
        raise refused(f"{name!r} is no grade.", GRADES)
    return name


Module = Annotated[str, AfterValidator(_module)]


class Episode(Section):
    """One file of `episodes/`.

    modules: letters of the models tested. information: last day of which anything is known (a row
    may have an earlier or later one of its own). given: what the forecast is conditional on, such
    as the dollars that were sold. excluded: module -> why the episode does not score it. figures:
    dates, keys of datasets and, where no dataset has them, observations.
    """

    id: Text
    title: Text
    modules: tuple[Module, ...]
    information: Text
    given: Text
    source: Text
    grade: Annotated[str, AfterValidator(_grade)]
    excluded: dict[Module, Text]
    note: str
    figures: dict[str, Any]

    @property
    def stream(self) -> int:
        """A number of its own for the random stream of the episode."""
        return zlib.crc32(self.id.encode())

    def drawn(
        self, names: Sequence[str], n: int, seed: int, *, parameters: ParameterSet
    ) -> dict[str, np.ndarray]:
        """Registry entries (n,) by name, apart from what other functions draw with this seed."""
        return parameters.draw(names, uniforms(names, n, (seed + self.stream) % 2**32))

    def walk(self, times: Iterable[float], n: int, seed: int) -> np.ndarray:
        """Standard Brownian motion (T, n) at increasing `times`, from the episode's own stream."""
        stream = np.random.SeedSequence([seed, self.stream])
        steps = np.sqrt(np.diff(np.asarray(list(times), dtype=np.float64), prepend=0.0))
        normal = np.random.default_rng(stream).standard_normal((len(steps), n))
        return np.cumsum(steps[:, np.newaxis] * normal, axis=0)

    def news(
        self,
        names: Sequence[str],
        known: str,
        days: Sequence[int],
        n: int,
        seed: int,
        *,
        parameters: ParameterSet,
    ) -> np.ndarray:
        """What news do to market series (S, T, n) after so many trading `days` from `known`, with
        the volatility known by then: basis points of yields, percent of the dollar."""
        volatility = market_volatility(names, known, parameters)
        stream = np.random.default_rng(np.random.SeedSequence([seed, self.stream]))
        normals = stream.standard_normal((len(names), max(days), n))
        common = volatility.common_scale(stream.random(n), max(days))
        return volatility.moves(normals, common)[:, np.asarray(days) - 1]


@cache
def read_episode(path: Path) -> Episode:
    """One episode. Raises InputError (file, line, field) for what is missing or not valid."""
    tree = read_tree(path.read_text(encoding="utf-8"), path.name, "episode")
    return validated(tree, Episode)
