"""A figure of the ledger: a number or a text, with its interval, source and grade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from triffin.world.base.errors import InputError


@dataclass(frozen=True)
class Figure:
    """What was measured.

    value: a number, a date or another text; None where the record or the run is silent, `why`
    then says so. low, high: interval, None where there is none. sampled: whether the interval is
    the error of a small sample of data (and not of a model's draws). period: what it is of.
    headline_class, drivers, judgement_share: of a run, as in its headline.
    """

    value: float | str | None
    source: str
    grade: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    period: str = ""
    sampled: bool = False
    why: str = ""
    headline_class: str = ""
    drivers: tuple[str, ...] = ()
    judgement_share: float | None = None


@dataclass(frozen=True)
class Reader:
    """How a dataset or a run is asked: the keys it knows, those it needs, what it can take."""

    read: Callable[[str, Mapping[str, Any]], Figure]
    keys: tuple[str, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def asked_number(arguments: Mapping[str, Any], key: str, default: float | None = None) -> float:
    """A number among the arguments of a check. InputError where it is none, or is missing."""
    value = arguments.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        said = "is missing" if value is None else f"{value!r} is not a number"
        raise InputError(f"{key} {said}.", field=key, value=value, valid="a number")
    return float(value)


def asked_days(arguments: Mapping[str, Any], key: str, default: int) -> int:
    """A whole number of days, 1 or more. InputError otherwise."""
    value = asked_number(arguments, key, default)
    if value != int(value) or value < 1:
        raise InputError(
            f"{key} {value:g} is not valid.", field=key, valid="a whole number, from 1"
        )
    return int(value)


def asked_flag(arguments: Mapping[str, Any], key: str, default: bool) -> bool:
    """true or false. InputError otherwise."""
    value = arguments.get(key, default)
    if not isinstance(value, bool):
        raise InputError(f"{key} {value!r} is not valid.", field=key, valid="true or false")
    return value
