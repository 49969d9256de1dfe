"""Credibility: reputation, belief, the dilemma and wars of attrition (models B)."""

from triffin.strategy.credibility.attrition import abreu_gul, war_of_attrition
from triffin.strategy.credibility.beliefs import belief_predictive, credibility_filter
from triffin.strategy.credibility.dilemma import dilemma_index
from triffin.strategy.credibility.reputation import kreps_wilson, kreps_wilson_heterogeneous

__all__ = [
    "abreu_gul",
    "belief_predictive",
    "credibility_filter",
    "dilemma_index",
    "kreps_wilson",
    "kreps_wilson_heterogeneous",
    "war_of_attrition",
]
