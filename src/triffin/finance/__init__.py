"""Finance: Treasuries, currencies and the dollar system."""

TRADING_DAYS = 252
"""Trading days of a year, the step of every daily path."""
