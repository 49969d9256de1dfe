"""Draws: scrambled Sobol points, one fixed column per quantity, mapped through the registry.

Each drawn quantity has its own column of the sequence, so that two questions with the same columns,
seed and number of draws share their draws (common random numbers).
Source: Owen (1998), ACM Trans. Model. Comput. Simul. 8 (scrambling).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from triffin.world.base.errors import InputError
from triffin.world.registry.registry import Parameter, parameter

MAX_DRAWS = 1_000_000


def uniforms(
    columns: Sequence[str], n: int, seed: int, *, first: int = 0, most: int = MAX_DRAWS
) -> dict[str, np.ndarray]:
    """Column name -> (n,) probabilities in (0, 1), the same for the same columns and seed.

    `first` : number of the first draw; those before it are passed over and cost nothing.
    Raises InputError for n below 1, draws beyond `most`, and for a negative seed.
    """
    check_draws(n, seed, most=most)
    check_draws(first + n, seed, most=most)
    from scipy.stats import qmc

    engine = qmc.Sobol(d=len(columns), scramble=True, seed=seed)
    if first:
        engine.fast_forward(first)
        points = engine.random(n)
    else:
        # The balance of the sequence holds for powers of two; the first n of them are used.
        points = engine.random_base2(int(np.ceil(np.log2(max(n, 2)))))[:n]
    points = np.clip(points, 1e-9, 1 - 1e-9)
    return {name: np.ascontiguousarray(points[:, k]) for k, name in enumerate(columns)}


def check_draws(n: int, seed: int, *, most: int = MAX_DRAWS) -> None:
    """Refuse numbers of draws below 1 or above `most` and negative seeds.

    Raises InputError.
    """
    if isinstance(n, bool) or not 1 <= n <= most:
        raise InputError(
            f"{n} draws cannot be made.",
            field="draws",
            value=n,
            valid=f"a whole number from 1 to {most}",
        )
    if seed < 0:
        raise InputError(
            f"{seed} is no seed.", field="seed", value=seed, valid="a whole number from 0"
        )


def plausible(entry: Parameter, u: np.ndarray) -> np.ndarray:
    """Values of a registry entry at probabilities `u`, also where only a range is judged.

    An entry with a distribution follows it. One without is drawn uniformly below its value and
    uniformly above, each with probability one half: the value is the median and no draw leaves
    the range.
    """
    if entry.distribution is not None:
        return entry.quantile(u)
    below = entry.low + 2.0 * u * (entry.value - entry.low)
    above = entry.value + (2.0 * u - 1.0) * (entry.high - entry.value)
    return np.where(u < 0.5, below, above)


def draw_entries(names: Sequence[str], u: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Registry entries by name at their own columns of `u`."""
    return {name: plausible(parameter(name), u[name]) for name in names}
