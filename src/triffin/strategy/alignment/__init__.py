"""Alignment: who follows whom, who is pivotal, and who is isolated (models C)."""
