"""The sections of a scenario file: what a user may write in each, and what contradicts itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from triffin.scenario.field_types import (
    Band,
    Date,
    Days,
    Flag,
    Month,
    Months,
    Names,
    NotNegative,
    Number,
    Positive,
    Range,
    Rate,
    Reduction,
    Section,
    Share,
    Text,
    as_number,
    refused,
)
from triffin.world.base.errors import InputError


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


class Coordinated(Section):
    """Joint intervention to strengthen a currency against the dollar, as in 1985.

    The amount works through the market; `signal_pct` is the log percent by which the announcement
    itself moves the rate.
    """

    usd_bn: Positive
    from_: Date = Field(alias="from")
    days: Days
    signal_pct: NotNegative = 0.0


class CurrencyBand(Section):
    """A band of a currency against the US dollar; without defence it is only watched.

    `funding`: what pays, first to last (deposits, then Treasuries, if left out).
    `drift_pct_per_week`: of the fundamental rate, up if the currency weakens.
    """

    band: Band
    defend: Flag = False
    funding: list[Literal["deposits", "treasuries"]] | None = None
    drift_pct_per_week: Number = 0.0
    coordinated: Coordinated | None = None

    @model_validator(mode="after")
    def _pays_once(self) -> CurrencyBand:
        if self.funding is not None and (
            not self.funding or len(set(self.funding)) < len(self.funding)
        ):
            raise refused(
                "funding: says what pays for a defence, each once.",
                "[deposits, treasuries] in the order in which they pay, or one of them",
            )
        return self


class BackstopSection(Section):
    """Who would buy when markets do not."""

    federal_reserve: Flag


class Wall(Section):
    """Debt that matures in a month; `maturing_usd_trn` replaces the record by a stated figure, of
    which `not_rolled_share` is not bought again by who held it."""

    month: Month
    maturing_usd_trn: Positive | None = None
    not_rolled_share: Share = 0.0


class DollarSystem(Section):
    """What happens to the dollar: a rival currency becomes as good (`alternative`), or the dollar
    loses `shock_pct` per cent of its attractiveness."""

    alternative: Flag = False
    shock_pct: NotNegative = 0.0


class TalksSection(Section):
    """What is decreed about the talks instead of being read from the record.

    `decision`: what is done at the deadline; `first`: who signs on the first day after the
    information date; `retaliates`: who answers with tariffs where the threat is carried out.
    `instrument`: how the threat was made, a signed order, a dated statement (letter, post, speech)
    or one without a date.
    """

    decision: Literal["free", "punish", "back-down"] = "free"
    first: Text | None = None
    retaliates: list[Text] | None = None
    instrument: Literal["order", "dated", "undated"] = "order"


class Instrument(Section):
    """A ban, quota or export control on goods of an exporter for an importer.

    `reduction`: share of the trade at unchanged prices elsewhere that it takes away; a ban leaves
    one per cent of it.
    """

    type: Literal["ban", "quota", "export_control"]
    importer: Text
    exporter: Text
    sector: Text
    reduction: Share | None = None
    from_: Date = Field(alias="from")
    note: Text | None = None

    @model_validator(mode="after")
    def _size(self) -> Instrument:
        if self.type == "ban" and self.reduction is not None:
            raise refused("a ban takes away all but one per cent.", "no reduction:, or a quota")
        if self.type != "ban" and self.reduction is None:
            raise refused(f"the {self.type} has no size.", "reduction: 0.5, for example")
        return self


class Withholding(Section):
    """Trade that somebody withholds: who, from whom, what, how much, from when to when.

    Economies and groups by name; narrow `goods`, or `sectors` (goods, services and all are names of
    many). `buys`: they stop buying; `both_ways`: both. `reduction`: ban, or a share taken away at
    unchanged prices elsewhere. `rents` of what is left: exporter, importer, burned. `stocks` put
    the effect off until they are used up; `horizon` says how far trade has adjusted.
    """

    by: Names
    from_whom: Names
    goods: Names | None = None
    sectors: Names | None = None
    buys: Flag = False
    both_ways: Flag = False
    reduction: Reduction = 1.0
    rents: Literal["exporter", "importer", "burned", "none"] = "none"
    from_: Date = Field(alias="from")
    until: Date | None = None
    stocks: Months = 0.0
    horizon: Months | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Withholding:
        if (self.goods is None) == (self.sectors is None):
            raise refused("goods: and sectors: stand for each other.", "one of the two")
        if self.buys and self.both_ways:
            raise refused("buys: and both_ways: contradict each other.", "one of the two")
        if self.reduction == 1 and self.rents in ("exporter", "importer"):
            raise refused(
                "a ban leaves nothing to earn a rent on.", "rents: none", below=("rents",)
            )
        if self.until is not None and self.until < self.from_:
            raise refused(
                f"until: {self.until} lies before from: {self.from_}.",
                "a later date",
                below=("until",),
            )
        return self

    @property
    def bites(self) -> dt.date:
        """First day on which it is felt, once stocks of ordinary use are gone."""
        return self.from_ + dt.timedelta(days=round(self.stocks / self.reduction * 365.25 / 12))

    def in_force(self, day: dt.date) -> bool:
        """Whether it is felt on a day."""
        return self.bites <= day and (self.until is None or day <= self.until)


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
        return value if isinstance(value, Mapping | Change) else {"value": as_number(value)}

    @model_validator(mode="after")
    def _distribution(self) -> Change:
        from triffin.world.registry.registry import check_distribution

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
