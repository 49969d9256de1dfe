"""How a day and a month are written: one rule for YAML, tables and the command line."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from triffin.world.base.errors import InputError

FIRST_YEAR, LAST_YEAR = 1900, 2100
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def parse_day(value: object) -> dt.date:
    """A day of the calendar, written as 2025-04-02.

    >>> parse_day("2024-02-29")
    datetime.date(2024, 2, 29)

    Raises InputError, with the last day of the month where only the day is too late.
    """
    valid = f"a date of the calendar between {FIRST_YEAR} and {LAST_YEAR}, such as 2025-04-02"
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    text = str(value)
    # date.fromisoformat also takes 20250402 and week dates, which a reader would not expect.
    parts = _DAY.fullmatch(text)
    if parts is None or isinstance(value, bool):
        raise InputError(f"{text[:60]!r} is not a date.", value=value, valid=valid)
    year, month, day = map(int, parts.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
        raise InputError(f"{text!r} is not a date.", value=value, valid=valid)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = f"{calendar.month_name[month]} {year}"
        raise InputError(
            f"{text!r} is not a date: {name} has {last} days.",
            value=value,
            valid=f"a day up to {year:04}-{month:02}-{last:02}",
        )
    return dt.date(year, month, day)


def is_month(text: str) -> bool:
    """Whether a text is a month of the calendar, written YYYY-MM."""
    return bool(_MONTH.fullmatch(text))


def checked_month(text: str, field: str | None = None) -> str:
    """The month as it stands; InputError if the calendar has no such month."""
    if not is_month(text):
        raise InputError(
            f"there is no such month: {text!r}.",
            field=field,
            value=text,
            valid="YYYY-MM with a month from 01 to 12, such as 2025-03",
        )
    return text
