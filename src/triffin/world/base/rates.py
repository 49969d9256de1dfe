"""How a tariff rate is written: one rule for YAML, CSV files and the command line.

`24%`, `24 %` and `0.24` are the same rate. A bare number below 3 is a fraction (1.08 is 108 %);
from 3 up it is refused, because 24 could be meant as 24 % or as 2400 %.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from numbers import Real

from triffin.world.base.errors import InputError
from triffin.world.base.wording import with_plain_minus

HIGHEST_RATE = 10.0  # 1000 %
HIGHEST_BARE_NUMBER = 3.0
VALID_RATE = "a percentage such as 24%, or a fraction such as 0.24, above -100% and up to 1000%"

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+\s*%?")


def parse_rate(
    text_or_number: object,
    *,
    file: str | None = None,
    line: int | None = None,
    field: str | None = None,
) -> float:
    """Tariff rate as a fraction: "24%" -> 0.24, "0.24" -> 0.24, 1.08 -> 1.08 (108 %).

    A rate of -100 % or less is refused (the goods would be free), and so are rates above 1000 %,
    NaN and infinities.

    >>> parse_rate("24%"), parse_rate("0.24"), parse_rate(1.08)
    (0.24, 0.24, 1.08)

    Raises
    ------
    InputError naming `file`, `line` and `field` where they are given.
    """

    def refuse(message: str, valid: str = VALID_RATE) -> InputError:
        return InputError(
            message, file=file, line=line, field=field, value=text_or_number, valid=valid
        )

    if isinstance(text_or_number, bool) or not isinstance(text_or_number, (str, Real)):
        raise refuse(f"{_shown(text_or_number)} is not a tariff rate.")
    if isinstance(text_or_number, str):
        text = with_plain_minus(text_or_number.strip())
        percent = text.endswith("%")
        digits = text[:-1].rstrip() if percent else text
        if not digits:
            raise refuse("the tariff rate is empty.")
        if digits.lstrip("+-").lower() in ("nan", ".nan", "inf", ".inf", "infinity"):
            raise refuse(f"{text!r} is not a finite number.")
        if not _NUMBER.fullmatch(digits):
            if _DECIMAL_COMMA.fullmatch(text):
                raise refuse(f"{text!r} has a decimal comma: write {text.replace(',', '.')}.")
            raise refuse(f"{_shown(text)} is not a tariff rate.")
        # decimal arithmetic, so that 27.4% and 0.274 are the same bits
        exact = Decimal(digits) / 100 if percent else Decimal(digits)
        rate = float(exact)
    else:
        percent = False
        rate = float(text_or_number)
    if not math.isfinite(rate):
        raise refuse(f"{_shown(text_or_number)} is not a finite number.")
    if not percent and abs(rate) >= HIGHEST_BARE_NUMBER:
        raise refuse(
            f"the bare number {rate:.15g} could be a percentage or a fraction: write "
            f"{rate:.15g}% for {rate:.15g} percent; only numbers below 3 are read as fractions "
            "(1.08 is 108%)."
        )
    if rate <= -1.0:
        raise refuse(f"a tariff of {format_rate(rate)} would make the goods free or cheaper.")
    if rate > HIGHEST_RATE:
        raise refuse(f"a tariff of {format_rate(rate)} is above 1000 %.")
    return rate + 0.0  # turns -0.0 into 0.0, so that both have one hash


def format_rate(rate: float) -> str:
    """A rate for people: 0.24 -> "24 %", 0.125 -> "12.5 %"."""
    return f"{100 * rate:.10g} %"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
