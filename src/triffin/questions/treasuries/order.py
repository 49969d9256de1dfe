"""A sale of Treasuries as it is asked, checked against what the holder has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from triffin.finance.treasuries import market, sale
from triffin.finance.treasuries.impact import BackstopRule
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet


@dataclass(frozen=True, eq=False)
class Order:
    """A sale as it is asked. duration : of what is sold, years. watched : whether the central bank
    may buy. sales_bn (T, 1) : by day."""

    seller: market.Seller
    usd_bn: float
    days: int
    duration: float
    watched: bool
    sales_bn: Array
    parameters: ParameterSet

    def guard(self, acts: Array) -> BackstopRule | None:
        """The backstop in the draws (n,) in which it acts."""
        return BackstopRule.default(acts, parameters=self.parameters) if self.watched else None

    def path(self, sales_bn: Array, guard: BackstopRule | None, **impact: Any) -> sale.SalePath:
        """Yields and purchases when so much is sold by day (T, n)."""
        equivalents = sales_bn * (self.duration / self.parameters.value("ten_year_duration"))
        return sale.follow_sale(
            equivalents,
            dealers=sale.Dealers.default(parameters=self.parameters),
            backstop=guard,
            **impact,
        )


def asked_order(
    seller: market.Seller,
    usd_bn: float,
    days: int,
    *,
    backstop: bool,
    duration: float | None,
    parameters: ParameterSet,
) -> Order:
    """The sale, checked against what the holder has. Raises InputError, as `sale.sell` says."""
    length = parameters.value("ten_year_duration") if duration is None else duration
    if not 0 < length <= 30:
        raise InputError(
            f"got {length:g}.", field="duration", value=length, valid="years, above 0 to 30"
        )
    # The Federal Reserve cannot sell and buy at once.
    watched = backstop and seller.sector != market.FED
    sales_bn = sale.even_sales(usd_bn, days)
    held = float(seller.holdings_bn(market.japan_official_share(parameters)))
    most = seller.most_bn(parameters)
    if usd_bn > most:
        at_most = "at most " if most > held else ""
        raise InputError(
            f"{subject(seller)[0]} would sell {usd_bn:g} bn but held {at_most}"
            f"{most:,.1f} bn at the end of {seller.month}.",
            field="USD_BN",
            value=usd_bn,
            valid=f"above 0 to {most:,.1f} bn",
        )
    return Order(seller, usd_bn, days, length, watched, sales_bn, parameters)


def subject(seller: market.Seller) -> tuple[str, str]:
    """The seller as the subject of a sentence, and its verb."""
    if seller.part != "all":
        return f"{seller.part} holders in {seller.name}", "sell"
    if seller.sector == market.FED:
        return f"the {seller.name}", "sells"
    if seller.sector in ("foreign official", "foreign private"):
        return f"{seller.sector} holders", "sell"
    return seller.name, "sell" if seller.sector else "sells"
