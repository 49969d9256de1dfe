"""What a run draws: parameters from one sequence, shocks from streams.

One scrambled Sobol sequence has a column for every parameter of every room: sequences of one seed
drawn apart would not be independent of each other. A parameter that several modules use is drawn
once. Columns are fixed, so that switching a module off leaves what the others draw alone, and the
first draws of a longer run are those of a shorter one.

Every module has a stream of its own, so that switching one off leaves the others alone.

Draws come in blocks of fixed size. A block's shocks depend on the seed, the module and the number
of the block alone: neither on how many draws are asked for nor on who computes them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from triffin.trade.parameter_draws import COLUMNS as TRADE
from triffin.world.base.arrays import Array
from triffin.world.registry.sampling import uniforms

if TYPE_CHECKING:
    from triffin.run.clock.section import RunSection

BLOCK = 256
"""Draws that are followed and solved together."""

# The first streams are numbered, which is part of the results; others go by their names.
MODULES = ("currency", "yields", "", "", "", "collapse")


MOST_DRAWS = 2**30
"""Points of the sequence before it would begin anew."""


def columns(sections: Sequence[RunSection]) -> tuple[str, ...]:
    """Columns of the trade model, of the sections, and of what stands between them, in order."""
    drawn = chain.from_iterable(section.columns for section in sections)
    between = ("tariff_to_exchange_rate", "trade_elasticity_first_year")
    return tuple(dict.fromkeys((*TRADE, *drawn, *between)))


def run_uniforms(columns: Sequence[str], first: int, last: int, seed: int) -> dict[str, Array]:
    """Column -> probabilities of the draws from `first` up to `last`, which is not included."""
    return uniforms(columns, last - first, seed, first=first, most=MOST_DRAWS)


class Streams:
    """The streams of one block, cut to its first `n` draws."""

    def __init__(self, seed: int, block: int, n: int) -> None:
        self._n, self._seed, self._block = n, seed, block
        self._streams: dict[str, np.random.Generator] = {}

    def normal(self, module: str, steps: int) -> Array:
        """(steps, n) standard normal shocks, the next ones of a module."""
        stream = self._stream(module)
        return np.stack([stream.standard_normal(BLOCK) for _ in range(steps)])[
            :, : self._n
        ].reshape(steps, self._n)

    def uniform(self, module: str, *shape: int) -> Array:
        """(n, *shape) uniforms, the next ones of a module."""
        return np.asarray(self._stream(module).random((BLOCK, *shape))[: self._n])

    def sequence(self, module: str) -> np.random.SeedSequence:
        """The seed of a module's shocks in this block, for steppers that draw their own."""
        named = MODULES.index(module) if module in MODULES else zlib.crc32(module.encode())
        return np.random.SeedSequence(self._seed, spawn_key=(named, self._block))

    def _stream(self, module: str) -> np.random.Generator:
        if module not in self._streams:
            self._streams[module] = np.random.default_rng(self.sequence(module))
        return self._streams[module]
