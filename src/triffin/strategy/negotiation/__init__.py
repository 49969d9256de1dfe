"""Negotiation: the terms, the threat, the open clause, the order and the clock (models A)."""

from triffin.strategy.negotiation.open_clause import expected_extraction, open_clause_holdup
from triffin.strategy.negotiation.sequence import first_vs_wait, sequential_bargaining
from triffin.strategy.negotiation.threat_points import (
    credibility_threshold,
    threat_point_payment,
)
from triffin.strategy.reference.alternating_offers import rubinstein_finite, rubinstein_infinite
from triffin.strategy.reference.bilateral import nash_bilateral
from triffin.strategy.reference.deadline import screening_deadline
from triffin.strategy.reference.simultaneous import NoSurplus, nash_in_nash

__all__ = [
    "NoSurplus",
    "credibility_threshold",
    "expected_extraction",
    "first_vs_wait",
    "nash_bilateral",
    "nash_in_nash",
    "open_clause_holdup",
    "rubinstein_finite",
    "rubinstein_infinite",
    "screening_deadline",
    "sequential_bargaining",
    "threat_point_payment",
]
