"""Consumer prices and revenue as paid, beside an equilibrium: `triffin trade WORLD --tariffs`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from triffin.app.terminal import say

if TYPE_CHECKING:
    pass

_NOT_PAID = "what is paid in the first year is known for us-law only"


def find(found: Any, name: str | None) -> dict[str, Any]:
    """Keys consumer_prices and customs_revenue of the answer; empty where the United States change
    nothing or the sectors of the world are not those of the ICIO tables."""
    from triffin.trade.customs import as_paid, prices
    from triffin.world.data.us_law.law import day_of
    from triffin.world.registry.parameter_set import in_place

    world, parameters = found.world, in_place()
    day = None if name is None else day_of(name)
    if day is not None and world.n_sectors > 1:
        paid = as_paid.first_year(day, parameters)
        shown = prices.of_law(day, parameters)
        of_model = float(found.revenue_usd[world.index("USA")]) / 1e9
        return {
            "consumer_prices": asdict(shown),
            "customs_revenue": {**asdict(paid), "model_bn": of_model},
        }
    if world.n_sectors == 1:
        return {}
    rates = prices.rates_on_world(world, found.tariffs, found.baseline.tariff)
    if not rates:
        return {}
    return {"consumer_prices": asdict(prices.consumer_prices(rates, None, parameters))}


def print_customs(document: dict[str, Any]) -> None:
    """What `find` gave, in sentences."""
    prices = document.get("consumer_prices")
    if prices is None:
        return
    long = prices["long_run"]
    first = prices["first_year"]
    parts = [f"{_range(long)} in the long run"]
    if first is not None:
        parts.insert(0, f"{_range(first)} in the first year")
    say(
        f"US consumer prices: {', '.join(parts)}; before substitution and in full "
        f"{prices['before_substitution']:+.2f} %."
    )
    money = [r["per_household_usd"] for r in (first, long) if r is not None]
    say(
        f"That is {' and '.join(f'{m:,.0f}' for m in money)} USD a household and year, of "
        f"{prices['household_usd']:,.0f} USD of consumption."
        + ("" if first is not None else f" {_NOT_PAID.capitalize()}.")
    )
    revenue = document.get("customs_revenue")
    if revenue is not None:
        say(
            f"US revenue over the base: {revenue['law_bn']:,.0f} bn USD by law, "
            f"{revenue['paid_bn']:,.0f} ({revenue['low_bn']:,.0f} to {revenue['high_bn']:,.0f}) as "
            f"paid in the first year, {100 * revenue['coverage']:.0f} % of it; all tariffs in this "
            f"equilibrium, after full adjustment and on its trade of the year of the world: "
            f"{revenue['model_bn']:,.0f}."
        )


def _range(found: dict[str, Any]) -> str:
    return f"{found['median']:+.2f} % ({found['low']:.2f} to {found['high']:.2f})"
