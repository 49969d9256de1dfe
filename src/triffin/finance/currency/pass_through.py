"""What the exchange rate does to real income (models E.5)."""

from __future__ import annotations

from typing import Any

from triffin.world.base.checked_numbers import canonical, number


@canonical
def depreciation_income(
    share_M: float,
    share_X: float,
    PT_M: float,
    import_content: float,
    strategic_complementarity: float,
    de: float,
    export_markup_wedge: float,
    export_elasticity: float,
) -> dict[str, Any]:
    """Real income after an exchange-rate change, as a share of GDP.

    PT_X = (1 − φ)(1 − α);  terms of trade [share_M PT_M − share_X (1 − PT_X)] de;
    volume rent −markup share_X elasticity PT_X de;  de < 0 is a depreciation (log units).
    Shares of GDP >= 0; φ and α in [0, 1]; pass-through, wedge and elasticity >= 0. Outputs: PT_X,
    terms_of_trade, volume_rent, total.
    Raises InputError outside these ranges.
    Source: accounting on the pass-through of Amiti, Itskhoki and Konings (2014). Grade derived.
    """
    imports = number(share_M, "share_M", low=0)
    exports = number(share_X, "share_X", low=0)
    passed = number(PT_M, "PT_M", low=0)
    imported = number(import_content, "import_content", low=0, high=1)
    markup = number(strategic_complementarity, "strategic_complementarity", low=0, high=1)
    change = number(de, "de")
    wedge = number(export_markup_wedge, "export_markup_wedge", low=0)
    elasticity = number(export_elasticity, "export_elasticity", low=0)
    export_price = (1.0 - imported) * (1.0 - markup)
    terms_of_trade = (imports * passed - exports * (1.0 - export_price)) * change
    volume_rent = -wedge * exports * elasticity * export_price * change
    return {
        "PT_X": export_price,
        "terms_of_trade": terms_of_trade,
        "volume_rent": volume_rent,
        "total": terms_of_trade + volume_rent,
    }
