"""Negotiation: the terms, the threat, the open clause, the order and the clock (models A)."""
