"""Labels and units of the variables of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from triffin.world.base.wording import words

if TYPE_CHECKING:
    import xarray as xr

RUN_UNITS = {
    "tariff_paid": "per cent",
    "tariff_faced_by_hegemon": "per cent",
    "rate_welfare": "per cent",
    "rate_revenue": "per cent of baseline spending",
    "trade_before": "USD bn",
    "trade_after": "USD bn",
    "spending": "USD bn",
    "gdp": "USD bn",
    "yield_10y": "per cent",
    "yield_impact": "bp",
    "reserves": "USD bn",
    "sign_day": "days after the start",
    "partner_rate": "fraction",
    "p_settled": "probability",
}
"""Units of a run's data that differ from the catalogue's, which are those of worlds (USD), or
that only runs have."""


def variable_label(name: str) -> tuple[str, str]:
    """Label and unit of a variable from world.catalogue; the name in words if it has no entry."""
    from triffin.world.data import catalogue

    entry = catalogue.variables().get(name)
    return (entry.label, entry.unit) if entry else (words(name), "")


def with_units(data: xr.Dataset) -> xr.Dataset:
    """A shallow copy of the data whose variables carry `long_name` and `units`."""
    labelled = data.copy()
    for name in labelled.data_vars:
        label, unit = variable_label(str(name))
        unit = RUN_UNITS.get(str(name), unit)
        attributes = dict(labelled[name].attrs)
        attributes.setdefault("long_name", label)
        if name == "exchange_rate" and attributes.get("currency"):
            unit = f"{attributes['currency']} per USD"
        if attributes.get("flag_meanings"):
            meanings = str(attributes["flag_meanings"]).split()
            codes = np.atleast_1d(attributes.get("flag_values", np.arange(len(meanings))))
            pairs = zip(codes, meanings, strict=False)
            unit = "code: " + ", ".join(f"{int(code)} {meaning}" for code, meaning in pairs)
        if unit:
            attributes.setdefault("units", unit)
        labelled[name].attrs = attributes
    return labelled
