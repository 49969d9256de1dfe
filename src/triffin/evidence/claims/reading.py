"""A figure of the ledger, and how a check asks for one: numbers, flags and periods.

A period is a year, a month or a day ("1985", "1985-12", "2025-04-02"); `from` and `to` include
their ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """What was measured.

    value: a number, a date or another text; None where the record or the run is silent, `why`
    then says so. low, high: interval, None where there is none. sampled: whether the interval is
    the error of a small sample of data (and not of a model's draws). period: what it is of.
    headline_class, drivers, judgement_share: of a run, as in its headline.
    """

    value: float | str | None
    source: str = ""
    grade: str = "published"
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

    read: Callable[[str, Arguments, ParameterSet], Reading]
    keys: tuple[str, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def asked_text(arguments: Arguments, key: str) -> str:
    """A word among the arguments of a check."""
    return str(arguments[key])


def asked_number(arguments: Arguments, key: str) -> float:
    """A number among the arguments of a check. InputError where it is none, or is missing."""
    value = arguments.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        said = "is missing" if value is None else f"{value!r} is not a number"
        raise InputError(f"{key} {said}.", field=key, value=value, valid="a number")
    return float(value)


def asked_days(arguments: Arguments, key: str) -> int:
    """A whole number of days, 1 or more. InputError otherwise."""
    value = asked_number(arguments, key)
    if value != int(value) or value < 1:
        raise InputError(
            f"{key} {value:g} is not valid.", field=key, valid="a whole number, from 1"
        )
    return int(value)


def asked_flag(arguments: Arguments, key: str) -> bool:
    """true or false. InputError otherwise."""
    value = arguments[key]
    if not isinstance(value, bool):
        raise InputError(f"{key} {value!r} is not valid.", field=key, valid="true or false")
    return value


PERIOD_KEYS = ("at", "from", "to")


def first_day(period: Any) -> str:
    """First day of a year, month or day. InputError for what is none."""
    text = str(period)
    return (text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else _day(text))[:10]


def last_day(period: Any) -> str:
    """Last day of a year, month or day. InputError for what is none."""
    text = str(period)
    if len(text) == 4:
        return f"{text}-12-31"
    if len(text) == 7:
        return str((np.datetime64(_day(f"{text}-01")[:7], "M") + 1).astype("datetime64[D]") - 1)
    return _day(text)


def _day(text: str) -> str:
    try:
        return str(np.datetime64(text, "D"))
    except ValueError:
        raise InputError(
            f"{text!r} is no period.", value=text, valid="such as 1985, 1985-12 or 2025-04-02"
        ) from None


def span_of(a: Arguments) -> tuple[str, str]:
    """First and last day of what a check selects; everything where nothing is named."""
    start, end = a.get("at", a.get("from")), a.get("at", a.get("to"))
    return (
        "0001-01-01" if start is None else first_day(start),
        "9999-12-31" if end is None else last_day(end),
    )


def period_of(a: Arguments) -> str:
    """The same in words, as the check says it."""
    if "at" in a:
        return str(a["at"])
    return " to ".join(str(a[key]) for key in ("from", "to") if key in a)
