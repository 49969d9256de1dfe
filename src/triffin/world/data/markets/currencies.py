"""The 23 currencies of the Federal Reserve's release H.10: names and series."""

from __future__ import annotations

from triffin.world.base.errors import one_of

H10 = {
    "AUD": ("Australian dollar", "DEXUSAL"),
    "BRL": ("Brazilian real", "DEXBZUS"),
    "CAD": ("Canadian dollar", "DEXCAUS"),
    "CHF": ("Swiss franc", "DEXSZUS"),
    "CNY": ("Renminbi", "DEXCHUS"),
    "DKK": ("Danish krone", "DEXDNUS"),
    "EUR": ("Euro", "DEXUSEU"),
    "GBP": ("Pound sterling", "DEXUSUK"),
    "HKD": ("Hong Kong dollar", "DEXHKUS"),
    "INR": ("Indian rupee", "DEXINUS"),
    "JPY": ("Yen", "DEXJPUS"),
    "KRW": ("South Korean won", "DEXKOUS"),
    "LKR": ("Sri Lankan rupee", "DEXSLUS"),
    "MXN": ("Mexican peso", "DEXMXUS"),
    "MYR": ("Malaysian ringgit", "DEXMAUS"),
    "NOK": ("Norwegian krone", "DEXNOUS"),
    "NZD": ("New Zealand dollar", "DEXUSNZ"),
    "SEK": ("Swedish krona", "DEXSDUS"),
    "SGD": ("Singapore dollar", "DEXSIUS"),
    "THB": ("Thai baht", "DEXTHUS"),
    "TWD": ("New Taiwan dollar", "DEXTAUS"),
    "VEF": ("Venezuelan bolivar", "DEXVZUS"),
    "ZAR": ("South African rand", "DEXSFUS"),
}
"""Code -> (name, series at FRED)."""
PER_DOLLAR_INVERTED = ("AUD", "EUR", "GBP", "NZD")
"""Quoted in dollars per unit by the release; foreign currency per dollar here, as all others."""


def currency_series(code: str) -> str:
    """Name of the daily series of a currency, foreign currency per dollar.

    >>> currency_series("jpy"), currency_series("EUR")
    ('usdjpy', 'fx-EUR')

    Raises InputError for a currency that the release does not have.
    """
    name = code.strip().upper()
    one_of(name, H10, f"there are no daily rates of the currency {code!r}.", field="currency")
    return "usdjpy" if name == "JPY" else f"fx-{name}"
