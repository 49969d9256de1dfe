"""Periods in a ledger: a year, a month or a day, as first and last day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.world.base.errors import InputError

Arguments = Mapping[str, Any]
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
