"""Credibility: reputation, belief, the dilemma and wars of attrition (models B)."""
