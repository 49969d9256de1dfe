"""Strategy: negotiation, credibility and alignment."""
