"""Numbers and labels as people read them: 1.13 %, −0.58 %, 312 bn USD."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

MINUS = "−"
# A minus as people write it: the sign itself, and the dash that word processors make of it.
_MINUS_SIGNS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-"})
# Signs that not every terminal has, and what says the same in ASCII.
# First characters of formulas in spreadsheets; numbers may begin so, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9.][0-9.,]*([eE][+-]?[0-9]+)?\s*%?")
_PLAIN = {
    "—": "-",
    "―": "-",
    "…": "...",
    "×": "x",
    "·": "*",
    "•": "*",
    "→": "->",
    "←": "<-",
    "↔": "<->",
    "⇒": "=>",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~",
    "±": "+/-",
    "∞": "inf",
    "√": "sqrt",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "ß": "ss",
    "ø": "o",
    "Ø": "O",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "ł": "l",
    "Ł": "L",
    "ı": "i",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "─": "-",
    "│": "|",
    "█": "#",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
}

PHRASES = {
    "%": "{} %",
    "per cent": "{} %",
    "USD bn": "{} bn USD",
    "probability": "{} %",
    "share of days": "{} % of days",
    "share pp": "{} pp",
    **dict.fromkeys(("", "1", "share", "weight", "index", "ratio"), "{}"),
}
"""How a unit is written after its number; other units follow after a space."""

HUNDREDS = ("probability", "share of days", "share pp")
"""Units of fractions that are written in per cent."""

COUNTS = ("deals", "partners", "economies", "days", "weeks", "draws")
"""Units of things that come whole: 6 deals, 6.5 deals where a median falls between two."""


_ONE = {unit: "economy" if unit == "economies" else unit[:-1] for unit in COUNTS}


def with_plain_minus(text: str) -> str:
    """A number as somebody wrote it, whatever its minus sign: "−5%" is "-5%"."""
    return text.translate(_MINUS_SIGNS)


def plain(text: str) -> str:
    """The text in ASCII, with every sign kept: "Côte d’Ivoire −5 %" is "Cote d'Ivoire -5 %"."""
    found = "".join(_PLAIN.get(letter, letter) for letter in with_plain_minus(text))
    letters = unicodedata.normalize("NFKD", found)
    kept = (letter for letter in letters if not unicodedata.combining(letter))
    return "".join(kept).encode("ascii", "replace").decode()


def neutral(value: Any) -> Any:
    """A cell of a table that other programs open: text that begins as a formula does gets an
    apostrophe before it (OWASP, CSV injection); numbers stay numbers.

    >>> neutral("=1+1"), neutral("-5 %"), neutral(-0.5), neutral("USA")
    ("'=1+1", '-5 %', -0.5, 'USA')
    """
    if isinstance(value, str) and value[:1] in _FORMULA and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def as_written(cell: str) -> str:
    """The text of a cell that `neutral` may have changed."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and len(cell) > 1 else cell


def decimals(value: float) -> int:
    """Decimals that are worth printing: 2 below ten, 1 below a hundred, 0 above."""
    size = abs(value)
    return 2 if size < 10 else 1 if size < 100 else 0


def number(value: float | None, places: int | None = None) -> str:
    """A number with a true minus sign, thousands separated; "n/a" for what is undefined.

    `places` fixes the decimals; without it they follow the size of the number. A value that
    rounds to zero is written without a sign.
    """
    if value is None or not math.isfinite(value):
        return "n/a"
    text = f"{value:,.{decimals(value) if places is None else places}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


def exact(value: float | None) -> str:
    """A number with the digits it has, up to ten: what somebody stated, and no result.

    >>> exact(0.0125), exact(4.123456), exact(-1250.0)
    ('0.0125', '4.123456', '−1,250')
    """
    if value is None or not math.isfinite(value):
        return "n/a"
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.10g}".replace("-", MINUS)
    return f"{value:,.10g}".replace("-", MINUS)


def quantity(value: float | None, unit: str, places: int | None = None) -> str:
    """A number with its unit: quantity(1.132, "%") is "1.13 %"."""
    if unit in HUNDREDS and value is not None:
        value = 100 * value
    if places is None and unit in COUNTS and value is not None:
        places = 0 if value == round(value) else 1
    text = number(value, places)
    if text == "n/a":
        return text
    if unit in COUNTS and text == "1":
        return f"1 {_ONE[unit]}"
    return PHRASES.get(unit, "{} " + unit).format(text)


def interval_text(low: float | None, high: float | None, unit: str) -> str:
    """An interval with one unit: "−0.42 to 1.61 %"; empty when it is undefined."""
    if low is None or high is None:
        return ""
    start = number(
        100 * low if unit in HUNDREDS else low, 0 if unit in COUNTS and low == round(low) else None
    )
    return f"{start} to {quantity(high, unit)}"


def dated(day: dt.date | str) -> str:
    """A date as people read it.

    >>> dated("2025-07-05")
    '5 July 2025'
    """
    found = dt.date.fromisoformat(str(day)[:10])
    return f"{found.day} {found:%B %Y}"


def with_dates(text: str) -> str:
    """The text with every date as people read it.

    >>> with_dates("2025-07-08 to 2025-08-14")
    '8 July 2025 to 14 August 2025'
    """
    return re.sub(r"\b\d{4}-\d{2}-\d{2}\b", lambda found: dated(found[0]), text)


def month_name(month: str) -> str:
    """A month as people read it.

    >>> month_name("2025-06")
    'June 2025'
    """
    return dated(f"{month}-01")[2:]


def listed(items: Sequence[str], last: str = "and") -> str:
    """Items as a list in a sentence.

    >>> listed(["Japan", "Korea", "Vietnam"])
    'Japan, Korea and Vietnam'
    """
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def words(name: str) -> str:
    """A variable or parameter name as words: trade_elasticity -> trade elasticity."""
    return name.replace("_", " ").replace(".", ": ")


def clean(value: Any) -> Any:
    """The same content as plain JSON types: numpy scalars unwrapped, NaN and infinity as None."""
    if isinstance(value, dict):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if hasattr(value, "tolist"):
        return clean(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    return str(value)
