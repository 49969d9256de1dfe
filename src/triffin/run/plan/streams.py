"""Shocks: every module has a stream of its own, so that switching one off leaves the others alone.

Draws come in blocks of fixed size. A block's shocks depend on the seed, the module and the number
of the block alone: neither on how many draws are asked for nor on who computes them.
"""

from __future__ import annotations

import numpy as np

from triffin.world.base.arrays import Array

BLOCK = 256
"""Draws that are followed and solved together."""

# The order is part of the results: append, never reorder.
MODULES = ("currency", "yields", "talks", "decision", "alignment", "collapse", "creditor")


class Streams:
    """The streams of one block, cut to its first `n` draws."""

    def __init__(self, seed: int, block: int, n: int) -> None:
        self._n, self._seed, self._block = n, seed, block
        self._streams = {
            name: np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(place, block)))
            for place, name in enumerate(MODULES)
        }

    def normal(self, module: str, steps: int) -> Array:
        """(steps, n) standard normal shocks, the next ones of a module."""
        return np.stack([self._streams[module].standard_normal(BLOCK) for _ in range(steps)])[
            :, : self._n
        ].reshape(steps, self._n)

    def uniform(self, module: str, *shape: int) -> Array:
        """(n, *shape) uniforms, the next ones of a module."""
        return np.asarray(self._streams[module].random((BLOCK, *shape))[: self._n])

    def sequence(self, module: str) -> np.random.SeedSequence:
        """The seed of a module's shocks in this block, for steppers that draw their own."""
        place = MODULES.index(module)
        return np.random.SeedSequence(self._seed, spawn_key=(place, self._block))
