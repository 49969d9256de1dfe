"""What a scenario file may hold. Sections left out are None: not asked, which is not zero.

The models below check what a file can get wrong by itself: unknown keys, impossible dates and
numbers, contradictions. What needs the world's data (economies, named schedules, parameters) is
checked in `triffin.scenario.checks`; both report through `triffin.scenario.loading`, which adds
file and line.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from triffin.world.errors import InputError
from triffin.world.rates import parse_rate

if TYPE_CHECKING:
    from triffin.scenario.phases import Phase
    from triffin.world.worlds import World

LONGEST_DAYS = 3660
DEFAULT_FOCUS_RATES = (0.15, 0.10)


def refused(message: str, valid: str | None = None) -> PydanticCustomError:
    """An error of one field, in our own words, with what would be valid."""
    # the message travels in the context, so that braces in it are left alone
    return PydanticCustomError("triffin", "{message}", {"message": message, "valid": valid or ""})


def _rate(value: object) -> float:
    try:
        return parse_rate(value)
    except InputError as error:
        raise refused(error.message, str(error.valid or "")) from error


def _date(value: object) -> dt.date:
    valid = "a date of the calendar between 1900 and 2100, for example 2025-04-02"
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    text = str(value)
    try:
        # fromisoformat also takes 20250402 and week dates, which a reader would not expect
        found = dt.date.fromisoformat(text) if len(text) == 10 and text.count("-") == 2 else None
    except ValueError:
        found = None
    if found is None or isinstance(value, bool) or not 1900 <= found.year <= 2100:
        raise refused(f"{text!r} is not a date.", valid)
    return found


def _word(value: object) -> str:
    if value is None:
        raise refused("nothing is given.", "a word or a line of text")
    if not isinstance(value, str) or not value.strip():
        raise refused(f"{value!r} is not text.", "a word or a line of text")
    return value.strip()


def _number(value: object) -> float:
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


def _positive(value: float) -> float:
    if value <= 0:
        raise refused(f"{value:g} is not above zero.", "a number above zero")
    return value


def _not_negative(value: float) -> float:
    if value < 0:
        raise refused(f"{value:g} is below zero.", "zero or more")
    return value


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
        low, high = (_number(item) for item in value)
        if low >= high:
            raise refused(f"the low end {low:g} is not below the high end {high:g}.", valid)
        return (low, high)
    number = _number(value)
    return (number, number)


def _band(value: object) -> tuple[float, float]:
    if not isinstance(value, (list, tuple)):
        raise refused(f"{value!r} is not a band.", "[low, high], for example [130, 150]")
    low, high = _range(value)
    _positive(low)
    return (low, high)


def _not_empty(value: Any) -> Any:
    if not value:
        raise refused("nothing is listed.", "at least one entry, or leave the section out")
    return value


Rate = Annotated[float, BeforeValidator(_rate)]
Date = Annotated[dt.date, BeforeValidator(_date)]
Days = Annotated[int, BeforeValidator(_days)]
Text = Annotated[str, BeforeValidator(_word)]
Number = Annotated[float, BeforeValidator(_number)]
Positive = Annotated[Number, AfterValidator(_positive)]
NotNegative = Annotated[Number, AfterValidator(_not_negative)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Range = Annotated[tuple[float, float], BeforeValidator(_range)]
Band = Annotated[tuple[float, float], BeforeValidator(_band)]


class Section(BaseModel):
    """Base of all parts of a scenario: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TariffEntry(Section):
    """Tariffs that hold from a date: a named schedule or file first, then `set` on top of it.

    `days` counts the day of `from`; `until` is the last day in force. With neither, the entry
    stays. `basis` says whether paid or statutory rates of a schedule are used.
    """

    from_: Date = Field(alias="from")
    days: Days | None = None
    until: Date | None = None
    schedule: Text | None = None
    file: Text | None = None
    set: dict[str, Rate] | None = None
    basis: Literal["auto", "paid", "statutory"] = "auto"
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> TariffEntry:
        if self.set is None and self.schedule is None and self.file is None:
            raise refused("the entry changes no tariff.", "set:, schedule: or file:")
        if self.set is not None and not self.set:
            raise refused("set: names no tariff.", "for example set: {USA.JPN: 24%}")
        if self.schedule is not None and self.file is not None:
            raise refused("schedule: and file: stand together.", "one of them")
        if self.basis != "auto" and self.schedule is None:
            raise refused(f"basis: {self.basis} needs a schedule.", "basis: beside schedule:")
        if self.days is not None and self.until is not None:
            raise refused("days: and until: stand together.", "one of them")
        if self.until is not None and self.until < self.from_:
            raise refused(
                f"it ends on {self.until} before it begins on {self.from_}.",
                f"until: {self.from_} or later",
            )
        return self

    @property
    def last_day(self) -> dt.date | None:
        """Last day in force; None where the entry stays."""
        if self.days is not None:
            return self.from_ + dt.timedelta(days=self.days - 1)
        return self.until


class Payment(Section):
    """An amount per year, billions of current USD; a pair is a range."""

    usd_bn_per_year: Range


class Amount(Section):
    """A one-off amount, billions of current USD; a pair is a range."""

    usd_bn: Range


class CarsDemand(Section):
    """The hegemon's sectoral tariff on cars, the rate it offers, and access it asks for."""

    sector_tariff: Rate | None = None
    offer: Rate | None = None
    access: Payment | None = None


class DeficitDemand(Section):
    """Bilateral goods deficit that the hegemon asks for, billions of current USD per year."""

    target: NotNegative


class Demand(Section):
    """What the hegemon demands of one partner."""

    security: Payment | None = None
    cars: CarsDemand | None = None
    deficit: DeficitDemand | None = None
    investment: Amount | None = None
    open_clause: Flag | None = None


class TreasurySale(Section):
    """Bonds that a holder sells over some days; it may begin before the scenario does.

    `holdings_usd_bn` caps the sum of overlapping sales of the same holder and sector. Without
    it, sales are not compared with holdings: the holdings data come with the finance room.
    """

    holder: Text
    sector: Literal["private", "official"]
    sell_foreign_bonds_usd_bn: Positive | None = None
    sell_treasuries_usd_bn: Positive | None = None
    from_: Date = Field(alias="from")
    days: Days
    holdings_usd_bn: Positive | None = None
    note: Text | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _one_amount(self) -> TreasurySale:
        if (self.sell_foreign_bonds_usd_bn is None) == (self.sell_treasuries_usd_bn is None):
            raise refused(
                "the sale needs one amount.",
                "either sell_foreign_bonds_usd_bn: or sell_treasuries_usd_bn:",
            )
        return self

    @property
    def usd_bn(self) -> float:
        """Amount sold, billions of current USD."""
        return self.sell_foreign_bonds_usd_bn or self.sell_treasuries_usd_bn or 0.0

    @property
    def last_day(self) -> dt.date:
        return self.from_ + dt.timedelta(days=self.days - 1)


class CurrencyBand(Section):
    """A band of a currency against the US dollar; without defence it is only watched."""

    band: Band
    defend: Flag = False
    funding: list[Literal["deposits", "treasuries"]] | None = None


class Backstop(Section):
    """Who would buy when markets do not."""

    federal_reserve: Flag


class Change(Section):
    """Another value or distribution for one parameter of the registry."""

    value: Number | None = None
    dist: Literal["lognormal", "normal", "uniform", "beta", "triangular"] | None = None
    median: Number | None = None
    mean: Number | None = None
    sd: Number | None = None
    low: Number | None = None
    mode: Number | None = None
    high: Number | None = None
    a: Number | None = None
    b: Number | None = None
    source: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_number(cls, value: object) -> object:
        return value if isinstance(value, Mapping | Change) else {"value": _number(value)}

    @model_validator(mode="after")
    def _distribution(self) -> Change:
        from triffin.world.parameters import check_distribution

        given = self.model_dump(exclude_none=True, exclude={"source"})
        if self.dist is None:
            if set(given) != {"value"}:
                raise refused(
                    "it gives neither one value nor a distribution.",
                    "a number, {value, source} or {dist, ..., source}",
                )
            return self
        try:
            check_distribution(given)
        except InputError as error:
            valid = error.valid if isinstance(error.valid, str) else ", ".join(error.valid or ())
            raise refused(error.message, valid) from error
        if self.source is None:
            raise refused("the distribution has no source.", 'source: "author (year), table"')
        return self

    @property
    def distribution(self) -> dict[str, Any] | None:
        """{dist, ...} as the parameter registry writes it, or None where a value is given."""
        if self.dist is None:
            return None
        return self.model_dump(exclude_none=True, exclude={"source"})


class Scenario(Section):
    """One confrontation, dated and sourced. Fields are the keys of the file.

    `source_file`, `resolved` and `content_hash` describe what was loaded; `phases` gives the
    tariffs in force day by day.
    """

    scenario: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
    title: Text
    description: Text | None = None
    sources: Annotated[list[Text], AfterValidator(_not_empty)] | None = None
    world: Text
    start: Date
    days: Days
    information: Date | None = None
    hegemon: Text
    rival: Text | None = None
    focus: Text
    focus_rates: Annotated[list[Rate], AfterValidator(_not_empty)] = list(DEFAULT_FOCUS_RATES)
    tariffs: Annotated[list[TariffEntry], AfterValidator(_not_empty)] | None = None
    deadlines: Annotated[list[Date], AfterValidator(_not_empty)] | None = None
    demands: dict[str, Demand] | None = None
    treasuries: Annotated[list[TreasurySale], AfterValidator(_not_empty)] | None = None
    currency: dict[str, CurrencyBand] | None = None
    backstop: Backstop | None = None
    changes: dict[str, Change] | None = None

    _source_file: str = PrivateAttr(default="")
    _resolved: dict[str, Any] = PrivateAttr(default_factory=dict)
    _folders: tuple[str, ...] = PrivateAttr(default=())

    @property
    def source_file(self) -> str:
        """The file it was loaded from, as the user named it."""
        return self._source_file

    @property
    def resolved(self) -> dict[str, Any]:
        """The whole content as plain JSON: parents merged, defaults in, rates as fractions."""
        return self._resolved

    @property
    def end(self) -> dt.date:
        """Last day of the scenario."""
        return self.start + dt.timedelta(days=self.days - 1)

    def content_hash(self, data_checksums: Mapping[str, str], version: str) -> str:
        """Twelve hex digits that name a run: resolved content, data and code version.

        The order of keys, comments, run identifiers and times of day do not enter.
        """
        from triffin.scenario.resolved import content_hash

        return content_hash(self._resolved, data_checksums, version)

    def phases(self, world: World) -> list[Phase]:
        """Spans of days with the same tariffs, from the first to the last day."""
        from triffin.scenario.phases import build_phases

        return build_phases(self, world)

    def entry_folder(self, position: int) -> str:
        """Folder that the `file:` of a tariff entry is relative to."""
        return self._folders[position] if position < len(self._folders) else "."
