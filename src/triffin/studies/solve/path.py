"""A path of a scenario that is varied: what kind of number it takes, and over which range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.scenario.checks import treasuries_held
from triffin.scenario.overrides import plain_path
from triffin.world.base.errors import InputError
from triffin.world.base.rates import parse_rate
from triffin.world.base.wording import with_plain_minus
from triffin.world.registry.parameter_set import ParameterSet, in_place

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.scenario.sections import TreasurySale

RATE, SHARE, DAYS, NUMBER = "rate", "share", "days", "number"
_RATE_KEYS = ("sector_tariff", "offer")
_SHARE_KEYS = ("reduction", "not_rolled_share")
_SALE_KEYS = ("sell_treasuries_usd_bn", "sell_foreign_bonds_usd_bn")
# Tariffs beyond this are asked for by --high.
_HIGHEST_RATE = 1.0
_SMALLEST_SALE = 1.0
# Sections that no equilibrium of the trade model depends on.
_MARKETS = ("treasuries", "currency", "backstop", "wall", "dollar")


@dataclass(frozen=True)
class Vary:
    """A path as `--set` takes it, the kind of its values, and the range they are sought in."""

    path: str
    kind: str
    low: float
    high: float

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return self.kind == DAYS

    @property
    def unit(self) -> str:
        """Unit of the values: rates are fractions, 0.24 is 24 %."""
        if self.kind == NUMBER and self.path.endswith(("_usd_bn", "usd_bn_per_year", "usd_bn")):
            return "bn USD"
        return {RATE: "fraction", SHARE: "fraction", DAYS: "days"}.get(self.kind, "")

    @property
    def trade(self) -> bool:
        """Whether equilibria of the trade model may depend on it."""
        return self.path.split(".")[0] not in _MARKETS

    def setting(self, value: float) -> str:
        """PATH=VALUE of one value."""
        if self.whole:
            return f"{self.path}={round(value)}"
        scaled = 100 * value if self.kind == RATE else value
        text = np.format_float_positional(scaled, precision=15, fractional=False, trim="-")
        return f"{self.path}={text}{'%' if self.kind == RATE else ''}"


def vary(
    path: str,
    low: str | float | None,
    high: str | float | None,
    plan: Scenario,
    *,
    parameters: ParameterSet | None = None,
) -> Vary:
    """A path with its range; where an end is left out, that of the kind of path.

    Raises InputError for an end that is no number, an empty
    range, and a path that has no range of its own.
    """
    parameters = in_place() if parameters is None else parameters
    plain = plain_path(path)
    if plain.startswith("changes."):
        # One value in place of the whole entry, so that it stands in for a distribution, too.
        plain = plain.removesuffix(".value")
    kind = _kind(plain)
    ends = (
        _default_range(plain, kind, plan, parameters) if low is None or high is None else (0.0, 0.0)
    )
    first = ends[0] if low is None else _number(low, kind, "--low")
    last = ends[1] if high is None else _number(high, kind, "--high")
    if not first < last:
        raise InputError(
            f"there is nothing between {first:g} and {last:g}.",
            field="--low, --high",
            value=f"{first:g}, {last:g}",
            valid="a low end below the high end",
        )
    return Vary(plain, kind, first, last)


def _kind(path: str) -> str:
    keys = path.split(".")
    if keys[0] in ("tariff", "focus_rates") or "set" in keys[:-1] or keys[-1] in _RATE_KEYS:
        return RATE
    if keys[0] != "changes" and keys[-1] in _SHARE_KEYS:
        return SHARE
    return DAYS if keys[0] != "changes" and keys[-1] == "days" else NUMBER


def _default_range(
    path: str, kind: str, plan: Scenario, parameters: ParameterSet
) -> tuple[float, float]:
    keys = path.split(".")
    if kind == RATE:
        return 0.0, _HIGHEST_RATE
    if kind == SHARE:
        return 0.0, 0.99
    if keys[0] == "changes" and len(keys) > 1:
        entry = parameters[keys[-1]]
        return entry.low, entry.high
    sales = plan.treasuries or []
    if keys[-1] in _SALE_KEYS and keys[1].isdigit() and int(keys[1]) < len(sales):
        most = _most_sold(sales, int(keys[1]), plan)
        if most is not None and most > _SMALLEST_SALE:
            return _SMALLEST_SALE, most
    raise InputError(
        f"{path} has no range of its own.",
        field="--vary",
        value=path,
        valid="--low and --high beside it",
    )


def _most_sold(sales: list[TreasurySale], position: int, plan: Scenario) -> float | None:
    """What is left to sell beside the other sales of the same holder and sector; None if nothing
    is on record."""
    sale = sales[position]
    held = sale.holdings_usd_bn or treasuries_held(sale.holder, sale.sector, plan.start)
    others = [
        other.usd_bn
        for k, other in enumerate(sales)
        if k != position and (other.holder, other.sector) == (sale.holder, sale.sector)
    ]
    return None if held is None else held - sum(others)


def _number(value: str | float, kind: str, field: str) -> float:
    try:
        number = parse_rate(value) if kind == RATE else float(with_plain_minus(str(value)))
    except InputError as error:
        raise InputError(error.message, field=field, value=value, valid=error.valid) from error
    except ValueError as error:
        raise InputError(
            f"{value!r} is not a number.", field=field, value=value, valid="a number"
        ) from error
    if not np.isfinite(number):
        raise InputError(f"{value!r} is not a finite number.", field=field, value=value)
    return number


def target_value(text: str, unit: str) -> float:
    """The target of a headline in its unit: "150", "-2.5", "50%" (0.5 of a probability).

    Raises InputError for what is no number, and for % where the unit is another.
    """
    number, percent = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        value = float(with_plain_minus(number))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) or (percent and unit not in ("%", "probability")):
        raise InputError(
            f"{text!r} is not a value of a headline in {unit or 'numbers'}.",
            field="--for",
            value=text,
            valid="HEADLINE=VALUE, e.g. yield_10y_change=150 or focus_signs=50%",
        )
    if unit != "probability":
        return value
    value = value / 100 if percent else value
    if not 0 <= value <= 1:
        raise InputError(
            f"{text!r} is not a probability.",
            field="--for",
            value=text,
            valid="0 to 1, or 0% to 100%",
        )
    return value


def goal(text: str) -> tuple[str, str]:
    """(headline, value as text) of HEADLINE=VALUE. Raises InputError for anything else."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise InputError(
            f"{text!r} is not HEADLINE=VALUE.",
            field="--for",
            value=text,
            valid="for example yield_change_from_focus_sales=150",
        )
    return name.strip().replace("-", "_"), value.strip()


def known_answers(answers: dict[str, Any], name: str) -> dict[str, Any]:
    """The entry of one answer. Raises InputError for an unknown one and for one in words."""
    from triffin.world.base.errors import nearest_match

    values = answers["answers"]
    if name not in values:
        known = [key for key, entry in values.items() if entry["value"] is not None]
        raise InputError(
            f"{name!r} is not a headline of this run.",
            field="--for",
            value=name,
            valid=known,
            nearest=nearest_match(name, known),
        )
    found: dict[str, Any] = values[name]
    if found["value"] is None and found["unit"] in ("", None):
        raise InputError(
            f"{name} is answered in words and takes no value.", field="--for", value=name
        )
    return found
