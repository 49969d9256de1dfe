"""The currency: bands, attacks, intervention and its price, pass-through (models E)."""

from triffin.finance.currency.attack import flood_garber, reserve_exhaustion
from triffin.finance.currency.band import currency_defence
from triffin.finance.currency.pass_through import depreciation_income, export_pass_through
from triffin.finance.currency.portfolio import (
    gabaix_maggiori,
    gamma_calibration,
    plaza_decomposition,
)
from triffin.finance.currency.target_zone import krugman_target_zone, target_zone_intervention

__all__ = [
    "currency_defence",
    "depreciation_income",
    "export_pass_through",
    "flood_garber",
    "gabaix_maggiori",
    "gamma_calibration",
    "krugman_target_zone",
    "plaza_decomposition",
    "reserve_exhaustion",
    "target_zone_intervention",
]
