"""Who buys when somebody sells: demand for Treasuries by holder (models D.2).

Linear demand with semi-elasticities, and the logit demand of Koijen and Yogo (2019), Journal of
Political Economy 127. Yields clear the market: every Treasury sold is bought by a named holder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triffin.world.base.checked_numbers import (
    canonical,
    flag,
    known,
    number,
    table,
)
from triffin.world.base.errors import InputError


@canonical
def demand_linear(
    holdings_bn: Mapping[str, float],
    semi_elasticity_pct_per_100bp: Mapping[str, float],
    X_bn: float,
    seller: str | None = None,
    exclude_seller: bool = False,
) -> dict[str, Any]:
    """Yield change that clears a sale of X_bn, and who buys it, with linear demand.

    slope = Σ_s Q_s η_s/100 [bn per 100 bp];  dy = 100 X/slope [bp];  holder s buys
    X Q_s η_s/(100 slope) [bn].

    `holdings_bn` Q_s and `semi_elasticity_pct_per_100bp` η_s map the same holders to bn USD and
    to percent per 100 bp. With `exclude_seller` the seller neither counts in the slope nor buys.
    A negative X_bn is a purchase. Outputs: slope_bn_per_100bp, dy_bp, purchases_bn (holder -> bn,
    adding up to X_bn).

    Raises InputError for a holder without an elasticity (or the reverse), negative holdings, an
    unknown seller or one who sells more than it holds, and a slope that is not positive: nobody
    would then buy at any yield.
    Source: market clearing; demand systems as in Koijen and Yogo (2019). Grade derived.
    """
    holdings = table(holdings_bn, "holdings_bn", low=0)
    elasticity = table(semi_elasticity_pct_per_100bp, "semi_elasticity_pct_per_100bp")
    amount = number(X_bn, "X_bn")
    for holder in holdings:
        known(holder, tuple(elasticity), "holdings_bn")
    for holder in elasticity:
        known(holder, tuple(holdings), "semi_elasticity_pct_per_100bp")
    excluded = flag(exclude_seller, "exclude_seller")
    if seller is not None:
        known(seller, tuple(holdings), "seller")
        if amount > holdings[seller]:
            raise InputError(
                f"{seller} would sell {amount:g} bn and holds {holdings[seller]:g}.",
                field="X_bn",
                value=amount,
                valid=f"at most {holdings[seller]:g}",
            )
    elif excluded:
        raise InputError(
            "exclude_seller is true and no seller is named.", field="seller", valid=tuple(holdings)
        )
    response = {
        holder: holdings[holder] * elasticity[holder] / 100.0
        for holder in holdings
        if not (excluded and holder == seller)
    }
    slope = sum(response.values())
    if slope <= 0:
        raise InputError(
            f"demand of the buyers rises by {slope:g} bn per 100 bp, so no yield clears the sale.",
            field="semi_elasticity_pct_per_100bp",
            value=slope,
            valid="holdings times elasticities that add up to more than zero among the buyers",
        )
    return {
        "slope_bn_per_100bp": slope,
        "dy_bp": 100.0 * amount / slope,
        "purchases_bn": {holder: amount * value / slope for holder, value in response.items()},
    }
