"""Draws: one stratified sequence per quantity, fixed by its name, mapped through the registry.

The sequence of a quantity depends on the seed and on its name alone: two questions share the draws
of what they have in common (common random numbers), a new quantity moves no other, and the first
draws of a long run are those of a short one.

Every 32 draws from a multiple of 32 on are a Latin hypercube (McKay, Beckman and Conover 1979,
Technometrics 21): one value of each quantity in each of 32 equal intervals, in an order of its own.
Within an interval the values of successive blocks follow a van der Corput sequence, scrambled and
shuffled (Owen 1998, ACM Trans. Model. Comput. Simul. 8; Burley 2020, Journal of Computer Graphics
Techniques 9(4)), so that 2^k blocks have one value in each of 2^(k+5) intervals, up to 2^17.
Shuffling all draws that way would double the variance of interactions; the blocks avoid it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.registry import Parameter, parameter

MAX_DRAWS = 1_000_000
_STRATA = 32
_LEVELS = 12  # binary digits within an interval that are balanced; those below are independent
_ONE = np.uint64(1)


def uniforms(
    columns: Sequence[str], n: int, seed: int, *, first: int = 0, most: int = MAX_DRAWS
) -> dict[str, Array]:
    """Column name -> (n,) probabilities in (0, 1), the same for the same name, seed and draw.

    `first` : number of the first draw; those before it are passed over and cost nothing.
    Raises InputError for n below 1, draws beyond `most`, and for a negative seed.
    """
    check_draws(n, seed, most=most)
    check_draws(first + n, seed, most=most)
    start = first // _STRATA
    block = np.arange(start, (first + n - 1) // _STRATA + 1, dtype=np.uint64)
    key = np.array([_key(name, seed) for name in columns], dtype=np.uint64)[:, None, None]
    # (columns, blocks, places): the interval of each draw is its rank among 32 random numbers.
    place = np.arange(_STRATA, dtype=np.uint64)
    stratum = np.argsort(_hash(_hash(key + block[:, None]) + place), axis=2).astype(np.uint64)
    own = _hash(key ^ _hash(stratum + _ONE))
    blocks = np.broadcast_to(block[:, None], stratum.shape)
    within = _radical_inverse(blocks ^ _flips(blocks, own))
    within ^= _flips(within, _hash(own))
    tail = _hash(blocks ^ _hash(own + _ONE)) >> np.uint64(11)  # 53 bits
    inside = (within + (tail + 0.5) / 2.0**53) / 2.0**_LEVELS
    points = ((stratum + inside) / _STRATA).reshape(len(columns), -1)
    skipped = first - start * _STRATA
    # The largest double below one stays below it.
    points = np.minimum(points[:, skipped : skipped + n], 1 - 2.0**-53)
    return {name: np.ascontiguousarray(points[row]) for row, name in enumerate(columns)}


def _key(name: str, seed: int) -> int:
    """A hash of 64 bits of a name and a seed."""
    content = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(content, "little")


def _radical_inverse(values: Array) -> Array:
    """The lowest `_LEVELS` binary digits in reverse: the last digit becomes the first."""
    found = np.zeros_like(values)
    for place in range(_LEVELS):
        digit = (values >> np.uint64(place)) & _ONE
        found |= digit << np.uint64(_LEVELS - 1 - place)
    return found


def _flips(values: Array, key: Array) -> Array:
    """Nested uniform scrambling of the lowest digits: each flips at random given those above."""
    found = np.zeros_like(values)
    for place in range(_LEVELS):
        # Where in the tree of digits this is: the level, and the digits above.
        node = ((values >> np.uint64(place + 1)) << np.uint64(8)) | np.uint64(place)
        found |= (_hash(key + node) & _ONE) << np.uint64(place)
    return found


def _hash(x: Array) -> Array:
    """A mix of 64 bits (Steele, Lea and Flood 2014, SplitMix64)."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


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


def plausible(entry: Parameter, u: Array) -> Array:
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


def draw_entries(names: Sequence[str], u: Mapping[str, Array]) -> dict[str, Array]:
    """Registry entries by name at their own columns of `u`."""
    return {name: plausible(parameter(name), u[name]) for name in names}
