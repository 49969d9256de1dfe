"""Checks on the inputs of the canonical models, and plain numbers for their outputs.

A canonical model is a pure function of keyword arguments named as in docs/models; it returns a
mapping of Python floats, lists, booleans, strings and None (undefined). Its inputs come from JSON
files of users as well as from production code, so each is checked once, at the door.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec

import numpy as np

from triffin.world.base.errors import InputError, one_of

P = ParamSpec("P")
Numbers = float | Sequence[float] | np.ndarray


def canonical(model: Callable[P, Mapping[str, Any]]) -> Callable[P, dict[str, Any]]:
    """A model whose outputs are plain Python values and finite.

    Raises InputError when an output is not a finite number: the inputs were then so large or so
    small that floating-point arithmetic has no answer, which is said and never shown as NaN.
    """

    @functools.wraps(model)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        try:
            with np.errstate(all="ignore"):
                outputs = model(*args, **kwargs)
        except (OverflowError, ZeroDivisionError, FloatingPointError) as error:
            raise InputError(
                f"{model.__name__} cannot be computed in floating-point numbers ({error}).",
                valid="inputs of ordinary size in the units of the model",
            ) from error
        return {name: _plain(value, name, model.__name__) for name, value in outputs.items()}

    return wrapped


def _plain(value: Any, name: str, model: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item, f"{name}.{key}", model) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item, name, model) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(
                f"{model}: {name} is too large for a floating-point number.",
                valid="inputs of ordinary size in the units of the model",
            )
        return value + 0.0  # no negative zero
    return value


def number(
    value: Any,
    name: str,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> float:
    """One finite number within closed (`low`, `high`) or open (`above`, `below`) bounds.

    Raises InputError naming the input, its value and what would be valid.
    """
    valid = _range(low, high, above, below)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise InputError(f"got {_shown(value)}.", field=name, value=value, valid=f"a {valid}")
    try:
        found = float(value)
    except OverflowError as error:
        raise InputError("got an integer too large.", field=name, valid=f"a {valid}") from error
    inside = (
        math.isfinite(found)
        and (low is None or found >= low)
        and (high is None or found <= high)
        and (above is None or found > above)
        and (below is None or found < below)
    )
    if not inside:
        raise InputError(f"got {found:g}.", field=name, value=found, valid=f"a {valid}")
    return found


def numbers(value: Any, name: str, **bounds: float | None) -> np.ndarray:
    """A list of finite numbers (n,) within the bounds of `number`; n may be zero.

    Raises InputError naming the entry, its value and what would be valid.
    """
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = value.tolist()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputError(
            f"got {_shown(value)}.", field=name, value=value, valid=f"a list of {_plural(bounds)}"
        )
    return np.array(
        [number(item, f"{name}[{place}]", **bounds) for place, item in enumerate(value)],
        dtype=np.float64,
    )


def one_or_many(value: Any, name: str, **bounds: float | None) -> np.ndarray:
    """A number as an array of shape (), or a list as (n,); outputs then mirror the input."""
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return numbers(value, name, **bounds)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return numbers(value, name, **bounds)
    return np.asarray(number(value, name, **bounds))


def same_length(arrays: Mapping[str, np.ndarray]) -> None:
    """Lists that belong together have one entry per holder, sector or bucket."""
    lengths = {name: len(array) for name, array in arrays.items() if array.ndim == 1}
    if len(set(lengths.values())) > 1:
        described = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise InputError(
            f"the lists differ in length: {described}.",
            field=next(iter(lengths)),
            valid="lists of the same length",
        )


def whole_number(value: Any, name: str, *, low: int, high: int) -> int:
    """An integer, also when written 13.0."""
    found = number(value, name, low=low, high=high)
    if found != int(found):
        raise InputError(
            f"got {found:g}.", field=name, value=found, valid=f"a whole number from {low} to {high}"
        )
    return int(found)


def flag(value: Any, name: str) -> bool:
    """True or false, never 0 or 1."""
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"got {_shown(value)}.", field=name, value=value, valid="true or false")
    return bool(value)


def table(value: Any, name: str, **bounds: float | None) -> dict[str, float]:
    """A mapping of names to numbers."""
    if not isinstance(value, Mapping):
        raise InputError(
            f"got {_shown(value)}.",
            field=name,
            value=value,
            valid=f"a mapping of names to {_plural(bounds)}",
        )
    return {str(key): number(item, f"{name}.{key}", **bounds) for key, item in value.items()}


def known(key: str, keys: Sequence[str], name: str) -> str:
    """`key` if it is one of `keys`; otherwise InputError with the nearest of them."""
    one_of(key, keys, f"got {_shown(key)}.", field=name)
    return key


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _range(low: float | None, high: float | None, above: float | None, below: float | None) -> str:
    parts = []
    if low is not None:
        parts.append(f"from {low:g}")
    if above is not None:
        parts.append(f"above {above:g}")
    if high is not None:
        parts.append(f"to {high:g}" if low is not None else f"at most {high:g}")
    if below is not None:
        parts.append(f"below {below:g}")
    if not parts:
        return "finite number"
    joined = " ".join(parts) if low is not None and below is None else " and ".join(parts)
    return f"number {joined}"


def _plural(bounds: Mapping[str, float | None]) -> str:
    singular = _range(
        bounds.get("low"), bounds.get("high"), bounds.get("above"), bounds.get("below")
    )
    return singular.replace("number", "numbers", 1)
