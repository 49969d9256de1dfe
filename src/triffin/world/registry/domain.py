"""In which numbers a quantity has its meaning: no value or draw of a parameter may leave them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from triffin.world.base.errors import InputError

_FORM = re.compile(r"([\[(])\s*(-?inf|-?[0-9.]+)\s*,\s*(inf|-?[0-9.]+)\s*([\])])")


@dataclass(frozen=True)
class Domain:
    """An interval, written as in mathematics: "[0, 1]", "(0, inf)"; a round bracket leaves the end
    out."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def parse(cls, text: str) -> Domain:
        """The domain of a text. Raises InputError for a text that is none, and for an empty one."""
        found = _FORM.fullmatch(text.strip())
        if found is None or not float(found[2]) < float(found[3]):
            raise InputError(f"{text!r} is no domain.", value=text, valid='such as "[0, 1]"')
        return cls(float(found[2]), float(found[3]), found[1] == "(", found[4] == ")")

    def __contains__(self, value: float) -> bool:
        above = value > self.low if self.low_open else value >= self.low
        return above and (value < self.high if self.high_open else value <= self.high)

    def __str__(self) -> str:
        first, last = "(" if self.low_open else "[", ")" if self.high_open else "]"
        return f"{first}{self.low:g}, {self.high:g}{last}"

    @property
    def words(self) -> str:
        """ "above zero", "0 to 1", "any number": for people."""
        first, last = math.isfinite(self.low), math.isfinite(self.high)
        start = f"{'above' if self.low_open else 'from'} {self.low:g}" if first else ""
        end = f"{'below' if self.high_open else 'up to'} {self.high:g}" if last else ""
        return f"a number {start}{' ' * (first and last)}{end}" if first or last else "any number"


ANY_NUMBER = Domain(-math.inf, math.inf, True, True)


def support(distribution: Mapping[str, Any]) -> tuple[float, float]:
    """The smallest interval that holds every draw of a distribution, its ends included."""
    kind = distribution["dist"]
    if kind == "normal":
        return -math.inf, math.inf
    if kind == "lognormal":
        return 0.0, math.inf
    return (0.0, 1.0) if kind == "beta" else (distribution["low"], distribution["high"])


def usual_domain(unit: str, low: float, distribution: Mapping[str, Any] | None) -> Domain:
    """The domain that unit, distribution and range of a quantity suggest; exceptions are stated.

    A share or probability is within 0 and 1, a volatility and whatever lies above zero stay above
    it, and a quantity that may be negative may be any number.
    """
    if unit in ("probability", "share") or (distribution or {}).get("dist") == "beta":
        return Domain(0.0, 1.0)
    lowest = low if distribution is None else min(low, support(distribution)[0])
    if lowest < 0:
        return ANY_NUMBER
    # Amounts, weights, times and responses may be nothing at all; volatilities may not.
    if low == 0 or re.match(r"USD|weight|share|.*days$|percent.* per 100 bp|elasticity", unit):
        return Domain(0.0, math.inf, False, True)
    return Domain(0.0, math.inf, True, True)
