"""The Treasury market: who buys, what it does to the curve, and what it costs (models D)."""
