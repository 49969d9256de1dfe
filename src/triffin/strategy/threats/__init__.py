"""Tariff threats: the record, the ledger of base rates, and the rule for rates."""
