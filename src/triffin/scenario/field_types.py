"""Plain values of a scenario file: rates, dates, amounts, words; refused in our own words."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from triffin.world.base.days import checked_month, parse_day
from triffin.world.base.errors import InputError
from triffin.world.base.rates import parse_rate

LONGEST_DAYS = 3660


def refused(
    message: str,
    valid: str | Iterable[str] | None = None,
    *,
    nearest: str | None = None,
    below: tuple[str | int, ...] = (),
) -> PydanticCustomError:
    """An error of one field, in our own words, with what would be valid and the nearest match.

    below: where under the field the error stands, for a check of several keys together.
    """
    # the message travels in the context, so that braces in it are left alone
    context = {"message": message, "valid": valid or "", "nearest": nearest, "below": below}
    return PydanticCustomError("triffin", "{message}", context)


def _rate(value: object) -> float:
    try:
        return parse_rate(value)
    except InputError as error:
        raise refused(error.message, str(error.valid or "")) from error


def _date(value: object) -> dt.date:
    try:
        return parse_day(value)
    except InputError as error:
        raise refused(error.message, str(error.valid or "")) from error


def _month(value: object) -> str:
    try:
        return checked_month(_word(value))
    except InputError as error:
        raise refused(error.message, str(error.valid or "")) from error


def _word(value: object) -> str:
    if value is None:
        raise refused("nothing is given.", "a word or a line of text")
    if not isinstance(value, str) or not value.strip():
        raise refused(f"{value!r} is not text.", "a word or a line of text")
    return value.strip()


def as_number(value: object) -> float:
    """A finite number; refuses everything else, also true and false."""
    valid = "a finite number such as 21.1"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refused(f"{value!r} is not a number.", valid)
    try:
        number = float(value)
    except OverflowError as error:
        raise refused("the number is too large.", valid) from error
    if not math.isfinite(number):
        raise refused(f"{number} is not a finite number.", valid)
    return number


def _bound(holds: Callable[[float], bool], problem: str, valid: str) -> AfterValidator:
    """Refuses numbers outside a bound."""

    def check(value: float) -> float:
        if not holds(value):
            raise refused(f"{value:g} {problem}.", valid)
        return value

    return AfterValidator(check)


def _days(value: object) -> int:
    valid = f"a whole number of days from 1 to {LONGEST_DAYS}"
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_DAYS:
        raise refused(f"{value!r} is not a number of days.", valid)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise refused(f"{value!r} is neither true nor false.", "true or false")
    return value


def _range(value: object) -> tuple[float, float]:
    """A single number stands for a range of one point; a pair must rise."""
    valid = "one number, or [low, high] with low below high"
    if isinstance(value, (list, tuple)):
        if len(value) != 2:
            raise refused(f"{list(value)} has {len(value)} numbers.", valid)
        low, high = (as_number(item) for item in value)
        if low >= high:
            raise refused(f"the low end {low:g} is not below the high end {high:g}.", valid)
        return (low, high)
    number = as_number(value)
    return (number, number)


def _band(value: object) -> tuple[float, float]:
    if not isinstance(value, (list, tuple)):
        raise refused(f"{value!r} is not a band.", "[low, high], for example [130, 150]")
    low, high = _range(value)
    if low <= 0:
        raise refused(f"{low:g} is not above zero.", "a number above zero")
    return (low, high)


def _names(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, (list, tuple)) else [value]
    if not listed:
        raise refused("nobody and nothing is named.", "a name or a list of names")
    return tuple(_word(one) for one in listed)


def _reduction(value: object) -> float:
    """A ban, or the share of trade that is taken away."""
    if value == "ban":
        return 1.0
    share = _rate(value)
    if not 0 < share <= 1:
        raise refused(f"{share:g} is not a share of trade.", "ban, or above 0 % to 100 %")
    return share


def _months(value: object) -> float:
    """Months as a number, or as "1 month", "18 months", "5 years"."""
    valid = "a time such as 6 months or 2 years"
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(months?|years?)?", str(value).strip())
    if isinstance(value, bool) or not found:
        raise refused(f"{value!r} is no number of months.", valid)
    return float(found[1]) * (12.0 if (found[2] or "").startswith("y") else 1.0)


def not_empty(value: Any) -> Any:
    """The list, unless there is nothing in it."""
    if not value:
        raise refused("nothing is listed.", "at least one entry, or leave the section out")
    return value


Rate = Annotated[float, BeforeValidator(_rate)]
Date = Annotated[dt.date, BeforeValidator(_date)]
Days = Annotated[int, BeforeValidator(_days)]
Text = Annotated[str, BeforeValidator(_word)]
Month = Annotated[str, BeforeValidator(_month)]
Number = Annotated[float, BeforeValidator(as_number)]
Positive = Annotated[Number, _bound(lambda v: v > 0, "is not above zero", "a number above zero")]
NotNegative = Annotated[Number, _bound(lambda v: v >= 0, "is below zero", "zero or more")]
Share = Annotated[
    Number, _bound(lambda v: 0 <= v < 1, "is not a share", "a number from 0 to below 1")
]
Flag = Annotated[bool, BeforeValidator(_flag)]
Range = Annotated[tuple[float, float], BeforeValidator(_range)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Reduction = Annotated[float, BeforeValidator(_reduction)]
Months = Annotated[float, BeforeValidator(_months)]
Band = Annotated[tuple[float, float], BeforeValidator(_band)]


class Section(BaseModel):
    """Base of all parts of a scenario: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
