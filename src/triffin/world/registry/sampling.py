"""Draws: one stratified sequence per quantity, fixed by its name, mapped through the registry.

The sequence of a quantity depends on the seed and on its name alone: two questions share the draws
of what they have in common (common random numbers), a new quantity moves no other, and the first
draws of a long run are those of a short one.

The quantities that matter most together (`TOGETHER`) are dimensions of one Sobol sequence (Sobol
1967; direction numbers of Joe and Kuo 2008, SIAM J. Sci. Comput. 30), each scrambled by a key of
its own (Owen 1998, ACM Trans. Model. Comput. Simul. 8). All others are independent of each other:
every 32 draws from a multiple of 32 on are a Latin hypercube (McKay, Beckman and Conover 1979,
Technometrics 21), one value in each of 32 equal intervals in an order of its own, and within an
interval the values of successive blocks follow a van der Corput sequence, scrambled and shuffled
(Burley 2020, Journal of Computer Graphics Techniques 9(4)). Either way 2^k draws from a multiple of
2^k on have one value in each of 2^k equal intervals, for k from 5 to 17.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.registry import Parameter

MAX_DRAWS = 1_000_000

# Dimensions of the Sobol sequence, first to last. Append, never reorder or reuse: the place is part
# of the results.
TOGETHER = (
    "closure",
    "trade_elasticity",
    "labor_supply_elasticity",
    "scale_elasticity",
    "price_impact_study",
    "within_study",
    "permanent_share",
    "price_impact_bp_per_100bn",
    "kappa_supply",
    "trade_elasticity_first_year",
)
# Primitive polynomial (inner coefficients as a number) and first direction numbers of each.
_DIRECTIONS = (
    (0, ()),
    (0, (1,)),
    (1, (1, 3)),
    (1, (1, 3, 1)),
    (2, (1, 1, 1)),
    (1, (1, 1, 3, 3)),
    (4, (1, 3, 5, 13)),
    (2, (1, 1, 5, 5, 17)),
    (4, (1, 1, 5, 5, 5)),
    (7, (1, 1, 7, 11, 19)),
)
_DIGITS = 17  # binary digits that are balanced; those below are independent
_STRATA = 32
_WITHIN = _DIGITS - 5
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
    alone = [name for name in columns if name not in TOGETHER]
    found = dict(zip(alone, _hypercubes(_keys(alone, seed), first, n), strict=True))
    for name in columns:
        if name in TOGETHER:
            found[name] = _sobol(TOGETHER.index(name), _keys([name], seed), first, n)
    # The largest double below one stays below it.
    return {name: np.minimum(found[name], 1 - 2.0**-53) for name in columns}


def _keys(names: Sequence[str], seed: int) -> Array:
    """(names,) hashes of 64 bits of a name and a seed."""
    contents = (hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8) for name in names)
    return np.array([int.from_bytes(c.digest(), "little") for c in contents], dtype=np.uint64)


def _sobol(dimension: int, key: Array, first: int, n: int) -> Array:
    """(n,) points of one dimension of the Sobol sequence, scrambled by `key` (1,)."""
    index = np.arange(first, first + n, dtype=np.uint64)
    digits = np.zeros_like(index)
    for place, direction in enumerate(_direction_numbers(dimension)):
        digits ^= ((index >> np.uint64(place)) & _ONE) * np.uint64(direction)
    digits ^= _flips(digits, key, _DIGITS)
    return _fraction(digits, _hash(index ^ _hash(key + _ONE)), _DIGITS)


def _direction_numbers(dimension: int) -> list[int]:
    """The first `_DIGITS` direction numbers, as whole numbers of `_DIGITS` binary digits."""
    coefficients, start = _DIRECTIONS[dimension]
    degree = len(start)
    m = list(start) or [1] * _DIGITS
    while len(m) < _DIGITS:
        new = m[-degree] ^ (m[-degree] << degree)
        for k in range(1, degree):
            new ^= ((coefficients >> (degree - 1 - k)) & 1) * (m[-k] << k)
        m.append(new)
    return [value << (_DIGITS - 1 - place) for place, value in enumerate(m)]


def _hypercubes(keys: Array, first: int, n: int) -> Array:
    """(columns, n) points of independent sequences, one per key."""
    key = keys[:, None, None]
    start = first // _STRATA
    block = np.arange(start, (first + n - 1) // _STRATA + 1, dtype=np.uint64)
    # (columns, blocks, places): the interval of each draw is its rank among 32 random numbers.
    place = np.arange(_STRATA, dtype=np.uint64)
    stratum = np.argsort(_hash(_hash(key + block[:, None]) + place), axis=2).astype(np.uint64)
    own = _hash(key ^ _hash(stratum + _ONE))
    blocks = np.broadcast_to(block[:, None], stratum.shape)
    within = _reversed(blocks ^ _flips(blocks, own, _WITHIN))
    within ^= _flips(within, _hash(own), _WITHIN)
    digits = (stratum << np.uint64(_WITHIN)) | within
    points = _fraction(digits, _hash(blocks ^ _hash(own + _ONE)), _DIGITS)
    skipped = first - start * _STRATA
    return points.reshape(len(keys), len(block) * _STRATA)[:, skipped : skipped + n]


def _reversed(values: Array) -> Array:
    """The lowest `_WITHIN` binary digits in reverse: the last digit becomes the first."""
    found = np.zeros_like(values)
    for place in range(_WITHIN):
        digit = (values >> np.uint64(place)) & _ONE
        found |= digit << np.uint64(_WITHIN - 1 - place)
    return found


def _flips(values: Array, key: Array, levels: int) -> Array:
    """Nested uniform scrambling of the lowest digits: each flips at random given those above."""
    found = np.zeros_like(values)
    for place in range(levels):
        # Where in the tree of digits this is: the level, and the digits above.
        node = ((values >> np.uint64(place + 1)) << np.uint64(8)) | np.uint64(place)
        found |= (_hash(key + node) & _ONE) << np.uint64(place)
    return found


def _fraction(digits: Array, rest: Array, places: int) -> Array:
    """A number in (0, 1) with the given leading binary digits and independent ones below."""
    below: Array = ((rest >> np.uint64(11)) + 0.5) / 2.0**53
    found: Array = (digits + below) / 2.0**places
    return found


def _hash(x: Array) -> Array:
    """A mix of 64 bits (Steele, Lea and Flood 2014, SplitMix64)."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Array = x ^ (x >> np.uint64(31))
    return found


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
