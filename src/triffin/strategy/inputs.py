"""Checks on inputs that only the models of strategy have: tables of numbers and weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import numbers, whole_number
from triffin.world.base.errors import InputError

WEIGHT_TOLERANCE = 1e-9


def matrix(
    value: Any,
    name: str,
    *,
    rows: int | None = None,
    columns: int | None = None,
    **bounds: float | None,
) -> np.ndarray:
    """A list of rows of finite numbers as (rows, columns), each within the bounds of `number`.

    Raises InputError naming the row or entry, and the shape that would be valid.
    """
    shape = f"{'any number of' if rows is None else rows} rows of {columns or 'equally many'}"
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputError("this is no table.", field=name, value=value, valid=f"{shape} numbers")
    found = [numbers(row, f"{name}[{place}]", **bounds) for place, row in enumerate(value)]
    if rows is not None and len(found) != rows:
        raise InputError(f"got {len(found)} rows.", field=name, valid=f"{shape} numbers")
    width = columns if columns is not None else (len(found[0]) if found else 0)
    for place, row in enumerate(found):
        if len(row) != width:
            raise InputError(
                f"got {len(row)} numbers.", field=f"{name}[{place}]", valid=f"{width} numbers"
            )
    return np.array(found, dtype=np.float64).reshape(len(found), width)


def position(value: Any, name: str, length: int) -> int:
    """A place in a list of `length` entries, from 0; never counted from the end."""
    return count(value, name, low=0, high=length - 1)


def entries(value: np.ndarray, name: str, length: int) -> np.ndarray:
    """`value` if it has `length` entries; InputError otherwise."""
    if value.shape != (length,):
        raise InputError(f"got {value.size} entries.", field=name, valid=f"{length} entries")
    return value


def shares(value: Any, name: str) -> np.ndarray:
    """Weights that are not negative and add to one.

    Raises InputError when they do not.
    """
    found = numbers(value, name, low=0)
    if abs(found.sum() - 1.0) > WEIGHT_TOLERANCE:
        raise InputError(
            f"the weights add to {found.sum():.12g}.", field=name, valid="weights that add to 1"
        )
    return found


def count(value: Any, name: str, *, low: int = 1, high: int = 1_000_000) -> int:
    """A number of rounds or partners: a whole number small enough to be counted through."""
    return whole_number(value, name, low=low, high=high)
