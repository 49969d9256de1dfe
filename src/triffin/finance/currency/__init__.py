"""The currency: bands, attacks, intervention and its price, pass-through (models E)."""
